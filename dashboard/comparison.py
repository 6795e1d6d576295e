"""Two snapshots compared as a page asks for it: which two, the comparison made once in its turn and kept for all workers.

What changed is what pipelines/base/comparison.py says, `softcity diff` too. It is made of what its reader sees of each
snapshot, in a process of its own that can be ended; the rows are then asked for like those of a snapshot.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from flask import g

from dashboard.access import scope as scopes
from dashboard.access.scope import Scope
from dashboard.errors import AnswerLate
from dashboard.heavy import Queue
from dashboard.query import at_snapshot
from dashboard.snapshot import Snapshot
from dashboard.view import View
from pipelines.base.comparison import TABLES, compare

SECONDS = 60
KEPT = 16
_RULES = sha256(json.dumps([TABLES, scopes.CITY_VIEWS, scopes.OPERATOR_VIEWS]).encode()).hexdigest()
"""A comparison kept by a server that compared otherwise is not read."""


class Comparisons:
    """Comparisons of pairs of snapshots by scope. `shared` is the same folder for all workers."""

    def __init__(self, shared: Path) -> None:
        self._queue, self._folder = Queue(shared), shared / "comparisons"

    def between(self, old: Snapshot, new: Snapshot, scope: Scope) -> Snapshot:
        """What changed, to be asked like the newer snapshot. Raises Busy or AnswerLate when others have their turn or it takes too long."""
        seen = scopes.written(scope)
        key = sha256(json.dumps([str(old.folder), str(new.folder), seen, _RULES]).encode()).hexdigest()
        made = replace(new, folder=self._folder / key)
        if not made.database.exists():
            with self._queue.turn():
                if not made.database.exists():  # somebody may have asked for the same while this one waited
                    self._make(old, new, seen, made)
        return made

    def _make(self, old: Snapshot, new: Snapshot, seen: scopes.Written, made: Snapshot) -> None:
        """The caller has its turn, so nobody else writes."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for one in kept[: max(len(kept) - KEPT + 1, 0)]:
            rmtree(one, ignore_errors=True)
        part = self._folder / f"{made.folder.name}.part"
        rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        command = [sys.executable, "-m", "dashboard.comparison", str(old.database), str(new.database), json.dumps(seen), str(part)]
        try:
            subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=SECONDS, cwd=Path(__file__).parents[1])
        except subprocess.TimeoutExpired:
            rmtree(part, ignore_errors=True)
            raise AnswerLate(f"{new.snapshot_id}: not compared within {SECONDS} s. Ask again when less runs.") from None
        part.rename(made.folder)


def sides(view: View) -> tuple[Snapshot, Snapshot]:
    """The two snapshots of an address, the older asked for first. Raises SnapshotMissing."""
    new: Snapshot = g.snapshot
    named = view.get("then")
    old = g.reader.snapshots.of_day_or_id(named) if named else g.reader.snapshots.before(new)
    return old.alike(new) or replace(old, policy_id=new.policy_id, document=new.document), new  # one that had not the policy yet has none of it


@contextmanager
def compared(view: View) -> Iterator[None]:
    """Ask what changed between the snapshots of an address, by the same user and scope. Raises SnapshotMissing, Busy, AnswerLate."""
    old, new = sides(view)
    with at_snapshot(g.comparisons.between(old, new, scopes.scope_of(g.user))):
        yield


def _main(old: str, new: str, seen: str, folder: str) -> None:
    os.nice(10)  # pages go before it
    with scopes.pair(Path(old), Path(new), scopes.read(json.loads(seen)), Path(folder)) as connection:
        connection.execute(f"attach '{folder.replace(chr(39), chr(39) * 2)}/marts.duckdb' as comparison")
        connection.execute("use comparison")
        connection.execute("set enable_external_access = false")
        compare(connection)


if __name__ == "__main__":
    _main(*sys.argv[1:])
