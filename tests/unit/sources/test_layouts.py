"""Layouts of published lists and exports, as they look in life: each small file is read as a person reads it."""

import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from pipelines.settings import Settings
from pipelines.sources.cells import firms
from pipelines.sources.contract import load_contracts
from pipelines.sources.layout import match_header, non_data
from pipelines.sources.load import FileLoad
from pipelines.sources.sidecar import read_sections
from tests.unit.sources.test_ingest import META, City, counts, workbook

LIST = "recognitions/2024-06-10"


@pytest.fixture
def city(tmp_path):
    return City(Settings(home=tmp_path, landing=tmp_path / "landing"))


def listed(city, content, form="csv", meta=""):
    """The record and the rows of one list."""
    city.put(f"{LIST}.{form}", content)
    city.put(f"{LIST}.{form}.meta.yaml", META + "round: 第五批\n" + meta)
    (record,) = city.take_in().values()
    return record, city.rows("recognitions", "row_no, firm_no")


def seen(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_a_cell_of_several_firms_is_a_row_for_each_and_counts_once(city):
    record, rows = listed(
        city,
        '序号,项目名称,申报/建设单位,统一社会信用代码,联合单位\n'
        '1,甲工程,"无锡甲有限公司、无锡乙科技有限公司",91320214136320978L,南京丙大学；无锡丁医院\n'
        '2,戊工程,"无锡戊有限公司\n（牵头）",,详见附件\n'
        '3,己工程,,,无锡庚有限公司\n',
    )
    assert counts(record) == (3, 3, 0, 0), "lines of the file, however many firms they name"
    assert seen(rows, "row_no", "firm_no", "enterprise_name", "enterprise_code", "project_name") == [
        (2, 1, "无锡甲有限公司", "91320214136320978L", "甲工程"),
        (2, 2, "无锡乙科技有限公司", None, "甲工程"),
        (2, 3, "南京丙大学", None, "甲工程"),
        (2, 4, "无锡丁医院", None, "甲工程"),
        (3, 1, "无锡戊有限公司\n（牵头）", None, "戊工程"),
        (4, 1, None, None, "己工程"),
        (4, 2, "无锡庚有限公司", None, "己工程"),
    ]
    assert [row["enterprise_name_key"] for row in rows][1] == "无锡乙科技有限公司"
    assert sum(row["firm_no"] == 1 for row in rows) == record.rows_loaded


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("无锡甲有限公司", ["无锡甲有限公司"]),
        ("无锡甲有限公司、无锡乙研究院", ["无锡甲有限公司", "无锡乙研究院"]),
        ("无锡甲有限公司\n无锡乙有限公司", ["无锡甲有限公司", "无锡乙有限公司"]),
        ("无锡甲科技\n有限公司", []),   # a name broken over two lines
        ("Foo Software Co., Ltd.", []),
        ("甲、乙两项", []),
        ("<b>无锡甲有限公司</b>、无锡乙有限公司", []),
    ],
)
def test_only_whole_names_are_taken_apart(text, named):
    assert firms(text) == named


def test_the_same_firm_over_several_products_by_a_merged_cell_stands_on_each_row(city):
    rows = [["序号", "企业名称", "产品名称"], [1, "无锡甲有限公司", "甲一"], [2, "", "甲二"], [3, "无锡乙有限公司", "乙"]]
    record, found = listed(city, workbook(("名单", rows, ["B2:B3"])), "xlsx")
    assert counts(record) == (3, 3, 0, 0)
    assert seen(found, "enterprise_name", "product_name")[1] == ("无锡甲有限公司", "甲二")


def test_lists_of_two_sheets_take_their_section_from_the_name_of_the_sheet(city):
    sheets = [(name, [["企业名称"], [f"无锡{firm}有限公司"]], []) for name, firm in (("新认定", "甲"), ("复核通过", "乙"))]
    meta = "sections:\n  - {title: 新认定}\n  - {title: 复核通过, round: 第二批, renewal: true}\n"
    record, rows = listed(city, workbook(*sheets, ("说明", [["本表由某处提供"]], [])), "xlsx", meta)
    assert counts(record) == (3, 2, 1, 0), record.message
    assert seen(sorted(rows, key=lambda row: row["round"]), "round", "is_renewal") == [("第二批", True), ("第五批", None)]


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("序号,设区市,县区,企业名称", "1,无锡市,滨湖区,无锡甲有限公司", {}),
        ("批次,单位名称,等级,类型", "第三批,无锡甲有限公司,三级,乙方", {"grade": "三级", "category": "乙方"}),
        ("单位名称,证书编号,类别,级别,有效期", "无锡甲有限公司,ＩＴＳＳ-1,运维,二级,2027.6.1", {"certificate_no": "ITSS-1", "valid_until": date(2027, 6, 1)}),
        ("序号,城市,创新中心名称,依托主体,认定时间", "1,无锡,某创新中心,无锡甲有限公司,2024年", {"project_name": "某创新中心"}),
        ("软件产品名称,企业名称,类别", "某软件V1.0,无锡甲有限公司,嵌入式类", {"product_name": "某软件V1.0"}),
        ("排名,中文名称,主要业务/品牌", "1,无锡甲有限公司,某品牌", {}),
        ("序号,企业名称（盖章）,主营产品", "１,无锡甲有限公司,芯片", {"product_name": "芯片"}),
    ],
)
def test_each_kind_of_list_is_known_by_the_headers_it_is_printed_with(city, header, line, expected):
    record, (row,) = listed(city, f"附件\n某名单\n{header}\n{line}\n")
    assert counts(record) == (3, 1, 2, 0), record.message
    assert (row["enterprise_name"], {name: row[name] for name in expected}) == ("无锡甲有限公司", expected)


def test_a_list_of_english_names_names_its_organisations(city):
    record, (row,) = listed(city, 'Organization,Maturity Level,Expiration Date\n"Wuxi Foo Software Co., Ltd.",5,2027-05-01\n')
    assert counts(record) == (1, 1, 0, 0)
    assert (row["enterprise_name"], row["grade"], row["valid_until"]) == ("Wuxi Foo Software Co., Ltd.", "5", date(2027, 5, 1))


@pytest.mark.parametrize(
    "filled",
    [
        ["合 计", "3"], ["本页小计", "3", "4", "5"], ["共 12 家"], ["注：名单按企业注册地排序"], ["（备注：主营产品为企业填报）"],
        ["填表人：张三", "审核人：李四", "日期：2024-06-01"], ["单位负责人：张三"], ["第 1 页 共 3 页"], ["- 2 -"], ["12"], ["一、国家级"], ["（二）省级"],
        ["新吴区（13家）"], ["第五批专精特新“小巨人”企业"], ["江苏省"], ["三、复核通过", "17"], ["滨湖区 5 家"], ["江苏省合计", "25"],
    ],
)  # fmt: skip
def test_totals_footnotes_signatures_and_page_numbers_are_no_data(filled):
    layout = match_header(load_contracts()["recognitions"], ["序号", "企业名称", "类别"])
    assert non_data(filled, layout)


@pytest.mark.parametrize("filled", [["共进电子有限公司"], ["无锡第一页面科技有限公司"], ["联系人科技（无锡）有限公司"], ["合计算力有限公司", "一级"],
    ["第一类医疗器械有限公司"], ["第五项目管理（无锡）有限公司"], ["智慧社区"], ["某城市大脑", "3"]])
def test_a_firm_is_never_taken_for_no_data(filled):
    assert not non_data(filled, match_header(load_contracts()["recognitions"], ["企业名称", "类别"]))


def test_sub_headings_are_no_firms_and_what_was_passed_over_is_told_by_kind(city):
    record, rows = listed(
        city,
        "某名单\n企业名称,类别\n一、国家级,\n新吴区（2家）,\n无锡甲有限公司,A\n无锡乙有限公司,\n\n锡山区,\n企业名称,类别\n无锡丙有限公司,B\n合计,3\n注：按地区排列,\n",
    )
    assert seen(rows, "enterprise_name") == [("无锡甲有限公司",), ("无锡乙有限公司",), ("无锡丙有限公司",)]
    assert counts(record) == (11, 3, 7, 1)
    assert record.skipped_as == "合计 1、小标题 2、空行 1、表头之前 1、重复的表头 1、附注 1"
    assert "像小标题" in city.rows("_quarantine")[0]["reason"], "a place alone is not surely a heading"


def test_rows_of_data_above_the_header_are_not_lost_in_silence(city):
    city.put("payments/2024-07-01.csv", "P1,S1,2024-06-25,5,市\n拨付编号,申报编号,拨付日期,金额(元),资金层级\nP2,S2,2024-06-25,5,市\n")
    (record,) = city.take_in().values()
    assert counts(record) == (2, 1, 0, 1)
    assert "在表头之前却像数据" in city.rows("_quarantine")[0]["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "拨付编号,申报编号,拨付日期,金额(元),资金层级,,\nP1,S1,2024-06-25,5,市\n",
        "拨付编号,申报编号,拨付日期,金额(元),资金层级,,\nP1,S1,2024-06-25,5,市,,\n",
        "拨付明细;导出人:财政;2025\n拨付编号,申报编号,拨付日期,金额(元),资金层级\nP1,S1,2024-06-25,5,市\n",
        "拨付明细,导出人,财政,2025,某处,某某,甲\n拨付编号;申报编号;拨付日期;金额(元);资金层级\nP1;S1;2024-06-25;5;市\nP1;S1;2024-06-25;5;市\n",
    ],
    ids=["header ends in commas", "all lines do", "semicolons in the title", "commas in the title"],
)
def test_neither_a_title_nor_commas_at_the_end_decide_the_columns(city, text):
    city.put("payments/2024-07-01.csv", text)
    (record,) = city.take_in().values()
    assert (record.status, record.rows_quarantined) == ("loaded", 0), record.message
    assert {(row["payment_no"], row["amount_yuan"], row["payer_level"]) for row in city.rows("payments")} == {("P1", Decimal(5), "city")}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("broken", ["P1,S\r1,2024-06-25,5,市", "P1,S1,2024-06-25,5," + "市" * 140_000])
def test_a_line_that_is_no_record_is_quarantined_and_the_next_ones_go_on(city, encoding, broken):
    header = "拨付编号,申报编号,拨付日期,金额(元),资金层级"
    city.put("payments/2024-07-01.csv", f"{header}\n{broken}\nP2,S2,2024-06-25,5,市\n{broken}\n".encode(encoding))
    (record,) = city.take_in().values()
    assert (record.rows_loaded, record.rows_skipped) == (1, 0), record
    assert record.rows_quarantined >= 2
    assert {row["row_no"] for row in city.rows("_quarantine")} >= {2}


def test_money_takes_its_unit_from_cell_header_or_line_above_and_dates_come_as_serials(city):
    head = "申报编号,条款编号,申报主体,提交日期,状态"
    for at, (above, money, cell, yuan) in enumerate(
        (
            ("", "申请金额(万元)", "１２", 120_000),
            ("单位：万元\n", "申请金额", "12", 120_000),
            ("单位：万元\n", "申请金额(元)", "12", 12),
            ("", "申请金额(万元)", "12元", 12),
        )
    ):
        city.put(f"applications/{at}-2024-07-01.csv", f"{above}{head},{money}\nS{at},6b.1,无锡甲有限公司,45468,草稿,{cell}\n")
        city.take_in()
        row = city.rows("applications", "application_no")[-1]
        assert (row["requested_yuan"], row["submitted_on"]) == (Decimal(yuan), date(2024, 6, 25))


def test_a_group_over_two_columns_of_one_word_says_nothing_of_either(city):
    rows = [["拨付编号", "申报编号", "拨付日期", "金额(元)", "", "资金层级"], ["", "", "", "市级", "区级", ""], ["P1", "S1", "2024-06-01", 5, 7, "市"]]
    city.put("payments/2024-07-01.xlsx", workbook(("表", rows, ["A1:A2", "B1:B2", "C1:C2", "F1:F2", "D1:E1"])))
    (record,) = city.take_in().values()
    assert counts(record) == (2, 0, 0, 2), "its second row is no header that we know"
    assert "出现两次而内容不同" in city.rows("_quarantine")[-1]["reason"]


def test_a_workbook_of_a_program_that_skips_blank_cells_keeps_its_columns(city):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for place, words in ((2, "企业名称"), (4, "类别")):   # the table begins in C3
            sheet.write(2, place, words)
        sheet.write(3, 2, "无锡甲有限公司")
        sheet.write(5, 2, "无锡乙有限公司")
        sheet.write(5, 4, "乙类")
    record, rows = listed(city, content.getvalue(), "xlsx")
    assert counts(record) == (5, 2, 3, 0)
    assert seen(rows, "row_no", "enterprise_name", "category") == [(4, "无锡甲有限公司", None), (6, "无锡乙有限公司", "乙类")]


def test_long_rows_are_typed_before_they_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.sources.load.CHUNK_SIGNS", 1_000)
    contract = load_contracts()["registrations"]
    path = tmp_path / "a.csv"
    lines = [f"无锡{n}有限公司,无,2024-01-01,{'软件' * 200}" for n in range(50)]
    path.write_text("\n".join(["企业名称,统一社会信用代码,注册日期,经营范围", *lines, ""]), "utf-8")
    load = FileLoad(contract, "a.csv", "", date(2024, 7, 1), "a", read_sections(contract, path, date(2024, 7, 1)))
    held = []
    flush = load._flush
    monkeypatch.setattr(load, "_flush", lambda *args: held.append(len(args[3])) or flush(*args))
    load.run(path, tmp_path / "d.parquet", tmp_path / "q.parquet")
    assert (load.loaded, max(held) < 5) == (50, True)
