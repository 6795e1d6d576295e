"""主体: who makes up the industry, in a sentence and six figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import g

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Card, Sentence, Strong
from dashboard.text import t
from dashboard.view import View

UP, OFF = ("entered", "up"), ("lost", "gone")
SURVIVED = 3
"""Whole years after which the card tells how many are still there."""


@dataclass(frozen=True)
class Standing:
    """The rows of one cut: firms on the data day and by year, parts, cohorts, the ladder at each end, what moved on it.

    `year` is the one asked for, else that of the data day; `day` is all so far.
    """

    year: int
    day: Row
    years: list[Row]
    quarters: list[Row]
    parts: list[Row]
    cohorts: list[Row]
    ladder: list[Row]
    flows: list[Row]

    @property
    def are_closings_known(self) -> bool:
        return self.day["stock_count"] is not None

    @property
    def there(self) -> str:
        """The column that counts firms: those that are there, else all on the register."""
        return "stock_count" if self.are_closings_known else "registered_count"

    def of_year(self, year: int) -> Row:
        none = dict.fromkeys(("new_count", "closed_count", "absent_count", "net_count"))
        return next((row for row in self.years if row["period"] == str(year)), {"period": str(year), **none})

    def of(self, cut: str) -> list[Row]:
        return [row for row in self.parts if row["cut"] == cut]

    def software(self, *answers: str) -> int:
        return sum(row[self.there] for row in self.of("software") if row["part"] in answers)

    @property
    def software_count(self) -> int | None:
        """Of D9; where none is sure and some are open, nobody knows."""
        return self.software("met") or (None if self.software("needs_review", "unknown") else 0)

    def rungs(self, year: int) -> list[Row]:
        """The ladder at the end of a year, highest rung first; none where no file of titles ever came."""
        return sorted((row for row in self.ladder if row["year"] == year and row["firm_count"] is not None), key=lambda row: row["rung_rank"])

    def on_ladder(self, year: int, key: str = "firm_count") -> int | None:
        rows = self.rungs(year)
        return sum(row[key] for row in rows) if rows else None

    def moved(self, *directions: str) -> int:
        return sum(row["firm_count"] for row in self.flows if row["year"] == self.year and row["direction"] in directions)


def standing(view: View) -> Standing | None:
    """None where no firm is on the register of this cut."""
    values = {key: value for key, value in view.values().items() if key in ("district", "park")}
    periods = ask("firm_periods", **values)
    day = next((row for row in periods if row["period_kind"] == "day"), None)
    if day is None:
        return None

    def kind(name: str) -> list[Row]:
        return sorted((row for row in periods if row["period_kind"] == name and row["ends_on"]), key=lambda row: row["ends_on"])

    return Standing(
        int(view.get("year") or g.snapshot.as_of[:4]), day, kind("year"), kind("quarter"), ask("firm_parts", **values), ask("firm_cohorts", **values),
        ask("ladder", **values), ask("ladder_flow", **values),
    )  # fmt: skip


def sentence(of: Standing) -> Sentence:
    """How many firms, how many of software, who came and went in the year, who stands on the ladder."""
    day, year, before = of.day, of.of_year(of.year), of.of_year(of.year - 1)
    there = (
        [t("sentence.firms_stock"), Strong(_firms(day["stock_count"]))] if of.are_closings_known else [t("sentence.firms_stock_unknown")]
    )  # fmt: skip
    flow = t("sentence.firms_flow", closed=number.count(year["closed_count"]), net=number.count(year["net_count"])) if year["closed_count"] is not None else ""
    return [
        t("sentence.as_of", day=g.snapshot.as_of), t("sentence.firms_registered"), Strong(_firms(day["registered_count"])), *there,
        t("sentence.firms_software"), Strong(_firms(of.software_count)), t("sentence.firms_software_open", n=number.count(of.software("needs_review", "unknown"))),
        t("sentence.firms_new", year=of.year), Strong(_firms(year["new_count"] or 0)), flow,
        t("sentence.firms_before", n=number.count(before["new_count"])) if before["new_count"] is not None else "",
        *_ladder(of), t("stop"),
    ]  # fmt: skip


def _ladder(of: Standing) -> Sentence:
    on = of.on_ladder(of.year)
    if on is None:
        return [t("sentence.ladder_unknown")]
    rungs = t("comma").join(f"{row['rung_title']} {number.count(row['firm_count'])}" for row in of.rungs(of.year) if row["firm_count"])
    return [
        t("sentence.ladder") if str(of.year) == g.snapshot.as_of[:4] else t("sentence.ladder_at", year=of.year), Strong(_firms(on)), t("sentence.ladder_rungs", rungs=rungs) if rungs else "",
        t("sentence.ladder_moves", up=number.count(of.moved("up")), entered=number.count(of.moved("entered")), off=number.count(of.moved(*OFF))),
    ]  # fmt: skip


def _firms(count: int | None) -> str:
    return number.count(None) if count is None else t("unit.n_firms", n=number.count(count))


def cards(of: Standing, view: View) -> list[Card]:
    """Six figures, with the years behind each."""
    day, year, before = of.day, of.of_year(of.year), of.of_year(of.year - 1)
    sure, still_open = of.software("met"), of.software("needs_review", "unknown")
    on, stood, in_doubt = of.on_ladder(of.year), of.on_ladder(of.year - 1), of.on_ladder(of.year, "open_count")
    cohort = max((row for row in of.cohorts if row["years"] == SURVIVED and row["survival_rate"] is not None), key=lambda row: row["cohort_year"], default=None)
    ends = sorted({row["year"] for row in of.ladder})
    change = number.less(year["new_count"], before["new_count"])
    view, there = view.only("district", "park"), {"there": "yes"} if of.are_closings_known else {}

    def registered(first: int, last: date) -> str:
        return view.to("/firms", **{"firm_list.registered_on__from": f"{first}-01-01", "firm_list.registered_on__to": last.isoformat()})

    return [
        Card(
            "firms_there", number.count(day["stock_count"]), href=view.to("/firms", there="yes"), trend=_trend(of.years, "stock_count"),
            foot=t("kpi.firms_there.foot", all=number.count(day["registered_count"]), closed=number.count(day["closed_count"])),
        )
        if of.are_closings_known
        else Card(
            "firms_registered", number.count(day["registered_count"]), href=view.to("/firms"), trend=_trend(of.years, "registered_count"),
            foot=t("kpi.firms_registered.foot"),
        ),
        Card(
            "firms_new", number.count(year["new_count"] or 0), href=registered(of.year, min(date(of.year, 12, 31), date.fromisoformat(g.snapshot.as_of))), trend=_trend(of.years, "new_count"), foot=t("kpi.firms_new.foot", year=of.year),
            change=None if change is None else t("change.since_year", n=number.signed_count(change)),
        ),
        Card(
            "firms_software", number.count(of.software_count), href=view.to("/firms", software="met", **there),
            foot=t("kpi.firms_software.foot", low=number.count(sure), high=number.count(sure + still_open), open=number.count(still_open)),
        ),
        Card(
            "firms_survival", number.rate(cohort["survival_rate"]) if cohort else t("lacking.unknown"),
            foot=t("kpi.firms_survival.foot", year=cohort["cohort_year"], n=number.count(cohort["firm_count"]), band=_survived_between(cohort))
            if cohort
            else t("kpi.firms_survival.unknown"),
            href=registered(cohort["cohort_year"], date(cohort["cohort_year"], 12, 31)) if cohort else None,
        ),
        Card(
            "firms_ladder", number.count(on), href=view.to("/firms", **{"firm_list.rung_title__filled": "1"}) if str(of.year) == g.snapshot.as_of[:4] else "#figure-ladder", trend=[(str(end), float(of.on_ladder(end) or 0)) for end in ends] if on is not None else (),
            change=t("change.since_year", n=number.signed_count(on - stood)) if on is not None and stood is not None else None,
            foot=t("kpi.firms_ladder.foot", n=number.count(in_doubt)) if on is not None else t("kpi.firms_ladder.unknown"),
        ),
        Card(
            "firms_moves", number.count(of.moved(*UP)) if on is not None else t("lacking.unknown"), href="#figure-ladder_flow",
            foot=t("kpi.firms_moves.foot", down=number.count(of.moved("down")), off=number.count(of.moved(*OFF))) if on is not None else t("kpi.firms_ladder.unknown"),
        ),
    ]  # fmt: skip


def _survived_between(cohort: Row) -> str:
    """The two bounds where some closed on a day nobody told."""
    low, high = cohort["survival_rate_low"], cohort["survival_rate"]
    return t("kpi.firms_survival.band", band=number.between(low, high)) if low < high else ""


def _trend(rows: Sequence[Row], key: str) -> list[tuple[str, float]]:
    return [(row["period"], float(row[key])) for row in rows[-24:] if row[key] is not None]
