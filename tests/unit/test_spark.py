"""A build on Spark, as far as it goes without starting Spark: what is missing is named, half a model is refused."""

import shutil
import threading
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines import doctor, spark
from pipelines.base.errors import BuildError, BuildRunning, SettingsError
from pipelines.build import build
from pipelines.build_record import build_lock
from pipelines.inputs import Inputs
from pipelines.settings import Settings
from pipelines.spark import Lake, words

MODEL = {
    "resource_type": "model", "name": "mart_x", "config": {"contract": {"enforced": True}},
    "columns": {"n": {"data_type": "bigint"}, "paid_yuan": {"data_type": "decimal(18, 2)"}},
}  # fmt: skip
INPUTS = Inputs("run", *[date(2025, 12, 31)] * 4, "effective", "", True)
MADE = {"nodes": {"model.softcity.mart_x": MODEL}}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SOFTCITY_ENGINE", "spark")
    monkeypatch.setattr(spark, "java_version", lambda: 17)
    found = Settings.load(tmp_path / "home")
    found.work.mkdir(parents=True)
    return found


def written(settings: Settings) -> Path:
    """The model as Spark leaves it: an int where the contract has a bigint, the mark last."""
    folder = spark.folder_of(settings, None) / "models" / "softcity.db" / "mart_x"
    folder.mkdir(parents=True)
    duckdb.sql("select 1::integer as n, 2.5::decimal(10, 2) as paid_yuan").write_parquet(str(folder / "part-0.parquet"))
    (folder / "_SUCCESS").touch()
    return folder


@pytest.mark.parametrize(("name", "value"), [("SOFTCITY_ENGINE", "Spark"), ("SOFTCITY_LAKE", "lake"), ("SOFTCITY_LAKE", "s3://bucket/lake")])
def test_an_engine_or_lake_that_is_none_is_refused_by_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        Settings.load()


def test_without_java_no_build_begins_and_doctor_says_how_to_get_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "java_version", lambda: None)
    with pytest.raises(BuildError, match="openjdk-17"):
        build(settings)
    assert any(f.name == "engine" and f.level == "error" and "openjdk-17" in f.says for f in doctor._engine(settings))


def test_a_lake_that_is_no_folder_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTCITY_LAKE", str(tmp_path / "unmounted"))
    assert any("SOFTCITY_LAKE" in what for what in spark.missing(Settings.load(tmp_path)))


def test_doctor_warns_of_a_lake_without_room(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTCITY_LAKE", str(tmp_path))
    monkeypatch.setattr(spark, "missing", lambda _: [])
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda _: "4")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
    assert any(f.name == "lake" and f.level == "warn" for f in doctor._engine(Settings.load(tmp_path)))


def test_two_engines_do_not_build_in_one_home(settings: Settings) -> None:
    with build_lock(Settings.load(settings.home)), pytest.raises(BuildRunning):
        build(settings)


def test_a_model_of_spark_comes_back_typed_by_its_contract(settings: Settings) -> None:
    written(settings)
    Lake(settings, spark.folder_of(settings, None)).collect(MADE)
    with duckdb.connect(str(settings.warehouse)) as con:
        assert con.execute("select column_name, column_type from (describe mart_x)").fetchall() == [("n", "BIGINT"), ("paid_yuan", "DECIMAL(18,2)")]


def test_a_model_without_a_contract_comes_back_as_spark_typed_it(settings: Settings) -> None:
    written(settings).rename(spark.folder_of(settings, None) / "models" / "softcity.db" / "int_claims")
    columns = {"n": {"name": "n", "data_type": None}}   # named for its tests, not typed
    told = {"resource_type": "model", "name": "int_claims", "config": {"contract": {"enforced": False}}, "columns": columns}
    Lake(settings, spark.folder_of(settings, None)).collect({"nodes": {"model.softcity.int_claims": told}})
    with duckdb.connect(str(settings.warehouse)) as con:
        assert con.execute("select column_name, column_type from (describe int_claims)").fetchall() == [("n", "INTEGER"), ("paid_yuan", "DECIMAL(10,2)")]


def test_a_model_that_spark_did_not_finish_is_refused(settings: Settings) -> None:
    (written(settings) / "_SUCCESS").unlink()
    with pytest.raises(BuildError, match="not written all of mart_x"):
        Lake(settings, spark.folder_of(settings, None)).collect(MADE)


def test_a_file_of_a_model_cut_short_is_refused(settings: Settings) -> None:
    file = written(settings) / "part-0.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(BuildError, match="Parquet of mart_x cannot be read"):
        Lake(settings, spark.folder_of(settings, None)).collect(MADE)


def test_a_build_whose_workers_are_gone_says_so_whatever_the_ended_session_says(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = threading.Event()
    lost.set()
    monkeypatch.setattr(spark, "_watched", lambda: nullcontext(lost))
    monkeypatch.setattr(spark, "stop", lambda: None)
    with pytest.raises(BuildError, match="no worker for 60 seconds"), spark.lake(settings, INPUTS, {"sources": {}}):
        raise ValueError("[TABLE_OR_VIEW_NOT_FOUND] arrivals.source")
    assert not spark.folder_of(settings, INPUTS).exists()


def test_homes_that_share_a_lake_have_folders_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOFTCITY_LAKE", str(tmp_path))
    homes = [Settings.load(tmp_path / name) for name in ("a", "b")]
    assert len({spark.folder_of(home, None) for home in homes}) == 2


@pytest.mark.parametrize(("said", "mend"), [("java.io.IOException: No space left on device\n\tat x", "make room"), ("ExecutorLostFailure (executor 1)", "a worker of Spark")])
def test_what_spark_says_is_told_with_its_mend_and_without_the_trace(said: str, mend: str) -> None:
    assert mend in words(said)
    assert "\tat" not in words(said)
