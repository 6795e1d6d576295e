"""The guard: nobody gets anything, on any route; sign-in, sessions, origins, limits, headers."""

import json
from pathlib import Path

import pytest
from conftest import PASSWORD, act, ask, form_token, log_of, sign_in

from dashboard.access import accounts, guard

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
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert answer.headers["Cache-Control"] == "no-store"


BODY = {
    "output": "page.children", "outputs": {"id": "page", "property": "children"},
    "changedPropIds": ["address.search"],
    "inputs": [
        {"id": "address", "property": "pathname", "value": "/"}, {"id": "address", "property": "search", "value": ""},
    ],
}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'"x"', b"{}", b'{"output": 3}', json.dumps({**BODY, "output": "x.y"}).encode(),
        json.dumps({**BODY, "inputs": []}).encode(), json.dumps({**BODY, "inputs": {}}).encode(),
        json.dumps({**BODY, "inputs": [1, 2]}).encode(), json.dumps({**BODY, "outputs": None}).encode(),
        json.dumps({**BODY, "changedPropIds": [{}]}).encode(), json.dumps({**BODY, "changedPropIds": 4}).encode(),
        json.dumps({**BODY, "state": [{"id": "x"}]}).encode(),
        json.dumps({**BODY, "inputs": [{**part, "value": {"a": 1}} for part in BODY["inputs"]]}).encode(),
        json.dumps({**BODY, "inputs": [{**part, "value": "/" * 5000} for part in BODY["inputs"]]}).encode(),
    ],
)
def test_a_callback_body_of_another_shape_is_refused_plainly(signed_in, body: bytes):
    answer = signed_in("ana").post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_body_above_one_megabyte_is_refused_and_on_record(signed_in, server, accounts_file: Path):
    for client in (signed_in("ana"), server.test_client()):
        assert client.post("/_dash-update-component", data=b"x" * 1_100_000).status_code == 413
    assert ("denied", "body too large") in {(line["action"], line["detail"]) for line in log_of(accounts_file).each()}


@pytest.mark.parametrize(
    "search",
    [
        "?park='; drop table x--", "?year=abc", "?measure=99999", "?snapshot=../../etc", "?district=%00",
        "?page=x&firm_list.page=0", "?firm_list.sort=a;b", "?q=a%00b", "?outcome=<script>",
        "?" + "&".join(f"x{i}=1" for i in range(41)),
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
    from dashboard.pages import overview

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(overview, "ask_one", broken)
    answer = ask(signed_in("ana"), "/", "?year=2019")  # no kept answer of another test
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


def test_a_page_answered_from_what_is_kept_is_on_record_each_time(signed_in, accounts_file):
    client = signed_in("aud")
    for _ in range(3):
        ask(client, "/measures/1a")
    assert [row["path"] for row in log_of(accounts_file).read(3, name="aud", action="view")] == ["/measures/1a"] * 3


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


@pytest.mark.parametrize(
    ("who", "name", "form", "detail"),
    [
        ("ana", "user-add", {"name": "wu", "role": "admin", "password": "x"}, "name=wu role=admin parks= role"),
        ("ana", "contact", {"claim": "nosuchclaim", "state": "contacted"}, "claim=nosuchclaim state=contacted not visible"),
        ("ana", "contact", {"claim": "x", "state": "gone"}, "claim=x state=gone not visible"),
        ("ana", "password", {"old": "not it", "new": "b", "again": "b"}, " password_wrong"), ("ana", "nix", {}, "no such act"),
        ("adm", "user-disable", {"name": "nobody-here"}, "name=nobody-here no_account"),
        ("adm", "user-change", {"name": "opb", "role": "operator", "parks": ["P002", "P999"]}, "name=opb role=operator parks=P002,P999 role_parks"),
    ],
)
def test_every_act_refused_is_on_record_with_what_was_wanted(signed_in, accounts_file, who, name, form, detail):
    act(signed_in(who), name, **form)
    assert last(accounts_file, who) == ("denied", f"/act/{name}", detail, "127.0.0.1")
    assert "not it" not in str(log_of(accounts_file).read(5))


def test_requests_of_nobody_are_counted_and_leave_the_lines_of_persons_alone(server, signed_in, accounts_file):
    signed_in("ste")
    before = len(log_of(accounts_file).read(100_000))
    for number in range(60):
        server.test_client().get(f"/export/{number}.csv")
    assert len(log_of(accounts_file).read(100_000)) - before <= 2, "a line for each minute begun"
    assert last(accounts_file, "ste")[0] == "sign-in ok"
