"""Files that never came: the pages say so, and of nobody that he did not apply."""

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import ask, html_of, sign_in

from dashboard.app import create_app


@pytest.fixture(scope="module")
def pages_without(published: Path, accounts_file: Path, tmp_path_factory: pytest.TempPathFactory):
    """Pages, as an operator reads them, of the small city before any application came, or any payment."""

    def open_pages(unknown: str, came: str):
        folder = tmp_path_factory.mktemp("unreceived") / "published"
        shutil.copytree(published, folder)
        with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip() / "marts.duckdb")) as con:
            con.execute(f"update fct_claim set {unknown}")
            con.execute(f"update mart_month_end set {came}")
            con.execute("delete from mart_outreach where not (select bool_and(is_applied is not null) from fct_claim)")
        client = create_app(folder, accounts_file).test_client()
        sign_in(client, "opa")
        return lambda path, search="": html_of(ask(client, path, search).get_json())

    return open_pages


def test_without_applications_the_list_of_those_to_call_says_that_none_came(pages_without):
    page = pages_without("is_applied = null, is_paid = null, is_outreach = null", "have_applications = false, have_payments = false")
    outreach = page("/outreach")
    assert "state-outreach_unknown" in outreach
    assert "符合条件的事项都已申报" not in outreach
    for text in (outreach, page("/"), page("/measures")):
        assert "strip-unreceived" in text
        assert "尚未收到申报数据" in text


def test_without_payments_only_the_payout_is_unknown(pages_without):
    page = pages_without("is_paid = null", "have_payments = false")
    assert "尚未收到拨付数据" in page("/")
    assert "state-outreach_unknown" not in page("/outreach")


def test_a_city_whose_events_no_file_told_of_has_no_counts_and_no_rates(published: Path, accounts_file: Path, tmp_path: Path):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip() / "marts.duckdb")) as con:
        con.execute("update mart_city_kpi set count_status = 'unknown'")
        con.execute("delete from mart_kind_uptake")
        con.execute("update dim_clause set count_status = 'unknown'")
    client = create_app(folder, accounts_file).test_client()
    sign_in(client, "ana")
    overview, measures = (html_of(ask(client, path).get_json()) for path in ("/", "/measures"))
    assert "符合条件、兑现与应享未享均" in overview
    assert "0/0" not in overview
    assert "change-basis" not in overview
    assert "尚不可知 条" in measures
    districts = client.get("/export/district_uptake.csv").get_data(as_text=True).splitlines()
    assert all(line.count("尚不可知") > 8 for line in districts if line.startswith("3202"))


def test_where_all_came_nothing_is_said(pages_without):
    assert "strip-unreceived" not in pages_without("is_paid = is_paid", "have_payments = have_payments")("/")


def test_of_no_claims_nobody_knows_what_is_paid_before_the_first_payment_file(pages_without):
    page = pages_without("is_paid = null, paid_yuan = null", "have_payments = false")
    said = page("/records", "?outcome=needs_review&clause=1a")
    assert "0 项</Strong>" in said
    assert "已拨付 尚不可知 项" in said
