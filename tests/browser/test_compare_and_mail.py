"""Two days compared, and what is mailed to whom chosen, in a real browser."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect

BEFORE = "20251130-test"


@pytest.fixture
def lower(published: Path):
    """The enterprise code of a claim that was ten thousand yuan lower a month before; the snapshot of that month stands beside today's."""
    today = (published / "CURRENT").read_text().strip()
    with duckdb.connect(str(published / today / "marts.duckdb"), read_only=True) as db:
        asked = "select claim_id, enterprise_name from fct_claim where document = 'draft' and outcome = 'eligible' and net_ceiling_yuan > 10000 order by claim_id limit 1"
        claim, firm = db.execute(asked).fetchone()
    folder = published / BEFORE
    shutil.copytree(published / today, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "snapshot_id": BEFORE, "as_of": "2025-11-30"}), encoding="utf-8")
    with duckdb.connect(str(folder / "marts.duckdb")) as db:
        db.execute("update fct_claim set net_ceiling_yuan = net_ceiling_yuan - 10000 where claim_id = ?", [claim])
    yield firm
    shutil.rmtree(folder)


def test_two_days_are_chosen_and_the_claim_that_changed_is_found_under_a_fixed_address(open_as, site: str, lower: str):
    page = open_as("ana")
    page.wait_for_timeout(2500)   # the server looks for snapshots every other second
    page.goto(f"{site}/compare")
    sentence, rows = page.locator("#compare-head .sentence"), page.locator("#figure-compare_claims")
    expect(sentence).to_contain_text("2025-11-30", timeout=30_000)   # a process of its own compares; the last of the month before, unless another is chosen
    expect(rows.locator("[aria-rowcount]")).to_have_attribute("aria-rowcount", "2", timeout=30_000)   # the header and the one claim
    expect(rows).to_contain_text(lower, timeout=30_000)
    page.get_by_role("textbox", name="对比快照").click()
    page.get_by_role("option").filter(has_not_text=BEFORE).first.click()
    expect(sentence).not_to_contain_text("2025-11-30", timeout=30_000)
    expect(rows).not_to_contain_text(lower, timeout=30_000)
    page.go_back()
    expect(rows).to_contain_text(lower, timeout=30_000)
    page.get_by_role("link", name="本次对比的固定地址").click()
    page.wait_for_url(f"**then={BEFORE}**")
    expect(rows).to_contain_text(lower, timeout=30_000)


def test_a_person_says_where_mail_goes_and_what_is_sent_and_an_address_that_is_none_is_not_kept(open_as, site: str):
    page = open_as("ana")
    page.goto(f"{site}/account")
    address = page.locator("#account-mail-address")
    address.fill("no address")
    page.locator("#account-mail-save").click()
    expect(page.locator(".mantine-Notification-root")).to_contain_text("邮箱")
    address.fill("ana@example.org")
    page.get_by_label("月报").click()
    page.locator("#account-mail-save").click()
    expect(page.locator(".mantine-Notification-root").last).to_contain_text("已保存")
    page.goto(f"{site}/account")
    expect(address).to_have_value("ana@example.org")
    expect(page.get_by_label("月报")).to_be_checked()
