"""明细: how many rows there are."""

from flask import g

from dashboard.components import number
from dashboard.query import ask_one
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.tables.records import PARTS
from dashboard.text import t
from dashboard.view import View


def records(part: str, view: View) -> Sentence:
    """Of claims how many firms, what is eligible and paid; of the others how many."""
    head = t("sentence.as_of", day=g.snapshot.as_of)
    if part != "claims":
        return [head, t(f"records.part.{part}"), " ", Strong(t("unit.n_claims", n=number.count(PARTS[part].fetch(view, limit=1)[1]))), t("stop")]
    total = ask_one("claims_total", **view.values())
    return [
        head, t("sentence.records", firms=number.count(total["enterprise_count"])), Strong(t("unit.n_claims", n=number.count(total["claim_count"]))),
        t("sentence.records_paid", eligible=number.count(total["eligible_count"]), paid=number.count(total["paid_count"])), Sum(total["paid_yuan"]), t("stop"),
    ]  # fmt: skip
