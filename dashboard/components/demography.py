"""Figures of the firms: who came and went, who is still there, of which kind, on which rung. Pure functions of rows."""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.components import chart_layout, number
from dashboard.reader import Row
from dashboard.text import t
from dashboard.theme import LIGHT

SHOWN = 30
"""Years in a figure, the last ones; its file has all."""
UP, DOWN = ("entered", "up"), ("down", "lost", "gone")
DIRECTION_COLOURS = {"entered": "teal", "up": "deep", "down": "amber", "lost": "slate", "gone": "grey"}
COHORT_COLOURS = {1: "step_1", 3: "step_2", 5: "step_3", 10: "step_4"}
MARK = (8, 34)
"""Least and largest mark of a matrix, in pixels."""


def stock_and_flow(rows: Sequence[Row], came: chart_layout.Href, went: chart_layout.Href) -> chart_layout.Figure:
    """Firms there at the end of each period as a line; below who came (up) and who went (down).

    Where the register tells of no closing the line is of all that were registered, and nobody went.
    """
    periods = [row["period"] for row in rows]
    is_known = any(row["stock_count"] is not None for row in rows)
    stock = "stock_count" if is_known else "registered_count"
    bars: list[dict[str, Any]] = [_flow_bars(rows, periods, "new_count", chart_layout.TEAL, 1, came)]
    if is_known:
        bars.append(_flow_bars(rows, periods, "closed_count", LIGHT["slate"], -1, went))
    if any(row["absent_count"] for row in rows):
        bars.append(_flow_bars(rows, periods, "absent_count", LIGHT["grey"], -1, went))
    line = {
        "type": "scatter", "mode": "lines+markers", "x": periods, "y": [row[stock] for row in rows], "yaxis": "y2", "name": t(f"columns.{stock}"),
        "line": {"color": chart_layout.DEEP, "width": 2}, "marker": {"size": 6, "color": chart_layout.DEEP}, "customdata": [came(row) for row in rows],
        "hovertemplate": f"%{{x}}<br>{t(f'columns.{stock}')} %{{y:,}}<extra></extra>",
    }  # fmt: skip
    return {
        "data": [line, *bars],
        "layout": chart_layout.layout_of(
            330, margin={"l": 48, "r": 12, "b": 34}, barmode="relative", legend=chart_layout.LEGEND,
            xaxis=chart_layout.axis(type="category", showgrid=False, nticks=12, anchor="y", **chart_layout.GAP),
            yaxis=chart_layout.axis(domain=[0, 0.5], tickformat=",d"), yaxis2=chart_layout.axis(domain=[0.58, 1], tickformat=",d", rangemode="tozero"),
        ),
    }  # fmt: skip


def _flow_bars(rows: Sequence[Row], periods: Sequence[str], key: str, colour: str, sign: int, href: chart_layout.Href) -> dict[str, Any]:
    name = t(f"columns.{key}")
    return {
        "type": "bar", "x": list(periods), "y": [sign * (row[key] or 0) for row in rows], "name": name, "marker": {"color": colour},
        "customdata": [href(row) for row in rows], "text": [f"{row['period']}<br>{name} {number.count(row[key] or 0)}" for row in rows],
        "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def survival(rows: Sequence[Row], href: chart_layout.Href) -> chart_layout.Figure:
    """Of the firms of each year, the share still there after one, three, five and ten years; closed on no day told is a whisker down."""
    years = [str(year) for year in sorted({row["cohort_year"] for row in rows})]
    data = []
    for after, colour in COHORT_COLOURS.items():
        found = sorted((row for row in rows if row["years"] == after), key=lambda row: row["cohort_year"])
        if not found:
            continue
        name = t("chart.survived", n=after)
        data.append(
            {
                "type": "scatter", "mode": "lines+markers", "name": name, "x": [str(row["cohort_year"]) for row in found],
                "y": [chart_layout.percent(row["survival_rate"]) for row in found], "line": {"color": LIGHT[colour], "width": 2}, "marker": {"size": 7, "color": LIGHT[colour]},
                "error_y": {
                    "type": "data", "symmetric": False, "array": [0] * len(found), "thickness": 1.2, "width": 3, "color": LIGHT[colour],
                    "arrayminus": [chart_layout.percent(row["survival_rate"] - row["survival_rate_low"]) for row in found],
                },
                "customdata": [href(row) for row in found],
                "text": [
                    f"{row['cohort_year']}<br>{name} {number.rate(row['survival_rate'])}（{number.parts(row['firm_count'] - row['gone_count'], row['firm_count'])}）" for row in found
                ],
                "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
            }
        )  # fmt: skip
    low = min((row["survival_rate_low"] for row in rows), default=0) * 100
    return {
        "data": data,
        "layout": chart_layout.layout_of(
            330, margin={"l": 48, "r": 16, "b": 34}, legend=chart_layout.LEGEND,
            xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=years, showgrid=False, nticks=10, **chart_layout.GAP),
            yaxis=chart_layout.axis(ticksuffix="%", range=[max(low - 8, -3), 100.6]),
        ),
    }  # fmt: skip


def parts(rows: Sequence[Row], label: Callable[[Row], str], href: Callable[[Row], str | None]) -> chart_layout.Figure:
    """Firms of each part of a cut as bars with their figures: those that are there, else all on the register."""
    labels = [chart_layout.plain(label(row)) for row in rows]
    counts = [row["registered_count"] if row["stock_count"] is None else row["stock_count"] for row in rows]
    return _bars(labels, [("", counts, chart_layout.TEAL)], [href(row) for row in rows], [number.count(count) for count in counts])


def ladder(rows: Sequence[Row], href: chart_layout.Href) -> chart_layout.Figure:
    """Firms on each rung, the highest on top; those whose title is in doubt stand apart in the bar."""
    labels = [chart_layout.plain(row["rung_title"]) for row in rows]
    sure = [(row["firm_count"] or 0) - (row["open_count"] or 0) for row in rows]
    drawn = [(t("chart.standing"), sure, chart_layout.TEAL), (t("chart.standing_open"), [row["open_count"] or 0 for row in rows], chart_layout.AMBER)]
    figure = _bars(labels, drawn, [href(row) for row in rows], [number.count(row["firm_count"]) for row in rows])
    figure["layout"] |= {"showlegend": True, "legend": chart_layout.LEGEND, "height": figure["layout"]["height"] + 34}
    figure["layout"]["margin"]["t"] = 42
    return figure


def _bars(labels: Sequence[str], drawn: Sequence[tuple[str, Sequence[int], str]], hrefs: Sequence[str | None], told: Sequence[str]) -> chart_layout.Figure:
    """Stacked bars with the sum behind the last of them."""
    top = max((sum(values) for values in zip(*(counts for _, counts, _ in drawn), strict=True)), default=0)
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "name": name, "y": list(labels), "x": list(counts), "marker": {"color": colour}, "customdata": list(hrefs),
                "text": list(told) if at == len(drawn) - 1 else [""] * len(labels), "textposition": "outside", "cliponaxis": False, "constraintext": "none",
                "textfont": {"size": chart_layout.SMALL, "color": chart_layout.INK},
                "hovertemplate": f"%{{y}}<br>{name} %{{x:,}} {t('unit.firms')}<extra></extra>",
            }
            for at, (name, counts, colour) in enumerate(drawn)
        ],
        "layout": chart_layout.layout_of(
            max(len(labels), 2) * 28 + 24, barmode="stack", margin={"r": 56, "t": 4, "b": 4},
            xaxis=chart_layout.axis(visible=False, range=[0, (top or 1) * 1.06], fixedrange=True), yaxis=chart_layout.names_axis(labels),
        ),
    }  # fmt: skip


def moves(rows: Sequence[Row], href: chart_layout.Href) -> chart_layout.Figure:
    """Firms that came onto the ladder and rose (up), that fell, lost their title or left the register (down), by year."""
    years = [str(year) for year in sorted({row["year"] for row in rows})]
    first = {str(row["year"]): row for row in rows}
    data = []
    for direction in (*UP, *DOWN):
        counts = {year: sum(row["firm_count"] for row in rows if row["direction"] == direction and str(row["year"]) == year) for year in years}
        if not any(counts.values()) and direction in ("lost", "gone"):
            continue
        name = t(f"direction.{direction}")
        data.append(
            {
                "type": "bar", "name": name, "x": years, "y": [counts[year] * (1 if direction in UP else -1) for year in years],
                "marker": {"color": LIGHT[DIRECTION_COLOURS[direction]]}, "customdata": [href(first[year]) for year in years],
                "text": [f"{year}<br>{name} {number.count(counts[year])}" for year in years], "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
            }
        )  # fmt: skip
    return {
        "data": data,
        "layout": chart_layout.layout_of(
            238, barmode="relative", margin={"l": 40, "r": 12, "b": 34}, legend=chart_layout.LEGEND,
            xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=years, showgrid=False, **chart_layout.GAP), yaxis=chart_layout.axis(tickformat=",d"),
        ),
    }  # fmt: skip


def matrix(rows: Sequence[Row], label: Callable[[Row], str], href: chart_layout.Href) -> chart_layout.Figure:
    """Titles granted by year: a mark for each list and grade, as large as the firms are many."""
    totals: dict[str, int] = {}
    for row in rows:
        totals[label(row)] = totals.get(label(row), 0) + row["granted_count"]
    names = sorted((name for name, total in totals.items() if total), key=lambda name: -totals[name])
    years = [str(year) for year in range(min((row["year"] for row in rows), default=0), max((row["year"] for row in rows), default=0) + 1)]
    shown = [row for row in rows if row["granted_count"]]
    most, (least, largest) = max((row["granted_count"] for row in shown), default=1), MARK
    labels = [chart_layout.plain(name) for name in names]
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers+text", "x": [str(row["year"]) for row in shown], "y": [names.index(label(row)) for row in shown],
                "marker": {"size": [round(least + (largest - least) * (row["granted_count"] / most) ** 0.5, 1) for row in shown], "color": LIGHT["step_1"], "line": {"width": 0}},
                "text": [number.count(row["granted_count"]) for row in shown], "textfont": {"size": chart_layout.SMALL, "color": chart_layout.INK},
                "hovertext": [
                    f"{chart_layout.plain(label(row))} {row['year']}<br>"
                    + "<br>".join(f"{t(f'columns.{key}_count')} {number.count(row[f'{key}_count'])}" for key in ("granted", "renewed", "cancelled", "expired", "standing"))
                    for row in shown
                ],
                "hovertemplate": "%{hovertext}<extra></extra>", "customdata": [href(row) for row in shown], "cliponaxis": False,
            }
        ],
        "layout": chart_layout.layout_of(
            len(names) * 32 + 60, margin={"r": 24, "t": 30, "b": 8}, dragmode=False,
            xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=years, side="top", fixedrange=True), yaxis=chart_layout.places(labels),
        ),
    }  # fmt: skip
