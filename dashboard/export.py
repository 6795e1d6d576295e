"""A file of exactly what a table shows: the same query, filters and permissions, with where it comes from on top."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import xlsxwriter
from flask import g

from dashboard import pages
from dashboard.components.table import NUMERIC, Column, Table
from dashboard.errors import NothingThere
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View

FORMS = {
    "csv": "text/csv", "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_FORMATS = {
    "yuan": {"num_format": "#,##0.00"}, "rate": {"num_format": "0.0%"}, "count": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.0"}, "day": {"num_format": "yyyy-mm-dd"}, "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bg_color": "#eef4f4"}, "quiet": {"font_color": "#5b6b74"},
}

Head = Sequence[tuple[str, str]]


def harmless(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    cleaned = value.replace("\x00", "")
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned


def file_of(name: str, form: str, view: View) -> tuple[bytes, str]:
    """The file of a table for the signed-in user, and for the access log how many rows it holds. Raises NothingThere for an unknown one."""
    entry = pages.TABLES.get(name)
    if entry is None or form not in FORMS or g.user.role not in entry[1]:
        raise NothingThere(name)
    table = entry[0]
    rows, total = table.fetch(view, limit=None)
    columns = [column for column in (*table.columns, *table.also) if column.kind != "picture"]
    write: dict[str, Callable[[Head, Sequence[Column], list[Row]], bytes]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
    return write[form](_head(table, view), columns, rows), f"{total} rows"


def _head(table: Table, view: View) -> Head:
    """Where the rows come from and who took them."""
    snapshot = g.snapshot
    named = {key: view.get(key) or value for key, value in table.values(view).items()}
    if view.tables.get(f"{table.name}.find"):
        named["find"] = view.tables[f"{table.name}.find"]
    filters = t("semicolon").join(
        [*(f"{t(f'filter.{key}')}={value}" for key, value in named.items()), *(f"{k}={v}" for k, v in view.edits.items())]
    )
    sample = [(t("frame.sample"), t("frame.sample_words"))] if snapshot.is_sample else []
    return [
        *sample, (t("export.what"), t(f"figure.{table.name}.title")), (t("export.as_of"), snapshot.as_of),
        (t("export.source"), t("export.source_words")),
        (t("export.version"), f"{snapshot.policy_title} {snapshot.document_title}"),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.filters"), filters or t("filter.all")),
        (t("export.user"), g.user.name), (t("export.note"), t("export.note_words")),
    ]


def _csv(head: Head, columns: Sequence[Column], rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in line] for line in [*head, ()])
    writer.writerow([column.label for column in columns])
    writer.writerows([harmless(column.plain(row)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _json(head: Head, columns: Sequence[Column], rows: list[Row]) -> bytes:
    body = {
        "provenance": dict(head), "columns": {column.key: column.label for column in columns},
        "rows": [{column.key: row.get(column.key) for column in columns} for row in rows],
    }
    return orjson.dumps(body, default=float, option=orjson.OPT_INDENT_2)


@contextmanager
def workbook(out: io.BytesIO) -> Iterator[tuple[xlsxwriter.Workbook, dict[str, Any]]]:
    """A workbook in which no text is ever a formula or a link, written row by row, and its formats by name."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        yield book, {name: book.add_format(look) for name, look in _EXCEL_FORMATS.items()}


def grid(sheet: Any, top: int, columns: Sequence[Column], rows: Sequence[Row], formats: dict[str, Any]) -> int:
    """The heads in line `top`, under them the rows as numbers, days and text. Returns the first free line."""
    sheet.write_row(top, 0, [column.label for column in columns], formats["head"])
    for line, row in enumerate(rows, start=top + 1):
        for at, column in enumerate(columns):
            value = row.get(column.key)
            if isinstance(value, (int, float, Decimal)) and column.kind in NUMERIC:
                sheet.write_number(line, at, float(value), formats[column.kind])
            elif isinstance(value, date):
                sheet.write_datetime(line, at, value, formats["day"])
            else:
                sheet.write_string(line, at, str(harmless(column.plain(row))))
    return top + len(rows) + 1


def _xlsx(head: Head, columns: Sequence[Column], rows: list[Row]) -> bytes:
    """One sheet: provenance, then the rows."""
    out = io.BytesIO()
    with workbook(out) as (book, formats):
        sheet = book.add_worksheet()
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 14 if column.kind in formats else 24)
        for line, pair in enumerate(head):
            sheet.write_row(line, 0, [harmless(cell) for cell in pair])
        top = len(head) + 1
        end = grid(sheet, top, columns, rows, formats)
        sheet.autofilter(top, 0, end - 1, len(columns) - 1)
    return out.getvalue()
