"""What a report says: read off the pages, so that paper and screen cannot differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from flask import g

from dashboard.components import number
from dashboard.components.elements import opened
from dashboard.components.frame import unreceived
from dashboard.components.table import NUMERIC, Column, Table
from dashboard.pages import audit, clause, measures, outreach, overview, park, parks
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.reports import drawing
from dashboard.text import t
from dashboard.view import View
from dashboard.visible import visible_lines

PARKS_SHOWN, FIRMS_SHOWN, GROUPS_SHOWN = 30, 12, 20


@dataclass(frozen=True)
class Section:
    """Rows of a page's table under its columns, or of a picture (SVG) alone, or both."""

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
        return [column.kind in NUMERIC for column in self.columns]

    @property
    def cells(self) -> list[list[str]]:
        """The words the page shows."""
        return [[text_of(column.shown(row)) for column in self.columns] for row in self.rows]


@dataclass(frozen=True)
class Report:
    """One document. `sheets` are the workbook's: name of a measure, its clauses and the claims under them."""

    title: str
    labels: list[str]
    provenance: list[tuple[str, str]]
    sentence: str
    cards: list[tuple[str, str, str]]
    sections: list[Section]
    note: str
    sheets: dict[str, list[Section]] = field(default_factory=dict)


def month(of: str) -> Report:
    """The city's report; its workbook has a sheet for each measure."""
    view = View("/")
    uptake = section(
        overview.MEASURES, view, "measure_no measure_title kind eligible_count needs_review_count undetermined_count "
        "applied_count paid_count payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        picture=drawing.strip(ask("measure_uptake", **view.values())),
    )
    flow = Section(t("report.flow"), t("report.flow_unit"), picture=drawing.months(ask("flow", **view.values())))
    districts = section(
        overview.DISTRICTS, view, "district_name registered_count software_count eligible_count applied_count paid_count "
        "award_eligible_count award_paid_count award_payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
    )
    ranked = section(
        parks.PARKS, view, "park_name district_name tenant_count occupancy_rate certificate_count eligible_count payout_rate "
        "rent_payout_rate below_floor_count paid_yuan outreach_count outreach_yuan", limit=PARKS_SHOWN,
    )
    unclaimed = section(outreach.GROUPS, view, limit=GROUPS_SHOWN, named="report.unclaimed")
    findings = section(audit.BY_KIND, view, named="report.findings")
    total = ask_one("audit_totals", **view.values())
    totals = t("report.findings_total", paid=number.short_yuan(total["paid_yuan"]), short=number.short_yuan(total["short_yuan"]))
    findings = replace(findings, unit=t("semicolon").join([findings.unit, totals]))
    indicators = section(overview.INDICATORS, view, "title value threshold status change_rate stat_year source")
    sections = [uptake, flow, districts, ranked, unclaimed, findings, indicators]
    return _report(t("report.title", month=_month(of)), view, overview.layout(view), sections, _sheets(view))


def of_park(park_id: str, of: str) -> Report:
    """One park on one page, as its operator may see it."""
    view = View(f"/parks/{park_id}")
    page = park.layout(view, park_id)
    rates = section(
        park.MEASURES, view, "measure_title kind eligible_count applied_count paid_count payout_rate outreach_count outreach_yuan",
        limit=12, park=park_id,
    )
    unclaimed = section(
        park.OUTREACH, view, "enterprise_name clause_id event_title qualified_on net_ceiling_yuan", limit=FIRMS_SHOWN,
        park=park_id,
    )
    name = next(text_of(words) for kind, _, words in _walk(page) if kind == "H1")
    return _report(t("report.park_title", park=name, month=_month(of)), view, page, [rates, unclaimed], {})


def section(
    table: Table, view: View, keys: str = "", *, limit: int | None = None, picture: str | None = None, named: str = "", **given: Any
) -> Section:
    """A page's table with the columns named, all of them by default; its rows come the way the page's do.

    `named`: the key of its title where the page's own speaks of clicks.
    """
    if limit is None:
        rows = list(table.each(view, **given))
        total = len(rows)
    else:
        rows, total = table.fetch(view, limit=limit, **given)
    wanted = keys.split()
    columns = [column for column in table.columns if column.kind != "picture" and (not wanted or column.key in wanted)]
    named = named or f"figure.{table.name}"
    title, unit = t(f"{named}.title"), t(f"{named}.unit")
    if len(rows) < total:
        unit = t("semicolon").join([unit, t("report.first", n=len(rows), total=f"{total:,}")])
    return Section(title, unit, columns, rows, picture)


def provenance() -> list[tuple[str, str]]:
    snapshot = g.snapshot
    return [
        (t("export.as_of"), snapshot.as_of), (t("export.built_on"), snapshot.built_on), (t("export.source"), t("export.source_words")),
        (t("export.version"), snapshot.document_title),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.note"), t("export.note_words")),
    ]  # fmt: skip


def text_of(element: Any) -> str:
    """The words of a page's element, as a reader sees them."""
    if element is None or isinstance(element, bool):
        return ""
    if isinstance(element, list | tuple):
        words = ""
        for before, part in pairwise([None, *element]):
            apart = opened(before) and opened(part)   # two boxes beside each other
            words += (" " if apart and words and text_of(part) else "") + text_of(part)
        return words
    if found := opened(element):
        words = text_of(found[2])
        return f"［{words}］" if found[1].get("className") == "badge doubt" else words   # a box on the page
    return visible_lines(str(element))


def _report(title: str, view: View, page: Any, sections: list[Section], sheets: dict[str, list[Section]]) -> Report:
    snapshot = g.snapshot
    labels = [t("frame.sample")] if snapshot.is_sample else []
    labels += [t("frame.draft")] if snapshot.is_draft else []
    labels += [words] if (words := unreceived(view)) else []
    sentence = next(text_of(words) for _, properties, words in _walk(page) if properties.get("id") == "page-sentence")
    return Report(title, labels, provenance(), sentence, list(_cards(page)), sections, t("export.note_words"), sheets)


def _sheets(view: View) -> dict[str, list[Section]]:
    sheets = {}
    for measure in ask("measure_options"):
        number = str(measure["measure_no"])
        of_measure = view.with_filter(measure=number)
        clauses = section(measures.CLAUSES, of_measure)
        claims = [
            section(clause.CLAIMS, view, clause=row["clause_id"])
            for row in measures.clauses(of_measure) if row["claim_count"]
        ]  # fmt: skip
        sheets[t("report.sheet", n=number)] = [clauses, *claims]
    return sheets


def _walk(element: Any) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every element of a page, opened."""
    for part in element if isinstance(element, list | tuple) else [element]:
        if found := opened(part):
            yield found
            yield from _walk(found[2])
        elif isinstance(part, list | tuple):
            yield from _walk(part)


def _cards(page: Any) -> Iterator[tuple[str, str, str]]:
    """Name, value and foot of every card of a page."""
    for _, properties, body in _walk(page):
        if "kpi" in str(properties.get("className", "")).split():
            found = {str(of.get("className", "")): words for _, of, words in _walk(body)}
            name, value, foot = (text_of(found.get(key)) for key in ("kpi-name", "kpi-value", "kpi-foot"))
            beside = " ".join(text_of(words) for kind, _, words in _walk(found.get("kpi-value")) if kind == "Small")
            yield name, value.removesuffix(beside).rstrip(), " · ".join(filter(None, [beside, foot]))


def _month(of: str) -> str:
    year, number = of.split("-")
    return t("report.month", year=year, month=int(number))
