"""Ask the child process: what reads somebody's file may take so much time and memory and no more."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.base.deliveries import Report, report_of
from pipelines.base.errors import DeliveryRefused
from pipelines.base.incoming import Incoming
from pipelines.settings import PROJECT, Settings

SECONDS = 90
"""By the clock, and a second more for each megabyte."""
_TOO_MUCH = "Reading took more than {seconds:g} s, or more memory than one file may. Split it, or save it as csv."


def incoming_root(settings: Settings) -> Path:
    """Where files that were handed in wait."""
    return settings.var / "incoming"


def check(settings: Settings, incoming: Incoming, parks: tuple[str, ...] | None = None, delivery: str | None = None) -> Report:
    """How the build would read a file that was handed in; nothing lands.

    `parks`: those of an operator, whose file may speak of no other; None for those who hand in for the city.
    `delivery`: full or delta, where the name does not tell.
    Raises DeliveryRefused when reading it took too much.
    """
    return report_of(ask(settings, "check", **_about(incoming), parks=parks, delivery=delivery))


def _about(incoming: Incoming) -> dict[str, Any]:
    return {"path": str(incoming.path), "source": incoming.source, "given_name": incoming.given_name, "size": incoming.size}


def mended(settings: Settings, incoming: Incoming) -> bytes:
    """The rows that a file handed in would have set aside, as a workbook with the reasons. Raises DeliveryRefused when there is none."""
    return _file(settings, "mend", **_about(incoming))


def mended_of(settings: Settings, source_file: str) -> bytes:
    """The same of a file that has landed. Raises DeliveryRefused when it is not there as it was read, or has no such row."""
    return _file(settings, "mend_landed", source_file=source_file, size=0)


def template(settings: Settings, source: str, with_example: bool = False) -> bytes:
    """The workbook to fill in for a source. Raises DeliveryRefused for a source there is not."""
    return _file(settings, "template", source=source, with_example=with_example)


def _file(settings: Settings, what: str, **told: Any) -> bytes:
    with _scratch(settings) as folder:
        out = folder / "out.xlsx"
        ask(settings, what, out=str(out), **told)
        return out.read_bytes()


@contextlib.contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    root = incoming_root(settings)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=root) as folder:
        yield Path(folder)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The child and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ask(settings: Settings, what: str, /, *, seconds: float = SECONDS, **told: Any) -> Any:
    """What the child (child.py) answers. Raises DeliveryRefused, its own or for what took too much."""
    seconds += int(told.get("size") or 0) >> 20
    with _scratch(settings) as folder:
        request = {"what": what, "home": str(settings.home), "landing": str(settings.landing), "scratch": str(folder), **told}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipelines.deliver.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=PROJECT, env={**os.environ, "SOFTCITY_CITY": settings.city, "PYTHONPATH": str(PROJECT)}, start_new_session=True,
        )  # fmt: skip
        try:
            out, told_wrong = process.communicate(json.dumps(request).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise DeliveryRefused(_TOO_MUCH.format(seconds=seconds), "deliver_much") from None
    if process.returncode:
        _end(process)
        if b"Error" in told_wrong and b"MemoryError" not in told_wrong:
            raise RuntimeError(told_wrong.decode("utf-8", "replace")[-2000:])   # a fault of ours
        raise DeliveryRefused(_TOO_MUCH.format(seconds=seconds), "deliver_much")
    answer = json.loads(out)
    if "refused" in answer:
        raise DeliveryRefused(answer["refused"], answer["key"], **answer["words"])
    return answer["told"]
