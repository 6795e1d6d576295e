"""Kept parts: found only by what they were made of, whole or not at all."""

import os
from pathlib import Path

import pytest

from pipelines import kept as parts
from pipelines.kept import Kept, hash_of_code, hash_of_rows
from pipelines.settings import Settings
from pipelines.sources.ingest import FileRecord


def _write(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def test_a_part_is_made_once_and_anew_when_its_rows_or_the_code_change(tmp_path: Path) -> None:
    made: list[str] = []

    def make(path: Path) -> None:
        made.append(path.name)
        path.write_text("x", encoding="utf-8")

    kept = Kept(tmp_path, "code", {})
    assert kept.part("a.json", ["rows"], make) == kept.part("a.json", ["rows"], make)
    kept.part("a.json", ["other rows"], make)
    Kept(tmp_path, "other code", {}).part("a.json", ["rows"], make)
    assert len(set(made)) == len(made) == 3


def test_a_part_whose_making_was_cut_off_is_not_found(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "code", {})

    def cut_off(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.part("a.json", [], cut_off)
    assert not kept.path("a.json").exists()
    assert kept.part("a.json", [], lambda path: _write("whole", path)).read_text(encoding="utf-8") == "whole"
    (tmp_path / "b-1.json.part").write_text("half", encoding="utf-8")
    kept.tidy()
    assert [path.name for path in tmp_path.iterdir()] == [kept.path("a.json").name]


def test_only_the_parts_used_last_stay(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "code", {})
    paths = [kept.part("a.json", [n], lambda path: _write("x", path)) for n in range(3)]
    for age, path in enumerate(paths):
        os.utime(path, (100 - age, 100 - age))
    kept.path("a.json", 2)   # looked at: used last
    kept.tidy()
    assert [path.exists() for path in paths] == [True, False, True]


def test_the_hash_of_a_source_follows_its_files_their_reading_and_their_day(tmp_path: Path) -> None:
    record = FileRecord("parks", "parks/a.csv", "f" * 64, "2025-01-06", "loaded", "", read_by="1")
    (tmp_path / "parks").mkdir()
    first = hash_of_rows(tmp_path, [record], "parks")
    assert first == hash_of_rows(tmp_path, [record], "parks")
    others = [
        hash_of_rows(tmp_path, [FileRecord(**{**vars(record), name: "2"})], "parks")
        for name in ("source_file", "file_sha256", "received_on", "status", "read_by", "delivery")
    ]
    (tmp_path / "parks" / "b.parquet").touch()
    assert len({first, *others, hash_of_rows(tmp_path, [record], "parks")}) == 8


def test_a_file_made_in_a_build_is_kept_under_its_content_and_stays_while_it_is_used(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept", "code", {})
    made = tmp_path / "stg_parks-1.parquet"
    made.write_text("x", encoding="utf-8")
    kept.hold(made, "2")
    on_file = tmp_path / "kept" / "stg_parks-1-2.parquet"
    os.utime(on_file, (0, 0))
    kept.hold(on_file, "2")
    assert on_file.stat().st_mtime > 0


def test_another_version_of_a_library_is_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_of_code(Settings.load(tmp_path))
    assert hash_of_code(Settings.load(tmp_path)) == before
    monkeypatch.setattr(parts, "version", lambda name: "99" if name == "opencc" else "1")
    assert hash_of_code(Settings.load(tmp_path)) != before
