"""账户: only an admin sees and changes accounts; everybody changes their own password; the log tells who did what."""

import json

import pytest
from conftest import PASSWORD, act, ask, choose_password, log_of, session_token, sign_in

from dashboard import acts
from dashboard.access import accounts, guard, throttle
from dashboard.app import create_app
from dashboard.components import number

NEW = "another good one"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "accounts.sqlite"
    for name, role, parks in (("adm", "admin", ()), ("ana", "analyst", ()), ("opa", "operator", ("P001",))):
        accounts.add(path, name, PASSWORD, role, parks)
    return path


@pytest.fixture
def client_of(published, file, tmp_path):
    server = create_app(published, file, decisions=tmp_path / "decisions")

    def make(name: str, password: str = PASSWORD, new: str = ""):
        client = server.test_client()
        answer = sign_in(client, name, password)
        if new:
            assert answer.status_code == 200
            answer = choose_password(client, new)
        assert answer.status_code == 303
        return client

    return make


def page(client, path: str = "/admin", query: str = "") -> str:
    return json.dumps(ask(client, path, query).get_json(), ensure_ascii=False)


def test_an_admin_adds_changes_disables_and_enables_an_account(client_of, file):
    admin = client_of("adm")
    form = {"name": "wu", "password": PASSWORD, "role": "operator", "parks": ["P001", "P002"], "back": "/admin"}
    answer = act(admin, "user-add", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin")
    assert accounts.get(file, "wu").parks == ("P001", "P002")
    wu = client_of("wu", PASSWORD, NEW)
    assert act(admin, "user-change", name="wu", role="auditor", parks=["P001"]).status_code == 303
    assert (accounts.get(file, "wu").role, accounts.get(file, "wu").parks) == ("auditor", ())
    assert ask(wu, "/parks").status_code == 401, "a changed role ends the session"
    assert act(admin, "user-disable", name="wu").status_code == 303
    assert accounts.verify(file, "wu", NEW).status == "failed"
    assert act(admin, "user-enable", name="wu").status_code == 303
    assert act(admin, "user-password", name="wu", password=PASSWORD).status_code == 303
    assert accounts.verify(file, "wu", PASSWORD).user.must_change
    logged = log_of(file).read(50)
    assert {"act user-add", "act user-change", "act user-disable", "act user-enable", "act user-password"} <= {row["action"] for row in logged}
    assert not any(PASSWORD in str(row) or NEW in str(row) for row in logged)
    assert "role=operator parks=P001,P002" in str(logged)
    assert "role=auditor parks=P001 was role=operator parks=P001,P002" in str(logged)
    text = page(admin)
    assert "manage-wu" in text
    assert "argon2" not in text


@pytest.mark.parametrize(
    ("name", "form", "told"),
    [
        ("user-add", {"name": "a b", "password": PASSWORD, "role": "analyst"}, "bad_name"),
        ("user-add", {"name": "ana", "password": PASSWORD, "role": "analyst"}, "name_taken"),
        ("user-add", {"name": "AnA", "password": PASSWORD, "role": "analyst"}, "name_alike"),
        ("user-add", {"name": "wu", "password": "password1234", "role": "analyst"}, "password_weak_common"),
        ("user-bind", {"name": "ana", "email": "nonsense"}, "oidc_whom"), ("user-factor", {"name": "adm"}, "not_yourself"),
        ("user-add", {"name": "wu", "password": "short", "role": "analyst"}, "password_length"),
        ("user-add", {"name": "wu", "password": PASSWORD, "role": "chief"}, "no_role"),
        ("user-add", {"name": "wu", "password": PASSWORD, "role": "operator"}, "role_parks"),
        ("user-add", {"name": "wu", "password": PASSWORD, "role": "operator", "parks": "P999"}, "role_parks"),
        ("user-add", {}, "bad_name"), ("user-disable", {"name": "nobody"}, "no_account"),
        ("user-disable", {"name": "adm"}, "not_yourself"), ("user-change", {"name": "adm", "role": "analyst"}, "not_yourself"),
        ("user-password", {"name": "adm", "password": NEW}, "not_yourself"),
        ("user-password", {"name": "ana", "password": "x"}, "password_length"),
        ("user-change", {"name": "opa", "role": "operator"}, "role_parks"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(client_of, file, name: str, form: dict, told: str):
    from dashboard.text import t

    before = [(user.name, user.role, user.parks, user.is_disabled, user.session_version) for user in accounts.list_users(file)]
    answer = act(client_of("adm"), name, **form)
    assert answer.status_code == 400
    assert t(f"refusal.{told}") in answer.get_data(as_text=True)
    assert before == [(user.name, user.role, user.parks, user.is_disabled, user.session_version) for user in accounts.list_users(file)]


@pytest.mark.parametrize("name", ["ana", "opa"])
def test_nobody_but_an_admin_sees_or_changes_accounts(client_of, file, name: str):
    client = client_of(name)
    text = page(client)
    assert "state-no_permission" in text
    assert "manage-" not in text
    for table in ("users", "access_log"):
        assert client.get(f"/export/{table}.csv").status_code == 404
    for known, entry in acts.ACTS.items():
        if entry.roles == ("admin",):
            assert act(client, known, name="wu", password=PASSWORD, role="admin").status_code == 403
    assert {user.name for user in accounts.list_users(file)} == {"adm", "ana", "opa"}


def test_the_log_is_cut_by_name_action_and_day(client_of, file):
    admin = client_of("adm")
    client_of("ana").get("/export/firm_list.csv")
    day = number.moment(log_of(file).read(1)[0]["at"])[:10]  # a day of Beijing
    text = admin.get(f"/export/access_log.csv?who=ana&action=export&day={day}").get_data(as_text=True)
    lines = text.split("\r\n\r\n")[1].strip().splitlines() if "\r\n\r\n" in text else text.strip().splitlines()[-2:]
    assert len(lines) == 2
    assert "/export/firm_list.csv" in lines[1]
    assert "state-no_rows" in page(admin, query="?day=2001-01-01") or "2001" not in page(admin, query="?day=2001-01-01")
    for wrong in ("?day=today", "?who=a b", "?action=DROP"):
        assert "state-bad_address" in page(admin, query=wrong)


def test_anybody_changes_their_password_and_signs_in_anew(client_of, file):
    for name in ("ana", "opa"):
        client = client_of(name)
        assert "account-password" in page(client, "/account")
        assert act(client, "password", old=PASSWORD, new=NEW, again=NEW, back="/account").status_code == 303
        assert ask(client, "/account").status_code == 401
        assert accounts.verify(file, name, PASSWORD).status == "failed"
        client_of(name, NEW)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"old": "not it", "new": NEW, "again": NEW}, "password_wrong"), ({}, "password_wrong"),
        ({"old": PASSWORD, "new": NEW, "again": "other"}, "password_differs"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "password_length"),
    ],
)
def test_a_password_is_not_changed_by_a_form_that_does_not_fit(client_of, file, form: dict, told: str):
    from dashboard.text import t

    answer = act(client_of("ana"), "password", **form)
    assert answer.status_code == 400
    assert t(f"refusal.{told}") in answer.get_data(as_text=True)
    assert accounts.verify(file, "ana", PASSWORD).status == "ok"


def test_guessing_the_old_password_in_an_open_session_locks_like_sign_in(client_of, file):
    client = client_of("ana")
    for _ in range(throttle.TRIES):
        answer = act(client, "password", old="guess", new=NEW, again=NEW)
    assert "15分钟" in answer.get_data(as_text=True)
    assert act(client, "password", old=PASSWORD, new=NEW, again=NEW).status_code == 400
    assert accounts.verify(file, "ana", PASSWORD, "127.0.0.1").status == "locked"
    assert [row["detail"] for row in log_of(file).read(action="denied")].count(" password_wrong") == throttle.TRIES - 1
    assert "锁定中" in page(client_of("adm"))


def test_the_roll_tells_the_last_sign_in_and_never_a_password(client_of, file):
    client_of("ana")
    rows = {row["name"]: row for row in accounts.roll(file)}
    assert rows["ana"]["last_sign_in_at"]
    assert rows["opa"]["last_sign_in_at"] is None
    assert rows["opa"]["parks"] == "P001"
    assert not any("hash" in key for key in rows["ana"])


def test_account_acts_ask_for_the_password_again_when_it_was_given_long_ago(client_of, file, monkeypatch):
    admin, later = client_of("adm"), accounts.now() + guard.PROOF_SECONDS + 1
    monkeypatch.setattr(accounts, "now", lambda: later)
    for name, entry in acts.ACTS.items():
        if entry.roles == ("admin",):
            answer = act(admin, name, name="ana", password=NEW, role="auditor", back="/admin?who=ana")
            assert answer.status_code == 403
            assert "/confirm?next=/admin%3Fwho%3Dana" in answer.get_data(as_text=True)
    assert accounts.get(file, "ana") == accounts.User("ana", "analyst")
    text = page(admin)
    assert "go-confirm" in text
    assert "manage-ana" not in text
    wrong = admin.post("/confirm", data={"password": "not it", "form": session_token(admin), "next": "/admin"})
    assert wrong.status_code == 401
    assert act(admin, "user-disable", name="ana").status_code == 403
    right = admin.post("/confirm", data={"password": PASSWORD, "form": session_token(admin), "next": "/admin"})
    assert (right.status_code, right.headers["Location"]) == (303, "/admin")
    assert act(admin, "user-disable", name="ana").status_code == 303
    assert [row["action"] for row in log_of(file).read(4)] == ["act user-disable", "confirm", "denied", "confirm failed"]


def test_a_person_sees_where_they_are_signed_in_and_ends_it_there(client_of, file):
    here, there = client_of("ana"), client_of("ana")
    other = client_of("opa")
    text = page(here, "/account")
    assert text.count("/act/sessions") == 2, "the other one, and all of them"
    assert there.get_cookie("softcity_session").value not in text
    numbers = [one["number"] for one in accounts.sessions(file, "ana")]
    assert act(other, "sessions", number=numbers[0]).status_code == 404
    assert len(accounts.sessions(file, "ana")) == 2, "nobody ends another's"
    with there.session_transaction() as session:
        number = next(one["number"] for one in accounts.sessions(file, "ana") if one["id"] == session["id"])
    assert act(here, "sessions", number=number).status_code == 303
    assert ask(there, "/account").status_code == 401
    assert ask(here, "/account").status_code == 200
    assert act(here, "sessions", number="1 or 1=1").status_code == 400
    assert act(here, "sessions").status_code == 303
    assert ask(here, "/account").status_code == 401


def test_the_file_of_the_log_holds_every_line_though_the_page_shows_the_newest(client_of, file, monkeypatch):
    from dashboard.pages import admin as page_of_admin

    monkeypatch.setattr(page_of_admin, "LOG_LINES", 5)
    for at in range(30):
        log_of(file).write("view", "ana", "analyst", where=f"/firms/{at}")
    client = client_of("adm")
    assert sum(f"/firms/{number}<" in page(client, query="?who=ana") for number in range(30)) == 5
    text = client.get("/export/access_log.csv?who=ana").get_data(as_text=True)
    assert all(f"/firms/{number}," in text for number in range(30))
