"""Who is who: one row per enterprise, and for each printed name the enterprise it means.

Settled by the machine: a code; an exact normalised name that belongs to one enterprise (current, former or English
name in the register); an accepted alias. Everything else waits for a person. Nothing is ever matched on likeness.
"""

from datetime import date
from pathlib import Path

import duckdb

from pipelines.identity.names import normalise_name

# Sources whose rows name an enterprise: the columns of its name, its code, and the day it is named on.
NAMED = {
    "parks": ("operator_name", "operator_code", "received_on"),
    "tenancies": ("enterprise_name", "enterprise_code", "moved_in_on"),
    "recognitions": ("enterprise_name", "enterprise_code", "published_on"),
    "listings": ("enterprise_name", None, "listed_on"),
    "projects": ("enterprise_name", "enterprise_code", "approved_on"),
    "headquarters": ("enterprise_name", "enterprise_code", "recognised_on"),
    "spinoffs": ("enterprise_name", "enterprise_code", "selected_on"),
    "applications": ("enterprise_name", "enterprise_code", "submitted_on"),
    "other_awards": ("enterprise_name", "enterprise_code", "paid_on"),
    "statistics": ("enterprise_name", "enterprise_code", "received_on"),
    "credit_flags": ("enterprise_name", "enterprise_code", "listed_on"),
}

# A firm without an 18-digit code keeps its old number; without any, name and day of registration stand for it.
_ENTERPRISE = """
create table enterprise as
with identified as (
    select
        *,
        case
            when enterprise_code_status in ('valid', 'bad_check') then enterprise_code
            when enterprise_code is not null then '旧号:' || enterprise_code
            else '无号:' || left(md5(enterprise_name_key || coalesce(cast(registered_on as varchar), '')), 12)
        end as enterprise_id
    from read_parquet($raw || '/registrations/*.parquet', union_by_name = true)
)
select * from identified
qualify row_number() over (
    partition by enterprise_id
    order by received_on <= $as_of desc, received_on desc, source_file desc, row_no desc
) = 1
order by enterprise_id
"""

_REGISTRY = """
create table registry as
with names as (
    select enterprise_name_key as name_key, enterprise_id, '名称' as basis from enterprise
    union
    select former.name_key, e.enterprise_id, '曾用名' from enterprise as e
    inner join former on e.former_names = former.former_names
    union
    select normalise_name(english_name), enterprise_id, '英文名称' from enterprise where english_name is not null
)
select n.*, e.registered_on, e.deregistered_on from names as n inner join enterprise as e using (enterprise_id)
"""

_FORMER = """
create table former as
select former_names, normalise_name(trim(unnest(string_split_regex(former_names, '[；;、]')))) as name_key
from (select distinct former_names from enterprise where former_names is not null)
"""

# Order matters: a code that is on the register decides, unless the name belongs to someone else. An old number
# that is not on the register is no code: the name decides, if one firm of that name lived in the days it is named.
_MATCH = """
create table name_match as
with living as (
    select n.name_key, n.code_given, min(r.enterprise_id) as enterprise_id, min(r.basis) as basis
    from named as n
    inner join registry as r
        on n.name_key = r.name_key
        and coalesce(r.registered_on <= n.last_day, true) and coalesce(r.deregistered_on >= n.first_day, true)
    group by n.name_key, n.code_given having count(distinct r.enterprise_id) = 1
),
bearers as (
    select name_key, string_agg(distinct enterprise_id, '|' order by enterprise_id) as candidates
    from registry group by name_key
),
alias as (
    select alias_name_key as name_key, max(enterprise_code) as enterprise_id
    from read_parquet($raw || '/aliases/*.parquet', union_by_name = true)
    where enterprise_code in (select enterprise_id from enterprise) and coalesce(effective_on <= $as_of, true)
    group by alias_name_key having count(distinct enterprise_code) = 1
),
joined as (
    select
        n.*,
        c.enterprise_id as by_code,
        s.enterprise_id as by_name,
        s.basis as name_basis,
        a.enterprise_id as by_alias,
        b.candidates
    from named as n
    left join enterprise as c
        on c.enterprise_id = case when length(n.code_given) = 18 then n.code_given else '旧号:' || n.code_given end
    left join living as s on n.name_key = s.name_key and n.code_given = s.code_given
    left join bearers as b on n.name_key = b.name_key
    left join alias as a on n.name_key = a.name_key
)
select
    name_key,
    printed_name,
    code_given,
    case
        when by_code is not null and coalesce(by_name = by_code, true) then by_code
        when length(code_given) <> 18 and by_name is not null then by_name
        when by_alias is not null then by_alias
    end as enterprise_id,
    case when enterprise_id is null then 'review' else 'auto' end as decision,
    case
        when by_code is not null and coalesce(by_name = by_code, true) then '代码一致'
        when length(code_given) <> 18 and by_name is not null then name_basis || '一致'
        when by_alias is not null then '名称对照表'
        when by_code is not null then '代码与名称指向不同企业'
        when by_name is not null then '名称一致，但所附代码不在登记库'
        when contains(candidates, '|') then '同名企业不止一家'
        when candidates is not null then '同名企业在该日期尚未设立或已注销'
        when code_given <> '' then '代码和名称都不在登记库'
        else '名称不在登记库'
    end as reason,
    coalesce(candidates, nullif(concat_ws('|', by_code, by_name), '')) as candidates,
    sources,
    row_count,
    first_seen_on
from joined
order by name_key, code_given
"""


_NAMED = """
create table named as
with printed as (
    {every_source}
)
select
    coalesce(name_key, '') as name_key,
    min(printed_name) as printed_name,
    coalesce(code_given, '') as code_given,
    string_agg(distinct source, '、' order by source) as sources,
    count(*) as row_count,
    min(received_on) as first_seen_on,
    min(day) as first_day,
    max(day) as last_day
from printed
where name_key is not null or code_given is not null
group by all
"""


def resolve(raw: Path, folder: Path, as_of: date) -> None:
    """Write enterprise.parquet and name_match.parquet into `folder`.

    enterprise: the newest row of each enterprise that had arrived by `as_of` (else the first after it).
    name_match: one row per printed name and code given; decision is auto or review.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.create_function("normalise_name", normalise_name, ["VARCHAR"], "VARCHAR")
        parameters = {"raw": str(raw), "as_of": as_of}
        con.execute(_ENTERPRISE, parameters)
        con.execute(_FORMER)
        con.execute(_REGISTRY)
        con.execute(_NAMED.format(every_source=" union all ".join(map(_printed, NAMED))), {"raw": str(raw)})
        con.execute(_MATCH, parameters)
        for name in ("enterprise", "name_match"):
            target = folder / f"{name}.parquet"
            con.execute(f"copy {name} to '{target}.part' (format parquet)")
            Path(f"{target}.part").replace(target)


def _printed(source: str) -> str:
    name, code, day = NAMED[source]
    return f"""
        select {name}_key as name_key, {name} as printed_name, {code or "null"} as code_given,
            '{source}' as source, received_on, coalesce({day}, received_on) as day
        from read_parquet($raw || '/{source}/*.parquet', union_by_name = true)
    """
