"""Order and conditions of rows that DuckDB is not asked for, as it would have them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dashboard.operators import Condition
from dashboard.reader import Row


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Of nothing no comparison holds."""
    return lambda seen, asked: seen is not None and holds(_like(seen, asked), asked)


def _like(seen: Any, asked: Any) -> Any:
    """A value as the type it is compared with: moments by their day, figures exactly."""
    if isinstance(asked, bool):
        return bool(seen)
    if isinstance(asked, Decimal):
        return Decimal(str(seen))
    return date.fromisoformat(str(seen)[:10]) if isinstance(asked, date) else str(seen).lower()


def _text(holds: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return _compared(lambda seen, asked: holds(seen, asked.lower()))


def _is(seen: Any, asked: Any) -> bool:
    return seen is not None and (str(seen) if isinstance(asked, str) else _like(seen, asked)) == asked


_contains = _text(lambda seen, asked: asked in seen)
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "contains": _contains, "lacks": lambda seen, asked: not _contains(seen, asked), "starts": _text(str.startswith),
    "ends": _text(str.endswith), "is": _is, "not": lambda seen, asked: not _is(seen, asked),
    "above": _compared(lambda seen, asked: seen > asked), "below": _compared(lambda seen, asked: seen < asked),
    "from": _compared(lambda seen, asked: seen >= asked), "to": _compared(lambda seen, asked: seen <= asked),
    "blank": lambda seen, _: seen in (None, ""), "filled": lambda seen, _: seen not in (None, ""),
}  # fmt: skip
"""Whether a value is as asked, by the operator."""


def narrowed(rows: Iterable[Row], where: Sequence[Condition]) -> Iterator[Row]:
    """The rows under all conditions."""
    return (row for row in rows if all(HOLDS[one.operator](row[one.column], one.value) for one in where))


def ordered(rows: Iterable[Any], key: str | int, descending: bool) -> list[Any]:
    """The rows by one column, of tuples by its place; what is not known comes last."""
    rows = list(rows)
    known = sorted((row for row in rows if row[key] is not None), key=lambda row: row[key], reverse=descending)
    return [*known, *(row for row in rows if row[key] is None)]
