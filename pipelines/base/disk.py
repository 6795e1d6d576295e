"""What must outlast a power cut: whole or not at all, and there to stay once it is there; what its owner alone may read; what lies below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path


def sync(path: Path) -> None:
    """When this returns, a file's bytes or a folder's names are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(part: Path, path: Path) -> None:
    """Give a file written aside its own name: what was there before stands until the new one is on disk."""
    sync(part)
    part.replace(path)
    sync(path.parent)


def everything_below(folder: Path) -> list[Path]:
    """Folders and files below a folder, in order; none where there is none.

    What goes while it is looked at is not there: people move what lies in the landing folder. `Path.rglob` of Python 3.11 raises.
    """
    return sorted(Path(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files))


def is_private(place: str) -> bool:
    """Whether a file of a home, named from there, holds what its owner alone may read: accounts, their log, keys, what people noted."""
    folder, _, name = place.partition("/")
    return folder == "decisions" or (folder == "var" and "/" not in name and (".sqlite" in name or name.endswith(".key")))


def private_files(home: Path) -> Iterator[Path]:
    """Those a home holds."""
    for path in (*sorted((home / "var").glob("*")), *everything_below(home / "decisions")):
        if path.is_file() and is_private(path.relative_to(home).as_posix()):
            yield path
