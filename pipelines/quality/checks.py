"""Run the expectations of tables and say what failed, with the rows.

Pandas batches: Great Expectations' SQL path finds no rows on DuckDB. It is imported only here, and only when
something is checked, since that takes seconds. A table of more than LIMIT rows is looked at where it changed (a source:
the newest month of arrivals) and there in an even sample; rows whose key stands twice are always among them.
"""

import os
import shutil
import tempfile
import warnings
from functools import cache
from typing import Any

import duckdb

from pipelines.base.errors import ContractError, SnapshotRefused
from pipelines.base.scratch import scratch
from pipelines.quality.result import CheckResult, Layer, failed_errors
from pipelines.quality.suites import KEY_COPIES, Suite, suites
from pipelines.sources.cells import mask

LIMIT = 200_000
KEPT = 1_000  # failing rows of one check that are kept; all are counted
_ROW = ("source_file", "sheet", "row_no")


def run_checks(layer: Layer, con: duckdb.DuckDBPyConnection, relations: dict[str, str]) -> list[CheckResult]:
    """Check tables of a layer. `relations`: table name -> what to select from on `con`."""
    return [
        result for table, suite in suites(layer).items() if table in relations
        for result in _run_suite(_context(), layer, table, _frame(con, relations[table], suite), suite)
    ]  # fmt: skip


@cache
def _context() -> Any:
    """Great Expectations at work, once a process; imported late since that takes seconds. The folder it makes for its pages stays unused."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    warnings.filterwarnings("ignore", module="great_expectations")
    import great_expectations as gx

    before, tempfile.tempdir = tempfile.tempdir, scratch("checks")
    try:
        context: Any = gx.get_context(mode="ephemeral")
    finally:
        shutil.rmtree(str(tempfile.tempdir), ignore_errors=True)
        tempfile.tempdir = before
    context.variables.progress_bars = {"globally": False}
    return context


def _frame(con: duckdb.DuckDBPyConnection, relation: str, suite: Suite) -> Any:
    """The columns the checks ask about, of all rows or of an even sample of what is new."""
    asked = (check[key] for check in suite.checks for key in ("column", "column_A", "column_B") if key in check)
    columns = ", ".join(dict.fromkeys([*suite.rows, *asked]))
    query, is_large = f"from {relation}", _count(con, relation) > LIMIT
    if suite.key:
        if is_large:  # a file comes on one day: the rows of a key are left out or in together
            query += f" where received_on > (select max(received_on) from {relation}) - 31"
        query = f"select *, count(*) over (partition by file_sha256, {suite.key}) as {KEY_COPIES} from (select *, null::varchar as enterprise_id {query})"
    if is_large and (step := -(-_count(con, f"({query})") // LIMIT)) > 1:
        copied = f"{KEY_COPIES} > 1 or " if suite.key else ""
        query = f"from ({query}) where {copied} hash({', '.join(suite.rows)}) % {step} = 0 limit {2 * LIMIT}"
    cursor = con.execute(f"select {columns} from ({query}) order by {', '.join(suite.rows)}")
    kinds = {name: str(kind) for name, kind, *_ in cursor.description or ()}
    frame = cursor.df()
    for name, kind in kinds.items():  # pandas has decimals, and booleans with gaps, as objects only
        if kind.startswith("DECIMAL") or kind == "BOOLEAN":
            frame[name] = frame[name].astype("boolean" if kind == "BOOLEAN" else "float64")
    return frame


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    return con.execute(f"select count(*) from {relation}").fetchone()[0]  # type: ignore[index, no-any-return]


def _run_suite(context: Any, layer: Layer, table: str, frame: Any, suite: Suite) -> list[CheckResult]:
    """The results of one suite; of an empty table only what is said of the table as a whole."""
    checks = [check for check in suite.checks if len(frame) or check["expect"].startswith("ExpectTable")]
    if not checks:
        return []
    import great_expectations as gx
    import great_expectations.expectations

    rows = suite.rows
    batch = context.data_sources.pandas_default.read_dataframe(frame)
    expectations, known = {}, {}
    for check in checks:
        settings = {k: v for k, v in check.items() if k not in ("id", "severity", "says", "expect")}
        kind = getattr(gx.expectations, check["expect"], None)
        if kind is None:
            raise ContractError(f"expectations.yaml, {check['id']}: there is no expectation {check['expect']}.")
        expectations[check["id"]] = kind(**settings, meta={"id": check["id"]})
        known[check["id"]] = check

    def asked(of: list[str], result_format: dict[str, Any]) -> dict[str, Any]:
        suite = gx.ExpectationSuite(name=table, expectations=[expectations[one] for one in of])
        return {one.expectation_config.meta["id"]: one for one in batch.validate(suite, result_format=result_format).results} if of else {}

    found = asked(list(known), {"result_format": "BOOLEAN_ONLY"})
    again = [one for one, result in found.items() if not result.success or "mostly" in known[one]]
    found |= asked(again, {"result_format": "COMPLETE", "unexpected_index_column_names": rows})
    results = []
    for name, one in found.items():
        check = known[name]
        if one.exception_info.get("raised_exception"):
            raise ContractError(f"{check['id']} could not be checked: {one.exception_info['exception_message']}")
        unexpected = one.result.get("unexpected_index_list") or []
        failures = tuple(_failure(row, rows) for row in unexpected[:KEPT]) if not one.success else ()
        results.append(
            CheckResult(
                check_id=check["id"], layer=layer, table_name=table, severity=check["severity"],
                description=check["says"], is_success=bool(one.success), row_count=len(frame),
                unexpected_count=int(one.result.get("unexpected_count") or (0 if one.success else len(unexpected) or 1)),
                sample="；".join(map(_words, failures[:5])) or None, failures=failures,
            )
        )  # fmt: skip
    return results


def _failure(row: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """A failing row as people find it: the place in its file or the key of its table, the column and what stands there."""
    values = {name: value for name, value in row.items() if name not in keys and name != KEY_COPIES}
    place = {name: row.get(name) for name in _ROW}
    return {
        **place, "row_no": None if place["row_no"] is None else int(place["row_no"]),
        "row_key": " ".join(str(row[name]) for name in keys if name not in _ROW) or None,
        "column_name": "、".join(values) or None,
        "value_seen": mask("、".join("（空）" if value is None or value != value else str(value) for value in values.values())) or None,
    }  # fmt: skip


def _words(failure: dict[str, Any]) -> str:
    return " ".join(str(failure[name]) for name in (*_ROW, "row_key", "value_seen") if failure[name] is not None)


def refuse_on_errors(results: list[CheckResult]) -> None:
    """Raises SnapshotRefused naming every failed check of severity error."""
    if failed := failed_errors(results):
        lines = [
            f"{r.table_name or '计算结果'}：{r.description}（{r.unexpected_count} 行不符：{r.sample or '见数据页'}）" for r in failed
        ]
        raise SnapshotRefused("检查未通过，未发布，沿用原快照。请改正来源文件后重跑：\n" + "\n".join(lines))
