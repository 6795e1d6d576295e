"""Files of tables: where the rows come from, that they are those of the page, and that no spreadsheet runs them."""

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import full, reading_as
from python_calamine import CalamineWorkbook

from dashboard import exports, reader
from dashboard.errors import BadAddress, Busy, NothingThere, TooLong
from dashboard.heavy import Queue
from dashboard.tables import TABLES
from dashboard.view import View


def bytes_of(published: Path, who: tuple[str, ...], name: str, form: str, search: str = "", queue: Queue | None = None) -> bytes:
    with reading_as(published, *who, queue=queue):
        file, _ = exports.file_of(name, form, View.read(f"/export/{name}.{form}", search))
        file.seek(0)
        return file.read()


def csv_of(published: Path, who: tuple[str, ...], name: str, search: str = "") -> tuple[dict[str, str], list[dict[str, str]]]:
    """The head and the rows of a text file."""
    text = bytes_of(published, who, name, "csv", search)
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    blank = lines.index([])
    return dict(lines[:blank]), [dict(zip(lines[blank + 1], line, strict=True)) for line in lines[blank + 2 :]]


ANALYST, OPERATOR = ("analyst",), ("operator", "P001")


def test_a_file_says_where_it_comes_from_and_holds_what_the_table_shows(published: Path):
    search = "?district=320211&firm_list.sort=enterprise_name"
    head, rows = csv_of(published, ANALYST, "firm_list", search)
    assert (head["数据截至日"], head["生成日"], head["筛选"]) == ("2025-12-31", "2026-01-05", "地区=滨湖区")
    assert "征求意见稿" in head["政策版本"]
    assert "示例数据" in head
    with reading_as(published, *ANALYST):
        shown, total = TABLES["firm_list"].fetch(View.read("/firms", search), limit=10_000)
    assert [row["统一社会信用代码"] for row in rows] == [row["enterprise_id"] for row in shown]
    assert len(rows) == total > 0


def test_the_head_names_the_conditions_in_words_and_the_rows_are_under_them(published: Path):
    search = "?outreach.net_ceiling_yuan__above=200000&outreach.qualified_on__from=2024-07-01&outreach.park_name__filled=1"
    head, rows = csv_of(published, ANALYST, "outreach", search)
    assert head["筛选"] == "计入上限 大于 200000；认定或发生日 不早于 2024-07-01；园区 不为空"
    assert rows
    assert all(float(row["计入上限"]) > 200_000 and row["认定或发生日"] >= "2024-07-01" and row["园区"] for row in rows)
    assert csv_of(published, ANALYST, "outreach", "?outreach.is_selective__is=true")[0]["筛选"] == "择优 等于 是"
    with pytest.raises(BadAddress):
        bytes_of(published, ANALYST, "outreach", "csv", "?outreach.enterprise_id__is=1")


def test_excel_and_json_hold_the_rows_of_the_text_file_and_no_formula(published: Path):
    search = "?firm_list.sort=enterprise_name"
    _, rows = csv_of(published, ANALYST, "firm_list", search)
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(published, ANALYST, "firm_list", "xlsx", search)))
    lines = book.get_sheet_by_index(0).to_python()
    blank = lines.index([""] * len(lines[0]))
    found = json.loads(bytes_of(published, ANALYST, "firm_list", "json", search))
    assert (found["provenance"]["数据截至日"], found["provenance"]["生成日"]) == ("2025-12-31", "2026-01-05")
    codes = [row["统一社会信用代码"] for row in rows]
    assert [line[1] for line in lines[blank + 2 :]] == [row["enterprise_id"] for row in found["rows"]] == codes
    cells = [cell for row in rows for cell in row.values()]
    assert '\'=HYPERLINK("http://x")' in cells
    assert '\'=HYPERLINK("http://x")' in [line[0] for line in lines]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)


def test_cells_a_spreadsheet_would_run_are_made_harmless():
    assert [exports.harmless(value) for value in ("=1", "+1", "-x", "@a", "\tb", "\rc", "ok", -5, None)] == [
        "'=1", "'+1", "'-x", "'@a", "'\tb", "\\u000dc", "ok", -5, None,
    ]


def test_a_long_file_is_heavy_work_and_a_short_one_waits_for_nobody(published: Path, shared: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "LONG", 5)
    queue = Queue(shared)
    for form in TABLES["firm_list"].forms:
        assert len(bytes_of(published, ANALYST, "firm_list", form, queue=queue)) > 1_000
    with monkeypatch.context() as small:
        small.setattr(exports, "SHEET_ROWS", 20)
        with pytest.raises(TooLong):  # a sheet that cannot hold all rows is not made
            bytes_of(published, ANALYST, "firm_list", "xlsx", queue=queue)
    with full(shared):  # what ended early gave its turn back
        with pytest.raises(Busy):
            bytes_of(published, ANALYST, "firm_list", "csv", queue=queue)
        assert bytes_of(published, ANALYST, "park_list", "csv", queue=queue)
    assert bytes_of(published, ANALYST, "firm_list", "csv", queue=queue)


@pytest.mark.parametrize(("who", "name", "form"), [
    (ANALYST, "park_list", "exe"), (ANALYST, "nix", "csv"), (OPERATOR, "audit", "csv"), (ANALYST, "users", "csv"), (("auditor",), "quarantine", "json"),
])  # fmt: skip
def test_there_is_no_file_of_another_form_nor_for_who_may_not_see_its_table(published: Path, who, name: str, form: str):
    with pytest.raises(NothingThere):
        bytes_of(published, who, name, form)


def test_an_operators_file_is_of_their_park_whatever_they_ask(published: Path):
    for search in ("", "?park=P002", "?park_list.park_name__filled=1"):
        _, rows = csv_of(published, OPERATOR, "park_list", search)
        assert {row["园区"] for row in rows} <= {"湖畔软件园"}
    _, rows = csv_of(published, OPERATOR, "clause_claims", "?clause=6b.1&clause_claims.park_name__not=湖畔软件园")
    assert rows == []


def test_the_page_to_print_holds_every_row_and_no_markup_of_a_file(published: Path):
    _, rows = csv_of(published, ANALYST, "firm_list")
    page = bytes_of(published, ANALYST, "firm_list", "html").decode()
    assert page.count("<tr>") == len(rows) + 1
    assert all(row["统一社会信用代码"] in page for row in rows)
    assert "数据截至日" in page
    names = [row["企业"] for row in rows if "<" in row["企业"]]
    assert names, "the small city has a name with markup"
    assert not any(name in page for name in names)
