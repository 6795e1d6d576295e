"""Every page as each role sees it, in one visit: it shows its day, fits its width, and axe finds nothing, light and dark."""

import dash
import pytest

from tests.browser.conftest import axe, go

ADDRESSES = (
    "/", "/industry", "/industry?park=P001", "/industry/build-out", "/indicators/a", "/measures", "/measures/6b.1", "/measures/1a", "/parks", "/parks/P001", "/firms", "/firms/91320200MA1X00003Q", "/outreach", "/audit",
    "/whatif?set.6b.1.cap_wan=80", "/data", "/data?part=files", "/data?part=checks", "/data?part=quarantine", "/data?part=names", "/about", "/admin", "/account",
)


def test_no_page_is_left_out(published):
    from dashboard import request
    from dashboard.app import create_app

    create_app(published, published.parent / "accounts.sqlite")
    walked = {found[0]["module"] for address in ADDRESSES if (found := request.match(address.partition("?")[0]))}
    assert walked == {page["module"] for page in dash.page_registry.values() if page["path"] != "/404"}


@pytest.mark.parametrize("name", ["ana", "adm"])
def test_every_page_is_whole_for_its_role_and_accessible_in_both_schemes(open_as, site: str, name: str):
    walk(open_as, site, name)


def walk(open_as, site: str, name: str) -> None:
    """Every address as one person sees it; raises with all that is wrong."""
    page = open_as(name, "/account")
    page.add_style_tag(content="* { transition: none !important; }")   # colours are read when they have changed
    may = set(page.locator(".nav-item").evaluate_all("all => all.map(one => new URL(one.href).pathname)"))
    found: dict[str, list[str]] = {}
    for address in ADDRESSES:
        go(page, address)
        wrong = []
        top = "/" + address.strip("/").split("/")[0].split("?")[0]
        is_shown = page.locator("#state-no_permission").count() == 0
        if is_shown is not (top in may or top in ("/account", "/indicators")):
            wrong.append("shown" if is_shown else "refused")
        if page.locator("#state-broken").count():
            wrong.append("broken")
        if page.locator(".page-body").count() and "数据截至 2025-12-31" not in page.inner_text("#main"):
            wrong.append("its day is not told")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"scrolls sideways at {width}")
        for closed in page.locator("#main .claim:not([open]) > summary").all()[:1]:
            closed.click()
        for scheme in ("light", "dark"):
            page.evaluate("scheme => document.documentElement.dataset.mantineColorScheme = scheme", scheme)
            wrong += [f"{scheme}: {one}" for one in axe(page, *(["color-contrast"] if scheme == "dark" else []))]   # all else is the same page
        page.evaluate("document.documentElement.dataset.mantineColorScheme = 'light'")
        if wrong:
            found[address] = wrong
    assert not found, "\n".join(f"{address}\n  " + "\n  ".join(wrong) for address, wrong in found.items())
