"""One file that holds a home: what came, what was published, who may sign in, what people settled; and the way back.

The archive is a gzip tar. Its last member, MANIFEST.json, names every file with its sha256: an archive that was cut
short has none, and a byte that turned is named by the file it hurt. `var/` but for the raw rows is made anew.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from pipelines.base.disk import everything_below, is_private, put
from pipelines.base.errors import BackupError
from pipelines.settings import Settings

FORMAT = 1
MANIFEST = "MANIFEST.json"
KEPT = ("landing", "published", "decisions", "var/raw")
BLOCK = 1 << 20
Progress = Callable[[str], object]


def backup(settings: Settings, target: Path, progress: Progress = lambda _: None) -> int:
    """Write the whole home into `target`; the number of files in it.

    Call it under the build lock: readers go on, builds wait. Raises BackupError when `target` is there already.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. Name a new file; an older backup is never written over.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    sums: dict[str, str] = {}
    try:
        # it holds password hashes and the cookie key: for its owner only
        handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
            for name, path in _files(settings):
                progress(name)
                sums[name] = _add(archive, name, path)
            with tempfile.TemporaryDirectory() as folder:
                for name, path in _databases(settings, Path(folder)):
                    sums[name] = _add(archive, name, path)
            manifest = {
                "format": FORMAT, "softcity_version": version("softcity"), "city": settings.city,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "files": sums,
            }  # fmt: skip
            content = json.dumps(manifest, indent=1).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        put(part, target)
    finally:
        part.unlink(missing_ok=True)
    return len(sums)


def restore(source: Path, home: Path, progress: Progress = lambda _: None) -> int:
    """Bring a backup back into an empty `home`; the number of files.

    Everything is read and proved beside it first: a damaged archive changes nothing.
    Raises BackupError naming what is damaged, or why the home cannot take it.
    """
    if not source.is_file():
        raise BackupError(f"{source}: there is no such backup.")
    if home.exists() and any(home.iterdir()):
        raise BackupError(f"{home} is not empty. Restore into a new folder, look at it, then put it in place.")
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o750)
    try:
        count = _unpack(source, beside, progress)
        for kept in KEPT:  # an archive holds no empty folder, and a unit that may write only there does not start without it
            (beside / kept).mkdir(parents=True, exist_ok=True)
        (beside / "decisions").chmod(0o700)
        if home.exists():
            home.rmdir()
        beside.rename(home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file to keep. The landing folder may lie elsewhere; a link is not followed out of it."""
    for kept in KEPT:
        root = settings.landing if kept == "landing" else settings.home / kept
        for path in everything_below(root):
            unfinished = any(part.startswith(".new-") or part.endswith((".part", ".tmp")) for part in path.parts)
            if path.is_file() and not path.is_symlink() and not unfinished:
                yield f"{kept}/{path.relative_to(root).as_posix()}", path


def _databases(settings: Settings, folder: Path) -> Iterator[tuple[str, Path]]:
    """Copies of the SQLite files as they stand at one moment, whoever writes meanwhile; the keys and the last build's record."""
    for path in sorted(settings.var.glob("*.sqlite")):
        copy = folder / path.name
        with sqlite3.connect(path) as original, sqlite3.connect(copy) as target:
            original.backup(target)
        original.close()
        target.close()
        yield f"var/{path.name}", copy
    for path in (*sorted(settings.var.glob("*.key")), *settings.var.glob("last_build.json")):
        yield f"var/{path.name}", path


class _Summed(io.RawIOBase):
    """A stream that keeps the sha256 of what was read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        return block


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as stream:
        member = archive.gettarinfo(arcname=name, fileobj=stream)
        summed = _Summed(stream)
        archive.addfile(member, summed)
    return summed.digest.hexdigest()


def _unpack(source: Path, folder: Path, progress: Progress) -> int:
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is None or not _is_ours(member.name):
                    raise BackupError(f"{source}: holds {member.name!r}, which no backup of ours does. Use another archive.")
                if member.name == MANIFEST:
                    manifest = json.loads(stream.read())
                    continue
                progress(member.name)
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                summed = _Summed(stream)
                with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
                    shutil.copyfileobj(summed, out, BLOCK)
                path.chmod(0o600 if is_private(member.name) else member.mode & 0o777)
                os.utime(path, (member.mtime, member.mtime))
                found[member.name] = summed.digest.hexdigest()
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        last = next(reversed(found), "the beginning")
        raise BackupError(f"{source} is damaged after {last} ({error}). Use another backup.") from error
    if manifest is None:
        raise BackupError(f"{source} ends early, after {next(reversed(found), 'nothing')}. Use another backup.")
    if manifest["format"] != FORMAT:
        raise BackupError(f"{source}: format {manifest['format']}, this Softcity reads {FORMAT}. Restore with the version that made it.")
    sums = manifest["files"]
    if wrong := sorted(name for name in sums.keys() | found.keys() if sums.get(name) != found.get(name)):
        raise BackupError(f"{source} is damaged: {', '.join(wrong[:10])}. Use another backup.")
    return len(sums)


def _is_ours(name: str) -> bool:
    """A path below the home and nothing else: an archive from elsewhere must not write where it likes."""
    inside = name.startswith(("landing/", "published/", "decisions/", "var/")) and ".." not in Path(name).parts
    return name == MANIFEST or inside
