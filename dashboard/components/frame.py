"""The frame of every page: navigation, filters, who is signed in, and the strips that must not be overlooked."""

from typing import Any

from flask import g

from dashboard.components import filters, parts
from dashboard.components.elements import ADDRESS, Piece, at, html, kept
from dashboard.query import ask_one
from dashboard.text import LANGUAGES, language, t, word
from dashboard.view import View


@kept(64)
def _item(key: str, icon: str, is_here: bool) -> Piece:
    return html.Link(
        [html.I(className=f"icon {icon}"), html.Span(t(f"page.{key}.nav"))], href=ADDRESS,
        className="nav-item here" if is_here else "nav-item", id=f"nav-{key}", title=t(f"page.{key}.asks"),
    )


def _navigation(view: View, pages: Any, current: Any) -> Any:
    items = []
    for page in pages:
        if not page.icon or g.user.role not in page.roles:
            continue
        is_here = current is not None and (page.key == current.key or page.key == current.under)
        items.append(at(_item(page.key, page.icon, is_here), view.to(page.path)))
    return html.Nav(
        [_brand(), *items],
        className="side", **parts.aria(label=t("frame.navigation")),
    )


@kept(4)
def _brand() -> Piece:
    city = html.Div([html.Strong(t("frame.name")), html.Small(t("frame.city"))])
    return html.Div([html.Span(t("frame.mark"), className="mark"), city], className="brand")


@kept(4)
def _switches() -> list[Any]:
    """Light or dark, and the other language; both are kept in a cookie (assets/softcity.js)."""
    other = next(name for name in LANGUAGES if name != language())
    return [
        html.Button(
            t("frame.theme_sign"), type="button", id="switch-theme", className="tool switch", title=t("frame.theme"),
            **parts.aria(label=t("frame.theme")),
        ),
        html.Button(
            t("frame.other_language"), type="button", id="switch-language", className="tool switch",
            title=t("frame.language"), lang=other, **{"data-language": other},
        ),
    ]


def _print_head(view: View) -> Any:
    """What paper must say: whose city, by which document and day, under which filters, for whom."""
    snapshot = g.snapshot
    chosen = [f"{t(f'filter.{key}')}={value}" for key, value in view.values().items()]
    return html.P(
        t(
            "frame.printed", document=snapshot.document_title, day=snapshot.as_of, built=snapshot.built_on, snapshot=snapshot.snapshot_id,
            filters=t("semicolon").join(chosen) or t("filter.all"), user=g.user.name,
        )
        + (t("frame.arrived", day=snapshot.as_of) if snapshot.is_as_arrived else ""),
        className="print-head",
    )


def _who() -> Any:
    user = g.user
    return html.Div(
        [
            *_switches(),
            html.Link(
                [
                    html.Strong(user.name, id="user-name"),
                    html.Small(word("role", user.role) + (f" · {t('comma').join(user.parks)}" if user.parks else "")),
                ],
                href="/account", className="who-name", id="nav-account", title=t("page.account.title"),
            ),
            html.Form(
                html.Button(t("frame.sign_out"), type="submit", className="tool"), action="/logout", method="post"
            ),
        ],
        className="who",
    )


def unreceived(view: View) -> str | None:
    """What cannot be said of uptake because the files never came; None when they came."""
    came = ask_one("received", **view.values())
    if not came.get("have_applications", True):
        return t("frame.no_applications")
    return None if came.get("have_payments", True) else t("frame.no_payments")


def frame(view: View, body: Any, pages: Any, page: Any = None) -> Any:
    """A whole page. Without a snapshot there are no filters, only the body."""
    snapshot = g.get("snapshot")
    strips = []
    if snapshot:
        newest = g.reader.snapshots.current()
        if snapshot.is_sample:
            strips.append(
                html.Div(
                    [html.Strong(t("frame.sample")), t("frame.sample_words")], className="strip sample",
                    id="strip-sample",
                )
            )
        if page and (words := unreceived(view)):
            strips.append(html.Div(words, className="strip", id="strip-unreceived"))
        if newest.snapshot_id != snapshot.snapshot_id:
            strips.append(
                html.Div(
                    [
                        t("frame.old", day=snapshot.as_of),
                        html.Link(t("frame.newest", day=newest.as_of), href=view.here(snapshot=None)),
                    ],
                    className="strip old", id="strip-old",
                )
            )
    keys = ("snapshot", "document", *(page.filters if page else ()))
    return html.Div(
        [
            html.A(t("frame.skip"), href="#main", className="skip"),
            _navigation(view, pages, page),
            html.Div(
                [
                    html.Div([filters.bar(keys, view) if snapshot else html.Div(), _who()], className="top"),
                    *strips, _print_head(view) if snapshot else None,
                    html.Main(body, id="main", tabIndex="-1"),
                    html.Footer(
                        t(
                            "frame.foot", document=snapshot.document_title, day=snapshot.as_of, built=snapshot.built_on,
                            snapshot=snapshot.snapshot_id,
                        )
                        + (t("frame.arrived", day=snapshot.as_of) if snapshot.is_as_arrived else ""),
                        className="foot",
                    )
                    if snapshot
                    else None,
                ],
                className="stage",
            ),
        ],
        className="app",
    )
