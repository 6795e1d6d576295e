"""A report as an Excel workbook: a summary, then a table a sheet, each to filter, to reckon with and to print."""

import io
import re
from collections.abc import Sequence
from typing import Any

from dashboard.exports import SHEET_ROWS, grid, harmless, printed, workbook, write_line
from dashboard.reports.document import Report, Section
from dashboard.tables import Column
from dashboard.text import t

TOP = 2   # line of the heads: above them what the table is, and its days
NAME_LENGTH = 31   # of a sheet, in Excel
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_WIDTHS = {"count": 11, "yuan": 16, "rate": 11, "decimal": 12, "day": 12, "moment": 17, "flag": 8, "id": 10, "words": 44}


def xlsx(report: Report) -> bytes:
    """The summary as text; every table of the report; all clauses, and of each measure its claims."""
    out = io.BytesIO()
    with workbook(out) as (book, formats):
        book.set_properties({"title": report.title, "author": t("frame.name")})
        _summary(book.add_worksheet(t("report.summary")), report, formats)
        for section in [section for section in report.sections if section.columns] + list(report.sheets):
            sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", section.title)[:NAME_LENGTH].strip())
            _table(sheet, section, report, formats)
    return out.getvalue()


def _summary(sheet: Any, report: Report, formats: dict[str, Any]) -> None:
    """What the report says in words, and where its figures come from."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 110)
    lines: list[tuple[str, str, str]] = [(report.title, "", "title"), *((words, "", "words") for words in (*report.labels, *report.notes))]
    for chapter in report.chapters:
        lines += [("", "", "words"), (chapter.title, "", "title")]
        lines += [(head, words, "words") for head, words in chapter.paragraphs]
        lines += [(name, t("semicolon").join(filter(None, (value, foot))), "words") for name, value, foot in chapter.cards]
    lines += [("", "", "words"), *((name, words, "quiet") for name, words in report.provenance)]
    for at, (name, words, look) in enumerate(lines):
        sheet.write_row(at, 0, [harmless(name), harmless(words)], formats[look])
    printed(sheet, 0)


def _table(sheet: Any, section: Section, report: Report, formats: dict[str, Any]) -> None:
    """One table: what it is, its days, its heads frozen and with filters, its rows, its totals."""
    columns: Sequence[Column] = (*section.columns, *section.also)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS.get(column.kind, 22))
    days = t("semicolon").join([*report.labels, *("：".join(pair) for pair in report.provenance)])
    sheet.write_string(0, 0, str(harmless(f"{section.title}（{section.unit}）")), formats["title"])
    sheet.write_string(1, 0, str(harmless(days)), formats["quiet"])
    printed(sheet, TOP)
    if TOP + len(section.rows) + len(section.totals) >= SHEET_ROWS:
        sheet.write_string(TOP, 0, t("refusal.too_long"), formats["head"])
        return
    end = grid(sheet, TOP, columns, section.rows, formats)
    for line, row in enumerate(section.totals, start=end):
        write_line(sheet, line, columns, row, formats, "total_")
    sheet.freeze_panes(TOP + 1, 0)
    sheet.autofilter(TOP, 0, end - 1, len(columns) - 1)
