"""Write what every side reads: the law in two dresses, and invented fact rows. Args: folder, claims."""

import itertools
import json
import pickle
import random
import sys
from pathlib import Path
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))
from pipelines.policy.evaluator import programs_of
from pipelines.policy.facts import EVENT_KEYS
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy, Version
from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT

# Events of each kind of trigger among a hundred claims; one where nothing is said.
WEIGHTS = {
    "specialised_sme": 8, "cmmi": 7, "itss": 4, "dcmm": 3, "software_title": 3, "rent_year": 9,
    "headquarters_year": 3, "contribution_year": 3, "project": 3, "investment": 2, "listing": 2,
}  # fmt: skip
UNCLAIMED = [("recognition", "specialised_sme", "municipal", None, None)] * 4 + [("project", None, None, None, "other")]

MACROS = """
create macro r(i, k, n) as cast(hash(i, k) % n as bigint);
create macro pick(i, k, choices) as choices[1 + r(i, k, len(choices))];
create macro filled(i, k, value) as case when r(i, k, 25) > 0 then value end;
-- every eighth figure stands at, a fen below or a fen above an edge; the others run from 1 yuan to 3 billion
create macro yuan(i, k, edges) as filled(i, k, cast(
    case when r(i, k + 1, 8) = 0 then cast(pick(i, k + 2, edges) as bigint) * 100 + r(i, k + 3, 3) - 1
    else cast(floor(100 * 10 ** (9.5 * r(i, k + 4, 1000003) / 1000003)) as bigint) end as decimal(16, 0)) * 0.01);
"""
ROWS = """
with drawn as (
    select i, s.*, filled(i, 1, case when r(i, 2, 10) = 0
        then pick(i, 3, [date '2023-12-31', date '2024-01-01', date '2024-02-29', date '2025-12-31', date '2026-01-01'])
        else date '2023-07-01' + cast(r(i, 4, 1096) as integer) end) as qualified_on
    from ({numbers}) as n inner join slots as s using (slot)
)
select
    event_kind || ':' || lpad(cast(i as varchar), 12, '0') as event_id, event_kind, list, level, market, category,
    qualified_on,
    filled(i, 10, case when r(i, 11, 4) = 0
        then cast(qualified_on - interval 3 year as date) + cast(r(i, 12, 3) - 1 as integer)
        else date '2012-01-01' + cast(r(i, 13, 5000) as integer) end) as registered_on, registered_on as settled_on,
    filled(i, 20, pick(i, 21, ['320205', '320206', '320211', '320211-JK', '320213', '320214', '320281', '320282', '市外']))
        as district_code,
    cast(filled(i, 30, pick(i, 31, [0, 0, 0, 0, 0, 1, 2, 3])) as tinyint) as software_answer,
    case when event_kind = 'recognition' then cast(filled(i, 40, pick(i, 41, [0, 0, 0, 0, 3])) as tinyint) end as first_answer,
    case when event_kind = 'recognition' then filled(i, 43, pick(i, 44, [1, 1, 1, 1, 1, 1, 1, 2])) end as named_firm_count,
    case when list = 'software_title' then filled(i, 45, pick(i, 46, ['软件类资质', '国家鼓励的重点软件企业', '软件产品'])) end
        as list_title,
    case when list in ('cmmi', 'itss', 'dcmm') then filled(i, 50, 1 + r(i, 51, 5)) end as grade_number,
    case when list in ('innovation_centre', 'park_field_honour')
        then filled(i, 60, pick(i, 61, ['人工智能', '云计算', '大数据', '工业软件', '软件服务', '生物医药'])) end as field,
    case when event_kind = 'listing'
        then filled(i, 70, pick(i, 71, ['上海证券交易所', '深圳证券交易所', '香港联合交易所', '新三板'])) end as exchange,
    case when event_kind in ('headquarters_year', 'contribution_year') then filled(i, 80, pick(i, 81, ['新注册', '新引进', '存量'])) end as settlement,
    case when event_kind in ('headquarters_year', 'contribution_year')
        then filled(i, 85, date '2023-07-01' + cast(r(i, 86, 1096) as integer)) end as recognised_on,
    case when event_kind = 'listing' then cast(filled(i, 72, pick(i, 73, [0, 0, 0, 3])) as tinyint) end as exchange_answer,
    case when event_kind = 'rent_year' then filled(i, 802, r(i, 803, 4) > 0) end as is_within_lease,
    {yuan}, {yes_no},
    case when event_kind = 'spinoff' then filled(i, 600, 1 + r(i, 601, 5)) end as selection_rank,
    case when event_kind = 'rent_year' then filled(i, 800, 1 + r(i, 801, 5)) end as rent_year_number
from drawn
"""
YUAN = {
    "paid_in_capital_yuan": ("headquarters_year", [10_000_000, 100_000_000, 500_000_000]),
    "contribution_award_yuan": ("contribution_year", [20_000_000]),
    "direct_investment_yuan": ("project", [10_000_000, 12_000_000]),
    "actual_investment_yuan": ("investment", [20_000_000, 50_000_000]),
    "rent_yuan": ("rent_year", [100_000]),
}
YES_NO = ("has_own_ip", "has_good_market", "is_effective", "is_not_monopoly", "is_review_passed", "is_exceptional")


def plain(policy: Policy, clause_id: str, version: Version) -> dict[str, Any]:
    """A clause with every setting resolved, for engines that do not read our programs."""
    conditions, award = conditions_of(policy, version), version.award
    base = award.base if award.rate or award.bands else None
    asked = {name for c in conditions for name in (c.fact, c.of, *c.when)} | {base}
    return {
        "name": clause_id, "trigger": version.trigger, "facts": sorted(asked - {None}), "base": base, "rate": award.rate,
        "cap": award.cap_yuan, "bands": [band.model_dump() for band in award.bands],
        "is_marginal": policy.resolve(award.bands_apply) == "marginal",
        "conditions": [
            {"operator": c.operator, "fact": c.fact, "of": c.of, "values": policy.values_of(c), "when": c.when,
             "otherwise": 1 if c.otherwise == "needs_review" else 3}
            for c in conditions
        ],
    }  # fmt: skip


def slots(clauses: list[dict[str, Any]]) -> tuple[list[tuple[str | None, ...]], int]:
    """The events of one cycle and the claims they make: kind after kind, as int_event_facts has them, mixed within."""
    events, claims = list(UNCLAIMED), 0
    for trigger in {json.dumps(clause["trigger"]): clause["trigger"] for clause in clauses}.values():
        shared = sum(clause["trigger"] == trigger for clause in clauses)
        for values in itertools.product(*trigger.values()):
            keys = dict(zip(trigger, values, strict=True))
            weight = next((WEIGHTS[v] for v in values[::-1] if v in WEIGHTS), 1)
            events += [tuple(keys.get(key) for key in EVENT_KEYS)] * weight
            claims += weight * shared
    random.Random(7).shuffle(events)
    return sorted(events, key=lambda keys: str(keys[0])), claims


def main(folder: Path, claims: int) -> None:
    policy = next(p for p in load_policies(PROJECT / "data" / "policies" / "wuxi") if p.policy_id == "wuxi-software")
    versions = [
        (clause.id, version) for measure in policy.measures for clause in measure.clauses for version in clause.versions
    ]
    clauses = [plain(policy, name, v) for name, v in versions if v.document == "draft" and v.trigger]
    (folder / "programs.pickle").write_bytes(pickle.dumps(programs_of(policy)))
    numbers = {"default": lambda value: value.isoformat() if hasattr(value, "isoformat") else float(value)}
    (folder / "clauses.json").write_text(json.dumps(clauses, **numbers))
    cycle, claims_of_cycle = slots(clauses)
    con = duckdb.connect(config={"threads": 1})  # the same file every time
    con.execute(f"create table slots (slot integer, {', '.join(f'{key} varchar' for key in EVENT_KEYS)})")
    con.executemany(f"insert into slots values (?{', ?' * len(EVENT_KEYS)})", [(n, *keys, *[None] * (len(EVENT_KEYS) - len(keys))) for n, keys in enumerate(cycle)])
    con.execute(MACROS)
    yuan = [f"case when event_kind = '{kind}' then yuan(i, {1000 + 10 * k}, {edges}) end as {name}"
            for k, (name, (kind, edges)) in enumerate(YUAN.items())]  # fmt: skip
    yes_no = [f"case when event_kind = 'project' then filled(i, {400 + k}, r(i, {410 + k}, 4) > 0) end as {name}"
              for k, name in enumerate(YES_NO)]  # fmt: skip
    cycles, numbers, first = claims // claims_of_cycle, [], 0
    for _, group in itertools.groupby(cycle, key=lambda keys: keys[0]):
        slots_of_kind = len(list(group))
        after = first + slots_of_kind
        numbers.append(
            f"select i, {first} + i % {slots_of_kind} as slot from range({first * cycles}, {after * cycles}) as n (i)"
        )
        first = after
    rows = ROWS.format(numbers=" union all ".join(numbers), yuan=", ".join(yuan), yes_no=", ".join(yes_no))
    con.execute(f"copy ({rows}) to '{folder}/facts.parquet'")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
