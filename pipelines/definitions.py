"""What Dagster loads: assets, checks, the daily build at six, and a watch on the landing folder."""

import hashlib
import os

import dagster as dg

from pipelines.assets.graph import asset_graph
from pipelines.settings import Settings

settings = Settings.load()
assets, checks = asset_graph(settings)

# In-process: a process per step doubles the time of a build this size.
daily_build = dg.define_asset_job("daily_build", selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor)

every_morning = dg.ScheduleDefinition(
    job=daily_build,
    cron_schedule="0 6 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)


@dg.sensor(job=daily_build, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def new_files(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Build when a file under landing/ came, changed or went, once it has been still for a minute."""
    digest = hashlib.sha256()
    for path in sorted(settings.landing.rglob("*")):
        if path.is_file():
            state = path.stat()
            name = os.fsencode(path.relative_to(settings.landing))
            digest.update(name + f" {state.st_size} {state.st_mtime_ns}\n".encode())
    seen = digest.hexdigest()
    before, _, built = (context.cursor or "").partition(" ")
    if seen == built:
        return dg.SkipReason("nothing new under landing/")
    if seen != before:
        context.update_cursor(f"{seen} {built}")
        return dg.SkipReason("files are still arriving")
    context.update_cursor(f"{seen} {seen}")
    return dg.RunRequest(run_key=seen)


defs = dg.Definitions(
    assets=assets,
    asset_checks=checks,
    jobs=[daily_build],
    schedules=[every_morning],
    sensors=[new_files],
    executor=dg.in_process_executor,
)
