"""The corpus of nasty files: a small builder for each, what it is in one sentence, and what must become of it."""

import gzip
import io
import json
import os
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

HEADER = ["企业名称", "统一社会信用代码", "注册日期", "注册资金"]
CODE = "91320214136320978L"
SECRET = "无锡机密有限公司"   # stands only in files outside the landing folder
META = "list: cmmi\nlevel: national\nissuer: x\ndocument: x\npublished_on: 2024-06-01\nstage: 公布\nround: 1\n"


@dataclass(frozen=True)
class Nasty:
    """One file: its sentence, its name, how it is made, and its end: refused, quarantined, loaded or told, and why."""

    says: str
    name: str
    make: Callable[[Path], Any]
    end: str
    told: str = ""
    loaded: int = 0
    source: str = "registrations"
    sidecar: Callable[[Path], Any] | None = None

    @property
    def source_file(self) -> str:
        """Where it lies under the landing folder."""
        return f"{self.source}/{self.name}"


def lay(landing: Path) -> None:
    """Make the whole corpus under a landing folder, with one good file that must go on."""
    folder = landing / "registrations"
    folder.mkdir(parents=True)
    (folder / "good-2024-07-01.csv").write_bytes(table(row("好")))
    outside = landing.parent / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(table([SECRET, "无", "2024-01-01", "1万"]))
    (outside / "meta.yaml").write_text(META)
    for case in CORPUS:
        path = landing / case.source_file
        path.parent.mkdir(exist_ok=True)
        content = case.make(path)
        if isinstance(content, bytes):
            path.write_bytes(content)
        if case.sidecar and isinstance(said := case.sidecar(path), bytes):
            path.with_name(f"{case.name}.meta.yaml").write_bytes(said)


def row(word: str) -> list[str]:
    return [f"无锡{word}有限公司", "无", "2024-01-01", "1万"]


def table(*rows: list[str], encoding: str = "utf-8", header: list[str] | None = None) -> bytes:
    return "".join(",".join(cells) + "\n" for cells in [header or HEADER, *rows]).encode(encoding)


def records(*rows: list[str], **more: Any) -> bytes:
    return json.dumps([dict(zip(HEADER, cells, strict=True)) | more for cells in rows], ensure_ascii=False).encode()


def book(fill: Callable[[Any, Any], object]) -> bytes:
    """An xlsx with the header in its first sheet, and what `fill` does with book and sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEADER)
        fill(made, sheet)
    return content.getvalue()


def old_book(fill: Callable[[Any], object]) -> bytes:
    made = xlwt.Workbook(encoding="utf-8")
    sheet = made.add_sheet("表")
    for place, cell in enumerate(HEADER):
        sheet.write(0, place, cell)
    fill(sheet)
    made.save(content := io.BytesIO())
    return content.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook with its parts changed, and parts that do not belong there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.namelist():
            made.writestr(part, change(part, given.read(part)))
        for part, data in (extra or {}).items():
            made.writestr(part, data)
    return packed.getvalue()


def one_row(word: str) -> bytes:
    return book(lambda _, sheet: sheet.write_row(1, 0, row(word)))


def in_sheet(word: str, old: bytes, new: bytes) -> bytes:
    """A good workbook with words of its sheet replaced."""
    return repacked(one_row(word), lambda part, data: data.replace(old, new) if "sheet1.xml" in part else data)


def in_strings(word: str, doctype: bytes, cell: bytes) -> bytes:
    """A good workbook whose shared strings declare entities and use one in the name."""

    def change(part: str, data: bytes) -> bytes:
        if "sharedStrings" not in part:
            return data
        return data.replace(b"<sst", doctype + b"<sst", 1).replace(f"无锡{word}有限公司".encode(), cell)

    return repacked(one_row(word), change)


def huge_part(head: bytes, block: bytes, count: int, tail: bytes) -> bytes:
    """A workbook whose sheet unpacks to `count` times `block`: made a block at a time, so that only its reader swells."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(one_row("压"))) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for part in given.namelist():
            if "sheet1.xml" not in part:
                made.writestr(part, given.read(part))
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for data in (head, *[block] * count, tail):
                sheet.write(data)
    return packed.getvalue()


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
) + b"]>"


def bomb_gz(line: bytes, count: int, head: bytes = b"") -> bytes:
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=1) as packed:
        packed.write(head)
        for _ in range(count // 10_000):
            packed.write(line * 10_000)
    return content.getvalue()


def corner_xls(column: int) -> bytes:
    """An old workbook with a number in the last row and, by a changed record, in any column."""
    content = old_book(lambda sheet: sheet.write(65_535, 255, 1.5))
    number = struct.pack("<HHHH", 0x0203, 14, 65_535, 255)
    changed = content.replace(number, struct.pack("<HHHH", 0x0203, 14, 65_535, column))
    rk = struct.pack("<HHHH", 0x027E, 10, 65_535, 255)
    return changed.replace(rk, struct.pack("<HHHH", 0x027E, 10, 65_535, column))


def sized(content: bytes, size: int) -> bytes:
    """A zip whose directory declares another unpacked size for every part."""
    changed, at = bytearray(content), 0
    while (at := changed.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<I", changed, at + 24, size)
        at += 46
    return bytes(changed)


def macros(_: Path) -> bytes:
    """A workbook with a macro project and an automatic start, as an xlsm renamed to xlsx is."""
    return repacked(
        one_row("宏"),
        lambda part, data: data.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml") if "Types" in part else data,
        {"xl/vbaProject.bin": bytes.fromhex("D0CF11E0A1B11AE1") + b"Auto_Open Shell touch EXECUTED"},
    )


def hidden(made: Any, sheet: Any) -> None:
    sheet.write_row(1, 0, row("明"))
    secret = made.add_worksheet("旧表")
    secret.write_row(0, 0, HEADER)
    secret.write_row(1, 0, row("藏"))
    secret.hide()


def only_hidden(made: Any, sheet: Any) -> None:
    made.add_worksheet("封面").activate()
    sheet.write_row(1, 0, row("藏二"))
    sheet.very_hidden()


def merged(word: str, count: int) -> Callable[[Path], bytes]:
    """A sheet with `count` merged ranges of nearly every cell there is, and some rows below."""
    below = b'</sheetData>', b'<row r="9999"><c r="A9999"><v>1</v></c></row></sheetData>'
    ranges = b"<mergeCells>" + b'<mergeCell ref="A3:XFD1048576"/>' * count + b"</mergeCells>"
    return lambda _: in_sheet(word, below[0], below[1] + ranges)


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(path.parent / target)


def linked_pipe(path: Path) -> None:
    os.mkfifo(path.with_name(".pipe"))
    path.symlink_to(path.with_name(".pipe"))


def named(word: str) -> Callable[[Path], bytes]:
    return lambda _: table(row(word))


def csv_of(*rows: list[str], **how: Any) -> Callable[[Path], bytes]:
    return lambda _: table(*rows, **how)


def broken(column: int, text: str) -> Callable[[Path], bytes]:
    """A good row and one with a bad cell."""
    cells = row("坏")
    cells[column] = text
    return lambda path: table(row(f"良{path.stem}"), cells)


def raw(content: bytes) -> Callable[[Path], bytes]:
    return lambda _: content


def encrypted(_: Path) -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


def uncomputed(_: Path) -> bytes:
    return in_sheet("式", b'<c r="C2" t="s"><v>6</v></c>', b'<c r="C2"><f>TODAY()</f></c>')


def errors(made: Any, sheet: Any) -> None:
    for at, (code, cell) in enumerate((("#REF!", "1万"), ("无", "#DIV/0!"), ("无", "#N/A")), 1):
        sheet.write_row(at, 0, [f"无锡错{at}有限公司", "", "2024-01-01"])
        for place, text in ((1, code), (3, cell)):
            if text.startswith("#"):
                sheet.write_formula(at, place, "=1/0", value=text)
            else:
                sheet.write(at, place, text)


def twice_as_wide(different: bool) -> Callable[[Path], bytes]:
    other = "无锡另有限公司" if different else "无锡并栏有限公司"
    return csv_of(["无锡并栏有限公司", *row("并栏")[1:], other], header=[*HEADER, "企业名称"])


def mixed(main: str, other: str) -> Callable[[Path], bytes]:
    lines = [table(row(f"混{main}{n}"), encoding=main) for n in range(5)]
    body = b"".join(line.split(b"\n", 1)[1] for line in lines)
    return raw(table(encoding=main) + body + ",".join(row("无锡")).encode(other) + b"\n")


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


FAR = "远处的单元格"
CORPUS = [
    # workbooks that want memory or time without end
    Nasty("a cell at the far corner of an xlsx sheet", "corner.xlsx", lambda _: in_sheet("角", b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'), "refused", FAR),
    Nasty("a cell in the last column of an xlsx sheet", "far-column.xlsx", lambda _: in_sheet("列", b"</sheetData>", b'<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>'), "refused", "超过 1000 列"),
    Nasty("a cell in the last row of an xlsx sheet", "far-row.xlsx", lambda _: in_sheet("行", b"</sheetData>", b'<row r="1048576"><c r="A1048576" t="str"><v>\xe6\xb3\xa8\xef\xbc\x9a</v></c></row></sheetData>'), "loaded", loaded=1),
    Nasty("a cell at the far corner of an xls sheet", "corner.xls", lambda _: corner_xls(255), "refused", FAR),
    Nasty("a cell of an xls sheet in a column that no program can make", "beyond.xls", lambda _: corner_xls(65_535), "refused", FAR),
    Nasty("a merged range of every cell there is", "merged.xlsx", merged("并", 1), "loaded", loaded=1),
    Nasty("twenty thousand merged ranges over each other", "merges.xlsx", merged("群", 20_000), "refused", "互相重叠"),
    Nasty("a sheet of 10,000 columns", "wide.xlsx", lambda _: book(lambda _, sheet: sheet.write_row(1, 0, ["x"] * 10_000)), "refused", "超过 1000 列"),
    Nasty("a zip bomb in one cell", "bomb-cell.xlsx", lambda _: huge_part(SHEET + b'<row r="1"><c r="A1" t="str"><v>', b"a" * (1 << 20), 600, b"</v></c></row></sheetData></worksheet>"), "refused", FAR),
    Nasty("a zip bomb of cells", "bomb-cells.xlsx", lambda _: huge_part(SHEET, b'<row>' + b"<c><v>1</v></c>" * 900 + b"</row>", 20_000, b"</sheetData></worksheet>"), "refused", FAR),
    Nasty("a zip bomb of nothing", "bomb-blank.xlsx", lambda _: huge_part(SHEET, b" " * (1 << 20), 600, b"</sheetData></worksheet>"), "refused", FAR),
    Nasty("parts that declare two gigabytes", "declared.xlsx", lambda _: sized(one_row("宣"), 2**31 - 1), "loaded", loaded=1),
    Nasty("a billion laughs in the shared strings", "laughs.xlsx", lambda _: in_strings("笑", LAUGHS, b"&a11;"), "refused", ""),
    Nasty("an entity that names a file", "entity.xlsx", lambda path: in_strings("外", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file://%s">]>' % str(path.parent.parent.parent / "outside" / "secret.csv").encode(), b"&e;"), "refused", ""),
    # workbooks that are not what they seem
    Nasty("an xls that was renamed xlsx", "renamed.xlsx", lambda _: old_book(lambda sheet: [sheet.write(1, n, cell) for n, cell in enumerate(row("旧"))]), "loaded", loaded=1),
    Nasty("an xlsx that was renamed xls", "renamed.xls", lambda _: one_row("新"), "loaded", loaded=1),
    Nasty("a web page that was renamed xls", "page.xls", raw("<html><table><tr><td>企业名称</td></tr></table></html>".encode()), "refused", "只是改了后缀"),
    Nasty("a csv that was renamed xlsx", "csv.xlsx", csv_of(row("文")), "refused", "只是改了后缀"),
    Nasty("a program that was renamed xlsx", "program.xlsx", raw(b"MZ\x90" + noise(9_000)), "refused", "只是改了后缀"),
    Nasty("a workbook cut off in the middle", "cut.xlsx", lambda _: one_row("断")[:3000], "refused", "已损坏"),
    Nasty("an old workbook cut off in the middle", "cut.xls", lambda _: old_book(lambda sheet: sheet.write(1, 0, "甲" * 9000))[:3000], "refused", "已损坏"),
    Nasty("a workbook with a password", "password.xlsx", encrypted, "refused", "请取消密码"),
    Nasty("a workbook with macros that start by themselves", "macros.xlsx", macros, "loaded", loaded=1),
    Nasty("a workbook that says it has macros", "macros.xlsm", macros, "refused", "不认识的文件类型"),
    Nasty("a workbook with parts that climb out of it", "climbing.xlsx", lambda _: repacked(one_row("爬"), lambda _, data: data, {"../../../../tmp/EXECUTED": b"x", "/etc/EXECUTED": b"x"}), "loaded", loaded=1),
    Nasty("a workbook whose sheet lies elsewhere", "elsewhere.xlsx", lambda _: repacked(one_row("处"), lambda part, data: data.replace(b"worksheets/sheet1.xml", b"../../../outside/secret.csv") if "workbook.xml.rels" in part else data), "refused", "已损坏"),
    Nasty("a hidden sheet beside the one that is seen", "hidden.xlsx", lambda _: book(hidden), "loaded", "隐藏", 1),
    Nasty("a workbook whose only table is hidden", "all-hidden.xlsx", lambda _: book(only_hidden), "refused", "取消隐藏"),
    Nasty("error cells, of which only #N/A means nothing", "errors.xlsx", lambda _: book(errors), "quarantined", "公式错误", 2),
    Nasty("a formula that was never computed", "formula.xlsx", uncomputed, "quarantined", "公式错误"),
    Nasty("a workbook without any table", "blank.xlsx", lambda _: repacked(one_row("白"), lambda part, data: SHEET + b"</sheetData></worksheet>" if "sheet1.xml" in part else data), "refused", "没有任何行"),
    Nasty("a code that a number has eaten", "eaten.xlsx", lambda _: book(lambda _, sheet: sheet.write_row(1, 0, ["无锡丁有限公司", 913202001359170199, "2024-01-01", ""])), "quarantined", "末位数字已丢失"),
    # packed and plain text
    Nasty("a gz bomb of good lines", "bomb.csv.gz", lambda _: bomb_gz(",".join(row("炸")).encode() + b"\n", 2_000_000, table()), "refused", "解压后超过"),
    Nasty("a gz bomb of empty lines", "lines.csv.gz", lambda _: bomb_gz(b"\n", 20_000_000, table()), "refused", "解压后超过"),
    Nasty("a gz bomb in one line", "line.csv.gz", lambda _: bomb_gz(b"x" * 1000, 100_000), "refused", "超长行"),
    Nasty("a gz cut off in the middle", "cut.csv.gz", lambda _: gzip.compress(table(*[row(f"断{n}") for n in range(999)]))[:-20], "refused", "未传完"),
    Nasty("a gz whose content was changed on the way", "changed.csv.gz", lambda _: gzip.compress(table(row("变")), mtime=0)[:-8] + bytes(8), "refused", "gz 压缩包已损坏"),
    Nasty("something else that was called gz", "plain.csv.gz", raw(b"not gzip at all"), "refused", "gz 压缩包已损坏"),
    Nasty("an empty file", "empty.csv", raw(b""), "refused", "文件为空"),
    Nasty("a file of a byte-order mark", "mark.csv", raw(b"\xef\xbb\xbf"), "refused", ""),
    Nasty("a file of blank lines", "blank.csv", raw(b"\n" * 99), "refused", "没有认出表头"),
    Nasty("a file of random bytes", "noise.csv", raw(noise(100_000)), "refused", ""),
    Nasty("NUL bytes inside a row", "nul.csv", raw(table(row("空")).replace("空".encode(), b"\0")), "refused", "二进制"),
    Nasty("a line of 10 MB", "long.csv", lambda _: table(["甲" * 3_400_000, "无", "2024-01-01", "1"]), "refused", "超长行"),
    Nasty("UTF-16 with its mark", "utf16.csv", csv_of(row("十六"), encoding="utf-16"), "loaded", loaded=1),
    Nasty("UTF-16 without its mark", "bare16.csv", csv_of(row("裸"), encoding="utf-16-le"), "refused", "二进制"),
    Nasty("a line of 10 MB in UTF-16", "long16.csv", csv_of(["甲" * 5_000_000, "无", "2024-01-01", "1"], encoding="utf-16"), "refused", "超长行"),
    Nasty("10,000 columns of text", "wide.csv", csv_of(["1"] * 10_000, header=[f"列{n}" for n in range(10_000)]), "refused", "超过 1000 列"),
    Nasty("a quote that is never closed", "quote.csv", raw(table(['"无锡引有限公司', "无", "2024-01-01", "1"], *[row(f"引{n}") for n in range(3_000)])), "quarantined", "", 3_000),
    Nasty("a record of line breaks without end", "record.csv", raw(table() + b'"a\n",' * 200_000), "quarantined", ""),
    Nasty("UTF-8 lines pasted into GB18030", "pasted.csv", mixed("gb18030", "utf-8"), "quarantined", "乱码", 5),
    Nasty("a GB18030 line in UTF-8", "mixed.csv", mixed("utf-8", "gb18030"), "quarantined", "乱码", 5),
    Nasty("a header that stands twice over different cells", "twice.csv", twice_as_wide(True), "quarantined", "出现两次而内容不同"),
    Nasty("a header that stands twice over equal cells", "same.csv", twice_as_wide(False), "loaded", loaded=1),
    Nasty("a code in scientific notation", "science.csv", broken(1, "9.13202E+17"), "quarantined", "科学计数法", 1),
    Nasty("a day in 2099", "future.csv", broken(2, "2099-01-01"), "quarantined", "晚于文件收到日", 1),
    Nasty("a day before there were firms", "past.csv", broken(2, "1066-10-14"), "quarantined", "早于1900年", 1),
    Nasty("a script in a name", "script.csv", broken(0, "<script>alert(1)</script>"), "quarantined", "网页代码", 1),
    Nasty("a formula for a name", "dde.csv", broken(0, "=cmd|' /C calc'!A0"), "quarantined", "疑似公式", 1),
    Nasty("an identity number for a code", "identity.csv", broken(1, "11010519491231002X"), "quarantined", "居民身份证号", 1),
    Nasty("a code as long as a book", "code.csv", broken(1, "9" * 5_000), "quarantined", "太长", 1),
    Nasty("zero-width signs in a name and a code", "zero.csv", csv_of(["无锡\u200b零\u200d宽有限公司\ufeff", CODE[:9] + "\u2060" + CODE[9:], "2024-01-01", "1"]), "loaded", loaded=1),
    Nasty("a name that turns the reading direction", "turned.csv", csv_of(["无锡\u202e司公限有\u202c向有限公司", "无", "2024-01-01", "1"]), "loaded", loaded=1),
    Nasty("money below nothing", "negative.csv", csv_of(["S1", "6b.1", "无锡甲有限公司", "2024-01-01", "草稿", "-5"], header=["申报编号", "条款编号", "申报主体", "提交日期", "状态", "申请金额(元)"]), "quarantined", "为负", source="applications"),
    Nasty("a table of another source", "other.csv", csv_of(["900001", "示例"], header=["证券代码", "证券简称"]), "refused", "没有认出表头"),
    Nasty("a file of another kind", "note.pdf", raw(b"%PDF-1.7"), "refused", "不认识的文件类型"),
    # JSON
    Nasty("JSON a hundred thousand lists deep", "deep.json", raw(b"[" * 100_000 + b"]" * 100_000), "refused", "嵌套过深"),
    Nasty("JSON cut off in the middle", "cut.json", raw(records(row("断"))[:-9]), "refused", "不是完整的 JSON"),
    Nasty("JSON of twenty million empty records", "bomb.json.gz", lambda _: bomb_gz(b"{},", 20_000_000, b"["), "refused", ""),
    Nasty("JSON of twenty million lists", "lists.json.gz", lambda _: gzip.compress(b"[" + b"[]," * 20_000_000 + b"[]]", 1), "refused", FAR),
    Nasty("JSON with NaN for a number", "nan.json", raw(records(row("非")).replace('"1万"'.encode(), b"NaN")), "refused", "NaN"),
    Nasty("JSON with Infinity for a number", "infinity.json", raw(records(row("无穷")).replace('"1万"'.encode(), b"-Infinity")), "refused", "Infinity"),
    Nasty("JSON with one key twice", "keys.json", raw(b"[" + records(row("重"))[1:-2] + ', "企业名称": "无锡另有限公司"}]'.encode()), "refused", "出现两次"),
    Nasty("JSON with a number of five thousand digits", "huge.json", raw(records(row("巨")).replace('"无"'.encode(), b"9" * 5_000)), "quarantined", "太长"),
    Nasty("JSON with a structure for a name", "nested.json", raw(records(row("嵌"), 联系人=[{"姓名": "张三"}]).replace('"无锡嵌有限公司"'.encode(), '{"全称": "无锡嵌有限公司"}'.encode())), "quarantined", "嵌套"),
    Nasty("JSON with a structure nobody asked for", "more.json", raw(records(row("余"), 联系人=[{"姓名": "张三"}])), "loaded", loaded=1),
    Nasty("JSON with half a sign", "half.json", raw(records(row("半")).replace("半".encode(), b"\\ud83d")), "quarantined", "乱码"),
    Nasty("JSON with two tables", "two.json", raw(b'{"a": [], "b": []}'), "refused", "唯一的记录列表"),
    Nasty("JSON that is one word", "word.json", raw(b'"x"'), "refused", "唯一的记录列表"),
    Nasty("JSON of 10,000 keys", "wide.json", raw(json.dumps([{str(n): 1 for n in range(10_000)}]).encode()), "refused", "超过 1000 列"),
    Nasty("JSON with one record in another encoding", "mixed.json", raw(records(row("混一"), row("混二"), row("混三")).replace("混二".encode(), "混二".encode("gb18030"))), "quarantined", "乱码", 2),
    Nasty("JSON in UTF-16", "utf16.json", raw(records(row("宽")).decode().encode("utf-16")), "loaded", loaded=1),
    # names, links and things that are no files
    Nasty("a name that climbs like Windows", "x\\..\\..\\windows.csv", named("窗"), "loaded", loaded=1),
    Nasty("a name that climbs when decoded", "%2e%2e%2fpasswd.csv", named("码"), "loaded", loaded=1),
    Nasty("a name that ends a statement", "a'; drop table x; --.csv", named("句"), "loaded", loaded=1),
    Nasty("a name that is a pattern", "*[a-z]?.csv", named("星"), "loaded", loaded=1),
    Nasty("a name that is an option", "-rf.csv", named("横"), "loaded", loaded=1),
    Nasty("a name that is a command", "$(touch EXECUTED).xlsx", lambda _: one_row("令"), "loaded", loaded=1),
    Nasty("a name with a line break", "line\nbreak.csv", named("换"), "loaded", loaded=1),
    Nasty("a name that turns the reading direction", "名单\u202exslx.csv", named("转"), "loaded", loaded=1),
    Nasty("a name as long as a name can be", f"{'长' * 83}.csv", named("长"), "loaded", loaded=1),
    Nasty("a link to a file outside", "link.csv", link("../../outside/secret.csv"), "refused", "收件夹以外"),
    Nasty("a link to a folder outside", "folder", link("../../outside"), "told", "不是文件"),
    Nasty("a link to a device", "device.csv", link("/dev/zero"), "told", "不是文件"),
    Nasty("a link to itself", "loop.csv", link("loop.csv"), "told", "打不开"),
    Nasty("a link to nothing", "nothing.csv", link("gone.csv"), "told", "打不开"),
    Nasty("a pipe that nobody writes to", "pipe.csv", lambda path: os.mkfifo(path), "told", "不是文件"),
    Nasty("a link to a pipe", "pipe-link.csv", linked_pipe, "told", "不是文件"),
    # what a list says of itself
    Nasty("a sidecar that is a link to a file outside", "linked.csv", csv_of(["无锡甲有限公司"], header=["企业名称"]), "refused", "不能是链接", source="recognitions", sidecar=lambda path: path.with_name(f"{path.name}.meta.yaml").symlink_to(path.parent.parent.parent / "outside" / "meta.yaml")),
    Nasty("a sidecar of aliases of aliases", "aliases.csv", csv_of(["无锡乙有限公司"], header=["企业名称"]), "refused", "须是一个值", source="recognitions", sidecar=lambda _: b"list: &a0 [x]\n" + b"".join(b"title: &a%d [%s]\n" % (n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)) + b"issuer: *a8\n"),
    Nasty("a sidecar that calls a function", "calls.csv", csv_of(["无锡丙有限公司"], header=["企业名称"]), "refused", "YAML", source="recognitions", sidecar=raw(b'list: !!python/object/apply:os.system ["touch EXECUTED"]\n')),
    Nasty("a sidecar without end", "endless.csv", csv_of(["无锡丁有限公司"], header=["企业名称"]), "refused", "超过 64 KB", source="recognitions", sidecar=raw(META.encode() + b"# \n" * 1_000_000)),
]
