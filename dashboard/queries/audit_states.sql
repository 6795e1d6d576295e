-- One row per state of the findings of audit.sql, as it is cut: how many, and how much is in question (money of one claim may be in several).
select status, count(*) as finding_count, count(distinct enterprise_id) as enterprise_count, sum(at_stake_yuan)::decimal(18, 2) as at_stake_yuan
from audit
group by status
