"""Serve the dashboard with gunicorn: the same application in every worker, warmed before it takes traffic."""

import atexit
import contextlib
import ctypes
import gc
import logging
import os
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from dashboard.scratch import scratch
from dashboard.worker import Worker

THREADS = 4
_ARENA_MAX, _TRIM_THRESHOLD = -8, -1  # of malloc.h
_KEPT_FREE = 32 << 20


def warm(server: Flask) -> None:
    """One request, so that Dash registers its scripts before the first reader asks for them.

    It runs before the workers fork: without it a worker's first script requests can be answered with 500.
    """
    server.test_client().get("/healthz")


def warm_worker(worker: Any) -> None:
    """Every page once before a worker takes traffic: its first readers wait for no import and no file to be opened."""
    worker.wsgi.extensions["warm"]()
    _keep()


def _keep() -> None:
    """All there is now stays for good: a collector that walks over it now and again would make one reader wait 70 ms."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or DuckDB's binding tells on stderr of all that was never let go


def _one_heap() -> None:
    """Keep memory of all threads in one place, where the C library is GNU's: each thread's own holds what it once needed.

    And keep what a page has freed for the next one: given back to the system, it comes again page by page (350 faults).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
        ctypes.CDLL(None).mallopt(_TRIM_THRESHOLD, _KEPT_FREE)


class _Log(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, in our form where one is kept."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if logging.getLogger().handlers:
            self.error_log.handlers.clear()
            self.error_log.propagate = True


def _remove(*folders: str) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


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
        _keep()  # what a collector has marked is written, and no more shared with the workers
        return server


def serve(
    published: Path, accounts: Path, host: str = "127.0.0.1", port: int = 8050, workers: int = 2, **options: Any
) -> None:
    """Serve until stopped. `options` go to create_app (secure_cookies=True behind TLS)."""
    _one_heap()
    shared = scratch("shared")
    counts = os.environ["PROMETHEUS_MULTIPROC_DIR"] = scratch("metrics")  # set before the first import; two servers may share a home
    settings = {
        "bind": f"{host}:{port}", "workers": workers, "threads": THREADS, "worker_class": Worker,
        "control_socket_disable": True, "timeout": 60, "preload_app": True, "max_requests": 20_000, "max_requests_jitter": 2_000,
        "limit_request_line": 8190, "proc_name": "softcity", "loglevel": "warning",
        "logger_class": _Log,
        "post_worker_init": warm_worker, "child_exit": _forget, "on_exit": lambda _: _remove(counts, shared),
        "when_ready": lambda _: print(f"ready: http://{host}:{port}", flush=True),
    }
    _Application(published, accounts, settings, {**options, "shared": shared}).run()
