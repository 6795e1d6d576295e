"""A file handed in, read as a build would read it, and told: what was recognised, what became of its rows, what it would replace.

Runs in the child (child.py). Nothing is put on record and nothing lands: its rows lie in a scratch folder that goes.
"""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base.decisions import HEADERS, entries
from pipelines.base.deliveries import BadRow, ForeignRow, Replaces, Report, SeenColumn, SeenSheet
from pipelines.base.duck import connect
from pipelines.base.errors import DeliveryRefused, FileRefused
from pipelines.base.incoming import suffix_of
from pipelines.deliver.landing import landing_name, next_number
from pipelines.deliver.sidecars import said_of_list, title_says
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord
from pipelines.sources.contract import Contract
from pipelines.sources.heads import Head
from pipelines.sources.ingest import contracts_of, read_file
from pipelines.sources.landing import CHINA, day_of_arrival
from pipelines.sources.layout import MARK, header_key
from pipelines.sources.replaced import replaced_rows
from pipelines.sources.sidecar import SIDECAR, Section, read_sections

SHOWN = 200
"""Reasons, and rows of another park, in one report."""
EXAMPLES = 20
LONGEST_WORD = 60
PERSON = re.compile("法定代表|法人代表|法人姓名|联系人|联系电话|电话|手机|身份证|证件号|银行|开户|账号|帐号|经办人|负责人|邮箱|住址")
"""Headers of personal data: never read, so never taught."""
_OURS = frozenset({MARK, "退回原因", "序号"})


def contract_of(settings: Settings, source: str) -> Contract:
    """Raises DeliveryRefused for a source there is not."""
    contracts = contracts_of(settings)
    if source not in contracts:
        raise DeliveryRefused(f"{source}: there is no such source. There are {', '.join(contracts)}.", "deliver_source", source=source)
    return contracts[source]


def check(
    settings: Settings, scratch: Path, path: str, source: str, given_name: str, parks: Sequence[str] | None, delivery: str | None
) -> dict[str, Any]:
    """What `deliver.bounded.check` tells (Report)."""
    contract = contract_of(settings, source)
    base, file, is_named = as_landed(settings, scratch, contract, Path(path), given_name, delivery)
    heads: list[Head] = []
    outputs = scratch / "rows.parquet", scratch / "quarantine.parquet"
    with connect(spill=scratch) as con:
        sections, lacking = sections_of(contract, file, base)
        record = read_file(contract, file, base, outputs, con, sections, heads)
        above = tuple(text for head in heads for text in head.above)
        report = Report(
            source=source, source_title=contract.title, given_name=given_name, file_sha256=record.file_sha256, size=file.stat().st_size,
            received_on=record.received_on, is_day_named=is_named, delivery=record.delivery, kinds=tuple(contract.deliveries),
            state="refused" if record.status != "loaded" else "incomplete" if lacking else "ready", message=record.message or lacking,
            rows_read=record.rows_read, rows_loaded=record.rows_loaded, rows_skipped=record.rows_skipped, rows_quarantined=record.rows_quarantined,
            skipped_as=record.skipped_as, sheets=tuple(_seen(contract, head, _taught(settings, contract)) for head in [head for head in heads if head.places] or heads),
            quarantine=_quarantine(con, contract, outputs[1]), sidecar=said_of_list(contract, file, title_says(contract, given_name, above)), mends=len(record.mended),
        )  # fmt: skip
        if record.status == "loaded" and outputs[0].exists():
            report = _held_to_parks(con, report, outputs[0], parks)
            if not lacking:
                report = replace(report, replaces=_replaces(con, settings, contract, outputs[0]))
    if report.state == "incomplete":
        report = replace(report, message="；".join(filter(None, [lacking, record.message])))
    return replace(report, message=report.message.replace(file.name, given_name)).told()


def as_landed(
    settings: Settings, scratch: Path, contract: Contract, path: Path, given_name: str, delivery: str | None
) -> tuple[FileRecord, Path, bool]:
    """What can be said of a file before it is read, the file under the name it would land under, and whether a day stands in the name it came by."""
    with path.open("rb") as stream:
        sha = hashlib.file_digest(stream, "sha256").hexdigest()
    day, remark = day_of_arrival(given_name, path)
    kind = contract.delivery_of(given_name) or (delivery if delivery in contract.deliveries else None)
    name = landing_name(contract.source, day.isoformat(), kind, next_number(settings.decisions), suffix_of(path.name))
    for given, place in ((path, scratch / name), (path.with_name(path.name + SIDECAR), scratch / (name + SIDECAR))):
        if given.exists():
            os.link(given, place)
    base = FileRecord(contract.source, f"{contract.source}/{name}", sha, day.isoformat(), "refused", remark, delivery=kind)
    return base, scratch / name, day != datetime.now(CHINA).date()


def teachable(word: str) -> bool:
    """Whether a header word may be taught: no number, no prose, nothing of a person, none of ours."""
    key = header_key(word)
    return bool(key) and len(word) <= LONGEST_WORD and not key.replace(".", "").isdigit() and not PERSON.search(word) and word not in _OURS


def sections_of(contract: Contract, file: Path, base: FileRecord) -> tuple[list[Section] | None, str]:
    """What its sidecar says; a blank one and what is lacking, where it is not whole: the rows can be looked at before."""
    try:
        return read_sections(contract, file, date.fromisoformat(base.received_on)), ""
    except FileRefused as error:
        return [Section("", (None,) * sum(len(column.fields()) for column in contract.sidecar))], str(error)


def quarantine_rows(con: duckdb.DuckDBPyConnection, quarantine: Path) -> list[tuple[str, int, str | None, str | None, str]]:
    """Sheet, row, column, value seen and reason of every row set aside."""
    if not quarantine.exists():
        return []
    return con.execute("select sheet, row_no, column_name, value_seen, reason from read_parquet(?) order by sheet, row_no", [str(quarantine)]).fetchall()


def _quarantine(con: duckdb.DuckDBPyConnection, contract: Contract, quarantine: Path) -> tuple[BadRow, ...]:
    titles = {column.name: column.headers[0] for column in contract.columns}
    return tuple(
        BadRow(sheet, row_no, titles.get(column or "", column or ""), value or "", reason)
        for sheet, row_no, column, value, reason in quarantine_rows(con, quarantine)[:SHOWN]
    )


def _taught(settings: Settings, contract: Contract) -> set[str]:
    """The words people taught of a source, as they are compared."""
    return {entry.get("word_key", "") for entry in entries(settings.decisions, HEADERS) if entry.get("source") == contract.source}


def _seen(contract: Contract, head: Head, taught: set[str]) -> SeenSheet:
    """The head of a sheet column by column. A word behind which another column already stands is not unknown but twice there."""
    def column(one: Any) -> SeenColumn:
        at = head.places.get(one.name)
        word = head.printed[at] if at is not None and at < len(head.printed) else head.said.get(one.name)
        return SeenColumn(
            one.name, one.headers[0], one.required, word, head.units.get(one.name) or one.prescribed_unit if word else None,
            is_taught=bool(word) and header_key(str(word).partition("(")[0].partition("（")[0]) in taught, is_above=at is None and word is not None,
        )  # fmt: skip

    placed = set(head.places.values())
    unknown = dict.fromkeys(word for at, word in enumerate(head.printed) if at not in placed and teachable(word))
    return SeenSheet(head.sheet, head.row_no, tuple(map(column, contract.columns)), tuple(unknown), head.lacking)


def _held_to_parks(con: duckdb.DuckDBPyConnection, report: Report, rows: Path, parks: Sequence[str] | None) -> Report:
    """Of an operator, whose file may speak of their own parks alone."""
    if parks is None:
        return report
    found = con.execute(
        "select sheet, row_no, park_id, count(*) over () from read_parquet(?) where park_id is null or not list_contains(?::varchar[], park_id) order by sheet, row_no",
        [str(rows), list(parks)],
    ).fetchmany(SHOWN)
    if not found:
        return report
    foreign = tuple(ForeignRow(sheet, row_no, park or "") for sheet, row_no, park, _ in found)
    listed = "、".join(f"第 {row.row_no} 行（{row.park}）" for row in foreign[:9])
    return replace(report, state="foreign", foreign=foreign, foreign_count=found[0][3], message=f"有 {found[0][3]} 行不是本园区的：{listed}。请只报本园区的企业")


def _replaces(con: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, rows: Path) -> Replaces | None:
    """What it says under keys that are on record. A firm is known by its code or its printed name, as before names are settled."""
    on_record = sorted((settings.raw / contract.source).glob("[!_.]*.parquet"))
    if not on_record:
        return None
    new = con.execute("select any_value(source_file), any_value(file_sha256) from read_parquet(?)", [str(rows)]).fetchone()
    files = [str(path) for path in on_record]
    same_bytes = con.execute("select count(*) from read_parquet(?, union_by_name = true) where file_sha256 = ?", [files, new[1] if new else ""]).fetchone()
    if new is None or (same_bytes and same_bytes[0]):
        return None
    con.execute(f"create or replace temp table told as {replaced_rows(contract, [*files, str(rows)])}")
    mine = new[0]
    counts = con.execute(
        "select count(*) filter (where replaced_by_file = ? and source_file <> ?), count(*) filter (where source_file = ? and replaced_by_file <> ?) from told",
        [mine, mine, mine, mine],
    ).fetchone() or (0, 0)
    examples = con.execute("select row_key, source_file, row_no from told where replaced_by_file = ? and source_file <> ? order by all limit ?", [mine, mine, EXAMPLES]).fetchall()
    return Replaces(_same(con, contract, files, rows), counts[0], counts[1], tuple((str(key), file, row_no) for key, file, row_no in examples))


def _same(con: duckdb.DuckDBPyConnection, contract: Contract, files: list[str], rows: Path) -> int:
    """How many rows stand on record as they are."""
    said = ", ".join(contract.printed())
    query = f"select count(*) from (select {said} from read_parquet(?) intersect all select {said} from read_parquet(?, union_by_name = true))"
    found = con.execute(query, [str(rows), files]).fetchone()
    return int(found[0]) if found else 0
