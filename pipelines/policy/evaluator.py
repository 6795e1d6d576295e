"""The evaluator outside dbt: the same macro file, rendered by the same template language."""

from pathlib import Path
from typing import Any

import jinja2

from pipelines.policy.model import Policy
from pipelines.policy.rows import program
from pipelines.settings import PROJECT

MACROS = PROJECT / "dbt_project" / "macros" / "evaluator.sql"


def programs_of(policy: Policy, document: str = "draft") -> dict[str, dict[str, Any]]:
    """Clause id -> program, for the clauses of one document that compute something."""
    return {
        clause.id: program(policy, clause, version, f"{policy.policy_id}/{document}/{clause.id}")
        for measure in policy.measures
        for clause in measure.clauses
        for version in clause.versions
        if version.document == document and version.trigger
    }


def statement(programs: list[dict[str, Any]], facts: str = "facts", macros: Path = MACROS) -> str:
    """The SQL that answers every condition of `programs` over the relation `facts` (columns of `int_event_facts`).

    Returns columns clause_key, event_id, answers (0 met … 3 not_met, in order), ceiling_yuan, floor_yuan.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 (SQL, not HTML)
    module = environment.from_string(macros.read_text(encoding="utf-8")).module
    return str(module.evaluate(programs, facts))  # type: ignore[attr-defined]
