"""The views a person keeps, in their own menu: this page's address under a name, opened and deleted."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from flask import g

from dashboard import acts, request
from dashboard.access import saved_views
from dashboard.components import parts
from dashboard.errors import BadAddress
from dashboard.text import t


def menu() -> Any:
    """Those kept, and a name for the page that is shown."""
    return html.Div(
        [
            html.Strong(t("saved.title")), html.Div(_kept(), id="saved-views"), dcc.Store(id="saved-asked"),
            dmc.Group(
                [
                    dmc.TextInput(id="saved-name", placeholder=t("saved.name"), size="xs", w=150, inputProps={"maxLength": saved_views.NAME_LENGTH, "autoComplete": "off"}, **parts.aria(label=t("saved.name"))),
                    dmc.Button(t("saved.save"), id="saved-save", size="xs", variant="light"),
                ],
                gap="xs", wrap="nowrap",
            ),
        ],
        className="saved",
    )  # fmt: skip


def _kept() -> Any:
    kept = saved_views.of(g.accounts, g.user.name)
    if not kept:
        return html.P(t("saved.none"), className="note")
    return html.Ul(
        [
            html.Li(
                [
                    parts.link(one.label, one.address),
                    html.Button("×", type="button", id={"type": "saved-delete", "number": one.number}, n_clicks=0, className="plain", title=t("saved.delete", name=one.label), **parts.aria(label=t("saved.delete", name=one.label))),
                ]
            )
            for one in kept
        ]
    )  # fmt: skip


def _address(sent: Any) -> str:
    """The address the browser shows, as the application reads it: of a page its reader may open. Raises BadAddress."""
    given = sent.get("address") if isinstance(sent, dict) else None
    if not isinstance(given, str) or not given.startswith("/") or given.startswith("//"):
        raise BadAddress("no address")
    view = request.opened(given)
    if not request.may_open(view.path):
        raise BadAddress("no page of ours")
    return view.here()


def register(app: Dash) -> None:
    app.clientside_callback(  # the browser's own: a grid's order and conditions stand there alone
        ClientsideFunction("softcity", "where"), Output("saved-asked", "data"), Input("saved-save", "n_clicks"), prevent_initial_call=True
    )

    @app.callback(Output("saved-views", "children"), Output("saved-name", "value"), Input("saved-asked", "data"), State("saved-name", "value"), prevent_initial_call=True)
    def save(asked: Any, name: str | None) -> Any:
        acts.save_view(str(name or ""), _address(asked))
        request.say(t("saved.done"))
        return _kept(), ""

    @app.callback(
        Output("saved-views", "children", allow_duplicate=True), Input({"type": "saved-delete", "number": ALL}, "n_clicks"), prevent_initial_call=True
    )
    def delete(clicks: list[int | None]) -> Any:
        asked = ctx.triggered_id
        if not any(clicks) or not isinstance(asked, dict):  # the buttons came, nobody clicked
            return no_update
        if not isinstance(asked.get("number"), int):
            raise BadAddress("which view")
        acts.delete_view(asked["number"])
        return _kept()
