-- One row per policy shown: how its claims were taken up in the whole city, or in one park.
with titles as (select policy_id, any_value(policy_title) as policy_title from dim_clause group by policy_id),

parts as (
    select
        policy_id, claim_count, eligible_count, eligible_enterprise_count, undetermined_count, needs_review_count,
        not_eligible_count, open_count, applied_count, approved_count, paid_count, open_paid_count,
        application_rate, payout_rate, payout_rate_low, payout_rate_high,
        ceiling_yuan, open_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan, count_status, amount_status
    from mart_city_kpi
    where $park_cut = 'all' and (policy_id, document) in (select unnest($policies), unnest($documents))
    union all
    select
        policy_id, claim_count, eligible_count, eligible_enterprise_count, undetermined_count, needs_review_count,
        not_eligible_count, open_count, applied_count, approved_count, paid_count, open_paid_count,
        application_rate, payout_rate, payout_rate_low, payout_rate_high,
        ceiling_yuan, open_ceiling_yuan, approved_yuan, paid_yuan, outreach_count, outreach_yuan, 'known' as count_status, amount_status
    from mart_park_kpi
    where park_id = $park_cut and (policy_id, document) in (select unnest($policies), unnest($documents))
)

select parts.policy_id, titles.policy_title, parts.* exclude (policy_id)
from parts
left join titles using (policy_id)
