"""What was recognised of a sheet, for people: where its header stands, its words, and which column each word is."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.sources.cells import mask
from pipelines.sources.contract import Contract, base_of
from pipelines.sources.layout import Layout
from pipelines.sources.lines import Places
from pipelines.sources.readers import Row


@dataclass(frozen=True)
class Head:
    """`printed` are the words of the header, one for each column of the sheet; `places` say which of them a declared column is.

    Without any place nobody knows whether the row is a header: it is the row that looks most like one.
    """

    sheet: str
    row_no: int
    printed: tuple[str, ...]
    places: dict[str, int]
    units: dict[str, str]
    said: dict[str, str]   # of columns that stand above the table
    lacking: tuple[str, ...]
    above: tuple[str, ...]   # the rows before it, as texts


def head_of(contract: Contract, sheet: str, layout: Layout, rows: Sequence[Row], at: int, height: int, lines: Places | None) -> Head:
    """The head of a sheet from its first rows; `lines` where it is a form sent line by line, whose own header it shows."""
    places = layout.places
    if lines:
        form = lines.form
        figures = {name: place for one in form.figures for name, place in ((one.name, lines.current), (base_of(one.name), lines.base)) if place is not None}
        at, height, places = lines.at, 1, {**lines.about, **figures}
    elif not places:
        at = max(range(len(rows)), key=lambda i: _looks_like_head(rows[i][1]), default=0)
    below = rows[at + 1][1] if height > 1 else []
    row_no, cells = rows[at] if rows else (0, [])
    printed = tuple(mask(" ".join(dict.fromkeys(filter(None, (cell.strip(), _at(below, i)))))) for i, cell in enumerate(cells))
    above = tuple(dict.fromkeys(mask(cell) for _, before in rows[:at] for cell in before if cell.strip()))
    return Head(sheet, row_no, printed, places, layout.units, {name: mask(text) for name, text in layout.said.items()}, tuple(layout.missing(contract)), above)


def _looks_like_head(cells: Sequence[str]) -> int:
    """How many words a row has; none where figures stand among them."""
    words = [cell for cell in cells if cell.strip()]
    return 0 if any(sign.isdigit() for cell in words for sign in cell) else len(set(words))


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""
