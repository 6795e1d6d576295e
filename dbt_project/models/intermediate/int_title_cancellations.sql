-- D19: the day a recognition was cancelled or withdrawn; a cancellation that names no item, rank or centre is of
-- all of them.
with
recognitions as (select * from {{ ref('int_recognitions') }}),

lines as (select * from {{ ref('int_title_lines') }})

select
    r.event_id,
    min(c.published_on) as cancelled_on
from recognitions as r
inner join lines as l
    on r.source_file = l.source_file
    and r.row_no = l.row_no
    and r.firm_no is not distinct from l.firm_no
    and r.enterprise_id is not distinct from l.enterprise_id
    and r.list = l.list
    and r.published_on = l.published_on
inner join lines as c
    on l.list = c.list
    and l.beneficiary_id = c.beneficiary_id
    and {{ is_later_of_title('c', 'l') }}
where c.step = 'cancelled'
group by r.event_id
