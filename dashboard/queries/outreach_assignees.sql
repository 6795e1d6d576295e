-- Who has firms to call.
select distinct assignee
from outreach
where assignee is not null
order by assignee
