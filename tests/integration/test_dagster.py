"""The same steps as assets: they load, run in one process, wake at six and when files arrive, and stop on an error."""

import importlib
from pathlib import Path
from types import ModuleType

import dagster as dg
import pytest

from pipelines.publish import current_id
from pipelines.sources.contract import load_contracts

HEADER = "企业名称,统一社会信用代码,注册日期\n"


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    home = tmp_path_factory.mktemp("home")
    folder = home / "landing" / "registrations"
    folder.mkdir(parents=True)
    row = "无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-01-01\n"
    (folder / "registrations_2024-01-31.csv").write_text(HEADER + row, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTCITY_HOME", str(home))
        import pipelines.definitions

        return importlib.reload(pipelines.definitions)


def test_every_source_is_an_asset_with_its_freshness(definitions: ModuleType) -> None:
    graph = definitions.defs.resolve_asset_graph()
    for name in load_contracts():
        assert graph.get(dg.AssetKey(["raw", name])).freshness_policy is not None


def test_the_daily_build_wakes_at_six_in_shanghai(definitions: ModuleType) -> None:
    schedule = definitions.every_morning
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Asia/Shanghai")


def test_a_run_publishes_and_an_unsound_source_keeps_the_old_snapshot(definitions: ModuleType) -> None:
    settings = definitions.settings
    run = definitions.defs.resolve_job_def("daily_build").execute_in_process(raise_on_error=False)
    assert run.success
    first = current_id(settings.published)
    assert first == "20200101-0001"
    checks = run.get_asset_check_evaluations()
    assert {(data.asset_key.path[-1], data.passed) for data in checks} >= {("registrations", True), ("fct_claim", True)}

    for raw in (settings.raw / "registrations").glob("[0-9a-f]*.parquet"):
        raw.unlink()  # no enterprise is left: an error at the incoming door
    run = definitions.defs.resolve_job_def("daily_build").execute_in_process(raise_on_error=False)
    assert not run.success
    assert current_id(settings.published) == first


def test_the_sensor_waits_until_files_are_still_and_asks_once(definitions: ModuleType) -> None:
    def tick(cursor: str | None) -> tuple[object, str | None]:
        context = dg.build_sensor_context(cursor=cursor)
        return definitions.new_files(context), context.cursor

    answer, cursor = tick(None)
    assert isinstance(answer, dg.SkipReason)
    answer, cursor = tick(cursor)
    assert isinstance(answer, dg.RunRequest)
    answer, cursor = tick(cursor)
    assert isinstance(answer, dg.SkipReason)
    new = Path(definitions.settings.landing) / "registrations" / "more_2024-02-01.csv"
    new.write_text(HEADER + "无锡示范乙软件有限公司,,2021-01-01\n", encoding="utf-8")
    answer, cursor = tick(cursor)
    assert isinstance(answer, dg.SkipReason)
    answer, _ = tick(cursor)
    assert isinstance(answer, dg.RunRequest)
