-- One row per text of the policy: its days, and how many clauses and items of it are encoded, and how far.
with texts as (
    select document, any_value(document_title) as document_title, min(first_day) as first_day, max(last_day) as last_day,
        max(last_checked_on) as last_checked_on
    from dim_clause
    where policy_id = $policy
    group by document
)

select
    items.document, texts.document_title, texts.first_day, texts.last_day, texts.last_checked_on,
    (items.document != $document)::bigint as document_order,
    count(*) filter (where items.status = 'encoded') as encoded_count,
    count(*) filter (where items.status = 'partly') as partly_count,
    count(*) filter (where items.status = 'judgement') as judgement_count,
    count(*) filter (where items.status = 'not_encoded') as not_encoded_count,
    count(*) filter (where items.status = 'unseen') as unseen_count
from mart_policy_coverage as items
left join texts using (document)
where items.policy_id = $policy
group by all
