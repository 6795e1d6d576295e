"""到期: how many things run out, and how soon."""

from collections.abc import Mapping

from flask import g

from dashboard.components import number
from dashboard.filters import FILTERS
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Card, Sentence, Strong
from dashboard.text import t
from dashboard.view import View

NONE: Row = {"deadline_count": 0, "enterprise_count": 0, "next_on": None}


def bands(view: View, **given: str) -> Mapping[str | None, Row]:
    """The deadlines of each lead band, and of all of them under None; which band is chosen changes nothing."""
    rows = ask("deadline_counts", **{key: value for key, value in view.values().items() if key != "lead"}, **given)
    return {row["lead_band"]: row for row in rows}


def sentence(found: Mapping[str | None, Row]) -> Sentence:
    """How many there are, whose, and which come first."""
    whole, soon = found.get(None, NONE), found.get("d30", NONE)
    return [
        t("sentence.deadlines", day=g.snapshot.as_of, firms=number.count(whole["enterprise_count"])), Strong(t("unit.n_claims", n=number.count(whole["deadline_count"]))),
        t("sentence.deadlines_soon"), Strong(t("unit.n_claims", n=number.count(soon["deadline_count"]))),
        t("sentence.deadlines_overdue", n=number.count(found.get("overdue", NONE)["deadline_count"])),
    ]  # fmt: skip


def cards(found: Mapping[str | None, Row], view: View) -> list[Card]:
    """A figure for each lead time, leading to its rows."""
    return [card(band, found, view.here(lead=band)) for band in FILTERS["lead"].codes]


def card(band: str, found: Mapping[str | None, Row], href: str) -> Card:
    row = found.get(band, NONE)
    foot = t("kpi.lead.foot", firms=number.count(row["enterprise_count"]), day=number.day(row["next_on"])) if row["deadline_count"] else None
    return Card(f"lead_{band}", number.count(row["deadline_count"]), foot=foot, href=href)
