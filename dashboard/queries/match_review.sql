-- One row per printed name and code given that no rule settled, or that a person decided.
select
    name_key, printed_name, code_given, decision, reason, candidates, candidate_names, scores, enterprise_id, replace(sources, '|', '、') as sources,
    files, file_count, row_count, first_seen_on, decided_by, decided_at, decided_why
from mart_match_review
