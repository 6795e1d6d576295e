"""A plain form that posts to an act (dashboard/acts.py): it carries the session's token and where to return."""

from typing import Any

from flask import g, session

from dashboard.components.elements import html
from dashboard.view import View


def act(name: str, view: View, body: Any, /, **hidden: str) -> Any:
    """A form around `body` for the act `name`; `hidden` are fields its reader does not fill in."""
    g.carries_token = True  # the page is this session's own: app.show keeps it for nobody
    carried = {"form": str(session.get("form", "")), "back": view.here(), **hidden}
    # Dash has no plain input: a select of one option carries a value and weighs nothing.
    fields = [
        html.Select(html.Option(value=value, selected=True), name=key, hidden=True) for key, value in carried.items()
    ]
    return html.Form([*fields, *(body if isinstance(body, list) else [body])], action=f"/act/{name}", method="post")
