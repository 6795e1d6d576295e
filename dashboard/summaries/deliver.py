"""报送: what is late, what waits for the next build, what was refused."""

from collections.abc import Sequence

from flask import g

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong
from dashboard.text import t


def deliver(sources: Sequence[Row], delivered: Sequence[Row]) -> Sentence:
    """Of what the reader delivers, and what of it came."""

    def files(*statuses: str) -> str:
        return Strong(t("unit.n_files", n=number.count(sum(row["status"] in statuses for row in delivered))))

    def of(state: str) -> str:
        return Strong(t("unit.n_sources", n=sum(row["state"] == state for row in sources)))

    due = t("deliver.sentence_park", parks=t("comma").join(g.user.parks)) if g.user.is_scoped else t("deliver.sentence")
    return [
        due, Strong(t("unit.n_sources", n=len(sources))), t("deliver.sentence_late"), of("stale"), t("deliver.sentence_missing"), of("missing"),
        t("deliver.sentence_waiting"), files("waiting", "withdrawing", "restoring"), t("deliver.sentence_refused"), files("refused"), t("stop"),
    ]  # fmt: skip
