"""The last step: the marts of a build become the snapshot that readers see, or one of a month that is kept beside it."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import pyarrow as pa

from pipelines.arrivals import CHECK_RESULT, failure_table
from pipelines.base.errors import BuildError
from pipelines.base.snapshots import current_id
from pipelines.carry import carry_contacts
from pipelines.defs.resources import PUBLISHING, City
from pipelines.manifest import manifest_of
from pipelines.publish import prune, publish
from pipelines.quality.checks import refuse_on_errors
from pipelines.sightings import note_sightings
from pipelines.sources.archive import records_known

FIRST_MONTH = "2024-01-01"  # the window of the law opens here (D7)
MONTHS = dg.MonthlyPartitionsDefinition(FIRST_MONTH, timezone="Asia/Shanghai")


def last_day_of(month: str) -> str:
    """The day a month's snapshot stands on; `month` is the key of its partition, its first day."""
    first = date.fromisoformat(month)
    return first.replace(day=monthrange(first.year, first.month)[1]).isoformat()


def snapshot_asset(name: str, marts: list[dg.AssetKey], partitions_def: dg.PartitionsDefinition[Any] | None = None) -> dg.AssetsDefinition:
    """The asset that publishes, once all marts are made and their checks passed."""

    @dg.asset(name=name, deps=marts, group_name="published", kinds={"duckdb"}, partitions_def=partitions_def,
              description="The finished snapshot readers see." if name == PUBLISHING[0] else
              "The city as of the last day of a month, kept beside the current snapshot.")  # fmt: skip
    def published(context: dg.AssetExecutionContext, city: City) -> Iterator[Any]:
        with city.step(context):
            snapshot_id, checks = publish_work(context, city)
        yield dg.MaterializeResult(metadata={"snapshot_id": snapshot_id, "as_of": city.record.as_of, "checks": checks})

    return published


def publish_work(context: dg.AssetExecutionContext, city: City) -> tuple[str, int]:
    """Publish what the build in `var/work` made; returns the id of the snapshot and how many checks it passed.

    Raises BuildError when the work is not this run's own, SnapshotRefused when a check failed.
    """
    settings, told, checks = city.settings, city.inputs(context), city.checks()
    if not told.run_id:
        raise BuildError("The marts in var/work are not all of one build. Launch all of daily_build to publish.")
    refuse_on_errors(checks)
    city.say("发布快照", "publishing")
    manifest = manifest_of(settings, records_known(settings.raw, told.arrived_by), told, checks)
    later = [check for check in checks if check.layer != "raw"]
    extra = {
        "mart_quality_result": pa.Table.from_pylist([check.row() for check in later], CHECK_RESULT),
        "mart_quality_failure": failure_table(later),
    }
    current = current_id(settings.published)
    if current and told.becomes_current:   # before publishing: a kill between the two would leave nothing to carry them from
        carry_contacts(settings.decisions, settings.published / current / "marts.duckdb", settings.warehouse)
    snapshot_id = publish(settings.warehouse, settings.published, manifest, extra, told.becomes_current)
    if told.becomes_current:   # after a kill in between the next build tells it
        note_sightings(settings.decisions, settings.published, snapshot_id)
    prune(settings.published, settings.keep_snapshots)
    city.record.as_of, city.record.state, city.record.snapshot_id = told.as_of.isoformat(), "published", snapshot_id
    return snapshot_id, len(checks)
