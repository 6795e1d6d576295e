"""What was delivered: by whom, when, with which hash, and what became of it; of each source, what came last and whether more is due.

Looked up in the home as it is now, not in a snapshot: a file that came a minute ago is there, though no build has read it.
"""

import csv
import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pipelines.base.deliveries import Delivery
from pipelines.base.deliveries import deliveries as delivered_by_page_or_command
from pipelines.build_record import FAILURES
from pipelines.quality.history import accepted
from pipelines.settings import SAMPLE_MARK, Settings
from pipelines.sources.archive import FileRecord, records_of
from pipelines.sources.contract import Contract, load_contracts
from pipelines.sources.landing import CHINA, landing_files, shown
from pipelines.sources.withdrawal import withdrawals

PARK_SOURCES = ("tenancies",)
"""What operators deliver, of their own parks alone; all else is a steward's to deliver."""
_COUNTS = ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
_TOO_SMALL = "volume_of_full_file"   # the check of quality/expectations.yaml that `accept` answers
Row = dict[str, Any]


def deliveries(settings: Settings) -> list[Row]:
    """A row per file on record, waiting in landing, or delivered and gone since; the newest first.

    `status` is that of its record, or waiting (no build has read it), withdrawing or restoring (a person said so, the next
    build does it), gone. Where a file was put into landing by other means nobody is known (`who`) to have delivered it, nor when
    (`delivered_at`); `received_on` is the day it counts as received. `may` names what can be done with it: withdraw, undo, accept.
    """
    contracts = load_contracts()
    sent = {(one.source_file, one.file_sha256): one for one in delivered_by_page_or_command(settings.decisions)}
    rows = [*_on_record(settings, sent), *_not_on_record(settings, contracts, sent)]
    for row in rows:
        row["delivery_id"] = hashlib.sha256(f"{row['source_file']}\n{row['file_sha256']}".encode()).hexdigest()[:16]
        row["title"] = contracts[row["source"]].title if row["source"] in contracts else row["source"]
    return sorted(rows, key=lambda row: (row["received_on"], row["delivered_at"] or "", row["source_file"], row["file_sha256"] or ""), reverse=True)


def _on_record(settings: Settings, sent: dict[tuple[str, str], Delivery]) -> Iterator[Row]:
    """The files some build has read. Of those `sent`, the ones found are taken out."""
    withdrawn, too_small, let_stand = withdrawals(settings.decisions), _too_small(settings), accepted(settings)
    for name, record in records_of(settings.raw).items():
        entry, status = sent.pop((record.source_file, record.file_sha256), None), record.status
        if status == "loaded" and name in withdrawn:
            status = "withdrawing"
        elif status == "withdrawn" and name not in withdrawn and record.rows_read:   # of a refused file that was taken away nothing was read
            status = "restoring"
        is_small = f"{record.source} {record.received_on}" in too_small and record.delivery == "full" and record.file_sha256 not in let_stand
        may = {
            "withdraw": status in ("loaded", "restoring"), "undo": status in ("withdrawn", "withdrawing") and name in withdrawn,
            "accept": status == "loaded" and is_small,
        }  # fmt: skip
        yield _row(record, entry, status, [act for act, can in may.items() if can])


def _row(record: FileRecord, entry: Delivery | None, status: str, may: list[str]) -> Row:
    return {
        "source": record.source, "source_file": record.source_file, "file_sha256": record.file_sha256, "received_on": record.received_on,
        **_sent(entry), "status": status, "message": record.message, **{name: getattr(record, name) for name in _COUNTS}, "may": may,
    }  # fmt: skip


def _sent(entry: Delivery | None) -> Row:
    """What is known of who delivered a file."""
    if entry is None:
        return {"who": None, "delivered_at": None, "parks": [], "given_name": None}
    return {"who": entry.who, "delivered_at": entry.when, "parks": list(entry.parks), "given_name": entry.given_name}


def _not_on_record(settings: Settings, contracts: dict[str, Contract], sent: dict[tuple[str, str], Delivery]) -> Iterator[Row]:
    """Files that lie in landing and were never read under this path, and those delivered whose content was not read yet or is gone."""
    known = {record.source_file for record in records_of(settings.raw).values()}
    waiting = {source_file: entry for (source_file, _), entry in sent.items()}   # the last content under a path
    decided = {entry["source_file"] for entry in withdrawals(settings.decisions).values()}
    lying = {shown(path.relative_to(settings.landing)): path for source in contracts for path in landing_files(settings.landing / source)}
    for source_file in [*waiting, *(lying.keys() - known - waiting.keys())]:
        entry, path = waiting.get(source_file), lying.get(source_file)
        status = "gone" if path is None else "withdrawing" if source_file in decided else "waiting"
        came = datetime.fromisoformat(entry.when) if entry else datetime.fromtimestamp(path.lstat().st_mtime, CHINA) if path else datetime.now(CHINA)
        yield {
            "source": source_file.partition("/")[0], "source_file": source_file, "file_sha256": entry.file_sha256 if entry else None,
            "received_on": came.astimezone(CHINA).date().isoformat(), **_sent(entry), "status": status, "message": "", **dict.fromkeys(_COUNTS), "may": {"waiting": ["withdraw"], "withdrawing": ["undo"]}.get(status, []),
        }  # fmt: skip


def _too_small(settings: Settings) -> set[str]:
    """Source and day of the full files for whose size the last build was refused."""
    try:
        with (settings.var / FAILURES).open(encoding="utf-8-sig", newline="") as file:
            return {" ".join(row["row_key"].split()[:2]) for row in csv.DictReader(file) if row["check_id"].endswith(_TOO_SMALL)}
    except OSError:
        return set()


def sources(settings: Settings, delivered: list[Row], only: tuple[str, ...] = ()) -> list[Row]:
    """A row per source (of `only`, where given) that the city has a use for or files of: who sends it and how often, the newest of the files `delivered`, whether the next is overdue today.

    Of an invented city today is the day of its last file, as in its snapshots.

    `state` is fresh, stale or missing, as on the page 数据; what is refused or withdrawn is no arrival.
    """
    today, rows = _today(settings, delivered), []
    for source, contract in load_contracts(policies=settings.policies).items():
        if only and source not in only:
            continue
        own = [row for row in delivered if row["source"] == source]
        if not contract.is_asked and not own:
            continue
        came = [row for row in own if row["status"] not in ("refused", "withdrawn", "withdrawing", "gone")]
        days = [date.fromisoformat(row["received_on"]) for row in came]
        newest = next(iter(came), None)
        late = bool(days) and today - max(days) > timedelta(days=contract.rhythm.days)
        rows.append({
            "source": source, "title": contract.title, "sender": contract.sender, "rhythm": contract.rhythm.words, "rhythm_days": contract.rhythm.days,
            "state": "missing" if not days else "stale" if late else "fresh", "last_received_on": max(days, default=None),
            "due_on": max(days) + timedelta(days=contract.rhythm.days) if days else None,
            "newest_file": newest and newest["source_file"], **{name: newest and newest[name] for name in _COUNTS},
            "waiting_count": sum(row["status"] == "waiting" for row in own), "file_count": len(own),
            "refused_count": sum(row["status"] == "refused" for row in own),
        })  # fmt: skip
    return rows


def _today(settings: Settings, delivered: list[Row]) -> date:
    if (settings.landing / SAMPLE_MARK).exists():
        return max((date.fromisoformat(row["received_on"]) for row in delivered if row["status"] != "waiting"), default=datetime.now(CHINA).date())
    return datetime.now(CHINA).date()
