"""逾期不予受理: whether an application came inside a window that is a condition. Cases in `windows.yaml`."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.policy.law import read
from tests.policy.models import ask_model

CASES = read("windows.yaml")["cases"]
WINDOWS = read("windows.yaml")["windows"]


def _ask(sources: tuple[str, ...] = ("applications", "payments")) -> dict[str, dict[str, Any]]:
    """All cases at once, each a claim of its own."""
    applied = [
        {"application_no": f"{case['says']} {n}", "submitted_on": day, "status": case.get("status", "submitted")}
        for case in CASES for n, day in enumerate((case.get("applied"), case.get("also"))) if day
    ]  # fmt: skip
    rows = ask_model("int_claim_windows", {
        "int_claims": ("claim_id varchar, clause_key varchar, qualified_on date",
            [{"claim_id": case["says"], "clause_key": case["window"], "qualified_on": case.get("day", date(2024, 1, 1))} for case in CASES]
            + [{"claim_id": "no condition", "clause_key": "deadline"}]),
        "policy_clause": ("clause_key varchar, window_lapses boolean, window_first_day date, window_last_day date, window_yearly_first varchar, "
            "window_yearly_last varchar, window_within_months bigint",
            [{"clause_key": key, "window_lapses": True, **window} for key, window in WINDOWS.items()]
            + [{"clause_key": "deadline", "window_lapses": False, "window_last_day": date(2025, 3, 31)}]),
        "int_application_matches": ("application_no varchar, claim_id varchar",
            [{"application_no": one["application_no"], "claim_id": one["application_no"][:-2]} for one in applied]),
        "stg_applications": ("application_no varchar, submitted_on date, status varchar", applied),
        "stg_payments": ("application_no varchar", []),
        "arrivals_file": ("source varchar, status varchar", [{"source": name, "status": "loaded"} for name in sources]),
    }, through=("int_arrived",))  # fmt: skip
    return {row["claim_id"]: row for row in rows}


@cache
def _told() -> dict[str, dict[str, Any]]:
    return _ask()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["says"]) for case in CASES])
def test_an_application_lies_in_its_window(case: dict[str, Any]) -> None:
    row = _told()[case["says"]]
    assert row["window_status"] == case["then"]
    assert case.get("words", row["window_reason"]) == row["window_reason"]


def test_a_window_that_is_no_condition_is_not_asked() -> None:
    assert "no condition" not in _told()


def test_where_no_application_ever_came_nobody_is_said_to_have_missed_it() -> None:
    assert {row["window_status"] for row in _ask(sources=()).values()} == {"unknown"}
