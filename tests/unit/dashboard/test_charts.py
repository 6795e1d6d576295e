"""Figures, and the small parts of pages: they lead to their rows, follow the colour scheme, and say what they show."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import reading_as

from dashboard import theme
from dashboard.components import card, charts, compared, number, parts, short_table, tiles
from dashboard.components.graph import graph
from dashboard.query import ask
from dashboard.summaries import Card, Link, Strong, Sum
from dashboard.tables import TABLES
from dashboard.view import View

MEASURE = {
    "measure_no": 6, "measure_title": "甲", "kind": "award", "payout_rate": 0.5, "payout_rate_low": 0.4, "payout_rate_high": 0.6,
    **dict.fromkeys(("paid_count", "eligible_count", "needs_review_count", "undetermined_count", "not_eligible_count"), 2),
    **dict.fromkeys(("ceiling_yuan", "applied_ceiling_yuan", "approved_yuan", "paid_yuan"), 3_000_000),
}  # fmt: skip
RENT_YEAR = {"enterprise_name": "乙", "year": 2025, "paid_yuan": 1.0, "floor_yuan": 2.0, "is_below_floor": True}
CONDITION = {"says": "属软件企业", "not_met_count": 1, "unknown_count": 2, "review_count": 3, "met_count": 4}
TERM = {"clause_id": "6b.1", "before_ceiling_yuan": 5.0, "after_ceiling_yuan": 4.0, "change_ceiling_yuan": -1.0}
MONTH = {"month": "2025-03-01", "outcome": "eligible", "claim_count": 1, "tenant_count": 3, "rows_loaded": 9, "rows_quarantined": 1}
EVENT = {"qualified_on": "2025-03-01", "event_title": "认定", "series_kind": "expired"}


def district(code: str, rate: float | None, **more: Any) -> dict[str, Any]:
    return {
        "district_code": code, "district_name": "某区", "award_payout_rate": rate, "is_reference": False, "count_status": "known",
        "payout_rate_low": rate, "payout_rate_high": rate, "claim_count": 7, "tile_column": int(code[-1]) % 3, "tile_line": 0,
        **dict.fromkeys(("award_paid_count", "award_eligible_count", "paid_count", "eligible_count", "outreach_count"), 1), **more,
    }  # fmt: skip


DISTRICTS = [district("320206", 0.10), district("320205", 0.14), district("320211", 0.60), district("320281", 0.9, is_reference=True)]


def href(_: Any) -> str:
    return "/rows"


FIGURES = {
    "measure_strip": charts.measure_strip([MEASURE, {**MEASURE, "kind": "rent"}], href),
    "uptake_dots": charts.uptake_dots([MEASURE], charts.measure_label, href, 0.3),
    "money_bars": charts.money_bars([MEASURE], charts.measure_label, href),
    "funnel": charts.funnel([("符合", 3, "3", "/rows"), ("已拨付", 1, "1", "/rows")]),
    "reasons": charts.reasons([CONDITION], href), "rent": charts.dumbbell([RENT_YEAR], href),
    "whatif": compared.dumbbell([TERM], lambda row: str(row["clause_id"]), href), "districts": tiles.district_map(DISTRICTS, href),
    "treemap": tiles.treemap([(tiles.Tile("某区", 5, "/rows", "某区"), [tiles.Tile("6b.1", 5, "/rows", "某条", is_chosen=True)])]),
}  # fmt: skip
OF_MONTHS = {
    "by_month": charts.by_month([MONTH]), "tenants": charts.tenants([MONTH]), "arrivals": compared.arrivals([MONTH]),
    "timeline": charts.timeline([EVENT], [], [], "2025-12-31"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_leads_to_its_rows(name: str):
    for trace in FIGURES[name]["data"]:
        assert list(trace["customdata"]) == ["/rows"] * len(trace["x"])


@pytest.mark.parametrize("name", [*FIGURES, *OF_MONTHS])
def test_a_figure_is_drawn_in_colours_that_follow_the_scheme(name: str):
    found = set(re.findall("#[0-9a-fA-F]{3,8}", json.dumps((FIGURES | OF_MONTHS)[name])))
    assert found <= {theme.LIGHT[colour] for colour in theme.IN_FIGURES}


@pytest.mark.parametrize("name", [*FIGURES, *OF_MONTHS])
def test_dragging_zooms_into_values_and_never_into_names(name: str):
    layout = (FIGURES | OF_MONTHS)[name]["layout"]
    axes = [axis for key, axis in layout.items() if "axis" in key]
    named = [axis for axis in axes if "ticktext" in axis or "categoryarray" in axis]
    assert all(axis["fixedrange"] for axis in named)
    assert any(not axis.get("fixedrange") for axis in axes) == bool(layout["dragmode"])


def test_rent_years_have_a_scale_of_their_own_in_the_strip_of_measures():
    drawn = FIGURES["measure_strip"]
    axes = {bar["y"][0]: (bar["xaxis"], bar["yaxis"]) for bar in drawn["data"] if bar["type"] == "bar"}
    assert len(set(axes.values())) == 2
    assert len({tuple(drawn["layout"][f"yaxis{y[1:]}"]["domain"]) for _, y in axes.values()}) == 2
    alone = charts.measure_strip([MEASURE], href)
    assert alone["layout"]["yaxis"]["domain"] == [0.0, 1.0]


def test_the_steps_of_the_districts_lie_between_the_rates_shown():
    words, colours = tiles.district_scale(DISTRICTS), FIGURES["districts"]["data"][0]["marker"]["color"]
    assert words == ["10.0–20.0%", "20.0–30.0%", "30.0–40.0%", "40.0–50.0%", "50.0–60.0%"], "a reference district is not on the scale"
    assert colours == [theme.LIGHT[name] for name in ("step_0", "step_0", "step_4", "grey")]


def test_one_rate_is_one_step_and_no_rate_none():
    assert tiles.district_scale([district("320206", 0.1), district("320205", 0.1)]) == ["10.0%"]
    assert tiles.district_scale([district("320206", None)]) == []


def test_a_district_says_why_it_has_no_rate():
    drawn = tiles.district_map([*DISTRICTS, district("320213", None, count_status="unknown")], href)["data"][0]["text"]
    assert "参照执行" in drawn[3]
    assert "尚不可知" in drawn[4]
    assert "%" not in drawn[3] + drawn[4].replace("px", "")


def test_tiles_fill_their_box_in_proportion_and_do_not_overlap():
    values, box = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], (10.0, 20.0, 60.0, 40.0)
    placed = tiles.squarify(values, box)
    assert [round(width * height) for _, _, width, height in placed] == [round(value * 100) for value in values]
    assert min(left for left, *_ in placed) == 10
    assert max(round(top + height, 6) for _, top, _, height in placed) == 60
    centres = [(left + width / 2, top + height / 2) for left, top, width, height in placed]
    for at, (left, top, width, height) in enumerate(placed):
        inside = [(x, y) for x, y in centres if left < x < left + width and top < y < top + height]
        assert inside == [centres[at]]


def test_a_name_with_tags_or_signs_nobody_sees_is_shown_as_it_is():
    drawn = charts.dumbbell([{**RENT_YEAR, "enterprise_name": "<b>\u202e甲"}], href)
    assert drawn["data"][0]["text"][0].startswith("&lt;b&gt;\\u202e甲 2025<br>")


@pytest.fixture
def reading(published) -> Iterator[None]:
    with reading_as(published, "analyst"):
        yield


@pytest.mark.usefixtures("reading")
def test_a_graph_speaks_the_readers_language_and_names_its_picture():
    drawn = graph("x", FIGURES["reasons"], "哪个条件拦下了多少")
    config = drawn.children.config
    assert config["locales"]["zh"]["dictionary"]["Zoom"] == "框选放大"
    assert config["locales"]["zh"]["format"]["months"][11] == "十二月"
    assert config["toImageButtonOptions"]["filename"] == "哪个条件拦下了多少-2025-12-31"
    assert drawn.to_plotly_json()["props"]["aria-label"] == "哪个条件拦下了多少"
    assert graph("x", FIGURES["districts"], "某").children.config["modeBarButtons"] == [["toImage"]], "nothing to zoom into"


def told(component: Any) -> str:
    """A component as Dash sends it."""
    return json.dumps(component, default=lambda made: made.to_plotly_json(), ensure_ascii=False)


def test_months_under_a_figure_say_what_they_are_from_when_and_the_last():
    shown = told(parts.kpi(Card("money", "1.0 万元", full="10,000.00 元", trend=[("2024-01", 5.0), ("2025-12", 20_000.0)], href="/measures")))
    for words in ("已拨付", "10,000.00 元", "近24个月每月拨付金额", "2024-01 至 2025-12，末月 2.0 万元"):
        assert words in shown
    assert "svg" not in told(parts.kpi(Card("money", "0", trend=[("2024-01", 0.0)]))), "of nothing there is no picture"


def test_a_sentence_keeps_what_is_marked_in_it():
    shown = parts.sentence("有", Strong("3 项"), Sum(10_000), Link("看", "/outreach")).children
    assert [type(piece).__name__ for piece in shown] == ["str", "Strong", "Span", "Link"]
    assert shown[2].title == number.full_yuan(10_000)


@pytest.mark.usefixtures("reading")
def test_a_short_table_shows_rows_links_and_how_many_there_are():
    table, view = TABLES["park_list"], View("/parks")
    rows = ask("park_list")
    shown = told(short_table.short_table(table, view, rows=rows, columns=("park_name", "eligible_count", "split"), cells={"split": parts.split_bar}))
    assert f'"href": "/parks/{rows[0]["park_id"]}"' in shown
    assert f"第 1–{len(rows)} 行，共 {len(rows)} 行" in shown
    assert shown.count('"className": "number"') == len(rows) + 1
    assert shown.count('"split-part eligible"') == sum(1 for row in rows if row["eligible_count"])
    assert "state-nothing" in told(short_table.short_table(table, view, rows=[]))


@pytest.mark.usefixtures("reading")
def test_a_card_says_where_its_numbers_come_from_and_exports_what_it_shows():
    shown = told(card.card("park_list", "…", table=TABLES["park_list"], view=View.read("/parks", "?district=320211"), source="parks"))
    for words in ("截至 2025-12-31", "园区租约", "征求意见稿", "示例数据", "dashboard/queries/park_list.sql"):
        assert words in shown
    assert re.search(r"/export/park_list\.xlsx\?[^\"]*district=320211", shown)
