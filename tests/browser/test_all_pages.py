"""Every page in one visit: it shows its day, fits its width, and axe finds nothing, light and dark. Who may see it: tests/unit/dashboard/test_walk.py."""

from itertools import chain

import dash
import pytest

from tests.browser.conftest import axe, go

ADDRESSES = {
    "ana": (
        "/", "/industry", "/industry?park=P001", "/industry/firms", "/industry/build-out", "/indicators/a", "/measures", "/measures/6b.1", "/measures/6b.1/versions", "/measures/1a", "/parks", "/parks/P001", "/firms", "/firms/91320200MA1X00003Q", "/outreach", "/audit", "/deadlines", "/records", "/records?records=leases",
        "/whatif?set.6b.1.cap_wan=80", "/compare", "/data", "/data?part=files", "/data?part=checks", "/data?part=quarantine", "/about", "/account",
    ),
    "opa": ("/", "/parks", "/outreach"), "ste": ("/data?part=names", "/deliver"), "adm": ("/admin",),
}  # fmt: skip
"""By whom: each page by one who may do the most there, an operator's where it is another page."""


def test_no_page_is_left_out(published):
    from dashboard import request
    from dashboard.app import create_app

    create_app(published, published.parent / "accounts.sqlite")
    walked = {found[0]["module"] for address in chain(*ADDRESSES.values()) if (found := request.match(address.partition("?")[0]))}
    assert walked == {page["module"] for page in dash.page_registry.values() if page["path"] != "/404"}


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_whole_and_accessible_in_both_schemes(open_as, name: str):
    page = open_as(name, "/account")
    page.add_style_tag(content="* { transition: none !important; }")   # colours are read when they have changed
    found: dict[str, list[str]] = {}
    for address in ADDRESSES[name]:
        go(page, address)
        wrong = []
        if page.locator(".state-no_permission").count():
            wrong.append("refused")
        if page.locator(".state-broken").count():
            wrong.append("broken")
        if page.locator(".page-body").count() and "数据截至 2025-12-31" not in page.inner_text("#main"):
            wrong.append("its day is not told")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"scrolls sideways at {width}")
        for closed in page.locator("#main .claim:not([open]) > summary").all()[:1]:
            closed.click()
        for grid in page.locator("#main .grid").all():
            grid.evaluate("one => one.scrollIntoView()")   # what is far below the fold is not drawn, and axe takes it for empty
            page.wait_for_timeout(300)
        for scheme in ("light", "dark"):
            page.evaluate("scheme => document.documentElement.dataset.mantineColorScheme = scheme", scheme)
            wrong += [f"{scheme}: {one}" for one in axe(page, *(["color-contrast"] if scheme == "dark" else []))]   # all else is the same page
        page.evaluate("document.documentElement.dataset.mantineColorScheme = 'light'")
        if wrong:
            found[address] = wrong
    assert not found, "\n".join(f"{address}\n  " + "\n  ".join(wrong) for address, wrong in found.items())
