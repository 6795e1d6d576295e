"""The Chromium that tests, timings and pictures use."""

import os
import shutil

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "/opt/chromium/chrome")


def chromium() -> str | None:
    """The browser CHROMIUM names, or the first that is installed: the one without a window, which has less to do."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
