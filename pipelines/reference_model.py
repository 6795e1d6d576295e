"""The shape of a city's reference data and of what all cities share, read as strictly as the law. Only the divisions must be there.

Source notes stand in the YAML; the words under each key are its description in the JSON Schema that an editor reads.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from pipelines.base.strict import STRICT, Text, Texts

# What mart_indicator counts; an indicator of another id would have no value on any day.
INDICATORS = (
    "city_revenue", "city_growth", "city_increment_share", "city_rd_share", "city_park_share", "city_feature_share", "city_top100",
    "city_software_staff",
)


def _pattern(words: str) -> str:
    try:
        re.compile(words)
    except re.error as error:
        raise ValueError(f"{words!r} is no pattern ({error}). Write words parted by |, such as 培育|试点") from None
    return words


def _code(code: str) -> str:
    if not re.fullmatch(r"\d{6}(-[A-Z]+)?", code):
        raise ValueError(f"{code!r} is no division code. Write six digits in quotes, with -XX behind for a zone without one")
    return code


def _prefix(code: str) -> str:
    if not re.fullmatch(r"\d{4}", code):
        raise ValueError(f"{code!r} is no beginning of division codes. Write the four digits of the city in quotes")
    return code


def _name_of_list(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r} is no name of a list. Write small letters, digits and _")
    return name


GRADES = range(1, 6)
"""Of titles that rank by a grade."""
Pattern = Annotated[Text, AfterValidator(_pattern)]
Code = Annotated[str, AfterValidator(_code)]
Level = Literal["national", "provincial", "city"]


class Strict(BaseModel):
    model_config = STRICT


class City(Strict):
    name: Text
    """Without 市."""
    province: Text
    """Without 省."""
    code_prefix: Annotated[str, AfterValidator(_prefix)]
    """The four digits with which the codes of its divisions begin."""
    name_en: Text | None = None
    """What English pages call it; left out: as Chinese ones do."""


class Division(Strict):
    """A county-level division, or a zone inside one that is told apart by its streets."""

    code: Code
    name: Text
    order: int
    """Its place in every table; single."""
    is_urban: bool
    heads: Texts
    """What the head of an address calls it, old names included."""
    part_of: Code | None = None
    """Of a zone: the division it lies in, which is printed without and with it (D8)."""
    streets: list[Text] = []
    """Streets by which a zone is told from the division around it."""
    tile: Annotated[list[Annotated[int, Field(ge=0, le=9)]], Field(min_length=2, max_length=2)] | None = None
    """Where it lies on the map of tiles: column and line, north on top. All divisions have one, or none: then in their order."""


class Divisions(Strict):
    """divisions.yaml: the city and its districts."""

    city: City
    divisions: Annotated[list[Division], Field(min_length=1)]
    retired_codes: dict[Code, Code] = {}
    """Division codes that registers still print → the code of today."""

    @model_validator(mode="after")
    def _codes_fit(self) -> Self:
        codes = {division.code: division for division in self.divisions}
        for what, names in (
            ("code", [d.code for d in self.divisions]),
            ("order", [d.order for d in self.divisions]),
            ("heads", [head for d in self.divisions for head in d.heads]),
            ("streets", [street for d in self.divisions for street in d.streets]),
        ):
            if again := [str(name) for name, count in Counter(names).items() if count > 1]:
                raise ValueError(f"divisions: {what} {', '.join(again)} stands in several divisions. Leave it in one")
        tiles = [tuple(d.tile) for d in self.divisions if d.tile]
        if tiles and (len(tiles) < len(self.divisions) or len(set(tiles)) < len(tiles)):
            raise ValueError("divisions: each has a tile of its own on the map, or none has any. Add or correct them")
        for division in self.divisions:
            if division.part_of and (division.part_of not in codes or codes[division.part_of].part_of):
                raise ValueError(
                    f"divisions: {division.code} is part_of {division.part_of}, which is no whole division. Correct the code"
                )
        for old, new in self.retired_codes.items():
            if old in codes or new not in codes:
                raise ValueError(f"retired_codes: {old} → {new} must lead from a code of the past to one of divisions. Correct it")
        return self


class FormerName(Strict):
    name: Text
    first_day: date = Field(default=date.min, alias="from")
    last_day: date = Field(default=date.max, alias="until")

    @model_validator(mode="after")
    def _days_follow(self) -> Self:
        if self.first_day > self.last_day:
            raise ValueError(f"from: {self.first_day} lies after until {self.last_day}. Correct one")
        return self


class Began(Strict):
    level: Level
    year: int = Field(ge=1949)
    is_yearly: bool
    """Whether rounds came every year since."""
    source: Text
    is_unverified: bool


class Lasts(Strict):
    """How long a grant stands where its line prints no last day; then it needs a renewal."""

    years: int = Field(ge=1)
    source: Text
    is_unverified: bool


class Title(Strict):
    """One list: the title it gives, how its ranks compare, how far back its rounds go (D10)."""

    list_name: Annotated[str, AfterValidator(_name_of_list)] = Field(alias="list")
    """Permanent and single: what triggers of clauses name."""
    title: Text
    title_en: Text | None = None
    """What English pages call it; left out: as Chinese ones do."""
    provinces: list[Text] = []
    """In data/reference/national: the provinces whose cities have it, without 省; left out: every city."""
    rank: Literal["level", "grade_up", "grade_down"]
    """level: national above provincial above city; grade_up: 5 is the highest grade; grade_down: 1 is."""
    levels: Annotated[list[Level], Field(min_length=1)] = ["national", "provincial", "city"]
    """At which the title is given."""
    per: Literal["track", "product", "kind"] | None = None
    """A beneficiary may hold several side by side, each with a first of its own."""
    kinds: dict[Text, Pattern] = {}
    """Its kinds or tracks, and words by which a line tells them."""
    held_by: Literal["project", "park"] | None = None
    """What holds the title, where it is not the firm of the line; what a park holds is claimed by its operator (D16)."""
    is_field_in_category: bool = False
    """类别 of a line names its field where it has no 领域; left out: 类别 stands beside 领域."""
    names: list[FormerName] = []
    """What it was called on other days; one series, one firstness."""
    words: list[Text] = []
    """What else a sidecar may call the list; `list` and `title` are known anyway."""
    short_of: Pattern | None = None
    """Words in 等级 or 类别 of a line that is listed but not yet recognised."""
    grade_words: dict[Text, int] = {}
    """Grades that are told by a word, 1 to 5."""
    began: list[Began] = []
    """Per level, the year of the first round where it is known."""
    lasts: Lasts | None = None
    """Left out: until it is cancelled."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.per == "kind" and not self.kinds:
            raise ValueError("kinds: titles per kind need them. Say by which words a line tells its kind")
        if wrong := [word for word, grade in self.grade_words.items() if grade not in GRADES]:
            raise ValueError(f"grade_words: {', '.join(wrong)} is no grade from 1 to 5. Correct it")
        told = [round_.level for round_ in self.began]
        if wrong := [level for level in told if level not in self.levels or told.count(level) > 1]:
            raise ValueError(f"began: {wrong[0]} is none of levels or stands twice. Correct it")
        for earlier, later in pairwise(sorted(self.names, key=lambda name: name.first_day)):
            if later.first_day <= earlier.last_day:
                raise ValueError(f"names: on {later.first_day} it is called {earlier.name} and {later.name}. Part their days")
        return self


class RungTitle(Strict):
    list_name: Annotated[str, AfterValidator(_name_of_list)] = Field(alias="list")
    level: Level


class Rung(Strict):
    """A rung of the ladder of cultivation (梯度培育): the titles that stand on it, or shares that are listed."""

    rung: Annotated[str, AfterValidator(_name_of_list)]
    """Permanent and single."""
    title: Text
    titles: list[RungTitle] = []
    is_listing: bool = False
    """Of firms whose shares are listed: the register of listings tells, no title."""

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if self.is_listing == bool(self.titles):
            raise ValueError(f"rung {self.rung}: it has titles or is_listing: true. Name one of the two")
        return self


class Titles(Strict):
    """titles.yaml: the lists of recognitions."""

    titles: list[Title] = []
    confirms: Pattern | None = None
    """Words of a round or list that confirms an earlier title and is no first."""
    ladder: list[Rung] = []
    """The rungs, highest first."""

    @model_validator(mode="after")
    def _rungs_fit(self) -> Self:
        stands = [(one.list_name, one.level) for rung in self.ladder for one in rung.titles]
        if wrong := [f"{name} {level}" for name, level in stands if stands.count((name, level)) > 1]:
            raise ValueError(f"ladder: {wrong[0]} stands on two rungs. Leave it on one")
        named = [rung.rung for rung in self.ladder]
        if again := [name for name in named if named.count(name) > 1]:
            raise ValueError(f"ladder: rung {again[0]} stands in it twice. Leave it in one place")
        return self


class Category(Strict):
    """A kind of project (项目类别) that a policy of the city names."""

    category: Annotated[str, AfterValidator(_name_of_list)]
    """Permanent and single: what triggers of clauses name."""
    title: Text
    words: list[Text] = []
    """What else a file may call it."""
    grounds: Literal["project", "investment"] = "project"
    """Which event its project is: project on the day of approval, investment on that of completion."""


class Categories(Strict):
    """categories.yaml: the kinds of projects."""

    categories: list[Category] = []


class Indicator(Strict):
    id: Literal[INDICATORS]  # type: ignore[valid-type]
    title: Text
    unit: Text
    comparison: Literal["at_least", "none"]
    threshold: float | None
    source: Text
    is_unverified: bool


class Indicators(Strict):
    """indicators.yaml: what a software city is measured by."""

    indicators: list[Indicator] = []
    series_breaks: list[int] = []
    """Years with whose report the survey scope changed: growth over them is withheld."""


class Target(Strict):
    """What the city or its province wants to reach, as a document says it."""

    id: Annotated[str, AfterValidator(_name_of_list)]
    """Permanent and single."""
    indicator: Literal[INDICATORS] | None  # type: ignore[valid-type]
    """What is counted here of just that; null where nothing is: then the target stands alone."""
    title: Text
    year: int = Field(ge=1949)
    """By the end of which."""
    value: float
    unit: Text
    document: Text
    """Where it was read."""
    page: str | None = None
    """Its address, of the issuer or a known press only."""
    is_unverified: bool
    note: Text | None = None


class Targets(Strict):
    """targets.yaml: what was announced to be reached, none of it invented."""

    targets: list[Target] = []


FILES: dict[str, type[Strict]] = {"divisions": Divisions, "titles": Titles, "categories": Categories, "indicators": Indicators, "targets": Targets}
SHARED = ("titles", "indicators")
"""Those that data/reference/national holds as well, for every city."""


@dataclass(frozen=True)
class Reference:
    """A city's reference data; all but the divisions are empty where their file is not there."""

    divisions: Divisions
    titles: Titles
    categories: Categories
    indicators: Indicators
    targets: Targets
