"""Cases of what counts after overlap, once, caps over several claims and other city awards (D2a, D3, D14–D17, D19).

In `counted.yaml` each case lists claims: clause, day, ceiling; firm A, nothing paid, eligible where nothing is said.
`net` is what the claim counts up to, `by` the number of the claim in the list that supersedes it, `reason` what its words hold and `unsaid` what they do not. `under` sets decisions, `without` takes some away;
`other_policy` gives the decisions of a second policy, whose claims say `policy: other`.
"""

from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pipelines.base import tables
from pipelines.policy.rows import policy_rows
from tests.policy.law import OUTCOMES, law, read
from tests.policy.models import ask_model

CASES = read("counted.yaml")["cases"]
CLAIMS = (
    "claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, clause_order bigint, "
    "event_id varchar, project_no varchar, enterprise_id varchar, park_id varchar, whole_park_id varchar, qualified_on date, event_year bigint, "
    "outcome_code tinyint, ceiling_yuan decimal(18, 2), total_cap_yuan decimal(18, 2), cap_scope varchar, once_per varchar, "
    "once_keep varchar, once_group varchar, once_decision varchar, repeat varchar, repeat_decision varchar, overlap varchar, "
    "other_awards varchar, cancelled_on date"
)
OF_THE_CLAUSE = (
    "clause_key policy_id document clause_id clause_order total_cap_yuan cap_scope once_per once_keep once_group "
    "once_decision repeat repeat_decision overlap other_awards"
)
EXPECTED = {"net", "by", "reason", "unsaid"}
GIVEN = {"clause", "day", "ceiling", "firm", "park", "whole_park", "year", "outcome", "paid", "paid_on", "other", "policy", "cancelled"}


@cache
def _clauses(settings: str, without: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """Clauses of the committed law with decisions set otherwise, or taken out."""
    policy = law(yaml.safe_load(settings))
    policy = policy.model_copy(update={"decisions": [d for d in policy.decisions if d.id not in without]})
    return {row.clause_id: vars(row) for row in policy_rows([policy]).clause if row.document == "draft"}


@cache
def _caps(settings: str) -> pa.Table:
    return tables.arrow(policy_rows([law(yaml.safe_load(settings))]))["cap"]


def test_no_sentence_stands_twice() -> None:
    assert len({case["says"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["says"]) for case in CASES])
def test_what_counts_and_up_to_what(case: dict[str, Any]) -> None:
    clauses = _clauses(yaml.safe_dump(case.get("under", {})), tuple(case.get("without", ())))
    settled = case.get("other_policy", {})
    others = _clauses(yaml.safe_dump(settled), tuple({"D14", "D14.group", "D15"} - settled.keys()))
    claims, paid, other = [], [], []
    for number, claim in enumerate(case["claims"], start=1):
        assert claim.keys() <= GIVEN | EXPECTED
        clause = (others if "policy" in claim else clauses)[claim["clause"]]
        claims.append({
            "claim_id": f"c{number}", "event_id": f"e{number}", "enterprise_id": claim.get("firm", "A"),
            "park_id": claim.get("park"), "whole_park_id": claim.get("whole_park", claim.get("park")),
            "qualified_on": claim["day"], "event_year": claim.get("year", claim["day"].year),
            "outcome_code": OUTCOMES.index(claim.get("outcome", "eligible")), "ceiling_yuan": claim["ceiling"],
            "cancelled_on": claim.get("cancelled"),
            **{name: clause[name] for name in OF_THE_CLAUSE.split()},
            **({"policy_id": claim["policy"]} if "policy" in claim else {}),
        })  # fmt: skip
        if "paid" in claim:
            paid.append({"claim_id": f"c{number}", "paid_yuan": claim["paid"], "first_paid_on": claim.get("paid_on", claim["day"])})
        if "other" in claim:
            other.append({"claim_id": f"c{number}", "other_yuan": claim["other"]})
    rows = ask_model("int_claims_counted", {
        "int_claims": (CLAIMS, claims),
        "policy_cap": _caps(yaml.safe_dump(case.get("under", {}))),
        "int_claim_money": ("claim_id varchar, paid_yuan decimal(18, 2), first_paid_on date", paid),
        "int_other_awards": ("claim_id varchar, other_yuan decimal(18, 2)", other),
    })  # fmt: skip
    found = {row["claim_id"]: row for row in rows}
    assert {name: (row["net_ceiling_yuan"], row["superseded_by"]) for name, row in found.items()} == {
        f"c{number}": (
            None if claim["net"] is None else Decimal(str(claim["net"])),
            f"c{claim['by']}" if "by" in claim else None,
        )
        for number, claim in enumerate(case["claims"], start=1)
        if "net" in claim
    }
    for number, claim in enumerate(case["claims"], start=1):
        if "reason" in claim:
            row = found[f"c{number}"]
            said = row["superseded_reason"] or row["deduction_reason"]
            assert claim["reason"] in said
            assert "unsaid" not in claim or claim["unsaid"] not in said
        elif "by" not in claim and "net" in claim and claim["net"] == claim["ceiling"]:
            assert "已扣除" not in (found[f"c{number}"]["deduction_reason"] or "")
