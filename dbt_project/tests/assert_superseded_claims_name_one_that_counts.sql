-- A claim that does not count names the one that does, never itself and never one that is not eligible.
select c.claim_id
from {{ ref('fct_claim') }} as c
left join {{ ref('fct_claim') }} as o on c.superseded_by = o.claim_id
where c.superseded_by is not null and (o.claim_id is null or o.claim_id = c.claim_id or o.outcome <> 'eligible')
