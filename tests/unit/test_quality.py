"""Expectations: made from the contracts and by hand, bounded, and failing rows are found again in their file."""

from pathlib import Path

import duckdb
import pytest

from pipelines.base.errors import BuildError, ContractError
from pipelines.quality import checks, suites
from pipelines.quality.history import accept, accepted, stale_sources
from pipelines.quality.result import CheckResult
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import ingest

HEADER = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"
ROWS = [
    "P1,A1,2024-05-01,100,市\n",
    "P2,A2,2024-05-01,200000000,市\n",  # over a hundred million
    "P1,A1,2024-05-01,100,市\n",  # row 2 again
    "P3,A3,2024-05-02,-50,区\n",
]


@pytest.fixture
def payments(tmp_path: Path) -> Settings:
    settings = Settings.load(tmp_path)
    folder = settings.landing / "payments"
    folder.mkdir(parents=True)
    (folder / "payments_2024-05-31.csv").write_text(HEADER + "".join(ROWS), encoding="utf-8")
    ingest(settings, progress=lambda _: None)
    return settings


def _check(settings: Settings) -> dict[str, CheckResult]:
    with duckdb.connect() as con:
        relation = f"read_parquet('{settings.raw}/payments/*.parquet', union_by_name = true)"
        return {result.check_id: result for result in checks.run_checks("raw", con, {"payments": relation})}


def test_what_a_contract_says_becomes_a_check_of_each_kind() -> None:
    found = suites.suites("raw")
    assert set(found) == set(load_contracts())
    ids = {check["id"]: check["expect"] for suite in found.values() for check in suite.checks}
    assert ids["payments_payment_no_present"] == "ExpectColumnValuesToNotBeNull"
    assert ids["payments_amount_yuan_type"] == "ExpectColumnValuesToBeInTypeList"
    assert ids["payments_paid_on_range"] == "ExpectColumnPairValuesAToBeGreaterThanB"
    assert ids["recognitions_level_choice"] == "ExpectColumnValuesToBeInSet"
    assert ids["registrations_enterprise_code_check_digit"] == "ExpectColumnValuesToNotBeInSet"
    assert all(f"{source}_key" in ids for source in found)
    assert "registrations_enterprise_code_present" not in ids  # a firm exists without its code


def test_a_check_that_stands_twice_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = "raw: {}\nmart:\n  a: {rows: [x], checks: [{id: one}, {id: one}]}\n"
    (tmp_path / "expectations.yaml").write_text(twice, encoding="utf-8")
    monkeypatch.setattr(suites, "SUITES", tmp_path / "expectations.yaml")
    suites.suites.cache_clear()
    with pytest.raises(ContractError, match="one"):
        suites.suites("mart")
    suites.suites.cache_clear()


def test_failing_rows_are_kept_with_file_row_column_and_value(payments: Settings) -> None:
    found = _check(payments)
    assert all(result.is_success for result in found.values() if result.severity == "error")
    size = found["payments_size"]
    assert (size.is_success, size.unexpected_count) == (False, 1)
    assert size.failure_rows() == [{
        "check_id": "payments_size", "table_name": "payments", "source_file": "payments/payments_2024-05-31.csv",
        "sheet": "", "row_no": 3, "row_key": None, "column_name": "amount_yuan", "value_seen": "200000000.0",
    }]  # fmt: skip
    assert [row["row_no"] for row in found["payments_key"].failure_rows()] == [2, 4]


def test_a_large_table_is_sampled_but_keys_that_stand_twice_are_all_seen(
    payments: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [f"P{number},A{number},2024-05-01,100,市\n" for number in range(10, 70)]
    landing = payments.landing / "payments" / "payments_2024-05-31.csv"
    landing.write_text(HEADER + "".join([*ROWS, *more]), encoding="utf-8")
    ingest(payments, progress=lambda _: None)
    monkeypatch.setattr(checks, "LIMIT", 20)
    found = _check(payments)
    assert found["payments_key"].row_count < 40
    assert found["payments_key"].unexpected_count == 2


def test_a_source_is_stale_after_its_rhythm_and_one_that_never_came_is_not(payments: Settings) -> None:
    from datetime import date

    records = ingest(payments, progress=lambda _: None).records
    contracts = load_contracts()
    assert stale_sources(records, contracts, date(2024, 6, 3)) == {}
    assert stale_sources(records, contracts, date(2024, 6, 4)) == {"payments": date(2024, 5, 31)}


def test_only_a_loaded_file_can_be_let_stand(payments: Settings) -> None:
    with pytest.raises(BuildError, match="no loaded file"):
        accept(payments, "payments/none.csv", "x", "主任")
    accept(payments, "payments/payments_2024-05-31.csv", "确认过", "主任")
    assert len(accepted(payments)) == 1
