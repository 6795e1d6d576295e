"""Accounts from the command line: on record, in words, and no published password in a home that is somebody's."""

import getpass
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard.access import accounts, second_factor, sessions
from pipelines.base.errors import DemoRefused
from pipelines.base.roles import ROLES
from pipelines.cli import main
from pipelines.settings import Settings
from pipelines.users import log_of, prepare_demo

PASSWORD = "correct horse battery"


def users(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "users", *words])


def lines(home: Path) -> list[tuple[str, str, str, str]]:
    return [(row["name"], row["role"], row["action"], row["detail"]) for row in reversed(log_of(Settings.load(home)).read())]


def test_every_change_from_the_command_line_is_on_record_under_the_machines_user(tmp_path: Path) -> None:
    file = Settings.load(tmp_path).accounts
    assert users(tmp_path, "add", "boss", "--role", "admin", "--password", PASSWORD).exit_code == 0
    assert users(tmp_path, "add", "wu", "--role", "operator", "--park", "P001", "--park", "P002", "--password", PASSWORD).exit_code == 0
    second_factor.pending(file, "wu")
    for words in (
        ("passwd", "wu", "--password", PASSWORD), ("disable", "wu"), ("enable", "wu"), ("reset-factor", "wu"),
        ("bind", "wu", "--email", "wu@city.example"), ("bind", "wu", "--remove"),
    ):
        assert users(tmp_path, *words).exit_code == 0, words
    for words, told in (
        (("disable", "boss"), "last admin"), (("disable", "nobody"), "no account nobody"),
        (("add", "Wu", "--role", "analyst", "--password", PASSWORD), "looks like wu"),
        (("change", "boss", "--role", "analyst"), "last admin"),
        (("passwd", "wu", "--password", "12345678"), "Give 12 to 256"), (("bind", "wu", "--subject", "7"), "issuer"),
    ):
        done = users(tmp_path, *words)
        assert done.exit_code == 1
        assert told in done.output
    who = getpass.getuser()
    assert lines(tmp_path) == [
        (who, "command", action, detail) for action, detail in (
            ("act user-add", "name=boss role=admin parks= policies="), ("act user-add", "name=wu role=operator parks=P001,P002 policies="),
            ("act user-password", "name=wu"), ("act user-disable", "name=wu"), ("act user-enable", "name=wu"),
            ("act user-factor", "name=wu"), ("act user-bind", "name=wu email=wu@city.example subject="), ("act user-bind", "name=wu removed"),
            ("denied", "user-disable name=boss last_admin"), ("denied", "user-disable name=nobody no_account"),
            ("denied", "user-add name=Wu role=analyst parks= policies= name_alike"), ("denied", "user-change name=boss role=analyst parks= policies= last_admin"),
            ("denied", "user-password name=wu password_length"),
            ("denied", "user-bind name=wu email= subject=7 oidc_whom"),
        )
    ]  # fmt: skip
    assert PASSWORD not in str(lines(tmp_path))
    assert accounts.verify(file, "boss", PASSWORD).user.must_change


def test_the_whole_log_is_written_into_one_file(tmp_path: Path) -> None:
    users(tmp_path, "add", "boss", "--role", "admin", "--password", PASSWORD)
    log = log_of(Settings.load(tmp_path))
    for at in range(1500):
        log.write("view", "boss", "admin", "10.0.0.1", f"/firms/{at}")
    log.write("view", "=cmd", "admin")
    out = tmp_path / "log.csv"
    assert users(tmp_path, "log", "--out", str(out)).exit_code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 1504, "a head, what was seen, the account made, and this export"
    assert "'=cmd" in text
    assert "log export" in text
    assert out.stat().st_mode & 0o077 == 0


def test_no_sign_of_an_account_name_moves_a_terminal(tmp_path: Path) -> None:
    for name in ("a\x1b[2Jb", "b\u202ec", "c\rd"):
        done = users(tmp_path, "add", name, "--role", "analyst", "--password", PASSWORD)
        assert done.exit_code == 1
        assert not {"\x1b", "\u202e", "\r"} & set(done.output)
    with accounts.changing(Settings.load(tmp_path).accounts) as db:  # an account of earlier days
        db.execute("insert into account (name, password_hash, role, parks, created_at) values (?, '', 'analyst', '[]', '')", ("a\x1b[2J",))
    for words in (("list",), ("disable", "a\x1b[2J")):
        done = users(tmp_path, *words)
        assert done.exit_code == 0
        assert "\x1b" not in done.output
    assert json.loads(users(tmp_path, "list", "--json").output)[0]["name"] == "a\x1b[2J"


def published(home: Path, *, is_sample: bool) -> None:
    folder = home / "published" / "20260101-0001"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"snapshot_id": folder.name, "is_sample": is_sample}), encoding="utf-8")
    (home / "published" / "CURRENT").write_text(folder.name, encoding="utf-8")


def test_the_demonstration_prepares_an_empty_home_and_its_own_again(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    for _ in range(2):
        prepare_demo(settings)
        assert [user.name for user in accounts.list_users(settings.accounts)] == sorted(ROLES)
        assert not any(user.must_change for user in accounts.list_users(settings.accounts))
        if not settings.published.exists():
            published(tmp_path, is_sample=True)


@pytest.mark.parametrize("what", ["account", "role-named account", "landing", "snapshot", "demo on real data"])
def test_the_demonstration_adds_no_account_to_a_home_that_is_somebodys(tmp_path: Path, what: str) -> None:
    settings = Settings.load(tmp_path)
    if what == "account":
        accounts.add(settings.accounts, "wu", PASSWORD, "admin")
    elif what == "role-named account":
        accounts.add(settings.accounts, "admin", PASSWORD, "admin")
    elif what == "landing":
        (tmp_path / "landing" / "payments").mkdir(parents=True)
    elif what == "demo on real data":
        prepare_demo(settings)
    if what in ("snapshot", "demo on real data"):
        published(tmp_path, is_sample=False)
    before = accounts.list_users(settings.accounts)
    with pytest.raises(DemoRefused, match=r"Give a new folder: `softcity demo --home DIR`\."):
        prepare_demo(settings)
    assert accounts.list_users(settings.accounts) == before


def test_what_an_account_sees_changes_without_a_new_account_and_its_sessions_end(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    users(tmp_path, "add", "wu", "--role", "operator", "--park", "P001", "--password", PASSWORD)
    user = accounts.get(settings.accounts, "wu")
    assert user
    session = sessions.begin(settings.accounts, user)
    steps: list[tuple[tuple[str, ...], tuple[str, tuple[str, ...], tuple[str, ...]]]] = [
        (("--policy", "wuxi-software"), ("operator", ("P001",), ("wuxi-software",))), (("--park", "P002"), ("operator", ("P002",), ("wuxi-software",))),
        (("--role", "auditor"), ("auditor", (), ("wuxi-software",))), (("--all-policies",), ("auditor", (), ())),
        (("--policy", "wuxi-software"), ("auditor", (), ("wuxi-software",))), (("--role", "admin"), ("admin", (), ())),
    ]  # fmt: skip
    for words, sees in steps:
        assert users(tmp_path, "change", "wu", *words).exit_code == 0, words
        found = accounts.get(settings.accounts, "wu")
        assert found
        assert (found.role, found.parks, found.policies) == sees
    assert sessions.user_of(settings.accounts, "wu", user.session_version, session) is None
    for words in ((), ("--policy", "wuxi-software", "--all-policies"), ("--role", "king")):
        assert users(tmp_path, "change", "wu", *words).exit_code == 2, words
