"""What a person on call looks at first: is this home able to build and to serve, and if not, what mends it?"""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines import spark
from pipelines.base.disk import everything_below, private_files
from pipelines.base.duck import connect
from pipelines.base.errors import SoftcityError
from pipelines.settings import Settings

LEAST_FREE = 2 << 30
Level = Literal["ok", "warn", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands, and what mends it when it does not stand well."""

    name: str
    level: Level
    says: str


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order of the data's way. Nothing is changed."""
    return [finding for look in LOOKS for finding in look(settings)]


def _python(_: Settings) -> Iterator[Finding]:
    level: Level = "ok" if sys.version_info >= (3, 11) else "error"
    yield Finding("python", level, f"{sys.version.split()[0]}; 3.11 or newer is needed")
    pinned = {"duckdb": "2.0.", "dbt-core": "1.11."}   # a 2.0 file cannot be read by an older DuckDB; dbt 1.12 needs a download
    for name, series in pinned.items():
        found = importlib.metadata.version(name)
        yield Finding(name, "ok" if found.startswith(series) else "error", f"{found}; wanted {series}x. `make setup` installs the lock")


def _engine(settings: Settings) -> Iterator[Finding]:
    if settings.engine == "duckdb":
        yield Finding("engine", "ok", "duckdb, within this process")
        return
    found = spark.missing(settings)
    yield from (Finding("engine", "error", f"spark: {what}") for what in found)
    if settings.lake and not found and (free := shutil.disk_usage(settings.lake).free) < LEAST_FREE:
        yield Finding("lake", "warn", f"{free / (1 << 30):.1f} GiB free in {settings.lake}; below 2 a build may stop. Make room, or give another SOFTCITY_LAKE")
    if not found:
        yield Finding("engine", "ok", f"spark {importlib.metadata.version('pyspark')} on Java {spark.java_version()}")


def _room(settings: Settings) -> Iterator[Finding]:
    root = settings.home
    if not root.exists():
        yield Finding("home", "error", f"{root} is not there. Create it or give --home")
        return
    writable = os.access(root, os.W_OK)
    yield Finding("home", "ok" if writable else "error", f"{root} " + ("can be written" if writable else "cannot be written: give it to the user that builds"))
    free = shutil.disk_usage(root).free
    yield Finding("disk", "ok" if free > LEAST_FREE else "warn", f"{free / (1 << 30):.1f} GiB free; below 2 a build may stop. SOFTCITY_KEEP lowers what is kept")


def _landing(settings: Settings) -> Iterator[Finding]:
    if not settings.landing.is_dir():
        yield Finding("landing", "warn", f"{settings.landing} is not there yet: nobody sent a file")
        return
    unread = [path for path in everything_below(settings.landing) if path.is_file() and not os.access(path, os.R_OK)]
    yield Finding(
        "landing", "error" if unread else "ok",
        f"{len(unread)} files cannot be read, {unread[0].name} first: mend their owner or mode" if unread else f"{settings.landing} can be read",
    )  # fmt: skip


def _law(settings: Settings) -> Iterator[Finding]:
    from pipelines.policy.load import load_policies
    from pipelines.sources.contract import load_contracts

    try:
        clauses = sum(len(m.clauses) for p in load_policies(settings.policies, settings.reference) for m in p.measures)
        yield Finding("law", "ok", f"{clauses} clauses, {len(load_contracts(reference=settings.reference, policies=settings.policies))} sources, all sound")
    except SoftcityError as error:
        yield Finding("law", "error", str(error).splitlines()[0])


def _snapshot(settings: Settings) -> Iterator[Finding]:

    from pipelines.base.snapshots import read_manifest

    try:
        manifest = read_manifest(settings.published)
        marts = settings.published / manifest["snapshot_id"] / "marts.duckdb"
        with connect(marts, read_only=True) as con:
            for name, expected in manifest["row_counts"].items():
                # a hash of each row reads every page of the file; a count alone does not
                (seen,) = con.execute(f'select count(hash(rows)) from "{name}" as rows').fetchone() or (None,)
                if seen != expected:
                    raise ValueError(f"{name} holds {seen} rows, the manifest says {expected}")
        yield Finding("snapshot", "ok", f"{manifest['snapshot_id']} as of {manifest['as_of']} is whole, {len(manifest['row_counts'])} marts")
    except SoftcityError as error:
        yield Finding("snapshot", "warn", str(error))
    except Exception as error:   # whatever is wrong with the file, the mend is the same
        yield Finding("snapshot", "error", f"cannot be read ({error}). `softcity rollback` to another, or `softcity build --force`")


def _accounts(settings: Settings) -> Iterator[Finding]:
    from dashboard.access import accounts

    users = accounts.list_users(settings.accounts) if settings.accounts.exists() else []
    open_to = [user for user in users if not user.is_disabled]
    yield Finding("accounts", "ok" if open_to else "warn", f"{len(open_to)} may sign in" if open_to else "nobody may sign in. `softcity users add`")


def _private(settings: Settings) -> Iterator[Finding]:
    """Accounts, their log, keys and notes are for the user that serves and builds, whoever brought them back or copied them."""
    files = list(private_files(settings.home))
    if open_to_others := [str(path) for path in files if path.stat().st_mode & 0o077]:
        yield Finding("private", "error", f"{len(open_to_others)} files can be read by others: chmod go= {' '.join(open_to_others)}")
    else:
        yield Finding("private", "ok", f"{len(files)} files of accounts, keys and notes are their owner's alone")


def _alerts(settings: Settings) -> Iterator[Finding]:
    from dashboard.notify.record import Record
    from pipelines.alert_rules import load_alerts, unknown_accounts

    try:
        rules = load_alerts(settings)
    except SoftcityError as error:
        yield Finding("alerts", "error", str(error).splitlines()[0])
        return
    if unknown := unknown_accounts(settings, rules):
        yield Finding("alerts", "warn", f"alerts.yaml names {', '.join(unknown)}, which are no accounts. Correct them there, or `softcity users add`")
    unsent = Record.beside(settings.accounts).unsent()
    if unsent:
        yield Finding("alerts", "warn", f"{unsent} mails were given up, or nobody knows whether they went. `softcity alerts log` names them")
    if not unknown and not unsent:
        yield Finding("alerts", "ok", f"{len(rules)} alerts, all sound; mail is {'set up' if settings.mail_url else 'not set up (SOFTCITY_MAIL_URL)'}")


LOOKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_python, _engine, _room, _landing, _law, _snapshot, _accounts, _alerts, _private)
