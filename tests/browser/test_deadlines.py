"""From a figure to its rows, kept under a name, opened again and taken as a calendar, in a real browser."""

from pathlib import Path

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def test_a_lead_time_is_opened_kept_found_again_and_taken_along(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/deadlines")
    count = int(page.locator("#kpi-lead_d90 .kpi-value").inner_text())
    page.locator("#kpi-lead_d90").click()
    page.wait_for_url("**lead=d90")
    rows = page.locator("#figure-deadlines [aria-rowcount]")
    expect(rows).to_have_attribute("aria-rowcount", str(count + 1))
    page.locator(".who").click()
    page.get_by_label("名称").fill("三个月内")
    page.get_by_role("button", name="保存当前页").click()
    kept = page.locator("#saved-views").get_by_role("link", name="三个月内")
    expect(kept).to_be_visible()
    page.goto(f"{site}/firms")
    page.locator(".who").click()
    kept.click()
    page.wait_for_url("**/deadlines?lead=d90")
    expect(rows).to_have_attribute("aria-rowcount", str(count + 1))
    with page.expect_download() as download:
        page.get_by_role("link", name="日历").click()
    assert Path(download.value.path()).read_bytes().count(b"BEGIN:VEVENT") == count
    page.locator(".who").click()
    page.get_by_role("button", name="删除“三个月内”").click()
    expect(kept).to_have_count(0)
