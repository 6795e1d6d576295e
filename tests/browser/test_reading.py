"""Who reads how: screen readers (axe), keyboard, dark, paper, a phone, English; and the lighter plotly.js."""

import pytest
from conftest import PASSWORD

pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="No axe. pip install axe-playwright-python")

PAGES = (
    "/", "/measures", "/measures/6b.1", "/parks", "/parks/P001", "/firms", "/firms/91320200MA1X00003Q", "/parks/none",
    "/outreach", "/audit", "/whatif", "/whatif?set.6b.1.cap_wan=80", "/data", "/data?part=files", "/data?part=checks",
    "/data?part=quarantine", "/data?part=names", "/about", "/admin", "/account",
)


@pytest.fixture(scope="module")
def signed(browser, site: str) -> dict:
    """The cookies of a signed-in administrator, who may open every page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.fill("input[name=name]", "adm")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#page-sentence")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser, signed: dict):
    context = browser.new_context(storage_state=signed, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def ready(page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#main h1, #main .state")
    for graph in page.locator(".graph").all():
        graph.locator(".main-svg").first.wait_for()


def serious(page, *rules: str) -> list[str]:
    found = axe.Axe().run(page, options={"runOnly": [*rules]} if rules else None).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def test_no_page_is_left_out():
    from dashboard import pages

    assert {page.key for path in PAGES if (found := pages.match(path.split("?")[0])) for page in found[:1]} == {page.key for page in pages.PAGES}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(page, site: str, theme: str):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    rules = ("color-contrast",) if theme == "dark" else ()  # all else is the same page
    found = {}
    for path in PAGES:
        ready(page, site + path)
        for closed in page.locator(".claim:not([open]) > summary").all()[:1]:
            closed.click()
        if wrong := serious(page, *rules):
            found[path] = wrong
    page.context.clear_cookies()
    page.goto(site + "/login")
    if wrong := serious(page, *rules):
        found["/login"] = wrong
    assert found == {}


def test_the_switch_turns_the_page_and_its_figures_dark_and_is_remembered(page, site: str):
    page.emulate_media(color_scheme="light")
    ready(page, site + "/parks")
    label = "document.querySelector('.ytick text')"
    before = page.evaluate(f"getComputedStyle({label}).fill")
    page.click("#switch-theme")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate(f"getComputedStyle({label}).fill") != before
    ready(page, site + "/parks")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"


def test_the_other_language_is_one_click_away_and_stays(page, site: str):
    ready(page, site + "/parks?year=2025")
    page.click("#switch-language")
    page.wait_for_selector("h1:has-text('Parks')")
    assert "year=2025" in page.url
    assert page.get_attribute("html", "lang") == "en"
    ready(page, site + "/measures")
    assert page.inner_text("h1") == "Policy"


def test_the_keyboard_reaches_the_text_and_the_tables(page, site: str):
    ready(page, site + "/firms")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus("#table-firm_list th a")
    page.keyboard.press("Enter")
    page.wait_for_url("**firm_list.sort=**")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != ""


def test_paper_shows_filters_and_provenance_and_no_navigation(page, site: str):
    ready(page, site + "/parks?district=320211")
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".top").is_visible()
    head = page.inner_text(".print-head")
    assert "320211" in head
    assert "截至 2025-12-31" in head
    assert len(page.pdf(format="A4", landscape=True)) > 10_000


def test_no_width_scrolls_sideways(page, site: str):
    for path in PAGES:
        ready(page, site + path)
        for width in (1920, 1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_words_looked_for_in_a_long_table_find_its_rows(page, site: str):
    ready(page, site + "/measures/6b.1")
    name = page.inner_text("#table-clause_claims tbody td")
    page.fill("#find-clause_claims", name)
    page.press("#find-clause_claims", "Enter")
    page.wait_for_url("**clause_claims.find=**")
    page.wait_for_selector(".filter.find.on")
    assert {cell.inner_text() for cell in page.locator("#table-clause_claims tbody td:first-child").all()} == {name}


def test_the_lighter_plotly_js_is_the_one_that_is_loaded_where_it_is(page, site: str):
    from dashboard import plotly_bundle

    if not plotly_bundle.is_there():
        pytest.skip("The lighter plotly.js is not here. Fetch it: python -m dashboard.plotly_bundle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ready(page, site + "/measures")
    assert any(url.endswith(plotly_bundle.ADDRESS) for url in asked)
    assert not any("package_data/plotly" in url or "plotly.min.js" in url.replace(plotly_bundle.ADDRESS, "") for url in asked)


@pytest.mark.parametrize("path", ["/", "/measures", "/measures/6b.1", "/parks", "/parks/P001", "/data"])
def test_a_figure_has_room_for_its_labels_from_the_start_so_it_is_drawn_once(page, site: str, path: str):
    ready(page, site + path)
    assert page.locator(".js-plotly-plot").count() > 0
    grown = page.evaluate(
        """[...document.querySelectorAll(".js-plotly-plot")].flatMap(plot => ["l", "r", "t", "b"]
           .filter(side => plot._fullLayout._size[side] > plot.layout.margin[side])
           .map(side => [plot.id, side, plot.layout.margin[side], plot._fullLayout._size[side]]))"""
    )
    assert grown == []


def test_a_snapshot_published_or_withdrawn_under_an_open_page_is_told(page, site: str, published):
    import shutil

    ready(page, site + "/parks")
    assert page.locator("#strip-old").count() == 0
    old = (published / "CURRENT").read_text().strip()
    shutil.copytree(published / old, published / "20260301-test")
    try:
        ready(page, site + f"/parks?snapshot={old}")
        (published / "CURRENT").write_text("20260301-test")
        page.wait_for_timeout(2500)
        page.click("#nav-measures")
        page.wait_for_selector("#strip-old")
        page.click("#strip-old a")
        page.wait_for_selector("#strip-old", state="detached")
    finally:
        (published / "CURRENT").write_text(old)
    shutil.rmtree(published / "20260301-test")
    page.wait_for_timeout(2500)
    page.goto(site + "/parks?snapshot=20260301-test")
    page.wait_for_selector("#state-no_snapshot")
