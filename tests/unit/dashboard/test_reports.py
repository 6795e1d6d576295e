"""The month's report: the figures of tables and summaries on paper, in Word and in a workbook."""

import csv
import io
from itertools import takewhile
from pathlib import Path

import pytest
import typst
from conftest import reading_as
from docx import Document
from python_calamine import load_workbook

from dashboard import exports
from dashboard.errors import SnapshotMissing
from dashboard.query import ask
from dashboard.reports import content, make, of_month, render
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
    paper, file_rows = _paid_by_measure(book.get_sheet_by_index(0).to_python()), _paid_by_measure(list(exported))
    assert {kind for _, kind in paper} == {"租金以外", "租金补贴"}
    assert paper == file_rows
    assert paper["支持关键核心技术攻关", "租金以外"] == "未编入"


def _paid_by_measure(rows: list) -> dict[tuple[str, str], int | str]:
    """Of a measure that is not encoded paper and file say so alike."""
    head = next(at for at, row in enumerate(rows) if "措施名称" in row and "已兑现" in row)
    name, kind, paid = (rows[head].index(column) for column in ("措施名称", "类别", "已兑现"))
    body = takewhile(lambda row: len(row) > paid and row[paid] != "", rows[head + 1 :])
    return {(row[name], row[kind]): row[paid] if row[paid] == "未编入" else int(row[paid]) for row in body}


def test_word_says_the_sentence_and_shows_the_tables_of_the_paper(folder: Path, published: Path):
    with reading_as(published, "analyst"):
        report = content.month("2025-12")
    document = Document(str(folder / "softcity-2025-12.docx"))
    assert report.sentence in [paragraph.text for paragraph in document.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    for section in report.sections:
        if section.heads:
            assert [section.heads, *section.cells] in tables
    assert "示例数据" in document.paragraphs[0].text


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
    monkeypatch.setattr(render, "SHEET_ROWS", 40)
    sections = [content.Section(name, "u", [Column("name")], [{"name": name}] * rows) for name, rows in (("long", 50), ("short", 2))]
    rows = load_workbook(io.BytesIO(render.xlsx(content.Report("t", [], [], "s", [], sections, "n")))).get_sheet_by_index(0).to_python()
    told = [row[0] for row in rows]
    assert any(str(cell).startswith("long：行数超过") for cell in told)
    assert told.count("short") == 2


def test_a_formula_in_a_name_stays_text():
    section = content.Section("t", "u", [Column("name")], [{"name": "=1+1"}])
    report = content.Report("t", [], [], "s", [], [section], "n")
    rows = load_workbook(io.BytesIO(render.xlsx(report))).get_sheet_by_index(0).to_python()
    assert "'=1+1" in [cell for row in rows for cell in row]
