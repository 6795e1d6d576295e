-- Per claim: what was applied for, approved and paid; drafts are not applications, unless they were paid.
with
matches as (select * from {{ ref('int_application_matches') }}),

applications as (select * from {{ ref('stg_applications') }}),

payments as (
    select
        application_no,
        sum(amount_yuan) as paid_yuan,
        sum(amount_yuan) filter (where paid_on < date_trunc('month', {{ as_of() }})) as paid_before_month_yuan,
        min(paid_on) as first_paid_on
    from {{ ref('stg_payments') }}
    group by application_no
)

select
    m.claim_id,
    count(*) as application_count,
    min(a.submitted_on) as first_applied_on,
    {{ of_last('a.status', ['a.submitted_on', 'a.application_no']) }} as last_status,
    {{ yuan('sum(a.approved_yuan)') }} as approved_yuan,
    {{ yuan('sum(p.paid_yuan)') }} as paid_yuan,
    {{ yuan('sum(p.paid_before_month_yuan)') }} as paid_before_month_yuan,
    min(p.first_paid_on) as first_paid_on
from matches as m
inner join applications as a on m.application_no = a.application_no
left join payments as p on a.application_no = p.application_no
where a.status <> 'draft' or p.application_no is not null
group by m.claim_id
