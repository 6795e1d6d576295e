"""Files handed in that have not landed: outside the landing folder, for their owner alone, for a day.

`HOME/var/incoming/<id>/` holds `about.json`, the bytes as `file.xlsx`, and what is said of them as `file.xlsx.meta.yaml`.
The id is random and the only name that comes back from a browser; the name a file was sent under never becomes a path.
"""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from pipelines.base.errors import DeliveryRefused
from pipelines.base.visible import visible

SUFFIXES = (".csv.gz", ".json.gz", ".csv", ".json", ".xls", ".xlsx")
LARGEST = 32 << 20
"""Bytes of one file that a page takes; larger ones are packed as csv.gz or put into the landing folder."""
EACH, ALL_BYTES = 8, 1 << 30
"""Files one person may have waiting, and bytes of all of them."""
KEPT = timedelta(hours=24)
SIDECAR_BYTES = 64 << 10
_ID = re.compile("[0-9a-f]{32}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Incoming:
    """One file handed in: whose it is, of which source, what it was called, how many bytes it is to have."""

    folder: Path
    id: str
    owner: str
    source: str
    given_name: str
    size: int
    when: str

    @property
    def suffix(self) -> str:
        return suffix_of(self.given_name)

    @property
    def path(self) -> Path:
        return self.folder / f"file{self.suffix}"

    @property
    def sidecar(self) -> Path:
        return self.path.with_name(f"{self.path.name}.meta.yaml")

    @property
    def held(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def is_whole(self) -> bool:
        return self.held == self.size

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(self.when) + KEPT


def suffix_of(name: str) -> str:
    """The ending a reader knows a file by; empty when it is none of ours."""
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")


def begin(root: Path, owner: str, source: str, given_name: str, size: int, largest: int = LARGEST) -> Incoming:
    """A place for a file that is to come. Raises DeliveryRefused: not of a kind we read, too large, too many wait."""
    expire(root)
    name = visible(re.split(r"[/\\]", given_name)[-1])[:200]
    if not suffix_of(name):
        raise DeliveryRefused(f"{name}: not a kind of file that is read. Use {', '.join(SUFFIXES)}.", "deliver_kind", kinds=" ".join(SUFFIXES))
    if not 0 < size <= largest:
        raise DeliveryRefused(f"{name}: {size:,} bytes; from 1 to {largest:,} are taken. Pack it as .csv.gz, or put it into the landing folder.", "deliver_size", most=largest >> 20)
    there = list(_all(root))
    if sum(one.owner == owner for one in there) >= EACH:
        raise DeliveryRefused(f"{EACH} files of {owner} wait. Confirm or drop some first.", "deliver_many", most=EACH)
    if sum(one.size for one in there) + size > ALL_BYTES:
        raise DeliveryRefused("Too much waits to be confirmed. Try again later.", "deliver_full")
    file_id = secrets.token_hex(16)
    made = Incoming(root / file_id, file_id, owner, source, name, size, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.folder.mkdir(mode=0o700)
        told = {key: value for key, value in asdict(made).items() if key not in ("folder", "id")}
        _write(made.folder / "about.json", json.dumps(told, ensure_ascii=False).encode(), os.O_EXCL)
    except OSError as error:
        drop(made)
        raise _told(error) from error
    return made


def append(incoming: Incoming, offset: int, data: bytes) -> None:
    """The next piece of a file. Raises DeliveryRefused when it is not the next one, is too much, or the disk is full; then nothing of the file stays."""
    if offset != incoming.held or offset + len(data) > incoming.size:
        drop(incoming)
        raise DeliveryRefused(f"{incoming.given_name}: the pieces do not follow each other. Send the file again.", "deliver_broken")
    try:
        _write(incoming.path, data, os.O_APPEND)
    except OSError as error:
        drop(incoming)
        raise _told(error) from error


def take(root: Path, path: Path, owner: str, source: str, largest: int) -> Incoming:
    """A file of this machine as one handed in: what is done to it from then on cannot change what was checked."""
    try:
        made = begin(root, owner, source, path.name, path.stat().st_size, largest)
        with path.open("rb") as stream:
            while data := stream.read(1 << 20):
                append(made, made.held, data)
        if (sidecar := path.with_name(f"{path.name}.meta.yaml")).is_file():
            put_sidecar(made, sidecar.read_bytes())
    except OSError as error:
        raise DeliveryRefused(f"{path}: {error.strerror}.", "deliver_broken") from error
    return made


def say(incoming: Incoming, said: Mapping[str, str]) -> None:
    """Write what a person says of a list beside its file; blank answers are left out. Raises DeliveryRefused when nothing is left."""
    told = {key: value.strip() for key, value in said.items() if value.strip()}
    if not told:
        raise DeliveryRefused("Nothing is said of the list. Give its list, level, issuer, document, day, stage and round.", "deliver_sidecar")
    put_sidecar(incoming, yaml.safe_dump(told, allow_unicode=True, sort_keys=False).encode())


def put_sidecar(incoming: Incoming, sidecar: bytes) -> None:
    """A sidecar as it is, beside its file. Raises DeliveryRefused when it is too long."""
    if len(sidecar) > SIDECAR_BYTES:
        raise DeliveryRefused(f"The sidecar is longer than {SIDECAR_BYTES >> 10} kB.", "deliver_sidecar")
    try:
        _write(incoming.sidecar, sidecar, os.O_TRUNC)
    except OSError as error:
        raise _told(error) from error


def find(root: Path, file_id: str, owner: str) -> Incoming:
    """One's own file by its id. Raises DeliveryRefused when there is none: never was, of another, expired, landed."""
    found = _read(root / file_id) if _ID.fullmatch(file_id) else None
    if found is None or found.owner != owner or found.until < datetime.now(UTC):
        raise DeliveryRefused("No such file waits: it was landed, dropped, or a day has passed. Hand it in again.", "deliver_gone")
    return found


def waiting(root: Path, owner: str) -> list[Incoming]:
    """One's own files that came whole, the latest first."""
    expire(root)
    return sorted((one for one in _all(root) if one.owner == owner and one.is_whole), key=lambda one: (one.when, one.id), reverse=True)


def drop(incoming: Incoming) -> None:
    shutil.rmtree(incoming.folder, ignore_errors=True)


def expire(root: Path) -> None:
    """Remove what nobody confirmed within a day, and what never said whose it is."""
    now = datetime.now(UTC)
    for folder in root.iterdir() if root.is_dir() else ():
        one = _read(folder)
        if one and one.until < now:
            drop(one)
        elif one is None and _ID.fullmatch(folder.name):
            with contextlib.suppress(OSError):
                if folder.stat().st_mtime < (now - KEPT).timestamp():
                    shutil.rmtree(folder, ignore_errors=True)


def _all(root: Path) -> Iterator[Incoming]:
    for folder in root.iterdir() if root.is_dir() else ():
        if one := _read(folder):
            yield one


def _read(folder: Path) -> Incoming | None:
    if not _ID.fullmatch(folder.name):
        return None
    try:
        return Incoming(folder, folder.name, **json.loads((folder / "about.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, data: bytes, how: int) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | how, 0o600), "ab" if how == os.O_APPEND else "wb") as out:
        out.write(data)


def _told(error: OSError) -> DeliveryRefused:
    if error.errno in _FULL:
        return DeliveryRefused("The disk is full: nothing was kept. Make room, then hand it in again.", "deliver_full")
    return DeliveryRefused(f"The file could not be kept: {error.strerror}. See that HOME/var can be written.", "deliver_unwritten")
