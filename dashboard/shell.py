"""What stands around every page: navigation, search, who is signed in, language, colour scheme, notifications."""

from collections.abc import Iterator
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from flask import g, has_request_context

from dashboard import request, saved, theme
from dashboard.components import notices
from dashboard.query import ask, ask_page, by_policy
from dashboard.text import LANGUAGES, html_language, language, t, word
from dashboard.view import address, search_key

FILTER = {"type": "filter", "key": ALL, "default": ALL}
MARK = {"type": "graph", "name": ALL}
FOUND = 8
"""Firms the search shows."""


def pages_of(role: str) -> list[dict[str, Any]]:
    """The pages of the navigation that a role may see, in order."""
    return [page for page in dash.page_registry.values() if page.get("icon") and role in page.get("roles", ())]


def title_of(page: dict[str, Any]) -> str:
    """A page's name in the navigation; one without words of its own has the one it was registered with."""
    try:
        return t(f"page.{request.key_of(page)}.nav")
    except KeyError:
        return str(page["name"])


def _navigation() -> list[Any]:
    pages = pages_of(g.user.role)
    paths = [page["path"] for page in pages]
    return [
        dmc.NavLink(
            label=title_of(page), href=page["path"], id={"type": "nav", "path": page["path"]}, leftSection=html.I(className=f"icon {page['icon']}"),
            # a page below which another of the navigation lies is not active with that one
            active="exact" if any(path != page["path"] and path.startswith(page["path"].rstrip("/") + "/") for path in paths) else "partial",
            className="nav-item below" if any(path != "/" and page["path"].startswith(f"{path}/") for path in paths) else "nav-item",
        )
        for page in pages
    ]  # fmt: skip


def _search() -> Any:
    return dmc.Select(
        id="search", data=[], searchable=True, clearable=True, placeholder=t("search.hint"), nothingFoundMessage=t("search.nothing"), size="xs",
        w=210, ml="auto", filter={"function": "everyOption"}, leftSection="⌕", comboboxProps={"width": 380, "position": "bottom-end"}, maxDropdownHeight=420,
        clearButtonProps={"aria-label": t("search.clear")}, **{"aria-label": t("search.label")},
    )  # fmt: skip


def _who() -> Any:
    """The language, the colour scheme, and whose session this is."""
    user = g.user
    other = next(name for name in LANGUAGES if name != language())
    parks = f" · {t('comma').join(user.parks)}" if user.parks else ""
    return dmc.Group(
        [
            dmc.ColorSchemeToggle(id="scheme", lightIcon="☀", darkIcon="☾", variant="default", size="md", **{"aria-label": t("frame.theme")}),
            html.Button(t("frame.other_language"), type="button", id="language", className="plain", title=t("frame.language"), lang=other, **{"data-language": other}),
            html.Details(
                [
                    html.Summary([html.Strong(user.name, id="user-name"), html.Small(word("role", user.role) + parks)], className="who"),
                    html.Div(
                        [
                            saved.menu(), dcc.Link(t("page.account.title"), href="/account", id="go-account", className="link"),
                            html.Form(html.Button(t("frame.sign_out"), type="submit", className="plain", id="sign-out"), action="/logout", method="post"),
                        ],
                        className="popover menu",
                    ),
                ],
                className="how",   # not dmc.Menu: it says aria-expanded of a plain element around its button
            ),
        ],
        gap="xs", wrap="nowrap",
    )  # fmt: skip


def layout() -> Any:
    """The shell for whoever asks: its navigation is theirs, and nothing of another's scope travels in it."""
    if not has_request_context() or not g.get("user"):  # Dash asks for the layout once at the start, for nobody
        return html.Div(dash.page_container)
    brand = dmc.Group([html.Span(t("frame.mark"), className="mark"), html.Div([html.Strong(t("frame.name")), html.Small(g.snapshot.city_name if g.snapshot else "")])], gap="sm", className="brand")
    return dmc.MantineProvider(
        dmc.DatesProvider(
            dmc.AppShell(
                [
                    dcc.Location(id="here", refresh=False), dcc.Location(id="go", refresh="callback-nav"), dcc.Store(id="filters"), dcc.Store(id="search-words"), dcc.Store(id="show"),
                    dmc.NotificationContainer(id="notices", position="bottom-right"), html.A(t("frame.skip"), href="#main", className="skip"),
                    html.Div(t("frame.offline"), id="offline", className="strip", hidden=True, role="alert"),
                    html.Div([t("frame.session_over"), html.A(t("frame.session_again"), href="/login", target="_blank", rel="noopener")], id="session-over", className="strip", hidden=True, role="alert"),
                    dmc.AppShellHeader(dmc.Group([dmc.Burger(id="menu", size="sm", hiddenFrom="sm", **{"aria-label": t("frame.navigation")}), _search(), notices.bell(), _who()], h="100%", px="md", wrap="nowrap", gap="sm", justify="flex-end")),
                    dmc.AppShellNavbar([brand, *_navigation()], p="sm", **{"aria-label": t("frame.navigation")}),
                    dmc.AppShellMain(html.Div(dash.page_container, id="main", tabIndex="-1")),
                ],
                id="shell", layout="alt", padding=0, header={"height": 56}, navbar={"width": 176, "breakpoint": "sm", "collapsed": {"mobile": True}},
            ),
            settings={"locale": html_language().lower(), "firstDayOfWeek": 1},
        ),
        theme=theme.mantine(), defaultColorScheme="auto",
    )  # fmt: skip


def _clauses(words: str) -> Iterator[tuple[str, str]]:
    """Clauses of every policy that have these words: what each is called, and where it is."""
    for policy in by_policy():
        of = {"policy": policy.policy_id} if g.snapshot.has_several else {}
        for row in ask("clause_list"):
            if words in (name := f"{row['clause_id']} {row['title_zh']}").lower():
                yield f"{name} · {policy.title}" if of else name, address(f"/measures/{row['clause_id']}", of)


def found(words: str) -> list[dict[str, Any]]:
    """Pages, clauses, parks and firms that the search finds, by kind: what each is called and where it is."""
    asked, key = words.strip().lower(), search_key(words)
    by_kind = [
        ("pages", [(title_of(page), page["path"]) for page in pages_of(g.user.role) if asked in title_of(page).lower()]),
        ("clauses", [*_clauses(asked)][:FOUND] if asked else []),
        ("parks", [(row["park_name"], f"/parks/{row['park_id']}") for row in ask("park_options") if asked and asked in f"{row['park_name']} {row['park_id']}".lower()][:FOUND]),
        ("firms", [(f"{row['enterprise_name']} {row['enterprise_id']}", f"/firms/{row['enterprise_id']}") for row in (ask_page("firm_list", sort="enterprise_name", descending=False, limit=FOUND, q=key)[0] if len(key) > 1 else [])]),
    ]  # fmt: skip
    return [
        {"group": t(f"search.{kind}"), "items": [{"value": path, "label": label} for label, path in rows]}
        for kind, rows in by_kind if rows and any(request.may_open(path) for _, path in rows)
    ]  # fmt: skip


def register(app: Dash) -> None:
    """The shell's callbacks, for an application. Those of pages stand in their files."""
    app.clientside_callback(
        ClientsideFunction("softcity", "sync"),
        Output("here", "search"), Output("filters", "data"), Output("go", "href", allow_duplicate=True), Output(FILTER, "value"),
        Output({"type": "nav", "path": ALL}, "href"),
        Input("here", "pathname"), Input("here", "search"), Input(FILTER, "value"), Input("show", "data"),
        State(FILTER, "id"), State({"type": "nav", "path": ALL}, "id"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(
        ClientsideFunction("softcity", "follow"), Output("go", "href"), Output("show", "data"), Output(MARK, "clickData"), Input(MARK, "clickData"),
        State("here", "pathname"), prevent_initial_call=True,
    )  # fmt: skip
    app.clientside_callback(ClientsideFunction("softcity", "open"), Output("go", "href", allow_duplicate=True), Input("search", "value"), prevent_initial_call=True)
    app.clientside_callback(
        ClientsideFunction("softcity", "menu"), Output("shell", "navbar"), Output("menu", "opened"), Input("menu", "opened"), Input("here", "pathname"),
        State("shell", "navbar"), prevent_initial_call=True,
    )  # fmt: skip

    saved.register(app)
    # the select tells of its empty words when it comes: nobody typed them
    app.clientside_callback(ClientsideFunction("softcity", "typed"), Output("search-words", "data"), Input("search", "searchValue"), prevent_initial_call=True)

    @app.callback(Output("search", "data"), Input("search-words", "data"), prevent_initial_call=True)
    def search(words: str | None) -> Any:
        return found(str(words)[:60]) if words else no_update
