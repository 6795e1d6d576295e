"""Accounts, lockout, sessions and the access log."""

import os
import stat
from pathlib import Path

import pytest
from conftest import PASSWORD

from dashboard.access import accounts
from dashboard.errors import AccountError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "accounts.sqlite"
    accounts.add(file, "li", PASSWORD, "analyst")
    return file


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1_700_000_000.0]
    monkeypatch.setattr(accounts, "now", lambda: moment[0])
    return moment


def test_a_right_password_signs_in_and_a_wrong_one_does_not(path: Path):
    assert accounts.verify(path, "li", PASSWORD).user.role == "analyst"
    assert accounts.verify(path, "li", "wrong").status == "failed"


def test_five_wrong_tries_lock_for_fifteen_minutes_even_the_right_password(path: Path, clock: list[float]):
    assert [accounts.verify(path, "li", "wrong").status for _ in range(5)] == ["failed"] * 4 + ["locked"]
    clock[0] += accounts.LOCKED_SECONDS - 1
    assert accounts.verify(path, "li", PASSWORD).status == "locked"
    clock[0] += 2
    assert accounts.verify(path, "li", PASSWORD).status == "ok"


def test_an_unknown_name_locks_like_a_known_one(path: Path):
    known = [accounts.verify(path, "li", "wrong").status for _ in range(6)]
    assert [accounts.verify(path, "nobody", "wrong").status for _ in range(6)] == known


@pytest.mark.parametrize("name", ["li", "nobody", "gone"])
def test_every_try_hashes_exactly_once_whoever_it_is(path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    accounts.add(path, "gone", PASSWORD, "analyst")
    accounts.disable(path, "gone")
    hashed: list[str] = []
    monkeypatch.setattr(accounts, "_matches", lambda stored, password: bool(hashed.append(stored)))
    accounts.verify(path, name, PASSWORD)
    assert len(hashed) == 1
    assert hashed[0].startswith("$argon2id$")


def test_disable_and_passwd_end_running_sessions(path: Path):
    user = accounts.get(path, "li")
    assert accounts.session_user(path, "li", user.session_version, "s1")
    accounts.passwd(path, "li", "another password")
    assert accounts.session_user(path, "li", user.session_version, "s1") is None
    newer = accounts.get(path, "li").session_version
    accounts.disable(path, "li")
    assert accounts.session_user(path, "li", newer, "s1") is None
    assert accounts.verify(path, "li", "another password").status == "failed"
    accounts.enable(path, "li")
    assert accounts.verify(path, "li", "another password").status == "ok"


def test_a_signed_out_session_stays_out_though_its_cookie_lives(path: Path):
    accounts.end_session(path, "s1", accounts.now() + 100)
    assert accounts.session_user(path, "li", 1, "s1") is None
    assert accounts.session_user(path, "li", 1, "s2")


@pytest.mark.parametrize(
    ("name", "password", "role", "parks"),
    [
        ("li", PASSWORD, "analyst", ()), ("wu", "short", "analyst", ()), ("wu", PASSWORD, "chief", ()),
        ("wu", PASSWORD, "operator", ()), ("wu", PASSWORD, "analyst", ("P1",)), ("a b", PASSWORD, "analyst", ()),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_with_the_mend(path: Path, name, password, role, parks):
    with pytest.raises(AccountError, match=r"\."):
        accounts.add(path, name, password, role, parks)


def test_no_password_is_stored_or_logged(path: Path):
    accounts.verify(path, "li", PASSWORD)
    accounts.log(path, "sign-in ok", "li", "analyst", "127.0.0.1", "/login")
    assert PASSWORD.encode() not in path.read_bytes()
    assert accounts.read_log(path)[0]["action"] == "sign-in ok"


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(path: Path):
    key = accounts.secret_key(path)
    assert len(key) == 32
    assert accounts.secret_key(path) == key
    assert stat.S_IMODE(path.with_name("accounts.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_session_looked_up_before_ends_with_the_next_write_however_soon(path: Path):
    old = accounts.now() - 60
    for _ in range(20):
        version = accounts.get(path, "li").session_version
        os.utime(path, (old, old))  # as if nobody had written for a minute: the answer is kept
        assert accounts.session_user(path, "li", version, "s") is accounts.session_user(path, "li", version, "s")
        accounts.passwd(path, "li", PASSWORD)
        assert accounts.session_user(path, "li", version, "s") is None
        accounts.end_session(path, "t", accounts.now() + 60)
        assert accounts.session_user(path, "li", version + 1, "t") is None
