"""From rows to files as offices send them: their formats, encodings, titles, footnotes, merged cells and slips."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import xlsxwriter
import xlwt

from pipelines.sample.model import Row

BAD = "!"   # a row with this key must be quarantined; its value says why
SHEET_LIMIT = 50_000   # longer lists are sent as csv
Sections = list[tuple[str, Iterable[Row]]]   # title and rows
_PERSONAL = {"法定代表人": "示例甲", "联系人": "示例乙", "联系电话": "13800000000"}
_WIDE = str.maketrans("0123456789-.", "０１２３４５６７８９－．")
CREATED = datetime(2026, 1, 1)   # of every workbook: the same bytes at any hour
_NAMES = {"企业名称", "承担企业", "申报主体"}


@dataclass(frozen=True)
class Look:
    """How a file is dressed. dates: iso, slash, chinese, compact, serial or excel."""

    title: str | None = None
    dates: str = "iso"
    blank: str = ""
    encoding: str = "utf-8"
    is_messy: bool = False   # blank rows, outer spaces, full-width digits
    has_notes: bool = False
    has_personal: bool = False
    merged: tuple[str, ...] = ()   # columns whose equal neighbours become one cell
    sheets: bool = False   # a section is a sheet, not a heading in one


@dataclass
class Count:
    """What a reader should make of a file; the header row is not counted."""

    rows: int = 0
    loaded: int = 0
    skipped: int = 0
    quarantined: int = 0


class Landing:
    """The landing folder being filled, and what each file holds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.counts, self.reasons = folder, dict[str, Count](), dict[str, list[str]]()

    def write(self, file: str, headers: dict[str, str], rows: Iterable[Row], look: Look | None = None,
              renewals: tuple[str, str, list[Row]] | None = None) -> str:
        """Write one file: `headers` maps a row's keys to printed headers; 万元 in a header converts its money.

        `renewals` holds the titles of two sections and the rows of the second. Returns the file's name as written.
        """
        look = look or Look()
        suffix = file.partition(".")[2]
        if suffix in ("xlsx", "xls") and isinstance(rows, list) and len(rows) > SHEET_LIMIT:
            file, suffix = file.removesuffix(suffix) + "csv", "csv"
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        self.counts[file] = Count()
        if look.has_personal:
            headers = headers | {key: key for key in _PERSONAL}
        sections = [("", rows)] if not renewals else [(renewals[0], rows), (renewals[1], renewals[2])]
        if suffix == "json":
            self._json(path, headers, rows, look, file)
        elif suffix == "xlsx":
            self._xlsx(path, headers, sections, look, file)
        elif suffix == "xls":
            self._xls(path, headers, sections, look, file)
        else:
            with _text(path, look.encoding) as stream:
                writer = csv.writer(stream, lineterminator="\n")
                for line in self._lines(headers, sections, look, file):
                    writer.writerow([_as_text(cell, look) for cell in line])
        return file

    def _lines(self, headers: dict[str, str], sections: Sections, look: Look, file: str) -> Iterator[list[Any]]:
        """The lines of a sheet from title to footnote, as typed cells, all of one width."""
        count, width = self.counts[file], len(headers)
        scales = {key: 10_000 for key, header in headers.items() if "(万" in header}

        def non_data(text: str) -> list[Any]:
            count.rows, count.skipped = count.rows + 1, count.skipped + 1
            return [text] + [""] * (width - 1)

        if look.title:
            yield non_data(look.title)
        for place, (title, rows) in enumerate(sections):
            if title and not look.sheets:
                yield non_data(title)
                if place:
                    count.rows, count.skipped = count.rows + 1, count.skipped + 1
            yield list(headers.values())
            for number, row in enumerate(rows):
                if look.is_messy and number == 4:
                    yield non_data("")
                count.rows += 1
                if BAD in row:
                    count.quarantined += 1
                    self.reasons.setdefault(file, []).append(row[BAD])
                else:
                    count.loaded += 1
                cells: list[Any] = [_PERSONAL.get(key) or row.get(key) for key in headers]
                for at, key in enumerate(headers):
                    if key in scales and isinstance(cells[at], int | Decimal):
                        cells[at] = (Decimal(cells[at]) / scales[key]).normalize()
                    elif look.is_messy and number % 6 == 5 and key in _NAMES and cells[at]:
                        cells[at] += " "
                    elif look.is_messy and number % 9 == 7 and key.endswith("日期") and isinstance(cells[at], date):
                        cells[at] = cells[at].isoformat().translate(_WIDE)
                yield cells
        if look.has_notes:
            yield non_data("合计")
            yield non_data("注：本表为示例数据，企业均为虚构。")

    def _json(self, path: Path, headers: dict[str, str], rows: Iterable[Row], look: Look, file: str) -> None:
        lines = self._lines(headers, [("", rows)], look, file)
        names = next(lines)
        records = [{name: cell if isinstance(cell, int) else _as_text(cell, look) or None
                    for name, cell in zip(names, line, strict=True)} for line in lines]
        path.write_text(json.dumps({"dataList": records}, ensure_ascii=False, indent=0) + "\n", "utf-8")

    def _xlsx(self, path: Path, headers: dict[str, str], sections: Sections, look: Look, file: str) -> None:
        book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_numbers": False})
        book.set_properties({"title": "示例数据", "created": CREATED})
        centre = book.add_format({"align": "center", "valign": "vcenter", "bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "vcenter"})
        parts = [(name, [(name, rows)]) for name, rows in sections] if look.sheets else [("Sheet1", sections)]
        for title, part in parts:
            sheet = book.add_worksheet(title or "Sheet1")
            lines = list(self._lines(headers, part, look, file))
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if cell is None or cell == "":
                        if look.blank and cell is None:
                            sheet.write_string(at, column, look.blank)
                    elif isinstance(cell, date) and look.dates == "excel":
                        sheet.write_datetime(at, column, datetime(cell.year, cell.month, cell.day), day)
                    elif isinstance(cell, int | Decimal) and not isinstance(cell, bool):
                        sheet.write_number(at, column, float(cell))
                    elif isinstance(cell, date) and look.dates == "serial":
                        sheet.write_number(at, column, (cell - date(1899, 12, 30)).days)
                    else:
                        sheet.write_string(at, column, _as_text(cell, look))
            if look.title:
                sheet.merge_range(0, 0, 0, len(headers) - 1, look.title, centre)
            for key in look.merged:
                column = list(headers).index(key)
                for top, bottom in _runs(lines, column, list(headers).index("企业名称")):
                    cell = lines[top][column]
                    sheet.merge_range(top, column, bottom, column, "", day)
                    if isinstance(cell, date) and look.dates == "excel":
                        sheet.write_datetime(top, column, datetime(cell.year, cell.month, cell.day), day)
                    else:
                        sheet.write_string(top, column, _as_text(cell, look))
        book.close()

    def _xls(self, path: Path, headers: dict[str, str], sections: Sections, look: Look, file: str) -> None:
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("Sheet1")
        for at, line in enumerate(self._lines(headers, sections, look, file)):
            for column, cell in enumerate(line):
                if cell is not None and cell != "":
                    sheet.write(at, column, float(cell) if isinstance(cell, int | Decimal) else _as_text(cell, look))
        if look.title:
            sheet.merge(0, 0, 0, len(headers) - 1)
        book.save(str(path))


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    """A text file, packed when its name ends in gz; the same bytes at any hour."""
    with path.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile("", "wb", 5, raw, 0) as packed, io.TextIOWrapper(packed, encoding, newline="") as stream:
                yield stream
        else:
            with io.TextIOWrapper(raw, encoding, newline="") as stream:
                yield stream


def _as_text(cell: Any, look: Look) -> str:
    if cell is None:
        return look.blank
    if isinstance(cell, date):
        if look.dates == "slash":
            return f"{cell.year}/{cell.month}/{cell.day}"
        if look.dates == "chinese":
            return f"{cell.year}年{cell.month}月{cell.day}日"
        return cell.strftime("%Y%m%d") if look.dates == "compact" else cell.isoformat()
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _runs(lines: list[list[Any]], column: int, key: int) -> Iterator[tuple[int, int]]:
    """First and last line of each run of at least two rows of one firm with the same cell in a column."""
    top = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or any(lines[at][place] != lines[top][place] for place in (column, key)):
            if at - top > 1 and lines[top][column] is not None:
                yield top, at - 1
            top = at
