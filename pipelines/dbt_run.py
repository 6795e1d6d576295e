"""dbt in this process: what the project holds, and one run over what a build stands on.

In the process, because a process of its own imports and parses everything again. Its connections are closed after each run:
DuckDB lets nobody else read a file that is open for writing.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipelines import spark
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import BuildError
from pipelines.base.scratch import scratch
from pipelines.fingerprint import hash_of_texts
from pipelines.inputs import Inputs
from pipelines.quality.result import CheckResult, failed_errors
from pipelines.settings import Settings

PARSE, STATES = "partial_parse.msgpack", 3   # dbt's name; of how many states of the project the manifest is kept
ROWS_SHOWN = 5   # of the rows that fail a test
NOTHING = dict.fromkeys(("SOFTCITY_AS_OF", "SOFTCITY_KNOWN_ON", "SOFTCITY_TODAY"), "9999-12-31") | {"SOFTCITY_VAR": ".", "SOFTCITY_LAKE_FOLDER": "."}


@dataclass(frozen=True)
class Parsed:
    """A project as dbt holds it, and as JSON."""

    manifest: Any
    told: dict[str, Any]


_parsed: dict[str, Parsed] = {}   # by the state of the project: it names no home, so that one parse serves all homes of a process


def project(settings: Settings) -> dict[str, Any]:
    """Dbt's manifest of the project as its files stand. Raises BuildError when it cannot be parsed."""
    state = _state(settings)
    path = _kept(settings) / f"{state}.json"
    return _read(path) if state not in _parsed and path.exists() else _parse(settings, state).told


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

    return list(getattr(_invoke(settings, command, _target(settings), _parse(settings, _state(settings)).manifest, inputs, ended), "results", []))


def _parse(settings: Settings, state: str) -> Parsed:
    """The project as this process parsed it; what has not changed since another did, dbt takes from what that one kept."""
    if held := _parsed.get(state):
        return held
    kept, made = _kept(settings), Path(scratch("parse"))
    kept.mkdir(parents=True, exist_ok=True)
    told = kept / f"{state}.json"
    try:
        if (kept / PARSE).exists():
            shutil.copy(kept / PARSE, made)
        manifest = _invoke(settings, ["parse", *(["--no-write-json"] if told.exists() else [])], target=made)
        for name, path in (("manifest.json", told), (PARSE, kept / PARSE)):
            if (made / name).exists():   # others read at any moment: whole or not at all
                Path(shutil.copy(made / name, kept / f".{os.getpid()}")).replace(path)
    finally:
        shutil.rmtree(made)
    _parsed[state] = parsed = Parsed(manifest, _read(told))
    with suppress(FileNotFoundError):   # another may clear away, too
        for old in sorted(kept.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-STATES]:
            old.unlink()
    return parsed


def _kept(settings: Settings) -> Path:
    """Where a parse is kept: in dbt's own place beside the project, for all homes; where that is not ours to write, in the home."""
    kept = settings.dbt_project / "target" / settings.engine
    stands = next(path for path in (kept, *kept.parents) if path.exists())
    return kept if os.access(stands, os.W_OK) else _target(settings)


def _target(settings: Settings) -> Path:
    """What dbt writes in a run."""
    return settings.var / ("dbt" if settings.engine == "duckdb" else "dbt-spark")


def _state(settings: Settings) -> str:
    """What a parse is of: the project's texts, not their days, which copies may keep; the engine; dbt itself."""
    made_of = [hash_of_texts(settings.dbt_project), settings.engine, version("dbt-core"), version(f"dbt-{settings.engine}")]
    return hashlib.sha256(f"{made_of}".encode()).hexdigest()[:20]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _invoke(
    settings: Settings, command: Sequence[str], target: Path, manifest: Any = None, inputs: Inputs | None = None, ended: Callable[[Any], None] = lambda _: None
) -> Any:
    """What a command of dbt results in. Raises BuildError when dbt could not start."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    engine = ["--target", "build" if settings.engine == "duckdb" else "spark"]
    folders = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    folders += ["--target-path", str(target), "--log-level", "none", "--log-level-file", "none", "--log-path", str(target)]
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
    """What dbt_project/ reads from the environment, for as long as dbt runs; to parse it is the same in every home, or dbt would parse anew."""
    told = {
        "SOFTCITY_AS_OF": inputs.as_of.isoformat(), "SOFTCITY_KNOWN_ON": inputs.known_on.isoformat(),
        "SOFTCITY_TODAY": inputs.today.isoformat(), "SOFTCITY_VAR": str(settings.var), "SOFTCITY_LAKE_FOLDER": str(spark.folder_of(settings, inputs)),
    } if inputs else NOTHING  # fmt: skip
    before = dict(os.environ)
    os.environ.update({"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", **told})
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
