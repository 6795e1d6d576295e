"""Where the cells of tables lead."""

from flask import g

from dashboard.reader import Row
from dashboard.view import View


def to_clause(view: View, row: Row) -> str | None:
    """A clause's page; where rows of several policies stand together it is the row's own policy's."""
    of = {"policy": row["policy_id"]} if g.snapshot.is_of_all and row.get("policy_id") else {}
    return view.to(f"/measures/{row['clause_id']}", **of) if row["clause_id"] else None


def to_firm(view: View, row: Row) -> str | None:
    return view.to(f"/firms/{row['enterprise_id']}") if row["enterprise_id"] else None


def to_park(view: View, row: Row) -> str | None:
    """A park's page names it in its path, so no filter does."""
    return view.to(f"/parks/{row['park_id']}", park=None) if row["park_id"] else None


def to_indicator(view: View, row: Row) -> str | None:
    return view.to(f"/indicators/{row['indicator_id']}") if row["indicator_id"] else None
