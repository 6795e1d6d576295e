"""A treemap of links in plain HTML: no script, no weight; each tile is an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.elements import html

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Tile:
    """One tile: what it is called, how much it stands for, where it leads, what it says in full."""

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


def _place(box: Box, width: float, height: float) -> str:
    """A box as shares of what it stands in."""
    left, top, wide, high = box
    return f"left:{left / width:.2%};top:{top / height:.2%};width:{wide / width:.2%};height:{high / height:.2%}"


def _words(tile: Tile, box: Box) -> str:
    """As much of a tile's name and number as it has room for."""
    if box[3] <= 16 or box[2] <= 34:
        return ""
    return f"{tile.name} · {tile.value:,.0f}" if box[2] > 52 else tile.name


def treemap(groups: Sequence[tuple[Tile, Sequence[Tile]]], *, width: int = 1200, height: int = 230) -> Any:
    """Groups side by side in area, the tiles of each within; a tile too small for its name shows it on hovering."""
    groups = sorted(groups, key=lambda group: -group[0].value)
    drawn = []
    for (group, tiles), box in zip(groups, squarify([group.value for group, _ in groups], (0, 0, width, height)), strict=True):
        within = box[2], box[3] - 20
        tiles = sorted(tiles, key=lambda tile: -tile.value)
        places = squarify([tile.value for tile in tiles], (0, 0, *within))
        head = html.Link(
            f"{group.name} {group.value:,.0f}", href=group.href, title=group.title,
            className="group-name on" if group.is_chosen else "group-name",
        )
        body = [
            html.Link(
                html.Span(_words(tile, place)), href=tile.href, title=tile.title,
                className="leaf on" if tile.is_chosen else "leaf", style=_place(place, *within),
            )
            for tile, place in zip(tiles, places, strict=True)
        ]
        drawn.append(html.Div([head, html.Div(body, className="leaves")], className="group", style=_place(box, width, height)))
    return html.Div(drawn, className="treemap", style=f"height:{height}px")
