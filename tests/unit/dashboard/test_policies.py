"""What is told of several policies together."""

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from small_base import contract

from dashboard.questions import QUESTIONS

SHOWN = {"policies": ["p", "q"], "documents": ["draft", "draft"], "park_cut": "all"}
RENT = {"document": "draft", "outcome": "eligible", "is_paid": True, "event_id": "rent of 2024", "reported_subsidy_yuan": 50_000}
CLAIMS = [
    {**RENT, "policy_id": "p", "claim_id": "1", "enterprise_id": "F", "paid_yuan": 50_000},
    {**RENT, "policy_id": "q", "claim_id": "2", "enterprise_id": "F", "ordered_yuan": 20_000, "paid_yuan": 50_000},
    {"policy_id": "q", "document": "draft", "claim_id": "3", "enterprise_id": "G", "event_id": "title", "outcome": "eligible", "is_paid": True, "ordered_yuan": 7_000, "paid_yuan": 7_000},
    {"policy_id": "q", "document": "issued", "claim_id": "4", "enterprise_id": "H", "event_id": "title", "outcome": "eligible", "paid_yuan": 9_000},
]  # fmt: skip
UPTAKE = [
    {"policy_id": "p", "document": "draft", "eligible_count": 1, "eligible_enterprise_count": 1, "paid_count": 1, "paid_yuan": 50_000, "payout_rate": 1.0, "count_status": "known"},
    {"policy_id": "q", "document": "draft", "eligible_count": 2, "eligible_enterprise_count": 2, "paid_count": 2, "paid_yuan": 57_000, "payout_rate": 1.0, "count_status": "known"},
]


@pytest.fixture
def marts() -> duckdb.DuckDBPyConnection:
    con, tables = duckdb.connect(), contract()
    for name, rows in {"fct_claim": CLAIMS, "mart_city_kpi": UPTAKE, "mart_park_kpi": [], "mart_month_end": [], "dim_clause": [], "dim_event": []}.items():
        con.execute(f"create table {name} ({', '.join(f'{column} {kind}' for column, kind in tables[name].items())})")
        for row in rows:
            con.execute(f"insert into {name} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    return con


def asked(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> dict[str, Any]:
    question = QUESTIONS[name]
    assert question.of
    sql = f"with {question.of.name} as ({question.of.sql})\n{question.sql}"
    found = con.execute(sql, {key: value for key, value in values.items() if f"${key}" in sql})
    (row,) = [dict(zip([column[0] for column in found.description], values, strict=True)) for values in found.fetchall()]
    return row


def test_of_policies_together_claims_add_firms_count_once_and_there_is_no_rate(marts: duckdb.DuckDBPyConnection) -> None:
    row = asked(marts, "uptake", **SHOWN)
    assert (row["eligible_count"], row["paid_count"], row["eligible_enterprise_count"], row["payout_rate"]) == (3, 3, 2, None)
    alone = asked(marts, "uptake", **SHOWN | {"policies": ["q"], "documents": ["draft"]})
    assert (alone["eligible_count"], alone["eligible_enterprise_count"], alone["payout_rate"], alone["paid_yuan"]) == (2, 2, 1.0, 57_000)


def test_a_rent_subsidy_that_two_policies_support_is_paid_once(marts: duckdb.DuckDBPyConnection) -> None:
    assert asked(marts, "uptake", **SHOWN)["paid_yuan"] == asked(marts, "claims_total", **SHOWN)["paid_yuan"] == Decimal(57_000)
