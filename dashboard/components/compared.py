"""Figures of two sides and of flows: before and after, what arrived and when. Pure functions of rows."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote as percent

from dashboard.components import charts, number
from dashboard.components.elements import html
from dashboard.reader import Row
from dashboard.text import t


def signed_words(value: Any) -> str:
    """A change of money with its sign; nothing is nothing."""
    if value is None:
        return t("none")
    return number.short_yuan(value) if value <= 0 else f"+{number.short_yuan(value)}"


def signed(value: Any) -> Any:
    """The same as an element, with the full value on hover."""
    if not value:
        return html.Span("0" if value is not None else t("none"), className="quiet")
    return html.Span(signed_words(value), title=number.full_yuan(value), className="figure up" if value > 0 else "figure down")


def dumbbell(rows: Sequence[Row], label: Callable[[Row], str], href: Callable[[Row], str]) -> dict[str, Any]:
    """Upper bound before (ring) and after (dot) of each row, a line between: thick where it grows less money."""
    size, unit = charts._money_scale([{"top": max(row["before_ceiling_yuan"], row["after_ceiling_yuan"])} for row in rows], "top")
    places, labels = list(range(len(rows))), [charts.plain(label(row)) for row in rows]
    lines = [
        {
            "type": "line", "x0": float(row["before_ceiling_yuan"]) / size, "x1": float(row["after_ceiling_yuan"]) / size,
            "y0": place, "y1": place, "layer": "below",
            "line": {"color": charts.SOFT if row["change_ceiling_yuan"] >= 0 else charts.AMBER, "width": 4},
        }
        for place, row in zip(places, rows, strict=True)
    ]  # fmt: skip
    hover = [
        f"{name}<br>{t('whatif.before')} {number.full_yuan(row['before_ceiling_yuan'])}"
        f"<br>{t('whatif.after')} {number.full_yuan(row['after_ceiling_yuan'])}"
        for row, name in zip(rows, labels, strict=True)
    ]
    marks = (
        ("before", {"symbol": "circle-open", "size": 11, "color": charts.QUIET, "line": {"width": 2, "color": charts.QUIET}}),
        ("after", {"size": 11, "color": charts.DEEP}),
    )
    return {
        "data": [
            {
                "type": "scatter", "mode": "markers", "name": t(f"whatif.{side}"), "y": places,
                "x": [float(row[f"{side}_ceiling_yuan"]) / size for row in rows], "marker": marker, "text": hover,
                "hovertemplate": "%{text}<extra></extra>", "customdata": [href(row) for row in rows],
            }
            for side, marker in marks
        ],
        "layout": charts._layout(
            max(len(rows), 2) * 32 + 76, shapes=lines, legend=charts.LEGEND,
            xaxis=charts._axis(ticksuffix=unit, rangemode="tozero", tickformat=",~f"),
            yaxis=charts._axis(
                range=[len(rows) - 0.4, -0.6], showgrid=False, tickmode="array", tickvals=places,
                ticktext=[charts._cut(label) for label in labels], ticks="outside", ticklen=8, tickcolor="rgba(0,0,0,0)",
            ),
        ),
    }  # fmt: skip


WEEKS = 52
STEPS = ("#e9eeef", "#bfdedb", "#86bfba", "#2f8581", "#0b5351")


def strip(arrivals: str | None) -> Any:
    """The files of each of the last 52 weeks as a row of squares, the as-of week at the right."""
    counts = {int(ago): int(files) for ago, _, files in (pair.partition(":") for pair in (arrivals or "").split(",") if pair)}
    cells = "".join(
        f'<rect x="{(WEEKS - 1 - ago) * 5}" width="4" height="14" rx="1" fill="{_step(counts.get(ago, 0))}"/>'
        for ago in range(WEEKS)
    )
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WEEKS * 5} 14" preserveAspectRatio="none">{cells}</svg>'
    told = t("data.strip", weeks=len(counts), files=sum(counts.values()))
    return html.Img(src="data:image/svg+xml," + percent(picture), alt=told, title=told, className="strip-weeks")


def _step(files: int) -> str:
    return STEPS[0 if not files else 1 if files == 1 else 2 if files <= 3 else 3 if files <= 9 else 4]


def strip_legend() -> Any:
    keys = [html.I(className="week-key", style=f"background:{colour}") for colour in STEPS]
    words = ("0", "1", "2–3", "4–9", "10+")
    pairs = [piece for key, text in zip(keys, words, strict=True) for piece in (key, html.Span(text))]
    return html.Div([html.Span(t("data.strip_legend")), *pairs], className="scale")


def arrivals(months: Sequence[Row]) -> dict[str, Any]:
    """Rows by month of arrival: loaded above, quarantined below on a scale of its own."""
    names = [number.day(row["month"])[:7] for row in months]
    lanes = (("rows_loaded", charts.TEAL, "y"), ("rows_quarantined", charts.AMBER, "y2"))
    return {
        "data": [
            {
                "type": "bar", "x": names, "y": [row[key] or 0 for row in months], "yaxis": axis,
                "marker": {"color": colour}, "name": t(f"columns.{key}"),
                "hovertemplate": f"%{{x}}<br>{t(f'columns.{key}')} %{{y:,}}<extra></extra>",
            }
            for key, colour, axis in lanes
        ],
        "layout": charts._layout(
            300, margin={"l": 40, "r": 8}, legend=charts.LEGEND,
            xaxis=charts._axis(type="category", showgrid=False, nticks=8, anchor="y2"),
            yaxis=charts._axis(domain=[0.42, 1], rangemode="tozero"),
            yaxis2=charts._axis(domain=[0, 0.3], rangemode="tozero", tickformat="d"),
        ),
    }  # fmt: skip


def flow(steps: Sequence[tuple[str, int, Sequence[tuple[str, int]]]]) -> Any:
    """Steps from left to right: how many went on, and below what stayed behind and why."""
    boxes = [
        html.Li(
            [
                html.Span(t(f"flow.{key}")), html.Strong(number.count(count)),
                html.Ul([html.Li([html.Small(t(f"flow.{reason}")), html.Small(number.count(n))]) for reason, n in left if n])
                if any(n for _, n in left)
                else None,
            ],
            className="flow-step",
        )
        for key, count, left in steps
    ]  # fmt: skip
    return html.Ol(boxes, className="flow")
