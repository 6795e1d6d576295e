"""报送 in a real browser: a file with a header nobody knows is dropped, the header taught, the file confirmed."""

from pathlib import Path

import pytest

expect = pytest.importorskip("playwright.sync_api", reason="No Playwright. Install it: pip install playwright").expect


def test_a_steward_drops_a_file_says_what_its_header_means_and_confirms_it(open_as, tmp_path: Path, decisions: Path):
    file = tmp_path / "四季度_2025-12-30.csv"
    file.write_text("园区编码,承租单位,入驻日期,年度,年租金(元)\nP001,无锡甲软件有限公司,2025-01-01,2025,1000\n", encoding="utf-8")
    page = open_as("ste", "/deliver")
    page.locator("#hand-in-source").click()
    page.get_by_role("option", name="园区入驻与租金").click()
    with (large := tmp_path / "large.csv").open("wb") as out:
        out.truncate(40 << 20)
    page.set_input_files("#hand-in-file input[type=file]", large)
    expect(page.locator("#hand-in-told")).to_contain_text("超过 32 MB")   # told before it is read
    page.set_input_files("#hand-in-file input[type=file]", file)
    checked = page.locator(".handed-in")
    expect(checked).to_contain_text("整件不收", timeout=30_000)
    checked.get_by_label("“承租单位”是哪一列").first.click()
    page.get_by_role("option", name="企业名称").click()
    page.locator("#hand-in-teach-why").fill("园区来函")
    page.click("#hand-in-teach")
    expect(checked).to_contain_text("可以确认", timeout=30_000)
    expect(checked).to_contain_text("人工教会")
    page.click("#hand-in-confirm")
    expect(page.locator("#notices, .mantine-Notification-root").first).to_be_attached()
    expect(checked).to_have_count(0, timeout=30_000)
    assert [path.name for path in (decisions.parent / "landing" / "tenancies").glob("tenancies_2025-12-30_*.csv")] == ["tenancies_2025-12-30_no3.csv"]
