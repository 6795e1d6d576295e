"""A small city served by gunicorn, and a Chromium to read it with. Without one these tests are skipped."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "unit" / "dashboard"))

PASSWORD = "correct horse"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/opt/chromium/chrome")


def chromium() -> str | None:
    """The browser CHROMIUM names, or one where they usually lie."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or next((place for place in PLACES if Path(place).exists()), None)


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if not path:
        pytest.skip(
            "No Chromium. Install one (Debian: apt-get install chromium fonts-noto-cjk) or set CHROMIUM to its path."
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


@pytest.fixture(scope="session")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a production server over the small city."""
    from dashboard.access import accounts

    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    accounts.add(file, "ana", PASSWORD, "analyst")
    accounts.add(file, "opa", PASSWORD, "operator", ["P001"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from pathlib import Path; from dashboard.serve import serve; serve(Path({str(published)!r}), Path({str(file)!r}), port={port})"
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
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
