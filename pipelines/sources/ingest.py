"""The landing folder, taken in: what is new is read, what is known is left alone, what is bad is refused and told.

Written per file, the record last: `raw/<source>/<id>.parquet`, `raw/_quarantine/<source>-<id>.parquet`,
`raw/_files/<source>-<id>.json`. The record is the commit mark; without it the file counts as unread, so a kill
at any moment loses nothing. The id is the hash of the file and of its sidecar; records of duplicates and refused files
carry the hash of their path behind it.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.errors import FileRefused
from pipelines.settings import SAMPLE_MARK, Settings
from pipelines.sources.contract import Contract, load_contracts, raw_schema
from pipelines.sources.load import QUARANTINE, FileLoad, Output
from pipelines.sources.sidecar import SIDECAR, read_sections, sidecar_bytes

READER_VERSION = "3"   # raise it when files on record must be read anew
_DAY_IN_PATH = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class FileRecord:
    """What became of one landing file. Counts leave out the header; read = loaded + skipped + quarantined."""

    source: str
    source_file: str
    file_sha256: str
    received_on: str
    status: str   # loaded, refused, duplicate or superseded
    message: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_skipped: int = 0
    rows_quarantined: int = 0
    is_sample: bool = False   # read from a landing folder marked as invented
    read_by: str = ""   # hash of contract and reader version: when it changes, the file is read anew


@dataclass(frozen=True)
class IngestReport:
    """All records on file, how many this run added or changed, and what a steward should hear."""

    records: list[FileRecord]
    new_count: int
    warnings: list[str]


def ingest(settings: Settings, progress: Callable[[str], object] = print) -> IngestReport:
    """Read what is new under the landing folder. A bad file is refused and recorded; the others go on.

    Raises ContractError when a contract is wrong.
    """
    contracts = load_contracts()
    archive = _Archive(settings.raw)
    warnings: list[str] = []
    new_count = 0
    unreadable: list[FileRecord] = []
    for folder in sorted(settings.landing.iterdir()) if settings.landing.is_dir() else []:
        if folder.name not in {*contracts, SAMPLE_MARK} and not folder.name.startswith("."):
            warnings.append(f"收件夹里的 {folder.name} 不属于任何来源，未读：来源文件夹有 {'、'.join(contracts)}")
    for contract in contracts.values():
        write_empty(settings.raw, contract)
        for path in _landing_files(settings.landing / contract.source):
            source_file = path.relative_to(settings.landing).as_posix()
            if not _is_text(source_file):
                shown = os.fsencode(source_file).decode("gb18030", "backslashreplace")
                warnings.append(f"{shown} 未读入：文件名不是 UTF-8，请改名后重放")
                unreadable.append(FileRecord(contract.source, shown, "", _received_on(shown, path).isoformat(), "refused", "文件名不是 UTF-8：请改名后重放"))
                continue
            try:
                record = _take_in(settings, contract, path, source_file, archive, progress)
            except (OSError, RuntimeError) as error:   # RuntimeError: a link that leads to itself
                warnings.append(f"{source_file} 打不开（{error}）：请检查文件权限或链接")
                continue
            new_count += record is not None
            if record and record.status == "refused":
                warnings.append(f"{source_file} 未读入：{record.message}")
    records = sorted([*archive.records.values(), *unreadable], key=_record_order)
    return IngestReport(records, new_count, warnings)


def _is_text(name: str) -> bool:
    """Whether a file name can be written down: one from a Chinese Windows archive may not be UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _record_order(record: FileRecord) -> tuple[str, ...]:
    return record.source, record.source_file, record.received_on, record.file_sha256


def report_on_file(settings: Settings) -> IngestReport:
    """What earlier runs put on record, without looking at the landing folder."""
    records = _Archive(settings.raw).records.values()
    return IngestReport(sorted(records, key=_record_order), 0, [])


def write_empty(raw: Path, contract: Contract) -> None:
    """An empty typed table for a source, and an empty quarantine, so that dbt can read what nobody sent yet."""
    for path, schema in (
        (raw / contract.source / "_empty.parquet", raw_schema(contract)),
        (raw / "_quarantine" / "_empty.parquet", QUARANTINE),
    ):
        if not path.exists() or pq.read_schema(path) != schema:
            with Output(path, schema, even_if_empty=True):
                pass


class _Archive:
    """The records on file, by their file name."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self.records = {
            path.stem: FileRecord(**json.loads(path.read_text("utf-8")))
            for path in sorted((raw / "_files").glob("*.json"))
        }
        for name, record in self.records.items():
            if record.status == "superseded":
                self.supersede(name)

    def put(self, name: str, record: FileRecord) -> None:
        path = self.raw / "_files" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), "utf-8")
        temporary.replace(path)
        self.records[name] = record

    def outputs(self, name: str) -> tuple[Path, Path]:
        """Where the rows of a loaded file lie: the good ones, the quarantined ones."""
        source, file_id = name.split("-")
        return self.raw / source / f"{file_id}.parquet", self.raw / "_quarantine" / f"{name}.parquet"

    def supersede(self, name: str) -> None:
        """Set aside what a path held before: on record and in `_superseded`, but no longer read.

        The record goes first; rows a kill left behind are moved when the archive is opened next.
        """
        if self.records[name].status != "superseded":
            self.put(name, replace(self.records[name], status="superseded", message="同一路径已有新内容，由新内容取代"))
        for rows in self.outputs(name):
            if rows.exists():
                aside = self.raw / "_superseded" / f"{rows.parent.name}-{rows.name}"
                aside.parent.mkdir(exist_ok=True)
                rows.replace(aside)

    def drop(self, name: str) -> None:
        """Forget a record and the rows loaded with it; they go first, so that a kill leaves no stray rows."""
        if self.records.pop(name).status == "loaded":
            for rows in self.outputs(name):
                rows.unlink(missing_ok=True)
        (self.raw / "_files" / f"{name}.json").unlink(missing_ok=True)


def _take_in(
    settings: Settings,
    contract: Contract,
    path: Path,
    source_file: str,
    archive: _Archive,
    progress: Callable[[str], object],
) -> FileRecord | None:
    """Read one landing file unless it is on record; the new record, or None."""
    target = path.resolve()
    outside = not target.is_relative_to(settings.landing.resolve())
    if outside:   # not even opened: it may be anything
        digest = hashlib.sha256(str(target).encode())
    else:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256")
    sha = digest.hexdigest()
    digest.update(sidecar_bytes(contract, path))
    name = f"{contract.source}-{digest.hexdigest()[:16]}"
    own_name = f"{name}-{hashlib.sha256(source_file.encode()).hexdigest()[:8]}"
    read_by = hashlib.sha256(f"{READER_VERSION}{contract.model_dump_json()}".encode()).hexdigest()[:16]
    received_on = _received_on(source_file, path)
    base = FileRecord(contract.source, source_file, sha, received_on.isoformat(), "refused", "", read_by=read_by)
    base = replace(base, is_sample=(settings.landing / SAMPLE_MARK).exists())

    for other, record in list(archive.records.items()):
        mended = record.file_sha256 == sha or record.status == "refused"   # its sidecar, or the refused file itself
        if mended and record.source_file == source_file and other not in (name, own_name):
            archive.drop(other)
    main, own = archive.records.get(name), archive.records.get(own_name)
    if main and main.read_by == read_by and main.status != "superseded":
        if main.source_file == source_file or (own and own.read_by == read_by):
            return None
        result = replace(base, status="duplicate", message=f"内容与 {main.source_file} 相同，不重复读入")
        archive.put(own_name, result)
        return result
    if own and own.status == "refused" and own.read_by == read_by:
        return None

    progress(f"{contract.title}：{source_file}")
    if outside:
        result = replace(base, message="这是指向收件夹以外的链接：请放入文件本身")
    else:
        result = _read(contract, path, base, archive.outputs(name))
    for earlier in (name, own_name):
        if earlier in archive.records and (earlier == own_name or result.status == "refused"):
            archive.drop(earlier)
    archive.put(name if result.status == "loaded" else own_name, result)
    if result.status == "loaded":
        for other, record in list(archive.records.items()):
            if other != name and record.source_file == source_file and record.status == "loaded":
                archive.supersede(other)
    return result


def _read(contract: Contract, path: Path, base: FileRecord, outputs: tuple[Path, Path]) -> FileRecord:
    received_on = date.fromisoformat(base.received_on)
    try:
        sections = read_sections(contract, path, received_on)
        load = FileLoad(contract, base.source_file, base.file_sha256, received_on, sections)
        load.run(path, *outputs)
    except FileRefused as error:
        return replace(base, message=str(error))
    except Exception as error:   # a file that no reader foresaw must not stop the others; its text may be personal data
        return replace(base, message=f"读取时出错（{type(error).__name__}）：请核对文件后重报，仍不行请联系维护人员")
    return replace(
        base,
        status="loaded",
        message="；".join(load.remarks),
        rows_read=load.read,
        rows_loaded=load.loaded,
        rows_skipped=load.skipped,
        rows_quarantined=load.quarantined,
    )


def _landing_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if (path.is_file() or path.is_symlink()) and not hidden and not path.name.endswith(SIDECAR):
            yield path


def _received_on(source_file: str, path: Path) -> date:
    """The last ISO day in the path, else the day the file was last changed, in China."""
    for text in reversed(_DAY_IN_PATH.findall(source_file)):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return (datetime.fromtimestamp(path.stat().st_mtime, UTC) + timedelta(hours=8)).date()
