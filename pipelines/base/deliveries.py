"""What a check of a file handed in says, and what is on record of a delivery: read by the command line and by the page alike."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.base.decisions import DELIVERIES, entries


@dataclass(frozen=True)
class SeenColumn:
    """A declared column in a sheet: the word it was known by, or none."""

    column: str
    title: str
    is_required: bool
    word: str | None
    unit: str | None = None
    is_taught: bool = False
    is_above: bool = False   # said once above the table


@dataclass(frozen=True)
class SeenSheet:
    """What was recognised of a sheet; `unknown` are the words of its header that are no column."""

    name: str
    header_row: int
    columns: tuple[SeenColumn, ...]
    unknown: tuple[str, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class BadRow:
    """A reason why a row was set aside; `column` by its printed title, `value` masked."""

    sheet: str
    row_no: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class ForeignRow:
    """A row of a park that is not one's own."""

    sheet: str
    row_no: int
    park: str


@dataclass(frozen=True)
class Replaces:
    """What is on record already. `same`: keys that say the same there; `replaced`: rows on record that would count no more;
    `outdone`: rows of this file that a later file on record counts before; `examples`: key, file, row of those replaced.
    """

    same: int
    replaced: int
    outdone: int
    examples: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class SaidOfList:
    """A key of a list's sidecar: what it may be, what it is, and what the file's title says it is."""

    key: str
    is_required: bool
    kind: str   # text, day, choice or yes_no
    choices: tuple[str, ...]
    value: str
    from_title: str


@dataclass(frozen=True)
class Report:
    """What became of a file when it was read as a build reads it; nothing has landed.

    state: `ready` to be confirmed; `refused` as a whole (`message` says why); `incomplete`: its list is not told yet;
    `foreign`: rows of a park that is not one's own; `known`: the same bytes have landed (`same_as`, `same_who`, `same_when`).
    """

    source: str
    source_title: str
    given_name: str
    file_sha256: str
    size: int
    received_on: str
    is_day_named: bool   # the day stands in the name; else it is today
    delivery: str | None
    kinds: tuple[str, ...]   # full and delta, where the source knows such deliveries
    state: str
    message: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_skipped: int = 0
    rows_quarantined: int = 0
    skipped_as: str = ""
    sheets: tuple[SeenSheet, ...] = ()
    quarantine: tuple[BadRow, ...] = ()   # the first ones
    foreign: tuple[ForeignRow, ...] = ()
    foreign_count: int = 0
    replaces: Replaces | None = None
    sidecar: tuple[SaidOfList, ...] = ()
    mends: int = 0   # rows set aside before that this file brings again
    same_as: str = ""
    same_who: str = ""
    same_when: str = ""

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"

    def told(self) -> dict[str, Any]:
        return asdict(self)


def report_of(told: dict[str, Any]) -> Report:
    """A report from what `told` wrote as JSON."""
    def many(kind: Any, key: str) -> tuple[Any, ...]:
        return tuple(kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in one.items()}) for one in told[key])

    sheets = tuple(SeenSheet(**{**one, "columns": tuple(SeenColumn(**c) for c in one["columns"]), "unknown": tuple(one["unknown"]), "lacking": tuple(one["lacking"])}) for one in told["sheets"])
    replaces = told["replaces"] and Replaces(**{**told["replaces"], "examples": tuple(map(tuple, told["replaces"]["examples"]))})
    return Report(**{
        **told, "kinds": tuple(told["kinds"]), "sheets": sheets, "replaces": replaces, "quarantine": many(BadRow, "quarantine"),
        "foreign": many(ForeignRow, "foreign"), "sidecar": many(SaidOfList, "sidecar"),
    })  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """One delivery on record; `source_file` is its place under landing/. `is_new` is false when the same bytes had landed before."""

    number: int
    source: str
    source_file: str
    file_sha256: str
    given_name: str
    size: int
    rows_loaded: int
    rows_quarantined: int
    who: str
    when: str
    role: str = ""
    parks: tuple[str, ...] = ()
    is_new: bool = True


def deliveries(decisions: Path) -> list[Delivery]:
    """Every delivery by page or command, oldest first. What was put into the landing folder by hand is on no such record."""
    names = Delivery.__dataclass_fields__.keys() - {"is_new"}
    found = []
    for entry in entries(decisions, DELIVERIES):
        told = {key: value for key, value in entry.items() if key in names}
        try:
            found.append(Delivery(**{**told, "parks": tuple(told.get("parks") or ())}))
        except TypeError:   # a line of another form
            continue
    return found


def held_to_parks(decisions: Path) -> dict[str, tuple[str, ...]]:
    """The parks that a file an operator delivered may speak of, by its bytes: a build holds it to them whatever is taught later."""
    path = decisions / DELIVERIES
    state = path.stat() if path.exists() else None
    return _held_to_parks(decisions, state.st_mtime_ns, state.st_size) if state else {}


@lru_cache(maxsize=8)
def _held_to_parks(decisions: Path, _: int, __: int) -> dict[str, tuple[str, ...]]:
    return {one.file_sha256: one.parks for one in deliveries(decisions) if one.role == "operator"}
