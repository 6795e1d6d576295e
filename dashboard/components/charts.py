"""Figures as pure functions of rows. Plain dictionaries: Plotly draws them in the browser, none is checked here.

Each mark carries in `customdata` the address of the rows it stands for. Colours are the theme's light ones, which the style
sheet turns for the dark. Dragging over an axis of values zooms into it, a double click goes back.
"""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.components import number
from dashboard.components.chart_layout import (
    AMBER,
    DEEP,
    GAP,
    INK,
    LEGEND,
    QUIET,
    ROW,
    SMALL,
    TEAL,
    Figure,
    Href,
    axis,
    layout_of,
    names_axis,
    percent,
    places,
    plain,
)
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.theme import ANSWERS, LIGHT, OUTCOMES, outcome_colours


def _band(rows: Sequence[Row], labels: Sequence[str], href: Href, scale: str = "x") -> list[dict[str, Any]]:
    """Payout rate as a dot with its low–high band as a thin whisker."""
    shown = [(row, label) for row, label in zip(rows, labels, strict=True) if row["payout_rate"] is not None]
    values = [percent(row["payout_rate"]) or 0.0 for row, _ in shown]
    return [
        {
            "type": "scatter", "mode": "markers", "x": values, "y": [label for _, label in shown],
            "error_x": {
                "type": "data", "symmetric": False, "thickness": 1.2, "width": 4, "color": DEEP,
                "array": [
                    max((percent(row["payout_rate_high"]) or v) - v, 0)
                    for v, (row, _) in zip(values, shown, strict=True)
                ],
                "arrayminus": [
                    max(v - (percent(row["payout_rate_low"]) or 0), 0)
                    for v, (row, _) in zip(values, shown, strict=True)
                ],
            },
            "marker": {"size": 9, "color": DEEP}, "customdata": [href(row) for row, _ in shown],
            "text": [f"{label}<br>{payout_words(row)}" for row, label in shown],
            "hovertemplate": "%{text}<extra></extra>", "xaxis": scale,
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
            "x": [row[f"{key}_count"] or 0 for row in rows], "marker": {"color": colour},
            "customdata": [href({**row, "outcome": key}) for row in rows],
            "hovertemplate": f"%{{y}}<br>{word('outcome', key)} %{{x:,}} {t('unit.claims')}<extra></extra>",
        }
        for key, colour in outcome_colours().items()
    ]


def measure_label(row: Row) -> str:
    title = t("kind.rent") if row.get("kind") == "rent" else row["measure_title"]
    return f"{row['measure_no']} {title}"


def measure_strip(rows: Sequence[Row], href: Href) -> Figure:
    """Each measure: claims by outcome at the left, payout rate with its band at the right.

    A bar leads to its claims, its row has their `outcome`. Rent years are many times as many: under the others and on a scale
    of their own, or they would press them flat.
    """
    rent = [row for row in rows if row["kind"] == "rent"]
    groups = [group for group in ([row for row in rows if row["kind"] != "rent"], rent) if group]
    height = max(len(rows) * ROW + 64 + 44 * (len(groups) - 1), 380)
    data, axes, top = [], {}, 1.0
    for at, group in enumerate(groups):
        labels = [plain(measure_label(row)) for row in group]
        left, right, names = (f"{letter}{n or ''}" for letter, n in (("x", 3 * at), ("x", 3 * at + 2), ("y", 3 * at)))
        bottom = 0.0 if at == len(groups) - 1 else top - (len(group) * ROW + 4) / (height - 52)
        bars = ({**bar, "xaxis": left} for bar in _outcome_bars(group, labels, href))
        data += [{**trace, "yaxis": names} for trace in (*bars, *_band(group, labels, href, right))]
        told, has_claims = bottom == 0, any(row[f"{key}_count"] for row in group for key in OUTCOMES)
        for key, drawn in {
            names: {**names_axis(labels), "domain": [bottom, top], "anchor": left},
            left: axis(domain=[0, 0.6], anchor=names, nticks=6, **({} if has_claims else {"range": [0, 1], "showticklabels": False}), title=_title(t("chart.claims") if told else "")),
            right: axis(
                domain=[0.66, 1], range=[-4, 104], ticksuffix="%", anchor=names, showticklabels=told,
                title=_title(t("chart.payout_band") if told else ""),
            ),
        }.items():
            axes[f"{key[0]}axis{key[1:]}"] = drawn
        top = bottom - 34 / (height - 52)
    return {"data": data, "layout": layout_of(height, barmode="stack", margin={"r": 24, "t": 12, "b": 40}, **axes)}


def _title(words: str) -> dict[str, Any]:
    return {"text": words, "font": {"size": SMALL, "color": QUIET}}


def uptake_dots(rows: Sequence[Row], label: Callable[[Row], str], href: Href, median: float | None = None) -> Figure:
    """Dots of the payout rate with bands, the median as a line where there is one."""
    labels = [plain(label(row)) for row in rows]
    highest = max([median or 0, *(float(row["payout_rate_high"] or row["payout_rate"] or 0) for row in rows)])
    layout = layout_of(
        max(len(rows), 2) * ROW + 52, xaxis=axis(range=[-3, min(highest * 110 + 4, 104)], ticksuffix="%"), yaxis=names_axis(labels)
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
                "text": t("chart.median", rate=number.rate(median)), "font": {"size": SMALL, "color": QUIET},
            }
        ]
        layout["margin"]["t"] = 28
    return {"data": _band(rows, labels, href), "layout": layout}


def money_scale(sums: Sequence[Any]) -> tuple[int, str]:
    """Size and name of the unit an axis is in: hundred millions when the greatest sum reaches two of them, else ten thousands."""
    top = max((float(yuan or 0) for yuan in sums), default=0)
    unit = "yi" if top >= 2 * int(t("unit.yi_size")) else "wan"
    return int(t(f"unit.{unit}_size")), t(f"unit.{unit}_short")


def money_bars(rows: Sequence[Row], label: Callable[[Row], str], href: Href) -> Figure:
    """Nested bars: upper bound, what was applied for of it, approved, paid, all in one unit on one line per row."""
    labels = [plain(label(row)) for row in rows]
    size, unit = money_scale([row["ceiling_yuan"] for row in rows])
    widths = (
        ("ceiling_yuan", "step_1", 0.76), ("applied_ceiling_yuan", "step_2", 0.56), ("approved_yuan", "step_3", 0.36),
        ("paid_yuan", "step_4", 0.16),
    )
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [float(row[key] or 0) / size for row in rows],
                "width": width, "marker": {"color": LIGHT[colour]}, "name": t(f"chart.{key}"),
                "customdata": [href(row) for row in rows],
                "text": [
                    f"{text}<br>{t(f'chart.{key}')} {number.full_yuan(row[key])}"
                    for row, text in zip(rows, labels, strict=True)
                ],
                "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
            }
            for key, colour, width in widths
        ],
        "layout": layout_of(
            max(len(rows), 2) * ROW + 64, barmode="overlay", legend=LEGEND,
            xaxis=axis(tickformat=",~f", ticksuffix=unit, showticksuffix="last"), yaxis=names_axis(labels),
        ),
    }


def funnel(stages: Sequence[tuple[str, float | None, str, str | None]]) -> Figure:
    """Stages from top to bottom, each a bar with its figure: (name, value, shown, address)."""
    labels = [stage[0] for stage in stages]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [float(stage[1] or 0) for stage in stages],
                "marker": {"color": [TEAL] * (len(stages) - 1) + [DEEP]},
                "text": [stage[2] for stage in stages], "textposition": "outside", "cliponaxis": False,
                "textfont": {"size": SMALL, "color": INK}, "customdata": [stage[3] for stage in stages],
                "hovertemplate": "%{y} %{text}<extra></extra>",
            }
        ],
        "layout": layout_of(
            len(stages) * 34 + 16, margin={"l": 86, "r": 84, "t": 4, "b": 4},
            xaxis=axis(visible=False, rangemode="tozero"), yaxis={**names_axis(labels), "automargin": False},
        ),
    }


def reasons(rows: Sequence[Row], href: Href) -> Figure:
    """Each condition: claims it stops (not met), leaves open (unknown, a person must judge) and lets through."""
    labels = [plain(row["says"]) for row in rows]
    counts = {"not_met": "not_met_count", "unknown": "unknown_count", "needs_review": "review_count", "met": "met_count"}
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": labels, "x": [row[key] for row in rows],
                "name": word("answer", answer), "marker": {"color": LIGHT[ANSWERS[answer]]},
                "customdata": [href({**row, "answer": answer}) for row in rows],
                "text": [number.count(row[key]) if row[key] else "" for row in rows], "textposition": "inside",
                "insidetextanchor": "middle", "textangle": 0,
                "textfont": {"color": INK if answer == "met" else LIGHT["on_mark"]},
                "hovertemplate": f"%{{y}}<br>{word('answer', answer)} %{{x:,}} {t('unit.claims')}<extra></extra>",
            }
            for answer, key in counts.items()
        ],
        "layout": layout_of(
            max(len(rows) * 34 + 64, 300), barmode="stack", legend=LEGEND, xaxis=axis(), yaxis=names_axis(labels),
            uniformtext={"minsize": SMALL, "mode": "hide"},  # a number that has no room is told on hovering
        ),
    }


def by_month(rows: Sequence[Row]) -> Figure:
    """Claims by month of the qualifying day, stacked by outcome."""
    months = sorted({number.day(row["month"])[:7] for row in rows})
    data = []
    for key, colour in outcome_colours().items():
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
        "layout": layout_of(
            236, barmode="stack", margin={"r": 8},
            xaxis=axis(type="category", showgrid=False, nticks=10), yaxis=axis(),
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
        "layout": layout_of(
            220, margin={"l": 32, "r": 24, "b": 36}, yaxis=axis(rangemode="tozero"),
            # the first month stands below the 0, not upon it
            xaxis=axis(type="category", showgrid=False, nticks=6, **GAP),
        ),
    }


def deadline_months(rows: Sequence[Row], href: Href, as_of: str) -> Figure:
    """How many deadlines run out in each month; those before the as-of month stand back."""
    rows = sorted(rows, key=lambda row: row["month"])
    months = [number.day(row["month"])[:7] for row in rows]
    bars = {
        "type": "bar", "x": months, "y": [row["deadline_count"] for row in rows], "marker": {"color": [LIGHT["slate"] if month < as_of[:7] else TEAL for month in months]},
        "text": [number.count(row["deadline_count"]) for row in rows], "textposition": "outside", "cliponaxis": False,
        "customdata": [href(row) for row in rows], "hovertemplate": "%{x}<br>%{y:,}<extra></extra>",
    }  # fmt: skip
    return {"data": [bars], "layout": layout_of(240, margin={"l": 32, "t": 24, "b": 36}, yaxis=axis(rangemode="tozero"), xaxis=axis(type="category", showgrid=False, nticks=12, **GAP))}


def dumbbell(rows: Sequence[Row], href: Href) -> Figure:
    """Support paid (dot) against the lower bound (line) for each tenant and year; short of it stands out."""
    size = int(t("unit.wan_size"))
    labels = [plain(f"{row['enterprise_name']} {row['year']}") for row in rows]
    lines = [
        {
            "type": "line", "x0": float(row["paid_yuan"]) / size, "x1": float(row["floor_yuan"]) / size, "y0": i,
            "y1": i, "line": {"color": AMBER if row["is_below_floor"] else LIGHT["step_2"], "width": 3}, "layer": "below",
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
        "layout": layout_of(
            max(len(rows), 2) * 26 + 72, shapes=lines, legend=LEGEND,
            xaxis=axis(ticksuffix=t("unit.wan_short"), showticksuffix="last", rangemode="tozero", tickformat=",~f"),
            yaxis=places(labels),
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
    first = min([int(as_of[:4]) - 1, *(int(day[:4]) for day in days)])
    window = [f"{first - 1}-12-01", f"{int(as_of[:4]) + 1}-01-31"]  # what lies on a first of January would cover the lane's name
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
        "layout": layout_of(
            236, xaxis=axis(type="date", tickformat="%Y-%m", range=window),
            yaxis=axis(
                type="category", categoryorder="array", categoryarray=names[::-1], fixedrange=True, range=[-0.5, 2.5],
                tickfont={"size": SMALL, "color": INK},
            ),
        ),
    }
