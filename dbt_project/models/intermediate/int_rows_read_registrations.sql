-- The dear part of int_rows_read, apart so that the file of another source does not touch it.
{{ rows_read('registrations') }}
