"""What a report says: the same questions, tables, sentences and cards as the pages, so that paper and screen cannot differ.

Every form (PDF, Word, Excel) is made of one `Report`: a form decides how it looks, never what it says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import east_asian_width

from flask import g

from dashboard.components import number
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.reports import drawing
from dashboard.summaries import Card, Sentence, overview, parks
from dashboard.summaries.outreach import unreceived
from dashboard.tables import TABLES, Column
from dashboard.tables.policy import CLAUSE_CLAIMS, clauses
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.visible import visible_lines

WIDEST = 32   # letters of a column; what is longer goes on in the next line
PARKS_SHOWN, FIRMS_SHOWN, GROUPS_SHOWN = 30, 12, 20
"""Rows of a long table; how many there are in all stands beside its title."""


@dataclass(frozen=True)
class Section:
    """Rows of a table under its columns, or a picture (SVG) alone, or both.

    `totals` are rows under the others; a column they do not name stays empty there. `also` are columns of the workbook alone.
    """

    title: str
    unit: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    picture: str | None = None
    totals: Sequence[Row] = ()
    also: Sequence[Column] = ()

    @property
    def heads(self) -> list[str]:
        return [column.label for column in self.columns]

    @property
    def numeric(self) -> list[bool]:
        return [column.is_number for column in self.columns]

    @property
    def shares(self) -> list[float]:
        """How wide each column is beside the others: as its longest cell, or its head in two lines."""
        lines = zip(self.heads, *self.cells, *self.total_cells, strict=True)
        return [min(max(_width(head) / 2, 4, *map(_width, cells)), WIDEST) for head, *cells in lines]

    @property
    def cells(self) -> list[list[str]]:
        """The words a page shows."""
        return [[visible_lines(column.text(row)) for column in self.columns] for row in self.rows]

    @property
    def total_cells(self) -> list[list[str]]:
        return [[visible_lines(column.text(row)) if column.key in row else "" for column in self.columns] for row in self.totals]


@dataclass(frozen=True)
class Chapter:
    """Paragraphs, each with its heading, then figures and tables. `is_upright` is text first: A4 upright; wide tables lie.

    Of each card the name, value, what stands under it, and its change.
    """

    title: str
    paragraphs: Sequence[tuple[str, str]]
    cards: Sequence[tuple[str, str, str]]
    sections: Sequence[Section]
    is_upright: bool = False


@dataclass(frozen=True)
class Report:
    """One document. `sheets` are tables of the workbook alone: all clauses, and of each measure the claims."""

    title: str
    labels: Sequence[str]
    provenance: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    sheets: Sequence[Section] = ()

    @property
    def sections(self) -> list[Section]:
        return [section for chapter in self.chapters for section in chapter.sections]


def _width(words: str) -> int:
    """In letters: a Chinese one takes the place of two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def month(of: str) -> Report:
    """The city's report; its workbook has a sheet for each measure. `of` is a month, 2025-12."""
    view = View("/")
    standing = overview.standing(view)
    told = [(t("report.so_far"), overview.sentence(standing)), (t("report.month_head"), overview.this_month(standing))] if standing else []
    cards = overview.cards(standing, view) if standing else []
    policy = _chapter(t("report.policy"), told or [("", [t("state.no_claims.words")])], cards, _city(view))
    return _report(t("report.title", city=t("frame.city"), month=_month(of)), view, [policy], _sheets(view))


def _city(view: View) -> list[Section]:
    """The month, measures, payments by month, districts, parks, what was not claimed, what needs a look, indicators."""
    periods = section("policy_periods", view)
    uptake = section(
        "measure_uptake", view, "measure_no measure_title kind eligible_count needs_review_count undetermined_count "
        "applied_count paid_count payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        picture=drawing.strip(ask("measure_uptake", **view.values())),
        totals=[{**row, "measure_title": t("report.total_of", kind=word("kind", row["kind"]))} for row in ask("measure_total", **view.values())],
    )
    flow = Section(t("report.flow"), t("report.flow_unit"), picture=drawing.months(ask("flow", **view.values())))
    districts = section(
        "district_uptake", view, "district_name registered_count software_count eligible_count applied_count paid_count "
        "award_eligible_count award_paid_count award_payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        totals=_named("district_name", ask("district_total", **view.values())),
    )
    ranked = section(
        "park_list", view, "park_name district_name tenant_count occupancy_rate certificate_count eligible_count payout_rate "
        "rent_payout_rate below_floor_count paid_yuan outreach_count outreach_yuan", limit=PARKS_SHOWN,
        totals=_named("park_name", ask("park_total", **view.values())),
    )
    unclaimed = _unclaimed(view)
    findings, total = section("audit_kinds", view, named="report.findings"), ask_one("audit_totals", **view.values())
    totals = t("report.findings_total", paid=number.short_yuan(total["paid_yuan"]), short=number.short_yuan(total["short_yuan"]))
    findings = replace(findings, unit=t("semicolon").join([findings.unit, totals]))
    indicators = section("indicators", view, "title value threshold status change_rate stat_year source")
    return [periods, uptake, flow, districts, ranked, unclaimed, findings, indicators]


def _named(key: str, rows: Iterable[Row]) -> list[Row]:
    """Rows of a total, called so in one of their columns."""
    return [{**row, key: t("report.total")} for row in rows]


def _unclaimed(view: View) -> Section:
    """By district and clause; the question's row of all of them stands below the others."""
    groups = section("outreach_groups", view, named="report.unclaimed")
    whole, parts = ([row for row in groups.rows if (row["clause_id"] is None) == is_whole] for is_whole in (True, False))
    kept = ("outreach_count", "enterprise_count", "outreach_yuan", "contacted_count", "amount_status")
    totals = _named("district_name", ({key: row[key] for key in kept} for row in whole))
    return replace(groups, rows=parts[:GROUPS_SHOWN], unit=_of_all(groups.unit, GROUPS_SHOWN, len(parts)), totals=totals)


def _of_all(unit: str, shown: int, total: int) -> str:
    """What stands beside a title: the unit, and how many rows there are where not all are shown."""
    return unit if shown >= total else t("semicolon").join([unit, t("report.first", n=shown, total=number.count(total))])


def of_park(park_id: str, of: str) -> Report:
    """One park on one page, as its operator may see it. Raises NothingThere."""
    view = View(f"/parks/{park_id}")
    park = ask_one("park_list", park=park_id)
    if not park:
        raise NothingThere(park_id)
    rates = section(
        "park_measures", view, "measure_title kind eligible_count applied_count paid_count payout_rate outreach_count outreach_yuan",
        named="report.park_measures", park=park_id,
    )
    unclaimed = section(
        "park_outreach", view, "enterprise_name clause_id event_title qualified_on net_ceiling_yuan", limit=FIRMS_SHOWN, park=park_id,
    )
    policy = _chapter(t("report.policy"), [("", parks.park(park))], parks.cards(park, view), [rates, unclaimed])
    return _report(t("report.park_title", park=park["park_name"], month=_month(of)), view, [policy])


def section(
    name: str, view: View, keys: str = "", *, limit: int | None = None, picture: str | None = None, named: str = "",
    totals: Sequence[Row] = (), **given: Any,
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
    return Section(t(f"{named}.title"), _of_all(t(f"{named}.unit"), len(rows), total), columns, rows, picture, totals, table.also)


def provenance() -> list[tuple[str, str]]:
    snapshot = g.snapshot
    return [
        (t("export.as_of"), snapshot.as_of), (t("export.built_on"), snapshot.built_on), (t("export.source"), t("export.source_words")),
        (t("export.version"), snapshot.document_title),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.note"), t("export.note_words")),
    ]  # fmt: skip


def _chapter(title: str, told: Iterable[tuple[str, Sentence]], cards: Iterable[Card], sections: Sequence[Section]) -> Chapter:
    figures = [(t(f"kpi.{card.key}.name"), card.value, t("semicolon").join(filter(None, [card.foot, card.change]))) for card in cards]
    return Chapter(title, [(head, visible_lines("".join(sentence))) for head, sentence in told], figures, sections)


def _report(title: str, view: View, chapters: Sequence[Chapter], sheets: Sequence[Section] = ()) -> Report:
    snapshot = g.snapshot
    labels = [t("frame.sample")] if snapshot.is_sample else []
    labels += [t("frame.draft")] if snapshot.is_draft else []
    labels += [words] if (words := unreceived(view)) else []
    return Report(visible_lines(title), labels, provenance(), chapters, sheets)


_OF_A_CLAUSE = (
    "clause_id title_zh coverage_status eligible_count needs_review_count undetermined_count not_eligible_count applied_count "
    "payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan"
)
_ITS_CLAUSE = (Column("clause_id", "id"), Column("title_zh"))


def _sheets(view: View) -> list[Section]:
    """All clauses, then of each measure its claims, clause by clause: a table a sheet, so that each can be filtered."""
    sheets = [replace(section("clause_list", view, _OF_A_CLAUSE), title=t("report.clauses"))]
    for measure in ask("measure_options"):
        no = str(measure["measure_no"])
        claims = [
            {**claim, "clause_id": clause["clause_id"], "title_zh": clause["title_zh"]}
            for clause in clauses(view.with_filter(measure=no)) if clause["claim_count"]
            for claim in CLAUSE_CLAIMS.each(view, clause=clause["clause_id"])
        ]
        sheets.append(Section(t("report.sheet", n=no), measure["measure_title"], (*_ITS_CLAUSE, *CLAUSE_CLAIMS.columns), claims))
    return sheets


def _month(of: str) -> str:
    year, no = of.split("-")
    return t("report.month", year=year, month=int(no))
