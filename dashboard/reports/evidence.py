"""Evidence pack: one file of one finding or many, for who must see it outside this system.

A PDF (each finding in words, the law's words, orders, application, grounds, conditions as they were seen, what was said of it), a
workbook of the rows behind it with the file, sheet and line they were read from, and a manifest with the hashes of every part.
"""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import g

from dashboard import findings
from dashboard.access.accounts import User
from dashboard.components import number
from dashboard.errors import NothingThere, TooLong
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.reports import put, reading, render, workbook
from dashboard.reports.content import labels, provenance
from dashboard.reports.document import Chapter, Report, Section
from dashboard.snapshot import Snapshots
from dashboard.tables import TABLES, Column
from dashboard.tables.audit import AUDIT, ROLES
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.findings import BUILD

MOST = 200
"""Findings of one pack."""
BEHIND = ("evidence_payments", "evidence_applications", "evidence_grounds", "evidence_conditions")
HISTORY = (Column("when", "moment", title="noted_at"), Column("state", title="finding_status"), Column("owner"), Column("why", "words", title="note"), Column("who", title="noted_by"), Column("snapshot_id"))  # fmt: skip


def download(name: str, ending: str, view: View) -> tuple[IO[bytes], str]:
    """The pack of the findings an address names, or of all it leaves. Raises NothingThere, TooLong, Busy, AnswerLate."""
    if (name, ending) != ("findings", "zip") or g.user.role not in ROLES:
        raise NothingThere(name)
    named = view.get("findings")
    rows = findings.found(named.split(",")) if named else list(AUDIT.each(view))
    with g.queue.turn():
        document = pack(rows)
    return io.BytesIO(document), f"{len(rows)} findings, {len(document)} bytes"


def pack(rows: Sequence[Row]) -> bytes:
    """The pack of these findings as a zip. Raises NothingThere for none, TooLong for more than one pack holds."""
    if not rows:
        raise NothingThere("findings")
    if len(rows) > MOST:
        raise TooLong(f"{len(rows)} findings; a pack holds {MOST}. Narrow them.")
    behind = {name: _behind(name, rows) for name in BEHIND}
    parts = {"findings.pdf": render.pdf(_document(rows, behind)), "rows.xlsx": workbook.xlsx(_workbook(rows, behind))}
    parts["manifest.json"] = json.dumps(_manifest(rows, behind, parts), ensure_ascii=False, indent=1, default=str).encode()
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(ZipInfo(name, datetime.now(number.BEIJING).timetuple()[:6]), content, ZIP_DEFLATED)
    return out.getvalue()


def make(published: Path, finding_ids: Sequence[str], file: Path, who: str) -> int:
    """Write the pack of these findings of the current snapshot; how many. Raises TooLong, NothingThere, SnapshotMissing."""
    snapshots = Snapshots(published)
    with reading(snapshots, snapshots.current().together, User(who, "auditor")):
        rows = [row for at in range(0, len(finding_ids), findings.MOST) for row in findings.found(finding_ids[at : at + findings.MOST])]
        put(file, pack(rows))
    return len(rows)


def _behind(name: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of a table of evidence of all these findings."""
    return list(TABLES[name].each(View("/audit", {"findings": ",".join(row["finding_id"] for row in rows)})))


def _history(row: Row) -> list[Row]:
    return [
        {
            **entry, "who": t("audit.build") if entry.get("who") == BUILD else entry.get("who"),
            "state": t(f"finding_seen.{entry['seen']}", day=entry.get("as_of")) if entry.get("seen") else word("finding_status", entry.get("state")),
        }
        for entry in findings.history(row["finding_id"])
    ]  # fmt: skip


def _document(rows: Sequence[Row], behind: dict[str, list[Row]]) -> Report:
    law = {
        (row["policy_id"], row["clause_id"]): row for row in ask("law") if (row["policy_id"], row["document"]) in g.snapshot.texts and row["is_current"]
    }
    chapters = [_chapter(no, row, behind, law.get((row.get("policy_id"), row["clause_id"]), {})) for no, row in enumerate(rows, start=1)]
    return Report(t("evidence.title", n=len(rows)), labels(), provenance(), chapters, notes=[t("evidence.note")])


def _chapter(no: int, row: Row, behind: dict[str, list[Row]], law: Row) -> Chapter:
    """One finding: what it says, the law it is held against, and the rows behind it."""
    clause = " ".join(filter(None, (row["clause_id"], law.get("title_zh"))))
    told = [
        (t("columns.finding"), t(f"finding.{row['kind']}") + t("stop") + t(f"finding_how.{row['kind']}")),
        (t("columns.evidence"), row["evidence"]), (t("columns.at_stake_yuan"), number.full_yuan(row["at_stake_yuan"])),
        (t("columns.paid_or_asked_yuan"), number.full_yuan(row["amount_yuan"])), (t("columns.limit_yuan"), number.full_yuan(row["limit_yuan"])),
        (t("columns.clause_id"), clause or t("none")), (t("evidence.law"), law.get("quotes") or t("none")), (t("evidence.bound"), law.get("award_words") or t("none")),
        (t("columns.finding_status"), t("semicolon").join(filter(None, (word("finding_status", row["status"]), row["owner"], row["note"])))),
        (t("columns.finding_id"), row["finding_id"]),
    ]  # fmt: skip
    found = [_section(name, [one for one in behind[name] if one["finding_id"] == row["finding_id"]]) for name in BEHIND]
    history = Section(t("audit.history"), columns=HISTORY, rows=_history(row))
    title = t("evidence.finding", no=no, kind=t(f"finding.{row['kind']}"), firm=row["enterprise_name"] or t("unknown"))
    return Chapter(title, told, [], [one for one in (*found, history) if one.rows])


def _section(name: str, rows: Sequence[Row]) -> Section:
    table = TABLES[name]
    return Section(t(f"figure.{name}.title"), t(f"figure.{name}.unit"), table.shown, rows, also=table.also)


def _workbook(rows: Sequence[Row], behind: dict[str, list[Row]]) -> Report:
    of = Column("finding_id", "code")
    history = [{**entry, "finding_id": row["finding_id"]} for row in rows for entry in _history(row)]
    sheets = [
        Section(t("figure.audit.title"), t("figure.audit.unit"), AUDIT.shown, rows, also=AUDIT.also), *(_section(name, behind[name]) for name in BEHIND),
        Section(t("audit.history"), t("figure.audit.unit"), HISTORY, history, also=(of,)),
    ]  # fmt: skip
    return Report(t("evidence.title", n=len(rows)), labels(), provenance(), [], [one for one in sheets if one.rows])


def _manifest(rows: Sequence[Row], behind: dict[str, list[Row]], parts: dict[str, bytes]) -> dict[str, object]:
    """Who made it when, of which snapshot, of which files, and the hashes of the other parts."""
    snapshot = g.snapshot
    files = {row["source_file"]: row["file_sha256"] for row in chain(*behind.values()) if row.get("source_file")}
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "made_by": g.user.name,
        "snapshot": {
            "snapshot_id": snapshot.snapshot_id, "as_of": snapshot.as_of, "built_on": snapshot.built_on, "document": snapshot.version,
            "is_sample": snapshot.is_sample, "softcity_version": snapshot.manifest().get("softcity_version"),
        },
        "findings": [
            {key: row[key] for key in ("finding_id", "kind", "policy_id", "clause_id", "enterprise_id", "enterprise_name", "at_stake_yuan", "status", "owner")} for row in rows
        ],
        "source_files": [{"source_file": name, "sha256": found} for name, found in sorted(files.items())],
        "parts": [{"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()} for name, content in parts.items()],
    }  # fmt: skip
