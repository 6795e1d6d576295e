"""Lists of renamings tell former names and new ones, aliases other names; of each the newest delivery counts."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.identity.resolve import resolve
from pipelines.settings import Settings
from pipelines.sources.archive import link_known
from pipelines.sources.ingest import ingest

META = "list: specialised_sme\nlevel: provincial\nissuer: 省工信厅\nstage: 公布\nround: 第一批\n"
REGISTER = """企业名称,统一社会信用代码,注册日期
无锡新名软件有限公司,91320214MA1MUQ2P0X,2015-01-01
无锡旧名科技有限公司,,2016-01-01
无锡另有其主软件有限公司,,2017-01-01
"""
RENAMED = """变更前名称,变更后名称
无锡原先软件有限公司,无锡新名软件有限公司
无锡旧名科技有限公司,无锡改称科技有限公司
无锡另有其主软件有限公司,无锡从未登记软件有限公司
无锡从未登记软件有限公司,无锡仍未登记软件有限公司
"""
LISTED = "企业名称\n无锡原先软件有限公司\n无锡改称科技有限公司\n无锡仍未登记软件有限公司\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    landing = tmp_path / "landing"
    for place, text in {
        "registrations/registrations_full_2025-01-01.csv": REGISTER,
        "recognitions/renamed_2025-03-01.csv": RENAMED,
        "recognitions/renamed_2025-03-01.csv.meta.yaml": f"{META}document: 更名通告一号\npublished_on: 2025-03-01\naction: 更名\n",
        "recognitions/granted_2024-12-01.csv": LISTED,
        "recognitions/granted_2024-12-01.csv.meta.yaml": f"{META}document: 名单一号\npublished_on: 2024-12-01\n",
    }.items():
        (landing / place).parent.mkdir(parents=True, exist_ok=True)
        (landing / place).write_text(text, encoding="utf-8")
    return Settings.load(tmp_path)


def _matches(settings: Settings, day: date) -> dict[str, tuple[str, str, str]]:
    ingest(settings, lambda _: None)
    work = settings.work
    shutil.rmtree(work, ignore_errors=True)
    link_known(settings.raw, work / "raw")
    resolve(work / "raw", work / "identity", day, date.max, settings.decisions)
    with duckdb.connect() as con:
        rows = con.execute("""
            select printed_name, decision, e.enterprise_name, m.reason from read_parquet($1 || '/name_match.parquet') as m
            left join read_parquet($1 || '/enterprise.parquet') as e using (enterprise_id)
        """, [str(work / "identity")]).fetchall()
    return {name: (decision, firm, reason) for name, decision, firm, reason in rows}


def test_either_name_of_a_renaming_points_at_the_firm_and_names_the_list(settings: Settings) -> None:
    found = _matches(settings, date(2025, 12, 31))
    assert found["无锡原先软件有限公司"] == ("auto", "无锡新名软件有限公司", "更名名单（更名通告一号）一致")
    assert found["无锡改称科技有限公司"] == ("auto", "无锡旧名科技有限公司", "更名名单（更名通告一号）一致")
    # one step only: a name known by a list alone renames nobody
    assert found["无锡仍未登记软件有限公司"][0] != "auto"


def test_a_renaming_that_is_not_yet_published_tells_nothing(settings: Settings) -> None:
    assert _matches(settings, date(2025, 2, 28))["无锡原先软件有限公司"][0] != "auto"


def _write(settings: Settings, files: dict[str, str]) -> None:
    for place, text in files.items():
        (settings.landing / place).parent.mkdir(parents=True, exist_ok=True)
        (settings.landing / place).write_text(text, encoding="utf-8")


def test_a_list_of_renamings_published_anew_replaces_the_earlier_one(settings: Settings) -> None:
    meta = f"{META}document: 更名通告一号\npublished_on: 2025-03-01\naction: 更名\n"
    corrected = "变更前名称,变更后名称\n无锡原先软件有限公司,无锡旧名科技有限公司\n"
    _write(settings, {"recognitions/renamed_2025-04-01.csv": corrected, "recognitions/renamed_2025-04-01.csv.meta.yaml": meta})
    found = _matches(settings, date(2025, 12, 31))
    assert found["无锡原先软件有限公司"][:2] == ("auto", "无锡旧名科技有限公司")
    assert found["无锡改称科技有限公司"][0] != "auto", "the list as it is now leaves this renaming out"


@pytest.mark.parametrize(
    ("says", "later", "firm"),
    [
        ("the newest counts", "别名软件,91320214MA25CNWP98,{}\n", "无锡别家软件有限公司"),
        ("one of a later day replaces none yet", "别名软件,91320214MA25CNWP98,2026-06-01\n", "无锡新名软件有限公司"),
        ("a firm that is not on the register is no reason to go back to the wrong one", "别名软件,91320214MA27ABWW1R,{}\n", None),
        ("a firm of an old number", "别名软件,320200000000009,{}\n", "无锡老号软件有限公司"),
        ("one name for two firms in one file is nobody's", "别名软件,91320214MA25CNWP98,{}\n别名软件,91320214MA1MUQ2P0X,{}\n", None),
        ("a file that does not name it changes nothing", "旁名软件,91320214MA25CNWP98,{}\n", "无锡新名软件有限公司"),
    ],
)
def test_of_an_alias_the_newest_delivery_counts(settings: Settings, says: str, later: str, firm: str | None) -> None:
    header = "名单名称,统一社会信用代码,生效日期\n"
    _write(settings, {
        "registrations/registrations_full_2025-01-01.csv": REGISTER + "无锡别家软件有限公司,91320214MA25CNWP98,2015-01-01\n无锡老号软件有限公司,320200000000009,2015-01-01\n",
        "recognitions/granted_2024-12-01.csv": LISTED + "别名软件\n",
        "aliases/对照_2025-01-01.csv": header + "别名软件,91320214MA1MUQ2P0X,2025-01-01\n",
        "aliases/对照_2025-02-01.csv": header + later.replace("{}", "2025-01-01"),
    })  # fmt: skip
    decision, found, _ = _matches(settings, date(2025, 12, 31))["别名软件"]
    assert (decision == "auto", found) == (firm is not None, firm), says
