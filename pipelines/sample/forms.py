"""The monthly form as it is sent line by line: a long table, or a form on each sheet of a workbook."""

from collections.abc import Iterator

import xlsxwriter

from pipelines.sample.files import CREATED, Count, Landing, Look
from pipelines.sample.layouts import FORM
from pipelines.sample.model import Row

_ROLES = ("本年累计", "上年同期累计", "上期累计")


def write_lines(landing: Landing, file: str, headers: dict[str, str], rows: list[Row]) -> None:
    """A line for each firm and figure; the reader makes a row of each firm's."""
    landing.write(file, headers, [line for row in rows for line in _lines(row)], Look())
    count = landing.counts[file]
    count.loaded, count.skipped = len(rows), count.rows - len(rows)


def write_forms(landing: Landing, file: str, rows: list[Row]) -> None:
    """A workbook with the form of a firm on each sheet, and who filled it in."""
    count = landing.counts[file] = Count()
    path = landing.folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": "示例数据", "created": CREATED})
        for number, row in enumerate(rows, 1):
            sheet = book.add_worksheet(f"企业{number}")
            lines = [
                ["软件和信息技术服务业企业月报表"],
                ["统一社会信用代码：" + row["统一社会信用代码"], "", "表    号：软统企6表"],
                ["单位详细名称：" + row["单位详细名称"], "", f"报告期：{row['报告期']}"],
                ["指标名称", "代码", "计量单位", *_ROLES, "同比%", "环比%"],
                *([line["指标名称"], line["代码"], line["计量单位"], *(line[role] for role in _ROLES)] for line in _lines(row)),
                ["单位负责人：示例甲", "", "统计负责人：示例乙"],
            ]
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if cell is not None and cell != "":
                        sheet.write(at, column, cell)
            count.rows, count.loaded, count.skipped = count.rows + len(lines) - 1, count.loaded + 1, count.skipped + len(lines) - 2


def _lines(row: Row) -> Iterator[Row]:
    who = {key: row[key] for key in ("统一社会信用代码", "单位详细名称", "报告期")}
    for code, (words, unit) in FORM.items():
        figures = {role: row[f"{code} {role}"] for role in _ROLES}
        if any(figure is not None for figure in figures.values()):
            yield who | {"代码": code, "指标名称": words, "计量单位": unit} | figures
