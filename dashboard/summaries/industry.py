"""产业: how the industry grows, against whom, by whose weight, and where the build-out stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Card, Sentence, Strong
from dashboard.tables.policy import indicator_change
from dashboard.text import t, word
from dashboard.view import View

CUTS = ("park", "district", "segment", "size")
"""Parts of the industry in the order in which one of them is taken: no figures are crossed."""
UNNAMED = ("none", "unknown", "no_base", "undivided")
"""Parts that are what is left over: they carry growth and are nobody."""


@dataclass(frozen=True)
class Standing:
    """One cut of one period: its measures by name, the printed growth beside it, what its parts added."""

    measures: Mapping[str, Row]
    gaps: list[Row]
    parts: list[Row]

    @property
    def revenue(self) -> Row:
        return self.measures["software_revenue"]

    @property
    def is_city(self) -> bool:
        return str(self.revenue["cut_kind"]) == "city"


def standing(view: View) -> Standing | None:
    """None where no monthly file tells of the cut."""
    measures = {row["measure_id"]: row for row in ask("industry_cut", **view.values())}
    if "software_revenue" not in measures:
        return None
    revenue = measures["software_revenue"]
    if revenue["cut_kind"] == "city":
        gaps = [row for row in ask("industry_gap", **view.values()) if row["measure_id"] == "software_revenue"]
        return Standing(measures, gaps, ask("industry_contribution", **view.values()))
    return Standing(measures, beside(revenue, ask("industry_line", **view.values()), ask("industry_benchmarks")), [])


def beside(revenue: Row, line: Sequence[Row], published: Sequence[Row]) -> list[Row]:
    """How far a part of the city is from what was printed: at its period, else at the last one both are told of."""
    own = {row["period"]: row["growth_rate"] for row in line if row["growth_rate"] is not None and row["period"] <= revenue["period"]}
    found = []
    for area in dict.fromkeys(row["area"] for row in sorted(published, key=lambda row: (row["area_level"] != "national", row["area"]))):
        common = max((row for row in published if row["area"] == area and row["period"] in own), key=lambda row: row["period"], default=None)
        found.append(
            {
                "area": area, "compared_period": common["period"] if common else None, "is_same_period": common is not None and common["period"] == revenue["period"],
                "yoy_percent": common["yoy_percent"] if common else None, "is_unverified": common is not None and common["is_unverified"],
                "gap_points": 100 * own[common["period"]] - common["yoy_percent"] if common else None,
            }
        )  # fmt: skip
    return found


def sentence(of: Standing) -> Sentence:
    """How much, how fast, against whom, who carried it and who held it back."""
    row = of.revenue
    return [
        t("industry.head", period=number.period(row["period"]), name="" if of.is_city else row["cut_name"]), Strong(told(row, "value")),
        *_growth(row), *_gaps(of.gaps), *_weights(of.parts), t("stop"),
    ]  # fmt: skip


def told(row: Row, key: str) -> str:
    """A figure of a measure, or why it is not shown."""
    return number.lacking(row, key) or number.in_measure(row[key], row["unit"])


def _growth(row: Row) -> Sentence:
    """Matched growth with how many firms it rests on, or why there is none."""
    rate = row["growth_rate"]
    if rate is None:
        why = t("industry.growth_withheld", reason=row["withheld_reason"] or t("scope.single_firm")) if number.is_withheld(row, "growth_rate") else t("industry.no_growth")
        return [t("industry.no_rate", why=why)]
    way = "grew" if rate > 0 else "fell" if rate < 0 else "same"
    share = row["matched_value_share"]
    over = t("industry.matched_firms", n=number.count(row["matched_count"])) if share is None else t("industry.matched", n=number.count(row["matched_count"]), share=number.rate(share))
    return [t(f"industry.{way}"), *([Strong(number.rate(abs(rate)))] if rate else []), over]


def _gaps(gaps: Sequence[Row]) -> Sentence:
    return [piece for row in gaps for piece in _gap(row)]


def _gap(row: Row) -> Sentence:
    """How far from an area's printed growth: at the same months, else at the last both have."""
    mark = t("industry.unverified") if row["is_unverified"] else ""
    if row["gap_points"] is None:
        return [t("industry.not_published", area=row["area"])]
    way = "above" if row["gap_points"] > 0 else "below" if row["gap_points"] < 0 else "level"
    when = "" if row["is_same_period"] else t("industry.last_common", period=number.period(row["compared_period"]))
    return [
        t(f"industry.{way}", when=when, area=row["area"], yoy=number.decimal(row["yoy_percent"])),
        *([Strong(t("industry.points", n=number.decimal(abs(row["gap_points"]))))] if row["gap_points"] else []), mark,
    ]  # fmt: skip


def _weights(parts: Sequence[Row]) -> Sentence:
    """Of segments, districts and parks, the one that added most to growth and the one that took most away."""
    carried, held = weights(parts, 1), weights(parts, -1)
    if not (carried or held):
        return []
    said = [(t("industry.carried"), carried, t("industry.none_carried")), (t("industry.held"), held, t("industry.none_held"))]
    if total(parts) < 0:
        said.reverse()
    return [piece for words, rows, none in said for piece in ([words, Strong(t("comma").join(map(_weight, rows)))] if rows else [none])]


def total(parts: Sequence[Row]) -> float:
    return float(next((row["total_growth_rate"] for row in parts if row["total_growth_rate"] is not None), 0))


def weights(parts: Sequence[Row], sign: int) -> list[Row]:
    """Of each kind the part of the greatest weight in one direction; what is left over and what is withheld is not named."""
    found = []
    for kind in ("segment", "district", "park"):
        of_kind = [row for row in parts if row["cut_kind"] == kind and row["cut_id"] not in UNNAMED and (row["contribution_rate"] or 0) * sign > 0]
        if of_kind:
            found.append(max(of_kind, key=lambda row: (row["contribution_rate"] * sign, row["cut_id"])))
    return found


def _weight(row: Row) -> str:
    return t("industry.weight", name=row["cut_name"], n=number.points(row["contribution_rate"] * 100))


ROWS = "#figure-industry_cut"
"""Where the row of each measure stands, further down on the page."""


def cards(of: Standing, view: View, sees_single: bool) -> list[Card]:
    """Six figures of the cut; how concentrated it is, only for who may see what is one firm's."""
    row, staff, profit = of.revenue, of.measures.get("staff"), of.measures.get("profit")
    breadth = number.lacking(row, "growing_rate") or number.rate(row["growing_rate"])
    found = [
        Card(
            "industry_revenue", told(row, "value"), number.full_yuan(row["value"]) if row["value"] is not None else None,
            change=change(row), foot=t("kpi.industry_revenue.foot", n=number.count(row["reported_count"])), href=ROWS,
        ),
        Card(
            "industry_breadth", breadth,
            foot=_breadth(row) if row["growing_rate"] is not None else None, href=ROWS,
        ),
        Card(
            "industry_concentration", number.rate(row["top10_share"]),
            foot=t("kpi.industry_concentration.foot", top=number.rate(row["top100_share"]), rest=number.growth(row["growth_without_largest_rate"])), href=ROWS,
        ) if sees_single else None,
        Card(
            "industry_coverage", number.parts(row["reported_due_count"], row["due_count"]) if row["due_count"] is not None else number.count(row["reported_count"]),
            foot=t("kpi.industry_coverage.foot", entered=number.count(row["entered_count"]), left=number.count(row["left_count"])), href=ROWS,
        ),
        Card("industry_staff", told(staff, "value"), change=change(staff), foot=t("kpi.industry_staff.foot", n=number.count(staff["reported_count"])), href=ROWS) if staff else None,
        Card("industry_profit", told(profit, "value"), change=change(profit), foot=t("kpi.industry_profit.foot", n=number.count(profit["reported_count"])), href=ROWS) if profit else None,
    ]  # fmt: skip
    return [card for card in found if card is not None]


def _breadth(row: Row) -> str:
    """Firms that fell far; of few firms the median is one firm's own and is not told to everybody."""
    n, median = number.count(row["fallen_count"]), row["median_growth_rate"]
    return t("kpi.industry_breadth.few", n=n) if median is None else t("kpi.industry_breadth.foot", n=n, median=number.growth(median))


def change(row: Row) -> str:
    """Against the same months of last year, or that it is not counted."""
    if row["growth_rate"] is None:
        return number.lacking(row, "growth_rate") or t("none")
    return t("change.year", n=number.growth(row["growth_rate"]))


def crossed(view: View) -> str | None:
    """That of several parts chosen one alone is shown."""
    chosen = [key for key in CUTS if view.get(key)]
    if len(chosen) < 2:
        return None
    return t("industry.crossed", used=t(f"filter.{chosen[0]}"), left=t("comma").join(t(f"filter.{key}") for key in chosen[1:]))


def lines(rows: Sequence[Row]) -> tuple[int, int, int]:
    """Of the build-out lines with a threshold: met, not met, not known."""
    with_line = [row for row in rows if row["threshold"] is not None]
    states = [row["status"] for row in with_line]
    return states.count("met"), states.count("not_met"), len(states) - states.count("met") - states.count("not_met")


def build_out(rows: Sequence[Row], targets: Sequence[Row]) -> Sentence:
    """How many lines are met, which are not, and which target asks for the fastest growth."""
    met, not_met, unknown = lines(rows)
    short = [row["title"] for row in rows if row["status"] == "not_met"]
    pieces: Sentence = [
        t("build_out.head", n=met + not_met + unknown), Strong(t("unit.n_readings", n=met)), t("build_out.not_met"),
        Strong(t("unit.n_readings", n=not_met)), t("build_out.named", names=t("comma").join(short)) if short else "",
        t("build_out.unknown", n=unknown) if unknown else "",
    ]  # fmt: skip
    still = [row for row in targets if row["status"] == "open" and row["pace_needed_rate"] is not None]
    if still:
        hardest = max(still, key=lambda row: (row["pace_needed_rate"], row["target_id"]))
        pieces += [
            t("build_out.pace", year=hardest["target_year"], title=hardest["title"], value=number.in_unit(hardest["target_value"], hardest["unit"])),
            Strong(number.growth(hardest["pace_needed_rate"])),
        ]  # fmt: skip
    return [*[piece for piece in pieces if piece], t("stop")]


def indicator(rows: Sequence[Row]) -> Sentence:
    """One indicator of the city, or of a park where that is all its reader sees: value, year, line, change."""
    newest = [row for row in rows if row["is_newest"]]
    row = next((row for row in newest if row["scope"] == "city"), newest[0] if newest else rows[0])
    value = number.lacking(row, "value") or (t("lacking.unknown") if row["value"] is None else number.in_unit(row["value"], row["unit"]))
    where = "" if row["scope"] == "city" else row["place_name"] or ""
    pieces: Sentence = [t("indicator.head", year=row["stat_year"] or t("none"), place=where, title=row["title"]), Strong(value)]
    if row["threshold"] is not None:
        pieces.append(t("indicator.line", line=number.in_unit(row["threshold"], row["unit"]), status=word("indicator_status", row["status"])))
    return [*pieces, t("indicator.change", change=indicator_change(row)), t("stop")]
