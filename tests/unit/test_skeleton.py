"""A new city by the recipe of CONTRIBUTING, followed in a copy: it checks at once, and a register alone builds it."""

import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.build import build
from pipelines.cli import main
from pipelines.settings import PROJECT, Settings

RECIPE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## How to add a city\n")[1].split("\n## ")[0]
REGISTER = """\
企业名称,统一社会信用代码,注册日期,注册资金,区划代码
苏州示例甲软件有限公司,91320501MA0000001X,2022-03-01,1000万人民币,320501
苏州示例乙软件有限公司,91320501MA0000002X,2025-03-01,500万人民币,320501
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A tree of data without any city."""
    data = tmp_path / "data"
    for part in ("policies/schema", "reference/schema", "reference/national"):
        shutil.copytree(PROJECT / "data" / part, data / part)
    made = Settings(home=tmp_path, landing=tmp_path / "landing", data=data)
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls, *_: made))
    return made


def ran(words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, shlex.split(words)[1:])
    return result.exit_code, result.output


def followed() -> dict[str, tuple[int, str]]:
    [block] = re.findall(r"```sh\n(.*?)```", RECIPE, flags=re.S)
    return {shlex.split(line)[1]: ran(line) for line in block.split("\n") if line.strip()}


def test_the_recipe_makes_a_city_that_checks_at_once_and_says_what_is_to_fill(settings: Settings) -> None:
    told = followed()
    assert list(told) == ["new-city", "new-policy", "check", "test-policy"]
    assert [code for code, _ in told.values()] == [0, 0, 0, 3]
    assert "errors: none" in told["check"][1]
    assert "suzhou/software/text.txt: 待填 in line 1." in told["check"][1]
    assert "software/cases/m01-example.yaml, clause 1a, case as given: to fill" in told["test-policy"][1]
    assert "name: 苏州" in (settings.data / "reference" / "suzhou" / "divisions.yaml").read_text(encoding="utf-8")


def test_a_city_without_a_word_of_it_checks_too_and_every_file_of_it_comments_and_names_its_schema(settings: Settings) -> None:
    assert ran("softcity new-city nanjing")[0] == 0
    assert ran("softcity new-policy nanjing software")[0] == 0
    code, told = ran("softcity check nanjing")
    assert (code, "nanjing/divisions.yaml: 待填 in line 5, 10." in told) == (0, True)
    for path in (path for part in ("policies", "reference") for path in (settings.data / part / "nanjing").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert schema, path
        assert (path.parent / schema[1]).resolve().is_file(), path
        assert path.parent.name == "cases" or text.count("#") >= 3, f"{path} teaches"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("new-city 苏州", "'苏州' is no name of a city. Write small letters"), ("new-city national", "'national' is no name of a city."),
        ("new-city suzhou --code-prefix 32", "'32' is no beginning of division codes. Give the four digits"),
        ("new-policy hangzhou software", "no such city. `softcity new-city hangzhou` makes it."),
        ("new-policy national software", "no such city."), ("check hangzhou", "no reference data of this city. Add the folder with a divisions.yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_and_says_what_to_do(settings: Settings, words: str, told: str) -> None:
    code, said = ran(f"softcity {words}")
    assert (code, told in said) == (1, True), said


def test_files_that_are_there_are_never_written_over(settings: Settings) -> None:
    followed()
    assert "this city is there" in ran("softcity new-city suzhou")[1]
    assert "this policy is there" in ran("softcity new-policy suzhou software")[1]


@pytest.mark.slow
def test_a_new_city_builds_from_a_few_registrations(settings: Settings) -> None:
    followed()
    (settings.data / "reference" / "national" / "indicators.yaml").unlink()
    folder = settings.landing / "registrations"
    folder.mkdir(parents=True)
    (folder / "full_2025-12-31.csv").write_text(REGISTER, encoding="utf-8")
    snapshot = build(replace(settings, city="suzhou")).snapshot_id or ""
    with duckdb.connect(str(settings.published / snapshot / "marts.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from dim_enterprise").fetchall() == [(2,)]
        assert con.execute("select count(*) from mart_indicator").fetchall() == [(0,)], "what is not in the reference data is none"
