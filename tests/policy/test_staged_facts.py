"""Facts on their way from the files to the clauses: moved in (D12), parks within parks (D16), drafts paid, cancelled (D19)."""

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from pipelines.base.tables import arrow
from pipelines.policy.evaluator import explanation, programs_of
from pipelines.reference import reference_rows
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts, raw_schema
from tests.policy.law import facts_table, law
from tests.policy.models import DBT, ask_model
from tests.policy.test_counted_cases import CLAIMS

REFERENCE = arrow(reference_rows(PROJECT / "data" / "reference" / "wuxi"))
DAYS, MONEY = ("_on", "_since"), "_yuan"


def _columns(model: str, alias: str, **typed: str) -> str:
    """What a model reads of one of its tables; text where no other type is named or told by the name."""
    text = next((DBT / "models").rglob(f"{model}.sql")).read_text(encoding="utf-8")
    names = dict.fromkeys([*re.findall(rf"\b{alias}\.(\w+)", text), *typed])

    def kind(name: str) -> str:
        return typed.get(name) or ("date" if name.endswith(DAYS) else "decimal(18, 2)" if name.endswith(MONEY) else "varchar")

    return ", ".join(f"{name} {kind(name)}" for name in names)


@pytest.mark.parametrize(
    ("code", "moved_in", "settled_on", "words"),
    [
        ("91320214MA1MUQ2P0X", None, date(2018, 1, 1), "自 2018-01-01 注册起"),
        ("91320214MA1MUQ2P0X", date(2023, 5, 1), date(2023, 5, 1), "自 2023-05-01 迁入起"),
        ("913101150000000001", date(2023, 5, 1), date(2023, 5, 1), "自 2023-05-01 迁入起"),
        ("913101150000000001", None, None, "代码由外地核发，未载迁入日期"),
        ("旧号:320200000000009", None, date(2018, 1, 1), "自 2018-01-01 注册起"),
        ("旧号:310115000000009", None, None, "代码由外地核发，未载迁入日期"),
    ],
)
def test_a_firm_counts_from_its_move_to_the_city_and_one_from_outside_without_that_day_from_none(
    code: str, moved_in: date | None, settled_on: date | None, words: str
) -> None:
    firm = {"enterprise_id": code, "enterprise_name": "甲", "registered_on": date(2018, 1, 1), "moved_to_city_on": moved_in}
    register = raw_schema(load_contracts()["registrations"])
    columns = ", ".join(f"{field.name} {'date' if field.name.endswith('_on') else 'varchar'}" for field in register)
    [row] = ask_model("stg_enterprises", {
        "identity_enterprise": (f"enterprise_id varchar, last_seen_on date, {columns}", [firm]),
        "stg_full_registers": ("received_on date", []),
        **{f"reference_{name}": REFERENCE[name] for name in ("division", "division_head", "retired_code", "city")},
    })  # fmt: skip
    assert (row["settled_on"], row["settled_words"]) == (settled_on, words)


@pytest.mark.parametrize(
    ("parents", "whole"),
    [
        ({"A": None, "B": "A", "C": "B", "D": "C"}, {"A": "A", "B": "A", "C": "A", "D": "A"}),
        ({"A": "C", "B": "A", "C": "B", "D": "C"}, {"A": "A", "B": "A", "C": "A", "D": "A"}),
        ({"A": None, "B": "A", "X": None, "Y": "X"}, {"A": "A", "B": "A", "X": "X", "Y": "X"}),
    ],
    ids=["an area in an area in an area of a park", "a ring and an area inside it", "two parks"],
)
def test_parks_within_parks_are_one_park_to_any_depth(parents: dict[str, str | None], whole: dict[str, str]) -> None:
    honours = [{"event_id": park, "park_id": park, "list": "park_title", "qualified_on": date(2024, 5, 1)} for park in parents]
    rows = ask_model("int_event_facts", {
        "int_events": (_columns("int_event_facts", "e", event_year="bigint", enterprise_id="varchar"), honours),
        "stg_enterprises": (_columns("int_event_facts", "f"), []),
        "stg_parks": ("park_id varchar, parent_park_id varchar, operator_id varchar, district_name varchar",
            [{"park_id": park, "parent_park_id": parent} for park, parent in parents.items()]),
        "reference_title": ("list varchar, held_by varchar", [{"list": "park_title", "held_by": "park"}]),
        "reference_division": ("division_code varchar, division_name varchar", []),
        "int_title_holdings": (_columns("int_event_facts", "h"), []),
        "int_first_listings": (_columns("int_event_facts", "q"), []),
        "int_event_months": ("event_id varchar, month_period varchar, month_words varchar", []),
        "int_event_figures": ("event_id varchar, figure_year bigint, figure_words varchar", []),
        "int_software_firms": (_columns("int_event_facts", "w", year_no="bigint"), []),
        "stg_tenancies": ("park_id varchar, enterprise_id varchar, moved_in_on date, moved_out_on date", []),
    })  # fmt: skip
    assert {row["event_id"]: row["whole_park_id"] for row in rows} == whole


@pytest.mark.parametrize(("paid", "counted"), [(None, None), (300_000, (1, Decimal(300_000)))])
def test_a_draft_is_an_application_once_it_was_paid(paid: int | None, counted: tuple[int, Decimal] | None) -> None:
    orders = [] if paid is None else [{"application_no": "S1", "amount_yuan": paid, "paid_on": date(2025, 3, 1)}]
    rows = ask_model("int_claim_money", {
        "int_application_matches": ("application_no varchar, claim_id varchar", [{"application_no": "S1", "claim_id": "c"}]),
        "stg_applications": ("application_no varchar, submitted_on date, status varchar, approved_yuan decimal(18, 2)",
            [{"application_no": "S1", "submitted_on": date(2025, 1, 1), "status": "draft"}]),
        "stg_payments": ("application_no varchar, amount_yuan decimal(18, 2), paid_on date", orders),
    })  # fmt: skip
    assert [(row["application_count"], row["paid_yuan"]) for row in rows] == ([] if counted is None else [counted])


@pytest.mark.parametrize(("leaves_out", "net"), [(True, 0), (False, 500_000)])
def test_a_cancelled_title_counts_where_the_policy_does_not_leave_it_out(leaves_out: bool, net: int) -> None:
    clause = {"clause_key": "k", "policy_id": "p", "document": "draft", "clause_id": "6b.1", "clause_order": 1, "leaves_out_cancelled": leaves_out}
    [row] = ask_model("int_claims_counted", {
        "int_claims_answered": ("clause_key varchar, event_id varchar, answers tinyint[], ceiling_yuan decimal(18, 2), floor_yuan decimal(18, 2), may_float_up boolean",
            [{"clause_key": "k", "event_id": "e", "answers": [0], "ceiling_yuan": 500_000}]),
        "int_event_facts": (_columns("int_claims", "f", event_year="bigint"),
            [{"event_id": "e", "enterprise_id": "A", "qualified_on": date(2024, 9, 5), "event_year": 2024, "cancelled_on": date(2025, 3, 1)}]),
        "policy_clause": (f"{CLAIMS}, is_primary boolean, measure_no bigint, beneficiary varchar, leaves_out_cancelled boolean, is_of_renewals boolean", [clause]),
        "int_claim_money": ("claim_id varchar, paid_yuan decimal(18, 2), first_paid_on date", []),
        "int_other_awards": ("claim_id varchar, other_yuan decimal(18, 2)", []),
        "policy_cap": ("clause_key varchar, cap_id varchar, per varchar, cap_yuan decimal(18, 2), says varchar", []),
    }, through=("int_claims",))  # fmt: skip
    assert row["net_ceiling_yuan"] == net


def test_capital_in_another_currency_is_seen_in_its_words(con: duckdb.DuckDBPyConnection) -> None:
    """4a: no rate and no day are given, so the amount is unknown, and the explanation says why."""
    con.execute("insert into facts (event_id, event_kind, paid_in_capital_note) values ('e', 'headquarters_year', '外币（美元），未折算')")
    program, *_ = programs_of(law(), clause_id="4a")
    order = 1 + [condition.fact for condition in program.conditions].index("paid_in_capital_yuan")
    seen = dict(con.execute(f"select condition_order, value_seen from ({explanation([program])})").fetchall())
    assert seen[order] == "外币（美元），未折算"


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    facts_table(con)
    return con
