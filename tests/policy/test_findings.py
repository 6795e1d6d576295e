"""Audit findings (D2a, D3–D5, D14–D17, D19): each broken bound is found once, with what is at stake; what keeps its bound is not."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.base import tables
from pipelines.policy.cap import CapGroup
from pipelines.policy.evaluator import programs_of, statement
from pipelines.policy.rows import policy_rows
from tests.policy.law import facts_table, law
from tests.policy.models import ask_model

CLAIM = (
    "claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, event_id varchar, enterprise_id varchar, enterprise_name varchar, "
    "park_id varchar, district_code varchar, qualified_on date, outcome varchar, outcome_reason varchar, "
    "ceiling_yuan decimal(18, 2), floor_yuan decimal(18, 2), other_award_yuan decimal(18, 2), paid_yuan decimal(18, 2), "
    "is_below_floor boolean, last_status varchar, may_float_up boolean, cancelled_on date, is_counted boolean, superseded_by varchar, window_status varchar"
)
OF_THE_CLAUSE = "total_cap_yuan cap_scope once_per once_keep once_group once_decision repeat repeat_decision overlap other_awards"
GROUPED = (
    "claim_id varchar, is_primary boolean, event_year bigint, whole_park_id varchar, project_no varchar, total_cap_yuan decimal(18, 2), cap_scope varchar, "
    "once_per varchar, once_keep varchar, once_group varchar, once_decision varchar, repeat varchar, repeat_decision varchar, overlap varchar, other_awards varchar"
)
PARK = ("park_id varchar, park_name varchar", [])
LAST_DAY = date(2025, 12, 31)
TOGETHER = CapGroup(
    id="together", says="同一企业每年合计最高60万元", document="draft", clauses=["2a", "7a"], per="enterprise_year", cap_yuan=Decimal(600_000), quote="款",
)  # fmt: skip


@cache
def clauses(*settings: tuple[str, Any]) -> dict[str, dict[str, Any]]:
    return {row.clause_id: vars(row) for row in policy_rows([law(dict(settings))]).clause if row.document == "draft"}


@cache
def caps(*settings: tuple[str, Any]) -> pa.Table:
    return tables.arrow(policy_rows([law(dict(settings)).model_copy(update={"cap_groups": [TOGETHER]})]))["cap"]


def audit(
    claims: list[dict[str, Any]], orders: list[dict[str, Any]] = (), under: dict[str, Any] | None = None,   # type: ignore[assignment]
    quarantined: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    """Findings of claims under the committed law, by kind and day.

    A claim: clause, day, ceiling, `paid`: one sum for each application of it; firm A, eligible, paid on `on` or on its day.
    An order beside them: an application number that no claim has, or none has sent, and a sum. `quarantined`: sources of
    rows held back.
    """
    laws = clauses(*(under or {}).items())
    rows, grouped, applications, payments = [], [], [], []
    for number, claim in enumerate(claims, start=1):
        name, paid, day = f"c{number}", claim.get("paid", ()), claim["day"]
        clause = laws[claim["clause"]]
        rows.append({
            "claim_id": name, "clause_key": clause["clause_key"], "policy_id": clause["policy_id"], "document": "draft",
            "clause_id": claim["clause"], "enterprise_id": claim.get("firm", "A"), "qualified_on": day, "outcome": "eligible",
            "event_id": claim.get("event", name), "outcome_reason": "", "ceiling_yuan": claim["ceiling"], "other_award_yuan": 0, "paid_yuan": sum(paid), "is_counted": True,
            **claim.get("told", {}),
        })  # fmt: skip
        grouped.append({"claim_id": name, "is_primary": True, "event_year": claim.get("year", day.year), "whole_park_id": claim.get("park")}
            | {column: clause[column] for column in OF_THE_CLAUSE.split()})  # fmt: skip
        for at, amount in enumerate(paid):
            no = f"a{number}{at}"
            applications.append({"application_no": no, "claim_id": name, "paid_yuan": amount, "is_without_ground": False})
            payments.append({"payment_no": f"p{number}{at}", "application_no": no, "claim_id": name, "instalment_no": claim.get("part"), "paid_on": claim.get("on", day), "amount_yuan": amount})
    for at, order in enumerate(orders):
        payments.append({"payment_no": f"o{at}", "paid_on": date(2025, 6, 1), **order})
    return ask_model("mart_audit_finding", {
        "policy_cap": caps(*(under or {}).items()),
        "int_claim_instalments": ("claim_id varchar, due_on date",
            [{"claim_id": f"c{number}", "due_on": day} for number, claim in enumerate(claims, start=1) for day in claim.get("due", ())]),
        "fct_claim": (CLAIM, rows), "int_claims": (GROUPED, grouped), "dim_park": PARK,
        "dim_clause": ("clause_key varchar, policy_id varchar, document varchar, clause_id varchar, award_words varchar, last_day date",
            [{**{key: row[key] for key in ("clause_key", "policy_id", "document", "clause_id", "award_words")}, "last_day": LAST_DAY} for row in laws.values()]),
        "fct_application": (
            "application_no varchar, policy_id varchar, claim_id varchar, without_ground_reason varchar, enterprise_id varchar, enterprise_name varchar, park_id varchar, "
            "clause_id varchar, submitted_on date, requested_yuan decimal(18, 2), paid_yuan decimal(18, 2), is_without_ground boolean", applications),
        "fct_payment": ("payment_no varchar, application_no varchar, claim_id varchar, instalment_no bigint, paid_on date, amount_yuan decimal(18, 2)", payments),
        "mart_quarantine": ("source varchar, source_file varchar, sheet varchar, row_no bigint, mended_by_file varchar",
            [{"source": source, "source_file": "f", "sheet": "", "row_no": row_no} for row_no, source in enumerate(quarantined)]),
    }, through=("int_findings",))  # fmt: skip


def found(rows: list[dict[str, Any]]) -> list[tuple[str, str, Decimal]]:
    return sorted((row["kind"], row["severity"], row["at_stake_yuan"]) for row in rows)


def findings(paid: tuple[int, ...], *, on: date = date(2025, 6, 1), **told: Any) -> list[tuple[str, str, Decimal]]:
    """Of one claim of 6b.1 paid by one application for each of `paid`."""
    claim = {"clause": "6b.1", "day": date(2024, 6, 1), "ceiling": 500_000, "paid": paid, "on": on, "told": told}
    return found(audit([claim]))


def test_a_part_paid_by_its_own_day_is_not_late_though_the_policy_has_ended() -> None:
    claim = {"clause": "6b.1", "day": date(2025, 6, 1), "ceiling": 500_000, "paid": (100_000,), "on": date(2026, 6, 30)}
    assert found(audit([claim])) == [("paid_late", "note", Decimal(100_000))]
    assert found(audit([claim | {"due": (date(2025, 12, 31), date(2026, 6, 30))}])) == []
    assert found(audit([claim | {"due": (date(2025, 12, 31), date(2026, 6, 29))}])) == [("paid_late", "note", Decimal(100_000))]


@pytest.mark.parametrize(("part", "due", "told"), [(1, (), False), (2, (), True), (2, (LAST_DAY, LAST_DAY), False), (3, (LAST_DAY, LAST_DAY), True), (None, (LAST_DAY, LAST_DAY), False)])
def test_an_order_that_names_a_part_the_claim_has_not_is_a_note(part: int | None, due: tuple[date, ...], told: bool) -> None:
    claim = {"clause": "6b.1", "day": date(2025, 6, 1), "ceiling": 500_000, "paid": (100_000,), "part": part, "due": due}
    assert found(audit([claim])) == ([("unknown_part", "note", Decimal(100_000))] if told else [])


def test_money_above_a_cap_of_several_clauses_is_found_once_with_what_exceeds_it() -> None:
    within = [{"clause": "2a", "day": date(2024, 3, 1), "ceiling": 400_000, "paid": (400_000,)}, {"clause": "7a", "day": date(2024, 5, 1), "ceiling": 400_000, "paid": (200_000,)}]
    assert found(audit(within)) == []
    above = [within[0], within[1] | {"paid": (200_000.01,)}]
    assert found(audit(above)) == [("above_total", "error", Decimal("0.01"))]
    assert "同一企业每年合计最高60万元" in audit(above)[0]["evidence"]
    assert found(audit([within[0], above[1] | {"day": date(2025, 5, 1)}])) == []


@pytest.mark.parametrize(
    ("says", "given", "expected"),
    [
        ("paid up to the bound is no finding", {"paid": (500_000,)}, []),
        ("above the bound: the part above", {"paid": (500_001,)}, [("above_ceiling", "error", 1)]),
        ("what may float: approval on file", {"paid": (900_000,), "may_float_up": True}, [("float_needs_approval", "note", 400_000)]),
        ("what may not float is an error", {"paid": (900_000,), "may_float_up": False}, [("above_ceiling", "error", 400_000)]),
        ("no bound, nothing above it", {"paid": (900_000,), "ceiling_yuan": None}, []),
        ("not eligible: all of it", {"paid": (300_000,), "outcome": "not_eligible"}, [("paid_not_eligible", "error", 300_000)]),
        ("by two applications: all but the larger", {"paid": (300_000, 200_000)}, [("paid_twice", "error", 200_000)]),
        ("another city award is deducted first", {"paid": (400_000,), "other_award_yuan": 200_000}, [("paid_twice", "error", 100_000)]),
        ("beside another city award within the bound", {"paid": (300_000,), "other_award_yuan": 200_000}, []),
        ("applied outside the window of a clause that takes none", {"paid": (300_000,), "window_status": "outside"}, [("outside_window", "error", 300_000)]),
        ("applied inside it", {"paid": (300_000,), "window_status": "within"}, []),
        ("on the last day is in time", {"paid": (1,), "on": date(2025, 12, 31)}, []),
        ("a day later is late", {"paid": (1,), "on": date(2026, 1, 1)}, [("paid_late", "note", 1)]),
        ("paid on a title that was cancelled", {"paid": (300_000,), "cancelled_on": date(2025, 3, 1)}, [("paid_on_cancelled_title", "note", 300_000)]),
        ("nothing paid on a title that was cancelled", {"paid": (), "cancelled_on": date(2025, 3, 1)}, []),
        ("more refunded than was paid", {"paid": (500_000, -600_000)}, [("refund_above_paid", "error", 600_000)]),
        ("paid and refunded", {"paid": (0,)}, []),
        ("below the floor: what is short", {"paid": (), "paid_yuan": 40_000, "floor_yuan": 60_000, "ceiling_yuan": None,
            "is_below_floor": True}, [("below_floor", "error", 20_000)]),
    ],
)  # fmt: skip
def test_a_payment_is_held_against_its_bound(says: str, given: dict[str, Any], expected: list[tuple]) -> None:
    assert findings(**given) == [(kind, severity, Decimal(amount)) for kind, severity, amount in expected], says


def award(clause: str, day: date, ceiling: int, *paid: int, **more: Any) -> dict[str, Any]:
    return {"clause": clause, "day": day, "ceiling": ceiling, "paid": paid, **more}


Y24, Y25 = date(2024, 5, 1), date(2025, 5, 1)
LOWER, COUNTED = {"is_counted": False, "superseded_by": "c2"}, {"is_counted": False, "superseded_by": "c1"}


@pytest.mark.parametrize(
    ("says", "claims", "expected", "words"),
    [
        ("D14: both of a year were paid", [award("6b.2", Y24, 300_000, 300_000, told=LOWER), award("11b", Y24, 500_000, 500_000)],
            [("overlap_exceeded", 300_000)], "只计最高一项（D14）"),
        ("D14: the lower was paid within the bound of the higher", [award("6b.2", Y24, 300_000, 300_000, told=LOWER), award("11b", Y24, 500_000)], [], ""),
        ("D14: the rest was paid on the higher", [award("6b.2", Y24, 300_000, 300_000, told=LOWER), award("11b", Y24, 500_000, 200_000)], [], ""),
        ("D14: in two years", [award("6b.2", Y24, 300_000, 300_000), award("11b", Y25, 500_000, 500_000)], [], ""),
        ("D14: of two firms", [award("6b.2", Y24, 300_000, 300_000), award("11b", Y24, 500_000, 500_000, firm="B")], [], ""),
        ("D14: beside one that is not eligible only that one is found",
            [award("6b.2", Y24, 300_000, 300_000, told={"outcome": "not_eligible"}), award("11b", Y24, 500_000, 500_000)], [("paid_not_eligible", 300_000)], "不符合"),
        ("D3: a second one-off subsidy", [award("2b", Y24, 2_500_000, 2_500_000), award("2b", Y25, 5_000_000, 5_000_000, told=COUNTED)],
            [("once_exceeded", 5_000_000)], "一次性补助，以较早一项计（D3）"),
        ("D3: only the second was paid, above the first", [award("2b", Y24, 2_500_000), award("2b", Y25, 5_000_000, 5_000_000, told=COUNTED)],
            [("once_exceeded", 2_500_000)], "（D3）"),
        ("D3: one of each of two clauses", [award("2b", Y24, 2_500_000, 2_500_000), award("9d", Y25, 5_000_000, 5_000_000)], [], ""),
        ("D16: provincial, then national in full", [award("10a.2", Y24, 1_000_000, 1_000_000, park="P", told=LOWER), award("10a.1", Y25, 3_000_000, 3_000_000, park="P")],
            [("once_exceeded", 1_000_000)], "同一园区不重复享受，以最高一项计（D16）"),
        ("D16: provincial, then the rest", [award("10a.2", Y24, 1_000_000, 1_000_000, park="P", told=LOWER), award("10a.1", Y25, 3_000_000, 2_000_000, park="P")], [], ""),
        ("D16: national, then provincial", [award("10a.1", Y24, 3_000_000, 3_000_000, park="P"), award("10a.2", Y25, 1_000_000, 1_000_000, park="P", told=COUNTED)],
            [("once_exceeded", 1_000_000)], "（D16）"),
        ("D16: of two parks", [award("10a.1", Y24, 3_000_000, 3_000_000, park="P"), award("10a.2", Y25, 1_000_000, 1_000_000, park="Q")], [], ""),
        ("D2a: a headquarters was paid each year", [award("4a", Y24, 60_000_000, 60_000_000), award("4a", Y25, 60_000_000, 60_000_000)],
            [("above_total", 60_000_000)], "单个企业累计封顶"),
        ("D2a: below the cap the highest year is the bound", [award("4a", Y24, 2_000_000, 2_000_000), award("4a", Y25, 2_400_000, 2_400_000)],
            [("above_total", 2_000_000)], "各核算年度就高计一次（D2a）"),
        ("D2a: beside a year that is not eligible only that one is found",
            [award("4a", Y24, 60_000_000, 60_000_000, told={"outcome": "not_eligible"}), award("4a", Y25, 60_000_000, 60_000_000)],
            [("paid_not_eligible", 60_000_000)], "不符合"),
        ("D2a: the second year was paid what exceeds", [award("4a", Y24, 2_000_000, 2_000_000), award("4a", Y25, 2_400_000, 400_000)], [], ""),
        ("D17: two records of one year", [award("4b", Y24, 15_000_000, 15_000_000), award("4b", Y24, 15_000_000, 15_000_000)],
            [("above_total", 10_000_000)], "单个企业同一年度累计封顶"),
        ("D17: two years", [award("4b", Y24, 15_000_000, 15_000_000), award("4b", Y25, 15_000_000, 15_000_000)], [], ""),
        ("one award above its own bound is found once, there", [award("4a", Y24, 60_000_000, 70_000_000)], [("above_ceiling", 10_000_000)], "超过上限"),
    ],
)  # fmt: skip
def test_payments_of_several_claims_are_held_against_the_bound_they_share(
    says: str, claims: list[dict[str, Any]], expected: list[tuple[str, int]], words: str
) -> None:
    rows = audit(claims)
    assert [(row["kind"], row["severity"], row["at_stake_yuan"]) for row in rows] == [(kind, "error", amount) for kind, amount in expected], says
    for row in rows:
        assert words in row["evidence"]
        assert row["amount_yuan"] - row["limit_yuan"] == row["at_stake_yuan"]


@pytest.mark.parametrize(
    ("under", "claims"),
    [
        ({"D14": "off"}, [award("6b.2", Y24, 300_000, 300_000), award("11b", Y24, 500_000, 500_000)]),
        ({"D2a": "each_year"}, [award("4a", Y24, 2_000_000, 2_000_000), award("4a", Y25, 2_400_000, 2_400_000)]),
    ],
)
def test_a_bound_that_a_decision_switches_off_is_broken_by_nobody(under: dict[str, Any], claims: list[dict[str, Any]]) -> None:
    assert audit(claims, under=under) == []


def test_a_finding_of_several_claims_names_each_with_its_money_and_orders() -> None:
    [row] = audit([award("6b.2", Y24, 300_000, 300_000), award("11b", date(2024, 6, 1), 500_000, 500_000)])
    assert "6b.2（2024-05-01）已付 300,000.00 元、11b（2024-06-01）已付 500,000.00 元，合计超过上限 500,000.00 元" in row["evidence"]
    assert row["payment_nos"] == "p10、p20"
    assert (row["amount_yuan"], row["limit_yuan"], row["clause_id"], row["found_on"]) == (800_000, 500_000, "11b", date(2024, 6, 1))


def test_a_finding_keeps_its_id_whatever_later_orders_and_files_move() -> None:
    """People's word on it hangs on the id: neither sums, days and words, nor the claim's own id (that of a document) are in it."""
    paid = award("6b.1", Y24, 500_000, 600_000, 100_000, event="e", told={"other_award_yuan": 50_000, "outcome": "eligible"})
    both = [award("6b.2", Y24, 300_000, 300_000, told=LOWER, event="l"), award("11b", Y24, 500_000, 500_000, event="h")]
    before = audit([paid, *both], [{"application_no": "x", "amount_yuan": 1}])
    later = {**paid, "paid": (700_000, 100_000), "on": Y25}
    after = audit([award("11b", Y25, 500_000, firm="B"), later, both[0], {**both[1], "paid": (500_000, 10_000), "on": Y25}],
        [{"application_no": "x", "amount_yuan": 2, "payment_no": "later"}], quarantined=("applications",))  # fmt: skip
    assert {row["finding_id"] for row in before} < {row["finding_id"] for row in after}
    assert len({row["finding_id"] for row in before}) == len(before) == 5, "twice paid by two applications, and beside another award"
    words = {row["finding_id"]: row["evidence"] for row in after}
    assert {row["kind"] for row in before if row["evidence"] != words[row["finding_id"]]} == {"above_ceiling", "overlap_exceeded", "without_ground"}


def test_an_application_refunded_beyond_what_was_paid_is_found_with_both_sums() -> None:
    rows = audit([], [
        {"application_no": "x", "amount_yuan": 500_000}, {"application_no": "x", "amount_yuan": -600_000},
        {"application_no": "y", "amount_yuan": 500_000}, {"application_no": "y", "amount_yuan": -500_000},
        {"application_no": "z", "amount_yuan": 5},
    ])  # fmt: skip
    told = {row["application_no"]: (row["kind"], row["amount_yuan"], row["at_stake_yuan"]) for row in rows}
    assert told == {"x": ("refund_above_paid", -100_000, 100_000), "z": ("without_ground", 5, 5)}
    assert next(row["evidence"] for row in rows if row["application_no"] == "x").startswith("退回 600,000.00 元，多于已付 500,000.00 元")


@pytest.mark.parametrize(("quarantined", "told"), [(("payments",), False), (("applications", "applications", "payments"), True)])
def test_an_order_whose_application_may_be_held_back_says_so(quarantined: tuple[str, ...], told: bool) -> None:
    (row,) = audit([], [{"application_no": "z", "amount_yuan": 5}], quarantined=quarantined)
    assert ("申报另有 2 行在隔离" in row["evidence"]) == told


def test_only_a_project_said_to_be_exceptional_may_float_and_only_where_the_clause_lets_it() -> None:
    """From the YAML of 1a through the loader and the evaluator (D5)."""
    with duckdb.connect() as con:
        facts_table(con)
        for answer in (True, False, None):
            con.execute(
                "insert into facts (event_id, event_kind, category, is_exceptional) values (?, 'project', ?, ?)", [str(answer), "core_technology", answer]
            )
        con.execute("insert into facts (event_id, event_kind, category, is_exceptional) values ('7a', 'project', 'innovative_application', true)")
        rows = con.execute(statement(programs_of(law()))).fetchall()
    assert {row[1]: row[-1] for row in rows} == {"True": True, "False": False, "None": False, "7a": False}
