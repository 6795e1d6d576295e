"""政策 and 条款: which measures work and which lie idle; who may claim under one clause and who did."""

from collections.abc import Sequence

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Link, Sentence, Strong
from dashboard.text import t
from dashboard.versions import Line
from dashboard.view import View

COUNTED = frozenset({"encoded", "partly", "judgement"})
"""Coverage of a clause that is worked out, wholly or in part."""


def measures(clauses: Sequence[Row], other: Sequence[Row]) -> Sentence:
    """`clauses` as tables.policy.clauses gives them, `other` the items without money."""
    encoded = [row for row in clauses if row["coverage_status"] in COUNTED]
    eligible = [row for row in encoded if row["eligible_count"]]
    is_known = any(row["count_status"] == "known" for row in encoded)
    is_told = is_known and all(row["applied_count"] is not None for row in eligible)
    idle = sum(not row["applied_count"] for row in eligible) if is_told else None
    return [
        t("sentence.measures", day=g.snapshot.as_of, clauses=len(clauses), encoded=len(encoded)),
        Strong(t("unit.n_clauses", n=number.count(len(eligible) if is_known else None))), t("sentence.measures_eligible"),
        Strong(t("unit.n_clauses", n=number.count(idle))), t("sentence.measures_idle"), Strong(t("unit.n_readings", n=len(other))), t("stop"),
    ]  # fmt: skip


def clause(row: Row, view: View) -> Sentence:
    """`row` is the clause's own of the question clause_uptake, in the cut asked for."""
    rate = [t("semicolon")]
    if row["payout_rate"] is not None:
        rate = [t("sentence.rate"), Strong(number.rate(row["payout_rate"])), t("sentence.band", band=number.band(row) or t("none"))]
    pending = number.count(row["needs_review_count"] + row["undetermined_count"])
    said = [
        t("sentence.clause_head", day=g.snapshot.as_of, firms=number.count(row["eligible_enterprise_count"])),
        Strong(t("unit.n_claims", n=number.count(row["eligible_count"]))), t("sentence.clause_applied"),
        Strong(t("unit.n_claims", n=number.count(row["applied_count"]))), t("sentence.overview_paid"),
        Strong(t("unit.n_claims", n=number.count(row["paid_count"]))), *rate,
        t("sentence.clause_rest", open=pending, no=number.count(row["not_eligible_count"])),
    ]  # fmt: skip
    if row["outreach_count"]:
        said.append(Link(t("clause.outreach", n=number.count(row["outreach_count"])), view.to("/outreach", clause=row["clause_id"])))
    return said


def versions(rows: Sequence[Row], lines: Sequence[Line]) -> Sentence:
    """`rows` are the versions of a clause in the order of their days, `lines` what they say."""
    documents = list(dict.fromkeys(row["document_title"] for row in rows))
    changed = [line.title for line in lines if any(line.is_changed(place) for place in range(len(rows)))]
    if len(rows) == 1:
        return [t("sentence.one_version", document=documents[0])]
    return [
        t("sentence.versions_head"), Strong(t("unit.n_versions", n=number.count(len(rows)))),
        t("sentence.versions_documents", documents=t("comma").join(documents)), Strong(t("unit.n_lines", n=number.count(len(changed)))),
        t("sentence.versions_lines", lines=t("comma").join(changed)) if changed else "", t("stop"),
    ]  # fmt: skip
