"""What was told to whom: notices on the page, the mails that go with them, and on which side of its line each figure stood.

One SQLite file beside the accounts, in backup, never rebuilt. A notice and its mail are written together, before anything is
sent, under a key that stands once for each person: what it tells and the period or snapshot it is of.

A mail is sent at most once. It is noted as begun before the server is spoken to; of a process that dies in between nobody
knows whether the mail went, and it is not sent again: the notice stands on the page, and `softcity alerts log` says 不明. Twice
the same report would be read as a second one. Only a mail that the server did not take is tried again.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.access.access_log import stamp
from dashboard.access.accounts import User
from dashboard.access.sqlite_file import made

FILE = "notices.sqlite"
TRIES, WAIT_SECONDS = 5, 3600
"""How often a mail is tried that the server did not take, and how long is waited in between."""
SHOWN = 30
_SCHEMA = """
create table if not exists notice (
    id integer primary key, name text not null, key text not null, kind text not null, seen_as text not null, title text not null,
    body text not null, href text, snapshot_id text not null, period text, made_at text not null, read_at text, unique (name, key)
);
create table if not exists mail (
    notice integer primary key references notice (id), address text not null, state text not null, tries integer not null default 0,
    last_try real, told_at text, why text
);
create table if not exists look (
    alert text not null, place text not null, name text not null, definition text not null, is_crossed integer, value real, words text,
    why text, snapshot_id text not null, looked_at text not null, primary key (alert, place, name)
);
create table if not exists kept (key text primary key, value text not null);
"""


@dataclass(frozen=True)
class Notice:
    """What one person is told. `key` stands once for each person; `period` is a month or week, where it is of one."""

    key: str
    kind: str
    title: str
    body: str
    snapshot_id: str
    period: str | None = None
    href: str | None = None


def seen_as(user: User) -> str:
    """What somebody may see, as it is kept beside what they were told: with another role, other parks or policies it is not shown again."""
    return " ".join([user.role, *user.parks, *user.policies])


@cache
def _prepare(path: Path) -> None:
    with made(path) as connection:
        connection.executescript(_SCHEMA)


@dataclass(frozen=True)
class Record:
    """The file; several processes may read and write it."""

    path: Path

    @classmethod
    def beside(cls, accounts: Path) -> "Record":
        return cls(accounts.with_name(FILE))

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():
            _prepare.cache_clear()  # a file removed meanwhile is made anew
        _prepare(self.path)
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        with self._open() as db:
            return [dict(row) for row in db.execute(query, values)]

    def tell(self, user: User, notice: Notice, address: str = "") -> bool:
        """Write a notice and, with an address, the mail that is to go with it; False where it was told before."""
        with self._open() as db:
            return self._tell(db, user, notice, address)

    def _tell(self, db: sqlite3.Connection, user: User, notice: Notice, address: str) -> bool:
        done = db.execute(
            "insert into notice (name, key, kind, seen_as, title, body, href, snapshot_id, period, made_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict do nothing",
            (user.name, notice.key, notice.kind, seen_as(user), notice.title, notice.body, notice.href, notice.snapshot_id, notice.period, stamp(time.time())),
        )
        if not done.rowcount:
            return False
        if address:
            db.execute("insert into mail (notice, address, state) values (?, ?, 'queued')", (done.lastrowid, address))
        return True

    def has_told(self, name: str, key: str) -> bool:
        return bool(self._rows("select 1 from notice where name = ? and key = ?", name, key))

    def stood(self, alert: str, place: str, name: str, definition: str) -> bool | None:
        """Whether a figure stood beyond its line when somebody was last told or could have been; None where it was never seen so."""
        found = self._rows("select is_crossed from look where alert = ? and place = ? and name = ? and definition = ?", alert, place, name, definition)
        return bool(found[0]["is_crossed"]) if found and found[0]["is_crossed"] is not None else None

    def look(self, user: User, looks: Sequence[dict[str, Any]], notice: Notice | None, address: str) -> None:
        """Keep how the figures of an alert stand and, where any crossed the line, what is told of it: all or nothing.

        Of each: alert, place, definition, is_crossed (None leaves the side it was on), value, words, why, snapshot_id.
        """
        with self._open() as db:
            db.executemany(
                "insert into look values (:alert, :place, :name, :definition, :is_crossed, :value, :words, :why, :snapshot_id, :at)"
                " on conflict (alert, place, name) do update set"
                " is_crossed = case when excluded.is_crossed is null and look.definition = excluded.definition then look.is_crossed else excluded.is_crossed end,"
                " definition = excluded.definition, value = excluded.value, words = excluded.words, why = excluded.why,"
                " snapshot_id = excluded.snapshot_id, looked_at = excluded.looked_at",
                [{**look, "name": user.name, "at": stamp(time.time())} for look in looks],
            )
            if notice:
                self._tell(db, user, notice, address)

    def looks(self) -> list[dict[str, Any]]:
        return self._rows("select * from look order by alert, place, name")

    def forget_looks(self, alerts: Sequence[str]) -> None:
        """Drop how the figures of alerts stood that are there no more."""
        if self.looks():
            with self._open() as db:
                marks = ", ".join("?" * len(alerts))
                db.execute(f"delete from look where alert not in ({marks})", tuple(alerts))

    def begin(self) -> list[dict[str, Any]]:
        """The mails to send now. Those a dead process had begun are not among them: whether they went, nobody knows."""
        if not self.path.exists():
            return []
        with self._open() as db:
            db.execute("update mail set state = 'unclear', why = 'ended while it was sent' where state = 'begun'")
        return self._rows(f"{_MAILS} where {_IS_DUE}", time.time() - WAIT_SECONDS)

    def is_any_due(self) -> bool:
        return bool(self._rows(f"select 1 from mail where {_IS_DUE} limit 1", time.time() - WAIT_SECONDS))

    def tries(self) -> int:
        """How often anything was tried: with it, what asks for the same again can be told from what it asked before."""
        return int((self._rows("select sum(tries) as n from mail") or [{"n": 0}])[0]["n"] or 0)

    def claim(self, notice: int) -> None:
        """Note that a mail is being sent, before it is."""
        with self._open() as db:
            db.execute("update mail set state = 'begun', tries = tries + 1, last_try = ? where notice = ?", (time.time(), notice))

    def settle(self, notice: int, state: str, why: str = "") -> None:
        """What became of it: sent, failed or dropped."""
        with self._open() as db:
            db.execute(
                "update mail set state = ?, why = ?, told_at = case when ? = 'sent' then ? end where notice = ?",
                (state, why, state, stamp(time.time()), notice),
            )

    def log(self, limit: int = 200) -> list[dict[str, Any]]:
        """Notices and their mails, newest first."""
        return self._rows(f"{_MAILS.replace('inner join', 'left join')} order by notice.id desc limit ?", limit)

    def unsent(self) -> int:
        """Mails that are given up, or of which nobody knows whether they went."""
        return len(self._rows("select 1 from mail where state = 'unclear' or state = 'failed' and tries >= ?", TRIES))

    def of(self, user: User) -> list[dict[str, Any]]:
        """What a person was told and has not read, newest first."""
        return self._rows(
            "select id, kind, title, body, href, made_at from notice where name = ? and seen_as = ? and read_at is null order by id desc limit ?",
            user.name, seen_as(user), SHOWN,
        )

    def read(self, user: User, notice: int | None = None) -> int:
        """Mark one of a person's own notices as read, or all of them; how many."""
        if not self.path.exists():
            return 0
        with self._open() as db:
            done = db.execute(
                "update notice set read_at = ? where name = ? and read_at is null and (? is null or id = ?)",
                (stamp(time.time()), user.name, notice, notice),
            )
            return done.rowcount

    def kept(self, key: str) -> str | None:
        found = self._rows("select value from kept where key = ?", key)
        return str(found[0]["value"]) if found else None

    def keep(self, key: str, value: str) -> None:
        with self._open() as db:
            db.execute("insert into kept values (?, ?) on conflict (key) do update set value = excluded.value", (key, value))


_MAILS = (
    "select notice.id, name, key, kind, seen_as, title, body, snapshot_id, period, made_at, read_at, address, state, tries, told_at, why"
    " from notice inner join mail on mail.notice = notice.id"
)
_IS_DUE = f"(state = 'queued' or state = 'failed' and tries < {TRIES} and last_try < ?)"
