# ruff: noqa: N999 (gunicorn looks for this name)
"""How gunicorn serves the dashboard: `gunicorn -c dashboard/gunicorn.conf.py` and an application; `softcity serve` reads it too."""

import atexit
import contextlib
import ctypes
import gc
import logging
import os
import shutil
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from dashboard.worker import Worker
from pipelines.base.scratch import scratch

worker_class = Worker
workers, threads = 2, 4
timeout = 60
preload_app = True
control_socket_disable = True
max_requests, max_requests_jitter = 20_000, 2_000
limit_request_line = 8190
proc_name = "softcity"
loglevel = "warning"

_ARENA_MAX, _TRIM_THRESHOLD = -8, -1  # of malloc.h
_HELD_FREE = 32 << 20
_own = Path(scratch("server"))  # two servers may share a home
_counts = _own / "metrics"
_counts.mkdir()
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counts)  # set before the first import


class logger_class(Logger):  # type: ignore[misc]  # noqa: N801 (gunicorn's name)
    """Gunicorn's own lines, in our form where there is one."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if logging.getLogger().handlers:
            self.error_log.handlers.clear()
            self.error_log.propagate = True


def on_starting(_: Any) -> None:
    """Hold memory of all threads in one place, where the C library is GNU's: each thread's own holds what it once needed.

    And hold what an answer has freed for the next one: given back to the system, it comes again page by page (350 faults).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
        ctypes.CDLL(None).mallopt(_TRIM_THRESHOLD, _HELD_FREE)


def when_ready(server: Any) -> None:
    _freeze()  # what a collector has marked is written, and no more shared with the workers
    print(f"ready: http://{server.cfg.bind[0]}", flush=True)


def post_worker_init(worker: Any) -> None:
    """Every page once before a worker takes traffic: its first readers wait for no import and no file to be opened."""
    worker.wsgi.extensions["warm"]()
    _freeze()


def child_exit(_: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_: Any) -> None:
    shutil.rmtree(_own, ignore_errors=True)


def _freeze() -> None:
    """All there is now stays for good: a collector that walks over it now and again would make one reader wait 70 ms."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or DuckDB's binding tells on stderr of all that was never let go
