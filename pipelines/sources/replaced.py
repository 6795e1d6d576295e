"""Rows of one key that say different things: the later file counts, what it replaced stays on record.

The same rules as in staging (dbt_project/macros/keys.sql), told row by row.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.sources.contract import Contract, firm_columns, key_sql

# What is held against what comes next: a row; where lines add, all lines of a key that a file prints under one name.
# Aggregated first: of a register that comes in full every month hardly a row changed.
_REPLACED = """
with printed as (from read_parquet({files}, union_by_name = true)),
resolved as ({resolved}),
said as (
    select
        {key} as row_key, {shown} as shown_key, {part} as part, {unit} as unit, hash({content}) as content,
        source_file, sheet, row_no, received_on, file_order
    from resolved
),
doubtful as (select row_key from said group by row_key having min(content) <> max(content)),
units as (
    select
        row_key, part, received_on, file_order, source_file, unit, sum(content) as content,
        max_by(sheet, row_no) as sheet, max(row_no) as row_no
    from said semi join doubtful using (row_key) group by all
),
in_order as (
    select
        *,
        lead(columns(['content', 'source_file', 'sheet', 'row_no', 'received_on'])) over (
            partition by row_key order by received_on, file_order, source_file, row_no
        ) as "by_\\0"
    from units
),
told as (
    select row_key, part, unit, source_file, by_source_file, by_sheet, by_row_no, by_received_on
    from in_order where content <> by_content
    {left_out}
)
select
    '{source}' as source, trim(regexp_replace(s.shown_key, '[|]+', ' ', 'g')) as row_key, s.source_file, s.sheet, s.row_no,
    s.received_on, t.by_source_file as replaced_by_file, t.by_sheet as replaced_by_sheet, t.by_row_no as replaced_by_row_no,
    t.by_received_on as replaced_on, s.source_file = t.by_source_file as is_same_file
from told as t inner join said as s using (row_key, part, unit, source_file)
"""

# Who a reissued list leaves out: replaced by the file as a whole.
_LEFT_OUT = """
    union all
    select row_key, part, unit, source_file, newest_file, null, null, newest_on
    from (
        select
            *,
            max(received_on) over (partition by part) as newest_on,
            max_by(source_file, (received_on, file_order, source_file)) over (partition by part) as newest_file,
            max_by(source_file, (received_on, file_order, source_file)) over (partition by row_key) as file_of_key
        from said
    )
    where source_file = file_of_key and file_of_key <> newest_file
"""


def replaced_rows(contract: Contract, files: Path | str | Sequence[str], matches: Path | None = None) -> str:
    """The query for the rows that the next of their key contradicts, or that a reissued part leaves out.

    `files` may be a glob, or several paths. Without `matches` (name_match.parquet) a firm is known by its valid code or its printed name.
    """
    name, code = firm_columns(contract)
    resolved = "select *, null::varchar as enterprise_id from printed"
    if matches:
        resolved = f"""
            select r.*, m.enterprise_id from printed as r left join '{matches}' as m
            on coalesce(r.{name}_key, '') = m.name_key and coalesce({f"r.{code}" if code else "null"}, '') = m.code_given
        """
    own_name = f"coalesce({name}_key, '')" if name else "''"
    return _REPLACED.format(
        files=f"'{files}'" if isinstance(files, Path | str) else list(files), resolved=resolved, key=key_sql(contract), source=contract.source,
        shown=key_sql(contract, as_printed=True),
        part=key_sql(contract, contract.part) if contract.part else "''",
        unit=own_name if contract.adding() else "concat_ws('|', sheet, row_no)",
        content=", ".join(contract.printed()),
        left_out=_LEFT_OUT if contract.part else "",
    )  # fmt: skip


def said_twice(con: duckdb.DuckDBPyConnection, contract: Contract, rows: Path) -> str:
    """What to tell of a file that says several things under one key; empty when it does not."""
    if not rows.exists():
        return ""
    every_key = f"select {key_sql(contract)} as row_key from (select *, null::varchar as enterprise_id from read_parquet('{rows}'))"
    if con.execute(f"select count(*) = count(distinct row_key) from ({every_key})").fetchall()[0][0]:
        return ""   # of most files; the questions below are ten times dearer
    told = []
    query = f"select row_no, replaced_by_row_no, count(*) over () from ({replaced_rows(contract, rows)}) order by 1 limit 1"
    if found := con.execute(query).fetchone():
        told.append(f"同一主键内容不同的有 {found[2]} 行，以后出现的为准（如第 {found[0]} 行由第 {found[1]} 行取代）：请发送方核对")
    if contract.adding():
        told += _added(con, contract, rows)
    return "；".join(told)


def _added(con: duckdb.DuckDBPyConnection, contract: Contract, rows: Path) -> list[str]:
    """That lines of one key were added, and where the sum is open or a line may be a copy."""
    name, _ = firm_columns(contract)
    key = key_sql(contract, (*contract.key, *contract.lines))
    titles = "、".join(c.headers[0] for c in contract.columns if c.adds)
    lacking = " or ".join(f"count({c}) not in (0, count(*))" for c in contract.adding())
    found = con.execute(f"""
        with grouped as (
            select count(*) as line_count, min(row_no) as first_row_no, {lacking} as is_open,
                count(distinct hash({', '.join(contract.printed())})) < count(*) as has_copies
            from (select *, null::varchar as enterprise_id from read_parquet('{rows}'))
            group by {key}{f", {name}_key" if name else ""} having count(*) > 1
        )
        select sum(line_count), count(*), min(first_row_no), count_if(is_open), min(first_row_no) filter (is_open),
            count_if(has_copies), min(first_row_no) filter (has_copies)
        from grouped
    """).fetchone()
    if not found or not found[1]:
        return []
    lines, keys, first, is_open, open_row, copies, copy_row = found
    told = [f"同一主键分列多行的有 {keys} 项共 {lines} 行，{titles}已相加（如第 {first} 行）"]
    told += [f"其中 {is_open} 项有行未填，合计作未知（如第 {open_row} 行）：请补填"] if is_open else []
    told += [f"其中 {copies} 项有各列完全相同的行，也已相加（如第 {copy_row} 行）：请发送方核对是否重复"] if copies else []
    return told
