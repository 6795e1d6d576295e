"""Cases of what an award comes to, from the words of a clause to what counts, over laws made up for them.

In `awards.yaml` each law is a list of clauses as a measure writes them (`{id, award, …}`; what is the same of all is put in),
and each case lists events with the facts they bring. `comes` is the upper bound of a claim, `net` what of it counts, `outcome` its outcome where
it is not eligible, `reason` what is said of it; `others`: what other payers gave (city, higher, unknown), `{}` that their list never came; `named`: what of `paid` names a part; `parts` are those it is paid in: upper bound, paid of it, and `forfeited`. An event grounds a claim of every clause, or of the one it names as `clause`.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.base import tables
from pipelines.policy.evaluator import instalments, model, programs_of, statement
from pipelines.policy.model import Policy
from pipelines.policy.rows import policy_rows
from tests.policy.law import ARROW, COLUMNS, OUTCOMES, read
from tests.policy.models import ask_model

LAWS = read("awards.yaml")["laws"]
CASES = [(law, case) for law in LAWS for case in law["cases"]]
SAID = {"comes", "net", "outcome", "reason", "clause", "paid", "named", "others", "parts"}
OF_THE_EVENT = {"firm": "enterprise_id", "park": "park_id", "project": "project_no", "day": "qualified_on", "year": "event_year"}
# What a claim may be selected by here: an event that names a clause grounds a claim of it alone.
KEY = "list"
EVENTS = pa.schema([
    ("event_id", pa.string()), ("enterprise_id", pa.string()), ("park_id", pa.string()), ("whole_park_id", pa.string()),
    ("certificate_no", pa.string()), ("project_no", pa.string()), ("event_year", pa.int64()), ("subsidy_yuan", pa.decimal128(18, 2)),
    ("cancelled_on", pa.date32()), *((name, ARROW[kind]) for name, kind in COLUMNS.items()),
])  # fmt: skip
STEPS = ("int_claims_counted", "int_claim_bounds", "int_claim_instalments")
AS_OF = date(2025, 12, 31)


def policy_of(law: dict[str, Any]) -> Policy:
    """The law as a policy of one document, whose clauses ask only whether the day is known."""
    clauses = []
    for clause in law["clauses"]:
        given = {key: value for key, value in clause.items() if key != "id"}
        version = {
            "document": "draft", "quotes": ["款"], "coverage": {"status": "encoded"},
            "trigger": {"event_kind": ["recognition", "project", "statistics_year"], KEY: [clause["id"]]},
            "conditions": [{"id": "day", "says": "日期载明", "operator": "is_known", "fact": "qualified_on"}],
            **given, "award": {"words": "奖", **clause["award"]},
        }  # fmt: skip
        clauses.append({"id": clause["id"], "title": {"zh": "款", "en": "clause"}, "versions": [version]})
    day = law.get("since", "2024-01-01")
    document = {"title": "文", "is_draft": True, "text": "x.txt", "first_day": day, "last_day": day, "last_checked_on": day}
    measure = {"measure": 1, "title": "条", "chapter": "章", "departments": ["局"], "clauses": clauses}
    return Policy.model_validate(
        {"policy_id": "p", "title": "策", "documents": {"draft": document}, "measures": [measure], **law.get("policy", {})}, strict=False
    )


@cache
def _law(number: int) -> tuple[dict[str, pa.Table], str, str]:
    policy = policy_of(LAWS[number])
    programs = programs_of(policy)
    return tables.arrow(policy_rows([policy])), statement(programs, "int_event_facts"), instalments(programs, "int_event_facts")


def _events(law: dict[str, Any], events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for event in events:
        facts = {OF_THE_EVENT.get(key, key): value for key, value in event.items() if key not in SAID}
        row = {"event_kind": "recognition", KEY: event.get("clause", law["clauses"][0]["id"]), **facts}
        row |= {"whole_park_id": row.get("park_id"), "event_year": row.get("event_year", row["qualified_on"].year)}
        rows.append({key: Decimal(str(value)) if EVENTS.field(key).type == ARROW["yuan"] and value is not None else value for key, value in row.items()})
    return rows


@cache
def claims_of(number: int, have_others: bool) -> dict[str, dict[str, Any]]:
    """Every claim of the events of a law's cases, with what counts of it, by the models a build runs.

    All cases at once, each with firms, parks and projects of its own; apart those to which the list of other awards never came.
    """
    events = []
    for at, case in enumerate(LAWS[number]["cases"]):
        if _have_others(case) is have_others:
            for place, event in enumerate(case["events"], start=1):
                own = {key: f"{at} {event[key]}" for key in ("park", "project") if key in event}
                events.append({**event, **own, "firm": f"{at} {event.get('firm', 'A')}", "event_id": f"{at}.{place}"})
    rows, query, parts = _law(number)
    with duckdb.connect(config={"threads": 1}) as con:
        for name, table in rows.items():
            con.register(f"policy_{name}", table)
        con.register("int_event_facts", pa.Table.from_pylist(_events(LAWS[number], events), EVENTS))
        con.execute("create table paid (event_id varchar, paid_yuan decimal(18, 2), other_yuan decimal(18, 2), other_level_yuan decimal(18, 2), unknown_level_yuan decimal(18, 2), have_others boolean)")
        for event in events:
            others = [event.get("others", {}).get(level, 0) for level in ("city", "higher", "unknown")]
            con.execute("insert into paid values (?, ?, ?, ?, ?, ?)", [event["event_id"], event.get("paid", 0), *others, have_others])
        con.execute(f"create table int_claims_answered as {query}")
        con.execute(f"create table int_instalments_answered as {parts}")
        con.execute(f"create table int_claims as {model('int_claims')}")
        con.execute("create view int_other_awards as select claim_id, other_yuan, other_level_yuan, unknown_level_yuan from int_claims join paid using (event_id)")
        con.execute("create view int_arrived as select coalesce(bool_and(have_others), true) as have_others from paid")
        con.execute("create table orders (event_id varchar, instalment_no bigint, paid_yuan decimal(18, 2))")
        for event in events:
            for instalment_no, yuan in event.get("named", {}).items():
                con.execute("insert into orders values (?, ?, ?)", [event["event_id"], instalment_no, yuan])
        con.execute("create view int_claim_orders as select claim_id, instalment_no, paid_yuan from int_claims join orders using (event_id)")
        con.execute("create view int_claim_money as select claim_id, paid_yuan, null::date as first_paid_on from int_claims join paid using (event_id)")
        for step in STEPS:
            con.execute(f"create table {step} as {model(step, AS_OF)}")
        found = con.execute(
            "select c.event_id, c.outcome_code, b.ceiling_yuan, b.net_ceiling_yuan, concat_ws('；', n.superseded_reason, n.deduction_reason, b.reckoned_reason) as reason, "
            "(select list([amount_yuan, paid_yuan, is_forfeited::int] order by instalment_no) from int_claim_instalments as i where i.claim_id = c.claim_id) as parts "
            "from int_claims as c join int_claim_bounds as b using (claim_id) left join int_claims_counted as n using (claim_id)"
        )
        names = [column[0] for column in found.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def _have_others(case: dict[str, Any]) -> bool:
    return all(event.get("others") != {} for event in case["events"])


def test_no_sentence_stands_twice() -> None:
    assert len({case["says"] for _, case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("number", "at"), [pytest.param(number, at, id=case["says"]) for number, law in enumerate(LAWS) for at, case in enumerate(law["cases"])]
)
def test_what_an_award_comes_to(number: int, at: int) -> None:
    case = LAWS[number]["cases"][at]
    found = claims_of(number, _have_others(case))
    for place, event in enumerate(case["events"], start=1):
        row = found[f"{at}.{place}"]
        assert OUTCOMES[row["outcome_code"]] == event.get("outcome", "eligible")
        for key, name in (("comes", "ceiling_yuan"), ("net", "net_ceiling_yuan")):
            if key in event:
                assert row[name] == (None if event[key] is None else Decimal(str(event[key]))), (place, key)
        assert event.get("reason", "") in row["reason"]
        if "parts" in event:
            expected = [[None if yuan is None else Decimal(str(yuan)) for yuan in part[:2]] + [int(part[2:] == ["forfeited"])] for part in event["parts"]]
            assert row["parts"] == expected


def test_a_part_is_due_paid_and_late_by_itself() -> None:
    def part(number: int, due_on: date | None, paid_yuan: int, **other: Any) -> dict[str, Any]:
        return {
            "claim_id": "c", "instalment_no": number, "amount_yuan": 100, "due_on": due_on, "answer": 0, "is_forfeited": False, "paid_yuan": paid_yuan,
            "paid_up_to_yuan": number * 100, "named_yuan": None, **other,
        }  # fmt: skip

    days = [date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31), date(2026, 6, 30), None]
    given = [part(number, day, paid) for number, (day, paid) in enumerate(zip(days, (100, 50, 0, 0, 0), strict=True), start=1)]
    given += [part(6, date(2025, 1, 1), 0, answer=2), part(7, date(2025, 1, 1), 0, is_forfeited=True), part(8, None, 0, amount_yuan=None)]

    def states(outcome: str, have_payments: bool, is_applied: bool | None = True) -> list[tuple[str, int | None]]:
        found = ask_model("fct_instalment", {
            "int_claim_instalments": (
                "claim_id varchar, instalment_no bigint, share double, answer tinyint, reason varchar, due_on date, is_forfeited boolean, "
                "amount_yuan decimal(18, 2), paid_up_to_yuan decimal(18, 2), named_yuan decimal(18, 2), paid_yuan decimal(18, 2)", given),
            "policy_instalment": ("clause_key varchar, instalment_no bigint, says varchar, needed varchar, is_statistic boolean, quote varchar, decision_id varchar",
                [{"clause_key": "k", "instalment_no": number} for number in range(1, 9)]),
            "fct_claim": ("claim_id varchar, clause_key varchar, policy_id varchar, document varchar, clause_id varchar, measure_no bigint, event_id varchar, "
                "enterprise_id varchar, enterprise_name varchar, park_id varchar, district_code varchar, qualified_on date, outcome varchar, is_applied boolean",
                [{"claim_id": "c", "clause_key": "k", "outcome": outcome, "is_applied": is_applied}]),
            "int_arrived": ("have_payments boolean", [{"have_payments": have_payments}]),
            "fct_payment": ("claim_id varchar, instalment_no bigint, paid_on date, payment_no varchar, payer_level varchar, row_no bigint, amount_yuan decimal(18, 2)", [
                {"claim_id": "c", "paid_on": date(2024, 11, 1), "payment_no": "p1", "row_no": 1, "amount_yuan": 60},
                {"claim_id": "c", "paid_on": date(2025, 1, 10), "payment_no": "p2", "row_no": 2, "amount_yuan": 90},
            ]),
        })  # fmt: skip
        return [(row["state"], row["late_days"]) for row in sorted(found, key=lambda row: row["instalment_no"])]

    assert states("eligible", True) == [
        ("paid", 10), ("late", 184), ("not_due", 0), ("not_due", 0), ("unstated", None), ("undetermined", None), ("forfeited", None), ("unknown", None),
    ]  # fmt: skip
    assert [state for state, _ in states("eligible", False)] == [
        "unknown", "unknown", "not_due", "not_due", "unknown", "undetermined", "forfeited", "unknown",
    ]  # fmt: skip
    assert {state for state, _ in states("undetermined", True)} == {"open", "forfeited"}
    assert {state for state, _ in states("eligible", True, is_applied=False)} == {"paid", "unclaimed", "forfeited", "unknown"}
    assert "late" not in {state for state, _ in states("eligible", True, is_applied=None)}
