"""Parks in a real browser: a filter renews figure and rows, a mark leads to its park."""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def test_a_district_narrows_figure_and_rows_and_back_returns(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/parks")
    marks, rows = page.locator("#parks-ranking .point"), page.locator(".ag-pinned-left-cols-container .ag-row")
    marks.first.wait_for()  # plotly.js comes with the first figure
    expect(marks).to_have_count(3)
    expect(rows).to_have_count(3)
    page.get_by_role("textbox", name="地区").click()
    page.get_by_role("option", name="滨湖区", exact=True).click()
    page.wait_for_url("**/parks?district=320211")
    expect(marks).to_have_count(1)
    expect(rows).to_have_count(1)
    page.go_back()
    expect(marks).to_have_count(3)
    expect(rows).to_have_count(3)


def test_a_mark_leads_to_its_park(open_as, site: str):
    page = open_as("opa")
    page.goto(site + "/parks")
    page.locator("#parks-ranking .point").click(force=True)
    page.wait_for_url("**/parks/P001")
    expect(page.locator("h1")).to_have_text("湖畔软件园")
