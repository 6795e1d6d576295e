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


def treemap(groups: Sequence[tuple[Tile, Sequence[Tile]]], *, width: int = 1200, height: int = 230) -> Any:
    """Groups side by side in area, the tiles of each within; a tile too small for its name shows it on hovering."""
    groups = sorted(groups, key=lambda group: -group[0].value)
    drawn = []
    for (group, tiles), (left, top, wide, high) in zip(
        groups, squarify([group.value for group, _ in groups], (0, 0, width, height)), strict=True
    ):
        head = html.Link(
            f"{group.name} {group.value:,.0f}", href=group.href, title=group.title,
            className="group-name on" if group.is_chosen else "group-name",
        )
        inner = sorted(tiles, key=lambda tile: -tile.value)
        body = [
            html.Link(
                html.Span(f"{tile.name} · {tile.value:,.0f}" if w > 52 and h > 16 else tile.name if w > 34 and h > 16 else ""), href=tile.href,
                title=tile.title, className="leaf on" if tile.is_chosen else "leaf",
                style={
                    "left": f"{x / wide * 100:.2f}%", "top": f"{y / (high - 20) * 100:.2f}%",
                    "width": f"{w / wide * 100:.2f}%", "height": f"{h / (high - 20) * 100:.2f}%",
                },
            )
            for tile, (x, y, w, h) in zip(
                inner, squarify([tile.value for tile in inner], (0, 0, wide, high - 20)), strict=True
            )
        ]
        drawn.append(
            html.Div(
                [head, html.Div(body, className="leaves")], className="group",
                style={
                    "left": f"{left / width * 100:.2f}%", "top": f"{top / height * 100:.2f}%",
                    "width": f"{wide / width * 100:.2f}%", "height": f"{high / height * 100:.2f}%",
                },
            )
        )
    return html.Div(drawn, className="treemap", style={"height": f"{height}px"})
