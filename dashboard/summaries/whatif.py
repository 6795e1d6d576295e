"""模拟: what a change of the law would cost, and for whom."""

from flask import g

from dashboard.components import number
from dashboard.summaries import Card, Sentence, Strong, Sum
from dashboard.tables.whatif import SIDES
from dashboard.text import t
from dashboard.whatif import Answer


def whatif(answer: Answer, edits: int) -> Sentence:
    """`edits` is how many terms differ from the text."""
    total, firms = answer["total"], answer["firms"]
    change = total["change"]["ceiling_yuan"]
    return [
        t("whatif.sentence", day=g.snapshot.as_of, n=edits), Sum(total["before"]["ceiling_yuan"]),
        t("whatif.sentence_to"), Sum(total["after"]["ceiling_yuan"]), t("comma_long"),
        Strong(number.signed_yuan(change) if change else t("whatif.unchanged")), t("whatif.sentence_firms"),
        Strong(t("unit.n_firms", n=number.count(firms["gaining_count"]))), t("whatif.sentence_losing"),
        Strong(t("unit.n_firms", n=number.count(firms["losing_count"]))), t("whatif.sentence_moved"),
        Strong(t("unit.n_claims", n=number.count(len(answer["moved_claims"])))), t("stop"),
    ]  # fmt: skip


def cards(answer: Answer) -> list[Card]:
    """Each figure after the change, before it, and by how much it moved."""
    before, after, change = (answer["total"][side] for side in SIDES)

    def foot(was: str, moved: str) -> str:
        return t("whatif.from") + was + t("whatif.by") + moved

    def money(key: str) -> Card:
        return Card(
            f"whatif_{key}", number.yuan(after[key]), number.full_yuan(after[key]),
            foot=foot(number.yuan(before[key]), number.signed_yuan(change[key])),
        )  # fmt: skip

    claims = t("unit.n_claims", n=number.count(before["eligible_count"]))
    return [
        money("ceiling_yuan"), money("ceiling_before_overlap_yuan"), money("open_ceiling_yuan"),
        Card(
            "whatif_eligible_count", number.count(after["eligible_count"]), foot=foot(claims, number.signed_count(change["eligible_count"])),
        ),
    ]  # fmt: skip
