-- One row per kind of finding: how many, how much is in question, how many firms, and how many of the as-of month.
select
    f.kind, min(f.severity) as severity,
    count(*) as finding_count,
    count(distinct f.enterprise_id) as enterprise_count,
    sum(f.at_stake_yuan) as at_stake_yuan,
    count(*) filter (where date_trunc('month', f.found_on) = date_trunc('month', $as_of::date)) as new_finding_count
from mart_audit_finding as f
where ($district::varchar is null or f.district_code = $district)
    and ($park::varchar is null or f.park_id = $park)
    and ($clause::varchar is null or f.clause_id = $clause)
    and ($measure::bigint is null or f.clause_id in (
        select clause_id from dim_clause where policy_id = $policy and document = $document and measure_no = $measure
    ))
    and ($year::bigint is null or year(f.found_on) = $year)
group by f.kind
