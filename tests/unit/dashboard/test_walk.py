"""Every page, callback, file, report and act, by raw requests: nobody, and an operator of another park, get nothing.

What is asked for is read off the pages, the tables, the reports and the acts, so that a new one is walked too.
"""

import io
import zipfile
from pathlib import Path

import duckdb
import pytest
from conftest import PASSWORD, act, ask, html_of, paths, sign_in
from small_city import PARKS

from dashboard import acts, desk, exports, pages, reports, view
from dashboard.access import accounts

OWN, OTHER = "P001", "P002"
ROLE = "operator"
WALK = [
    *(("page", path) for page in pages.PAGES for path in paths(page)),
    *(("callback", path) for page in pages.PAGES for path in paths(page)),
    *(("file", f"/export/{name}.{form}") for name in pages.TABLES for form in exports.FORMS),
    *(("report", f"/export/report/{name}.{form}") for name in ("city", *PARKS) for form in reports.FORMS),
    *(("act", f"/act/{name}") for name in acts.ACTS),
]
FIELDS = {
    "state": "contacted", "name_key": "示例零零四软件", "code_given": "", "decision": "reject", "name": "opb", "role": "admin",
    "parks": OTHER, "password": "other words altogether", "old": "not the old one", "new": "other words altogether", "again": "other words altogether", "number": "999999",
}


@pytest.fixture(scope="module")
def marts(published: Path):
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        yield db


@pytest.fixture(scope="module")
def others(marts) -> set[str]:
    """What only parks other than P001 have: names, codes, titles, claims. None may reach its operator."""
    firms = marts.execute(
        "select enterprise_id, enterprise_name from dim_enterprise where park_id is distinct from ?"
        " and enterprise_id not in (select enterprise_id from fct_claim where park_id = ?)", [OWN, OWN],
    ).fetchall()
    claims = marts.execute("select claim_id from fct_claim where park_id is distinct from ?", [OWN]).fetchall()
    titles = marts.execute(
        "select event_title from dim_event where event_id not like 'event%' and enterprise_id in"
        " (select enterprise_id from dim_enterprise where park_id is distinct from ?)"
        " and enterprise_id not in (select enterprise_id from fct_claim where park_id = ?)", [OWN, OWN],
    ).fetchall()
    found = {text for row in (*firms, *titles) for text in row for text in row if len(text) > 12 and "<" not in text and '"' not in text}
    return found | {row[0] for row in claims} | {name for park, (name, _) in PARKS.items() if park != OWN}


@pytest.fixture(scope="module")
def of_other(marts) -> dict[str, str]:
    """A value of another park for every filter an address can hold; the walk breaks when one is left out."""
    firm, name = marts.execute(
        "select enterprise_id, enterprise_name from dim_enterprise where park_id = ? and claim_count > 2 order by 1", [OTHER]
    ).fetchone()
    claim = marts.execute("select min(claim_id) from mart_outreach where park_id = ?", [OTHER]).fetchone()[0]
    return {
        "park": OTHER, "district": "320205", "firm": firm, "claim": claim, "q": name[2:7], "measure": "6", "clause": "6b.1",
        "year": "2025", "document": "issued", "lang": "en", "outcome": "not_eligible", "stage": "paid", "software": "met",
        "condition": "scope", "amount": "10", "finding": "paid_not_eligible", "contact": "open", "source": "payments",
        "file_status": "loaded", "severity": "warn", "verdict": "failed", "check": "applications_approved", "part": "names",
        "decision": "review", "who": "opb", "action": "export", "day": "2026-11-24", "snapshot": "20260101-test",
    }  # fmt: skip


@pytest.fixture(scope="module")
def operator(server):
    client = server.test_client()
    assert sign_in(client, "opa").status_code == 303
    return client


def searches(of_other: dict[str, str]) -> list[str]:
    """Each filter by itself and all of them together."""
    assert of_other.keys() == view._FORMS.keys()
    return ["", *(f"{key}={value}" for key, value in of_other.items()), "&".join(f"{k}={v}" for k, v in of_other.items() if k != "lang")]


def words(body: bytes) -> str:
    """What a file holds, an Excel or Word file unpacked."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith((".xml", ".rels")))


def send(client, kind: str, address: str, search: str = "", **fields: str):
    """The request itself, made by hand."""
    if kind == "callback":
        return ask(client, address, f"?{search}" if search else "")
    if kind == "act":
        return client.post(address, data=fields, headers={"Accept": "text/html"})
    return client.get(f"{address}?{search}", headers={"Accept": "text/html" if kind == "page" else "*/*"})


@pytest.mark.parametrize(("kind", "address"), WALK)
def test_nobody_gets_nothing(server, decisions: Path, accounts_file: Path, others, of_other, kind: str, address: str):
    before = _written(decisions, accounts_file)
    answer = send(server.test_client(), kind, address, f"park={OTHER}", **FIELDS, claim=of_other["claim"])
    assert answer.status_code == (302 if kind == "page" else 401)
    if kind == "page":
        assert answer.headers["Location"].startswith("/login")
    text = answer.get_data(as_text=True).replace(address.split("/")[-1], "")   # where to go on to after signing in
    assert not [secret for secret in (*others, PARKS[OWN][0]) if secret in text]
    assert _written(decisions, accounts_file) == before


def _written(decisions: Path, accounts_file: Path) -> object:
    files = (desk.CONTACTS, desk.NAMES)
    return [desk.entries(decisions, file) for file in files], accounts.list_users(accounts_file)


@pytest.mark.parametrize(("kind", "address"), [step for step in WALK if step[0] in ("callback", "file")])
def test_an_operator_gets_nothing_of_another_park_by_whatever_filter(operator, others, of_other, kind: str, address: str):
    name = address.removeprefix("/export/").split(".")[0]
    may = kind == "callback" or ROLE in pages.TABLES[name][1]
    asked = searches(of_other) if may and (kind == "callback" or address.endswith(".csv")) else ["", f"park={OTHER}"]
    for search in asked:
        answer = send(operator, kind, address, search)
        assert answer.status_code == (200 if may else 404), search
        text = html_of(answer.get_json()) if kind == "callback" else words(answer.get_data())
        assert "state-broken" not in text
        # What the address itself says comes back in links and provenance: it is the operator's own words.
        for said in (of_other["firm"], of_other["claim"], address):
            text = text.replace(said, "")
        assert not [secret for secret in others if secret in text], search


def test_an_operator_gets_nothing_of_a_firm_of_another_park(operator, others, of_other):
    text = html_of(ask(operator, f"/firms/{of_other['firm']}").get_json())
    assert "state-not_found" in text
    assert not [secret for secret in others if secret in text.replace(of_other["firm"], "")]


@pytest.mark.parametrize(("kind", "address"), [step for step in WALK if step[0] == "report"])
def test_an_operator_gets_the_report_of_their_own_park_alone(operator, others, kind: str, address: str):
    answer = send(operator, kind, address, f"park={OTHER}")
    assert answer.status_code == (200 if f"/{OWN}." in address else 404)
    text = words(answer.get_data())
    assert not [secret for secret in others if secret in text]


@pytest.mark.parametrize("name", acts.ACTS)
def test_an_operator_changes_nothing_of_another_park_or_account(
    operator, decisions: Path, accounts_file: Path, of_other, name: str
):
    before = _written(decisions, accounts_file)
    answer = act(operator, name, **FIELDS, claim=of_other["claim"])
    assert answer.status_code in ((400, 404) if ROLE in acts.ACTS[name].roles else (403,))
    assert _written(decisions, accounts_file) == before
    assert accounts.verify(accounts_file, "opb", PASSWORD).status == "ok"


def test_the_walk_sees_what_it_looks_for(server, others):
    """An analyst meets every one of these secrets: the walk above does not pass because it looks for nothing."""
    client = server.test_client()
    sign_in(client, "ana")
    firms = client.get("/export/firm_list.csv").get_data(as_text=True)
    assert sum(secret in firms for secret in others) > 20
    assert PARKS[OTHER][0] in words(client.get("/export/park_list.xlsx").get_data())
    assert PARKS[OTHER][0] in words(client.get(f"/export/report/{OTHER}.docx").get_data())
    assert PARKS[OTHER][0] in html_of(ask(client, "/parks").get_json())
