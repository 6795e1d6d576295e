"""The month's report: the figures of tables and summaries on paper, in Word and in a workbook."""

import csv
import io
import re
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from zipfile import ZipFile

import pytest
import typst
from conftest import reading_as
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from python_calamine import load_workbook

from dashboard import exports
from dashboard.errors import SnapshotMissing
from dashboard.query import ask, ask_one
from dashboard.reports import FORMS, content, make, of_month, render, workbook
from dashboard.snapshot import Snapshots
from dashboard.tables import Column
from dashboard.view import View


@pytest.fixture(scope="module")
def folder(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("reports")
    make(published, "2025-12", target)
    return target


def test_every_form_of_the_report_and_a_page_for_each_park_is_written(folder: Path):
    names = {path.name for path in folder.iterdir()}
    assert {f"softcity-2025-12.{ending}" for ending in ("pdf", "docx", "xlsx")} < names
    assert {f"park-{park}-2025-12.pdf" for park in ("P001", "P002")} < names
    assert all(path.read_bytes().startswith(b"%PDF") for path in folder.glob("*.pdf"))


def test_a_month_no_snapshot_stands_on_is_named(published: Path):
    with pytest.raises(SnapshotMissing, match="2019-01"):
        of_month(Snapshots(published), "2019-01")


def test_the_workbook_holds_what_a_file_of_the_table_does_and_a_sheet_for_each_measure(folder: Path, published: Path):
    with reading_as(published, "analyst"):
        measures = [row["measure_no"] for row in ask("measure_options")]
        file, _ = exports.file_of("measure_uptake", "csv", View("/"))
    book = load_workbook(folder / "softcity-2025-12.xlsx")
    assert [name for name in book.sheet_names if name.startswith("第")] == [f"第{n}条" for n in measures]
    file.seek(0)
    exported = csv.reader(io.StringIO(file.read().decode("utf-8-sig")))
    sheet = takewhile(lambda row: not str(row[1]).startswith("合计"), book.get_sheet_by_name("各项措施的判断与兑现").to_python())
    paper, file_rows = _paid_by_measure(list(sheet)), _paid_by_measure(list(exported))
    assert {kind for _, kind in paper} == {"租金以外", "租金补贴"}
    assert paper == file_rows
    assert paper["支持关键核心技术攻关", "租金以外"] == "未编入"


def _paid_by_measure(rows: list) -> dict[tuple[str, str], int | str]:
    """Of a measure that is not encoded paper and file say so alike."""
    head = next(at for at, row in enumerate(rows) if "措施名称" in row and "已兑现" in row)
    name, kind, paid = (rows[head].index(column) for column in ("措施名称", "类别", "已兑现"))
    body = takewhile(lambda row: len(row) > paid and row[paid] != "", rows[head + 1 :])
    return {(row[name], row[kind]): row[paid] if row[paid] == "未编入" else int(row[paid]) for row in body}


@pytest.fixture(scope="module")
def city(published: Path) -> content.Report:
    with reading_as(published, "analyst"):
        return content.month("2025-12")


def test_word_says_the_sentences_and_shows_the_tables_of_the_paper(folder: Path, city: content.Report):
    document = Document(str(folder / "softcity-2025-12.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(words in text for chapter in city.chapters for _, words in chapter.paragraphs)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    for section in city.sections:
        if section.heads:
            assert [section.heads, *section.cells, *section.total_cells] in tables
    assert "示例数据" in document.paragraphs[0].text


def test_words_tables_repeat_their_heads_and_tear_no_row(folder: Path, city: content.Report):
    document = Document(str(folder / "softcity-2025-12.docx"))
    rows = [(at, row._tr.trPr) for table in document.tables for at, row in enumerate(table.rows)]
    assert all(row.find(qn("w:cantSplit")) is not None for _, row in rows)
    headed = [at for at, row in rows if row.find(qn("w:tblHeader")) is not None]
    assert headed == [0] * sum(bool(section.heads) for section in city.sections)


def test_words_look_is_made_by_named_styles_with_chinese_fonts(folder: Path):
    document = Document(str(folder / "softcity-2025-12.docx"))
    used = {paragraph.style.name for paragraph in document.paragraphs}
    used |= {cell.paragraphs[0].style.name for table in document.tables for cell in table.rows[0].cells}
    assert {"月报标题", "月报正文", "月报表头", "月报说明", "Heading 1", "Heading 2"} <= used
    assert {table.style.name for table in document.tables} == {"月报表格"}
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in {"FangSong", "SimHei", "SimSun"}
        assert fonts.get(qn("w:eastAsiaTheme")) is None, "a theme's font wins over a named one"


def test_word_turns_the_page_where_a_chapter_turns(city: content.Report):
    upright = replace(city, chapters=[replace(city.chapters[0], is_upright=True, sections=[]), replace(city.chapters[0], is_upright=False)])
    pages = Document(io.BytesIO(FORMS["docx"](upright))).sections
    assert [page.orientation for page in pages] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert [page.page_width < page.page_height for page in pages] == [True, False]


def test_every_table_of_the_workbook_can_be_scrolled_filtered_and_printed(folder: Path):
    with ZipFile(folder / "softcity-2025-12.xlsx") as file:
        sheets = [file.read(f"xl/worksheets/sheet{at}.xml").decode() for at in range(1, _sheets(file) + 1)]
        titles = file.read("xl/workbook.xml").decode()
    for sheet in sheets:
        assert all(setting in sheet for setting in ('orientation="landscape"', '<pageSetUpPr fitToPage="1"/>', 'fitToHeight="0"'))
    for sheet in sheets[1:]:   # the first is the summary
        assert '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>' in sheet
        assert re.search(r'<autoFilter ref="A3:[A-Z]+[0-9]+"/>', sheet)
    assert titles.count("_xlnm.Print_Titles") == len(sheets)


def _sheets(file: ZipFile) -> int:
    return sum(name.startswith("xl/worksheets/sheet") for name in file.namelist())


def test_a_figure_of_the_workbook_is_a_number_with_its_format_and_totals_stand_outside_the_filter(folder: Path, published: Path):
    rows = load_workbook(folder / "softcity-2025-12.xlsx").get_sheet_by_name("各区兑现率").to_python()
    paid, rate = rows[2].index("拨付"), rows[2].index("兑现率（不含租金）")
    with reading_as(published, "analyst"):
        total = ask_one("district_total")
    assert rows[-1][0] == "合计"
    assert (rows[-1][paid], rows[-1][rate]) == pytest.approx((float(total["paid_yuan"]), total["award_payout_rate"]))
    with ZipFile(folder / "softcity-2025-12.xlsx") as file:
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
        sheet = file.read(f"xl/worksheets/sheet{names.index('各区兑现率') + 1}.xml").decode()
        styles = file.read("xl/styles.xml").decode()
    looks = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    [money] = re.findall(rf'<c r="{chr(65 + paid)}4" s="(\d+)"><v>', sheet)
    assert f'numFmtId="{looks[int(money)]}" formatCode="#,##0.00"' in styles
    assert f'<autoFilter ref="A3:{chr(64 + len(rows[2]))}{len(rows) - 1}"/>' in sheet


@pytest.mark.parametrize(("total", "parts", "keys"), [
    ("measure_total", "measure_uptake", ("claim_count", "eligible_count", "paid_count", "paid_yuan", "outreach_count")),
    ("district_total", "district_uptake", ("registered_count", "eligible_count", "paid_count", "award_paid_count", "paid_yuan")),
    ("park_total", "park_list", ("tenant_count", "eligible_count", "rent_paid_count", "below_floor_count", "paid_yuan")),
])  # fmt: skip
def test_a_total_is_what_its_rows_add_up_to(published: Path, total: str, parts: str, keys: tuple[str, ...]):
    with reading_as(published, "analyst"):
        totals, rows = ask(total), [row for row in ask(parts) if not row.get("is_total_line") and row.get("count_status", "known") == "known"]
    for key in keys:
        assert sum(row[key] for row in totals) == sum(row[key] for row in rows) > 0


def test_the_month_and_the_year_so_far_are_sums_of_the_months_payments(published: Path):
    with reading_as(published, "analyst"):
        months = {row["month"].isoformat()[:7]: row for row in ask("flow")}
        spans = {row["span"]: row for row in ask("policy_periods")}
    assert list(spans) == ["this_month", "month_before", "month_of_last_year", "this_year", "last_year"]
    for key in ("eligible_count", "submitted_count", "paid_count", "paid_yuan"):
        assert spans["this_month"][key] == months["2025-12"][key]
        assert spans["month_of_last_year"][key] == months["2024-12"][key]
        for span, year in (("this_year", "2025"), ("last_year", "2024")):
            assert spans[span][key] == sum(row[key] for month, row in months.items() if month.startswith(year)) > 0


def test_the_months_sentence_has_the_figures_of_its_table(city: content.Report):
    words = dict(city.chapters[-1].paragraphs)["本月"]
    periods = next(section for section in city.sections if section.title == "本月与累计")
    month = dict(zip(periods.heads, periods.cells[0], strict=True))
    assert f"符合条件 {month['符合']} 项，申报 {month['申报']} 项，拨付 {month['拨付笔数']} 笔" in words


def test_a_park_fits_one_page_and_names_no_other_park(published: Path):
    with reading_as(published, "operator", "P001"):
        report = content.of_park("P001", "2025-12")
        other = content.section("park_list", View("/"))
    assert len(other.cells) == 1
    pages = typst.compile(str(render.TEMPLATE), format="png", ppi=20.0, sys_inputs={"data": render.as_json(report)})
    assert isinstance(pages, bytes)   # several pages come as a list


@pytest.mark.parametrize(("who", "name", "status"), [
    ("ana", "city.pdf", 200), ("aud", "city.xlsx", 200), ("opa", "city.pdf", 404), ("opa", "P001.pdf", 200),
    ("opa", "P002.pdf", 404), ("ana", "P002.docx", 200), ("ana", "city.exe", 404), ("ana", "no-such-park.pdf", 404),
])  # fmt: skip
def test_a_report_is_given_to_whom_its_page_is(signed_in, who: str, name: str, status: int):
    answer = signed_in(who).get(f"/export/report/{name}")
    assert answer.status_code == status
    if status == 200:
        document = answer.get_data()
        assert document.startswith(b"%PDF" if name.endswith("pdf") else b"PK")
        assert answer.content_length == len(document) > 10_000


def test_nobody_gets_a_report(server):
    assert server.test_client().get("/export/report/city.pdf").status_code == 401


def test_a_section_no_sheet_can_hold_is_told_where_it_would_stand(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 40)
    sections = [content.Section(name, "u", [Column("name")], [{"name": name}] * rows) for name, rows in (("long", 50), ("short", 2))]
    book = load_workbook(io.BytesIO(FORMS["xlsx"](_report(sections))))
    long, short = (book.get_sheet_by_name(name).to_python() for name in ("long", "short"))
    assert any(str(row[0]).startswith("行数超过") for row in long)
    assert [row[0] for row in short].count("short") == 2


def _report(sections: list[content.Section]) -> content.Report:
    return content.Report("t", [], [("from", "here")], [content.Chapter("c", [], [], sections)])


def test_a_formula_in_a_name_stays_text():
    section = content.Section("t", "u", [Column("name")], [{"name": "=1+1"}])
    rows = load_workbook(io.BytesIO(FORMS["xlsx"](_report([section])))).get_sheet_by_name("t").to_python()
    assert "'=1+1" in [cell for row in rows for cell in row]
