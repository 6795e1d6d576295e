"""A served small city with one account of each kind, for the dashboard's tests."""

import csv
import fcntl
import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from small_base import PARKS
from small_city import build
from small_home import SmallHome, small_home

from dashboard.access import accounts, guard
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import User
from dashboard.app import create_app
from dashboard.heavy import Queue
from dashboard.reports import reading
from dashboard.snapshot import Snapshots
from tests.pages import PAGE_CALLBACK, body_of, html_of
from tests.pages import callbacks as callbacks

PASSWORD = "correct horse"
USERS = {
    "ana": ("analyst", ()), "opa": ("operator", ("P001",)), "opb": ("operator", ("P002",)), "aud": ("auditor", ()),
    "ste": ("steward", ()), "adm": ("admin", ()),
}

FILTERED = {
    "output": "firms-sentence.children", "outputs": {"id": "firms-sentence", "property": "children"}, "state": [],
    "changedPropIds": ["filters.data"], "inputs": [{"id": "filters", "property": "data", "value": "/firms"}],
}
"""The body of a declared callback."""


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
def home(decisions: Path) -> SmallHome:
    return small_home(decisions.parent)


@pytest.fixture(scope="session")
def server(published: Path, accounts_file: Path, decisions: Path, shared: Path, home: SmallHome):
    return create_app(published, accounts_file, decisions=decisions, shared=shared, home=home)


def reading_as(published: Path, role: str, *parks: str, queue: Queue | None = None):
    """Read the newest snapshot as a user of this role, without a request."""
    snapshots = Snapshots(published)
    return reading(snapshots, snapshots.current(), User(f"an {role}", role, parks), queue)


def form_token(client: FlaskClient) -> str:
    page = client.get("/login").get_data(as_text=True)
    return page.split('name="form" value="')[1].split('"')[0]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, target: str = "/"):
    client.delete_cookie("_csrf_token")
    return client.post("/login", data={"name": name, "password": password, "form": form_token(client), "next": target})


def choose_password(client: FlaskClient, new: str, target: str = "/"):
    """The step of a sign-in that asks for a password of one's own."""
    client.delete_cookie("_csrf_token")
    return client.post("/login", data={"new": new, "again": new, "form": form_token(client), "next": target})


def log_of(accounts_file: Path) -> AccessLog:
    """The access log of a server with these accounts."""
    return AccessLog.beside(accounts_file)


def token(client: FlaskClient) -> dict[str, str]:
    """The header Dash's renderer sends with every callback: what the page put into its cookie, which a sign-in takes away."""
    if not client.get_cookie("_csrf_token"):
        client.get("/account", headers={"Accept": "text/html"})
    cookie = client.get_cookie("_csrf_token")
    return {"X-CSRFToken": cookie.value if cookie else ""}


def session_token(client: FlaskClient) -> str:
    """What every form and callback of the client's session carries."""
    return token(client)["X-CSRFToken"]


def _sent(name: object, value: object) -> Any:
    """An input as the browser sends it: `id.property`, or (id, property) with an id of several keys, or a list of such with values."""
    if isinstance(name, list):
        return [{**_sent(one, None), "value": each} for one, each in zip(name, value, strict=True)]  # type: ignore[call-overload]
    id_, prop = name if isinstance(name, tuple) else str(name).rsplit(".", 1)
    return {"id": id_, "property": prop, "value": value}


def fire(client: FlaskClient, output: str, inputs: list[tuple[Any, Any]], state: Sequence[tuple[Any, Any]] = (), outputs: Any = None, by: str = "", **headers: str):
    """A hand-made callback. `output` is its name as Dash writes it; `inputs` and `state` are names with values.

    `outputs` are the parts of the answer where the name has wildcards; else they are read off the name. `by` is the input
    that changed.
    """
    if outputs is None:
        names = output[2:-2].split("...") if output.startswith("..") else [output]
        told = [dict(zip(("id", "property"), name.split("@")[0].rsplit(".", 1), strict=True)) for name in names]
        told = [{**one, "id": json.loads(one["id"]) if one["id"].startswith("{") else one["id"]} for one in told]
        outputs = told if output.startswith("..") else told[0]
    body = {
        "output": output, "outputs": outputs, "inputs": [_sent(*one) for one in inputs], "state": [_sent(*one) for one in state],
        "changedPropIds": [by] if by else [],
    }  # fmt: skip
    return client.post("/_dash-update-component", json=body, headers={**token(client), **headers})


def send(client: FlaskClient, body: object, **headers: str):
    """Any body to the callback's address, with the token of the client's session."""
    return client.post("/_dash-update-component", json=body, headers={**token(client), **headers})


def named(client: FlaskClient, part: str) -> str:
    """The name of the one callback of the server that gives this, as Dash writes it."""
    [found] = [one["output"] for one in client.get("/_dash-dependencies").get_json() if part in one["output"] and not one["clientside_function"]]
    return str(found)


def ask(client: FlaskClient, path: str, search: str = ""):
    """A hand-made request to Dash's own page callback."""
    return fire(client, PAGE_CALLBACK, [("_pages_location.pathname", path), ("_pages_location.search", search)])


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


def page(client: FlaskClient, path: str, search: str = "") -> str:
    return html_of(ask(client, path, search).get_json())


def figures(node: Any) -> dict[str, Any]:
    """The figures of an answer by name."""
    if isinstance(node, list):
        return {name: figure for one in node for name, figure in figures(one).items()}
    if not isinstance(node, dict):
        return {}
    if node.get("type") == "Graph":
        return {node["props"]["id"]["name"]: node["props"]["figure"]}
    return figures(list(node.values()))


def renewed(client: FlaskClient, first: str, address: str, *state: tuple[str, Any]) -> Any:
    """The answer of the callback whose first output is `first` to other filters; of each file's addresses, that of the CSV."""
    callbacks = client.application.extensions["dash_app"].callback_map
    name = next(name for name in callbacks if name.startswith(f"..{first}..."))
    outputs: list[Any] = []
    for part in name[2:-2].split("..."):
        id_, _, prop = part.rpartition(".")
        told = json.loads(id_) if id_.startswith("{") else id_
        is_file = isinstance(told, dict) and told["type"] == "export"
        outputs.append([{"id": {**told, "card": told["table"], "form": "csv"}, "property": prop}] if is_file else {"id": told, "property": prop})
    return fire(client, name, [("filters.data", address)], state, outputs)


def press(client: FlaskClient, control: str, values: Mapping[str, Any], keys: Mapping[str, Any] | None = None, **headers: str):
    """A click on a control, or another change of it: the callback it starts, as the browser sends it.

    `control` is its id, or the type of an id of several `keys`; with `.property` where it is not a button.
    """
    callbacks = client.application.extensions["dash_app"].callback_map
    id_, _, prop = (control if "." in control else f"{control}.n_clicks").rpartition(".")

    def is_of(one: Mapping[str, str]) -> bool:
        if not one["id"].startswith("{"):
            return one["id"] == id_ and one["property"] == prop
        pattern = json.loads(one["id"])
        fits = all(isinstance(value, list) or value == {**(keys or {}), "type": id_}.get(key) for key, value in pattern.items())
        return fits and pattern["type"] == id_ and one["property"] == prop

    name = next(name for name, one in callbacks.items() if one.get("callback") and any(map(is_of, one["inputs"])))
    body = body_of(client.application, name, {"n_clicks": 1, **values}, keys or {})
    sent = next(part for one, part in zip(callbacks[name]["inputs"], body["inputs"], strict=True) if is_of(one))
    sent = sent[0] if isinstance(sent, list) else sent
    name_of = sent["id"] if isinstance(sent["id"], str) else json.dumps(sent["id"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return send(client, {**body, "changedPropIds": [f"{name_of}.{prop}"]}, **headers)


def told(answer: Any) -> str:
    """What a callback's answer tells its reader in notifications."""
    assert answer.status_code == 200
    sent = answer.get_json().get("sideUpdate", {}).get("notices", {}).get("sendNotifications", [])
    return " ".join(one["message"] for one in sent)


def rows_of(client: FlaskClient, table: str, search: str = "") -> list[dict[str, str]]:
    """The rows of a table's file, by the words of its columns."""
    lines = list(csv.reader(io.StringIO(client.get(f"/export/{table}.csv?{search}").get_data().decode("utf-8-sig"))))
    head = lines.index([]) + 1
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


IDS = {"<clause>": ("6b.1", "10b.2", "1a"), "<park>": tuple(PARKS), "<firm>": ("91320200MA1X00003Q",), "<indicator>": ("a", "b")}


def paths(page_of: Mapping[str, Any]) -> list[str]:
    """Addresses of a registered page, with ids of the small city in its places."""
    path = page_of["path_template"] or page_of["path"]
    place = next((part for part in path.split("/") if part.startswith("<")), "")
    return [path.replace(place, value) for value in IDS[place]] if place else [path]


@pytest.fixture
def signed_in(server) -> Callable[[str], FlaskClient]:
    def make(name: str) -> FlaskClient:
        client = server.test_client()
        assert sign_in(client, name).status_code == 303
        return client

    return make
