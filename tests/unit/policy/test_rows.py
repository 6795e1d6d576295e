"""The law as rows: their columns are a contract, and an operator is one record."""

import dataclasses
from datetime import date
from itertools import combinations
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.base.tables import arrow, schemas
from pipelines.policy.condition import Condition
from pipelines.policy.evaluator import explanation, statement
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.policy.operators import OPERATORS, Operator, Question
from pipelines.policy.row_types import PolicyRows
from pipelines.policy.rows import needed, policy_rows
from pipelines.policy.schema import json_schema
from pipelines.policy.settle import program
from pipelines.settings import PROJECT
from tests.policy.law import facts_table

SOURCES = PROJECT / "dbt_project" / "models" / "staging" / "_sources.yml"
ARROW = {
    "string": "string", "bigint": "int64", "boolean": "bool", "date": "date32[day]", "decimal(18, 2)": "decimal128(18, 2)",
    "string[]": "list<item: string>", "double": "double",
}  # fmt: skip


@pytest.fixture(scope="module")
def wuxi() -> Policy:
    return load_policies(PROJECT / "data" / "policies" / "wuxi")[0]


def test_dbt_is_told_the_columns_that_the_rows_have() -> None:
    sources = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    (tables,) = (source["tables"] for source in sources if source["name"] == "policy")
    told = {table["name"]: {c["name"]: ARROW[c["data_type"]] for c in table["columns"]} for table in tables}
    assert told == {name: {field.name: str(field.type) for field in schema} for name, schema in schemas(PolicyRows).items()}
    assert all("description" in table for table in tables)


@pytest.mark.parametrize("city", ["wuxi", "wenzhou"])
def test_every_row_of_the_law_fits_its_columns_and_what_computes_has_its_sql(city: str) -> None:
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / city))
    tables = arrow(rows)
    assert tables["clause"].num_rows == len(rows.clause) > 0
    assert tables["condition"].num_rows == len(rows.condition) > 0
    for row in rows.clause:
        is_computed = row.coverage_status not in ("unseen", "not_encoded")
        sql = (row.reading_no, row.kinds_sql, row.grounds_sql, row.ceiling_sql, row.floor_sql, row.float_sql)
        assert [part is not None for part in sql] == [is_computed] * len(sql), row.clause_key
    conditions = {row.clause_key for row in rows.condition}
    assert {row.clause_key for row in rows.clause if row.reading_no} <= conditions


def test_clauses_that_one_event_can_ground_never_share_a_reading(wuxi: Policy) -> None:
    triggers = {
        program(wuxi, clause, version).clause_key: (clause.id, version.document, version.trigger)
        for measure in wuxi.measures for clause in measure.clauses for version in clause.versions if version.trigger
    }  # fmt: skip
    readings: dict[int, list[str]] = {}
    for row in policy_rows([wuxi]).clause:
        if row.reading_no is not None:
            readings.setdefault(row.reading_no, []).append(row.clause_key)
    assert sum(map(len, readings.values())) == len(triggers) > len(readings)
    for keys in readings.values():
        for one, other in combinations([triggers[key] for key in keys], 2):
            assert one[2]["event_kind"] == other[2]["event_kind"]
            is_apart = any(set(one[2][key]).isdisjoint(other[2][key]) for key in one[2].keys() & other[2].keys())
            assert is_apart or one[:2] == other[:2], (one, other)


def test_the_fingerprint_of_a_clause_changes_with_its_figure_and_not_with_its_title(wuxi: Policy) -> None:
    measure = next(m for m in wuxi.measures if m.measure == 6)
    clause = measure.clauses[0]
    (version,) = (v for v in clause.versions if v.document == "draft")
    award = version.award.model_copy(update={"cap_yuan": version.award.cap_yuan + 1})   # type: ignore[operator]
    dearer = version.model_copy(update={"award": award})
    renamed = clause.model_copy(update={"title": clause.title.model_copy(update={"zh": "另名"})})
    before = program(wuxi, clause, version).fingerprint
    assert program(wuxi, clause.model_copy(update={"versions": [dearer]}), dearer).fingerprint != before
    assert program(wuxi, renamed, version).fingerprint == before


def test_an_operator_added_as_one_record_is_asked_explained_checked_and_completed(
    wuxi: Policy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def met(question: Question) -> str:
        return f"{question.seen} > {question.values[0]}"

    monkeypatch.setitem(OPERATORS, "more_than", Operator("more_than", ("yuan",), 1, "> {0}{unit}", met=met))
    condition = Condition.model_validate({"id": "x", "says": "高于一千元", "operator": "more_than", "fact": "rent_yuan", "value": 1000})
    with pytest.raises(ValueError, match="more_than cannot ask about qualified_on"):
        Condition.model_validate({"id": "x", "says": "s", "operator": "more_than", "fact": "qualified_on", "value": 1})
    with pytest.raises(ValueError, match="more_than wants 1 of them, not 0"):
        Condition.model_validate({"id": "x", "says": "s", "operator": "more_than", "fact": "rent_yuan"})
    assert needed(wuxi, condition) == "> 1,000 元"
    rules = json_schema("measure")["$defs"]["Condition"]["allOf"]
    assert [rule["then"]["required"] for rule in rules if rule["if"]["properties"]["operator"]["const"] == "more_than"] == [["fact", "value"]]
    clause = next(c for m in wuxi.measures for c in m.clauses if c.id == "10b.1")
    version = clause.versions[0].model_copy(update={"conditions": [condition], "without": [c.id for c in wuxi.conditions]})
    asked = program(wuxi, clause.model_copy(update={"versions": [version]}), version)
    with duckdb.connect() as con:
        facts_table(con)
        con.execute("insert into facts (event_id, event_kind, rent_yuan) values ('at', 'rent_year', 1000), ('above', 'rent_year', 1000.01)")
        answers = dict(con.execute(f"select event_id, answers from ({statement([asked])})").fetchall())
        seen = dict(con.execute(f"select event_id, value_seen from ({explanation([asked])})").fetchall())
    assert answers == {"at": [3], "above": [0]}
    assert seen == {"at": "1,000.00 元", "above": "1,000.01 元"}


def test_a_row_cannot_be_changed_after_it_was_written(wuxi: Policy) -> None:
    row = policy_rows([wuxi]).decision[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.since = date(2020, 1, 1)   # type: ignore[misc]


def test_the_decisions_that_models_carry_out_are_columns_of_each_clause_of_their_policy() -> None:
    def told(city: str) -> dict[str, tuple[object, ...]]:
        return {
            row.clause_id: (row.overlap, row.other_awards, row.leaves_out_cancelled, row.software_by, row.lookback_years)
            for row in policy_rows(load_policies(PROJECT / "data" / "policies" / city)).clause
        }

    wuxi = told("wuxi")
    assert wuxi["6b.1"] == ("per_year", "top_up", True, "list_or_industry", 5)
    assert wuxi["1a"] == (None, "top_up", True, "list_or_industry", 5), "no award of achievement (D14.group)"
    assert set(told("wenzhou").values()) == {(None, None, False, None, 5)}, "a policy that settles nothing"


@pytest.mark.parametrize(("setting", "overlap"), [("off", None), ("lifetime", "lifetime")])
def test_the_overlap_of_a_clause_is_that_of_its_decision(wuxi: Policy, setting: str, overlap: str | None) -> None:
    decisions = [d.model_copy(update={"setting": setting}) if d.id == "D14" else d for d in wuxi.decisions]
    rows = policy_rows([wuxi.model_copy(update={"decisions": decisions})]).clause
    assert {row.overlap for row in rows if row.clause_id == "6b.1"} == {overlap}


def test_a_policy_that_does_not_say_how_far_back_a_first_looks_asks_for_five_years(wuxi: Policy) -> None:
    silent = wuxi.model_copy(update={"decisions": [d for d in wuxi.decisions if d.id != "D10.lookback"]})
    assert {row.lookback_years for row in policy_rows([silent]).clause} == {5}


def test_what_a_firm_may_yet_change_is_told_of_each_condition(wuxi: Policy) -> None:
    def told(policy: Policy) -> dict[str, bool]:
        return {row.condition_id: row.can_change for row in policy_rows([policy]).condition if row.clause_key == "wuxi-software/draft/6b.1"}

    assert told(wuxi) == {"window": False, "scope": True, "software_enterprise": True, "first_time": False, "named_alone": False}
    decisions = [d.model_copy(update={"setting": "list_only"}) if d.id == "D9" else d for d in wuxi.decisions]
    assert told(wuxi.model_copy(update={"decisions": decisions}))["software_enterprise"] is False, "a list of a year that is over"


def test_only_what_rests_on_the_statistics_of_a_firm_is_kept_from_operators(wuxi: Policy) -> None:
    """D20."""
    assert not any(row.is_statistic for row in policy_rows([wuxi]).condition)
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / "wenzhou")).condition
    assert {row.condition_id for row in rows if row.is_statistic} == {"sales", "staff"}
