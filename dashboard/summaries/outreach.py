"""应享未享: what may be claimed and was not."""

from flask import g

from dashboard.components import number
from dashboard.query import ask_one
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.text import t
from dashboard.view import View


def unreceived(view: View) -> str | None:
    """What cannot be said of uptake because the files never came; None when they came."""
    came = ask_one("received", **view.values())
    if not came.get("have_applications", True):
        return t("frame.no_applications")
    return None if came.get("have_payments", True) else t("frame.no_payments")


def outreach(whole: Row, unknown: str | None) -> Sentence:
    """`whole` is the row of all groups, `unknown` what `unreceived` says."""
    if unknown and not whole.get("outreach_count"):
        return [unknown]
    not_called = (whole.get("outreach_count") or 0) - (whole.get("contacted_count") or 0)
    return [
        t("sentence.outreach_head", day=g.snapshot.as_of, firms=number.count(whole.get("enterprise_count"))),
        Strong(t("unit.n_claims", n=number.count(whole.get("outreach_count")))), t("sentence.outreach_yuan"),
        Sum(whole.get("outreach_yuan")), t("sentence.outreach_new", n=number.count(whole.get("new_count"))),
        Strong(t("unit.n_claims", n=number.count(not_called))), t("stop"),
    ]  # fmt: skip
