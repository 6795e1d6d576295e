-- One row per district and clause of the claims to call about, and one for all of them (district and clause null).
with contacts as (
    select entry ->> 'claim_id' as claim_id, (entry ->> 'contacted_on')::date as contacted_on
    from (select unnest($contacts::json::json[]) as entry)
)

select
    district_code, case when grouping(clause_id) = 0 then min(district_name) end as district_name,
    clause_id, case when grouping(clause_id) = 0 then min(title_zh) end as title_zh,
    count(*) as outreach_count,
    count(distinct enterprise_id) as enterprise_count,
    sum(net_ceiling_yuan) as outreach_yuan,
    -- all of them are eligible, their bases known: without a sum the text gives no upper bound
    case when sum(net_ceiling_yuan) is null then 'not_stated' else 'stated' end as amount_status,
    count(contacted_on) as contacted_count,
    count(*) filter (where days_since_qualified <= 30) as new_count
from mart_outreach
left join contacts using (claim_id)
where policy_id = $policy and document = $document
    and ($park::varchar is null or park_id = $park)
    and ($district::varchar is null or district_code = $district)
    and ($measure::bigint is null or measure_no = $measure)
    and ($clause::varchar is null or clause_id = $clause)
    and ($amount::bigint is null or net_ceiling_yuan >= $amount * 10000)
    and ($contact::varchar is null or ($contact = 'contacted') = (contacted_on is not null))
group by grouping sets ((), (district_code, clause_id))
