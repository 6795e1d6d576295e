"""What people decide (whose name it is, who was called, which file is withdrawn): lines added to files, never changed or taken away.

These files are the only thing the dashboard writes besides accounts. A build reads the names and never writes them; to the
findings people spoke of it adds when it ceased to see one, and when it saw one again (findings.py).
"""

import fcntl
import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.base.errors import DecidedMeanwhile

NAMES = "names.jsonl"
"""name_key, printed_name, code_given, decision (accept or reject), enterprise_code, based_on, who, when, why."""
CONTACTS = "contacts.jsonl"
"""claim_id, state, assignee, next_on and reason (contacts.py); based_on, who, when, why."""
FINDINGS = "findings.jsonl"
"""finding_id, state and owner, or what a build saw; what the finding said then (findings.py); based_on, who, when, why."""
WITHDRAWN = "withdrawn.jsonl"
"""file_id (the name of its record), source_file, state (withdrawn or restored), who, when, why."""
HEADERS = "headers.jsonl"
"""source, word (a header as printed), word_key, column, state (taught or withdrawn), who, when, why."""
DELIVERIES = "deliveries.jsonl"
"""number, source, source_file (under landing/), file_sha256, given_name, size, rows (counts), delivery, who, when."""
ACCEPTED = "files.jsonl"
"""file_sha256, source_file of a full file let stand though it is far below the usual size, who, when, why."""
SCENARIOS = "scenarios.jsonl"
"""scenario_id, name, state (saved or deleted), document, edits (values by term), who, when, why."""
MATTER = {
    NAMES: ("name_key", "code_given"), CONTACTS: ("claim_id",), FINDINGS: ("finding_id",), WITHDRAWN: ("file_id",), HEADERS: ("source", "word_key"), DELIVERIES: ("number",),
    ACCEPTED: ("file_sha256",), SCENARIOS: ("scenario_id",),
}  # fmt: skip
"""What an entry settles: the fields that name it."""


def append(
    folder: Path, file: str, entry: dict[str, Any], who: str, based_on: int | None = None, when: str | None = None
) -> None:
    """Add one entry with who and when; whole and on disk when this returns, whoever else writes.

    `based_on`: how many entries on the same matter its writer had seen. Raises DecidedMeanwhile when there are more by
    now: nothing said by another is overwritten unseen. None: whoever writes has asked for the last word.
    `when`: of an entry said before and written again under another key; else now.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # notes name persons
    seen = {} if based_on is None else {"based_on": based_on}
    line = json.dumps(
        {**entry, **seen, "who": who, "when": when or datetime.now(UTC).isoformat(timespec="seconds")}, ensure_ascii=False
    )
    with os.fdopen(os.open(folder / file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600), "a+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        said = of_matter(folder, file, entry)
        if based_on is not None and len(said) > based_on:
            raise DecidedMeanwhile(said[-1])
        end = out.seek(0, os.SEEK_END)
        out.seek(max(end - 1, 0))
        torn = out.read(1) not in (b"", b"\n")   # a line a power cut left unfinished must not swallow this one
        out.write(b"\n" * torn + line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def of_matter(folder: Path, file: str, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said on the matter of an entry, oldest first."""
    key = [entry.get(field) or "" for field in MATTER[file]]
    return [said for said in entries(folder, file) if [said.get(field) or "" for field in MATTER[file]] == key]


def counted(folder: Path, file: str) -> Counter[tuple[str, ...]]:
    """How much was said on each matter, by the fields that name it: what a form is based on."""
    return Counter(tuple(str(said.get(field) or "") for field in MATTER[file]) for said in entries(folder, file))


def entries(folder: Path, file: str) -> list[dict[str, Any]]:
    """Every entry, oldest first; a line that a power cut left unfinished is passed over."""
    path = folder / file
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
