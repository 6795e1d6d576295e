"""What came, as tables for dbt: the sources, their files, the rows that were refused or replaced, what the checks said."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.base.duck import connect
from pipelines.identity.resolve import NAMED
from pipelines.quality.history import accepted
from pipelines.quality.result import CheckResult
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord
from pipelines.sources.contract import Contract, key_sql, load_contracts
from pipelines.sources.replaced import replaced_rows

CHECK_RESULT = pa.schema([
    ("check_id", pa.string()), ("layer", pa.string()), ("table_name", pa.string()), ("severity", pa.string()),
    ("description", pa.string()), ("is_success", pa.bool_()), ("row_count", pa.int64()),
    ("unexpected_count", pa.int64()), ("sample", pa.string()),
])  # fmt: skip
CHECK_FAILURE = pa.schema([
    ("check_id", pa.string()), ("table_name", pa.string()), ("source_file", pa.string()), ("sheet", pa.string()),
    ("row_no", pa.int64()), ("row_key", pa.string()), ("column_name", pa.string()), ("value_seen", pa.string()),
])  # fmt: skip
FILE_COLUMNS = (
    "source", "source_file", "file_sha256", "received_on", "status", "message",
    "rows_read", "rows_loaded", "rows_skipped", "skipped_as", "rows_quarantined", "delivery",
)  # fmt: skip


def write_arrivals(settings: Settings, records: list[FileRecord], checks: list[CheckResult]) -> None:
    """Files, quarantined and replaced rows and the checks of raw rows, as Parquet in the folder `arrivals` of what is under way (`settings.work`)."""
    raw, folder = settings.work / "raw", settings.work / "arrivals"
    folder.mkdir(parents=True, exist_ok=True)
    text, whole, day = pa.string(), pa.int64(), pa.date32()
    contracts = load_contracts(policies=settings.policies).values()
    sources = [source_row(c) for c in contracts]
    source_schema = pa.schema([(name, {"rhythm_days": whole, "is_asked": pa.bool_()}.get(name, text)) for name in sources[0]])
    file_schema = pa.schema([
        ("source", text), ("source_file", text), ("file_sha256", text), ("received_on", day), ("delivery", text),
        ("is_accepted", pa.bool_()), ("status", text), ("message", text), ("rows_read", whole), ("rows_loaded", whole), ("rows_skipped", whole), ("skipped_as", text), ("rows_quarantined", whole),
    ])  # fmt: skip
    let_stand = accepted(settings)
    files = [
        {**file_row(r), "received_on": date.fromisoformat(r.received_on),
         "is_accepted": r.file_sha256 in let_stand}
        for r in records
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(sources, source_schema), folder / "source.parquet")
    pq.write_table(pa.Table.from_pylist(files, file_schema), folder / "file.parquet")
    pq.write_table(pa.Table.from_pylist([c.row() for c in checks], CHECK_RESULT), folder / "check_result.parquet")
    pq.write_table(failure_table(checks), folder / "check_failure.parquet")
    with connect(spill=folder) as con:
        con.register("mended", _mended(records))
        quarantined = f"(from read_parquet('{raw}/_quarantine/*.parquet', union_by_name = true) left join mended using (source_file, sheet, row_no))"
        copy_to(con, quarantined, folder / "quarantine.parquet")
        for c in contracts:
            names = settings.work / "identity" / "name_match.parquet" if "enterprise" in c.key else None
            copy_to(con, f"({replaced_rows(c, f'{raw}/{c.source}/*.parquet', names)})", folder / f"replaced-{c.source}.parquet")
        copy_to(con, f"(from read_parquet('{folder}/replaced-*.parquet'))", folder / "replaced.parquet")


def _mended(records: list[FileRecord]) -> pa.Table:
    """The quarantined rows that a later file brought again and that were taken: file, sheet and row, and the file that did."""
    loaded = sorted((r for r in records if r.status == "loaded"), key=lambda r: (r.received_on, r.source_file))
    files = {r.file_sha256[:16]: r.source_file for r in loaded}
    found = {}
    for record in loaded:
        for mark in record.mended:
            sha, row_no, sheet = (*mark.split("/", 2), "", "")[:3]
            if sha in files and row_no.isdigit() and len(row_no) < 10:   # a person may have typed anything
                found[files[sha], sheet, int(row_no)] = record.source_file
    rows = [{"source_file": file, "sheet": sheet, "row_no": row_no, "mended_by_file": by} for (file, sheet, row_no), by in found.items()]
    return pa.Table.from_pylist(rows, pa.schema([("source_file", pa.string()), ("sheet", pa.string()), ("row_no", pa.int64()), ("mended_by_file", pa.string())]))


def source_row(contract: Contract) -> dict[str, Any]:
    """A source as dbt knows it: what people read of it, and how its rows replace each other (macros/keys.sql)."""
    name, code, _ = NAMED.get(contract.source, (None, None, None))
    optional = [word for word in contract.key if word in contract.key_optional]
    return {
        "source": contract.source, "title": contract.title, "sender": contract.sender,
        "rhythm": contract.rhythm.words, "rhythm_days": contract.rhythm.days, "replaces": contract.replaces,
        "is_asked": contract.is_asked,
        "firm_name": name, "firm_code": code,
        "key_sql": key_sql(contract, tuple(word for word in contract.key if word not in optional) if optional else None),
        "optional_sql": key_sql(contract, tuple(optional)) if optional else None,
        "lines_sql": key_sql(contract, contract.lines) if contract.lines else None,
        "part_sql": key_sql(contract, contract.part) if contract.part else None,
        "adding": ",".join(contract.adding()) or None,
    }  # fmt: skip


def failure_table(checks: list[CheckResult]) -> pa.Table:
    """The failing rows of some checks, as mart_quality_failure has them."""
    return pa.Table.from_pylist([row for check in checks for row in check.failure_rows()], CHECK_FAILURE)


def copy_to(con: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """Write a table, or a query in brackets, as Parquet."""
    con.execute(f"copy {rows} to '{path}' (format parquet)")


def file_row(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FILE_COLUMNS}
