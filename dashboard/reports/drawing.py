"""Two pictures for paper, as SVG: the measures by outcome, and the last months' payments."""

from collections.abc import Sequence
from html import escape

from dashboard.components import number
from dashboard.components.charts import measure_label
from dashboard.reader import Row
from dashboard.text import word
from dashboard.theme import FONT, LIGHT, outcome_colours

WIDTH = 900
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


def _text(x: float, y: float, words: str, colour: str = INK, anchor: str = "start", size: int = 12) -> str:
    family = escape(FONT.replace('"', "'"), quote=True)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-family="{family}">{escape(words)}</text>'
    )


def _picture(height: float, pieces: Sequence[str]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}">{"".join(pieces)}</svg>'
