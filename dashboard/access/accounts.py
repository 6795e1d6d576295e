"""Accounts, lockout and the access log, in one SQLite file.

Failures are counted by the name typed, known or not, and an unknown name costs the same hashing,
so neither the answer nor its timing tells whether an account exists.
"""

import contextlib
import json
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from dashboard.errors import AccountError

ROLES = ("analyst", "operator", "auditor", "steward", "admin")
TRIES = 5
LOCKED_SECONDS = 15 * 60
PASSWORD_LENGTHS = (8, 256)
_NAME = re.compile(r"[\w.@-]{1,64}")
_HASHER = PasswordHasher()

_SCHEMA = """
create table if not exists account (
    name text primary key, password_hash text not null, role text not null, parks text not null,
    is_disabled integer not null default 0, session_version integer not null default 1, created_at text not null
);
create table if not exists failure (name text primary key, tries integer not null, last_at real not null);
create table if not exists ended_session (session_id text primary key, until real not null);
create table if not exists access_log (
    id integer primary key, at text not null, name text, role text, action text not null,
    address text, path text, detail text
);
"""


@dataclass(frozen=True)
class User:
    """A signed-in person. `parks` is the whole scope of an operator and empty for everybody else."""

    name: str
    role: str
    parks: tuple[str, ...] = ()
    session_version: int = 1
    is_disabled: bool = False

    @property
    def is_scoped(self) -> bool:
        return self.role == "operator"


@dataclass(frozen=True)
class SignIn:
    """What became of one try: `status` is ok, failed or locked; `user` only when ok."""

    status: str
    user: User | None = None


def now() -> float:
    return time.time()


def _stamp(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


@cache
def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    with sqlite3.connect(path, timeout=10) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.executescript(_SCHEMA)
    connection.close()


@contextlib.contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    """One short transaction; a file removed meanwhile is made anew."""
    if not path.exists():
        _prepare.cache_clear()
    _prepare(path)
    connection = sqlite3.connect(path, timeout=10)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def _check_password(password: str) -> str:
    low, high = PASSWORD_LENGTHS
    if not low <= len(password) <= high:
        raise AccountError(f"The password has {len(password)} characters. Give {low} to {high}.", "password_length")
    return _HASHER.hash(password)


def _check_role(role: str, parks: Sequence[str]) -> str:
    """The parks as they are kept. An operator needs at least one; nobody else may have one."""
    if role not in ROLES:
        raise AccountError(f"There is no role {role!r}. Give one of {', '.join(ROLES)}.", "no_role")
    if (role == "operator") != bool(parks):
        raise AccountError("An operator needs at least one park, and only an operator has parks.", "role_parks")
    return json.dumps(sorted(set(parks)))


def add(path: Path, name: str, password: str, role: str, parks: Sequence[str] = ()) -> User:
    """Add an account. An operator needs at least one park; nobody else may have one."""
    if not _NAME.fullmatch(name):
        raise AccountError(f"The name {name!r} cannot be used. Give letters, digits, . _ @ or -, at most 64.", "bad_name")
    kept = _check_role(role, parks)
    hashed = _check_password(password)
    try:
        with _open(path) as db:
            db.execute(
                "insert into account (name, password_hash, role, parks, created_at) values (?, ?, ?, ?, ?)",
                (name, hashed, role, kept, _stamp(now())),
            )
    except sqlite3.IntegrityError:
        raise AccountError(f"{name} is there already. Use `passwd` to change the password.", "name_taken") from None
    return User(name, role, tuple(sorted(set(parks))))


def _user(row: Sequence[object]) -> User:
    name, role, parks, version, disabled = row
    return User(str(name), str(role), tuple(json.loads(str(parks))), int(str(version)), bool(disabled))


_COLUMNS = "name, role, parks, session_version, is_disabled"


def list_users(path: Path) -> list[User]:
    with _open(path) as db:
        return [_user(row) for row in db.execute(f"select {_COLUMNS} from account order by name")]


def roll(path: Path) -> list[dict[str, object]]:
    """Every account with its last sign-in and whether it is locked just now; never a password."""
    with _open(path) as db:
        db.row_factory = sqlite3.Row
        found = db.execute(
            "select account.name, role, parks, is_disabled, created_at,"
            " (select max(at) from access_log where name = account.name and action = 'sign-in ok') as last_sign_in_at,"
            " coalesce(tries >= ? and last_at >= ?, false) as is_locked"
            " from account left join failure on failure.name = account.name order by account.name",
            (TRIES, now() - LOCKED_SECONDS),
        )
        return [{**dict(row), "parks": ", ".join(json.loads(row["parks"]))} for row in found]


def get(path: Path, name: str) -> User | None:
    with _open(path) as db:
        row = db.execute(f"select {_COLUMNS} from account where name = ?", (name,)).fetchone()
    return _user(row) if row else None


def _change(path: Path, name: str, statement: str, *values: object) -> None:
    """One change to one account that also ends all its sessions and forgets its failures."""
    with _open(path) as db:
        done = db.execute(
            f"update account set {statement}, session_version = session_version + 1 where name = ?", (*values, name)
        )
        if done.rowcount == 0:
            raise AccountError(f"There is no account {name}. `list` shows those there are.", "no_account")
        db.execute("delete from failure where name = ?", (name,))


def disable(path: Path, name: str) -> None:
    _change(path, name, "is_disabled = 1")


def enable(path: Path, name: str) -> None:
    _change(path, name, "is_disabled = 0")


def change(path: Path, name: str, role: str, parks: Sequence[str] = ()) -> None:
    """Give another role or other parks. Sessions end: no open page keeps the wider view."""
    _change(path, name, "role = ?, parks = ?", role, _check_role(role, parks))


def passwd(path: Path, name: str, password: str) -> None:
    _change(path, name, "password_hash = ?", _check_password(password))


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex(16))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


def verify(path: Path, name: str, password: str) -> SignIn:
    """Try a name and a password. Five wrong ones in a row lock the name for 15 minutes, right or wrong."""
    name, password, moment = name[:64], password[: PASSWORD_LENGTHS[1]], now()
    with _open(path) as db:
        db.execute("delete from failure where last_at < ?", (moment - LOCKED_SECONDS,))
        failed = db.execute("select tries from failure where name = ?", (name,)).fetchone()
        row = db.execute(f"select {_COLUMNS}, password_hash from account where name = ?", (name,)).fetchone()
    # Always hash once, outside the transaction: same cost for unknown, locked and disabled names.
    nobodys = _nobodys_hash()  # made at the first try of anybody, so that it costs no unknown name more
    matches = _matches(row[-1] if row else nobodys, password)
    if failed and failed[0] >= TRIES:
        return SignIn("locked")
    user = _user(row[:-1]) if row else None
    if matches and user and not user.is_disabled:
        with _open(path) as db:
            db.execute("delete from failure where name = ?", (name,))
        return SignIn("ok", user)
    with _open(path) as db:
        db.execute(
            "insert into failure values (?, 1, ?) on conflict (name) do update set tries = tries + 1, last_at = ?",
            (name, moment, moment),
        )
        tries = db.execute("select tries from failure where name = ?", (name,)).fetchone()[0]
    return SignIn("locked" if tries >= TRIES else "failed")


def end_session(path: Path, session_id: str, until: float) -> None:
    """Remember a signed-out session until its cookie would have expired by itself."""
    with _open(path) as db:
        db.execute("delete from ended_session where until < ?", (now(),))
        db.execute("insert or replace into ended_session values (?, ?)", (session_id, until))


def session_user(path: Path, name: str, version: int, session_id: str) -> User | None:
    """The user a session belongs to, unless it was ended by sign-out, `disable` or `passwd`."""
    return _found_at(_state(path), path, name, version, session_id)


def _state(path: Path) -> tuple[object, ...]:
    """What is another after every write to the file: asked of each request, it is quicker than a look into it."""
    found = []
    for file in (path, path.with_name(f"{path.name}-wal")):
        try:
            seen = file.stat()
        except FileNotFoundError:
            continue
        # Within a tick of the file system's clock two writes look like one: what is so new is looked up each time.
        is_settled = now() - seen.st_mtime > 1
        found.append((seen.st_ino, seen.st_mtime_ns, seen.st_size) if is_settled else secrets.token_bytes(8))
    return tuple(found)


@lru_cache(maxsize=256)
def _found_at(state: tuple[object, ...], path: Path, name: str, version: int, session_id: str) -> User | None:
    with _open(path) as db:
        row = db.execute(
            f"select {_COLUMNS} from account where name = ? and session_version = ? and is_disabled = 0"
            " and not exists (select 1 from ended_session where session_id = ?)", (name, version, session_id),
        ).fetchone()
    return _user(row) if row else None


def log(
    path: Path, action: str, name: str, role: str = "", address: str = "", where: str = "", detail: str = ""
) -> None:
    """Write one line of the access log: sign-in ok, failed or locked, sign-out, denied, export. Never a password."""
    with _open(path) as db:
        db.execute(
            "insert into access_log (at, name, role, action, address, path, detail) values (?, ?, ?, ?, ?, ?, ?)",
            (_stamp(now()), name[:64], role, action, address, where[:300], detail[:1000]),
        )


def read_log(
    path: Path, limit: int = 200, *, name: str | None = None, action: str | None = None, day: str | None = None
) -> list[dict[str, str]]:
    """The newest lines, of one name, action or day of Beijing when given."""
    with _open(path) as db:
        db.row_factory = sqlite3.Row
        found = db.execute(
            "select * from access_log where (:name is null or name = :name) and (:action is null or action = :action)"
            " and (:day is null or date(at, '+8 hours') = :day) order by id desc limit :limit",
            {"name": name, "action": action, "day": day, "limit": limit},
        )
        return [dict(row) for row in found]


def actions(path: Path) -> list[str]:
    """The actions the log knows."""
    with _open(path) as db:
        return [row[0] for row in db.execute("select distinct action from access_log order by 1")]


def secret_key(path: Path) -> bytes:
    """The key that signs cookies: beside the accounts, made once, readable by the owner only."""
    file = path.with_name(path.stem + ".key")
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.write(handle, secrets.token_bytes(32))
        os.close(handle)
        with contextlib.suppress(FileExistsError):  # unlike a rename, a link fails when another worker was quicker
            os.link(fresh, file)
        fresh.unlink()
    return file.read_bytes()
