"""Elements of a page, written as markup when they are made: `html.Div("text", className="x")`.

Dash's own classes check every property of every element, and its renderer takes a second for a thousand of them;
innerHTML takes none. So Dash gets one element a page, with all of it as `data-html`: assets/softcity.js puts it in and
draws the figures. Every text and attribute is escaped here, once.
"""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from html import escape as _escape
from typing import Any

from dashboard.text import language
from dashboard.visible import UNSEEN, visible_lines, written

_TAGS = {"Link": "a data-link"}
_VOID = frozenset({"Br", "Hr", "Img", "Input", "Col", "Wbr"})
_NAMES = {
    "className": "class", "tabIndex": "tabindex", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan",
    "maxLength": "maxlength", "autoComplete": "autocomplete", "autoFocus": "autofocus", "inputMode": "inputmode",
    **{name: name for name in (
        "id", "title", "role", "scope", "src", "alt", "value", "type", "name", "method", "action", "lang",
        "open", "selected", "disabled", "checked", "required", "hidden", "placeholder", "target", "rel", "download",
        "min", "max", "step", "rows", "cols", "cite", "start", "pattern", "multiple", "readonly", "size",
    )},
}


_SPECIAL = re.compile(f"[&<>\"'{UNSEEN}]")
_UNSEEN = re.compile(f"[{UNSEEN}]")


def escape(text: str) -> str:
    return _escape(visible_lines(text)) if _SPECIAL.search(text) else text  # most texts hold nothing to escape


class Piece(str):
    """The markup of one element, which remembers what it is made of: reports read pages."""

    __slots__ = ("children", "inside", "kind", "properties")
    kind: str
    properties: dict[str, Any]
    children: Any
    inside: str


@lru_cache(maxsize=8192, typed=True)  # 1 and True are equal and not written alike
def _opening(kind: str, names: tuple[str, ...], *values: Any) -> str:
    """The opening tag up to what is written apart: most come again, in row after row and on page after page."""
    written = [f"<{_TAGS.get(kind) or kind.lower()}"]
    for name, value in zip(names, values, strict=True):
        if value is None or value is False:
            continue
        known = _NAMES.get(name)
        if known is None:
            if not name.startswith(("aria-", "data-")):
                raise TypeError(f"{kind} has no {name!r}: name it in dashboard/components/elements.py.")
            known = name
        written.append(f" {known}" if value is True else f' {known}="{escape(str(value))}"')
    return "".join(written)


def _inside(children: Any) -> str:
    """What stands between the tags."""
    kind = type(children)
    if kind is str:
        return escape(children)
    if kind is Piece:
        return children  # type: ignore[no-any-return]
    if kind is list or kind is tuple:
        return "".join([_inside(child) for child in children])
    if children is None or kind is bool:
        return ""
    return escape(str(children))


def element(made: Piece) -> dict[str, Any]:
    """What Dash's renderer reads: one element with its inside as `data-html`."""
    properties = {**made.properties, "data-html": made.inside}
    return {"namespace": "dash_html_components", "type": made.kind, "props": properties}


def opened(made: Any) -> tuple[str, dict[str, Any], Any] | None:
    """Kind, properties and children of an element; None for what is none."""
    return (made.kind, made.properties, made.children) if type(made) is Piece else None


class _Library:
    """Every element, by name."""

    def __getattr__(self, kind: str) -> Callable[..., Piece]:
        closing = "" if kind in _VOID else f"</{'a' if kind == 'Link' else kind.lower()}>"

        def make(
            children: Any = None, *, href: str | None = None, style: str | None = None, figure: str | None = None, **properties: Any
        ) -> Piece:
            inside, opening = _inside(children), _opening(kind, tuple(properties), *properties.values())
            if href is not None:  # these three hardly come again
                opening += f' href="{escape(href)}"'
            if style:
                opening += f' style="{escape(style)}"'
            if figure:
                # JSON is full of the other quotes; a tag in it would end nothing, and is none all the same.
                drawn = _UNSEEN.sub(lambda sign: "\\" + written(sign), figure)
                drawn = drawn.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
                opening += f" data-figure='{drawn}'"
            made = Piece(f"{opening}>{inside}{closing}")
            made.kind, made.properties, made.children, made.inside = kind, properties, children, inside
            return made

        setattr(self, kind, make)
        return make


html = _Library()

ADDRESS = "\ufdd0"  # a number that is no sign
"""Stands in kept markup for a part of its links that differs from page to page."""


def at(made: Piece, address: str) -> Piece:
    """The same markup with its links leading to an address: heads and exports of a table differ in nothing else."""
    placed = Piece(made.replace(ADDRESS, escape(address)))
    placed.kind, placed.properties, placed.children, placed.inside = made.kind, made.properties, made.children, made.inside
    return placed


def kept(most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Keep what a function makes of its arguments, by language: markup that comes again on page after page."""

    def keep(make: Callable[..., Any]) -> Callable[..., Any]:
        @lru_cache(maxsize=most, typed=True)  # 1 and True are equal and not shown alike
        def made(_: str, *arguments: Any) -> Any:
            return make(*arguments)

        @wraps(make)
        def of(*arguments: Any) -> Any:
            return made(language(), *arguments)

        return of

    return keep
