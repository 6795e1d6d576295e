"""Calling a firm, a finding to its end and back, and what tiles and cards do to their lists, in a real browser."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.base.findings import note_seen

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
    form.get_by_label("备注").fill("已电话联系财务")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    page.get_by_text("已联系", exact=True).first.click()
    page.wait_for_url("**contact=contacted**")
    expect(page.locator(ROWS)).to_have_count(1)
    act.get_by_role("button").click()
    expect(form).to_contain_text("已电话联系财务")
    form.get_by_label("联系状态").click()
    page.get_by_role("option", name="未联系").click()
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#outreach-empty .state-no_rows")).to_be_visible()


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


def test_a_finding_is_closed_goes_and_comes_back_and_ticked_ones_are_marked_at_once(open_as, site: str, published: Path, decisions: Path):
    """As an administrator: auditors have the same page. What builds see in between is written as they write it."""
    page = open_as("adm")
    page.goto(f"{site}/audit")
    page.locator(".ag-row[row-index='0'] [col-id=act] button").click()
    form = page.get_by_role("dialog")
    number = form.locator(".facts").get_by_text("BF0").inner_text()
    form.get_by_label("办理状态").click()
    page.get_by_role("option", name="已结案").click()
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("须写明理由，没有保存")).to_be_visible()
    form.get_by_label("经办人").fill("王科")
    form.get_by_label("说明").fill("批准文件齐全")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    expect(page.locator("#audit-states")).to_contain_text("已结案 1 项")
    rows = marts(published)
    [closed] = [row for row in rows if row["payment_nos"] == number]
    note_seen(decisions, [row for row in rows if row is not closed], "s2", "2026-01-31")
    note_seen(decisions, rows, "s3", "2026-02-28")
    page.reload()
    expect(page.locator("#audit-states")).to_contain_text("办结后再次出现 1 项")
    for place in (0, 1):
        page.locator(f".ag-row[row-index='{place}'] .ag-checkbox-input").first.check()
    page.get_by_role("button", name="标记所选 2 项").click()
    form.get_by_label("办理状态").click()
    page.get_by_role("option", name="已说明").click()
    form.get_by_label("说明").fill("专项核查")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#audit-states")).to_contain_text("已说明 2 项")
    with page.expect_download() as taken:
        page.locator("#audit-pack").click()
    assert taken.value.suggested_filename == "findings-2025-12-31.zip"


def marts(published: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        cursor = db.execute("select * from mart_audit_finding")
        return [dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor.fetchall()]
