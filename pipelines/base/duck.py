"""Every DuckDB connection of a build: bounded memory, spilled rows in a known place, nothing drawn on standard output."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


def connect(
    path: Path | None = None, *, read_only: bool = False, spill: Path | None = None, block_bytes: int | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory that spills into `spill`; a file spills beside itself.

    `block_bytes`: the size of blocks of a file that is new. SOFTCITY_MEMORY (4GB) bounds its memory, as in dbt_project/profiles.yml.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": os.environ.get("SOFTCITY_MEMORY", "4GB")}
    if spill:
        config["temp_directory"] = str(spill / "spilled")
    if block_bytes:
        config["default_block_size"] = block_bytes
    con = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=config)
    con.execute("set enable_progress_bar = false")  # it is drawn on standard output, amid --json
    return con


def rows_of(con: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """What a query answers, a dict a row."""
    cursor = con.execute(query, values if isinstance(values, dict) else list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
