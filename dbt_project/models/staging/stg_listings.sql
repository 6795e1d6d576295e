with
rows as (
    select *, {{ newest_first(['stock_code', 'exchange']) }} as age
    from {{ source('raw', 'listings') }}
),

matches as (select * from {{ source('identity', 'name_match') }})

select
    r.stock_code,
    r.exchange,
    m.enterprise_id,
    r.enterprise_name,
    r.short_name,
    r.listed_on,
    -- 上市地 is optional: the exchange tells
    coalesce(r.market, case
        when regexp_matches(r.exchange, '上海|深圳|北京|上交|深交|北交|新三板|股份转让') then 'domestic'
        when regexp_matches(r.exchange, '香港|联交所|纽约|纳斯达克|新加坡|伦敦|NYSE|NASDAQ|HKEX') then 'overseas'
    end) as market,
    r.source_file,
    r.row_no,
    r.received_on
from rows as r
left join matches as m
    on r.enterprise_name_key = m.name_key and m.code_given = ''   -- exchanges give no credit code
where r.age = 1
