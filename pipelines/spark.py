"""A build on Spark: what it needs, and its lake.

The lake of a build is a folder of its own. What the models read goes there as Parquet, Spark writes the models beside it,
and those that are published come back into the warehouse, each column of the type that its contract names. From there on a
build is the same as on DuckDB. The folder goes when the build ends; that of a killed one goes when the next begins.
"""

import errno
import importlib.metadata
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base.duck import connect
from pipelines.base.errors import BuildError
from pipelines.inputs import Inputs
from pipelines.settings import Settings

JAVA = 17   # the oldest that Spark 4 runs on
INSTALL = "pip install --require-hashes --no-deps -r requirements-spark.lock"
UNPUBLISHED = ("int_claims",)   # a manifest counts by it
LOOKS_EVERY, WAITS_FOR_WORKERS = 5, 60   # seconds, without any
NO_WORKERS = (
    f"Spark's cluster has had no worker for {WAITS_FOR_WORKERS} seconds: the build was ended, nothing was published. "
    "See the workers' logs, start them again and build again, or build with SOFTCITY_ENGINE=duckdb."
)
_SCHEMA = "softcity"   # profiles.yml


def missing(settings: Settings) -> list[str]:
    """What a build on Spark lacks here, each with how to get it."""
    found = []
    for package in ("pyspark", "dbt-spark"):
        try:
            importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{package} is not installed: {INSTALL}")
    if (java := java_version()) is None:
        found.append(f"there is no Java: apt-get install openjdk-{JAVA}-jre-headless, or say in JAVA_HOME where it is")
    elif java < JAVA:
        found.append(f"Java {java} is too old, Spark wants {JAVA} or newer: apt-get install openjdk-{JAVA}-jre-headless, and JAVA_HOME on it")
    if settings.lake:
        if not settings.lake.is_dir():
            found.append(f"the lake {settings.lake} is no folder: create or mount it, or correct SOFTCITY_LAKE")
        elif not os.access(settings.lake, os.W_OK):
            found.append(f"the lake {settings.lake} cannot be written: give it to the user that builds")
    return found


def java_version() -> int | None:
    """The number of the Java that Spark would start, None where there is none."""
    home = os.environ.get("JAVA_HOME")
    try:
        told = subprocess.run([f"{home}/bin/java" if home else "java", "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return None
    number = told.partition('"')[2].partition('"')[0].removeprefix("1.").partition(".")[0]
    return int(number) if number.isdigit() else None


def refuse_where_missing(settings: Settings) -> None:
    """Raises BuildError with all a build on Spark lacks; on DuckDB there is nothing to lack."""
    if settings.engine == "spark" and (found := missing(settings)):
        raise BuildError("SOFTCITY_ENGINE is spark, and here " + "; ".join(found) + ". Without it: SOFTCITY_ENGINE=duckdb.")


def folder_of(settings: Settings, inputs: Inputs | None) -> Path:
    """The folder of a build in the lake: several homes may share one."""
    return (settings.lake or settings.work / "lake") / ((inputs.run_id if inputs else "") or str(uuid.uuid5(uuid.NAMESPACE_URL, settings.home.as_uri())))


@contextmanager
def lake(settings: Settings, inputs: Inputs, manifest: dict[str, Any]) -> Iterator["Lake"]:
    """The lake of one build, filled with its sources; gone afterwards, and Spark's session with it. Raises BuildError."""
    note = settings.var / "lake"   # what a killed build leaves: begin_work does not reach it
    made = Lake(settings, folder_of(settings, inputs))
    if note.exists() and (left := note.read_text(encoding="utf-8")):   # a kill while it was written leaves it empty
        Lake(settings, Path(left)).remove()
    note.write_text(str(made.folder), encoding="utf-8")
    try:
        made.remove()
        made.fill(manifest)
        with _watched() as lost:
            try:
                yield made
            except Exception as error:   # what a session that was ended says of itself misleads
                if lost.is_set():
                    raise BuildError(NO_WORKERS) from error
                raise
    finally:
        stop()
        made.remove()
        note.unlink()


class Lake:
    """The folder of one build: `sources/<group>/<name>/`, `models/<schema>.db/<model>/`."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def fill(self, manifest: dict[str, Any]) -> None:
        """Lay down every source of dbt as one Parquet folder, as DuckDB would read it. Raises BuildError."""
        try:
            with connect(spill=self.settings.work) as con:
                con.execute(f"set file_search_path = {_text(self.settings.var)}")   # as in profiles.yml
                for source in manifest["sources"].values():
                    folder = self.folder / "sources" / source["source_name"] / source["name"]
                    folder.mkdir(parents=True)
                    location = source["config"]["external_location"].format(name=source["name"])
                    con.execute(f"copy (from {location}) to {_text(folder / 'rows.parquet')} (row_group_size 122880)")
        except (OSError, duckdb.IOException) as error:
            raise BuildError(f"The lake {self.folder} could not be filled: {words(error)}") from error

    def collect(self, manifest: dict[str, Any]) -> None:
        """Write the models that are published into the warehouse, typed by their contracts.

        Raises BuildError where Spark did not finish one of them, or its Parquet is damaged.
        """
        self.settings.warehouse.unlink(missing_ok=True)
        with connect(self.settings.warehouse) as con:
            for node in manifest["nodes"].values():
                if node["resource_type"] != "model" or not (node["config"]["contract"]["enforced"] or node["name"] in UNPUBLISHED):
                    continue
                folder = self.folder / "models" / f"{_SCHEMA}.db" / node["name"]
                if not (folder / "_SUCCESS").exists():   # Spark writes it last
                    raise BuildError(f"{folder}: Spark has not written all of {node['name']}. Build again.")
                typed = node["columns"].items() if node["config"]["contract"]["enforced"] else ()
                columns = ", ".join(f'cast("{name}" as {column["data_type"]}) as "{name}"' for name, column in typed)
                try:
                    con.execute(f"create table {node['name']} as select {columns or '*'} from read_parquet({_text(folder / '*.parquet')})")
                except duckdb.Error as error:
                    raise BuildError(f"{folder}: the Parquet of {node['name']} cannot be read. Build again. ({words(error)})") from error

    def remove(self) -> None:
        """Remove the folder, if it is there."""
        shutil.rmtree(self.folder, ignore_errors=True)


def first_rows(query: str, count: int) -> list[dict[str, Any]]:
    """The first rows that a query answers in the session dbt works in."""
    from pyspark.sql import SparkSession

    return [row.asDict() for row in SparkSession.builder.getOrCreate().sql(f"select * from ({query}\n) limit {count}").collect()]


def stop() -> None:
    """End the session and its tables; another build begins its own."""
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession() or SparkSession._instantiatedSession) is not None:
        session.stop()


@contextmanager
def _watched() -> Iterator[threading.Event]:
    """End the session when the last worker of a cluster is lost, and tell by the event: Spark by itself waits for another forever."""
    ended, lost = threading.Event(), threading.Event()

    def look() -> None:
        from py4j.protocol import Py4JError
        from pyspark.sql import SparkSession

        alone = 0
        while not ended.wait(LOOKS_EVERY):
            session = SparkSession._instantiatedSession
            if session is None or session._sc._jsc is None or str(session._sc.master).startswith("local"):
                continue
            with suppress(Py4JError):   # it may end meanwhile
                workers = session._sc._jsc.sc().getExecutorMemoryStatus().size() - 1   # the driver is counted too
                alone = 0 if workers else alone + LOOKS_EVERY
                if alone >= WAITS_FOR_WORKERS:
                    lost.set()
                    session.stop()

    watcher = threading.Thread(target=look, name="workers", daemon=True)
    watcher.start()
    try:
        yield lost
    finally:
        ended.set()
        watcher.join()


def words(error: object) -> str:
    """What went wrong, without the trace Java adds, and what mends it where that is known."""
    text = str(error).partition("\n\tat ")[0].partition("JVM stacktrace")[0]
    said = " ".join(text.split())[:600]
    if "No space left on device" in text or getattr(error, "errno", None) == errno.ENOSPC:
        said += " — the lake or Spark's scratch folder (spark.local.dir) is full: make room, or give another SOFTCITY_LAKE"
    if any(sign in text for sign in ("ExecutorLostFailure", "Job aborted due to stage failure", "SparkContext was shut down")):
        said += " — a worker of Spark was lost or gave up; nothing was published. See its log, then build again"
    return said


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
