"""What changed between two snapshots, and whether data or rules moved it: the one comparison behind `softcity diff` and the page 对比.

It is asked of two schemas `old` and `new` that hold marts, whole or as far as a reader may see them, and fills tables in
the current schema of the connection.
"""

import duckdb

from pipelines.base.duck import rows_of

Rows = list[dict[str, object]]

_CLAUSES = """
select coalesce(n.clause_key, o.clause_key) as clause_key, coalesce(n.policy_id, o.policy_id) as policy_id,
    coalesce(n.document, o.document) as document, coalesce(n.clause_id, o.clause_id) as clause_id, coalesce(n.title_zh, o.title_zh) as title_zh,
    case when o.clause_key is null then 'added' when n.clause_key is null then 'removed' else 'changed' end as change
from old.dim_clause as o full join new.dim_clause as n on o.clause_key = n.clause_key
where o.program_hash is distinct from n.program_hash
"""

_DECISIONS = """
select coalesce(n.policy_id, o.policy_id) as policy_id, coalesce(n.decision_id, o.decision_id) as decision_id,
    coalesce(n.title, o.title) as title, o.setting as old_setting, n.setting as new_setting
from old.dim_decision as o full join new.dim_decision as n on o.decision_key = n.decision_key
where o.setting is distinct from n.setting
"""

# Order matters: facts are looked at of the claims that changed alone, as one number each; all of them side by side take gigabytes.
_CLAIMS = """
with moved as materialized (
    select coalesce(n.claim_id, o.claim_id) as claim_id, coalesce(n.policy_id, o.policy_id) as policy_id,
        coalesce(n.document, o.document) as document, coalesce(n.clause_id, o.clause_id) as clause_id,
        coalesce(n.measure_no, o.measure_no) as measure_no, coalesce(n.enterprise_id, o.enterprise_id) as enterprise_id,
        coalesce(n.enterprise_name, o.enterprise_name) as enterprise_name, coalesce(n.event_id, o.event_id) as event_id,
        o.clause_key as old_clause_key, n.clause_key as new_clause_key, o.outcome as old_outcome, n.outcome as new_outcome,
        n.outcome_reason as new_outcome_reason,
        o.net_ceiling_yuan as old_net_ceiling_yuan, n.net_ceiling_yuan as new_net_ceiling_yuan,
        o.paid_yuan as old_paid_yuan, n.paid_yuan as new_paid_yuan, o.park_id as old_park_id, n.park_id as new_park_id,
        coalesce(n.park_name, o.park_name) as park_name, coalesce(n.district_code, o.district_code) as district_code
    from old.fct_claim as o full join new.fct_claim as n on o.claim_id = n.claim_id
    where o.outcome is distinct from n.outcome or o.net_ceiling_yuan is distinct from n.net_ceiling_yuan
        or o.paid_yuan is distinct from n.paid_yuan
),
decided as (select count(*) > 0 as has_changed from decision_change),
-- a claim may fall to another version of its clause: because of its day, or of new words
reworded as (select clause_key from clause_change),
old_facts as (select event_id, hash(f) as facts from old.fct_event_fact as f where event_id in (select event_id from moved)),
new_facts as (select event_id, hash(f) as facts from new.fct_event_fact as f where event_id in (select event_id from moved)),
causes as (
    select m.*,
        decided.has_changed or coalesce(old_clause_key, new_clause_key) in (select clause_key from reworded)
            or coalesce(new_clause_key, old_clause_key) in (select clause_key from reworded) as is_by_rules,
        f.facts is distinct from g.facts or old_paid_yuan is distinct from new_paid_yuan as is_by_data
    from moved as m cross join decided
    left join old_facts as f on m.event_id = f.event_id
    left join new_facts as g on m.event_id = g.event_id
)
select claim_id, policy_id, document, clause_id, measure_no, enterprise_id, enterprise_name, district_code, park_name, old_park_id, new_park_id,
    old_outcome, new_outcome, new_outcome_reason, old_net_ceiling_yuan, new_net_ceiling_yuan,
    cast(coalesce(new_net_ceiling_yuan, 0) - coalesce(old_net_ceiling_yuan, 0) as decimal(18, 2)) as change_net_ceiling_yuan,
    old_paid_yuan, new_paid_yuan,
    cast(coalesce(new_paid_yuan, 0) - coalesce(old_paid_yuan, 0) as decimal(18, 2)) as change_paid_yuan,
    case when is_by_rules and is_by_data then 'both' when is_by_rules then 'rules' when is_by_data then 'data' else 'others' end as moved_by,
    old_outcome is distinct from new_outcome as has_changed_sides
from causes
"""

# A firm stands on the register or it does not: a closed one stays a row of it.
_FIRMS = """
with standing as (
    select o.enterprise_id is not null and o.gone_how is null as was_there, n.enterprise_id is not null and n.gone_how is null as is_there,
        coalesce(n.enterprise_id, o.enterprise_id) as enterprise_id, coalesce(n.enterprise_name, o.enterprise_name) as enterprise_name,
        coalesce(n.district_code, o.district_code) as district_code, coalesce(n.district_name, o.district_name) as district_name,
        o.park_id as old_park_id, n.park_id as new_park_id, coalesce(n.park_name, o.park_name) as park_name,
        coalesce(n.registered_on, o.registered_on) as registered_on, n.gone_how, n.gone_on,
        coalesce(n.software_outcome, o.software_outcome) as software_outcome
    from old.dim_enterprise as o full join new.dim_enterprise as n on o.enterprise_id = n.enterprise_id
)
select enterprise_id, enterprise_name, case when is_there then 'new' else 'gone' end as change,
    case when not is_there then coalesce(gone_how, 'left') end as gone_how, gone_on, registered_on, district_code, district_name,
    old_park_id, new_park_id, park_name, software_outcome
from standing where was_there <> is_there
"""

# A finding whose figures are others now is one that changed, not one that came and one that went.
_FINDINGS = """
with sides as (
    select 'new' as change, n.* from new.mart_audit_finding as n where finding_id not in (select finding_id from old.mart_audit_finding)
    union all by name
    select 'gone' as change, o.* from old.mart_audit_finding as o where finding_id not in (select finding_id from new.mart_audit_finding)
),
paired as (
    select *, count(distinct change) over (partition by kind, coalesce(claim_id, ''), coalesce(application_no, '')) = 2 as is_on_both
    from sides
)
select finding_id, case when is_on_both then 'changed' else change end as change, kind, severity, policy_id, clause_id, enterprise_id,
    enterprise_name, application_no, found_on, at_stake_yuan, evidence, park_id, park_name, district_code
from paired where not is_on_both or change = 'new'
"""

_PAYMENTS = """
with old_orders as (select *, concat_ws('|', payment_no, application_no, payer_level) as order_key from old.fct_payment),
new_orders as (select *, concat_ws('|', payment_no, application_no, payer_level) as order_key from new.fct_payment),
orders as (
    select coalesce(n.payment_no, o.payment_no) as payment_no, coalesce(n.application_no, o.application_no) as application_no,
        case when o.order_key is null then 'new' when n.order_key is null then 'gone' else 'changed' end as change,
        coalesce(n.policy_id, o.policy_id) as policy_id, coalesce(n.clause_id, o.clause_id) as clause_id,
        coalesce(n.enterprise_id, o.enterprise_id) as enterprise_id, coalesce(n.paid_on, o.paid_on) as paid_on,
        coalesce(n.payer_level, o.payer_level) as payer_level, o.amount_yuan as old_amount_yuan, n.amount_yuan as new_amount_yuan,
        o.park_id as old_park_id, n.park_id as new_park_id, coalesce(n.claim_id, o.claim_id) as claim_id
    from old_orders as o full join new_orders as n on o.order_key = n.order_key
    where o.order_key is null or n.order_key is null or o.amount_yuan is distinct from n.amount_yuan or o.paid_on is distinct from n.paid_on
)
select p.* exclude (claim_id), cast(coalesce(new_amount_yuan, 0) - coalesce(old_amount_yuan, 0) as decimal(18, 2)) as change_yuan,
    coalesce(n.enterprise_name, o.enterprise_name) as enterprise_name, coalesce(n.park_name, o.park_name) as park_name,
    coalesce(n.district_code, o.district_code) as district_code
from orders as p
left join new.fct_claim as n on p.claim_id = n.claim_id
left join old.fct_claim as o on p.claim_id = o.claim_id
"""

_OF_UPTAKE = (
    "claim_count", "eligible_count", "eligible_enterprise_count", "open_count", "applied_count", "paid_count", "ceiling_yuan", "paid_yuan",
    "outreach_count", "outreach_yuan",
)  # fmt: skip
_FIGURES_OF_UPTAKE = ", ".join(f"('{name}', cast({name} as decimal(24, 6)))" for name in _OF_UPTAKE)

# No finding is an answer where payments came.
_FIGURES_OF = """
    select policy_id, document, 'all' as park, figure_id, value from {side}.mart_city_kpi, lateral (values {of_uptake}) as f (figure_id, value)
    where count_status = 'known'
    union all by name
    select policy_id, document, park_id as park, figure_id, value
    from {side}.mart_park_kpi, lateral (values {of_uptake}) as f (figure_id, value)
    union all by name
    select policy_id, document, coalesce(park_id, 'all') as park, 'payout_rate_' || kind as figure_id,
        cast(payout_rate as decimal(24, 6)) as value, paid_count as part, eligible_count as whole
    from {side}.mart_kind_uptake where cut in ('city', 'park') and eligible_count > 0
    union all by name
    select m.policy_id, m.document, m.park, f.figure_id, cast(case when m.have_payments then f.value end as decimal(24, 6)) as value
    from {side}.mart_month_end as m
    left join {side}.mart_audit_cut as a
        on m.policy_id = a.policy_id and m.document = a.document and m.park = a.park and a.kind = 'all' and a.severity = 'error'
            and a.district = 'all' and a.year = 'all' and a.measure = 'all' and a.clause = 'all',
    lateral (values ('finding_count', coalesce(a.finding_count, 0)), ('at_stake_yuan', coalesce(a.at_stake_yuan, 0))) as f (figure_id, value)
    union all by name
    select coalesce(park_id, 'all') as park, figure_id, sum(counted) as value
    from {side}.dim_enterprise,
    lateral (values ('firm_count', 1), ('software_firm_count', cast(software_outcome = 'met' as integer))) as f (figure_id, counted)
    where gone_how is null
    group by grouping sets ((figure_id, park_id), (figure_id))
    having grouping(park_id) = 1 or park_id is not null
    union all by name
    select case cut_kind when 'city' then 'all' else cut_id end as park, 'growth_rate' as figure_id,
        cast(growth_rate as decimal(24, 6)) as value, period as basis
    from {side}.mart_industry_month
    where measure_id = 'software_revenue' and cut_kind in ('city', 'park') and cut_id <> 'none'
        and period = (select max(period) from {side}.mart_industry_month)
"""

_ORDER = (
    "firm_count", "software_firm_count", "growth_rate", "claim_count", "eligible_count", "eligible_enterprise_count", "open_count",
    "applied_count", "paid_count", "payout_rate_award", "payout_rate_rent", "ceiling_yuan", "paid_yuan", "outreach_count", "outreach_yuan",
    "finding_count", "at_stake_yuan",
)  # fmt: skip
"""Figures side by side, in the order they are told."""

_FIGURES = f"""
with old_figures as ({_FIGURES_OF.format(side="old", of_uptake=_FIGURES_OF_UPTAKE)}),
new_figures as ({_FIGURES_OF.format(side="new", of_uptake=_FIGURES_OF_UPTAKE)})
select coalesce(n.policy_id, o.policy_id) as policy_id, coalesce(n.document, o.document) as document, coalesce(n.park, o.park) as park,
    coalesce(n.figure_id, o.figure_id) as figure_id,
    case when contains(coalesce(n.figure_id, o.figure_id), 'rate') then 'share' when ends_with(coalesce(n.figure_id, o.figure_id), 'yuan') then 'yuan' else 'count' end as unit,
    list_position({list(_ORDER)}, coalesce(n.figure_id, o.figure_id)) as figure_order,
    o.value as old_value, n.value as new_value,
    -- growth of other months is another figure: only that of one period is held against itself
    case when o.basis is not distinct from n.basis then cast(n.value - o.value as decimal(24, 6)) end as change,
    o.part as old_part, o.whole as old_whole, n.part as new_part, n.whole as new_whole, o.basis as old_basis, n.basis as new_basis,
    o.basis is not distinct from n.basis as is_comparable
from old_figures as o full join new_figures as n
    on o.figure_id = n.figure_id and o.park = n.park and o.policy_id is not distinct from n.policy_id and o.document is not distinct from n.document
"""

# Figures of two years stand side by side and are not subtracted; nor are those on two sides of a change of the survey's scope.
_INDICATORS = """
with old_newest as (select * from old.mart_indicator where is_newest and scope in ('city', 'park')),
new_newest as (select * from new.mart_indicator where is_newest and scope in ('city', 'park'))
select coalesce(n.indicator_id, o.indicator_id) as indicator_id, coalesce(n.indicator_order, o.indicator_order) as indicator_order,
    coalesce(n.title, o.title) as title, coalesce(n.unit, o.unit) as unit, coalesce(n.park_id, o.park_id, 'all') as park,
    o.stat_year as old_year, n.stat_year as new_year, o.value as old_value, n.value as new_value,
    case when is_comparable then n.value - o.value end as change, is_comparable, o.status as old_status, n.status as new_status, n.series_note
from old_newest as o full join new_newest as n on o.indicator_id = n.indicator_id and o.park_id is not distinct from n.park_id,
lateral (
    select o.stat_year is not distinct from n.stat_year and o.series_note is not distinct from n.series_note as is_comparable
)
"""

_SUMMARY = """
select document, clause_id, moved_by, count(*) as claim_count, sum(change_net_ceiling_yuan) as change_net_ceiling_yuan,
    sum(change_paid_yuan) as change_paid_yuan
from claim_change group by all
"""

TABLES = {
    "clause_change": _CLAUSES, "decision_change": _DECISIONS, "claim_change": _CLAIMS, "claim_summary": _SUMMARY, "firm_change": _FIRMS,
    "finding_change": _FINDINGS, "payment_change": _PAYMENTS, "figure_change": _FIGURES, "indicator_change": _INDICATORS,
}  # fmt: skip
"""Tables of a comparison in the order they are made: later ones read earlier ones."""

_ORDERED_BY = {
    "clause_change": "clause_key", "decision_change": "policy_id, decision_id", "claim_change": "clause_id, enterprise_id, claim_id",
    "claim_summary": "all", "firm_change": "change, enterprise_id", "finding_change": "change, kind, finding_id",
    "payment_change": "change, payment_no, application_no, payer_level", "figure_change": "policy_id, document, park, figure_order",
    "indicator_change": "indicator_order, park",
}  # fmt: skip


def compare(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the tables of a comparison from the schemas `old` and `new`."""
    for name, statement in TABLES.items():
        con.execute(f"create table {name} as {statement}")


def told(con: duckdb.DuckDBPyConnection, table: str) -> Rows:
    """The rows of a table of a comparison in their order."""
    return rows_of(con, f"select * from {table} order by {_ORDERED_BY[table]}")
