-- What each condition looked at, in words: written by the macro `explain` from the same clauses.
{{ explain(clause_readings(), ref('int_event_facts'), ref('fct_event_declared')) }}
