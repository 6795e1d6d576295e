"""What a claim says of applying and paying: what never came says of nobody that he did not apply, what is forfeited is counted no more."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.policy.models import ask_model

PARK = ("park_id varchar, park_name varchar", [])


def claim_of(*, sources: tuple[str, ...] = ("applications", "payments"), **given: Any) -> dict[str, Any]:
    """An eligible claim as fct_claim tells it: what was paid and applied for, and which sources have come."""
    [row] = claims_of([given], sources)
    return row


def claims_of(
    given: list[dict[str, Any]], sources: tuple[str, ...] = ("applications", "payments"), kind: str = "award", others: list[dict[str, Any]] = (),  # type: ignore[assignment]
    forfeited: list[dict[str, Any]] = (),   # type: ignore[assignment]
    windows: list[dict[str, Any]] = (),   # type: ignore[assignment]
) -> list[dict[str, Any]]:
    """Claims c0, c1 … of one event."""
    claims, money = [], []
    for number, one in enumerate(given):
        paid = {key: one[key] for key in ("paid_yuan", "last_status") if key in one}
        claims.append({
            "claim_id": f"c{number}", "clause_key": "k", "policy_id": "p", "document": "draft", "event_id": "e", "outcome_code": 0,
            "qualified_on": date(2024, 1, 1), **{key: value for key, value in one.items() if key not in paid},
        })  # fmt: skip
        if paid:
            money.append({"claim_id": f"c{number}", "application_count": 1, "paid_yuan": 0, **paid})
    rows = ask_model("fct_claim", {
        "int_claims": (
            "claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, measure_no bigint, "
            "clause_order bigint, event_id varchar, enterprise_id varchar, park_id varchar, district_code varchar, project_no varchar, event_year bigint, other_awards varchar, "
            "qualified_on date, outcome_code tinyint, deciding_condition bigint, ceiling_yuan decimal(18, 2), "
            "floor_yuan decimal(18, 2), subsidy_yuan decimal(18, 2), may_float_up boolean, cancelled_on date", claims),
        "policy_condition": ("clause_key varchar, condition_order bigint, says varchar", []),
        "policy_clause": ("clause_key varchar, kind varchar, amount_kind varchar, award_words varchar, cap_yuan decimal(18, 2), is_selective boolean, other_awards varchar, "
            "payees varchar, own_share double, reckoned_from varchar, reckoned_by varchar, reckoned_rate double, reckoned_levels varchar",
            [{"clause_key": "k", "kind": kind, "amount_kind": "ceiling", "award_words": "最高50万元", "is_selective": False, "other_awards": "top_up"}]),
        "int_claim_windows": ("claim_id varchar, window_status varchar, window_reason varchar", list(windows)),
        "int_claim_instalments": ("claim_id varchar, instalment_no bigint, forfeited_yuan decimal(18, 2), reason varchar, is_forfeited boolean",
            list(forfeited)),
        "int_claims_counted": ("claim_id varchar, net_ceiling_yuan decimal(18, 2), superseded_by varchar, superseded_reason varchar, "
            "deduction_reason varchar", []),
        "int_claim_money": ("claim_id varchar, application_count bigint, approved_yuan decimal(18, 2), paid_yuan decimal(18, 2), "
            "first_applied_on date, last_status varchar, first_paid_on date, paid_before_month_yuan decimal(18, 2)",
            money),
        "stg_enterprises": ("enterprise_id varchar, enterprise_name varchar", []),
        "dim_park": PARK,
        "int_other_awards": ("claim_id varchar, other_yuan decimal(18, 2), unknown_level_yuan decimal(18, 2), other_level_yuan decimal(18, 2)", list(others)),
        "arrivals_file": ("source varchar, status varchar", [{"source": name, "status": "loaded"} for name in sources]),
    }, through=("int_arrived", "int_claim_bounds"))  # fmt: skip
    return sorted(rows, key=lambda row: row["claim_id"])


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


@pytest.mark.parametrize(("status", "listed"), [("open", True), ("unknown", True), ("missed", False), (None, True)])
def test_who_missed_a_window_that_is_a_condition_is_not_called_and_is_told_why(status: str | None, listed: bool) -> None:
    told = [{"claim_id": "c0", "window_status": status, "window_reason": "申报期至 2024-06-30，未申报，已过期" if status == "missed" else None}]
    [row] = claims_of([{}], windows=told if status else [])
    assert (row["is_outreach"], row["window_status"]) == (listed, status)
    assert row["outcome_reason"] == "书面条件全部符合" + ("；申报期至 2024-06-30，未申报，已过期" if status == "missed" else "")


@pytest.mark.parametrize(
    ("says", "with_floor", "listed"),
    [
        ("nobody asked for either", {}, [True, True]),
        ("the floor was asked for", {"last_status": "submitted"}, [False, False]),
        ("the floor was paid", {"last_status": "paid", "paid_yuan": 50_000}, [False, False]),
        ("the park paid the year", {"subsidy_yuan": 50_000}, [False, False]),
    ],
)
def test_the_unstated_share_of_a_rent_year_is_not_listed_where_its_floor_was_asked_for(says: str, with_floor: dict[str, Any], listed: list[bool]) -> None:
    rows = claims_of([{}, {"floor_yuan": 50_000, **with_floor}], kind="encouraged_local_award")
    assert [row["is_outreach"] for row in rows] == listed, says


def test_where_only_the_unstated_share_was_asked_for_the_floor_is_still_listed() -> None:
    rows = claims_of([{"last_status": "submitted"}, {"floor_yuan": 50_000}], kind="encouraged_local_award")
    assert [row["is_outreach"] for row in rows] == [False, True]


def test_of_a_cancelled_title_nobody_is_called() -> None:
    row = claim_of(cancelled_on=date(2024, 6, 1))
    assert (row["outcome"], row["is_counted"], row["is_outreach"], row["cancelled_on"]) == ("eligible", False, False, date(2024, 6, 1))


def test_what_is_forfeited_of_an_award_is_counted_no_more_and_told() -> None:
    lost = {"claim_id": "c0", "instalment_no": 3, "forfeited_yuan": 150_000, "reason": "仍登记在本市：市外", "is_forfeited": True}
    [row] = claims_of([{"ceiling_yuan": 500_000}], forfeited=[lost])
    assert (row["ceiling_yuan"], row["net_ceiling_yuan"]) == (500_000, 350_000)
    assert "第3期（仍登记在本市：市外）不再兑付 150,000.00 元" in row["ceiling_reason"]


def test_more_refunded_than_paid_stays_below_nothing() -> None:
    assert claim_of(paid_yuan=-100_000, last_status="clawed_back")["paid_yuan"] == -100_000
    assert claim_of(paid_yuan=-100_000, last_status="clawed_back", subsidy_yuan=0)["paid_yuan"] == -100_000


def test_money_of_unknown_level_is_shown_and_deducts_nothing() -> None:
    [row] = claims_of([{"ceiling_yuan": 500_000}], ("applications", "payments", "other_awards"), others=[{"claim_id": "c0", "other_yuan": 0, "unknown_level_yuan": 200_000}])
    assert (row["net_ceiling_yuan"], row["other_award_yuan"], row["unknown_level_award_yuan"]) == (500_000, 0, 200_000)
    assert "同一事项另得资金层级未载明的奖补 200,000.00 元，未扣除（D15）" in row["ceiling_reason"]


@pytest.mark.parametrize(("outcome_code", "is_told"), [(1, True), (2, True), (3, False)])
def test_an_open_claim_tells_what_another_city_award_would_take_off(outcome_code: int, is_told: bool) -> None:
    given = {"ceiling_yuan": 500_000, "outcome_code": outcome_code}
    [row] = claims_of([given], ("other_awards",), others=[{"claim_id": "c0", "other_yuan": 200_000, "unknown_level_yuan": 0}])
    assert ("同一事项另得市级奖补 200,000.00 元，如符合则就高不重复（D15）" in row["ceiling_reason"]) is is_told


def test_a_park_opened_after_the_day_of_the_build_is_none_yet() -> None:
    parks = [{"park_id": "before", "opened_on": date(2025, 12, 31)}, {"park_id": "after", "opened_on": date(2026, 1, 1)}, {"park_id": "untold"}]
    rows = ask_model("dim_park", {
        "stg_parks": ("park_id varchar, park_name varchar, district_name varchar, operator_name varchar, operator_id varchar, "
            "parent_park_id varchar, built_area_m2 double, opened_on date", parks),
        "reference_division": ("division_code varchar, division_name varchar", []),
    })  # fmt: skip
    assert [row["park_id"] for row in rows] == ["before", "untold"]
