"""Addresses a person keeps under a name: beside their account, so that they outlive every build and are in the backup.

Whoever opens one is asked again what they may see: an address is no permission.
"""

from dataclasses import dataclass
from pathlib import Path

from dashboard.access.access_log import stamp
from dashboard.access.accounts import changing, now, reading
from dashboard.errors import ActRefused

AT_MOST, NAME_LENGTH, ADDRESS_LENGTH = 30, 40, 800
"""Of one account; letters of a name, and of an address."""


@dataclass(frozen=True)
class SavedView:
    """`number` tells it apart on a page."""

    number: int
    label: str
    address: str


def of(path: Path, account: str) -> list[SavedView]:
    """Those of an account, by name."""
    with reading(path) as db:
        return [SavedView(*row) for row in db.execute("select rowid, label, address from saved_view where account = ? order by label", (account,))]


def save(path: Path, account: str, label: str, address: str) -> None:
    """Keep an address; one of the same name is replaced. Raises ActRefused for one too many or too long."""
    if not label:
        raise ActRefused("view_without_name")
    if len(label) > NAME_LENGTH or len(address) > ADDRESS_LENGTH:
        raise ActRefused("view_too_long", letters=NAME_LENGTH)
    with changing(path) as db:
        others, = db.execute("select count(*) from saved_view where account = ? and label <> ?", (account, label)).fetchone()
        if others >= AT_MOST:
            raise ActRefused("view_too_many", n=AT_MOST)
        db.execute("insert or replace into saved_view (account, label, address, saved_at) values (?, ?, ?, ?)", (account, label, address, stamp(now())))


def delete(path: Path, account: str, number: int) -> bool:
    """Forget one of an account's own; whether there was one of that number."""
    with changing(path) as db:
        return db.execute("delete from saved_view where account = ? and rowid = ?", (account, number)).rowcount > 0
