"""The monthly statistical form in the three ways it is sent, and what is wrong with it: refused, quarantined or told, with the figures."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from pipelines.base.errors import FileRefused
from pipelines.settings import Settings
from pipelines.sources.cells import BadCell, parse
from pipelines.sources.contract import Column, load_contracts
from pipelines.sources.load import FileLoad
from pipelines.sources.sidecar import Section
from tests.unit.sources.test_ingest import City, workbook

CONTRACT = load_contracts()["software_monthly"]
CODE, OTHER = "91320214136320978L", "913202001364010190"
RECEIVED = date(2025, 10, 31)
WIDE = "统一社会信用代码,单位详细名称,报告期,2020 本年累计,2020 上年同期累计"


class Read:
    """A file of the form as it was read."""

    def __init__(self, tmp_path, content, form="csv"):
        path = tmp_path / f"a.{form}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.load = FileLoad(CONTRACT, path.name, "", RECEIVED, "a", [Section("", ())])
        self.load.run(path, tmp_path / "data.parquet", tmp_path / "quarantine.parquet")
        self.rows, self.refused = (
            duckdb.sql(f"from '{found}' order by row_no").to_arrow_table().to_pylist() if (found := tmp_path / f"{name}.parquet").exists() else []
            for name in ("data", "quarantine")
        )
        self.counts = self.load.read, self.load.loaded, self.load.skipped.total(), self.load.quarantined


def figures(row, *stems):
    return [(row[f"{stem}_yuan"], row[f"{stem}_base_yuan"]) for stem in stems]


def test_a_wide_table_prints_each_figure_in_two_columns(tmp_path):
    read = Read(tmp_path, f"{WIDE},软件产品本年累计(元),2042 本年累计,2112 本年累计,2090本年累计\n{CODE},无锡甲有限公司,2025年1-9月,\"1,200.5\",1000,3000000,12,85,-40\n")
    (row,) = read.rows
    assert (row["period"], *figures(row, "software_revenue")[0]) == ("2025-09", Decimal(12_005_000), Decimal(10_000_000)), "万元 unless told"
    assert (row["product_revenue_yuan"], row["embedded_export_usd"], row["staff_count"], row["profit_yuan"]) == (3_000_000, 120_000, 85, -400_000)
    assert row["product_revenue_base_yuan"] is None, "a blank is none"


def test_the_same_of_a_header_in_two_rows(tmp_path):
    header = "统一社会信用代码,单位详细名称,报告期,2020 软件业务收入合计,,2021 软件产品,\n,,,本年累计,上年同期累计,本年累计,上年同期累计\n"
    (row,) = Read(tmp_path, f"{header}{CODE},无锡甲有限公司,202509,100,90,40,30\n").rows
    assert figures(row, "software_revenue", "product_revenue") == [(1_000_000, 900_000), (400_000, 300_000)]


def test_a_long_table_has_a_line_for_each_figure_and_counts_its_rows(tmp_path):
    lines = [f"{code},无锡甲有限公司,2025-09,{figure},{unit},{now},{base},{last},1,2" for code, figure, unit, now, base, last in (
        (CODE, 2020, "万元", 100, 90, 80), (OTHER, 2020, "元", 500_000, "-", 70), (CODE, 2021, "万元", 100, 90, 80), (OTHER, 2042, "万美元", 5, 4, 3),
    )]  # fmt: skip
    read = Read(tmp_path, "统一社会信用代码,单位详细名称,报告期,代码,计量单位,本年累计,上年同期累计,上期累计,同比%,环比%\n" + "\n".join(lines) + "\n")
    assert read.counts == (4, 2, 2, 0)
    assert [row["row_no"] for row in read.rows] == [2, 3], "the first line of each"
    assert [figures(row, "software_revenue") for row in read.rows] == [[(1_000_000, 900_000)], [(500_000, None)]]
    assert read.rows[1]["embedded_export_usd"] == 50_000


@pytest.mark.parametrize(("above", "now"), [("", "本年累计(元)"), ("单位：元,,,,\n", "本年累计"), ("单位：千元,,,,\n", "本年累计（元）")])
def test_lines_without_a_unit_take_that_of_the_header_else_of_the_line_above(tmp_path, above, now):
    head = f"{above}统一社会信用代码,报告期,代码,{now},上年同期累计\n"
    (row,) = Read(tmp_path, f"{head}{CODE},2025-09,2020,100,90\n{CODE},2025-09,2112,85,80\n").rows
    assert (figures(row, "software_revenue"), row["staff_count"]) == ([(100, 90)], 85)


FORM = [
    ["软件和信息技术服务业企业月报表"], [f"统一社会信用代码：{CODE}", "", "", "报告期：", "2025年1-9月"], ["单位详细名称：无锡甲有限公司 单位负责人：张三"],
    ["指标名称", "代码", "计量单位", "本年累计", "上年同期累计", "上期累计", "同比%", "环比%"], ["软件业务收入合计", "2020", "万元", 100, 90, 80, 11.1, 25],
    ["一、软件产品", "2021", "万元", 100, 90, 80, 11.1, 25], ["(二)按出口方式分列", "2020b", "—"], ["单位负责人：张三", "", "统计负责人：李四"],
]  # fmt: skip


def test_a_form_on_each_sheet_is_a_row_and_takes_no_person_and_no_last_month(tmp_path):
    other = [[f"统一社会信用代码：{OTHER}"], ["报告期：202508"], *FORM[3:6]]
    read = Read(tmp_path, workbook(("甲", FORM, []), ("乙", other, []), ("填报说明", [["请如实填报"]], [])), "xlsx")
    assert [(row["enterprise_code"], row["enterprise_name"], row["period"]) for row in sorted(read.rows, key=lambda row: row["period"], reverse=True)] == [
        (CODE, "无锡甲有限公司", "2025-09"), (OTHER, None, "2025-08")]  # fmt: skip
    assert all(figures(row, "software_revenue") == [(1_000_000, 900_000)] for row in read.rows)
    assert "张三" not in str(read.rows)
    assert read.counts == (7 + 4 + 1, 2, 10, 0)


@pytest.mark.parametrize("words", ["2025-09", "2025年1-9月", "2025年1—9月份", "202509", "2025年9月", "2025/9", "2025年前三季度", "2025-09-01 00:00:00", "2025 年 1 至 9 月"])
def test_a_period_is_read_in_every_way_it_is_written(words):
    assert parse(Column(name="c", type="month", headers=("列",)), words, RECEIVED) == ("2025-09",)


@pytest.mark.parametrize(("words", "why"), [
    ("2025-01", "没有1月单独的报表"), ("2025年1-1月", "没有1月单独的报表"), ("2025年3-9月", "不是报告期"), ("2025-13", "不是报告期"), ("2025年", "不是报告期"),
    ("2025-11", "还没有结束"), ("2018-09", "当时用旧表"),
])  # fmt: skip
def test_what_is_no_period_of_this_form_is_refused(words, why):
    with pytest.raises(BadCell, match=why):
        parse(Column(name="c", type="month", since="2019-02", headers=("列",)), words, RECEIVED)


PARTS = "2021 本年累计,2022 本年累计,2023 本年累计,2024 本年累计"


@pytest.mark.parametrize(("header", "line", "why"), [
    (f"{WIDE},{PARTS}", "100,90,40,50,5,8", "2020 本年累计 100万元 与各项合计 103万元 不符（40万元 + 50万元 + 5万元 + 8万元），允许相差 2万元"),
    (f"{WIDE},{PARTS.replace('本年', '上年同期')}", "100,90,40,40,5,8", "2020 上年同期累计 90万元 与各项合计 93万元"),
    (f"{WIDE},2021 本年累计,20212 本年累计", "100,90,40,41", "20212 本年累计 41万元 大于 2021 本年累计 40万元"),
    (f"{WIDE},2021 本年累计", "100,90,103", "2021 本年累计 103万元 大于 2020 本年累计 100万元"),
    (f"{WIDE},2050 本年累计,2051 本年累计", "100,90,60,61", "2051 本年累计 61万元 大于 2050 本年累计 60万元"),
])  # fmt: skip
def test_figures_that_contradict_each_other_are_quarantined_with_them(tmp_path, header, line, why):
    read = Read(tmp_path, f"{header}\n{CODE},无锡甲有限公司,2025-09,{line}\n")
    assert (read.rows, len(read.refused)) == ([], 1)
    assert why in read.refused[0]["reason"]


def test_rounding_and_what_is_blank_contradict_nothing(tmp_path):
    lines = ["100,90,40,50,4,8", "100,90,40,,5,", "100,90,,,,"]
    assert Read(tmp_path, f"{WIDE},{PARTS}\n" + "".join(f"{CODE},无锡甲有限公司,2025-0{7 + at},{line}\n" for at, line in enumerate(lines))).counts == (3, 3, 0, 0)


def test_codes_of_the_older_form_are_told_for_what_they_are(tmp_path):
    head = "统一社会信用代码,单位详细名称,报告期,代码,本年累计,上年同期累计\n"
    read = Read(tmp_path, f"{head}{CODE},无锡甲有限公司,2025-09,1020,100,90\n{CODE},无锡甲有限公司,2025-09,1021,40,30\n")
    assert read.counts == (2, 0, 1, 1)
    assert "代码 1020 属旧表（2018年及以前），同一代码含义不同" in read.refused[0]["reason"]
    with pytest.raises(FileRefused, match="其中 1020 是旧表（2018年及以前）的代码"):
        Read(tmp_path, f"{WIDE.replace('2020', '1020')}\n{CODE},无锡甲有限公司,2025-09,100,90\n")


def test_a_figure_said_twice_and_differently_is_nobodys(tmp_path):
    head = "统一社会信用代码,单位详细名称,报告期,代码,本年累计,上年同期累计\n"
    read = Read(tmp_path, f"{head}{CODE},无锡甲有限公司,2025-09,2020,100,90\n{CODE},无锡甲有限公司,2025-09,2020,101,90\n")
    assert (read.rows, read.refused[0]["reason"]) == ([], "代码 2020 出现两次而数值不同（100 与 101）：请只保留一行")


def test_a_form_without_one_of_its_codes_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="没有一行的代码属于本表"):
        Read(tmp_path, f"统一社会信用代码,报告期,代码,本年累计\n{CODE},2025-09,9999,1\n")


def test_a_month_that_comes_twice_is_told_and_the_later_counts(tmp_path):
    city = City(Settings(home=tmp_path, landing=tmp_path / "landing"))
    lines = [f"{CODE},无锡甲有限公司,{period},{figure},90\n" for period, figure in (("2025-09", 100), ("2025年1-9月", 101))]
    city.put("software_monthly/2025-10-15.csv", f"{WIDE}\n{''.join(lines)}")
    (record,) = city.take_in().values()
    assert "同一主键内容不同的有 1 行，以后出现的为准（如第 2 行由第 3 行取代）" in record.message
