"""我的账户: who am I here, a new password, my device, and where I am signed in."""

from typing import Any

from flask import g, session

from dashboard.access import accounts
from dashboard.components import form, number, parts
from dashboard.components.elements import html
from dashboard.pages.page import Page
from dashboard.text import t, word
from dashboard.view import View

HERE = View("/account")


def _box(name: str, use: Any) -> Any:
    box = html.Input(name=name, type="password", maxLength=256, required=True, autoComplete=use)
    return html.Label([html.Span(t(f"account.{name}")), box])


def _card(key: str, *inside: Any) -> Any:
    return html.Section([html.Div(html.H2(t(f"account.{key}")), className="card-head"), *inside], className="card", id=f"account-{key}")


def layout(view: View) -> Any:
    user = g.user
    fields = [
        _box("old", "current-password"), _box("new", "new-password"), _box("again", "new-password"),
        html.Button(t("account.save"), type="submit", className="button"),
    ]
    return [
        parts.heading(t("page.account.title"), t("page.account.asks")),
        parts.sentence(
            t("account.sentence"), parts.strong(user.name), t("account.sentence_role"),
            parts.strong(word("role", user.role)),
            *([t("account.parks"), t("comma").join(user.parks)] if user.parks else []), t("stop"),
        ),
        _card("password", form.act("password", HERE, html.Div(fields, className="fields")), html.P(t("account.note"), className="note")),
        _card(
            "factor", html.P(t("account.factor_on" if user.has_factor else "account.factor_off"), className="note"),
            html.A(t("account.factor_again" if user.has_factor else "account.factor_begin"), href="/factor", className="link", id="go-factor"),
        ),
        _card("sessions", *_sessions()),
    ]  # fmt: skip


def _sessions() -> list[Any]:
    """Where this account is signed in; the secret of a session stays on the server."""
    rows = [
        html.Tr(
            [
                html.Td(number.moment(one["started"])), html.Td(number.moment(one["seen"])),
                html.Td(html.Code(one["address"])), html.Td(one["browser"]),
                html.Td(
                    parts.badge(t("account.here"), "met")
                    if one["id"] == session.get("id")
                    else form.act("sessions", HERE, html.Button(t("account.end"), type="submit", className="button plain"), number=str(one["number"]))
                ),
            ]
        )
        for one in accounts.sessions(g.accounts, g.user.name)
    ]
    heads = html.Tr([html.Th(t(f"account.{key}"), scope="col") for key in ("since", "seen", "address", "browser", "ending")])
    everywhere = html.Button(t("account.end_all"), type="submit", className="button plain", id="end-all")
    return [html.Table([html.Thead(heads), html.Tbody(rows)]), form.act("sessions", HERE, everywhere)]


PAGE = Page("account", "/account", layout)
