"""A plain form that posts to an act (dashboard/acts.py): it carries the session's token and where to return."""

from typing import Any

from dash import dcc, html
from flask import session

from dashboard.view import View


def act(name: str, view: View, body: Any, **hidden: str) -> Any:
    """A form around `body` for the act `name`; `hidden` are fields its reader does not fill in."""
    carried = {"form": str(session.get("form", "")), "back": view.here(), **hidden}
    fields = [dcc.Input(type="hidden", name=key, value=value) for key, value in carried.items()]
    return html.Form([*fields, *(body if isinstance(body, list) else [body])], action=f"/act/{name}", method="post")
