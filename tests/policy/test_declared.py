"""Figures that firms declare with their applications (`figures: declared`, D20), in place of the statistics."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.policy.program import readings
from pipelines.policy.prove_figures import of_figures
from pipelines.policy.rows import policy_rows
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts, raw_schema
from pipelines.sources.ingest import ingest
from tests.policy.clauses import asked, policy_of
from tests.policy.law import facts_table
from tests.policy.models import ask_model

REVENUE = {"id": "r", "says": "营业收入", "operator": "at_least", "fact": "revenue_yuan", "value": 1000, "decision": "D1"}
CONTRACT = load_contracts()["declarations"]


def _policy(figures: str, condition: dict[str, Any] | None = None, kind: str = "matter", policy_id: str = "p") -> Policy:
    trigger = {"event_kind": [kind]} | ({"matter": ["贷款"]} if kind == "matter" else {})
    return policy_of({"trigger": trigger, "conditions": [condition or REVENUE]}, figures=figures).model_copy(update={"policy_id": policy_id})


def _seen(declared: list[tuple[int, str, int]], event: dict[str, Any], is_declared: bool = True) -> list[dict[str, Any]]:
    """`declared`: year of figures, day of arrival, revenue."""
    rows = [
        {"enterprise_name": "甲", "enterprise_name_key": "甲", "enterprise_code": "A", "stat_year": year, "received_on": date.fromisoformat(came), "revenue_yuan": revenue,
         "source_file": f"d_{came}", "sheet": "", "row_no": number, "file_order": came}
        for number, (year, came, revenue) in enumerate(declared, start=1)
    ]  # fmt: skip
    return ask_model("fct_event_declared", {
        "raw_declarations": (raw_schema(CONTRACT), rows),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar", [{"name_key": "甲", "code_given": "A", "enterprise_id": "A"}]),
        "int_events": ("event_id varchar, event_kind varchar, enterprise_id varchar, qualified_on date, event_year bigint", [{"event_id": "e", "enterprise_id": "A", "event_year": None} | event]),
        "policy_clause": ("is_declared boolean", [{"is_declared": is_declared}]),
    }, through=("stg_declarations", "int_declared_years"))  # fmt: skip


RECOGNISED = {"event_kind": "recognition", "qualified_on": date(2024, 6, 1)}


def test_an_event_sees_the_years_that_had_ended_before_it_whenever_they_were_declared() -> None:
    [row] = _seen([(2024, "2025-03-01", 9), (2023, "2024-09-01", 5), (2021, "2024-09-01", 3)], RECOGNISED)
    assert (row["figure_year"], row["revenue_yuan"], row["revenue_yuan_before"]) == (2023, 5, [None, 3])
    assert row["figure_words"] == "2023 年企业填报（2024-09-01 收到）"


def test_what_a_firm_declares_later_of_a_year_is_its_word() -> None:
    [row] = _seen([(2023, "2024-07-01", 5), (2023, "2024-09-01", 7)], RECOGNISED)
    assert row["revenue_yuan"] == 7


def test_a_declared_year_sees_its_own_figures() -> None:
    [row] = _seen([(2023, "2024-07-01", 5), (2022, "2024-07-01", 4)], {"event_kind": "declared_year", "qualified_on": date(2023, 12, 31), "event_year": 2023})
    assert (row["figure_year"], row["revenue_yuan"], row["revenue_yuan_before"]) == (2023, 5, [4])


def test_where_no_policy_goes_by_them_no_event_sees_them() -> None:
    assert _seen([(2023, "2024-07-01", 5)], RECOGNISED, is_declared=False) == []


def test_of_two_policies_each_asks_the_figures_it_goes_by_of_one_event() -> None:
    programs = [*programs_of(_policy("statistics", policy_id="s")), *programs_of(_policy("declared", policy_id="d"))]
    assert len(readings(programs)) == 2, "they share no reading of the events"
    with duckdb.connect(config={"threads": 1}) as con:
        facts_table(con)
        con.execute("""insert into facts (event_id, event_kind, matter, qualified_on, figure_year, figure_words, revenue_yuan)
            values ('e', 'matter', '贷款', '2024-06-01', 2023, '统计', 999), ('none', 'matter', '贷款', '2024-06-01', 2023, '统计', 5000)""")
        con.execute("create table declared as select * from facts where false")
        con.execute("insert into declared (event_id, figure_year, figure_words, revenue_yuan) values ('e', 2022, '填报', 1000)")
        answers = {(key[0], event): given for key, event, given, *_ in con.execute(statement(programs, "facts", "declared")).fetchall()}
    assert answers == {("s", "e"): [3], ("d", "e"): [0], ("s", "none"): [0], ("d", "none"): [2]}


def test_the_explanation_says_which_figures_it_saw() -> None:
    with duckdb.connect(config={"threads": 1}) as con:
        facts_table(con)
        con.execute("insert into facts (event_id, event_kind, matter, figure_words, revenue_yuan) values ('e', 'matter', '贷款', '2023 年企业填报（2024-09-01 收到）', 999)")
        [(*_, seen, reason)] = con.execute(explanation(programs_of(_policy("declared")))).fetchall()
    assert (seen, reason) == ("999.00 元", "2023 年企业填报（2024-09-01 收到）")


@pytest.mark.parametrize(("figures", "is_statistic", "needed"), [("statistics", True, "≥ 1,000 元（按统计数据）"), ("declared", False, "≥ 1,000 元（按企业填报）")])
def test_a_condition_says_whose_figures_it_asks_for_and_statistics_alone_are_kept_from_operators(figures: str, is_statistic: bool, needed: str) -> None:
    [row] = policy_rows([_policy(figures)]).condition
    assert (row.is_statistic, row.value_needed) == (is_statistic, needed)


def test_an_award_is_counted_from_declared_figures() -> None:
    award = {"words": "营业收入的1%", "base": "revenue_yuan", "rate": 0.01}
    policy = policy_of({"trigger": {"event_kind": ["declared_year"]}, "conditions": [REVENUE], "award": award}, figures="declared")
    told = asked(policy, {"event_kind": "declared_year", "revenue_yuan": 5000})
    assert told is not None
    assert told.ceiling == Decimal(50)


@pytest.mark.parametrize(
    ("figures", "condition", "kind", "told"),
    [
        (None, REVENUE, "matter", "figures does not say where they come from. Write figures: statistics or declared, or take them out."),
        ("declared", REVENUE, "statistics_year", "trigger, event_kind: statistics_year is not of the figures that policy.yaml goes by (declared). Use declared_year."),
        ("statistics", REVENUE, "declared_year", "trigger, event_kind: declared_year is not of the figures that policy.yaml goes by (statistics). Use statistics_year."),
        ("declared", REVENUE | {"fact": "month_revenue_yuan"}, "declared_year", "month_revenue_yuan is in the statistics alone, and policy.yaml says figures: declared."),
        ("declared", REVENUE | {"operator": "is_true", "fact": "is_on_software_list", "value": None}, "declared_year", "is_on_software_list is in the statistics alone"),
        ("declared", {key: value for key, value in REVENUE.items() if key != "decision"}, "declared_year", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_figures_a_policy_goes_by_is_told(figures: str | None, condition: dict[str, Any], kind: str, told: str | None) -> None:
    policy = _policy("statistics", condition, kind).model_copy(update={"figures": figures})
    found = list(of_figures(policy, policy.measures[0].clauses[0].versions[0], "x", "policy.yaml", "decisions.yaml"))
    assert len(found) == (told is not None)
    assert (told or "") in "".join(found)


FILE = """\
申报编号,企业名称,统一社会信用代码,年度,营业收入(万元),研发投入,从业人员,规上服务业
SB-1,无锡示例软件有限公司,,2023,1200,3500000元,80,是
SB-1,无锡示例软件有限公司,,2022,约900,,75,
"""


def test_a_file_of_declared_figures_is_read_and_the_source_is_asked_for_where_a_policy_goes_by_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for part in ("policies/wuxi", "reference/wuxi", "reference/national"):
        shutil.copytree(PROJECT / "data" / part, data / part)
    settings = Settings(home=tmp_path, landing=tmp_path / "landing", data=data)
    assert not load_contracts(reference=settings.reference, policies=settings.policies)["declarations"].is_asked
    head = settings.policies / "software" / "policy.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "\nfigures: declared   # D20\n", encoding="utf-8")
    assert load_contracts(reference=settings.reference, policies=settings.policies)["declarations"].is_asked
    (settings.landing / "declarations").mkdir(parents=True)
    (settings.landing / "declarations" / "d_2024-09-01.csv").write_text(FILE, encoding="utf-8")
    [record] = ingest(settings, progress=lambda _: None).records
    assert (record.status, record.rows_loaded, record.rows_quarantined) == ("loaded", 1, 1)
    [row] = duckdb.sql(f"select * from read_parquet('{settings.raw}/declarations/*.parquet')").to_arrow_table().to_pylist()
    assert (row["application_no"], row["stat_year"], row["revenue_yuan"], row["rd_expense_yuan"], row["staff_count"], row["is_scale_service"]) == (
        "SB-1", 2023, Decimal(12_000_000), Decimal(3_500_000), 80, True,
    )  # fmt: skip
    [(why,)] = duckdb.sql(f"select column_name from read_parquet('{settings.raw}/_quarantine/*.parquet')").fetchall()
    assert why == "revenue_yuan"


@pytest.mark.parametrize(("city", "clause", "condition"), [("dalian", "l2.3", "research"), ("xiamen", "x4.1", "research")])
def test_how_old_the_figures_may_be_is_told_beside_them_with_its_decision(city: str, clause: str, condition: str) -> None:
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / city))
    keys = {row.clause_key: row.decision_ids.split("、") for row in rows.clause if row.clause_id == clause and row.ceiling_sql}
    assert keys
    assert all("D20.age" in decisions for decisions in keys.values())
    told = [row.value_needed for row in rows.condition if row.clause_key in keys and row.condition_id == condition]
    assert told
    assert all(words.endswith("（按统计数据，D20.age 至多早 2 年）") for words in told)
