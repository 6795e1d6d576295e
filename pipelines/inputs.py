"""What one build stands on: its day, the rows known to it, and the run that may publish it.

It is written down in `var/work` before anything is made of it. A run resumed from failure takes it up there; any other run
that works on it takes the right to publish from it, since nobody could say then what the marts were made of.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.base.decisions import NAMES
from pipelines.base.duck import connect
from pipelines.base.errors import BuildError
from pipelines.base.snapshots import current_id, find_snapshot, read_manifest
from pipelines.fingerprint import hash_of_code, hash_of_texts
from pipelines.quality.history import accepted
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord, link_known, records_known
from pipelines.sources.contract import Contract, Period, load_contracts
from pipelines.sources.landing import CHINA


@dataclass(frozen=True)
class Inputs:
    """What one build stands on."""

    run_id: str   # that may publish it, or a run resumed from it; empty: none may
    as_of: date
    known_on: date   # up to this day arrivals count as known to it
    arrived_by: date   # no file of a later arrival is seen
    today: date   # from which the age of arrivals is counted
    knowing: str
    fingerprint: str
    becomes_current: bool

    def write(self, work: Path) -> None:
        part = work / "inputs.json.part"
        part.write_text(json.dumps(asdict(self), default=str, indent=1), encoding="utf-8")
        part.replace(work / "inputs.json")

    @classmethod
    def read(cls, work: Path) -> "Inputs":
        """Raises BuildError when no build has begun there."""
        path = work / "inputs.json"
        if not path.exists():
            raise BuildError(f"{work}: no build has begun here. Materialise all of daily_build, or run `softcity build`.")
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        days = ("as_of", "known_on", "arrived_by", "today")
        return cls(**told | {name: date.fromisoformat(told[name]) for name in days})


def choose_inputs(
    settings: Settings, as_of: date | None, knowing: str, make_current: bool, run_id: str = ""
) -> tuple[Inputs, dict[str, Any] | None]:
    """What a build of this day stands on now, and the manifest of the snapshot that was made of just that, if there is one.

    knowing: "effective" takes what is true of the day, whenever it came; "arrived" what had come by then.
    Raises BuildError when the day lies after the newest one in the data, when there is no row at all, or when invented rows
    and real ones are mixed.
    """
    day, known_on = day_and_known(settings, as_of, knowing)
    arrived_by = arrived_until(as_of, knowing)
    records = records_known(settings.raw, arrived_by)
    refuse_a_mixture(records)
    fingerprint = fingerprint_of(settings, records, day, f"{knowing} {known_on}")
    current = read_manifest(settings.published) if current_id(settings.published) else None
    becomes_current = make_current or as_of is None or current is None or day.isoformat() >= current["as_of"]
    same = current if becomes_current else find_snapshot(settings.published, fingerprint)
    today = today_of(day, known_on, any(record.is_sample for record in records))
    found = Inputs(run_id, day, known_on, arrived_by, today, knowing, fingerprint, becomes_current)
    return found, same if same and same["fingerprint"] == fingerprint else None


def arrived_until(as_of: date | None, knowing: str) -> date:
    """The day of the last arrival that a build sees."""
    return as_of if as_of and knowing == "arrived" else date.max


def begin_work(settings: Settings, inputs: Inputs) -> Path:
    """A new folder for one build, with the rows it stands on; what the one before left there is removed."""
    work = settings.work
    for left in (work, settings.var / "kept"):   # `kept` is of an earlier version
        shutil.rmtree(left, ignore_errors=True)
    work.mkdir(parents=True)
    link_known(settings.raw, work / "raw", inputs.arrived_by)
    inputs.write(work)
    return work


def take_up(settings: Settings, run_id: str, is_resumed: bool) -> Inputs:
    """The inputs of the build in `var/work`, for another step of it.

    They stay the run's own, or of the run it was resumed from (`run_id` is that of the first), if nothing they stand on has
    changed; another run may work on them and not publish. Raises BuildError when a resumed run finds other work or other
    inputs there.
    """
    inputs = Inputs.read(settings.work)
    if inputs.run_id == run_id:
        if is_resumed:
            records = records_known(settings.raw, inputs.arrived_by)
            if inputs.fingerprint != fingerprint_of(settings, records, inputs.as_of, f"{inputs.knowing} {inputs.known_on}"):
                raise BuildError("Files, decisions, law or code changed since this run failed. Launch daily_build anew.")
        return inputs
    if is_resumed:
        raise BuildError("Another run has worked here since this one failed. Launch daily_build anew.")
    if inputs.run_id:
        inputs = replace(inputs, run_id="")
        inputs.write(settings.work)
    return inputs


def refuse_a_mixture(records: list[FileRecord]) -> None:
    """Raises BuildError when invented rows and real ones lie in one home: no label could be right."""
    if len({record.is_sample for record in records if record.status == "loaded"}) > 1:
        raise BuildError("This home holds sample rows and real ones. Give each a home of its own with --home.")


def day_and_known(settings: Settings, as_of: date | None, knowing: str) -> tuple[date, date]:
    """The day a build stands on, and the day up to which arrivals count as known to it.

    The newest day in the data knows everything that came since; a day before it takes states that carry no day of
    their own (an application's, a firm's registration) as they had arrived by then.
    Raises BuildError when the day lies after the newest one.
    """
    newest = newest_day(settings)
    if as_of and as_of > newest:
        raise BuildError(
            f"--as-of {as_of} lies after the newest day in the data, {newest}. Give that day or an earlier one."
        )
    is_past = as_of is not None and (as_of < newest or knowing == "arrived")
    return as_of or newest, as_of if as_of and is_past else date.max


def newest_day(settings: Settings) -> date:
    """The day the data stands on, the default as-of day: the newest day in the rows that have come, never the wall clock.

    Figures of a year or quarter tell up to its end, and no row tells of a day after its arrival; reference series and
    the arrival itself move nothing (contracts, `data_day`). Raises BuildError when no file holds a day.
    """
    days: list[date | None] = []
    with connect() as con:
        for contract in load_contracts().values():
            if told := days_told(contract):
                # (Trap: least(null, x) is x in DuckDB.)
                newest = ", ".join(f"max(case when {day} < received_on then {day} when {day} is not null then received_on end)" for day in told)
                files = f"{settings.raw}/{contract.source}/*.parquet"
                days += (
                    con.execute(f"select {newest} from read_parquet(?, union_by_name = true)", [files]).fetchone() or ()
                )
    found = [day for day in days if day is not None]
    if not found:
        raise BuildError(f"{settings.landing}: no row was loaded. Put files under its source folders and build again.")
    return max(found)


def days_told(contract: Contract) -> list[str]:
    """SQL of the days up to which a row of a source tells."""
    if contract.data_day == "never":
        return []
    days = [c.name for c in (*contract.columns, *contract.sidecar) if c.type == "day" and not c.future]
    if isinstance(contract.data_day, Period):
        end = f"make_date({contract.data_day.column}, 12, 31)"
        if contract.data_day.ends == "month":
            end = f"last_day(cast({contract.data_day.column} || '-01' as date))"
        quarter = "cast(date_trunc('quarter', received_on + 1) as date) - 1"   # the last one that had ended on arrival
        if contract.data_day.ends == "quarter":
            end = f"case when {end} < {quarter} then {end} when {end} is not null then {quarter} end"
        days.append(f"({end})")
    return days


def today_of(as_of: date, known_on: date, is_sample: bool) -> date:
    """The day from which the age of arrivals is counted: that of the build.

    A past day that is built again counts from that day, and an invented city lives on its last one: a year later every
    source of a demonstration would be overdue.
    """
    return as_of if is_sample or known_on < date.max else datetime.now(CHINA).date()


def fingerprint_of(
    settings: Settings, records: list[FileRecord], as_of: date, knowing: str = f"effective {date.max}"
) -> str:
    """One hash of all a snapshot depends on: rows, what people decided, law, reference data, code, day, what it may know."""
    digest = hashlib.sha256(f"{as_of} {knowing} {sorted(accepted(settings))}".encode())
    for r in records:
        digest.update(f"{r.source}{r.source_file}{r.file_sha256}{r.read_by}{r.received_on}{r.status}".encode())
    decided = settings.decisions / NAMES
    digest.update(decided.read_bytes() if decided.exists() else b"")
    digest.update(f"{hash_of_texts(settings.policies)}{hash_of_code(settings)}".encode())
    return digest.hexdigest()
