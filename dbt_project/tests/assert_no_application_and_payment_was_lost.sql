-- Every yuan paid stands either on a claim or on an application without ground.
select p.payment_no
from {{ ref('stg_payments') }} as p
left join {{ ref('fct_payment') }} as f on p.payment_no = f.payment_no
where f.payment_no is null
