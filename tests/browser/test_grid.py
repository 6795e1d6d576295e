"""A grid in a real browser: order, conditions and further rows from the server, columns, keyboard, files of the same rows."""

import csv
import io
from typing import Any

import pytest
from python_calamine import load_workbook

from tests.browser.conftest import go, rows, settled

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def lines(download: Any) -> list[str]:
    """The first column of a file, under the head of provenance."""
    if download.suggested_filename.endswith(".xlsx"):
        table = [[str(cell) for cell in row if cell != ""] for row in load_workbook(download.path()).get_sheet_by_index(0).to_python()]
    else:
        table = list(csv.reader(io.StringIO(download.path().read_bytes().decode("utf-8-sig"))))
    assert table[0][0] == "示例数据"
    return [row[0] for row in table[table.index([]) + 2 :]]


def test_a_grid_orders_narrows_and_fetches_on_the_server_and_its_files_hold_the_same(open_as, site: str):
    page = open_as("ana", "/firms")
    first = page.locator(".ag-pinned-left-cols-container .ag-row[row-index='0']")
    expect(first).to_have_text("无锡示例019软件有限公司")
    page.locator(".ag-header-cell[col-id=enterprise_id]").click()
    expect(first).to_have_text('=HYPERLINK("http://x")')
    page.locator(".ag-body-viewport").evaluate("one => one.scrollTop = one.scrollHeight")
    last = page.locator(".ag-pinned-left-cols-container .ag-row[row-index='79']")
    expect(last).to_contain_text("软件有限公司")
    page.locator(".ag-header-cell[col-id=claim_count] .ag-header-cell-filter-button").click()
    page.locator(".ag-popup input[type=number], .ag-popup input[type=text]").first.fill("10")
    link = page.locator("#figure-firm_list a", has_text="导出")
    expect(link).to_have_attribute("href", "/export/firm_list.csv?firm_list.claim_count__is=10&firm_list.sort=enterprise_id")
    page.keyboard.press("Escape")
    assert page.url.endswith("/firms?firm_list.claim_count__is=10&firm_list.sort=enterprise_id"), "as far as a reload or another reader needs it"
    shown = [row.split(" 9132")[0].split("（")[0] for row in rows(page)]
    for form in ("导出", "Excel"):
        with page.expect_download() as waiting:
            page.locator("#figure-firm_list a", has_text=form).click()
        assert lines(waiting.value) == shown
    page.locator("#figure-firm_list summary", has_text="列").click()
    page.get_by_role("checkbox", name="登记日").click()
    expect(page.locator(".ag-header-cell[col-id=registered_on]")).to_have_count(0)
    page.keyboard.press("Escape")
    name = first.inner_text()
    first.locator(".ag-cell").click(position={"x": 2, "y": 2})
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_on_a_phone_no_column_of_a_grid_is_pinned_so_that_the_others_have_room(open_as):
    page = open_as("ana", "/outreach")
    pinned, cells = page.locator(".ag-pinned-left-header .ag-header-cell"), page.locator(".ag-header-cell")
    expect(pinned).to_have_count(2)
    names = cells.all_inner_texts()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(pinned).to_have_count(0)
    page.reload()
    settled(page)
    expect(pinned).to_have_count(0)
    assert names[:2] == cells.all_inner_texts()[:2], "in the same order"
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(pinned).to_have_count(2)


def test_a_grid_whose_rows_come_when_its_page_was_left_raises_nothing(open_as):
    page = open_as("ana", "/outreach")
    page.evaluate("async () => { window.left = await dash_ag_grid.getApiAsync(document.querySelector('.grid [id]').id); }")
    go(page, "/about")
    assert page.evaluate("left.isDestroyed()")
    page.evaluate("dashAgGridFunctions.pin({ api: left })")
