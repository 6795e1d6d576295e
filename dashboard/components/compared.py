"""Figures of two sides: before and after, what was loaded and what was not. Pure functions of rows."""

from collections.abc import Callable, Sequence

from dashboard.components import chart_layout, charts, number
from dashboard.reader import Row
from dashboard.text import t


def dumbbell(rows: Sequence[Row], label: Callable[[Row], str], href: Callable[[Row], str]) -> chart_layout.Figure:
    """Upper bound before (ring) and after (dot) of each row, a line between; a bound that falls stands out."""
    size, unit = charts.money_scale([max(row["before_ceiling_yuan"], row["after_ceiling_yuan"]) for row in rows])
    labels = [chart_layout.plain(label(row)) for row in rows]
    lines = [
        {
            "type": "line", "x0": float(row["before_ceiling_yuan"]) / size, "x1": float(row["after_ceiling_yuan"]) / size,
            "y0": place, "y1": place, "layer": "below",
            "line": {"color": chart_layout.SOFT if row["change_ceiling_yuan"] >= 0 else chart_layout.AMBER, "width": 4},
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    hover = [
        f"{name}<br>{t('whatif.before')} {number.full_yuan(row['before_ceiling_yuan'])}"
        f"<br>{t('whatif.after')} {number.full_yuan(row['after_ceiling_yuan'])}"
        for row, name in zip(rows, labels, strict=True)
    ]
    ring = {"symbol": "circle-open", "size": 11, "color": chart_layout.QUIET, "line": {"width": 2, "color": chart_layout.QUIET}}
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "name": t(f"whatif.{side}"), "y": list(range(len(rows))),
                "x": [float(row[f"{side}_ceiling_yuan"]) / size for row in rows], "marker": marker, "text": hover,
                "hovertemplate": "%{text}<extra></extra>", "customdata": [href(row) for row in rows],
            }
            for side, marker in (("before", ring), ("after", {"size": 11, "color": chart_layout.DEEP}))
        ],
        "layout": chart_layout.layout_of(
            max(len(rows), 2) * 32 + 76, shapes=lines, legend=chart_layout.LEGEND,
            xaxis=chart_layout.axis(ticksuffix=unit, showticksuffix="last", rangemode="tozero", tickformat=",~f"), yaxis=chart_layout.places(labels),
        ),
    }  # fmt: skip


def arrivals(months: Sequence[Row]) -> chart_layout.Figure:
    """Rows by month of arrival: loaded above, quarantined below on a scale of its own."""
    names = [number.day(row["month"])[:7] for row in months]
    lanes = (("rows_loaded", chart_layout.TEAL, "y"), ("rows_quarantined", chart_layout.AMBER, "y2"))
    return {
        "data": [
            {
                "type": "bar", "x": names, "y": [row[key] or 0 for row in months], "yaxis": axis,
                "marker": {"color": colour}, "name": t(f"columns.{key}"),
                "hovertemplate": f"%{{x}}<br>{t(f'columns.{key}')} %{{y:,}}<extra></extra>",
            }
            for key, colour, axis in lanes
        ],
        "layout": chart_layout.layout_of(
            300, margin={"l": 40, "r": 8}, legend=chart_layout.LEGEND,
            xaxis=chart_layout.axis(type="category", showgrid=False, nticks=8, anchor="y2"),
            yaxis=chart_layout.axis(domain=[0.42, 1], rangemode="tozero"),
            yaxis2=chart_layout.axis(domain=[0, 0.3], rangemode="tozero", tickformat="d"),
        ),
    }  # fmt: skip
