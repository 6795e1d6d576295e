"""Where a person wants to be written to, and of what: their own choice. Nobody signs in by this address (oidc.py has its own)."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.access import accounts
from dashboard.access.accounts import User
from dashboard.errors import AccountError
from pipelines.base.visible import visible

KINDS: dict[str, tuple[str, ...]] = {
    "alert": ("analyst", "operator", "auditor", "steward", "admin"), "weekly": ("analyst", "operator", "auditor", "steward", "admin"),
    "monthly": ("analyst", "auditor", "admin", "operator"),
}  # fmt: skip
"""What is sent, and to which roles: the month's report to those who may take it from a page."""
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"'`|%/?&#=]{1,64}@[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Person:
    """An account as one that is told: who they are, where they are written to, of what."""

    user: User
    address: str
    kinds: tuple[str, ...]

    def wants(self, kind: str) -> bool:
        return bool(self.address) and kind in self.kinds and self.user.role in KINDS[kind]


def choose(path: Path, name: str, address: str, kinds: Sequence[str]) -> None:
    """Set the address of an account and what is sent there; without an address nothing is. Raises AccountError."""
    address = address.strip()
    if address and (len(address) > 254 or not address.isprintable() or not _ADDRESS.fullmatch(address)):
        raise AccountError("This is no e-mail address. Give one, such as name@example.cn.", "mail_address")
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise AccountError(f"There is no {', '.join(map(visible, unknown))}. Give some of {', '.join(KINDS)}.", "mail_kinds")
    with accounts.changing(path) as db:
        done = db.execute(
            "update account set mail_address = ?, mail_kinds = ? where name = ?", (address or None, json.dumps(sorted(set(kinds))), name)
        )
        if done.rowcount == 0:
            raise AccountError(f"There is no account {visible(name)}. `list` shows those there are.", "no_account")


def people(path: Path) -> list[Person]:
    """Every account that may sign in."""
    chosen = {row["name"]: row for row in accounts.roll(path)}
    return [
        Person(user, str(chosen[user.name]["mail_address"] or ""), tuple(json.loads(str(chosen[user.name]["mail_kinds"]))))
        for user in accounts.list_users(path) if not user.is_disabled and user.name in chosen
    ]  # fmt: skip


def person(path: Path, name: str) -> Person | None:
    return next((one for one in people(path) if one.user.name == name), None)
