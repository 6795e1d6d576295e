"""The records on file: what became of each landing file, where its rows lie, and what a day knew of them.

`raw/_files/<source>-<id>.json` is the record, `raw/<source>/<id>.parquet` the rows, `raw/_quarantine/<source>-<id>.parquet` those set
aside; `raw/_superseded` holds what counts no more.
"""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.base.disk import put
from pipelines.sources.withdrawal import told

_SAID = "；原："


@dataclass(frozen=True)
class FileRecord:
    """What became of one landing file. Counts leave out the header; read = loaded + skipped + quarantined."""

    source: str
    source_file: str
    file_sha256: str
    received_on: str
    status: str   # loaded, refused, duplicate, superseded or withdrawn (by a person; or refused, then taken away)
    message: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_skipped: int = 0
    rows_quarantined: int = 0
    skipped_as: str = ""   # the rows skipped by kind: 合计 1、空行 3
    is_sample: bool = False   # read from a landing folder marked as invented
    read_by: str = ""   # hash of contract and reader version: when it changes, the file is read anew
    delivery: str | None = None   # full or delta, where the source knows such kinds
    mended: list[str] = field(default_factory=list)   # rows set aside of an earlier file that this one brings again: sha256/row/sheet


def record_order(record: FileRecord) -> tuple[str | bool, ...]:
    """By path; what a path holds now stands behind what it held before."""
    is_past = record.status in ("superseded", "withdrawn")
    return record.source, record.source_file, not is_past, record.received_on, record.file_sha256


def records_of(raw: Path, source: str = "*") -> dict[str, FileRecord]:
    """The records on file, of all sources or of one, by their file name; they are only looked at."""
    return {path.stem: FileRecord(**json.loads(path.read_text("utf-8"))) for path in sorted((raw / "_files").glob(f"{source}-*.json"))}


class Archive:
    """The records on file, of all sources or of one, by their file name."""

    def __init__(self, raw: Path, source: str = "*") -> None:
        self.raw = raw
        self.records = records_of(raw, source)
        for name, record in self.records.items():
            if record.status == "superseded":
                self.supersede(name)

    def put(self, name: str, record: FileRecord) -> FileRecord:
        path = self.raw / "_files" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), "utf-8")
        put(temporary, path)
        self.records[name] = record
        return record

    def outputs(self, name: str) -> tuple[Path, Path]:
        """Where the rows of a loaded file lie: the good ones, the quarantined ones."""
        source, file_id = name.split("-")
        return self.raw / source / f"{file_id}.parquet", self.raw / "_quarantine" / f"{name}.parquet"

    def trial(self, name: str) -> tuple[Path, Path]:
        """Where rows lie while it is not yet sure that they count."""
        good, quarantined = (path.with_name(f".{path.name}.trial") for path in self.outputs(name))
        return good, quarantined

    def supersede(self, name: str) -> None:
        """Set aside what a path held before: on record and in `_superseded`, but no longer read.

        The record goes first; rows a kill left behind are moved when the archive is opened next.
        """
        if self.records[name].status != "superseded":
            self.put(name, replace(self.records[name], status="superseded", message="同一路径已有新内容，由新内容取代"))
        self._move(self.outputs(name), self.set_aside(name))

    def set_aside(self, name: str) -> tuple[Path, Path]:
        """Where the rows of a superseded file lie."""
        good, quarantined = (self.raw / "_superseded" / f"{p.parent.name}-{p.name}" for p in self.outputs(name))
        return good, quarantined

    def take_out(self, decided: dict[str, dict[str, Any]]) -> int:
        """Set aside the rows of the files a person withdrew, bring back those restored since; how many changed.

        What a path held before a withdrawn content is in force again (`known`).
        """
        changed = 0
        for name, record in list(self.records.items()):
            is_withdrawn = name.count("-") == 1 and name in decided
            if self.decided_otherwise(name, decided):
                changed += 1
                if is_withdrawn:
                    message = _SAID.join(filter(None, [told(decided[name]), record.message]))
                    self.put(name, replace(record, status="withdrawn", message=message))
                else:
                    self._restore(name)
            if is_withdrawn:
                self._move(self.outputs(name), self.set_aside(name))
        return changed

    def decided_otherwise(self, name: str, decided: dict[str, dict[str, Any]]) -> bool:
        """Whether a person withdrew this file, or brought it back, and its record does not say so yet."""
        record = self.records[name]
        if name.count("-") != 1:   # a copy or a refused file has no rows of its own
            return False
        if name in decided:
            return record.status in ("loaded", "superseded")
        return record.status == "withdrawn" and record.rows_read > 0   # of a refused file nothing was read

    def _restore(self, name: str) -> None:
        record = self.records[name]
        is_filled = any(r.source_file == record.source_file and r.status == "loaded" for r in self.records.values())
        if not is_filled:
            self._move(self.set_aside(name), self.outputs(name))
        message = record.message.partition(_SAID)[2]
        self.put(name, replace(record, status="superseded" if is_filled else "loaded", message=message))

    @staticmethod
    def _move(places: tuple[Path, Path], to: tuple[Path, Path]) -> None:
        for rows, place in zip(places, to, strict=True):
            if rows.exists():
                place.parent.mkdir(exist_ok=True)
                put(rows, place)

    def withdraw(self, name: str, why: str) -> None:
        """A refused file that is gone stays on record and troubles nobody any more."""
        record = self.records[name]
        self.put(name, replace(record, status="withdrawn", message=f"{why}；原未读入：{record.message}"))

    def has(self, base: FileRecord, name: str, own_name: str) -> bool:
        """Whether a landing file is on record as it is now, or as a copy or a refused one under its own name."""
        main, own = self.records.get(name), self.records.get(own_name)
        if main and main.source_file == base.source_file and main.status in ("loaded", "withdrawn") and main.read_by == base.read_by:
            return True
        return bool(own and own.status in ("duplicate", "refused") and own.read_by == base.read_by)

    def refused_before(self, source_file: str, *names: str) -> list[str]:
        """Records of what a path held and was refused, but for those of these names."""
        return [
            name for name, record in self.records.items()
            if record.status == "refused" and record.source_file == source_file and name not in names
        ]  # fmt: skip

    def refused_and_gone(self, seen: set[str]) -> list[str]:
        """Records of refused files whose path is not among those seen."""
        return [name for name, record in self.records.items() if record.status == "refused" and record.source_file not in seen]

    def forget(self, name: str) -> None:
        """Drop a record whose place another takes for the very same file; it has no rows of its own."""
        del self.records[name]
        (self.raw / "_files" / f"{name}.json").unlink(missing_ok=True)

    def known(self, known_on: date) -> dict[str, FileRecord]:
        """The records of the files received by `known_on`, as that day knew them.

        Where a path got new content later, what it held on that day is loaded.
        """
        return as_known(self.records, known_on)


def as_known(records: dict[str, FileRecord], known_on: date) -> dict[str, FileRecord]:
    """The same of some records."""
    known = {name: r for name, r in records.items() if date.fromisoformat(r.received_on) <= known_on}
    filled = {record.source_file for record in known.values() if record.status in ("loaded", "duplicate")}
    before: dict[str, str] = {}   # path → the last content it held by that day
    for name, record in sorted(known.items(), key=lambda item: item[1].received_on):
        if record.status == "superseded" and record.source_file not in filled:
            before[record.source_file] = name
    return known | {name: replace(known[name], status="loaded", message="") for name in before.values()}


def records_known(raw: Path, known_on: date = date.max, source: str = "*") -> list[FileRecord]:
    """The records of the files received by `known_on`, as that day knew them; of one source or of all."""
    return sorted(Archive(raw, source).known(known_on).values(), key=record_order)


def known_rows(raw: Path, source: str = "*", known_on: date = date.max) -> dict[Path, Path]:
    """Where the rows of every file received by `known_on` lie, the quarantined among them → their place under `raw` while in force."""
    archive = Archive(raw, source)
    found = {path: path.relative_to(raw) for path in raw.glob(f"{source}/_empty.parquet")}
    for name, record in archive.known(known_on).items():
        if record.status == "loaded":
            places = archive.outputs(name)
            is_past = archive.records[name].status == "superseded"
            held = archive.set_aside(name) if is_past else places
            found |= {path: place.relative_to(raw) for path, place in zip(held, places, strict=True) if path.exists()}
    return found


def link_known(raw: Path, folder: Path, known_on: date = date.max) -> None:
    """Link into `folder` the typed and the quarantined rows of every file received by `known_on`."""
    for path, place in known_rows(raw, known_on=known_on).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        os.link(path, folder / place)
