"""From a landing file to sheets of (row number, cell texts): csv line by line here, what must be held whole in whole.py."""

import csv
import gzip
import io
import json
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Event
from typing import Any

from pipelines.base.errors import FileRefused
from pipelines.sources import whole
from pipelines.sources.whole import MAX_COLUMNS

MAX_UNPACKED = 2 << 30
MAX_RATIO = 50   # a table packs to a tenth; what unpacks to much more
MIN_UNPACKED = 16 << 20   # and to more than this is a bomb
MAX_LINE = 1 << 20
DELIMITED_BY = 100   # lines that tell the delimiter
MAX_LINES = 100   # of one record: beyond, its quote was never closed
NO_TEXT = "内容不是文本表格（含二进制数据或超长行）：请另存为 csv 后再报"
TOO_MUCH = f"读取时内存超过 {whole.MAX_MEMORY >> 20} MB 或时间过长，或内容已损坏：请删去空行空列和远处的单元格，另存或拆分后再报"
UNREADABLE = "\ufffd\ufffd"   # the only cell of a line that is no record
_HAN = re.compile("[\u4e00-\u9fff]")

Row = tuple[int, list[str]]
Range = tuple[int, int, int, int]   # top, left, bottom, right: rows as people count them, columns from 0


@dataclass
class Sheet:
    """Rows of one table. `ragged`: a row with another number of cells is a broken row (csv).

    Hidden rows are not among the rows, only counted; both they and the merged ranges are known once rows are read.
    """

    name: str
    rows: Iterator[Row]
    ragged: bool = False
    is_hidden: bool = False
    is_keyed: bool = False   # the first row is certainly a header: the keys of JSON
    is_1904: bool = False   # serial numbers of days count from 1904
    hidden_rows: int = 0
    merged: list[Range] = field(default_factory=list)


def open_sheets(path: Path) -> Iterator[Sheet]:
    """The tables of a landing file, told by its suffix.

    Raises FileRefused, possibly only while rows are read.
    """
    name = path.name.lower()
    if path.stat().st_size == 0:
        raise FileRefused("文件为空：请重新导出后再报")
    if name.endswith((".csv", ".csv.gz")):
        yield Sheet("", _checked(_csv_rows(path)), ragged=True)
    elif name.endswith((".json", ".json.gz", ".xls", ".xlsx")):
        yield from _whole(path)
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


def _bytes(path: Path) -> io.BufferedReader:
    if not path.name.lower().endswith(".gz"):
        return io.BufferedReader(_Counted(io.FileIO(path), MAX_UNPACKED), 1 << 18)
    limit = min(MAX_UNPACKED, max(MIN_UNPACKED, MAX_RATIO * path.stat().st_size))
    return io.BufferedReader(_Counted(gzip.GzipFile(path), limit), 1 << 18)


def _encoding(path: Path) -> str:
    """UTF-8 unless most of its Chinese lines are not; single broken lines stay in and are quarantined one by one."""
    chinese = not_utf8 = not_gb = 0
    with _bytes(path) as stream:
        if stream.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        for line in iter(lambda: stream.readline(MAX_LINE), b""):
            if len(line) == MAX_LINE or b"\0" in line:
                raise FileRefused(NO_TEXT)
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


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines as text. A � marks what is broken, also a line of UTF-8 pasted into GB18030: it must not become 鏃犻敗."""
    if encoding == "gb18030":
        with _bytes(path) as stream:
            for line in stream:
                pasted = not line.isascii() and _decodes(line, "utf-8") and _HAN.search(line.decode())
                yield "\ufffd\n" if pasted else line.decode("gb18030", "replace")
        return
    with io.TextIOWrapper(_bytes(path), encoding, errors="replace", newline="") as lines:
        if encoding != "utf-16":   # there the bytes have shown already that no line is too long
            yield from lines
        for text in iter(lambda: lines.readline(MAX_LINE), ""):
            if len(text) == MAX_LINE:
                raise FileRefused(NO_TEXT)
            yield text


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    head = list(islice((line for line in _lines(path, encoding) if line.strip()), DELIMITED_BY))
    delimiter = max(",\t;", key=lambda sign: _alike(head, sign))
    yield from enumerate(_records(_lines(path, encoding), delimiter), 1)


def _alike(lines: list[str], sign: str) -> int:
    """How many of a sign stand alike on most lines: a title line has its own commas, or none."""
    counts = Counter(count for line in lines if (count := line.count(sign)))
    return max((count * times for count, times in counts.items()), default=0)


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Records of a csv. A stray quote swallows following lines: such a record is taken apart again, so none is lost. A line that is no
    record (a lone CR, a cell too long) is UNREADABLE.
    """
    held: list[str] = []
    widths: Counter[int] = Counter()

    def fed() -> Iterator[str]:
        for line in lines:
            held.append(line)
            if len(held) > MAX_LINES:
                raise csv.Error
            yield line

    reader = csv.reader(fed(), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:   # a field or record beyond the limit (a quote was never closed), a CR inside a line
            cells, reader = [UNREADABLE], csv.reader(fed(), delimiter=delimiter)
        if len(held) > 1 and (cells == [UNREADABLE] or (widths and len(cells) != widths.most_common(1)[0][0])):
            yield from (_record(line, delimiter) for line in held)
        else:
            widths[len(cells)] += len(held) == 1
            yield cells
        held.clear()


def _record(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [UNREADABLE]


_idle: list[Popen[bytes]] = []   # processes of whole.py that wait for a file
os.register_at_fork(after_in_child=_idle.clear)


def _whole(path: Path) -> Iterator[Sheet]:
    """The tables of a workbook or of JSON, read by whole.py within its limits."""
    process, is_read = _reader(), Event()
    if process.stdin:
        process.stdin.write(json.dumps(str(path.absolute())).encode() + b"\n")
        process.stdin.flush()
    try:
        yield from _tables(_messages(process, is_read))
    finally:
        _idle.append(process) if is_read.is_set() else _end(process)


def _reader() -> Popen[bytes]:
    """A process of whole.py that reads nothing now."""
    while _idle:
        if (process := _idle.pop()).poll() is None:
            return process
        _end(process)
    return Popen([sys.executable, "-P", whole.__file__], stdin=PIPE, stdout=PIPE, stderr=DEVNULL)


def _end(process: Popen[bytes]) -> None:
    process.kill()
    with process:   # closes its pipes and waits
        pass


def _messages(process: Popen[bytes], is_read: Event) -> Iterator[Any]:
    """What it says of a file, each held back until the next: with the last it is told that the file is read."""
    held: list[Any] = []
    for line in process.stdout or ():
        if line == whole.END:
            is_read.set()
            break
        try:
            said = json.loads(line)
        except ValueError:   # blank, or ended amid the line
            continue
        yield from held
        held = [said]
    yield from held


def _tables(messages: Iterator[Any]) -> Iterator[Sheet]:
    for said in messages:
        if "sheet" not in said:
            _raise_if_refused(said)
            return
        sheet = Sheet(said.pop("sheet"), iter(()), **said)
        sheet.rows = _table_rows(messages, sheet)
        yield sheet
    raise FileRefused(TOO_MUCH)


def _table_rows(messages: Iterator[Any], sheet: Sheet) -> Iterator[Row]:
    for said in messages:
        if said is None:
            return
        if isinstance(said, dict):
            _raise_if_refused(said)
            sheet.merged += map(tuple, said["merged"])
        elif said[1] is None:
            sheet.hidden_rows += 1
        else:
            yield said[0], said[1]
    raise FileRefused(TOO_MUCH)


def _raise_if_refused(said: dict[str, Any]) -> None:
    if "refused" in said:
        raise FileRefused(said["refused"])
