"""What stands around every page: filters in the address, search, sign-in, schemes, a phone, paper, the keyboard."""

import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import go, rows, settled, sign_in

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def test_a_filter_survives_a_reload_goes_along_and_back_undoes_it(open_as, site: str):
    page = open_as("ana", "/firms")
    whole, told = rows(page), page.inner_text("#page-sentence")
    park = page.get_by_role("textbox", name="园区", exact=True)
    park.click()
    page.get_by_role("option", name="湖畔软件园").click()
    page.wait_for_url("**/firms?park=P001")
    expect(page.locator("#page-sentence")).not_to_have_text(told)
    page.wait_for_function("whole => !document.querySelector('.ag-pinned-left-cols-container').innerText.includes(whole)", arg=whole[0].split()[0])
    chosen = rows(page)
    page.reload()
    settled(page)
    assert rows(page) == chosen
    expect(park).to_have_value("湖畔软件园")
    page.locator(".nav-item", has_text="审计").click()
    page.wait_for_url("**/audit?park=P001")
    expect(park).to_have_value("湖畔软件园")
    page.go_back()
    page.wait_for_url("**/firms?park=P001")
    page.go_back()
    page.wait_for_url("**/firms")
    expect(park).to_have_value("")
    expect(page.locator(".ag-pinned-left-cols-container .ag-row").first).to_have_text(whole[0].split()[0])


def test_the_search_finds_a_firm_by_its_former_name_and_opens_it(open_as, site: str):
    page = open_as("ana", "/account")
    page.keyboard.press("Control+k")
    page.keyboard.type("示例旧名007")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("无锡示例007软件有限公司")
    assert page.title().startswith("无锡示例007软件有限公司 · ")


def test_the_other_scheme_darkens_figures_and_grids_and_asks_for_nothing(open_as, site: str):
    page = open_as("ana", "/parks")
    page.emulate_media(color_scheme="light")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    colours = """() => ['.ag-root-wrapper', '.card'].map(one => getComputedStyle(document.querySelector(one)).backgroundColor)
        .concat(getComputedStyle(document.querySelector('.ytick text')).fill)"""
    light = page.evaluate(colours)
    page.click("#scheme")
    page.wait_for_selector("html[data-mantine-color-scheme=dark]")
    page.wait_for_function("light => getComputedStyle(document.querySelector('.ag-root-wrapper')).backgroundColor !== light", arg=light[0])
    dark = page.evaluate(colours)
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert dark[0] == dark[1], "a grid is as dark as its card"
    assert asked == []
    page.reload()
    settled(page)
    assert page.evaluate(colours) == dark, "it is remembered"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.click("#scheme")


def test_a_note_stays_when_the_session_ends_and_is_saved_after_signing_in_elsewhere(browser, site: str):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/outreach?clause=6b.2")
    sign_in(page, "ana")
    settled(page)
    page.locator(".ag-row[row-index='0'] [col-id=act] button").click()
    form = page.get_by_role("dialog")
    form.get_by_label("备注").fill("王经理说下周来报")
    context.clear_cookies()
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#session-over")).to_be_visible()
    expect(form.get_by_label("备注")).to_have_value("王经理说下周来报")
    other = context.new_page()
    other.goto(f"{site}/login")
    sign_in(other, "ana")
    other.close()
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    expect(page.locator("#session-over")).to_be_hidden()
    go(page, "/outreach?clause=6b.2&contact=contacted")
    assert len(rows(page)) == 1
    context.close()


def test_a_phone_has_a_menu(open_as, site: str):
    page = open_as("ana")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/parks")
    settled(page)
    place = page.locator(".nav-item", has_text="企业")
    expect(place).not_to_be_in_viewport()
    page.get_by_role("button", name="主导航").click()
    expect(place).to_be_in_viewport()
    place.click()
    page.wait_for_url("**/firms")
    expect(place).not_to_be_in_viewport()


def test_paper_has_the_filters_and_whole_short_tables_and_no_navigation(open_as, site: str):
    page = open_as("ana", "/parks/P001?year=2025")
    page.emulate_media(media="print")
    for hidden in (".mantine-AppShell-navbar", ".mantine-AppShell-header", ".page-filters"):
        assert not page.locator(hidden).is_visible()
    head = page.inner_text(".print-head")
    assert "年份=2025" in head
    assert "数据截至 2025-12-31" in head
    assert page.locator(".table-wrap").evaluate_all("all => all.length && all.every(one => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1)")
    assert len(page.pdf(format="A4", landscape=True)) > 10_000


def test_the_keyboard_skips_to_the_text_and_opens_and_closes_how_it_is_counted(open_as, site: str):
    page = open_as("ana", "/parks")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("#figure-park_list .how summary", has_text="口径").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#figure-park_list .popover:visible")).to_contain_text("park_list.sql")
    page.keyboard.press("Escape")
    expect(page.locator("#figure-park_list .popover:visible")).to_have_count(0)


def test_the_other_language_is_one_click_away_and_stays(open_as, profiles, site: str):
    page = open_as("ana", "/parks?year=2025")
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Parks")
    assert page.url.endswith("/parks?year=2025")
    assert page.get_attribute("html", "lang") == "en"
    profiles["ana"].clear_cookies(name="softcity_language")


def test_a_wrong_password_stays_out_and_signing_out_ends_every_tab(browser, site: str):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/parks")
    assert "/login?next=" in page.url
    page.fill("input[name=name]", "ana")
    page.fill("input[name=password]", "not this one")
    page.click("button[type=submit]")
    assert "不正确" in page.inner_text("[role=alert]")
    sign_in(page, "ana")
    assert page.url == f"{site}/parks"
    page.locator("summary.who").click()
    page.click("#sign-out")
    page.wait_for_url("**/login**")
    page.goto(f"{site}/parks")
    assert "/login?next=" in page.url
    context.close()


def test_only_the_lighter_plotly_js_is_loaded_where_it_is(browser, open_as, site: str):
    from dashboard import plotly_bundle

    if not plotly_bundle.is_there():
        pytest.skip("The lighter plotly.js is not here. Fetch it: python -m dashboard.plotly_bundle")
    page = open_as("ana", "/parks")
    scripts = page.evaluate("performance.getEntriesByType('resource').map(one => one.name).filter(one => one.includes('plotly'))")
    assert {one.removeprefix(site) for one in scripts if "async-graph" not in one} == {plotly_bundle.ADDRESS}


def test_a_snapshot_published_or_withdrawn_under_an_open_page_is_told(open_as, published: Path, site: str):
    page = open_as("ana", "/parks")
    assert page.locator("#strip-old").count() == 0
    old = (published / "CURRENT").read_text().strip()
    shutil.copytree(published / old, published / "20260301-test")
    try:
        (published / "CURRENT").write_text("20260301-test")
        page.wait_for_timeout(2500)
        go(page, f"/parks?snapshot={old}")
        page.click("#strip-old a")
        page.wait_for_selector("#strip-old", state="detached")
    finally:
        (published / "CURRENT").write_text(old)
    shutil.rmtree(published / "20260301-test")
    page.wait_for_timeout(2500)
    go(page, "/parks?snapshot=20260301-test")
    assert page.locator(".state-no_snapshot").count() == 1
