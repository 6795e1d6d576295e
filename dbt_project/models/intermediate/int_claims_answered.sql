-- The law, applied: written by the macro `evaluate` from the YAML of the clauses, every answer kept.
{{ evaluate(clause_readings(), ref('int_event_facts'), ref('fct_event_declared')) }}
