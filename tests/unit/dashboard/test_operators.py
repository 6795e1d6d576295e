"""Conditions as the grid sends them, as an address holds them, as DuckDB reads them; what is not known is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboard.errors import BadAddress
from dashboard.operators import (
    OPERATORS,
    Condition,
    from_address,
    from_grid,
    grid_options,
    kind_of,
    to_address,
    to_grid,
    words,
)
from dashboard.text import words_of

COLUMNS = {"name": "varchar", "yuan": "decimal(18,2)", "rate": "double", "count": "bigint", "on": "date", "is_paid": "boolean"}


def text(kind: str, value: Any = "软件", **more: Any) -> dict[str, Any]:
    return {"filterType": "text", "type": kind, "filter": value, **more}


def number(kind: str, value: Any = 5, **more: Any) -> dict[str, Any]:
    return {"filterType": "number", "type": kind, "filter": value, **more}


def day(kind: str, value: Any = "2025-03-01 00:00:00", **more: Any) -> dict[str, Any]:
    return {"filterType": "date", "type": kind, "dateFrom": value, "dateTo": None, **more}


@pytest.mark.parametrize(
    ("model", "conditions"),
    [
        ({"name": text("contains")}, [Condition("name", "contains", "软件")]),
        ({"name": text("equals", " 甲 ")}, [Condition("name", "is", "甲")]),
        ({"name": {"filterType": "text", "type": "blank"}}, [Condition("name", "blank")]),
        ({"yuan": number("greaterThan", 1234.5)}, [Condition("yuan", "above", Decimal("1234.5"))]),
        ({"count": number("inRange", 2, filterTo=8)}, [Condition("count", "from", Decimal(2)), Condition("count", "to", Decimal(8))]),
        ({"on": day("lessThan")}, [Condition("on", "below", date(2025, 3, 1))]),
        ({"on": day("inRange", dateTo="2025-04-30 00:00:00")}, [Condition("on", "from", date(2025, 3, 1)), Condition("on", "to", date(2025, 4, 30))]),
        ({"is_paid": {"filterType": "text", "type": "true"}}, [Condition("is_paid", "is", True)]),
        (
            {"yuan": {"filterType": "number", "operator": "AND", "conditions": [number("greaterThanOrEqual", 1), number("notEqual", 3)]}, "name": text("startsWith")},
            [Condition("yuan", "from", Decimal(1)), Condition("yuan", "not", Decimal(3)), Condition("name", "starts", "软件")],
        ),
        ({}, []),
    ],
)  # fmt: skip
def test_the_grids_filters_are_conditions_and_an_address_holds_them_as_they_are(model: dict[str, Any], conditions: list[Condition]):
    assert list(from_grid(model, COLUMNS)) == conditions
    written = to_address("firms", conditions)
    assert all(value for value in written.values()), "an address leaves out what is empty"
    assert list(from_address("firms", {"firms.sort": "-name", **written, "other.name__contains": "x"}, COLUMNS)) == conditions


@pytest.mark.parametrize(
    "model",
    [
        {"name": text("contains")}, {"name": {"filterType": "text", "type": "notBlank"}}, {"yuan": number("lessThan", 1234.5)},
        {"rate": number("inRange", 0.25, filterTo=0.5)}, {"is_paid": {"filterType": "text", "type": "false"}},
    ],
)  # fmt: skip
def test_an_address_opens_the_grid_with_the_filters_it_was_left_with(model: dict[str, Any]):
    assert to_grid(from_grid(model, COLUMNS), COLUMNS) == model


def test_of_days_the_grid_knows_no_at_least_so_it_is_shown_as_after_the_day_before():
    assert to_grid([Condition("on", "from", date(2025, 3, 1))], COLUMNS)["on"] == {"filterType": "date", "type": "greaterThan", "dateFrom": "2025-02-28 00:00:00"}


@pytest.mark.parametrize(
    "model",
    [
        [], "x", None, {"name": "x"}, {"name": {}}, {"name": None}, {"name": {"conditions": "x"}}, {"name": {"conditions": [1]}},
        {"search_text": text("contains")}, {"name; drop": text("contains")}, {"name": text("regexp")}, {"name": text("contains", "")},
        {"name": text("contains", "x" * 61)}, {"name": text("contains", "a\x00")}, {"name": text("contains", ["x"])}, {"name": text("contains", None)},
        {"name": text("greaterThan")}, {"yuan": number("contains")}, {"is_paid": text("contains", "true")}, {"name": text("true")},
        {"yuan": number("equals", "五")}, {"yuan": number("equals", "nan")}, {"yuan": number("equals", float("inf"))}, {"yuan": number("equals", 1e300)},
        {"yuan": number("equals", "1e-300")}, {"yuan": number("inRange", 3)}, {"on": day("equals", "2025-02-30")}, {"on": day("equals", 5)},
        {"yuan": {"operator": "OR", "conditions": [number("greaterThan", 1), number("lessThan", 0)]}},
        {"yuan": {"operator": "AND", "conditions": [number("greaterThan", 1), number("greaterThan", 2)]}},
        {"yuan": {"operator": "AND", "conditions": [number("equals", at) for at in range(21)]}},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_known_is_refused(model: Any):
    with pytest.raises(BadAddress):
        from_grid(model, COLUMNS)


@pytest.mark.parametrize("key", ["firms.search_text__contains", "firms.name__regexp", "firms.yuan__above", "firms.name__", "firms.count__contains"])
def test_an_address_with_such_a_condition_is_refused(key: str):
    with pytest.raises(BadAddress):
        from_address("firms", {key: "x"}, COLUMNS)


def test_a_table_has_at_most_twenty_conditions():
    columns = {f"c{at}": "bigint" for at in range(21)}
    address = {f"t.{column}__above": "1" for column in columns}
    with pytest.raises(BadAddress):
        from_address("t", address, columns)
    address.popitem()
    assert len(from_address("t", address, columns)) == 20


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_operator_reads_in_words_of_its_own(language: str):
    known = words_of(language, "operator")
    assert set(OPERATORS) <= set(known)
    assert len(set(known.values())) == len(known)


def test_a_day_is_later_where_a_number_is_larger():
    assert words("above", "day") != words("above", "number") == words("above", "text")


@pytest.mark.parametrize("kind", ["text", "number", "day", "flag"])
def test_the_grid_offers_what_can_be_read(kind: str):
    column = next(name for name, found in COLUMNS.items() if kind_of(found) == kind)
    values = {"text": text, "number": number, "day": day, "flag": lambda option: text(option, "true")}
    for option in grid_options(kind):
        assert from_grid({column: {**values[kind](option), "filterTo": 9, "dateTo": "2025-05-01"}}, COLUMNS)
