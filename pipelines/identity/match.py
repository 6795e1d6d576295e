"""One engine for the build and for `softcity match`: each printed name is settled, waits for a person, or means nobody here.

auto: a person said so; a code; an exact normalised name one enterprise bore on those days (current, former, second or
English name in the register), read without what the list printed around it; an accepted alias.
review: a person has something to compare. none: no candidate is worth a person's time, or a person said so.
Nothing is ever settled by likeness.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipelines.identity.likeness import Candidate, candidates
from pipelines.identity.names import OWN_SIGNS, folded, normalise_name, read_name, registered_names

# Tables it reads, `registry` made of the first:
#   enterprise  enterprise_id, enterprise_name, enterprise_name_key, former_names, english_name, registered_on, deregistered_on
#   named       name_key, printed_name, code_given ('' for none), first_day, last_day, and what else is carried along
#   alias       name_key, enterprise_id: names accepted in the alias source
#   name_decision  name_key, code_given, decision (accept or reject), enterprise_id, decided_by, decided_at, decided_why

_REGISTRY = """
create table registry as
with names as (
    select enterprise_name_key as name_key, enterprise_id, '名称' as basis from enterprise
    union
    select former.name_key, e.enterprise_id, '曾用名' from enterprise as e
    inner join former on e.former_names = former.former_names
    union
    select normalise_name(english_name), enterprise_id, '英文名称' from enterprise where english_name is not null
    union
    select double_entry.name_key, e.enterprise_id, double_entry.basis from enterprise as e
    inner join double_entry on e.enterprise_name_key = double_entry.enterprise_name_key
)
select n.*, e.registered_on, e.deregistered_on from names as n inner join enterprise as e using (enterprise_id)
order by all
"""

_FORMER = """
create table former as
select former_names, normalise_name(trim(unnest(string_split_regex(former_names, '[；;、]')))) as name_key
from (select distinct former_names from enterprise where former_names is not null)
"""

_DOUBLE_ENTRIES = "select distinct enterprise_name_key from enterprise where regexp_matches(enterprise_name_key, '第二名称|\\)$')"

_UNREGISTERED = """
select distinct printed_name from named
where printed_name is not null and name_key not in (select name_key from registry union select name_key from alias)
order by printed_name
"""

# Names that are one only when 昇 is read as 升: the register's beside each printed one.
_NEARLY = """
create table nearly as
with spelled as (
    select distinct name_key, translate(name_key, $own, $simple) as folded_key from registry
    where regexp_matches(name_key, $any_own)
    union
    select r.name_key, r.name_key from registry as r semi join folding as f on r.name_key = f.folded_key
)
select f.name_key, list(distinct r.enterprise_id order by r.enterprise_id) as firms
from folding as f
inner join spelled as s on f.folded_key = s.folded_key and f.name_key <> s.name_key
inner join registry as r on s.name_key = r.name_key
group by f.name_key
"""

# Order matters: a person's word on just this name and code stands above every rule. A code that is on the register
# decides over whatever is printed beside it, but for a name that is another firm's own: which of the two was copied wrong
# only a person can say, and until then neither has the row's claims. The row goes by its own valid code all the while
# (`enterprise` in sources/contract.py). An old number that is not on the register is no code: the name
# decides, if one firm of that name lived in the days it is named, and no earlier name printed beside it is another firm's.
_MATCH = """
create table settled as
with read as (
    select
        n.*,
        coalesce(r.read_key, n.name_key) as lookup_key,
        r.also_key,
        coalesce(nullif(n.code_given, ''), r.code_read, '') as code
    from named as n left join reading as r on n.printed_name = r.printed_name
),
living as (
    select n.name_key, n.code_given, min(r.enterprise_id) as enterprise_id, min(r.basis) as basis
    from read as n
    inner join registry as r
        on n.lookup_key = r.name_key
        and coalesce(r.registered_on <= n.last_day, true) and coalesce(r.deregistered_on >= n.first_day, true)
    group by n.name_key, n.code_given having count(distinct r.enterprise_id) = 1
),
bearers as (
    select name_key, list(distinct enterprise_id order by enterprise_id) as firms from registry
    where name_key in (select lookup_key from read union all select also_key from read)
    group by name_key
),
joined as (
    select
        n.*,
        d.decision as decided,
        d.decided_by,
        d.decided_at,
        d.decided_why,
        p.enterprise_id as by_person,
        c.enterprise_id as by_code,
        s.enterprise_id as by_name,
        s.basis || case when n.lookup_key <> n.name_key then '（去除名单附注）' else '' end as name_basis,
        a.enterprise_id as by_alias,
        b.firms as bearers,
        f.firms as also_bearers,
        coalesce(f.firms = [s.enterprise_id], true) as is_also_same,
        [c.enterprise_id, s.enterprise_id] || coalesce(b.firms, []) || coalesce(f.firms, []) || coalesce(t.firms, []) as pointed,
        t.firms as nearly_bearers
    from read as n
    left join name_decision as d on n.name_key = d.name_key and n.code_given = d.code_given
    left join enterprise as p on d.enterprise_id = p.enterprise_id and d.decision = 'accept'
    left join enterprise as c on c.enterprise_id = case when length(n.code) = 18 then n.code else '旧号:' || n.code end
    left join living as s on n.name_key = s.name_key and n.code_given = s.code_given
    left join bearers as b on n.lookup_key = b.name_key
    left join bearers as f on n.also_key = f.name_key
    left join nearly as t on n.lookup_key = t.name_key
    left join alias as a on n.lookup_key = a.name_key
)
select
    * exclude (
        by_person, by_code, by_name, by_alias, name_basis, bearers, also_bearers, is_also_same, pointed, also_key, code, nearly_bearers
    ),
    case
        when decided = 'reject' then null
        when by_person is not null then by_person
        when by_code is not null and coalesce(by_name = by_code, true) then by_code
        when length(code) <> 18 and by_name is not null and is_also_same then by_name
        when by_alias is not null then by_alias
    end as enterprise_id,
    case
        when decided = 'reject' then '人工复核：不是登记库中的企业'
        when by_person is not null then '人工复核确认'
        when by_code is not null and coalesce(by_name = by_code, true) then '代码一致'
        when length(code) <> 18 and by_name is not null and is_also_same then name_basis || '一致'
        when by_alias is not null then '名称对照表'
        when decided = 'accept' then '复核所定企业不在登记库'
        when by_code is not null then '代码与名称指向不同企业'
        when by_name is not null and not is_also_same then '名称与所附原名指向不同企业'
        when by_name is not null then '名称一致，但所附代码不在登记库'
        when len(bearers) > 1 then '同名企业不止一家'
        when bearers is not null then '同名企业在该日期尚未设立或已注销'
        when also_bearers is not null then '所附原名在登记库，现名不在'
        when nearly_bearers is not null then '与登记名称只差一个通用字形（如昇、升）'
        when code <> '' then '代码和名称都不在登记库'
        else '名称不在登记库'
    end as reason,
    -- what the register itself points at, the code first; likeness is asked only where it points nowhere
    list_filter(pointed, lambda firm, place: firm is not null and list_position(pointed, firm) = place) as firms
from joined
"""

_NAME_MATCH = """
create table name_match as
with pointed as (
    select
        u.name_key,
        u.code_given,
        string_agg(u.firm, '|' order by u.place) as candidates,
        string_agg(e.enterprise_name, '|' order by u.place) as candidate_names,
        string_agg('100', '|') as scores
    from (
        select name_key, code_given, unnest(firms) as firm, generate_subscripts(firms, 1) as place
        from settled where enterprise_id is null and decided is distinct from 'reject'
    ) as u
    inner join enterprise as e on u.firm = e.enterprise_id
    group by u.name_key, u.code_given
)
select
    s.* exclude (firms, lookup_key, reason),
    case
        when s.enterprise_id is not null then 'auto'
        when coalesce(p.candidates, a.candidates) is not null then 'review'
        else 'none'
    end as decision,
    s.reason || case when p.candidates is null and a.candidates is not null then '，有相近名称' else '' end as reason,
    coalesce(p.candidates, a.candidates) as candidates,
    coalesce(p.candidate_names, a.candidate_names) as candidate_names,
    coalesce(p.scores, a.scores) as scores
from settled as s
left join pointed as p on s.name_key = p.name_key and s.code_given = p.code_given
left join alike as a
    on s.lookup_key = a.name_key and s.enterprise_id is null and s.decided is distinct from 'reject' and len(s.firms) = 0
order by s.name_key, s.code_given
"""


def list_registry(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `registry` from enterprise: each name an enterprise bears or bore, and the days it lived."""
    con.create_function("normalise_name", normalise_name, ["VARCHAR"], "VARCHAR")
    con.execute(_FORMER)
    doubles = [
        (key, name, basis)
        for (key,) in con.execute(_DOUBLE_ENTRIES).fetchall()
        for name, basis in registered_names(key)
    ]
    _table(con, "double_entry", ["enterprise_name_key", "name_key", "basis"], doubles)
    con.execute(_REGISTRY)


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `name_match` from registry, enterprise, named, alias and name_decision: one row per printed name and code given.

    decision is auto, review or none; candidates, candidate_names and scores go best first, | between.
    """
    list_alike(con, settle_known(con))
    name_the_rest(con)


def settle_known(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Make table `settled`: who is known for certain. Returns the keys of the names the register points nowhere for."""
    printed = [name for (name,) in con.execute(_UNREGISTERED).fetchall()]
    readings = [(p, *read_name(p)) for p in printed]
    _table(con, "reading", ["printed_name", "read_key", "also_key", "code_read"], readings)
    _table(con, "folding", ["name_key", "folded_key"], [(key, folded(key)) for key in sorted({key for _, key, *_ in readings})])
    own, simple = OWN_SIGNS
    con.execute(_NEARLY, {"own": own, "simple": simple, "any_own": f"[{own}]"})
    con.execute(_MATCH)
    wanted = con.execute(
        "select distinct lookup_key from settled "
        "where enterprise_id is null and decided is distinct from 'reject' and len(firms) = 0 and lookup_key <> '' order by 1"
    ).fetchall()
    return [key for (key,) in wanted]


def list_alike(con: duckdb.DuckDBPyConnection, wanted: list[str]) -> None:
    """Make table `alike`: the firms of the registry a person may compare each wanted name with."""
    alike = [(key, *_joined(found)) for key, found in candidates(con, wanted)]
    _table(con, "alike", ["name_key", "candidates", "candidate_names", "scores"], alike)


def name_the_rest(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `name_match` from settled and alike."""
    con.execute(_NAME_MATCH)


def _joined(found: list[Candidate]) -> tuple[str, str, str]:
    return (
        "|".join(candidate.enterprise_id for candidate in found),
        "|".join(candidate.name for candidate in found),
        "|".join(str(candidate.score) for candidate in found),
    )


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: list[str], rows: Sequence[tuple[str | None, ...]]) -> None:
    arrays = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(columns))]
    con.register("rows_of_table", pa.Table.from_arrays(arrays, names=columns))
    con.execute(f"create table {name} as select * from rows_of_table")
    con.unregister("rows_of_table")
