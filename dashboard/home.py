"""The home behind the snapshots as the page 报送 asks it: what came, what builds, what may be done. Scope is applied here.

It is handed to create_app as one object (pipelines/deliver/served.py), since the dashboard imports nothing of the pipeline.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from flask import g

from dashboard.errors import NothingThere
from dashboard.reader import Row
from dashboard.text import t

if TYPE_CHECKING:
    from dashboard.handed_in import Files


class Home(Protocol):
    """What a page asks of a home. All of it is as it is now, and of the whole city."""

    park_sources: Sequence[str]
    """What operators deliver, of their own parks."""
    files: "Files"
    """What is handed in on a page, before it lands."""

    def deliveries(self) -> list[Row]:
        """Every file delivered: pipelines/deliver/log.py says of what a row is."""
        ...

    def sources(self, delivered: list[Row], only: Sequence[str] = ()) -> list[Row]:
        """Every source, or `only` some: what is due, and what came last of those `delivered`."""
        ...

    def withdraw(self, source_file: str, why: str, who: str, *, undo: bool) -> None: ...

    def accept(self, source_file: str, why: str, who: str) -> None: ...

    def build(self) -> Row:
        """The build that runs (`is_running`), or how the last one ended; `may_write` tells whether one may be begun from here."""
        ...

    def preview(self) -> Row | None:
        """The preview that runs (`is_running`), or what the last one found (pipelines/deliver/preview.py); None before the first."""
        ...

    def begin_preview(self, who: str, parks: Sequence[str], file_id: str = "", kind: str | None = None) -> None:
        """Begin to find out what the next build would change, for some parks or for all; with a file of `who` that waits to be confirmed.

        Raises BuildRunning, BuildError.
        """
        ...

    def update(self, who: str) -> None:
        """Begin a build. Raises BuildRunning, BuildError."""
        ...


def home() -> Home:
    """Raises NothingThere where the dashboard was started over a published folder alone."""
    found: Home | None = g.home
    if found is None:
        raise NothingThere("home")
    return found


def deliveries() -> list[Row]:
    """The deliveries the signed-in user may see: an operator those of their own parks."""
    rows = home().deliveries()
    if not g.user.is_scoped:
        return rows
    return [row for row in rows if row["parks"] and set(row["parks"]) <= set(g.user.parks) and row["source"] in home().park_sources]


def sources() -> list[Row]:
    """The sources the signed-in user delivers, and what came of them as far as they may see."""
    return home().sources(deliveries(), home().park_sources if g.user.is_scoped else ())


def build() -> Row:
    """The build that runs, or how the last one ended as far as the signed-in user may know it."""
    return _of_policies(home().build())


def preview() -> Row | None:
    """The last preview as far as the signed-in user may see it; an operator none that tells of other parks than their own."""
    found = home().preview()
    if found and (not g.user.is_scoped or (found["parks"] and set(found["parks"]) <= set(g.user.parks))):
        return _of_policies(found)
    return None


def _of_policies(told: Row) -> Row:
    """Why a build failed names clauses and rows of any policy: whoever sees some of them alone is told which checks failed and whom to ask."""
    if not told.get("message") or not g.user.policies:
        return told
    return {**told, "message": "\n".join([t("deliver.of_all_policies"), *told.get("failed_checks", ())])}


def is_there() -> bool:
    return g.home is not None
