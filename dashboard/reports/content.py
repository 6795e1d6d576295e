"""What a report says: read off the pages, so that paper and screen cannot differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flask import g

from dashboard.components.table import NUMERIC, Table
from dashboard.pages import clause, measures, overview, park, parks
from dashboard.query import ask, ask_page
from dashboard.reports import drawing
from dashboard.text import t
from dashboard.view import View

PARKS_SHOWN, FIRMS_SHOWN = 30, 12


@dataclass(frozen=True)
class Section:
    """A table as the page shows it (`cells`) and as a file keeps it (`values`), a picture (SVG) above it."""

    title: str
    unit: str = ""
    heads: list[str] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)
    picture: str | None = None


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
        overview.MEASURES, view, "measure_no measure_title eligible_count needs_review_count undetermined_count "
        "applied_count paid_count payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        picture=drawing.strip(ask("measure_uptake", **view.values())),
    )
    districts = section(
        overview.DISTRICTS, view, "district_name registered_count software_count eligible_count applied_count paid_count "
        "payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
    )
    ranked = section(
        parks.PARKS, view, "park_name district_name tenant_count occupancy_rate certificate_count eligible_count "
        "payout_rate paid_yuan outreach_count outreach_yuan below_floor_count", limit=PARKS_SHOWN,
    )
    indicators = section(overview.INDICATORS, view, "title value threshold status change_rate stat_year source")
    flow = Section(t("report.flow"), t("report.flow_unit"), picture=drawing.months(ask("flow", **view.values())))
    return _report(
        t("report.title", month=_month(of)), overview.layout(view), [uptake, flow, districts, ranked, indicators], _sheets(view)
    )


def of_park(park_id: str, of: str) -> Report:
    """One park on one page, as its operator may see it."""
    view = View(f"/parks/{park_id}")
    page = park.layout(view, park_id)
    rates = section(
        park.MEASURES, view, "measure_title eligible_count applied_count paid_count payout_rate outreach_count outreach_yuan",
        limit=12, park=park_id,
    )
    unclaimed = section(
        park.OUTREACH, view, "enterprise_name clause_id event_title qualified_on net_ceiling_yuan", limit=FIRMS_SHOWN,
        park=park_id,
    )
    name = next(text_of(part) for part in _walk(page) if type(part).__name__ == "H1")
    return _report(t("report.park_title", park=name, month=_month(of)), page, [rates, unclaimed], {})


def section(table: Table, view: View, keys: str = "", *, limit: int | None = None, picture: str | None = None, **given: Any) -> Section:
    """A page's table with the columns named, all of them by default; its rows come the way the page's do."""
    key, descending = table.order(view)
    rows, total = ask_page(table.query, sort=key, descending=descending, limit=limit, **table.values(view, **given))
    wanted = keys.split()
    shown = [c for c in table.columns if c.kind != "picture" and (not wanted or c.key in wanted)]
    title, unit = t(f"figure.{table.name}.title"), t(f"figure.{table.name}.unit")
    return Section(
        title, unit if len(rows) == total else f"{unit}；{t('report.first', n=len(rows), total=f'{total:,}')}",
        [c.label for c in shown], [c.kind in NUMERIC for c in shown],
        [[text_of(c.shown(row)) for c in shown] for row in rows], [[c.plain(row) for c in shown] for row in rows], picture,
    )  # fmt: skip


def provenance() -> list[tuple[str, str]]:
    snapshot = g.snapshot
    return [
        (t("export.as_of"), snapshot.as_of), (t("export.source"), t("export.source_words")),
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
            apart = hasattr(before, "to_plotly_json") and hasattr(part, "to_plotly_json")   # two boxes beside each other
            words += (" " if apart and words and text_of(part) else "") + text_of(part)
        return words
    if hasattr(element, "to_plotly_json"):
        words = text_of(getattr(element, "children", None))
        return f"［{words}］" if getattr(element, "className", "") == "badge doubt" else words   # a box on the page
    return str(element)


def _report(title: str, page: Any, sections: list[Section], sheets: dict[str, list[Section]]) -> Report:
    snapshot = g.snapshot
    labels = [t("frame.sample")] if snapshot.is_sample else []
    labels += [t("frame.draft")] if snapshot.is_draft else []
    sentence = next(text_of(part) for part in _walk(page) if getattr(part, "id", "") == "page-sentence")
    return Report(title, labels, provenance(), sentence, list(_cards(page)), sections, t("export.note_words"), sheets)


def _sheets(view: View) -> dict[str, list[Section]]:
    sheets = {}
    for measure in ask("measure_options"):
        number = str(measure["measure_no"])
        of_measure = view.with_filter(measure=number)
        clauses = section(measures.CLAUSES, of_measure)
        claims = [
            section(clause.CLAIMS, view, clause=row["clause_id"])
            for row in ask("clause_list", **of_measure.values()) if row["claim_count"]
        ]  # fmt: skip
        sheets[t("report.sheet", n=number)] = [clauses, *claims]
    return sheets


def _walk(element: Any) -> Iterator[Any]:
    for part in element if isinstance(element, Sequence) and not isinstance(element, str) else [element]:
        if hasattr(part, "to_plotly_json"):
            yield part
            yield from _walk(getattr(part, "children", None))


def _cards(page: Any) -> Iterator[tuple[str, str, str]]:
    """Name, value and foot of every card of a page."""
    for card in _walk(page):
        if "kpi" in str(getattr(card, "className", "")).split():
            words = {str(getattr(part, "className", "")): text_of(part) for part in _walk(card)}
            yield words.get("kpi-name", ""), words.get("kpi-value", ""), words.get("kpi-foot", "")


def _month(of: str) -> str:
    year, number = of.split("-")
    return t("report.month", year=year, month=int(number))
