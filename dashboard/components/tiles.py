"""Figures of tiles: the districts on a map, and a treemap. Each tile is a bar, so that all of it can be pointed at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dashboard.components import chart_layout, number
from dashboard.reader import Row
from dashboard.text import t
from dashboard.theme import LIGHT, SCALE, SIZES

LINE_HEIGHT = 96


@dataclass(frozen=True)
class _Steps:
    """A scale of five steps from the smallest to the largest of the rates shown; of one where they do not differ."""

    low: float
    high: float

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "_Steps | None":
        """None where no rate is known. A district that the policy is only a reference for is not on it."""
        rates = [rate for row in rows if (rate := _rate(row)) is not None]
        return cls(min(rates), max(rates)) if rates else None

    def step(self, rate: float) -> int:
        return min(int((rate - self.low) / (self.high - self.low) * len(SCALE)), len(SCALE) - 1) if self.high > self.low else 0

    def words(self) -> list[str]:
        if self.high == self.low:
            return [number.rate(self.low)]
        bounds = [self.low + (self.high - self.low) * step / len(SCALE) for step in range(len(SCALE) + 1)]
        return [number.between(low, high) for low, high in pairwise(bounds)]


def _shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["tile_column"] is not None]


def _rate(row: Row) -> float | None:
    """None where nothing is known, and where the policy is only a reference."""
    rate = row["award_payout_rate"]
    return None if row["is_reference"] or rate is None or row["count_status"] != "known" else float(rate)


def district_scale(rows: Sequence[Row]) -> list[str]:
    """What each step of the map's scale holds, as 12.0–20.0%; none where no rate is known."""
    steps = _Steps.of(_shown(rows))
    return steps.words() if steps else []


def district_map(rows: Sequence[Row], href: chart_layout.Href) -> chart_layout.Figure:
    """Payout rates of the districts, each in its place; grey where the policy is only a reference."""
    tiles = _shown(rows)
    steps, places = _Steps.of(tiles), [(row["tile_column"], row["tile_line"]) for row in tiles]
    colours = [_district_colours(row, steps) for row in tiles]
    columns, lines = (max((place[way] for place in places), default=0) + 1 for way in (0, 1))
    bars = {
        "x": [column for column, _ in places], "base": [line + 0.03 for _, line in places], "y": [0.94] * len(tiles), "width": 0.96,
        "text": [_district_words(row) for row in tiles], "textfont": {"color": [words for _, words in colours], "size": SIZES["large"]},
        "marker": {"color": [ground for ground, _ in colours]}, "customdata": [href(row) for row in tiles], "hovertext": [_district_hover(row) for row in tiles],
    }  # fmt: skip
    return _tiled(bars, lines * LINE_HEIGHT, (-0.5, columns - 0.5), (lines, 0))


def _district_colours(row: Row, steps: _Steps | None) -> tuple[str, str]:
    """Of the ground and of the words on it."""
    if row["is_reference"]:
        return LIGHT["grey"], chart_layout.INK
    if (rate := _rate(row)) is None or steps is None:
        return LIGHT["hover"], chart_layout.INK
    step = steps.step(rate)
    return LIGHT[SCALE[step]], chart_layout.INK if step < 3 else chart_layout.CARD


def _district_words(row: Row) -> str:
    """Name, rate and its parts, the rate large; the lines are as high as that."""
    name = f"<b>{chart_layout.plain(str(row['district_name']).split('（')[0])}</b>"
    if row["is_reference"]:
        return "<br>".join(map(_small, (name, t("reference"), t("unit.n_claims_all", n=number.count(row["claim_count"])))))
    if row["count_status"] != "known":
        return "<br>".join(map(_small, (name, t("lacking.unknown"))))
    rate, parts = number.rate(row["award_payout_rate"]), number.parts(row["award_paid_count"], row["award_eligible_count"])
    return f"{_small(name)}<br><b>{rate}</b><br>{_small(parts)}"


def _small(words: str) -> str:
    return f'<span style="font-size:{SIZES["small"]}px">{words}</span>'


def _district_hover(row: Row) -> str:
    name = chart_layout.plain(str(row["district_name"]))
    if row["count_status"] != "known":
        return f"{name}<br>{t('lacking.unknown')}"
    return t(
        "tile.title", name=name, parts=number.parts(row["award_paid_count"], row["award_eligible_count"]),
        band=number.band(row) or t("none"), all=number.parts(row["paid_count"], row["eligible_count"]),
        outreach=number.count(row["outreach_count"]),
    )  # fmt: skip


def _tiled(bars: dict[str, Any], height: int, x: tuple[float, float], y: tuple[float, float], **more: Any) -> chart_layout.Figure:
    bar = {"type": "bar", "textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "none", "hovertemplate": "%{hovertext}<extra></extra>"}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    hidden = {"visible": False, "fixedrange": True}
    layout = chart_layout.layout_of(height, barmode="overlay", xaxis={**hidden, "range": x}, yaxis={**hidden, "range": y}, dragmode=False, **more)
    return {"data": [{**bar, **bars}], "layout": {**layout, "margin": margin}}


Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Tile:
    """One tile of a treemap: what it is called, how much it stands for, where it leads, what it says in full."""

    name: str
    value: float
    href: str
    title: str
    is_chosen: bool = False


def squarify(values: Sequence[float], box: Box) -> list[Box]:
    """Rectangles of areas in proportion to `values` (largest first, none zero) that fill `box`, as square as rows allow."""
    if not values:
        return []
    left, top, width, height = box
    scale, side = width * height / sum(values), min(width, height)

    def worst(row: Sequence[float]) -> float:
        area = sum(row) * scale
        return max(max(side**2 * v * scale / area**2, area**2 / (side**2 * v * scale)) for v in row)

    count = 1
    while count < len(values) and worst(values[: count + 1]) <= worst(values[:count]):
        count += 1
    row, rest = values[:count], values[count:]
    depth = sum(row) * scale / side
    placed, at = [], 0.0
    for value in row:
        length = value * scale / depth
        placed.append((left + at, top, length, depth) if width < height else (left, top + at, depth, length))
        at += length
    left_over = (
        (left, top + depth, width, height - depth) if width < height else (left + depth, top, width - depth, height)
    )
    return placed + squarify(rest, left_over)


NAME_HEIGHT = 20


def treemap(groups: Sequence[tuple[Tile, Sequence[Tile]]], *, width: int = 1200, height: int = 250) -> chart_layout.Figure:
    """Groups side by side in area, the tiles of each within; a tile too small for its words says them on hovering."""
    groups = sorted(groups, key=lambda group: -group[0].value)
    drawn: list[tuple[Tile, Box, str, str]] = []  # tile, place, its ground and its words
    for (group, tiles), (left, top, wide, high) in zip(groups, squarify([group.value for group, _ in groups], (0, 0, width, height)), strict=True):
        drawn.append((group, (left, top, wide, NAME_HEIGHT), chart_layout.CARD, LIGHT["accent"] if group.is_chosen else chart_layout.INK))
        tiles = sorted(tiles, key=lambda tile: -tile.value)
        places = squarify([tile.value for tile in tiles], (left, top + NAME_HEIGHT, wide, max(high - NAME_HEIGHT, 1)))
        drawn += [(tile, place, *_leaf_colours(tile, rank)) for rank, (tile, place) in enumerate(zip(tiles, places, strict=True))]
    bars = {
        "x": [left + wide / 2 for _, (left, _, wide, _), *_ in drawn], "base": [top for _, (_, top, _, _), *_ in drawn],
        "y": [high for _, (_, _, _, high), *_ in drawn], "width": [wide for _, (_, _, wide, _), *_ in drawn],
        "text": [_leaf_words(tile, place) for tile, place, *_ in drawn], "textfont": {"color": [words for *_, words in drawn]},
        "marker": {"color": [ground for *_, ground, _ in drawn], "line": {"color": chart_layout.CARD, "width": 1}},
        "customdata": [tile.href for tile, *_ in drawn], "hovertext": [chart_layout.plain(tile.title) for tile, *_ in drawn],
    }  # fmt: skip
    return _tiled(bars, height, (0, width), (height, 0))


def _leaf_colours(tile: Tile, rank: int) -> tuple[str, str]:
    """Of the ground and of the words on it: the largest three of a group stand out, a chosen one more."""
    if tile.is_chosen:
        return LIGHT["step_4"], chart_layout.CARD
    return LIGHT["step_1" if rank < 3 else "step_0"], chart_layout.INK


def _leaf_words(tile: Tile, place: Box) -> str:
    """As much of a tile's name and number as it has room for."""
    room = place[2] - 12
    words = f"{tile.name} · {number.count(tile.value)}"
    if place[3] < 16:
        return ""
    return next((chart_layout.plain(told) for told in (words, tile.name) if chart_layout.width_of(told) <= room), "")
