"""一页纸: what one firm may claim, what it lacks, until when and with what it applies, to take along."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard.errors import NothingThere
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.reports.content import labels, provenance
from dashboard.reports.document import Chapter, Report, Section, of_all, section
from dashboard.summaries import firms as summaries
from dashboard.text import t
from dashboard.view import View
from pipelines.base.visible import visible_lines

CLAIMS, LACKING, DUE = 10, 10, 8
"""Rows of each table, so that it stays one page; how many there are in all stands beside its title."""
_OPEN = ("eligible", "needs_review", "undetermined")


def of_firm(firm: str) -> Report:
    """One firm within the asker's scope. Raises NothingThere for one they may not see."""
    row, claims = ask_one("firm", firm=firm), ask("firm_claims", firm=firm)
    if not row and not claims:
        raise NothingThere(firm)
    name = str(row.get("enterprise_name") or claims[0]["enterprise_name"])
    view = View(f"/firms/{firm}", ids={"firm": firm})
    payments = ask("firm_payments", firm=firm)
    told = [("", "".join(summaries.firm(claims, payments if ask_one("received").get("have_payments", True) else None))), (t("sheet.who"), _who(firm, row))]
    only = Chapter("", [(head, visible_lines(words)) for head, words in told if words], [], _sections(view), is_upright=True)
    return Report(visible_lines(t("sheet.title", name=name)), labels(), provenance(), [only], notes=[t("sheet.note")])


def _who(firm: str, row: Row) -> str:
    parts = [firm, row.get("district_name"), row.get("park_name"), row.get("software_reason")]
    return t("comma_long").join(str(part) for part in parts if part)


def _sections(view: View) -> list[Section]:
    """Claims, the ones that may be made first; what is lacking; deadlines; how to apply."""
    claims = section("firm_claims", view, "policy_id clause_id title_zh event_title outcome net_ceiling_yuan floor_yuan last_status paid_yuan")
    ranked = sorted(claims.rows, key=lambda row: (not row["is_outreach"], _OPEN.index(row["outcome"]) if row["outcome"] in _OPEN else len(_OPEN), str(row["clause_id"])))
    found = [
        _short(claims, ranked, CLAIMS), _short(lacking := section("firm_lacking", view), lacking.rows, LACKING),
        _short(due := section("firm_deadlines", view, "due_on days_left kind what policy_id clause_id note"), due.rows, DUE), section("firm_materials", view),
    ]  # fmt: skip
    return [one for one in found if one.rows]


def _short(whole: Section, rows: Sequence[Row], limit: int) -> Section:
    return replace(whole, rows=rows[:limit], unit=of_all(whole.unit, limit, len(rows)))
