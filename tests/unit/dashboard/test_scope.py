"""An operator sees their own park and nothing of another: the scope itself (test_walk.py asks for everything)."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from conftest import ask
from small_base import PARKS, contract

from dashboard.access import scope
from dashboard.questions import QUESTIONS

OWN, OTHER = "P001", "P002"


def firm_of(published: Path, park: str) -> str:
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        return db.execute(
            "select enterprise_id from dim_enterprise where park_id = ? and claim_count > 2 order by 1", [park]
        ).fetchone()[0]


def test_another_parks_page_and_firm_look_like_ones_that_do_not_exist(signed_in, published):
    client = signed_in("opa")
    for path in (f"/parks/{OTHER}", f"/firms/{firm_of(published, OTHER)}", "/parks/P999", "/firms/91320200MA1X99999Q"):
        assert "state-not_found" in ask(client, path).get_data(as_text=True)


def test_an_operator_sees_their_own_park_and_an_analyst_sees_all(signed_in):
    own = signed_in("opa").get("/export/park_list.csv").get_data(as_text=True)
    assert PARKS[OWN][0] in own
    assert all(
        name in signed_in("ana").get("/export/park_list.csv").get_data(as_text=True) for name, _ in PARKS.values()
    )


@pytest.mark.parametrize("table", ["park_measures", "measure_uptake", "measures_uptake"])
def test_an_operator_sees_the_measures_of_their_park_as_an_analyst_does(signed_in, table):
    own, all_of_it = (signed_in(name).get(f"/export/{table}.json?park={OWN}").get_json()["rows"] for name in ("opa", "ana"))
    assert own == all_of_it != []


def test_two_operators_share_no_cached_answer(signed_in):
    a, b = signed_in("opa"), signed_in("opb")
    first, second = (json.dumps(ask(client, "/parks").get_json(), ensure_ascii=False) for client in (a, b))
    assert PARKS[OWN][0] in first
    assert PARKS[OWN][0] not in second


def test_city_wide_tables_are_empty_for_operators_and_so_is_every_table_not_listed(published):
    database = published / "20260101-test" / "marts.duckdb"
    connection = scope.connect(database, (OWN,))
    for name in set(contract()) - set(scope.OPERATOR_VIEWS):
        assert connection.execute(f'select count(*) from "{name}"').fetchone()[0] == 0, name
    parks = connection.execute("select distinct park_id from fct_claim union select park_id from dim_park").fetchall()
    assert parks == [(OWN,)]


def test_no_table_of_an_operator_names_another_park(published):
    database = published / "20260101-test" / "marts.duckdb"
    city, mine = scope.connect(database, None), scope.connect(database, (OWN,))
    narrowed = set()
    for name in sorted(set(contract()) & set(scope.OPERATOR_VIEWS)):   # the others are of a comparison (test_compare.py)
        for column in {"park", "park_id"} & {row[0] for row in mine.execute(f"describe {name}").fetchall()}:
            asked = f"select distinct {column} from {name} where {column} is not null"
            assert set(mine.execute(asked).fetchall()) <= {(OWN,)}, name
            narrowed |= {name} if (OTHER,) in city.execute(asked).fetchall() else set()
    assert {"fct_claim", "fct_payment", "fct_application", "dim_enterprise", "mart_outreach", "mart_audit_finding", "mart_clause_cut"} <= narrowed


def test_an_operator_sees_every_title_of_a_tenant_and_as_many_as_the_card_says(signed_in, published):
    for name in ("opa", "ana"):
        rows = signed_in(name).get(f"/export/park_certificates.json?park={OWN}").get_json()["rows"]
        card = signed_in(name).get(f"/export/park_list.json?park={OWN}").get_json()["rows"][0]
        assert sum(row["event_count"] for row in rows) == card["certificate_count"] > 0, name
    steps = signed_in("opa").get(f"/export/firm_events.json?firm={firm_of(published, OWN)}").get_json()["rows"]
    assert [row["event_title"] for row in steps if row["series_kind"]]
    assert not signed_in("opa").get(f"/export/firm_events.json?firm={firm_of(published, OTHER)}").get_json()["rows"]


def test_a_tenants_claim_count_does_not_tell_of_claims_elsewhere(published):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", (OWN,))
    assert not connection.execute(
        "select 1 from dim_enterprise as e where claim_count != (select count(*) from fct_claim as c where c.enterprise_id = e.enterprise_id)"
    ).fetchall()


def test_an_operator_sees_every_event_of_a_present_tenant_and_no_other_firms(published):
    """Titles without a claim too: the table of certificates must add up to the card above it."""
    database = published / "20260101-test" / "marts.duckdb"
    city, mine = scope.connect(database, None), scope.connect(database, (OWN,))
    tenants = "enterprise_id in (select enterprise_id from dim_enterprise where park_id = 'P001')"
    steps = "select event_id from dim_event where event_kind = 'title_step'"
    assert city.execute(f"{steps} and {tenants}").fetchall() == mine.execute(steps).fetchall() != []
    assert city.execute(steps).fetchall() != mine.execute(steps).fetchall()
    counted = "select count(*) from dim_event where " + tenants
    assert city.execute(counted).fetchone() == mine.execute(counted).fetchone()


def test_readers_of_several_scopes_share_a_connection_and_nothing_else(published):
    connection = scope.opened(published / "20260101-test" / "marts.duckdb", "1GB")
    scopes = [None, (OWN,), (OTHER,), (OWN, OTHER)] * 4
    parks = "select coalesce(list(distinct park_id order by park_id), []) from fct_claim where park_id is not null"
    with ThreadPoolExecutor(8) as many:
        cursors = list(many.map(lambda one: scope.enter(connection, one), scopes))
        for _ in range(3):
            seen = list(many.map(lambda cursor: cursor.execute(parks).fetchone()[0], cursors))
            assert [set(found) for found in seen] == [set(one or PARKS) for one in scopes]
    made = connection.execute("select count(*) from duckdb_schemas() where schema_name like 'scope_%'").fetchone()
    assert made == (3,)


def test_a_scope_that_could_not_be_drawn_leaves_nothing_behind(published, monkeypatch):
    connection = scope.opened(published / "20260101-test" / "marts.duckdb", "1GB")
    with monkeypatch.context() as broken:
        broken.setitem(scope.OPERATOR_VIEWS, "mart_indicator", "select nothing")
        with pytest.raises(duckdb.Error):
            scope.enter(connection, (OWN,))
    assert scope.enter(connection, (OWN,)).execute("select distinct park_id from mart_indicator").fetchall() in ([], [(OWN,)])


def test_a_scoped_connection_reads_no_file_and_keeps_its_settings(published):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", (OWN,))
    for statement in (
        "select * from read_text('/etc/passwd')", "attach '/tmp/x.duckdb' as x", "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_of_a_firms_statistics_an_operator_sees_the_outcome_and_not_the_value(tmp_path):
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as con:
        con.execute(f"create table fct_claim as select 'c' as claim_id, '{OWN}' as park_id, 'x' as superseded_by")
        con.execute("""create table fct_claim_condition as from (values
            ('c', 'sales', 'met', '30,000,000.00 元', '此前最高 1,000,000.00 元', true), ('c', 'fee', 'met', '1.00 元', '已报送', false)
        ) as t (claim_id, condition_id, outcome, value_seen, reason, is_statistic)""")
    asked = "select condition_id, outcome, value_seen, reason from fct_claim_condition order by all"
    assert scope.connect(tmp_path / "marts.duckdb", (OWN,)).execute(asked).fetchall() == [
        ("fee", "met", "1.00 元", "已报送"), ("sales", "met", None, "单个企业的统计数据，不显示"),
    ]  # fmt: skip
    assert ("sales", "met", "30,000,000.00 元", "此前最高 1,000,000.00 元") in scope.connect(tmp_path / "marts.duckdb", None).execute(asked).fetchall()


@pytest.mark.parametrize("flag", ["is_withheld", "is_withheld_secondary"])
def test_a_sum_that_would_show_a_firm_or_is_withheld_for_another_is_no_operators(published, tmp_path, flag):
    flags = ("is_withheld", "is_withheld_secondary", "is_value_withheld", "is_growth_withheld")
    database = tmp_path / "marts.duckdb"
    shutil.copy(published / "20260101-test" / "marts.duckdb", database)
    asked = "select count(value), count(growth_rate), count(growing_count) from mart_industry_month"
    for hidden in ((), (flag,)):
        with duckdb.connect(str(database)) as con:
            con.execute("update mart_industry_month set " + ", ".join(f"{one} = {one in hidden}" for one in flags))
        seen = scope.connect(database, (OWN,)).execute(asked).fetchone()
        assert (max(seen) == 0) if hidden else (min(seen) > 0), seen


def test_no_query_reaches_past_the_views():
    for question in QUESTIONS.values():
        words = " ".join([question.sql, *question.cut_by.values()])
        assert not any(beyond in words for beyond in (scope.ATTACHED, "memory.", "scope_")), question.name
