"""我的账户: who am I here, and a new password."""

from typing import Any

from flask import g

from dashboard.components import form, parts
from dashboard.components.elements import html
from dashboard.pages.page import Page
from dashboard.text import t, word
from dashboard.view import View


def _box(name: str, use: Any) -> Any:
    box = html.Input(name=name, type="password", maxLength=256, required=True, autoComplete=use)
    return html.Label([html.Span(t(f"account.{name}")), box])


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
        html.Section(
            [
                html.Div(html.H2(t("account.title")), className="card-head"),
                form.act("password", View("/account"), html.Div(fields, className="fields")),
                html.P(t("account.note"), className="note"),
            ],
            className="card", id="account-password",
        ),
    ]  # fmt: skip


PAGE = Page("account", "/account", layout)
