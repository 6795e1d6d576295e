"""What a document is made of: paragraphs, figures, tables; rows come the way a page's do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Card, Sentence
from dashboard.tables import TABLES, Column
from dashboard.text import t
from dashboard.view import View
from pipelines.base.visible import visible_lines

WIDEST = 32   # letters of a column; what is longer goes on in the next line


@dataclass(frozen=True)
class Section:
    """Rows of a table under its columns, or a picture (SVG) alone, or both.

    `totals` are rows under the others; a column they do not name stays empty there. `also` are columns of the workbook alone.
    """

    title: str
    unit: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    picture: str | None = None
    totals: Sequence[Row] = ()
    also: Sequence[Column] = ()
    is_half: bool = False
    """Half as wide as the page: two of them stand side by side on paper."""

    @property
    def heads(self) -> list[str]:
        return [column.label for column in self.columns]

    @property
    def numeric(self) -> list[bool]:
        return [column.is_number for column in self.columns]

    @property
    def shares(self) -> list[float]:
        """How wide each column is beside the others: as its longest cell, or its head in two lines."""
        lines = zip(self.heads, *self.cells, *self.total_cells, strict=True)
        return [min(max(_width(head) / 2, 5, *map(_width, cells)), WIDEST) for head, *cells in lines]

    @property
    def cells(self) -> list[list[str]]:
        """The words a page shows."""
        return [[visible_lines(column.text(row)) for column in self.columns] for row in self.rows]

    @property
    def total_cells(self) -> list[list[str]]:
        return [[visible_lines(column.text(row)) if column.key in row else "" for column in self.columns] for row in self.totals]


@dataclass(frozen=True)
class Chapter:
    """Paragraphs, each with its heading, then figures and tables. `is_upright` is text first: A4 upright; wide tables lie.

    Of each card the name, value, what stands under it, and its change.
    """

    title: str
    paragraphs: Sequence[tuple[str, str]]
    cards: Sequence[tuple[str, str, str]]
    sections: Sequence[Section]
    is_upright: bool = False


@dataclass(frozen=True)
class Report:
    """One document. `labels` stand beside its title, `notes` under it; `sheets` are tables of the workbook alone."""

    title: str
    labels: Sequence[str]
    provenance: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    sheets: Sequence[Section] = ()
    notes: Sequence[str] = ()

    @property
    def sections(self) -> list[Section]:
        return [section for chapter in self.chapters for section in chapter.sections]


def _width(words: str) -> int:
    """In letters: a Chinese one takes the place of two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def section(
    name: str, view: View, keys: str = "", *, limit: int | None = None, picture: str | None = None, named: str = "",
    totals: Sequence[Row] = (), **given: Any,
) -> Section:
    """A table with the columns named, all of them by default; its rows come the way a page's do.

    `named`: the key of its title where the page's own speaks of clicks.
    """
    table, wanted = TABLES[name], keys.split()
    if limit is None:
        rows = list(table.each(view, **given))
        total = len(rows)
    else:
        rows, total = table.fetch(view, limit=limit, **given)
    columns = [column for column in table.shown if not wanted or column.key in wanted]
    named = named or f"figure.{name}"
    return Section(t(f"{named}.title"), of_all(t(f"{named}.unit"), len(rows), total), columns, rows, picture, totals, table.also)


def of_all(unit: str, shown: int, total: int) -> str:
    """What stands beside a title: the unit, and how many rows there are where not all are shown."""
    return unit if shown >= total else t("semicolon").join([unit, t("report.first", n=shown, total=number.count(total))])


def chapter(title: str, told: Iterable[tuple[str, Sentence]], cards: Iterable[Card], sections: Sequence[Section]) -> Chapter:
    figures = [(t(f"kpi.{card.key}.name"), card.value, t("semicolon").join(filter(None, [card.foot, card.change]))) for card in cards]
    return Chapter(title, [(head, visible_lines("".join(sentence))) for head, sentence in told], figures, [one for one in sections if one.picture or one.rows])
