"""The guard: nobody gets anything, on any route; sign-in, sessions, origins, limits, headers."""

import inspect
import json
from pathlib import Path

import dash
import pytest
from conftest import (
    PASSWORD,
    ask,
    body_of,
    callbacks,
    fire,
    form_token,
    log_of,
    paths,
    press,
    session_token,
    sign_in,
    token,
)

from dashboard.access import accounts, guard
from pipelines.base.decisions import CONTACTS, entries

OPEN = {"/login", "/healthz", "/readyz", "/metrics"}  # the last asks who scrapes (test_monitoring.py)


def paths_of(server) -> list[tuple[str, str]]:
    """Every rule of the url map with something in its places, by every method."""
    found = []
    for rule in server.url_map.iter_rules():
        _, path = rule.build(dict.fromkeys(rule.arguments, "x"), append_unknown=False)
        found += [(method, path) for method in rule.methods - {"OPTIONS"}]
    return found


def test_nobody_gets_nothing_on_every_route_of_the_url_map(server):
    walked = 0
    for method, path in paths_of(server):
        if path in OPEN:
            continue
        plain = server.test_client().open(
            path, method=method, headers={"Accept": "*/*", "Sec-Fetch-Site": "same-origin"}
        )
        assert plain.status_code in {401, 302}, (method, path, plain.status_code)
        assert plain.status_code == 401 or plain.headers["Location"].startswith("/login")
        walked += 1
    assert walked > 10


@pytest.mark.parametrize(
    "path",
    [
        "/", "/measures", "/firms/91320200MA1X00001Q", "/_dash-layout", "/_dash-dependencies",
        "/_dash-update-component", "/assets/softcity.js", "/export/firm_list.csv", "/_mcp", "/x/y/z",
    ],
)
def test_nobody_is_sent_to_sign_in_by_pages_and_told_401_by_everything_else(server, path: str):
    answer = server.test_client().get(path, headers={"Accept": "text/html"})
    if path.startswith(("/_", "/assets", "/export")):
        assert answer.status_code == 401
        assert "error" in answer.get_json()
    else:
        assert answer.status_code == 302


def test_the_callback_tells_nobody_nothing(server):
    answer = ask(server.test_client(), "/")
    assert answer.status_code == 401
    assert "wuxi" not in answer.get_data(as_text=True)


def test_a_layout_sent_ahead_holds_no_data(signed_in):
    text = json.dumps(signed_in("ana").get("/_dash-layout").get_json())
    assert "kpi-eligible" not in text
    assert "P001" not in text


def test_signing_in_makes_a_new_session_and_leads_where_one_wanted_to_go(server):
    client = server.test_client()
    token = form_token(client)
    before = client.get_cookie("softcity_session").value
    answer = client.post(
        "/login", data={"name": "ana", "password": PASSWORD, "form": token, "next": "/parks?year=2025"}
    )
    assert answer.headers["Location"] == "/parks?year=2025"
    assert client.get_cookie("softcity_session").value != before
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", ""]
)
def test_sign_in_never_leads_to_another_site(server, target: str):
    assert sign_in(server.test_client(), "ana", target=target).headers["Location"] == "/"


def test_a_sign_in_without_the_forms_token_is_refused(server):
    client = server.test_client()
    client.get("/login")
    assert client.post("/login", data={"name": "ana", "password": PASSWORD}).status_code == 400
    assert client.post("/login", data={"name": "ana", "password": PASSWORD, "form": "é"}).status_code == 400


def test_a_post_from_another_origin_is_refused(signed_in):
    client = signed_in("ana")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/logout", headers=headers).status_code == 403
        assert client.post("/_dash-update-component", json=FILTERED, headers={**token(client), **headers}).status_code == 403
    assert ask(client, "/").status_code == 200


def test_signing_out_ends_the_session_even_for_a_kept_cookie(server, signed_in):
    client = signed_in("ana")
    kept = client.get_cookie("softcity_session").value
    assert client.post("/logout").status_code == 303
    thief = server.test_client()
    thief.set_cookie("softcity_session", kept)
    assert ask(thief, "/").status_code == 401


@pytest.mark.parametrize("later", [guard.SESSION_SECONDS + 1, guard.IDLE_SECONDS + 1])
def test_a_session_ends_after_eight_hours_and_after_an_idle_one(signed_in, monkeypatch, later: int):
    client = signed_in("ana")
    real = accounts.now()
    monkeypatch.setattr(accounts, "now", lambda: real + later)
    assert ask(client, "/").status_code == 401


def test_a_session_in_use_lives_past_the_idle_hour(signed_in, monkeypatch):
    client, start = signed_in("ana"), accounts.now()
    for minutes in (50, 100, 150):
        monkeypatch.setattr(accounts, "now", lambda minutes=minutes: start + minutes * 60)
        assert ask(client, "/measures/1a").status_code == 200


def test_a_changed_password_ends_the_session(server, accounts_file):
    accounts.add(accounts_file, "tmp", PASSWORD, "analyst")
    client = server.test_client()
    sign_in(client, "tmp")
    assert ask(client, "/measures/1a").status_code == 200
    accounts.passwd(accounts_file, "tmp", "other words altogether")
    assert ask(client, "/measures/1a").status_code == 401


def test_a_forged_cookie_is_nobody(server):
    client = server.test_client()
    client.set_cookie("softcity_session", "eyJuYW1lIjoiYWRtIn0.aaaa.bbbb")
    assert ask(client, "/").status_code == 401


def test_every_answer_carries_the_security_headers_and_data_is_never_kept(server, signed_in):
    for answer in (
        server.test_client().get("/login"), server.test_client().get("/"), signed_in("ana").get("/"),
        ask(signed_in("ana"), "/"), signed_in("ana").get("/export/firm_list.csv"), server.test_client().get("/x"),
    ):
        for name in guard.HEADERS:
            assert name in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        if answer.mimetype == "text/html":
            assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        else:
            assert policy == "default-src 'none'; frame-ancestors 'none'", "data starts nothing"
        assert answer.headers["Cache-Control"] == "no-store"


FILTERED = {
    "output": "firms-sentence.children", "outputs": {"id": "firms-sentence", "property": "children"}, "state": [],
    "changedPropIds": ["filters.data"], "inputs": [{"id": "filters", "property": "data", "value": "/firms"}],
}
GRID, EXPORT = {"type": "grid", "table": "firm_list"}, {"type": "export", "table": "firm_list", "card": "firm_list", "form": "csv"}
ROWS = {
    "output": '..{"table":["MATCH"],"type":"grid"}.getRowsResponse...{"card":["ALL"],"form":["ALL"],"table":["MATCH"],"type":"export"}.href..',
    "outputs": [{"id": GRID, "property": "getRowsResponse"}, [{"id": EXPORT, "property": "href"}]],
    "inputs": [{"id": GRID, "property": "getRowsRequest", "value": {"startRow": 0, "endRow": 50}}],
    "state": [
        {"id": GRID, "property": "id", "value": GRID},
        {"id": "here", "property": "pathname", "value": "/firms"}, {"id": "here", "property": "search", "value": ""},
    ],
    "changedPropIds": [],
}  # fmt: skip

OF_THE_BROWSER = {
    "output": '{"table":["MATCH"],"type":"grid"}.className', "outputs": {"id": GRID, "property": "className"},
    "inputs": FILTERED["inputs"], "state": [{"id": GRID, "property": "id", "value": GRID}], "changedPropIds": [],
}  # fmt: skip


def _put(client, body: object):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/_dash-update-component", data=sent, content_type="application/json", headers=token(client))


@pytest.mark.parametrize("body", [FILTERED, ROWS], ids=["a filter", "rows of a grid"])
def test_a_declared_callback_is_answered(signed_in, body: dict):
    assert _put(signed_in("ana"), body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'"x"', b"{}", b'{"output": 3}', {**FILTERED, "output": "x.y"}, {**FILTERED, "inputs": []},
        {**FILTERED, "inputs": {}}, {**FILTERED, "inputs": [1]}, {**FILTERED, "outputs": None}, {**FILTERED, "outputs": {"id": "main", "property": "children"}},
        {**FILTERED, "changedPropIds": [{}]}, {**FILTERED, "changedPropIds": 4}, {**FILTERED, "state": [{"id": "x", "property": "y"}]},
        {**FILTERED, "inputs": [{"id": "search", "property": "data", "value": "/firms"}]},
        {**FILTERED, "inputs": [{"id": "filters", "property": "value", "value": "/firms"}]},
        {**FILTERED, "inputs": [{"id": {"type": "filters"}, "property": "data", "value": "/firms"}]},
        {**FILTERED, "inputs": [FILTERED["inputs"], *FILTERED["inputs"]]}, {**FILTERED, "inputs": [FILTERED["inputs"]]},
        {**ROWS, "inputs": [{**ROWS["inputs"][0], "id": {**GRID, "type": "other"}}]}, {**ROWS, "inputs": [{**ROWS["inputs"][0], "id": {**GRID, "more": 1}}]},
        {**ROWS, "outputs": ROWS["outputs"][:1]}, {**ROWS, "outputs": [ROWS["outputs"][0], {"id": EXPORT, "property": "href"}]},
        {**ROWS, "outputs": [ROWS["outputs"][0], [{"id": EXPORT, "property": "children"}]]}, {**ROWS, "state": ROWS["state"][:2]},
        OF_THE_BROWSER,
    ],
)
def test_a_callback_body_that_is_not_what_was_declared_is_refused_plainly(signed_in, body: object):
    """Dash itself looks at the number of the inputs alone."""
    answer = _put(signed_in("ana"), body)
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_callback_without_the_sessions_token_is_refused(signed_in):
    client, other = signed_in("ana"), signed_in("aud")
    for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "é"}, token(other)):
        assert client.post("/_dash-update-component", json=FILTERED, headers=headers).status_code == 400


def test_what_is_sent_after_the_session_ended_is_refused_and_neither_done_nor_written_down(signed_in, server, decisions, accounts_file):
    """The page that sent it stays as it is, with what was typed (assets/softcity.js shows how to go on)."""
    client = signed_in("ana")
    header, before = token(client), entries(decisions, CONTACTS)
    sent = body_of(
        server, next(name for name in callbacks(server) if "outreach-form.opened@" in name),
        {"outreach-note.value": "a word of the note", "outreach-asked.data": {"any": 0}, "outreach-state.value": "contacted", "n_clicks": 1, "pathname": "/outreach"}, {},
    )  # fmt: skip
    client.post("/logout")
    answer = client.post("/_dash-update-component", json=sent, headers=header)
    assert answer.status_code == 401
    assert "a word of the note" not in answer.get_data(as_text=True)
    assert entries(decisions, CONTACTS) == before
    assert not any("a word of the note" in str(line) for line in log_of(accounts_file).read(20))


@pytest.mark.parametrize("name", ["ana", "opa", "ste", "adm"])
def test_no_page_carries_the_token_of_a_session(server, signed_in, name: str):
    """It is in its reader's cookie alone: a page can be shared, printed and saved."""
    client = signed_in(name)
    secret = session_token(client)
    assert len(secret) > 20
    for page in dash.page_registry.values():
        for path in paths(page):
            assert secret not in ask(client, path).get_data(as_text=True)
            assert secret not in client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)


def test_a_callback_of_a_page_one_may_not_see_is_refused(signed_in):
    opa = signed_in("opa")
    answer = fire(opa, "..data-body.children...data-shown.data..", [("filters.data", "/data")], [("data-shown.data", [])])
    assert answer.status_code == 403
    rows = json.loads(json.dumps(ROWS).replace("firm_list", "access_log"))
    assert "rowData" not in _put(opa, rows).get_data(as_text=True)


def test_every_callback_of_a_page_has_the_roles_of_its_page(server):
    """By the file it stands in, or the page that is a part of; those of no page are the shell's, the notices' and the grids', which look at roles themselves."""
    app = server.extensions["dash_app"]
    found = {inspect.unwrap(one["callback"]).__module__: guard.page_of(one) for one in app.callback_map.values() if one.get("callback")}
    assert {name for name, page in found.items() if page is None} == guard.OF_ALL_PAGES
    part = found["dashboard.components.deliver_upload"]
    assert part is not None
    assert (part["path"], part["roles"]) == ("/deliver", ("steward", "admin", "operator"))


def test_a_body_above_one_megabyte_is_refused_and_on_record(signed_in, server, accounts_file: Path):
    for client in (signed_in("ana"), server.test_client()):
        assert client.post("/_dash-update-component", data=b"x" * 1_100_000).status_code == 413
    assert ("denied", "body too large") in {(line["action"], line["detail"]) for line in log_of(accounts_file).each()}


@pytest.mark.parametrize(
    "search",
    [
        "?park='; drop table x--", "?year=abc", "?measure=99999", "?snapshot=../../etc", "?district=%00",
        "?firm_list.sort=a;b", "?firm_list.claim_count__above=x", "?firm_list.nosuch__is=1", "?q=a%00b", "?outcome=<script>",
        "?" + "&".join(f"x{i}=1" for i in range(61)),
    ],
)
def test_a_filter_of_the_wrong_form_is_a_clear_state_and_400_for_files(signed_in, search: str):
    client = signed_in("ana")
    assert "state-bad_address" in ask(client, "/firms", search).get_data(as_text=True)
    assert client.get(f"/export/firm_list.csv{search}").status_code == 400


def test_a_filter_that_repeats_what_the_path_names_gives_way_to_the_path(signed_in):
    for path, search in (
        ("/firms/91320200MA1X00003Q", "?firm=Y&claim=1&condition=x"), ("/measures/6b.1", "?clause=4a"),
        ("/parks/P001", "?park=P002"),
    ):
        text = ask(signed_in("ana"), path, search).get_data(as_text=True)
        assert "state-broken" not in text
        assert path.split("/")[-1] in text


@pytest.mark.parametrize(
    "words", ["示例007", "示例 007（软件）", "示例旧名007", "91320200ma1x00007", "９１３２０２００MA1X00007q"]
)
def test_search_takes_names_and_numbers_of_any_width_case_and_bracket(signed_in, words: str):
    found = signed_in("ana").get("/export/firm_list.csv", query_string={"q": words}).get_data(as_text=True)
    assert "无锡示例007软件有限公司" in found
    assert "无锡示例008软件有限公司" not in found


def test_search_finds_an_old_registration_number(signed_in):
    found = signed_in("ana").get("/export/firm_list.csv", query_string={"q": "3202001000001"}).get_data(as_text=True)
    assert "无锡示例000软件有限公司" in found


def test_unknown_pages_snapshots_and_files_are_404_or_a_state(signed_in):
    client = signed_in("ana")
    assert client.get("/nix", headers={"Accept": "text/html"}).status_code == 404
    assert client.get("/export/nix.csv").status_code == 404
    assert client.get("/export/firm_list.csv?snapshot=20200101-none").status_code == 404
    assert "state-not_found" in ask(client, "/parks/P999").get_data(as_text=True)
    assert "state-no_snapshot" in ask(client, "/", "?snapshot=20200101-none").get_data(as_text=True)


def test_a_fault_inside_a_page_shows_an_id_and_nothing_technical(signed_in, monkeypatch):
    def broken(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(dash.page_registry["dashboard.pages.firms"], "unwrapped", broken)
    answer = ask(signed_in("ana"), "/firms")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "state-broken" in text
    assert "secret detail" not in text


def last(accounts_file, name: str) -> tuple[str, str, str, str]:
    """The newest line of a person: action, path, detail and where they asked from."""
    (row,) = log_of(accounts_file).read(1, name=name)
    return row["action"], row["path"], row["detail"], row["address"]


def test_signing_in_and_out_are_on_record(server, signed_in, accounts_file):
    client = signed_in("opb")
    assert last(accounts_file, "opb") == ("sign-in ok", "/login", "password", "127.0.0.1")
    client.post("/logout")
    assert last(accounts_file, "opb")[0] == "sign-out"
    sign_in(server.test_client(), "opb", "wrong password")
    assert last(accounts_file, "opb")[0] == "sign-in failed"
    assert not any(PASSWORD in str(row) or "wrong password" in str(row) for row in log_of(accounts_file).read(1000))


@pytest.mark.parametrize(
    ("path", "search", "action", "detail"),
    [
        ("/firms", "?q=示例", "view", ""), ("/parks/P001", "", "view", ""),
        ("/admin", "", "denied", "role"), ("/data", "?part=names", "denied", "role"),
        ("/parks/P002", "", "denied", "not there or not visible"), ("/firms/91320200MA1X00006Q", "", "denied", "not there or not visible"),
        ("/nowhere", "", "denied", "not there or not visible"), ("/firms", "?park=%27", "denied", "address"),
        ("/parks/P001", "?x=\u202e\n", "view", ""),
    ],
)
def test_who_saw_which_page_and_whom_it_was_refused_is_on_record(signed_in, accounts_file, path, search, action, detail):
    ask(signed_in("opa"), path, search)
    shown = search.replace("\u202e\n", "\\u202e\\u000a")
    assert last(accounts_file, "opa") == (action, f"{path}{shown}", detail, "127.0.0.1")


def test_a_page_seen_again_is_on_record_each_time(signed_in, accounts_file):
    client = signed_in("aud")
    for _ in range(3):
        ask(client, "/measures/1a")
    assert [row["path"] for row in log_of(accounts_file).read(3, name="aud", action="view")] == ["/measures/1a"] * 3


@pytest.mark.parametrize(
    ("who", "control", "values", "detail"),
    [
        ("ana", "outreach-save", {"outreach-asked.data": {"nosuchclaim": 0}, "outreach-state.value": "contacted"}, "claim=nosuchclaim state=contacted not visible"),
        ("ana", "account-save", {"account-old.value": "not it", "account-new.value": "b", "account-again.value": "b"}, "password_wrong"),
        ("aud", "outreach-save", {"outreach-asked.data": {"any": 0}, "outreach-state.value": "contacted"}, "claim=any state=contacted no_permission"),
        ("adm", "admin-disable", {"manage-name.children": "nobody-here"}, "name=nobody-here no_account"),
        ("adm", "admin-add", {"add-name.value": "wu", "add-role.value": "admin", "add-password.value": "not it"}, "name=wu role=admin parks= password_length"),
    ],
)  # fmt: skip
def test_every_act_refused_is_on_record_once_with_what_was_wanted_and_no_password(signed_in, accounts_file, who, control, values, detail):
    client = signed_in(who)
    press(client, control, {"here.pathname": "/outreach", **values})
    line, before = log_of(accounts_file).read(2, name=who)
    assert (line["action"], line["detail"]) == ("denied", detail)
    assert before["action"] != "denied", "one line for one refusal"
    assert "not it" not in str(log_of(accounts_file).read(5))


def test_an_act_of_a_page_one_may_not_see_is_on_record(signed_in, accounts_file):
    press(signed_in("ana"), "admin-disable", {"manage-name.children": "adm"})
    action, _, detail, _ = last(accounts_file, "ana")
    assert action == "denied"
    assert detail.startswith("callback role")


@pytest.mark.parametrize(
    ("path", "action", "detail"),
    [
        ("/export/park_list.csv?district=320211", "export", "1 rows"), ("/export/report/P001.xlsx", "export", None),
        ("/export/nix.csv", "denied", "export not_found"), ("/export/access_log.csv", "denied", "export not_found"),
        ("/export/report/P002.xlsx", "denied", "export not_found"), ("/export/firm_list.csv?snapshot=20200101-none", "denied", "export not_found"),
        ("/export/firm_list.csv?year=x", "denied", "export not_understood"),
    ],
)
def test_every_file_taken_or_refused_is_on_record(signed_in, accounts_file, path, action, detail):
    signed_in("opa").get(path)
    found = last(accounts_file, "opa")
    assert found[:2] == (action, path)
    assert detail in (None, found[2])


def test_requests_of_nobody_are_counted_and_leave_the_lines_of_persons_alone(server, signed_in, accounts_file):
    signed_in("ste")
    before = len(log_of(accounts_file).read(100_000))
    for number in range(60):
        server.test_client().get(f"/export/{number}.csv")
    assert len(log_of(accounts_file).read(100_000)) - before <= 2, "a line for each minute begun"
    assert last(accounts_file, "ste")[0] == "sign-in ok"
