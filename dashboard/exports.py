"""A file of exactly what a table shows: the same query, filters and permissions, with where it comes from on top."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from html import escape
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson
import xlsxwriter
from flask import g

from dashboard import comparison
from dashboard.components.number import FORMATS
from dashboard.errors import NothingThere, TooLong
from dashboard.filters import FILTERS
from dashboard.questions import QUESTIONS
from dashboard.reader import Row
from dashboard.tables import TABLES, Column, Table
from dashboard.text import html_language, t
from dashboard.theme import LIGHT, css
from dashboard.view import View
from pipelines.base.visible import visible_lines

FORMS = {
    "csv": "text/csv", "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "html": "text/html",
    "ics": "text/calendar",
}
"""Files by their ending; `html` is for paper: a grid prints the rows in view, this one all of them. `ics` is of deadlines alone (Table.forms)."""
IN_MEMORY = 1 << 20   # bytes of a file; a longer one lies on disk until it is sent
SHEET_ROWS = 1 << 20   # of Excel
_DANGEROUS = ("=", "+", "-", "@", "\t")  # a carriage return is written as its number
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14}, "quiet": {"font_color": LIGHT["quiet"]}, "words": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bg_color": LIGHT["accent_soft"], "text_wrap": True, "valign": "vcenter"},
    **{kind: {"num_format": written.excel} for kind, written in FORMATS.items() if written.excel},
}
_LOOKS |= {f"total_{kind}": {**_LOOKS.get(kind, {}), "bold": True, "top": 1} for kind in ("text", *FORMATS)}
UNIT_LOOKS = {"count": "count", "share": "rate", "yuan": "yuan", "usd": "yuan", "person": "count"}
"""How a figure is written whose unit its row names."""

PAPER = """
@page { size: A4 landscape; margin: 12mm } body { font: var(--small)/1.5 var(--font); color: var(--ink); background: var(--card) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; margin: 0 0 12px } dt { color: var(--quiet) } dd { margin: 0 }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { border: 1px solid var(--line); padding: 2px 6px; text-align: left; vertical-align: top; min-width: 4em } .number { text-align: right } :is(.number, .day, .moment, .id) { white-space: nowrap }
"""

Head = Sequence[tuple[str, str]]


def harmless(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    cleaned = visible_lines(value)
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned


def file_of(name: str, form: str, view: View) -> tuple[IO[bytes], str]:
    """The file of a table for the signed-in user, and for the access log how many rows it holds.

    Its rows are written as they are read. Raises NothingThere for an unknown one, TooLong for more than Excel holds.
    """
    table = TABLES.get(name)
    if table is None or form not in table.forms or g.user.role not in table.roles:
        raise NothingThere(name)
    file, lines = SpooledTemporaryFile(IN_MEMORY), count()  # noqa: SIM115 (closed when it is sent)
    columns = table.shown if form == "html" else (*table.shown, *table.also)  # a sheet of paper has no room for more than the page
    write: dict[str, Callable[[IO[bytes], Head, Sequence[Column], Iterable[Row]], None]] = {"csv": _csv, "xlsx": _xlsx, "json": _json, "html": _html, "ics": _ics}
    with closing(table.each(view)) as rows:  # or a long answer keeps its connection
        write[form](file, _head(table, view), columns, (row for row, _ in zip(rows, lines, strict=False)))
    return file, f"{next(lines)} rows"


def _head(table: Table, view: View) -> Head:
    """Where the rows come from and who took them."""
    snapshot = g.snapshot
    filters = t("semicolon").join([
        *(f"{t(f'filter.{key}')}={FILTERS[key].told(view.get(key) or value)}" for key, value in table.values(view).items()),
        *(table.worded(condition) for condition in table.where(view)),
        *(f"{key}={value}" for key, value in view.edits.items()),
    ])
    sample = [(t("frame.sample"), t("frame.sample_words"))] if snapshot.is_sample else []
    return [
        *sample, (t("export.what"), t(f"figure.{table.name}.title")), (t("export.as_of"), snapshot.as_of),
        (t("export.built_on"), snapshot.built_on),
        (t("export.source"), t("export.source_words")),
        (t("export.version"), table.version(view) if table.version else f"{snapshot.policy_title} {snapshot.document_title}".strip()),
        (t("export.snapshot"), snapshot.snapshot_id), *_against(table, view), (t("export.filters"), filters or t("filter.all")),
        (t("export.user"), g.user.name), (t("export.note"), t("export.note_words")),
    ]


def _against(table: Table, view: View) -> Head:
    """The other snapshot of a table of what changed."""
    if table.made is not None or not QUESTIONS[table.query].is_of_comparison:
        return []
    old, _ = comparison.sides(view)
    return [(t("export.compared"), f"{old.as_of} {old.snapshot_id}")]


def _csv(file: IO[bytes], head: Head, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in line] for line in [*head, ()])
    writer.writerow([column.label for column in columns])
    writer.writerows([harmless(column.plain(row)) for column in columns] for row in rows)
    text.detach()


def _json(file: IO[bytes], head: Head, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """One object, a row in a line."""
    told = {"provenance": dict(head), "columns": {column.key: column.label for column in columns}}
    file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).removesuffix(b"\n}") + b',\n  "rows": [')
    for at, row in enumerate(rows):
        line = orjson.dumps({column.key: column.told(row) for column in columns}, default=float)
        file.write((b",\n    " if at else b"\n    ") + line)
    file.write(b"\n  ]\n}\n")


def _html(file: IO[bytes], head: Head, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A page to print, its heads on every sheet; cells read as on the page."""

    def line(kind: str, cells: Iterable[tuple[str, str]]) -> str:
        return "<tr>" + "".join(f'<{kind} class="{name}">{escape(visible_lines(words))}</{kind}>' for words, name in cells) + "</tr>\n"

    kinds = ["number" if column.is_number else column.kind for column in columns]
    where = "".join(f"<dt>{escape(visible_lines(name))}</dt><dd>{escape(visible_lines(words))}</dd>" for name, words in head)
    begin = f'<!DOCTYPE html><html lang="{html_language()}"><head><meta charset="utf-8"><title>{t("frame.title")}</title><style>{css()}{PAPER}</style></head>'
    heads = line("th", zip((column.label for column in columns), kinds, strict=True))
    file.write(f"{begin}<body><dl>{where}</dl><table><thead>{heads}</thead><tbody>\n".encode())
    for row in rows:
        file.write(line("td", ((column.text(row), kind) for column, kind in zip(columns, kinds, strict=True))).encode())
    file.write(b"</tbody></table></body></html>\n")


def _ics(file: IO[bytes], head: Head, _: Sequence[Column], rows: Iterable[Row]) -> None:
    from dashboard.reports import calendar  # late: few ask

    file.write(calendar.of_deadlines(rows, head))


@contextmanager
def workbook(out: IO[bytes]) -> Iterator[tuple[xlsxwriter.Workbook, dict[str, Any]]]:
    """A workbook in which no text is ever a formula or a link, written row by row, and its formats by name."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        yield book, {name: book.add_format(look) for name, look in _LOOKS.items()}


def grid(sheet: Any, top: int, columns: Sequence[Column], rows: Iterable[Row], formats: dict[str, Any]) -> int:
    """The heads in line `top`, under them the rows as numbers, days and text. Returns the first free line.

    Raises TooLong when a sheet cannot hold them: a row too many would be left out without a word.
    """
    sheet.write_row(top, 0, [column.label for column in columns], formats["head"])
    line = top
    for line, row in enumerate(rows, start=top + 1):
        if line >= SHEET_ROWS:
            raise TooLong(f"More than {SHEET_ROWS:,} rows. Take csv.")
        write_line(sheet, line, columns, row, formats)
    return line + 1


def write_line(sheet: Any, line: int, columns: Sequence[Column], row: Row, formats: dict[str, Any], look: str = "") -> None:
    """A row as numbers, days and text; `look` is what the names of its formats begin with."""
    for at, column in enumerate(columns):
        value = column.told(row)
        if isinstance(value, (int, float, Decimal)) and column.is_number:
            sheet.write_number(line, at, float(value), formats[look + UNIT_LOOKS.get(str(row.get("unit")), column.kind) if column.kind == "decimal" else look + column.kind])
        elif isinstance(value, date):
            sheet.write_datetime(line, at, value, formats[f"{look}day"])
        else:
            sheet.write_string(line, at, str(harmless(column.plain(row))), formats.get(f"{look}text"))


def printed(sheet: Any, top: int) -> None:
    """On paper: A4 lying, as wide as the sheet, the heads in line `top` on every page, pages counted."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(top)
    sheet.set_footer("&L&A&R&P / &N")


def _xlsx(file: IO[bytes], head: Head, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """One sheet: provenance, then the rows."""
    with workbook(file) as (book, formats):
        sheet = book.add_worksheet()
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 14 if column.kind in formats else 24)
        for line, pair in enumerate(head):
            sheet.write_row(line, 0, [harmless(cell) for cell in pair])
        top = len(head) + 1
        end = grid(sheet, top, columns, rows, formats)
        sheet.autofilter(top, 0, end - 1, len(columns) - 1)
        printed(sheet, top)
