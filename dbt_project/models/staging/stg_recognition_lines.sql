-- Every line of a list, 公示 too, and what it does to the title: a row for each firm the line is for (D18). Who only took
-- part (联合单位) is not one of them.
with
rows as (
    select
        {{ all_but(['firm_no']) }},
        coalesce(firm_no, 1) as firm_no,
        count(*) over (partition by source_file, sheet, row_no) as named_firm_count
    from ({{ keyed_rows('recognitions') }}) as keyed
    where
        row_status in ('in_force', 'not_formal')
        and {{ is_named_for_the_title() }}
),

waiting as (
    select * from {{ source('identity', 'name_match') }}
    where decision = 'review'
)

select
    r.enterprise_id,
    -- a name that waits for a person: the firms it may mean, | between
    m.candidates as possible_firms,
    r.enterprise_name,
    r.former_name,
    r.firm_no,
    r.named_firm_count,
    r.park_name,
    r.park_name_key,
    r.project_name,
    r.list,
    r.list_title,
    r.level,
    r.grade,
    r.category,
    r.field,
    r.role,
    r.certificate_no,
    r.product_name,
    r.fee_yuan,
    r.round,
    r.issuer,
    r.document,
    -- D7: the day the line itself prints counts; none can be later than the list that names it. `least` passes over a null.
    least(r.recognised_on, r.published_on) as published_on,
    r.valid_until,
    r.stage,
    coalesce(r.action, case when r.is_renewal then 'renewal' else 'grant' end) as action,
    coalesce(r.action = 'renewal', r.is_renewal, false) as is_renewal,
    r.action is not null or r.is_renewal is not null as is_action_stated,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
left join waiting as m
    on r.enterprise_id is null
    and coalesce(r.enterprise_name_key, '') = m.name_key and coalesce(r.enterprise_code, '') = m.code_given
