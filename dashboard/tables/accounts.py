"""Tables of who may see what, and who looked at what."""

import json
from collections.abc import Iterator
from itertools import islice

from flask import g

from dashboard.access import accounts
from dashboard.errors import BadAddress
from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.text import t, word
from dashboard.view import View

ROLES = ("admin",)
EXPORT_READERS = ("auditor", "admin")
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


def _exports(view: View) -> Iterator[Row]:
    """What was exported, by whom, in words: which table or report, cut how."""
    asked = {"name": view.get("who"), "day": view.get("day")}
    yield from ({**row, **_exported(str(row["path"] or ""))} for row in g.access_log.each(action="export", **asked))


def _exported(path: str) -> Row:
    """What an address of a file is of, in words; one that cannot be read any more stays as it was logged."""
    from dashboard.filters import FILTERS  # late: it imports what asks tables

    name = path.partition("?")[0].rpartition("/")[2].partition(".")[0]
    try:
        asked = View.of(path)
        told = t("semicolon").join([*(f"{t(f'filter.{key}')}={FILTERS[key].told(value)}" for key, value in asked.filters.items()), *(f"{key}={value}" for key, value in asked.tables.items())])
        what = t("audit.export_pack") if path.startswith("/export/evidence/") else t("audit.export_report", name=name) if path.startswith("/export/report/") else t(f"figure.{name}.title")
    except (BadAddress, KeyError):
        what, told = path.partition("?")[0], path.partition("?")[2]
    return {"what": what, "cut": told or None, "form": path.partition("?")[0].rpartition(".")[2] if path.startswith("/export/") else None}


USERS = Table(
    "users", "softcity users list",
    (
        Column("name"), Column("role", group="role"), Column("parks"), Column("policies"),
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
EXPORT_LOG = Table(
    "export_log", "dashboard/access/access_log.py",
    (
        Column("at", "moment"), Column("name"), Column("role", group="role"), Column("what", "text", title="exported"), Column("cut", "words", title="export_cut"),
        Column("form"), Column("detail", "words"),
    ),
    sort="-id", takes=("who", "day"), made=lambda view: list(islice(_exports(view), LOG_LINES)), streamed=_exports, roles=EXPORT_READERS,
    also=(Column("path", "code"), Column("address", "code")),
)
