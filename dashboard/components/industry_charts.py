"""Figures of the industry: growth beside what is published, contributions, structure, indicators. Pure functions of rows."""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.components import chart_layout, charts, number
from dashboard.reader import Row
from dashboard.text import t
from dashboard.theme import LIGHT

Figure = chart_layout.Figure
BAR = 24
"""Height of a row of bars."""
PUBLISHED = (chart_layout.AMBER, LIGHT["blue"], LIGHT["slate"])
"""Colours of the areas printed beside the city, in their order."""


def months(first: str, last: str) -> list[str]:
    """Periods from one to another. Figures of January are never told: January and February come together."""
    found, (year, month) = [], (int(first[:4]), int(first[5:]))
    while (at := f"{year}-{month:02}") <= last:
        if month > 1:
            found.append(at)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def growth_line(rows: Sequence[Row], published: Sequence[Row], name: str, href: chart_layout.Href) -> Figure:
    """Growth so far in the year by month beside the areas printed; what is lacking is a gap, an unverified rate a hollow mark."""
    own = {row["period"]: row for row in rows}
    seen = [*own, *(row["period"] for row in published if not own or row["period"] >= min(own))]
    if not seen:
        return {"data": [], "layout": chart_layout.layout_of(320)}
    shown = months(min(seen), max(seen))
    traces = [
        _line(shown, {period: _own_growth(row) for period, row in own.items()}, name, chart_layout.DEEP, 2.5)
        | {"customdata": [href(own[period]) if period in own else None for period in shown]}
    ] if own else []  # fmt: skip
    by_area: dict[str, dict[str, Row]] = {}
    for row in sorted(published, key=lambda row: (row["area_level"] != "national", row["area"])):
        by_area.setdefault(row["area"], {})[row["period"]] = row
    traces += [
        _line(shown, {period: (row["yoy_percent"], _printed(row), row["is_unverified"]) for period, row in of_area.items()}, area, colour, 1.5)
        for (area, of_area), colour in zip(by_area.items(), PUBLISHED, strict=False)
    ]
    breaks = sorted({row["period"] for row in published if row["is_break"] and row["period"] in shown})
    return {
        "data": traces,
        "layout": chart_layout.layout_of(
            320, legend=chart_layout.LEGEND, shapes=[_zero(), *map(_break, breaks)], annotations=[_break_words(at) for at in breaks[:1]],
            xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=shown, showgrid=False, nticks=12, **chart_layout.GAP),
            yaxis=chart_layout.axis(ticksuffix="%"), margin={"l": 44, "b": 36},
        ),
    }  # fmt: skip


def _own_growth(row: Row) -> tuple[float | None, str, bool]:
    words = number.lacking(row, "growth_rate") or number.growth(row["growth_rate"])
    return (chart_layout.percent(row["growth_rate"]), f"{words}<br>{t('chart.matched', n=number.count(row['matched_count']))}", False)


def _printed(row: Row) -> str:
    mark = t("industry.unverified") if row["is_unverified"] else ""
    return f"{number.growth(None if row['yoy_percent'] is None else row['yoy_percent'] / 100)}{mark}<br>{chart_layout.plain(row['issuer'] or '')}"


def _line(shown: Sequence[str], values: dict[str, tuple[float | None, str, bool]], name: str, colour: str, width: float) -> dict[str, Any]:
    told = [values.get(period, (None, "", False)) for period in shown]
    return {
        "type": "scatter", "mode": "lines+markers", "name": chart_layout.plain(name), "x": list(shown), "y": [value for value, _, _ in told], "connectgaps": False,
        "line": {"color": colour, "width": width}, "marker": {"size": 7, "color": colour, "symbol": ["circle-open" if hollow else "circle" for *_, hollow in told]},
        "text": [words for _, words, _ in told], "hovertemplate": f"%{{x}} {chart_layout.plain(name)} %{{text}}<extra></extra>",
    }  # fmt: skip


def _zero() -> dict[str, Any]:
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "line": {"color": chart_layout.QUIET, "width": 1}, "layer": "below"}


def _break(at: Any) -> dict[str, Any]:
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": chart_layout.QUIET, "width": 1, "dash": "dot"}}


def _break_words(at: Any) -> dict[str, Any]:
    return {"x": at, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "showarrow": False, "text": t("chart.break"), "font": {"size": chart_layout.SMALL, "color": chart_layout.QUIET}}


def contributions(rows: Sequence[Row], href: Callable[[Row], str | None]) -> Figure:
    """What each part added to total growth, in points; groups one under the other, each from the greatest to the least."""
    groups = [sorted((row for row in rows if row["cut_kind"] == kind), key=_rank) for kind in dict.fromkeys(row["cut_kind"] for row in rows)]
    shown: list[Row | None] = [row for group in groups for row in (None, *group)][1:]   # a line left out between two groups
    values = [100 * row["contribution_rate"] if row and row["contribution_rate"] is not None else 0.0 for row in shown]
    labels = [chart_layout.plain(row["cut_name"]) if row else " " * at for at, row in enumerate(shown)]
    words = [number.lacking(row, "contribution_rate") or (t("none") if row["contribution_rate"] is None else f"{100 * row['contribution_rate']:+.1f}") if row else "" for row in shown]
    hover = [
        t("chart.contribution", name=name, points=points, growth=number.lacking(row, "growth_rate") or number.growth(row["growth_rate"]), n=number.count(row["matched_count"])) if row else ""
        for row, name, points in zip(shown, labels, words, strict=True)
    ]  # fmt: skip
    room = (max(values, default=0) - min(values, default=0) or 1) * 0.18   # for the words beside the bars
    scale = [min(values) - room if min(values, default=0) < 0 else 0, max(values, default=0) + room]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": list(range(len(labels))), "x": values, "marker": {"color": [chart_layout.TEAL if value >= 0 else chart_layout.AMBER for value in values]}, "text": words,
                "textposition": "outside", "cliponaxis": False, "textfont": {"size": chart_layout.SMALL, "color": chart_layout.INK}, "hovertext": hover,
                "hovertemplate": "%{hovertext}<extra></extra>", "customdata": [href(row) if row else None for row in shown],
            }
        ],
        "layout": chart_layout.layout_of(
            max(len(labels), 3) * BAR + 44, margin={"r": 40}, xaxis=chart_layout.axis(range=scale, nticks=6), yaxis=chart_layout.places(labels),
        ),
    }  # fmt: skip


def _rank(row: Row) -> tuple[bool, float, int]:
    """From the greatest to the least; what is withheld comes last."""
    return row["contribution_rate"] is None, -(row["contribution_rate"] or 0), row["cut_order"]


def structure(rows: Sequence[Row], name: str) -> Figure:
    """The share of each segment and field (dot) beside the country's of the same months (line)."""
    labels = [chart_layout.plain(row["part_name"]) for row in rows]
    lines = [
        {"type": "line", "x0": row["share"] * 100, "x1": row["national_share"] * 100, "y0": at, "y1": at, "line": {"color": chart_layout.SOFT, "width": 4}, "layer": "below"}
        for at, row in enumerate(rows) if row["share"] is not None and row["national_share"] is not None
    ]  # fmt: skip
    hover = [
        t("chart.share", name=label, share=number.lacking(row, "share") or number.rate(row["share"]), nation=number.rate(row["national_share"]), gap=number.points(row["gap_points"]))
        for row, label in zip(rows, labels, strict=True)
    ]  # fmt: skip
    marks = (
        ("national_share", t("chart.nation"), {"symbol": "line-ns", "size": 14, "line": {"width": 2.5, "color": chart_layout.INK}, "color": chart_layout.INK}),
        ("share", name, {"size": 10, "color": chart_layout.DEEP}),
    )
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "name": chart_layout.plain(words), "y": list(range(len(rows))), "cliponaxis": False,
                "x": [chart_layout.percent(row[key]) for row in rows], "marker": marker, "text": hover, "hovertemplate": "%{text}<extra></extra>",
            }
            for key, words, marker in marks
        ],
        "layout": chart_layout.layout_of(
            max(len(rows), 3) * 26 + 76, shapes=lines, legend=chart_layout.LEGEND, xaxis=chart_layout.axis(ticksuffix="%", rangemode="tozero"), yaxis=chart_layout.places(labels),
        ),
    }  # fmt: skip


def history(rows: Sequence[Row]) -> Figure:
    """One indicator by year against its line; a year of changed scope is marked, and nothing joins it to the one before."""
    rows = sorted(rows, key=lambda row: row["stat_year"])
    years: list[int] = []
    values: list[float | None] = []
    for row in rows:
        if years and (row["series_note"] or row["stat_year"] > years[-1] + 1):  # a gap, or a break: the line is interrupted
            years.append(row["stat_year"] - 1)
            values.append(None)
        years.append(row["stat_year"])
        values.append(row["value"])
    unit = rows[0]["unit"] or ""
    threshold = rows[-1]["threshold"]
    shapes = [_break(row["stat_year"] - 0.5) for row in rows if row["series_note"]]
    notes = [_break_words(row["stat_year"] - 0.5) for row in rows if row["series_note"]][:1]
    if threshold is not None:
        shapes.append({"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": threshold, "y1": threshold, "line": {"color": chart_layout.AMBER, "width": 1.5, "dash": "dot"}})
        notes.append({"x": 1, "xref": "paper", "xanchor": "right", "y": threshold, "yanchor": "bottom", "showarrow": False, "text": t("chart.threshold", value=number.in_unit(threshold, unit)), "font": {"size": chart_layout.SMALL, "color": chart_layout.QUIET}})
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "x": years, "y": values, "connectgaps": False, "line": {"color": chart_layout.DEEP, "width": 2}, "marker": {"size": 8, "color": chart_layout.DEEP},
                "text": [t("none") if value is None else number.in_unit(value, unit) for value in values], "hovertemplate": "%{x}<br>%{text}<extra></extra>", "cliponaxis": False,
            }
        ],
        "layout": chart_layout.layout_of(
            260, shapes=shapes, annotations=notes, margin={"l": 48, "r": 24, "b": 36},
            xaxis=chart_layout.axis(tickmode="array", tickvals=sorted({row["stat_year"] for row in rows}), tickformat="d", showgrid=False, **chart_layout.GAP), yaxis=chart_layout.axis(rangemode="tozero"),
        ),
    }  # fmt: skip


def bars(rows: Sequence[Row], label: Callable[[Row], str], href: Callable[[Row], str | None], threshold: float | None = None) -> Figure:
    """One figure of each place in its own unit, the greatest first; a line where there is one; unverified ones are pale."""
    labels, unit = [chart_layout.plain(label(row)) for row in rows], rows[0]["unit"] or ""
    words = [number.lacking(row, "value") or (t("none") if row["value"] is None else number.in_unit(row["value"], unit)) for row in rows]
    layout = chart_layout.layout_of(max(len(rows), 3) * BAR + 40, margin={"r": 84}, xaxis=chart_layout.axis(rangemode="tozero", nticks=6), yaxis=chart_layout.places(labels))
    if threshold is not None:
        layout["shapes"] = [{"type": "line", "x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": chart_layout.AMBER, "width": 1.5, "dash": "dot"}}]
    return {
        "data": [
            {
                "type": "bar", "orientation": "h", "y": list(range(len(rows))), "x": [row["value"] or 0 for row in rows], "text": words, "textposition": "outside", "cliponaxis": False,
                "textfont": {"size": chart_layout.SMALL, "color": chart_layout.INK}, "marker": {"color": [LIGHT["step_2"] if row.get("is_unverified") else chart_layout.TEAL for row in rows]},
                "hovertemplate": "%{text}<extra></extra>", "customdata": [href(row) for row in rows],
            }
        ],
        "layout": layout,
    }  # fmt: skip


def firm_months(rows: Sequence[Row]) -> Figure:
    """A firm's software revenue so far in the year by month, beside what it told of the same months of the year before."""
    size, unit = charts.money_scale([row["software_revenue_yuan"] for row in rows])
    by_period = {row["period"]: row for row in rows}
    shown = months(min(by_period), max(by_period))
    lanes = (("software_revenue_yuan", chart_layout.DEEP, "solid"), ("software_revenue_base_yuan", LIGHT["slate"], "dot"))

    def at(period: str, key: str) -> float | None:
        row = by_period.get(period)
        return None if row is None or row[key] is None else float(row[key]) / size

    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "name": t(f"columns.{key}"), "x": shown, "y": [at(period, key) for period in shown], "connectgaps": False,
                "line": {"color": colour, "width": 2, "dash": dash}, "marker": {"size": 6, "color": colour}, "hovertemplate": f"%{{x}}<br>{t(f'columns.{key}')} %{{y:,.2f}}{unit}<extra></extra>",
            }
            for key, colour, dash in lanes
        ],
        "layout": chart_layout.layout_of(
            260, legend=chart_layout.LEGEND, margin={"l": 52, "b": 36}, yaxis=chart_layout.axis(rangemode="tozero", ticksuffix=unit, showticksuffix="last", tickformat=",~f"),
            xaxis=chart_layout.axis(type="category", categoryorder="array", categoryarray=shown, showgrid=False, nticks=10, **chart_layout.GAP),
        ),
    }  # fmt: skip
