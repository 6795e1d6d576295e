-- The firms on the register on the day the build stands on.
select * replace (case when deregistered_on <= {{ as_of() }} then deregistered_on end as deregistered_on)
from {{ ref('stg_register') }}
where coalesce(registered_on <= {{ as_of() }}, true)
