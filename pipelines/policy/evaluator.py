"""The evaluator outside dbt: the same macros and models, rendered by the same template language.

There is never a second implementation of a rule: what-if and the tests run the SQL a build runs.
"""

import os
from contextlib import suppress
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jinja2

from pipelines.policy.program import Program, readings
from pipelines.settings import PROJECT

if TYPE_CHECKING:
    from pipelines.policy.model import Policy

DBT = PROJECT / "dbt_project"
MACROS = DBT / "macros"


def programs_of(policy: "Policy", document: str = "draft", clause_id: str | None = None) -> list[Program]:
    """The programs of one document, or of one clause of it: a program for each version that computes something."""
    from pipelines.policy.settle import program  # late: stating SQL needs none of its imports

    return [
        program(policy, clause, version)
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
    return _written("evaluate", programs, facts, declared)


def explanation(programs: list[Program], facts: str = "facts") -> str:
    """The SQL of what each condition looked at: columns clause_key, event_id, condition_order, value_seen, reason."""
    return _written("explain", programs, facts, None)


def instalments(programs: list[Program], facts: str = "facts", declared: str | None = None) -> str:
    """The SQL of the parts claims are paid in: clause_key, event_id, instalment_no, share, share_from, share_to, answer, reason, due_on."""
    macros = _environment().get_template("evaluator.sql").module
    return str(macros.instalments([part for one in programs for part in one.parts], facts, declared))  # type: ignore[attr-defined]


def _written(macro: str, programs: list[Program], facts: str, declared: str | None) -> str:
    macros = _environment().get_template("evaluator.sql").module
    return str(getattr(macros, macro)(readings(programs), facts, declared))


def model(name: str, as_of: date | None = None) -> str:
    """The SQL of a dbt model, with `ref` as the model's name and `source` as `<source>_<table>`. `as_of`: the day it stands on, where it asks."""
    path = next((DBT / "models").rglob(f"{name}.sql"))
    names = {"ref": lambda name: name, "source": lambda source, name: f"{source}_{name}", "execute": as_of is not None, "env_var": lambda *_: as_of}
    parts = (*(MACROS / f"{part}.sql" for part in ("engine", "helpers", "evaluator")), path)
    return _environment().from_string("".join(part.read_text(encoding="utf-8") for part in parts)).render(names)


@jinja2.pass_context
def _dispatch(context: jinja2.runtime.Context, macro: str) -> Any:
    return context.resolve(f"duckdb__{macro}")


ADAPTER = SimpleNamespace(dispatch=_dispatch)
"""dbt's `adapter`, of which macros/engine.sql asks how DuckDB words a macro."""


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False,  # noqa: S701 (SQL, not HTML)
        loader=jinja2.FileSystemLoader(MACROS), bytecode_cache=_compiled(),
    )  # fmt: skip
    environment.globals["adapter"] = ADAPTER
    return environment


def _compiled() -> jinja2.BytecodeCache | None:
    """Compiled macros beside the macros, as Python keeps its modules: compiling takes longer than answering the sample."""
    folder = MACROS / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None
