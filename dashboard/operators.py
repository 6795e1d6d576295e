"""Every operator of a condition on a column of a table: its name in an address, what AG Grid calls it, its SQL.

A condition stands in an address as `<table>.<column>__<operator>=<value>`, one for each column and operator. Columns come
from a table's own list, values are read by their type and bound. The words of an operator are operator.<name> in text/.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboard.errors import BadAddress
from dashboard.text import t

Columns = Mapping[str, str]
"""The columns that may be asked for, each with its DuckDB type (Question.returns)."""
Value = str | Decimal | date | bool | None

AT_MOST, LONGEST = 20, 60
"""Conditions of one table, characters of one value."""
_LARGEST, _PLACES = Decimal(10) ** 15, 6
_ALL = ("text", "number", "day")


@dataclass(frozen=True)
class Operator:
    """`kinds` are the kinds of columns it is for, `grid` is AG Grid's name; `sql` has places for the column and the value."""

    name: str
    grid: str
    sql: str
    kinds: tuple[str, ...]

    @property
    def takes_value(self) -> bool:
        return "{value}" in self.sql


OPERATORS = {
    one.name: one
    for one in (
        Operator("contains", "contains", "contains({column}, {value})", ("text",)),
        Operator("lacks", "notContains", "not coalesce(contains({column}, {value}), false)", ("text",)),
        Operator("starts", "startsWith", "starts_with({column}, {value})", ("text",)),
        Operator("ends", "endsWith", "ends_with({column}, {value})", ("text",)),
        Operator("is", "equals", "{column} = {value}", (*_ALL, "flag")),
        Operator("not", "notEqual", "{column} is distinct from {value}", _ALL),
        Operator("above", "greaterThan", "{column} > {value}", ("number", "day")),
        Operator("below", "lessThan", "{column} < {value}", ("number", "day")),
        Operator("from", "greaterThanOrEqual", "{column} >= {value}", ("number", "day")),
        Operator("to", "lessThanOrEqual", "{column} <= {value}", ("number", "day")),
        Operator("blank", "blank", "coalesce({column}::varchar, '') = ''", _ALL),
        Operator("filled", "notBlank", "coalesce({column}::varchar, '') != ''", _ALL),
    )
}
_OF_GRID = {one.grid: one.name for one in OPERATORS.values()}
RANGE = "inRange"
"""AG Grid's two conditions in one, `from` and `to`; the grid must count both ends in (inRangeInclusive)."""


@dataclass(frozen=True)
class Condition:
    """`operator` is a name of OPERATORS; `value` has the type of the column, None where the operator takes none."""

    column: str
    operator: str
    value: Value = None

    def sql(self, value: str) -> str:
        """The condition, `value` standing for the name its value is bound by. Parts of a text are found in either case."""
        column, operator = f'"{self.column}"', OPERATORS[self.operator]
        if operator.kinds == ("text",) and isinstance(self.value, str) and self.value.lower() != self.value.upper():
            column, value = f"lower({column})", f"lower({value})"  # four times slower, and needless for Chinese
        return operator.sql.format(column=column, value=value)


def kind_of(duckdb_type: str) -> str:
    """What a column's values are to a condition: text, number, day or flag."""
    known = {"varchar": "text", "date": "day", "timestamp": "day", "boolean": "flag"}
    return known.get(duckdb_type.lower(), "number")


def words(operator: str, kind: str) -> str:
    """How an operator reads on a column of this kind."""
    return t(f"operator.{operator}_day" if kind == "day" and operator in ("above", "below", "from", "to") else f"operator.{operator}")


def grid_options(kind: str) -> list[str]:
    """What AG Grid may offer on a column of this kind, by its own names. Of days it knows no >= and <=."""
    names = [one.grid for one in OPERATORS.values() if kind in one.kinds]
    if kind == "day":
        names = [name for name in names if not name.endswith("OrEqual")]
    return names if kind in ("text", "flag") else [*names, RANGE]


def _ends(kind: str) -> tuple[str, str]:
    """Where the grid keeps the value, and the second one of a range."""
    return ("dateFrom", "dateTo") if kind == "day" else ("filter", "filterTo")


def from_grid(model: Any, columns: Columns) -> tuple[Condition, ...]:
    """AG Grid's filterModel. Raises BadAddress on whatever it does not know, and on OR."""
    if not isinstance(model, Mapping):
        raise BadAddress("The grid's filter model is not an object.")
    found: list[Condition] = []
    for column, entry in model.items():
        entries = entry.get("conditions", [entry]) if isinstance(entry, Mapping) else [entry]
        if not isinstance(entries, Sequence) or not all(isinstance(one, Mapping) for one in entries):
            raise BadAddress(f"{column}: the grid's filter cannot be read.")
        if len(entries) > 1 and entry.get("operator") != "AND":
            raise BadAddress(f"{column}: conditions can only be joined by AND.")
        for one in entries:
            found += _of_entry(str(column), one, columns)
    return _together(found)


def _of_entry(column: str, entry: Mapping[str, Any], columns: Columns) -> list[Condition]:
    asked = str(entry.get("type"))
    kind = kind_of(columns.get(column, ""))
    first, last = _ends(kind)
    if asked == RANGE:
        return [_read(column, "from", entry.get(first), columns), _read(column, "to", entry.get(last), columns)]
    if kind == "flag" and asked in ("true", "false"):  # the grid has an operator for each
        return [_read(column, "is", asked, columns)]
    if asked not in _OF_GRID:
        raise BadAddress(f"{column}: {asked[:40]!r} is no operator.")
    return [_read(column, _OF_GRID[asked], entry.get(first), columns)]


def to_grid(conditions: Iterable[Condition], columns: Columns) -> dict[str, Any]:
    """The filterModel that stands for conditions, at most one entry a column: of others the last is shown."""
    by_column: dict[str, dict[str, Condition]] = {}
    for one in conditions:
        by_column.setdefault(one.column, {})[one.operator] = one
    return {column: _entry(found, kind_of(columns[column])) for column, found in by_column.items()}


def _entry(found: Mapping[str, Condition], kind: str) -> dict[str, Any]:
    first, last = _ends(kind)
    head = {"filterType": {"day": "date", "flag": "text"}.get(kind, kind)}
    if {"from", "to"} <= found.keys():
        return {**head, "type": RANGE, first: _grid_value(found["from"].value), last: _grid_value(found["to"].value)}
    operator, one = list(found.items())[-1]
    value, name = one.value, OPERATORS[operator].grid
    if kind == "flag":
        return {**head, "type": _written(value)}
    if isinstance(value, date) and operator in ("from", "to"):
        day = timedelta(days=1 if operator == "to" else -1)
        value, name = value + day, "lessThan" if operator == "to" else "greaterThan"
    return {**head, "type": name, first: _grid_value(value)} if OPERATORS[operator].takes_value else {**head, "type": name}


def _grid_value(value: Value) -> str | float | None:
    if isinstance(value, Decimal):
        return float(value)
    return f"{value.isoformat()} 00:00:00" if isinstance(value, date) else value


def from_address(table: str, query: Mapping[str, str], columns: Columns) -> tuple[Condition, ...]:
    """The conditions of one table among the keys of an address. Raises BadAddress for one that cannot be read."""
    found = []
    for key, value in query.items():
        named, _, operator = key.removeprefix(f"{table}.").rpartition("__")
        if key.startswith(f"{table}.") and named:
            found.append(_read(named, operator, value, columns))
    return _together(found)


def to_address(table: str, conditions: Iterable[Condition]) -> dict[str, str]:
    """Conditions as keys and values of an address."""
    return {f"{table}.{one.column}__{one.operator}": _written(one.value) for one in conditions}


def _written(value: Value) -> str:
    if value is None:
        return "1"  # an empty value is left out of an address
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _together(found: list[Condition]) -> tuple[Condition, ...]:
    if len(found) > AT_MOST:
        raise BadAddress(f"More than {AT_MOST} conditions.")
    if len({(one.column, one.operator) for one in found}) < len(found):
        raise BadAddress("Two conditions of one kind on one column.")
    return tuple(found)


def _read(column: str, operator: str, raw: Any, columns: Columns) -> Condition:
    """A condition out of what was sent. Raises BadAddress."""
    kind = kind_of(columns.get(column, ""))
    if column not in columns or operator not in OPERATORS or kind not in OPERATORS[operator].kinds:
        raise BadAddress(f"{column[:60]}: no such column, or {operator[:40]!r} is not for it.")
    if not OPERATORS[operator].takes_value:
        return Condition(column, operator)
    text = str(raw).strip() if isinstance(raw, (str, int, float)) else ""
    value = _value(kind, text) if 0 < len(text) <= LONGEST else None
    if value is None:
        raise BadAddress(f"{column}: {text[:40]!r} is no {kind} of at most {LONGEST} characters.")
    return Condition(column, operator, value)


def _value(kind: str, text: str) -> Value:
    """A text as a value of its kind, None when it is none."""
    if kind == "text":
        return text if text.isprintable() else None
    if kind == "flag":
        return {"true": True, "false": False}.get(text)
    try:
        if kind == "day":
            return date.fromisoformat(text[:10])
        number = Decimal(text)
    except (ValueError, InvalidOperation):
        return None
    exponent = number.as_tuple().exponent
    is_bound = isinstance(exponent, int) and exponent >= -_PLACES and abs(number) < _LARGEST
    return Decimal(f"{number:f}") if is_bound else None
