"""Elements as the plain dictionaries Dash's renderer reads: `html.Div("text", className="x")`.

Dash's own classes check every property of every element each time it is made: two thirds of a page's time.
A test checks ours once, over all pages, against those classes.
"""

from collections.abc import Callable
from typing import Any

Element = dict[str, Any]


class _Library:
    """Every component of one Dash library, by name."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def __getattr__(self, kind: str) -> Callable[..., Element]:
        namespace = self._namespace

        def make(children: Any = None, **properties: Any) -> Element:
            if children is not None:
                properties["children"] = children
            return {"namespace": namespace, "type": kind, "props": properties}

        setattr(self, kind, make)
        return make


html, dcc = _Library("dash_html_components"), _Library("dash_core_components")
