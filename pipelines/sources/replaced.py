"""Rows of one key that say different things: the later one counts, the earlier one stays on record."""

from pathlib import Path

import duckdb

from pipelines.sources.contract import PROVENANCE, Contract, raw_schema

# Aggregated first: of a register that comes in full every month hardly a row changed.
_REPLACED = """
with said as (
    select {key} as row_key, hash({content}) as content, source_file, sheet, row_no, received_on
    from read_parquet($files, union_by_name = true)
),
doubtful as (select row_key from said group by row_key having min(content) <> max(content)),
in_order as (
    select
        *,
        lead(columns(['content', 'source_file', 'sheet', 'row_no', 'received_on'])) over (
            partition by row_key order by received_on, source_file, row_no
        ) as "by_\\0"
    from said semi join doubtful using (row_key)
)
select
    '{source}' as source, trim(regexp_replace(row_key, '[|]+', ' ', 'g')) as row_key, source_file, sheet, row_no, received_on,
    by_source_file as replaced_by_file, by_sheet as replaced_by_sheet, by_row_no as replaced_by_row_no,
    by_received_on as replaced_on, source_file = by_source_file as is_same_file
from in_order
where content <> by_content
"""


def replaced_rows(contract: Contract, files: Path | str) -> str:
    """The query for the rows that the next one of their key contradicts; `files` may be a glob."""
    key = _joined(contract.key)
    if contract.key_without_code:
        key = f"case when enterprise_code is null then {_joined(contract.key_without_code)} else {key} end"
    provenance = {field.name for field in PROVENANCE}
    content = ", ".join(name for name in raw_schema(contract).names if name not in provenance)
    return _REPLACED.format(key=key, content=content, source=contract.source).replace("$files", f"'{files}'")


def said_twice(con: duckdb.DuckDBPyConnection, contract: Contract, rows: Path) -> str:
    """What to tell of a file that says different things under one key; empty when it does not."""
    if not rows.exists():
        return ""
    query = f"select row_no, replaced_by_row_no, count(*) over () from ({replaced_rows(contract, rows)}) order by 1 limit 1"
    found = con.execute(query).fetchone()
    if found is None:
        return ""
    return f"同一主键内容不同的有 {found[2]} 行，以后出现的为准（如第 {found[0]} 行由第 {found[1]} 行取代）：请发送方核对"


def _joined(columns: tuple[str, ...]) -> str:
    texts = (f"coalesce(cast({name} as varchar), '')" for name in columns)
    return f"concat_ws('|', {', '.join(texts)})"
