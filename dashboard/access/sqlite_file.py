"""A SQLite file of ours beside the accounts: readable by its owner alone, and by several processes at once."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def made(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, there from now on, with a connection to write its tables through."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("pragma journal_mode = wal")
        yield connection
