"""Elements of a page, written as markup when they are made: `html.Div("text", className="x")`.

Dash's own classes check every property of every element, and its renderer takes a second for a thousand of them;
innerHTML takes none. Only a figure (`dcc.Graph`) and what stands around it stay Dash elements, plain dictionaries;
what is inside such an element goes along as `data-html` and is put in by assets/softcity.js.
Every text and attribute is escaped here, once.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape as _escape
from typing import Any

Element = Any
"""A Piece, or the dictionary of what must stay a Dash element."""

HTML, CORE = "dash_html_components", "dash_core_components"
_TAGS = {"Link": "a data-link"}
_VOID = frozenset({"Br", "Hr", "Img", "Input", "Col", "Wbr"})
_NAMES = {
    "className": "class", "tabIndex": "tabindex", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan",
    "maxLength": "maxlength", "autoComplete": "autocomplete", "autoFocus": "autofocus", "inputMode": "inputmode",
    **{name: name for name in (
        "id", "href", "title", "role", "scope", "src", "alt", "value", "type", "name", "method", "action", "lang",
        "open", "selected", "disabled", "checked", "required", "hidden", "placeholder", "target", "rel", "download",
        "min", "max", "step", "rows", "cols", "cite", "start", "pattern", "multiple", "readonly", "size",
    )},
}


_SPECIAL = re.compile("[&<>\"']")


def escape(text: str) -> str:
    return _escape(text) if _SPECIAL.search(text) else text  # most texts hold nothing to escape


class Piece(str):
    """The markup of one element, which remembers what it is made of: beside a figure it becomes an element again."""

    __slots__ = ("children", "inside", "kind", "properties")
    kind: str
    properties: dict[str, Any]
    children: Any
    inside: str


def _style(rules: dict[str, Any]) -> str:
    def dashed(name: str) -> str:
        return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name)

    return ";".join(f"{dashed(name)}:{value}" for name, value in rules.items())


@lru_cache(maxsize=1024)
def _opening(tag: str, class_name: str) -> str:
    """The opening tag of what has a class and nothing else: the most of a table."""
    return f'<{tag} class="{escape(class_name)}">'


def _open(kind: str, properties: dict[str, Any]) -> str:
    tag = _TAGS.get(kind) or kind.lower()
    if not properties:
        return f"<{tag}>"
    if len(properties) == 1 and "className" in properties:
        return _opening(tag, properties["className"] or "")
    written = [f"<{tag}"]
    for name, value in properties.items():
        if value is None or value is False:
            continue
        if name == "style":
            written.append(f' style="{escape(_style(value))}"')
            continue
        if name == "key":  # for Dash's renderer alone
            continue
        known = _NAMES.get(name)
        if known is None:
            if not name.startswith(("aria-", "data-")):
                raise TypeError(f"{kind} has no {name!r}: name it in dashboard/components/elements.py.")
            known = name
        written.append(f" {known}" if value is True else f' {known}="{escape(str(value))}"')
    return "".join(written) + ">"


def _inside(children: Any) -> str | None:
    """What stands between the tags; None when a figure is in it."""
    kind = type(children)
    if kind is str:
        return escape(children)
    if kind is Piece:
        return children  # type: ignore[no-any-return]
    if kind is list or kind is tuple:
        parts = [_inside(child) for child in children]
        return None if None in parts else "".join(parts)  # type: ignore[arg-type]
    if children is None or kind is bool:
        return ""
    return None if kind is dict else escape(str(children))


def element(made: Any) -> Any:
    """What Dash's renderer reads: a Piece as an element with its inside as `data-html`, a live element with all in it."""
    if type(made) is dict and made.get("namespace") == HTML:
        return {**made, "props": {**made["props"], "children": [element(child) for child in _flat(made["props"]["children"])]}}
    if type(made) is not Piece:
        return made
    if made.kind == "Input":
        return {"namespace": CORE, "type": "Input", "props": made.properties}
    properties = {**made.properties, "data-html": made.inside} if made.inside else made.properties
    if made.kind == "Link":
        return {"namespace": HTML, "type": "A", "props": {**properties, "data-link": ""}}
    return {"namespace": HTML, "type": made.kind, "props": properties}


def opened(made: Any) -> tuple[str, dict[str, Any], Any] | None:
    """Kind, properties and children of an element; None for what is none."""
    if type(made) is Piece:
        return made.kind, made.properties, made.children
    return (made["type"], made["props"], made["props"].get("children")) if type(made) is dict else None


def _flat(children: Any) -> list[Any]:
    if isinstance(children, (list, tuple)):
        return [one for child in children for one in _flat(child)]
    return [] if children is None or isinstance(children, bool) else [children]


class _Library:
    """Every element of one Dash library, by name."""

    def __init__(self, namespace: str, live: frozenset[str] = frozenset()) -> None:
        self._namespace, self._live = namespace, live

    def __getattr__(self, kind: str) -> Callable[..., Element]:
        namespace, closing = self._namespace, "" if kind in _VOID else f"</{'a' if kind == 'Link' else kind.lower()}>"
        is_live = kind in self._live

        def make(children: Any = None, **properties: Any) -> Element:
            inside = None if is_live else _inside(children)
            if inside is None:
                return {"namespace": namespace, "type": kind, "props": properties if is_live else {**properties, "children": children}}
            made = Piece(f"{_open(kind, properties)}{inside}{closing}")
            made.kind, made.properties, made.children, made.inside = kind, properties, children, inside
            return made

        setattr(self, kind, make)
        return make


html, dcc = _Library(HTML), _Library(CORE, frozenset({"Graph"}))
