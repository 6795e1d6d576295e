"""A report as PDF (typst), Word and Excel."""

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.export import harmless
from dashboard.reports.content import Report, Section

TEMPLATE = Path(__file__).with_name("report.typ")
SHEET_ROWS = 1_000_000   # an Excel sheet ends a little later


def pdf(report: Report) -> bytes:
    """The report on A4, fonts embedded."""
    import typst

    sections = [{k: v for k, v in asdict(s).items() if k != "values"} for s in report.sections]
    data = json.dumps({**asdict(report), "sections": sections, "sheets": None}, ensure_ascii=False, default=str)
    return bytes(typst.compile(str(TEMPLATE), sys_inputs={"data": data}))


def docx(report: Report) -> bytes:
    """The report for whoever wants to write on: real tables, pictures drawn beforehand."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(1.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Microsoft YaHei", Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Microsoft YaHei")
    document.add_heading("　".join([report.title, *(f"［{label}］" for label in report.labels)]), 0)
    document.add_paragraph(report.sentence)
    _docx_table(document, ["", "", ""], [list(card) for card in report.cards], [False] * 3, WD_ALIGN_PARAGRAPH)
    for section in report.sections:
        document.add_heading(f"{section.title}（{section.unit}）", 1)
        if section.picture:
            document.add_picture(io.BytesIO(_png(section.picture)), width=Cm(24))
        if section.heads:
            _docx_table(document, section.heads, section.cells, section.numeric, WD_ALIGN_PARAGRAPH)
    document.add_paragraph("　".join("：".join(pair) for pair in report.provenance))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_table(document: Any, heads: list[str], rows: list[list[str]], numeric: list[bool], alignment: Any) -> None:
    table = document.add_table(rows=0, cols=len(heads), style="Light Grid Accent 1")
    for line in ([heads] if any(heads) else []) + rows:
        cells = table.add_row().cells   # once: asking for cells again walks the whole table
        for cell, words, is_number in zip(cells, line, numeric, strict=True):
            cell.text = words
            if is_number:
                cell.paragraphs[0].alignment = alignment.RIGHT


def _png(svg: str) -> bytes:
    """Word takes no SVG."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 24cm)'
    return bytes(typst.compile(source.encode(), format="png", ppi=144.0, sys_inputs={"svg": svg}))


def xlsx(report: Report) -> bytes:
    """The workbook: an overview, then a sheet for each measure with its clauses and the claims under them."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}), "head": book.add_format({"bold": True, "bg_color": "#eef4f4"}),
            "quiet": book.add_format({"font_color": "#5b6b74"}),
        }  # fmt: skip
        intro = [(label, "") for label in report.labels] + report.provenance + [("", report.sentence)]
        _sheet(book, report.title, report.title[:31], [*intro, *((n, f"{v} {f}") for n, v, f in report.cards)], report.sections, formats)
        for name, sections in report.sheets.items():
            _sheet(book, f"{report.title} {name}", name, [(label, "") for label in report.labels] + report.provenance, sections, formats)
    return out.getvalue()


def _sheet(book: Any, title: str, name: str, intro: list[tuple[str, str]], sections: list[Section], formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 20, 16)
    sheet.write_string(0, 0, title, formats["title"])
    at = 1
    for words in intro:
        for column, text in enumerate(words):
            sheet.write_string(at, column, str(harmless(text)), formats["quiet"])
        at += 1
    for section in sections:
        if not section.heads or at + len(section.values) > SHEET_ROWS:
            continue
        sheet.write_string(at + 1, 0, f"{section.title}（{section.unit}）", formats["title"])
        sheet.write_row(at + 2, 0, section.heads, formats["head"])
        for number, row in enumerate(section.values, at + 3):
            sheet.write_row(number, 0, [float(v) if type(v).__name__ == "Decimal" else harmless(v) for v in row])
        at += 3 + len(section.values)
