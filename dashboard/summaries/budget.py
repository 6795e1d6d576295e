"""预算: what is set aside for the year, what became of it, and how long it lasts."""

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Sentence, Strong, Sum
from dashboard.tables.budget import pace
from dashboard.text import t


def budget(row: Row) -> Sentence:
    """`row` is a year of the question budget, of the policy as a whole or of one measure."""
    said: Sentence = [t("budget.of_year", year=row["budget_year"]), Strong(number.lacking(row, "budget_yuan") or number.yuan(row["budget_yuan"]))]
    if row["budget_basis"] == "summed":
        said.append(t("budget.summed"))
    said += [t("budget.paid"), Strong(number.short_yuan(row["paid_yuan"]))]
    if row["budget_yuan"] is not None and row["paid_within_yuan"] != row["paid_yuan"]:
        said += [t("budget.beside"), Sum(row["paid_yuan"] - row["paid_within_yuan"]), t("budget.beside_end")]
    if row["execution_rate"] is not None:
        said += [t("budget.rate"), Strong(number.rate(row["execution_rate"])), t("budget.left"), Sum(row["left_yuan"])]
    if row["approved_unpaid_yuan"] is not None:
        said += [
            t("budget.approved"), Sum(row["approved_unpaid_yuan"]), t("budget.pending", n=number.count(row["applied_count"])), Sum(row["applied_yuan"]),
            t("budget.claimable", n=number.count(row["claimable_count"])), Sum(row["claimable_yuan"]),
        ]  # fmt: skip
    if row["claimable_unstated_count"]:
        said.append(t("budget.unstated", n=number.count(row["claimable_unstated_count"])))
    for key in ("instalments_due", "instalments_later"):
        said += [t(f"budget.{key}"), Sum(row[f"{key}_yuan"])] if row[f"{key}_yuan"] is not None else []
    return [*said, t("semicolon"), pace(row), t("stop")] if row["budget_yuan"] is not None else [*said, t("stop")]
