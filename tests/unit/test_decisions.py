"""Lines people add are never lost, whatever happened to the line before."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dashboard.errors import DecidedMeanwhile
from pipelines.base.decisions import CONTACTS, NAMES, append, counted, entries


def test_a_line_a_power_cut_left_unfinished_does_not_swallow_the_next(tmp_path: Path) -> None:
    append(tmp_path, NAMES, {"name_key": "甲"}, "steward")
    with (tmp_path / NAMES).open("ab") as file:
        file.write('{"name_key": "乙", "deci'.encode())
    append(tmp_path, NAMES, {"name_key": "丙"}, "steward")
    append(tmp_path, NAMES, {"name_key": "丁"}, "steward")
    assert [entry["name_key"] for entry in entries(tmp_path, NAMES)] == ["甲", "丙", "丁"]
    assert b"\n\n" not in (tmp_path / NAMES).read_bytes()


def test_of_two_who_decide_at_the_same_moment_on_the_same_knowledge_one_is_told(tmp_path: Path) -> None:
    append(tmp_path, CONTACTS, {"claim_id": "c1", "state": "contacted"}, "ana")
    assert counted(tmp_path, CONTACTS) == {("c1",): 1}

    def decide(who: str) -> str:
        try:
            append(tmp_path, CONTACTS, {"claim_id": "c1", "state": "open"}, who, based_on=1)
        except DecidedMeanwhile as error:
            return f"told of {error.entry['who']}"
        return "done"

    with ThreadPoolExecutor(4) as many:
        told = sorted(many.map(decide, ["li", "wu", "hu", "bo"]))
    first, second = entries(tmp_path, CONTACTS)
    assert told == ["done"] + [f"told of {second['who']}"] * 3
    assert first["who"] == "ana"
    append(tmp_path, CONTACTS, {"claim_id": "c2", "state": "contacted"}, "li", based_on=0)
