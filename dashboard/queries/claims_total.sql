-- One row: the claims of claims.sql, as they are cut; null is what no file told of, also where there are none.
select
    count(*) as claim_count, count(distinct enterprise_id) as enterprise_count, count(*) filter (where outcome = 'eligible') as eligible_count,
    case
        when count(is_paid) = count(*) and (select coalesce(bool_and(have_payments), true) from mart_month_end)
            then count(*) filter (where is_paid)
    end as paid_count,
    case
        when count(paid_yuan) = count(*) and (select coalesce(bool_and(have_payments), true) from mart_month_end)
            then (
                -- a rent subsidy the park reported of a rent year that several policies support is one payment
                select coalesce(sum(yuan), 0) from (
                    select case when max(reported_subsidy_yuan) is null then sum(paid_yuan)
                        else greatest(coalesce(sum(ordered_yuan), 0), max(reported_subsidy_yuan)) end as yuan
                    from claims
                    group by case when reported_subsidy_yuan is null then claim_id else event_id end
                )
            )
    end::decimal(18, 2) as paid_yuan
from claims
