"""What is expected of each table: made from the contracts for every source, written by hand in expectations.yaml.

A check is a row of settings for one Great Expectations class. The contract says type, presence, choices, range and
key, so those checks follow it by themselves; the reader refuses such rows already, and here a second pair of eyes looks.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipelines.base.errors import ContractError
from pipelines.quality.result import Layer
from pipelines.sources.contract import Column, Contract, key_sql, load_contracts

SUITES = Path(__file__).parent / "expectations.yaml"
KEY_COPIES = "key_copies"  # how often the key of a row stands in its file
Check = dict[str, Any]
_LARGEST_YUAN = 10_000_000_000_000
_PANDAS = {   # a column of whole numbers that is all gaps comes as Int64
    "day": ["datetime64[us]", "datetime64[ns]", "datetime64[s]"],
    "year": ["int64", "float64", "Int64Dtype"], "yuan": ["float64"], "capital": ["float64"], "number": ["float64"],
    "integer": ["int64", "float64", "Int64Dtype"], "yes_no": ["BooleanDtype"],
}  # fmt: skip


class Suite(NamedTuple):
    """What is expected of one table: the columns that name a row, the checks, and the key within a file as SQL."""

    rows: list[str]
    checks: list[Check]
    key: str = ''   # over the rows and `enterprise_id`, not known yet


@cache
def suites(layer: Layer) -> dict[str, Suite]:
    """The suites of a layer by table.

    Raises ContractError when two checks have one id.
    """
    by_hand = yaml.safe_load(SUITES.read_text(encoding="utf-8"))[layer]
    found: dict[str, Suite] = {}
    if layer == "raw":
        for name, contract in load_contracts().items():
            checks = [*of_contract(contract), *by_hand.pop(name, [])]
            # lines that add are told apart by all they say
            words = contract.printed() if contract.adding() else (*contract.key, *contract.lines)
            key = key_sql(contract, words)
            found[name] = Suite(["source_file", "sheet", "row_no"], checks, key)
        if by_hand:
            raise ContractError(f"expectations.yaml, raw: {sorted(by_hand)} is no source. Name it as its contract does.")
    else:
        found = {table: Suite(**suite) for table, suite in by_hand.items()}
    ids = [check["id"] for suite in found.values() for check in suite.checks]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ContractError(f"expectations.yaml: check {sorted(twice)} stands twice. Each check lives once.")
    return found


def of_contract(contract: Contract) -> Iterator[Check]:
    """The checks a contract asks for; those of its columns first, then the key."""
    for column in (*contract.columns, *contract.sidecar):
        for what, severity, says, expect, settings in _of_column(column):
            title = column.headers[0] if column.headers else column.name
            yield {
                "id": f"{contract.source}_{column.name}_{what}", "severity": severity, "says": f"{title}{says}",
                "expect": expect, **settings,
            }  # fmt: skip
    says = "每个主键只出现一次（重复的以最后一行为准）" if not contract.adding() else "没有各列完全相同的行（都已相加）"
    yield {
        "id": f"{contract.source}_key", "severity": "warn", "says": f"同一文件里{says}",
        "expect": "ExpectColumnValuesToBeBetween", "column": KEY_COPIES, "max_value": 1,
    }  # fmt: skip


def _of_column(column: Column) -> Iterator[tuple[str, str, str, str, Check]]:
    stored = f"{column.name}_yuan" if column.type == "capital" else column.name
    one = {"column": stored}
    if column.required and not column.may_be_blank and column.type not in ("credit_code", "capital"):  # of those the column is, not each value
        yield "present", "error", "不为空", "ExpectColumnValuesToNotBeNull", one
    if kinds := _PANDAS.get(column.type):
        yield "type", "error", "类型正确", "ExpectColumnValuesToBeInTypeList", one | {"type_list": kinds}
    match column.type:
        case "choice" if column.choices:   # others are the city's own words, which the reader knows
            words = list(dict.fromkeys(column.choices.values()))
            yield "choice", "error", "在约定的取值之内", "ExpectColumnValuesToBeInSet", one | {"value_set": words}
        case "credit_code":
            status = {"column": f"{column.name}_status", "value_set": ["bad_check"]}
            yield "check_digit", "warn", "校验位正确", "ExpectColumnValuesToNotBeInSet", status
        case "yuan" | "capital":
            limits = {"min_value": -_LARGEST_YUAN if column.negative else 0, "max_value": _LARGEST_YUAN}
            yield "range", "error", "在合理金额之内", "ExpectColumnValuesToBeBetween", one | limits
        case "number" | "integer" if not column.negative:
            yield "range", "error", "不为负", "ExpectColumnValuesToBeBetween", one | {"min_value": 0}
        case "year":
            limits = {"min_value": 1900, "max_value": 2200}
            yield "range", "error", "是合理的年度", "ExpectColumnValuesToBeBetween", one | limits
        case "day" if not column.future and column.headers:
            pair = {"column_A": "received_on", "column_B": stored, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
            yield "range", "error", "不晚于收到日", "ExpectColumnPairValuesAToBeGreaterThanB", pair
