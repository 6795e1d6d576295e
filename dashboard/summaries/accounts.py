"""账户: how many accounts there are, and how many are shut."""

from collections.abc import Sequence

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong
from dashboard.text import t


def accounts(roll: Sequence[Row]) -> Sentence:
    """`roll` of all accounts."""

    def of(rows: Sequence[Row]) -> str:
        return Strong(t("unit.n_accounts", n=number.count(len(rows))))

    return [
        t("admin.sentence"), of(roll), t("admin.sentence_off"), of([row for row in roll if row["is_disabled"]]),
        t("admin.sentence_locked"), of([row for row in roll if row["is_locked"]]), t("stop"),
    ]  # fmt: skip
