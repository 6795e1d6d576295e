"""Nobody but analyst and auditor can reckon a single firm's statistics out of what they see.

All that a park's operator may see or export of the statistics is read as linear equations over what single firms reported
(sums, sums of the matched, growth, shares, ratios; a firm's 上年同期累计 is what it reported a year before wherever the two are
equal), and solved: no sum of one or two firms may come out, and none of which one firm holds more than 85 %.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from dashboard.access import scope
from pipelines.base.snapshots import current_id
from tests.conftest import City

PRIME = (1 << 61) - 1
Firm = tuple[str, str, str]
"""A firm, a period, and a column of what it reported."""
Row = dict[str, Any]
MEASURES = {
    "software_revenue": "software_revenue_yuan", "revenue": "revenue_yuan", "profit": "profit_yuan", "rd_expense": "rd_expense_yuan", "wages": "wages_yuan",
    "staff": "staff_count", "cost": "cost_yuan",
}  # fmt: skip
PARTS = ("product_revenue", "it_service_revenue", "security_revenue", "embedded_revenue", "basic_software", "industrial_software", "cloud_service", "ic_design")
SOFTWARE, SEGMENTS = "software_revenue_yuan", tuple(f"{name}_yuan" for name in PARTS[:4])
PART_OF = {name.removesuffix("_revenue"): f"{name}_yuan" for name in PARTS}
RATIOS = {
    "margin_on_revenue": ("profit", "revenue"), "margin_on_software": ("profit", "software_revenue"), "rd_on_revenue": ("rd_expense", "revenue"),
    "rd_on_software": ("rd_expense", "software_revenue"), "pay_per_head": ("wages", "staff"), "software_per_head": ("software_revenue", "staff"),
}  # fmt: skip


def base_of(column: str) -> str:
    stem, _, unit = column.rpartition("_")
    return f"{stem}_base_{unit}"


class Reports:
    """What the firms of one park reported: the truth an operator must not come upon."""

    def __init__(self, rows: list[Row]) -> None:
        self.by_period: dict[str, list[Row]] = defaultdict(list)
        self.of_firm = {(row["enterprise_id"], row["period"]): row for row in rows}
        for row in rows:
            if row["is_counted"]:
                self.by_period[row["period"]].append(row)

    def value(self, one: Firm) -> Any:
        return self.of_firm[one[:2]][one[2]]

    def name(self, row: Row, column: str, is_base: bool) -> Firm:
        """A figure by its name; a base that is what the firm reported a year before is that figure."""
        if not is_base:
            return row["enterprise_id"], row["period"], column
        before = f"{int(row['period'][:4]) - 1}{row['period'][4:]}"
        told = self.of_firm.get((row["enterprise_id"], before))
        if told and told[column] == row[base_of(column)]:
            return row["enterprise_id"], before, column
        return row["enterprise_id"], row["period"], base_of(column)

    def sum(self, period: str, column: str, *, is_base: bool = False, holds: Callable[[Row], bool] = lambda _: True) -> dict[Firm, Fraction]:
        """The equation's left side: the figures of a column that are not blank, each once."""
        asked = base_of(column) if is_base else column
        rows = [row for row in self.by_period[period] if row[asked] is not None and holds(row)]
        return {self.name(row, column, is_base): Fraction(1) for row in rows if row[asked] != 0}


    def identities(self) -> Iterator[dict[Firm, Fraction]]:
        """The form's own: the four segments add up to the software revenue of each firm."""
        for row in (row for rows in self.by_period.values() for row in rows):
            parts = [row[column] for column in SEGMENTS]
            if None not in parts and row[SOFTWARE] == sum(parts):
                named = {self.name(row, column, False): Fraction(-1) for column in SEGMENTS if row[column]}
                yield {self.name(row, SOFTWARE, False): Fraction(1), **named} if row[SOFTWARE] else named


def matched(column: str) -> Callable[[Row], bool]:
    return lambda row: bool(row["is_base_usable"] and row[column] is not None and row[base_of(column)] not in (None, 0))


def told(*columns: str, with_base: bool = False, is_usable: bool = False) -> Callable[[Row], bool]:
    """Whether a firm told these columns, and their bases too; whether its bases may be used at all."""
    asked = [*columns, *(base_of(column) for column in columns if with_base)]
    return lambda row: all(row[column] is not None for column in asked) and (row["is_base_usable"] or not (with_base or is_usable))


def less(one: dict[Firm, Fraction], other: dict[Firm, Fraction], times: float) -> dict[Firm, Fraction]:
    """One sum less so many times another: what a printed rate says of both."""
    found = defaultdict(Fraction, one)
    for name, factor in other.items():
        found[name] -= Fraction(times) * factor
    return {name: factor for name, factor in found.items() if factor}


def equations(seen: dict[str, list[Row]], reports: Reports) -> Iterator[dict[Firm, Fraction]]:
    """All that is seen of a park by month, as sums over the firms' own figures."""
    for row in seen["mart_industry_month"]:
        if row["measure_id"] not in MEASURES:
            continue
        column, period = MEASURES[row["measure_id"]], row["period"]
        whole = reports.sum(period, column)
        both, base = reports.sum(period, column, holds=matched(column)), reports.sum(period, column, is_base=True, holds=matched(column))
        sums = {"value": whole, "matched_value": both, "base_value": base}
        yield from (sums[key] for key in sums if row[key] is not None)
        if row["growth_rate"] is not None:
            yield less(both, base, 1 + row["growth_rate"])
        if row["matched_value_share"] is not None:
            yield less(both, whole, row["matched_value_share"])
    for row in seen["mart_industry_quality"]:
        over, under = (MEASURES[part] for part in RATIOS[row["ratio_id"]])
        both = told(over, under)
        above, below = (reports.sum(row["period"], column, holds=both) for column in (over, under))
        yield from (side for key, side in (("numerator_value", above), ("denominator_value", below)) if row[key] is not None)
        if row["ratio_value"] is not None:
            yield less(above, below, row["ratio_value"])
        if row["base_ratio_value"] is not None:
            both = told(over, under, with_base=True)
            above, below = (reports.sum(row["period"], column, is_base=True, holds=both) for column in (over, under))
            yield less(above, below, row["base_ratio_value"])
    for row in seen["mart_industry_structure"]:
        if row["part_id"] not in PART_OF:
            continue
        part, whole = (reports.sum(row["period"], column, holds=told(SOFTWARE)) for column in (PART_OF[row["part_id"]], SOFTWARE))
        yield from (side for key, side in (("value_yuan", part), ("whole_yuan", whole)) if row[key] is not None)
        if row["share"] is not None:
            yield less(part, whole, row["share"])
        if row["base_share"] is not None:
            usable = told(SOFTWARE, is_usable=True)
            part, whole = (reports.sum(row["period"], column, is_base=True, holds=usable) for column in (PART_OF[row["part_id"]], SOFTWARE))
            yield less(part, whole, row["base_share"])
    yield from reports.identities()


def derived(lines: list[dict[Firm, Fraction]]) -> Iterator[list[Firm]]:
    """Sums of figures with one factor that the equations settle by themselves.

    Figures that stand in the same equations with the same factors cannot be told apart: they are one unknown, their sum.
    """
    columns: dict[Firm, dict[int, int]] = defaultdict(dict)
    for at, line in enumerate(lines):
        for name, factor in line.items():
            columns[name][at] = factor.numerator * pow(factor.denominator, -1, PRIME) % PRIME
    groups: dict[tuple[tuple[int, int], ...], list[Firm]] = defaultdict(list)
    for name, column in columns.items():
        groups[tuple(sorted(column.items()))].append(name)
    rows: list[dict[int, int]] = [{} for _ in lines]
    together = list(groups.values())
    for at, column in enumerate(groups):
        for line, factor in column:
            rows[line][at] = factor
    for row in reduced(rows):
        if len(set(row.values())) == 1:
            yield [name for at in row for name in together[at]]


def reduced(rows: list[dict[int, int]]) -> list[dict[int, int]]:
    """The rows in their reduced echelon form, modulo a prime."""
    pivots: dict[int, dict[int, int]] = {}
    holders: dict[int, set[int]] = defaultdict(set)   # the pivots in whose rows a column stands
    for given in sorted(rows, key=len):
        row = dict(given)
        for at in [at for at in given if at in pivots]:
            if at in row:
                _take(row, pivots[at], row[at])
        if not row:
            continue
        lead = min(row, key=lambda at: len(holders[at]))
        times = pow(row[lead], -1, PRIME)
        row = {at: factor * times % PRIME for at, factor in row.items()}
        for other in list(holders[lead]):
            before = set(pivots[other])
            _take(pivots[other], row, pivots[other][lead])
            for at in before - set(pivots[other]):
                holders[at].discard(other)
            for at in set(pivots[other]) - before:
                holders[at].add(other)
        pivots[lead] = row
        for at in row:
            holders[at].add(lead)
    return list(pivots.values())


def _take(row: dict[int, int], other: dict[int, int], times: int) -> None:
    for at, factor in other.items():
        left = (row.get(at, 0) - times * factor) % PRIME
        if left:
            row[at] = left
        else:
            row.pop(at, None)


def seen_by(city: City, parks: tuple[str, ...] | str, park: str) -> dict[str, list[Row]]:
    """The rows of the marts of statistics of one park as a scope shows them."""
    database = city.settings.published / (current_id(city.settings.published) or "") / "marts.duckdb"
    found = {}
    with scope.connect(database, parks) as con:  # type: ignore[arg-type]
        for mart, kind in (("mart_industry_month", "cut"), ("mart_industry_quality", "cut"), ("mart_industry_structure", "place")):
            cursor = con.execute(f"select * from {mart} where {kind}_kind = 'park' and {kind}_id = ? order by all", [park])
            names = [column[0] for column in cursor.description or ()]
            found[mart] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def disclosed(seen: dict[str, list[Row]], reports: Reports) -> list[tuple[list[Firm], list[Any]]]:
    """Sums that come out and would tell of a single firm: of fewer than three, or one with more than 85 % in it."""
    found = []
    for names in derived([line for line in equations(seen, reports) if line]):
        sizes = [abs(float(reports.value(name))) for name in names]
        if len({name[0] for name in names}) < 3 or max(sizes) > 0.85 * sum(sizes):
            found.append((names, sizes))
    return found


@pytest.fixture(scope="module")
def parks(city: City) -> dict[str, Reports]:
    rows = city.rows("select * from fct_software_month where park_id is not null")
    assert rows, "the sample city has no monthly statistics"
    return {park: Reports([row for row in rows if row["park_id"] == park]) for park in sorted({row["park_id"] for row in rows})}


def test_no_operator_can_reckon_a_single_firms_statistics_out_of_what_they_see(city: City, parks: dict[str, Reports]) -> None:
    for park, reports in parks.items():
        found = disclosed(seen_by(city, (park,), park), reports)
        assert not found, (park, len(found), found[:5])


def test_the_solver_finds_what_is_not_withheld(city: City, parks: dict[str, Reports]) -> None:
    """Out of what an analyst sees single firms do come out: the test above does not pass because it finds nothing."""
    database = city.settings.published / (current_id(city.settings.published) or "") / "marts.duckdb"
    assert database.exists()
    found = {park: disclosed(seen_by(city, None, park), reports) for park, reports in parks.items()}  # type: ignore[arg-type]
    assert any(found.values())
