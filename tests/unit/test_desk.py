"""Lines people add are never lost, whatever happened to the line before."""

from pathlib import Path

from dashboard.desk import NAMES, append, entries


def test_a_line_a_power_cut_left_unfinished_does_not_swallow_the_next(tmp_path: Path) -> None:
    append(tmp_path, NAMES, {"name_key": "甲"}, "steward")
    with (tmp_path / NAMES).open("ab") as file:
        file.write('{"name_key": "乙", "deci'.encode())
    append(tmp_path, NAMES, {"name_key": "丙"}, "steward")
    append(tmp_path, NAMES, {"name_key": "丁"}, "steward")
    assert [entry["name_key"] for entry in entries(tmp_path, NAMES)] == ["甲", "丙", "丁"]
    assert b"\n\n" not in (tmp_path / NAMES).read_bytes()
