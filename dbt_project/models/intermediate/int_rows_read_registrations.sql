-- The part of int_rows_read that a build keeps while no registration changes (pipelines/assets/build.py, OF_REGISTER).
{{ rows_read('registrations') }}
