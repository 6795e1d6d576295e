"""Tables of a what-if: one group of its answer a row, before, after and what changed."""

from typing import Any

from flask import g

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.tables.links import to_clause, to_firm
from dashboard.tables.table import Column, Table
from dashboard.text import t, word
from dashboard.view import View
from dashboard.whatif import Answer

ROLES = ("analyst", "admin")
COMMAND = "softcity whatif EDITS"
SIDES = ("before", "after", "change")


def answer(view: View) -> Answer:
    """The answer to the edits of an address. Raises EditRefused, Busy, AnswerLate."""
    return g.whatif.ask(g.snapshot, view.edits)  # type: ignore[no-any-return]


def _sides(row: Row, **more: Any) -> Row:
    """One group of the answer on one line: before_ceiling_yuan, after_ceiling_yuan, change_ceiling_yuan and so on."""
    flat = {f"{side}_{key}": value for side in SIDES for key, value in row[side].items()}
    return {**flat, **more, "moved_yuan": abs(flat["change_ceiling_yuan"])}


def clauses(view: View) -> list[Row]:
    """Every clause the edits may have touched."""
    known = {row["clause_id"]: row for row in ask("clause_list")}
    told = {"title_zh": "title_zh", "count_status": "count_status", "amount_status": "amount_kind"}
    return [
        _sides(row, clause_id=row["clause_id"], **{key: known.get(row["clause_id"], {}).get(of) for key, of in told.items()})
        for row in answer(view)["by_clause"]
    ]


def _districts(view: View) -> list[Row]:
    names = {row["district_code"]: row["district_name"] for row in ask("district_options")}
    return [
        _sides(row, district_code=row["district_code"], district_name=names.get(row["district_code"], t("unknown")))
        for row in answer(view)["by_district"]
    ]


def _firms(view: View) -> list[Row]:
    firms = answer(view)["firms"]
    return [*firms["gaining"], *firms["losing"]]


def _moved(view: View) -> list[Row]:
    return [
        {**row, "before_side": _side(row, "before"), "after_side": _side(row, "after")}
        for row in answer(view)["moved_claims"]
    ]


def _side(row: Row, side: str) -> str:
    """Where a claim stands under one law: its outcome, and whether it counts after overlap."""
    outcome = row[f"{side}_outcome"]
    if outcome is None:
        return t("whatif.no_claim")
    counts = outcome != "eligible" or row[f"{side}_is_counted"]
    return word("outcome", outcome) if counts else t("whatif.not_counted")


def _change(key: str) -> Column:
    return Column(key, "yuan", words=lambda row: number.signed_yuan(row[key]))


WHATIF_CLAUSES = Table(
    "whatif_clauses", COMMAND,
    (
        Column("clause_id", href=to_clause), Column("title_zh"), Column("before_eligible_count", "count"),
        Column("after_eligible_count", "count"), Column("before_ceiling_before_overlap_yuan", "yuan"),
        Column("after_ceiling_before_overlap_yuan", "yuan"), _change("change_ceiling_before_overlap_yuan"),
        Column("before_ceiling_yuan", "yuan"), Column("after_ceiling_yuan", "yuan"), _change("change_ceiling_yuan"),
    ),
    sort="-moved_yuan", made=clauses, roles=ROLES,
)
WHATIF_DISTRICTS = Table(
    "whatif_districts", COMMAND,
    (
        Column("district_name"), Column("before_ceiling_yuan", "yuan"), Column("after_ceiling_yuan", "yuan"),
        _change("change_ceiling_yuan"),
    ),
    sort="-moved_yuan", made=_districts, roles=ROLES,
)
WHATIF_FIRMS = Table(
    "whatif_firms", COMMAND,
    (
        Column("enterprise_name", href=to_firm), Column("before_yuan", "yuan"), Column("after_yuan", "yuan"),
        _change("change_yuan"),
    ),
    sort="-change_yuan", made=_firms, roles=ROLES,
)
WHATIF_MOVED = Table(
    "whatif_moved", COMMAND,
    (
        Column("clause_id", href=to_clause), Column("enterprise_name", href=to_firm), Column("before_side"),
        Column("after_side"), Column("before_net_ceiling_yuan", "yuan"), Column("after_net_ceiling_yuan", "yuan"),
        Column("superseded_reason", "words"),
    ),
    sort="clause_id", made=_moved, roles=ROLES,
)
