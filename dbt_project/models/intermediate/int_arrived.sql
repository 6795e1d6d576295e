-- What never came tells nothing: no deduction (D15), nobody who did not apply, nobody who was not paid. A payment finds
-- its claim through its application.
select
    count(*) filter (where source = 'tenancies') > 0 as have_tenancies,
    count(*) filter (where source = 'recognitions') > 0 as have_recognitions,
    count(*) filter (where source = 'listings') > 0 as have_listings,
    count(*) filter (where source = 'other_awards') > 0 as have_others,
    count(*) filter (where source = 'applications') > 0 as have_applications,
    count(*) filter (where source = 'applications') > 0 and count(*) filter (where source = 'payments') > 0
        as have_payments
from {{ source('arrivals', 'file') }}
where status in ('loaded', 'duplicate')
