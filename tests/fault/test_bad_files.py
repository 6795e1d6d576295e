"""Bad files: each is refused or its rows quarantined, with where and what to do; the others go on."""

import gzip
import io
import os

import duckdb
import pytest
import xlsxwriter

from pipelines.settings import Settings
from pipelines.sources import readers
from pipelines.sources.ingest import ingest

HEADER = "企业名称,统一社会信用代码,注册日期,注册资金"
GOOD = f"{HEADER}\n无锡好有限公司,91320214136320978L,1979-01-24,400万人民币\n"


@pytest.fixture
def arrive(tmp_path):
    """Put one bad file beside a good one; gives its record, its quarantine, and the report."""
    settings = Settings(home=tmp_path, landing=tmp_path / "landing")
    folder = settings.landing / "registrations"
    folder.mkdir(parents=True)
    (folder / "good-2024-07-01.csv").write_text(GOOD, "utf-8")

    def arrived(name, content):
        path = folder / name
        path.symlink_to(content) if hasattr(content, "is_file") else path.write_bytes(content)
        report = ingest(settings, progress=lambda _: None)
        records = {record.source_file.split("/")[1]: record for record in report.records}
        assert records["good-2024-07-01.csv"].rows_loaded == 1, "the others go on"
        record = records[name]
        assert record.rows_read == record.rows_loaded + record.rows_skipped + record.rows_quarantined
        if record.status == "refused":
            assert any(name in warning and record.message in warning for warning in report.warnings)
        files = settings.raw / "_quarantine" / "*.parquet"
        found = duckdb.sql(f"select * from read_parquet('{files}') order by row_no").to_arrow_table().to_pylist()
        return record, found

    return arrived


def encrypted():
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "a.csv",
            "企业名称,注册日期,联系人\n甲,2024-01-01,张三\n".encode(),
            "缺少必需的列 统一社会信用代码；第 1 行的表头是 企业名称、注册日期、联系人",
        ),
        ("b.csv", "张三,13812345678\n李四,13912345678\n".encode(), "没有认出表头"),
        ("c.csv", b"", "文件为空"),
        ("d.csv", b"\xef\xbb\xbf\n\n", "没有认出表头"),
        ("e.csv", b"\x00\x01\x02" * 100, "内容不是文本表格"),
        ("f.csv", b"\xff\xff\xff,\xff\xff\n" * 100, "编码"),
        ("g.csv", b"x" * (readers.MAX_LINE + 1), "超长行"),
        ("h.csv.gz", gzip.compress(GOOD.encode() * 50)[:-20], "gz 压缩包已损坏"),
        ("i.csv.gz", b"not gzip at all", "gz 压缩包已损坏"),
        ("j.xlsx", b"PK\x03\x04" + bytes(50), "工作簿已损坏"),
        ("k.xlsx", encrypted(), "打开密码"),
        ("l.xls", b"<html><table><tr><td>x</td></tr></table></html>", "只是改了后缀"),
        ("m.json", b'[{"name": "a"', "不是完整的 JSON"),
        ("n.json", b'{"a": [], "b": []}', "唯一的记录列表"),
        ("o.pdf", b"%PDF-1.7", "不认识的文件类型"),
        ("p.csv", (",".join(["列"] * 1001) + "\n").encode(), "超过 1000 列"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_where_and_what_to_do(arrive, name, content, told):
    record, quarantine = arrive(name, content)
    assert record.status == "refused"
    assert told in record.message
    assert "：请" in record.message, "the message says what to do"
    assert "张三" not in record.message
    assert "138" not in record.message
    assert quarantine == []


def test_a_link_out_of_the_landing_folder_is_not_even_opened(arrive, tmp_path):
    (tmp_path / "secret.csv").write_text(GOOD, "utf-8")
    record, _ = arrive("link.csv", tmp_path / "secret.csv")
    assert (record.status, "链接" in record.message) == ("refused", True)


def test_a_refused_file_that_was_mended_is_read(arrive):
    assert arrive("a-2024-07-01.csv", b"")[0].status == "refused"
    assert arrive("a-2024-07-01.csv", GOOD.replace("好", "改").encode())[0].status == "loaded"


def test_a_sheet_of_200_columns_is_fine_when_the_required_ones_are_there(arrive):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*(f"附加{n}" for n in range(196)), *HEADER.split(",")])
        sheet.write_row(1, 196, ["无锡宽有限公司", "91320214136320978L", "1979-01-24", "5()"])
    record, _ = arrive("wide-2024-07-01.xlsx", content.getvalue())
    assert (record.status, record.rows_loaded) == ("loaded", 1)


@pytest.mark.parametrize(
    ("row", "column", "seen", "told"),
    [
        ("无锡甲有限公司,9.13202E+17,2024-01-01,1", "enterprise_code", "9.13202E+17", "设为文本格式"),
        ("无锡甲有限公司,无,2099-01-01,1", "registered_on", "2099-01-01", "晚于文件收到日 2024-07-01"),
        ("<script>x</script>,无,2024-01-01,1", "enterprise_name", "<script>x</script>", "请改为证照上的全称"),
        (",无,2024-01-01,1", "enterprise_name", "", "请补填"),
        ("无锡甲有限公司,13812345678,2024-01-01,1", "enterprise_code", "[手机号]", "不得作为企业代码"),
        ("无锡甲有限公司,无,张三 13812345678,1", "registered_on", "张三 [手机号]", "不是日期"),
        ("无锡甲有限公司,无,2024-01-01", None, None, "本行有 3 列，表头有 4 列"),
        ("无锡甲有限公司,无,2024-01-01,1,张三", None, None, "本行有 5 列，表头有 4 列"),
        ("无锡\ufffd\ufffd公司,张三,2024-01-01,1", None, None, "乱码"),
    ],
)
def test_a_bad_row_is_quarantined_with_file_row_reason_and_what_to_do(arrive, row, column, seen, told):
    record, (found,) = arrive("bad-2024-07-01.csv", f"{GOOD}{row}\n".replace("好", "丙").encode())
    assert (record.rows_loaded, record.rows_quarantined) == (1, 1)
    assert (found["source_file"], found["row_no"]) == ("registrations/bad-2024-07-01.csv", 3)
    assert (found["column_name"], found["value_seen"]) == (column, seen)
    assert told in found["reason"]
    assert "：请" in found["reason"]


def test_a_row_shows_all_its_reasons(arrive):
    record, found = arrive("bad-2024-07-01.csv", f"{HEADER}\n<b>,1.5E+17,昨天,1\n".encode())
    assert (record.rows_quarantined, {row["column_name"] for row in found}) == (
        1,
        {"enterprise_name", "enterprise_code", "registered_on"},
    )


def test_a_code_stored_as_a_number_has_lost_its_digits(arrive):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["无锡丁有限公司", 913202001359170199, "1979-01-24", ""])
    _, (found,) = arrive("number-2024-07-01.xlsx", content.getvalue())
    assert "末位数字已丢失" in found["reason"]


def test_single_broken_lines_of_a_utf8_file_cost_only_themselves(arrive):
    lines = [f"无锡第{n}有限公司,无,2024-01-01,1万\n".encode() for n in range(9)]
    lines[4] = "无锡坏有限公司,无,2024-01-01,1万\n".encode("gb18030")
    record, (found,) = arrive("mixed-2024-07-01.csv", (HEADER + "\n").encode() + b"".join(lines))
    assert (record.rows_loaded, found["row_no"]) == (8, 6)


def test_a_stray_quote_swallows_no_rows(arrive):
    rows = ["甲,无,2024-01-01,1", '"乙,无,2024-01-01,1', '丙,无,2024-01-01,"1,000万"', "丁,无,2024-01-01,1"]
    record, (found,) = arrive("quote-2024-07-01.csv", "\n".join([HEADER, *rows, ""]).encode())
    assert (record.rows_read, record.rows_loaded, found["row_no"]) == (4, 3, 3)


def test_a_quote_never_closed_in_a_long_file_swallows_no_rows(arrive):
    rows = [f"无锡第{n}有限公司,无,2024-01-01,1" for n in range(9_000)]
    rows[10] = '"' + rows[10]
    record, (found,) = arrive("quote-2024-07-01.csv", "\n".join([HEADER, *rows, ""]).encode())
    assert (record.rows_read, record.rows_loaded, found["row_no"]) == (9_000, 8_999, 12)


def test_a_list_without_its_sidecar_is_refused_until_it_comes(tmp_path):
    settings = Settings(home=tmp_path, landing=tmp_path / "landing")
    folder = settings.landing / "recognitions"
    folder.mkdir(parents=True)
    (folder / "list-2024-07-01.csv").write_text("企业名称\n无锡甲有限公司\n", "utf-8")
    sidecar = folder / "list-2024-07-01.csv.meta.yaml"
    meta = "list: cmmi\nlevel: national\nissuer: x\ndocument: x\npublished_on: 2024-06-01\nstage: 公布\n"
    for text, told in (
        (None, "缺少说明文件 list-2024-07-01.csv.meta.yaml"),
        ("- a\n", "键: 值"),
        ("a: [\n", "YAML"),
        (meta, "round：必填项空缺"),
        (meta + "round: 1\ngrade: 3\n", "不认识的键 grade"),
        (meta.replace("cmmi", "cmm") + "round: 1\n", "list：不在可选项内"),
        (meta.replace("2024-06-01", "2024-08-01") + "round: 1\n", "published_on：日期晚于"),
    ):
        if text:
            sidecar.write_text(text, "utf-8")
        *before, record = ingest(settings, progress=lambda _: None).records
        assert (record.status, told in record.message) == ("refused", True), record.message
    sidecar.write_text(meta + "round: 1\n", "utf-8")
    *before, record = ingest(settings, progress=lambda _: None).records
    assert (record.status, record.rows_loaded) == ("loaded", 1)
    assert {old.status for old in before} == {"withdrawn"}, "each refusal stays on record"


def test_a_file_name_that_is_not_utf8_is_refused_and_the_others_go_on(tmp_path):
    folder = tmp_path / "landing" / "registrations"
    folder.mkdir(parents=True)
    content = "企业名称,统一社会信用代码,注册日期\n无锡示范有限公司,,2020-01-01\n".encode()
    (folder / "good.csv").write_bytes(content)
    name = os.fsdecode("企业登记.csv".encode("gb18030"))   # as a Chinese Windows archive unpacks it
    (folder / name).write_bytes(content)
    report = ingest(Settings(home=tmp_path, landing=tmp_path / "landing"), lambda _: None)
    assert {(record.source_file, record.status) for record in report.records} == {
        ("registrations/good.csv", "loaded"), ("registrations/企业登记.csv", "refused"),
    }
