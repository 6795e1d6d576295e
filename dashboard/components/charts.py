"""Figures as pure functions of rows. Plain dictionaries: Plotly draws them in the browser, none is checked here.

Each mark carries in `customdata` the address of the rows it stands for.
"""

from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Any
from unicodedata import east_asian_width

from dashboard.components import number
from dashboard.reader import Row
from dashboard.text import t, word

Figure = dict[str, Any]
Href = Callable[[Row], str]

TEAL, DEEP, AMBER, BLUE, GREY = "#2a9d8f", "#0b5351", "#e09f3e", "#8aa4b8", "#d3dade"
INK, QUIET, LINE, SOFT = "#1c2b33", "#5b6b74", "#e4eaec", "#cfe3e1"
OUTCOME_COLOURS = {"eligible": TEAL, "needs_review": AMBER, "undetermined": BLUE, "not_eligible": GREY}
FONT = '"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'
ROW = 30
LEGEND = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal", "font": {"size": 12}}


def _layout(height: int, *, margin: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    margin = {"l": 8, "r": 16, "t": 8, "b": 28, **(margin or {})}
    axes = [axis for key, axis in more.items() if "axis" in key]
    labels = [label for axis in axes for key in ("ticktext", "categoryarray") for label in axis.get(key, ())]
    # Where labels and legend have room from the start plotly.js draws once; else it finds out and draws again.
    margin["l"] = max(margin["l"], 24 + max(map(_width, labels), default=0))
    margin["t"] = 42 if "legend" in more else margin["t"]
    base = {
        "height": height, "margin": margin, "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)", "font": {"family": FONT, "size": 12, "color": INK}, "showlegend": "legend" in more,
        "hoverlabel": {"bgcolor": "#fff", "bordercolor": LINE, "font": {"family": FONT, "size": 12, "color": INK}},
        "dragmode": False, "bargap": 0.38,
    }
    return {**base, **more}


def _width(label: str) -> int:
    """Of a label in pixels, at most: a Chinese character is as wide as it is high."""
    return sum(12 if east_asian_width(sign) in "WFA" else 7 for sign in unescape(label))


def _axis(**more: Any) -> dict[str, Any]:
    return {
        "gridcolor": LINE, "zeroline": False, "fixedrange": True, "tickfont": {"size": 12, "color": QUIET},
        "automargin": True, **more,
    }


def _names(labels: Sequence[str], **more: Any) -> dict[str, Any]:
    """A category axis read from the top, its labels as they are."""
    return _axis(
        type="category", autorange="reversed", showgrid=False, tickfont={"size": 12, "color": INK}, tickmode="array",
        tickvals=list(labels), ticktext=[_cut(label) for label in labels], ticks="outside", ticklen=8,
        tickcolor="rgba(0,0,0,0)", **more,
    )


def plain(text: str) -> str:
    """Text as a figure shows it as it is: Plotly reads tags, and a firm's name may hold one."""
    return escape(text, quote=False)


def _cut(label: str, length: int = 22) -> str:
    """A label of `plain` text, short enough to stand beside its mark."""
    text = unescape(label)
    return label if len(text) <= length else plain(text[: length - 1] + "…")


def _percent(value: Any) -> float | None:
    return None if value is None else float(value) * 100


def _band(rows: Sequence[Row], labels: Sequence[str], href: Href, axis: str = "") -> list[dict[str, Any]]:
    """Payout rate as a dot with its low–high band as a thin whisker."""
    shown = [(row, label) for row, label in zip(rows, labels, strict=True) if row["payout_rate"] is not None]
    values = [float(row["payout_rate"]) * 100 for row, _ in shown]
    return [
        {
            "type": "scatter", "mode": "markers", "x": values, "y": [label for _, label in shown],
            "error_x": {
                "type": "data", "symmetric": False, "thickness": 1.2, "width": 4, "color": DEEP,
                "array": [
                    max((_percent(row["payout_rate_high"]) or v) - v, 0)
                    for v, (row, _) in zip(values, shown, strict=True)
                ],
                "arrayminus": [
                    max(v - (_percent(row["payout_rate_low"]) or 0), 0)
                    for v, (row, _) in zip(values, shown, strict=True)
                ],
            },
            "marker": {"size": 9, "color": DEEP}, "customdata": [href(row) for row, _ in shown],
            "text": [f"{label}<br>{payout_words(row)}" for row, label in shown],
            "hovertemplate": "%{text}<extra></extra>", **({"xaxis": axis} if axis else {}),
        }
    ]


def payout_words(row: Row) -> str:
    return t(
        "chart.payout_words", rate=number.rate(row["payout_rate"]), band=number.band(row) or t("none"),
        parts=number.parts(row["paid_count"], row["eligible_count"]),
    )


def _outcome_bars(rows: Sequence[Row], labels: Sequence[str], href: Href) -> list[dict[str, Any]]:
    return [
        {
            "type": "bar", "orientation": "h", "name": word("outcome", key), "y": list(labels),
            "x": [row[f"{key}_count"] or 0 for row in rows], "marker": {"color": OUTCOME_COLOURS[key]},
            "customdata": [href(row) for row in rows],
            "hovertemplate": f"%{{y}}<br>{word('outcome', key)} %{{x:,}} {t('unit.claims')}<extra></extra>",
        }
        for key in OUTCOME_COLOURS
    ]


def measure_label(row: Row) -> str:
    title = t("kind.rent") if row.get("kind") == "rent" else row["measure_title"]
    return f"{row['measure_no']} {title}"


def measure_strip(rows: Sequence[Row], href: Href) -> Figure:
    """Each measure: claims by outcome at the left, payout rate with its band at the right.

    Rent years are many times as many: under the others and on a scale of their own, or they would press them flat.
    """
    rent = [row for row in rows if row["kind"] == "rent"]
    groups = [group for group in ([row for row in rows if row["kind"] != "rent"], rent) if group]
    height = max(len(rows) * ROW + 64 + 44 * (len(groups) - 1), 380)
    data, axes, top = [], {}, 1.0
    for at, group in enumerate(groups):
        labels = [plain(measure_label(row)) for row in group]
        left, right, names = (f"{axis}{number or ''}" for axis, number in (("x", 3 * at), ("x", 3 * at + 2), ("y", 3 * at)))
        bottom = 0.0 if at == len(groups) - 1 else top - (len(group) * ROW + 4) / (height - 52)
        data += [
            {**trace, "yaxis": names, "xaxis": trace.get("xaxis", left)}
            for trace in (*_outcome_bars(group, labels, href), *_band(group, labels, href, right))
        ]
        told, has_claims = bottom == 0, any(row[f"{key}_count"] for row in group for key in OUTCOME_COLOURS)
        for key, axis in {
            names: {**_names(labels), "domain": [bottom, top], "anchor": left},
            left: _axis(domain=[0, 0.6], anchor=names, nticks=6, **({} if has_claims else {"range": [0, 1], "showticklabels": False}), title=_title(t("chart.claims") if told else "")),
            right: _axis(
                domain=[0.66, 1], range=[-4, 104], ticksuffix="%", anchor=names, showticklabels=told,
                title=_title(t("chart.payout_band") if told else ""),
            ),
        }.items():
            axes[f"{key[0]}axis{key[1:]}"] = axis
        top = bottom - 34 / (height - 52)
    return {"data": data, "layout": _layout(height, barmode="stack", margin={"r": 24, "t": 12, "b": 40}, **axes)}


def _title(words: str) -> dict[str, Any]:
    return {"text": words, "font": {"size": 12, "color": QUIET}}


def uptake_dots(rows: Sequence[Row], label: Callable[[Row], str], href: Href, median: float | None = None) -> Figure:
    """Dots of the payout rate with bands, the median as a line where there is one."""
    labels = [plain(label(row)) for row in rows]
    highest = max([median or 0, *(float(row["payout_rate_high"] or row["payout_rate"] or 0) for row in rows)])
    layout = _layout(
        max(len(rows), 2) * ROW + 52, xaxis=_axis(range=[-3, min(highest * 110 + 4, 104)], ticksuffix="%"), yaxis=_names(labels)
    )
    if median is not None:
        layout["shapes"] = [
            {
                "type": "line", "x0": median * 100, "x1": median * 100, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": AMBER, "width": 1.5, "dash": "dot"},
            }
        ]
        layout["annotations"] = [
            {
                "x": median * 100, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                "text": t("chart.median", rate=number.rate(median)), "font": {"size": 12, "color": QUIET},
            }
        ]
        layout["margin"]["t"] = 28
    return {"data": _band(rows, labels, href), "layout": layout}


def _money_scale(rows: Sequence[Row], key: str) -> tuple[int, str]:
    """Hundred millions when the greatest sum reaches two of them, else ten thousands."""
    top = max((float(row[key] or 0) for row in rows), default=0)
    unit = "yi" if top >= 2 * int(t("unit.yi_size")) else "wan"
    return int(t(f"unit.{unit}_size")), t(f"unit.{unit}_short")


def money_bars(rows: Sequence[Row], label: Callable[[Row], str], href: Href) -> Figure:
    """Nested bars: upper bound, what was applied for of it, approved, paid, all in one unit on one line per row."""
    labels = [plain(label(row)) for row in rows]
    size, unit = _money_scale(rows, "ceiling_yuan")
    widths = (
        ("ceiling_yuan", SOFT, 0.76), ("applied_ceiling_yuan", "#a5cfcb", 0.56), ("approved_yuan", "#5fa9a4", 0.36),
        ("paid_yuan", DEEP, 0.16),
    )
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [float(row[key] or 0) / size for row in rows],
                "width": width, "marker": {"color": colour}, "name": t(f"chart.{key}"),
                "customdata": [href(row) for row in rows],
                "text": [
                    f"{text}<br>{t(f'chart.{key}')} {number.full_yuan(row[key])}"
                    for row, text in zip(rows, labels, strict=True)
                ],
                "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
            }
            for key, colour, width in widths
        ],
        "layout": _layout(
            max(len(rows), 2) * ROW + 64, barmode="overlay", legend=LEGEND,
            xaxis=_axis(tickformat=",~f", ticksuffix=unit), yaxis=_names(labels),
        ),
    }


def funnel(stages: Sequence[tuple[str, float | None, str, str | None]], colour: str = TEAL) -> Figure:
    """Stages from top to bottom, each a bar with its figure: (name, value, shown, address)."""
    labels = [stage[0] for stage in stages]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [float(stage[1] or 0) for stage in stages],
                "marker": {"color": [colour, *(["#5fb3a8"] * (len(stages) - 2)), DEEP][: len(stages)]},
                "text": [stage[2] for stage in stages], "textposition": "outside", "cliponaxis": False,
                "textfont": {"size": 12, "color": INK}, "customdata": [stage[3] for stage in stages],
                "hovertemplate": "%{y} %{text}<extra></extra>",
            }
        ],
        "layout": _layout(
            len(stages) * 34 + 16, margin={"l": 86, "r": 84, "t": 4, "b": 4},
            xaxis=_axis(visible=False, rangemode="tozero"), yaxis={**_names(labels), "automargin": False},
        ),
    }


def reasons(rows: Sequence[Row], href: Href) -> Figure:
    """Each condition: claims it stops (not met), leaves open (unknown, a person must judge) and lets through."""
    labels = [plain(row["says"]) for row in rows]
    parts = (
        ("not_met_count", "not_met", "#8d99a1"), ("unknown_count", "unknown", BLUE),
        ("review_count", "needs_review", AMBER), ("met_count", "met", SOFT),
    )
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [row[key] for row in rows],
                "name": word("answer", answer), "marker": {"color": colour},
                "customdata": [href(row) for row in rows],
                "text": [f"{row[key]:,}" if row[key] else "" for row in rows], "textposition": "inside",
                "insidetextanchor": "middle", "textangle": 0, "constraintext": "inside",
                "hovertemplate": f"%{{y}}<br>{word('answer', answer)} %{{x:,}} {t('unit.claims')}<extra></extra>",
            }
            for key, answer, colour in parts
        ],
        "layout": _layout(
            max(len(rows) * 34 + 64, 300), barmode="stack", legend=LEGEND, xaxis=_axis(), yaxis=_names(labels),
        ),
    }


def by_month(rows: Sequence[Row]) -> Figure:
    """Claims by month of the qualifying day, stacked by outcome."""
    months = sorted({number.day(row["month"])[:7] for row in rows})
    data = []
    for key, colour in OUTCOME_COLOURS.items():
        found = {number.day(row["month"])[:7]: row["claim_count"] for row in rows if row["outcome"] == key}
        data.append(
            {
                "type": "bar", "x": months, "y": [found.get(month, 0) for month in months],
                "marker": {"color": colour}, "name": word("outcome", key),
                "hovertemplate": f"%{{x}}<br>{word('outcome', key)} %{{y:,}}<extra></extra>",
            }
        )
    return {
        "data": data,
        "layout": _layout(
            236, barmode="stack", margin={"r": 8},
            xaxis=_axis(type="category", showgrid=False, nticks=10), yaxis=_axis(),
        ),
    }


def tenants(rows: Sequence[Row]) -> Figure:
    """Tenants at each month-end as a stepped line: a lease begins and ends on a day, nothing lies between."""
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines", "x": [number.day(row["month"])[:7] for row in rows],
                "y": [row["tenant_count"] for row in rows], "line": {"color": DEEP, "width": 2, "shape": "hv"},
                "hovertemplate": f"%{{x}}<br>{t('columns.tenant_count')} %{{y:,}}<extra></extra>",
            }
        ],
        "layout": _layout(
            220, margin={"l": 32, "r": 24, "b": 36}, yaxis=_axis(rangemode="tozero"),
            # the first month stands below the 0, not upon it
            xaxis=_axis(type="category", showgrid=False, nticks=6, ticks="outside", ticklen=8, tickcolor="rgba(0,0,0,0)"),
        ),
    }


def dumbbell(rows: Sequence[Row], href: Href) -> Figure:
    """Support paid (dot) against the lower bound (line) for each tenant and year; short of it stands out."""
    size = int(t("unit.wan_size"))
    labels = [plain(f"{row['enterprise_name']} {row['year']}") for row in rows]
    lines = [
        {
            "type": "line", "x0": float(row["paid_yuan"]) / size, "x1": float(row["floor_yuan"]) / size, "y0": i,
            "y1": i, "line": {"color": AMBER if row["is_below_floor"] else "#9cc9c4", "width": 3}, "layer": "below",
        }
        for i, row in enumerate(rows)
        if row["paid_yuan"] is not None
    ]
    hover = [
        f"{label}<br>{t('chart.floor')} {number.full_yuan(row['floor_yuan'])}"
        f"<br>{t('chart.paid_yuan')} {number.full_yuan(row['paid_yuan'])}"
        for row, label in zip(rows, labels, strict=True)
    ]
    marks = (
        (
            "floor_yuan", t("chart.floor"),
            {"symbol": "line-ns", "size": 14, "line": {"width": 2.5, "color": INK}, "color": INK},
        ),
        ("paid_yuan", t("chart.paid_yuan"), {"size": 10, "color": DEEP}),
    )
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "name": name, "y": list(range(len(rows))),
                "x": [None if row[key] is None else float(row[key]) / size for row in rows], "marker": marker, "text": hover,
                "hovertemplate": "%{text}<extra></extra>", "customdata": [href(row) for row in rows],
                "cliponaxis": False,  # nothing paid stands on the axis
            }
            for key, name, marker in marks
        ],
        "layout": _layout(
            max(len(rows), 2) * 26 + 72, shapes=lines, legend=LEGEND,
            xaxis=_axis(ticksuffix=t("unit.wan_short"), rangemode="tozero", tickformat=",~f"),
            yaxis=_axis(
                range=[len(rows) - 0.4, -0.6], showgrid=False, tickmode="array", tickvals=list(range(len(rows))),
                ticktext=[_cut(label) for label in labels], ticks="outside", ticklen=8, tickcolor="rgba(0,0,0,0)",
            ),
        ),
    }


def _titled(row: Row) -> str:
    series = row.get("series_kind")
    title = plain(str(row["event_title"]))
    return f"{title}<br>{word('series', series)}" if series else title


SERIES_SYMBOLS = {"notice": "diamond-open", "cancelled": "x", "expired": "x-thin"}


def timeline(events: Sequence[Row], applications: Sequence[Row], payments: Sequence[Row], as_of: str) -> Figure:
    """A firm's titles, applications and payments up to the as-of day, one lane each; a notice is hollow, an end crossed."""
    days = [number.day(row[key]) for rows, key in ((events, "qualified_on"), (applications, "submitted_on"), (payments, "paid_on")) for row in rows if row[key]]
    window = [min([f"{int(as_of[:4]) - 1}-01-01", *(f"{int(day[:4])}-01-01" for day in days)]), f"{int(as_of[:4]) + 1}-01-31"]
    lanes: tuple[tuple[str, str, str, str, Sequence[Row], Callable[[Row], str]], ...] = (
        ("events", "qualified_on", "diamond", TEAL, events, _titled),
        (
            "applications", "submitted_on", "circle-open", AMBER, applications,
            lambda row: plain(f"{row['clause_id']} {word('status', row['status'])}"),
        ),
        (
            "payments", "paid_on", "circle", DEEP, payments,
            lambda row: plain(f"{row['clause_id']} {number.full_yuan(row['amount_yuan'])}"),
        ),
    )
    names = [t(f"chart.{lane[0]}") for lane in lanes]
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "name": t(f"chart.{key}"),
                "x": [number.day(row[day]) for row in rows if row[day]],
                "y": [t(f"chart.{key}")] * sum(1 for row in rows if row[day]),
                "text": [f"{number.day(row[day])}<br>{words(row)}" for row in rows if row[day]],
                "marker": {
                    "symbol": [SERIES_SYMBOLS.get(row.get("series_kind") or "", symbol) for row in rows if row[day]], "size": 12, "color": colour, "line": {"width": 2, "color": colour},
                    "opacity": 0.85,
                },
                "hovertemplate": "%{text}<extra></extra>",
            }
            for key, day, symbol, colour, rows, words in lanes
        ],
        "layout": _layout(
            236, xaxis=_axis(type="date", tickformat="%Y-%m", range=window),
            yaxis=_axis(
                type="category", categoryorder="array", categoryarray=names[::-1], showgrid=True, range=[-0.5, 2.5],
                tickfont={"size": 12, "color": INK},
            ),
        ),
    }
