"""我的账户: who am I here, a new password, my device, and where I am signed in."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update
from flask import g, session

from dashboard import acts, request
from dashboard.access import mail, sessions
from dashboard.components import number, parts
from dashboard.text import t, word
from pipelines.base.roles import ROLES

dash.register_page(__name__, path="/account", name="My account", roles=ROLES)

BOXES = ("old", "new", "again")
USES = {"old": "current-password"}


def _box(name: str) -> Any:
    return dmc.PasswordInput(id=f"account-{name}", label=t(f"account.{name}"), inputProps={"maxLength": 256, "autoComplete": USES.get(name, "new-password")}, w=240)


def _card(key: str, *inside: Any) -> Any:
    return html.Section([html.Div(html.H2(t(f"account.{key}")), className="card-head"), *inside], className="card span-12", id=f"account-{key}")


def layout() -> Any:
    user = g.user
    button = dmc.Button(t("account.save"), id="account-save")
    return [
        dcc.Location(id="account-leave", refresh=True), parts.heading(t("page.account.title"), t("page.account.asks")),
        parts.sentence(
            t("account.sentence"), html.Strong(user.name), t("account.sentence_role"), html.Strong(word("role", user.role)),
            *([t("account.parks"), t("comma").join(user.parks)] if user.parks else []),
            *([t("account.policies"), t("comma").join(one.title for one in g.snapshot.policies)] if user.policies and g.snapshot else []), t("stop"),
        ),
        parts.cards(
            _card("password", dmc.Group([*map(_box, BOXES), button], align="end", className="fields"), html.P(t("account.note"), className="note")),
            _card(
                "factor", html.P(t("account.factor_on" if user.has_factor else "account.factor_off"), className="note"),
                html.A(t("account.factor_again" if user.has_factor else "account.factor_begin"), href="/factor", className="link", id="go-factor"),
            ),
            _card("mail", *_mail()),
            _card("sessions", html.Div(_sessions(), id="account-list")),
        ),
    ]  # fmt: skip


def _mail() -> list[Any]:
    """Where mail goes and what is sent: of what a role may be sent at all."""
    own = mail.person(g.accounts, g.user.name)
    kinds = [kind for kind, roles in mail.KINDS.items() if g.user.role in roles]
    boxes = [dmc.Checkbox(label=t(f"mail_kind.{kind}"), value=kind) for kind in kinds]
    address = dmc.TextInput(
        id="account-mail-address", label=t("account.mail_address"), value=own.address if own else "", w=280, inputProps={"maxLength": 254, "autoComplete": "email"},
    )  # fmt: skip
    chosen = dmc.CheckboxGroup(
        dmc.Group(boxes, gap="md"), id="account-mail-kinds", label=t("account.mail_kinds"), value=[kind for kind in kinds if own and kind in own.kinds],
    )  # fmt: skip
    return [
        dmc.Group([address, chosen, dmc.Button(t("account.mail_save"), id="account-mail-save")], align="end", className="fields"),
        html.P(t("account.mail_note") + ("" if g.has_mail else t("account.mail_off")), className="note"),
    ]


def _sessions() -> list[Any]:
    """Where this account is signed in; the secret of a session stays on the server."""
    heads = dmc.TableThead(dmc.TableTr([dmc.TableTh(t(f"account.{key}")) for key in ("since", "seen", "address", "browser", "ending")]))
    rows = [
        dmc.TableTr(
            [
                dmc.TableTd(number.moment(one["started"])), dmc.TableTd(number.moment(one["seen"])), dmc.TableTd(html.Code(one["address"])), dmc.TableTd(one["browser"], className="words"),
                dmc.TableTd(
                    parts.badge(t("account.here"), "met")
                    if one["id"] == session.get("id")
                    else dmc.Button(t("account.end"), id={"type": "end-session", "number": one["number"]}, size="xs", variant="light")
                ),
            ]
        )
        for one in sessions.listed(g.accounts, g.user.name)
    ]  # fmt: skip
    everywhere = dmc.Button(t("account.end_all"), id={"type": "end-session", "number": 0}, size="xs", variant="light", mt="sm")
    return [html.Div(dmc.Table([heads, dmc.TableTbody(rows)]), className="table-wrap", tabIndex=0, role="region", **parts.aria(label=t("account.sessions"))), everywhere]


@callback(
    Output("account-leave", "href"), *(Output(f"account-{name}", "value") for name in BOXES), Input("account-save", "n_clicks"),
    *(State(f"account-{name}", "value") for name in BOXES), prevent_initial_call=True,
)  # fmt: skip
def change_password(_: int, *given: str | None) -> Any:
    """Every session ends with the old password: its owner signs in again with the new one."""
    acts.own_password(*(value if isinstance(value, str) else "" for value in given))
    return "/login", "", "", ""


@callback(
    Output("account-leave", "href", allow_duplicate=True), Output("account-list", "children"),
    Input({"type": "end-session", "number": ALL}, "n_clicks"), prevent_initial_call=True,
)  # fmt: skip
def end_session(clicks: list[int | None]) -> Any:
    asked = ctx.triggered_id
    if not any(clicks) or not isinstance(asked, dict):  # the buttons came, nobody clicked
        return no_update, no_update
    number = asked.get("number")
    return ("/login", no_update) if acts.end_sessions(number or None) else (no_update, _sessions())


@callback(
    Output("account-mail-address", "error"), Input("account-mail-save", "n_clicks"), State("account-mail-address", "value"),
    State("account-mail-kinds", "value"), prevent_initial_call=True,
)  # fmt: skip
def choose_mail(clicks: int | None, address: object, kinds: object) -> Any:
    if not clicks:
        return no_update
    chosen = [kind for kind in kinds if isinstance(kind, str)] if isinstance(kinds, list) else []
    acts.own_mail(address if isinstance(address, str) else "", chosen)
    request.say(t("account.mail_saved"))
    return None
