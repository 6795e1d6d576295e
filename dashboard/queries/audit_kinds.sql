-- One row per kind of finding: how many, how much is in question, how many firms, and how many of the as-of month.
select kind, severity, finding_count, enterprise_count, at_stake_yuan, new_finding_count
from mart_audit_cut
where kind <> 'all' and policy_id = $policy and document = $document and measure = $measure_cut and clause = $clause_cut
    and district = $district_cut and park = $park_cut and year = $year_cut
