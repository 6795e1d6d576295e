"""One clause of a policy of its own, asked of one row of facts: what a shape answers, whatever city uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.facts import type_of
from pipelines.policy.model import Policy
from tests.policy.law import ANSWERS, facts_table

DAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Told:
    """Answers in the order asked, the bound, what was seen and why."""

    answers: list[int]
    ceiling: Decimal | None
    seen: list[str | None]
    reasons: list[str | None]


def policy_of(version: Mapping[str, Any], **more: Any) -> Policy:
    """A policy of one clause `x`: a version as a measure file has it, with decisions or matters beside it."""
    version = {"document": "draft", "quotes": ["款"], "coverage": {"status": "encoded"}, "award": {"words": "奖"}} | dict(version)
    document = {"title": "文", "is_draft": True, "text": "x.txt", "first_day": DAY, "last_day": date(2026, 12, 31), "last_checked_on": DAY}
    clause = {"id": "x", "title": {"zh": "款", "en": "clause"}, "versions": [version]}
    measure = {"measure": 1, "title": "条", "chapter": "章", "departments": ["局"], "clauses": [clause]}
    return Policy.model_validate({"policy_id": "p", "title": "策", "documents": {"draft": document}, "measures": [measure]} | more)


def asked(policy: Policy, facts: Mapping[str, Any]) -> Told | None:
    """None where the event grounds no claim."""
    programs = programs_of(policy)
    values = {key: ANSWERS.get(value, value) if type_of(key) == "answer" else value for key, value in facts.items()}
    with duckdb.connect(config={"threads": 1}) as con:
        facts_table(con)
        con.execute(f"insert into facts (event_id, {', '.join(values)}) values ('e', {', '.join('?' * len(values))})", list(values.values()))
        row = con.execute(statement(programs)).fetchone()
        told = con.execute(f"select value_seen, reason from ({explanation(programs)}) order by condition_order").fetchall()
    return Told(row[2], row[3], [seen for seen, _ in told], [reason for _, reason in told]) if row else None
