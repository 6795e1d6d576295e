"""dbt in this process: what the project holds, and one run over what a build stands on.

In the process, because a process of its own imports and parses everything again. Its connections are closed after each run:
DuckDB lets nobody else read a file that is open for writing.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipelines import spark
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import BuildError
from pipelines.inputs import Inputs
from pipelines.quality.result import CheckResult, failed_errors
from pipelines.settings import Settings

ROWS_SHOWN = 5   # of the rows that fail a test
NOTHING = dict.fromkeys(("SOFTCITY_AS_OF", "SOFTCITY_KNOWN_ON", "SOFTCITY_TODAY"), "9999-12-31")


@dataclass(frozen=True)
class Parsed:
    """A project as it stood when its newest file was written: as dbt holds it, and as JSON."""

    newest: float
    manifest: Any
    told: dict[str, Any]


_parsed: dict[tuple[Path, str], Parsed] = {}   # by the folder of the project and the engine: they name no home, so that one parse serves all homes of a process


def project(settings: Settings) -> dict[str, Any]:
    """Dbt's manifest of the project; parsed anew when a file of it is newer. Raises BuildError when it cannot be parsed."""
    path, newest = _manifest_file(settings), _newest(settings)
    held = _parsed.get((settings.dbt_project, settings.engine))
    if not (held and held.newest == newest) and path.exists() and path.stat().st_mtime >= newest:
        return _read(path)
    return _parse(settings).told


def run_dbt(
    settings: Settings, *command: str, inputs: Inputs | None = None, heard: Callable[[Any, int | None], None] = lambda *_: None
) -> list[Any]:
    """Run one command of dbt; returns the results of its nodes, failed ones among them.

    `heard` is told of each model and test as it ends, of a model on DuckDB with its number of rows. It writes no log: a failure is told by its results.
    Raises BuildError when dbt could not start.
    """
    def ended(event: Any) -> None:
        if event.info.name in ("LogModelResult", "LogTestResult"):
            is_made = event.info.name == "LogModelResult" and event.data.status == "OK" and settings.engine == "duckdb"
            heard(event, _count(event.data.node_info.node_relation.relation_name) if is_made else None)

    return list(getattr(_invoke(settings, command, _parse(settings).manifest, inputs, ended), "results", []))


def _parse(settings: Settings) -> Parsed:
    """The project as this process parsed it; of what has not changed since, `var/dbt` keeps the parts for another process."""
    newest, held = _newest(settings), _parsed.get((settings.dbt_project, settings.engine))
    if held and held.newest == newest:
        return held
    manifest = _invoke(settings, ["parse"])
    _parsed[settings.dbt_project, settings.engine] = made = Parsed(newest, manifest, _read(_manifest_file(settings)))
    return made


def _newest(settings: Settings) -> float:
    return max(file.stat().st_mtime for file in settings.dbt_project.rglob("*") if file.suffix in (".sql", ".yml"))


def _manifest_file(settings: Settings) -> Path:
    return settings.var / ("dbt" if settings.engine == "duckdb" else "dbt-spark") / "manifest.json"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _invoke(
    settings: Settings, command: Sequence[str], manifest: Any = None, inputs: Inputs | None = None, ended: Callable[[Any], None] = lambda _: None
) -> Any:
    """What a command of dbt results in. Raises BuildError when dbt could not start."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    target = str(_manifest_file(settings).parent)
    engine = ["--target", "build" if settings.engine == "duckdb" else "spark"]
    folders = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    folders += ["--target-path", target, "--log-level", "none", "--log-level-file", "none", "--log-path", target]
    with _environment(settings, inputs):
        try:
            done = dbtRunner(manifest, callbacks=[ended]).invoke([*command, *folders, *engine])
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
            reset_adapters()  # type: ignore[no-untyped-call]
    if done.exception:
        raise BuildError(f"dbt could not start: {done.exception}")
    return done.result


def _count(relation: str) -> int:
    """Rows of a model just made, asked by the thread that made it: nobody else may open the file now."""
    from dbt.adapters.factory import get_adapter_by_type

    adapter = get_adapter_by_type("duckdb")  # type: ignore[no-untyped-call]
    with adapter.connection_named("rows"):
        _, cursor = adapter.connections.add_query(f"select count(*) from {relation}", auto_begin=False)   # no agate table of one number
        return int(cursor.fetchone()[0])


def checks_of(settings: Settings, results: list[Any]) -> list[CheckResult]:
    """The data tests of a run as checks. Behind a failed one models are not made: whoever reads them looks here first.

    Raises BuildError with the models that failed and why.
    """
    # tests behind a failed one are skipped, and so are the models behind it; the failed one tells
    tests = [r for r in results if r.node.unique_id.startswith("test.") and r.status not in ("skipped", "error")]
    with _asking(settings) as ask:
        checks = [_test_result(ask, r) for r in tests]
    if told := [f"{r.node.unique_id}: {spark.words(r.message)}" for r in results if r.status == "error"]:
        failed = [f"{check.description}: {check.sample}" for check in failed_errors(checks)]
        raise BuildError("dbt failed; mend the model it names:\n" + "\n".join([*failed, *told]))
    return checks


@contextmanager
def _asking(settings: Settings) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """What answers a test's query with its first rows, on the engine the test ran on."""
    if settings.engine == "spark":
        yield lambda query: spark.first_rows(query, ROWS_SHOWN)
        return
    with connect(settings.warehouse, read_only=True) as con:
        con.execute(f"set file_search_path = '{str(settings.var).replace(chr(39), chr(39) * 2)}'")   # as in profiles.yml
        yield lambda query: rows_of(con, f"from ({query}\n) limit {ROWS_SHOWN}")


@contextmanager
def _environment(settings: Settings, inputs: Inputs | None) -> Iterator[None]:
    """What dbt_project/ reads from the environment, for as long as dbt runs."""
    days = {
        "SOFTCITY_AS_OF": inputs.as_of.isoformat(), "SOFTCITY_KNOWN_ON": inputs.known_on.isoformat(),
        "SOFTCITY_TODAY": inputs.today.isoformat(),
    } if inputs else NOTHING  # fmt: skip
    before = dict(os.environ)
    os.environ.update({
        "SOFTCITY_VAR": str(settings.var), "SOFTCITY_LAKE_FOLDER": str(spark.folder_of(settings, inputs)), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", **days,
    })  # fmt: skip
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _test_result(ask: Callable[[str], list[dict[str, Any]]], result: Any) -> CheckResult:
    """A dbt test as a check: its name, what it asks, and the first rows that fail it, each value with its column."""
    name, query = result.node.unique_id.split(".")[2], result.node.compiled_code
    rows = []
    if result.status != "pass":
        rows = [" ".join(f"{column} {value}" for column, value in row.items()) for row in ask(query)]
    return CheckResult(
        check_id=result.node.unique_id, layer="model", table_name="", description=f"{name}（{_asked(name, query)}）",
        severity="warn" if result.status == "warn" else "error",
        is_success=result.status == "pass", row_count=0, unexpected_count=int(result.failures or 0),
        sample="；".join(rows) or None,
    )  # fmt: skip


def _asked(name: str, query: str) -> str:
    """What a test asks: the words at the head of its file, or those of dbt's own kinds of test."""
    own = {"unique_": "每个值只出现一次", "not_null_": "每行都有值"}
    words = [line.strip()[2:].strip() for line in takewhile(lambda line: line.startswith("--"), query.strip().splitlines())]
    return " ".join(words) or next((says for kind, says in own.items() if name.startswith(kind)), "")
