"""Tables of the budget: for the bureau, never for an operator."""

from dashboard.components import number
from dashboard.reader import Row
from dashboard.tables.table import Column, Table
from dashboard.text import t, word

ROLES = ("analyst", "steward", "admin", "auditor")


def measure(row: Row) -> str:
    """A measure's name; the whole is called so."""
    return t("budget.whole") if row["measure_no"] is None else str(row["measure_title"])


def pace(row: Row) -> str:
    """When the money runs out at the pace so far, with what that rests on; why nothing is said where nothing is."""
    day = t("budget.runs_out_on", day=number.day(row["runs_out_on"])) if row["runs_out_on"] else word("pace_status", row["pace_status"])
    if row["pace_a_day_yuan"] is None:
        return day
    return t("budget.basis", days=number.count(row["pace_day_count"]), pace=number.short_yuan(row["pace_a_day_yuan"]), told=day)


BUDGET = Table(
    "budget", "budget",
    (
        Column("budget_year"), Column("measure_no", "id"), Column("measure_title", words=measure), Column("budget_yuan", "yuan"), Column("paid_yuan", "yuan", title="paid_in_year_yuan"),
        Column("execution_rate", "rate"), Column("left_yuan", "yuan"), Column("approved_unpaid_yuan", "yuan"), Column("applied_yuan", "yuan", title="pending_yuan"),
        Column("instalments_due_yuan", "yuan"), Column("instalments_later_yuan", "yuan"), Column("claimable_yuan", "yuan"), Column("pace_status", group="pace_status", words=pace),
    ),
    sort="budget_order", roles=ROLES,
    also=(
        Column("instalments_undated_yuan", "yuan"), Column("first_yuan", "yuan"), Column("adjusted_yuan", "yuan"), Column("decided_on", "day"), Column("budget_basis", group="budget_basis"),
        Column("paid_within_yuan", "yuan"), Column("paid_by_districts_yuan", "yuan"), Column("approved_unstated_count", "count"), Column("applied_count", "count", title="pending_count"),
        Column("applied_unstated_count", "count"), Column("claimable_count", "count"), Column("claimable_unstated_count", "count"),
        Column("pace_day_count", "count"), Column("pace_a_day_yuan", "yuan"), Column("runs_out_on", "day"),
    ),
)  # fmt: skip
BUDGET_MONTHS = Table(
    "budget_months", "budget_months",
    (
        Column("budget_year"), Column("measure_no", "id"), Column("measure_title", words=measure), Column("month", "day"), Column("budget_yuan", "yuan"),
        Column("paid_yuan", "yuan", title="paid_in_month_yuan"), Column("paid_so_far_yuan", "yuan"), Column("execution_rate", "rate"),
    ),
    sort="month", roles=ROLES,
)  # fmt: skip
