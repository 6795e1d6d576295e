"""From a file that was checked to one that has landed: whole or not at all, under a name of ours, on record with who, when and which bytes.

Nothing else writes under landing/. What is put there by hand counts the same; it is only on no record of deliveries.
"""

import contextlib
import errno
import fcntl
import getpass
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.base.decisions import DELIVERIES, append
from pipelines.base.deliveries import Delivery, Report, deliveries
from pipelines.base.disk import everything_below, put, sync
from pipelines.base.errors import DeliveryRefused
from pipelines.base.incoming import Incoming, drop
from pipelines.deliver.bounded import check, incoming_root
from pipelines.settings import Settings

_BLOCK = 1 << 20
_STATES = {"refused": "deliver_refused", "incomplete": "deliver_incomplete", "foreign": "deliver_foreign"}


def landing_name(source: str, day: str, delivery: str | None, number: int, suffix: str) -> str:
    """The name a delivery gets: what the reader reads off a name (day, full or delta), and the order of deliveries of one day."""
    return f"{source}{f'_{delivery}' if delivery else ''}_{day}_no{number}{suffix}"


def next_number(decisions: Path) -> int:
    return max((one.number for one in deliveries(decisions)), default=0) + 1


def confirm(
    settings: Settings, incoming: Incoming, who: str | None = None, *, role: str = "command", parks: tuple[str, ...] | None = None, delivery: str | None = None
) -> tuple[Delivery, Report]:
    """Check once more, then land: the delivery on record, and what was checked.

    The same bytes (with the same sidecar) are one delivery: whoever comes second gets that of the first, `is_new` false.
    Raises DeliveryRefused when the check does not let it through, or the disk does not take it; then nothing has landed.
    """
    who = who or getpass.getuser()
    report = check(settings, incoming, parks, delivery)
    if not report.is_ready:
        raise DeliveryRefused(report.message, _STATES.get(report.state, "deliver_refused"), said=report.message)
    folder = _folder(settings, incoming.source)
    with _one_at_a_time(settings):
        if landed := same_bytes(settings, incoming, report.file_sha256):
            found = _on_record(settings, landed, incoming, report)
        else:
            name = landing_name(incoming.source, report.received_on, report.delivery, next_number(settings.decisions), incoming.suffix)
            _land(incoming, folder / name)
            found = _noted(settings, folder / name, incoming, report, who, role, parks)
    drop(incoming)
    return found, report


def same_bytes(settings: Settings, incoming: Incoming, sha256: str) -> str | None:
    """Where under landing/ the same bytes with the same sidecar lie already."""
    folder, sidecar = settings.landing / incoming.source, _content(incoming.sidecar)
    for path in everything_below(folder):
        if path.name.startswith(".") or path.is_symlink() or not path.is_file() or path.stat().st_size != incoming.size:
            continue
        with path.open("rb") as stream:
            is_same = hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        if is_same and _content(path.with_name(f"{path.name}.meta.yaml")) == sidecar:
            return path.relative_to(settings.landing).as_posix()
    return None


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _on_record(settings: Settings, landed: str, incoming: Incoming, report: Report) -> Delivery:
    """The delivery that brought these bytes; of one put there by hand, what can be said of it."""
    for one in deliveries(settings.decisions):
        if one.source_file == landed:
            return Delivery(**{**asdict(one), "is_new": False})
    changed = datetime.fromtimestamp((settings.landing / landed).stat().st_mtime, UTC).isoformat(timespec="seconds")
    return Delivery(0, incoming.source, landed, report.file_sha256, Path(landed).name, incoming.size, report.rows_loaded, report.rows_quarantined, "", changed, is_new=False)


def _folder(settings: Settings, source: str) -> Path:
    """The source's folder, made where it lacks. Raises DeliveryRefused when it leads out of landing/ or cannot be written."""
    if not re.fullmatch("[a-z_]+", source):
        raise DeliveryRefused(f"{source}: there is no such source.", "deliver_source", source=source)
    folder = settings.landing / source
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise _told(error, folder) from error
    if not folder.resolve().is_relative_to(settings.landing.resolve()):
        raise DeliveryRefused(f"{folder} leads out of the landing folder. Make it a folder there.", "deliver_unwritten")
    return folder


@contextlib.contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Two who confirm the same bytes at once are one delivery."""
    with os.fdopen(os.open(incoming_root(settings) / "lock", os.O_CREAT | os.O_RDWR, 0o600), "r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _land(incoming: Incoming, target: Path) -> None:
    """Beside its place first, on disk, then under its name; its sidecar before it, since a build may look at any moment."""
    sidecar, done = target.with_name(f"{target.name}.meta.yaml"), False
    parts = [(path, target.with_name(f".{place.name}.part"), place) for path, place in ((incoming.sidecar, sidecar), (incoming.path, target)) if path.exists()]
    try:
        for path, part, _ in parts:
            with path.open("rb") as given, os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as out:
                shutil.copyfileobj(given, out, _BLOCK)
            sync(part)
        for _, part, place in parts:
            put(part, place)
        done = True
    except OSError as error:
        raise _told(error, target.parent) from error
    finally:
        for _, part, place in parts if not done else ():
            for left in (part, place):
                left.unlink(missing_ok=True)


def _noted(
    settings: Settings, target: Path, incoming: Incoming, report: Report, who: str, role: str, parks: tuple[str, ...] | None
) -> Delivery:
    """The line on record; where it cannot be written, nothing has landed."""
    said: dict[str, Any] = {
        "number": next_number(settings.decisions), "source": incoming.source, "source_file": target.relative_to(settings.landing).as_posix(),
        "file_sha256": report.file_sha256, "given_name": incoming.given_name, "size": incoming.size,
        "rows_loaded": report.rows_loaded, "rows_quarantined": report.rows_quarantined, "role": role, "parks": list(parks or ()),
    }  # fmt: skip
    when = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        append(settings.decisions, DELIVERIES, said, who, when=when)
    except OSError as error:
        for place in (target, target.with_name(f"{target.name}.meta.yaml")):
            place.unlink(missing_ok=True)
        raise _told(error, settings.decisions) from error
    return Delivery(**{**said, "parks": tuple(parks or ()), "who": who, "when": when})


def _told(error: OSError, where: Path) -> DeliveryRefused:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DeliveryRefused(f"{where}: the disk is full. Nothing has landed; make room, then confirm again.", "deliver_full")
    return DeliveryRefused(f"{where}: cannot be written ({error.strerror}). Nothing has landed.", "deliver_unwritten")
