"""The law as the tests ask it: the committed policy, some decisions set otherwise, one row of facts at a time."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.facts import EVENT_KEYS, FACTS, type_of
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.settings import PROJECT

HERE = Path(__file__).parent
TYPES = {
    "text": "varchar",
    "yuan": "decimal(18, 2)",
    "number": "bigint",
    "day": "date",
    "boolean": "boolean",
    "answer": "tinyint",
}
WORDS = [column for fact in FACTS.values() for column in (fact.seen_as, fact.noted_by) if column]
COLUMNS = dict.fromkeys((*EVENT_KEYS, *WORDS), "text") | {fact.name: fact.type for fact in FACTS.values()}
OUTCOMES = ("eligible", "needs_review", "undetermined", "not_eligible")
ANSWERS = {"met": 0, "needs_review": 1, "unknown": 2, "not_met": 3}


def read(name: str) -> dict[str, Any]:
    """A file of cases beside this one."""
    content: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return content


@cache
def committed() -> Policy:
    return load_policies(PROJECT / "data" / "policies" / "wuxi")[0]


def law(settings: Mapping[str, Any] | None = None) -> Policy:
    """The committed policy, read under other settings of its decisions."""
    settings = settings or {}
    assert settings.keys() <= {decision.id for decision in committed().decisions}
    decisions = [d.model_copy(update={"setting": settings.get(d.id, d.setting)}) for d in committed().decisions]
    return committed().model_copy(update={"decisions": decisions})


def facts_table(con: duckdb.DuckDBPyConnection, name: str = "facts") -> None:
    columns = ", ".join(f"{column} {TYPES[kind]}" for column, kind in COLUMNS.items())
    con.execute(f"create table {name} (event_id varchar, {columns})")


def _queries(clause_id: str, settings: str) -> tuple[str, str] | None:
    programs = programs_of(law(yaml.safe_load(settings)), clause_id=clause_id)
    if not programs:
        return None
    return statement(programs), explanation(programs) + " order by condition_order"


def ask(
    con: duckdb.DuckDBPyConnection, clause_id: str, facts: dict[str, Any], settings: dict[str, Any]
) -> tuple[list[int], Decimal | None, Decimal | None, list[str | None]] | None:
    """Answers in the order asked, ceiling, floor, reasons in the same order; None where there is no claim."""
    queries = _queries(clause_id, yaml.safe_dump(settings))
    if queries is None:
        return None
    facts = {"named_firm_count": 1} | facts  # as of nearly every line
    values = {k: ANSWERS.get(v, v) if type_of(k) == "answer" else v for k, v in facts.items()}
    con.execute("delete from facts")
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    con.execute(f"insert into facts (event_id, {names}) values ('e', {marks})", list(values.values()))
    row = con.execute(queries[0]).fetchone()
    if row is None:
        return None
    return row[2], row[3], row[4], [reason for *_, reason in con.execute(queries[1]).fetchall()]
