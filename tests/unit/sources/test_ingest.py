"""Ingest: small files in every format, rows that are no data, headers, sections, and what is on record afterwards."""

import gzip
import io
import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from pipelines.base.errors import CityError, ContractError
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts, raw_schema
from pipelines.sources.ingest import ingest

PAYMENTS = "拨付编号,申报编号,拨付日期,金额(元),资金层级\nP1,S1,2024-06-25,100.5,市\nP2,S2,2024-06-26,-3,区\n"
META = """\
list: specialised_sme
level: national
issuer: 工信部
document: 工信厅函1号
published_on: 2024-06-01
stage: 公布
"""


@pytest.fixture
def city(tmp_path):
    return City(Settings(home=tmp_path, landing=tmp_path / "landing"))


class City:
    """A landing folder to put files in, and what became of them."""

    def __init__(self, settings):
        self.settings = settings

    def put(self, name, content):
        path = self.settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def take_in(self):
        self.report = ingest(self.settings, progress=lambda _: None)
        return {record.source_file: record for record in self.report.records}

    def rows(self, source, order="source_file, sheet, row_no"):
        files = self.settings.raw / source / "*.parquet"
        return duckdb.sql(f"select * from read_parquet('{files}') order by {order}").to_arrow_table().to_pylist()


def counts(record):
    return record.rows_read, record.rows_loaded, record.rows_skipped, record.rows_quarantined


def workbook(*sheets):
    """An xlsx from (name, rows, merged ranges) for each sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows, merged in sheets:
            sheet = book.add_worksheet(name)
            for row_no, row in enumerate(rows):
                sheet.write_row(row_no, 0, row)
            for span in merged:
                sheet.merge_range(span, rows[_row(span)][_col(span)])
    return content.getvalue()


def _row(span):
    return int("".join(filter(str.isdigit, span.split(":")[0]))) - 1


def _col(span):
    return ord(span[0]) - ord("A")


def test_every_encoding_and_packing_of_a_csv_gives_the_same_rows(city):
    for name, content in {
        "utf8": PAYMENTS.encode(),
        "bom": PAYMENTS.encode("utf-8-sig"),
        "gb": PAYMENTS.encode("gb18030"),
        "utf16": PAYMENTS.encode("utf-16"),
        "tabs": PAYMENTS.replace(",", "\t").encode(),
        "crlf": PAYMENTS.replace("\n", "\r\n").encode(),
    }.items():
        city.put(f"payments/{name}-2024-07-01.csv", content)
    city.put("payments/packed-2024-07-01.csv.gz", gzip.compress((PAYMENTS + "\n").encode()))
    records = city.take_in()
    assert {record.status for record in records.values()} == {"loaded"}
    rows = city.rows("payments")
    assert len(rows) == 14
    assert {(r["payment_no"], r["paid_on"], r["amount_yuan"], r["payer_level"], r["row_no"]) for r in rows} == {
        ("P1", date(2024, 6, 25), Decimal("100.50"), "city", 2),
        ("P2", date(2024, 6, 26), Decimal("-3.00"), "district", 3),
    }


def test_xls_xlsx_and_json_give_the_same_rows_as_csv(city):
    header, *body = [line.split(",") for line in PAYMENTS.splitlines()]
    legacy = xlwt.Workbook(encoding="utf-8")
    sheet = legacy.add_sheet("1")
    for row_no, row in enumerate([header, *body]):
        for place, cell in enumerate(row):
            sheet.write(row_no, place, float(cell) if row_no and place == 3 else cell)
    legacy.save(saved := io.BytesIO())
    city.put("payments/2024-07-01.xls", saved.getvalue())
    city.put("payments/2024-07-01.xlsx", workbook(("一", [header, *body], [])))
    records = [dict(zip(header, row, strict=True)) for row in body]
    city.put("payments/2024-07-01.json", json.dumps({"erDataList": records}))
    assert {counts(record) for record in city.take_in().values()} == {(2, 2, 0, 0)}
    rows = city.rows("payments")
    assert len({(row["payment_no"], row["amount_yuan"], row["paid_on"]) for row in rows}) == 2


def test_titles_blanks_totals_footnotes_and_repeated_headers_are_no_data_and_counted(city):
    header = ["序号", "企业名称", "认定日期", "核算年度", "实收注册资本", "联系人"]
    rows = [
        ["2023年度总部企业表", *[""] * 5],
        ["单位：万元", *[""] * 5],
        header,
        [1, "无锡甲有限公司", "2023年5月1日", 2023, 1000, "张三"],
        [""] * 6,
        header,
        [2, "无锡乙有限公司", 45047, "2023年", "2,000.5", "李四"],
        [3, *[""] * 5],
        ["合计", "", "", "", 3000.5, ""],
        ["注：数据截至2023年底", *[""] * 5],
    ]
    city.put("headquarters/2024-01-05.xlsx", workbook(("表", rows, ["A1:F1"])))
    (record,) = city.take_in().values()
    assert counts(record) == (9, 2, 7, 0)
    first, second = city.rows("headquarters")
    assert (first["row_no"], first["paid_in_capital_yuan"]) == (4, Decimal("10000000.00"))
    assert (second["row_no"], second["paid_in_capital_yuan"]) == (7, Decimal("20005000.00"))
    assert second["recognised_on"] == date(2023, 5, 1)
    assert "张三" not in str(city.rows("headquarters")), "personal data is never read into anything"


def test_a_header_in_two_rows_with_merged_groups_is_joined_and_merged_cells_are_filled_down(city):
    rows = [
        ["申报编号", "条款编号", "申报主体", "提交日期", "状态", "金额（万元）", ""],
        ["", "", "", "", "", "申请金额", "核定金额"],
        ["S1", "6b.1", "无锡甲有限公司", "2024-06-01", "已核定", 10, 5],
        ["S2", "6b.1", "", "2024-06-01", "草稿", 7, ""],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1", "C3:C4"]
    city.put("applications/2024-07-01.xlsx", workbook(("表", rows, merged)))
    (record,) = city.take_in().values()
    assert counts(record) == (2, 2, 0, 0), record.message
    first, second = city.rows("applications")
    assert (first["requested_yuan"], first["approved_yuan"]) == (Decimal("100000.00"), Decimal("50000.00"))
    assert (second["enterprise_name"], second["approved_yuan"]) == ("无锡甲有限公司", None)


def test_a_list_in_two_sections_takes_round_and_renewal_from_its_section(city):
    rows = [
        ["第五批“小巨人”和第二批复核通过企业名单", "", ""],
        ["一、第五批专精特新“小巨人”企业", "", ""],
        ["序号", "企业名称", "主营产品"],
        [1, "无锡甲有限公司", "芯片"],
        ["二、第二批复核通过企业", "", ""],
        ["序号", "主营产品", "单位名称"],
        [1, "软件", "无锡乙有限公司"],
    ]
    sections = """\
sections:
  - {title: 第五批专精特新, round: 第五批}
  - {title: 第二批复核通过, round: 第二批, renewal: true}
"""
    city.put("recognitions/2024-06-10.xlsx", workbook(("名单", rows, ["A1:C1", "A2:C2", "A5:C5"])))
    city.put("recognitions/2024-06-10.xlsx.meta.yaml", META + sections)
    (record,) = city.take_in().values()
    assert counts(record) == (6, 2, 4, 0), record.message
    assert [
        (row["enterprise_name"], row["product_name"], row["round"], row["is_renewal"], row["level"])
        for row in city.rows("recognitions")
    ] == [
        ("无锡甲有限公司", "芯片", "第五批", None, "national"),
        ("无锡乙有限公司", "软件", "第二批", True, "national"),
    ]


def test_a_blank_that_the_law_knows_as_unknown_leaves_its_row_and_the_column_itself_is_still_needed(city):
    header = "企业名称,认定日期,核算年度,实收注册资本(万元),经营贡献奖励(万元)\n"
    city.put("headquarters/a_2024-07-01.csv", f"{header}无锡甲有限公司,2024-03-01,2023,,50\n,2024-03-01,2023,100,50\n")
    city.put("headquarters/b_2024-07-01.csv", header.replace("实收注册资本(万元)", "资本") + "无锡甲有限公司,2024-03-01,2022,1,50\n")
    records = city.take_in()
    assert counts(records["headquarters/a_2024-07-01.csv"]) == (2, 1, 0, 1)
    assert "缺少必需的列 实收注册资本" in records["headquarters/b_2024-07-01.csv"].message
    (row,) = city.rows("headquarters")
    assert (row["paid_in_capital_yuan"], row["contribution_award_yuan"]) == (None, Decimal("500000.00"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a_2024-07-01.csv", PAYMENTS.replace("P1", "1.23457E+17").replace("P2", "20240701000000012")),
        ("a_2024-07-01.xlsx", [[123456789012345678, "S1", "2024-06-25", 5, "市"], [20240701, "S2", "2024-06-25", 5, "市"]]),
        ("a_2024-07-01.xls", [[123456789012345678, "S1", "2024-06-25", 5, "市"], [20240701, "S2", "2024-06-25", 5, "市"]]),
    ],
)
def test_a_number_that_lost_digits_in_a_spreadsheet_is_no_key(city, name, content):
    header = ["拨付编号", "申报编号", "拨付日期", "金额(元)", "资金层级"]
    if name.endswith("xlsx"):
        content = workbook(("表", [header, *content], []))
    elif name.endswith("xls"):
        sheet = (book := xlwt.Workbook()).add_sheet("表")
        for row_no, cells in enumerate([header, *content]):
            for place, cell in enumerate(cells):
                sheet.write(row_no, place, cell)
        book.save(written := io.BytesIO())
        content = written.getvalue()
    city.put(f"payments/{name}", content)
    (record,) = city.take_in().values()
    assert counts(record) == (2, 1, 0, 1), record.message
    (refused,) = city.rows("_quarantine")
    assert (refused["row_no"], refused["column_name"]) == (2, "payment_no")
    assert "末位数字已丢失：请将该列设为文本格式" in refused["reason"]


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("专精特新", ("specialised_sme", "national", "公布")),
        ("list: 专精特新“小巨人”\nlevel: 国家级\nstage: 认定", ("specialised_sme", "national", "公布")),
        ("list: 制造业单项冠军企业\nlevel: 省级\nstage: 拟认定", ("single_champion_firm", "provincial", "公示")),
        ("list: 软件和信息技术服务竞争力百强\nlevel: 国家\nstage: 公布", ("software_top100", "national", "公布")),
        ("list: feifeng\nlevel: 市级\nstage: 印发", ("feifeng", "city", "公布")),
    ],
)
def test_a_sidecar_says_list_level_and_stage_in_the_words_of_the_list(city, said, stored):
    said = said if ":" in said else f"list: {said}\nlevel: national\nstage: 公布"
    city.put("recognitions/2024-06-10.csv", "企业名称\n无锡甲有限公司\n")
    city.put("recognitions/2024-06-10.csv.meta.yaml", f"{said}\nissuer: x\ndocument: x\npublished_on: 2024-06-01\nround: 1\n")
    (record,) = city.take_in().values()
    assert record.status == "loaded", record.message
    (row,) = city.rows("recognitions")
    assert (row["list"], row["level"], row["stage"]) == stored


def test_a_list_is_added_by_reference_data_alone_and_an_unknown_one_is_told_which_there_are(city, tmp_path):
    city.put("recognitions/2024-06-10.csv", "企业名称\n无锡甲有限公司\n")
    city.put("recognitions/2024-06-10.csv.meta.yaml", META.replace("specialised_sme", "高企") + "round: 1\n")
    (record,) = city.take_in().values()
    assert record.status == "refused"
    assert "list：不在可选项内：请改为 CMMI、" in record.message
    assert "专精特新、" in record.message
    folder = Path(shutil.copytree(PROJECT / "data" / "reference" / "wuxi", tmp_path / "data" / "reference" / "wuxi"))
    (folder / "titles.yaml").write_text("titles:\n  - {list: high_tech, title: 高新技术企业, rank: level, words: [高企]}\n")
    city.settings = replace(city.settings, data=tmp_path / "data")
    (record,) = city.take_in().values()
    assert record.status == "loaded", "it is read anew when the words change"
    assert [row["list"] for row in city.rows("recognitions")] == ["high_tech"]


def test_one_word_for_two_lists_is_refused_by_name(tmp_path):
    folder = Path(shutil.copytree(PROJECT / "data" / "reference" / "wuxi", tmp_path / "wuxi"))
    titles = ("{list: a, title: 甲, rank: level, words: [丙]}", "{list: b, title: 乙, rank: level, words: [丙]}")
    (folder / "titles.yaml").write_text("titles:\n" + "".join(f"  - {title}\n" for title in titles))
    with pytest.raises(CityError, match="title b, words: 丙 names a as well"):
        load_contracts(reference=folder)


@pytest.mark.parametrize(("day", "told"), [("2024-03", "只写到月"), ("2024年3月", "只写到月"), ("202403", "只写到月"), ("2024", "只写到年")])
def test_a_month_for_the_day_of_publication_is_told_as_too_coarse(city, day, told):
    city.put("recognitions/2024-06-10.csv", "企业名称\n无锡甲有限公司\n")
    city.put("recognitions/2024-06-10.csv.meta.yaml", META.replace("2024-06-01", day) + "round: 1\n")
    (record,) = city.take_in().values()
    assert (record.status, f"published_on：{told}：请写到日" in record.message) == ("refused", True), record.message


def test_one_attachment_published_twice_is_two_lists_and_a_mended_sidecar_replaces_the_first_reading(city):
    for stage in ("公示", "公布"):
        city.put(f"recognitions/{stage}-2024-06-10.csv", "企业名称\n无锡甲有限公司\n")
        city.put(f"recognitions/{stage}-2024-06-10.csv.meta.yaml", META.replace("公布", stage) + "round: 第五批\n")
    city.take_in()
    assert sorted(row["stage"] for row in city.rows("recognitions")) == ["公布", "公示"]
    city.put("recognitions/公布-2024-06-10.csv.meta.yaml", META + "round: 第六批\n")
    assert len(city.take_in()) == 2
    assert sorted(row["round"] for row in city.rows("recognitions")) == ["第五批", "第六批"]


def test_a_recognition_row_needs_one_of_its_names(city):
    city.put("recognitions/2024-06-10.csv", "企业名称,项目名称,等级\n,,三级\n,某工程,\n")
    city.put("recognitions/2024-06-10.csv.meta.yaml", META + "round: 1\n")
    (record,) = city.take_in().values()
    assert counts(record) == (2, 1, 0, 1)
    assert "全部空缺" in city.rows("_quarantine")[0]["reason"]


def test_a_file_is_read_once_whatever_it_is_called_and_stays_on_record_when_it_is_gone(city):
    first = city.put("payments/2024-07-01.csv", PAYMENTS)
    city.take_in()
    assert city.report.new_count == 1
    city.put("payments/2024-07-02.csv", PAYMENTS)
    records = city.take_in()
    assert (city.report.new_count, records["payments/2024-07-02.csv"].status) == (1, "duplicate")
    assert "2024-07-01.csv" in records["payments/2024-07-02.csv"].message
    first.unlink()
    assert len(city.take_in()) == 2
    assert (city.report.new_count, len(city.rows("payments"))) == (0, 2)


def test_a_changed_reader_reads_every_file_anew_and_ends_with_the_same_rows(city, monkeypatch):
    for day in ("2024-07-01", "2024-07-02"):
        city.put(f"payments/{day}.csv", PAYMENTS)
    before = city.take_in(), city.rows("payments")
    monkeypatch.setattr("pipelines.sources.ingest.READER_VERSION", "next")
    after = city.take_in(), city.rows("payments")
    assert city.report.new_count == 2
    assert after[1] == before[1]
    assert {name: record.status for name, record in after[0].items()} == {n: r.status for n, r in before[0].items()}
    city.take_in()
    assert city.report.new_count == 0


def test_a_kill_before_the_record_means_the_file_is_read_again(city, monkeypatch):
    city.put("payments/2024-07-01.csv", PAYMENTS)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.sources.archive.Archive.put", killed)
        with pytest.raises(KeyboardInterrupt):
            city.take_in()
    city.take_in()
    assert (city.report.new_count, len(city.rows("payments"))) == (1, 2)


def test_the_day_of_arrival_is_the_last_day_in_the_path(city):
    city.put("payments/2024-01-01/第2次-2024-07-03.csv", PAYMENTS)
    assert [record.received_on for record in city.take_in().values()] == ["2024-07-03"]


def test_a_source_nobody_sent_yet_still_has_its_typed_table(city):
    city.take_in()
    for source, contract in load_contracts().items():
        assert city.rows(source, order="1") == []
        described = duckdb.sql(f"describe from read_parquet('{city.settings.raw}/{source}/*.parquet')").fetchall()
        assert [row[0] for row in described] == raw_schema(contract).names
    assert city.rows("_quarantine") == []


def test_unknown_folders_are_told_and_hidden_files_left_alone(city):
    city.put("invoices/a.csv", "a\n1\n")
    city.put("payments/~$a.xlsx", "lock")
    city.put("payments/.DS_Store", "x")
    assert city.take_in() == {}
    assert "invoices" in city.report.warnings[0]


def test_a_wrong_contract_is_named_with_file_and_key(tmp_path):
    good = "source: a\ntitle: a\nsender: a\nrhythm: {words: a, days: 1}\ngrain: a\nkey: [b]\ncolumns:\n  - {name: b, type: text, headers: [c]"
    (tmp_path / "a.yaml").write_text(good + "}\n")
    assert load_contracts(tmp_path)["a"].key == ("b",)
    for wrong, told in ((", unit: x}", "columns.0.unit"), (", choices: {a: b}}", "choices"), ("}\nkeys: [b]", "keys")):
        (tmp_path / "a.yaml").write_text(good + wrong)
        with pytest.raises(ContractError, match=rf"a\.yaml.*{told}"):
            load_contracts(tmp_path)


def test_new_content_under_an_old_path_replaces_it_and_both_stay_on_record(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, landing=tmp_path / "landing")
    path = tmp_path / "landing" / "listings" / "listings_2025-12-31.csv"
    path.parent.mkdir(parents=True)
    header = "证券代码,证券简称,公司全称,上市日期,交易所\n"
    first, second = header + "900001,示例,旧名称公司,2024-01-01,上海证券交易所\n", header + "900001,示例,新名称公司,2024-01-01,上海证券交易所\n"
    for content, rows in ((first, "旧"), (second, "新"), (first, "旧")):
        path.write_text(content, encoding="utf-8")
        report = ingest(settings, lambda _: None)
        assert report.new_count == 1
        names = [
            name
            for file in (settings.raw / "listings").glob("*.parquet")
            for name in pq.read_table(file).column("enterprise_name").to_pylist()
        ]
        assert names == [f"{rows}名称公司"]
    assert sorted(record.status for record in report.records) == ["loaded", "superseded"]
