"""Calling a firm, and what tiles and cards do to their lists, in a real browser."""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect

ROWS = ".ag-pinned-left-cols-container .ag-row"


def test_a_firm_is_marked_as_contacted_by_keyboard_and_opened_again(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/outreach?clause=6b.1")
    act = page.locator(".ag-row[row-index='0'] [col-id=act]")
    act.click(position={"x": 2, "y": 2})
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("未联系")
    form.get_by_role("textbox").fill("已电话联系财务")
    form.get_by_role("button", name="标记已联系").click()
    expect(form).to_have_count(0)
    page.get_by_text("已联系", exact=True).first.click()
    page.wait_for_url("**contact=contacted**")
    expect(page.locator(ROWS)).to_have_count(1)
    act.get_by_role("button").click()
    expect(form).to_contain_text("已电话联系财务")
    form.get_by_role("button", name="重新打开").click()
    expect(page.locator("#state-no_rows")).to_be_visible()


def test_a_tile_filters_the_list_and_back_undoes_it(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/outreach")
    whole = page.locator("#page-sentence").inner_text()
    tile = page.locator("#figure-outreach_groups .barlayer .point path").nth(1)
    for _ in range(2):  # the same tile once more: it counts again
        tile.scroll_into_view_if_needed()
        box = tile.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url("**clause=**")
        expect(page.locator("#page-sentence")).not_to_have_text(whole)
        clause = page.url.split("clause=")[1].split("&")[0]
        assert page.locator(".local-filters input").first.input_value().startswith(clause)
        page.go_back()
        expect(page.locator("#page-sentence")).to_have_text(whole)


def test_a_kind_of_finding_narrows_the_list_and_a_second_click_gives_it_up(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/audit")
    card = page.locator("#finding-paid_not_eligible")
    found = int(card.locator(".finding-count").inner_text())
    card.click()
    page.wait_for_url("**finding=paid_not_eligible")
    expect(page.locator("#figure-audit [aria-rowcount]")).to_have_attribute("aria-rowcount", str(found + 1))
    card.click()
    page.wait_for_url("**/audit")
    expect(card).not_to_be_checked()
