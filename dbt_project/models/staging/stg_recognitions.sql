-- What was formally published: 公示 is not 公布 (D7).
select * from {{ ref('stg_recognition_lines') }}
where stage = '公布'
