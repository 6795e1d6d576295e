"""Who is who: one row per enterprise, and for each printed name the enterprise it means.

This is the way in and out: the files' rows and people's decisions as tables for the engine, match.py.
"""

from datetime import date
from pathlib import Path

import duckdb

from pipelines.base.duck import connect
from pipelines.identity.match import list_registry, settle
from pipelines.identity.review import decided_table
from pipelines.sources.contract import key_sql, load_contracts

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
    "matters": ("enterprise_name", "enterprise_code", "happened_on"),
    "other_awards": ("enterprise_name", "enterprise_code", "paid_on"),
    "declarations": ("enterprise_name", "enterprise_code", "received_on"),
    "statistics": ("enterprise_name", "enterprise_code", "received_on"),
    "software_monthly": ("enterprise_name", "enterprise_code", "received_on"),
    "credit_flags": ("enterprise_name", "enterprise_code", "listed_on"),
}

# A firm without an 18-digit code keeps its old number; without any, name and day of registration stand for it.
_REGISTERED = """
    select
        *,
        case
            when enterprise_code_status in ('valid', 'bad_check') then enterprise_code
            when enterprise_code is not null then '旧号:' || enterprise_code
            else '无号:' || left(md5(enterprise_name_key || coalesce(cast(registered_on as varchar), '')), 12)
        end as enterprise_id
    from read_parquet($raw || '/registrations/*.parquet', union_by_name = true)
"""

_ENTERPRISE = f"""
create table enterprise as
with identified as (
    select
        *,
        max(case when received_on <= $known_on then received_on end) over (partition by enterprise_id) as last_seen_on
    from ({_REGISTERED})
)
select * from identified
qualify row_number() over (
    partition by enterprise_id
    order by
        received_on <= $known_on desc,
        case when received_on > $known_on then received_on end asc,
        received_on desc, file_order desc, source_file desc, row_no desc
) = 1
order by enterprise_id
"""

# What each file said of where a firm is, of those of which two said different things.
_PLACE = f"""
create table place as
with told as (
    select distinct enterprise_id, received_on, district_code, street, city, address
    from ({_REGISTERED}) where received_on <= $known_on
)
select * from told
where enterprise_id in (
    select enterprise_id from told
    group by enterprise_id having count(distinct (district_code, street, city, address)) > 1
)
order by all
"""

# The newest file that names an alias says whose it is, be that firm on the register or not; one that takes effect later
# replaces none yet. A file that gives one name to two firms gives it to none.
_ALIAS = """
create table alias as
with told as (
    select
        alias_name_key as name_key,
        case when length(enterprise_code) = 18 then enterprise_code else '旧号:' || enterprise_code end as firm
    from read_parquet($raw || '/aliases/*.parquet', union_by_name = true)
    where coalesce(effective_on <= $as_of, true)
    qualify rank() over (partition by alias_name_key order by received_on desc, file_order desc, source_file desc) = 1
)
select name_key, max(firm) as enterprise_id from told
group by name_key having count(distinct firm) = 1 and enterprise_id in (select enterprise_id from enterprise)
"""

# A list of renamings is a source of former names, and of new ones the register has not yet: whichever of the two names
# the register knows, the other means the same firm. A list published anew replaces the earlier one whole.
_RENAMED = """
create table renamed as
with told as (
    select distinct
        enterprise_name_key as new_key,
        former_name_key as old_key,
        case when enterprise_code_status = 'valid' then enterprise_code end as code,
        '更名名单（' || document || '）' as basis
    from (
        from read_parquet($raw || '/recognitions/*.parquet', union_by_name = true)
        where action = 'rename'
        qualify rank() over (partition by {part} order by received_on desc, file_order desc, source_file desc) = 1
    )
    where stage = '公布' and published_on <= $as_of and coalesce(firm_no, 1) = 1
),
single as (
    select name_key, min(enterprise_id) as enterprise_id from registry
    where name_key in (select unnest([new_key, old_key]) from told)
    group by name_key having count(distinct enterprise_id) = 1
),
known as (
    select t.*, coalesce(c.enterprise_id, n.enterprise_id, o.enterprise_id) as enterprise_id
    from told as t
    left join enterprise as c on t.code = c.enterprise_id
    left join single as n on t.new_key = n.name_key
    left join single as o on t.old_key = o.name_key
    where coalesce(c.enterprise_id = n.enterprise_id, true)
)
select k.name_key, k.enterprise_id, min(k.basis) as basis, e.registered_on, e.deregistered_on
from (select unnest([new_key, old_key]) as name_key, enterprise_id, basis from known) as k
inner join enterprise as e on k.enterprise_id = e.enterprise_id
where k.name_key is not null and (k.name_key, k.enterprise_id) not in (select (name_key, enterprise_id) from registry)
group by all
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
    -- a name on every day's file: the first few tell where to look
    array_to_string(list_sort(list_distinct(list(source_file)))[1:5], '|') as files,
    count(distinct source_file) as file_count,
    count(*) as row_count,
    min(received_on) as first_seen_on,
    min(day) as first_day,
    max(day) as last_day
from printed
where name_key is not null or code_given is not null
group by all
"""


def resolve(raw: Path, folder: Path, as_of: date, known_on: date, decisions: Path) -> None:
    """Write enterprise.parquet, place.parquet and name_match.parquet into `folder`.

    enterprise: the newest row of each enterprise that had arrived by `known_on` (else the first after it), and the day
    it was last seen until then.
    place: where each file put an enterprise of which two files told different places.
    name_match: one row per printed name and code given; decision is auto, review or none (match.py).
    `decisions` is the folder of what people settled (pipelines/base/decisions.py): it holds for every day, being about who is who.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with connect(spill=folder) as con:

        con.execute(_ENTERPRISE, {"raw": str(raw), "known_on": known_on})
        con.execute(_PLACE, {"raw": str(raw), "known_on": known_on})
        list_registry(con)
        lists = load_contracts()["recognitions"]
        con.execute(_RENAMED.format(part=key_sql(lists, lists.part)), {"raw": str(raw), "as_of": as_of})
        con.execute("insert into registry from renamed")
        con.execute(_NAMED.format(every_source=" union all ".join(map(_printed, NAMED))), {"raw": str(raw)})
        con.execute(_ALIAS, {"raw": str(raw), "as_of": as_of})
        decided_table(con, decisions)
        settle(con)
        _write(con, "enterprise", folder / "enterprise.parquet")
        _write(con, "place", folder / "place.parquet")
        _write(con, "name_match", folder / "name_match.parquet")


# Who only took part (联合单位) grounds no claim: dbt_project/macros/helpers.sql, is_named_for_the_title.
_TITLED = "where coalesce(firm_no, 1) = 1 or not contains(coalesce(partners, ''), enterprise_name)"


def _write(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    con.execute(f"copy {table} to '{path}' (format parquet)")


def _printed(source: str) -> str:
    name, code, day = NAMED[source]
    return f"""
        select {name}_key as name_key, {name} as printed_name, {code or "null"} as code_given,
            '{source}' as source, source_file, received_on, coalesce({day}, received_on) as day
        from read_parquet($raw || '/{source}/*.parquet', union_by_name = true)
        {_TITLED if source == "recognitions" else ""}
    """
