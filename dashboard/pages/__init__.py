"""The pages. To add one: a file with PAGE and its tables, a line here, words in text/, questions in queries/."""

from dashboard.components.table import Table
from dashboard.pages import (
    about,
    account,
    admin,
    audit,
    clause,
    data,
    firm,
    firms,
    measures,
    outreach,
    overview,
    park,
    parks,
    whatif,
)
from dashboard.pages.page import Page

PAGES: tuple[Page, ...] = (
    overview.PAGE, measures.PAGE, clause.PAGE, parks.PAGE, park.PAGE, firms.PAGE, firm.PAGE, outreach.PAGE, audit.PAGE,
    whatif.PAGE, data.PAGE, about.PAGE, admin.PAGE, account.PAGE,
)
"""In the order of the navigation; a page without an icon does not stand in it."""

TABLES: dict[str, tuple[Table, tuple[str, ...]]] = {
    table.name: (table, page.roles) for page in PAGES for table in page.tables
}
"""Every table that can be exported, and the roles of its page."""


def match(path: str) -> tuple[Page, dict[str, str]] | None:
    """The page an address leads to and the ids in it."""
    asked = [part for part in path.split("/") if part]
    for page in PAGES:
        pattern = [part for part in page.path.split("/") if part]
        if len(pattern) != len(asked):
            continue
        if all(want.startswith("<") or want == got for want, got in zip(pattern, asked, strict=True)):
            return page, {want[1:-1]: got for want, got in zip(pattern, asked, strict=True) if want.startswith("<")}
    return None
