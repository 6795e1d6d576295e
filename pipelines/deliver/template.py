"""The workbook to fill in for a source, made from its contract: a sheet of headers with units and choices, and one that explains.

The example stands in the explanation, where no reader takes it for a row; what explains never repeats a header as a cell of its own.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.deliver.reading import contract_of
from pipelines.settings import Settings
from pipelines.sources.contract import Column, Contract, base_of

ROWS = 1_000
"""Rows of a sheet whose cells offer their choices."""
_IN_A_CELL = 250   # characters of choices that Excel keeps in the cell itself; a longer list lies on a sheet
_TYPES = {
    "name": "证照上的全称", "text": "文字", "code": "编号，按文本填写，保留全部数字", "credit_code": "18位统一社会信用代码，没有可空",
    "day": "日期，如 2024-06-25", "month": "报告期，如 2025-09（1—9月累计）", "year": "年度，如 2024", "yuan": "金额，只写数字，单位见表头",
    "capital": "金额，如 500万人民币", "number": "数字", "integer": "整数", "yes_no": "是 或 否", "choice": "从下拉项中选", "exchange": "交易所全称，从下拉项中选",
}  # fmt: skip
_EXAMPLES: dict[str, Any] = {
    "name": "示例软件有限公司", "text": "示例", "code": "A001", "credit_code": "91320200MA0000000D", "day": "2024-06-25", "month": "2024-06", "year": "2024",
    "yuan": 100, "capital": "500万人民币", "number": 10, "integer": 10, "yes_no": "是", "choice": "示例",
}  # fmt: skip


def write(settings: Settings, scratch: Path, out: str, source: str, with_example: bool) -> None:
    """Make the template of a source at `out`. Raises DeliveryRefused for a source there is not."""
    contract = contract_of(settings, source)
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = headed_sheet(book, contract, contract.columns, {})
        if with_example:
            for at, value in enumerate(example(contract).values()):
                sheet.write(1, at, value)
        _explain(book, contract)


def unit_of(column: Column) -> str:
    """The unit a header says: the plain one."""
    if column.type == "yuan":
        return column.prescribed_unit or "元"
    return column.prescribed_unit or next(iter(column.units), "")


def header_of(column: Column, unit: str | None = None) -> str:
    """A header as it is printed, required ones marked; `unit` instead of the plain one."""
    said = unit_of(column) if unit is None else unit
    return f"{'*' if column.required else ''}{column.headers[0]}{f'({said})' if said else ''}"


def headed_sheet(book: xlsxwriter.Workbook, contract: Contract, columns: tuple[Column, ...], units: dict[str, str]) -> Any:
    """A sheet with the headers of some columns, each column with its format and its choices."""
    head = book.add_format({"bold": True, "bg_color": "#E3F1F1", "text_wrap": True, "valign": "vcenter", "border": 1})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in (("text", "@"), ("number", "General"))}
    sheet = book.add_worksheet(contract.title[:31])
    lists = None
    for at, column in enumerate(columns):
        is_figure = column.type in ("yuan", "number", "integer")
        sheet.set_column(at, at, 14 if is_figure else 22, formats["number" if is_figure else "text"])
        sheet.write_string(0, at, header_of(column, units.get(column.name)), head)
        words = choices_of(column)
        if words and len(",".join(words)) > _IN_A_CELL:
            lists = lists or book.add_worksheet("选项")
            lists.write_column(0, at, [f"【{column.headers[0]}】的选项", *words])
            letter = _letters(at)
            rule: Any = f"=选项!${letter}$2:${letter}${len(words) + 1}"
        else:
            rule = words
        if words:
            said = {"error_title": column.headers[0], "error_message": "请从下拉项中选择", "ignore_blank": True}
            sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": rule, **said})
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 0)
    return sheet


def choices_of(column: Column) -> list[str]:
    """The words a cell may hold, one for each thing; none where it is free."""
    if column.type == "yes_no":
        return ["是", "否"]
    if column.type == "exchange":
        return [market.exchange for market in column.markets]
    first: dict[str, str] = {}
    for word, stored in column.choices.items():
        first.setdefault(stored, word)
    return list(first.values())


def example(contract: Contract) -> dict[str, Any]:
    """A row as it may be filled in, by column: invented, and such that its figures agree."""
    row = {column.name: _example_of(column) for column in contract.columns}
    for one in reversed(contract.sums):
        if one.within is not None:
            for whole, parts in ((one.whole, one.parts), (base_of(one.whole), tuple(map(base_of, one.parts)))):
                if whole in row:
                    row[whole] = sum(Decimal(row[part]) for part in parts)
    return row


def _example_of(column: Column) -> Any:
    words = choices_of(column)
    return words[0] if words else _EXAMPLES[column.type]


def _explain(book: xlsxwriter.Workbook, contract: Contract) -> None:
    """What each column asks for, and what holds for the whole. No cell is a header by itself: a reader would take it for one."""
    sheet = book.add_worksheet("说明")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        f"《{contract.title}》填报说明（{contract.sender}，{contract.rhythm.words}）",
        "一行一条，表头不要改动，带 * 的列必须有；没有的内容留空，不要填“无”以外的说明。",
        "文件名中写明日期（如 2025-12-31）即按该日收到；不写按报送当日。",
        *(["文件名中写“全量”或“增量”。"] if contract.deliveries else []),
        *(["同一主键分列多行的，金额、面积相加；后报的文件整体取代先报的同一主键。"] if contract.adding() else ["同一主键后报的为准。"]),
        *(["同一名单（名单、级别、文号、批次相同）重新报送的，整份取代。"] if contract.part else []),
        "法定代表人、联系人、电话、证件号、银行账号等个人信息请勿填写；填写的列不读取。",
    ]
    for at, line in enumerate(lines):
        sheet.write_string(at, 0, line, bold if at == 0 else wrap)
    top = len(lines) + 1
    for at, word in enumerate(("【列】", "【是否必填】", "【填法】", "【单位】", "【示例】", "【也认得的表头】")):
        sheet.write_string(top, at, word, bold)
    shown = example(contract)
    for row, column in enumerate(contract.columns, top + 1):
        needed = "列必须有，可空" if column.may_be_blank else "必填" if column.required else "选填"
        if column.name in contract.required_any:
            needed = "与同类列至少填一项"
        how = "、".join(choices_of(column))[:400] or _TYPES[column.type]
        told = (f"【{column.headers[0]}】", needed, how, unit_of(column), f"例：{shown[column.name]}", "；".join(f"“{word}”" for word in column.headers[1:])[:400])
        for at, text in enumerate(told):
            sheet.write_string(row, at, text, wrap)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 5, 34)


def _letters(at: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
