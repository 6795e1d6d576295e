"""Accounts from the command line: each change is a line of the access log, under the name of this machine's user."""

import csv
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.access import accounts
from dashboard.access.access_log import COLUMNS, AccessLog
from dashboard.errors import AccountError as Refused
from pipelines.base.errors import AccountError, DemoRefused, SnapshotMissing
from pipelines.base.roles import ROLES
from pipelines.base.snapshots import read_manifest
from pipelines.settings import SAMPLE_MARK, Settings

DEMO_PASSWORD, DEMO_PARK = "softcity-demo", "WXP01"  # for the invented city on this machine only


def log_of(settings: Settings) -> AccessLog:
    """The access log of a home, within its bounds."""
    return AccessLog.beside(settings.accounts, days=settings.log_days, lines=settings.log_lines)


def change(settings: Settings, action: str, do: Callable[..., Any], name: str, *arguments: Any, detail: str = "", **options: Any) -> Any:
    """Do one change to an account and write it down, done or refused. Raises AccountError."""
    told = f"name={name} {detail}".strip()
    try:
        done = do(settings.accounts, name, *arguments, **options)
    except Refused as error:
        note(settings, "denied", f"{action} {told} {error.key}")
        raise AccountError(str(error)) from None
    note(settings, f"act {action}", told)
    return done


def note(settings: Settings, action: str, detail: str, where: str = "softcity users") -> None:
    """A line of the access log about what a command did, under the name of this machine's user."""
    log_of(settings).write(action, getpass.getuser(), "command", where=where, detail=detail)


def export_log(settings: Settings, out: Path) -> int:
    """Write the whole access log as CSV, newest first; the number of lines. The file is its owner's alone."""
    from dashboard.exports import harmless  # late: it brings Flask and DuckDB along

    accounts.list_users(settings.accounts)  # brings over what an earlier version kept beside the accounts
    note(settings, "log export", str(out))
    out.touch(mode=0o600, exist_ok=True)
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in log_of(settings).each():
            writer.writerow([harmless(row[column]) for column in COLUMNS])
            count += 1
    return count


def prepare_demo(settings: Settings) -> None:
    """Add the demonstration's accounts, whose password is published. Raises DemoRefused in a home that is somebody's.

    Call it before anything is built there.
    """
    known = {user.name: user for user in accounts.list_users(settings.accounts)} if settings.accounts.exists() else {}
    others = [name for name, user in known.items() if name not in ROLES or not user.is_demo]
    if others and set(known) != set(ROLES):  # a demonstration of an earlier version has all five and no mark
        raise DemoRefused(settings.home, f"it has accounts ({', '.join(sorted(others)[:3])})")
    landing = settings.home / "landing"
    if landing.is_dir() and any(landing.iterdir()) and not (landing / SAMPLE_MARK).exists():
        raise DemoRefused(settings.home, "its landing folder holds files that are not of the sample")
    try:
        if not read_manifest(settings.published).get("is_sample"):
            raise DemoRefused(settings.home, "what it has published is not the sample")
    except SnapshotMissing:
        pass
    for role in ROLES:
        if role not in known:
            accounts.add(settings.accounts, role, DEMO_PASSWORD, role, [DEMO_PARK] if role == "operator" else [], is_demo=True)
