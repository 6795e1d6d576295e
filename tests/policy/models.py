"""One dbt model at a time, over tables of a few rows: its SQL rendered without starting dbt."""

import os
from functools import cache
from itertools import chain, groupby
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from pipelines.arrivals import source_row
from pipelines.policy.engine import DUCKDB, MACROS, environment
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts

DBT = PROJECT / "dbt_project"
AS_OF = "2025-12-31"


def selected(name: str) -> exp.Expression:
    """The statement of a model, parsed."""
    return sqlglot.parse_one(_render(name), read="duckdb")


def ask_model(
    name: str, tables: dict[str, pa.Table | tuple[str | pa.Schema, list[dict[str, Any]]]], through: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Rows of the model `name`; `tables`: what it refers to (a source as `source_table`) → columns, rows.

    `through`: models between the tables and this one, in order.
    """
    with duckdb.connect(config={"threads": 1}) as con:
        for table, content in tables.items():
            if isinstance(content, pa.Table):
                con.register(table, content)
                continue
            columns, rows = content
            if isinstance(columns, pa.Schema):
                con.register(table, pa.Table.from_pylist(rows, columns))
                continue
            con.execute(f"create table {table} ({columns})")
            for names, alike in groupby(rows, key=tuple):   # a statement a row costs more than the model
                values = [list(row.values()) for row in alike]
                marks = ", ".join([f"({', '.join('?' * len(names))})"] * len(values))
                con.execute(f"insert into {table} ({', '.join(names)}) values {marks}", list(chain(*values)))
        for model in through:
            con.execute(f"create table {model} as {_render(model)}")
        cursor = con.execute(_render(name))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _render(name: str) -> str:
    files = ("engine", "helpers", "places", "uptake", "keys", "audit", "industry", "evaluator", "figures")
    model = os.path.relpath(next((DBT / "models").rglob(f"{name}.sql")).with_suffix(""), MACROS)
    return environment(DUCKDB).get_template("+".join([*files, model])).render(
        ref=lambda model: model, source=lambda schema, table: f"{schema}_{table}", execute=True,
        run_query=lambda _: SimpleNamespace(rows=[("江苏", "无锡")]),   # asked for the names of province and city alone
        contract_of=lambda name: source_row(load_contracts()[name]),
        env_var=lambda name, default: AS_OF if name == "SOFTCITY_AS_OF" else default,
    )
