"""A dbt test that fails is told first, with its rows, whatever dbt did not make because of it."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from pipelines.base.errors import SnapshotRefused
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.build_record import last_build
from pipelines.settings import PROJECT, Settings

ASKED = """-- No park may open before its district existed.
select park_id, opened_on from {{ ref('stg_parks') }}
where opened_on < date '2000-01-01'
"""
FILES = {
    "parks/parks_2025-01-06.csv": "园区编码,园区名称,所在区,运营主体名称,开园日期\nP9,甲软件园,新吴区,无锡甲园区运营有限公司,1999-05-01\n",
    "registrations/full_2025-01-06.csv": "企业名称,统一社会信用代码,注册日期\n无锡示范甲软件有限公司,,2020-01-01\n",
}


def test_a_failed_dbt_test_is_told_with_its_question_and_its_rows_and_nothing_is_published(tmp_path: Path) -> None:
    project = tmp_path / "dbt"
    shutil.copytree(PROJECT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "tests" / "assert_no_park_is_too_old.sql").write_text(ASKED, encoding="utf-8")
    settings = dataclasses.replace(Settings.load(tmp_path), dbt_project=project)
    for name, rows in FILES.items():
        path = settings.landing / name
        path.parent.mkdir(parents=True)
        path.write_text(rows, encoding="utf-8")
    with pytest.raises(SnapshotRefused) as refused:
        build(settings)
    first = str(refused.value).splitlines()[1]
    assert "assert_no_park_is_too_old（No park may open before its district existed.）" in first
    assert "park_id P9 opened_on 1999-05-01" in first
    assert current_id(settings.published) is None
    told = [check for check in (last_build(settings) or {})["checks"] if not check["is_success"]]
    assert any("assert_no_park_is_too_old" in check["check_id"] for check in told)
