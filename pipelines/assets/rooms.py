"""The rooms between the two doors: dbt, once, over what this build stands on.

A model made of the same as in an earlier build is taken as it was (dbt_project/macros/kept.sql); here is told what the
sources of the project contain, and what dbt made is kept.
"""

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

from pipelines.duck import connect
from pipelines.errors import BuildError
from pipelines.kept import Kept
from pipelines.quality.result import CheckResult, failed_errors
from pipelines.settings import Settings

STAGES = ("identity", "policy", "reference", "arrivals")   # folders of a build's work, each a source of the dbt project
ROWS_SHOWN = 5   # of the rows that fail a test


def transform(settings: Settings, as_of: date, known_on: date, kept: Kept, today: date) -> tuple[list[CheckResult], dict[str, str]]:
    """Run dbt once, models and data tests together; returns the tests, and a hash of the content of each model.

    Behind a failed test models are not made: whoever reads them looks at the tests first (`refuse_on_errors`).
    Raises BuildError with the models that failed and why.
    """
    warehouse = tell_contents(settings, kept)
    results = dbt(settings, "build", "--exclude-resource-type", "unit_test", as_of=as_of, known_on=known_on, today=today)
    with connect(warehouse, read_only=True) as con:
        made = con.execute("select name, content, file from made_of where file is not null").fetchall()
        for _, content, file in made:
            kept.hold(Path(file), content)
        # tests behind a failed one are skipped, and so are the models behind it; the failed one tells
        tests = [r for r in results if r["unique_id"].startswith("test.") and r["status"] not in ("skipped", "error")]
        checks = [_test_result(con, r) for r in tests]
        if told := [f"{r['unique_id']}: {' '.join(str(r['message']).split())}" for r in results if r["status"] == "error"]:
            failed = [f"{check.description}: {check.sample}" for check in failed_errors(checks)]
            raise BuildError("dbt failed; mend the model it names:\n" + "\n".join([*failed, *told]))
        return checks, {name.split(".")[-1]: content for name, content, _ in made}


def tell_contents(settings: Settings, kept: Kept) -> Path:
    """A new warehouse with table `made_of`: a hash of the content of everything dbt reads. Returns its path."""
    work = settings.var / "work"
    (work / "rooms").mkdir()
    contents = {"code": kept.code} | {f"source.softcity.raw.{source}": rows for source, rows in kept.sources.items()}
    for stage in STAGES:
        for path in (work / stage).glob("*.parquet"):
            contents[f"source.softcity.{stage}.{path.stem}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    with connect(work / "warehouse.duckdb") as con:
        con.execute("create table made_of (name varchar, content varchar, file varchar)")
        con.executemany("insert into made_of (name, content) values (?, ?)", list(contents.items()))
    return work / "warehouse.duckdb"


def dbt(settings: Settings, *command: str, as_of: date = date.max, known_on: date = date.max, today: date = date.max) -> list[dict[str, Any]]:
    """Run dbt as its own process, so that it holds the warehouse no longer than it runs; returns its results.

    What it parsed is kept in `var/dbt` for the next build. It writes no log: a failure is told by its results.
    Raises BuildError when dbt could not start.
    """
    target = settings.var / "dbt"
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    folders = ["--project-dir", str(settings.dbt_project), "--profiles-dir", str(settings.dbt_project)]
    folders += ["--target-path", str(target), "--log-level-file", "none", "--log-path", str(target)]
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", *command, *folders],
        env=dbt_environment(settings, as_of, known_on, today), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 2 or (command[0] == "build" and not results.exists()):
        raise BuildError(f"dbt could not start:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return json.loads(results.read_text(encoding="utf-8"))["results"] if results.exists() else []


def dbt_environment(settings: Settings, as_of: date, known_on: date, today: date) -> dict[str, str]:
    work = settings.var / "work"
    return os.environ | {
        "SOFTCITY_WAREHOUSE": str(work / "warehouse.duckdb"),
        "SOFTCITY_RAW": str(work / "raw"),
        "SOFTCITY_WORK": str(work),
        "SOFTCITY_KEPT": str(settings.var / "kept"),
        "SOFTCITY_AS_OF": as_of.isoformat(),
        "SOFTCITY_KNOWN_ON": known_on.isoformat(),
        "SOFTCITY_TODAY": today.isoformat(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _test_result(con: duckdb.DuckDBPyConnection, result: dict[str, Any]) -> CheckResult:
    """A dbt test as a check: its name, what it asks, and the first rows that fail it, each value with its column."""
    name = result["unique_id"].split(".")[2]
    rows = []
    if result["status"] != "pass":
        cursor = con.execute(f"from ({result['compiled_code']}\n) limit {ROWS_SHOWN}")
        columns = [column[0] for column in cursor.description]
        rows = [" ".join(f"{c} {v}" for c, v in zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return CheckResult(
        check_id=result["unique_id"], door="room", table_name="", description=f"{name}（{_asked(name, result['compiled_code'])}）",
        severity="warn" if result["status"] == "warn" else "error",
        is_success=result["status"] == "pass", row_count=0, unexpected_count=int(result["failures"] or 0),
        sample="；".join(rows) or None,
    )  # fmt: skip


def _asked(name: str, query: str) -> str:
    """What a test asks: the words at the head of its file, or those of dbt's own kinds of test."""
    own = {"unique_": "每个值只出现一次", "not_null_": "每行都有值"}
    words = [line.strip()[2:].strip() for line in takewhile(lambda line: line.startswith("--"), query.strip().splitlines())]
    return " ".join(words) or next((says for kind, says in own.items() if name.startswith(kind)), "")
