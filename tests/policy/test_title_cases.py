"""Cases of what comes before the clauses: is a title a first (D10), is a firm a software firm (D9), on which day (D7).

`titles.yaml` lists the lines of published lists; `first` is true, false or unknown, or absent where a line makes no event.
The lists of other years are on file beside them, unless the case stands `alone`.
`software.yaml` says what is on file of a firm, `events.yaml` what the files brought and the events they make.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from pipelines.base.tables import arrow
from pipelines.policy.facts import EVENTS as EVENT_KINDS
from pipelines.reference import reference_rows
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts, raw_schema
from tests.policy.law import ANSWERS, read
from tests.policy.models import ask_model

REFERENCE = arrow(reference_rows(PROJECT / "data" / "reference" / "wuxi"))
LINES = (
    "enterprise_id varchar, enterprise_name varchar, firm_no bigint, named_firm_count bigint, former_name varchar, park_name varchar, park_name_key varchar, project_name varchar, "
    "list varchar, list_title varchar, level varchar, grade varchar, category varchar, field varchar, role varchar, certificate_no varchar, "
    "product_name varchar, fee_yuan decimal(18, 2), round varchar, issuer varchar, document varchar, published_on date, valid_until date, "
    "stage varchar, action varchar, is_renewal boolean, is_action_stated boolean, possible_firms varchar, source_file varchar, sheet varchar, row_no bigint"
)
EVENTS: dict[str, str] = {
    "int_recognitions": (
        "event_id varchar, enterprise_id varchar, firm_no bigint, named_firm_count bigint, park_id varchar, printed_name varchar, event_title varchar, "
        "published_on date, source_file varchar, sheet varchar, row_no bigint, list varchar, level varchar, grade varchar, scheme varchar, list_title varchar, "
        "certificate_no varchar, document varchar, issuer varchar, first_answer tinyint, first_reason varchar, "
        "series_kind varchar, series varchar, renewal_answer tinyint, renewal_reason varchar, "
        "grade_number bigint, field varchar, role varchar, fee_yuan decimal(18, 2)"
    ),
    "int_title_cancellations": "event_id varchar, cancelled_on date",
    "stg_listings": (
        "stock_code varchar, exchange varchar, enterprise_id varchar, enterprise_name varchar, short_name varchar, "
        "listed_on date, source_file varchar, sheet varchar, row_no bigint, market varchar, listing_words varchar, exchange_answer tinyint, exchange_reason varchar"
    ),
    "stg_projects": (
        "project_no varchar, enterprise_id varchar, enterprise_name varchar, project_name varchar, approved_on date, "
        "investment_completed_on date, source_file varchar, sheet varchar, row_no bigint, category varchar, field varchar, role varchar, "
        "direct_investment_yuan decimal(18, 2), actual_investment_yuan decimal(18, 2), has_own_ip boolean, "
        "has_good_market boolean, is_effective boolean, is_not_monopoly boolean, is_exceptional boolean, "
        "is_review_passed boolean"
    ),
    "stg_headquarters": (
        "enterprise_id varchar, accounting_year bigint, enterprise_name varchar, recognised_on date, source_file varchar, sheet varchar, "
        "row_no bigint, paid_in_capital_yuan decimal(18, 2), paid_in_capital_note varchar, contribution_award_yuan decimal(18, 2), settlement varchar"
    ),
    "stg_tenancies": (
        "park_id varchar, room_no bigint default 1, enterprise_id varchar, moved_in_on date, moved_out_on date, rent_year bigint, enterprise_name varchar, "
        "source_file varchar, sheet varchar, row_no bigint, rent_yuan decimal(18, 2), subsidy_yuan decimal(18, 2)"
    ),
    "identity_enterprise": "enterprise_id varchar, enterprise_name varchar, moved_to_city_on date, source_file varchar, sheet varchar, row_no bigint",
    "stg_spinoffs": (
        "enterprise_id varchar, selection_year bigint, enterprise_name varchar, selected_on date, source_file varchar, sheet varchar, "
        "row_no bigint, is_selected boolean"
    ),
    "stg_matters": (
        "enterprise_id varchar, enterprise_name varchar, matter varchar, matter_no varchar, project_no varchar, happened_on date, amount_yuan decimal(18, 2), "
        "quantity double, answers varchar, role varchar, counterparty varchar, source_file varchar, sheet varchar, row_no bigint"
    ),
    "stg_declarations": "enterprise_id varchar, stat_year bigint, source_file varchar, sheet varchar, row_no bigint",
    "stg_statistics": (
        "enterprise_id varchar, stat_year bigint, is_on_software_list boolean, source_file varchar, sheet varchar, row_no bigint"
    ),
}


_FIRST = {0: True, 2: "unknown", 3: False}


def _params(name: str) -> list[Any]:
    cases = read(name)["cases"]
    assert len({case["says"] for case in cases}) == len(cases)
    return [pytest.param(case, id=case["says"]) for case in cases]


TITLES: list[dict[str, Any]] = read("titles.yaml")["cases"]


def _together() -> list[list[int]]:
    """Cases asked at once, since a statement costs more than its rows: no two of them are of one list, nor of one firm."""
    batches: list[tuple[list[int], set[str]]] = []
    for at, case in enumerate(TITLES):
        lists = {line["list"] for line in case["lines"]}
        batch = next((batch for batch in batches if not batch[1] & lists), None)
        if batch is None:
            batches.append(batch := ([], set()))
        batch[0].append(at)
        batch[1].update(lists)
    return [cases for cases, _ in batches]


LINES_OF_A_CASE, BATCHES = 1000, _together()


@cache
def _told(batch: int) -> dict[str, dict[int, dict[int, dict[str, Any]]]]:
    """Of each of two models, what it says of each case by the number of its line."""
    lines, of_old = [], []
    for at in BATCHES[batch]:
        case = TITLES[at]
        for number, line in enumerate(case["lines"]):
            firm, like = line.get("firm", "A"), line.get("like")
            own = {"firm": firm and f"{at}{firm}", "like": like and "|".join(f"{at}{one}" for one in like.split("|"))}
            own |= {"document": line.get("document", f"文{number}"), "file": f"{at}/{line.get('file', f'{number}.csv')}"}
            lines.append({**line, **own, "row_no": at * LINES_OF_A_CASE + number})
        of_old += [] if case.get("alone") else _lists_of_old(case["lines"])
    found: dict[str, dict[int, dict[int, dict[str, Any]]]] = {}
    for model, given in (("int_recognitions", [*lines, *of_old]), ("int_title_steps", lines)):
        found[model] = {at: {} for at in BATCHES[batch]}
        for row in _of_titles(model, given):
            at, number = divmod(row["row_no"], LINES_OF_A_CASE)
            if at in found[model]:   # not of the lists of old
                found[model][at][number] = row
    return found


@pytest.mark.parametrize(
    ("batch", "at"), [pytest.param(batch, at, id=TITLES[at]["says"]) for batch, cases in enumerate(BATCHES) for at in cases]
)
def test_a_title_is_a_first(batch: int, at: int) -> None:
    case, told = TITLES[at], _told(batch)
    asked = {number for number, line in enumerate(case["lines"]) if "first" in line or "firm" not in line}
    answers = {number: row for number, row in told["int_recognitions"][at].items() if number in asked}
    assert {number: _FIRST[row["first_answer"]] for number, row in answers.items()} == {
        number: line["first"] for number, line in enumerate(case["lines"]) if "first" in line
    }
    steps = told["int_title_steps"][at]
    for number, line in enumerate(case["lines"]):
        event = answers.get(number) or steps.get(number) or {"first_reason": "", "event_title": "", "series_kind": None}
        assert line.get("reason", "") in event["first_reason"]
        assert line.get("title", "") in event["event_title"]
        assert line.get("kind", event["series_kind"]) == event["series_kind"]
        is_step = "step" in line or line.get("kind") in ("notice", "candidate", "cancelled", "renamed")
        assert (number in steps) == is_step
        assert not is_step or steps[number]["series_kind"] == line.get("step", line.get("kind"))
        if "again" in line:
            found = answers[number]["renewal_answer"], answers[number]["series"]
            assert found == (ANSWERS[line["again"]], {"met": "renewal", "needs_review": "renewal", "not_met": "first"}.get(line["again"], "unknown"))
            assert line.get("again_reason", "") in answers[number]["renewal_reason"]
        if "number" in line:
            assert answers[number]["grade_number"] == line["number"]


def _lists_of_old(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A list of other firms of 2010, and of each year since where there is one a year: all that a first can ask for."""
    asked = {line["list"] for line in lines}
    return [
        {"list": row["list"], "level": row["level"], "firm": "Z", "name": "别家", "day": date(year, 1, 2), "row_no": -1}
        for row in REFERENCE["title_level"].to_pylist() if row["list"] in asked
        for year in range(2010, 2026 if row["is_yearly"] else 2011)
    ]


def _of_titles(
    model: str, case: list[dict[str, Any]], *through: str, lookback: tuple[int, ...] = (5,), tables: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    lines = []
    for number, line in enumerate(case):
        park, action = line.get("park"), line.get("action", "renewal" if line.get("renewal") else "grant")
        lines.append({
            "enterprise_id": None if park else line.get("firm", "A"), "enterprise_name": line.get("name", "甲公司"),
            "named_firm_count": line.get("named", 1), "possible_firms": line.get("like"),
            "former_name": line.get("former"), "park_name": park, "park_name_key": park, "list": line["list"],
            "level": line.get("level", "national"), "grade": line.get("grade"), "category": line.get("category"),
            "product_name": line.get("product"), "project_name": line.get("centre"), "list_title": line.get("list_title"),
            "round": line.get("round", ""), "document": line.get("document", f"文{number}"),
            "issuer": "", "published_on": line["day"], "valid_until": line.get("until"),
            "stage": line.get("stage", "公布"), "action": action, "is_renewal": action == "renewal",
            "is_action_stated": line.get("stated", False),
            "source_file": line.get("file", f"{number}.csv"), "row_no": line.get("row_no", number),
        })  # fmt: skip
    titles = ("title", "title_name", "title_level", "title_kind", "grade_word", "rung", "city")
    return ask_model(model, {
        "stg_recognition_lines": (LINES, lines),
        **{f"reference_{name}": REFERENCE[name] for name in titles},
        "policy_clause": ("first_day date, lookback_years bigint", [{"first_day": date(2024, 1, 1), "lookback_years": years} for years in lookback]),
        "stg_parks": ("park_id varchar, park_name_key varchar", [{"park_id": "P", "park_name_key": "一园"}]),
        **(tables or {}),
    }, through=tuple(name for name in ("int_graded_lines", "int_title_lines", "int_list_reach", *through) if name != model))  # fmt: skip


@pytest.mark.parametrize(
    ("says", "cancelled", "days"),
    [
        ("the centre it names", {"centre": "甲中心"}, {0: date(2025, 5, 1), 1: None}),
        ("every centre where it names none", {}, {0: date(2025, 5, 1), 1: date(2025, 5, 1)}),
        ("none where it names another", {"centre": "丙中心"}, {0: None, 1: None}),
    ],
)
def test_a_cancellation_is_of_the_centre_it_names(says: str, cancelled: dict[str, Any], days: dict[int, date | None]) -> None:
    """D19: a firm may hold several centres side by side, each with a title of its own."""
    held = [{"list": "innovation_centre", "category": "产业创新中心", "centre": name, "day": date(2024, 5, 1)} for name in ("甲中心", "乙中心")]
    lines = [*held, {"list": "innovation_centre", "category": "产业创新中心", "day": date(2025, 5, 1), "action": "cancellation", **cancelled}]
    events = {row["event_id"]: row["row_no"] for row in _of_titles("int_recognitions", lines)}
    told = {events[row["event_id"]]: row["cancelled_on"] for row in _of_titles("int_title_cancellations", lines, "int_recognitions")}
    assert {number: told.get(number) for number in events.values()} == days, says


@pytest.mark.parametrize(("lookback", "since"), [((2,), 2022), ((7, 2), 2017), ((2, 5), 2019), ((5,), 2019)])
def test_lists_must_reach_as_far_back_as_the_policy_that_looks_back_furthest(lookback: tuple[int, ...], since: int) -> None:
    """D10.lookback; a policy that does not say asks for five years (`policy_rows`)."""
    line = {"list": "dcmm", "level": "city", "day": date(2024, 6, 1)}
    rows = _of_titles("int_list_reach", [line], lookback=lookback)
    assert {row["needed_back_to"] for row in rows if not row["is_today"]} == {date(since, 6, 1)}


def test_each_firm_in_the_cell_of_the_name_has_the_line_and_who_only_took_part_has_not() -> None:
    """D18: 甲、乙 in 申报单位 beside 丙、丁 in 联合单位; 戊 beside 己; 庚 alone."""
    named = [(2, 1, "甲", "丙、丁"), (2, 2, "乙", "丙、丁"), (2, 3, "丙", "丙、丁"), (3, 1, "戊", "己"), (3, 2, "己", "己"), (4, 1, "庚", None)]
    rows = ask_model("stg_recognition_lines", {
        "raw_recognitions": (raw_schema(load_contracts()["recognitions"]), [
            {"row_no": row, "firm_no": firm, "enterprise_name": name, "enterprise_name_key": name, "partners": partners,
             "published_on": date(2024, 1, 1), "received_on": date(2024, 1, 2), "source_file": "f"}
            for row, firm, name, partners in named
        ]),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar, decision varchar, candidates varchar",
            [{"name_key": name, "code_given": "", "enterprise_id": name} for *_, name, _ in named]),
    })  # fmt: skip
    assert sorted((row["row_no"], row["enterprise_id"], row["named_firm_count"]) for row in rows) == [
        (2, "乙", 2), (2, "甲", 2), (3, "戊", 1), (4, "庚", 1),
    ]  # fmt: skip


def test_the_day_a_line_prints_counts_before_the_day_of_its_list_but_none_after_it() -> None:
    """D7: a list of CMMI appraisals says on each line when it ended."""
    days = {"own": date(2023, 11, 2), "none": None, "later": date(2024, 2, 1)}
    rows = ask_model("stg_recognition_lines", {
        "raw_recognitions": (raw_schema(load_contracts()["recognitions"]), [
            {"row_no": n, "firm_no": 1, "enterprise_name": name, "enterprise_name_key": name, "recognised_on": day,
             "published_on": date(2024, 1, 1), "received_on": date(2024, 1, 2), "source_file": "f"}
            for n, (name, day) in enumerate(days.items())
        ]),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar, decision varchar, candidates varchar", []),
    })  # fmt: skip
    assert {row["enterprise_name"]: row["published_on"] for row in rows} == {
        "own": date(2023, 11, 2), "none": date(2024, 1, 1), "later": date(2024, 1, 1),
    }  # fmt: skip


def test_the_names_of_a_title_never_run_side_by_side() -> None:
    spans: dict[str, list[tuple[Any, Any]]] = {}
    for row in REFERENCE["title_name"].to_pylist():
        spans.setdefault(row["list"], []).append((row["named_from"], row["named_until"]))
    assert spans
    for listed, days in spans.items():
        days.sort()
        assert all(until < after for (_, until), (after, _) in pairwise(days)), listed


@pytest.mark.parametrize("case", _params("software.yaml"))
def test_a_firm_is_a_software_firm(case: dict[str, Any]) -> None:
    firm = {"enterprise_id": "A", **case.get("firm", {})}
    listed = [{"enterprise_id": "A", "stat_year": y, "is_on_software_list": True} for y in case.get("listed", [])]
    listed += [{"enterprise_id": "A", "stat_year": y, "is_on_software_list": False} for y in case.get("unlisted", [])]
    listed += [{"enterprise_id": "B", "stat_year": y, "is_on_software_list": True} for y in case.get("others", [])]
    rows = ask_model("int_software_firms", {
        "stg_enterprises": (
            "enterprise_id varchar, industry_code varchar, industry_edition varchar, business_scope varchar", [firm]
        ),
        "stg_statistics": ("enterprise_id varchar, stat_year bigint, is_on_software_list boolean", listed),
        "int_events": ("enterprise_id varchar, qualified_on date", [{"enterprise_id": "A", "qualified_on": case["day"]}]),
    })  # fmt: skip
    answer = next(row for row in rows if row["year_no"] == case["day"].year)
    assert answer["software_answer"] == ANSWERS[case["then"]]
    assert case.get("reason", "") in answer["software_reason"]
    for setting, column in (("list_only", "listed_software_answer"), ("industry_only", "industry_software_answer")):
        assert setting not in case or answer[column] == ANSWERS[case[setting]]


@pytest.mark.parametrize("case", _params("events.yaml"))
def test_a_row_is_an_event_of_its_day(case: dict[str, Any]) -> None:
    tables: dict[str, Any] = {name: (columns, []) for name, columns in EVENTS.items()}
    kinds = case.get("asked", EVENT_KINDS)
    tables["reference_category"] = REFERENCE["category"]
    tables["policy_clause"] = ("event_kinds varchar[], matters varchar[]", [{"event_kinds": list(kinds), "matters": ["购置机器人"]}])
    given = [{"enterprise_id": "A", "row_no": n, **row} for n, row in enumerate(case["rows"])]
    tables[case["table"]] = (EVENTS[case["table"]], given)
    events = sorted(ask_model("int_events", tables), key=lambda event: event["row_no"])
    assert len({event["event_id"] for event in events}) == len(events)
    found = [{key: event[key] for key in wanted} for event, wanted in zip(events, case["then"], strict=True)]
    assert found == case["then"]
