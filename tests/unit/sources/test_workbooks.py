"""What workbooks and JSON hide: errors that read as blank, hidden rows, one figure over several rows, the 1904 calendar."""

import io
import json
import re
import zipfile
from datetime import date

import pytest
import xlsxwriter
import xlwt

from pipelines.settings import Settings
from pipelines.sources import readers
from tests.unit.sources.test_ingest import META, City, counts, workbook

HEADER = ["拨付编号", "申报编号", "拨付日期", "金额(元)", "资金层级"]


@pytest.fixture
def city(tmp_path):
    return City(Settings(home=tmp_path, landing=tmp_path / "landing"))


def payments(city, name, content):
    city.put(f"payments/{name}", content)
    (record,) = city.take_in().values()
    return record, [row["payment_no"] for row in city.rows("payments")]


def changed(content, change):
    """A workbook with the text of its sheets changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w") as made:
        for part in given.namelist():
            data = given.read(part)
            made.writestr(part, change(data) if "worksheets/" in part else data)
    return packed.getvalue()


def with_errors(form):
    """Row 2 good, row 3 with an error for its amount, row 4 with a formula nobody computed (xlsx), row 5 good."""
    content = io.BytesIO()
    if form == "xls":
        sheet = (book := xlwt.Workbook()).add_sheet("表")
        for row_no in range(5):
            for place, cell in enumerate(HEADER if not row_no else [f"P{row_no}", "S1", "2024-06-25", 5, "市"]):
                if (row_no, place) == (2, 3):
                    sheet.row(row_no).set_cell_error(place, "#REF!")
                elif (row_no, place) != (3, 3):
                    sheet.write(row_no, place, cell)
        book.save(content)
        return content.getvalue()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, HEADER)
        for row_no in range(1, 5):
            sheet.write_row(row_no, 0, [f"P{row_no}", "S1", "2024-06-25", 5, "市"])
        sheet.write_formula(2, 3, "=VLOOKUP(A1,B:C,2,0)", None, "#REF!")
        sheet.write_formula(3, 3, "=A1", None, "")
    return content.getvalue()


FORMS = {
    "plain": lambda data: data,
    "with a prefix": lambda data: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", data).replace(b"xmlns=", b"xmlns:x="),
    "without places": lambda data: re.sub(rb'(<c) r="[A-Z]+\d+"', rb"\1", data),
    "without places and row numbers": lambda data: re.sub(rb' r="[A-Z]*\d+"', b"", data),
    "in single quotes": lambda data: re.sub(rb'="([^"<>]*)"', rb"='\1'", data),
}


@pytest.mark.parametrize("form", [*FORMS, "xls"])
def test_an_error_cell_is_no_blank_however_the_workbook_is_written(city, form):
    content = with_errors("xls") if form == "xls" else changed(with_errors("xlsx"), FORMS[form])
    record, numbers = payments(city, f"a-2024-07-01.{'xls' if form == 'xls' else 'xlsx'}", content)
    assert (counts(record), numbers) == ((4, 2, 0, 2), ["P1", "P4"]), record.message
    refused = {row["row_no"]: (row["column_name"], row["value_seen"]) for row in city.rows("_quarantine")}
    assert refused[3] == ("amount_yuan", "#REF!")
    assert refused[4][0] == "amount_yuan"


def hidden_rows(form):
    content = io.BytesIO()
    rows = [HEADER, *([f"P{n}", "S1", "2024-06-25", 5, "市"] for n in range(1, 5))]
    if form == "xls":
        sheet = (book := xlwt.Workbook()).add_sheet("表")
        for row_no, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write(row_no, place, cell)
        for row_no in (2, 3):
            sheet.row(row_no).hidden = True
        book.save(content)
        return content.getvalue()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("表")
        for row_no, cells in enumerate(rows):
            sheet.write_row(row_no, 0, cells)
        for row_no in (2, 3):
            sheet.set_row(row_no, options={"hidden": True})
    return content.getvalue()


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_hidden_rows_are_not_read_as_hidden_sheets_are_not_and_the_file_says_how_many(city, form):
    record, numbers = payments(city, f"a-2024-07-01.{form}", hidden_rows(form))
    assert (counts(record), numbers) == ((4, 2, 2, 0), ["P1", "P4"])
    assert record.skipped_as == "隐藏的行 2"
    assert "有 2 行被隐藏（多为筛选所致），未读：请取消筛选" in record.message
    assert any("有 2 行被隐藏" in warning for warning in city.report.warnings)


def test_an_amount_in_one_cell_over_two_rows_or_columns_counts_on_none_and_a_name_on_each(city):
    head = ["申报编号", "条款编号", "申报主体", "提交日期", "状态", "申请金额(元)", "核定金额(元)"]
    rows = [
        head,
        ["S1", "6b.1", "无锡甲有限公司", "2024-06-25", "草稿", 500000, ""],
        ["S2", "6b.1", "", "2024-06-25", "草稿", "", ""],
        ["S3", "6b.1", "无锡乙有限公司", "2024-06-25", "草稿", 7, ""],
        ["S4", "6b.1", "无锡丙有限公司", "2024-06-25", "草稿", 9, 8],
    ]
    city.put("applications/merged-2024-07-01.xlsx", workbook(("表", rows, ["C2:C3", "F2:F3", "F4:G4"])))
    city.put("applications/named-2024-07-01.xlsx", workbook(("表", [*rows[:2], ["S5", *rows[2][1:5], 3, ""]], ["C2:C3"])))
    records = city.take_in()
    assert counts(records["applications/merged-2024-07-01.xlsx"]) == (4, 1, 0, 3)
    reasons = {row["row_no"]: row["reason"] for row in city.rows("_quarantine") if "merged" in row["source_file"]}
    assert reasons.keys() == {2, 3, 4}
    assert "合并了 2 行 1 列" in reasons[3]
    assert "合并了 1 行 2 列" in reasons[4]
    named = [row for row in city.rows("applications", "application_no") if "named" in row["source_file"]]
    assert [(row["enterprise_name"], row["requested_yuan"]) for row in named] == [("无锡甲有限公司", 500000), ("无锡甲有限公司", 3)]


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_a_serial_number_in_a_workbook_of_1904_is_the_day_its_sender_saw(city, form):
    content = io.BytesIO()
    seen = (date(2024, 6, 25) - date(1904, 1, 1)).days
    if form == "xls":
        book = xlwt.Workbook()
        book.dates_1904 = True
        sheet = book.add_sheet("表")
        for place, (word, cell) in enumerate(zip(HEADER, ["P1", "S1", seen, 5, "市"], strict=True)):
            sheet.write(0, place, word)
            sheet.write(1, place, cell)
        sheet.write(2, 0, "P2")
        for place, cell in enumerate(["S1", date(2024, 6, 25), 5, "市"], 1):
            sheet.write(2, place, cell, xlwt.easyxf(num_format_str="yyyy-mm-dd") if place == 2 else xlwt.Style.default_style)
        book.save(content)
    else:
        with xlsxwriter.Workbook(content, {"date_1904": True, "default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, ["P1", "S1", seen, 5, "市"])
            sheet.write_row(2, 0, ["P2", "S1", "", 5, "市"])
            sheet.write_datetime(2, 2, date(2024, 6, 25))
    record, _ = payments(city, f"a-2024-07-01.{form}", content.getvalue())
    assert counts(record) == (2, 2, 0, 0), record.message
    assert {row["paid_on"] for row in city.rows("payments")} == {date(2024, 6, 25)}


def test_json_of_nested_keys_is_read_by_the_last_word_of_each_path(city):
    row = {"enterprise": {"企业名称": "无锡甲有限公司", "code": 5}, "contact": {"name": "张三"}, "证书": {"证书编号": "A1"}}
    city.put("recognitions/2024-06-10.json", json.dumps({"code": 0, "data": {"total": 1, "items": [row], "fields": ["a"]}}))
    city.put("recognitions/2024-06-10.json.meta.yaml", META + "round: 1\n")
    (record,) = city.take_in().values()
    assert counts(record) == (1, 1, 0, 0), record.message
    (found,) = city.rows("recognitions")
    assert (found["enterprise_name"], found["certificate_no"]) == ("无锡甲有限公司", "A1")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"items": [{"contact": {"name": "张三"}, "单位": "x"}]}, "记录的键有 contact、contact.name、单位"),
        ({"a": {"x": [{"企业名称": "甲"}]}, "b": [{"企业名称": "乙"}]}, "没有唯一的记录列表，有 a.x、b"),
    ],
)
def test_json_that_is_not_understood_is_told_with_the_keys_seen(city, content, told):
    city.put("recognitions/2024-06-10.json", json.dumps(content))
    city.put("recognitions/2024-06-10.json.meta.yaml", META + "round: 1\n")
    (record,) = city.take_in().values()
    assert record.status == "refused"
    assert told in record.message
    assert "张三" not in record.message


def test_a_reader_that_was_killed_while_it_waited_costs_no_file(city):
    assert payments(city, "a_2024-07-31.xlsx", workbook(("表", [HEADER, ["P1", "S1", "2024-07-05", 100, "市"]], [])))[1] == ["P1"]
    for waiting in readers._idle:
        waiting.kill()
        waiting.wait()
    city.put("payments/b_2024-08-31.xlsx", workbook(("表", [HEADER, ["P2", "S2", "2024-08-05", 100, "市"]], [])))
    assert [record.status for record in city.take_in().values()] == ["loaded", "loaded"]
