"""账户: only an admin sees and changes accounts; everybody changes their own password; the log tells who did what."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PASSWORD, ask, choose_password, html_of, log_of, page, press, rows_of, session_token, sign_in, told
from flask.testing import FlaskClient

from dashboard import acts
from dashboard.access import accounts, guard, sessions, throttle
from dashboard.app import create_app
from dashboard.components import number
from dashboard.text import t

NEW = "another good one"
CHANGES = ("change", "password", "bind", "enable", "disable", "factor")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.sqlite"
    for name, role, parks in (("adm", "admin", ()), ("ana", "analyst", ()), ("opa", "operator", ("P001",))):
        accounts.add(path, name, PASSWORD, role, parks)
    return path


@pytest.fixture
def client_of(published: Path, file: Path, tmp_path: Path) -> Callable[..., FlaskClient]:
    server = create_app(published, file, decisions=tmp_path / "decisions")

    def make(name: str, password: str = PASSWORD, new: str = "") -> FlaskClient:
        client = server.test_client()
        answer = sign_in(client, name, password)
        if new:
            assert answer.status_code == 200
            answer = choose_password(client, new)
        assert answer.status_code == 303
        return client

    return make


def add(client: FlaskClient, name: str | None = None, password: str | None = None, role: str | None = None, parks: Any = None):
    return press(client, "admin-add", {"add-name.value": name, "add-password.value": password, "add-role.value": role, "add-parks.value": parks})


def change(client: FlaskClient, what: str, name: str, *, role: str = "", parks: Any = (), password: str = "", email: str = ""):
    """One of the buttons beside an account's name."""
    values = {
        "manage-name.children": name, "manage-role.value": role, "manage-parks.value": list(parks), "manage-password.value": password,
        "manage-email.value": email,
    }  # fmt: skip
    return press(client, f"admin-{what}", values)


def test_an_admin_adds_changes_disables_and_enables_an_account(client_of, file: Path):
    admin = client_of("adm")
    added = add(admin, "wu", PASSWORD, "operator", ["P001", "P002"])
    assert told(added) == t("admin.done")
    assert "4 个" in html_of(added.get_json()["response"]["admin-sentence"])
    assert added.get_json()["response"]["add-password"]["value"] == "", "no password stays in the page"
    assert accounts.get(file, "wu").parks == ("P001", "P002")
    wu = client_of("wu", PASSWORD, NEW)
    assert told(change(admin, "change", "wu", role="auditor", parks=["P001"])) == t("admin.done")
    assert (accounts.get(file, "wu").role, accounts.get(file, "wu").parks) == ("auditor", ())
    assert ask(wu, "/parks").status_code == 401, "a changed role ends the session"
    change(admin, "disable", "wu")
    assert accounts.verify(file, "wu", NEW).status == "failed"
    change(admin, "enable", "wu")
    change(admin, "password", "wu", password=PASSWORD)
    assert accounts.verify(file, "wu", PASSWORD).user.must_change
    logged = log_of(file).read(50)
    assert {"act user-add", "act user-change", "act user-disable", "act user-enable", "act user-password"} <= {row["action"] for row in logged}
    assert not any(PASSWORD in str(row) or NEW in str(row) for row in logged)
    assert "role=operator parks=P001,P002" in str(logged)
    assert "role=auditor parks=P001 was role=operator parks=P001,P002" in str(logged)
    assert "wu" in [row["账号"] for row in rows_of(admin, "users")]
    assert "argon2" not in page(admin, "/admin") + admin.get("/export/users.csv").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (("a b", PASSWORD, "analyst"), "bad_name"), (("ana", PASSWORD, "analyst"), "name_taken"), (("AnA", PASSWORD, "analyst"), "name_alike"),
        (("wu", "password1234", "analyst"), "password_weak_common"), (("wu", "short", "analyst"), "password_length"),
        (("wu", PASSWORD, "chief"), "no_role"), (("wu", PASSWORD, "operator"), "role_parks"),
        (("wu", PASSWORD, "operator", ["P999"]), "role_parks"), ((), "bad_name"),
    ],
)  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused_in_words_and_not_added(client_of, file: Path, fields: tuple, refusal: str):
    before = accounts.list_users(file)
    answer = add(client_of("adm"), *fields)
    assert t(f"refusal.{refusal}") in told(answer)
    assert answer.get_json()["response"] == {}, "what was typed stays in the form"
    assert accounts.list_users(file) == before


@pytest.mark.parametrize(
    ("what", "name", "fields", "refusal"),
    [
        ("bind", "ana", {"email": "nonsense"}, "oidc_whom"), ("factor", "adm", {}, "not_yourself"), ("disable", "nobody", {}, "no_account"),
        ("disable", "adm", {}, "not_yourself"), ("change", "adm", {"role": "analyst"}, "not_yourself"),
        ("password", "adm", {"password": NEW}, "not_yourself"), ("password", "ana", {"password": "x"}, "password_length"),
        ("change", "opa", {"role": "operator"}, "role_parks"),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused_in_words_and_not_made(client_of, file: Path, what: str, name: str, fields: dict, refusal: str):
    before = accounts.list_users(file)
    answer = change(client_of("adm"), what, name, **fields)
    assert t(f"refusal.{refusal}") in told(answer)
    assert answer.get_json()["response"] == {}
    assert accounts.list_users(file) == before


@pytest.mark.parametrize("name", ["ana", "opa"])
def test_nobody_but_an_admin_sees_or_changes_accounts(client_of, file: Path, name: str):
    client = client_of(name)
    assert "state-no_permission" in page(client, "/admin")
    for table in ("users", "access_log"):
        assert client.get(f"/export/{table}.csv").status_code == 404
    assert add(client, "wu", PASSWORD, "admin").status_code == 403
    for what in CHANGES:
        assert change(client, what, "ana", role="admin", password=NEW).status_code == 403
    assert accounts.get(file, "ana") == accounts.User("ana", "analyst")
    assert {user.name for user in accounts.list_users(file)} == {"adm", "ana", "opa"}


def test_a_row_of_the_roll_opens_what_may_be_done_with_its_account(client_of):
    admin = client_of("adm")

    def opened(name: str) -> str:
        return html_of(press(admin, "grid.cellRendererData", {"cellRendererData": {"value": {"name": name}}}, {"table": "users"}).get_json()["response"]["admin-forms"])

    assert all(f'id="admin-{what}"' in opened("ana") for what in CHANGES)
    assert "admin-change" not in opened("adm"), "nobody changes themselves here"


def test_the_log_is_cut_by_name_action_and_day(client_of, file: Path):
    admin = client_of("adm")
    client_of("ana").get("/export/firm_list.csv")
    day = number.moment(log_of(file).read(1)[0]["at"])[:10]  # a day of Beijing
    [line] = rows_of(admin, "access_log", f"who=ana&action=export&day={day}")
    assert "/export/firm_list.csv" in line.values()
    assert rows_of(admin, "access_log", "day=2001-01-01") == []
    for wrong in ("?day=today", "?who=a b", "?action=DROP"):
        assert "state-bad_address" in page(admin, "/admin", wrong)


def own_password(client: FlaskClient, old: str = "", new: str = "", again: str = ""):
    return press(client, "account-save", {"account-old.value": old, "account-new.value": new, "account-again.value": again})


@pytest.mark.parametrize("name", ["ana", "opa"])
def test_anybody_changes_their_password_and_signs_in_anew(client_of, file: Path, name: str):
    client = client_of(name)
    assert "account-password" in page(client, "/account")
    answer = own_password(client, PASSWORD, NEW, NEW).get_json()["response"]
    assert answer["account-leave"]["href"] == "/login"
    assert {answer[f"account-{box}"]["value"] for box in ("old", "new", "again")} == {""}
    assert ask(client, "/account").status_code == 401
    assert accounts.verify(file, name, PASSWORD).status == "failed"
    client_of(name, NEW)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (("not it", NEW, NEW), "password_wrong"), ((), "password_wrong"), ((PASSWORD, NEW, "other"), "password_differs"),
        ((PASSWORD, "short", "short"), "password_length"),
    ],
)
def test_a_password_is_not_changed_by_what_does_not_fit(client_of, file: Path, fields: tuple, refusal: str):
    answer = own_password(client_of("ana"), *fields)
    assert t(f"refusal.{refusal}") in told(answer)
    assert answer.get_json()["response"] == {}
    assert accounts.verify(file, "ana", PASSWORD).status == "ok"


def test_guessing_the_old_password_in_an_open_session_locks_like_sign_in(client_of, file: Path):
    client = client_of("ana")
    for _ in range(throttle.TRIES):
        answer = own_password(client, "guess", NEW, NEW)
    assert "15分钟" in told(answer)
    assert own_password(client, PASSWORD, NEW, NEW).get_json()["response"] == {}
    assert accounts.verify(file, "ana", PASSWORD, "127.0.0.1").status == "locked"
    assert [row["detail"] for row in log_of(file).read(action="denied")].count("password_wrong") == throttle.TRIES - 1
    rows = press(client_of("adm"), "grid.getRowsRequest", {"getRowsRequest": {}, "here.pathname": "/admin"}, {"table": "users"})
    assert "锁定中" in html_of(rows.get_json())


def test_the_roll_tells_the_last_sign_in_and_never_a_password(client_of, file: Path):
    client_of("ana")
    rows = {row["name"]: row for row in accounts.roll(file)}
    assert rows["ana"]["last_sign_in_at"]
    assert rows["opa"]["last_sign_in_at"] is None
    assert rows["opa"]["parks"] == "P001"
    assert not any("hash" in key for key in rows["ana"])


def test_account_acts_ask_for_the_password_again_when_it_was_given_long_ago(client_of, file: Path, monkeypatch: pytest.MonkeyPatch):
    admin, later = client_of("adm"), accounts.now() + guard.PROOF_SECONDS + 1
    monkeypatch.setattr(accounts, "now", lambda: later)
    answers = [add(admin, "wu", NEW, "auditor"), *(change(admin, what, "ana", role="auditor", password=NEW, email="a@b.cn") for what in CHANGES)]
    assert len(answers) == len(acts.ASK_AGAIN)
    assert {told(answer) for answer in answers} == {t("refusal.confirm_first")}
    assert accounts.get(file, "ana") == accounts.User("ana", "analyst")
    text = page(admin, "/admin")
    assert "go-confirm" in text
    assert "add-password" not in text
    wrong = admin.post("/confirm", data={"password": "not it", "form": session_token(admin), "next": "/admin"})
    assert wrong.status_code == 401
    assert told(change(admin, "disable", "ana")) == t("refusal.confirm_first")
    right = admin.post("/confirm", data={"password": PASSWORD, "form": session_token(admin), "next": "/admin"})
    assert (right.status_code, right.headers["Location"]) == (303, "/admin")
    assert told(change(admin, "disable", "ana")) == t("admin.done")
    assert [row["action"] for row in log_of(file).read(4)] == ["act user-disable", "confirm", "denied", "confirm failed"]


def end(client: FlaskClient, number: object = 0):
    return press(client, "end-session", {}, {"number": number})


def test_a_person_sees_where_they_are_signed_in_and_ends_it_there(client_of, file: Path):
    here, there, other = client_of("ana"), client_of("ana"), client_of("opa")
    text = page(here, "/account")
    assert text.count("end-session") == 2, "the other one, and all of them"
    assert re.search(r'<Div[^>]*className="table-wrap"[^>]*>', text)[0].count("已登录的会话") == 1, "what scrolls has a name, and the keyboard comes to it"
    assert there.get_cookie("softcity_session").value not in text
    numbers = [one["number"] for one in sessions.listed(file, "ana")]
    assert told(end(other, numbers[0])) == t("refusal.not_found")
    assert told(end(here, "1 or 1=1")) == t("refusal.not_understood")
    assert len(sessions.listed(file, "ana")) == 2, "nobody ends another's"
    with there.session_transaction() as session:
        number = next(one["number"] for one in sessions.listed(file, "ana") if one["id"] == session["id"])
    assert "end-session" in html_of(end(here, number).get_json()["response"]["account-list"])
    assert ask(there, "/account").status_code == 401
    assert ask(here, "/account").status_code == 200
    assert end(here).get_json()["response"]["account-leave"]["href"] == "/login"
    assert ask(here, "/account").status_code == 401
