"""The build as assets, unattended: it publishes, rests when nothing is new, stops on a bad file, and tells someone."""

import email.policy
import importlib
import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.assets.record import last_build, one_build_at_a_time
from pipelines.publish import current_id, read_manifest, snapshots
from pipelines.quality.history import accept
from pipelines.quality.suites import suites
from pipelines.schedule import fail_what_died, instance_folder
from pipelines.settings import Settings
from pipelines.sources.contract import load_contracts
from pipelines.status import reconcile, sentences, status

HEADER = "企业名称,统一社会信用代码,注册日期\n"
FIRMS = [
    "无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-01-01\n",
    "无锡示范乙软件有限公司,,2021-01-01\n",
    "无锡示范丙软件有限公司,,2022-01-01\n",
    "无锡示范丁软件有限公司,,2024-02-20\n",
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
    received: list[EmailMessage] = []

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in map(bytes.upper, self.rfile):
                if line.startswith(b"DATA"):
                    self.wfile.write(b"354 go on\r\n")
                    content = b"".join(iter(self.rfile.readline, b".\r\n"))
                    received.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
                self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 well\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"mailto://127.0.0.1:{server.server_address[1]}?from=city@example.cn&to=steward@example.cn&mode=insecure", received
        server.shutdown()


@pytest.fixture(scope="module")
def definitions(
    tmp_path_factory: pytest.TempPathFactory,
    letters: tuple[str, list[dict[str, Any]]],
    mailbox: tuple[str, list[EmailMessage]],
) -> Iterator[ModuleType]:
    home = tmp_path_factory.mktemp("home")
    _write(home, "registrations_full_2024-02-25.csv", FIRMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTCITY_HOME", str(home))
        patch.setenv("SOFTCITY_ALERT_URLS", f"{letters[0]},{mailbox[0]}")
        import pipelines.definitions

        yield importlib.reload(pipelines.definitions)


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def _write(home: Path, name: str, firms: list[str]) -> None:
    folder = home / "landing" / "registrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEADER + "".join(firms), encoding="utf-8")


def _run(
    definitions: ModuleType, instance: dg.DagsterInstance, job: str = "daily_build", **more: Any
) -> dg.ExecuteInProcessResult:
    return definitions.defs.resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False, **more)


def _made(run: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.path[-1] for event in run.get_asset_materialization_events() if event.asset_key}


def test_every_source_is_an_asset_with_its_rhythm_and_every_table_with_expectations_has_a_check(
    definitions: ModuleType,
) -> None:
    dg.Definitions.validate_loadable(definitions.defs)
    graph = definitions.defs.resolve_asset_graph()
    for name, contract in load_contracts().items():
        policy = graph.get(dg.AssetKey(["raw", name])).freshness_policy
        assert policy.fail_window.to_timedelta().days == contract.rhythm.days
    assert {key.asset_key.path[-1] for key in graph.asset_check_keys} == {*suites("in"), *suites("out")}


def test_the_daily_build_wakes_at_six_in_shanghai(definitions: ModuleType) -> None:
    schedule = definitions.every_morning
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Asia/Shanghai")


def test_a_run_publishes_tells_rows_and_hashes_and_the_next_publishes_nothing(
    definitions: ModuleType, instance: dg.DagsterInstance
) -> None:
    published = definitions.settings.published
    run = _run(definitions, instance)
    assert run.success
    first = current_id(published)
    assert first == "20240220-0001"
    assert {"registrations", "identity", "law", "fct_claim", "snapshot"} <= _made(run)
    assert "payments" not in _made(run)  # nothing came
    metadata = next(
        event.step_materialization_data.materialization.metadata
        for event in run.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(["raw", "registrations"])
    )
    assert metadata["rows_loaded"].value == 4
    assert len(metadata["newest_sha256"].value) == 64
    assert "示范甲" in metadata["sample"].value
    assert all(check.passed for check in run.get_asset_check_evaluations())

    again = _run(definitions, instance)
    assert again.success
    assert _made(again) == set()
    assert [path.name for path in snapshots(published)] == [first]


def test_a_change_asks_for_its_source_and_all_that_is_made_with_it(
    definitions: ModuleType, instance: dg.DagsterInstance
) -> None:
    before = dg.evaluate_automation_conditions(definitions.defs, instance=instance)
    key = dg.AssetKey(["raw", "registrations"])
    instance.report_runless_asset_event(dg.AssetMaterialization(["landing", "registrations"]))
    after = dg.evaluate_automation_conditions(definitions.defs, instance=instance, cursor=before.cursor)
    assert (before.get_num_requested(key), after.get_num_requested(key)) == (0, 1)
    assert after.get_num_requested(dg.AssetKey("snapshot")) == 1  # one step makes both
    assert after.get_num_requested(dg.AssetKey("month_snapshot")) == 0


def test_a_month_gets_its_snapshot_beside_the_current_one(
    definitions: ModuleType, instance: dg.DagsterInstance
) -> None:
    published = definitions.settings.published
    current = current_id(published)
    assert _run(definitions, instance, "month_end", partition_key="2024-01-01").success
    assert [path.name for path in snapshots(published)] == [current, "20240131-0002"]
    assert current_id(published) == current
    again = _run(definitions, instance, "month_end", partition_key="2024-01-01")
    assert again.success
    assert len(snapshots(published)) == 2  # made once
    early = _run(definitions, instance, "month_end", partition_key="2024-02-01")
    assert early.success
    assert len(snapshots(published)) == 2  # the data reach 20 February only


def test_a_half_size_full_file_is_stopped_told_and_let_stand_only_by_a_person(
    definitions: ModuleType,
    instance: dg.DagsterInstance,
    letters: tuple[str, list[dict[str, Any]]],
    mailbox: tuple[str, list[EmailMessage]],
) -> None:
    settings = definitions.settings
    current = current_id(settings.published)
    _write(settings.home, "registrations_full_2024-03-31.csv", FIRMS[:2])
    run = _run(definitions, instance)
    assert not run.success
    assert current_id(settings.published) == current
    assert [check.asset_key.path[-1] for check in run.get_asset_check_evaluations() if not check.passed] == [
        "mart_source_trend"
    ]

    event = next(event for event in run.all_events if event.is_failure and event.is_job_event)
    context = dg.build_run_status_sensor_context("tell_of_failure", event, instance, run.dagster_run)
    definitions.tell_of_failure(context.for_run_failure())
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

    accept(settings, "registrations/registrations_full_2024-03-31.csv", "两家已注销，登记部门已确认")
    assert _run(definitions, instance).success
    assert read_manifest(settings.published)["snapshot_id"] != current
    assert all(line["is_balanced"] for line in reconcile(settings))
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb")) as con:
        shares = con.execute("select usual_rows from mart_source_trend where delivery = 'full'").fetchall()
    assert shares == [(None,), (None,)]  # counted anew from the file let stand


def test_a_run_waits_while_another_build_holds_the_lock(definitions: ModuleType) -> None:
    with one_build_at_a_time(definitions.settings):
        context = dg.build_asset_context()
        city = next(asset for asset in definitions.assets if getattr(asset, "op", None) and asset.op.name == "city")
        with pytest.raises(dg.RetryRequested):
            list(city(context))


def test_a_source_past_its_rhythm_is_told_once(
    definitions: ModuleType, letters: tuple[str, list[dict[str, Any]]]
) -> None:
    before = len(letters[1])
    context = dg.build_sensor_context()
    definitions.tell_of_stale_sources(context)
    assert "企业登记" in letters[1][-1]["message"]
    definitions.tell_of_stale_sources(dg.build_sensor_context(cursor=context.cursor))
    assert len(letters[1]) == before + 1


def test_the_sensor_waits_until_files_are_still_and_tells_once(definitions: ModuleType) -> None:
    def tick(cursor: str | None) -> tuple[list[str], str | None]:
        context = dg.build_sensor_context(cursor=cursor)
        answer = definitions.new_files(context)
        events = answer.asset_events if isinstance(answer, dg.SensorResult) else []
        return [event.asset_key.path[-1] for event in events], context.cursor

    told, cursor = tick(None)
    assert told == []
    told, cursor = tick(cursor)
    assert told == ["registrations"]
    told, cursor = tick(cursor)
    assert told == []
    _write(definitions.settings.home, "more_2024-02-01.csv", ["无锡示范戊软件有限公司,,2021-01-01\n"])
    told, cursor = tick(cursor)
    assert told == []
    told, _ = tick(cursor)
    assert told == ["registrations"]


def test_a_killed_build_is_told_from_a_running_one(definitions: ModuleType) -> None:
    settings = definitions.settings
    with one_build_at_a_time(settings):
        assert (last_build(settings) or {})["state"] == "running"
        left = (settings.var / "last_build.json").read_text(encoding="utf-8")
    (settings.var / "last_build.json").write_text(left, encoding="utf-8")
    assert (last_build(settings) or {})["state"] == "killed"
    assert date.fromisoformat((last_build(settings) or {})["started_at"][:10])


def test_a_run_whose_scheduler_was_killed_is_ended_and_one_that_lives_is_not(definitions: ModuleType, tmp_path: Path) -> None:
    with dg.DagsterInstance.from_config(str(instance_folder(Settings(home=tmp_path, landing=tmp_path)))) as kept:
        run = kept.create_run_for_job(definitions.defs.resolve_job_def("daily_build"), status=dg.DagsterRunStatus.STARTED)
        settings = Settings(home=tmp_path, landing=tmp_path)
        with one_build_at_a_time(settings):
            assert fail_what_died(settings, settings.var / "dagster") == 0
        assert fail_what_died(settings, settings.var / "dagster") == 1
        assert kept.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE


def test_runs_of_more_than_400_days_go_with_their_logs(
    definitions: ModuleType, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = instance.create_run_for_job(definitions.defs.resolve_job_def("daily_build"))
    context = dg.build_sensor_context(instance=instance)
    assert str(definitions.forget_old_runs(context).skip_message).startswith("0 runs")
    monkeypatch.setattr(definitions, "RUNS_DAYS", -1)  # all of them are older than tomorrow
    definitions.forget_old_runs(context)
    assert not instance.has_run(run.run_id)
