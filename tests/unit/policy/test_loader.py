"""A policy folder broken in one place is refused, and told where, what, and how to mend it."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from broken_laws import BROKEN, CLAUSE_4A, M02, M04, M06, M08, WORDLESS

from pipelines.base.errors import PolicyError
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.policy.load import load_policies
from pipelines.policy.rows import policy_rows
from pipelines.policy.vocabulary import Vocabulary
from pipelines.publish import publish
from pipelines.settings import PROJECT, Settings

DATA = PROJECT / "data"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A copy of the policies of the city, to be broken."""
    shutil.copytree(DATA / "policies" / "wuxi", tmp_path / "wuxi")
    return tmp_path / "wuxi"


def told(city: Path) -> list[str]:
    """What the loader says, a line for each problem."""
    with pytest.raises(PolicyError) as refused:
        load_policies(city, DATA / "reference" / "wuxi")
    return str(refused.value).splitlines()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit(path: Path, how: Callable[[Any], object]) -> None:
    """Edit a file as what it means, not as it is written."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    how(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_the_committed_law_is_sound(city: Path) -> None:
    assert [policy.policy_id for policy in load_policies(city, DATA / "reference" / "wuxi")] == ["wuxi-software"]


@pytest.mark.parametrize(("file", "old", "new", "message"), [pytest.param(*b[1:], id=b[0]) for b in BROKEN])
def test_a_broken_policy_is_told_where_what_and_how_to_mend(
    file: str, old: str, new: str, message: str, city: Path
) -> None:
    change(city / "software" / file, old, new)
    lines = told(city)
    assert [line for line in lines if line.startswith(message)], lines
    assert not [line for line in lines if not line.endswith(".")]


@pytest.mark.parametrize(("file", "old", "new", "message"), [pytest.param(*b[1:], id=b[0]) for b in WORDLESS])
def test_what_no_data_can_be_and_no_model_can_do_is_told_once(file: str, old: str, new: str, message: str, city: Path) -> None:
    change(city / "software" / file, old, new)
    lines = told(city)
    assert lines[0].startswith(message), lines
    assert len(lines) == 1, lines
    assert not [line for line in lines if not line.endswith(".")]


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "message"),
    [
        (
            M06,
            "    versions:\n",
            "    versions: []\n    versions:\n",
            0,
            "key 'versions' stands twice. Mend the YAML there.",
        ),
        (M06, "quotes: [", "quotes: [[", 1, "while parsing a flow sequence"),
        (M06, "chapter:", "\tchapter:", 0, "while scanning"),
        (
            "policy.yaml",
            "last_checked_on: 2026-11-23",
            "last_checked_on: 2026-02-30",
            0,
            "day is out of range for month.",
        ),
    ],
    ids=["a key that stands twice", "a bracket left open", "a tab", "a day no calendar has"],
)
def test_unreadable_yaml_is_told_by_its_line(
    file: str, old: str, new: str, below: int, message: str, city: Path
) -> None:
    path = city / "software" / file
    change(path, old, new)
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(new)].count("\n") + new.rstrip().count("\n") + 1
    assert told(city)[0].startswith(f"software/{file}, line {line + below}: {message}")


def test_a_value_with_keys_of_its_own_is_told_once_for_each_key(city: Path) -> None:
    change(city / "software" / M04, "value: [新注册, 新引进]", "value: {a: 1}")
    assert told(city) == [
        f"{CLAUSE_4A}, condition settled, value, setting: this key is missing. Add it.",
        f"{CLAUSE_4A}, condition settled, value, a: this key is not known. Remove it or correct its spelling.",
    ]


def test_a_setting_of_the_wrong_type_is_told_once_where_it_is_first_asked(city: Path) -> None:
    edit(city / "software" / "decisions.yaml", lambda c: _decision(c, "D12").update(setting="three", default="three"))
    mend = "'three' is not a whole number. Write digits without quotes, such as 3 (decision D12)."
    assert told(city) == [f"software/{M02}, clause 2b, version draft, condition within_three_years, value: {mend}"]


def _decision(content: Any, decision_id: str) -> Any:
    return next(decision for decision in content["decisions"] if decision["id"] == decision_id)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("2024-12-31", "two versions of draft are in force on 2024-12-31. Part their days."),
        ("2025-01-02", "no version of draft is in force from 2025-01-01 to 2025-01-01. Close the gap, or declare it"),
        ("2025-01-01", ""),
    ],
)
def test_two_versions_of_a_clause_meet_without_overlap_or_gap(second: str, message: str, city: Path) -> None:
    def part(content: Any) -> None:
        versions = content["clauses"][0]["versions"]
        versions.append(versions[0] | {"first_day": date.fromisoformat(second)})
        versions[0] = versions[0] | {"last_day": date(2024, 12, 31)}

    edit(city / "software" / M08, part)
    if message:
        assert told(city)[0].startswith(f"software/{M08}, clause 8a: {message}")
    else:
        assert load_policies(city)


def test_a_clause_that_stands_in_two_files_is_told_with_both(city: Path) -> None:
    change(city / "software" / M06, "id: 6b.2", "id: 4a")
    assert told(city)[0] == (
        f"software/{M04} and software/{M06}: clause or item 4a stands 2 times. "
        "Ids are permanent and single: rename or remove one."
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (M06, b"", f"software/{M06}: is empty. Fill or remove it."),
        (M06, b"- one\n- two\n", f"software/{M06}: holds no keys. Write it as `key: value`."),
        (M06, "measure: 专精特新".encode("gb18030"), f"software/{M06}: is not UTF-8 text (byte "),
        ("measures/m13.yml", b"measure: 13", "software/measures/m13.yml: is no .yaml file. Rename or remove it."),
        (
            "draft.txt",
            "征求意见稿".encode("gb18030"),
            "software/policy.yaml, documents, draft, text: draft.txt is not UTF-8",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told(name: str, content: bytes, message: str, city: Path) -> None:
    (city / "software" / name).write_bytes(content)
    lines = told(city)
    assert len(lines) == 1
    assert lines[0].startswith(message)


@pytest.mark.parametrize("name", ["policy.yaml", "decisions.yaml"])
def test_a_file_that_is_missing_is_told_and_nothing_else(name: str, city: Path) -> None:
    (city / "software" / name).unlink()
    assert told(city) == [f"software/{name}: is missing. Create it."]


def test_a_folder_that_is_no_policy_is_told(city: Path) -> None:
    (city / "hardware").mkdir()
    assert told(city) == [
        "hardware/policy.yaml: is missing. Create it.",
        "hardware/decisions.yaml: is missing. Create it.",
        "hardware/measures: holds no measure. Add a file for each.",
    ]


def test_a_city_without_a_policy_is_told(tmp_path: Path) -> None:
    assert told(tmp_path) == [f"{tmp_path}: no policy here. Add a folder with a policy.yaml."]


def test_two_policies_of_one_id_are_told(city: Path) -> None:
    shutil.copytree(city / "software", city / "hardware")
    assert told(city) == [
        "wuxi/: policy_id wuxi-software stands 2 times. Ids are permanent and single: rename or remove one."
    ]


def test_a_quote_may_run_over_a_wrapped_line_but_not_over_other_words(city: Path) -> None:
    change(city / "software" / M08, "quote: 具有自主可控核心能力", "quote: 具有自主可\n              控核心能力")
    assert load_policies(city)
    change(city / "software" / M08, "控核心能力", "控的核心能力")
    assert "is not in draft.txt. Copy it verbatim." in told(city)[0]


def test_all_problems_of_all_files_are_told_at_once(city: Path) -> None:
    change(city / "software" / "policy.yaml", "decision: D8", "decision: D80")
    change(city / "software" / "decisions.yaml", "quote: 自主可控核心能力", "quote: 自主可控核心本领")
    change(city / "software" / M02, "operator: at_least", "operator: atleast")
    change(city / "software" / M04, "cap_yuan: 60_000_000", "cap_yuan: -60_000_000")
    change(city / "software" / M04, "fact: settlement", "fact: settlment")
    change(city / "software" / M06, "measure: 6", "measure: six: 6")
    shutil.copytree(DATA / "policies" / "wuxi" / "software", city / "other")
    change(city / "other" / "policy.yaml", "policy_id: wuxi-software", "policy_id: ")
    starts = [
        "other/policy.yaml, policy_id: None is not text.",
        f"software/{M02}, clause 2b, version draft, condition investment, operator: 'atleast'",
        f"software/{M04}, clause 4a, version draft, condition settled, fact: 'settlment'",
        f"software/{M04}, clause 4a, version draft, award, cap_yuan: -60000000",
        f"software/{M06}, line ",
        "software/decisions.yaml, decision D13: quote",
        "software/policy.yaml, condition scope, decision: D80",
    ]
    lines = told(city)
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True)), lines


def test_a_broken_policy_never_builds_and_never_changes_the_published_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for part in ("policies", "reference"):
        shutil.copytree(DATA / part, data / part)
    settings = Settings(home=tmp_path / "home", landing=DATA / "sample" / "landing", data=data)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("create table mart_quality_result as select 'raw' as layer")
    snapshot = publish(tmp_path / "warehouse.duckdb", settings.published, {"as_of": "2025-12-31"}, {})
    change(data / "policies" / "wuxi" / "software" / M06, "cap_yuan: 300_000", "cap_yuan: -1")
    with pytest.raises(PolicyError, match="cap_yuan"):
        build(settings)
    assert current_id(settings.published) == snapshot
    assert not settings.raw.exists()  # no file was read


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("policy.yaml", "figures: statistics", "# ", "clause w2.1, version seen: asks for revenue_yuan, staff_count of a firm, but software/policy.yaml, figures does not say"),
        ("policy.yaml", "figures: statistics", "figures: declared", "trigger, event_kind: statistics_year is not of the figures that software/policy.yaml goes by (declared). Use declared_year."),
        ("measures/m02-growth.yaml", "staff >=50, decision: W5", "staff >=50", "condition staff, decision: rests on the statistics of a single firm."),
        ("measures/m02-growth.yaml", "fact: revenue_yuan, value", "fact: registered_capital_yuan, value", "fact: registered_capital_yuan has no years before. Use one of software_revenue_yuan,"),
    ],
)  # fmt: skip
def test_a_clause_that_asks_for_figures_says_where_they_come_from(file: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    shutil.copytree(DATA / "policies" / "wenzhou", tmp_path / "wenzhou")
    change(tmp_path / "wenzhou" / "software" / file, old, new)
    with pytest.raises(PolicyError) as refused:
        load_policies(tmp_path / "wenzhou", DATA / "reference" / "wenzhou")
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: D20.age", "id: D20.years", "does not say how many years before that of the event the last yearly figures may lie. Add D20.age."),
        ("setting: 2\n", "setting: -1\n", "decision D20.age, setting: -1 is not a whole number of years. Write digits without quotes, such as 2."),
    ],
)
def test_how_old_figures_may_be_is_a_decision_of_the_policy(old: str, new: str, message: str, tmp_path: Path) -> None:
    shutil.copytree(DATA / "policies" / "dalian", tmp_path / "dalian")
    change(tmp_path / "dalian" / "software" / "decisions.yaml", old, new)
    with pytest.raises(PolicyError, match=re.escape(message)):
        load_policies(tmp_path / "dalian", DATA / "reference" / "dalian")


def test_who_is_responsible_for_every_measure_is_named_under_each_once() -> None:
    rows = policy_rows(load_policies(DATA / "policies" / "wuxi"))
    named = {row.clause_key: row.departments.split("；") for row in rows.clause}
    of_the_draft = {key: names for key, names in named.items() if "/draft/" in key}
    assert len(of_the_draft) == 33
    assert all(names.count("各市（县）、区人民政府") == 1 for names in of_the_draft.values())
    assert of_the_draft["wuxi-software/draft/2a"] == ["市工业和信息化局", "各市（县）、区人民政府"]
    assert {(row.clause_key, row.department) for row in rows.clause_department} == {
        (key, name) for key, names in named.items() for name in names
    }


def test_a_gap_can_be_declared_by_a_version_that_computes_nothing(city: Path) -> None:
    def declare(content: Any) -> None:
        first = content["clauses"][0]["versions"][0]
        days = [(None, date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 7, 1), None)]
        versions = [{**first, "first_day": start, "last_day": end} for start, end in days]
        versions[1] |= {"coverage": {"status": "not_encoded"}, "trigger": {}}
        content["clauses"][0]["versions"] = versions

    edit(city / "software" / M08, declare)
    assert load_policies(city)


def test_a_list_of_a_city_without_lists_is_told_where_to_add_it() -> None:
    told = list(Vocabulary({"list": ()}, {}).of_selection({"list": ["cmmi"]}, ["recognition"]))
    assert told == ["list: cmmi does not exist. The city's reference data has none: add it there"]
