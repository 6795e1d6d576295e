"""数据 and 关于: whether today's numbers can be trusted, and on what readings of the text they rest."""

from collections.abc import Sequence

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong
from dashboard.text import t


def data(state: Row) -> Sentence:
    """`state` of data_state."""
    late = state["stale_count"] + state["missing_count"]
    return [
        t("data.sentence", day=g.snapshot.as_of, n=state["source_count"], files=number.count(state["file_count"])),
        Strong(t("unit.n_sources", n=late)), t("data.sentence_read", n=number.count(state["rows_read"])),
        Strong(t("unit.n_rows", n=number.count(state["quarantined_count"]))), t("data.sentence_checks"),
        Strong(t("unit.n_checks", n=state["error_count"])), t("data.sentence_warn", n=state["warn_count"]),
        Strong(t("unit.n_names", n=number.count(state["review_count"]))),
        t("data.unbalanced", n=state["unbalanced_count"]) if state["unbalanced_count"] else t("data.balanced"),
    ]  # fmt: skip


def about(questions: int, decisions: Sequence[Row], files: int) -> Sentence:
    """`questions` behind the tables a reader may see, `decisions` on doubts of the text, `files` of the snapshot."""
    changed = sum(row["setting"] != row["default_setting"] for row in decisions)
    return [
        t("about.sentence", day=g.snapshot.as_of, n=questions), Strong(t("unit.n_readings", n=len(decisions))), t("about.sentence_changed"),
        Strong(t("unit.n_readings", n=changed)), t("about.sentence_files"), Strong(t("unit.n_files", n=number.count(files))), t("stop"),
    ]  # fmt: skip
