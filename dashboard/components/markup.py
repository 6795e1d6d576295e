"""Parts of a page that nothing watches, as markup: Dash's renderer takes a second for a thousand elements, innerHTML none.

An element keeps itself; what is inside it goes along as `data-html` and is put in by assets/softcity.js. What holds a
figure, or anything this file does not know, stays as it is. Every text and attribute is escaped here.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

_TAGS = {"MapEl": "map", "ObjectEl": "object"}
_VOID = frozenset({"br", "hr", "img", "input", "col", "wbr"})
_NAMES = {
    "className": "class", "tabIndex": "tabindex", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan",
    "maxLength": "maxlength", "autoComplete": "autocomplete", "autoFocus": "autofocus",
    **{name: name for name in (
        "id", "href", "title", "role", "scope", "src", "alt", "value", "type", "name", "method", "action", "lang",
        "open", "selected", "disabled", "checked", "required", "hidden", "placeholder", "target", "rel", "download",
        "min", "max", "step", "rows", "cols", "cite", "start", "pattern", "multiple", "readonly",
    )},
}
_IGNORED = frozenset({"key", "children", "debounce", "style", "refresh", "label"})


class _Live(Exception):
    """Stay a Dash element."""


def plain(element: Any) -> Any:
    """A Dash component as the dictionary it will be; anything else as it is."""
    return element.to_plotly_json() if hasattr(element, "to_plotly_json") else element


def _style(rules: dict[str, Any]) -> str:
    def dashed(name: str) -> str:
        return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name)

    return ";".join(f"{dashed(name)}:{value}" for name, value in rules.items())


def _attributes(properties: dict[str, Any]) -> str:
    """What stands in the opening tag. A property that is not known, such as one a callback watches, raises _Live."""
    written = []
    for name, value in properties.items():
        known = _NAMES.get(name)
        if known is None:
            if name == "style" and value:
                written.append(f' style="{escape(_style(value))}"')
            if name in _IGNORED:
                continue
            if not name.startswith(("aria-", "data-")):
                raise _Live
            known = name
        if value is None or value is False:
            continue
        if value is True:
            written.append(f" {known}")
        elif isinstance(value, (dict, list)):
            raise _Live
        else:
            written.append(f' {known}="{escape(str(value))}"')
    return "".join(written)


def _inside(children: Any, bound: frozenset[str]) -> str:
    if isinstance(children, str):  # the most of them first
        return escape(children)
    if isinstance(children, dict):
        return _html(children, bound)
    if children is None or isinstance(children, bool):
        return ""
    if isinstance(children, (list, tuple)):
        return "".join([_inside(child, bound) for child in children])
    if isinstance(children, (int, float)):
        return str(children)
    return _html(plain(children), bound)


def _html(element: Any, bound: frozenset[str]) -> str:
    """One element with all that is in it. Raises _Live when it, or something in it, must stay a Dash element."""
    if not isinstance(element, dict):
        return escape(str(element))
    kind, properties = element["type"], element["props"]
    if properties.get("id") in bound:
        raise _Live
    if element["namespace"] == "dash_core_components":
        if kind not in {"Link", "Input"}:
            raise _Live
        tag = "a" if kind == "Link" else "input"
        more = " data-link" if kind == "Link" else ""
    elif element["namespace"] == "dash_html_components":
        tag, more = _TAGS.get(kind, kind.lower()), ""
    else:
        raise _Live
    opening = f"<{tag}{more}{_attributes(properties)}>"
    return opening if tag in _VOID else f"{opening}{_inside(properties.get('children'), bound)}</{tag}>"


def lighter(element: Any, bound: Iterable[str] = ()) -> Any:
    """The same tree with the inside of every part that nothing watches as markup. `bound`: ids that callbacks watch."""
    return _lighter(element, frozenset(bound))


def _lighter(element: Any, bound: frozenset[str]) -> Any:
    element = plain(element)
    if isinstance(element, (list, tuple)):
        return [_lighter(child, bound) for child in element]
    if not isinstance(element, dict) or element.get("namespace") != "dash_html_components":
        return element
    children = element["props"].get("children")
    if children is None or isinstance(children, (str, int, float)):
        return element
    rest = {name: value for name, value in element["props"].items() if name != "children"}
    try:
        return {**element, "props": {**rest, "data-html": _inside(children, bound)}}
    except _Live:
        return {**element, "props": {**rest, "children": _lighter(children, bound)}}
