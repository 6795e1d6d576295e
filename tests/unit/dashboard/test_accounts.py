"""Accounts, passwords, tries, sessions; and a file of the first version."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import PASSWORD, log_of

from dashboard.access import accounts, passwords, sessions, throttle
from dashboard.errors import AccountError

OTHER = "other words altogether"


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


def tries(path: Path, name: str, address: str, times: int, password: str = "wrong") -> list[str]:
    return [accounts.verify(path, name, password, address).status for _ in range(times)]


def test_a_right_password_signs_in_and_a_wrong_one_does_not(path: Path):
    assert accounts.verify(path, "li", PASSWORD).user.role == "analyst"
    assert accounts.verify(path, "li", "wrong").status == "failed"


def test_five_wrong_tries_lock_the_pair_for_fifteen_minutes_even_for_the_right_password(path: Path, clock: list[float]):
    assert tries(path, "li", "10.0.0.1", 5) == ["failed"] * 4 + ["locked"]
    clock[0] += throttle.LOCKED_SECONDS - 1
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.1").status == "locked"
    clock[0] += 2
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.1").status == "ok", "knocking did not make the lock longer"


def test_whoever_tries_wrongly_elsewhere_keeps_nobody_out(path: Path):
    assert tries(path, "li", "10.0.0.1", 8)[-1] == "locked"
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.2").status == "ok"


def test_an_address_that_tries_many_names_is_kept_out_and_no_other(path: Path):
    for number in range(throttle.TRIES_OF_AN_ADDRESS):
        assert accounts.verify(path, f"name{number}", "wrong", "10.0.0.1").status == "failed"
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.1").status == "crowded"
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.2").status == "ok"


def test_an_office_behind_one_address_is_not_kept_out_by_signing_in(path: Path):
    assert set(tries(path, "li", "10.0.0.1", throttle.TRIES_OF_AN_ADDRESS + 5, PASSWORD)) == {"ok"}


def test_a_name_tried_from_many_addresses_is_slowed_down_but_not_where_its_owner_signs_in(path: Path, clock: list[float]):
    assert accounts.verify(path, "li", PASSWORD, "10.0.0.1").status == "ok"
    seen = [accounts.verify(path, "li", "wrong", f"10.0.1.{number}").status for number in range(throttle.TRIES_UNSLOWED + 1)]
    assert seen == ["failed"] * throttle.TRIES_UNSLOWED + ["slowed"]
    assert accounts.verify(path, "li", "wrong", "10.0.0.1").status == "failed"
    clock[0] += throttle.LONGEST_WAIT
    assert accounts.verify(path, "li", PASSWORD, "10.0.2.1").status == "ok"


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("10.0.0.1", "::ffff:10.0.0.1", True), ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_addresses_are_counted_by_host_or_by_64_bits_of_an_ipv6_one(one: str, other: str, is_one: bool):
    assert (throttle.place(one) == throttle.place(other)) is is_one


def test_tries_at_the_same_moment_are_all_counted_and_before_anything_is_hashed(path: Path, monkeypatch: pytest.MonkeyPatch):
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda stored, password: bool(hashed.append(stored)))
    with ThreadPoolExecutor(12) as many:
        found = list(many.map(lambda _: accounts.verify(path, "li", "wrong", "10.0.0.1").status, range(24)))
    assert len(hashed) == throttle.TRIES
    assert found.count("failed") == throttle.TRIES - 1


def test_spellings_of_a_name_share_one_count(path: Path):
    assert [accounts.verify(path, name, "wrong", "10.0.0.1").status for name in ("li", "LI", "Li", "ｌｉ", "lI")][-1] == "locked"


def test_an_unknown_name_locks_like_a_known_one(path: Path):
    assert tries(path, "nobody", "10.0.0.2", 6) == tries(path, "li", "10.0.0.1", 6)


@pytest.mark.parametrize("name", ["li", "nobody", "gone"])
def test_every_try_hashes_exactly_once_whoever_it_is(path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    accounts.add(path, "gone", PASSWORD, "analyst")
    accounts.disable(path, "gone")
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda stored, password: bool(hashed.append(stored)))
    accounts.verify(path, name, PASSWORD)
    assert len(hashed) == 1
    assert hashed[0].startswith("$argon2id$")


def test_made_up_names_do_not_let_the_file_grow(path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttle, "MOST_KEYS", 60)
    for number in range(100):
        accounts.verify(path, f"name{number}", "wrong", f"10.0.{number}.1")
    with sqlite3.connect(path) as db:
        assert db.execute("select count(*) from try").fetchone()[0] <= 60
    clock[0] += throttle.LOCKED_SECONDS + 1
    accounts.verify(path, "li", "wrong")
    with sqlite3.connect(path) as db:
        assert db.execute("select count(*) from try").fetchone()[0] == 3


def session(path: Path, name: str = "li") -> tuple[int, str]:
    user = accounts.get(path, name)
    return user.session_version, sessions.begin(path, user, "10.0.0.1", "Browser")


def test_disable_and_passwd_end_running_sessions(path: Path):
    version, number = session(path)
    assert sessions.user_of(path, "li", version, number)
    accounts.passwd(path, "li", OTHER)
    assert sessions.user_of(path, "li", version, number) is None
    version, number = session(path)
    accounts.disable(path, "li")
    assert sessions.user_of(path, "li", version, number) is None
    assert accounts.verify(path, "li", OTHER).status == "failed"
    accounts.enable(path, "li")
    assert accounts.verify(path, "li", OTHER).status == "ok"


def test_a_signed_out_session_stays_out_though_its_cookie_lives(path: Path):
    (version, one), (_, two) = session(path), session(path)
    sessions.end(path, one)
    assert sessions.user_of(path, "li", version, one) is None
    assert sessions.user_of(path, "li", version, two)
    assert sessions.user_of(path, "li", version, "made up") is None


def test_a_person_ends_their_own_sessions_and_nobody_elses(path: Path):
    accounts.add(path, "wu", PASSWORD, "analyst")
    session(path), session(path), session(path, "wu")
    first, second = sessions.listed(path, "li")
    assert first["address"] == "10.0.0.1"
    assert sessions.end_listed(path, "li", sessions.listed(path, "wu")[0]["number"]) == 0
    assert sessions.end_listed(path, "li", first["number"]) == 1
    assert [one["id"] for one in sessions.listed(path, "li")] == [second["id"]]
    assert sessions.end_listed(path, "li") == 1
    assert len(sessions.listed(path, "wu")) == 1


@pytest.mark.parametrize(
    ("name", "password", "role", "parks"),
    [
        ("li", PASSWORD, "analyst", ()), ("wu", "short", "analyst", ()), ("wu", PASSWORD, "chief", ()),
        ("wu", PASSWORD, "operator", ()), ("wu", PASSWORD, "analyst", ("P1",)), ("a b", PASSWORD, "analyst", ()),
        ("a\x1b[2Jb", PASSWORD, "analyst", ()), ("wu\u202e", PASSWORD, "analyst", ()), ("w\u200bu", PASSWORD, "analyst", ()),
        ("ѕtе", PASSWORD, "analyst", ()),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_with_the_mend(path: Path, name, password, role, parks):
    with pytest.raises(AccountError, match=r"\.") as told:
        accounts.add(path, name, password, role, parks)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("alike", ["Li01", "ｌｉ０１", "liO1", "li0l", "LI0I"])
def test_a_name_that_looks_like_one_there_is_is_refused(path: Path, alike: str):
    accounts.add(path, "li01", PASSWORD, "analyst")
    with pytest.raises(AccountError) as told:
        accounts.add(path, alike, PASSWORD, "analyst")
    assert told.value.key in {"name_alike", "name_taken"}
    accounts.add(path, "li02", PASSWORD, "analyst")


def test_a_name_is_saved_in_letters_of_one_width(path: Path):
    assert accounts.add(path, " 王ｗｕ．x ", PASSWORD, "analyst").name == "王wu.x"


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("12345678", "password_length"), ("elevenchars", "password_length"), ("x" * 257, "password_length"), ("abcdefghijkl", "password_weak_sequence"), ("123456789012", "password_weak_common"),
        ("password1234", "password_weak_common"), ("aaaaaaaaaaaaaa", "password_weak_repeat"), ("qwertyuiop[]", "password_weak_spatial"),
        ("2026-01-31", "password_length"), ("softcity-demo", "password_weak_common"), ("Softcity-2026", "password_weak_name"),
    ],
)
def test_an_easily_guessed_password_is_refused_and_says_what_it_is(path: Path, password: str, told: str):
    for do in (lambda: accounts.add(path, "wangwu", password, "analyst"), lambda: accounts.passwd(path, "li", password)):
        with pytest.raises(AccountError) as refused:
            do()
        assert refused.value.key == told
        assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["correct horse battery staple", "竹林里有七只安静的白鹤在睡", "all lower case words of mine", "x7" * 2 + "Kp9!vQ2m", "z8-" + "qv5k" * 30])
def test_any_signs_make_a_good_password_when_it_is_long_enough_and_no_word(path: Path, password: str):
    accounts.passwd(path, "li", password)
    assert accounts.verify(path, "li", password).status == "ok"


@pytest.mark.parametrize("act", [lambda path: accounts.disable(path, "boss"), lambda path: accounts.change(path, "boss", "analyst")])
def test_the_last_admin_stays(path: Path, act):
    accounts.add(path, "boss", PASSWORD, "admin")
    with pytest.raises(AccountError) as told:
        act(path)
    assert told.value.key == "last_admin"
    user = accounts.get(path, "boss")
    assert (user.role, user.is_disabled, user.session_version) == ("admin", False, 1)
    accounts.add(path, "deputy", PASSWORD, "admin")
    act(path)


def test_of_two_admins_who_disable_each_other_one_stays(path: Path):
    accounts.add(path, "boss", PASSWORD, "admin")
    accounts.add(path, "deputy", PASSWORD, "admin")

    def disable(name: str) -> str:
        try:
            accounts.disable(path, name)
        except AccountError as error:
            return error.key
        return "done"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(disable, ["boss", "deputy"])) == ["done", "last_admin"]
    assert sum(not user.is_disabled for user in accounts.list_users(path) if user.role == "admin") == 1


def test_no_password_is_stored_or_logged(path: Path):
    accounts.verify(path, "li", PASSWORD)
    assert PASSWORD.encode() not in path.read_bytes()


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(path: Path):
    key = sessions.secret_key(path)
    assert len(key) == 32
    assert sessions.secret_key(path) == key
    assert stat.S_IMODE(path.with_name("accounts.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_session_looked_up_before_ends_with_the_next_write_however_soon(path: Path):
    old = accounts.now() - 60
    for _ in range(20):
        version, number = session(path)
        os.utime(path, (old, old))  # as if nobody had written for a minute: the answer is kept
        os.utime(path.with_name("accounts.sqlite-wal"), (old, old)) if path.with_name("accounts.sqlite-wal").exists() else None
        assert sessions.user_of(path, "li", version, number) is sessions.user_of(path, "li", version, number)
        accounts.enable(path, "li")
        assert sessions.user_of(path, "li", version, number) is None
        version, number = session(path)
        sessions.end(path, number)
        assert sessions.user_of(path, "li", version, number) is None


FIRST_VERSION = """
create table account (
    name text primary key, password_hash text not null, role text not null, parks text not null,
    is_disabled integer not null default 0, session_version integer not null default 1, created_at text not null
);
create table failure (name text primary key, tries integer not null, last_at real not null);
create table ended_session (session_id text primary key, until real not null);
create table access_log (
    id integer primary key, at text not null, name text, role text, action text not null, address text, path text, detail text
);
"""


@pytest.fixture
def of_first_version(tmp_path: Path) -> Path:
    """A file as versions before the log had one of its own left it, with a password of its day."""
    file = tmp_path / "old" / "accounts.sqlite"
    file.parent.mkdir()
    with sqlite3.connect(file) as db:
        db.executescript(FIRST_VERSION)
        for name, role, parks in (("old", "admin", "[]"), ("Old", "operator", '["P001"]')):
            db.execute("insert into account values (?, ?, ?, ?, 0, 3, '2025-01-01T00:00:00Z')", (name, passwords.hashed("12345678"), role, parks))
        db.executemany(
            "insert into access_log (at, name, role, action, address, path, detail) values (?, ?, ?, ?, '10.0.0.1', '/login', '')",
            [
                ("2025-01-02T00:00:00Z", "old", "admin", "sign-in ok"), ("2025-01-03T00:00:00Z", "", "", "denied"),
                ("2025-01-04T00:00:00Z", "old", "admin", "export"),
            ],
        )
    db.close()
    return file


def test_accounts_of_the_first_version_go_on_with_their_passwords_and_their_log(of_first_version: Path):
    assert accounts.verify(of_first_version, "old", "12345678").user.role == "admin"
    assert accounts.verify(of_first_version, "Old", "12345678").user.parks == ("P001",)
    for row in accounts.roll(of_first_version):
        assert row["last_sign_in_at"] == {"old": "2025-01-02T00:00:00Z", "Old": None}[row["name"]]
    assert [row["action"] for row in log_of(of_first_version).read()] == ["export", "denied", "sign-in ok"]
    with sqlite3.connect(of_first_version) as db:
        assert not db.execute("select 1 from sqlite_master where name in ('access_log', 'failure', 'ended_session')").fetchall()


def test_a_move_of_the_log_killed_before_its_end_neither_loses_nor_doubles_a_line(of_first_version: Path, monkeypatch: pytest.MonkeyPatch):
    class Killed(Exception):
        pass

    class Dying(sqlite3.Connection):
        def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
            if statement.startswith("drop table if exists access_log"):
                raise Killed
            return super().execute(statement, *values)

    with sqlite3.connect(of_first_version, factory=Dying) as dying, pytest.raises(Killed):
        log_of(of_first_version).take_over(dying)
    dying.close()
    log_of(of_first_version).write("view", "old", "admin")
    accounts.list_users(of_first_version)
    assert [row["action"] for row in log_of(of_first_version).read()] == ["view", "export", "denied", "sign-in ok"]
