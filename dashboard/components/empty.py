"""What stands where there are no rows: why, and which source's file would fill it."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import parts
from dashboard.query import ask
from dashboard.text import t

GROUNDS = ("recognitions", "projects", "listings", "headquarters", "tenancies", "spinoffs", "matters")
FILLED_BY = {
    "claims": GROUNDS, "parks": ("parks", "tenancies"), "tenancies": ("parks", "tenancies"), "recognitions": ("recognitions",),
    "statistics": ("statistics",), "software_monthly": ("software_monthly",), "benchmarks": ("benchmarks",), "registrations": ("registrations",), "applications": ("applications",),
    "payments": ("applications", "payments"), "budgets": ("budgets",), "ladder": ("recognitions", "listings"), "listings": ("listings",),
}  # fmt: skip
"""The sources behind the words of `source.<key>` in the text file."""


def missing(source: str) -> Sequence[str]:
    """Those sources behind a figure of which no file ever came, by title and folder; none for who may not see them."""
    behind = FILLED_BY.get(source, ())
    return [
        t("state.file", title=row["title"], folder=row["source"])
        for row in ask("missing_sources") if row["source"] in behind
    ]  # fmt: skip


def empty(kind: str, source: str, *, is_filtered: bool = False) -> Component:
    """An empty state; where no filter was set, with the files that would fill it."""
    if is_filtered:
        return parts.state(kind)
    files = missing(source)
    return parts.state("nothing" if kind == "no_rows" else kind, more=t("state.fills", files=t("comma").join(files)) if files else None)
