-- What was paid of each claim, by the part of it (期次) that the orders name; null: they name none.
select
    m.claim_id,
    p.instalment_no,
    {{ yuan('sum(p.amount_yuan)') }} as paid_yuan
from {{ ref('int_application_matches') }} as m
inner join {{ ref('stg_payments') }} as p on m.application_no = p.application_no
group by m.claim_id, p.instalment_no
