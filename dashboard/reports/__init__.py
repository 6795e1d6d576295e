"""月报: the sentences, cards and tables that pages show, as PDF, Word and Excel; one page for each park.

Nothing is counted here: a report asks the same questions through the same scope. It knows of no page.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flask import Flask, g

from dashboard.access.accounts import User
from dashboard.errors import NothingThere, SnapshotMissing
from dashboard.heavy import Queue
from dashboard.query import ask
from dashboard.reader import Reader
from dashboard.reports import content, render, sheet, word, workbook
from dashboard.snapshot import ALL, Snapshot, Snapshots
from dashboard.summaries.overview import REPORT_ROLES
from dashboard.view import View
from pipelines.base.policies import chosen

AUTHOR = "softcity report"
FORMS = {"pdf": render.pdf, "docx": word.docx, "xlsx": workbook.xlsx}


def make(published: Path, month: str, folder: Path, policy: str | None = None) -> list[Path]:
    """Write the city's report of `month` (2025-12) as PDF, Word and Excel, and one page for each park; the files.

    Where the city has several policies a report is of the one named (`all`: what adds, and no park's page), and its files name it. Raises SnapshotMissing when no
    snapshot stands on a day of that month, PolicyError where the policy is lacking or not there.
    """
    snapshots = Snapshots(published)
    snapshot = by_policy(of_month(snapshots, month), policy)
    of = f"{snapshot.policy_id}-{month}" if snapshot.has_several else month
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with reading(snapshots, snapshot, User(AUTHOR, "analyst")):
        city = content.month(month)
        for ending, write in FORMS.items():
            files.append(put(folder / f"softcity-{of}.{ending}", write(city)))
        parks = [] if snapshot.is_of_all else [row["park_id"] for row in ask("park_options")]
    for park_id in parks:
        # as its operator sees it: the scope holds for paper too
        with reading(snapshots, snapshot, User(AUTHOR, "operator", (park_id,))):
            files.append(put(folder / f"park-{park_id}-{of}.pdf", render.pdf(content.of_park(park_id, month))))
    return files


def make_sheet(published: Path, firm: str, folder: Path, policy: str | None = None) -> Path:
    """Write the sheet of one firm, by its credit code; of every policy where none is named. Raises NothingThere, PolicyError."""
    snapshots = Snapshots(published)
    snapshot = by_policy(snapshots.current(), policy) if policy else snapshots.current().together
    with reading(snapshots, snapshot, User(AUTHOR, "analyst")):
        document = render.pdf(sheet.of_firm(firm))
    folder.mkdir(parents=True, exist_ok=True)
    of = f"{policy}-" if policy else ""
    return put(folder / f"firm-{re.sub(r'[^0-9A-Za-z]+', '-', firm)}-{of}{snapshot.as_of}.pdf", document)


def download(name: str, ending: str, view: View) -> tuple[IO[bytes], str]:
    """The report of the snapshot a request reads, and how long it is: `city`, a park's id, or `firm` with the one the address names.

    Raises NothingThere for what there is not, or not for this user; Busy or AnswerLate when others have their turn.
    """
    month, firm = g.snapshot.as_of[:7], view.get("firm") if name == "firm" else None
    if firm and ending == "pdf":
        with g.queue.turn():
            document = render.pdf(sheet.of_firm(firm))
        return io.BytesIO(document), f"{firm} {len(document)} bytes"
    if ending not in FORMS or (name == "city" and g.user.role not in REPORT_ROLES):
        raise NothingThere(name)
    with g.queue.turn():
        document = FORMS[ending](content.month(month) if name == "city" else content.of_park(name, month))
    return io.BytesIO(document), f"{len(document)} bytes"


def by_policy(snapshot: Snapshot, policy: str | None) -> Snapshot:
    """The snapshot by the policy named (or `all` of several), or by the city's only one. Raises PolicyError."""
    together = [ALL] if snapshot.can_add else []
    return snapshot.in_policy(chosen([*(one.policy_id for one in snapshot.policies), *together], policy))


def of_month(snapshots: Snapshots, month: str) -> Snapshot:
    """The newest snapshot that stands on the last day of the month that any stands on. Raises SnapshotMissing."""
    found = [snapshot for snapshot in snapshots.all() if snapshot.as_of.startswith(f"{month}-")]
    if not found:
        raise SnapshotMissing(
            f"{snapshots.published}: no snapshot stands on a day of {month}. Run `softcity build --as-of` with its last day."
        )
    return found[0]


@contextmanager
def reading(snapshots: Snapshots, snapshot: Snapshot, user: User, queue: Queue | None = None) -> Iterator[None]:
    """What a request has and a command has not: who asks, and which snapshot is read; long answers are in turn where there is a queue."""
    with Flask("dashboard").app_context():
        g.user, g.snapshot, g.reader = user, snapshot.seen_by(user.policies), Reader(snapshots, queue)
        g.decisions = snapshots.published.parent / "decisions"
        yield


def put(path: Path, content: bytes) -> Path:
    """Whole or not at all: a report half written is not left lying about."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    return part.replace(path)
