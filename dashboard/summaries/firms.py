"""企业: how many are found; what one may claim and got."""

from collections.abc import Sequence
from dataclasses import replace

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.tables.firms import FIRM_LIST
from dashboard.text import t
from dashboard.view import View


def firms(view: View) -> Sentence:
    """How many the filters find."""
    found = FIRM_LIST.fetch(replace(view, tables={}), limit=1)[1]
    return [
        t("sentence.as_of", day=g.snapshot.as_of),
        t("sentence.firms_search", q=view.get("q")) if view.get("q") else t("sentence.firms_all"),
        Strong(t("unit.n_firms", n=number.count(found))), t("stop"),
    ]  # fmt: skip


def firm(claims: Sequence[Row], payments: Sequence[Row] | None) -> Sentence:
    """`payments` are those on its claims, None where no file told of any: what of them is the firm's own, and what other payees got."""
    paid_yuan, whole_yuan = (None if payments is None else number.added(*(payment[key] for payment in payments)) for key in ("own_yuan", "amount_yuan"))
    others_yuan = number.less(whole_yuan, paid_yuan)
    eligible = [claim for claim in claims if claim["outcome"] == "eligible"]
    applied = number.added(*(claim["is_applied"] for claim in eligible))
    unclaimed = number.added(*(claim["is_outreach"] for claim in claims))
    return [
        t("sentence.firm", day=g.snapshot.as_of, n=len(claims)), Strong(t("unit.n_claims", n=len(eligible))),
        t("sentence.firm_applied"), Strong(t("unit.n_claims", n=number.count(applied))), t("sentence.firm_paid"), Sum(paid_yuan),
        *((t("sentence.firm_others"), Sum(others_yuan)) if others_yuan else ()), t("sentence.firm_outreach"), Strong(t("unit.n_claims", n=number.count(unclaimed))), t("stop"),
    ]  # fmt: skip
