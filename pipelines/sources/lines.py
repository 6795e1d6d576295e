"""A statistical form that is sent line by line, brought into the rows its contract describes.

A long table repeats firm and period on each line; a form stands on a sheet of its own and says them above its lines. What
else a form prints (上期累计, 同比, 环比, who filled it in) is never read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.sources.cells import BLANKS, clean, mask
from pipelines.sources.contract import Column, Contract, Form, base_of
from pipelines.sources.layout import header_key, unit_above
from pipelines.sources.readers import Range, Row

FORMER = "代码 {} 属旧表（{}），同一代码含义不同，整张未读入：请按现行报表重报"
TWICE = "代码 {} 出现两次而数值不同（{} 与 {}）：请只保留一行"
MERGED = "代码 {} 的数在合并的单元格里，不知归谁：请取消合并，各行各列分别填写"

_BRACKET = re.compile(r"\([^()]*\)$")   # 本年累计(万元)

Reason = tuple[str | None, str | None, str]   # column, value seen, why and what to do


@dataclass(frozen=True)
class Places:
    """Where the columns of a table of lines stand, below its header at `at`."""

    form: Form
    at: int
    code: int
    current: int
    base: int | None
    unit: int | None
    money: str | None   # the unit of money that neither line nor cell says: in the header, or above the table
    about: dict[str, int]   # what each line is about, by column: firm, name, period


@dataclass
class Rows:
    """The rows made of lines: a header and a row for each firm and period, at the place of its first line."""

    header: list[str]
    rows: dict[tuple[str, ...], Row] = field(default_factory=dict)
    flaws: dict[tuple[str, ...], Reason] = field(default_factory=dict)   # rows that cannot be taken, by the same key
    read: int = 0   # lines of the sheet

    def good(self) -> list[Row]:
        return [(0, self.header), *(row for key, row in self.rows.items() if key not in self.flaws)]

    def bad(self) -> list[tuple[int, Reason]]:
        return [(self.rows[key][0], reason) for key, reason in self.flaws.items()]


def find_lines(contract: Contract, head: Sequence[Row]) -> Places | None:
    """Where the columns of lines stand; None when the sheet is no such table."""
    form = contract.form
    if form is None:
        return None
    for at, (_, cells) in enumerate(head):
        printed = {header_key(_BRACKET.sub("", clean(cell))): place for place, cell in reversed([*enumerate(cells)])}
        code, current, base, unit = (_place(printed, words) for words in (form.codes, form.current, form.base, form.units))
        if code is not None and current is not None:
            about = {column.name: place for column in _about(contract, form) if (place := _place(printed, column.headers)) is not None}
            money = _BRACKET.search(clean(cells[current])) or [unit_above([row for _, row in head[:at]])]
            return Places(form, at, code, current, base, unit, money[0], about)
    return None


def rows_of_lines(contract: Contract, places: Places, said: dict[str, str], lines: Iterable[Row], merged: Sequence[Range]) -> Rows:
    """One row for each firm and period; `said` is what stands above the table."""
    form, about = places.form, _about(contract, places.form)
    figures = {figure.code: figure.name for figure in form.figures}
    where = {name: at for at, name in enumerate(name for one in figures.values() for name in (one, base_of(one)))}
    headers = {column.name: column.headers[0] for column in contract.columns}
    made = Rows([*(column.headers[0] for column in about), *(headers[name] for name in where)])
    for row_no, cells in lines:
        made.read += 1
        code = clean(cells[places.code]) if places.code < len(cells) else ""
        if code not in figures and code not in form.former:
            continue
        key = tuple(_cell(cells, places.about.get(column.name)) or said.get(column.name, "") for column in about)
        row = made.rows.setdefault(key, (row_no, [*key, *[""] * len(where)]))[1]
        if code in form.former:
            made.flaws.setdefault(key, (None, code, FORMER.format(code, form.former_says)))
            continue
        for name, place in ((figures[code], places.current), (base_of(figures[code]), places.base)):
            unit = _cell(cells, places.unit) or (places.money or "") * name.endswith("_yuan")
            text = _with_unit(_cell(cells, place), unit)
            at = len(key) + where[name]
            if row[at] and text and row[at] != text:
                made.flaws.setdefault(key, (name, mask(text), TWICE.format(code, mask(row[at]), mask(text))))
            if text and any(top <= row_no <= bottom and left <= (place or 0) <= right for top, left, bottom, right in merged):
                made.flaws.setdefault(key, (name, mask(text), MERGED.format(code)))
            row[at] = row[at] or text
    return made


def said_above(contract: Contract, head: Sequence[Row]) -> dict[str, str]:
    """What rows above a table say of all of it, by column: 报告期：2025年1-9月, in one cell or in two."""
    found: dict[str, str] = {}
    for column in (column for column in contract.columns if column.may_stand_above):
        words = "|".join(map(re.escape, sorted(column.headers, key=len, reverse=True)))
        for _, cells in head:
            for at, cell in enumerate(map(clean, cells)):
                if told := re.fullmatch(rf"(?:.*\s)?(?:{words})\s*[:：]\s*(\S+)(?:\s.*)?", cell, re.DOTALL):
                    found.setdefault(column.name, told[1])
                elif re.fullmatch(rf"(?:{words})\s*[:：]?", cell):
                    beside = next((other for other in map(clean, cells[at + 1 :]) if other and other != cell), "")
                    if beside:
                        found.setdefault(column.name, beside)
    return found


def _about(contract: Contract, form: Form) -> list[Column]:
    """The columns that are no figures."""
    figures = {name for figure in form.figures for name in (figure.name, base_of(figure.name))}
    return [column for column in contract.columns if column.name not in figures]


def _place(printed: dict[str, int], words: Iterable[str]) -> int | None:
    return next((printed[header_key(word)] for word in words if header_key(word) in printed), None)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _with_unit(text: str, unit: str) -> str:
    """The figure as printed, with the unit of its line."""
    return "" if clean(text).upper() in BLANKS else f"{text}{'' if clean(unit).upper() in BLANKS else clean(unit)}"
