"""产业 as a bureau sends it up: results, fields, places, key firms, problems; what is printed of country and province.

The headline is industry.sentence, who makes up the industry industry_firms.sentence: nothing of them is said again here in other words. A figure that is withheld has its word.
"""

from collections.abc import Sequence

from dashboard.components import number
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import Sentence, industry
from dashboard.text import language, t, words_of

NAMED = 3
"""Parts, or firms, named as the first of their kind."""
RESULTS = (("profit", "margin_on_revenue"), ("rd_expense", "rd_on_revenue"), ("staff", "pay_per_head"))
"""A measure and the ratio said beside it."""


def results(of: industry.Standing, ratios: Sequence[Row]) -> Sentence:
    """Profit, research and staff, each with its growth and ratio; then how many firms grow."""
    by_ratio = {row["ratio_id"]: row for row in ratios}
    said = [_result(of.measures[measure], by_ratio.get(ratio)) for measure, ratio in RESULTS if measure in of.measures]
    row = of.revenue
    breadth = t(
        "brief.breadth", matched=number.count(row["matched_count"]), up=_number(row, "growing_count"), fallen=_number(row, "fallen_count"),
        rate=number.lacking(row, "growing_rate") or number.rate(row["growing_rate"]),
        median=number.lacking(row, "median_growth_rate") or number.growth(row["median_growth_rate"]),
    )  # fmt: skip
    return [*(f"{one}{t('stop')}" for one in said), breadth if row["matched_count"] else ""]


def _number(row: Row, key: str) -> str:
    """A count of firms; one withheld has its word."""
    return t("lacking.withheld") if row[key] is None and number.is_withheld(row, "growth_rate") else number.count(row[key])


def _result(row: Row, ratio: Row | None) -> str:
    told = t("brief.result", name=t(f"measure_id.{row['measure_id']}"), value=industry.told(row, "value")) + grown(row)
    if ratio is None or ratio["ratio_value"] is None:
        return told
    told += t("brief.ratio", name=t(f"ratio_id.{ratio['ratio_id']}"), value=number.in_measure(ratio["ratio_value"], ratio["unit"]))
    points = ratio["change_points"]
    return told + (t(f"brief.ratio_{'up' if points > 0 else 'down'}", n=number.decimal(abs(points))) if points and round(points, 1) else "")


def grown(row: Row) -> str:
    """Against the same months of last year."""
    rate = row["growth_rate"]
    if rate is None:
        return t("brief.withheld" if number.is_withheld(row, "growth_rate") else "brief.no_rate")
    way = "grew" if rate > 0 else "fell" if rate < 0 else "same"
    return t(f"industry.{way}") + (number.rate(abs(rate)) if rate else "")


def segments(parts: Sequence[Row], structure: Sequence[Row]) -> Sentence:
    """Each segment: revenue, growth, share beside the country's, what it added; then the key fields."""
    shares = {(row["part_kind"], row["part_id"]): row for row in structure}
    of_kind = sorted((row for row in parts if row["cut_kind"] == "segment" and row["value"]), key=lambda row: row["cut_order"])
    said = [_segment(row, shares.get(("segment", row["cut_id"]))) for row in of_kind]
    fields = sorted((row for row in structure if row["part_kind"] == "field" and row["value_yuan"]), key=lambda row: -row["value_yuan"])
    named = [t("brief.field", name=row["part_name"], value=number.short_yuan(row["value_yuan"]), share=number.rate(row["share"])) for row in fields]
    return [
        *([t("semicolon").join(said), t("stop")] if said else []),
        *([t("brief.fields"), t("semicolon").join(named), t("brief.overlap")] if named else []),
    ]  # fmt: skip


def _segment(row: Row, share: Row | None) -> str:
    told = t("brief.segment", name=row["cut_name"], value=number.short_yuan(row["value"])) + grown(row)
    if share and share["share"] is not None:
        told += t("brief.share", share=number.rate(share["share"]))
        told += t("brief.nation", nation=number.rate(share["national_share"])) if share["national_share"] is not None else ""
    return told + _pulled(row)


def _pulled(row: Row) -> str:
    points = None if row["contribution_rate"] is None else row["contribution_rate"] * 100
    if not points:
        return ""
    return t(f"brief.{'pull' if points > 0 else 'drag'}", n=number.decimal(abs(points)))


def places(parts: Sequence[Row]) -> Sentence:
    """Of districts and of parks: the first by what they added to growth, and those whose revenue fell."""
    pieces: Sentence = []
    for kind in ("district", "park"):
        rows = [row for row in parts if row["cut_kind"] == kind and row["cut_id"] not in industry.UNNAMED]
        if not rows:
            continue
        word = t(f"cut_kind.{kind}")
        led = sorted((row for row in rows if (row["contribution_rate"] or 0) > 0), key=lambda row: (-row["contribution_rate"], row["cut_id"]))[:NAMED]
        names = [
            t("brief.part", name=row["cut_name"], growth=_growth(row), n=number.decimal(row["contribution_rate"] * 100)) for row in led
        ]
        fell = fallen(rows)
        pieces += [t("brief.led", kind=word) + t("comma").join(names)] if led else [t("brief.none_led", kind=word)]
        pieces += [t("brief.fell") + t("comma").join(fell) if fell else t("brief.none_fell"), t("stop")]
    return pieces


def _growth(row: Row) -> str:
    return number.lacking(row, "growth_rate") or number.growth(row["growth_rate"])


def fallen(rows: Sequence[Row]) -> list[str]:
    """Parts whose matched revenue fell, the deepest first."""
    down = sorted((row for row in rows if (row["growth_rate"] or 0) < 0), key=lambda row: (row["growth_rate"], row["cut_id"]))
    return [t("brief.fallen", name=row["cut_name"], growth=_growth(row)) for row in down]


def key_firms(revenue: Row, up: Sequence[Row], down: Sequence[Row]) -> Sentence:
    """How much the largest hold; which firms added most and lost most. For those alone who may see single firms."""
    pieces: Sentence = []
    if revenue["top10_share"] is not None:
        pieces.append(t(
            "brief.concentration", top10=number.rate(revenue["top10_share"]), top100=number.rate(revenue["top100_share"]),
            rest=number.growth(revenue["growth_without_largest_rate"]),
        ))  # fmt: skip
    for rows, words, none in (
        ([row for row in up if (row["delta_yuan"] or 0) > 0], "firms_up", "none_up"),
        ([row for row in down if (row["delta_yuan"] or 0) < 0], "firms_down", "none_down"),
    ):
        named = [
            t("brief.firm", name=row["enterprise_name"], delta=number.signed_yuan(row["delta_yuan"]), growth=number.growth(row["growth_rate"]))
            for row in rows[:NAMED]
        ]
        pieces.append(t(f"brief.{words}") + t("comma").join(named) if named else t(f"brief.{none}"))
    return [*pieces, t("stop")]


def problems(of: industry.Standing | None, indicators: Sequence[Row]) -> Sentence:
    """What the figures show to be behind, falling, late, doubtful, short of its line or not there at all; numbered."""
    found = [*(_of_growth(of) if of else []), *_lines(indicators), *missing()]
    if not found:
        return [t("brief.none"), t("stop")]
    return [f"{ordinal}{said}{t('stop')}" for ordinal, said in zip(t("brief.ordinals").split(), found, strict=False)]


def _of_growth(of: industry.Standing) -> list[str]:
    row = of.revenue
    behind = [gap for gap in of.gaps if gap["gap_points"] is not None and round(gap["gap_points"], 1) < 0]
    found = [
        t(
            "brief.behind", area=gap["area"], n=number.decimal(abs(gap["gap_points"])), yoy=number.decimal(gap["yoy_percent"]),
            when="" if gap["is_same_period"] else t("industry.last_common", period=number.period(gap["compared_period"])),
        )
        for gap in behind
    ]  # fmt: skip
    if fell := fallen([part for part in of.parts if part["cut_kind"] in ("segment", "district") and part["cut_id"] not in industry.UNNAMED]):
        found.append(t("brief.fell_parts", names=t("comma").join(fell)))
    if row["fallen_count"]:
        found.append(t("brief.many_fell", n=number.count(row["fallen_count"]), matched=number.count(row["matched_count"])))
    late = number.less(row["due_count"], row["reported_due_count"])
    if late:
        found.append(t("brief.late", due=number.count(row["due_count"]), n=number.count(late)))
    if row["doubtful_count"]:
        found.append(t("brief.doubtful", n=number.count(row["doubtful_count"])))
    return found


def _lines(indicators: Sequence[Row]) -> list[str]:
    short = [str(row["title"]) for row in indicators if row["status"] == "not_met"]
    return [t("brief.lines", n=len(short), names=t("comma").join(short))] if short else []


def missing() -> list[str]:
    """The sources that never came, by what their lack leaves unsaid, the gravest first."""
    titles = {row["source"]: row["title"] for row in ask("missing_sources")}
    by_words: dict[str, list[str]] = {}
    for source, adds in words_of(language(), "brief")["adds"].items():
        if source in titles:
            by_words.setdefault(adds, []).append(titles[source])
    return [t("brief.missing", names=t("comma").join(names), adds=words) for words, names in by_words.items()]


def published(rows: Sequence[Row]) -> Sentence:
    """The newest printed growth of each area, the country first: rows of industry_benchmarks."""
    newest: dict[str, Row] = {}
    for row in sorted((row for row in rows if row["yoy_percent"] is not None), key=lambda row: row["period"]):
        newest[row["area"]] = row
    said = [
        t(
            "brief.published", period=number.period(row["period"]), area=row["area"], way=t(f"brief.{'up' if row['yoy_percent'] >= 0 else 'down'}"),
            n=number.decimal(abs(row["yoy_percent"])), mark=t("industry.unverified") if row["is_unverified"] else "", issuer=row["issuer"],
        )
        for row in sorted(newest.values(), key=lambda row: (row["area_level"] != "national", row["area"]))
    ]  # fmt: skip
    return [t("semicolon").join(said), t("stop")] if said else []

