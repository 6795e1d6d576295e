"""Visits in Chromium: bytes and requests over the wire, and the moment the content stands."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

# Ready: the heading is there, every figure is drawn, every grid has its rows (or says that there are none).
_WATCH = """
window.readyAt = 0;
function ready() {
  var graphs = document.querySelectorAll(".graph").length, drawn = document.querySelectorAll(".graph .main-svg:first-of-type").length;
  var grids = Array.from(document.querySelectorAll(".grid")).filter(function (grid) { return grid.offsetParent; });
  return document.querySelector("h1") && drawn >= graphs && grids.every(function (grid) { return grid.querySelector(".ag-overlay-no-rows-center") || Array.from(grid.querySelectorAll(".ag-cell-value")).some(function (cell) { return cell.textContent; }); });
}
new MutationObserver(function () { if (!window.readyAt && ready()) window.readyAt = performance.now(); }).observe(document, { childList: true, subtree: true });
"""
_CHOOSE = """
(function () {
  function rows() { return Array.from(document.querySelectorAll(".ag-center-cols-container .ag-row:not(.ag-row-loading)")).map(function (row) { return row.textContent; }).join("|"); }
  window.before = rows(); window.shownAfter = 0;
  document.addEventListener("click", function chose(event) {
    if (!event.target.closest("[role=option]")) return;
    document.removeEventListener("click", chose, { capture: true });
    var began = performance.now();
    (function look() { var now = rows(); if (now && now !== window.before) window.shownAfter = performance.now() - began; else requestAnimationFrame(look); })();
  }, { capture: true });
})()
"""


def signed_in(browser: Browser, address: str, cookie: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    if cookie:
        name, value = cookie.split("=", 1)
        # Of the whole site: made from a page's address it would hold for the pages beside it alone, and its scripts,
        # asked for without it and then with the one the server sets, would be kept under neither.
        site = urlsplit(address)
        context.add_cookies([{"name": name, "value": value, "url": f"{site.scheme}://{site.netloc}"}])
    context.add_init_script(_WATCH)
    return context


def visit(context: BrowserContext, address: str) -> dict[str, Any]:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    finished: list[float] = []
    cached: set[str] = set()
    asked: set[str] = set()
    done: set[str] = set()
    session.on("Network.requestWillBeSent", lambda event: asked.add(event["requestId"]))
    session.on("Network.loadingFailed", lambda event: done.add(event["requestId"]))
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on("Network.loadingFinished", lambda event: done.add(event["requestId"]))
    session.on(
        "Network.loadingFinished",
        lambda event: finished.append(event["encodedDataLength"]) if event["requestId"] not in cached else None,
    )
    page.goto(address)
    # Asked again and again from outside: wait_for_function needs eval, which the content policy forbids.
    for _ in range(1500):
        if page.evaluate("window.readyAt"):
            break
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    # A page of words alone is ready before plotly.js, asked for early, has come: what is cut off is not kept by the
    # browser and would be counted at the repeat visit. So: until everything asked for has come, and a second more.
    for _ in range(500):
        if not asked - done:
            break
        page.wait_for_timeout(20)
    page.wait_for_timeout(1000)
    wire = [size for size in finished if size > 0]
    seen = {"bytes": int(sum(wire)), "requests": len(wire), "ready_ms": round(page.evaluate("window.readyAt"))}
    page.close()
    return seen


def chosen(context: BrowserContext, address: str, label: str, options: Sequence[str]) -> tuple[list[dict[str, Any]], list[float]]:
    """Choose values of a filter of a page, one after the other: the callbacks the last one fired, and for each the ms until other rows stand there."""
    page = context.new_page()
    fired: list[dict[str, Any]] = []
    times: list[float] = []
    page.on("request", lambda request: fired.append(request.post_data_json) if "/_dash-update-component" in request.url else None)
    page.goto(address)
    page.wait_for_selector(".ag-row .ag-cell-value", state="attached")
    page.wait_for_timeout(1500)
    for option in options:
        page.evaluate(_CHOOSE)
        page.click(f'input[aria-label="{label}"]')
        page.wait_for_timeout(400)
        fired.clear()
        page.click(f'[role=option]:has-text("{option}")')
        for _ in range(500):
            if page.evaluate("window.shownAfter"):
                break
            page.wait_for_timeout(10)
        times.append(page.evaluate("window.shownAfter"))
        page.wait_for_timeout(600)
    bodies = {body["output"]: body for body in fired}
    page.close()
    return list(bodies.values()), times


def visits(browser: Browser, address: str, cookie: str, times: int = 3) -> dict[str, Any]:
    """The median first visit and repeat visit of one page."""
    first, again = [], []
    for _ in range(times):
        context = signed_in(browser, address, cookie)
        first.append(visit(context, address))
        again.append(visit(context, address))
        context.close()
    middle = {"first": first, "again": again}
    return {
        f"{name}_{key}": sorted(one[key] for one in found)[len(found) // 2]
        for name, found in middle.items()
        for key in ("bytes", "requests", "ready_ms")
    }
