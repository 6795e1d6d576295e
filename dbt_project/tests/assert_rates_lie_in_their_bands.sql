-- The payout rate lies between its low and its high bound.
select clause_id
from {{ ref('mart_clause_uptake') }}
where payout_rate_low > payout_rate or payout_rate_low > payout_rate_high
