"""Take every page of a served dashboard as its readers see it, into docs/pictures/.

    python docs/pictures.py http://127.0.0.1:8050 [--folder DIR] [--only overview,park] [--roles analyst] [--widths 1440] [--dark]

Needs the accounts of `softcity demo` (a name and a role each, one password), Playwright and a Chromium (CHROMIUM).
Pictures are JPEG of one screen, or of the whole page with --whole; only the README's overview is kept as PNG.
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.chromium import ARGUMENTS, chromium

PARK, FIRM_LINK = "WXP01", ".ag-row a[href*='/firms/']"
PAGES = {
    "analyst": {
        "overview": "/", "measures": "/measures", "clause": "/measures/6b.1", "rent": "/measures/10b.2", "parks": "/parks",
        "park": f"/parks/{PARK}", "firms": "/firms", "firm": FIRM_LINK, "outreach": "/outreach", "whatif": "/whatif",
        "about": "/about", "account": "/account",
    },
    "operator": {"overview": "/", "park": f"/parks/{PARK}", "outreach": "/outreach", "measures": "/measures"},
    "auditor": {"audit": "/audit"},
    "steward": {f"data-{part}": f"/data?part={part}" for part in ("sources", "files", "checks", "quarantine", "names")},
    "admin": {"admin": "/admin"},
}  # fmt: skip


def take(browser: Browser, site: str, role: str, width: int, options: argparse.Namespace) -> None:
    """One role's pages at one width."""
    context = browser.new_context(
        viewport={"width": width, "height": width * 5 // 8}, locale="zh-CN", color_scheme="dark" if options.dark else "light"
    )
    page = context.new_page()
    page.goto(f"{site}/login")
    page.fill("input[name=name]", role)
    page.fill("input[name=password]", options.password)
    page.click("button[type=submit]")
    page.wait_for_selector("#page-sentence")
    for name, path in PAGES[role].items():
        if options.only and name not in options.only.split(","):
            continue
        if path.startswith("/"):
            page.goto(site + path)
        else:
            page.goto(site + "/outreach")
            page.locator(path).first.click()
        page.wait_for_selector("#main h1, #main .state")
        page.wait_for_load_state("networkidle")
        for graph in page.locator(".graph").all():
            graph.locator(".main-svg").first.wait_for()
        file = options.folder / f"{role}-{name}-{width}{'-dark' if options.dark else ''}.{options.form}"
        page.screenshot(path=file, type=options.form, full_page=options.whole, **({"quality": 60} if options.form == "jpeg" else {}))
        if (role, name, width) == ("analyst", "overview", 1440) and not (options.dark or options.whole):
            page.screenshot(path=options.folder / "overview.png")
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--only", help="page names, with commas")
    parser.add_argument("--roles", default=",".join(PAGES))
    parser.add_argument("--widths", default="1440,1920")
    parser.add_argument("--password", default="softcity-demo")
    parser.add_argument("--form", default="jpeg", choices=("jpeg", "png"))
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for role in options.roles.split(","):
            for width in options.widths.split(","):
                take(browser, options.site, role, int(width), options)
        browser.close()


if __name__ == "__main__":
    main()
