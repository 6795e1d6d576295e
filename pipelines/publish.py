"""Freeze the marts into a snapshot, point readers at it, keep some, go back to one.

A snapshot is a new folder every time: a path replaced under an open reader can go on showing the old file.
`CURRENT` holds the id of the one in force and is replaced atomically, so a reader sees all of it or the one before.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.base.disk import put, sync
from pipelines.base.duck import connect
from pipelines.base.errors import SnapshotMissing
from pipelines.base.snapshots import FORMAT, POINTER, current_id, snapshots

BLOCK_BYTES = 1 << 16
"""Of a snapshot's file. A page asks for 25 rows: of DuckDB's usual 256 kB it would unpack most for nothing."""


def publish(
    warehouse: Path,
    published: Path,
    manifest: dict[str, Any],
    extra: dict[str, pa.Table],
    make_current: bool = True,
) -> str:
    """Copy every mart of `warehouse` into a new snapshot and, unless told not to, make it current; returns its id.

    `extra` holds rows that only came to be after dbt, by table. Rows are ordered, so equal data gives equal tables.
    A kill before the last step leaves the old snapshot current and a hidden folder that the next call removes.
    """
    published.mkdir(parents=True, exist_ok=True)
    for leftover in published.glob(".new-*"):
        shutil.rmtree(leftover)
    serial = max((int(path.name.rpartition("-")[2]) for path in snapshots(published)), default=0) + 1
    snapshot_id = f"{manifest['as_of'].replace('-', '')}-{serial:04d}"
    folder = published / f".new-{snapshot_id}"
    folder.mkdir()
    counts = _copy_marts(warehouse, folder / "marts.duckdb", extra)
    content = {"format": FORMAT, "snapshot_id": snapshot_id, **manifest, "row_counts": counts}
    (folder / "manifest.json").write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    sync(folder / "manifest.json")
    sync(folder / "marts.duckdb")
    put(folder, published / snapshot_id)
    if make_current:
        point_to(published, snapshot_id)
    return snapshot_id


def _copy_marts(warehouse: Path, target: Path, extra: dict[str, pa.Table]) -> dict[str, int]:
    """Write the marts into `target`; returns the number of rows of each."""
    tables = """
        select table_name from information_schema.tables
        where table_catalog = 'warehouse' and regexp_matches(table_name, '^(dim|fct|mart)_') order by 1
    """
    counts = {}
    with connect(target, block_bytes=BLOCK_BYTES) as con:
        con.execute(f"attach '{warehouse}' as warehouse (read_only)")
        for (name,) in con.execute(tables).fetchall():
            rows = f"from warehouse.main.{name}"
            if name in extra:
                con.register("extra", extra[name])
                rows = f"from (from warehouse.main.{name} union all by name from extra)"
            con.execute(f"create table {name} as {rows} order by {order_of(con, rows)}")
            counts[name] = con.execute(f"select count(*) from {name}").fetchall()[0][0]
        con.execute("detach warehouse")
    return counts


def order_of(con: duckdb.DuckDBPyConnection, rows: str) -> str:
    """What orders some rows for certain: the first column where each value stands once, else all (several times dearer).

    Rows of one clause lie together, in it those of one year, district and park: pages ask for these, and DuckDB passes
    over the others' rows unread.
    """
    columns = [name for name, *_ in con.execute(f"describe {rows}").fetchall()]
    is_key = con.execute(f'select count(distinct "{columns[0]}") = count(*) {rows}').fetchall()[0][0]
    lead = [name for name in ("policy_id", "document", "clause_id", "qualified_year", "district_code", "park_id") if name in columns]
    return ", ".join([*lead, *(f'"{name}"' for name in (columns[:1] if is_key else columns) if name not in lead)])


def point_to(published: Path, snapshot_id: str) -> None:
    """Make a snapshot the current one, in one step that survives a power cut."""
    part = published / f".{POINTER}.part"
    part.write_text(f"{snapshot_id}\n", encoding="utf-8")
    put(part, published / POINTER)


def rollback(published: Path, snapshot_id: str) -> None:
    """Point readers at an older snapshot. Raises SnapshotMissing when it is not there."""
    if snapshot_id not in {path.name for path in snapshots(published)}:
        raise SnapshotMissing(f"{published}: no snapshot {snapshot_id or 'without an id'}. `softcity status` lists those kept.")
    point_to(published, snapshot_id)


def prune(published: Path, keep: int) -> list[str]:
    """Remove all but the last `keep` snapshots, the current one and the last of each month; returns ids removed."""
    kept = snapshots(published)
    by_month = {path.name[:6]: path for path in sorted(kept, key=lambda path: path.name[:8])}  # its latest day, newest
    spared = {*kept[-keep:], *by_month.values(), published / (current_id(published) or "")}
    removed = [path for path in kept if path not in spared]
    for path in removed:
        shutil.rmtree(path)
    return [path.name for path in removed]
