"""What a list prints around a name, and what belongs to the name."""

import pytest

from pipelines.identity.names import normalise_name, read_name, registered_names

NAME = "无锡甲科技有限公司"


@pytest.mark.parametrize("printed", [
    "11、无锡甲科技有限公司", "3.无锡甲科技有限公司", "(3)无锡甲科技有限公司", "①无锡甲科技有限公司", "7 无锡甲科技有限公司",
    "一、无锡甲科技有限公司", "企业名称：无锡甲科技有限公司", "“无锡甲科技有限公司”", "*无锡甲科技有限公司",
    "无锡甲科技有限公司*", "无锡甲科技有限公司。", "无锡甲科技有限公司¹", "无锡甲科技有限公司（注1）", "无锡甲科技有限公司\u200b",
    "无锡甲科技\n有限公司", "無錫甲科技有限公司（複核）", "无锡甲科技有限公司（复核通过）", "无锡甲科技有限公司（第五批）",
    "无锡甲科技有限公司（注：2023年通过）", "无锡甲科技有限公司 备注：待补证书", "无锡甲科技有限公司（牵头单位）*",
    "无锡甲科技有限公司（产品：云盾防火墙）", "无锡甲科技有限公司《云盾》", "无锡甲科技有限公司—智能仓储系统V2.0",
    "无锡甲科技有限公司智慧水务管理平台",
])  # fmt: skip
def test_what_a_list_prints_around_a_name_is_taken_off(printed: str) -> None:
    assert read_name(printed).name_key == NAME


@pytest.mark.parametrize("printed", [
    "无锡甲科技有限公司（滨江分公司）", "无锡甲科技有限公司软件分公司", "无锡甲科技有限公司-数据中心",
    "无锡甲科技有限公司（注：由江阴分公司承担）", "无锡甲科技有限公司（已更名）", "无锡甲科技有限公司（注：已更名为无锡乙有限公司）",
    "无锡甲科技有限公司（无锡）", "无锡甲机械厂（普通合伙）", "无锡甲科技有限公司、无锡乙科技有限公司",
    "无锡甲科技有限公司2", "3M中国有限公司", "360科技有限公司", "中国软件与技术服务股份有限公司", "无锡软件产品检测中心", "甲（无锡）有限公司",
])  # fmt: skip
def test_what_may_name_another_firm_is_left_to_a_person(printed: str) -> None:
    assert read_name(printed).name_key == normalise_name(printed)


def test_an_earlier_name_and_a_code_printed_in_the_cell_are_read() -> None:
    assert read_name("无锡甲科技有限公司（原无锡甲机械厂）")[:2] == (NAME, "无锡甲机械厂")
    assert read_name("无锡甲科技有限公司（统一社会信用代码：91320200725201811T）") == (NAME, None, "91320200725201811T")


@pytest.mark.parametrize(("entry", "names"), [
    ("第一名称:江阴市甲管理所 第二名称:江阴市甲物资公司", ["江阴市甲管理所", "江阴市甲物资公司"]),
    ("江阴市甲管理所（第二名称：江阴市甲物资公司）", ["江阴市甲管理所", "江阴市甲物资公司"]),
    ("无锡市甲实业总公司(无锡市甲热电厂)", ["无锡市甲实业总公司", "无锡市甲热电厂"]),
    ("无锡甲锅炉有限公司(原无锡锅炉厂一分厂)", ["无锡甲锅炉有限公司", "无锡锅炉厂一分厂"]),
    ("第一名称:无锡甲公司;第二名称:无锡乙公司", ["无锡甲公司", "无锡乙公司"]),
    ("溧阳市甲安装有限公司(原市政安装工程公司)", ["溧阳市甲安装有限公司"]),
    ("无锡甲有限公司(江阴分公司)", []), ("和平机械电子集团公司(无锡)", []), ("江苏甲机械(集团)公司", []),
])  # fmt: skip
def test_a_register_entry_of_two_names_carries_both(entry: str, names: list[str]) -> None:
    assert [name for name, _ in registered_names(normalise_name(entry))] == names


def test_dashes_and_dots_of_every_kind_are_one_sign() -> None:
    assert normalise_name("中外运－敦豪") == normalise_name("中外运—敦豪") == normalise_name("中外运–敦豪")
    assert normalise_name("甲•乙") == normalise_name("甲·乙")


@pytest.mark.parametrize("branch", ["江阴分公司", "无锡甲有限公司江阴分公司", "无锡甲江阴分厂", "滨湖经营部"])
def test_a_branch_in_brackets_makes_no_second_name_of_its_parent(branch: str) -> None:
    assert registered_names(normalise_name(f"无锡甲有限公司（{branch}）")) == []
