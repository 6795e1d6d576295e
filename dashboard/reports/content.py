"""What a report says: the same questions, tables, sentences and cards as the pages, so that paper and screen cannot differ.

Every form (PDF, Word, Excel) is made of one `Report`: a form decides how it looks, never what it says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import g

from dashboard.access.accounts import User
from dashboard.components import number
from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.reports import drawing, industry
from dashboard.reports.document import Report, Section, chapter, of_all, section
from dashboard.summaries import overview, parks
from dashboard.summaries.outreach import unreceived
from dashboard.tables import Column
from dashboard.tables.policy import CLAUSE_CLAIMS, clauses
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.visible import visible_lines

PARKS_SHOWN, FIRMS_SHOWN, GROUPS_SHOWN = 30, 12, 20
"""Rows of a long table; how many there are in all stands beside its title."""


def month(of: str) -> Report:
    """The city's report; its workbook has a sheet for each measure. `of` is a month, 2025-12."""
    view = View("/")
    standing = overview.standing(view)
    told = [(t("report.so_far"), overview.sentence(standing)), (t("report.month_head"), overview.this_month(standing))] if standing else []
    is_known = standing is not None and standing.uptake["eligible_count"] is not None
    cards = overview.cards(standing, view) if standing and is_known else []
    indicators = section("indicators", view, "title value threshold status change_rate stat_year source")
    policy = chapter(
        t("report.policy"), told[: 2 if is_known else 1] or [("", [t("state.no_claims.words")])], cards, [*(_city(view) if is_known else []), indicators]
    )
    title, chapters = t("report.title", city=g.snapshot.city_name, month=_month(of)), [industry.of_city(View("/industry")), policy]
    return Report(visible_lines(title), labels(), provenance(), chapters, [*industry.sheets(View("/industry")), *_sheets(view)], _notes(view))


def _city(view: View) -> list[Section]:
    """The month, measures, payments by month, awards paid in parts, districts, parks, what was not claimed, what needs a look."""
    periods = section("policy_periods", view)
    flow = Section(t("report.flow"), t("report.flow_unit"), picture=drawing.months(ask("flow", **view.values())))
    if g.snapshot.is_of_all:
        return [periods, section("policy_uptake", view), flow, _unclaimed(view), _findings(view)]
    uptake = section(
        "measure_uptake", view, "measure_no measure_title kind eligible_count needs_review_count undetermined_count "
        "applied_count paid_count payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan",
        picture=drawing.strip(ask("measure_uptake", **view.values())),
        totals=[{**row, "measure_title": t("report.total_of", kind=word("kind", row["kind"]))} for row in ask("measure_total", **view.values())],
    )
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
    findings = _findings(view)
    return [periods, uptake, flow, _instalments(view), districts, ranked, unclaimed, findings]


def _instalments(view: View) -> Section:
    """Of clauses that pay in parts how each part stands, in the order of the text; no rows where none does."""
    of = {row["clause_id"]: row for row in ask("clause_list")}
    parts = section(
        "clause_instalments", view, "instalment_no says part_count settled_count not_due_count late_count doubt_count unclaimed_part_count forfeited_count "
        "amount_yuan paid_yuan late_yuan",
    )
    rows = sorted(parts.rows, key=lambda row: (of[row["clause_id"]]["clause_order"], row["part_order"]))
    summed = sum_of(rows, ("amount_yuan", "paid_yuan", "late_yuan"))   # money alone: a claim stands in the count of each of its parts
    named = [{**row, "clause": f"{row['clause_id']} {of[row['clause_id']]['title_zh']}"} for row in rows]
    return replace(parts, columns=[Column("clause", title="clause_id"), *parts.columns], rows=named, totals=_named("clause", [summed]) if rows else [])


def sum_of(rows: Sequence[Row], keys: Iterable[str]) -> Row:
    """The sum of each column; unknown where one of its figures is: of the others alone it would say less than there may be."""
    return {key: None if any(row[key] is None for row in rows) else sum(row[key] for row in rows) for key in keys}


def _findings(view: View) -> Section:
    """By kind, with the money in question."""
    findings, total = section("audit_kinds", view, named="report.findings"), ask_one("audit_totals", **view.values())
    is_known = total["finding_count"] or ask_one("received").get("have_payments", True)
    told = {key: number.short_yuan(total[f"{key}_yuan"] or 0 if is_known else None) for key in ("paid", "short")}
    totals = t("report.findings_total", **told)
    return replace(findings, unit=t("semicolon").join([findings.unit, totals]))


def _named(key: str, rows: Iterable[Row]) -> list[Row]:
    """Rows of a total, called so in one of their columns."""
    return [{**row, key: t("report.total")} for row in rows]


def _unclaimed(view: View) -> Section:
    """By district and clause; the question's row of all of them stands below the others."""
    groups = section("outreach_groups", view, named="report.unclaimed")
    whole, parts = ([row for row in groups.rows if (row["clause_id"] is None) == is_whole] for is_whole in (True, False))
    kept = ("outreach_count", "enterprise_count", "outreach_yuan", "contacted_count", "amount_status")
    totals = _named("district_name", ({key: row[key] for key in kept} for row in whole))
    return replace(groups, rows=parts[:GROUPS_SHOWN], unit=of_all(groups.unit, GROUPS_SHOWN, len(parts)), totals=totals)


def of_park(park_id: str, of: str) -> Report:
    """One park on one page, as its operator may see it, whoever takes it. Raises NothingThere for a park the asker may not see."""
    if not ask_one("park_list", park=park_id):
        raise NothingThere(park_id)
    asker, g.user = g.user, User(g.user.name, "operator", (park_id,), policies=g.user.policies)
    try:
        return _of_park(park_id, of)
    finally:
        g.user = asker


def _of_park(park_id: str, of: str) -> Report:
    view, park = View(f"/parks/{park_id}"), ask_one("park_list", park=park_id)
    rates = section(
        "park_measures", view, "measure_title kind eligible_count applied_count paid_count payout_rate outreach_count outreach_yuan",
        named="report.park_measures", park=park_id,
    )
    unclaimed = section(
        "park_outreach", view, "enterprise_name clause_id event_title qualified_on net_ceiling_yuan", limit=FIRMS_SHOWN, park=park_id,
    )
    told = [(t("report.industry_of_park"), industry.of_park(View("/industry", {"park": park_id}))), (t("report.policy_of_park"), parks.park(park))]
    only = chapter("", [(head, words) for head, words in told if words], parks.cards(park, view), [rates, unclaimed])
    return Report(visible_lines(t("report.park_title", park=park["park_name"], month=_month(of))), labels(), provenance(), [only], notes=_notes(view))


def provenance() -> list[tuple[str, str]]:
    snapshot = g.snapshot
    return [
        (t("export.as_of"), snapshot.as_of), (t("export.built_on"), snapshot.built_on), (t("export.source"), t("export.source_words")),
        (t("export.version"), snapshot.version),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.note"), t("export.note_words")),
    ]  # fmt: skip


def labels() -> list[str]:
    snapshot = g.snapshot
    labels = [t("frame.sample")] if snapshot.is_sample else []
    labels += [t("frame.draft")] if snapshot.is_draft else []
    return [*labels, snapshot.policy_title] if snapshot.has_several and not snapshot.is_of_all else labels


def _notes(view: View) -> list[str]:
    return [*([t("frame.all_policies")] if g.snapshot.is_of_all else []), *([words] if (words := unreceived(view)) else [])]


_OF_A_CLAUSE = (
    "clause_id title_zh coverage_status eligible_count needs_review_count undetermined_count not_eligible_count applied_count "
    "payout_rate ceiling_yuan paid_yuan outreach_count outreach_yuan"
)
_ITS_CLAUSE = (Column("clause_id", "id"), Column("title_zh"))


def _sheets(view: View) -> list[Section]:
    """All clauses, then of each measure its claims, clause by clause: a table a sheet, so that each can be filtered."""
    if g.snapshot.is_of_all:
        return []
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
