"""The law as the tests ask it: the committed policy, some decisions set otherwise, one row of facts at a time."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.policy.case_run import ARROW, SCHEMA, with_settings
from pipelines.policy.cases import ANSWERS, OUTCOMES
from pipelines.policy.facts import COLUMNS, SQL_TYPES
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.settings import PROJECT

__all__ = ["ANSWERS", "ARROW", "COLUMNS", "OUTCOMES", "SCHEMA"]

HERE = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """A file of cases beside this one."""
    content: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return content


@cache
def committed() -> Policy:
    return load_policies(PROJECT / "data" / "policies" / "wuxi")[0]


def given(clause_id: str, measure: str) -> dict[str, Any]:
    """What the cases of a clause give."""
    file = PROJECT / "data" / "policies" / "wuxi" / "software" / "cases" / f"{measure}.yaml"
    of_clause: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))[clause_id]["given"]
    return of_clause


def law(settings: Mapping[str, Any] | None = None) -> Policy:
    """The committed policy, read under other settings of its decisions."""
    settings = settings or {}
    assert settings.keys() <= {decision.id for decision in committed().decisions}
    return with_settings(committed(), settings)


def facts_table(con: duckdb.DuckDBPyConnection, name: str = "facts") -> None:
    columns = ", ".join(f"{column} {SQL_TYPES[kind]}" for column, kind in COLUMNS.items())
    con.execute(f"create table {name} (event_id varchar, {columns})")
