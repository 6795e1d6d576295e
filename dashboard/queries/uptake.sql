-- One row: how claims were taken up in the whole city, or in one park. Of several policies (policy_uptake.sql) claims and money
-- add, firms are counted anew, and there is no rate.
select
    sum(claim_count)::bigint as claim_count, sum(eligible_count)::bigint as eligible_count,
    case
        when count(*) = 1 then min(eligible_enterprise_count)
        else (
            select count(distinct enterprise_id) from fct_claim
            where outcome = 'eligible' and (policy_id, document) in (select unnest($policies), unnest($documents))
                and ($park_cut = 'all' or park_id = $park_cut)
        )
    end as eligible_enterprise_count,
    sum(undetermined_count)::bigint as undetermined_count, sum(needs_review_count)::bigint as needs_review_count,
    sum(not_eligible_count)::bigint as not_eligible_count, sum(open_count)::bigint as open_count,
    case when count(applied_count) = count(*) then sum(applied_count) end::bigint as applied_count,
    case when count(approved_count) = count(*) then sum(approved_count) end::bigint as approved_count,
    case when count(paid_count) = count(*) then sum(paid_count) end::bigint as paid_count,
    case when count(open_paid_count) = count(*) then sum(open_paid_count) end::bigint as open_paid_count,
    case when count(*) = 1 then min(application_rate) end as application_rate,
    case when count(*) = 1 then min(payout_rate) end as payout_rate,
    case when count(*) = 1 then min(payout_rate_low) end as payout_rate_low,
    case when count(*) = 1 then min(payout_rate_high) end as payout_rate_high,
    sum(ceiling_yuan)::decimal(18, 2) as ceiling_yuan, sum(open_ceiling_yuan)::decimal(18, 2) as open_ceiling_yuan,
    case when count(approved_yuan) = count(*) then sum(approved_yuan) end::decimal(18, 2) as approved_yuan,
    -- a rent subsidy the park reported of a rent year that several policies support is one payment
    case
        when count(*) = 1 then min(paid_yuan)
        when count(paid_yuan) = count(*) then (
            select coalesce(sum(yuan), 0) from (
                select case when max(reported_subsidy_yuan) is null then sum(paid_yuan)
                    else greatest(coalesce(sum(ordered_yuan), 0), max(reported_subsidy_yuan)) end as yuan
                from fct_claim
                where outcome = 'eligible' and (policy_id, document) in (select unnest($policies), unnest($documents))
                    and ($park_cut = 'all' or park_id = $park_cut)
                group by case when reported_subsidy_yuan is null then claim_id else event_id end
            )
        )
    end::decimal(18, 2) as paid_yuan,
    case when count(outreach_count) = count(*) then sum(outreach_count) end::bigint as outreach_count,
    case when count(outreach_yuan) = count(*) then sum(outreach_yuan) end::decimal(18, 2) as outreach_yuan,
    case when bool_or(count_status = 'known') then 'known' when bool_or(count_status = 'unknown') then 'unknown'
        else 'not_encoded' end as count_status,
    case when bool_or(amount_status = 'stated') then 'stated' else min(amount_status) end as amount_status
from policy_uptake
having count(*) > 0
