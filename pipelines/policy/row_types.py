"""The tables of the law that dbt reads. One dataclass per table; its fields are the columns.

The columns and their types stand once more in dbt_project/models/staging/_sources.yml, with what each says.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class ClauseRow:
    """A version of a clause in a document. The columns `…_sql` are null where it computes nothing."""

    clause_key: str
    policy_id: str
    policy_title: str
    document: str
    document_title: str
    is_primary: bool
    is_draft: bool
    clause_id: str
    clause_order: int
    measure_no: int
    measure_title: str
    chapter: str
    title_zh: str
    title_en: str
    kind: str
    coverage_status: str
    coverage_note: str
    is_selective: bool
    beneficiary: str
    event_kinds: list[str]
    event_sources: list[str]
    matters: list[str]
    is_declared: bool
    is_of_renewals: bool
    asked_titles: list[str]
    first_lists: list[str]
    first_levels: list[str]
    trigger_words: str
    award_words: str
    payees: str | None
    instalments: str | None
    own_share: float
    cap_yuan: Decimal | None
    amount_kind: str
    total_cap_yuan: Decimal | None
    cap_scope: str
    once_per: str | None
    once_keep: str | None
    once_group: str | None
    once_decision: str | None
    reckoned_from: str | None
    reckoned_by: str | None
    reckoned_rate: float | None
    reckoned_levels: str | None
    repeat: str
    repeat_decision: str | None
    overlap: str | None
    other_awards: str | None
    leaves_out_cancelled: bool
    software_by: str | None
    lookback_years: int
    payer: str
    procedure_class: str
    departments: str
    quotes: str
    decision_ids: str
    first_day: date
    last_day: date
    last_checked_on: date
    program_hash: str
    reading_no: int | None
    kinds_sql: str | None
    grounds_sql: str | None
    derived_sql: str | None
    ceiling_sql: str | None
    floor_sql: str | None
    float_sql: str | None
    window_says: str | None
    window_quote: str | None
    window_first_day: date | None
    window_last_day: date | None
    window_yearly_first: str | None
    window_yearly_last: str | None
    window_within_months: int | None
    window_lapses: bool | None
    window_decision: str | None
    materials: str | None


@dataclass(frozen=True)
class ConditionRow:
    """A condition of a clause version, in the order asked."""

    clause_key: str
    condition_id: str
    condition_order: int
    says: str
    operator: str
    can_change: bool
    value_needed: str
    quote: str | None
    decision_id: str | None
    is_statistic: bool
    answer_sql: str
    seen_sql: str | None
    seen_yuan: str | None
    reason_sql: str | None
    last_day: date | None
    due_sql: str | None
    ranks_by: str | None
    ranks_first: int | None
    otherwise: int


@dataclass(frozen=True)
class CapRow:
    """A bound that the awards of a clause version share with others: of its clause, or of several clauses."""

    clause_key: str
    cap_id: str
    per: str
    cap_yuan: Decimal
    says: str
    is_of_several: bool


@dataclass(frozen=True)
class InstalmentRow:
    """A part that a clause version is paid in, in their order. Shares are SQL literals: of thirds two decimal places are none."""

    clause_key: str
    instalment_no: int
    says: str
    needed: str | None
    forfeits_rest: bool
    is_statistic: bool
    quote: str | None
    decision_id: str | None
    share: str
    share_from: str
    share_to: str
    answer_sql: str
    reason_sql: str
    due_sql: str


@dataclass(frozen=True)
class DepartmentRow:
    """A department that is responsible for a clause version."""

    clause_key: str
    department: str


@dataclass(frozen=True)
class DecisionRow:
    """How a policy settles one doubt of its text."""

    decision_key: str
    policy_id: str
    decision_id: str
    title: str
    setting: str
    default_setting: str
    options: str
    says: str
    quote: str | None
    since: date


@dataclass(frozen=True)
class CoverageRow:
    """A clause or item of a document and how far it is encoded."""

    policy_id: str
    document: str
    item_id: str
    item_order: int
    measure_no: int
    title_zh: str
    kind: str
    status: str
    note: str


@dataclass(frozen=True)
class PolicyRows:
    """The tables of the dbt source `policy`, in the order of the text."""

    clause: list[ClauseRow]
    condition: list[ConditionRow]
    cap: list[CapRow]
    instalment: list[InstalmentRow]
    clause_department: list[DepartmentRow]
    decision: list[DecisionRow]
    coverage: list[CoverageRow]
