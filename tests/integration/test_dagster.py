"""The build as assets, unattended: what publishes, what holds, what is tried again or resumed, who is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.access import accounts, mail
from pipelines.base.snapshots import current_id, snapshots
from pipelines.build import build
from pipelines.build_record import last_build, one_build_at_a_time
from pipelines.defs import automation, definitions, raw, resources
from pipelines.quality.suites import suites
from pipelines.schedule import fail_what_died, instance_folder
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.sources.ingest import read_source
from pipelines.status import sentences, status
from tests.mailbox import mailbox as mailbox_here

HEADER = "企业名称,统一社会信用代码,注册日期,区划代码\n"
FIRMS = [
    "无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-01-01,320214\n",
    "无锡示范乙软件有限公司,,2021-01-01,\n",
    "无锡示范丙软件有限公司,,2022-01-01,\n",
    "无锡示范丁软件有限公司,,2024-02-20,\n",
]


@pytest.fixture(scope="module")
def letters() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on this machine, and what it was sent."""
    received: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/alerts", received
    server.shutdown()


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[str, list[EmailMessage]]]:
    """A mail server on this machine, and what came to it."""
    with mailbox_here() as received:
        yield f"{received.address}&to=steward@example.cn", received


@pytest.fixture(scope="module")
def settings(
    tmp_path_factory: pytest.TempPathFactory,
    letters: tuple[str, list[dict[str, Any]]],
    mailbox: tuple[str, list[EmailMessage]],
) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("home")
    _write(home, "registrations_full_2024-01-20.csv", [FIRMS[0].replace(",320214\n", ",320211\n"), *FIRMS[1:3]])   # it moved; another came
    _write(home, "registrations_full_2024-02-25.csv", FIRMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTCITY_MAIL_URL", mailbox[0].partition("&to=")[0])
        patch.setenv("SOFTCITY_ALERT_URLS", f"{letters[0]},{mailbox[0]}")
        yield Settings.load(home)


@pytest.fixture(scope="module")
def defs(settings: Settings) -> dg.Definitions:
    return definitions(settings)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def _write(home: Path, name: str, firms: list[str]) -> None:
    folder = home / "landing" / "registrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEADER + "".join(firms), encoding="utf-8")


def _run(defs: dg.Definitions, instance: dg.DagsterInstance, job: str = "daily_build", **more: Any) -> dg.ExecuteInProcessResult:
    return defs.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False, **more)


def _made(run: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in run.get_asset_materialization_events() if event.asset_key}


def _events(run: dg.ExecuteInProcessResult, kind: dg.DagsterEventType) -> set[str]:
    return {event.step_key for event in run.all_events if event.event_type == kind and event.step_key}


def _version(run: dg.ExecuteInProcessResult, source: str) -> str:
    event = next(e for e in run.get_asset_materialization_events() if e.asset_key == dg.AssetKey(["raw", source]))
    return (event.step_materialization_data.materialization.tags or {})["dagster/data_version"]


def _rows(settings: Settings, snapshot_id: str, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published / snapshot_id / "marts.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def _sensor(defs: dg.Definitions, name: str) -> Any:
    return defs.resolve_sensor_def(name)


def test_every_source_has_its_rhythm_and_every_table_with_expectations_a_check_that_blocks(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)
    graph = defs.resolve_asset_graph()
    for name, contract in load_contracts().items():
        policy = graph.get(dg.AssetKey(["landing", name])).freshness_policy
        assert policy.fail_window.to_timedelta().days == contract.rhythm.days
        assert graph.get(dg.AssetKey(["raw", name])).parent_keys == {dg.AssetKey(["landing", name])}
    checked = {key.asset_key.path[-1] for key in graph.asset_check_keys if key.name == "expectations" and graph.get(key).blocking}
    assert checked == {*suites("raw"), *suites("mart")}
    assert {"raw/payments", "inputs"} <= {key.to_user_string() for key in graph.get(dg.AssetKey("inputs")).parent_keys} | {"inputs"}


def test_the_daily_build_wakes_at_six_in_shanghai(defs: dg.Definitions) -> None:
    schedule = defs.resolve_schedule_def("every_morning")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Asia/Shanghai")


def test_a_run_publishes_with_rows_hashes_and_times_and_the_next_makes_nothing_of_the_same_rows(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance
) -> None:
    run = _run(defs, instance)
    assert run.success
    first = current_id(settings.published)
    assert first == "20240220-0001"
    assert {"landing/registrations", "raw/registrations", "raw/payments", "identity", "law", "fct_claim", "snapshot"} <= _made(run)
    assert "landing/payments" not in _made(run)  # nothing came
    told = {e.asset_key.path[-1]: e.step_materialization_data.materialization.metadata for e in run.get_asset_materialization_events()}
    assert told["dim_enterprise"]["Execution Duration"].value > 0
    assert told["dim_enterprise"]["dagster/row_count"].value == 4
    assert told["registrations"]["rows_loaded"].value == 7
    assert len(told["registrations"]["newest_sha256"].value) == 64
    assert "示范甲" in told["registrations"]["sample"].value
    checks = run.get_asset_check_evaluations()
    assert all(check.passed for check in checks)
    assert {"unique_dim_enterprise_enterprise_id"} & {check.check_name for check in checks}, "dbt's own tests are checks of their models"

    again = _run(defs, instance)
    assert again.success
    assert _made(again) == {"law", "reference", *(f"raw/{source}" for source in load_contracts())}
    assert _version(again, "registrations") == _version(run, "registrations")
    assert [path.name for path in snapshots(settings.published)] == [first]
    assert (last_build(settings) or {})["state"] == "unchanged"


def test_one_model_is_made_alone_and_what_it_touched_is_not_published(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance
) -> None:
    before = current_id(settings.published)
    alone = _run(defs, instance, asset_selection=[dg.AssetKey("dim_park")])
    assert alone.success
    assert _made(alone) == {"dim_park"}
    publishing = _run(defs, instance, asset_selection=[dg.AssetKey("snapshot")])
    assert not publishing.success
    assert "not all of one build" in (last_build(settings) or {})["message"]
    assert current_id(settings.published) == before


def test_a_month_end_is_the_build_of_its_last_day_whoever_asks_for_it(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance
) -> None:
    current = current_id(settings.published)
    run = _run(defs, instance, "month_end", partition_key="2024-01-01")
    assert run.success
    assert "month_snapshot" in _made(run)
    assert [path.name for path in snapshots(settings.published)] == [current, "20240131-0002"]
    assert current_id(settings.published) == current
    again = _run(defs, instance, "month_end", partition_key="2024-01-01")
    assert again.success
    assert len(snapshots(settings.published)) == 2  # made once
    early = _run(defs, instance, "month_end", partition_key="2024-02-01")
    assert early.success
    assert len(snapshots(settings.published)) == 2  # the data reach 20 February only

    assert not build(settings, as_of=date(2024, 1, 31)).published, "it was made of just this"
    assert _rows(settings, "20240131-0002", "select enterprise_name[5], district_code from dim_enterprise order by 1") == [
        ("丙", None), ("乙", None), ("甲", "320211"),
    ], "丁 was not yet registered; 甲 had not moved"  # fmt: skip
    assert current_id(settings.published) == current


def test_a_source_that_fails_its_check_holds_what_hangs_on_it_and_nothing_else(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance
) -> None:
    current = current_id(settings.published)
    path = next(p for p in (settings.raw / "registrations").glob("*.parquet") if p.name != "_empty.parquet")
    whole = pq.read_table(path)
    place = whole.schema.get_field_index("enterprise_name")
    pq.write_table(whole.set_column(place, whole.field(place), pa.nulls(len(whole), whole.field(place).type)), path)   # what no file could bring
    (settings.raw / "_checks" / "registrations.json").unlink()
    try:
        run = _run(defs, instance)
    finally:
        pq.write_table(whole, path)
        (settings.raw / "_checks" / "registrations.json").unlink()
    assert not run.success
    assert _events(run, dg.DagsterEventType.STEP_FAILURE) == {"raw__registrations"}
    assert _made(run) == {"law", "reference", *(f"raw/{source}" for source in load_contracts())}
    assert current_id(settings.published) == current
    told = last_build(settings) or {}
    assert (told["state"], "registrations" in told["message"]) == ("failed", True)


def test_a_source_that_could_not_be_read_for_a_moment_is_tried_again_alone(
    defs: dg.Definitions, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def away_once(settings: Settings, contract: Any, progress: Callable[[str], object], con: Any) -> Any:
        tries.append(contract.source)
        if tries == ["payments"]:
            raise OSError("the share is away")
        return read_source(settings, contract, progress, con)

    monkeypatch.setattr(raw, "read_source", away_once)
    run = _run(defs, instance, asset_selection=[dg.AssetKey(["raw", "payments"])])
    assert run.success
    assert tries == ["payments", "payments"]
    assert _events(run, dg.DagsterEventType.STEP_UP_FOR_RETRY) == {"raw__payments"}


def test_a_run_waits_until_another_build_has_ended(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "WAIT_SECONDS", 0.2)
    began = time.monotonic()
    with one_build_at_a_time(settings) as record:
        record.state = "unchanged"
        refused = _run(defs, instance, run_config={"resources": {"city": {"config": {"wait_minutes": 0}}}})
        assert not refused.success
        ended = threading.Timer(2, record.checks.clear)
        ended.start()
        runs: list[dg.ExecuteInProcessResult] = []
        waiting = threading.Thread(target=lambda: runs.append(_run(defs, instance)))
        waiting.start()
        ended.join()
    waiting.join()
    assert runs[0].success
    assert time.monotonic() - began > 2


def test_a_half_size_full_file_is_stopped_and_told_with_what_lets_it_stand(
    defs: dg.Definitions,
    settings: Settings,
    instance: dg.DagsterInstance,
    letters: tuple[str, list[dict[str, Any]]],
    mailbox: tuple[str, list[EmailMessage]],
) -> None:
    current = current_id(settings.published)
    _write(settings.home, "registrations_full_2024-03-31.csv", FIRMS[:2])
    run = _run(defs, instance)
    assert not run.success
    assert current_id(settings.published) == current
    assert [check.asset_key.path[-1] for check in run.get_asset_check_evaluations() if not check.passed] == [
        "mart_source_trend"
    ]
    assert "snapshot" not in _made(run)
    assert "mart_source_trend" in _made(run)

    event = next(event for event in run.all_events if event.is_failure and event.is_job_event)
    context = dg.build_run_status_sensor_context("tell_of_failure", event, instance, run.dagster_run)
    _sensor(defs, "tell_of_failure")(context.for_run_failure())
    sent = letters[1][-1]
    assert "沿用原快照" in sent["title"]
    assert "最近的全量文件不少于往常行数的七成" in sent["message"]
    mail = mailbox[1][-1]
    assert (mail["to"], mail["subject"]) == ("steward@example.cn", sent["title"])
    assert "最近的全量文件不少于往常行数的七成" in (mail.get_body() or mail).get_content()

    value = status(settings)
    assert value["last_build"]["state"] == "failed"
    assert any("softcity accept" in line for line in sentences(value))
    assert "registrations" in (settings.var / "last_failures.csv").read_text(encoding="utf-8")


def test_a_source_past_its_rhythm_is_told_once(defs: dg.Definitions, letters: tuple[str, list[dict[str, Any]]]) -> None:
    before = len(letters[1])
    context = dg.build_sensor_context()
    _sensor(defs, "tell_of_stale_sources")(context)
    assert "企业登记" in letters[1][-1]["message"]
    _sensor(defs, "tell_of_stale_sources")(dg.build_sensor_context(cursor=context.cursor))
    assert len(letters[1]) == before + 1


def test_persons_are_told_once_by_a_run_that_is_asked_for_only_when_there_is_something_to_tell(
    defs: dg.Definitions, settings: Settings, instance: dg.DagsterInstance, mailbox: tuple[str, list[EmailMessage]]
) -> None:
    def asked() -> dg.RunRequest | dg.SkipReason:
        return _sensor(defs, "told_in_time")(dg.build_sensor_context(instance=instance))

    assert isinstance(asked(), dg.SkipReason), "nobody has an account"
    accounts.add(settings.accounts, "ana", "a long enough password", "analyst")
    mail.choose(settings.accounts, "ana", "ana@example.cn", ["alert"])
    settings.decisions.mkdir(exist_ok=True)
    rule = "alerts: [{id: missing, figure: missing_source_count, above: 0, roles: [analyst], text: 有来源从未报送}]"
    (settings.decisions / "alerts.yaml").write_text(rule, encoding="utf-8")
    before = len(mailbox[1])
    assert isinstance(asked(), dg.RunRequest)
    assert _run(defs, instance, "tell_people").success
    assert [(str(one["to"]), "有来源从未报送" in str(one["subject"])) for one in mailbox[1][before:]] == [("ana@example.cn", True)]
    assert isinstance(asked(), dg.SkipReason)


def test_the_sensor_waits_until_files_are_still_and_asks_for_one_build(defs: dg.Definitions, settings: Settings) -> None:
    def tick(cursor: str | None) -> tuple[bool, str | None]:
        context = dg.build_sensor_context(cursor=cursor)
        return isinstance(_sensor(defs, "new_files")(context), dg.RunRequest), context.cursor

    asked, cursor = tick(None)
    assert not asked
    asked, cursor = tick(cursor)
    assert asked
    asked, cursor = tick(cursor)
    assert not asked
    _write(settings.home, "more_2024-02-01.csv", ["无锡示范戊软件有限公司,,2021-01-01\n"])
    asked, cursor = tick(cursor)
    assert not asked
    asked, _ = tick(cursor)
    assert asked


def test_a_killed_build_is_told_from_a_running_one(settings: Settings) -> None:
    with one_build_at_a_time(settings):
        assert (last_build(settings) or {})["state"] == "running"
        left = (settings.var / "last_build.json").read_text(encoding="utf-8")
    (settings.var / "last_build.json").write_text(left, encoding="utf-8")
    assert (last_build(settings) or {})["state"] == "killed"
    assert date.fromisoformat((last_build(settings) or {})["started_at"][:10])


def test_a_run_whose_scheduler_was_killed_is_ended_and_one_that_lives_is_not(defs: dg.Definitions, tmp_path: Path) -> None:
    with dg.DagsterInstance.from_config(str(instance_folder(Settings(home=tmp_path, landing=tmp_path)))) as kept:
        run = kept.create_run_for_job(defs.resolve_job_def("daily_build"), status=dg.DagsterRunStatus.STARTED)
        settings = Settings(home=tmp_path, landing=tmp_path)
        with one_build_at_a_time(settings):
            assert fail_what_died(settings, settings.var / "dagster") == 0
        assert fail_what_died(settings, settings.var / "dagster") == 1
        assert kept.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE


def test_runs_of_more_than_400_days_go_with_their_logs(
    defs: dg.Definitions, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = instance.create_run_for_job(defs.resolve_job_def("daily_build"))
    context = dg.build_sensor_context(instance=instance)
    assert str(_sensor(defs, "forget_old_runs")(context).skip_message).startswith("0 runs")
    monkeypatch.setattr(automation, "RUNS_DAYS", -1)  # all of them are older than tomorrow
    _sensor(defs, "forget_old_runs")(context)
    assert not instance.has_run(run.run_id)
