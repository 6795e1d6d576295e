"""What the workbook reader does not tell of a sheet: error cells, formulas never computed, hidden rows, the 1904 calendar.

calamine gives an error cell as blank and knows no hidden rows; told blank, an error would be a value that nobody sent.
Run inside whole.py, within its limits: imports nothing of ours.
"""

import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

NOT_COMPUTED = "#NULL!"   # a formula saved without its value
_BLOCK = 1 << 20
_LONGEST_ROW = 1 << 20
_FLAGS = (b'"e"', b"'e'", b"<f", b":f", b"hidden")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)/?>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ROW_NO = re.compile(rb"""\br=["'](\d{1,7})["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})\d{1,7}["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_IS_TEXT = re.compile(rb"""\bt=["'](?:str|inlineStr)["']""")
_IS_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]+)<")
_XLS_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


@dataclass
class Flaws:
    """Of one sheet, by row and column from 0: what stands in cells that read as blank, and the rows that are hidden."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    def add(self, row: int, column: int, said: str) -> None:
        self.cells.setdefault(row, {})[column] = said


class XlsxFlaws:
    """Asked sheet by sheet, by name."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package, self.parts, self.is_1904 = package, dict[str, str](), False
        try:
            targets = {one.get("Id"): one.get("Target", "") for one in self._elements("xl/_rels/workbook.xml.rels")}
            for one in self._elements("xl/workbook.xml"):
                tag = one.tag.rpartition("}")[2]
                if tag == "workbookPr":
                    self.is_1904 = one.get("date1904", "0").lower() in ("1", "true")
                elif tag == "sheet":
                    target = next(targets[value] for key, value in one.items() if key.endswith("}id"))
                    self.parts[one.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        except (KeyError, StopIteration, ElementTree.ParseError):   # xlsb, or dressed in a way of its own
            pass

    def of(self, _: int, name: str) -> Flaws:
        flaws, row = Flaws(), -1
        if self.parts.get(name) not in self.package.namelist():
            return flaws
        with self.package.open(self.parts[name]) as stream:
            for block in _whole_rows(iter(lambda: stream.read(_BLOCK), b"")):
                row = _scan(block, row, flaws)
        return flaws

    def _elements(self, part: str) -> Iterable[ElementTree.Element]:
        return ElementTree.fromstring(self.package.read(part)).iter()   # noqa: S314 (bounded by expat and by our limits)


def _whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The sheet in pieces that end where a row ends."""
    rest = b""
    for block in blocks:
        text = rest + block
        if end := text.rfind(b"row>") + 4 if b"row>" in text else 0:
            yield text[:end]
        rest = text[end:][-_LONGEST_ROW:]
    yield rest


def _scan(block: bytes, row: int, flaws: Flaws) -> int:
    """Add what is wrong in a piece of a sheet; the number of its last row, `row` being that of the piece before."""
    is_clean = not any(flag in block for flag in _FLAGS)
    if is_clean and (number := _ROW_NO.search(block, max(block.rfind(b"<row"), block.rfind(b":row ")))):
        return int(number[1]) - 1
    starts = list(_ROW.finditer(block))
    if is_clean:
        return row + len(starts)
    for at, start in enumerate(starts):
        number = _ROW_NO.search(start[1])
        row = int(number[1]) - 1 if number else row + 1
        if _IS_HIDDEN.search(start[1]):
            flaws.hidden.add(row)
        content = block[start.end() : starts[at + 1].start() if at + 1 < len(starts) else len(block)]
        if not any(flag in content for flag in _FLAGS[:4]):
            continue
        column = -1
        for attributes, inside in _CELL.findall(content):
            place = _PLACE.search(attributes)
            column = _column(place[1]) if place else column + 1
            value = _VALUE.search(inside)
            if _IS_ERROR.search(attributes):
                flaws.add(row, column, value[1].decode("ascii", "replace") if value else NOT_COMPUTED)
            elif not value and _FORMULA.search(inside) and not _IS_TEXT.search(attributes):
                flaws.add(row, column, NOT_COMPUTED)
    return row


def _column(letters: bytes) -> int:
    column = 0
    for sign in letters:
        column = column * 26 + sign - 64
    return column - 1


class XlsFlaws:
    """Asked sheet by sheet, by number. Records of BIFF as [MS-XLS] tells them; nothing where the file is not of that kind."""

    def __init__(self, content: bytes) -> None:
        self.sheets: list[Flaws] = []
        self.is_1904 = False
        try:
            book = _stream_of(content)
            starts = []
            for kind, data in _records(book, 0):
                if kind == 0x0022:
                    self.is_1904 = data[:1] == b"\1"
                elif kind == 0x0085:
                    starts.append((struct.unpack_from("<I", data)[0], data[5]))
            # the reader counts tables only: type 0
            self.sheets = [_sheet_flaws(book, start) for start, typ in starts if typ == 0]
        except (struct.error, IndexError, ValueError):
            pass

    def of(self, number: int, _: str) -> Flaws:
        return self.sheets[number] if number < len(self.sheets) else Flaws()


def _sheet_flaws(book: bytes, start: int) -> Flaws:
    flaws = Flaws()
    for kind, data in _records(book, start):
        if kind == 0x0208 and len(data) >= 14 and data[12] & 0x20:
            flaws.hidden.add(struct.unpack_from("<H", data)[0])
        elif kind in (0x0205, 0x0006) and len(data) >= 8:
            row, column = struct.unpack_from("<HH", data)
            is_error = data[7] == 1 if kind == 0x0205 else len(data) >= 14 and data[6] == 2 and data[12:14] == b"\xff\xff"
            if is_error:
                flaws.add(row, column, _XLS_ERRORS.get(data[6 if kind == 0x0205 else 8], NOT_COMPUTED))
    return flaws


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream; those of charts inside it are passed over."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == 0x0809) - (kind == 0x000A)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _stream_of(content: bytes) -> bytes:
    """The stream "Workbook" of an OLE file ([MS-CFB]); it is never among the short ones, which lie elsewhere."""
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    fat_count, directory = struct.unpack_from("<I", content, 44)[0], struct.unpack_from("<I", content, 48)[0]
    numbers = list(struct.unpack_from("<109I", content, 76))
    further, more = struct.unpack_from("<II", content, 68)
    for _ in range(min(more, len(content) // sector)):
        block = struct.unpack_from(f"<{sector // 4}I", content, (further + 1) * sector)
        numbers += block[:-1]
        further = block[-1]
    fat: list[int] = []
    for number in numbers[:fat_count]:
        fat += struct.unpack_from(f"<{sector // 4}I", content, (number + 1) * sector)

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < len(fat) and len(parts) <= len(fat):
            parts.append(content[(number + 1) * sector : (number + 2) * sector])
            number = fat[number]
        return b"".join(parts)

    entries = chain(directory)
    for at in range(0, len(entries) - 127, 128):
        name = entries[at : at + struct.unpack_from("<H", entries, at + 64)[0]].decode("utf-16-le", "replace").rstrip("\0")
        if name in ("Workbook", "Book"):
            start, size = struct.unpack_from("<II", entries, at + 116)
            return chain(start)[:size]
    raise ValueError("no workbook")
