-- One row per measure, rent subsidies in a row of their own: how claims were taken up, in the city or in one park.
with measures as (
    select
        measure_no, any_value(measure_title) as measure_title,
        -- by the law alone: mart_measure_uptake is of the whole city, and an operator sees nothing of it
        case when bool_or(count_status = 'known') then 'known' when bool_or(count_status = 'unknown') then 'unknown'
            else 'not_encoded' end as count_status,
        case when bool_or(amount_kind = 'ceiling') then 'stated' else 'not_stated' end as amount_status
    from dim_clause
    where is_current and policy_id = $policy and document = $document
    group by measure_no
),

uptake as (
    select *
    from mart_kind_uptake
    where policy_id = $policy and document = $document
        and case when $park_cut = 'all' then cut = 'measure' else cut = 'park_measure' and park_id = $park_cut end
)

select
    measures.measure_no, measures.measure_title, coalesce(uptake.kind, 'award') as kind,
    measures.count_status, coalesce(uptake.amount_status, measures.amount_status) as amount_status,
    coalesce(uptake.claim_count, 0) as claim_count, coalesce(uptake.eligible_count, 0) as eligible_count,
    coalesce(uptake.undetermined_count, 0) as undetermined_count,
    coalesce(uptake.needs_review_count, 0) as needs_review_count,
    coalesce(uptake.not_eligible_count, 0) as not_eligible_count, coalesce(uptake.open_count, 0) as open_count,
    coalesce(uptake.applied_count, none) as applied_count, coalesce(uptake.approved_count, none) as approved_count,
    coalesce(uptake.paid_count, none) as paid_count, uptake.application_rate, uptake.payout_rate,
    uptake.payout_rate_low, uptake.payout_rate_high, coalesce(uptake.ceiling_yuan, 0) as ceiling_yuan,
    coalesce(uptake.applied_ceiling_yuan, none) as applied_ceiling_yuan,
    coalesce(uptake.approved_yuan, none) as approved_yuan, coalesce(uptake.paid_yuan, none) as paid_yuan,
    coalesce(uptake.outreach_count, none) as outreach_count, coalesce(uptake.outreach_yuan, none) as outreach_yuan
from measures
left join uptake using (measure_no),
lateral (select case when uptake.claim_count is null then 0 end as none)  -- of no claim; of one not known there is null
