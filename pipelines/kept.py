"""Parts of a build that stay right while what they were made of does not change: `var/kept/<name>-<hash>`.

The hash is over everything a part was made of, code included, so a stale part has another name and is never found.
A dbt model is a part like any other; its name tells its content too (dbt_project/macros/kept.sql).
A part is written aside, synced and renamed last: a build killed in the middle leaves none that is wrong.
`softcity build --force` makes every part anew.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pipelines.disk import put, sync
from pipelines.settings import PROJECT, Settings
from pipelines.sources.ingest import FileRecord

LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "great_expectations", "pandas", "pyarrow", "rapidfuzz", "opencc")  # shape results
NEWEST = 2  # of each part: the one in use, and that of a past day or a change taken back
_TEXT = {".yaml", ".yml", ".txt", ".py", ".sql", ".csv"}


@dataclass(frozen=True)
class Kept:
    """The parts on file, for one state of the code and the rows a build stands on."""

    folder: Path
    code: str
    sources: dict[str, str]  # source → hash of its rows

    def digest(self, *made_of: object) -> str:
        """What something made of exactly this is called."""
        return hashlib.sha256("\n".join([self.code, *map(str, made_of)]).encode()).hexdigest()[:20]

    def path(self, name: str, *made_of: object) -> Path:
        """Where the part made of exactly this lies, if it was made; looking keeps it from being dropped."""
        path = self.folder / f"{Path(name).stem}-{self.digest(*made_of)}{Path(name).suffix}"
        if path.exists():
            os.utime(path)
        return path

    def part(self, name: str, made_of: Iterable[object], make: Callable[[Path], object]) -> Path:
        """The part made of exactly this; `make` writes it to the path it is given, unless it is on file."""
        path = self.path(name, *made_of)
        if not path.exists():
            with written_last(path) as part:
                make(part)
        return path

    def hold(self, made: Path, content: str) -> None:
        """Keep a whole file made in this build's folder under its own name and its content's, or one in use again."""
        if made.parent == self.folder:
            os.utime(made)
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            sync(made)
            os.link(made, self.folder / f"{made.stem}-{content}{made.suffix}")

    def forget(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def tidy(self) -> None:
        """Drop what a killed build left half written, and of each part all but those used last."""
        by_name: dict[str, list[Path]] = {}
        for path in sorted(self.folder.glob("*"), key=lambda path: -path.stat().st_mtime_ns):
            by_name.setdefault(path.name.partition("-")[0], []).append(path)
            if path.suffix == ".part" or path in by_name[path.name.partition("-")[0]][NEWEST:]:
                path.unlink()


@contextmanager
def written_last(path: Path) -> Iterator[Path]:
    """A path to write to; the file appears under its own name when all of it is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    yield part
    put(part, path)


def hash_of_code(settings: Settings) -> str:
    """One hash of what makes results out of rows: our code, the reference data, the libraries."""
    texts = hash_of_texts(settings.reference, settings.national, PROJECT / "pipelines", settings.dbt_project)
    return hashlib.sha256(f"{texts} {[version(name) for name in LIBRARIES]} {sys.version}".encode()).hexdigest()


def hash_of_texts(*folders: Path) -> str:
    """One hash of code, law and reference data: every text under some folders with its place there."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEXT and not {"target", "logs"} & set(path.parts):
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def hash_of_rows(raw: Path, records: list[FileRecord], source: str) -> str:
    """One hash of the rows of a source: its tables, named by file and sidecar, and how each file was read."""
    digest = hashlib.sha256(f"{sorted(path.name for path in (raw / source).glob('*.parquet'))}".encode())
    for r in records:
        if r.source == source:
            digest.update(f"{r.source_file}{r.file_sha256}{r.read_by}{r.received_on}{r.status}{r.delivery}{r.rows_loaded}".encode())
    return digest.hexdigest()
