"""One reader per file format: from a landing file to sheets of (row number, cell texts), in bounded memory."""

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine

from pipelines.errors import FileRefused

MAX_COLUMNS = 1_000
MAX_UNPACKED = 2 << 30   # a zip bomb stops here
MAX_WHOLE = 512 << 20   # json and workbooks are held whole; csv is not
MAX_LINE = 1 << 20
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """Rows of one table. `ragged`: a row with another number of cells is a broken row (csv)."""

    name: str
    rows: Iterator[Row]
    ragged: bool = False


def open_sheets(path: Path) -> Iterator[Sheet]:
    """The tables of a landing file, told by its suffix.

    Raises FileRefused, possibly only while rows are read.
    """
    name = path.name.lower()
    if path.stat().st_size == 0:
        raise FileRefused("文件为空：请重新导出后再报")
    if name.endswith((".csv", ".csv.gz")):
        yield Sheet("", _checked(_csv_rows(path)), ragged=True)
    elif name.endswith((".json", ".json.gz")):
        yield Sheet("", _checked(_json_rows(path)))
    elif name.endswith((".xls", ".xlsx")):
        yield from _workbook(path)
    else:
        raise FileRefused(f"不认识的文件类型“{path.suffix}”：请用 csv、json、xls 或 xlsx")


def _checked(rows: Iterator[Row]) -> Iterator[Row]:
    for row_no, cells in rows:
        if len(cells) > MAX_COLUMNS:
            raise FileRefused(f"第 {row_no} 行有 {len(cells)} 列，超过 {MAX_COLUMNS} 列：请删去空列或核对分隔符")
        yield row_no, cells


class _Counted(io.RawIOBase):
    """A byte stream that stops when more than `limit` came out of it."""

    def __init__(self, stream: gzip.GzipFile | io.FileIO, limit: int) -> None:
        self.stream, self.left, self.limit = stream, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self.stream.read(len(buffer))
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise FileRefused("gz 压缩包已损坏或未传完：请重新压缩后再报") from error
        self.left -= len(block)
        if self.left < 0:
            raise FileRefused(f"解压后超过 {self.limit >> 20} MB：请拆分，或改用 csv 后再报")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.stream.close()
        super().close()


def _bytes(path: Path, limit: int = MAX_UNPACKED) -> io.BufferedReader:
    packed = path.name.lower().endswith(".gz")
    return io.BufferedReader(_Counted(gzip.GzipFile(path) if packed else io.FileIO(path), limit), 1 << 18)


def _encoding(path: Path) -> str:
    """UTF-8 unless most of its Chinese lines are not; single broken lines stay in and are quarantined one by one."""
    chinese = not_utf8 = not_gb = 0
    with _bytes(path) as stream:
        if stream.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        for line in iter(lambda: stream.readline(MAX_LINE), b""):
            if len(line) == MAX_LINE or b"\0" in line:
                raise FileRefused("内容不是文本表格（含二进制数据或超长行）：请另存为 csv 后再报")
            if line.isascii():
                continue
            chinese += 1
            if not _decodes(line, "utf-8"):
                not_utf8 += 1
                not_gb += not _decodes(line, "gb18030")
    if not_utf8 * 2 <= chinese:
        return "utf-8-sig"
    if not_gb * 2 > not_utf8:
        raise FileRefused("文字编码认不出，既非 UTF-8 也非 GB18030：请以 UTF-8 另存后再报")
    return "gb18030"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    with io.TextIOWrapper(_bytes(path), encoding, errors="replace", newline="") as lines:   # � marks a broken line
        first = next((line for line in lines if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    with io.TextIOWrapper(_bytes(path), encoding, errors="replace", newline="") as lines:
        yield from enumerate(_records(lines, delimiter), 1)


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Records of a csv. A stray quote swallows following lines: such a record is taken apart again, so none is lost."""
    held: list[str] = []
    widths: Counter[int] = Counter()

    def fed() -> Iterator[str]:
        for line in lines:
            held.append(line)
            yield line

    reader = csv.reader(fed(), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:   # a field beyond the limit: a quote was never closed
            cells, reader = [], csv.reader(fed(), delimiter=delimiter)
        if len(held) > 1 and widths and len(cells) != widths.most_common(1)[0][0]:
            yield from (next(csv.reader([line], delimiter=delimiter), []) for line in held)
        else:
            widths[len(cells)] += len(held) == 1
            yield cells
        held.clear()


def _json_rows(path: Path) -> Iterator[Row]:
    with _bytes(path, MAX_WHOLE) as stream:
        content = stream.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    try:
        data = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"不是完整的 JSON（{error}）：请重新导出后再报") from error
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise FileRefused("JSON 里没有唯一的记录列表：请报一个对象列表，或只含一个列表的对象")
    header = list(dict.fromkeys(key for record in data for key in record))
    yield 0, header
    for row_no, record in enumerate(data, 1):
        yield row_no, [_json_text(record.get(key)) for key in header]


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def _workbook(path: Path) -> Iterator[Sheet]:
    if path.stat().st_size > MAX_WHOLE:
        raise FileRefused(f"工作簿超过 {MAX_WHOLE >> 20} MB：请拆分，或改用 csv 后再报")
    content = path.read_bytes()
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused("工作簿设有打开密码：请取消密码后再报")
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                    raise FileRefused(f"解压后超过 {MAX_UNPACKED >> 20} MB：请拆分，或改用 csv 后再报")
        book = python_calamine.load_workbook(io.BytesIO(content))
        for name in book.sheet_names:
            yield Sheet(name, _checked(_sheet_rows(book.get_sheet_by_name(name))))
    except python_calamine.PasswordError as error:
        raise FileRefused("工作簿设有打开密码：请取消密码后再报") from error
    except (python_calamine.CalamineError, zipfile.BadZipFile) as error:
        raise FileRefused(f"工作簿已损坏或只是改了后缀（{error}）：请用 Excel 另存后再报") from error


def _sheet_rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for cells in rows[top : bottom + 1]:   # a range may reach beyond the used cells
            cells[left : right + 1] = [rows[top][left] for _ in cells[left : right + 1]]
    for row_no, cells in enumerate(rows, 1):
        yield row_no, [_cell_text(cell) for cell in cells]


def _cell_text(value: object) -> str:
    """A workbook cell as the person sees it; a number too long for Excel shows that digits are lost."""
    if isinstance(value, float):
        return f"{value:.5E}" if abs(value) >= 1e15 else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
