"""Rows that were set aside, as a workbook to mend and hand in again: the template's headers, the cells as they came, the reasons.

The cells are read again from the file itself: nothing of a bad row is ever kept. Where a later file replaces more than the row
(a list as a whole, lines that add under one key), the workbook holds all rows, the bad ones first.
"""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import xlsxwriter

from pipelines.base.duck import connect
from pipelines.base.errors import DeliveryRefused
from pipelines.deliver.reading import as_landed, contract_of, quarantine_rows, sections_of
from pipelines.deliver.template import headed_sheet
from pipelines.settings import Settings
from pipelines.sources.archive import Archive, FileRecord
from pipelines.sources.cells import BadCell, parse
from pipelines.sources.contract import Column, Contract
from pipelines.sources.ingest import read_file
from pipelines.sources.layout import MARK, MEASURED, Layout
from pipelines.sources.lines import Reason
from pipelines.sources.readers import Row, Sheet

WHY = "退回原因"
MOST = 50_000
"""Rows of one workbook."""
_FIGURE = re.compile(r"-?\d{1,14}(?:\.\d{1,6})?")


class _Cells:
    """The cells of rows by sheet and row, in the order of the contract's columns; units as their headers said them."""

    def __init__(self, contract: Contract, received_on: date, all_rows: bool) -> None:
        self.contract, self.received_on, self.all_rows = contract, received_on, all_rows
        self.rows: dict[tuple[str, int], list[str]] = {}
        self.units: dict[str, str] = {}

    def keep(self, sheet: Sheet, layout: Layout, row: Row, reasons: list[Reason]) -> None:
        row_no, cells = row
        if not (reasons or self.all_rows):
            return
        if len(self.rows) >= MOST:
            raise DeliveryRefused(f"More than {MOST:,} rows: mend the file itself and hand it in again.", "mend_many", most=MOST)
        self.rows[sheet.name, row_no] = [self._cell(column, sheet, layout, cells) for column in self.contract.columns]

    def _cell(self, column: Column, sheet: Sheet, layout: Layout, cells: list[str]) -> str:
        at = layout.places.get(column.name)
        text = layout.said.get(column.name, "") if at is None else cells[at].strip()
        if at is not None and column.type in MEASURED:
            unit = layout.units.get(column.name) or column.prescribed_unit or ""
            if unit != self.units.setdefault(column.name, unit) and _FIGURE.fullmatch(text):
                text += unit
        if column.type == "day" and sheet.is_1904:   # a serial number would be another day in a workbook of ours
            with suppress(BadCell):
                text = str(parse(column, text, self.received_on, None, True)[0] or text)
        return text


def write(settings: Settings, scratch: Path, out: str, path: str, source: str, given_name: str) -> None:
    """The rows a file handed in would have set aside. Raises DeliveryRefused when there is none."""
    contract = contract_of(settings, source)
    base, file, _ = as_landed(settings, scratch, contract, Path(path), given_name, None)
    _write(settings, scratch, Path(out), contract, base, file)


def write_of_landed(settings: Settings, scratch: Path, out: str, source_file: str) -> None:
    """The rows set aside of a file that has landed. Raises DeliveryRefused when it is not there as it was read, or has none."""
    records = Archive(settings.raw).records.values()
    record = next((one for one in records if one.source_file == source_file and one.status == "loaded"), None)
    path = settings.landing / source_file
    if record is None or path.is_symlink() or not path.is_file():
        raise DeliveryRefused(f"{source_file}: no loaded file of that name. Name it as `softcity reconcile --source` does.", "mend_gone")
    _write(settings, scratch, Path(out), contract_of(settings, record.source), record, path)


def _write(settings: Settings, scratch: Path, out: Path, contract: Contract, base: FileRecord, file: Path) -> None:
    received_on = date.fromisoformat(base.received_on)
    cells = _Cells(contract, received_on, bool(contract.part or contract.adding()))
    outputs = scratch / "rows.parquet", scratch / "quarantine.parquet"
    with connect(spill=scratch) as con:
        sections, _ = sections_of(contract, file, base)
        record = read_file(contract, file, base, outputs, con, sections, keep=cells.keep)
        bad = quarantine_rows(con, outputs[1])
    if record.status != "loaded":
        raise DeliveryRefused(record.message, "deliver_refused", said=record.message)
    if not bad:
        raise DeliveryRefused(f"{base.source_file}: no row was set aside.", "mend_none")
    titles = {column.name: column.headers[0] for column in contract.columns}
    reasons: dict[tuple[str, int], list[str]] = {}
    for sheet, row_no, column, _, reason in bad:
        reasons.setdefault((sheet, row_no), []).append(f"{titles.get(column or '', '本行')}：{reason}")
    _workbook(out, contract, cells, reasons, record)


def _workbook(out: Path, contract: Contract, cells: _Cells, reasons: dict[tuple[str, int], list[str]], record: FileRecord) -> None:
    in_order = [*(place for place in reasons if place in cells.rows), *(place for place in cells.rows if place not in reasons)]
    units = {column.name: cells.units.get(column.name, "") for column in contract.columns if column.type in MEASURED and column.name in cells.units}
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = headed_sheet(book, contract, contract.columns, units)
        why, head = book.add_format({"font_color": "#A33B00", "text_wrap": True}), book.add_format({"bold": True, "border": 1})
        width = len(contract.columns)
        sheet.write_string(0, width, WHY, head)
        sheet.write_string(0, width + 1, MARK, head)
        sheet.set_column(width, width, 60)
        for at, place in enumerate(in_order, 1):
            for column_at, (column, text) in enumerate(zip(contract.columns, cells.rows[place], strict=True)):
                if column.type in MEASURED and _FIGURE.fullmatch(text):
                    sheet.write_number(at, column_at, float(text))
                elif text:
                    sheet.write_string(at, column_at, text)
            if place in reasons:
                sheet.write_string(at, width, "；".join(reasons[place]), why)
                sheet.write_string(at, width + 1, mark_of(record.file_sha256, *place))
        lost = [place for place in reasons if place not in cells.rows]
        notes = book.add_worksheet("退回说明")
        lines = [
            f"{record.source_file}：{len(reasons)} 行未读入。在前一张表改正后，整份另存并重新报送；“{WHY}”“{MARK}”两列保留即可，不读作数据。",
            *(["本来源后报的整份（或同一主键的各行）取代先报的，因此前一张表也列出了已读入的行，请勿删去。"] if cells.all_rows else []),
            *([f"以下 {len(lost)} 行读不成各列，未保留内容，请按原文件重新填写："] if lost else []),
            *(f"〔{sheet_name or '表'}〕第 {row_no} 行：{'；'.join(reasons[sheet_name, row_no])}" for sheet_name, row_no in lost),
        ]
        for at, line in enumerate(lines):
            notes.write_string(at, 0, line)
        notes.set_column(0, 0, 120)


def mark_of(sha256: str, sheet: str, row_no: int) -> str:
    """Which row of which file was sent back: its bytes, its place there."""
    return f"{sha256[:16]}/{row_no}/{sheet}"
