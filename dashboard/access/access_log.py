"""The access log: who signed in, saw, exported, tried and changed what, in an SQLite file of its own.

What nobody's session is behind is counted, one line a minute for each kind, and has a tenth of the lines to itself:
no flood of anonymous requests pushes out the line of a person.
"""

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.access.sqlite_file import made

FILE = "access_log.sqlite"
COLUMNS = ("at", "name", "role", "action", "path", "detail", "address", "times")
SEVERAL = "several"
_PRUNED_EVERY = 1000
_SCHEMA = """
create table if not exists access_log (
    id integer primary key, at text not null, name text, role text, action text not null, address text, path text,
    detail text, times integer not null default 1, counted_as text unique
);
create index if not exists access_log_name on access_log (name, id);
"""


def stamp(moment: float) -> str:
    """A moment as the log writes it, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


@cache
def _writer(path: Path, process: int) -> tuple[sqlite3.Connection, threading.Lock]:
    """The connection a process writes through. It stays open: the last one to close writes all of the log's pages to the disk.

    Each process has its own and none is open before a fork: SQLite's locks do not go along.
    """
    _prepare(path)
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.execute("pragma synchronous = normal")  # a killed process loses nothing; a power cut the last moments
    return connection, threading.Lock()


@cache
def _prepare(path: Path) -> None:
    with made(path) as connection:
        connection.executescript(_SCHEMA)


@dataclass(frozen=True)
class AccessLog:
    """One log file. Lines older than `days`, and the oldest beyond `lines`, go; several processes may write."""

    path: Path
    days: int = 1100
    lines: int = 1_000_000

    @classmethod
    def beside(cls, accounts: Path, **bounds: int) -> "AccessLog":
        return cls(accounts.with_name(FILE), **bounds)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        self._begin_anew()
        _prepare(self.path)
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def _begin_anew(self) -> None:
        """A file removed meanwhile is made anew."""
        if not self.path.exists():
            _writer.cache_clear()
            _prepare.cache_clear()

    def write(
        self, action: str, name: str = "", role: str = "", address: str = "", where: str = "", detail: str = "",
        *, moment: float | None = None,
    ) -> None:
        """One line. Without a `role` nobody's session is behind it: it is counted into the line of its minute and kind.

        `name` is an account, or empty: never what somebody typed who has none. Never a password, a code or a key.
        """
        at = stamp(time.time() if moment is None else moment)
        name, detail = name[:64], detail[:1000]
        counted_as = None if role else json.dumps([at[:16], action, name, detail[:80]], ensure_ascii=False)
        self._begin_anew()
        db, lock = _writer(self.path, os.getpid())
        with lock, db:
            done = db.execute(
                "insert into access_log (at, name, role, action, address, path, detail, counted_as) values (?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict (counted_as) do update set times = times + 1,"
                f" address = case when address = excluded.address then address else '{SEVERAL}' end",
                (at, name, role, action, address, where[:300], detail, counted_as),
            )
            if done.lastrowid and done.lastrowid % _PRUNED_EVERY == 0:
                self._prune(db)

    def _prune(self, db: sqlite3.Connection) -> None:
        db.execute("delete from access_log where at < ?", (stamp(time.time() - self.days * 86400),))
        for kind, most in (("counted_as is null", self.lines), ("counted_as is not null", self.lines // 10)):
            db.execute(
                f"delete from access_log where {kind} and id <= (select id from access_log where {kind} order by id desc limit 1 offset ?)",
                (most,),
            )

    def read(
        self, limit: int = 200, *, name: str | None = None, action: str | None = None, day: str | None = None
    ) -> list[dict[str, Any]]:
        """The newest lines, of one name, action or day of Beijing when given."""
        return list(self.each(name=name, action=action, day=day, limit=limit))

    def each(
        self, *, name: str | None = None, action: str | None = None, day: str | None = None, limit: int = -1
    ) -> Iterator[dict[str, Any]]:
        """Every such line, newest first, one by one."""
        with self._reading() as db:
            found = db.execute(
                f"select id, {', '.join(COLUMNS)} from access_log where (:name is null or name = :name) and (:action is null"
                " or action = :action) and (:day is null or date(at, '+8 hours') = :day) order by id desc limit :limit",
                {"name": name, "action": action, "day": day, "limit": limit},
            )
            for row in found:
                yield dict(row)

    def actions(self) -> list[str]:
        """The actions the log knows."""
        with self._reading() as db:
            return [row[0] for row in db.execute("select distinct action from access_log order by 1")]

    def take_over(self, accounts: sqlite3.Connection) -> None:
        """Bring over the lines that earlier versions kept beside the accounts, then let go of them there; once, however often killed."""
        table = "select 1 from sqlite_master where type = 'table' and name = 'access_log'"
        if not accounts.execute(table).fetchone():
            return
        with self._reading() as db, db:
            db.execute("begin immediate")
            if not db.execute("pragma user_version").fetchone()[0]:
                old = accounts.execute("select at, name, role, action, address, path, detail from access_log order by id")
                # those without a role were nobody's: they count among such lines
                db.executemany(
                    "insert into access_log (at, name, role, action, address, path, detail, counted_as)"
                    " select ?1, ?2, ?3, ?4, ?5, ?6, ?7, case when coalesce(?3, '') = '' then ?8 end",
                    ((*row, f"before {number}") for number, row in enumerate(old)),
                )
                db.execute("pragma user_version = 1")  # in the same transaction: a killed move is made again or not at all
        accounts.execute("drop table if exists access_log")
        accounts.commit()
