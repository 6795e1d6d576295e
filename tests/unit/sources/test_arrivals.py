"""Arrivals: whatever order files come in and whatever they are called, the rows in force are those of one clean delivery."""

import os
from datetime import date, datetime, timedelta

import duckdb
import pytest

from pipelines.base.errors import BuildError
from pipelines.settings import PROJECT, Settings
from pipelines.sources.archive import link_known, records_known
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import ingest, withdraw
from pipelines.sources.landing import CHINA
from pipelines.sources.replaced import replaced_rows

HEADER = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"
JUNE = HEADER + "P1,S1,2024-06-25,100,市\nP2,S2,2024-06-26,200,区\n"
JULY = HEADER + "P3,S3,2024-07-25,300,市\n"


@pytest.fixture
def city(tmp_path):
    return City(Settings(home=tmp_path, landing=tmp_path / "landing"))


class City:
    """A landing folder for payments, and what became of it."""

    def __init__(self, settings):
        self.settings = settings

    def put(self, name, content, source="payments"):
        path = self.settings.landing / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def take_in(self):
        self.report = ingest(self.settings, lambda _: None)
        return {record.source_file.split("/")[1]: record for record in self.report.records}

    def payments(self, raw=None):
        files = (raw or self.settings.raw) / "payments" / "*.parquet"
        rows = duckdb.sql(f"select payment_no, amount_yuan, received_on from read_parquet('{files}') order by 1, 3")
        return [(number, int(yuan), str(day)) for number, yuan, day in rows.fetchall()]

    def replaced(self, source="payments"):
        query = replaced_rows(load_contracts()[source], f"{self.settings.raw}/{source}/*.parquet")
        names = "row_key, source_file, row_no, replaced_by_file, replaced_by_row_no, is_same_file"
        return duckdb.sql(f"select {names} from ({query}) order by all").fetchall()


CLEAN = [("P1", 100, "2024-06-30"), ("P2", 200, "2024-06-30"), ("P3", 300, "2024-07-31")]


@pytest.mark.parametrize(
    "deliveries",
    [
        [{"a_2024-06-30.csv": JUNE, "b_2024-07-31.csv": JULY}],
        [{"b_2024-07-31.csv": JULY}, {"a_2024-06-30.csv": JUNE}],
        [{"b_2024-07-31.csv": JULY, "copy_2024-09-01.csv": JUNE}, {"a_2024-06-30.csv": JUNE}],
        [{"a_2024-06-30.csv": JUNE, "b_2024-07-31.csv": JULY}, {"copy_2024-09-01.csv": JUNE, "0_2024-07-31.csv": JUNE}],
        [{"misdated_2024-01-01.csv": JUNE}, {"a_2024-06-30.csv": JUNE, "b_2024-07-31.csv": JULY}],
        [{"a_2024-06-30.csv": JUNE, "b_2024-07-31.csv": JULY}, {"misdated_2024-01-01.csv": JUNE}],
        [{"a_2024-06-30.csv": JUNE.replace("100", "1")}, {"b_2024-07-31.csv": JULY, "a_2024-06-30.csv": JUNE}],
        [{"a_2024-06-30.csv": HEADER.replace("金额", "钱") + "P1,S1,2024-06-25,100,市\n"}, {"a_2024-06-30.csv": JUNE, "b_2024-07-31.csv": JULY}],
    ],
    ids=["clean", "late", "renamed first", "twice and renamed", "misdated first", "misdated later", "corrected", "mended"],
)  # fmt: skip
def test_however_the_files_come_the_rows_are_those_of_one_clean_delivery(city, deliveries):
    for delivery in deliveries:
        for name, content in delivery.items():
            city.put(name, content)
        city.take_in()
    assert city.payments() == CLEAN
    city.take_in()
    assert (city.report.new_count, city.payments()) == (0, CLEAN)


def test_old_content_sent_again_under_another_name_does_not_undo_its_correction(city):
    city.put("a_2024-06-30.csv", JUNE.replace("100", "1"))
    city.take_in()
    city.put("a_2024-06-30.csv", JUNE)
    city.take_in()
    city.put("again_2024-08-01.csv", JUNE.replace("100", "1"))
    assert city.take_in()["again_2024-08-01.csv"].status == "duplicate"
    assert city.payments() == CLEAN[:2]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("拨付_20241231.csv", "2024-12-31"), ("拨付2024年10月31日.csv", "2024-10-31"), ("2024.12.31拨付.csv", "2024-12-31"),
        ("拨付_2024_1_5.csv", "2024-01-05"), ("拨付_2024-10.csv", "2024-10-31"), ("2024年2月拨付.csv", "2024-02-29"),
        ("拨付_2024-12-31 (1).csv", "2024-12-31"), ("拨付 20241231(2).csv", "2024-12-31"), ("文号20240001_2024-12-31.csv", "2024-12-31"),
    ],
)  # fmt: skip
def test_the_day_in_a_file_name_is_read_in_every_way_it_is_written(city, name, day):
    city.put(name, JUNE)
    assert city.take_in()[name].received_on == day


@pytest.mark.parametrize(
    ("first", "second"),
    [("台账_9月.csv", "台账_10月.csv"), ("a_2024-06-30.csv", "a_2024-06-30 (1).csv"), ("a_20240630_v2.csv", "a_20240630_v10.csv"), ("2024.6.30第9次.csv", "2024.6.30第10次.csv"), ("x/a_2024-06-30.csv", "b/a_2024-06-30.csv")],
)
def test_of_two_files_of_one_day_the_later_name_counts_and_the_tie_is_told(city, first, second):
    for at, (name, content) in enumerate([(second, JUNE.replace("100", "101")), (first, JUNE)]):
        path = city.put(name, content)
        moment = datetime(2024, 7, 1, 12 - at, tzinfo=CHINA).timestamp()   # of one name in two folders the time of change decides
        os.utime(path, (moment, moment))
    city.take_in()
    assert city.replaced() == [("P1 city", f"payments/{first}", 2, f"payments/{second}", 2, False)]
    (record,) = [record for record in city.report.records if record.source_file == f"payments/{second}"]
    assert f"与同日的 payments/{first} 有 1 个主键内容不同（如 P1 city）" in record.message
    assert sum("与同日的" in warning for warning in city.report.warnings) == 1
    city.take_in()
    assert city.report.new_count == 0


def test_a_row_said_anew_by_a_later_file_stays_on_record_with_what_replaced_it(city):
    city.put("a_2024-06-30.csv", JUNE)
    city.put("b_2024-07-31.csv", HEADER + "P2,S2,2024-06-26,200,区\nP1,S1,2024-06-25,101,市\n")
    city.take_in()
    assert city.replaced() == [("P1 city", "payments/a_2024-06-30.csv", 2, "payments/b_2024-07-31.csv", 3, False)]


def test_one_key_said_twice_in_a_file_is_told_with_both_rows_and_the_counts_add_up(city):
    rows = "项目编号,项目名称,承担企业,项目类别\nX1,甲,甲公司,开源\nX2,乙,乙公司,开源\nX1,丙,甲公司,开源\nX2,乙,乙公司,开源\n"
    city.put("a_2024-06-30.csv", rows, "projects")
    record = city.take_in()["a_2024-06-30.csv"]
    assert "有 1 行，以后出现的为准（如第 2 行由第 4 行取代）" in record.message
    assert any(record.message in warning for warning in city.report.warnings)
    assert (record.rows_read, record.rows_loaded) == (4, 4)
    assert city.replaced("projects") == [("X1", "projects/a_2024-06-30.csv", 2, "projects/a_2024-06-30.csv", 4, True)]


def test_lines_of_one_order_add_and_the_file_says_so(city):
    """Nothing is replaced within the file; copies of a line are told, a later file replaces the order's lines."""
    city.put("a_2024-06-30.csv", JUNE + "P1,S1,2024-06-25,999,市\nP2,S2,2024-06-26,200,区\n")
    message = city.take_in()["a_2024-06-30.csv"].message
    assert "分列多行的有 2 项共 4 行，金额已相加（如第 2 行）" in message
    assert "1 项有各列完全相同的行，也已相加（如第 3 行）" in message
    assert city.replaced() == []
    city.put("b_2024-07-31.csv", HEADER + "P1,S1,2024-06-25,5,市\n")
    city.take_in()
    assert [(row, by, by_row) for _, _, row, by, by_row, _ in city.replaced()] == [
        (2, "payments/b_2024-07-31.csv", 2), (4, "payments/b_2024-07-31.csv", 2),
    ]  # fmt: skip


def test_a_rent_not_filled_in_on_one_of_two_lines_is_told_as_unknown(city):
    head = "园区编码,企业名称,入驻日期,租赁面积(平方米),年度,年租金(元)\n"
    city.put("t_2024-12-31.csv", f"{head}W1,甲公司,2024-01-01,10,2024,100\nW1,甲公司,2024-01-01,20,2024,\n", "tenancies")
    assert "其中 1 项有行未填，合计作未知（如第 2 行）" in city.take_in()["t_2024-12-31.csv"].message


def test_a_list_published_anew_leaves_on_record_whom_it_leaves_out(city):
    meta = "list: specialised_sme\nlevel: national\nissuer: 工信部\ndocument: 1号\npublished_on: 2024-06-01\nstage: 公布\nround: 第六批\n"
    for name, rows in (("a_2024-06-30.csv", "企业名称\n甲公司\n乙公司\n"), ("b_2024-07-30.csv", "企业名称\n乙公司\n")):
        city.put(name, rows, "recognitions")
        city.put(f"{name}.meta.yaml", meta, "recognitions")
    city.take_in()
    assert [(file, row, by, by_row) for _, file, row, by, by_row, _ in city.replaced("recognitions")] == [
        ("recognitions/a_2024-06-30.csv", 2, "recognitions/b_2024-07-30.csv", None)
    ]


def test_firms_without_a_code_are_told_apart_by_name_and_day(city):
    rows = "企业名称,统一社会信用代码,注册日期,登记状态\n甲厂,,2001-01-01,在业\n乙厂,,2001-01-01,在业\n甲厂,,2001-01-01,注销\n"
    city.put("r_2024-06-30.csv", rows, "registrations")
    city.take_in()
    assert [(key, row, by) for key, _, row, _, by, _ in city.replaced("registrations")] == [("甲厂 2001-01-01", 2, 4)]


def test_full_and_delta_files_are_told_by_their_names(city):
    row = "企业名称,统一社会信用代码,注册日期\n甲厂,,200{}-01-01\n"
    names = ["企业登记全量_2024-06-30.csv", "企业登记增量_2024-06-30.csv", "reg_FULL_2024-07-31.csv", "reg_2024-08-31.csv"]
    for number, name in enumerate(names):
        city.put(name, row.format(number), "registrations")
    records = city.take_in()
    assert [records[name].delivery for name in names] == ["full", "delta", "full", None]
    city.put("full_2024-06-30.csv", JUNE)
    assert city.take_in()["full_2024-06-30.csv"].delivery is None, "payments know no such kinds"


def test_a_refused_file_that_is_taken_away_or_mended_stays_on_record_as_withdrawn(city):
    bad = city.put("bad_2024-06-30.csv", "")
    city.put("mended_2024-06-30.csv", "")
    assert {record.status for record in city.take_in().values()} == {"refused"}
    bad.unlink()
    city.put("mended_2024-06-30.csv", JUNE)
    city.take_in()
    assert sorted((r.source_file.split("/")[1], r.status) for r in city.report.records) == [
        ("bad_2024-06-30.csv", "withdrawn"), ("mended_2024-06-30.csv", "loaded"), ("mended_2024-06-30.csv", "withdrawn"),
    ]  # fmt: skip
    assert all("文件为空" in r.message for r in city.report.records if r.status == "withdrawn")
    city.put("bad_2024-06-30.csv", "")
    assert city.take_in()["bad_2024-06-30.csv"].status == "refused", "it came back"


def test_a_day_that_has_not_come_is_no_day_of_arrival(city):
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    path = city.put(f"2024-06-30/payments_{tomorrow}.csv", JUNE)
    other = city.put("payments_2099-01-01.csv", JULY + "P4,S4,2998-01-01,400,市\n")
    os.utime(other, (datetime(2024, 8, 1, tzinfo=CHINA).timestamp(),) * 2)
    city.take_in()
    records = {record.source_file.rpartition("/")[2]: record for record in city.report.records}
    assert (records[path.name].received_on, records[other.name].received_on) == ("2024-06-30", "2024-08-01")
    assert "晚于今天" in records[other.name].message
    assert any("晚于今天" in warning for warning in city.report.warnings)
    assert max(day for _, _, day in city.payments()) == "2024-08-01"
    assert records[other.name].rows_quarantined == 1, "a row of a day to come is not taken"


def test_what_a_day_knew_is_what_had_arrived_by_then_even_under_a_path_that_changed_since(city, tmp_path):
    slot = city.put("payments.csv", JUNE.replace("100", "1"))
    os.utime(slot, (datetime(2024, 7, 1, tzinfo=CHINA).timestamp(),) * 2)
    city.put("b_2024-07-31.csv", JULY)
    city.take_in()
    slot.write_text(JUNE, encoding="utf-8")
    os.utime(slot, (datetime(2024, 8, 5, tzinfo=CHINA).timestamp(),) * 2)
    city.take_in()
    link_known(city.settings.raw, tmp_path / "then", date(2024, 7, 15))
    assert city.payments(tmp_path / "then") == [("P1", 1, "2024-07-01"), ("P2", 200, "2024-07-01")]
    assert [record.status for record in records_known(city.settings.raw, date(2024, 7, 15))] == ["loaded"]
    link_known(city.settings.raw, tmp_path / "now")
    assert [row[:2] for row in city.payments(tmp_path / "now")] == [("P1", 100), ("P2", 200), ("P3", 300)]


def test_a_withdrawn_file_counts_no_more_until_it_is_restored_and_stays_on_record(city):
    city.put("a_2024-06-30.csv", JUNE)
    city.put("b_2024-07-31.csv", JULY)
    city.take_in()
    with pytest.raises(BuildError, match="no loaded file"):
        withdraw(city.settings, "payments/c.csv", "x", "主任")
    withdraw(city.settings, "landing/payments/b_2024-07-31.csv", "财政局说发错了", "主任")
    for _ in range(2):   # it still lies in landing
        record = city.take_in()["b_2024-07-31.csv"]
        assert (record.status, record.rows_loaded) == ("withdrawn", 1)
        assert "财政局说发错了（主任，" in record.message
        assert city.payments() == CLEAN[:2]
    again = city.put("again_2024-08-31.csv", JULY)
    assert city.take_in()["again_2024-08-31.csv"].status == "duplicate", "the same content is the same delivery"
    again.unlink()
    assert city.payments() == CLEAN[:2]
    withdraw(city.settings, "payments/b_2024-07-31.csv", "核实无误", "主任", undo=True)
    assert city.take_in()["b_2024-07-31.csv"].status == "loaded"
    assert city.payments() == CLEAN
    with pytest.raises(BuildError, match="no withdrawn file"):
        withdraw(city.settings, "payments/b_2024-07-31.csv", "x", "主任", undo=True)


def test_a_file_withdrawn_before_any_build_has_read_it_never_counts_until_it_is_restored(city):
    city.put("a_2024-06-30.csv", JUNE)
    city.take_in()
    city.put("b_2024-07-31.csv", JULY)
    withdraw(city.settings, "payments/b_2024-07-31.csv", "传错了", "主任")
    assert city.take_in()["b_2024-07-31.csv"].status == "withdrawn"
    assert city.payments() == CLEAN[:2]
    withdraw(city.settings, "payments/b_2024-07-31.csv", "核实无误", "主任", undo=True)
    assert city.take_in()["b_2024-07-31.csv"].status == "loaded"


def test_a_withdrawn_file_of_quarantined_rows_alone_is_restored_too(city):
    city.put("a_2024-06-30.csv", HEADER + "P1,S1,2024-06-25,一百元左右,市\n")
    assert city.take_in()["a_2024-06-30.csv"].rows_loaded == 0
    withdraw(city.settings, "payments/a_2024-06-30.csv", "wrong", "x")
    assert city.take_in()["a_2024-06-30.csv"].status == "withdrawn"
    withdraw(city.settings, "payments/a_2024-06-30.csv", "right", "x", undo=True)
    assert city.take_in()["a_2024-06-30.csv"].status == "loaded"


def test_where_the_wrong_file_came_under_the_path_of_the_right_one_the_right_one_is_back(city, tmp_path):
    city.put("a_2024-06-30.csv", JUNE)
    city.take_in()
    city.put("a_2024-06-30.csv", JULY)
    city.take_in()
    withdraw(city.settings, "payments/a_2024-06-30.csv", "wrong", "x")
    city.take_in()
    link_known(city.settings.raw, tmp_path / "known")
    assert city.payments(tmp_path / "known") == CLEAN[:2]


def test_every_staged_source_is_keyed_as_its_contract_says():
    staging = PROJECT / "dbt_project" / "models" / "staging"
    for source in load_contracts():
        name = "recognition_lines" if source == "recognitions" else source
        if source not in ("registrations", "aliases"):   # who is who is settled before staging
            assert f"keyed_rows('{source}')" in (staging / f"stg_{name}.sql").read_text("utf-8"), source


def test_a_list_may_cancel_or_rename_a_title_and_says_so_in_its_sidecar(city):
    meta = "list: specialised_sme\nlevel: national\nissuer: 工信部\ndocument: 1号\npublished_on: 2024-06-01\nstage: 公布\nround: 第六批\n"
    for name, rows, action in (
        ("cancelled_2024-06-30.csv", "企业名称\n甲公司\n", "撤销"),
        ("renamed_2024-06-30.csv", "序号,原名称,现名称\n1,甲厂,甲公司\n", "rename"),
    ):
        city.put(name, rows, "recognitions")
        city.put(f"{name}.meta.yaml", f"{meta}action: {action}\n", "recognitions")
    assert {record.status for record in city.take_in().values()} == {"loaded"}
    files = city.settings.raw / "recognitions" / "*.parquet"
    rows = duckdb.sql(f"select action, former_name, enterprise_name from read_parquet('{files}') order by 1").fetchall()
    assert rows == [("cancellation", None, "甲公司"), ("rename", "甲厂", "甲公司")]
