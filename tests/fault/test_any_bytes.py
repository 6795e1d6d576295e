"""Whatever the bytes, taking a file in never raises, and every row of it is accounted for."""

import gzip
import io
import json
from functools import cache

import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import ingest

ROWS = [
    ["企业名称", "统一社会信用代码", "注册日期", "注册资金"],
    ["无锡甲有限公司", "91320214136320978L", "2024-01-01", "1万"],
    ["无锡乙“软件”有限公司", "无", "45292", '1,000(万元人民币)"'],
    ["合计", "", "", "2"],
]
SIGNS = st.sampled_from([*'"\n\r,\t\0\ufeff\ufffd甲{}[]:\\1.-', "企业名称,", "\n\n", "合计"])


@cache
def good(form: str) -> bytes:
    """A good file of each format."""
    text = "".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\n" for row in ROWS)
    content = io.BytesIO()
    if form == "xlsx":
        with xlsxwriter.Workbook(content) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate(ROWS):
                sheet.write_row(at, 0, row)
    elif form == "xls":
        old = xlwt.Workbook(encoding="utf-8")
        sheet = old.add_sheet("表")
        for at, row in enumerate(ROWS):
            for place, cell in enumerate(row):
                sheet.write(at, place, cell)
        old.save(content)
    elif form == "json":
        content.write(json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]], ensure_ascii=False).encode())
    else:
        content.write(gzip.compress(text.encode(), mtime=0) if form == "csv.gz" else text.encode())
    return content.getvalue()


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """Takes one file in and holds what must hold of any."""
    home = tmp_path_factory.mktemp("bytes")
    place = Settings(home=home, landing=home / "landing")
    folder = place.landing / "registrations"
    folder.mkdir(parents=True)
    contracts = {"registrations": load_contracts()["registrations"]}

    def checked(form: str, content: bytes) -> None:
        path = folder / f"a-2024-07-01.{form}"
        path.write_bytes(content)
        (record,) = ingest(place, lambda _: None).records
        rows = [*(place.raw / "registrations").glob("[!_]*.parquet"), *(place.raw / "_quarantine").glob("[!_]*.parquet")]
        stored = [len(set(pq.read_table(file).column("row_no").to_pylist())) for file in rows]
        for file in [path, *rows, *(place.raw / "_files").iterdir()]:
            file.unlink()
        assert record.status in ("loaded", "refused")
        assert record.rows_read == record.rows_loaded + record.rows_skipped + record.rows_quarantined
        assert sum(stored) == record.rows_loaded + record.rows_quarantined
        assert "读取时出错" not in record.message, "a reason nobody foresaw"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.sources.ingest.load_contracts", lambda **_: contracts)
        yield checked


some = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@some
@given(content=st.binary(min_size=1, max_size=300), form=st.sampled_from(["csv", "json", "csv.gz"]))
def test_random_bytes_are_refused_or_quarantined(check, content, form):
    check(form, content)


@some
@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), SIGNS), min_size=1, max_size=6), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_a_csv_with_signs_put_in_and_taken_out_is_accounted_for(check, cuts, encoding):
    text = good("csv").decode()
    for at, gone, sign in cuts:
        place = int(at * len(text))
        text = text[:place] + sign + text[place + gone :]
    check("csv", text.encode(encoding))


@pytest.mark.parametrize("form", ["csv", "json", "csv.gz", "xls", "xlsx"])
def test_a_good_file_with_some_bytes_changed_is_accounted_for(check, form):
    @settings(some, max_examples=12)
    @given(changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4), kept=st.floats(0.5, 1))
    def changed(changes, kept):
        content = bytearray(good(form))
        for at, byte in changes:
            content[int(at * len(content))] = byte
        check(form, bytes(content[: int(kept * len(content)) + 1]))

    changed()
