-- One row: a firm as last registered.
select * from dim_enterprise where enterprise_id = $firm
