select
    c.claim_id,
    c.policy_id,
    c.document,
    c.clause_id,
    c.measure_no,
    l.title_zh,
    c.enterprise_id,
    c.enterprise_name,
    c.park_id,
    c.park_name,
    c.district_code,
    e.district_name,
    c.qualified_on,
    {{ days_between('c.qualified_on', as_of()) }} as days_since_qualified,
    v.event_title,
    c.ceiling_yuan,
    c.net_ceiling_yuan,
    c.floor_yuan,
    c.is_counted,
    c.superseded_reason,
    l.is_selective,
    e.credit_flags,
    nullif(concat_ws(
        '、', e.gone_how, nullif(e.code_status, 'valid'), case when e.credit_flags is not null then 'credit' end
    ), '') as doubts
from {{ ref('fct_claim') }} as c
inner join {{ ref('dim_clause') }} as l
    on c.clause_key = l.clause_key
inner join {{ ref('dim_event') }} as v on c.event_id = v.event_id
left join {{ ref('dim_enterprise') }} as e on c.enterprise_id = e.enterprise_id
where c.is_outreach
