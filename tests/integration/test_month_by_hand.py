"""December 2025 of the sample city, reckoned again from its files with nothing of the project: every figure of the marts is equal."""

import csv
import gzip
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import opencc
import pytest
import yaml
from python_calamine import load_workbook

from pipelines.settings import PROJECT
from tests.conftest import City

LANDING = PROJECT / "data" / "sample" / "landing"
MONTH, DAY = "2025-12", date(2025, 12, 31)
NOW, BASE = " 本年累计", " 上年同期累计"
MEASURES = {"2020": "software_revenue", "2010": "revenue", "2090": "profit", "2110": "rd_expense", "2111": "wages", "2112": "staff", "2050": "cost"}
SEGMENTS = {"2021": "product", "2022": "it_service", "2023": "security", "2024": "embedded"}
FIELDS = {"20211": "basic_software", "20212": "industrial_software", "20221": "cloud_service", "20225": "ic_design", "20231": "industrial_security"}
SIZES = {"ge_10yi": 100_000, "1yi_10yi": 10_000, "2000w_1yi": 2_000, "500w_2000w": 500}   # 万元
LADDER = {
    ("listing", None): "listed", ("single_champion_firm", "national"): "single_champion", ("single_champion_product", "national"): "single_champion",
    ("specialised_sme", "national"): "little_giant", ("specialised_sme", "provincial"): "provincial_sme", ("software_title", "national"): "national_software",
    ("software_title", "provincial"): "provincial_software",
}  # fmt: skip
RUNGS = list(dict.fromkeys(LADDER.values()))
CODE, NAME = "统一社会信用代码", "企业名称"
Row = dict[str, str]


def lines(path: Path) -> Iterator[list[str]]:
    """Every line of every sheet as text."""
    if path.suffix in (".xlsx", ".xls"):
        book = load_workbook(path)
        for sheet in book.sheet_names:
            yield from ([_text(cell) for cell in line] for line in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
        return
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    yield from ([cell.strip() for cell in line] for line in csv.reader(text.splitlines()))


def _text(cell: Any) -> str:
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


def table(path: Path, word: str = NAME) -> list[Row]:
    """The rows below each line that holds `word`, by its names."""
    names: list[str] | None = None
    rows = []
    for line in lines(path):
        if word in line:
            names = line
        elif names:
            rows.append(dict(zip(names, line, strict=False)))
    return rows


def number(cell: str) -> float | None:
    return float(cell) if re.fullmatch(r"-?[\d.]+", cell) else None


def day(cell: str) -> date | None:
    if re.fullmatch(r"\d{5}", cell):   # as a workbook counts
        return date(1899, 12, 30) + timedelta(int(cell))
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", cell) or re.match(r"(\d{4})\D(\d+)\D(\d+)", cell)
    return date(*map(int, found.groups())) if found else None


class Files:
    """What stands in the files of the sample."""

    def __init__(self) -> None:
        self.register = {row[CODE]: row for row in table(LANDING / "registrations" / "registrations_full_2025-12-31.csv.gz")}
        monthly = LANDING / "software_monthly"
        self.reports, self.before = (
            {row[CODE]: row for row in table(monthly / name, "报告期")}
            for name in ("software_monthly_2025-12_2025-12-31.csv.gz", "software_monthly_2025-11_2025-12-15.csv.gz")
        )
        self.gone = {code: day(row["注销日期"]) for code, row in self.register.items() if row["登记状态"] in ("注销", "吊销")}
        self.born = {code: day(row["注册日期"]) or date.max for code, row in self.register.items()}
        self.divisions = yaml.safe_load((PROJECT / "data" / "reference" / "wuxi" / "divisions.yaml").read_text("utf-8"))
        self._simplified = opencc.OpenCC("t2s")
        self.named = defaultdict(set)
        for code, row in self.register.items():
            for name in (row[NAME], *row["曾用名"].split("；"), row["英文名称"]):
                if name:
                    self.named[self.plain(name)].add(code)
        for row in table(next((LANDING / "aliases").iterdir()), "名单名称"):
            self.named[self.plain(row["名单名称"])].add(row[CODE])

    def plain(self, name: str) -> str:
        """Brackets, spaces, width, case and traditional letters aside."""
        return re.sub(r"[\W_]", "", self._simplified.convert(unicodedata.normalize("NFKC", name))).lower()

    def firm(self, row: Row, name: str = NAME) -> str | None:
        """Whom a line names: by its code, else the one firm of that name; of two the one still on the register."""
        if row.get(CODE) in self.register:
            return row[CODE]
        found = self.named[self.plain(row.get(name, ""))]
        found = {code for code in found if code not in self.gone} if len(found) > 1 else found
        return next(iter(found)) if len(found) == 1 else None

    def district(self, code: str) -> str:
        row = self.register[code]
        address = re.sub(r"^(中国)?(江苏省?)?(无锡市?)?", "", row["注册地址"])
        heads = [(len(head), one["code"]) for one in self.divisions["divisions"] for head in one["heads"] if address.startswith(head)]
        here = self.divisions["retired_codes"].get(row["区划代码"], row["区划代码"]) or max(heads, default=(0, "unknown"))[1]
        street = row["所属街道"] or (re.search(r"区(.{2}街道)", address) or ("", ""))[1]
        part = [one["code"] for one in self.divisions["divisions"] if street in one.get("streets", ()) and here == one["part_of"]]
        return str(part[0] if part else here)

    def parks(self) -> dict[str, str]:
        """Of each firm the park it moved into last and still sits in."""
        seats: dict[str, tuple[date, str]] = {}
        for path in (LANDING / "tenancies").iterdir():
            for row in table(path):
                code, came, left = self.firm(row), day(row["入驻日期"]), day(row["退租日期"])
                if code and came and came <= DAY and not (left and left <= DAY):
                    seats[code] = max(seats.get(code, (date.min, "")), (came, row["园区编码"]))
        return {code: park for code, (_, park) in seats.items()}

    def pairs(self, code: str, of: Iterable[Row] | None = None) -> list[tuple[float, float]]:
        """本年累计 and 上年同期累计 of the firms that report both."""
        cells = ((number(row[code + NOW]), number(row[code + BASE])) for row in (self.reports.values() if of is None else of))
        return [(now, base) for now, base in cells if now is not None and base]


@pytest.fixture(scope="module")
def files() -> Files:
    return Files()


def growth(pairs: list[tuple[float, float]]) -> float:
    return sum(now for now, _ in pairs) / sum(base for _, base in pairs) - 1


def test_growth_breadth_and_concentration_of_every_measure(city: City, files: Files) -> None:
    told = {row["measure_id"]: row for row in city.rows("from mart_industry_month where period = ? and cut_kind = 'city'", MONTH)}
    for code, measure in MEASURES.items():
        pairs, row = files.pairs(code), told[measure]
        values = sorted((number(one[code + NOW]) or 0 for one in files.reports.values()), reverse=True)
        unit = 1 if measure == "staff" else 10_000
        assert (row["value"], row["matched_value"], row["base_value"]) == (
            unit * sum(values), unit * sum(now for now, _ in pairs), unit * sum(base for _, base in pairs)
        ), measure  # fmt: skip
        assert (row["reported_count"], row["matched_count"], row["growing_count"], row["fallen_count"]) == (
            len(values), len(pairs), sum(now > base for now, base in pairs), sum(now < base * 0.8 for now, base in pairs)
        ), measure  # fmt: skip
        assert row["growth_rate"] == pytest.approx(growth(pairs)), measure
        assert row["median_growth_rate"] == pytest.approx(median(now / base - 1 for now, base in pairs)), measure
        shares = (row["top10_share"], row["top100_share"], row["largest_share"])
        assert shares == pytest.approx((sum(values[:10]) / sum(values), sum(values[:100]) / sum(values), values[0] / sum(values))), measure
        largest = max(files.reports.values(), key=lambda one: number(one[code + NOW]) or 0)
        others = files.pairs(code, (one for one in files.reports.values() if one is not largest))
        assert row["growth_without_largest_rate"] == pytest.approx(growth(others)), measure


def test_what_each_district_park_size_and_segment_adds_and_that_they_come_to_the_growth(city: City, files: Files) -> None:
    parks = files.parks()
    matched = {code: files.pairs("2020", [row])[0] for code, row in files.reports.items() if files.pairs("2020", [row])}
    whole = sum(base for _, base in matched.values())
    cuts: dict[str, Callable[[str], str]] = {
        "district": files.district,
        "park": lambda code: parks.get(code, "none"),
        "size": lambda code: next((size for size, least in SIZES.items() if matched[code][1] >= least), "lt_500w"),
    }
    for kind, part_of in cuts.items():
        parts: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for code, pair in matched.items():
            parts[part_of(code)].append(pair)
        told = city.rows("from mart_industry_contribution where period = ? and cut_kind = ?", MONTH, kind)
        assert {row["cut_id"]: (row["delta_yuan"], row["base_yuan"], row["matched_count"]) for row in told if row["matched_count"]} == {
            part: (10_000 * sum(now - base for now, base in pairs), 10_000 * sum(base for _, base in pairs), len(pairs)) for part, pairs in parts.items()
        }, kind
        for row in told:
            assert row["contribution_rate"] == pytest.approx(sum(now - base for now, base in parts.get(row["cut_id"], [])) / whole), row["cut_id"]
        assert sum(row["contribution_rate"] for row in told) == pytest.approx(growth(list(matched.values()))), kind
    told = city.rows("from mart_industry_contribution where period = ? and cut_kind = 'segment'", MONTH)
    by_segment = {SEGMENTS[code]: 10_000 * sum(now - base for now, base in files.pairs(code)) for code in SEGMENTS}
    assert {row["cut_id"]: row["delta_yuan"] for row in told} == {**by_segment, "undivided": 0}
    assert sum(by_segment.values()) == 10_000 * sum(now - base for now, base in matched.values())


def test_the_gap_is_the_growth_less_what_was_printed_of_the_last_month_both_have(city: City, files: Files) -> None:
    [row] = city.rows("from mart_industry_gap where period = ? and measure_id = 'software_revenue' and area = '全国'", MONTH)
    [printed] = [one for one in table(next((LANDING / "benchmarks").iterdir()), "题名") if one["指标"] == "软件业务收入"]
    assert printed["期别"] == "2025年1-11月", "of December nothing was published yet"
    own = 100 * growth(files.pairs("2020", files.before.values()))
    assert (row["compared_period"], row["is_same_period"], row["yoy_percent"]) == ("2025-11", False, float(printed["同比(%)"]))
    assert (row["city_yoy_percent"], row["gap_points"]) == pytest.approx((own, own - float(printed["同比(%)"])))


def test_shares_of_segments_and_fields_and_the_ratios(city: City, files: Files) -> None:
    def total(code: str, column: str = NOW) -> float:
        return sum(number(row[code + column]) or 0 for row in files.reports.values())

    told = city.rows("select part_id, share, base_share, firm_count from mart_industry_structure where period = ? and place_kind = 'city'", MONTH)
    parts = {row["part_id"]: row for row in told}
    for code, part in {**SEGMENTS, **FIELDS}.items():
        shares = (parts[part]["share"], parts[part]["base_share"])
        assert shares == pytest.approx((total(code) / total("2020"), total(code, BASE) / total("2020", BASE))), part
        assert parts[part]["firm_count"] == sum(bool(number(row[code + NOW])) for row in files.reports.values()), part
    ratios = {row["ratio_id"]: row["ratio_value"] for row in city.rows("from mart_industry_quality where period = ? and cut_kind = 'city'", MONTH)}
    assert ratios == pytest.approx({
        "margin_on_revenue": total("2090") / total("2010"), "margin_on_software": total("2090") / total("2020"),
        "rd_on_revenue": total("2110") / total("2010"), "rd_on_software": total("2110") / total("2020"),
        "pay_per_head": 10_000 * total("2111") / total("2112"), "software_per_head": 10_000 * total("2020") / total("2112"),
    })  # fmt: skip


def test_who_was_due_who_reported_who_came_and_who_left(city: City, files: Files) -> None:
    """Due is who stood on the list of the year before and was still on the register."""
    listed = {row[CODE] for row in table(LANDING / "statistics" / "statistics_2025-04-25.xlsx") if row["软件统计名录"] == "是"}
    due = {code for code in listed if code in files.register and (files.gone.get(code) or date.max) > DAY}
    [row] = city.rows("from mart_industry_month where period = ? and cut_kind = 'city' and measure_id = 'software_revenue'", MONTH)
    assert (row["due_count"], row["reported_due_count"]) == (len(due), len(due & files.reports.keys()))
    came, went = files.reports.keys() - files.before.keys(), files.before.keys() - files.reports.keys()
    assert (row["entered_count"], row["left_count"]) == (len(came), len(went))


def test_firms_born_and_lost_and_how_many_of_a_cohort_are_left(city: City, files: Files) -> None:
    [row] = city.rows("from mart_firm_demography where district = 'all' and park = 'all' and cut = 'all' and period = '2025'")
    born = sum(one.year == DAY.year for one in files.born.values())
    lost = sum(one is not None and one.year == DAY.year for one in files.gone.values())
    assert (row["new_count"], row["closed_count"], row["net_count"]) == (born, lost, born - lost)
    assert (row["registered_count"], row["stock_count"]) == (len(files.register), len(files.register) - len(files.gone))
    cohorts = city.rows("from mart_firm_cohort where district = 'all' and park = 'all' and cohort_year >= 2015")
    assert len(cohorts) > 20
    for row in cohorts:
        of_year = {code: one for code, one in files.born.items() if one.year == row["cohort_year"]}
        lost = sum(
            bool(ended) and (ended.year - of_year[code].year, ended.month, ended.day) <= (row["years"], of_year[code].month, of_year[code].day)
            for code, ended in files.gone.items() if code in of_year
        )  # fmt: skip
        undated = sum(files.gone.get(code, DAY) is None for code in of_year)
        assert (row["firm_count"], row["gone_count"], row["undated_count"]) == (len(of_year), lost, undated), row


def test_the_ladder_and_who_rose_on_it(city: City, files: Files) -> None:
    titles: dict[str, list[tuple[date, int]]] = defaultdict(list)

    def grant(code: str | None, rung: str, granted_on: date | None) -> None:
        if code and granted_on:
            titles[code].append((granted_on, RUNGS.index(rung)))

    for path in (LANDING / "recognitions").glob("*.meta.yaml"):
        meta = yaml.safe_load(path.read_text("utf-8"))
        rung = LADDER.get((meta["list"], meta.get("level")))
        if rung and meta["stage"] == "公布":
            for row in table(path.with_name(path.name.removesuffix(".meta.yaml"))):
                grant(files.firm(row), rung, meta["published_on"])
    for row in table(LANDING / "listings" / "listings_2025-12-31.csv", "公司全称"):
        grant(files.firm(row, "公司全称"), "listed", day(row["上市日期"]))

    def stands(code: str, on: date) -> str:
        """The highest; nobody's who is off the register, closed without a day on the last day alone."""
        ended = files.gone.get(code, date.max)
        rungs = [rung for granted_on, rung in titles[code] if granted_on <= on] if (ended or DAY) > on else []
        return RUNGS[min(rungs)] if rungs else "none"

    ladder = Counter(stands(code, DAY) for code in titles)
    told = city.rows("from mart_title_ladder where district = 'all' and park = 'all' and is_data_day")
    assert {row["rung"]: row["firm_count"] for row in told} == {rung: ladder[rung] for rung in RUNGS}
    moves = Counter((stands(code, date(2024, 12, 31)), stands(code, DAY)) for code in titles)
    del moves["none", "none"]
    told = city.rows("from mart_title_flow where district = 'all' and park = 'all' and to_on = ?", DAY)
    assert {(row["from_rung"], row["to_rung"]): row["firm_count"] for row in told} == moves
