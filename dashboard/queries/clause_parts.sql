-- One row per claim and part it is paid in: of which clause, how it stands, and where and when the claim lies.
select
    clause_id, instalment_no, says, share, state, amount_yuan, paid_yuan, district_code, park_id, year(qualified_on) as qualified_year
from fct_instalment
where policy_id = $policy and document = $document and state != 'open'
