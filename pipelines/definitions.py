"""What Dagster loads: the assets, the build at six, month ends, a watch on the landing folder, and alerts."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from dashboard import logs
from pipelines.alerts import send
from pipelines.assets.graph import asset_graph
from pipelines.assets.record import last_build
from pipelines.quality.history import stale_sources
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import report_on_file

settings = Settings.load()
if settings.is_log_json:
    logs.to_stderr(settings.secrets())
assets = asset_graph(settings)
SHANGHAI = "Asia/Shanghai"
RUNS_DAYS = 400

# In-process: a process per step doubles the time of a build this size.
daily_build = dg.define_asset_job("daily_build", selection=["*snapshot"], executor_def=dg.in_process_executor)
month_end = dg.define_asset_job("month_end", selection=["month_snapshot"], executor_def=dg.in_process_executor)

every_morning = dg.ScheduleDefinition(
    job=daily_build,
    cron_schedule="0 6 * * *",
    execution_timezone=SHANGHAI,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
# on the fifth, when the files of the month have come
every_month = dg.build_schedule_from_partitioned_job(
    month_end, day_of_month=5, hour_of_day=7, default_status=dg.DefaultScheduleStatus.RUNNING
)
# asks for a source again when its landing folder changed, and so for all that hangs on it
on_change = dg.AutomationConditionSensorDefinition(
    "on_change", target=dg.AssetSelection.all(), default_status=dg.DefaultSensorStatus.RUNNING
)


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Tell which landing folders changed (a file came, changed or went), once they have been still for a minute."""
    now = {source: _state_of(source) for source in load_contracts()}
    cursor = json.loads(context.cursor or "{}")
    seen, told = cursor.get("seen", {}), cursor.get("told", {})
    changed = [source for source, state in now.items() if state and state != told.get(source)]
    still = [source for source in changed if now[source] == seen.get(source)]
    told |= {source: now[source] for source in still}
    context.update_cursor(json.dumps({"seen": now, "told": told}))
    if not still:
        return dg.SkipReason("files are still arriving" if changed else "nothing new under landing/")
    return dg.SensorResult(asset_events=[dg.AssetMaterialization(["landing", source]) for source in still])


def _state_of(source: str) -> str:
    """A hash over names, sizes and times of the files of a source; empty without files."""
    digest, is_empty = hashlib.sha256(), True
    for path in sorted((settings.landing / source).rglob("*")):
        if path.is_file():
            state, is_empty = path.stat(), False
            name = os.fsencode(path.relative_to(settings.landing))
            digest.update(name + f" {state.st_size} {state.st_mtime_ns}\n".encode())
    return "" if is_empty else digest.hexdigest()


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def tell_of_failure(context: dg.RunFailureSensorContext) -> None:
    """Send what failed and how to mend it; the snapshot in force stays."""
    record = last_build(settings) or {}
    reason = record["message"] if record.get("state") in ("failed", "killed") else context.failure_event.message
    what = "月末快照" if context.dagster_run.tags.get("dagster/partition") else "构建"
    if not send(settings.alert_urls, f"软城观测：{what}未完成，沿用原快照", str(reason)):
        context.log.warning("no alert was sent: set SOFTCITY_ALERT_URLS, or look at the receiver")


@dg.sensor(minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING)
def tell_of_stale_sources(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Send once for each source that is past its rhythm today; again only after it came and is late anew."""
    contracts = load_contracts()
    stale = stale_sources(report_on_file(settings).records, contracts, datetime.now(ZoneInfo(SHANGHAI)).date())
    told = json.loads(context.cursor or "{}")
    fresh = {source: day for source, day in stale.items() if told.get(source) != day.isoformat()}
    lines = [
        f"{contracts[source].title}（{contracts[source].sender}，{contracts[source].rhythm.words}）：最近收到 {day}"
        for source, day in fresh.items()
    ]
    if fresh and not send(settings.alert_urls, f"软城观测：{len(fresh)} 个来源超过报送周期", "\n".join(lines)):
        return dg.SkipReason("no alert was sent: set SOFTCITY_ALERT_URLS, or look at the receiver")
    context.update_cursor(json.dumps({source: day.isoformat() for source, day in stale.items()}))
    return dg.SkipReason(f"{len(stale)} sources are past their rhythm, {len(fresh)} told now")


@dg.sensor(minimum_interval_seconds=86_400, default_status=dg.DefaultSensorStatus.RUNNING)
def forget_old_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Drop runs of more than 400 days, with their events and logs: Dagster keeps runs for ever, and no source is rarer than yearly."""
    before = datetime.now(UTC) - timedelta(days=RUNS_DAYS)
    old = context.instance.get_runs(dg.RunsFilter(created_before=before), limit=500)
    for run in old:
        context.instance.compute_log_manager.delete_logs(prefix=[run.run_id])
        context.instance.delete_run(run.run_id)
    return dg.SkipReason(f"{len(old)} runs of more than {RUNS_DAYS} days dropped")


defs = dg.Definitions(
    assets=assets,
    jobs=[daily_build, month_end],
    schedules=[every_morning, every_month],
    sensors=[new_files, on_change, tell_of_failure, tell_of_stale_sources, forget_old_runs],
    executor=dg.in_process_executor,
)
