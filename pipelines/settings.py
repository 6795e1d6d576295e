"""Where things lie, read once from the environment and handed on frozen."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import SettingsError

PROJECT = Path(__file__).resolve().parents[1]
SAMPLE_MARK = "SAMPLE"  # a file of this name beside the source folders: all of it is invented


@dataclass(frozen=True)
class Settings:
    """One city's home: `landing/` as received, `var/` rebuildable, `published/` what readers see."""

    home: Path
    landing: Path
    city: str = "wuxi"
    keep_snapshots: int = 10
    oidc: Mapping[str, str] | None = None  # issuer, client_id, client_secret, claim: dashboard/access/oidc.py
    data: Path = PROJECT / "data"
    dbt_project: Path = PROJECT / "dbt_project"
    alert_urls: tuple[str, ...] = field(default=(), repr=False)  # may hold passwords

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def raw(self) -> Path:
        return self.var / "raw"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def decisions(self) -> Path:
        """What people settled at their desk (dashboard/desk.py): read by builds, never rebuilt."""
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

    @classmethod
    def load(cls, home: str | Path | None = None, landing: str | Path | None = None) -> "Settings":
        """Settings from arguments, else SOFTCITY_HOME, SOFTCITY_CITY, SOFTCITY_KEEP and SOFTCITY_ALERT_URLS.

        Raises SettingsError when a value cannot be used.
        """
        root = Path(home or os.environ.get("SOFTCITY_HOME") or PROJECT / "data").resolve()
        keep = os.environ.get("SOFTCITY_KEEP", "10")
        if not keep.isdigit() or int(keep) < 1:
            raise SettingsError(f"SOFTCITY_KEEP is {keep!r}. Give the number of snapshots to keep, 1 or more.")
        return cls(
            home=root,
            landing=Path(landing).resolve() if landing else root / "landing",
            city=os.environ.get("SOFTCITY_CITY", "wuxi"),
            keep_snapshots=int(keep),
            alert_urls=tuple(filter(None, os.environ.get("SOFTCITY_ALERT_URLS", "").replace(" ", "").split(","))),
            oidc=_oidc(),
        )


def _oidc() -> dict[str, str] | None:
    """The organisation's sign-in from SOFTCITY_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET and, if set, _CLAIM; all or none."""
    names = ("issuer", "client_id", "client_secret", "claim")
    found = {name: os.environ.get(f"SOFTCITY_OIDC_{name.upper()}", "") for name in names}
    given = {name: value for name, value in found.items() if value}
    missing = [f"SOFTCITY_OIDC_{name.upper()}" for name in names[:3] if name not in given]
    if given and missing:
        raise SettingsError(f"Sign-in by OIDC is half configured: set {', '.join(missing)}, or unset the others.")
    return given or None
