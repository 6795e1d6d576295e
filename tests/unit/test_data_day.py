"""Up to which day the data tell: the newest day in the rows, the end of a year or quarter of figures, never past arrival."""

from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines.inputs import newest_day, today_of
from pipelines.settings import Settings
from pipelines.sources.ingest import ingest
from pipelines.sources.landing import CHINA

REGISTER = "企业名称,统一社会信用代码,注册日期\n无锡示范甲软件有限公司,91320214MA1MUQ2P0X,2020-05-06\n"
STATISTICS = "统一社会信用代码,企业名称,年度,营业收入(元),软件统计名录\n91320214MA1MUQ2P0X,无锡示范甲软件有限公司,{},30000000,是\n"
RENTS = "园区编码,企业名称,入驻日期,租赁面积(平方米),年度,年租金(元)\nWXP01,无锡示范甲软件有限公司,2024-02-01,200,{},60000\n"
ALIASES = "名单名称,统一社会信用代码,依据,生效日期\n示范甲,91320214MA1MUQ2P0X,来函,2025-03-01\n"


def _day(home: Path, **files: str) -> date:
    """The data day of a home to which these files came: source__day of arrival = content."""
    settings = Settings.load(home)
    for name, content in files.items():
        source, _, came = name.partition("__")
        path = settings.landing / source / f"{source}_{came.replace('_', '-')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    ingest(settings, lambda _: None)
    return newest_day(settings)


def test_a_register_alone_tells_up_to_its_newest_registration_and_not_to_its_arrival(tmp_path: Path) -> None:
    assert _day(tmp_path, registrations__2025_05_31=REGISTER) == date(2020, 5, 6)


@pytest.mark.parametrize(("came", "year", "told"), [
    ("2025_04_25", 2024, date(2024, 12, 31)), ("2025_04_25", 2022, date(2022, 12, 31)), ("2025_11_30", 2025, date(2025, 11, 30)),
])  # fmt: skip
def test_statistics_tell_up_to_the_end_of_their_year_and_never_past_their_arrival(
    tmp_path: Path, came: str, year: int, told: date
) -> None:
    files = {"registrations__2025_05_31": REGISTER, f"statistics__{came}": STATISTICS.format(year)}
    assert _day(tmp_path, **files) == told


@pytest.mark.parametrize(("came", "year", "told"), [
    ("2025_08_15", 2025, date(2025, 6, 30)), ("2025_06_30", 2025, date(2025, 6, 30)), ("2025_08_15", 2024, date(2024, 12, 31)),
])  # fmt: skip
def test_rents_tell_up_to_the_last_quarter_that_had_ended_when_they_came(tmp_path: Path, came: str, year: int, told: date) -> None:
    assert _day(tmp_path, **{f"tenancies__{came}": RENTS.format(year)}) == told


def test_what_only_says_whose_a_name_is_moves_nothing(tmp_path: Path) -> None:
    assert _day(tmp_path, registrations__2025_05_31=REGISTER, aliases__2025_04_01=ALIASES) == date(2020, 5, 6)


def test_arrivals_age_from_the_build_but_of_a_past_day_or_an_invented_city_from_that_day() -> None:
    past = date(2024, 6, 30)
    assert today_of(past, date.max, is_sample=False) == datetime.now(CHINA).date()
    assert today_of(past, past, is_sample=False) == today_of(past, date.max, is_sample=True) == past
