"""When runs begin by themselves, and who hears of what went wrong: the build at six, month ends, new files, alerts."""

import hashlib
import json
import os
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.alerts import send
from pipelines.base.disk import everything_below
from pipelines.build_record import last_build
from pipelines.quality.history import stale_sources
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import report_on_file

SHANGHAI = "Asia/Shanghai"
RUNS_DAYS = 400
TELLING = "tell_people"


def schedules(daily_build: Any, month_end: Any) -> list[Any]:
    """The schedules of the two jobs."""
    every_morning = dg.ScheduleDefinition(
        name="every_morning", job=daily_build, cron_schedule="0 6 * * *", execution_timezone=SHANGHAI,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )  # fmt: skip
    # on the fifth, when the files of the month have come
    every_month = dg.build_schedule_from_partitioned_job(
        month_end, name="every_month", day_of_month=5, hour_of_day=7, default_status=dg.DefaultScheduleStatus.RUNNING
    )
    return [every_morning, every_month]


def tell_people(settings: Settings, executor: Any) -> dg.JobDefinition:
    """The job that tells persons: notices on the page, reports and alerts by mail (pipelines/notify.py)."""

    @dg.op
    def notices(context: dg.OpExecutionContext) -> None:
        """One round. What could not be sent is tried again in a later one, and is no failure of this."""
        from pipelines.notify import notify

        told = notify(settings, progress=context.log.info)
        context.log.info(f"{told.notices} notices, {told.sent} mails sent, {told.failed} not taken, {told.dropped} no longer wanted")
        for problem in told.problems:
            context.log.error(problem)

    @dg.job(name=TELLING, executor_def=executor, description="Tell each person what they asked for, once.")
    def telling() -> None:
        notices()

    return telling


def sensors(settings: Settings, daily_build: Any, telling: Any) -> list[dg.SensorDefinition]:
    """The sensors of one home."""

    @dg.sensor(job=telling, minimum_interval_seconds=600, default_status=dg.DefaultSensorStatus.RUNNING)
    def told_in_time(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Tell persons when there is a new snapshot, month's end, week, alert or address, or mail that waits."""
        from pipelines.notify import due  # late: it brings the dashboard along

        reason = due(settings)
        return dg.RunRequest(run_key=reason) if reason else dg.SkipReason("nothing new to tell anybody")

    @dg.sensor(job=daily_build, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
    def new_files(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Build when a landing folder changed (a file came, changed or went) and has been still for a minute."""
        now = {source: _state_of(settings, source) for source in load_contracts()}
        cursor = json.loads(context.cursor or "{}")
        seen, built = cursor.get("seen", {}), cursor.get("built", {})
        changed = [source for source, state in now.items() if state and state != built.get(source)]
        still = [source for source in changed if now[source] == seen.get(source)]
        is_ready = bool(still) and still == changed
        context.update_cursor(json.dumps({"seen": now, "built": now if is_ready else built}))
        if not is_ready:
            return dg.SkipReason("files are still arriving" if changed else "nothing new under landing/")
        return dg.RunRequest(run_key=hashlib.sha256(json.dumps(now).encode()).hexdigest()[:20], tags={"softcity/new_files": ",".join(still)})

    @dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
    def tell_of_failure(context: dg.RunFailureSensorContext) -> None:
        """Send what failed and how to mend it; the snapshot in force stays."""
        record = last_build(settings) or {}
        reason = record["message"] if record.get("state") in ("failed", "killed") else context.failure_event.message
        what = "月末快照未完成，沿用原快照" if context.dagster_run.tags.get("dagster/partition") else "构建未完成，沿用原快照"
        if context.dagster_run.job_name == TELLING:
            what, reason = "提醒未发送", context.failure_event.message
        if not send(settings.alert_urls, f"软城观测：{what}", str(reason)):
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

    return [new_files, told_in_time, tell_of_failure, tell_of_stale_sources, forget_old_runs]


def _state_of(settings: Settings, source: str) -> str:
    """A hash over names, sizes and times of the files of a source; empty without files."""
    digest, is_empty = hashlib.sha256(), True
    for path in everything_below(settings.landing / source):
        with suppress(OSError):   # taken away meanwhile, or a link that leads to itself
            if stat.S_ISREG((state := path.stat()).st_mode):
                is_empty = False
                name = os.fsencode(path.relative_to(settings.landing))
                digest.update(name + f" {state.st_size} {state.st_mtime_ns}\n".encode())
    return "" if is_empty else digest.hexdigest()
