"""A figure of an alert as one person may see it: through the same questions and the same scope as the pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import g

from dashboard.components import number
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one, at_snapshot
from dashboard.reader import Row
from dashboard.text import t
from pipelines.base.alert_rules import EACH, FIGURES, Alert


@dataclass(frozen=True)
class Seen:
    """A figure at one place. Without a value `why` says whether it is withheld, not known or not to be seen by this person."""

    place: str
    place_name: str
    title: str
    value: float | None
    unit: str = ""
    before: float | None = None
    why: str | None = None

    def words(self, value: float | None) -> str:
        """A value of this figure, in its unit."""
        if value is None:
            return t("none")
        written = {"count": number.count, "yuan": number.yuan, "share": number.rate}.get(self.unit)
        return written(value) if written else number.in_unit(value, self.unit)


def look(rule: Alert) -> Iterator[Seen]:
    """The figure at each place the rule names, of the snapshot at hand and the rule's policy. What its reader may not see is told so, once."""
    try:
        shown = g.snapshot.in_policy(rule.policy) if rule.policy else g.snapshot.together
    except NothingThere:
        yield Seen(rule.park or rule.district or "city", "", _title(rule), None, why="not_visible")
        return
    with at_snapshot(shown):
        yield from _looked(rule)


def _looked(rule: Alert) -> Iterator[Seen]:
    places = list(_places(rule))
    if not places:
        yield Seen(rule.park or rule.district or "city", "", _title(rule), None, why="not_visible")
    for place, name in places:
        value, unit, why = _value(rule, place)
        before = None
        if value is not None and rule.line[0] in ("rises_by", "falls_by"):
            before = _before(rule, place)
            why = None if before is not None else "no_month_before"
        yield Seen(place, name, _title(rule), value, unit, before, why)


def _places(rule: Alert) -> Iterator[tuple[str, str]]:
    """Which places are looked at, and what they are called; those alone that the reader may see."""
    if rule.place == "city":
        if not g.user.is_scoped:
            yield "city", g.snapshot.city_name
        return
    if rule.place == "park":
        found = [(row["park_id"], row["park_name"]) for row in ask("park_options")]
    else:
        found = [(row["district_code"], row["district_name"]) for row in ask("district_options")]
    asked = rule.park or rule.district
    yield from (one for one in found if asked in (EACH, one[0]))


def _before(rule: Alert, place: str) -> float | None:
    """The figure in the snapshot of the month-end before."""
    before = g.reader.snapshots.month_before(g.snapshot)
    if before is None:
        return None
    with at_snapshot(before):
        return _value(rule, place)[0]


def _title(rule: Alert) -> str:
    if rule.figure in FIGURES:
        return t(f"alert_figure.{rule.figure}")
    return str(ask_one("indicator", indicator=rule.figure).get("title") or rule.figure)


def _value(rule: Alert, place: str) -> tuple[float | None, str, str | None]:
    """The value, its unit, and why there is none."""
    if rule.figure not in FIGURES:
        return _indicator(rule, place)
    figure = FIGURES[rule.figure]
    question, column = figure.places[rule.place]
    row = _row(question, rule, place)
    lacking = number.lacking(row, column) if row else None
    value: Any = None if lacking else number.told(row).get(column) if row else None
    if value is None:
        return None, figure.unit, "not_visible" if not row else "withheld" if lacking == t("lacking.withheld") else "unknown"
    return float(value), figure.unit, None


def _row(question: str, rule: Alert, place: str) -> Row:
    """The row of a named figure's question, of one place."""
    if rule.place == "district":
        return next((row for row in ask(question) if row["district_code"] == place), {})
    cut = {"park": place} if rule.place == "park" else {}
    if question == "kind_uptake":
        return next((row for row in ask(question, **cut) if row["kind"] == "award"), {})
    if question == "budget":
        year = int(g.snapshot.as_of[:4])
        return next((row for row in ask(question) if row["budget_year"] == year and row["measure_no"] is None), {})
    row = ask_one(question, **cut)
    if question == "attention" and rule.figure in ("stale_source_count", "missing_source_count", "quarantined_count", "review_count"):
        return row if row.get("source_count") else {}  # who sees no source sees none of them late
    return row


def _indicator(rule: Alert, place: str) -> tuple[float | None, str, str | None]:
    at = {"city": ("scope", "city"), "park": ("park_id", place), "district": ("district_code", place)}[rule.place]
    rows = [row for row in ask("indicator", indicator=rule.figure) if row["is_newest"] and row[at[0]] == at[1] and row["scope"] == rule.place]
    if not rows:
        return None, "", "not_visible" if g.user.is_scoped else "unknown"
    row = rows[0]
    why = None if row["value"] is not None else "withheld" if number.is_withheld(row, "value") else "unknown"
    return row["value"], str(row["unit"] or ""), why
