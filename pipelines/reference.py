"""Reference data of a city as rows: divisions, recognition titles, indicators. Source notes stand in the YAML."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.base import tables
from pipelines.benchmarks import load_benchmarks
from pipelines.reference_files import load_reference
from pipelines.reference_model import Rung, Title
from pipelines.sources.markets import load_markets

TILES_A_LINE = 3
"""Of a map whose city says no places."""
LEVELS = {"national": 3, "provincial": 2, "city": 1}


@dataclass(frozen=True)
class CityRow:
    city_name: str
    province_name: str
    code_prefix: str


@dataclass(frozen=True)
class DivisionRow:
    division_code: str
    division_name: str
    division_order: int
    is_urban: bool
    part_of: str | None
    tile_column: int
    tile_line: int


@dataclass(frozen=True)
class HeadRow:
    """What the head of an address calls a division, or a street that tells a zone."""

    division_code: str
    head: str
    is_street: bool


@dataclass(frozen=True)
class RetiredCodeRow:
    old_code: str
    new_code: str


@dataclass(frozen=True)
class TitleRow:
    """A list; `confirms` holds for all of them."""

    list: str
    title: str
    rank_by: str
    counted_per: str | None
    held_by: str
    short_of: str | None
    is_field_in_category: bool
    confirms: str | None
    lasts_years: int | None


@dataclass(frozen=True)
class LevelRow:
    """A level of a list: when the title was first given and whether it is every year, as far as that is known."""

    list: str
    level: str
    level_rank: int
    first_year: int | None
    is_yearly: bool
    source: str | None
    is_unverified: bool


@dataclass(frozen=True)
class RungRow:
    """A title, or a listing (no list), on its rung of the ladder; rank 1 is the highest."""

    rung: str
    rung_title: str
    rung_rank: int
    list: str | None
    level: str | None


@dataclass(frozen=True)
class CategoryRow:
    """A kind of project, and which event a project of it is."""

    category: str
    event_kind: str


@dataclass(frozen=True)
class KindRow:
    list: str
    kind: str
    words: str


@dataclass(frozen=True)
class GradeWordRow:
    list: str
    word: str
    grade: int


@dataclass(frozen=True)
class TitleNameRow:
    """What a list was called, both days included."""

    list: str
    title_name: str
    named_from: date
    named_until: date


@dataclass(frozen=True)
class IndicatorRow:
    indicator_id: str
    title: str
    unit: str
    comparison: str
    threshold: float | None
    source: str
    is_unverified: bool
    indicator_order: int


@dataclass(frozen=True)
class MarketRow:
    """A market by its name, or by an ending of names."""

    exchange: str
    is_ending: bool
    market: str
    is_listing: bool


@dataclass(frozen=True)
class SeriesBreakRow:
    break_year: int


@dataclass(frozen=True)
class BenchmarkRow:
    """A published figure; `survey_scope` in full words."""

    series_id: str
    area: str
    area_level: str
    period: str
    value: float | None
    unit: str
    yoy_percent: float | None
    vintage: str | None
    published_on: date | None
    issuer: str
    title: str
    page_address: str | None
    checked_by: str
    survey_scope: str | None
    note: str | None


@dataclass(frozen=True)
class BenchmarkSeriesRow:
    """A series, by each word it is called."""

    series_id: str
    word: str
    series_title: str
    series_order: int
    unit: str
    measure_id: str | None
    part_id: str | None
    breaks: list[str]


@dataclass(frozen=True)
class TargetRow:
    target_id: str
    indicator_id: str | None
    title: str
    target_year: int
    target_value: float
    unit: str
    document: str
    page: str | None
    is_unverified: bool
    note: str | None
    target_order: int


@dataclass(frozen=True)
class ReferenceRows:
    """The tables of the dbt source `reference`."""

    city: list[CityRow]
    division: list[DivisionRow]
    division_head: list[HeadRow]
    retired_code: list[RetiredCodeRow]
    title: list[TitleRow]
    title_level: list[LevelRow]
    rung: list[RungRow]
    category: list[CategoryRow]
    title_kind: list[KindRow]
    grade_word: list[GradeWordRow]
    title_name: list[TitleNameRow]
    indicator: list[IndicatorRow]
    market: list[MarketRow]
    series_break: list[SeriesBreakRow]
    benchmark: list[BenchmarkRow]
    benchmark_series: list[BenchmarkSeriesRow]
    target: list[TargetRow]


def write_reference_rows(reference: Path, folder: Path) -> None:
    """Write each table of reference_rows as Parquet into `folder`."""
    tables.write(reference_rows(reference), folder)


def reference_rows(reference: Path) -> ReferenceRows:
    """The rows of a city's reference folder. Raises CityError as load_reference does."""
    content = load_reference(reference)
    city, divisions, titles = content.divisions.city, content.divisions.divisions, content.titles.titles
    benchmarks, figures = load_benchmarks(reference.parent / "national")
    heads = [HeadRow(d.code, head, False) for d in divisions for head in d.heads]
    streets = [HeadRow(d.code, street, True) for d in divisions for street in d.streets]
    return ReferenceRows(
        city=[CityRow(city.name, city.province, city.code_prefix)],
        division=[
            DivisionRow(d.code, d.name, d.order, d.is_urban, d.part_of, *(d.tile or (place % TILES_A_LINE, place // TILES_A_LINE)))
            for place, d in enumerate(sorted(divisions, key=lambda d: d.order))
        ],
        division_head=heads + streets,
        retired_code=[RetiredCodeRow(old, new) for old, new in content.divisions.retired_codes.items()],
        title=[
            TitleRow(
                t.list_name, t.title, t.rank, t.per, t.held_by or "beneficiary", t.short_of, t.is_field_in_category, content.titles.confirms,
                t.lasts.years if t.lasts else None,
            )
            for t in titles
        ],
        title_level=[_level(title, level) for title in titles for level in title.levels],
        rung=[row for rank, rung in enumerate(content.titles.ladder, start=1) for row in _rung(rung, rank)],
        category=[CategoryRow(one.category, one.grounds) for one in content.categories.categories],
        title_kind=[KindRow(t.list_name, kind, words) for t in titles for kind, words in t.kinds.items()],
        grade_word=[GradeWordRow(t.list_name, word, grade) for t in titles for word, grade in t.grade_words.items()],
        title_name=[TitleNameRow(t.list_name, n.name, n.first_day, n.last_day) for t in titles for n in t.names],
        indicator=[
            IndicatorRow(i.id, i.title, i.unit, i.comparison, i.threshold, i.source, i.is_unverified, order)
            for order, i in enumerate(content.indicators.indicators, start=1)
        ],
        market=[
            MarketRow(name, name in m.endings, m.market, m.is_listing)
            for m in load_markets(reference.parent / "national")
            for name in (m.exchange, *m.endings)
        ],
        series_break=[SeriesBreakRow(year) for year in content.indicators.series_breaks],
        benchmark=[
            BenchmarkRow(**dict(figure) | {"survey_scope": benchmarks.scopes.get(figure.survey_scope or "")}) for figure in figures
        ],
        benchmark_series=[
            BenchmarkSeriesRow(one.id, word, one.title, order, one.unit, one.measure, one.part, one.breaks)
            for order, one in enumerate(benchmarks.series, start=1)
            for word in (one.title, one.id, *one.words)
        ],
        target=[
            TargetRow(t.id, t.indicator, t.title, t.year, t.value, t.unit, t.document, t.page, t.is_unverified, t.note, order)
            for order, t in enumerate(content.targets.targets, start=1)
        ],
    )


def _rung(rung: Rung, rank: int) -> list[RungRow]:
    if rung.is_listing:
        return [RungRow(rung.rung, rung.title, rank, None, None)]
    return [RungRow(rung.rung, rung.title, rank, one.list_name, one.level) for one in rung.titles]


def _level(title: Title, level: str) -> LevelRow:
    began = next((round_ for round_ in title.began if round_.level == level), None)
    if began is None:
        return LevelRow(title.list_name, level, LEVELS[level], None, False, None, False)
    return LevelRow(
        title.list_name, level, LEVELS[level], began.year, began.is_yearly, began.source, began.is_unverified
    )
