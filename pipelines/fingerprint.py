"""What results are made of, as hashes: code, law, reference data, the rows of a source. What is equal need not be made again."""

import hashlib
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from pipelines.settings import PROJECT, Settings
from pipelines.sources.archive import FileRecord

LIBRARIES = ("duckdb", "dbt-core", "dbt-duckdb", "great_expectations", "pandas", "pyarrow", "rapidfuzz", "opencc")  # shape results
SPARK = ("pyspark", "dbt-spark")
_TEXT = {".yaml", ".yml", ".txt", ".py", ".sql", ".csv"}


def hash_of_code(settings: Settings) -> str:
    """One hash of what makes results out of rows: our code, the reference data, the libraries."""
    texts = hash_of_texts(settings.reference, settings.national, PROJECT / "pipelines", settings.dbt_project)
    libraries = LIBRARIES + (SPARK if settings.engine == "spark" else ())
    return hashlib.sha256(f"{texts} {[version(name) for name in libraries]} {sys.version}".encode()).hexdigest()


def hash_of_texts(*folders: Path) -> str:
    """One hash of code, law and reference data: every text under some folders with its place there; cases of the law change nothing."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _TEXT and not {"target", "logs", "cases"} & set(path.relative_to(folder).parts):
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def hash_of_rows(names: Iterable[str], records: list[FileRecord]) -> str:
    """One hash of the rows of a source: the tables they lie in, named by file and sidecar, and how each file was read."""
    digest = hashlib.sha256(f"{sorted(names)}".encode())
    for r in records:
        digest.update(f"{r.source_file}{r.file_sha256}{r.read_by}{r.received_on}{r.status}{r.delivery}{r.rows_loaded}".encode())
    return digest.hexdigest()
