"""An operator gets their own park and nothing of another, whatever the request says."""

import json
from pathlib import Path

import duckdb
import pytest
from conftest import ask
from small_city import PARKS, contract

from dashboard import pages
from dashboard.access import scope

OWN, OTHER = "P001", "P002"


@pytest.fixture(scope="module")
def secrets_of_others(published: Path) -> set[str]:
    """What only parks other than P001 have: names, codes, claims. None may reach its operator."""
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        firms = db.execute(
            "select enterprise_id, enterprise_name from dim_enterprise where park_id is distinct from ?"
            " and enterprise_id not in (select enterprise_id from fct_claim where park_id = ?)", [OWN, OWN],
        ).fetchall()
        claims = db.execute("select claim_id from fct_claim where park_id is distinct from ?", [OWN]).fetchall()
    found = {text for row in firms for text in row if len(text) > 12 and "<" not in text and '"' not in text}
    return found | {row[0] for row in claims} | {PARKS[OTHER][0], PARKS["P003"][0]}


def leaks(text: str, others: set[str]) -> set[str]:
    return {secret for secret in others if secret in text}


def firm_of(published: Path, park: str) -> str:
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        return db.execute(
            "select enterprise_id from dim_enterprise where park_id = ? and claim_count > 2 order by 1", [park]
        ).fetchone()[0]


def addresses(published: Path) -> list[tuple[str, str]]:
    firm = firm_of(published, OTHER)
    paths = [
        "/", "/measures", "/measures/6b.1", "/measures/10b.2", "/measures/1a", "/parks", f"/parks/{OTHER}", "/firms",
        f"/firms/{firm}", "/outreach", "/audit",
    ]
    searches = [
        "", f"?park={OTHER}", "?district=320205", f"?park={OTHER}&year=2025&measure=6", "?q=无锡",
        "?outcome=not_eligible", "?firm_list.page=2", "?clause_claims.sort=enterprise_name&clause_claims.page=2",
    ]
    return [(path, search) for path in paths for search in searches]


def test_an_operators_hand_made_callbacks_for_another_park_get_nothing_of_it(signed_in, published, secrets_of_others):
    client = signed_in("opa")
    for path, search in addresses(published):
        answer = ask(client, path, search)
        assert answer.status_code == 200
        text = json.dumps(answer.get_json(), ensure_ascii=False)
        # The address itself comes back in links and is the operator's own words.
        assert not leaks(text.replace(firm_of(published, OTHER), ""), secrets_of_others), (path, search)
        assert "state-broken" not in text, (path, search)


def test_another_parks_page_and_firm_look_like_ones_that_do_not_exist(signed_in, published):
    client = signed_in("opa")
    for path in (f"/parks/{OTHER}", f"/firms/{firm_of(published, OTHER)}", "/parks/P999", "/firms/91320200MA1X99999Q"):
        assert "state-not_found" in ask(client, path).get_data(as_text=True)


def test_an_operators_exports_for_another_park_hold_nothing_of_it(signed_in, published, secrets_of_others):
    client, firm = signed_in("opa"), firm_of(published, OTHER)
    for name in pages.TABLES:
        for search in (
            "", f"park={OTHER}", f"firm={firm}", f"clause=6b.1&park={OTHER}", "clause=6b.1", "district=320205",
        ):
            answer = client.get(f"/export/{name}.csv?{search}")
            assert answer.status_code == (200 if "operator" in pages.TABLES[name][1] else 404), (name, search)
            text = answer.get_data(as_text=True).replace(firm, "")
            assert not leaks(text, secrets_of_others), (name, search)


def test_an_operator_sees_their_own_park_and_an_analyst_sees_all(signed_in):
    own = signed_in("opa").get("/export/park_list.csv").get_data(as_text=True)
    assert PARKS[OWN][0] in own
    assert all(
        name in signed_in("ana").get("/export/park_list.csv").get_data(as_text=True) for name, _ in PARKS.values()
    )


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


def test_a_tenants_claim_count_does_not_tell_of_claims_elsewhere(published):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", (OWN,))
    assert not connection.execute(
        "select 1 from dim_enterprise as e where claim_count != (select count(*) from fct_claim as c where c.enterprise_id = e.enterprise_id)"
    ).fetchall()


def test_a_scoped_connection_reads_no_file_and_keeps_its_settings(published):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", (OWN,))
    for statement in (
        "select * from read_text('/etc/passwd')", "attach '/tmp/x.duckdb' as x", "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_no_query_reaches_past_the_views():
    for file in (Path(pages.__file__).parents[1] / "queries").glob("*.sql"):
        assert scope.ATTACHED not in file.read_text(encoding="utf-8"), file.name
