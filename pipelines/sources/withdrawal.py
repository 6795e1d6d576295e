"""Files a person took out of force: their rows count no more, the files and their rows stay on record.

Kept in `HOME/decisions/withdrawn.jsonl`, so it survives rebuilds and comes back with a backup. A delivery is its content:
the same bytes under another name are withdrawn with it.
"""

from pathlib import Path
from typing import Any

from pipelines.base.decisions import WITHDRAWN, append, entries


def withdrawals(decisions: Path) -> dict[str, dict[str, Any]]:
    """The withdrawals in force by file id."""
    latest = {entry["file_id"]: entry for entry in entries(decisions, WITHDRAWN) if isinstance(entry, dict) and entry.get("file_id")}
    return {file_id: entry for file_id, entry in latest.items() if entry.get("state") == "withdrawn"}


def decide(decisions: Path, file_id: str, source_file: str, state: str, why: str, who: str) -> None:
    """Write down that a file is withdrawn or restored."""
    append(decisions, WITHDRAWN, {"file_id": file_id, "source_file": source_file, "state": state, "why": why}, who)


def told(entry: dict[str, Any]) -> str:
    """Why a file counts no more, for its record."""
    return f"已撤出，不计入：{entry['why']}（{entry['who']}，{str(entry['when'])[:10]}）"
