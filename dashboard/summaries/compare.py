"""对比: what changed between two days, and why."""

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.snapshot import Snapshot
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.tables import audit
from dashboard.text import t, word

CAUSES = ("data", "rules", "both", "others")


def sentence(old: Snapshot, new: Snapshot, totals: Row, eligible: Row) -> Sentence:
    """`totals` of compare_totals, `eligible` the row of that figure in compare_figures (empty where nobody knows it)."""
    causes = [f"{word('moved_by', cause)} {number.count(totals[f'{cause}_count'])}" for cause in CAUSES if totals[f"{cause}_count"]]
    told = [
        t("compare.sentence", then=old.as_of, day=new.as_of), *_eligible(eligible), t("compare.sentence_claims"),
        Strong(t("unit.n_claims", n=number.count(totals["claim_count"]))),
        t("compare.sentence_sides", n=number.count(totals["side_count"]), causes=t("comma").join(causes)) if causes else "",
        t("compare.sentence_firms"), Strong(t("unit.n_firms", n=number.count(totals["new_firm_count"]))), t("compare.sentence_gone"),
        Strong(t("unit.n_firms", n=number.count(totals["gone_firm_count"]))), t("compare.sentence_payments", n=number.count(totals["new_payment_count"])),
        Sum(totals["new_payment_yuan"]),
    ]  # fmt: skip
    if g.user.role in audit.ROLES:
        told.append(t("compare.sentence_findings", new=number.count(totals["new_finding_count"]), gone=number.count(totals["gone_finding_count"])))
    return [*told, t("stop")]


def _eligible(row: Row) -> Sentence:
    if not row or row["old_value"] is None or row["new_value"] is None:
        return []
    counts = [Strong(t("unit.n_claims", n=number.count(row[f"{side}_value"]))) for side in ("old", "new")]
    return [t("compare.sentence_eligible"), counts[0], t("compare.sentence_to"), counts[1], t("semicolon")]
