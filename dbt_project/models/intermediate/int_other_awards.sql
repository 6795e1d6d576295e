-- D15: what another city policy already paid for the same recognition or project, per claim. An award goes to one
-- claim only: the one it names; between two levels of a title the one whose level its words name, else the latest.
with
awards as (select * from {{ ref('stg_other_awards') }}
where payer_level = 'city'
),

claims as (select * from {{ ref('int_claims') }}),

facts as (select * from {{ ref('int_event_facts') }}),

titles as (select * from {{ source('reference', 'title') }}),

candidates as (
    select
        a.source_file,
        a.row_no,
        a.amount_yuan,
        c.claim_id,
        row_number() over (
            partition by a.source_file, a.row_no, c.policy_id, c.document
            order by
                contains(a.item || a.subject, case f.level when 'national' then '国家级' else '省级' end) desc,
                c.qualified_on desc,
                c.claim_id asc
        ) as choice
    from awards as a
    inner join claims as c on a.enterprise_id = c.enterprise_id and a.paid_on >= c.qualified_on
    inner join facts as f on c.event_id = f.event_id
    left join titles as t on f.list = t.list
    where
        a.subject in (c.project_no, c.certificate_no, f.list)
        or contains(a.subject, t.title)
)

select
    claim_id,
    sum(amount_yuan) as other_yuan
from candidates
where choice = 1
group by claim_id
