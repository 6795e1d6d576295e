"""A small city served by gunicorn, and a Chromium to read it with. Without one these tests are skipped."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.chromium import ARGUMENTS, chromium

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "dashboard"))

PASSWORD = "correct horse"


@pytest.fixture(scope="package")
def browser():
    """Gone after the last of these tests: as long as Playwright runs, its loop is that of the process and no other can be."""
    path = chromium()
    if not path:
        pytest.skip(
            "No Chromium. Install one (Debian: apt-get install chromium-headless-shell fonts-noto-cjk) or set CHROMIUM to its path."
        )
    sync = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright")
    with sync.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from small_city import build

    folder = tmp_path_factory.mktemp("published")
    build(folder)
    return folder


def _with_small_city() -> dict[str, str]:
    """The server is handed a small law of the unit tests: the real one is held against the page in tests/integration."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "unit" / "dashboard")])}


@pytest.fixture(scope="session")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people settle on the served pages."""
    return tmp_path_factory.mktemp("home") / "decisions"


@pytest.fixture(scope="package")
def site(published: Path, decisions: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a production server over the small city."""
    from dashboard.access import accounts

    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    accounts.add(file, "ana", PASSWORD, "analyst")
    accounts.add(file, "opa", PASSWORD, "operator", ["P001"])
    accounts.add(file, "ste", PASSWORD, "steward")
    accounts.add(file, "adm", PASSWORD, "admin")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = (
        "from pathlib import Path; from dashboard.serve import serve; from small_home import small_home; from test_whatif import TERMS, answer; "
        f"serve(Path({str(published)!r}), Path({str(file)!r}), port={port}, decisions={str(decisions)!r}, home=small_home(Path({str(decisions.parent)!r})), "
        "terms=lambda policy, document: [*TERMS, {**TERMS[1], 'key': '6b.1.switch', 'part': 'switch', 'unit': 'choice', 'value': 'on', 'options': ['on', 'off'], 'bounds': None}], whatif=lambda folder, edits: answer(edits))"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=_with_small_city(), start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2)
                break
            except OSError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture(scope="package")
def profiles(browser) -> Iterator[dict[str, Any]]:
    """A browser profile for each person, signed in once, scripts kept."""
    held: dict[str, Any] = {}
    yield held
    for context in held.values():
        context.close()


def watch(page: Any, site: str, wrong: list[str]) -> None:
    """Note what must not happen: an error in the console, an answer of 400 or more, a request to the outside."""
    page.on("request", lambda request: None if request.url.startswith((site, "data:", "blob:")) else wrong.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda response: wrong.append(f"{response.status} {response.url}") if response.status >= 400 else None)


def sign_in(page: Any, name: str) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#user-name, #step-new")
    if page.locator("#step-new").count():  # the password was somebody else's choice
        page.fill("input[name=new]", f"{PASSWORD} of my own")
        page.fill("input[name=again]", f"{PASSWORD} of my own")
        page.click("button[type=submit]")
        page.wait_for_selector("#user-name")


@pytest.fixture
def open_as(browser, profiles: dict[str, Any], site: str) -> Iterator[Callable]:
    """Hand back a page at `path`, signed in if need be; afterwards nothing may have gone wrong or gone outside."""
    pages: list[Any] = []
    wrong: list[str] = []

    def make(name: str, path: str = ""):
        if is_new := name not in profiles:
            profiles[name] = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce")
        page = profiles[name].new_page()
        pages.append(page)
        watch(page, site, wrong)
        if is_new:
            page.goto(site + path)
            sign_in(page, name)
        elif path:
            page.goto(site + path)
        if path:
            settled(page)
        return page

    yield make
    for page in pages:
        page.close()
    assert not wrong


def go(page: Any, address: str) -> None:
    """Another page of the dashboard, as a link of it leads there: without loading anew."""
    page.evaluate(
        """address => {
          document.querySelector("#_pages_content").firstElementChild?.setAttribute("data-before", "");
          history.pushState({}, "", address); dispatchEvent(new CustomEvent("_dashprivate_pushstate")); scrollTo(0, 0);
        }""",
        address,
    )
    page.wait_for_selector("#_pages_content > :not([data-before])")
    settled(page)


def settled(page: Any) -> None:
    """Wait until a page shows what it has: figures drawn, rows there, nothing asked for any more."""
    page.wait_for_selector("#main h1, #main .state")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".graph")].every(one => one.closest("[hidden]") || one.querySelector(".main-svg"))
            && [...document.querySelectorAll(".grid")].every(one => one.closest("[hidden]") || one.querySelector(".ag-overlay-no-rows-center") || [...one.querySelectorAll(".ag-row")].some(row => row.textContent.trim()))
            && !document.querySelector("[data-dash-is-loading=true]")""",
        polling=100,   # not at every frame: that has all frames drawn
    )


def rows(page: Any) -> list[str]:
    """The words of the rows the first grid shows, from the top, what is pinned before the rest."""
    found: list[str] = page.evaluate(
        """() => {
          const found = {};
          document.querySelector(".grid").querySelectorAll(".ag-row").forEach(row => (found[row.getAttribute("row-index")] ??= []).push(row.innerText.replace(/\\s+/g, " ")));
          return Object.keys(found).sort((a, b) => a - b).map(at => found[at].join(" "));
        }"""
    )
    return found


def axe(page: Any, *rules: str) -> list[str]:
    """What axe finds on a page, moderate and minor things too."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": rules} if rules else {})}   # style sheets are of one rule, which is off
    but = {"exclude": [[".ag-row:nth-child(n + 9)"]]}   # what is further down a grid is made as the rows above
    found = page.evaluate("([but, options]) => axe.run(but, options)", [but, options])["violations"]
    return [f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}" for one in found for node in one["nodes"]]
