"""A clause and the overview in a real browser: what a filter and a mark do."""

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect

ROWS = ".ag-center-cols-container .ag-row"


def choose(page, name: str, option: str) -> None:
    page.get_by_role("textbox", name=name, exact=True).click()
    page.get_by_role("option", name=option).click()


def click_bar(page, figure: str, number: int) -> None:
    """Plotly hears the mouse on a layer above its bars."""
    bars = page.locator(f"#{figure} .bars .point")
    bars.nth(number).wait_for(state="attached")
    bars.nth(number).scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, -120)")
    box = bars.nth(number).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 2, y)
    page.mouse.click(x, y)


def test_a_mark_sets_the_filters_of_the_claims_and_draws_no_page_anew(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/measures/6b.1")
    page.locator(ROWS).first.wait_for(state="attached")
    page.evaluate("document.querySelector('#clause-law').dataset.seen = 'yes'")
    click_bar(page, "figure-clause_funnel", 4)
    page.wait_for_url("**/measures/6b.1?outcome=eligible&stage=paid")
    expect(page.locator("#figure-clause_claims input[value=paid]")).to_be_checked()
    expect(page.locator(ROWS).filter(has_not_text="已拨付")).to_have_count(0)
    assert page.get_attribute("#clause-law", "data-seen") == "yes"
    page.locator("#figure-clause_claims label", has_text="全部").nth(1).click()
    page.wait_for_url("**/measures/6b.1?outcome=eligible")
    click_bar(page, "figure-clause_funnel", 4)
    page.wait_for_url("**/measures/6b.1?outcome=eligible&stage=paid")


def test_a_year_renews_figures_and_rows_survives_a_reload_and_back_gives_them_again(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/measures/6b.1")
    sentence = page.locator("#page-sentence")
    before = sentence.inner_text()
    page.locator(ROWS).first.wait_for(state="attached")
    choose(page, "年份", "2024")
    page.wait_for_url("**/measures/6b.1?year=2024")
    expect(sentence).not_to_have_text(before)
    expect(page.locator(ROWS).filter(has_not_text="2024-")).to_have_count(0)
    after = sentence.inner_text()
    page.reload()
    expect(sentence).to_have_text(after)
    expect(page.get_by_role("textbox", name="年份", exact=True)).to_have_value("2024")
    page.go_back()
    expect(sentence).to_have_text(before)


def test_a_park_is_chosen_on_the_overview_and_goes_along(open_as, site: str):
    page = open_as("ana")
    page.goto(site + "/")
    expect(page.locator("#figure-district_uptake")).to_have_count(1)
    choose(page, "园区", "湖畔软件园")
    expect(page.locator("#figure-district_uptake")).to_have_count(0)
    page.get_by_role("navigation").get_by_role("link", name="政策").click()
    page.wait_for_url("**/measures?park=P001")
    expect(page.get_by_role("textbox", name="园区", exact=True)).to_have_value("湖畔软件园")
