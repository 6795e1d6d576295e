"""数据 and 账户 in a real browser: a name is settled, a check is clicked down to its rows, a user is added and switched off."""

import pytest

from tests.browser.conftest import PASSWORD, settled

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def test_a_steward_settles_a_name_and_sees_it_wait(open_as, site: str):
    page = open_as("ste", "/data?part=names")
    name = page.locator("article.name").first.locator(".name-printed strong").inner_text()
    first = page.locator("article.name", has_text=name).first
    first.locator(".candidate button").first.click()
    expect(first).to_contain_text("待下次更新")
    expect(first.locator(".candidate button")).to_have_count(0)


def test_a_failed_check_is_clicked_down_to_its_rows(open_as, site: str):
    page = open_as("ste", "/data?part=checks")
    page.get_by_role("link", name="核定金额不高于申请金额").click()
    expect(page.locator("#figure-quality_failures")).to_contain_text("applications/a.xlsx")


def test_an_admin_adds_a_user_who_changes_the_password_and_switches_them_off(open_as, site: str):
    page = open_as("adm", "/admin")
    if page.locator("#go-confirm").count():  # signed in more than ten minutes ago
        page.click("#go-confirm")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        settled(page)
    page.click("#user-add > summary")
    page.get_by_role("textbox", name="账号").first.fill("newcomer")
    page.locator("#add-password").fill(PASSWORD)
    page.click("#admin-add")
    row = page.locator("#figure-users .ag-pinned-left-cols-container .ag-row", has_text="newcomer")
    expect(row).to_have_count(1)
    other = open_as("newcomer", "/account")  # signs in with what the admin chose, and is asked for a password of their own
    for box, value in (("old", f"{PASSWORD} of my own"), ("new", "a better secret"), ("again", "a better secret")):
        other.locator(f"#account-{box}").fill(value)
    other.click("#account-save")
    other.wait_for_url("**/login**")
    page.goto(f"{site}/admin?who=newcomer")
    settled(page)
    log = page.locator("#figure-access_log")
    expect(log).to_contain_text("修改密码")
    expect(log.locator(".ag-center-cols-container .ag-row").filter(has_not_text="newcomer")).to_have_count(0)
    page.locator(f".ag-row[row-index='{row.get_attribute('row-index')}'] [col-id=act] button").first.click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("newcomer")
    form.get_by_role("button", name="停用").click()
    expect(form.get_by_role("button", name="启用")).to_be_visible()
    expect(page.locator(f"#figure-users .ag-center-cols-container .ag-row[row-index='{row.get_attribute('row-index')}']")).to_contain_text("已停用")
