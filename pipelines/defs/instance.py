"""Dagster's instance of a build in this process: all in memory, gone with the run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster._core.instance import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage


class EventLog(InMemoryEventLogStorage):
    """Dagster's log in memory, over the one connection it holds anyway: it opens another for each event and each question,
    thousands in a build. SQLite lets only the thread that opened it use a connection: the run's own, where all is logged.
    """

    @contextmanager
    def _connect(self) -> Iterator[Any]:
        with self._db_lock, self._held_conn.begin():
            yield self._held_conn

    def has_asset_key_col(self, column_name: str) -> bool:
        return True   # the tables are as new as Dagster


def instance(folder: str) -> dg.DagsterInstance:
    """As `DagsterInstance.ephemeral` makes it, but for the log."""
    return dg.DagsterInstance(
        instance_type=InstanceType.EPHEMERAL, local_artifact_storage=LocalArtifactStorage(folder), run_storage=InMemoryRunStorage(),
        event_storage=EventLog(), compute_log_manager=NoOpComputeLogManager(), run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
    )  # fmt: skip
