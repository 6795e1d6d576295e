"""Pictures for paper, as SVG: the measures by outcome, the last months' payments, growth beside the country's."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from dashboard.components import industry_charts, number
from dashboard.components.charts import measure_label
from dashboard.reader import Row
from dashboard.text import word
from dashboard.theme import FONT, LIGHT, outcome_colours

WIDTH = 900
PERIODS = 33   # of three years
BESIDE = LIGHT["amber"], LIGHT["blue"], LIGHT["slate"]
"""Colours of the areas printed beside the city."""
DEEP, INK, LINE, QUIET, SOFT = (LIGHT[name] for name in ("deep", "ink", "line", "quiet", "soft"))


def strip(rows: Sequence[Row]) -> str:
    """One bar a measure, rent subsidies apart, its claims by outcome; the number behind it is all of them."""
    rows = sorted((row for row in rows if row["claim_count"]), key=lambda row: (row["measure_no"], row["kind"]))
    most = max((int(row["claim_count"]) for row in rows), default=1)
    left, step = 300, 22
    pieces = []
    for at, row in enumerate(rows):
        x, y = float(left), 34 + at * step
        pieces.append(_text(left - 10, y + 12, measure_label(row), anchor="end"))
        for key, colour in outcome_colours().items():
            width = int(row[f"{key}_count"] or 0) / most * (WIDTH - left - 60)
            pieces.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="15" fill="{colour}"/>')
            x += width
        pieces.append(_text(x + 6, y + 12, number.count(row["claim_count"]), QUIET))
    for at, (key, colour) in enumerate(outcome_colours().items()):
        pieces.append(f'<rect x="{left + at * 110}" y="8" width="12" height="12" fill="{colour}"/>')
        pieces.append(_text(left + at * 110 + 18, 18, word("outcome", key), QUIET))
    return _picture(34 + len(rows) * step + 6, pieces)


def months(rows: Sequence[Row]) -> str:
    """Money paid in each month, the last one dark."""
    most = max((float(row["paid_yuan"] or 0) for row in rows), default=0) or 1
    step, last = WIDTH / max(len(rows), 1), len(rows) - 1
    pieces = [f'<line x1="0" y1="130" x2="{WIDTH}" y2="130" stroke="{LINE}"/>']
    for at, row in enumerate(rows):
        height = max(float(row["paid_yuan"] or 0), 0) / most * 96
        colour = DEEP if at == last else SOFT
        pieces.append(f'<rect x="{at * step + 4:.1f}" y="{130 - height:.1f}" width="{step - 8:.1f}" height="{height:.1f}" fill="{colour}"/>')
        middle, anchor = (at * step + step / 2, "middle") if at < last else (WIDTH, "end")
        if at % 3 == last % 3:
            pieces.append(_text(middle, 146, str(row["month"])[:7], QUIET, anchor))
        if at == last or float(row["paid_yuan"] or 0) == most:
            pieces.append(_text(middle, 124 - height, number.short_yuan(row["paid_yuan"]), INK, anchor))
    return _picture(152, pieces)


def growth(rows: Sequence[Row], published: Sequence[Row], name: str) -> str | None:
    """Growth so far in the year by month beside the areas printed; a gap is what was not told, a hollow mark unverified."""
    lines = _growths(rows, published, name)
    told = sorted({period for line in lines.values() for period in line})
    if not told:
        return None
    own = [str(row["period"]) for row in rows] or told
    shown = industry_charts.months(min(own), max(own))[-PERIODS:]
    values = [line[period][0] for line in lines.values() for period in shown if period in line]
    low, high = min(*values, 0), max(*values, 0)
    left, top, deep, step = 50.0, 34.0, 110.0, (WIDTH - 60) / max(len(shown) - 1, 1)
    xs = {period: left + place * step for place, period in enumerate(shown)}

    def y(value: float) -> float:
        return top + (high - value) / ((high - low) or 1) * deep

    pieces = []
    for edge in sorted({low, 0, high}):
        pieces.append(f'<line x1="{left}" y1="{y(edge):.1f}" x2="{WIDTH}" y2="{y(edge):.1f}" stroke="{LINE}"/>')
        pieces.append(_text(left - 6, y(edge) + 4, f"{edge:.1f}%" if edge else "0", QUIET, "end"))
    pieces += [_text(xs[period], top + deep + 22, period, QUIET, "middle" if period != shown[-1] else "end") for period in shown[::-4] if period != shown[0]]
    for place, ((area, line), colour) in enumerate(zip(lines.items(), (DEEP, *BESIDE) if rows else BESIDE, strict=False)):
        pieces += [f'<rect x="{left + place * 120}" y="8" width="12" height="4" fill="{colour}"/>', _text(left + 18 + place * 120, 14, area, QUIET)]
        pieces += _drawn({period: (xs[period], y(line[period][0]), line[period][1]) for period in shown if period in line}, shown, colour)
    return _picture(top + deep + 30, pieces)


def _growths(rows: Sequence[Row], published: Sequence[Row], name: str) -> dict[str, dict[str, tuple[float, bool]]]:
    """Of the city and each area, by period: growth in per cent, and whether it is unverified."""
    lines = {name: {str(row["period"]): (float(row["growth_rate"]) * 100, False) for row in rows if row["growth_rate"] is not None}} if rows else {}
    for row in sorted(published, key=lambda row: (row["area_level"] != "national", row["area"])):
        if row["yoy_percent"] is not None:
            lines.setdefault(row["area"], {})[str(row["period"])] = (float(row["yoy_percent"]), bool(row["is_unverified"]))
    return lines


def _drawn(marks: Mapping[str, tuple[float, float, bool]], shown: Sequence[str], colour: str) -> list[str]:
    """A line through marks that follow one another, and the marks."""
    pieces = []
    for period, following in pairwise(shown):
        if period in marks and following in marks:
            (x1, y1, _), (x2, y2, _) = marks[period], marks[following]
            pieces.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="1.8"/>')
    return pieces + [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{LIGHT["card"] if is_hollow else colour}" stroke="{colour}"/>' for x, y, is_hollow in marks.values()
    ]


def _text(x: float, y: float, words: str, colour: str = INK, anchor: str = "start", size: int = 12) -> str:
    family = escape(FONT.replace('"', "'"), quote=True)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-family="{family}">{escape(words)}</text>'
    )


def _picture(height: float, pieces: Sequence[str]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}">{"".join(pieces)}</svg>'
