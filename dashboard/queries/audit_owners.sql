-- Who has findings.
select distinct owner
from audit
where owner is not null
order by owner
