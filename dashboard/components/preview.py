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
    if told is None or (told["state"] == "changed" and "texts" not in told):   # of an earlier version
        return [html.P(t("deliver.preview.none"), className="note", role="status")]
    if told["is_running"]:
        return [progress(told, "deliver.preview")]
    told = _seen(told)
    texts, findings = told.get("texts", []), told.get("findings", [])
    is_changed = texts or findings or told.get("rows") or any(told.get("events", {}).values()) or any((told.get("names") or {}).get(key) for key in ("gained", "lost"))
    state = "unchanged" if told["state"] == "changed" and not is_changed else told["state"]
    key = "changed_several" if state == "changed" and len(texts) > 1 else state
    claims, firms = (number.count(sum(text[name] for text in texts)) for name in ("claim_count", "firm_count"))
    said = html.P([parts.quiet(_of(told)), t(f"deliver.preview.{key}", claims=claims, firms=firms), t("stop")], role="status")
    if state in ("failed", "refused"):
        return [said, html.Pre(t("deliver.preview.refused_park") if told["parks"] and state == "refused" else told.get("message", ""), className="reason")]
    if told["state"] != "changed":
        return [said, _files(told["moved_files"])] if told.get("moved_files") else [said]
    shown = [said, parts.facts(_facts(told)), _files(told["moved_files"])]
    for policy in g.snapshot.policies:
        of = view if policy.policy_id == g.snapshot.policy_id else view.with_filter(policy=policy.policy_id, document=None)
        own = [row for row in findings if row["policy_id"] == policy.policy_id]
        shown += _of_policy(policy.title, [text for text in texts if text["policy_id"] == policy.policy_id], own, of)
    return shown + _of_policy(t("deliver.preview.no_policy"), [], [row for row in findings if row["policy_id"] is None], view)


def _seen(told: Row) -> Row:
    """What of a preview its reader may know: the policies they see, each by the text that is shown of it; what is of no policy is known to who sees all."""
    shown = g.snapshot
    texts = {(one.policy_id, shown.document if one.policy_id == shown.policy_id else one.documents[0][0]) for one in shown.policies}
    may_see = {policy for policy, _ in texts} | (set() if g.user.policies else {None})
    return {
        **told, "texts": [text for text in told.get("texts", ()) if (text["policy_id"], text["document"]) in texts],
        "findings": [row for row in told.get("findings", ()) if row["policy_id"] in may_see],
    }  # fmt: skip


def _of_policy(title: str, texts: Sequence[Row], findings: Sequence[Row], view: View) -> list[Any]:
    """What changes under one policy; nothing of one under which nothing does. Its name stands above it where there are several."""
    if not texts and not findings:
        return []
    shown: list[Any] = [html.H3(title)] if g.snapshot.has_several else []
    for text in texts:
        yuan = [(t(f"deliver.preview.{key}"), parts.signed(Decimal(text[key]))) for key in ("net_ceiling_yuan", "paid_yuan")]
        shown += [parts.facts(yuan), _by_outcome(text["outcomes"]), _moved(text["moved_claims"], view)]
    return [html.Div([*shown, _findings(findings)], className="of-policy")]


def _of(told: Row) -> str:
    """Whose preview, when, of what."""
    files = t("deliver.preview.of_files", files=t("comma").join(told["files"])) if told["files"] else t("deliver.preview.of_all")
    parks = t("deliver.preview.of_parks", parks=t("comma").join(told["parks"])) if told["parks"] else ""
    return t("deliver.preview.of", who=told["who"], at=number.moment(told.get("ended_at") or told["started_at"])) + files + parks


def _facts(told: Row) -> list[tuple[str, Any]]:
    events, names = told["events"], told["names"]
    facts: list[tuple[str, Any]] = [
        (t("deliver.preview.as_of"), " → ".join(dict.fromkeys(told["as_of"]))), (t("deliver.preview.events"), _sides(events["gained"], events["lost"])),
    ]  # fmt: skip
    facts += [(word("dataset", row["source"]), f"{number.signed_count(row['rows_loaded'])} / {number.signed_count(row['rows_quarantined'])}") for row in told["rows"]]
    if names is not None:
        facts.append((t("deliver.preview.names"), _sides(names["gained"], names["lost"])))
    return facts


def _sides(gained: int, lost: int) -> str:
    return f"+{number.count(gained)} −{number.count(lost)}" if gained or lost else t("deliver.preview.nothing")


def _table(title: str, heads: Sequence[str], lines: Sequence[tuple[str, Sequence[Any]]]) -> Any:
    return html.Div([(html.H4 if g.snapshot.has_several else html.H3)(title), parts.crosstab(title, heads[0], heads[1:], lines)]) if lines else None


def _by_outcome(outcomes: Sequence[Row]) -> Any:
    counts = {row["outcome"]: row for row in outcomes}
    lines = [(word("outcome", key), [number.count(counts[key][side]) for side in ("gained", "lost")]) for key in OUTCOMES if key in counts]
    return _table(t("deliver.preview.claims"), [t("deliver.preview.outcome"), t("deliver.preview.gained"), t("deliver.preview.lost")], lines)


def _findings(findings: Sequence[Row]) -> Any:
    lines = [(word("finding", row["kind"]), [number.count(row["gained"]), number.count(row["lost"])]) for row in findings]
    return _table(t("deliver.preview.findings"), [t("deliver.preview.finding"), t("deliver.preview.gained"), t("deliver.preview.lost")], lines)


def _files(files: Sequence[Row]) -> Any:
    """Files that are read for the first time, or stand otherwise than before."""
    lines = [
        (file["source_file"], [word("delivery_status", file["status"]), number.count(file["rows_loaded"]), number.count(file["rows_quarantined"]), file["message"]])
        for file in files
    ]  # fmt: skip
    heads = [t("columns.source_file"), t("columns.delivery_status"), t("columns.rows_loaded"), t("columns.rows_quarantined"), t("columns.message")]
    return _table(t("deliver.preview.files"), heads, lines)


def _moved(claims: Sequence[Row], view: View) -> Any:
    """The first claims that change, each with its firm."""
    rows = claims[:MOVED]
    lines = [
        (row["enterprise_name"] or row["enterprise_id"], [parts.link(row["clause_id"], view.to(f"/measures/{row['clause_id']}")), parts.outcome(row["old_outcome"]), parts.outcome(row["new_outcome"]), word("moved_by", row["moved_by"])])
        for row in rows
    ]  # fmt: skip
    title = f"{t('deliver.preview.moved')} · {t('deliver.preview.first', n=number.count(len(rows)))}"
    return _table(title, [t(f"deliver.preview.{key}") for key in ("firm", "clause", "before", "after", "moved_by")], lines)
