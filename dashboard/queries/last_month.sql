-- One row: what stood on the last month-end, by what is known now, in the city or in one park. The rate leaves rent out.
select eligible_count, open_count, outreach_count, payout_rate, paid_since_yuan
from mart_month_end
where policy_id = $policy and document = $document and park = $park_cut
