-- The parts that claims are paid in, each with its day and the worst answer of what it asks: written by the macro `instalments`.
{{ instalments(clause_instalments(), ref('int_event_facts'), ref('fct_event_declared')) }}
