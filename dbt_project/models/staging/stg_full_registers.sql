-- The days a full register came on; apart, so that the file of another source does not touch what hangs on it.
select distinct received_on from {{ source('arrivals', 'file') }}
where source = 'registrations' and status = 'loaded' and delivery = 'full' and received_on <= {{ known_on() }}
