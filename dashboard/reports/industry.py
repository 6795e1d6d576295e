"""The first chapter of 月报: how the industry runs, on one page as a bureau sends it up; without statistics, what the register tells.

Statistics of single firms (重点企业, how much the largest hold) are for the bureau's analyst and auditor alone: for everybody
else the paragraph says that it is left out, and the query layer gives no such figure either.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import g

from dashboard.access.scope import SEES_SINGLE_FIRMS
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.reports import drawing
from dashboard.reports.document import Chapter, Section, chapter, of_all, section
from dashboard.summaries import Sentence, industry, industry_brief, industry_firms
from dashboard.tables import TABLES
from dashboard.tables.industry import INDUSTRY_FIRMS
from dashboard.tables.industry_firms import FIRM_PARTS
from dashboard.text import t
from dashboard.view import View

PARTS = (("segment", "size"), ("district", "park"))
"""Tables that stand side by side, by what they cut the industry into."""
PART_COLUMNS: dict[str, dict[str, Any]] = {"cut_name": {}, "value": {"title": "value_yuan"}, "growth_rate": {}, "contribution_rate": {"kind": "growth"}}
"""Columns of these tables, and what of each is other than on the page; in a workbook a share is written as one."""
PARTS_SHOWN = 10
"""Parts of one kind on paper; the workbook has all of them in a sheet of its own."""
SHEETS = ("industry_cut", "industry_line", "industry_contribution", "industry_structure", "industry_quality", "industry_gap", "industry_years", "industry_benchmarks")


def of_city(view: View) -> Chapter:
    """The city's industry in the newest period of the snapshot."""
    standing = industry.standing(view)
    if standing is None:
        return _of_register(view)
    ratios, structure = ask("industry_quality", **view.values()), ask("industry_structure", **view.values())
    told = [
        ("so_far", [*industry.sentence(standing), *industry_brief.results(standing, ratios)]),
        ("fields", industry_brief.segments(standing.parts, structure)), ("places", industry_brief.places(standing.parts)),
        ("firms", _firms(view)), ("key_firms", _key_firms(view, standing.revenue)), ("problems", industry_brief.problems(standing, ask("indicators", **view.values()))),
    ]  # fmt: skip
    line = drawing.growth(ask("industry_line", **view.values()), ask("industry_benchmarks"), t("industry.whole"))
    picture = Section(t("report.growth"), t("report.growth_unit"), picture=line)
    return _chapter(told, [picture, *(_parts(view, kind, standing.parts) for pair in PARTS for kind in pair)])


def _chapter(told: Sequence[tuple[str, Sentence]], sections: Sequence[Section]) -> Chapter:
    paragraphs = [(t(f"report.{key}"), sentence) for key, sentence in told if sentence]
    return replace(chapter(t("report.industry"), paragraphs, [], sections), is_upright=True)


def _of_register(view: View) -> Chapter:
    """Firms of the register, what is printed of country and province, and what each missing file would add."""
    firms, published = industry_firms.standing(view), ask("industry_benchmarks")
    told = [
        ("firms", _firms(view)), ("published", industry_brief.published(published)),
        ("problems", industry_brief.problems(None, ask("indicators", **view.values()))),
    ]  # fmt: skip
    line = Section(t("report.growth"), t("report.growth_unit"), picture=drawing.growth([], published, ""))
    return _chapter(told, [line, *(_places(firms) if firms else [])])


def _places(firms: industry_firms.Standing) -> list[Section]:
    """Firms by district, those with the most first, and of all of them."""
    rows = sorted(firms.of("district"), key=lambda row: (-row["registered_count"], row["part"]))
    whole = {"cut": "district", "part": t("report.total"), "part_name": t("report.total"), **{key: firms.day[key] for key in ("registered_count", "closed_count", "absent_count", "stock_count")}}
    columns = [column for column in FIRM_PARTS.columns if column.key != "cut"]
    return [Section(t("report.firms_by_place"), t("unit.firms"), columns, rows, totals=[whole])]


def _firms(view: View) -> Sentence:
    firms = industry_firms.standing(view)
    return industry_firms.sentence(firms) if firms else []


def _key_firms(view: View, revenue: Row) -> Sentence:
    if g.user.role not in SEES_SINGLE_FIRMS:
        return [t("industry.kept_back")]
    up, down = (
        INDUSTRY_FIRMS.fetch(replace(view, tables={"industry_firms.sort": order}), limit=industry_brief.NAMED)[0] for order in ("-delta_yuan", "delta_yuan")
    )
    return industry_brief.key_firms(revenue, up, down)


def _parts(view: View, kind: str, parts: Sequence[Row]) -> Section:
    """Parts of one kind, the first that which added most to growth."""
    table = TABLES["industry_contribution"]
    columns = [replace(column, **PART_COLUMNS[column.key]) for column in table.columns if column.key in PART_COLUMNS]
    rows = sorted(
        (row for row in parts if row["cut_kind"] == kind and (row["value"] or row["contribution_rate"])),
        key=lambda row: (row["contribution_rate"] is None, -(row["contribution_rate"] or 0), row["cut_order"]),
    )
    return Section(t(f"report.cut.{kind}"), of_all(t("report.cut_unit"), PARTS_SHOWN, len(rows)), columns, rows[:PARTS_SHOWN], also=table.also, is_half=True)


def sheets(view: View) -> list[Section]:
    """The tables of the industry's page, for the workbook; the one of firms for those alone who may see it."""
    names = [*SHEETS, *(["industry_firms"] if g.user.role in SEES_SINGLE_FIRMS else [])]
    found = (replace(section(name, view), title=t(f"report.sheet_names.{name}")) for name in names)
    return [one for one in found if one.rows]


def of_park(view: View) -> Sentence:
    """What of a park's industry its reader may see: a withheld figure has its word, no firm is named."""
    standing = industry.standing(view)
    return industry.sentence(standing) if standing else []

