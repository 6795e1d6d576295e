select
    p.payment_no,
    p.application_no,
    p.instalment_no,
    a.policy_id,
    a.claim_id,
    a.clause_id,
    a.enterprise_id,
    a.park_id,
    p.paid_on,
    p.amount_yuan,
    {{ yuan('p.amount_yuan * coalesce(cast(l.own_share as decimal(9, 8)), 1)') }} as own_yuan,
    p.payer_level,
    p.source_file,
    p.sheet,
    p.row_no
from {{ ref('stg_payments') }} as p
left join {{ ref('fct_application') }} as a on p.application_no = a.application_no
left join {{ ref('int_claims') }} as c on a.claim_id = c.claim_id
left join {{ source('policy', 'clause') }} as l on c.clause_key = l.clause_key
