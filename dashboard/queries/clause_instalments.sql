-- One row per part an award is paid in, of two versions each its own: how the parts of eligible claims stand, and their money.
select
    clause_id, instalment_no, says, share,
    count(*) as part_count,
    count(*) filter (where state = 'paid') as settled_count,
    count(*) filter (where state = 'not_due') as not_due_count,
    count(*) filter (where state = 'late') as late_count,
    count(*) filter (where state in ('undetermined', 'unstated', 'unknown')) as doubt_count,
    count(*) filter (where state = 'unclaimed') as unclaimed_part_count,
    count(*) filter (where state = 'forfeited') as forfeited_count,
    sum(amount_yuan)::decimal(18, 2) as amount_yuan, sum(paid_yuan)::decimal(18, 2) as paid_yuan,
    (case
        when bool_or(state in ('late', 'undetermined', 'unstated', 'unknown'))
            then sum(amount_yuan - paid_yuan) filter (where state = 'late')
        else 0  -- surely none is late
    end)::decimal(18, 2) as late_yuan,
    min(qualified_year) * 100 + instalment_no as part_order
from clause_parts
group by clause_id, instalment_no, says, share
