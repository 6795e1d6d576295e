"""What a report says: the same questions, tables, sentences and cards as the pages, so that paper and screen cannot differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g

from dashboard.components import number
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.reports import drawing
from dashboard.summaries import Card, overview, parks
from dashboard.summaries.outreach import unreceived
from dashboard.tables import TABLES, Column
from dashboard.tables.policy import clauses
from dashboard.text import t
from dashboard.view import View
from pipelines.base.visible import visible_lines

PARKS_SHOWN, FIRMS_SHOWN, GROUPS_SHOWN = 30, 12, 20
"""Rows of a long table; how many there are in all stands beside its title."""


@dataclass(frozen=True)
class Section:
    """Rows of a table under its columns, or a picture (SVG) alone, or both."""

    title: str
    unit: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    picture: str | None = None

    @property
    def heads(self) -> list[str]:
        return [column.label for column in self.columns]

    @property
    def numeric(self) -> list[bool]:
        return [column.is_number for column in self.columns]

    @property
    def cells(self) -> list[list[str]]:
        """The words a page shows."""
        return [[visible_lines(column.text(row)) for column in self.columns] for row in self.rows]


@dataclass(frozen=True)
class Report:
    """One document: name, value and foot of each card; `sheets` are the workbook's, a measure each: its clauses and their claims."""

    title: str
    labels: list[str]
    provenance: list[tuple[str, str]]
    sentence: str
    cards: list[tuple[str, str, str]]
    sections: list[Section]
    note: str
    sheets: dict[str, list[Section]] = field(default_factory=dict)


def month(of: str) -> Report:
    """The city's report; its workbook has a sheet for each measure. `of` is a month, 2025-12."""
    view = View("/")
    standing = overview.standing(view)
    sentence = overview.sentence(standing) if standing else [t("state.no_claims.words")]
    cards = overview.cards(standing, view) if standing else []
    return _report(t("report.title", month=_month(of)), view, sentence, cards, _city(view), _sheets(view))


def _city(view: View) -> list[Section]:
    """Measures, months, districts, parks, what was not claimed, what needs a look, indicators."""
    uptake = section(
        "measure_uptake", view, "measure_no measure_title kind eligible_count needs_review_count undetermined_count "
        "applied_count paid_count payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        picture=drawing.strip(ask("measure_uptake", **view.values())),
    )
    flow = Section(t("report.flow"), t("report.flow_unit"), picture=drawing.months(ask("flow", **view.values())))
    districts = section(
        "district_uptake", view, "district_name registered_count software_count eligible_count applied_count paid_count "
        "award_eligible_count award_paid_count award_payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
    )
    ranked = section(
        "park_list", view, "park_name district_name tenant_count occupancy_rate certificate_count eligible_count payout_rate "
        "rent_payout_rate below_floor_count paid_yuan outreach_count outreach_yuan", limit=PARKS_SHOWN,
    )
    unclaimed = section("outreach_groups", view, limit=GROUPS_SHOWN, named="report.unclaimed")
    findings, total = section("audit_kinds", view, named="report.findings"), ask_one("audit_totals", **view.values())
    totals = t("report.findings_total", paid=number.short_yuan(total["paid_yuan"]), short=number.short_yuan(total["short_yuan"]))
    findings = replace(findings, unit=t("semicolon").join([findings.unit, totals]))
    indicators = section("indicators", view, "title value threshold status change_rate stat_year source")
    return [uptake, flow, districts, ranked, unclaimed, findings, indicators]


def of_park(park_id: str, of: str) -> Report:
    """One park on one page, as its operator may see it. Raises NothingThere."""
    view = View(f"/parks/{park_id}")
    park = ask_one("park_list", park=park_id)
    if not park:
        raise NothingThere(park_id)
    rates = section(
        "park_measures", view, "measure_title kind eligible_count applied_count paid_count payout_rate outreach_count outreach_yuan",
        limit=12, park=park_id,
    )
    unclaimed = section(
        "park_outreach", view, "enterprise_name clause_id event_title qualified_on net_ceiling_yuan", limit=FIRMS_SHOWN, park=park_id,
    )
    title = t("report.park_title", park=park["park_name"], month=_month(of))
    return _report(title, view, parks.park(park), parks.cards(park, view), [rates, unclaimed], {})


def section(
    name: str, view: View, keys: str = "", *, limit: int | None = None, picture: str | None = None, named: str = "", **given: Any
) -> Section:
    """A table with the columns named, all of them by default; its rows come the way a page's do.

    `named`: the key of its title where the page's own speaks of clicks.
    """
    table, wanted = TABLES[name], keys.split()
    if limit is None:
        rows = list(table.each(view, **given))
        total = len(rows)
    else:
        rows, total = table.fetch(view, limit=limit, **given)
    columns = [column for column in table.columns if not wanted or column.key in wanted]
    named = named or f"figure.{name}"
    title, unit = t(f"{named}.title"), t(f"{named}.unit")
    if len(rows) < total:
        unit = t("semicolon").join([unit, t("report.first", n=len(rows), total=number.count(total))])
    return Section(title, unit, columns, rows, picture)


def provenance() -> list[tuple[str, str]]:
    snapshot = g.snapshot
    return [
        (t("export.as_of"), snapshot.as_of), (t("export.built_on"), snapshot.built_on), (t("export.source"), t("export.source_words")),
        (t("export.version"), snapshot.document_title),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.note"), t("export.note_words")),
    ]  # fmt: skip


def _report(
    title: str, view: View, sentence: Iterable[str], cards: Iterable[Card], sections: list[Section], sheets: dict[str, list[Section]]
) -> Report:
    snapshot = g.snapshot
    labels = [t("frame.sample")] if snapshot.is_sample else []
    labels += [t("frame.draft")] if snapshot.is_draft else []
    labels += [words] if (words := unreceived(view)) else []
    told = [(t(f"kpi.{card.key}.name"), card.value, card.foot or "") for card in cards]
    return Report(
        visible_lines(title), labels, provenance(), visible_lines("".join(sentence)), told, sections, t("export.note_words"), sheets
    )


_OF_A_CLAUSE = (
    "clause_id title_zh coverage_status eligible_count needs_review_count undetermined_count not_eligible_count applied_count "
    "payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan"
)


def _sheets(view: View) -> dict[str, list[Section]]:
    sheets = {}
    for measure in ask("measure_options"):
        no = str(measure["measure_no"])
        of_measure = view.with_filter(measure=no)
        listed = section("clause_list", of_measure, _OF_A_CLAUSE)
        claims = [section("clause_claims", view, clause=row["clause_id"]) for row in clauses(of_measure) if row["claim_count"]]
        sheets[t("report.sheet", n=no)] = [listed, *claims]
    return sheets


def _month(of: str) -> str:
    year, no = of.split("-")
    return t("report.month", year=year, month=int(no))
