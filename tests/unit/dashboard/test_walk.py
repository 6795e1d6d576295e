"""Every page, callback, grid, file and report, by raw requests: nobody, and an operator of another park, get nothing.

What is asked for is read off the pages, the callbacks, the tables and the reports, so that a new one is walked too.
"""

import io
import re
import zipfile
from pathlib import Path

import dash
import duckdb
import pytest
from conftest import PASSWORD, USERS, ask, body_of, callbacks, html_of, paths, send, sign_in
from conftest import page as page_of
from small_base import PARKS

from dashboard import reports
from dashboard.access import accounts, guard
from dashboard.filters import FILTERS
from dashboard.questions import QUESTIONS
from dashboard.tables import TABLES
from pipelines.base.decisions import CONTACTS, NAMES, entries

OWN, OTHER = "P001", "P002"
ROLE = "operator"
FIELDS = {
    "state": "contacted", "decision": "reject", "name": "opb", "manage-name.children": "opb", "add-name.value": "wu", "value": "other words altogether",
    "add-role.value": "admin", "manage-role.value": "admin", "add-parks.value": [OTHER], "manage-parks.value": [OTHER], "n_clicks": 1, "n_submit": 1,
    "names-page.value": 1, "search-words.data": "示例", "getRowsRequest": {"startRow": 0, "endRow": 200}, "data-shown.data": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def walk(server) -> list[tuple[str, str]]:
    """Every page, callback, file and report: its kind and its address or name."""
    pages = [page for page in dash.page_registry.values() if page["path"] != "/404"]
    return [
        *(("page", path) for page in pages for path in paths(page)), *(("layout", path) for page in pages for path in paths(page)),
        *(("callback", name) for name in callbacks(server)), *(("rows", name) for name in TABLES),
        *(("file", f"/export/{name}.{form}") for name in TABLES for form in TABLES[name].forms),
        *(("report", f"/export/report/{name}.{form}") for name in ("city", *PARKS) for form in reports.FORMS), ("report", "/export/report/firm.pdf"),
    ]  # fmt: skip


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
        " and enterprise_id not in (select enterprise_id from fct_claim where park_id = ?)"
        " and event_title not in (select event_title from dim_event inner join dim_enterprise using (enterprise_id) where dim_enterprise.park_id = ?)",
        [OWN, OWN, OWN],
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
        "year": "2025", "policy": "wuxi-software", "document": "issued", "outcome": "not_eligible", "stage": "paid", "software": "met",
        "condition": "scope", "amount": "10", "finding": "paid_not_eligible", "finding_status": "open", "owner": "wu", "findings": "F0", "claims": claim, "assignee": "opb", "hide": "both", "contact": "open", "source": "payments",
        "file_status": "loaded", "severity": "warn", "verdict": "failed", "check": "applications_approved", "part": "names",
        "decision": "review", "who": "opb", "action": "export", "day": "2026-11-24", "snapshot": "20260101-test", "build": "20260101-test", "then": "20260101-test",
        "decided": "open", "kind": "award", "month": "2025-06", "grounded": "yes", "records": "payments", "there": "yes", "weight": "error", "lead": "d30", "deadline": "certificate", "period": "2025-06", "segment": "product", "size": "ge_10yi", "indicator": "a", "scenario": "0a1b2c3d",
    }  # fmt: skip


@pytest.fixture(scope="module")
def operator(server, accounts_file: Path):
    client = server.test_client()
    assert sign_in(client, "opa").status_code == 303
    yield client
    accounts.enable(accounts_file, "opa")   # forgets the wrong passwords that the walk tried


def searches(of_other: dict[str, str], table: str = "") -> list[str]:
    """Each filter by itself (of a table, each that its query is asked by) and all of them together."""
    assert of_other.keys() == FILTERS.keys()
    asked = FILTERS.keys() if not table or TABLES[table].made else TABLES[table].takes or QUESTIONS[TABLES[table].query].filters
    alone = [f"{key}={value}" for key, value in of_other.items() if key in {"park", *asked}]
    return ["", *alone, "&".join(f"{key}={value}" for key, value in of_other.items())]


def words(body: bytes) -> str:
    """What a file holds, an Excel or Word file unpacked."""
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith((".xml", ".rels")))


def sent(server, client, kind: str, name: str, search: str, of_other: dict[str, str], path: str = "/"):
    """The request itself, made by hand: callbacks with ids of another park in every place that takes one."""
    if kind == "page":
        return client.get(f"{name}?{search}", headers={"Accept": "text/html"})
    if kind in ("file", "report"):
        return client.get(f"{name}?{search}")
    if kind == "layout":
        return ask(client, name, f"?{search}" if search else "")
    keys = {
        "claim": of_other["claim"], "table": name if kind == "rows" else "users", "card": name, "form": "csv", "number": 1, "key": "6b.1.cap_wan",
        "name": "示例零零四软件", "code": "", "said": 0, "candidate": of_other["firm"],
    }  # fmt: skip
    address = path + (f"?{search}" if search else "")
    values = {
        **FIELDS, "data": address, "pathname": path, "search": f"?{search}" if search else "", "outreach-asked.data": {of_other["claim"]: 0}, "outreach-state.value": "contacted",
        "cellRendererData": {"value": {"claim_id": of_other["claim"], "name": "opb", "finding_id": "F0"}}, "audit-asked.data": {"F0": 0}, "audit-state.value": "open",
    }  # fmt: skip
    return send(client, body_of(server, ROWS if kind == "rows" else name, values, keys))


ROWS = '..{"table":["MATCH"],"type":"grid"}.getRowsResponse...{"card":["ALL"],"form":["ALL"],"table":["MATCH"],"type":"export"}.href..'


@pytest.mark.parametrize("name", USERS)
def test_each_role_is_shown_the_pages_of_its_navigation_whole_and_no_other(signed_in, name: str):
    client = signed_in(name)
    navigation = set(re.findall(r"<NavLink [^>]*href=\"([^\"]+)\"", html_of(client.get("/_dash-layout").get_json())))
    assert navigation
    for page in dash.page_registry.values():
        for path in paths(page) if page["path"] != "/404" else ():
            text = page_of(client, path)
            may = path.startswith(("/account", "/indicators/")) or f"/{path.split('/')[1]}" in navigation
            assert ("state-no_permission" not in text) is may, path
            assert "state-broken" not in text, path
            assert not may or "page-body" not in text or "数据截至 2025-12-31" in text, path


def test_nobody_gets_nothing(server, walk, decisions: Path, accounts_file: Path, others, of_other):
    before, client = _written(decisions, accounts_file), server.test_client()
    for kind, name in walk:
        answer = sent(server, client, kind, name, f"park={OTHER}", of_other)
        assert answer.status_code == (302 if kind == "page" else 401), name
        text = answer.get_data(as_text=True).replace(name.split("/")[-1], "")   # where to go on to after signing in
        assert not [secret for secret in (*others, PARKS[OWN][0]) if secret in text], name
    assert _written(decisions, accounts_file) == before


def _written(decisions: Path, accounts_file: Path) -> object:
    files = (CONTACTS, NAMES)
    return [entries(decisions, file) for file in files], accounts.list_users(accounts_file)


def _kept_from(answer, others: set[str], of_other: dict[str, str], *said: str) -> None:
    """No secret stands in an answer. What was asked comes back in links and provenance: it is the operator's own words."""
    text = words(answer.get_data()) if not answer.is_json else html_of(answer.get_json())
    assert "state-broken" not in text, said
    for own in (of_other["firm"], of_other["claim"], *said):
        text = text.replace(own, "")
    assert not [secret for secret in others if secret in text], said


def test_an_operator_gets_nothing_of_another_park_on_any_page_by_whatever_filter(server, operator, walk, others, of_other):
    for kind, name in walk:
        if kind == "layout":
            for search in searches(of_other):
                answer = sent(server, operator, kind, name, search, of_other)
                assert answer.status_code == 200
                _kept_from(answer, others, of_other, name, search)


def test_an_operator_gets_nothing_of_another_park_by_any_callback(server, operator, others, of_other):
    """At every address of its page, and at those of other pages: Dash calls a callback wherever it is asked to."""
    seen = 0
    for name in callbacks(server):
        page = guard.page_of(server.extensions["dash_app"].callback_map[name])
        may = page is None or ROLE in page["roles"]
        for path in [*(paths(page) if page else []), "/firms", f"/firms/{of_other['firm']}", f"/parks/{OTHER}"]:
            for search in ("", f"park={OTHER}", f"park={OTHER}&district=320205&clause=6b.1&q={of_other['q']}"):
                answer = sent(server, operator, "callback", name, search, of_other, path)
                assert answer.status_code in ((200, 204) if may else (403,)), (name, path)
                _kept_from(answer, others, of_other, name, path, path.rpartition("/")[2], search)
                seen += 1
    assert seen > 100


def test_an_operator_gets_nothing_of_another_park_in_any_rows_of_a_grid(server, operator, walk, others, of_other):
    for _, name in (step for step in walk if step[0] == "rows"):
        for search in searches(of_other, name):
            answer = sent(server, operator, "rows", name, search, of_other)
            _kept_from(answer, others, of_other, name, search)
            if ROLE not in TABLES[name].roles:
                assert "rowData" not in answer.get_data(as_text=True), name


def test_an_operator_gets_nothing_of_another_park_in_any_file(server, operator, walk, others, of_other):
    for _, name in (step for step in walk if step[0] == "file"):
        table = name.removeprefix("/export/").split(".")[0]
        may = ROLE in TABLES[table].roles
        for search in searches(of_other, table) if may and name.endswith(".csv") else ["", f"park={OTHER}"]:
            answer = sent(server, operator, "file", name, search, of_other)
            assert answer.status_code == (200 if may else 404), (name, search)
            _kept_from(answer, others, of_other, name, search)


def test_an_operator_gets_nothing_of_a_firm_of_another_park(operator, others, of_other):
    text = html_of(ask(operator, f"/firms/{of_other['firm']}").get_json())
    assert "state-not_found" in text
    assert not [secret for secret in others if secret in text.replace(of_other["firm"], "")]


def test_an_operator_gets_the_report_of_their_own_park_alone(server, operator, walk, others, of_other):
    for _, name in (step for step in walk if step[0] == "report"):
        answer = sent(server, operator, "report", name, f"park={OTHER}", of_other)
        assert answer.status_code == (200 if f"/{OWN}." in name else 404)
        assert not [secret for secret in others if secret in words(answer.get_data())]


def test_no_callback_of_an_operator_changes_anything_of_another_park_or_account(server, operator, decisions: Path, accounts_file: Path, of_other):
    before = _written(decisions, accounts_file)
    for name in callbacks(server):
        sent(server, operator, "callback", name, "", of_other, "/outreach")
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
