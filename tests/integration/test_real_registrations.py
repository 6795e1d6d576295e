"""The real register of Wuxi (not part of the project, ../shared/data): every row is loaded or in quarantine."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.sources.ingest import ingest

REGISTER = Path(__file__).resolve().parents[3] / "shared" / "data" / "registrations"
YEARS = ("1981", "1993", "1998", "2002", "2003")

pytestmark = pytest.mark.skipif(
    not REGISTER.is_dir(), reason=f"the real register may not be copied into the project and is not at {REGISTER}"
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    home = tmp_path_factory.mktemp("wuxi")
    folder = home / "landing" / "registrations"
    folder.mkdir(parents=True)
    (folder / "wuxi-2024-07-01.csv.gz").write_bytes((REGISTER / "wuxi_registrations.csv.gz").read_bytes())
    for form in ("csv", "json", "xls"):
        for year in YEARS:
            sample = (REGISTER / "wuxi_samples" / form / year / f"江苏.{form}").read_bytes()
            (folder / f"{year}-2024-06-01.{form}").write_bytes(sample)
    settings = Settings(home=home, landing=home / "landing")
    records = {Path(r.source_file).name: r for r in ingest(settings, progress=lambda _: None).records}

    def ask(sql):
        return duckdb.sql(
            f"with loaded as (from read_parquet('{settings.raw}/registrations/*.parquet')), "
            f"refused as (from read_parquet('{settings.raw}/_quarantine/*.parquet')) {sql}"
        ).fetchall()

    return records, ask


def test_all_13208_rows_are_loaded_or_in_quarantine(register):
    record = register[0]["wuxi-2024-07-01.csv.gz"]
    assert record.rows_read == 13_208 == record.rows_loaded + record.rows_skipped + record.rows_quarantined
    assert (record.rows_loaded, record.rows_quarantined) == (13_204, 4)


def test_exactly_the_broken_block_is_in_quarantine_and_none_of_its_content(register):
    _, ask = register
    rows = ask("select row_no, value_seen, reason from refused where source_file like '%wuxi-%' order by row_no")
    assert [row_no for row_no, _, _ in rows] == [11_710, 11_711, 11_712, 12_101]
    assert [seen for _, seen, _ in rows] == [None] * 4
    assert ["乱码" in reason for _, _, reason in rows] == [True, True, True, False]
    assert "错位" in rows[3][2]


def test_every_capital_is_yuan_or_says_why_not(register):
    rows = register[1](
        "select registered_capital_yuan, registered_capital_note from loaded where source_file like '%wuxi-%'"
    )
    assert all((yuan is None) != (note is None) for yuan, note in rows)
    said = Counter(re.sub(r"[\d,.]+", "", note) if note else "yuan" for _, note in rows)
    assert said == {
        "yuan": 11_501,
        "登记为，视为未载明": 1_096,
        "外币未折算：万美元": 396,
        "未填写": 177,
        "外币未折算：万日元": 12,
        "币种未载明：万": 12,
        "外币未折算：万欧元": 5,
        "外币未折算：万港元": 5,
    }


def test_firms_without_an_18_digit_code_are_kept(register):
    rows = register[1](
        "select enterprise_code_status, count(*) from loaded where source_file like '%wuxi-%' group by all order by all"
    )
    assert rows == [("legacy", 522), ("valid", 12_682)]


@pytest.mark.parametrize("year", YEARS)
def test_csv_json_and_xls_of_a_year_give_the_same_firms(register, year):
    records, ask = register
    for form in ("csv", "json", "xls"):
        record = records[f"{year}-2024-06-01.{form}"]
        assert record.status == "loaded"
        assert record.rows_read == record.rows_loaded + record.rows_quarantined
    columns = "enterprise_name, enterprise_code, registered_on, registered_capital_yuan, registered_capital_note"
    firms = {
        form: set(ask(f"select distinct {columns} from loaded where source_file like '%/{year}-%.{form}'"))
        for form in ("csv", "json", "xls")
    }
    assert firms["csv"] == firms["json"]
    assert {firm[:3] for firm in firms["xls"]} == {firm[:3] for firm in firms["csv"]}


def test_the_broken_rows_are_found_in_every_format(register):
    records, _ = register
    found = {name: record.rows_quarantined for name, record in records.items() if record.rows_quarantined}
    forms = ("csv", "json", "xls")
    assert found == {
        "wuxi-2024-07-01.csv.gz": 4,
        **{f"2002-2024-06-01.{form}": 3 for form in forms},
        **{f"2003-2024-06-01.{form}": 1 for form in forms},
    }
