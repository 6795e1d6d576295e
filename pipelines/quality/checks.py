"""Run the expectations of one door and say what failed, with the rows.

Pandas batches: Great Expectations' SQL path finds no rows on DuckDB. It is imported only here, and only when
a door is checked, since that takes seconds.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

from pipelines.errors import ContractError

SUITES = Path(__file__).parent / "expectations.yaml"
Door = Literal["in", "room", "out"]


@dataclass(frozen=True)
class CheckResult:
    """One check of a build; the columns of mart_quality_result."""

    check_id: str
    door: Door
    table_name: str
    severity: Literal["error", "warn"]
    description: str
    is_success: bool
    row_count: int
    unexpected_count: int
    sample: str | None

    def row(self) -> dict[str, Any]:
        return asdict(self)


def run_door(door: Door, con: duckdb.DuckDBPyConnection, relations: dict[str, str]) -> list[CheckResult]:
    """Check the tables of a door. `relations`: table name -> what to select from on `con`."""
    suites = yaml.safe_load(SUITES.read_text(encoding="utf-8"))[door]
    results: list[CheckResult] = []
    with tempfile.TemporaryDirectory() as scratch, _temporary_files_in(scratch):
        for table, suite in suites.items():
            if table in relations:
                results += _run_suite(door, con, table, relations[table], suite)
    return results


@contextmanager
def _temporary_files_in(folder: str) -> Iterator[None]:
    """Each ephemeral context leaves a folder behind; here they go with ours."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def _run_suite(
    door: Door, con: duckdb.DuckDBPyConnection, table: str, relation: str, suite: dict[str, Any]
) -> list[CheckResult]:
    gx = _great_expectations()
    columns = list(suite["rows"])
    columns += [check[key] for check in suite["checks"] for key in ("column", "column_A", "column_B") if key in check]
    frame = con.execute(f"select {', '.join(dict.fromkeys(columns))} from {relation}").df()
    for name, kind in frame.dtypes.items():
        if str(kind) == "object" and str(name).endswith("_yuan"):
            frame[name] = frame[name].astype("float64")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas(table).add_dataframe_asset(table).add_batch_definition_whole_dataframe(table)
    )
    expectations, known = [], {}
    for check in suite["checks"]:
        settings = {k: v for k, v in check.items() if k not in ("id", "severity", "says", "expect")}
        kind = getattr(gx.expectations, check["expect"], None)
        if kind is None:
            raise ContractError(f"expectations.yaml, {check['id']}: there is no expectation {check['expect']}.")
        expectations.append(kind(**settings, meta={"id": check["id"]}))
        known[check["id"]] = check
    outcome = batch.get_batch(batch_parameters={"dataframe": frame}).validate(
        gx.ExpectationSuite(name=table, expectations=expectations),
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": suite["rows"]},
    )
    results = []
    for one in outcome.results:
        check = known[one.expectation_config.meta["id"]]
        rows = one.result.get("unexpected_index_list") or []
        results.append(
            CheckResult(
                check_id=check["id"], door=door, table_name=table, severity=check["severity"],
                description=check["says"], is_success=bool(one.success), row_count=len(frame),
                unexpected_count=int(one.result.get("unexpected_count") or (0 if one.success else len(rows) or 1)),
                sample="；".join(" ".join(str(value) for value in row.values()) for row in rows[:5]) or None,
            )
        )  # fmt: skip
    return results


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    warnings.filterwarnings("ignore", module="great_expectations")
    import great_expectations as gx
    import great_expectations.expectations

    return gx


def failed_errors(results: list[CheckResult]) -> list[CheckResult]:
    return [result for result in results if result.severity == "error" and not result.is_success]
