"""What people settle at their desk (whose name it is, who was called): lines added to files, never changed or taken away.

These files are the only thing the dashboard writes besides accounts; a build reads the names, never writes them.
"""

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAMES = "names.jsonl"
"""name_key, printed_name, code_given, decision (accept or reject), enterprise_code, who, when, why."""
CONTACTS = "contacts.jsonl"
"""claim_id, state (contacted or open), who, when, why."""


def append(folder: Path, file: str, entry: dict[str, Any], who: str) -> None:
    """Add one entry with who and when; whole and on disk when this returns, whoever else writes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # notes name persons
    line = json.dumps({**entry, "who": who, "when": datetime.now(UTC).isoformat(timespec="seconds")}, ensure_ascii=False)
    with os.fdopen(os.open(folder / file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600), "a+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        end = out.seek(0, os.SEEK_END)
        out.seek(max(end - 1, 0))
        torn = out.read(1) not in (b"", b"\n")   # a line a power cut left unfinished must not swallow this one
        out.write(b"\n" * torn + line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


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
