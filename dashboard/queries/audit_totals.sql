-- One row: findings that are errors and the money paid in question, each yuan once; what was paid too little; and notes.
select
    coalesce(sum(finding_count) filter (where kind = 'all' and severity = 'error'), 0)::bigint as finding_count,
    sum(at_stake_yuan) filter (where kind = 'all' and severity = 'error')::decimal(18, 2) as paid_yuan,
    sum(at_stake_yuan) filter (where kind = 'below_floor')::decimal(18, 2) as short_yuan,
    coalesce(sum(finding_count) filter (where kind = 'all' and severity <> 'error'), 0)::bigint as note_count
from mart_audit_cut
where policy_id = $policy and document = $document and measure = $measure_cut and clause = $clause_cut
    and district = $district_cut and park = $park_cut and year = $year_cut
