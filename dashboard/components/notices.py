"""What the signed-in person was told and has not read: a sign in the header, shown while there is something."""

from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash.development.base_component import Component
from flask import g

from dashboard import acts, request
from dashboard.components import number, parts
from dashboard.notify.record import Record
from dashboard.text import t


def bell() -> Component | None:
    """None where nothing waits: no mark without a message."""
    found = Record.beside(g.accounts).of(g.user)
    if not found:
        return None
    summary = html.Summary([html.I(className="icon bell"), html.Strong(number.count(len(found)), id="notice-count")], **parts.aria(label=t("notice.unread", n=number.count(len(found)))))
    return html.Details([summary, html.Div(_list(found), className="popover notices", id="notice-list")], className="how", id="told")


def _list(found: list[dict[str, Any]]) -> list[Component]:
    if not found:
        return [html.P(t("notice.none"), className="note")]
    told = [
        html.Section(
            [
                html.Strong(one["title"]), html.P(one["body"]),
                html.Div([html.Small(number.moment(one["made_at"])), *_link(one["href"]), _button(one["id"], "notice.read")], className="tools"),
            ]
        )
        for one in found
    ]  # fmt: skip
    return [*told, _button(0, "notice.read_all")] if len(found) > 1 else told


def _link(href: str | None) -> list[Component]:
    return [parts.link(t("notice.open"), href)] if href and request.may_open(href.partition("?")[0]) else []


def _button(number_of: int, words: str) -> Component:
    return dmc.Button(t(words), id={"type": "read-notice", "number": number_of}, size="xs", variant="light")


def register(app: Dash) -> None:
    @app.callback(
        Output("notice-list", "children"), Output("notice-count", "children"), Input({"type": "read-notice", "number": ALL}, "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def read(clicks: list[int | None]) -> Any:
        asked = ctx.triggered_id
        if not any(clicks) or not isinstance(asked, dict):  # the buttons came, nobody clicked
            return no_update, no_update
        acts.read_notice(asked.get("number") or None)
        left = Record.beside(g.accounts).of(g.user)
        return _list(left), number.count(len(left))
