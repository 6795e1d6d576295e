"""What of a snapshot a user can see at all: the one place where the scope of parks and of policies is applied.

Every request reads through an in-memory DuckDB to which the snapshot is attached. An operator is in a schema of its own,
where views stand in front of the tables and keep only the rows of their parks. A table not named here is empty for them.
An account of some policies has views in front of every table that names one.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from dashboard.access.accounts import User
from dashboard.text import t

Reach = tuple[str, ...] | Literal["city"] | None
"""Parks an operator is held to; the whole city without the statistics of single firms; None for those who see all."""


@dataclass(frozen=True)
class OfPolicies:
    """The scope of an account that sees some policies of the city alone."""

    reach: Reach
    policies: tuple[str, ...]


Scope = Reach | OfPolicies

CITY: Literal["city"] = "city"
SEES_SINGLE_FIRMS = ("analyst", "auditor")
"""Who may see statistics of one firm, and figures from which such a one could be computed."""

ATTACHED = "whole_city"
_MINE = "park_id in (select park_id from scope_park)"
_MY_CLAIMS = "(select claim_id from fct_claim)"
_NARROWING = threading.Lock()
_COUNTED_AGAIN = (
    "select firm.* replace (coalesce(mine.claim_count, 0) as claim_count) from whole_city.main.dim_enterprise as firm"
    " left join (select enterprise_id, count(*) as claim_count from fct_claim group by enterprise_id) as mine"
    " on firm.enterprise_id = mine.enterprise_id"
)
"""Firms with the claims that can be seen of each."""
_FAILURES = "select * from whole_city.main.mart_quality_failure where source_file is not null"
"""Failing rows for an account of some policies: those of files; one of a computed table may be a claim of another policy."""

# Of a firm's statistics the outcome is shown, never the value (D20).
_CONDITIONS = (
    "select * replace (case when is_statistic then null else value_seen end as value_seen,"
    f" case when is_statistic then '{t('scope.statistic_hidden')}' else reason end as reason) from whole_city.main.fct_claim_condition"
)
_INSTALMENTS = (
    f"select * replace (case when is_statistic and reason is not null then '{t('scope.statistic_hidden')}' else reason end as reason)"
    " from whole_city.main.fct_instalment"
)
_HIDDEN = "coalesce(is_withheld, true) or coalesce(is_withheld_secondary, true)"
_VALUE = f"{_HIDDEN} or coalesce(is_value_withheld, true)"
_BREADTH = ("growing_count", "fallen_count", "growing_rate")
_SINGLE = (
    "matched_value", "base_value", "matched_value_share", "entrant_value", "top10_value", "top10_share", "top100_value", "top100_share", "largest_value", "largest_share",
    "growth_without_largest_rate",
)  # fmt: skip
_CELLS: dict[str, Sequence[str]] = {
    _HIDDEN: _BREADTH, "true": _SINGLE,
    f"{_HIDDEN} or matched_count < 10": ("median_growth_rate",),  # of few firms the median is one firm's own
}
_CELL = (
    "(select bool_and({shown}) from whole_city.main.mart_industry_month as cell where cell.period = of_it.period and cell.cut_kind = of_it.{kind}_kind"
    " and cell.cut_id = of_it.{kind}_id and cell.measure_id in ({measures}))"
)
# Beside the sums a ratio is of other firms' figures too, unless all its firms report both: a few that do not would come out.
_RATIO = "coalesce(is_withheld, true) or not coalesce(" + _CELL.format(
    shown=f"not ({_VALUE}) and cell.reported_count = of_it.firm_count", kind="cut", measures="numerator_id, denominator_id"
) + ", false)"  # fmt: skip
_SHARE = f"{_HIDDEN} or not coalesce(" + _CELL.format(shown=f"not ({_VALUE})", kind="place", measures="'software_revenue'") + ", false)"
_INDICATOR = ("value", "numerator", "denominator", "change_rate", "change_points")
_KEPT_BACK: dict[str, Mapping[str, Sequence[str]]] = {
    "mart_industry_month": {**_CELLS, _VALUE: ("value",), f"{_HIDDEN} or coalesce(is_growth_withheld, true)": ("growth_rate",)},
    "mart_industry_year": {**_CELLS, _VALUE: ("value", "sample_value", "sample_share"), _HIDDEN: (*_BREADTH, "growth_rate")},
    "mart_industry_quality": {
        _RATIO: ("ratio_value",),
        "true": ("numerator_value", "denominator_value", "base_ratio_value", "change_points", "change_rate"),
    },
    "mart_industry_structure": {_SHARE: ("share", "gap_points"), "true": ("value_yuan", "whole_yuan", "base_share", "largest_share")},
    "mart_industry_contribution": {_HIDDEN: ("delta_yuan", "base_yuan", "contribution_rate", "growth_rate")},
    "mart_indicator": {"coalesce(is_withheld, true)": _INDICATOR},
}  # fmt: skip
"""Of each mart of statistics: under which condition which columns are nobody's but those who see single firms."""


def _kept_back(mart: str) -> str:
    """A mart without what of it is, or would tell, the statistics of a single firm."""
    shown = ", ".join(
        f"case when {condition} then null else {name} end as {name}" for condition, names in _KEPT_BACK[mart].items() for name in names
    )
    return f"select * replace ({shown}) from whole_city.main.{mart} as of_it"


CITY_VIEWS: dict[str, str] = {
    **{mart: _kept_back(mart) for mart in _KEPT_BACK},
    "fct_claim_condition": _CONDITIONS,
    "fct_instalment": _INSTALMENTS,
    **{name: f"select * from whole_city.main.{name} where false" for name in ("fct_software_month", "fct_software_year")},
}
"""What stands before tables of the whole city for those who see no single firm's statistics; all others are as they are."""

# Order matters: later views read the scoped fct_claim, never the bare one.
OPERATOR_VIEWS: dict[str, str] = {
    # What counts instead of a claim may lie in another park: the reason stays, the id does not.
    "fct_claim": f"select * replace (null::varchar as superseded_by) from whole_city.main.fct_claim where {_MINE}",
    "fct_claim_condition": f"{_CONDITIONS} where claim_id in {_MY_CLAIMS}",
    # An application that names my park but grounds on a claim elsewhere belongs elsewhere.
    "fct_application": "select * from whole_city.main.fct_application"
    f" where case when claim_id is null then {_MINE} else claim_id in {_MY_CLAIMS} end",
    "fct_instalment": f"{_INSTALMENTS} where claim_id in {_MY_CLAIMS}",
    "fct_payment": f"select * from whole_city.main.fct_payment where {_MINE}",
    # The count is made again: a tenant's claims at other parks are not this operator's to know.
    "dim_enterprise": f"{_COUNTED_AGAIN} where firm.{_MINE}",
    # All a present tenant was given, titles without a claim among them; what names another park is that park's.
    "dim_event": "select * from whole_city.main.dim_event as event where event_id in (select event_id from fct_claim)"
    f" or (event.park_id is null or event.{_MINE}) and enterprise_id in (select enterprise_id from dim_enterprise)",
    "fct_tenancy": f"select * from whole_city.main.fct_tenancy where {_MINE}",
    "dim_park": f"select * from whole_city.main.dim_park where {_MINE}",
    **{
        name: f"select * from whole_city.main.{name} where {_MINE}"
        for name in (
            "mart_park_kpi", "mart_park_measure_uptake", "mart_park_month", "mart_park_title", "mart_kind_uptake", "mart_outreach",
            "mart_audit_finding", "mart_firm_move",
        )
    },
    # Where a firm went that left is not for the park it left to know.
    "mart_park_leaver": "select * replace (null::varchar as park_id_now, null::varchar as park_name_now,"
    " case when leaving = 'registered_elsewhere' then district_name_now end as district_name_now, null::varchar as gone_how)"
    f" from whole_city.main.mart_park_leaver where {_MINE}",
    **{
        name: f"select * from whole_city.main.{name} where park in (select park_id from scope_park)"
        for name in (
            "mart_clause_cut", "mart_clause_month", "mart_condition_cut", "mart_audit_cut", "mart_monthly_flow", "mart_month_end",
            "mart_firm_demography", "mart_firm_cohort", "mart_title_ladder", "mart_title_flow", "mart_title_stock",
        )
    },
    # until when a policy stands is public; a certificate lies with the present park of its firm
    "mart_deadline": f"select * from whole_city.main.mart_deadline where {_MINE} or enterprise_id is null and park_id is null",
    "mart_indicator": "select * replace (case when is_open_to_parks then value end as value, null::double as numerator,"
    " null::double as denominator, null::double as change_rate, true as is_withheld)"
    f" from ({_kept_back('mart_indicator')}) where scope = 'park' and {_MINE}",
    **{
        mart: f"{_kept_back(mart)} where {kind}_kind = 'park' and {kind}_id in (select park_id from scope_park)"
        for mart, kind in (
            ("mart_industry_month", "cut"), ("mart_industry_quality", "cut"), ("mart_industry_structure", "place"),
        )
    },
    # What is published is public.
    "mart_benchmark": "select * from whole_city.main.mart_benchmark",
    "mart_target": "select * from whole_city.main.mart_target",
    # Of a comparison, which is made of what its readers see on both sides (pair): rows of their parks, and what has no park.
    **{
        name: f"select * from whole_city.main.{name} where old_park_id in (select park_id from scope_park) or new_park_id in (select park_id from scope_park)"
        for name in ("claim_change", "firm_change", "payment_change")
    },
    **{
        name: f"select * from whole_city.main.{name} where park in (select park_id from scope_park)" for name in ("figure_change", "indicator_change")
    },
    "claim_summary": "select * from whole_city.main.claim_summary",
    "clause_change": "select * from whole_city.main.clause_change",
    "decision_change": "select * from whole_city.main.decision_change",
    # The law itself is public.
    "dim_clause": "select * from whole_city.main.dim_clause",
    "dim_clause_condition": "select * from whole_city.main.dim_clause_condition",
    "dim_decision": "select * from whole_city.main.dim_decision",
    "mart_list_reach": "select * from whole_city.main.mart_list_reach",
    "mart_policy_coverage": "select * from whole_city.main.mart_policy_coverage",
}


OF_NO_POLICY = ("mart_deadline", "figure_change")
"""Tables whose rows without a policy are under none, and everybody's; elsewhere such a row may be any policy's."""


def scope_of(user: User) -> Scope:
    reach: Reach = user.parks if user.is_scoped else None if user.role in SEES_SINGLE_FIRMS else CITY
    return OfPolicies(reach, user.policies) if user.policies else reach


Written = tuple[list[str] | Literal["city"] | None, list[str] | None]


def written(scope: Scope) -> Written:
    """A scope as plain lists, the same for all who see the same."""
    reach, policies = _parts(scope)
    return sorted(reach) if isinstance(reach, tuple) else reach, None if policies is None else sorted(policies)


def read(seen: Written) -> Scope:
    """The scope that was `written`."""
    reach: Reach = tuple(seen[0]) if isinstance(seen[0], list) else seen[0]
    return reach if seen[1] is None else OfPolicies(reach, tuple(seen[1]))


def _views(reach: Reach, policies: tuple[str, ...] | None) -> dict[str, str]:
    """What stands before tables, by name, in the order they are made."""
    views: dict[str, str] = dict(OPERATOR_VIEWS if isinstance(reach, tuple) else CITY_VIEWS if reach == CITY else {})
    if policies is None or isinstance(reach, tuple):   # an operator's count again already, of the claims they see
        return views
    claims, conditions = "whole_city.main.fct_claim", views.get("fct_claim_condition", "select * from whole_city.main.fct_claim_condition")
    return {"fct_claim": f"select * from {claims}", **views, "fct_claim_condition": f"{conditions} where claim_id in {_MY_CLAIMS}", "dim_enterprise": _COUNTED_AGAIN, "mart_quality_failure": _FAILURES}


def opened(database: Path, memory: str) -> duckdb.DuckDBPyConnection:
    """An in-memory database with a snapshot attached, closed to files and settings. One serves readers of every scope."""
    # One thread a query: many readers ask at once, and each question is small. Nothing is spilled where the server runs.
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": memory, "temp_directory": ""})
    connection.execute(f"attach '{_quoted(database)}' as {ATTACHED} (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _parts(scope: Scope) -> tuple[Reach, tuple[str, ...] | None]:
    return (scope.reach, scope.policies) if isinstance(scope, OfPolicies) else (scope, None)


def enter(connection: duckdb.DuckDBPyConnection, scope: Scope) -> duckdb.DuckDBPyConnection:
    """A cursor whose bare names reach what `scope` does and no more. Statements name no schema: a test holds them to it."""
    cursor = connection.cursor()
    if scope is None:
        cursor.execute(f"use {ATTACHED}")  # no views: each would be bound anew at every question
        return cursor
    schema = f"scope_{hashlib.sha256(repr(written(scope)).encode()).hexdigest()[:20]}"
    with _NARROWING:
        if not cursor.execute("select 1 from duckdb_schemas() where schema_name = ?", [schema]).fetchall():
            _narrow(cursor, f"memory.{schema}", scope)
    cursor.execute(f"use memory.{schema}")
    return cursor


def _narrow(cursor: duckdb.DuckDBPyConnection, schema: str, scope: Scope, attached: str = ATTACHED) -> None:
    """A schema with a view before every table of a snapshot: what its readers may see of it. All of them or none.

    A table that is not named is empty for an operator.
    """
    reach, policies = _parts(scope)
    columns = cursor.execute("select table_name, list(column_name) from information_schema.columns where table_catalog = ? group by all", [attached])
    names = dict(columns.fetchall())
    cursor.execute("begin")
    try:
        cursor.execute(f"create schema if not exists {schema}")
        cursor.execute(f"use {schema}")
        cursor.execute("create table scope_park as select unnest(?::varchar[]) as park_id", [list(reach) if isinstance(reach, tuple) else []])
        cursor.execute("create table scope_policy as select unnest(?::varchar[]) as policy_id", [list(policies or ())])
        views, rest = _views(reach, policies), " where false" if isinstance(reach, tuple) else ""
        for name in [*(name for name in views if name in names), *sorted(names.keys() - views.keys())]:
            body = views.get(name, f'select * from whole_city.main."{name}"{rest}')
            if policies is not None and "policy_id" in names[name]:
                of_none = " or policy_id is null" if name in OF_NO_POLICY else ""
                body = f"select * from ({body}) as seen where policy_id in (select policy_id from scope_policy){of_none}"
            cursor.execute(f'create view "{name}" as {body.replace(f"{ATTACHED}.main.", f"{attached}.main.")}')
        cursor.execute("commit")
    except BaseException:
        cursor.execute("rollback")
        raise


def pair(old: Path, new: Path, scope: Scope, spill: Path) -> duckdb.DuckDBPyConnection:
    """Two snapshots side by side as far as `scope` reaches, as `old` and `new`: what moved out of it is gone, what moved in is new."""
    # A process of its own does this (comparison.py): it may spill, and what it holds goes with it.
    connection = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB", "temp_directory": str(spill)})
    for side, database in (("old", old), ("new", new)):
        name = side if scope is None else f"{side}_city"
        connection.execute(f"attach '{_quoted(database)}' as {name} (read_only)")
        if scope is None:
            continue
        connection.execute(f"attach ':memory:' as {side}")
        _narrow(connection, f"{side}.main", scope, name)
        if isinstance(_parts(scope)[0], tuple):  # whether a fact of a claim changed is told, never the fact
            connection.execute(
                f"create or replace view {side}.main.fct_event_fact as select * from {name}.main.fct_event_fact"
                f" where event_id in (select event_id from {side}.main.fct_claim)"
            )
    return connection


def connect(database: Path, scope: Scope) -> duckdb.DuckDBPyConnection:
    """A snapshot as far as `scope` reaches, for one reader and with room for a long answer."""
    return enter(opened(database, "1GB"), scope)
