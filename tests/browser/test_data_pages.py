"""模拟, 数据, 关于 and 账户 in a real browser: a form in, numbers and names out, and what each role may do."""

import pytest
from conftest import PASSWORD

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def ready(page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#main h1, #main .state")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ste", "/data"), ("ste", "/data?part=files"), ("ste", "/data?part=checks&check=applications_approved"),
        ("ste", "/data?part=quarantine"), ("ste", "/data?part=names"), ("ana", "/about"), ("opa", "/about"),
        ("adm", "/admin"), ("opa", "/account"), ("ana", "/whatif"), ("ana", "/whatif?set.6b.1.cap_wan=80"),
    ],
)  # fmt: skip
def test_each_page_renders_within_its_width(open_as, site: str, name: str, path: str):
    page = open_as(name)
    ready(page, site + path)
    assert page.locator("#state-broken").count() == 0
    assert page.inner_text("h1")
    for graph in page.locator(".graph").all():
        graph.locator(".main-svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_steward_settles_a_name_and_sees_it_wait(open_as, site: str):
    page = open_as("ste")
    ready(page, site + "/data?part=names")
    first = page.locator("article.name").first
    printed = first.locator(".name-printed > strong").inner_text()
    first.locator(".candidate button").first.click()
    page.wait_for_selector("text=已决定，待下次更新")
    assert page.url.endswith("/data?part=names")
    assert page.locator("article.name", has_text=printed).locator(".candidate button").count() == 0


def test_a_failed_check_is_clicked_down_to_its_rows(open_as, site: str):
    page = open_as("ste")
    ready(page, site + "/data?part=checks")
    page.click("#table-quality_results a:has-text('核定金额不高于申请金额')")
    page.wait_for_selector("#table-quality_failures")
    assert "applications/a.xlsx" in page.inner_text("#table-quality_failures")


def test_an_admin_adds_a_user_who_signs_in_and_changes_the_password(open_as, site: str, browser):
    page = open_as("adm")
    ready(page, site + "/admin")
    if page.locator("#go-confirm").count():  # signed in more than ten minutes ago
        page.click("#go-confirm")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
    page.click("#user-add > summary")
    page.fill("#user-add input[name=name]", "newcomer")
    page.fill("#user-add input[name=password]", PASSWORD)
    page.select_option("#user-add select[name=role]", "auditor")
    page.click("#user-add button[type=submit]")
    page.wait_for_selector("#manage-newcomer")
    other = open_as("newcomer")  # signs in with what the admin chose, and is asked for a password of their own
    other.click("#nav-account")
    other.wait_for_selector("#account-password")
    for box, value in (("old", f"{PASSWORD} of my own"), ("new", "a better secret"), ("again", "a better secret")):
        other.fill(f"#account-password input[name={box}]", value)
    other.click("#account-password button[type=submit]")
    other.wait_for_url("**/login?next=**")
    page.reload()
    page.wait_for_selector("#table-access_log")
    page.select_option("#filter-who", "newcomer")
    page.wait_for_url("**who=newcomer**")
    expect(page.locator("#table-access_log tbody tr").filter(has_not_text="newcomer")).to_have_count(0)
    assert "修改密码" in page.inner_text("#table-access_log")
    page.click("#manage-newcomer > summary")
    page.click("#manage-newcomer button:has-text('停用')")
    page.wait_for_selector("#table-users tr:has-text('newcomer') >> text=已停用")


@pytest.mark.parametrize("path", ["/whatif", "/data", "/admin"])
def test_an_operator_is_told_plainly_that_a_page_is_not_theirs(open_as, site: str, path: str):
    page = open_as("opa")
    ready(page, site + path)
    assert page.locator("#state-no_permission").count() == 1
    assert page.locator(f"#nav-{path[1:]}").count() == 0
