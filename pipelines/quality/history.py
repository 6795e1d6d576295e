"""What came before, as the file records tell it: kinds of delivery, and sources that are past their rhythm."""

import re
from datetime import date, timedelta

from pipelines.sources.contract import Contract
from pipelines.sources.ingest import FileRecord

_FULL = re.compile(r"(?<![a-z])full(?![a-z])|全量", re.IGNORECASE)
_DELTA = re.compile(r"(?<![a-z])delta(?![a-z])|增量", re.IGNORECASE)


def delivery_of(record: FileRecord) -> str:
    """full, delta or empty: what the record says, else the words in the file's name."""
    if said := getattr(record, "delivery", ""):
        return str(said)
    name = record.source_file.rpartition("/")[2]
    return "full" if _FULL.search(name) else "delta" if _DELTA.search(name) else ""


def stale_sources(records: list[FileRecord], contracts: dict[str, Contract], today: date) -> dict[str, date]:
    """Sources whose next file is overdue today, with the day the last good one came; one that never came is not due."""
    last: dict[str, date] = {}
    for record in records:
        if record.status != "refused":
            came = date.fromisoformat(record.received_on)
            last[record.source] = max(came, last.get(record.source, came))
    return {
        source: came for source, came in sorted(last.items())
        if today - came > timedelta(days=contracts[source].rhythm.days)
    }  # fmt: skip
