"""What all figures share: colours, fonts, axes, room for words. Plain dictionaries, as in charts.py."""

from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Any
from unicodedata import east_asian_width

from dashboard.reader import Row
from dashboard.theme import FONT, LIGHT, SIZES
from pipelines.base.visible import visible

Figure = dict[str, Any]
Href = Callable[[Row], str]

CARD, LINE, INK, QUIET = (LIGHT[name] for name in ("card", "line", "ink", "quiet"))
TEAL, DEEP, AMBER, SOFT = (LIGHT[name] for name in ("teal", "deep", "amber", "soft"))
CLEAR = "rgba(0,0,0,0)"
ROW = 30
SMALL = SIZES["small"]
LEGEND = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal", "font": {"size": SMALL}}

GAP = {"ticks": "outside", "ticklen": 8, "tickcolor": CLEAR}
"""Between an axis and its words."""


def layout_of(height: int, *, margin: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    """What all figures share; a legend is drawn where one is given."""
    margin = {"l": 8, "r": 16, "t": 8, "b": 28, **(margin or {})}
    axes = [drawn for key, drawn in more.items() if "axis" in key]
    labels = [label for drawn in axes for key in ("ticktext", "categoryarray") for label in drawn.get(key, ())]
    # Where labels and legend have room from the start plotly.js draws once; else it finds out and draws again.
    margin["l"] = max(margin["l"], 24 + max(map(width_of, labels), default=0))
    margin["t"] = 42 if "legend" in more else margin["t"]
    font = {"family": FONT, "size": SMALL, "color": INK}
    base = {
        # the ground is for the picture that is downloaded: in a page the style sheet takes it away
        "height": height, "margin": margin, "paper_bgcolor": CARD, "plot_bgcolor": CLEAR, "font": font,
        "showlegend": "legend" in more, "hoverlabel": {"bgcolor": CARD, "bordercolor": LINE, "font": font},
        "modebar": {"bgcolor": CLEAR, "color": QUIET, "activecolor": INK}, "dragmode": "zoom", "uirevision": "kept", "bargap": 0.38,
    }
    return {**base, **more}


def width_of(label: str) -> int:
    """Of a label in pixels, at most: a Chinese character is as wide as it is high."""
    return sum(12 if east_asian_width(sign) in "WFA" else 7 for sign in unescape(label))


def axis(**more: Any) -> dict[str, Any]:
    """An axis of values: it can be zoomed into."""
    return {
        "gridcolor": LINE, "zeroline": False, "tickfont": {"size": SMALL, "color": QUIET}, "automargin": True, **more,
    }


def names_axis(labels: Sequence[str], **more: Any) -> dict[str, Any]:
    """A category axis read from the top, its labels as they are."""
    return axis(type="category", autorange="reversed", **_lines(list(labels), labels), **more)


def places(labels: Sequence[str]) -> dict[str, Any]:
    """An axis of names where marks stand on whole numbers, with lines between them."""
    return axis(range=[len(labels) - 0.4, -0.6], **_lines(list(range(len(labels))), labels))


def _lines(places: Sequence[Any], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "showgrid": False, "fixedrange": True, "tickfont": {"size": SMALL, "color": INK}, "tickmode": "array", "tickvals": places,
        "ticktext": [_cut(label) for label in labels], **GAP,
    }  # fmt: skip


def plain(text: str) -> str:
    """Text as a figure shows it as it is: Plotly reads tags, and a firm's name may hold one."""
    return escape(visible(text), quote=False)


def _cut(label: str, length: int = 22) -> str:
    """A label of `plain` text, short enough to stand beside its mark."""
    text = unescape(label)
    return label if len(text) <= length else plain(text[: length - 1] + "…")


def percent(value: Any) -> float | None:
    """As far as a mark's place can be seen: more digits only make answers longer."""
    return None if value is None else round(float(value) * 100, 2)
