"""What must outlast a power cut: whole or not at all, and there to stay once it is there."""

import os
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
