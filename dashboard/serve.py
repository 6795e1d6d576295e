"""Serve the dashboard with gunicorn: the same application in every worker, warmed before it takes traffic."""

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from dashboard.scratch import scratch

THREADS = 4


def warm(server: Flask) -> None:
    """One request, so that Dash registers its scripts before the first reader asks for them.

    It runs before the workers fork: without it a worker's first script requests can be answered with 500.
    """
    server.test_client().get("/healthz")


def warm_worker(worker: Any) -> None:
    """Every page once before a worker takes traffic: its first readers wait for no import and no file to be opened."""
    worker.wsgi.extensions["warm"]()


class _Log(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, in our form where one is kept."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if logging.getLogger().handlers:
            self.error_log.handlers.clear()
            self.error_log.propagate = True


def _forget(_: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, published: Path, accounts: Path, settings: dict[str, Any], options: dict[str, Any]) -> None:
        self._arguments, self._settings, self._options = (published, accounts), settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from dashboard.app import create_app

        server = create_app(*self._arguments, **self._options)
        warm(server)
        return server


def serve(
    published: Path, accounts: Path, host: str = "127.0.0.1", port: int = 8050, workers: int = 2, **options: Any
) -> None:
    """Serve until stopped. `options` go to create_app (secure_cookies=True behind TLS)."""
    counts = os.environ["PROMETHEUS_MULTIPROC_DIR"] = scratch("metrics")  # set before the first import; two servers may share a home
    settings = {
        "bind": f"{host}:{port}", "workers": workers, "threads": THREADS, "worker_class": "gthread",
        "control_socket_disable": True, "timeout": 60, "preload_app": True, "max_requests": 20_000, "max_requests_jitter": 2_000,
        "limit_request_line": 8190, "proc_name": "softcity", "loglevel": "warning",
        "logger_class": _Log,
        "post_worker_init": warm_worker, "child_exit": _forget, "on_exit": lambda _: shutil.rmtree(counts, ignore_errors=True),
        "when_ready": lambda _: print(f"ready: http://{host}:{port}", flush=True),
    }
    _Application(published, accounts, settings, options).run()
