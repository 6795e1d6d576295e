"""Tables whose columns are the fields of a dataclass: one record a row, one dataclass of such tables a dbt source."""

import types
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

_ARROW = {
    str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(),
    Decimal: pa.decimal128(18, 2),
}  # fmt: skip


def schemas(tables: type) -> dict[str, pa.Schema]:
    """The columns of each table of a dataclass whose fields are lists of rows."""
    return {name: _schema(get_args(hint)[0]) for name, hint in get_type_hints(tables).items()}


def arrow(tables: Any) -> dict[str, pa.Table]:
    """Name of table → its rows, typed."""
    return {
        name: pa.Table.from_pylist([vars(row) for row in getattr(tables, name)], schema=schema)
        for name, schema in schemas(type(tables)).items()
    }


def write(tables: Any, folder: Path) -> None:
    """Write each table as `<table>.parquet` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in arrow(tables).items():
        pq.write_table(table, folder / f"{name}.parquet")


def _schema(row: type) -> pa.Schema:
    hints = get_type_hints(row)
    return pa.schema([(field.name, _type(hints[field.name])) for field in fields(row)])


def _type(hint: Any) -> pa.DataType:
    """Of one field: a type of _ARROW, one that may be None, or a list."""
    if get_origin(hint) is types.UnionType:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
    return pa.list_(_ARROW[get_args(hint)[0]]) if get_origin(hint) is list else _ARROW[hint]
