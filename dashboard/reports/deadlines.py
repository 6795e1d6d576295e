"""Deadlines on the command line: the rows and the calendar file of the page, for the city or, as its operator sees them, for a park."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dashboard.access.accounts import User
from dashboard.errors import NothingThere
from dashboard.exports import file_of
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.reports import AUTHOR, by_policy, put, reading
from dashboard.snapshot import Snapshots
from dashboard.text import t, word
from dashboard.view import View


@contextmanager
def _asked(published: Path, park: str | None, policy: str | None = None, **filters: str | None) -> Iterator[View]:
    """The view of the current snapshot with these filters, of every policy where none is named. Raises SnapshotMissing, PolicyError, NothingThere for a park there is not."""
    snapshots = Snapshots(published)
    user = User(AUTHOR, "operator", (park,)) if park else User(AUTHOR, "analyst")
    shown = snapshots.current()
    with reading(snapshots, by_policy(shown, policy) if policy else shown.together, user):
        if park and park not in {row["park_id"] for row in ask("park_options")}:
            raise NothingThere(park)
        yield View("/deadlines", {key: value for key, value in filters.items() if value})


def rows_of(published: Path, park: str | None = None, **filters: str | None) -> list[Row]:
    """The deadlines under some filters (firm, clause, policy, lead, deadline), the nearest first."""
    with _asked(published, park, **filters) as view:
        return sorted(ask("deadlines", **view.values()), key=lambda row: (row["due_on"], row["deadline_id"]))


def write_calendar(published: Path, file: Path, park: str | None = None, **filters: str | None) -> Path:
    """The same as a calendar file."""
    with _asked(published, park, **filters) as view:
        content, _ = file_of("deadlines", "ics", view)
        content.seek(0)
        return put(file, content.read())


def sentences(rows: list[Row]) -> list[str]:
    """The rows as lines a person reads."""
    return [_line(row) for row in rows]


def _line(row: dict[str, Any]) -> str:
    clause = f"{row['clause_id']} {row['title_zh']}" if row["clause_id"] else None
    told = [
        str(row["due_on"]), f"{t('columns.days_left')} {row['days_left']}", word("lead", row["lead_band"]), word("deadline", row["kind"]),
        row["enterprise_name"], clause, row["what"], row["note"],
    ]  # fmt: skip
    return " · ".join(str(part) for part in told if part)
