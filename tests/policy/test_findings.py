"""Audit findings (D3–D5, D15): each broken bound is found once, with what is at stake; what keeps its bound is not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.policy.rooms import ask_model

CLAIM = (
    "claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, enterprise_id varchar, enterprise_name varchar, "
    "park_id varchar, district_code varchar, qualified_on date, outcome varchar, outcome_reason varchar, "
    "ceiling_yuan decimal(18, 2), floor_yuan decimal(18, 2), other_award_yuan decimal(18, 2), paid_yuan decimal(18, 2), "
    "is_below_floor boolean, last_status varchar"
)
PARK = ("park_id varchar, park_name varchar", [])


def findings(paid: tuple[int, ...], *, on: date = date(2025, 6, 1), floats: str = "false", **claim: Any) -> list[tuple]:
    """Kinds, severities and sums at stake of one claim paid by one application for each of `paid`."""
    whole = {
        "claim_id": "c", "clause_key": "k", "policy_id": "p", "document": "draft", "clause_id": "6b.1", "outcome": "eligible",
        "outcome_reason": "", "ceiling_yuan": 500_000, "other_award_yuan": 0, "paid_yuan": sum(paid), **claim,
    }  # fmt: skip
    numbers = [f"a{i}" for i in range(len(paid))]
    rows = ask_model("mart_audit_finding", {
        "fct_claim": (CLAIM, [whole]),
        "int_claims": ("claim_id varchar, is_primary boolean", [{"claim_id": "c", "is_primary": True}]),
        "dim_park": PARK,
        "dim_clause": ("clause_key varchar, policy_id varchar, document varchar, clause_id varchar, last_day date",
            [{"clause_key": "k", "policy_id": "p", "document": "draft", "clause_id": "6b.1", "last_day": date(2025, 12, 31)}]),
        "policy_clause": ("clause_key varchar, program varchar", [{"clause_key": "k", "program": f'{{"may_float_up": {floats}}}'}]),
        "fct_application": (
            "application_no varchar, policy_id varchar, claim_id varchar, without_ground_reason varchar, enterprise_id varchar, enterprise_name varchar, park_id varchar, "
            "clause_id varchar, submitted_on date, requested_yuan decimal(18, 2), paid_yuan decimal(18, 2), is_without_ground boolean",
            [{"application_no": n, "claim_id": "c", "paid_yuan": p, "is_without_ground": False} for n, p in zip(numbers, paid, strict=True)]),
        "fct_payment": ("payment_no varchar, application_no varchar, claim_id varchar, paid_on date, amount_yuan decimal(18, 2)",
            [{"payment_no": n, "application_no": n, "claim_id": "c", "paid_on": on, "amount_yuan": p} for n, p in zip(numbers, paid, strict=True)]),
    })  # fmt: skip
    return sorted((row["kind"], row["severity"], row["at_stake_yuan"]) for row in rows)


@pytest.mark.parametrize(
    ("says", "given", "found"),
    [
        ("paid up to the bound is no finding", {"paid": (500_000,)}, []),
        ("above the bound: the part above", {"paid": (500_001,)}, [("above_ceiling", "error", 1)]),
        ("1a may float: approval on file", {"paid": (900_000,), "floats": "true"}, [("float_needs_approval", "note", 400_000)]),
        ("no bound, nothing above it", {"paid": (900_000,), "ceiling_yuan": None}, []),
        ("not eligible: all of it", {"paid": (300_000,), "outcome": "not_eligible"}, [("paid_not_eligible", "error", 300_000)]),
        ("by two applications: all but the larger", {"paid": (300_000, 200_000)}, [("paid_twice", "error", 200_000)]),
        ("another city award is deducted first", {"paid": (400_000,), "other_award_yuan": 200_000}, [("paid_twice", "error", 100_000)]),
        ("beside another city award within the bound", {"paid": (300_000,), "other_award_yuan": 200_000}, []),
        ("on the last day is in time", {"paid": (1,), "on": date(2025, 12, 31)}, []),
        ("a day later is late", {"paid": (1,), "on": date(2026, 1, 1)}, [("paid_late", "note", 1)]),
        ("below the floor: what is short", {"paid": (), "paid_yuan": 40_000, "floor_yuan": 60_000, "ceiling_yuan": None,
            "is_below_floor": True}, [("below_floor", "error", 20_000)]),
    ],
)  # fmt: skip
def test_a_payment_is_held_against_its_bound(says: str, given: dict[str, Any], found: list[tuple]) -> None:
    assert findings(**given) == [(kind, severity, Decimal(amount)) for kind, severity, amount in found], says


@pytest.mark.parametrize(
    ("says", "given", "is_below"),
    [
        ("one yuan short", {"subsidy_yuan": 59_999}, True),
        ("less than one yuan short is rounding", {"subsidy_yuan": Decimal("59999.50")}, False),
        ("the floor itself", {"subsidy_yuan": 60_000}, False),
        ("short, but an application is still in process", {"subsidy_yuan": 10_000, "last_status": "in_review"}, False),
        ("short, sent back to be mended", {"subsidy_yuan": 10_000, "last_status": "returned"}, False),
        ("short, and refused", {"subsidy_yuan": 10_000, "last_status": "rejected"}, True),
        ("short, and paid", {"subsidy_yuan": 0, "paid_yuan": 10_000, "last_status": "paid"}, True),
        ("short by the park's report, and paid, but no payment has come", {"subsidy_yuan": 0, "paid_yuan": 0, "last_status": "paid", "sources": ("applications",)}, False),
        ("short by the park's report, but no payment has come that may be the rest", {"subsidy_yuan": 10_000, "sources": ("applications",)}, False),
        ("nobody asked", {"subsidy_yuan": 0}, False),
        ("short, but not eligible", {"subsidy_yuan": 10_000, "outcome_code": 3}, False),
    ],
)
def test_rent_support_is_below_the_floor_only_when_settled_and_short_by_a_yuan(says: str, given: dict[str, Any], is_below: bool) -> None:
    assert claim_of(floor_yuan=60_000, **given)["is_below_floor"] is is_below, says


@pytest.mark.parametrize(
    ("says", "given", "applied", "paid", "outreach"),
    [
        ("both came, nothing of it", {}, False, False, True),
        ("both came, applied", {"last_status": "accepted"}, True, False, False),
        ("both came, paid", {"last_status": "paid", "paid_yuan": 1}, True, True, False),
        ("no application came", {"sources": ("payments",)}, None, None, None),
        ("no application came, but the park paid", {"sources": (), "subsidy_yuan": 1}, True, True, False),
        ("no application came, and no rent subsidy either", {"sources": (), "subsidy_yuan": 0}, None, None, None),
        ("no payment came, nothing applied for", {"sources": ("applications",)}, False, None, True),
        ("no payment came, applied", {"sources": ("applications",), "last_status": "paid"}, True, None, False),
        ("not eligible is never to be called about", {"sources": (), "outcome_code": 3}, None, None, False),
    ],
)
def test_what_never_came_says_of_nobody_that_he_did_not_apply(
    says: str, given: dict[str, Any], applied: bool | None, paid: bool | None, outreach: bool | None
) -> None:
    row = claim_of(**given)
    assert (row["is_applied"], row["is_paid"], row["is_outreach"]) == (applied, paid, outreach), says
    assert (row["paid_yuan"] is None) == (paid is None), says


def claim_of(*, sources: tuple[str, ...] = ("applications", "payments"), **given: Any) -> dict[str, Any]:
    """An eligible claim as fct_claim tells it: what was paid and applied for, and which sources have come."""
    claim = {"claim_id": "c", "clause_key": "k", "outcome_code": 0, "qualified_on": date(2024, 1, 1)}
    money = {key: given[key] for key in ("paid_yuan", "last_status") if key in given}
    claim |= {key: value for key, value in given.items() if key not in money}
    [row] = ask_model("fct_claim", {
        "int_claims": (
            "claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, measure_no bigint, "
            "clause_order bigint, event_id varchar, enterprise_id varchar, park_id varchar, district_code varchar, "
            "qualified_on date, outcome_code tinyint, deciding_condition bigint, ceiling_yuan decimal(18, 2), "
            "floor_yuan decimal(18, 2), subsidy_yuan decimal(18, 2)", [claim]),
        "policy_condition": ("clause_key varchar, condition_order bigint, says varchar", []),
        "policy_clause": ("clause_key varchar, award_words varchar, cap_yuan decimal(18, 2), is_selective boolean, cap_scope varchar",
            [{"clause_key": "k"}]),
        "int_claims_counted": ("claim_id varchar, net_ceiling_yuan decimal(18, 2), superseded_by varchar, superseded_reason varchar, "
            "deduction_reason varchar", []),
        "int_claim_money": ("claim_id varchar, application_count bigint, approved_yuan decimal(18, 2), paid_yuan decimal(18, 2), "
            "first_applied_on date, last_status varchar, first_paid_on date",
            [{"claim_id": "c", "application_count": 1, "paid_yuan": 0, **money}] if money else []),
        "stg_enterprises": ("enterprise_id varchar, enterprise_name varchar", []),
        "dim_park": PARK,
        "int_other_awards": ("claim_id varchar, other_yuan decimal(18, 2)", []),
        "policy_decision": ("policy_id varchar, decision_id varchar, setting varchar", []),
        "arrivals_file": ("source varchar, status varchar", [{"source": name, "status": "loaded"} for name in sources]),
    }, through=("int_arrived",))  # fmt: skip
    return row


def test_a_park_opened_after_the_day_of_the_build_is_none_yet() -> None:
    parks = [{"park_id": "before", "opened_on": date(2025, 12, 31)}, {"park_id": "after", "opened_on": date(2026, 1, 1)}, {"park_id": "untold"}]
    rows = ask_model("dim_park", {
        "stg_parks": ("park_id varchar, park_name varchar, district_name varchar, operator_name varchar, operator_id varchar, "
            "parent_park_id varchar, built_area_m2 double, opened_on date", parks),
        "reference_division": ("division_code varchar, division_name varchar", []),
    })  # fmt: skip
    assert [row["park_id"] for row in rows] == ["before", "untold"]
