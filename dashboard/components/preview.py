"""What the next build would change, as a preview found it; and a build, or a preview, while it runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dash import html
from flask import g

from dashboard.components import number, parts
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View

STAGES = ("reading", "matching", "evaluating", "proving", "publishing")
"""As build_record.STAGES of the pipeline."""
MOVED = 15
"""Claims that are listed; the command lists more."""
OUTCOMES = ("eligible", "needs_review", "undetermined", "not_eligible")


def progress(told: Row, key: str) -> Any:
    """Which of its stages a build is in, what it does there, since when and for whom; `key` names its words in text/."""
    at = STAGES.index(told["stage"]) if told.get("stage") in STAGES else 0
    seconds = max(0, round((datetime.now(UTC) - datetime.fromisoformat(told["started_at"])).total_seconds()))
    steps = [
        html.Li(word("stage_of_build", stage), className="done" if place < at else "now" if place == at else "", **(parts.aria(current="step") if place == at else {}))
        for place, stage in enumerate(STAGES)
    ]  # fmt: skip
    return html.Div([
        html.P(t(f"{key}.running", who=who(told), at=number.moment(told["started_at"]), seconds=seconds), role="status"),
        html.Ol(steps, className="steps", **parts.aria(label=t(f"{key}.steps"))), html.P(told.get("doing") or "", className="note"),
    ])  # fmt: skip


def who(told: Row) -> str:
    """Who began a build: a person, or what begins builds by itself."""
    return word("builder", told["who"] or "unknown")


def found(told: Row | None, view: View) -> list[Any]:
    """A preview: the one that runs, what the last one found, or that there was none."""
    if told is None:
        return [html.P(t("deliver.preview.none"), className="note", role="status")]
    if told["is_running"]:
        return [progress(told, "deliver.preview")]
    if g.user.policies:  # it is of all policies: what came is theirs to know, not what it would change under others
        told = {**told, "claims": [], "yuan": [], "moved_claims": [], "findings": [], "firm_count": 0}
    document = g.snapshot.document
    yuan = next((row for row in told.get("yuan", ()) if row["document"] == document), None)
    firms = number.count(told.get("firm_count", 0))
    state = "unchanged" if told["state"] == "changed" and not _changes(told) else told["state"]
    said = html.P(
        [parts.quiet(_of(told)), t(f"deliver.preview.{state}", claims=number.count(yuan["claim_count"] if yuan else 0), firms=firms), t("stop")], role="status"
    )  # fmt: skip
    if state in ("failed", "refused"):
        return [said, html.Pre(t("deliver.preview.refused_park") if told["parks"] and state == "refused" else told.get("message", ""), className="reason")]
    if told["state"] != "changed":
        return [said, _files(told["moved_files"])] if told.get("moved_files") else [said]
    return [said, parts.facts(_facts(told, yuan)), _by_outcome(told, document), _findings(told), _files(told["moved_files"]), _moved(told, document, view)]


def _changes(told: Row) -> bool:
    return bool(told["yuan"] or told["rows"] or told["findings"] or any(told["events"].values()) or any((told["names"] or {}).get(key) for key in ("gained", "lost")))


def _of(told: Row) -> str:
    """Whose preview, when, of what."""
    files = t("deliver.preview.of_files", files=t("comma").join(told["files"])) if told["files"] else t("deliver.preview.of_all")
    parks = t("deliver.preview.of_parks", parks=t("comma").join(told["parks"])) if told["parks"] else ""
    return t("deliver.preview.of", who=told["who"], at=number.moment(told.get("ended_at") or told["started_at"])) + files + parks


def _facts(told: Row, yuan: Row | None) -> list[tuple[str, Any]]:
    events, names = told["events"], told["names"]
    facts: list[tuple[str, Any]] = [
        (t("deliver.preview.as_of"), " → ".join(dict.fromkeys(told["as_of"]))),
        (t("deliver.preview.events"), _sides(events["gained"], events["lost"])),
        *((t(f"deliver.preview.{key}"), parts.signed(Decimal((yuan or {}).get(key, "0")))) for key in ("net_ceiling_yuan", "paid_yuan")),
    ]  # fmt: skip
    facts += [(word("dataset", row["source"]), f"{number.signed_count(row['rows_loaded'])} / {number.signed_count(row['rows_quarantined'])}") for row in told["rows"]]
    if names is not None:
        facts.append((t("deliver.preview.names"), _sides(names["gained"], names["lost"])))
    return facts


def _sides(gained: int, lost: int) -> str:
    return f"+{number.count(gained)} −{number.count(lost)}" if gained or lost else t("deliver.preview.nothing")


def _table(title: str, heads: Sequence[str], lines: Sequence[tuple[str, Sequence[Any]]]) -> Any:
    return html.Div([html.H3(title), parts.crosstab(title, heads[0], heads[1:], lines)]) if lines else None


def _by_outcome(told: Row, document: str) -> Any:
    counts = {row["outcome"]: row for row in told["claims"] if row["document"] == document}
    lines = [(word("outcome", key), [number.count(counts[key].get(side, 0)) for side in ("gained", "lost")]) for key in OUTCOMES if key in counts]
    return _table(t("deliver.preview.claims"), [t("deliver.preview.outcome"), t("deliver.preview.gained"), t("deliver.preview.lost")], lines)


def _findings(told: Row) -> Any:
    lines = [(word("finding", row["kind"]), [number.count(row["gained"]), number.count(row["lost"])]) for row in told["findings"]]
    return _table(t("deliver.preview.findings"), [t("deliver.preview.finding"), t("deliver.preview.gained"), t("deliver.preview.lost")], lines)


def _files(files: Sequence[Row]) -> Any:
    """Files that are read for the first time, or stand otherwise than before."""
    lines = [
        (file["source_file"], [word("delivery_status", file["status"]), number.count(file["rows_loaded"]), number.count(file["rows_quarantined"]), file["message"]])
        for file in files
    ]  # fmt: skip
    heads = [t("columns.source_file"), t("columns.delivery_status"), t("columns.rows_loaded"), t("columns.rows_quarantined"), t("columns.message")]
    return _table(t("deliver.preview.files"), heads, lines)


def _moved(told: Row, document: str, view: View) -> Any:
    """The first claims that change, each with its firm."""
    rows = [row for row in told["moved_claims"] if row["document"] == document][:MOVED]
    lines = [
        (row["enterprise_name"] or row["enterprise_id"], [parts.link(row["clause_id"], view.to(f"/measures/{row['clause_id']}")), parts.outcome(row["old_outcome"]), parts.outcome(row["new_outcome"]), word("moved_by", row["moved_by"])])
        for row in rows
    ]  # fmt: skip
    title = f"{t('deliver.preview.moved')} · {t('deliver.preview.first', n=number.count(len(rows)))}"
    return _table(title, [t(f"deliver.preview.{key}") for key in ("firm", "clause", "before", "after", "moved_by")], lines)
