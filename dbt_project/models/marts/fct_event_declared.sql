-- Published for what-if, beside fct_event_fact: of policies that go by what firms declare (D20).
{{ figures_seen(ref('int_declared_years'), '企业填报', ['main_field', 'feature_field', 'is_scale_service']) }}
