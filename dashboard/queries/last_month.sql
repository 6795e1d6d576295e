-- One row: what stood on the last month-end, by what is known now, for the city or one park. Rent is left out of the rate.
with claims as (
    select fct_claim.*, dim_clause.clause_id is not null as is_rent
    from fct_claim
    left join dim_clause
        on fct_claim.clause_key = dim_clause.clause_key and dim_clause.measure_no = 10 and dim_clause.procedure_class = 'x'
    where fct_claim.policy_id = $policy and fct_claim.document = $document
)

select 1
