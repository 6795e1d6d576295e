-- One row per kind (rent subsidies, all other awards): how claims were taken up in the city or in one park.
select kind, eligible_count, paid_count, payout_rate, payout_rate_low, payout_rate_high, median_payout_rate
from mart_kind_uptake
where policy_id = $policy and document = $document
    and case when $park_cut = 'all' then cut = 'city' else cut = 'park' and park_id = $park_cut end
