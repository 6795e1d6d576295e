"""The evaluator outside dbt: the same macros and models, rendered by the same template language.

There is never a second implementation of a rule: what-if and the tests run the SQL a build runs.
"""

import os
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.policy.engine import DUCKDB, MACROS, environment, macros
from pipelines.policy.program import Program, readings
from pipelines.settings import PROJECT

if TYPE_CHECKING:
    from pipelines.policy.model import Policy

DBT = PROJECT / "dbt_project"


def programs_of(policy: "Policy", document: str = "draft", clause_id: str | None = None, engine: str = DUCKDB) -> list[Program]:
    """The programs of one document, or of one clause of it: a program for each version that computes something."""
    from pipelines.policy.settle import program  # late: stating SQL needs none of its imports

    return [
        program(policy, clause, version, engine)
        for measure in policy.measures
        for clause in measure.clauses
        if clause_id in (None, clause.id)
        for version in clause.versions
        if version.document == document and version.trigger
    ]


def statement(programs: list[Program], facts: str = "facts", declared: str | None = None) -> str:
    """The SQL that answers every condition of `programs` over the relation `facts` (columns of `int_event_facts`).

    `declared`: the relation of figures that firms declared, for policies that go by them; without it `facts` holds them.

    Returns columns clause_key, event_id, answers (0 met … 3 not_met, in order), ceiling_yuan, floor_yuan, may_float_up.
    """
    return _written("evaluate", programs, readings(programs), facts, declared)


def explanation(programs: list[Program], facts: str = "facts") -> str:
    """The SQL of what each condition looked at: columns clause_key, event_id, condition_order, value_seen, reason."""
    return _written("explain", programs, readings(programs), facts)


def instalments(programs: list[Program], facts: str = "facts", declared: str | None = None) -> str:
    """The SQL of the parts claims are paid in: clause_key, event_id, instalment_no, share, share_from, share_to, answer, reason, due_on."""
    return _written("instalments", programs, [part for one in programs for part in one.parts], facts, declared)


def _written(macro: str, programs: list[Program], *given: Any) -> str:
    engine = programs[0].engine if programs else DUCKDB
    return str(getattr(macros(engine, "engine", "evaluator"), macro)(*given))


def model(name: str, as_of: date | None = None) -> str:
    """The SQL of a dbt model, with `ref` as the model's name and `source` as `<source>_<table>`. `as_of`: the day it stands on, where it asks."""
    path = next((DBT / "models").rglob(f"{name}.sql")).with_suffix("")
    names = {"ref": lambda name: name, "source": lambda source, name: f"{source}_{name}", "execute": as_of is not None, "env_var": lambda *_: as_of}
    files = ("engine", "helpers", "evaluator", os.path.relpath(path, MACROS))
    return environment(DUCKDB).get_template("+".join(files)).render(names)   # kept compiled, as the macros are
