-- One row per list whose reach leaves 首次 of a clause open (D10).
select missing_words, is_unverified from mart_list_reach
where policy_id = $policy and document = $document and clause_id = $clause and not is_reached
order by level_rank, missing_words
