"""A report as a Word document, for whoever writes on: named styles, real tables, pictures drawn beforehand."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Pt, RGBColor

from dashboard.reports.document import Chapter, Report, Section
from dashboard.text import html_language, t
from dashboard.theme import LIGHT

LATIN, TEXT_FONT, HEAD_FONT, CELL_FONT = "Times New Roman", "FangSong", "SimHei", "SimSun"   # what offices write in, and every Word has
A4 = Cm(21), Cm(29.7)
MARGIN = {True: Cm(2.6), False: Cm(1.5)}
"""By whether a page stands upright."""
GAP = Cm(0.8)   # between two columns
STYLES = {
    "title": (HEAD_FONT, 20, False), "text": (TEXT_FONT, 10.5, False), "head": (CELL_FONT, 8, True), "cell": (CELL_FONT, 8, False),
    "total": (CELL_FONT, 8, True), "note": (CELL_FONT, 8, False),
}  # fmt: skip
"""The document's own: font, points, bold. Their names stand in text/."""
_THEME_FONTS = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")   # these win over a named font


def docx(report: Report) -> bytes:
    """The report as a document whose look can be changed by its styles."""
    document = Document()
    document.core_properties.title, document.core_properties.author = report.title, t("frame.name")
    _styles(document)
    for at, chapter in enumerate(report.chapters):
        _page(document, chapter.is_upright, is_first=at == 0)
        if at == 0:
            document.add_paragraph("　".join([report.title, *(f"［{label}］" for label in report.labels)]), style_name("title"))
            for note in report.notes:
                document.add_paragraph(note, style_name("note"))
        _chapter(document, chapter)
    document.add_paragraph("　".join("：".join(pair) for pair in report.provenance), style_name("note"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def style_name(key: str) -> str:
    """What a writer finds the style under."""
    return t(f"report.style.{key}")


def _styles(document: Any) -> None:
    """The document's own styles; the headings are Word's, so that they can be walked through."""
    styles = document.styles
    _font(styles["Normal"], TEXT_FONT, 10.5, False)
    for name, size in (("Heading 1", 16), ("Heading 2", 12)):
        _font(styles[name], HEAD_FONT, size, False, LIGHT["accent"])
        styles[name].paragraph_format.space_before, styles[name].paragraph_format.space_after = Pt(10), Pt(4)
    for key, look in STYLES.items():
        style = styles.add_style(style_name(key), WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = styles["Normal"], True
        style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(0), 1
        _font(style, *look)
    title, text, note = (styles[style_name(key)].paragraph_format for key in ("title", "text", "note"))
    title.alignment, title.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(10)
    text.line_spacing, text.space_after, text.first_line_indent = 1.2, Pt(3), Pt(21)   # two characters
    note.space_before = Pt(10)
    table = styles.add_style(style_name("table"), WD_STYLE_TYPE.TABLE)
    table.base_style = styles["Normal Table"]
    line, fill = LIGHT["line"].lstrip("#"), LIGHT["accent_soft"].lstrip("#")
    rules = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{line}"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    shading = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr>'
    table.element.append(parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{rules}</w:tblBorders></w:tblPr>"))
    table.element.append(parse_xml(f'<w:tblStylePr {nsdecls("w")} w:type="firstRow">{shading}</w:tblStylePr>'))
    styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").set(qn("w:eastAsia"), html_language())


def _font(style: Any, cjk: str, size: float, bold: bool, colour: str = LIGHT["ink"]) -> None:
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in _THEME_FONTS:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), cjk)


def _page(document: Any, is_upright: bool, is_first: bool) -> None:
    """The page of a chapter; another one begins where it turns."""
    page = document.sections[-1]
    orientation = WD_ORIENT.PORTRAIT if is_upright else WD_ORIENT.LANDSCAPE
    if not is_first:
        if page.orientation == orientation:
            return
        page = document.add_section(WD_SECTION.NEW_PAGE)
        _columns(page, 1)
    page.orientation = orientation
    page.page_width, page.page_height = A4 if is_upright else A4[::-1]
    page.left_margin = page.right_margin = MARGIN[is_upright]
    page.top_margin = page.bottom_margin = Cm(1.8)
    if is_first:
        _page_numbers(page.footer.paragraphs[0])


def _page_numbers(paragraph: Any) -> None:
    paragraph.style, paragraph.alignment = style_name("note"), WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = t("report.page", n="\0", of="\0").split("\0")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, None)):
        paragraph.add_run(words)
        if field:
            paragraph._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


def _chapter(document: Any, chapter: Chapter) -> None:
    document.add_heading(chapter.title, 1)
    for head, words in chapter.paragraphs:
        paragraph = document.add_paragraph(style=style_name("text"))
        if head:
            paragraph.add_run(f"{head}{t('report.head_end')}").bold = True
        paragraph.add_run(words)
    width = _width(document)
    if chapter.cards:
        _table(document, [], [list(card) for card in chapter.cards], [], [False] * 3, [2, 2, 6], width)
    for section in chapter.sections:
        if not section.is_half:
            _section(document, section, width)
    if halves := [section for section in chapter.sections if section.is_half]:
        _columns(document.add_section(WD_SECTION.CONTINUOUS), 2)
        for section in halves[::2]:
            _section(document, section, (width - GAP) // 2)
        document.add_paragraph().add_run().add_break(WD_BREAK.COLUMN)
        for section in halves[1::2]:
            _section(document, section, (width - GAP) // 2)


def _columns(page: Any, count: int) -> None:
    """Whole pages, or text in several columns."""
    columns = page._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), str(count))
    columns.set(qn("w:space"), str(Emu(GAP).twips))


def _section(document: Any, section: Section, width: int) -> None:
    document.add_heading(f"{section.title}（{section.unit}）" if section.unit else section.title, 2)
    if section.picture:
        document.add_picture(io.BytesIO(_png(section.picture)), width=Emu(int(width * (0.8 if section.columns else 1))))
        document.paragraphs[-1].paragraph_format.keep_with_next = bool(section.columns)
    if section.columns:
        _table(document, section.heads, section.cells, section.total_cells, section.numeric, section.shares, width)


def _width(document: Any) -> int:
    page = document.sections[-1]
    return int(page.page_width - page.left_margin - page.right_margin)


def _table(
    document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], totals: Sequence[Sequence[str]], numeric: Sequence[bool],
    shares: Sequence[float], width: int,
) -> None:
    """A table whose heads stand on every page it fills, and no row of which is torn by the end of one."""
    table = document.add_table(rows=0, cols=len(numeric), style=style_name("table"))
    if not heads:
        table._tblPr.find(qn("w:tblLook")).set(qn("w:firstRow"), "0")
    widths = [Emu(int(width * share / sum(shares))) for share in shares]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for key, lines in (("head", [heads] if heads else []), ("cell", rows), ("total", totals)):
        style = document.styles[style_name(key)]
        for line in lines:
            row = table.add_row()
            wanted = row._tr.get_or_add_trPr()
            wanted.append(OxmlElement("w:cantSplit"))
            if key == "head":
                wanted.append(OxmlElement("w:tblHeader"))
            for cell, words, is_number, wide in zip(row.cells, line, numeric, widths, strict=True):
                cell.width, paragraph = wide, cell.paragraphs[0]
                paragraph.style = style
                paragraph.add_run(words)
                if is_number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _png(svg: str) -> bytes:
    """Word takes no SVG."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 24cm)'
    return bytes(typst.compile(source.encode(), format="png", ppi=144.0, sys_inputs={"svg": svg}))
