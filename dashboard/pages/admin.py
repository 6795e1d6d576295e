"""账户: who may see what, and who looked at what."""

from collections.abc import Callable
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, html, no_update
from flask import g

from dashboard import acts, filters, request
from dashboard.access import accounts, guard
from dashboard.components import card, controls, grid, parts
from dashboard.summaries import accounts as summaries
from dashboard.tables.accounts import ACCESS_LOG, USERS
from dashboard.text import t, word
from pipelines.base.roles import ROLES

dash.register_page(__name__, path="/admin", name="Accounts", order=10, icon="admin", roles=("admin",), has_grid=True)

GRID = grid.grid_id(USERS.name)


def layout() -> Any:
    view = request.view()
    chosen = dmc.Group([controls.select(key, view.get(key), width=160) for key in ("who", "action")] + [controls.day(view.get("day"))], className="local-filters")
    return [
        parts.heading(t("page.admin.title"), t("page.admin.asks")), html.Div(_sentence(), id="admin-sentence"),
        parts.cards(
            card.card("users", [_add(), grid.grid(USERS, view, height=360, act=t("columns.manage") if guard.is_proved() else "")], table=USERS, view=view, source="accounts"),
            card.card("access_log", [chosen, grid.grid(ACCESS_LOG, view, height=560, pin=False)], table=ACCESS_LOG, view=view, source="accounts", tools=[grid.chooser(ACCESS_LOG)]),
        ),
        dmc.Modal(id="admin-manage", size="lg", title=t("columns.manage"), children=html.Div(id="admin-forms")),
    ]  # fmt: skip


def _sentence() -> Any:
    return parts.sentence(*summaries.accounts(accounts.roll(g.accounts)))


def _who(prefix: str, role: str, parks: list[str], policies: list[str]) -> list[Any]:
    """A role, for an operator parks out of those there are, and where there are several the policies it is held to."""
    roles = [{"value": name, "label": word("role", name)} for name in ROLES]
    known = filters.FILTERS["park"].options
    there = [{"value": value, "label": label} for value, label in (known() if known else ())]
    several = g.snapshot.policies if g.snapshot else ()
    return [
        dmc.Select(id=f"{prefix}-role", label=t("columns.role"), data=roles, value=role, allowDeselect=False, w=150),
        dmc.MultiSelect(id=f"{prefix}-parks", label=t("admin.parks"), data=there, value=parks, searchable=True, w=260),
        dmc.MultiSelect(
            id=f"{prefix}-policies", label=t("admin.policies"), data=[{"value": one.policy_id, "label": one.title} for one in several], value=policies,
            placeholder=None if policies else t("admin.all_policies"), w=260, display=None if len(several) > 1 or policies else "none",
        ),
    ]  # fmt: skip


def _password(prefix: str) -> Any:
    return dmc.PasswordInput(id=f"{prefix}-password", label=t("admin.new_password"), inputProps={"maxLength": 256, "autoComplete": "new-password"}, w=220)


def _button(key: str, name: str, **more: Any) -> Any:
    return dmc.Button(t(f"admin.{name}"), id=f"admin-{key}", variant="light", size="xs", **more)


def _row(*controls_of: Any) -> Any:
    return dmc.Group(list(controls_of), align="end", className="fields")


def _add() -> Any:
    if not guard.is_proved():  # the acts ask for it: better told before a form is filled than after
        return html.P(html.A(t("admin.confirm"), href="/confirm?next=/admin", className="link", id="go-confirm"), className="note")
    name = dmc.TextInput(id="add-name", label=t("columns.name"), inputProps={"maxLength": 64, "autoComplete": "off"}, w=160)
    return parts.details(t("admin.add"), [_row(name, _password("add"), *_who("add", "analyst", [], []), _button("add", "add")), html.P(t("admin.added"), className="note")], id="user-add")


def _forms(name: str) -> list[Any]:
    """What may be done with an account that is not one's own; each button does the one thing beside it."""
    row = next((one for one in accounts.roll(g.accounts) if one["name"] == name), None)
    if row is None or name == g.user.name:
        return [html.P(t("admin.self"))]
    parks, policies = ([one for one in str(row[key]).split(", ") if one] for key in ("parks", "policies"))
    email = dmc.TextInput(id="manage-email", label=t("columns.oidc_email"), value=str(row["oidc_email"] or ""), inputProps={"maxLength": 254, "autoComplete": "off"}, w=260)
    switch = "enable" if row["is_disabled"] else "disable"
    return [
        html.Strong(name, id="manage-name"), _row(*_who("manage", str(row["role"]), parks, policies), _button("change", "save_role")),
        _row(_password("manage"), _button("password", "reset")), _row(email, _button("bind", "bind")),
        _row(
            _button("enable", "enable", display=None if switch == "enable" else "none"),
            _button("disable", "disable", display=None if switch == "disable" else "none", color="orange"),
            _button("factor", "reset_factor", display=None if row["has_factor"] else "none"),
        ),
    ]  # fmt: skip


@callback(Output("admin-manage", "opened"), Output("admin-forms", "children"), Input(GRID, "cellRendererData"), prevent_initial_call=True)
def manage(clicked: object) -> Any:
    value = clicked.get("value") if isinstance(clicked, dict) else None
    name = str(value.get("name", "")) if isinstance(value, dict) else ""
    return (True, _forms(name)) if name else (no_update, no_update)


SEARCH = State("here", "search")


def _text(sent: object) -> str:
    """What was typed; a body made by hand may hold anything."""
    return sent if isinstance(sent, str) else ""


def _texts(sent: object) -> list[str]:
    return [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []


def _done(search: str | None) -> tuple[Any, str]:
    """What every change of an account renews: the sentence and, by the address of the filters, the rows of the grid."""
    request.say(t("admin.done"))
    return _sentence(), f"/admin{search or ''}"


@callback(
    Output("admin-sentence", "children"), Output("filters", "data", allow_duplicate=True), Output("add-password", "value"),
    Input("admin-add", "n_clicks"),
    State("add-name", "value"), State("add-password", "value"), State("add-role", "value"), State("add-parks", "value"),
    State("add-policies", "value"), SEARCH,
    prevent_initial_call=True,
)  # fmt: skip
def add(
    clicks: int | None, name: str | None, password: str | None, role: str | None, parks: list[str] | None, policies: list[str] | None, search: str | None
) -> Any:  # fmt: skip
    if not clicks:
        return [no_update] * 3
    acts.add_user(_text(name), _text(password), _text(role), _texts(parks), _texts(policies))
    return *_done(search), ""


def _renews(button: str, *states: State) -> Any:
    """A callback of one button beside an account's name: it is given the name, then the states, and says nothing of a button that only came."""

    def of(act: Callable[..., None]) -> None:
        @callback(
            Output("admin-sentence", "children", allow_duplicate=True), Output("filters", "data", allow_duplicate=True),
            Output("admin-forms", "children", allow_duplicate=True),
            Input(f"admin-{button}", "n_clicks"), SEARCH, State("manage-name", "children"), *states, prevent_initial_call=True,
        )  # fmt: skip
        def clicked(clicks: int | None, search: str | None, name: str, *given: Any) -> Any:
            if not clicks:
                return [no_update] * 3
            act(_text(name), *given)
            return *_done(search), _forms(_text(name))

    return of


@_renews("change", State("manage-role", "value"), State("manage-parks", "value"), State("manage-policies", "value"))
def change(name: str, role: str | None, parks: list[str] | None, policies: list[str] | None) -> None:
    acts.change_user(name, _text(role), _texts(parks), _texts(policies))


@_renews("password", State("manage-password", "value"))
def reset_password(name: str, password: str | None) -> None:
    acts.reset_password(name, _text(password))


@_renews("bind", State("manage-email", "value"))
def bind(name: str, email: str | None) -> None:
    acts.bind_user(name, _text(email))


@_renews("enable")
def enable(name: str) -> None:
    acts.switch_user(name, is_on=True)


@_renews("disable")
def disable(name: str) -> None:
    acts.switch_user(name, is_on=False)


@_renews("factor")
def reset_factor(name: str) -> None:
    acts.reset_factor(name)
