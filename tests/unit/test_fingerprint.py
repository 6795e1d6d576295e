"""What results are made of, as hashes: another file, day, reading or library is another hash."""

from pathlib import Path

import pytest

from pipelines import fingerprint
from pipelines.fingerprint import hash_of_code, hash_of_rows
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord


def test_the_hash_of_a_source_follows_its_files_their_reading_and_their_day() -> None:
    record = FileRecord("parks", "parks/a.csv", "f" * 64, "2025-01-06", "loaded", "", read_by="1")
    first = hash_of_rows(["a.parquet"], [record])
    assert first == hash_of_rows(["a.parquet"], [record])
    others = [
        hash_of_rows(["a.parquet"], [FileRecord(**{**vars(record), name: "2"})])
        for name in ("source_file", "file_sha256", "received_on", "status", "read_by", "delivery")
    ]
    assert len({first, *others, hash_of_rows(["a.parquet", "b.parquet"], [record])}) == 8


def test_another_version_of_a_library_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_of_code(Settings.load(tmp_path))
    assert hash_of_code(Settings.load(tmp_path)) == before
    monkeypatch.setattr(fingerprint, "version", lambda name: "99" if name == "opencc" else "1")
    assert hash_of_code(Settings.load(tmp_path)) != before
