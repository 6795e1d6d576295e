-- One row per clause version and event, with the outcome: the worst answer decides. The claim is of the clause, not of
-- the version: a claim keeps its id when a later version is added.
with
answered as (select * from {{ ref('int_claims_answered') }}),

facts as (select * from {{ ref('int_event_facts') }}),

clauses as (select * from {{ source('policy', 'clause') }})

select
    md5(c.policy_id || '/' || c.document || '/' || c.clause_id || '|' || a.event_id) as claim_id,
    a.clause_key,
    c.policy_id,
    c.document,
    c.is_primary,
    c.clause_id,
    c.clause_order,
    c.measure_no,
    a.event_id,
    f.enterprise_id,
    f.park_id,
    f.whole_park_id,
    c.beneficiary,
    c.is_of_renewals,
    f.district_code,
    f.certificate_no,
    f.project_no,
    f.qualified_on,
    f.event_year,
    -- any not_met, else any unknown, else any needs_review (policy/decisions.md, Outcomes)
    {{ greatest_of('a.answers') }} as outcome_code,
    cast({{ place_of('a.answers', greatest_of('a.answers')) }} as bigint) as deciding_condition,
    cast({{ length_of(those_of('a.answers', 'one', 'one > 0')) }} as bigint) as open_condition_count,
    a.ceiling_yuan,
    a.floor_yuan,
    f.subsidy_yuan,
    c.total_cap_yuan,
    c.cap_scope,
    c.once_per,
    c.once_keep,
    c.once_group,
    c.once_decision,
    c.repeat,
    c.repeat_decision,
    a.may_float_up,
    c.overlap,
    c.other_awards,
    case when c.leaves_out_cancelled then f.cancelled_on end as cancelled_on
from answered as a
inner join facts as f on a.event_id = f.event_id
inner join clauses as c on a.clause_key = c.clause_key
