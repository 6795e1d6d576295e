"""Published figures of others: shipped as they were read, each under issuer and title; what is broken is refused by its line."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.base.errors import CityError
from pipelines.benchmarks import load_benchmarks
from pipelines.settings import PROJECT

NATIONAL = PROJECT / "data" / "reference" / "national"
ISSUERS = ("gov.cn", "people.com.cn", "ithome.com", "cs.com.cn", "cnwest.com", "scol.com.cn", "cqcb.com")   # their own pages, and known press
LINE = "sw.revenue,全国,national,2026-07,1,亿元,10,,2026-08-30,某部,某题名,,one_page,新口径,\n"


def test_an_address_is_the_issuers_own_or_a_known_presses() -> None:
    _, figures = load_benchmarks(NATIONAL)
    hosts = {urlsplit(figure.page_address).netloc for figure in figures if figure.page_address}
    assert [host for host in hosts if not host.endswith(ISSUERS)] == []
    assert all(figure.page_address and "gov.cn" in figure.page_address for figure in figures if figure.checked_by == "own_page")


def test_a_growth_is_printed_and_never_made_of_two_levels() -> None:
    _, figures = load_benchmarks(NATIONAL)
    said = {(f.series_id, f.area, f.period): f for f in figures}
    april, before = said["sw.revenue", "全国", "2021-04"], said["sw.revenue", "全国", "2020-04"]
    assert (april.value, before.value, april.yoy_percent, before.yoy_percent) == (25719, 20574, 25.0, None)


@pytest.mark.parametrize(("line", "told"), [
    (LINE.replace("sw.revenue", "sw.revenu"), "line 2: sw.revenu in 亿元 is no series of benchmarks.yaml"),
    (LINE.replace("亿元", "万元"), "line 2: sw.revenue in 万元 is no series of benchmarks.yaml"),
    (LINE.replace("2026-07", "2026-01"), "line 2, period: "),
    (LINE.replace(",1,亿元,10,", ",,亿元,,"), "line 2: neither a value nor a 同比"),
    (LINE.replace("新口径", "最新口径"), "line 2, survey_scope: 最新口径 is none of scopes"),
    (LINE.replace("one_page", "hearsay"), "line 2, checked_by: "),
    (LINE + LINE.replace(",1,", ",2,"), "line 3: line 2 says the same series, area, period and title"),
])  # fmt: skip
def test_a_broken_line_is_told_by_its_number(tmp_path: Path, line: str, told: str) -> None:
    shutil.copy(NATIONAL / "benchmarks.yaml", tmp_path)
    header = (NATIONAL / "benchmarks.csv").read_text(encoding="utf-8").partition("\n")[0]
    (tmp_path / "benchmarks.csv").write_text(f"{header}\n{line}", encoding="utf-8")
    with pytest.raises(CityError, match=r"benchmarks\.csv, " + told.replace(".", r"\.")):
        load_benchmarks(tmp_path)


def test_a_country_without_figures_has_none(tmp_path: Path) -> None:
    assert load_benchmarks(tmp_path)[1] == []
