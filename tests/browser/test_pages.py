"""The pages in a real browser: sign-in, numbers, filters, drill-down, files; nothing asked of the outside."""

import csv
import io
from urllib.parse import unquote

import pytest
from python_calamine import load_workbook

from tests.browser.conftest import PASSWORD

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect

PAGES = (
    "/", "/measures", "/measures/6b.1", "/measures/10b.2", "/measures/1a", "/parks", "/parks/P001", "/firms",
    "/firms/91320200MA1X00003Q", "/firms/91320200MA1X00002Q", "/outreach", "/audit",
)


def ready(page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#main h1, #main .state")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_renders_numbers_with_their_day_and_source(open_as, site: str, path: str):
    page = open_as("ana")
    ready(page, site + path)
    text = page.inner_text("#main")
    assert any(sign.isdigit() for sign in text)
    assert "截至 2025-12-31" in text
    assert page.inner_text("#strip-sample").startswith("示例数据")
    assert page.locator("#state-broken").count() == 0
    assert page.get_attribute("html", "lang") == "zh-CN"
    for graph in page.locator(".graph").all():
        graph.locator(".main-svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_password_stays_out_and_says_so(browser, site: str):
    page = browser.new_page()
    page.goto(site + "/parks")
    assert "/login?next=" in page.url
    page.fill("input[name=name]", "ana")
    page.fill("input[name=password]", "not this one")
    page.click("button[type=submit]")
    assert "不正确" in page.inner_text("[role=alert]")
    page.close()


def test_sorting_and_paging_happen_on_the_server_through_the_address(open_as, site: str):
    page = open_as("ana")
    ready(page, site + "/firms")
    page.click("#table-firm_list th:has-text('统一社会信用代码') a")
    page.wait_for_url("**firm_list.sort=enterprise_id")
    page.wait_for_selector("#table-firm_list th[aria-sort=ascending]:has-text('统一社会信用代码')")
    first = page.inner_text("#table-firm_list tbody tr")
    page.click("text=下一页")
    page.wait_for_url("**firm_list.page=2**")
    page.wait_for_selector("text=第 26–50 行")
    assert page.inner_text("#table-firm_list tbody tr") != first


def test_the_file_is_what_the_table_shows(open_as, site: str):
    page = open_as("ana")
    ready(page, site + "/parks?district=320211")
    with page.expect_download() as waiting:
        page.click("#export-park_list")
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_bytes().decode("utf-8-sig"))))
    assert waiting.value.suggested_filename == "park_list-2025-12-31.csv"
    assert rows[0][0] == "示例数据"
    names = [row[0] for row in rows[rows.index([]) + 2 :]]
    assert names == ["湖畔软件园"]
    assert page.locator("#table-park_list tbody tr").count() == 1
    with page.expect_download() as waiting:
        page.click("#export-park_list-xlsx")
    sheet = [[str(cell) for cell in row if cell != ""] for row in load_workbook(waiting.value.path()).get_sheet_by_index(0).to_python()]
    assert waiting.value.suggested_filename == "park_list-2025-12-31.xlsx"
    assert sheet[0][0] == "示例数据"
    assert rows[rows.index([]) + 1] == sheet[sheet.index([]) + 1]
    assert [row[0] for row in sheet[sheet.index([]) + 2 :]] == names


@pytest.mark.parametrize("back_as", ["ana", "adm"])
def test_a_note_typed_when_the_session_ended_is_told_and_filled_in_again_for_the_same_person(browser, site: str, back_as: str):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()

    def sign_in(name: str) -> None:
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector("#table-outreach")

    page.goto(f"{site}/outreach?year=2025")
    sign_in("ana")
    details = page.locator("#table-outreach details.how").first
    claim = details.get_attribute("id")
    details.locator("summary").click()
    details.locator("textarea").fill("王经理说下周来报")
    context.clear_cookies()
    details.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("没有保存")
    expect(page.locator("#typed")).to_have_value("王经理说下周来报")
    assert "王" not in unquote(page.url)
    page.click("a.link")
    sign_in(back_as)
    assert page.url == f"{site}/outreach?year=2025"
    again = page.locator(f"#{claim} textarea")
    if back_as == "adm":
        expect(again).to_have_value("")
        assert page.evaluate("window.sessionStorage.getItem('softcity-draft')") is None
        return
    expect(again).to_have_value("王经理说下周来报")
    page.locator(f"#{claim} button[type=submit]").click()
    page.wait_for_selector(".contacted")
    assert page.url == f"{site}/outreach?year=2025"
    assert page.evaluate("window.sessionStorage.getItem('softcity-draft')") is None, "what is done is not held"
    page.locator(".contacted button").first.click()
    expect(page.locator(".contacted")).to_have_count(0)
    context.close()


def test_an_operator_sees_one_park_and_the_city_only_as_a_median(open_as, site: str):
    page = open_as("opa")
    ready(page, site + "/")
    assert page.input_value("#filter-park") == "P001"
    assert page.locator(".tile").count() == 0
    ready(page, site + "/parks")
    assert page.locator("#table-park_list tbody tr").count() == 1
    assert "中位数" in page.inner_text("#main")
    ready(page, site + "/parks/P002")
    assert page.locator("#state-not_found").count() == 1


def test_how_it_is_counted_opens_by_keyboard_and_closes_with_escape(open_as, site: str):
    page = open_as("ana")
    ready(page, site + "/parks")
    page.focus("#figure-park_list .how summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#figure-park_list .popover:visible")
    assert "park_list.sql" in page.inner_text("#figure-park_list .popover")
    page.keyboard.press("Escape")
    page.wait_for_selector("#figure-park_list .popover", state="hidden")


def test_signing_out_closes_the_door(open_as, profiles, site: str):
    page = open_as("ana")
    profiles.pop("ana")  # signed out from here on
    ready(page, site + "/parks")
    page.click(".who form button")
    page.wait_for_url("**/login")
    page.goto(site + "/parks")
    assert "/login" in page.url
