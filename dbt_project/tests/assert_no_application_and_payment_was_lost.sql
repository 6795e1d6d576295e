-- Every yuan paid stands once, either on a claim or on an application without ground.
select p.payment_no
from {{ ref('stg_payments') }} as p
left join {{ ref('fct_payment') }} as f
    on p.payment_no = f.payment_no and p.payer_level = f.payer_level and p.application_no = f.application_no
group by p.payment_no, p.payer_level, p.application_no
having count(f.payment_no) <> 1
