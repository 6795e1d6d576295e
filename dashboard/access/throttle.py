"""Tries at a password or a code, counted before anything is hashed and across all workers.

Five wrong ones lock the pair of name and address for a quarter of an hour, thirty lock the address; a name tried from many
addresses is slowed down. A lock of the name alone would let anybody keep anybody out; whoever signed in from an address
before is not slowed down there.
"""

import ipaddress
import sqlite3

TRIES = 5
TRIES_OF_AN_ADDRESS = 30
TRIES_UNSLOWED = 10
LOCKED_SECONDS = 15 * 60
LONGEST_WAIT = 60
KNOWN_DAYS = 90
MOST_KEYS = 50_000

SCHEMA = (
    "create table if not exists try (key text primary key, tries integer not null, last_at real not null)",
    "create table if not exists known_place (key text primary key, last_at real not null)",
)


def place(address: str) -> str:
    """The unit an address is counted by: itself, or the /64 of an IPv6 one, which is one household's or host's."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _keys(name: str, address: str) -> tuple[str, str, str]:
    where = place(address)
    return f"pair {where} {name}", f"place {where}", f"name {name}"


def begin(db: sqlite3.Connection, name: str, address: str, moment: float) -> tuple[str, int]:
    """Count a try, inside a transaction that holds the write lock: what its state is, and how many of the pair there are.

    The state is open, locked (the pair), crowded (the address) or slowed (the name). What is refused is not counted:
    no lock grows longer by knocking.
    """
    db.execute("delete from try where last_at < ?", (moment - LOCKED_SECONDS,))
    pair, where, whose = _keys(name, address)
    found = dict(db.execute("select key, tries from try where key in (?, ?, ?)", (pair, where, whose)).fetchall())
    if found.get(pair, 0) >= TRIES:
        return "locked", found[pair]
    if found.get(where, 0) >= TRIES_OF_AN_ADDRESS:
        return "crowded", 0
    if _must_wait(db, pair, whose, found.get(whose, 0), moment):
        return "slowed", 0
    for key in (pair, where, whose):
        db.execute(
            "insert into try values (?, 1, ?) on conflict (key) do update set tries = tries + 1, last_at = ?", (key, moment, moment)
        )
    db.execute(
        "delete from try where key in (select key from try order by last_at desc limit -1 offset ?)", (MOST_KEYS,)
    )
    return "open", found.get(pair, 0) + 1


def _must_wait(db: sqlite3.Connection, pair: str, whose: str, tries: int, moment: float) -> bool:
    if tries < TRIES_UNSLOWED or db.execute("select 1 from known_place where key = ?", (pair,)).fetchone():
        return False
    (last_at,) = db.execute("select last_at from try where key = ?", (whose,)).fetchone()
    return bool(moment - last_at < min(2 ** (tries - TRIES_UNSLOWED), LONGEST_WAIT))


def succeeded(db: sqlite3.Connection, name: str, address: str, moment: float) -> None:
    """Forget the wrong tries of this pair, give the address its own one back, and know the place from now on."""
    pair, where, whose = _keys(name, address)
    db.execute("delete from try where key in (?, ?)", (pair, whose))
    db.execute("update try set tries = max(tries - 1, 0) where key = ?", (where,))
    db.execute("insert or replace into known_place values (?, ?)", (pair, moment))
    db.execute("delete from known_place where last_at < ?", (moment - KNOWN_DAYS * 86400,))


def forget(db: sqlite3.Connection, name: str) -> None:
    """What an administrator's change of an account does: its tries count no more, from wherever, at password and code."""
    for key in (name, f"{name} code"):
        db.execute("delete from try where key = ? or substr(key, 1, 5) = 'pair ' and substr(key, -length(?)) = ?", (f"name {key}", f" {key}", f" {key}"))


def locked_names(db: sqlite3.Connection, moment: float) -> set[str]:
    """Names, as tried, that are locked at one address at least."""
    found = db.execute("select key from try where key like 'pair %' and tries >= ? and last_at >= ?", (TRIES, moment - LOCKED_SECONDS))
    return {str(key).split(" ", 2)[2].removesuffix(" code") for (key,) in found}
