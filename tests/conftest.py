"""One sample city, built once for all tests that read it."""

import fcntl
import json
import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from argon2 import PasswordHasher

from dashboard.access import passwords
from pipelines.base.snapshots import current_id
from pipelines.build import BuildResult, build
from pipelines.settings import PROJECT, Settings

SHARED = PROJECT.parent / "shared" / "data"


@dataclass(frozen=True)
class City:
    """A built home, what the build said, and what is true of the invented city."""

    settings: Settings
    result: BuildResult
    truth: dict[str, Any]

    def copied(self, home: Path) -> Settings:
        """The same city in a home of its own: a test that changes it need not build it first."""
        shutil.copytree(self.settings.home, home, symlinks=True)
        return Settings.load(home, self.settings.landing)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of the published marts."""
        snapshot = current_id(self.settings.published) or ""
        with duckdb.connect(str(self.settings.published / snapshot / "marts.duckdb"), read_only=True) as con:
            cursor = con.execute(query, list(values))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


FIRST = (
    "browser", "test_dagster.py", "test_command_line.py", "test_arrivals.py", "test_nasty_files.py", "test_walk.py", "test_killed_build.py", "test_small_change.py", "test_killed_run.py", "test_questions.py",
    "test_identity_of_rows.py", "test_title_cases.py", "test_second_policy.py", "test_missing_sources.py", "test_failed_check.py", "test_review.py", "test_whatif_and_diff.py",
)  # fmt: skip
"""What takes longest, the longest first: what is short is left for the end, so that all workers end together. The browser, a scheduler and the one that builds the city begin; who wants the city finds it built."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the rest as collected."""
    items.sort(key=lambda item: next((place for place, name in enumerate(FIRST) if name in (item.path.parent.name, item.path.name)), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays whole and in order; the browser's are one: one Chromium and one server, beside a worker that computes."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "tests/browser" if file.startswith("tests/browser/") else file

    return ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Argon2 at the least cost there is: what it costs in production is not what these tests are about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A copy of its own for each process of the run: the first that asks builds, the other waits."""
    sample = PROJECT / "data" / "sample"
    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    built = Settings.load(run / "city-of-all", sample / "landing")
    told = built.home / "result.pickle"
    built.home.mkdir(exist_ok=True)
    with (built.home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_bytes(pickle.dumps(build(built)))
    result: BuildResult = pickle.loads(told.read_bytes())  # our own, of this run
    truth = json.loads((sample / "truth.json").read_text(encoding="utf-8"))
    return City(City(built, result, truth).copied(tmp_path_factory.mktemp("city") / "home"), result, truth)
