"""Changing the law and seeing what it costs, in a real browser."""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def box(page):
    return page.get_by_role("textbox", name="封顶")


def test_an_amount_as_people_type_it_ends_in_a_short_address_and_an_answer(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/whatif")
    page.get_by_role("button", name="6 ").click()
    box(page).fill("八十")
    page.get_by_role("button", name="计算").click()
    expect(page.locator(".term.edited")).to_contain_text("请填金额")
    expect(page.locator(".term.edited")).to_have_count(1)  # opening the clauses changed none of their choices
    expect(box(page)).to_have_value("八十")
    box(page).fill("")
    box(page).press_sequentially("80万", delay=100)  # as a person types
    page.keyboard.press("Enter")
    page.wait_for_url("**/whatif?set.6b.1.cap_wan=80")
    expect(page.locator("#page-sentence")).to_contain_text("80.0 万元")
    expect(box(page)).to_have_value("80")
    expect(page.locator(".term.edited")).to_contain_text("现行 50 万元")
    told = page.locator("#page-sentence").inner_text()
    page.reload()
    expect(page.locator("#page-sentence")).to_have_text(told)
    expect(box(page)).to_have_value("80")


def test_the_slider_moves_the_box_and_undo_and_back_move_it_again(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/whatif?set.6b.1.cap_wan=80")
    page.locator(".term.edited").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(box(page)).to_have_value("81")
    page.get_by_role("button", name="计算").click()
    page.wait_for_url("**/whatif?set.6b.1.cap_wan=81")
    expect(page.locator("#page-sentence")).to_contain_text("81.0 万元")
    page.locator(".term.edited .undo").click()
    expect(box(page)).to_have_value("50")
    page.go_back()
    expect(box(page)).to_have_value("80")
    expect(page.locator("#page-sentence")).to_contain_text("80.0 万元")
