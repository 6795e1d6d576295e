-- One row per list, kind and level of which firstness is asked: how far back the lists on file reach.
select distinct list, title, kind, level, level_rank, reaches_back_to, newest_on, is_reached, missing_words
from mart_list_reach
where policy_id = $policy and document = $document
