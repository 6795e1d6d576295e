"""自查: a public page without sign-in, script or memory, where it is switched on, and nowhere else."""

import dataclasses
import re
from pathlib import Path

import pytest
from conftest import log_of, sign_in
from flask import Flask

from dashboard.access import guard
from dashboard.app import create_app
from pipelines.serving import options
from pipelines.settings import Settings

GOOD = {"clause": "6b.1", "qualified_on": "2024-06-30", "district_code": "320211", "named_firm_count": "1", "software_answer": "yes", "first_answer": "yes"}


@pytest.fixture(scope="module")
def open_server(published: Path, accounts_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = dataclasses.replace(Settings.load(), is_self_check_open=True)
    return create_app(published, accounts_file, shared=tmp_path_factory.mktemp("shared"), self_check=options(settings)["self_check"])


def test_it_is_off_unless_switched_on(server, monkeypatch: pytest.MonkeyPatch):
    assert "self_check" not in options(Settings.load())
    monkeypatch.setenv("SOFTCITY_SELF_CHECK", "1")
    assert "self_check" in options(Settings.load())
    nobody, ana = server.test_client(), server.test_client()
    assert nobody.get("/self-check", headers={"Accept": "text/html"}).location == "/login?next=/self-check"
    assert nobody.post("/self-check", data=GOOD, headers={"Accept": "application/json"}).status_code == 401
    sign_in(ana, "ana")
    assert ana.get("/self-check", headers={"Accept": "text/html"}).status_code == 404


def test_without_sign_in_a_clause_is_chosen_its_questions_are_asked_and_answered(open_server):
    client = open_server.test_client()
    first = client.get("/self-check")
    assert first.status_code == 200
    assert len(re.findall("<option value=\"[0-9]", first.get_data(as_text=True))) == 31
    asked = client.get("/self-check?clause=6b.1").get_data(as_text=True)
    assert set(re.findall(r'<(?:input|select) id="q-\w+" name="(\w+)"', asked)) == GOOD.keys() - {"clause"}
    told = client.post("/self-check", data=GOOD).get_data(as_text=True)
    assert "书面条件全部符合" in told
    assert "最高 50.0 万元" in told
    assert "不构成承诺" in told
    assert "应付" not in told
    assert told.count('class="met"') == 5
    assert 'value="2024-06-30"' in told, "what was typed stays"


def test_it_says_what_is_lacking_and_what_cannot_be_read(open_server):
    client = open_server.test_client()
    lacking = client.post("/self-check", data={**GOOD, "first_answer": "", "software_answer": "no"}).get_data(as_text=True)
    assert 'class="unknown"' in lacking
    assert 'class="not_met"' in lacking
    assert "最高" not in lacking.split('id="answer"')[1].split("</p>")[0]
    wrong = client.post("/self-check", data={**GOOD, "qualified_on": "<script>"}).get_data(as_text=True)
    assert "看不懂" in wrong
    assert "<script>" not in wrong
    assert client.get("/self-check?clause=99z").status_code == 200


def test_it_shows_no_firm_keeps_nothing_and_sets_no_session(open_server, accounts_file: Path):
    client = open_server.test_client()
    before = len(list(log_of(accounts_file).read(1000)))
    answer = client.post("/self-check", data={**GOOD, "enterprise_id": "91320200MA1X00003Q", "name": "无锡示例003软件有限公司"})
    text = answer.get_data(as_text=True)
    assert "无锡示例" not in text
    assert "91320200MA1X00003Q" not in text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in text
    assert len(list(log_of(accounts_file).read(1000))) == before


def test_an_address_that_asks_too_often_is_refused_and_on_record(open_server, accounts_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "SELF_CHECKS_A_MINUTE", 3)
    client = open_server.test_client()
    answers = [client.get("/self-check", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert client.get("/self-check", environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 200
    assert any(row["detail"] == "too many" for row in log_of(accounts_file).read(50))


def test_a_long_body_is_refused_and_every_other_page_still_asks_who_it_is(open_server):
    client = open_server.test_client()
    assert client.post("/self-check", data={"clause": "6b.1", "x": "y" * 20_000}).status_code == 413
    assert client.get("/self-check/more", headers={"Accept": "text/html"}).status_code == 302
    assert client.get("/firms", headers={"Accept": "text/html"}).status_code == 302
