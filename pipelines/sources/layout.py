"""Where the columns of a sheet stand, and which of its rows are no data, by kind: titles, totals, footnotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipelines.sources.cells import clean
from pipelines.sources.contract import Column, Contract

HEADER_WITHIN = 30
MARK = "退回标记"   # the column of a workbook of rows sent back that says which row of which file each was (deliver/mend.py)
MEASURED = {"yuan", "capital", "number", "integer"}
_BRACKET = re.compile(r"(.+?)\((?:单位:)?([^()]*)\)")
_REMARK = re.compile(r"必填|选填|可选|全称|盖章|年月日|是/否|y{4}.*", re.IGNORECASE)
_BARE_UNIT = re.compile(r"\(?(?:单位:)?((?:人民币)?[千百]?[万亿]?元|万?平方米)\)?")
_UNIT_LINE = re.compile(r"单位:((?:人民币)?[千百]?[万亿]?元)")
_TOTAL_SIGNS = "合总小共累本以"
_TOTAL = re.compile(
    r"(?:本页|以上)?[合总小共累]\s*计\s*(?:[(（][^)）]{0,6}[)）])?\s*(?:[:：\d].*)?|共\s*\d+\s*[家项个条户人].{0,3}"
)
_NOTE = re.compile(
    r"[(（]?(?:备?注|说明|附注|数据来源|资料来源|填表说明)\s*\d*\s*[:：)）]|单位[:：]"
    r"|(?:单位|部门)?(?:负责|填表|填报|制表|审核|联系|经办|报送|报表)(?:人|单位|部门|日期|时间|电话)?\s*[:：]"
    r"|(?:日期|电话)\s*[:：]|第\s*\d+\s*页|[-—]\s*\d+\s*[-—]$"
)
_HEADING = re.compile(   # 一、国家级; （二）复核通过; 第五批; 新吴区（13家）; 江苏省
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十\d]{1,3}[批类章节组]|[^()（）]{1,12}[(（]?\s*共?\d+\s*[家项个户件名条]\s*[)）]?$"
    r"|(?:[\u4e00-\u9fff]{2,3}(?:省|自治区)|北京市|天津市|上海市|重庆市)$)"
)
_TOTAL_BEHIND = re.compile(r"[\u4e00-\u9fff]{1,8}[合小总共]\s*计")   # 江苏省合计
_FIRM_END = re.compile(r"(?:公司|集团|厂|院|所|中心|大学|学校)\s*$")
_FIGURE = re.compile(r"[\d,.%\s]+[家项个户件名条元]?")


@dataclass(frozen=True)
class Layout:
    """Where each declared column stands in a sheet."""

    width: int = 0
    places: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()   # the header as printed, to know it again
    doubles: dict[str, set[int]] = field(default_factory=dict)   # where else the words of a column stand
    mark: int | None = None   # where MARK stands
    said: dict[str, str] = field(default_factory=dict)   # what stands above the table for all its rows, of columns it has not

    def missing(self, contract: Contract) -> list[str]:
        """What a file must have and this one has not, by its best printed header."""
        lacking = [c.headers[0] for c in contract.columns if c.required and c.name not in self.places.keys() | self.said.keys()]
        if contract.required_any and self.places.keys().isdisjoint(contract.required_any):
            lacking.append(" 或 ".join(c.headers[0] for c in contract.columns if c.name in contract.required_any))
        return lacking

    def with_units(self, units: dict[str, str]) -> "Layout":
        """The same layout, with units where its own header said none."""
        return replace(self, units={name: unit for name, unit in units.items() if name in self.places} | self.units)


    def with_said(self, said: dict[str, str]) -> "Layout":
        """The same layout, with what the rows above say of columns it has not."""
        return replace(self, said={name: text for name, text in said.items() if name not in self.places})


def find_header(contract: Contract, rows: Sequence[list[str]]) -> tuple[Layout, int, int]:
    """The best header among the first rows: its layout, its row, and how many rows it takes (1 or 2)."""
    best: tuple[Layout, int, int] = (Layout(), 0, 1)
    for at, cells in enumerate(rows[:HEADER_WITHIN]):
        below = rows[at + 1] if at + 1 < len(rows) else []
        single, double = match_header(contract, cells), match_header(contract, below, _carried(cells, below))
        two = len(double.places) + len(double.units) > len(single.places) + len(single.units) and _is_head(below)
        found = double if two and single.places else single
        if len(found.places) > len(best[0].places):
            best = found, at, 1 + (found is double)
        if found.places and not found.missing(contract):
            break
    layout, at, height = best
    if unit := unit_above(rows[:at]):
        layout = layout.with_units(dict.fromkeys((column.name for column in contract.columns if column.type in ("yuan", "capital")), unit))
    return layout, at, height


def unit_above(rows: Sequence[Sequence[str]]) -> str | None:
    """单位：万元 above a table: it holds for amounts that name no unit."""
    lines = (clean(cell) for cells in rows for cell in cells if "单位" in cell)
    return next((said[1] for line in lines if (said := _UNIT_LINE.search(line))), None)


def match_header(contract: Contract, cells: Sequence[str], above: Sequence[str] = ()) -> Layout:
    """Map a printed header to the contract. A column's earlier variants win over its later ones.

    `above` is the upper row of a header in two rows: a cell may then be known by itself, by both, or by the upper.
    """
    printed: dict[str, list[tuple[int, str | None]]] = {}   # words → where, and the unit in brackets
    for at, cell in enumerate(cells):
        upper = above[at] if at < len(above) else ""
        bare = _BARE_UNIT.fullmatch(clean(cell)) if upper else None   # a row of units below the words
        for text in [f"{upper}({bare[1]})"] if bare else dict.fromkeys([cell, upper + cell, upper]):
            for words, unit in _spellings(text):
                printed.setdefault(words, []).extend([(at, unit or _spellings(upper)[-1][1]), (at, unit)])
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    doubles: dict[str, set[int]] = {}
    for column in contract.columns:
        hits = [(hit, header) for header in column.headers for hit in printed.get(header_key(header), ()) if _fits(column, hit[1])]
        for (at, unit), header in hits:
            if at not in places.values():
                places[column.name] = at
                doubles[column.name] = {other for other, its_unit in printed[header_key(header)] if its_unit == unit}
                if unit and column.type in MEASURED:
                    units[column.name] = unit
                break
    taken = set(places.values())
    doubles = {name: rest for name, found in doubles.items() if (rest := found - taken)}
    width = len(cells)
    while width and not cells[width - 1].strip():   # a header may end in commas
        width -= 1
    mark = next((at for at, _ in printed.get(MARK, ())), None)
    return Layout(width, places, units, frozenset(c for c in (*cells, *above) if c.strip()), doubles, mark)


def non_data(filled: Sequence[str], layout: Layout) -> str | None:
    """The kind of a row after the header that carries no data, told by its cells that are not blank; None for data."""
    if not filled:
        return "空行"
    first = filled[0].strip()
    if len(filled) == 1 and first.isdigit():
        return "只有序号的行"
    if _TOTAL.fullmatch(first):
        return "合计"
    if all(map(_NOTE.match, filled)):
        return "附注"
    if _TOTAL_BEHIND.fullmatch(first) and all(map(_FIGURE.fullmatch, map(str.strip, filled[1:]))):
        return "合计"
    words = [cell.strip() for cell in filled if not _FIGURE.fullmatch(cell.strip())]
    if len(words) == 1 and _HEADING.match(words[0]) and not _FIRM_END.search(words[0]):
        return "小标题"
    if len(distinct := set(filled)) > 2:
        return None
    if len(distinct) == 1 and (len(filled) > 2 or len(filled) == layout.width > 1):
        return "标题"   # merged over the table
    return "附注" if _NOTE.match(first) else None


def is_above_table(filled: Sequence[str], layout: Layout) -> bool:
    """Whether a row before the header is a title, an office or a unit: whole rows of figures there are data."""
    return len(set(filled)) < max(3, len(layout.places)) or not any(any(map(str.isdigit, cell)) for cell in filled)


def is_plain(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a row can only be data, whole in width and signs: a cheap answer for nearly all rows of a large file."""
    distinct = set(cells)
    if len(distinct) < 6 or len(cells) != layout.width or not layout.words.isdisjoint(distinct):
        return False
    first = cells[0].strip() or next((cell.strip() for cell in cells if cell.strip()), "")
    return first[:1] not in _TOTAL_SIGNS and not _NOTE.match(first) and "\ufffd" not in "".join(cells)


def may_be_header(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a row repeats words of the header: a cheap question, to be confirmed by match_header."""
    return len(layout.words.intersection(cells)) >= max(min(2, len(layout.words)), len(layout.places) // 2)


def _spellings(text: str) -> list[tuple[str, str | None]]:
    whole = header_key(text)
    found = _BRACKET.fullmatch(whole)
    return [(whole, None), (found[1], found[2])] if found else [(whole, None)]


@lru_cache(2048)
def header_key(text: str) -> str:
    return re.sub(r"\s", "", clean(text)).strip("*:").casefold()


def _fits(column: Column, unit: str | None) -> bool:
    """A bracket behind the words is the unit of a measured column, elsewhere at most a remark to the sender."""
    return unit is None or column.type in MEASURED or bool(_REMARK.fullmatch(unit))


def _carried(cells: Sequence[str], below: Sequence[str]) -> list[str]:
    """The upper header row with group words carried right over their blank neighbours."""
    carried, group = [], ""
    for at, cell in enumerate(cells):
        group = cell if cell.strip() else group
        carried.append(cell if cell.strip() or not (at < len(below) and below[at].strip()) else group)
    return carried


def _is_head(cells: Sequence[str]) -> bool:
    return not any(any(sign.isdigit() for sign in clean(cell)) for cell in cells)
