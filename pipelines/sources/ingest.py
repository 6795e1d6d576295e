"""The landing folder, taken in: what is new is read, what is known is left alone, what is bad is refused and told.

Written per file, the record last: `raw/<source>/<id>.parquet`, `raw/_quarantine/<source>-<id>.parquet`,
`raw/_files/<source>-<id>.json`. The record is the commit mark; without it the file counts as unread, so a kill
at any moment loses nothing. The id is the hash of the file and of its sidecar; records of duplicates and refused files
carry the hash of their path behind it.

The same bytes are the same delivery, whatever they are called and however often they come: they count from the earliest
day they came on, so the order of arrival does not matter. What a path held before, and a refused file that was taken
away, stay on record.
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipelines.base.deliveries import held_to_parks
from pipelines.base.disk import put
from pipelines.base.duck import connect
from pipelines.base.errors import BuildError, FileRefused
from pipelines.settings import SAMPLE_MARK, Settings
from pipelines.sources.archive import Archive, FileRecord, as_known, record_order, records_of
from pipelines.sources.contract import Contract, load_contracts, raw_schema
from pipelines.sources.heads import Head
from pipelines.sources.landing import day_of_arrival, file_order, landing_files, shown
from pipelines.sources.load import QUARANTINE, FileLoad, Keep, Output
from pipelines.sources.replaced import replaced_rows, said_twice
from pipelines.sources.sidecar import Section, read_sections, sidecar_bytes
from pipelines.sources.taught import with_taught
from pipelines.sources.withdrawal import decide, withdrawals

READER_VERSION = "4"   # raise it when files on record must be read anew
_UNOPENED = _LINK, _NAME = "这是指向收件夹以外的链接：请放入文件本身", "文件名不是 UTF-8：请改名后重放"
_PAST = {"superseded": "已被取代的", "withdrawn": "已撤出的"}


@dataclass(frozen=True)
class IngestReport:
    """All records on file, how many this run added or changed, and what a steward should hear."""

    records: list[FileRecord]
    new_count: int
    warnings: list[str]


def ingest(settings: Settings, progress: Callable[[str], object] = print) -> IngestReport:
    """Read what is new of every source. A bad file is refused and recorded; the others go on.

    Raises ContractError when a contract is wrong.
    """
    with connect() as con:
        reports = [read_source(settings, contract, progress, con) for contract in contracts_of(settings).values()]
    return IngestReport(
        [record for report in reports for record in report.records],
        sum(report.new_count for report in reports),
        [*unknown_folders(settings), *(warning for report in reports for warning in report.warnings)],
    )


def contracts_of(settings: Settings) -> dict[str, Contract]:
    """The contracts as files of this home are read: with the words of its city, and the headers people taught.

    Raises ContractError.
    """
    return with_taught(load_contracts(reference=settings.reference, policies=settings.policies), settings.decisions)


def unknown_folders(settings: Settings) -> list[str]:
    """A warning for each folder of landing that is no source's; nothing in it is read."""
    contracts = load_contracts()
    return [
        f"收件夹里的 {folder.name} 不属于任何来源，未读：来源文件夹有 {'、'.join(contracts)}"
        for folder in (sorted(settings.landing.iterdir()) if settings.landing.is_dir() else [])
        if folder.name not in {*contracts, SAMPLE_MARK} and not folder.name.startswith(".")
    ]


def read_source(
    settings: Settings, contract: Contract, progress: Callable[[str], object], con: duckdb.DuckDBPyConnection
) -> IngestReport:
    """Read the new files of one source, set aside what a person withdrew; the report is of this source alone.

    Raises BuildError when the disk is full or cannot be written.
    """
    archive = Archive(settings.raw, contract.source)
    warnings: list[str] = []
    new_count = 0
    seen = set()
    write_empty(settings.raw, contract)
    for path in landing_files(settings.landing / contract.source):
        source_file = shown(path.relative_to(settings.landing))
        seen.add(source_file)
        try:
            record = _take_in(settings, contract, path, source_file, archive, progress, con)
        except (OSError, RuntimeError) as error:   # RuntimeError: a link that leads to itself
            warnings.append(_unopened(source_file, error))
            continue
        new_count += record is not None
        if record and record.status == "refused":
            warnings.append(f"{source_file} 未读入：{record.message}")
        elif record and record.status == "loaded" and record.message:
            warnings.append(f"{source_file}：{record.message}")
    if new_count:
        warnings += _tell_ties(settings, contract, archive, con)
    for name in archive.refused_and_gone(seen):
        archive.withdraw(name, "已从收件夹撤走")
    new_count += archive.take_out(withdrawals(settings.decisions))
    return IngestReport(sorted(archive.records.values(), key=record_order), new_count, warnings)


def is_anything_new(settings: Settings) -> tuple[bool, list[str]]:
    """Whether `ingest` would put anything on record, and what a steward should hear; reads no row and puts nothing on record.

    Raises ContractError when a contract is wrong.
    """
    warnings, is_new = unknown_folders(settings), False
    decided = withdrawals(settings.decisions)
    for contract in contracts_of(settings).values():
        archive, seen = Archive(settings.raw, contract.source), set()
        write_empty(settings.raw, contract)
        for path in landing_files(settings.landing / contract.source):
            source_file = shown(path.relative_to(settings.landing))
            seen.add(source_file)
            try:
                base, name = _described(settings, contract, path, source_file)
            except (OSError, RuntimeError) as error:
                warnings.append(_unopened(source_file, error))
                continue
            own_name = _own_name(name, path.relative_to(settings.landing))
            is_new |= not archive.has(base, name, own_name) or bool(archive.refused_before(source_file, name, own_name))
        is_new |= bool(archive.refused_and_gone(seen)) or any(archive.decided_otherwise(name, decided) for name in archive.records)
    return is_new, warnings


def _unopened(source_file: str, error: Exception) -> str:
    return f"{source_file} 打不开（{error}）：请检查文件权限或链接"


def report_on_file(settings: Settings) -> IngestReport:
    """What earlier runs put on record, without looking at the landing folder."""
    records = Archive(settings.raw).records.values()
    return IngestReport(sorted(records, key=record_order), 0, [])


def write_empty(raw: Path, contract: Contract) -> None:
    """An empty typed table for a source, and an empty quarantine, so that dbt can read what nobody sent yet."""
    for path, schema in (
        (raw / contract.source / "_empty.parquet", raw_schema(contract)),
        (raw / "_quarantine" / "_empty.parquet", QUARANTINE),
    ):
        if not path.exists() or pq.read_schema(path) != schema:
            with Output(path, schema, even_if_empty=True):
                pass


def withdraw(settings: Settings, source_file: str, why: str, who: str, undo: bool = False) -> str:
    """Take the file now under this path out of force from the next build on, or bring it back; returns its name.

    One that no build has read yet is read by the next and does not count. Raises BuildError when no such file is in force,
    or with `undo` none was withdrawn.
    """
    source_file = source_file.removeprefix("landing/")
    decided = withdrawals(settings.decisions)
    if undo:
        found = [file_id for file_id, entry in decided.items() if entry["source_file"] == source_file]
    else:
        found = [name for name in _in_force(settings, source_file) if name not in decided]
    if not found:
        raise BuildError(
            f"{source_file}: no withdrawn file of that name. See `softcity status`." if undo
            else f"{source_file}: no loaded file of that name. Name it as `softcity reconcile --source` does."
        )  # fmt: skip
    decide(settings.decisions, found[-1], source_file, "restored" if undo else "withdrawn", why, who)
    return source_file


def _in_force(settings: Settings, source_file: str) -> list[str]:
    """The names of the record of the file under this path that counts, or would with the next build; the newest content last."""
    records = records_of(settings.raw)
    found = [name for name, r in as_known(records, date.max).items() if (r.source_file, r.status) == (source_file, "loaded")]
    source, _, _ = source_file.partition("/")
    contract, path = contracts_of(settings).get(source), settings.landing / source_file
    if contract and path in landing_files(settings.landing / source) and path.is_file():
        name = _described(settings, contract, path, source_file)[1]
        found += [name] if name not in records else []
    return found


def _take_in(
    settings: Settings,
    contract: Contract,
    path: Path,
    source_file: str,
    archive: Archive,
    progress: Callable[[str], object],
    con: duckdb.DuckDBPyConnection,
) -> FileRecord | None:
    """Read one landing file unless it is on record; the new record, or None."""
    if path.exists() and not path.is_file():   # opening it might never end
        raise OSError("不是文件，而是管道、设备或指向文件夹的链接")
    base, name = _described(settings, contract, path, source_file)
    own_name = _own_name(name, path.relative_to(settings.landing))
    for other in archive.refused_before(source_file, name, own_name):
        archive.withdraw(other, "已由新内容替换")
    if archive.has(base, name, own_name):
        return None
    main, own = archive.records.get(name), archive.records.get(own_name)
    rival = main if main and main.source_file != source_file else None   # the same bytes under another path
    is_current = rival and (rival.read_by == base.read_by or (settings.landing / rival.source_file).exists())
    if rival and (rival.status in _PAST or (is_current and _cannot_lose(rival, base))):
        said = _PAST.get(rival.status, "")
        return archive.put(own_name, _copy_of(rival, base, said))

    progress(f"{contract.title}：{source_file}")
    trial = archive.trial(name)
    try:
        parks = held_to_parks(settings.decisions).get(base.file_sha256)
        result = base if base.message in _UNOPENED else read_file(contract, path, base, trial, con, parks=parks)
    except (OSError, BuildError):
        for rows in trial:
            rows.unlink(missing_ok=True)
        raise
    if rival and is_current and _rank(rival) < _rank(result):
        result = _copy_of(rival, base)
    if result.status != "loaded":
        for rows in trial:
            rows.unlink(missing_ok=True)
        if main and not rival and main.status == "loaded":   # a changed contract takes it no more
            archive.supersede(name)
        return archive.put(own_name, result)
    for rows, place in zip(trial, archive.outputs(name), strict=True):
        put(rows, place) if rows.exists() else place.unlink(missing_ok=True)  # before its record, which says it is there
    archive.put(name, result)
    if own:
        archive.forget(own_name)
    if rival:
        archive.put(_own_name(name, rival.source_file), _copy_of(result, replace(rival, read_by=base.read_by)))
    for other, record in list(archive.records.items()):
        if other != name and record.source_file == source_file and record.status == "loaded":
            archive.supersede(other)
    return result


def _described(settings: Settings, contract: Contract, path: Path, source_file: str) -> tuple[FileRecord, str]:
    """What can be said of a file before it is read, and the name of its record."""
    target = path.resolve()
    day, message = day_of_arrival(source_file, path)
    if not target.is_relative_to(settings.landing.resolve()):
        message = _LINK
    elif source_file != path.relative_to(settings.landing).as_posix():
        message = _NAME
    if message in _UNOPENED:   # it may be anything
        digest = hashlib.sha256(os.fsencode(target))
    else:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
    sha = digest.hexdigest()
    digest.update(sidecar_bytes(contract, path))
    base = FileRecord(
        contract.source, source_file, sha, day.isoformat(), "refused", message,
        is_sample=(settings.landing / SAMPLE_MARK).exists(),
        read_by=hashlib.sha256(f"{READER_VERSION}{contract.model_dump_json()}{held_to_parks(settings.decisions).get(sha, '')}".encode()).hexdigest()[:16],
        delivery=contract.delivery_of(source_file),
    )  # fmt: skip
    return base, f"{contract.source}-{digest.hexdigest()[:16]}"


def _own_name(name: str, source_file: Path | str) -> str:
    """The name of a record that is not that of the content itself: a copy's or a refused file's."""
    return f"{name}-{hashlib.sha256(os.fsencode(source_file)).hexdigest()[:8]}"


def _copy_of(main: FileRecord, copy: FileRecord, said: str = "") -> FileRecord:
    return replace(
        copy, status="duplicate", message=f"内容与{said} {main.source_file} 相同，不重复读入",
        rows_read=0, rows_loaded=0, rows_skipped=0, rows_quarantined=0, skipped_as="",
    )  # fmt: skip


def _rank(record: FileRecord) -> tuple[int | str, ...]:
    """Of the same bytes the reading counts that takes most rows (none of a later day than its own), then the earliest."""
    return -record.rows_loaded, record.received_on, record.source_file


def _cannot_lose(main: FileRecord, copy: FileRecord) -> bool:
    """Whether the file on record needs no comparing with a copy: it came first and lacks no row."""
    return (main.received_on, main.source_file) < (copy.received_on, copy.source_file) and not main.rows_quarantined


_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
_LOST = frozenset({errno.EIO, errno.ESTALE, errno.ENOENT, errno.ENODEV, errno.EACCES, errno.ETIMEDOUT})
_ODD = "读取时出错（{}）：请核对文件后重报，仍不行请联系维护人员"


def read_file(
    contract: Contract, path: Path, base: FileRecord, outputs: tuple[Path, Path], con: duckdb.DuckDBPyConnection,
    sections: list[Section] | None = None, heads: list[Head] | None = None, keep: Keep | None = None,
    parks: tuple[str, ...] | None = None,
) -> FileRecord:  # fmt: skip
    """What one file comes to, its rows in `outputs`; `base` is what is said of it before it is read.

    `sections` instead of those of its sidecar; `parks` of the operator who delivered it; `heads` and `keep` are told what was recognised, and the cells (FileLoad).
    """
    received_on = date.fromisoformat(base.received_on)
    try:
        sections = sections or read_sections(contract, path, received_on)
        load = FileLoad(contract, base.source_file, base.file_sha256, received_on, file_order(path), sections, heads=heads if heads is not None else [], keep=keep, parks=parks)
        load.run(path, *outputs)
        remarks = [base.message, *load.remarks, said_twice(con, contract, outputs[0])]
    except FileRefused as error:
        return replace(base, message=str(error))
    except OSError as error:
        if error.errno in _ROOM:
            raise BuildError(f"{outputs[0].parent}: {error.strerror} while reading {base.source_file}. Make room or mend the disk; then build again.") from error
        if error.errno in _LOST or not path.exists():   # the disk's fault, not the file's: read again next time
            raise
        return replace(base, message=_ODD.format(type(error).__name__))
    except Exception as error:   # a file that no reader foresaw must not stop the others; its text may be personal data
        return replace(base, message=_ODD.format(type(error).__name__))
    return replace(
        base,
        status="loaded",
        message="；".join(filter(None, remarks)),
        rows_read=load.read,
        rows_loaded=load.loaded,
        rows_skipped=load.skipped.total(),
        skipped_as="、".join(f"{kind} {count}" for kind, count in sorted(load.skipped.items())),
        rows_quarantined=load.quarantined,
        mended=load.mended,
    )


def _tell_ties(settings: Settings, contract: Contract, archive: Archive, con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Of two files of one day that say different things under one key: put it on the record of the one that counts."""
    loaded = {r.source_file: name for name, r in archive.records.items() if (r.source, r.status) == (contract.source, "loaded")}
    days = [archive.records[name].received_on for name in loaded.values()]
    if len(days) == len(set(days)):
        return
    query = f"""
        select source_file, replaced_by_file, count(*), min(row_key)
        from ({replaced_rows(contract, settings.raw / contract.source / "*.parquet")})
        where received_on = replaced_on and not is_same_file group by all order by all
    """
    for earlier, later, count, key in con.execute(query).fetchall():
        record = archive.records[loaded[later]]
        said = f"与同日的 {earlier} 有 {count} 个主键内容不同（如 {key}），按文件名次序以本文件为准：请核对，或在文件名中写明日期"
        if said not in record.message:
            archive.put(loaded[later], replace(record, message="；".join(filter(None, [record.message, said]))))
            yield f"{later}：{said}"
