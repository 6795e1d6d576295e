"""Tables of who may see what, and who looked at what."""

import json
from collections.abc import Iterator

from flask import g

from dashboard.access import accounts
from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.text import word
from dashboard.view import View

ROLES = ("admin",)
LOG_LINES = 1000


def state(row: Row) -> str:
    """Whether an account may sign in: active, locked or disabled."""
    return "disabled" if row["is_disabled"] else "locked" if row["is_locked"] else "active"


def _roll(_: View) -> list[Row]:
    """Every account; without an address nothing is sent to it."""
    return [{**row, "mail_kinds": "、".join(json.loads(str(row["mail_kinds"]))) if row["mail_address"] else None} for row in accounts.roll(g.accounts)]


def _asked(view: View) -> dict[str, str | None]:
    return {"name": view.get("who"), "action": view.get("action"), "day": view.get("day")}


def _log(view: View) -> list[Row]:
    return list(g.access_log.read(LOG_LINES, **_asked(view)))


def _whole_log(view: View) -> Iterator[Row]:
    yield from g.access_log.each(**_asked(view))


USERS = Table(
    "users", "softcity users list",
    (
        Column("name"), Column("role", group="role"), Column("parks"),
        Column("is_disabled", "flag", words=lambda row: word("account_state", state(row)), title="account_state"),
        Column("has_factor", "flag"), Column("oidc_email"), Column("mail_address"), Column("mail_kinds", group="mail_kind"),
        Column("created_at", "moment"), Column("last_sign_in_at", "moment"),
    ),
    sort="name", key=("name",), made=_roll, roles=ROLES,
)
ACCESS_LOG = Table(
    "access_log", "dashboard/access/access_log.py",
    (
        Column("at", "moment"), Column("name"), Column("role", group="role"), Column("action", group="action"),
        Column("path", "code"), Column("detail", "words"), Column("address", "code"), Column("times", "count"),
    ),
    sort="-id", takes=("who", "action", "day"), made=_log, streamed=_whole_log, roles=ROLES,
)
