"""Where things lie, read once from the environment and handed on frozen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.base.errors import SettingsError
from pipelines.base.roles import ROLES

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE_MARK = "SAMPLE"  # a file of this name beside the source folders: all of it is invented


@dataclass(frozen=True)
class Settings:
    """One city's home: `landing/` as received, `var/` rebuildable, `published/` what readers see."""

    home: Path
    landing: Path
    city: str = "wuxi"
    engine: str = "duckdb"  # or spark: what the models run on
    lake: Path | None = None  # where a build on Spark lays its Parquet: a folder that all of Spark's machines see
    keep_snapshots: int = 10
    oidc: Mapping[str, str] | None = field(default=None, repr=False)  # issuer, client_id, client_secret: dashboard/access/oidc.py
    data: Path = PROJECT / "data"
    dbt_project: Path = PROJECT / "dbt_project"
    alert_urls: tuple[str, ...] = field(default=(), repr=False)  # may hold passwords
    mail_url: str = field(default="", repr=False)  # the server that sends to persons, and as whom
    metrics_token: str = field(default="", repr=False)
    factor_roles: tuple[str, ...] = ()  # who signs in with a second factor or not at all
    log_days: int = 1100
    log_lines: int = 1_000_000
    is_behind_proxy: bool = False  # a reverse proxy speaks TLS: secure cookies, and it says who asks
    is_log_json: bool = False
    is_self_check_open: bool = False  # a public page asks nobody to sign in

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def work(self) -> Path:
        """What the last build was made of and made, until the next one begins."""
        return self.var / "work"

    @property
    def warehouse(self) -> Path:
        """The models of a build, as DuckDB has them; of one on Spark those that are published."""
        return self.work / "warehouse.duckdb"

    @property
    def raw(self) -> Path:
        return self.var / "raw"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def decisions(self) -> Path:
        """What people settled (pipelines/base/decisions.py): read by builds, never rebuilt."""
        return self.home / "decisions"

    @property
    def accounts(self) -> Path:
        return self.var / "accounts.sqlite"

    @property
    def policies(self) -> Path:
        return self.data / "policies" / self.city

    @property
    def reference(self) -> Path:
        return self.data / "reference" / self.city

    @property
    def national(self) -> Path:
        return self.data / "reference" / "national"

    @classmethod
    def load(cls, home: str | Path | None = None, landing: str | Path | None = None) -> "Settings":
        """Settings from arguments, else from the environment: docs/configuration.md tells every variable.

        Raises SettingsError when a value cannot be used.
        """
        root = Path(home or os.environ.get("SOFTCITY_HOME") or PROJECT / "data").resolve()
        if "," in str(root):
            raise SettingsError(f"The home {root} has a comma in its path; DuckDB takes that for two folders. Choose another.")
        return cls(
            home=root,
            landing=Path(landing).resolve() if landing else root / "landing",
            city=os.environ.get("SOFTCITY_CITY", "wuxi"),
            engine=_engine(),
            lake=_lake(),
            keep_snapshots=_count("SOFTCITY_KEEP", "10", "snapshots to keep"),
            alert_urls=tuple(filter(None, os.environ.get("SOFTCITY_ALERT_URLS", "").replace(" ", "").split(","))),
            mail_url=os.environ.get("SOFTCITY_MAIL_URL", "").strip(),
            oidc=_oidc(),
            metrics_token=os.environ.get("SOFTCITY_METRICS_TOKEN", ""),
            factor_roles=_roles("SOFTCITY_SECOND_FACTOR_ROLES"),
            log_days=_count("SOFTCITY_ACCESS_LOG_DAYS", "1100", "days to keep a line of the access log"),
            log_lines=_count("SOFTCITY_ACCESS_LOG_LINES", "1000000", "lines of the access log to keep"),
            is_behind_proxy=_choice("SOFTCITY_BEHIND_PROXY", "0", "1"),
            is_log_json=_choice("SOFTCITY_LOG", "text", "json"),
            is_self_check_open=_choice("SOFTCITY_SELF_CHECK", "0", "1"),
        )

    def secrets(self) -> list[str]:
        """What no log may show."""
        return [*self.alert_urls, self.mail_url, self.metrics_token, (self.oidc or {}).get("client_secret", "")]


def _choice(name: str, no: str, yes: str) -> bool:
    value = os.environ.get(name, no)
    if value not in (no, yes):
        raise SettingsError(f"{name} is {value!r}. Give {no} or {yes}.")
    return value == yes


def _count(name: str, default: str, of: str) -> int:
    value = os.environ.get(name, default)
    if not (value.isascii() and value.isdigit()) or int(value) < 1:
        raise SettingsError(f"{name} is {value!r}. Give the number of {of}, 1 or more.")
    return int(value)


def _engine() -> str:
    engine = os.environ.get("SOFTCITY_ENGINE", "duckdb")
    if engine not in ("duckdb", "spark"):
        raise SettingsError(f"SOFTCITY_ENGINE is {engine!r}. Give duckdb or spark.")
    return engine


def _lake() -> Path | None:
    lake = os.environ.get("SOFTCITY_LAKE", "")
    if lake and not lake.startswith("/"):
        raise SettingsError(f"SOFTCITY_LAKE is {lake!r}. Give a folder by its whole path; of an object store, the folder it is mounted at.")
    return Path(lake) if lake else None


def _roles(name: str) -> tuple[str, ...]:
    """Roles by their names, comma-separated."""
    chosen = tuple(filter(None, os.environ.get(name, "").replace(" ", "").split(",")))
    if unknown := [role for role in chosen if role not in ROLES]:
        raise SettingsError(f"{name} names {', '.join(unknown)}. Give some of {', '.join(ROLES)}, comma-separated.")
    return chosen


def _oidc() -> dict[str, str] | None:
    """The organisation's sign-in, all of it or none."""
    names = {
        "issuer": "SOFTCITY_OIDC_ISSUER", "client_id": "SOFTCITY_OIDC_CLIENT_ID",
        "client_secret": "SOFTCITY_OIDC_CLIENT_SECRET",
    }  # fmt: skip
    given = {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}
    missing = [name for key, name in names.items() if key not in given]
    if given and missing:
        raise SettingsError(f"Sign-in by OIDC is half configured: set {', '.join(missing)}, or unset the others.")
    return given or None
