"""A served small city with one account of each kind, for the dashboard's tests."""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

import pytest
from dashboard.pages.page import Page
from flask.testing import FlaskClient
from small_city import PARKS, build

from dashboard.access import accounts, guard
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import User
from dashboard.app import create_app
from dashboard.heavy import Queue
from dashboard.reports import reading
from dashboard.snapshot import Snapshots

PASSWORD = "correct horse"
USERS = {
    "ana": ("analyst", ()), "opa": ("operator", ("P001",)), "opb": ("operator", ("P002",)), "aud": ("auditor", ()),
    "ste": ("steward", ()), "adm": ("admin", ()),
}


@pytest.fixture(scope="session", autouse=True)
def quick_people() -> Iterator[None]:
    """Tests sign in and export quicker than any person: rates are tested in test_threats.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "SIGN_INS_A_MINUTE", 100_000)
        patch.setattr(guard, "EXPORTS_A_MINUTE", 100_000)
        yield


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    for name, (role, parks) in USERS.items():
        accounts.add(path, name, PASSWORD, role, parks)
    return path


@pytest.fixture(scope="session")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "decisions"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all workers of the server share."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def server(published: Path, accounts_file: Path, decisions: Path, shared: Path):
    return create_app(published, accounts_file, decisions=decisions, shared=shared)


def reading_as(published: Path, role: str, *parks: str, queue: Queue | None = None):
    """Read the newest snapshot as a user of this role, without a request."""
    snapshots = Snapshots(published)
    return reading(snapshots, snapshots.current(), User(f"an {role}", role, parks), queue)


def form_token(client: FlaskClient) -> str:
    page = client.get("/login").get_data(as_text=True)
    return page.split('name="form" value="')[1].split('"')[0]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, target: str = "/"):
    return client.post("/login", data={"name": name, "password": password, "form": form_token(client), "next": target})


def choose_password(client: FlaskClient, new: str, target: str = "/"):
    """The step of a sign-in that asks for a password of one's own."""
    return client.post("/login", data={"new": new, "again": new, "form": form_token(client), "next": target})


def log_of(accounts_file: Path) -> AccessLog:
    """The access log of a server with these accounts."""
    return AccessLog.beside(accounts_file)


def session_token(client: FlaskClient) -> str:
    """The form token of a signed-in client's session, as every form of ours carries it."""
    with client.session_transaction() as session:
        return session["form"]


def act(client: FlaskClient, name: str, /, **fields: object):
    """Post a form of ours to an act."""
    form = {"form": session_token(client), **fields}
    return client.post(f"/act/{name}", data=form, headers={"Accept": "text/html"})


@contextmanager
def full(shared: Path) -> Iterator[None]:
    """Heavy work of somebody else: one piece runs, one waits."""
    ends, begun = threading.Event(), threading.Barrier(2, timeout=10)

    def run() -> None:
        with Queue(shared).turn():
            begun.wait()
            ends.wait(30)

    def wait() -> None:
        with Queue(shared).turn():
            pass

    threads = [threading.Thread(target=run), threading.Thread(target=wait)]
    threads[0].start()
    begun.wait()
    threads[1].start()
    while not any(thread.is_alive() and _waits(shared) for thread in threads[1:]):
        ends.wait(0.01)
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join(10)


def _waits(shared: Path) -> bool:
    with (shared / "heavy.waiting").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def ask(client: FlaskClient, path: str, search: str = ""):
    """A hand-made request to the page callback."""
    return client.post(
        "/_dash-update-component",
        json={
            "output": "page.children", "outputs": {"id": "page", "property": "children"},
            "inputs": [
                {"id": "address", "property": "pathname", "value": path},
                {"id": "address", "property": "search", "value": search},
            ],
            "changedPropIds": ["address.pathname"],
        },
    )


def html_of(node: Any) -> str:
    """A page's answer as one text of markup, whichever parts of it come as elements and which as markup."""
    if isinstance(node, list):
        return "".join(map(html_of, node))
    if not isinstance(node, dict):
        return "" if node is None else escape(str(node))
    if "props" not in node:
        return "".join(map(html_of, node.values()))
    inside = {"children", "data-html"}
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in node["props"].items() if key not in inside)
    return f"<{node['type']}{written}>{node['props'].get('data-html', '')}{html_of(node['props'].get('children'))}</{node['type']}>"


def page(client: FlaskClient, path: str, search: str = "") -> str:
    return html_of(ask(client, path, search).get_json())


IDS = {"<clause_id>": ("6b.1", "10b.2", "1a"), "<park_id>": tuple(PARKS), "<enterprise_id>": ("91320200MA1X00003Q",)}


def paths(page_of: Page) -> list[str]:
    """Addresses of a page, with ids of the small city in its places."""
    place = next((part for part in page_of.path.split("/") if part.startswith("<")), "")
    return [page_of.path.replace(place, value) for value in IDS[place]] if place else [page_of.path]


@pytest.fixture
def signed_in(server) -> Callable[[str], FlaskClient]:
    def make(name: str) -> FlaskClient:
        client = server.test_client()
        assert sign_in(client, name).status_code == 303
        return client

    return make
