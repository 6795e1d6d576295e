"""One landing file into its raw table: each row is loaded, skipped as no data, or quarantined with its reasons."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, compress, islice
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.base.disk import put
from pipelines.base.errors import FileRefused
from pipelines.identity.names import normalise_name
from pipelines.matters import NO, YES, written
from pipelines.sources.cells import BadCell, clean, firms, mask, parse
from pipelines.sources.contract import Column, Contract, raw_schema
from pipelines.sources.heads import Head, head_of
from pipelines.sources.layout import (
    HEADER_WITHIN,
    Layout,
    find_header,
    is_above_table,
    is_plain,
    match_header,
    may_be_header,
    non_data,
)
from pipelines.sources.lines import Places, Reason, find_lines, rows_of_lines, said_above
from pipelines.sources.readers import UNREADABLE, Row, Sheet, open_sheets
from pipelines.sources.row_checks import RowChecks
from pipelines.sources.sidecar import Section

CHUNK = 50_000   # rows typed at a time
CHUNK_SIGNS = 64 << 20   # or fewer, when they are long
QUARANTINE = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("source_file", pa.string()),
        pa.field("sheet", pa.string()),
        pa.field("row_no", pa.int64()),
        pa.field("column_name", pa.string()),   # empty when the row as a whole is broken
        pa.field("value_seen", pa.string()),   # only of that column, masked; never of a broken row
        pa.field("reason", pa.string()),
        pa.field("received_on", pa.date32()),
    ]
)
BROKEN_TEXT = "文字编码已损坏（乱码），未保留内容：请发送方以 UTF-8 重新导出这一行"
BROKEN_LINE = "本行有单独的回车符或过长的单元格，读不成一行，未保留内容：请删去单元格里的换行后重新导出"
BROKEN_PLACE = "本行在表头之前却像数据，不知各列，未保留内容：请把表头放在数据之前"
BROKEN_WIDTH = "本行有 {} 列，表头有 {} 列，各列已错位，未保留内容：请核对多余或缺少的逗号、引号"
NOT_OF_THIS_FORM = "没有一行的代码属于本表：请核对是哪一张报表"
FORMER_CODES = "；其中 {} 是旧表（{}）的代码，同一代码含义不同"

Keep = Callable[[Sheet, Layout, Row, list[Reason]], None]


class Output:
    """A parquet file that stands under its name only when complete, and not at all while it has no rows."""

    def __init__(self, path: Path, schema: pa.Schema, even_if_empty: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.schema, self.wanted = path, schema, even_if_empty
        self.temporary = path.with_name(f".{path.name}.tmp")

    def __enter__(self) -> Self:
        self.writer = pq.ParquetWriter(self.temporary, self.schema, compression="zstd")
        return self

    def write(self, columns: list[Any], size: int) -> None:
        """Add `size` rows: a list of values for each column, or one value that holds for all."""
        arrays = [
            pa.array(values, field.type) if isinstance(values, list) else pa.repeat(pa.scalar(values, field.type), size)
            for values, field in zip(columns, self.schema, strict=True)
        ]
        self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.wanted |= size > 0

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        self.writer.close()
        if failed:
            self.temporary.unlink()
        elif self.wanted:
            put(self.temporary, self.path)
        else:
            self.temporary.unlink()
            self.path.unlink(missing_ok=True)


@dataclass
class FileLoad:
    """The reading of one file: what it is, and how many of its rows went where.

    A row counts once, as loaded, however many firms it names: `loaded` are printed lines, not rows of the raw table.
    """

    contract: Contract
    source_file: str
    sha: str
    received_on: date
    file_order: str
    sections: list[Section]
    remarks: list[str] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)   # what was recognised of each sheet, also of one that is refused
    parks: tuple[str, ...] | None = None   # of an operator: rows of others are set aside
    keep: Keep | None = None   # is told the cells of each row that was typed, for who hands quarantined rows back
    waiting: list[tuple[int, Reason]] = field(default_factory=list)   # reasons not yet written, of whole rows
    read: int = 0
    loaded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)   # by kind of row that is no data
    quarantined: int = 0
    mended: list[str] = field(default_factory=list)   # rows sent back before that were taken now, as they are marked (layout.MARK)

    def run(self, path: Path, data: Path, quarantine: Path) -> None:
        """Read every sheet into `data` and `quarantine`.

        A sheet that shows none of the declared columns is a cover sheet; if all are, the file is refused.
        Raises FileRefused.
        """
        problems: list[str] = []
        found = False
        with Output(data, raw_schema(self.contract)) as self.data, Output(quarantine, QUARANTINE) as self.quarantine:
            for sheet in open_sheets(path):
                rows = iter(sheet.rows)
                where = f"工作表“{sheet.name}”：" if sheet.name else ""
                if sheet.is_hidden:   # what the sender does not see is not what is sent
                    problems.append(f"{where}是隐藏的，未读：请取消隐藏后重报")
                    self._pass_over(f"{where}是隐藏的", sum(1 for _ in rows))
                    continue
                first = head = list(islice(rows, HEADER_WITHIN + 1))
                if places := find_lines(self.contract, head):
                    made = self._from_lines(sheet, places, head, rows)
                    if made is None:
                        problems.append(f"{where}{NOT_OF_THIS_FORM}")
                        continue
                    sheet, rows = made, iter(made.rows)
                    head = list(islice(rows, HEADER_WITHIN + 1))
                layout, at, height = find_header(self.contract, [cells for _, cells in head])
                layout = layout.with_said(said_above(self.contract, head[:at]))
                self.heads.append(head_of(self.contract, sheet.name, layout, first, at, height, places))
                if lacking := "、".join(layout.missing(self.contract)):
                    seen = f"前 {HEADER_WITHIN} 行没有认出表头"
                    if layout.places:   # only a row known to be a header is shown: another may hold personal data
                        printed = "、".join(cell.strip()[:20] for cell in head[at][1] if cell.strip())
                        seen = f"第 {head[at][0]} 行的表头是 {printed[:300]}{self._former_codes(head[at][1])}"
                    elif sheet.is_keyed:
                        seen = f"记录的键有 {'、'.join(key[:40] for key in head[0][1])[:300]}"
                    problems.append(f"{where}缺少必需的列 {lacking}；{seen}：请补上该列或改正列名后重报")
                    if len(layout.places) > 1 or (head and not sheet.name):
                        raise FileRefused(problems[-1])
                    self._pass_over(f"{where}没有表头", len(head) + sum(1 for _ in rows))
                    continue
                found = True
                self._read_sheet(sheet, layout, head[at][0], chain(head[:at], head[at + height :], rows))
                if hidden := sheet.hidden_rows:   # as a hidden sheet: what the sender does not see is not what is sent
                    self.read += hidden
                    self.skipped["隐藏的行"] += hidden
                    self.remarks.append(f"{where}有 {hidden} 行被隐藏（多为筛选所致），未读：请取消筛选和隐藏后重报")
            if not found:
                raise FileRefused("；".join(problems) if self.read else "文件里没有任何行：请重新导出后再报")

    def _from_lines(self, sheet: Sheet, places: Places, head: list[Row], rows: Iterator[Row]) -> Sheet | None:
        """The sheet with a row for each firm and period made of its lines, which count as skipped; None when it has none."""
        above, below = head[: places.at], chain(head[places.at + 1 :], rows)
        made = rows_of_lines(self.contract, places, said_above(self.contract, above), below, sheet.merged)
        self.read += len(above) + made.read - len(made.rows) + len(made.flaws)
        self.skipped += Counter({"表头之前": len(above), "并入一行的各行": made.read - len(made.rows)})   # no kind without rows
        self.waiting += [(row_no, reason) for row_no, reason in made.bad()]
        return replace(sheet, rows=iter(made.good()), merged=[], ragged=False) if made.rows else None

    def _former_codes(self, header: list[str]) -> str:
        """That a header names codes of an earlier form."""
        form = self.contract.form
        printed = {found[0] for cell in header if (found := re.match(r"\d+", cell.strip()))}
        former = sorted(printed.intersection(form.former)) if form else []
        return FORMER_CODES.format("、".join(former), form.former_says) if form and former else ""

    def _pass_over(self, why: str, count: int) -> None:
        if count:
            self.read += count
            self.skipped["无表头或隐藏的工作表"] += count
            self.remarks.append(f"{why}，跳过 {count} 行")

    def _read_sheet(self, sheet: Sheet, layout: Layout, header_row: int, rows: Iterator[Row]) -> None:
        section = self._section(sheet.name) or next((whole for whole in self.sections if not whole.title), None)
        contract, batch, signs = self.contract, list[Row](), 0
        for row_no, cells in rows:
            self.read += 1
            if row_no > header_row and is_plain(cells, layout):
                batch.append((row_no, cells))
            else:
                filled = [cell for cell in cells if cell and not cell.isspace()]
                if len(self.sections) > 1 and len(set(filled)) <= 2 and (titled := self._section("".join(filled))):
                    self._flush(sheet, layout, section, batch)
                    section = titled
                    self.skipped["分段标题"] += 1
                elif cells == [UNREADABLE]:
                    self.waiting.append((row_no, (None, None, BROKEN_LINE)))
                elif row_no < header_row and filled:
                    if is_above_table(filled, layout):
                        self.skipped["表头之前"] += 1
                    else:
                        self.waiting.append((row_no, (None, None, BROKEN_PLACE)))
                elif kind := non_data(filled, layout):
                    self.skipped[kind] += 1
                elif may_be_header(cells, layout) and not (again := match_header(contract, cells)).missing(contract):
                    if not again.places.items() <= layout.places.items():   # the section's own order of columns
                        self._flush(sheet, layout, section, batch)
                        layout = again.with_units(layout.units)
                    self.skipped["重复的表头"] += 1
                elif "\ufffd" in "".join(filled):
                    self.waiting.append((row_no, (None, None, BROKEN_TEXT)))
                elif sheet.ragged and (len(cells) < layout.width or any(cells[layout.width :])):
                    self.waiting.append((row_no, (None, None, BROKEN_WIDTH.format(len(cells), layout.width))))
                else:
                    batch.append((row_no, cells))
            signs += sum(map(len, cells))
            if len(batch) + len(self.waiting) >= CHUNK or signs > CHUNK_SIGNS:
                self._flush(sheet, layout, section, batch)
                signs = 0
        self._flush(sheet, layout, section, batch)

    def _section(self, text: str) -> Section | None:
        """The one section a title names; a title that names several is that of the whole file."""
        named = [section for section in self.sections if section.title and section.title in text]
        named = [one for one in named if not any(one.title in other.title for other in named if other is not one)]
        return named[0] if len(named) == 1 else None

    def _flush(self, sheet: Sheet, layout: Layout, section: Section | None, batch: list[Row]) -> None:
        """Type the rows held back, write the good ones, quarantine the bad ones."""
        if batch and section is None:
            raise FileRefused(f"第 {batch[0][0]} 行之前没有出现 sections 里的标题：请核对 title 与表中文字一致")
        if batch and section:
            self._write(sheet, layout, section, batch)
        if self.waiting:
            row_nos, reasons = (list(part) for part in zip(*self.waiting, strict=True))
            names, values, whys = (list(part) for part in zip(*reasons, strict=True))
            rows = [self.contract.source, self.source_file, sheet.name, row_nos, names, values, whys, self.received_on]
            self.quarantine.write(rows, len(row_nos))
            self.quarantined += len(set(row_nos))
        batch.clear()
        self.waiting.clear()

    def _write(self, sheet: Sheet, layout: Layout, section: Section, batch: list[Row]) -> None:
        reasons: dict[int, list[Reason]] = {}
        columns = [
            part for column in self.contract.columns for part in self._typed(column, sheet, layout, batch, reasons)
        ]
        if self.contract.has_answers:
            columns = self._with_answers(columns, len(batch))
        checks = RowChecks(self.contract, self.parks, layout, batch, reasons)
        checks.whole_rows(dict(zip(self.data.schema.names, columns, strict=False)))
        checks.merged_cells(sheet)
        self.remarks += checks.remarks
        if self.keep:
            for i, row in enumerate(batch):
                self.keep(sheet, layout, row, reasons.get(i, []))
        row_nos = [row_no for row_no, _ in batch]
        if (mark := layout.mark) is not None:
            self.mended += [said for i, (_, cells) in enumerate(batch) if i not in reasons and mark < len(cells) and (said := clean(cells[mark]))]
        if reasons:
            self.waiting += [(row_nos[i], reason) for i in sorted(reasons) for reason in reasons[i]]
            good = [i not in reasons for i in range(len(batch))]
            *columns, row_nos = ([*compress(values, good)] for values in [*columns, row_nos])
        self.loaded += len(row_nos)
        if self.contract.firms:
            *columns, row_nos = self._row_per_firm(columns, row_nos)
        rest = [self.source_file, sheet.name, row_nos, self.sha, self.received_on, self.file_order]
        self.data.write([*columns, *section.values, *rest], len(row_nos))

    def _with_answers(self, columns: list[list[Any]], size: int) -> list[list[Any]]:
        """The yes/no columns that policies declare, which stand last, as one: 国产=是；首台套=否. A blank says nothing."""
        words = [column.name for column in self.contract.columns if column.is_answer]
        plain, answers = columns[: len(columns) - len(words)], columns[len(columns) - len(words) :]
        told = ({word: YES if one[i] else NO for word, one in zip(words, answers, strict=True) if one[i] is not None} for i in range(size))
        return [*plain, list(map(written, told))]

    def _row_per_firm(self, columns: list[list[Any]], row_nos: list[int]) -> list[list[Any]]:
        """Each printed line once for each firm it names, with firm_no behind the columns.

        A code on the line is the first firm's. What is not surely several whole names stays one.
        """
        names = self.data.schema.names
        first, *more = (names.index(column) for column in self.contract.firms)
        named = [
            [*(firms(columns[first][i] or "") or [columns[first][i]]), *chain(*(firms(columns[at][i] or "") for at in more))]
            for i in range(len(row_nos))
        ]
        lines = [i for i, firm in enumerate(named) for _ in firm]
        firm_no = [no for firm in named for no, _ in enumerate(firm, 1)]
        if len(lines) > len(named):
            *columns, row_nos = ([values[i] for i in lines] for values in [*columns, row_nos])
            printed = [firm for each in named for firm in each]
            columns[first : first + 2] = [printed, [firm and normalise_name(firm) for firm in printed]]
            for column in self.contract.columns:
                if column.type == "credit_code":
                    at = names.index(column.name)
                    for values, none in ((columns[at], None), (columns[at + 1], "missing")):
                        values[:] = [value if no == 1 else none for value, no in zip(values, firm_no, strict=True)]
        return [*columns, firm_no, row_nos]

    def _typed(
        self, column: Column, sheet: Sheet, layout: Layout, batch: list[Row], reasons: dict[int, list[Reason]]
    ) -> list[list[Any]]:
        """A column and its companions, each distinct text read once; what cannot be taken is added to the reasons."""
        at = layout.places.get(column.name)
        if at is None and column.name not in layout.said:
            absent = (None, "missing") if column.type == "credit_code" else (None,) * len(column.fields())
            return [[value] * len(batch) for value in absent]
        texts = [layout.said[column.name] if at is None else cells[at] for _, cells in batch]
        known: dict[str, tuple[Any, ...]] = {}
        bad: dict[str, Reason] = {}
        for text in set(texts):
            try:
                known[text] = parse(column, text, self.received_on, layout.units.get(column.name, column.prescribed_unit), sheet.is_1904)
            except BadCell as error:
                known[text], bad[text] = (None,) * len(column.fields()), (column.name, mask(text), str(error))
        for i, text in enumerate(texts) if bad else ():
            if text in bad:
                reasons.setdefault(i, []).append(bad[text])
        return [[known[text][part] for text in texts] for part in range(len(column.fields()))]
