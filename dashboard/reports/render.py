"""A report as PDF (typst), Word and Excel."""

import io
import json
from pathlib import Path
from typing import Any

from dashboard.exports import SHEET_ROWS, grid, harmless, workbook
from dashboard.reports.content import Report, Section
from dashboard.text import t
from dashboard.theme import FONTS, LIGHT

TEMPLATE = Path(__file__).with_name("report.typ")
WORD_FONT = FONTS[-1]   # what every Word has


def pdf(report: Report) -> bytes:
    """The report on A4, fonts embedded."""
    import typst

    return bytes(typst.compile(str(TEMPLATE), sys_inputs={"data": as_json(report)}))


def as_json(report: Report) -> str:
    """What the paper form reads."""
    sections = [{key: getattr(section, key) for key in ("title", "unit", "picture", "heads", "numeric", "cells")} for section in report.sections]
    return json.dumps(
        {"title": report.title, "labels": report.labels, "provenance": report.provenance, "sentence": report.sentence,
         "cards": report.cards, "sections": sections, "colours": LIGHT, "fonts": FONTS}, ensure_ascii=False,
    )


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
    style.font.name, style.font.size = WORD_FONT, Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), WORD_FONT)
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
    out = io.BytesIO()
    head = [*((label, "") for label in report.labels), *report.provenance]
    cards = [(name, f"{value} {foot}") for name, value, foot in report.cards]
    with workbook(out) as (book, formats):
        _sheet(book.add_worksheet(t("page.overview.nav")), report.title, [*head, ("", report.sentence), *cards], report.sections, formats)
        for name, sections in report.sheets.items():
            _sheet(book.add_worksheet(name), f"{report.title} {name}", head, sections, formats)
    return out.getvalue()


def _sheet(sheet: Any, title: str, head: list[tuple[str, str]], sections: list[Section], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 20, 16)
    sheet.write_string(0, 0, str(harmless(title)), formats["title"])
    at = 1
    for words in head:
        sheet.write_row(at, 0, [harmless(text) for text in words], formats["quiet"])
        at += 1
    for section in sections:
        if section.columns and at + len(section.rows) + 3 >= SHEET_ROWS:
            sheet.write_string(at + 1, 0, f"{section.title}：{t('refusal.too_long')}", formats["title"])
            at += 2
        elif section.columns:
            sheet.write_string(at + 1, 0, f"{section.title}（{section.unit}）", formats["title"])
            at = grid(sheet, at + 2, section.columns, section.rows, formats)
