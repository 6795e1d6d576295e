"""Finding a firm, and opening what its claims rest on, in a real browser."""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect

FIRM = "91320200MA1X00010Q"


def test_a_firm_is_found_by_its_former_name_and_leads_to_its_reasons(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/firms")
    page.get_by_placeholder("名称、曾用名或信用代码").fill("示例旧名007")
    expect(page.locator("#page-sentence")).to_contain_text("1 家")
    rows = page.locator(".ag-pinned-left-cols-container .ag-row")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("无锡示例007软件有限公司")
    expect(page.locator(".claim").first.locator(".answer")).to_have_count(3)


def test_a_claim_is_opened_by_keyboard_and_a_year_leaves_its_claims(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/firms/{FIRM}")
    claims = page.locator(".claim")
    expect(claims).to_have_count(6)
    claims.nth(3).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(claims.nth(3).locator(".answer")).to_have_count(3)
    page.get_by_role("textbox", name="年份").click()
    page.get_by_role("option", name="2024").click()
    page.wait_for_url("**?year=2024")
    expect(claims).not_to_have_count(6)
    page.go_back()
    expect(claims).to_have_count(6)


def test_markup_in_a_name_is_shown_as_text(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/firms/91320200MA1X00002Q")
    expect(page.locator("h1")).to_have_text("<script>alert(1)</script>软件")
