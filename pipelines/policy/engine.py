"""The macros of dbt_project/macros, rendered outside dbt for one of the engines it runs on.

What engines word differently in the SQL of the law is worded where the models have it: in macros/engine.sql.
"""

import os
from contextlib import suppress
from functools import cache
from types import SimpleNamespace
from typing import Any

import jinja2

from pipelines.settings import PROJECT

DUCKDB = "duckdb"
MACROS = PROJECT / "dbt_project" / "macros"


def worded(engine: str, macro: str, *parts: Any) -> str:
    """The SQL that a macro of engine.sql makes of its parts."""
    return str(getattr(macros(engine, "engine"), macro)(*parts))


def text_of(*files: str) -> str:
    """The text of some files of macros, one behind the other."""
    return "".join((MACROS / f"{file}.sql").read_text(encoding="utf-8") for file in files)


@cache
def macros(engine: str, *files: str) -> Any:
    """The macros of some files, each as a function."""
    return environment(engine).get_template("+".join(files)).module


@cache
def environment(engine: str) -> jinja2.Environment:
    """What renders the macros for an engine: dbt's template language, with its `adapter`."""
    made = jinja2.Environment(
        undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False,  # noqa: S701 (SQL, not HTML)
        loader=jinja2.FunctionLoader(lambda files: text_of(*files.split("+"))), bytecode_cache=_compiled(),
    )  # fmt: skip
    made.globals["adapter"] = adapter(engine)
    return made


def adapter(engine: str) -> SimpleNamespace:
    """Dbt's `adapter`, of which macros/engine.sql asks how an engine words a macro."""

    @jinja2.pass_context
    def dispatch(context: jinja2.runtime.Context, macro: str) -> Any:
        return context.resolve(f"{engine}__{macro}")

    return SimpleNamespace(dispatch=dispatch)


def _compiled() -> jinja2.BytecodeCache | None:
    """Compiled macros beside the macros, as Python keeps its modules: compiling takes longer than answering the sample."""
    folder = MACROS / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None
