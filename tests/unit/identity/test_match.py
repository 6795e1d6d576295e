"""The engine, through the command that shares it with the build: what is settled, what waits, what means nobody."""

import csv
from pathlib import Path

import pytest

from pipelines.base.errors import FileRefused
from pipelines.identity import match_files as match_files_module
from pipelines.identity.likeness import parts
from pipelines.identity.match_files import match_files

REGISTER = """企业名称,统一社会信用代码,曾用名,注册日期,注销日期
无锡甲科技有限公司,91320200000000001A,无锡甲机械厂；无锡甲软件有限公司,2010-01-01,
江阴市乙化工有限公司,91320281000000002B,,,
无锡丙集团有限公司,91320200000000003C,,,
无锡丁餐饮有限公司,91320200000000004D,,,
无锡丁餐饮有限公司胜利分店,91320200000000005E,,,
无锡同名有限公司,91320200000000006F,,2001-01-01,2010-12-31
无锡同名有限公司,91320200000000007G,,2015-01-01,
江阴市戊管理所(第二名称:江阴市戊物资公司),91320281000000008H,,,
无锡己电子有限公司,320200000000009,,,
无锡庚星智能装备有限公司,91320200000000010K,,,
"""


def settle(folder: Path, *lines: str, header: str = "企业名称", register: str = REGISTER) -> list[dict[str, str]]:
    (folder / "names.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    (folder / "register.csv").write_text(register, encoding="utf-8")
    match_files(folder / "names.csv", folder / "register.csv", folder / "out.csv")
    with (folder / "out.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def decided(row: dict[str, str]) -> tuple[str, str]:
    return row["decision"], row["code"]


@pytest.mark.parametrize(("name", "code"), [
    ("无锡甲科技有限公司", "91320200000000001A"), ("無錫甲科技有限公司", "91320200000000001A"),
    ("12、无锡甲科技有限公司（复核）", "91320200000000001A"), ("无锡甲机械厂", "91320200000000001A"),
    ("江阴市戊物资公司", "91320281000000008H"), ("无锡己电子有限公司", "320200000000009"),
    ("无锡丁餐饮有限公司胜利分店", "91320200000000005E"), ("无锡甲科技有限公司（原无锡甲机械厂）", "91320200000000001A"),
    ("某某公司（91320200000000001A）", "91320200000000001A"),
])  # fmt: skip
def test_what_the_register_says_is_settled(tmp_path: Path, name: str, code: str) -> None:
    row, = settle(tmp_path, name)
    assert decided(row) == ("auto", code)


@pytest.mark.parametrize(("printed", "registered"), [("昇", "升"), ("升", "昇"), ("崑", "昆"), ("甯", "宁"), ("乾", "干")])
def test_names_that_agree_only_when_a_sign_of_its_own_is_folded_wait_for_a_person(tmp_path: Path, printed: str, registered: str) -> None:
    register = f"企业名称,统一社会信用代码\n无锡宏{registered}信息有限公司,91320200000000011L\n"
    row, = settle(tmp_path, f"无锡宏{printed}信息有限公司", register=register)
    assert (row["decision"], row["code"], row["candidates"]) == ("review", "", "91320200000000011L")
    assert "只差一个通用字形" in row["reason"]


def test_two_firms_whose_names_differ_in_such_a_sign_stay_two_by_their_codes(tmp_path: Path) -> None:
    register = "企业名称,统一社会信用代码\n无锡宏昇信息有限公司,91320200000000011L\n无锡宏升信息有限公司,91320200000000012M\n"
    rows = settle(
        tmp_path, "无锡宏昇信息有限公司,91320200000000011L", "无锡宏升信息有限公司,91320200000000012M", "無錫宏昇信息有限公司,",
        header="企业名称,统一社会信用代码", register=register,
    )  # fmt: skip
    assert [decided(row) for row in rows] == [
        ("auto", "91320200000000011L"), ("auto", "91320200000000012M"), ("auto", "91320200000000011L"),
    ]  # fmt: skip


def test_a_code_beside_the_name_of_another_firm_gives_the_row_to_neither(tmp_path: Path) -> None:
    rows = settle(
        tmp_path, "无锡丙集团有限公司,91320200000000004D", "无锡丁餐饮有限公司,91320200000000003C", "无锡无此名称有限公司,91320200000000003C",
        header="企业名称,统一社会信用代码",
    )  # fmt: skip
    assert [decided(row) for row in rows] == [("review", ""), ("review", ""), ("auto", "91320200000000003C")]
    assert [row["candidates"].split("|")[0] for row in rows[:2]] == ["91320200000000004D", "91320200000000003C"], "the code first"


@pytest.mark.parametrize(("name", "first"), [
    ("无锡市甲科技有限公司", "91320200000000001A"), ("无锡甲科技股份有限公司", "91320200000000001A"),
    ("江苏省江阴市乙化工有限公司", "91320281000000002B"), ("无锡丙有限公司", "91320200000000003C"),
    ("无锡庚星智能设备有限公司", "91320200000000010K"), ("无锡甲科技有限公司云盾", "91320200000000001A"),
    ("无锡辛有限公司（原无锡甲机械厂）", "91320200000000001A"),
])  # fmt: skip
def test_what_is_only_alike_waits_with_its_candidate_first(tmp_path: Path, name: str, first: str) -> None:
    row, = settle(tmp_path, name)
    assert (row["decision"], row["code"], row["candidates"].split("|")[0]) == ("review", "", first)


@pytest.mark.parametrize("name", [
    "无锡丁餐饮有限公司镇江分公司",   # a branch is not its parent, nor another branch
    "宜兴市乙化工有限公司",          # 江阴 and 宜兴 are parts of the name
    "常州市甲科技有限公司", "大连甲科技有限公司",   # another place
    "无锡未登记的企业有限公司",
])  # fmt: skip
def test_what_means_nobody_here_takes_nobodys_time(tmp_path: Path, name: str) -> None:
    row, = settle(tmp_path, name)
    assert (row["decision"], row["candidates"]) == ("none", "")


def test_of_two_firms_of_one_name_the_day_decides_and_without_a_day_nobody(tmp_path: Path) -> None:
    first, = settle(tmp_path, "无锡同名有限公司,2005-06-30", header="企业名称,公布日期")
    later, = settle(tmp_path, "无锡同名有限公司,2020-06-30", header="企业名称,公布日期")
    between, = settle(tmp_path, "无锡同名有限公司,2012-06-30", header="企业名称,公布日期")
    ever, = settle(tmp_path, "无锡同名有限公司")
    assert [decided(first), decided(later)] == [("auto", "91320200000000006F"), ("auto", "91320200000000007G")]
    assert between["decision"] == ever["decision"] == "review"
    assert ever["candidates"] == "91320200000000006F|91320200000000007G"


def test_a_code_decides_unless_the_name_is_someone_elses(tmp_path: Path) -> None:
    renamed, quarrel, = settle(
        tmp_path, "无锡新名有限公司,91320200000000001a", "江阴市乙化工有限公司,91320200000000001A",
        header="企业名称,统一社会信用代码",
    )  # fmt: skip
    assert decided(renamed) == ("auto", "91320200000000001A")
    assert (quarrel["decision"], quarrel["candidates"]) == ("review", "91320200000000001A|91320281000000002B")


def test_an_earlier_name_of_another_firm_beside_the_name_stops_the_machine(tmp_path: Path) -> None:
    row, = settle(tmp_path, "江阴市乙化工有限公司（原无锡甲机械厂）")
    assert (row["decision"], row["reason"]) == ("review", "名称与所附原名指向不同企业")


def test_a_register_of_name_and_uscc_is_enough_and_rows_keep_their_order(tmp_path: Path) -> None:
    rows = settle(tmp_path, "乙公司", "甲公司", "", "乙公司", header="list_name", register="name,uscc\n甲公司,91320200000000001A\n")
    assert [(row["list_name"], row["decision"]) for row in rows] == [("乙公司", "none"), ("甲公司", "auto"), ("乙公司", "none")]


def test_a_file_without_a_name_column_is_refused_with_the_columns_wanted(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"names\.csv: 没有找到列 .*企业名称"):
        settle(tmp_path, "无锡甲科技有限公司", header="标题")


def test_a_name_falls_into_place_core_form_and_branch() -> None:
    assert parts("江苏省江阴市乙化工有限公司") == ("320281", "乙化工", "有限公司", "")
    assert parts("英飞凌科技(无锡)有限公司") == ("3202", "英飞凌科技", "有限公司", "")
    assert parts("无锡丁餐饮有限公司胜利分店")[3] == "胜利分店"
    assert parts("东方电子有限公司").place == ""   # a word before it is a city


def test_what_a_person_said_of_a_name_stands_against_register_and_likeness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = """
    insert into name_decision values
        ('无锡甲科技有限公司', '', 'reject', null, 'ste', '2025-01-01', '同名外地企业'),
        ('无锡丙集团有限公司', '', 'accept', '91320200000000004D', 'ste', '2025-01-01', '证书所附执照');
    """
    monkeypatch.setattr(match_files_module, "_TABLES", match_files_module._TABLES + said)
    rows = settle(tmp_path, "无锡甲科技有限公司", "无锡丙集团有限公司")
    assert [decided(row) for row in rows] == [("none", ""), ("auto", "91320200000000004D")]
    assert "人工复核" in rows[0]["reason"]
