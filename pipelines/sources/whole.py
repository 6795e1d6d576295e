"""Workbooks and JSON, which must be held whole, are read in a process of their own: `python whole.py FILE`.

A hostile file can make a reader allocate or loop without end, or abort (one cell at the far corner of a sheet does).
Here that ends this process within its limits and refuses this one file; the build goes on. Standard output is a line
of JSON each: {"sheet", "is_hidden"} begins a table, [row number, cells] is a row, null ends the table, {"refused"} says
why nothing more comes, {} that all came.

Run as a script: imports nothing of ours, and of the libraries only the reader.
"""

import gzip
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine

MAX_MEMORY = 1 << 30   # 200,000 rows of the register need a quarter of it
MAX_ROW = 1 << 20   # characters
MAX_COLUMNS = 1_000
NESTED = "{...}"   # stands for a structure inside a cell: its content is not kept
NOT_COMPUTED = "#NULL!"   # a formula saved without its value
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CELL = re.compile(rb"<c\b([^>]*)>(<f\b[^>]*?(?:/>|>[^<]*</f>))?(?:<v>([^<]*)</v>)?")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_json_of = json.JSONEncoder(ensure_ascii=False).encode   # json.dumps would make an encoder for every row

Message = dict[str, Any] | list[Any] | None


class Refused(Exception):
    """Why the file cannot be read, in Chinese, and what to do."""


def main(path: Path) -> None:
    """Print the tables of a file."""
    _limit(path.stat().st_size)
    name = path.name.lower()
    try:
        for message in _json(path) if name.endswith((".json", ".json.gz")) else _workbook(path):
            _say(message)
        _say({})
    except Refused as error:
        _say({"refused": str(error)})


def _limit(size: int) -> None:
    """What this process may use: the time grows with what was sent, the memory does not; no file may be written."""
    seconds = 10 + (size >> 20)
    for what, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        if sys.platform == "linux" or what != resource.RLIMIT_AS:   # macOS knows no limit of addresses
            resource.setrlimit(what, (most, most))


def _say(message: Message) -> None:
    line = _json_of(message)
    if len(line) > MAX_ROW:
        raise Refused(f"有一行超过 {MAX_ROW >> 10} 千字：请核对后重新导出")
    try:
        sys.stdout.buffer.write(line.encode() + b"\n")
    except UnicodeEncodeError:   # half a sign: the row shows that it is broken
        sys.stdout.buffer.write(_SURROGATE.sub("\ufffd", line).encode() + b"\n")


def _json(path: Path) -> Iterator[Message]:
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            text = _decoded(stream.read())
        # numbers stay as printed: no digit is lost, and none is too long
        data = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_without_twice
        )
    except (OSError, EOFError, zlib.error) as error:
        raise Refused("gz 压缩包已损坏或未传完：请重新压缩后再报") from error
    except RecursionError as error:
        raise Refused("JSON 嵌套过深：请报一个对象列表") from error
    except ValueError as error:
        raise Refused(f"不是完整的 JSON（{error}）：请重新导出后再报") from error
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise Refused("JSON 里没有唯一的记录列表：请报一个对象列表，或只含一个列表的对象")
    header = list(dict.fromkeys(key for record in data for key in record))
    _check_width(len(header))
    yield {"sheet": ""}
    yield [0, header]
    for row_no, record in enumerate(data, 1):
        yield [row_no, [_json_text(record.get(key)) for key in header]]
    yield None


def _decoded(content: bytes) -> str:
    """UTF-8 unless most of what is not ASCII is not; single broken signs stay in and cost only their record."""
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        return content.decode(encoding, "replace")
    text = content.decode(encoding, "replace")
    if (broken := text.count("\ufffd")) and broken * 2 > sum(sign > "\x7f" for sign in text):
        return content.decode("gb18030", "replace")
    return text


def _no_number(word: str) -> None:
    raise Refused(f"JSON 里有 {word}，它不是数：请改为 null 后再报")


def _without_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"JSON 的一条记录里“{twice[:20]}”出现两次：请每条记录每键只写一次")
    return record


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return NESTED if isinstance(value, dict | list) else str(value)


def _workbook(path: Path) -> Iterator[Message]:
    content = path.read_bytes()
    packed = content.startswith(b"PK")
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("工作簿设有打开密码：请取消密码后再报")
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))   # told by its content, whatever its suffix
        del content
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:   # charts, macros
                continue
            yield {"sheet": meta.name, "is_hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible}
            flaws = _flaws(path, meta.name) if packed else {}
            yield from _rows(book.get_sheet_by_name(meta.name), flaws)
            yield None
    except python_calamine.PasswordError as error:
        raise Refused("工作簿设有打开密码：请取消密码后再报") from error
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
        raise Refused(f"工作簿已损坏或只是改了后缀（{error}）：请用 Excel 另存后再报") from error


def _rows(sheet: python_calamine.CalamineSheet, flaws: dict[int, dict[int, str]]) -> Iterator[Message]:
    """The rows from the first on, each cell of a merged range holding its value; a blank row has no cells."""
    if sheet.start is None or sheet.end is None:
        return
    left, width = sheet.start[1], sheet.end[1] + 1
    _check_width(width)
    spans = sorted(sheet.merged_cell_ranges or [], reverse=True)   # the next to begin stands last
    open_spans: list[tuple[int, int, int, str]] = []   # bottom, left and right, value
    blank = [""] * (width - left)
    for row_no, values in enumerate(sheet.iter_rows(), 1):
        at = row_no - 1
        if values == blank and at not in flaws and not open_spans and not (spans and spans[-1][0][0] <= at):
            yield [row_no, []]   # a stray cell in the last row leaves a million of these before it
            continue
        cells = [""] * left + [_cell_text(value) for value in values]
        for place, said in flaws.get(at, {}).items():
            if place < width:
                cells[place] = said
        while spans and spans[-1][0][0] <= at:
            (_, first), (bottom, last) = spans.pop()
            if first < width:
                open_spans.append((bottom, first, min(last + 1, width), cells[first]))
        open_spans = [span for span in open_spans if span[0] >= at]
        if len(open_spans) > width:
            raise Refused("合并的单元格互相重叠：请用 Excel 另存后再报")
        for _, first, last, value in open_spans:
            cells[first:last] = [value] * (last - first)
        yield [row_no, cells if any(cells) else []]


def _check_width(width: int) -> None:
    if width > MAX_COLUMNS:
        raise Refused(f"表有 {width} 列，超过 {MAX_COLUMNS} 列：请删去空列后再报")


def _flaws(path: Path, name: str) -> dict[int, dict[int, str]]:
    """Cells of an xlsx sheet, by row and column, that the reader takes for blank: errors, formulas never computed."""
    flaws: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(path) as package:
        if not (part := _part_of(package, name)):
            return {}
        with package.open(part) as stream:
            rest = b""
            for block in iter(lambda: stream.read(1 << 20), b""):
                text = rest + block
                end = text.rfind(b"</c>") + 4 if b"</c>" in text else 0
                text, rest = text[:end], text[end:][-MAX_ROW:]
                if b't="e"' not in text and b"<f" not in text:
                    continue
                for attributes, formula, value in _CELL.findall(text):
                    error = b't="e"' in attributes
                    lacks = formula and not value and b't="str"' not in attributes
                    if (error or lacks) and (place := _PLACE.search(attributes)):
                        column = 0
                        for sign in place[1]:
                            column = column * 26 + sign - 64
                        said = value.decode("ascii", "replace") if error else NOT_COMPUTED
                        flaws.setdefault(int(place[2]) - 1, {})[column - 1] = said
    return flaws


def _part_of(package: zipfile.ZipFile, name: str) -> str | None:
    """Where in an xlsx the sheet of that name lies."""
    try:
        targets = {one.get("Id"): one.get("Target", "") for one in _elements(package, "xl/_rels/workbook.xml.rels")}
        for one in _elements(package, "xl/workbook.xml"):
            if one.tag.endswith("}sheet") and one.get("name") == name:
                target = next(targets[value] for key, value in one.items() if key.endswith("}id"))
                return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    except (KeyError, StopIteration, ElementTree.ParseError):   # xlsb, or dressed in a way of its own
        pass
    return None


def _elements(package: zipfile.ZipFile, part: str) -> Iterable[ElementTree.Element]:
    return ElementTree.fromstring(package.read(part)).iter()   # noqa: S314 (bounded by expat and by our limits)


def _cell_text(value: object) -> str:
    """A workbook cell as the person sees it; a number too long for Excel shows that digits are lost."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.5E}" if abs(value) >= 1e15 else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
