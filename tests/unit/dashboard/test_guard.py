"""The guard: nobody gets anything, on any route; sign-in, sessions, origins, limits, headers."""

import json
from pathlib import Path

import dash
import pytest
from conftest import (
    FILTERED,
    PASSWORD,
    ask,
    form_token,
    log_of,
    sign_in,
    token,
)

from dashboard.access import accounts, guard, sessions

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


@pytest.mark.parametrize("later", [sessions.SESSION_SECONDS + 1, guard.IDLE_SECONDS + 1])
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
