with
rows as (
    {{ keyed_rows('headquarters') }}
)

select
    r.enterprise_id,
    r.enterprise_name,
    r.recognised_on,
    cast(r.accounting_year as bigint) as accounting_year,
    -- capital in another currency needs a rate and a day that the text does not give: unknown
    case when coalesce(r.currency, '人民币') in ('人民币', '元', 'CNY', 'RMB', '人民币元') then r.paid_in_capital_yuan end
        as paid_in_capital_yuan,
    case when coalesce(r.currency, '人民币') not in ('人民币', '元', 'CNY', 'RMB', '人民币元') then '外币（' || r.currency || '），未折算' end
        as paid_in_capital_note,
    r.settlement,
    r.contribution_award_yuan,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
where r.row_status = 'in_force'
