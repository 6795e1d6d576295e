"""What came before, as the file records tell it: kinds of delivery, sources past their rhythm, sizes let stand.

A full file far below the usual size stops the publishing. Where the drop is real, a person says so once; the line is
kept with who, when and why, and later files are measured from that one on.
"""

import getpass
import json
from datetime import UTC, date, datetime, timedelta

from pipelines.base.errors import BuildError
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord
from pipelines.sources.contract import Contract
from pipelines.sources.ingest import report_on_file

ACCEPTED = "files.jsonl"  # under HOME/decisions: file_sha256, source_file, who, when, why


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


def accept(settings: Settings, source_file: str, why: str) -> None:
    """Let a loaded file stand in spite of its size.

    Raises BuildError when no such file is on record.
    """
    found = [r for r in report_on_file(settings).records if r.source_file == source_file and r.status == "loaded"]
    if not found:
        raise BuildError(f"{source_file}: no loaded file of that name. Name it as `softcity reconcile --source` does.")
    line = {
        "file_sha256": found[0].file_sha256, "source_file": source_file, "who": getpass.getuser(),
        "when": datetime.now(UTC).isoformat(timespec="seconds"), "why": why,
    }  # fmt: skip
    settings.decisions.mkdir(parents=True, exist_ok=True)
    with (settings.decisions / ACCEPTED).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def accepted(settings: Settings) -> set[str]:
    """Hashes of the files a person let stand."""
    path = settings.decisions / ACCEPTED
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {json.loads(line)["file_sha256"] for line in lines if line.strip()}
