"""What came before, as the file records tell it: kinds of delivery, sources past their rhythm, sizes let stand.

A full file far below the usual size stops the publishing. Where the drop is real, a person says so once; the line is
kept with who, when and why, and later files are measured from that one on.
"""

from datetime import date, timedelta

from pipelines.base.decisions import ACCEPTED, append, entries
from pipelines.base.errors import BuildError
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord, records_of
from pipelines.sources.contract import Contract


def stale_sources(records: list[FileRecord], contracts: dict[str, Contract], today: date) -> dict[str, date]:
    """Sources whose next file is overdue today, with the day the last good one came; one that never came is not due."""
    last: dict[str, date] = {}
    for record in records:
        if record.status not in ("refused", "withdrawn"):
            came = date.fromisoformat(record.received_on)
            last[record.source] = max(came, last.get(record.source, came))
    return {
        source: came for source, came in sorted(last.items())
        if today - came > timedelta(days=contracts[source].rhythm.days)
    }  # fmt: skip


def accept(settings: Settings, source_file: str, why: str, who: str) -> None:
    """Let a loaded file stand in spite of its size.

    Raises BuildError when no such file is on record.
    """
    found = [r for r in records_of(settings.raw).values() if r.source_file == source_file and r.status == "loaded"]
    if not found:
        raise BuildError(f"{source_file}: no loaded file of that name. Name it as `softcity reconcile --source` does.")
    append(settings.decisions, ACCEPTED, {"file_sha256": found[0].file_sha256, "source_file": source_file, "why": why}, who)


def accepted(settings: Settings) -> set[str]:
    """Hashes of the files a person let stand."""
    return {entry["file_sha256"] for entry in entries(settings.decisions, ACCEPTED)}
