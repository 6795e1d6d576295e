"""Serve the dashboard with gunicorn, as its configuration file says (gunicorn.conf.py)."""

import os
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import Application  # type: ignore[import-untyped]

CONFIGURATION = Path(__file__).with_name("gunicorn.conf.py")


class _Application(Application):  # type: ignore[misc]
    def __init__(self, published: Path, accounts: Path, settings: dict[str, Any], options: dict[str, Any]) -> None:
        self._arguments, self._settings, self._options = (published, accounts), settings, options
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_file(str(CONFIGURATION))
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from dashboard.app import create_app

        shared = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).with_name("shared")  # the configuration file's, gone with the server
        return create_app(*self._arguments, **{"shared": shared, **self._options})


def serve(
    published: Path, accounts: Path, host: str = "127.0.0.1", port: int = 8050, workers: int = 2, **options: Any
) -> None:
    """Serve until stopped. `options` go to create_app (secure_cookies=True behind TLS)."""
    _Application(published, accounts, {"bind": f"{host}:{port}", "workers": workers}, options).run()
