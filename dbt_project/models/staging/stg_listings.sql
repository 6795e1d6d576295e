with
rows as (
    {{ keyed_rows('listings') }}
),

-- a closed list of what is a listing (上市) and what is none: a name on neither is for review (5c)
markets as (select * from {{ source('reference', 'market') }})

select
    r.stock_code,
    r.exchange,
    r.enterprise_id,
    r.enterprise_name,
    r.short_name,
    r.listed_on,
    coalesce(k.market, r.market, 'unknown') as market,
    cast(case when k.is_listing then 0 when not k.is_listing then 3 else 1 end as tinyint) as exchange_answer,
    r.exchange || case when k.is_listing then '' when not k.is_listing then '：挂牌不是上市' else '：不在交易所名录' end
        as exchange_reason,
    case when k.is_listing then '上市' when not k.is_listing then '挂牌' else '上市或挂牌' end as listing_words,
    r.source_file,
    r.sheet,
    r.row_no,
    r.received_on
from rows as r
left join markets as k
    on r.exchange = k.exchange or (k.is_ending and r.exchange like '%' || k.exchange)
where r.row_status = 'in_force'
