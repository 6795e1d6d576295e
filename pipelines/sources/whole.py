"""Workbooks and JSON, which must be held whole, are each read in a process of its own: a fork of `python whole.py`.

A hostile file can make a reader allocate or loop without end, or abort (one cell at the far corner of a sheet does).
Here that ends its process within its limits and refuses this one file; the build goes on. Standard input names files,
a line of JSON each; for each, standard output is END and before it a line of JSON each: {"sheet", "is_hidden", "is_1904", "is_keyed"} begins a table, {"merged"} names ranges of its cells as top, left, bottom,
right (rows as people count them, columns from 0), [row number, cells] is a row, cells null where it is hidden, null ends
the table, {"refused"} says why nothing more comes, {} that all came.

Run as a script: of ours only flaws.py, of the libraries only the reader.
"""

import gzip
import io
import json
import os
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine

from pipelines.sources.flaws import Flaws, XlsFlaws, XlsxFlaws

MAX_MEMORY = 1 << 30   # 200,000 rows of the register need a quarter of it
MAX_ROW = 1 << 20   # characters
MAX_COLUMNS = 1_000
MAX_DEPTH = 5   # of structures in a JSON record
MAX_RANGES = 10_000   # in one message
END = b"end\n"
NESTED = "{...}"   # stands for a structure inside a cell: its content is not kept
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PERSON = re.compile(r"联系|法定|法人|代表|负责|经办|contact|person|legal|user", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_json_of = json.JSONEncoder(ensure_ascii=False).encode   # json.dumps would make an encoder for every row

Message = dict[str, Any] | list[Any] | None


class Refused(Exception):
    """Why the file cannot be read, in Chinese, and what to do."""


def serve() -> None:
    """Read the files that standard input names. To fork costs a hundredth of what it costs to start and load the libraries."""
    for line in sys.stdin.buffer:
        if (reader := os.fork()) == 0:
            try:
                main(Path(json.loads(line)))
                sys.stdout.buffer.flush()
            finally:
                os._exit(0)
        os.waitpid(reader, 0)
        sys.stdout.buffer.write(b"\n" + END)   # it may have ended amid a line
        sys.stdout.buffer.flush()


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
    found = dict(_record_lists(data, ""))
    if len(found) != 1:
        where = f"，有 {'、'.join(path[:40] for path in [*found][:9])}" if found else ""
        raise Refused(f"JSON 里没有唯一的记录列表{where}：请报一个对象列表，或只含一个列表的对象")
    records = next(iter(found.values()))
    header = dict[str, None]()
    for record in records:
        header.update(dict.fromkeys(path for path, _ in _leaves(record, "")))
        _check_width(len(header))
    yield {"sheet": "", "is_keyed": True}
    yield [0, _shortened([*header])]
    for row_no, record in enumerate(records, 1):
        said = dict(_leaves(record, ""))
        yield [row_no, [_json_text(said.get(path)) for path in header]]
    yield None


def _record_lists(data: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each list of records with its path; no list inside a record."""
    if isinstance(data, list) and all(isinstance(record, dict) for record in data):
        yield path, data
    elif isinstance(data, dict) and depth < MAX_DEPTH:
        for key, value in data.items():
            yield from _record_lists(value, f"{path}.{key}".lstrip("."), depth + 1)


def _leaves(record: dict[str, Any], path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Each value of a record with its dotted path; a structure stands there too, so that it is no blank."""
    for key, value in record.items():
        yield f"{path}{key}", value
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from _leaves(value, f"{path}{key}.", depth + 1)


def _shortened(paths: list[str]) -> list[str]:
    """The last word of each path where no other has it and it is not a person's: name, not contact.name."""
    last = [path.rpartition(".")[2] for path in paths]
    return [
        word if last.count(word) == 1 and not _PERSON.search(path) else path for word, path in zip(last, paths, strict=True)
    ]


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
        flaws = XlsxFlaws(zipfile.ZipFile(path)) if packed else XlsFlaws(content)
        del content
        tables = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]   # no charts
        for number, meta in enumerate(tables):
            is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
            yield {"sheet": meta.name, "is_hidden": is_hidden, "is_1904": flaws.is_1904}
            yield from _rows(book.get_sheet_by_name(meta.name), flaws.of(number, meta.name))
            yield None
    except python_calamine.PasswordError as error:
        raise Refused("工作簿设有打开密码：请取消密码后再报") from error
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
        raise Refused(f"工作簿已损坏或只是改了后缀（{error}）：请用 Excel 另存后再报") from error


def _rows(sheet: python_calamine.CalamineSheet, flaws: Flaws) -> Iterator[Message]:
    """The rows from the first on, each cell of a merged range holding its value; a blank row has no cells."""
    if sheet.start is None or sheet.end is None:
        return
    left, width = sheet.start[1], sheet.end[1] + 1
    _check_width(width)
    ranges = [(top + 1, first, bottom + 1, last) for (top, first), (bottom, last) in sheet.merged_cell_ranges or []]
    for at in range(0, len(ranges), MAX_RANGES):
        yield {"merged": ranges[at : at + MAX_RANGES]}
    spans = sorted(sheet.merged_cell_ranges or [], reverse=True)   # the next to begin stands last
    open_spans: list[tuple[int, int, int, str]] = []   # bottom, left and right, value
    blank = [""] * (width - left)
    for row_no, values in enumerate(sheet.iter_rows(), 1):
        at = row_no - 1
        is_hidden = at in flaws.hidden
        if values == blank and at not in flaws.cells and not is_hidden and not open_spans and not (spans and spans[-1][0][0] <= at):
            yield [row_no, []]   # a stray cell in the last row leaves a million of these before it
            continue
        cells = [""] * left + [_cell_text(value) for value in values]
        for place, said in flaws.cells.get(at, {}).items():
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
        yield [row_no, None if is_hidden and any(cells) else cells if any(cells) else []]


def _check_width(width: int) -> None:
    if width > MAX_COLUMNS:
        raise Refused(f"表有 {width} 列，超过 {MAX_COLUMNS} 列：请删去空列后再报")


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
    serve()
