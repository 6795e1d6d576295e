"""Sessions of accounts, in the accounts' own file: who is signed in, where, since when, and the key that signs their cookies."""

import contextlib
import os
import secrets
import sqlite3
from functools import lru_cache
from pathlib import Path

from dashboard.access import accounts
from dashboard.access.access_log import stamp
from pipelines.base.visible import visible

SESSION_SECONDS = 8 * 3600


def begin(path: Path, user: accounts.User, address: str = "", browser: str = "") -> str:
    """A new session and its id; those that have run out go."""
    session_id, moment = secrets.token_hex(16), accounts.now()
    with accounts.changing(path) as db:
        db.execute("delete from session where started < ?", (moment - SESSION_SECONDS,))
        db.execute(
            "insert into session values (?, ?, ?, ?, ?, ?)", (session_id, user.name, moment, moment, address, visible(browser[:200]))
        )
        db.execute("update account set last_sign_in_at = ? where name = ?", (stamp(moment), user.name))
    return session_id


def touch(path: Path, session_id: str) -> None:
    """Note that a session is used just now."""
    with accounts.changing(path) as db:
        db.execute("update session set seen = ? where id = ?", (accounts.now(), session_id))


def listed(path: Path, name: str) -> list[dict[str, object]]:
    """The open sessions of an account, newest first. `number` names one on a page; `id` is the cookie's secret."""
    with accounts.reading(path) as db:
        db.row_factory = sqlite3.Row
        found = db.execute(
            "select rowid as number, id, started, seen, address, browser from session where name = ? and started >= ?"
            " order by started desc", (name, accounts.now() - SESSION_SECONDS),
        )
        return [{**dict(row), "started": stamp(row["started"]), "seen": stamp(row["seen"])} for row in found]


def end(path: Path, session_id: str) -> None:
    """End a session by the secret of its cookie."""
    with accounts.changing(path) as db:
        db.execute("delete from session where id = ?", (session_id,))


def end_listed(path: Path, name: str, number: int | None = None) -> int:
    """End one session of an account, or all of them; how many there were."""
    with accounts.changing(path) as db:
        return db.execute("delete from session where name = ? and (? is null or rowid = ?)", (name, number, number)).rowcount


def user_of(path: Path, name: str, version: int, session_id: str) -> accounts.User | None:
    """The user a session belongs to, unless it was ended by sign-out, `disable`, `passwd` or its owner elsewhere."""
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
        is_settled = accounts.now() - seen.st_mtime > 1
        found.append((seen.st_ino, seen.st_mtime_ns, seen.st_size) if is_settled else secrets.token_bytes(8))
    return tuple(found)


@lru_cache(maxsize=256)
def _found_at(state: tuple[object, ...], path: Path, name: str, version: int, session_id: str) -> accounts.User | None:
    with accounts.reading(path) as db:
        row = db.execute(
            f"select {accounts.USER_COLUMNS} from account join session on session.name = account.name"
            " where account.name = ? and session_version = ? and is_disabled = 0 and session.id = ?", (name, version, session_id),
        ).fetchone()
    return accounts.user_of(row) if row else None


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
