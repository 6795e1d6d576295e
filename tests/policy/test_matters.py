"""事项: kinds that policies declare as files, from the landing file to the answer. Cases at the edges in `matters.yaml`."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.base.errors import ContractError, PolicyError
from pipelines.policy.case_table import given_of, lacks
from pipelines.policy.load import load_policies
from pipelines.policy.self_check import answer, questions
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts, raw_schema
from pipelines.sources.ingest import ingest
from tests.policy.clauses import asked, policy_of
from tests.policy.law import ANSWERS, read
from tests.policy.models import ask_model

SHAPE = read("matters.yaml")
POLICY = policy_of(SHAPE["clause"], matters=SHAPE["matters"])
DECLARED = """\
matters:
  - {matter: 购置机器人, words: [机器人购置], answers: [国产, 首台套]}
  - {matter: 贷款}
"""


@pytest.mark.parametrize("case", [pytest.param(case, id=case["says"]) for case in SHAPE["cases"]])
def test_a_clause_on_a_matter_answers(case: dict[str, Any]) -> None:
    told = asked(POLICY, SHAPE["given"] | case.get("with", {}))
    if case["then"] == "no claim":
        assert told is None
        return
    assert told is not None
    assert told.answers == [ANSWERS[word] for word in case["then"]]
    if "bound" in case:
        assert told.ceiling == (None if case["bound"] is None else Decimal(case["bound"]))
    if "seen" in case:
        assert told.seen == [None if one is None else str(one) for one in case["seen"]]


def test_each_yes_no_column_is_a_question_of_its_own_when_a_firm_asks_itself() -> None:
    found = [question.fact for question in questions(POLICY, "draft", "x", {})]
    assert found == ["qualified_on", "matter_yuan", "matter_answers=国产", "matter_answers=首台套"]
    typed = {"qualified_on": "2024-06-30", "matter_yuan": "100", "matter_answers=国产": "yes", "matter_answers=首台套": "no"}
    told = answer(POLICY, "draft", "x", typed, {})
    assert [one["answer"] for one in told["conditions"]] == ["met", "met", "met", "not_met"]
    assert answer(POLICY, "draft", "x", typed | {"matter_answers=国产": "perhaps"}, {})["wrong"] == ["matter_answers=国产"]


def test_the_cases_that_are_lacking_ask_each_yes_no_column_for_no_and_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "m01.yaml").touch()
    [lack] = lacks(POLICY, tmp_path, [])
    assert given_of(POLICY, lack.version)["matter_answers"] == "国产=是；首台套=是"
    assert [(point.says, point.known["matter_answers"]) for point in lack.points if "matter_answers" in point.known] == [
        ("国产 is no", "国产=否；首台套=是"), ("国产 is not said", "首台套=是"), ("首台套 is no", "国产=是；首台套=否"), ("首台套 is not said", "国产=是"),
    ]  # fmt: skip


# --- from the file ---


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of a city whose policy declares two kinds."""
    data = tmp_path / "data"
    for part in ("policies/wuxi", "reference/wuxi", "reference/national"):
        shutil.copytree(PROJECT / "data" / part, data / part)
    (data / "policies/wuxi/software/matters.yaml").write_text(DECLARED, encoding="utf-8")
    return Settings(home=tmp_path, landing=tmp_path / "landing", data=data)


FILE = """\
事项类别,合同编号,企业名称,购买日期,金额(万元),数量(台),国产,是否首台套
机器人购置,HT-1,无锡示例软件有限公司,2024-06-30,80,2,是,
贷款,,无锡示例软件有限公司,2024-07-01,300,,,
无人机,HT-2,无锡示例软件有限公司,2024-06-30,80,1,是,否
购置机器人,HT-3,无锡示例软件有限公司,2024-06-30,80,1,大概,否
"""


def test_rows_of_declared_kinds_are_read_and_an_unknown_kind_is_told_with_its_place_and_the_kinds_there_are(settings: Settings) -> None:
    (settings.landing / "matters").mkdir(parents=True)
    (settings.landing / "matters" / "m_2025-12-31.csv").write_text(FILE, encoding="utf-8")
    report = ingest(settings, progress=lambda _: None)
    [record] = report.records
    assert (record.status, record.rows_read, record.rows_loaded, record.rows_quarantined) == ("loaded", 4, 2, 2)
    rows = duckdb.sql(f"select * from read_parquet('{settings.raw}/matters/*.parquet') order by row_no").to_arrow_table().to_pylist()
    assert [(row["matter"], row["amount_yuan"], row["quantity"], row["answers"]) for row in rows] == [
        ("购置机器人", Decimal(800_000), 2.0, "国产=是"), ("贷款", Decimal(3_000_000), None, None),
    ]  # fmt: skip
    refused = duckdb.sql(f"select source_file, row_no, column_name, value_seen, reason from read_parquet('{settings.raw}/_quarantine/*.parquet') order by row_no").fetchall()
    assert refused == [
        ("matters/m_2025-12-31.csv", 4, "matter", "无人机", "不是政策声明的事项类别：现有 购置机器人、贷款；请改正，新的类别先在政策的 matters.yaml 里登记"),
        ("matters/m_2025-12-31.csv", 5, "国产", "大概", "不是“是”或“否”：请改填 是 或 否"),
    ]


def test_without_any_declared_kind_the_source_is_not_asked_for_and_a_file_of_it_is_told_why(settings: Settings) -> None:
    (settings.policies / "software" / "matters.yaml").unlink()
    assert not load_contracts(reference=settings.reference, policies=settings.policies)["matters"].is_asked
    (settings.landing / "matters").mkdir(parents=True)
    (settings.landing / "matters" / "m_2025-12-31.csv").write_text(FILE, encoding="utf-8")
    [record] = ingest(settings, progress=lambda _: None).records
    assert (record.rows_loaded, record.rows_quarantined) == (0, 4)
    reasons = duckdb.sql(f"select distinct reason from read_parquet('{settings.raw}/_quarantine/*.parquet')").fetchall()
    assert [reason for (reason,) in reasons] == ["不是政策声明的事项类别：本市政策没有声明任何类别；请改正，新的类别先在政策的 matters.yaml 里登记"]


def test_a_corrected_matter_replaces_the_one_of_its_number_and_amounts_of_one_number_add() -> None:
    contract = load_contracts()["matters"]
    row = {"matter": "购置机器人", "enterprise_name": "甲", "enterprise_name_key": "甲", "received_on": "2025-01-01", "file_order": "", "sheet": ""}
    rows = [
        row | {"matter_no": "HT-1", "amount_yuan": Decimal(1), "source_file": "a", "row_no": 2},
        row | {"matter_no": "HT-1", "amount_yuan": Decimal(2), "source_file": "b", "row_no": 2},
        row | {"matter_no": "HT-1", "amount_yuan": Decimal(4), "source_file": "b", "row_no": 3},
        row | {"happened_on": "2024-05-01", "counterparty": "乙", "amount_yuan": Decimal(8), "source_file": "b", "row_no": 4},
        row | {"happened_on": "2024-05-01", "counterparty": "丙", "amount_yuan": Decimal(16), "source_file": "b", "row_no": 5},
    ]
    columns = ", ".join(f"{field.name} {'date' if str(field.type).startswith('date') else 'decimal(18, 2)' if 'decimal' in str(field.type) else 'bigint' if field.type == 'int64' else 'varchar' if field.type == 'string' else 'double'}" for field in raw_schema(contract))
    found = ask_model("stg_matters", {
        "raw_matters": (columns, rows),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar", [{"name_key": "甲", "code_given": "", "enterprise_id": "A"}]),
    })  # fmt: skip
    assert sorted((row["matter_no"] or "", row["amount_yuan"]) for row in found) == [("", 8), ("", 16), ("HT-1", 6)]


@pytest.mark.parametrize(
    ("declared", "measure", "said"),
    [
        (DECLARED.replace("贷款", "机器人购置"), None, "software/matters.yaml, matter 机器人购置, words: 机器人购置 names 购置机器人 as well. Leave it to one of them."),
        (DECLARED.replace("国产,", "国 产,"), None, "software/matters.yaml, matter 购置机器人, answer 1: '国 产' has a blank or one of"),
        ("matters: []\n", None, "software/matters.yaml, matters: is empty. Add at least one."),
        (DECLARED, "matter: [购置无人机]", "trigger, matter: 购置无人机 does not exist. Use one of 购置机器人, 贷款."),
        (None, "matter: [购置机器人]", "trigger, matter: 购置机器人 does not exist. The policy declares none: add it to matters.yaml beside policy.yaml."),
        (DECLARED, "matter: [购置机器人], list: [cmmi]", "trigger, list: only recognition has one, not matter. Take it out."),
        (DECLARED, "", "trigger: matter is missing. Say which kinds of matters.yaml ground a claim."),
        (DECLARED, "matter: [贷款]", "condition domestic, value: 国产 is no yes/no column of 贷款. Add it to their answers in matters.yaml, or ask of others."),
    ],
)
def test_what_a_policy_says_wrongly_of_matters_is_told(settings: Settings, declared: str | None, measure: str | None, said: str) -> None:
    policy = settings.policies / "software"
    if declared is None:
        (policy / "matters.yaml").unlink()
    else:
        (policy / "matters.yaml").write_text(declared, encoding="utf-8")
    if measure is not None:
        path = policy / "measures" / "m12-talent.yaml"
        head, items, rest = path.read_text(encoding="utf-8").partition("non_monetary:")
        path.write_text(head + CLAUSE.format(matter=f", {measure}" if measure else "") + items + rest, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load_policies(settings.policies, settings.reference)
    assert said in str(error.value)


CLAUSE = """\
  - id: 12x
    title: {{zh: 款, en: clause}}
    versions:
      - document: draft
        coverage: {{status: encoded}}
        quotes: [予以重点支持]
        trigger: {{event_kind: [matter]{matter}}}
        conditions:
          - {{id: domestic, says: 国产, operator: answered_yes, fact: matter_answers, value: 国产}}
        award: {{words: 购置额的20%, base: matter_yuan, rate: 0.2}}
"""


def test_a_yes_no_column_named_as_a_column_of_every_row_is_told(settings: Settings) -> None:
    (settings.policies / "software" / "matters.yaml").write_text("matters: [{matter: 贷款, answers: [数量]}]\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"matters.yaml, answers: 数量 is a column of every row of matters. Choose another word."):
        load_contracts(policies=settings.policies)
