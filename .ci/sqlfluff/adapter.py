"""dbt's `adapter` for sqlfluff: it lints what DuckDB is told."""

from typing import Any

import jinja2


@jinja2.pass_context
def dispatch(context: jinja2.runtime.Context, macro: str) -> Any:
    return context.resolve(f"duckdb__{macro}")
