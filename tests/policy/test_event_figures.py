"""Which statistics an event sees: those that had come by its day, as they were told then, and never later ones."""

from datetime import date
from typing import Any

import pytest

from pipelines.sources.contract import load_contracts, raw_schema
from tests.policy.models import ask_model

STATISTICS = raw_schema(load_contracts()["statistics"])
Told = tuple[int, str, float | None]  # year, day of arrival, revenue


def _figures(told: list[Told], events: list[dict[str, Any]], breaks: tuple[int, ...] = (), scopes: dict[int, str] | None = None) -> dict[str, dict[str, Any]]:
    rows = [
        {"enterprise_name": "甲", "enterprise_name_key": "甲", "enterprise_code": "A", "stat_year": year, "received_on": date.fromisoformat(came),
         "revenue_yuan": revenue, "stat_scope": (scopes or {}).get(year), "source_file": f"s_{came}", "sheet": "", "row_no": n, "file_order": came}
        for n, (year, came, revenue) in enumerate(told, start=1)
    ]  # fmt: skip
    found = ask_model("int_event_figures", {
        "raw_statistics": (STATISTICS, rows),
        "identity_name_match": ("name_key varchar, code_given varchar, enterprise_id varchar", [{"name_key": "甲", "code_given": "A", "enterprise_id": "A"}]),
        "int_series_breaks": ("break_year bigint", [{"break_year": year} for year in breaks]),
        "int_events": ("event_id varchar, event_kind varchar, enterprise_id varchar, qualified_on date, event_year bigint",
            [{"event_id": "e", "event_kind": "recognition", "enterprise_id": "A", "qualified_on": None, "event_year": None} | event for event in events]),
    }, through=("int_statistics_told", "int_event_years"))  # fmt: skip
    return {row["event_id"]: row for row in found}


def _recognised(day: str) -> list[dict[str, Any]]:
    return [{"qualified_on": date.fromisoformat(day)}]


@pytest.mark.parametrize(
    ("day", "told", "year", "revenue", "before"),
    [
        ("2024-04-30", [(2022, "2023-05-01", 2), (2023, "2024-05-01", 3)], 2022, 2, None),
        ("2024-05-01", [(2022, "2023-05-01", 2), (2023, "2024-05-01", 3)], 2023, 3, [2]),
        ("2024-06-01", [(2023, "2024-05-01", 3), (2023, "2024-09-01", 4)], 2023, 3, None),
        ("2024-09-01", [(2023, "2024-05-01", 3), (2023, "2024-09-01", 4)], 2023, 4, None),
        ("2024-06-01", [(2021, "2022-05-01", 1), (2023, "2024-05-01", 3)], 2023, 3, [None, 1]),
        ("2024-06-01", [(2021, "2022-05-01", 1), (2022, "2023-05-01", None), (2023, "2024-05-01", 3)], 2023, 3, [None, 1]),
        ("2024-06-01", [(2022, "2023-05-01", 2)], 2022, 2, None),
        ("2025-01-01", [(2022, "2023-05-01", 2)], 2022, 2, None),
    ],
    ids=[
        "the day before the next year came", "the day it came", "before the correction", "from the correction on",
        "a year between that never came", "a year between that is blank", "two years old", "three years old: the clause says whether it is too old",
    ],
)
def test_an_event_sees_the_last_year_that_had_come_by_its_day(day: str, told: list[Told], year: int | None, revenue: int | None, before: list[Any] | None) -> None:
    row = _figures(told, _recognised(day))["e"]
    assert (row["figure_year"], row["revenue_yuan"], row["revenue_yuan_before"]) == (year, revenue, before)


def test_what_came_and_when_is_said() -> None:
    told: list[Told] = [(2022, "2023-05-01", 2)]
    assert _figures(told, _recognised("2024-01-01"))["e"]["figure_words"] == "2022 年统计（2023-05-01 收到）"
    assert _figures(told, _recognised("2023-04-30")) == {}, "nothing had come"


def test_a_year_of_the_statistics_sees_its_own_figures_and_those_before_by_the_last_word() -> None:
    told: list[Told] = [(2022, "2023-05-01", 2), (2023, "2024-05-01", 3), (2022, "2025-05-01", 20), (2024, "2025-05-01", 5)]
    row = _figures(told, [{"event_kind": "statistics_year", "qualified_on": date(2023, 12, 31), "event_year": 2023}])["e"]
    assert (row["figure_year"], row["revenue_yuan"], row["revenue_yuan_before"]) == (2023, 3, [20])


def test_years_over_which_the_scope_changed_are_those_of_the_city_and_of_the_firm_up_to_the_figures() -> None:
    told: list[Told] = [(year, f"{year + 1}-05-01", year) for year in (2020, 2021, 2022, 2023, 2024)]
    scopes = {2020: "年报（甲）", 2022: "年报(甲)", 2023: "年报（乙）", 2024: "年报（丙）"}
    row = _figures(told, _recognised("2024-06-01"), breaks=(2021, 2024), scopes=scopes)["e"]
    assert row["break_years"] == [2021, 2023]


def _first_listing(listed: dict[int, bool | None], others: tuple[int, ...], registered: int | None, event: dict[str, Any]) -> dict[str, Any]:
    """`listed`: what the statistics say of the firm; `others`: years of which the list has come, with other firms on it."""
    rows = [{"enterprise_id": "A", "stat_year": year, "is_on_software_list": is_listed} for year, is_listed in listed.items()]
    rows += [{"enterprise_id": "B", "stat_year": year, "is_on_software_list": True} for year in others]
    told = [{**row, "told_on": date(row["stat_year"] + 1, 5, 1), "is_last_word": True} for row in rows]
    [found] = ask_model("int_first_listings", {
        "int_statistics_told": ("enterprise_id varchar, stat_year bigint, is_on_software_list boolean, told_on date, replaced_on date, is_last_word boolean", told),
        "int_events": ("event_id varchar, event_kind varchar, enterprise_id varchar, qualified_on date, event_year bigint", [{"event_id": "e", "enterprise_id": "A", **event}]),
        "stg_enterprises": ("enterprise_id varchar, registered_on date", [{"enterprise_id": "A", "registered_on": registered and date(registered, 3, 1)}]),
        "policy_clause": ("lookback_years bigint", [{"lookback_years": 3}]),
    }, through=("int_event_years",))  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("listed", "others", "registered", "answer", "reason"),
    [
        ({2024: True}, (), 2024, 0, "登记当年列入名录"),
        ({2024: True}, (2022, 2023), 2022, 0, "2024 年首次列入，名录已自 2022 年查起"),
        ({2023: False, 2024: True}, (2021, 2022, 2023), 2001, 0, "2024 年首次列入，名录已自 2021 年查起"),
        ({2024: True}, (2021, 2023), 2001, 2, "未收到 2022 年软件统计名录，首次不能确认"),
        ({2024: True}, (2023,), None, 2, "未收到 2021、2022 年软件统计名录，首次不能确认"),
        ({2023: True, 2024: True}, (2022,), 2022, 3, "2023 年已在软件统计名录"),
        ({2024: False}, (2022, 2023, 2024), 2022, 3, "不在 2024 年软件统计名录"),
        ({2024: None}, (2022, 2023, 2024), 2022, 2, "2024 年是否在名录未载明"),
        ({2023: False, 2024: None}, (2022, 2023, 2024), 2022, 2, "2024 年是否在名录未载明"),
        ({2023: None, 2024: True}, (2022, 2023), 2022, 2, "此前有年度是否在名录未载明，首次不能确认"),
    ],
)  # fmt: skip
def test_a_first_listing_is_the_first_only_where_the_lists_before_are_on_file(
    listed: dict[int, bool | None], others: tuple[int, ...], registered: int | None, answer: int, reason: str
) -> None:
    found = _first_listing(listed, others, registered, {"event_kind": "statistics_year", "qualified_on": date(2024, 12, 31), "event_year": 2024})
    assert (found["first_listed_answer"], found["first_listed_reason"]) == (answer, reason)
    assert (found["first_listed_on"] == date(2024, 12, 31)) == (answer == 0)


def test_another_event_knows_since_when_a_firm_is_listed_but_never_of_a_list_that_came_later() -> None:
    event = {"event_kind": "recognition", "qualified_on": date(2025, 4, 30)}
    assert _first_listing({2023: True, 2024: True}, (2022,), 2022, event)["first_listed_on"] == date(2023, 12, 31)
    assert _first_listing({2024: True}, (2022,), 2024, event | {"qualified_on": date(2025, 5, 1)})["first_listed_on"] == date(2024, 12, 31)
    late = _first_listing({2022: False, 2024: True}, (2023,), 2022, event)
    assert late["first_listed_on"] is None, "the list of 2024 comes the day after"
    assert late["first_listed_answer"] is None
