"""The way in: what an account needs besides its password, step by step, and what is on record of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from conftest import PASSWORD, ask, choose_password, form_token, log_of, press, session_token, sign_in, told
from flask.testing import FlaskClient

from dashboard.access import accounts, guard, passwords, second_factor, throttle
from dashboard.app import create_app
from pipelines.base.errors import SettingsError
from pipelines.settings import Settings

NEW = "other words altogether"
HALF_MINUTE = 30


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1_800_000_000.0]
    monkeypatch.setattr(accounts, "now", lambda: moment[0])
    return moment


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.sqlite"
    for name, role in (("adm", "admin"), ("ana", "analyst")):
        accounts.add(path, name, PASSWORD, role)
    return path


@pytest.fixture
def site(published: Path, file: Path) -> Callable[[], FlaskClient]:
    return create_app(published, file).test_client


@pytest.fixture
def strict(published: Path, file: Path) -> Callable[[], FlaskClient]:
    """A site whose admins need a second factor."""
    return create_app(published, file, factor_roles=("admin",)).test_client


def enrolled(path: Path, name: str) -> pyotp.TOTP:
    """An authenticator in use, as if it had been so for a while."""
    device = pyotp.TOTP(second_factor.pending(path, name))
    assert second_factor.begin(path, name, device.at(accounts.now() - HALF_MINUTE)).user
    return device


def send_code(client: FlaskClient, code: str, target: str = "/"):
    return client.post("/login", data={"code": code, "form": form_token(client), "next": target})


def is_inside(client: FlaskClient) -> bool:
    return ask(client, "/account").status_code == 200


def test_a_password_somebody_else_chose_is_changed_before_anything_is_shown(site, file: Path):
    accounts.add(file, "wu", PASSWORD, "analyst", must_change=True)
    client = site()
    answer = sign_in(client, "wu", target="/parks")
    assert "step-new" in answer.get_data(as_text=True)
    assert not is_inside(client)
    for new, again, words in (
        (PASSWORD, PASSWORD, "相同"), (NEW, "not the same words", "不同"), ("short", "short", "12至256"), ("password1234", "password1234", "常用"),
    ):
        data = {"new": new, "again": again, "form": form_token(client)}
        refused = client.post("/login", data=data)
        assert refused.status_code == 400
        assert words in refused.get_data(as_text=True)
        assert not is_inside(client)
    done = choose_password(client, NEW, "/parks")
    assert (done.status_code, done.headers["Location"]) == (303, "/parks")
    assert is_inside(client)
    assert sign_in(site(), "wu", NEW).status_code == 303


def test_an_old_account_with_a_password_of_the_block_list_goes_on_with_another(site, file: Path):
    with accounts.changing(file) as db:
        db.execute("update account set password_hash = ? where name = 'ana'", (passwords.hashed("12345678"),))
    client = site()
    assert "step-new" in sign_in(client, "ana", "12345678").get_data(as_text=True)
    assert not is_inside(client)
    assert choose_password(client, NEW).status_code == 303
    assert sign_in(site(), "ana", NEW).status_code == 303


def test_accounts_of_the_demonstration_keep_their_published_password(site, file: Path):
    accounts.add(file, "auditor", "softcity-demo", "auditor", is_demo=True)
    assert sign_in(site(), "auditor", "softcity-demo").status_code == 303


def test_with_a_device_in_use_the_password_alone_opens_nothing(site, file: Path, clock: list[float]):
    device, client = enrolled(file, "ana"), site()
    assert "step-code" in sign_in(client, "ana").get_data(as_text=True)
    assert not is_inside(client)
    for path in ("/export/firm_list.csv", "/_dash-layout", "/factor", "/confirm"):
        assert client.get(path).status_code == 401
    assert send_code(client, "000000").status_code == 401
    assert not is_inside(client)
    assert send_code(client, device.at(clock[0]), "/parks").headers["Location"] == "/parks"
    assert is_inside(client)


def test_a_code_opens_once(site, file: Path, clock: list[float]):
    device, first, second = enrolled(file, "ana"), site(), site()
    code = device.at(clock[0])
    for client in (first, second):
        sign_in(client, "ana")
    assert send_code(first, code).status_code == 303
    assert send_code(second, code).status_code == 401
    assert send_code(second, device.at(clock[0] - HALF_MINUTE)).status_code == 401, "nor one from before it"
    clock[0] += HALF_MINUTE
    assert send_code(second, device.at(clock[0])).status_code == 303


def test_guessing_codes_locks_and_a_right_password_in_between_gives_no_new_tries(site, file: Path, clock: list[float]):
    device, seen = enrolled(file, "ana"), []
    for _ in range(throttle.TRIES):
        client = site()
        sign_in(client, "ana")
        seen.append(send_code(client, "123456").status_code)
    assert seen == [401] * (throttle.TRIES - 1) + [429]
    assert send_code(client, device.at(clock[0])).status_code == 429
    assert not is_inside(client)


def test_the_step_after_the_password_is_lost_after_a_while_and_with_a_changed_account(site, file: Path, clock: list[float]):
    device, client = enrolled(file, "ana"), site()
    sign_in(client, "ana")
    clock[0] += 601
    assert "step-code" not in client.get("/login").get_data(as_text=True)
    sign_in(client, "ana")
    accounts.change(file, "ana", "auditor")
    assert send_code(client, device.at(clock[0])).status_code != 303
    assert not is_inside(client)


def test_a_role_that_needs_a_factor_enrols_a_device_at_its_next_sign_in(strict, file: Path, clock: list[float]):
    client = strict()
    text = sign_in(client, "adm").get_data(as_text=True)
    assert "step-enrol" in text
    assert 'src="data:image/svg+xml' in text
    secret = re.search(r'id="factor-secret">(\w+)<', text)[1]
    assert not is_inside(client)
    assert send_code(client, "000000").status_code == 401
    assert send_code(client, pyotp.TOTP(secret).at(clock[0])).status_code == 303
    assert is_inside(client)
    assert sign_in(strict(), "ana").status_code == 303, "other roles need none"
    assert log_of(file).read(name="adm", action="sign-in ok")[0]["detail"] == "password code"
    assert not any(secret in str(row) for row in log_of(file).read(50))


def test_a_session_begun_without_a_factor_ends_when_its_role_needs_one(site, strict):
    client, later = site(), strict()
    sign_in(client, "adm")
    assert is_inside(client)
    later.set_cookie("softcity_session", client.get_cookie("softcity_session").value)
    assert not is_inside(later)


def test_a_factor_is_put_in_use_by_oneself_after_the_password_and_taken_away_by_an_admin(site, file: Path, clock: list[float]):
    client = site()
    sign_in(client, "ana")
    clock[0] += guard.PROOF_SECONDS + 1
    assert client.get("/factor").headers["Location"].startswith("/confirm")
    client.post("/confirm", data={"password": PASSWORD, "form": session_token(client), "next": "/factor"})
    secret = re.search(r'id="factor-secret">(\w+)<', client.get("/factor").get_data(as_text=True))[1]
    device = pyotp.TOTP(secret)
    assert client.post("/factor", data={"code": device.at(clock[0])}).status_code == 400, "without the form's token"
    assert accounts.get(file, "ana").has_factor is False
    done = client.post("/factor", data={"code": device.at(clock[0]), "form": session_token(client)})
    assert done.status_code == 303
    assert accounts.get(file, "ana").has_factor
    admin = site()
    sign_in(admin, "adm")
    assert told(press(admin, "admin-factor", {"manage-name.children": "ana"}))
    assert not accounts.get(file, "ana").has_factor
    assert not is_inside(client), "and its sessions end"
    assert sign_in(site(), "ana").status_code == 303


def test_a_name_nobody_has_is_never_written_down(site, file: Path):
    sign_in(site(), "my secret pass word typed in the wrong box", "x")
    sign_in(site(), "ana", "x")
    rows = log_of(file).read(10, action="sign-in failed")
    assert {row["name"] for row in rows} == {"", "ana"}
    assert "wrong box" not in str(rows)


def test_many_sign_ins_a_minute_from_one_address_are_refused_in_words(site, file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "SIGN_INS_A_MINUTE", 3)
    client = site()
    seen = [client.get("/login", headers={"Accept": "text/html"}) for _ in range(4)]
    assert [answer.status_code for answer in seen] == [200, 200, 200, 429]
    assert "过于频繁" in seen[-1].get_data(as_text=True)
    assert site().get("/login", environ_overrides={"REMOTE_ADDR": "10.9.9.9"}).status_code == 200
    assert log_of(file).read(1)[0]["detail"] == "too many"


def test_many_exports_a_minute_by_one_person_are_refused_and_others_go_on(site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "EXPORTS_A_MINUTE", 2)
    ana, adm = site(), site()
    sign_in(ana, "ana")
    sign_in(adm, "adm")
    assert [ana.get("/export/park_list.csv").status_code for _ in range(3)] == [200, 200, 429]
    assert adm.get("/export/park_list.csv").status_code == 200


def test_the_roles_that_need_a_factor_are_roles_there_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOFTCITY_SECOND_FACTOR_ROLES", "admin, auditor")
    assert Settings.load().factor_roles == ("admin", "auditor")
    monkeypatch.setenv("SOFTCITY_SECOND_FACTOR_ROLES", "admin,chief")
    with pytest.raises(SettingsError, match="chief"):
        Settings.load()
