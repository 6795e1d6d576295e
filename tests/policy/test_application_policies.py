"""Which policy an application is made under, where several policies of a city may have a clause of one id."""

from datetime import date
from typing import Any

import pytest

from tests.policy.models import ask_model

OLD, NEW = (date(2022, 1, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2025, 12, 31))
CLAUSES = [
    {"policy_id": policy, "clause_id": clause, "first_day": first, "last_day": last, "is_primary": is_primary}
    for policy, clause, (first, last), is_primary in (
        ("old", "1a", OLD, True), ("new", "1a", NEW, True), ("also", "7a", NEW, True), ("new", "7a", NEW, True),
        ("new", "2a", NEW, True), ("old", "2a", OLD, False),  # of another text than the first: pays nothing
    )
]  # fmt: skip


def settled(**application: Any) -> dict[str, Any]:
    """The row of one application of firm F, who qualified under 1a of the old policy on 2023-11-01."""
    application = {"application_no": "A", "clause_id": "1a", "enterprise_id": "F", "submitted_on": date(2025, 3, 1), **application}
    claim = {
        "policy_id": "old", "clause_id": "1a", "enterprise_id": "F", "qualified_on": date(2023, 11, 1), "is_primary": True,
        "beneficiary": "enterprise",
    }  # fmt: skip
    (row,) = ask_model("int_application_policies", {
        "stg_applications": ("application_no varchar, policy_named varchar, clause_id varchar, enterprise_id varchar, park_id varchar, submitted_on date", [application]),
        "int_claims": ("policy_id varchar, clause_id varchar, enterprise_id varchar, park_id varchar, qualified_on date, is_primary boolean, beneficiary varchar", [claim]),
        "policy_clause": ("policy_id varchar, clause_id varchar, first_day date, last_day date, is_primary boolean", CLAUSES),
    })  # fmt: skip
    return row


@pytest.mark.parametrize(
    ("says", "application", "policy"),
    [
        ("the one it names", {"policy_named": "old"}, "old"),
        ("the one whose window holds the submission", {}, "new"),
        ("the one whose window holds the submission, not the claim", {"submitted_on": date(2023, 12, 31)}, "old"),
        ("no window holds the submission: the one that holds the qualifying day", {"submitted_on": date(2026, 2, 1)}, "old"),
        ("the only one that has the clause, whatever the day", {"clause_id": "2a", "submitted_on": date(2026, 2, 1)}, "new"),
    ],
)
def test_an_application_is_made_under(says: str, application: dict[str, Any], policy: str) -> None:
    row = settled(**application)
    assert (row["policy_id"], row["unsettled_reason"]) == (policy, None), says


@pytest.mark.parametrize(
    ("application", "reason"),
    [
        ({"policy_named": "gone"}, "政策编号 gone 不在本市政策之列"),
        ({"policy_named": "old", "clause_id": "7a"}, "政策 old 没有条款 7a"),
        ({"clause_id": "9z"}, "没有政策有条款 9z"),
        ({"clause_id": "7a"}, "条款 7a 见于 also、new，申报未写政策编号，按提交日和资格日都不能确定是哪一项政策"),
        ({"submitted_on": date(2026, 2, 1), "enterprise_id": "G"}, "条款 1a 见于 new、old，申报未写政策编号，按提交日和资格日都不能确定是哪一项政策"),
    ],
)
def test_an_application_whose_policy_cannot_be_told_says_why(application: dict[str, Any], reason: str) -> None:
    row = settled(**application)
    assert (row["policy_id"], row["unsettled_reason"]) == (None, reason)
