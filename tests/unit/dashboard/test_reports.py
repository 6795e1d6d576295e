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
from flask import g
from python_calamine import load_workbook

from dashboard import exports
from dashboard.errors import SnapshotMissing
from dashboard.query import ask, ask_one
from dashboard.reports import FORMS, content, drawing, make, of_month, render, workbook
from dashboard.reports import industry as paper
from dashboard.reports.document import Chapter, Report, Section
from dashboard.snapshot import Snapshots
from dashboard.summaries import industry, industry_firms
from dashboard.tables import Column
from dashboard.theme import LIGHT
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
def city(published: Path) -> Report:
    with reading_as(published, "analyst"):
        return content.month("2025-12")


def test_word_says_the_sentences_and_shows_the_tables_of_the_paper(folder: Path, city: Report):
    document = Document(str(folder / "softcity-2025-12.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(words in text for chapter in city.chapters for _, words in chapter.paragraphs)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    for section in city.sections:
        if section.heads:
            assert [section.heads, *section.cells, *section.total_cells] in tables
    assert len(tables) == 1 + sum(bool(section.heads) for section in city.sections)   # and the cards
    assert "示例数据" in document.paragraphs[0].text


def test_words_tables_repeat_their_heads_and_tear_no_row(folder: Path, city: Report):
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


def test_words_text_stands_upright_and_its_wide_tables_lie(folder: Path):
    pages = Document(str(folder / "softcity-2025-12.docx")).sections
    assert [page.orientation for page in pages] == [WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert [page.page_width < page.page_height for page in pages] == [True, True, False]
    assert [page._sectPr.find(qn("w:cols")).get(qn("w:num")) for page in pages] == [None, "2", "1"], "small tables stand side by side"


def test_the_report_begins_with_the_industry_on_one_page(city: Report):
    assert [chapter.title for chapter in city.chapters] == ["一、产业运行", "二、政策兑现"]
    assert [head for head, _ in city.chapters[0].paragraphs] == ["总体", "分领域", "分地区", "主体", "重点企业", "问题"]
    first = replace(city, chapters=city.chapters[:1])
    pages = typst.compile(str(render.TEMPLATE), format="png", ppi=20.0, sys_inputs={"data": render.as_json(first)})
    assert isinstance(pages, bytes)   # several pages come as a list


def test_on_paper_the_first_page_stands_upright_and_the_wide_tables_lie(city: Report):
    pages = typst.compile(str(render.TEMPLATE), format="svg", sys_inputs={"data": render.as_json(city)})
    sizes = [re.search(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', page) for page in pages]
    assert [float(size[1]) < float(size[2]) for size in sizes if size] == [True] + [False] * (len(pages) - 1)
    assert len(pages) > 1


def test_a_city_without_claims_says_so_and_prints_no_empty_table(published: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(content.overview, "standing", lambda _: None)
    monkeypatch.setattr(content, "unreceived", lambda _: "尚未收到申报数据")
    with reading_as(published, "analyst"):
        report = content.month("2025-12")
    policy = report.chapters[-1]
    assert len(policy.paragraphs) == 1
    assert [section.title for section in policy.sections] == ["软件名城与园区指标"]
    assert report.notes == ["尚未收到申报数据"]
    document = Document(io.BytesIO(FORMS["docx"](report)))
    assert "尚未收到申报数据" in [paragraph.text for paragraph in document.paragraphs]


def test_the_industrys_figures_are_those_of_its_page(city: Report, published: Path):
    with reading_as(published, "analyst"):
        standing = industry.standing(View("/industry"))
        assert standing
        assert dict(city.chapters[0].paragraphs)["总体"].startswith("".join(industry.sentence(standing)))
        parts = {row["cut_name"]: row for row in ask("industry_contribution") if row["cut_kind"] == "district"}
    table = next(section for section in city.sections if section.title == "分地区")
    assert table.rows[0] == max(parts.values(), key=lambda row: row["contribution_rate"])
    assert {row["cut_name"]: row["value"] for row in table.rows} == {name: row["value"] for name, row in parts.items()}


def test_single_firms_are_named_for_the_analyst_and_the_auditor_alone(published: Path):
    for role, is_named in (("analyst", True), ("auditor", True), ("admin", False)):
        with reading_as(published, role):
            report = content.month("2025-12")
            firms = [row["enterprise_name"] for row in ask("industry_firms")]
        words = dict(report.chapters[0].paragraphs)["重点企业"]
        assert any(name in words for name in firms) == is_named
        assert words.startswith("软件业务收入前十家企业占" if is_named else "单个企业的统计数据")
        assert ("重点企业" in [sheet.title for sheet in report.sheets]) == is_named


def test_a_parks_page_is_its_operators_whoever_takes_it(published: Path):
    told = []
    for user in (("operator", "P003"), ("analyst",)):
        with reading_as(published, *user):
            told.append(render.as_json(content.of_park("P003", "2025-12")))
            assert g.user.role == user[0]
    assert told[0] == told[1]
    assert "软件业务收入 不予公布" in told[0]


def test_without_statistics_the_report_says_who_is_on_the_register_and_what_is_missing(published: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(industry, "standing", lambda _: None)
    monkeypatch.setattr("dashboard.summaries.industry_brief.ask", lambda _: [{"source": "software_monthly", "title": "软件业月报"}])
    with reading_as(published, "analyst"):
        chapter = paper.of_city(View("/industry"))
        firms = industry_firms.standing(View("/industry"))
        assert firms
        assert dict(chapter.paragraphs)["主体"] == "".join(industry_firms.sentence(firms))
    told = dict(chapter.paragraphs)
    assert list(told) == ["主体", "全国和本省", "问题"]
    assert "未收到软件业月报：规模、增速、结构和效益暂不能计算" in told["问题"]
    assert "全国软件业务收入同比增长 10.8%" in told["全国和本省"]
    assert [section.title for section in chapter.sections] == ["累计增速", "分地区企业"]
    places = chapter.sections[1]
    assert sum(row["registered_count"] for row in places.rows) == firms.day["registered_count"]
    assert places.total_cells[0][:2] == ["合计", str(firms.day["registered_count"])]


def test_a_month_not_told_is_a_gap_and_an_unverified_one_is_hollow():
    def printed(*told: tuple[str, bool]) -> list[dict[str, object]]:
        return [{"area": "全国", "area_level": "national", "period": period, "yoy_percent": 10.0, "is_unverified": doubt} for period, doubt in told]

    whole = drawing.growth([], printed(("2025-02", False), ("2025-03", False), ("2025-04", False)), "")
    gap = drawing.growth([], printed(("2025-02", False), ("2025-04", False)), "")
    doubt = drawing.growth([], printed(("2025-02", False), ("2025-03", True), ("2025-04", False)), "")
    assert whole
    assert gap
    assert doubt
    assert [picture.count("stroke-width") for picture in (whole, gap, doubt)] == [2, 0, 2]
    assert [picture.count(f'fill="{LIGHT["card"]}"') for picture in (whole, gap, doubt)] == [0, 0, 1]
    assert drawing.growth([], [], "") is None


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


def test_the_months_sentence_has_the_figures_of_its_table(city: Report):
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
    sections = [Section(name, "u", [Column("name")], [{"name": name}] * rows) for name, rows in (("long", 50), ("short", 2))]
    book = load_workbook(io.BytesIO(FORMS["xlsx"](_report(sections))))
    long, short = (book.get_sheet_by_name(name).to_python() for name in ("long", "short"))
    assert any(str(row[0]).startswith("行数超过") for row in long)
    assert [row[0] for row in short].count("short") == 2


@pytest.mark.parametrize(("of", "comes_to"), [((1, 2), 3), ((0, 0), 0), ((0, None), None), ((), 0)])
def test_a_total_is_unknown_where_one_of_its_figures_is(of: tuple[int | None, ...], comes_to: int | None):
    assert content.sum_of([{"late_yuan": figure} for figure in of], ["late_yuan"]) == {"late_yuan": comes_to}


def _report(sections: list[Section]) -> Report:
    return Report("t", [], [("from", "here")], [Chapter("c", [], [], sections)])


def test_a_formula_in_a_name_stays_text():
    section = Section("t", "u", [Column("name")], [{"name": "=1+1"}])
    rows = load_workbook(io.BytesIO(FORMS["xlsx"](_report([section])))).get_sheet_by_name("t").to_python()
    assert "'=1+1" in [cell for row in rows for cell in row]
