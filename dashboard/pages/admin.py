"""账户: who may see what, and who looked at what?"""

from collections.abc import Iterator
from typing import Any

from flask import g

from dashboard.access import accounts, guard
from dashboard.components import figure, filters, form, number, parts
from dashboard.components.elements import html
from dashboard.components.table import Column, Table
from dashboard.pages.page import Page
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View

HERE = View("/admin")
LOG_LINES = 1000


def _state(row: Row) -> Any:
    state = "disabled" if row["is_disabled"] else "locked" if row["is_locked"] else "active"
    return parts.badge(word("account_state", state), {"active": "met", "locked": "risk"}.get(state, "plain"))


def _asked(view: View) -> dict[str, str | None]:
    return {"name": view.get("who"), "action": view.get("action"), "day": view.get("day")}


def _log(view: View) -> list[Row]:
    return list(g.access_log.read(LOG_LINES, **_asked(view)))


def _whole_log(view: View) -> Iterator[Row]:
    yield from g.access_log.each(**_asked(view))


USERS = Table(
    "users", "softcity users list",
    (
        Column("name"), Column("role", group="role"), Column("parks"), Column("is_disabled", "flag", cell=_state, title="account_state"),
        Column("has_factor", "flag"), Column("oidc_email"),
        Column("created_at", "moment"), Column("last_sign_in_at", "moment"), Column("manage", "picture", cell=lambda row: _manage(row)),
    ),
    sort="name", rows=50, made=lambda view: accounts.roll(g.accounts),
)  # fmt: skip
LOG = Table(
    "access_log", "dashboard/access/access_log.py",
    (
        Column("at", "moment"), Column("name"), Column("role", group="role"), Column("action", group="action"),
        Column("path", "code"), Column("detail", "words"), Column("address", "code"), Column("times", "count"),
    ),
    sort="-id", takes=("who", "action", "day"), made=_log, streamed=_whole_log,
)


def layout(view: View) -> Any:
    roll = accounts.roll(g.accounts)
    off, locked = sum(bool(row["is_disabled"]) for row in roll), sum(bool(row["is_locked"]) for row in roll)
    names = [(str(row["name"]), str(row["name"])) for row in roll]
    actions = [(action, word("action", action)) for action in g.access_log.actions()]
    chosen = [
        filters.select("who", names, view.get("who"), t("filter.all")),
        filters.select("action", actions, view.get("action"), t("filter.all")),
        html.Label(
            [
                html.Span(t("filter.day")),
                html.Input(id="filter-day", value=view.get("day") or "", placeholder=t("admin.day_hint"), maxLength=10),
            ],
            className="filter",
        ),
    ]  # fmt: skip
    return [
        parts.heading(t("page.admin.title"), t("page.admin.asks")),
        parts.sentence(
            t("admin.sentence"), parts.strong(t("unit.n_accounts", n=number.count(len(roll)))),
            t("admin.sentence_off"), parts.strong(t("unit.n_accounts", n=number.count(off))),
            t("admin.sentence_locked"), parts.strong(t("unit.n_accounts", n=number.count(locked))), t("stop"),
        ),
        figure.table_card("users", USERS, view, source="accounts", before=_add()),
        figure.table_card(
            "access_log", LOG, view, source="accounts", before=html.Div(chosen, className="filters local")
        ),
    ]  # fmt: skip


def _field(label: str, control: Any) -> Any:
    return html.Label([html.Span(label), control])


def _role(chosen: str, park_ids: list[str]) -> list[Any]:
    """A role and, for an operator, parks out of those there are."""
    roles = [html.Option(word("role", role), value=role, selected=role == chosen) for role in accounts.ROLES]
    parks = [
        html.Option(row["park_name"], value=row["park_id"], selected=row["park_id"] in park_ids)
        for row in ask("park_options")
    ]
    return [
        _field(t("columns.role"), html.Select(roles, name="role")),
        _field(t("admin.parks"), html.Select(parks, name="parks", multiple=True, size="3", className="several")),
    ]


def _password() -> Any:
    box = html.Input(name="password", type="password", maxLength=256, required=True, autoComplete="new-password")
    return _field(t("admin.new_password"), box)


def _button(key: str) -> Any:
    return html.Button(t(f"admin.{key}"), type="submit", className="button plain")


def _add() -> Any:
    if not guard.is_proved():  # the acts ask for it: better told before a form is filled than after
        return html.P(html.A(t("admin.confirm"), href="/confirm?next=/admin", className="link", id="go-confirm"), className="note")
    name = html.Input(name="name", maxLength=64, required=True, autoComplete="off")
    fields = [_field(t("columns.name"), name), _password(), *_role("analyst", []), _button("add")]
    return html.Details(
        [
            html.Summary(t("admin.add"), className="tool"),
            form.act("user-add", HERE, html.Div(fields, className="fields")), html.P(t("admin.added"), className="note"),
        ],
        className="manage", id="user-add",
    )  # fmt: skip


def _manage(row: Row) -> Any:
    """What may be done with an account, apart from one's own."""
    name = str(row["name"])
    if name == g.user.name or not guard.is_proved():
        return html.Span(t("admin.self") if name == g.user.name else t("none"), className="quiet")
    switch = "enable" if row["is_disabled"] else "disable"
    park_ids = [park for park in str(row["parks"]).split(", ") if park]
    email = html.Input(name="email", value=row["oidc_email"] or "", maxLength=254, type="email", autoComplete="off")
    forms = [
        form.act("user-bind", HERE, html.Div([_field(t("columns.oidc_email"), email), _button("bind")], className="fields"), name=name),
        form.act("user-factor", HERE, html.Div(_button("reset_factor"), className="fields"), name=name) if row["has_factor"] else None,
        form.act(f"user-{switch}", HERE, html.Div(_button(switch), className="fields"), name=name),
        form.act("user-password", HERE, html.Div([_password(), _button("reset")], className="fields"), name=name),
        form.act(
            "user-change", HERE, html.Div([*_role(str(row["role"]), park_ids), _button("save_role")], className="fields"),
            name=name,
        ),
    ]  # fmt: skip
    return html.Details([html.Summary(t("columns.manage"), className="tool"), *forms], className="manage", id=f"manage-{name}")


PAGE = Page("admin", "/admin", layout, tables=(USERS, LOG), icon="admin", roles=("admin",))
