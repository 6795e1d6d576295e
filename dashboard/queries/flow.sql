-- One row per month of the last 24, oldest first: what qualified, was applied for and was paid; city or one park.
-- Null is what never came, not a month without any.
select
    range::date as month,
    coalesce(flow.eligible_count, 0) as eligible_count,
    case when known.have_applications then coalesce(flow.submitted_count, 0) end as submitted_count,
    case when known.have_payments then coalesce(flow.paid_count, 0) end as paid_count,
    case when known.have_payments then coalesce(flow.paid_yuan, 0) end as paid_yuan,
    coalesce(flow.open_count, 0) as open_count,
    coalesce(flow.finding_count, 0) as finding_count
from range(
    date_trunc('month', $as_of::date) - interval 23 months,
    date_trunc('month', $as_of::date) + interval 1 day,
    interval 1 month
)
left join mart_monthly_flow as flow
    on flow.month = range::date and flow.policy_id = $policy and flow.document = $document
    and flow.park = $park_cut and flow.measure = 'all'
left join mart_month_end as known
    on known.policy_id = $policy and known.document = $document and known.park = $park_cut
order by range
