-- One row per clause: its figures in the city or in a cut of it by district, park and year.
select
    clauses.clause_order, clauses.clause_id, clauses.title_zh, clauses.measure_no, clauses.coverage_status,
    clauses.cap_yuan, clauses.departments, cut.claim_count, cut.eligible_count,
    cut.needs_review_count, cut.undetermined_count, cut.not_eligible_count, cut.applied_count,
    cut.paid_count, cut.payout_rate, cut.payout_rate_low, cut.payout_rate_high,
    cut.ceiling_yuan, cut.paid_yuan, cut.outreach_count, cut.outreach_yuan
from dim_clause as clauses
left join mart_clause_cut as cut
    on clauses.policy_id = cut.policy_id and clauses.document = cut.document and clauses.clause_id = cut.clause_id
    and cut.district = $district_cut and cut.park = $park_cut and cut.year = $year_cut
where clauses.is_current and clauses.policy_id = $policy and clauses.document = $document
    and ($measure::bigint is null or clauses.measure_no = $measure)
