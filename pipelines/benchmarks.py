"""What others publish of their software industry: data/reference/national/benchmarks.csv, and what its series measure.

Values stand as published, under issuer and title; two of one figure are two rows. An address is only ever the issuer's own
page or a known press's.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.base.errors import CityError
from pipelines.base.strict import STRICT, Text, load, twice

Period = Annotated[str, Field(pattern=r"^\d{4}(-(0[2-9]|1[0-2]))?$")]   # 2025, or 2025-09: January to September
Measure = Literal["software_revenue", "revenue", "profit", "rd_expense", "wages", "staff", "export", "cost"]
Part = Literal[
    "product", "it_service", "security", "embedded", "basic_software", "industrial_software", "cloud_service",
    "big_data_service", "industrial_platform", "ecommerce_platform", "ic_design", "industrial_security",
]  # fmt: skip


class Strict(BaseModel):
    model_config = STRICT


class Series(Strict):
    """One thing that is measured; figures are compared only within one."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
    title: Text
    unit: Text
    measure: Measure | None = None
    """Our measure of the same thing, beside which its growth may stand."""
    part: Part | None = None
    """The segment or field of 软件业务收入 it tells."""
    breaks: list[Period] = []
    """The first period of each new survey scope."""
    words: list[Text] = []
    """What else files call it; the title is known anyway."""


class BenchmarkFile(Strict):
    """benchmarks.yaml: what the published figures measure, and in which survey scopes."""

    scopes: dict[Text, Text]
    """Short word of a survey scope → what it holds."""
    series: list[Series]


def _none_of_blank(text: Any) -> Any:
    return text or None


Blank = BeforeValidator(_none_of_blank)


class Figure(BaseModel):
    """A row of benchmarks.csv."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    series_id: str
    area: Text
    area_level: Literal["national", "region", "province", "city"]
    period: Period
    value: Annotated[float | None, Blank]
    unit: Text
    yoy_percent: Annotated[float | None, Blank]
    vintage: Annotated[Literal["快报", "核实"] | None, Blank]
    published_on: Annotated[date | None, Blank]
    issuer: Text
    title: Text
    page_address: Annotated[str | None, Blank]
    checked_by: Literal["own_page", "two_pages", "one_page"]
    survey_scope: Annotated[str | None, Blank]
    note: Annotated[str | None, Blank]


def load_benchmarks(national: Path) -> tuple[BenchmarkFile, list[Figure]]:
    """The series and the figures; none of either where the files are missing.

    Raises CityError naming file, line and key.
    """
    names = {suffix: f"reference/{national.name}/benchmarks.{suffix}" for suffix in ("yaml", "csv")}
    if not (national / "benchmarks.yaml").is_file():
        return BenchmarkFile(scopes={}, series=[]), []
    problems: list[str] = []
    file = load(BenchmarkFile, national / "benchmarks.yaml", names["yaml"], problems)
    if file is None:
        raise CityError("\n".join(problems))
    problems += twice([(one.id, names["yaml"]) for one in file.series], "series")
    problems += twice([(word, names["yaml"]) for one in file.series for word in (one.title, *one.words)], "word")
    figures = list(_figures(national / "benchmarks.csv", names["csv"], file, problems))
    if problems:
        raise CityError("\n".join(problems))
    return file, figures


def _figures(path: Path, name: str, file: BenchmarkFile, problems: list[str]) -> Iterator[Figure]:
    """Each row of the file; what is wrong with one is added to the problems."""
    units, seen = {one.id: one.unit for one in file.series}, dict[tuple[Any, ...], int]()
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            try:
                figure = Figure.model_validate(row)
            except ValidationError as error:
                found = error.errors()[0]
                problems.append(f"{name}, line {number}, {'.'.join(map(str, found['loc']))}: {found['msg']}. Correct it.")
                continue
            key = (figure.series_id, figure.area, figure.period, figure.vintage, figure.title)
            if units.get(figure.series_id) != figure.unit:
                problems.append(f"{name}, line {number}: {figure.series_id} in {figure.unit} is no series of benchmarks.yaml. Add it there.")
            elif (figure.survey_scope or next(iter(file.scopes))) not in file.scopes:
                problems.append(f"{name}, line {number}, survey_scope: {figure.survey_scope} is none of scopes. Add it to benchmarks.yaml.")
            elif figure.value is None and figure.yoy_percent is None:
                problems.append(f"{name}, line {number}: neither a value nor a 同比. Remove the line.")
            elif earlier := seen.get(key):
                problems.append(f"{name}, line {number}: line {earlier} says the same series, area, period and title. Keep one.")
            else:
                seen[key] = number
                yield figure
