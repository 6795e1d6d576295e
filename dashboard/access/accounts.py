"""Accounts and their second factor, in one SQLite file that all workers share.

Tries are counted by the name typed, known or not, before anything is hashed; an unknown name costs the same hashing,
so neither the answer nor its timing tells whether an account exists (throttle.py).
"""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.access import names, passwords, throttle
from dashboard.access.access_log import AccessLog, stamp
from dashboard.access.sqlite_file import made
from dashboard.errors import AccountError
from pipelines.base.roles import ROLES
from pipelines.base.visible import visible

_SCHEMA = (
    "create table if not exists account (name text primary key, password_hash text not null, role text not null,"
    " parks text not null, is_disabled integer not null default 0, session_version integer not null default 1,"
    " created_at text not null)",
    # the primary key is what the cookie carries; pages name a session by its rowid
    "create table if not exists session (id text primary key, name text not null, started real not null, seen real not null,"
    " address text not null, browser text not null)",
    "create table if not exists saved_view (account text not null, label text not null, address text not null, saved_at text not null,"
    " primary key (account, label))",
    # of earlier versions: tries by name alone, sessions by those that had ended
    "drop table if exists failure", "drop table if exists ended_session",
    *throttle.SCHEMA,
)
_ADDED = {
    "must_change": "integer not null default 0", "factor_secret": "text", "factor_pending": "text",
    "factor_step": "integer not null default 0", "oidc_email": "text", "oidc_issuer": "text", "oidc_subject": "text",
    "last_sign_in_at": "text", "is_demo": "integer not null default 0",
    "policies": "text not null default '[]'", "mail_address": "text", "mail_kinds": "text not null default '[\"alert\"]'",
}  # fmt: skip
"""Columns that came after the first version, in a file that has only those of the first."""


@dataclass(frozen=True)
class User:
    """A signed-in person. `parks` is the whole scope of an operator and empty for everybody else; `policies` are the only ones an account sees, none named all."""

    name: str
    role: str
    parks: tuple[str, ...] = ()
    session_version: int = 1
    is_disabled: bool = False
    must_change: bool = False
    has_factor: bool = False
    is_demo: bool = False
    policies: tuple[str, ...] = ()

    @property
    def is_scoped(self) -> bool:
        return self.role == "operator"


@dataclass(frozen=True)
class SignIn:
    """What became of one try: `status` is ok, failed, locked, crowded or slowed; `user` only when ok."""

    status: str
    user: User | None = None


def now() -> float:
    return time.time()


@cache
def _prepare(path: Path) -> None:
    """The file as this version needs it; one of an earlier version keeps its accounts, its log moves out of it."""
    with made(path) as connection:
        with connection:
            connection.execute("begin immediate")
            for statement in _SCHEMA:
                connection.execute(statement)
            there = {row[1] for row in connection.execute("pragma table_info(account)")}
            for column, kind in _ADDED.items():
                if column not in there:
                    connection.execute(f"alter table account add column {column} {kind}")
            if connection.execute("select 1 from sqlite_master where name = 'access_log'").fetchone():
                connection.execute(
                    "update account set last_sign_in_at = coalesce(last_sign_in_at, (select max(at) from access_log"
                    " where access_log.name = account.name and action = 'sign-in ok'))"
                )
        AccessLog.beside(path).take_over(connection)


def _connect(path: Path) -> sqlite3.Connection:
    """A file removed meanwhile is made anew."""
    if not path.exists():
        _prepare.cache_clear()
    _prepare(path)
    return sqlite3.connect(path, timeout=10)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to look with; what is to be written goes through `changing`."""
    with contextlib.closing(_connect(path)) as connection:
        yield connection


@contextlib.contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction that holds the write lock from its start: what it reads stays true until it has written."""
    with contextlib.closing(_connect(path)) as connection, connection:
        connection.execute("begin immediate")
        yield connection


def _check_role(role: str, parks: Sequence[str], policies: Sequence[str]) -> tuple[str, str]:
    """Parks and policies as they are kept. An operator needs at least one park; nobody else may have one. An admin sees all policies."""
    if role not in ROLES:
        raise AccountError(f"There is no role {role!r}. Give one of {', '.join(ROLES)}.", "no_role")
    if (role == "operator") != bool(parks):
        raise AccountError("An operator needs at least one park, and only an operator has parks.", "role_parks")
    if role == "admin" and policies:
        raise AccountError("An admin sees all policies: leave them out.", "role_policies")
    return json.dumps(sorted(set(parks))), json.dumps(sorted(set(policies)))


def add(
    path: Path, name: str, password: str, role: str, parks: Sequence[str] = (), policies: Sequence[str] = (), *,
    must_change: bool = False, is_demo: bool = False,
) -> User:  # fmt: skip
    """Add an account. An operator needs at least one park; nobody else may have one. Without policies it sees all of them.

    `must_change`: the password is somebody else's choice, and its owner's first sign-in asks for another.
    `is_demo`: the published password of the invented city.
    """
    name = names.normal_form(name)
    kept = _check_role(role, parks, policies)
    if not is_demo:
        passwords.check(password, (name, *parks))
    hashed = passwords.hashed(password)
    with changing(path) as db:
        like = next((known for (known,) in db.execute("select name from account") if names.is_like(name, known)), None)
        if like == name:
            raise AccountError(f"{name} is there already. Use `passwd` to change the password.", "name_taken")
        if like is not None:
            raise AccountError(f"{name} looks like {visible(like)}, which is there already. Give another name.", "name_alike")
        db.execute(
            "insert into account (name, password_hash, role, parks, policies, must_change, is_demo, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (name, hashed, role, *kept, must_change, is_demo, stamp(now())),
        )
    return User(name, role, tuple(sorted(set(parks))), must_change=must_change, policies=tuple(sorted(set(policies))))


USER_COLUMNS = "account.name, role, parks, session_version, is_disabled, must_change, factor_secret is not null, is_demo, policies"


def user_of(row: Sequence[object]) -> User:
    """The user of a row of USER_COLUMNS."""
    name, role, parks, version, *flags, policies = row
    is_disabled, must_change, has_factor, is_demo = map(bool, flags)
    return User(
        str(name), str(role), tuple(json.loads(str(parks))), int(str(version)), is_disabled, must_change, has_factor, is_demo,
        tuple(json.loads(str(policies))),
    )  # fmt: skip


def list_users(path: Path) -> list[User]:
    with reading(path) as db:
        return [user_of(row) for row in db.execute(f"select {USER_COLUMNS} from account order by name")]


def roll(path: Path) -> list[dict[str, object]]:
    """Every account with its last sign-in and whether it is locked somewhere just now; never a password."""
    with reading(path) as db:
        db.row_factory = sqlite3.Row
        locked = throttle.locked_names(db, now())
        found = db.execute(
            "select name, role, parks, policies, is_disabled, created_at, last_sign_in_at, must_change,"
            " factor_secret is not null as has_factor, oidc_email, oidc_subject, mail_address, mail_kinds from account order by name"
        )
        return [
            {**dict(row), **{key: ", ".join(json.loads(row[key])) for key in ("parks", "policies")}, "is_locked": names.tried_as(row["name"]) in locked}
            for row in found
        ]


def get(path: Path, name: str) -> User | None:
    with reading(path) as db:
        row = db.execute(f"select {USER_COLUMNS} from account where name = ?", (name,)).fetchone()
    return user_of(row) if row else None


def _admins(db: sqlite3.Connection) -> int:
    (count,) = db.execute("select count(*) from account where role = 'admin' and is_disabled = 0").fetchone()
    return int(count)


def change_account(path: Path, name: str, statement: str, *values: object) -> None:
    """One change to one account that also ends all its sessions and forgets its wrong tries.

    Raises AccountError when there is no such account, or nobody would be left to administer.
    """
    with changing(path) as db:
        had = _admins(db)
        done = db.execute(
            f"update account set {statement}, session_version = session_version + 1 where name = ?", (*values, name)
        )
        if done.rowcount == 0:
            raise AccountError(f"There is no account {visible(name)}. `list` shows those there are.", "no_account")
        if had and not _admins(db):
            raise AccountError(f"{name} is the last admin. Make another one first.", "last_admin")
        throttle.forget(db, names.tried_as(name))
        db.execute("delete from session where name = ?", (name,))


def disable(path: Path, name: str) -> None:
    change_account(path, name, "is_disabled = 1")


def enable(path: Path, name: str) -> None:
    change_account(path, name, "is_disabled = 0")


def change(path: Path, name: str, role: str, parks: Sequence[str] = (), policies: Sequence[str] = ()) -> None:
    """Give another role, other parks or other policies. Sessions end: no open page keeps the wider view."""
    change_account(path, name, "role = ?, parks = ?, policies = ?", role, *_check_role(role, parks, policies))


def passwd(path: Path, name: str, password: str, *, must_change: bool = False) -> None:
    """Set a password; `must_change` as in `add`."""
    user = get(path, name)
    passwords.check(password, (name, *(user.parks if user else ())))
    change_account(path, name, "password_hash = ?, must_change = ?, is_demo = 0", passwords.hashed(password), must_change)


def is_own_password(path: Path, name: str, password: str) -> bool:
    """Whether this is the password an account has already."""
    with reading(path) as db:
        row = db.execute("select password_hash from account where name = ?", (name,)).fetchone()
    return bool(row) and passwords.matches(row[0], password)


def require_change(path: Path, name: str) -> None:
    """Ask for another password at the next sign-in; running sessions go on."""
    with changing(path) as db:
        db.execute("update account set must_change = 1 where name = ?", (name,))


def tried(path: Path, key: str, address: str, who: Callable[[], User | None]) -> SignIn:
    """Count a try under `key`, then ask `who` it is; nothing is asked while pair, address or name must wait."""
    moment = now()
    with changing(path) as db:
        state, tries = throttle.begin(db, key, address, moment)
    if state != "open":
        return SignIn(state)
    user = who()  # outside the transaction: a hash takes its time
    if user is None:
        return SignIn("locked" if tries >= throttle.TRIES else "failed")
    with changing(path) as db:
        throttle.succeeded(db, key, address, moment)
    return SignIn("ok", user)


def verify(path: Path, name: str, password: str, address: str = "") -> SignIn:
    """Try a name and a password from an address."""
    name, password = name[:64], password[: passwords.LENGTHS[1]]

    def who() -> User | None:
        with reading(path) as db:
            row = db.execute(f"select {USER_COLUMNS}, password_hash from account where name = ?", (name,)).fetchone()
        nobodys = passwords.nobodys_hash()  # made at the first try of anybody, so that it costs no unknown name more
        matches = passwords.matches(row[-1] if row else nobodys, password)
        user = user_of(row[:-1]) if row else None
        return user if matches and user and not user.is_disabled else None

    return tried(path, names.tried_as(name), address, who)


def allow_oidc(path: Path, name: str, *, email: str = "", issuer: str = "", subject: str = "") -> None:
    """Let an account sign in at the organisation's provider: as `subject`, or bound at first sign-in by a verified e-mail.

    Raises AccountError when neither is given, or another account has it.
    """
    email = email.strip().casefold()
    if not (subject and issuer) and ("@" not in email or len(email) > 254):
        raise AccountError("Give the person's e-mail address at the provider, or issuer and subject.", "oidc_whom")
    with changing(path) as db:
        taken = db.execute(
            "select name from account where name <> ? and ((? <> '' and oidc_email = ?) or (? <> '' and oidc_issuer = ? and oidc_subject = ?))",
            (name, email, email, subject, issuer, subject),
        ).fetchone()
        if taken:
            raise AccountError(f"{visible(taken[0])} is bound to this person already. Unbind it first.", "oidc_taken")
        done = db.execute(
            "update account set oidc_email = ?, oidc_issuer = ?, oidc_subject = ? where name = ?",
            (email or None, issuer if subject else None, subject or None, name),
        )
        if done.rowcount == 0:
            raise AccountError(f"There is no account {visible(name)}. `list` shows those there are.", "no_account")


def forbid_oidc(path: Path, name: str) -> None:
    """Unbind an account from the provider; its sessions end. Raises AccountError."""
    change_account(path, name, "oidc_email = null, oidc_issuer = null, oidc_subject = null")


def oidc_user(path: Path, issuer: str, subject: str, verified_email: str = "") -> User | None:
    """The account bound to a person at the provider. The first sign-in binds it, by the e-mail the account was allowed for."""
    email = verified_email.strip().casefold()
    with changing(path) as db:
        if email:
            db.execute(
                "update account set oidc_issuer = ?, oidc_subject = ? where oidc_email = ? and oidc_subject is null"
                " and not exists (select 1 from account as other where other.oidc_issuer = ? and other.oidc_subject = ?)",
                (issuer, subject, email, issuer, subject),
            )
        row = db.execute(
            f"select {USER_COLUMNS} from account where oidc_issuer = ? and oidc_subject = ? and is_disabled = 0", (issuer, subject)
        ).fetchone()
    return user_of(row) if row else None
