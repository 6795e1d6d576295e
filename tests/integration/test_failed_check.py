"""A dbt test that fails is told first, with its rows, whatever dbt did not make because of it; so is a row that gets lost."""

import dataclasses
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.base.errors import SnapshotRefused
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.build_record import last_build
from pipelines.dbt_run import checks_of, run_dbt
from pipelines.inputs import Inputs
from pipelines.settings import PROJECT, Settings
from tests.conftest import City

ASKED = """-- No park may open before its district existed.
select park_id, opened_on from {{ ref('stg_parks') }}
where opened_on < date '2000-01-01'
"""
FILES = {
    "parks/parks_2025-01-06.csv": "园区编码,园区名称,所在区,运营主体名称,开园日期\nP9,甲软件园,新吴区,无锡甲园区运营有限公司,1999-05-01\n",
    "registrations/full_2025-01-06.csv": "企业名称,统一社会信用代码,注册日期\n无锡示范甲软件有限公司,,2020-01-01\n",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a dbt project of its own, and what dbt kept of parsing ours: it parses the test that is added alone."""
    home = tmp_path_factory.mktemp("home")
    project = shutil.copytree(PROJECT / "dbt_project", home / "dbt", ignore=shutil.ignore_patterns("*.json", ".*", "logs"))
    settings = dataclasses.replace(Settings.load(home), dbt_project=project)
    for name, rows in FILES.items():
        path = settings.landing / name
        path.parent.mkdir(parents=True)
        path.write_text(rows, encoding="utf-8")
    return settings


def test_a_failed_dbt_test_is_told_with_its_question_and_its_rows_and_nothing_is_published(settings: Settings) -> None:
    (settings.dbt_project / "tests" / "assert_no_park_is_too_old.sql").write_text(ASKED, encoding="utf-8")
    with pytest.raises(SnapshotRefused) as refused:
        build(settings)
    first = str(refused.value).splitlines()[1]
    assert "assert_no_park_is_too_old（No park may open before its district existed.）" in first
    assert "park_id P9 opened_on 1999-05-01" in first
    assert current_id(settings.published) is None
    told = [check for check in (last_build(settings) or {})["checks"] if not check["is_success"]]
    assert any("assert_no_park_is_too_old" in check["check_id"] for check in told)


def test_a_row_that_gets_lost_fails_a_dbt_test_by_the_name_of_its_file(city: City, tmp_path: Path) -> None:
    settings = city.copied(tmp_path / "home")
    lost = next((settings.work / "raw" / "payments").glob("[0-9a-f]*.parquet"))
    [(source_file,)] = duckdb.sql(f"select distinct source_file from '{lost}'").fetchall()
    lost.unlink()
    models = ("stg_payments", "int_rows_read", "int_rows_in_force", "mart_reconciliation")
    told = run_dbt(settings, "build", "--select", *models, inputs=Inputs.read(settings.work))
    [failed] = [check for check in checks_of(settings, told) if "accounted" in check.check_id]
    assert (failed.is_success, failed.severity) == (False, "error")
    assert f"payments {source_file}" in (failed.sample or "")
