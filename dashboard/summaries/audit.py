"""审计: what needs a look, and how much money it is about."""

from collections.abc import Sequence

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.text import t
from pipelines.base.findings import STATUSES


def audit(total: Row, came: Row) -> Sentence:
    """`total` of audit_totals, `came` of received: nothing found where no payments came is not known."""
    have_payments = came.get("have_payments", True)
    is_known, is_known_of_notes = total["finding_count"] or have_payments, total["note_count"] or have_payments
    return [
        t("sentence.audit_head", day=g.snapshot.as_of),
        Strong(t("unit.n_claims", n=number.count(total["finding_count"] if is_known else None))),
        t("sentence.audit_yuan"), Sum(total["paid_yuan"] or 0 if is_known else None),
        t("sentence.audit_short"), Sum(total["short_yuan"] or 0 if is_known else None),
        t("sentence.audit_notes", n=number.count(total["note_count"] if is_known_of_notes else None)),
    ]  # fmt: skip


def states(rows: Sequence[Row], gone: int) -> Sentence:
    """What became of them: `rows` of audit_states, and how many that were worked on are found no more."""
    count = {row["status"]: row["finding_count"] for row in rows}
    told = [t(f"sentence.audit_{key}", n=number.count(count.get(key, 0))) for key in STATUSES if count.get(key) or key in ("open", "closed")]
    told += [t("sentence.audit_gone", n=number.count(gone))] if gone else []
    return [t("sentence.audit_became"), t("comma_long").join(told), t("stop")]
