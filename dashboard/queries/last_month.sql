-- One row: what stood on the last month-end, by what is known now, in the city or in one park. The rate leaves rent out; it
-- and the money, of which several policies may tell one payment, are of one policy.
select
    sum(eligible_count)::bigint as eligible_count, sum(open_count)::bigint as open_count,
    case when count(outreach_count) = count(*) then sum(outreach_count) end::bigint as outreach_count,
    case when count(*) = 1 then min(payout_rate) end as payout_rate,
    case when count(*) = 1 then min(paid_since_yuan) end::decimal(18, 2) as paid_since_yuan
from mart_month_end
where (policy_id, document) in (select unnest($policies), unnest($documents)) and park = $park_cut
having count(*) > 0
