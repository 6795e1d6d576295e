"""产业, 名城, 指标 and the head of 总览, as their readers get them; what a single firm reported reaches analyst and auditor alone."""

from typing import Any

import pytest
from conftest import ask, figures, page, rows_of
from small_industry import KEPT_BACK, PERIODS

from dashboard.components import industry_charts
from dashboard.summaries import industry as summaries

GAP = {"area": "全国", "yoy_percent": 10.8, "gap_points": 1.2, "is_same_period": True, "compared_period": "2025-09", "is_unverified": False}
ROW = {
    "period": "2025-09", "cut_kind": "city", "cut_name": "全市", "unit": "yuan", "value": 812e8, "growth_rate": 0.12, "matched_count": 158, "matched_value_share": 0.961,
    "is_withheld": False, "is_withheld_secondary": False, "is_value_withheld": False, "withheld_reason": None,
}  # fmt: skip


def part(kind: str, name: str, rate: float | None, **more: Any) -> dict[str, Any]:
    return {"cut_kind": kind, "cut_id": name, "cut_name": name, "cut_order": 1, "contribution_rate": rate, "total_growth_rate": 0.12, "growth_rate": 0.1, "matched_count": 5, **more}


def told(row: dict[str, Any] | None = None, gaps: list[dict[str, Any]] | None = None, parts: list[dict[str, Any]] | None = None) -> str:
    return "".join(summaries.sentence(summaries.Standing({"software_revenue": row or ROW}, gaps or [], parts or [])))


def test_the_sentence_says_how_much_how_fast_and_on_how_many_firms() -> None:
    assert told() == "2025年1—9月，软件业务收入 812.0 亿元，同比增长 12.0%（158 家可比，占收入 96.1%）。"


@pytest.mark.parametrize(("rate", "words"), [(-0.034, "同比下降 3.4%"), (0.0, "与上年同期持平"), (None, "没有可比企业，不计同比")])
def test_a_fall_a_standstill_and_no_growth_have_words_of_their_own(rate: float | None, words: str) -> None:
    assert words in told({**ROW, "growth_rate": rate})


def test_growth_that_would_show_a_single_firm_says_why_it_is_not_told() -> None:
    withheld = {**ROW, "growth_rate": None, "is_withheld": True, "withheld_reason": "不足3家企业，不单独列示"}
    assert "增速不予公布（不足3家企业，不单独列示）" in told(withheld)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        ({}, "；高于全国（10.8%）1.2 个百分点。"), ({"gap_points": -0.5}, "；低于全国（10.8%）0.5 个百分点。"), ({"gap_points": 0.0}, "；与全国（10.8%）持平。"),
        ({"is_same_period": False, "compared_period": "2025-06"}, "；按最近共有的2025年1—6月，高于全国（10.8%）1.2 个百分点。"),
        ({"is_unverified": True}, "；高于全国（10.8%）1.2 个百分点（未核实）。"), ({"gap_points": None}, "；全国同期未公布或未收到。"),
    ],
)  # fmt: skip
def test_the_distance_from_the_country_is_told_in_points_and_at_which_months(gap: dict[str, Any], words: str) -> None:
    assert told(gaps=[{**GAP, **gap}]).endswith(words)


def test_growth_is_carried_by_the_greatest_part_of_each_kind_and_held_back_by_the_most_negative() -> None:
    parts = [part("segment", "甲", 0.08), part("segment", "乙", 0.05), part("segment", "丙", -0.01), part("district", "东区", 0.09), part("park", "none", 0.1), part("park", "园", -0.02)]
    words = told(parts=parts)
    assert "拉动最多的是 甲（+8.0 个百分点）、东区（+9.0 个百分点）" in words
    assert "下拉最多的是 丙（-1.0 个百分点）、园（-2.0 个百分点）" in words


def test_where_all_parts_grow_nothing_held_it_back_and_a_fall_begins_with_what_pulled_it_down() -> None:
    assert "没有下拉增长的领域、地区和园区" in told(parts=[part("segment", "甲", 0.08)])
    falling = told(parts=[part("segment", "甲", 0.01, total_growth_rate=-0.02), part("segment", "乙", -0.03, total_growth_rate=-0.02)])
    assert falling.index("下拉最多的是") < falling.index("拉动最多的是")


def test_a_part_that_is_withheld_is_not_named() -> None:
    assert "丙" not in told(parts=[part("segment", "甲", 0.08), part("segment", "丙", None)])


def published(period: str, **more: Any) -> dict[str, Any]:
    return {"area": "全国", "area_level": "national", "period": period, "yoy_percent": 10.0, "is_unverified": False, "is_break": False, "issuer": "部", **more}


def own(period: str, rate: float | None = 0.1) -> dict[str, Any]:
    return {"period": period, "growth_rate": rate, "matched_count": 9, "is_withheld": rate is None, "is_withheld_secondary": False}


def test_a_month_that_was_not_published_is_a_gap_and_january_is_no_month() -> None:
    drawn = industry_charts.growth_line([own("2024-12"), own("2025-02"), own("2025-03")], [published("2024-12"), published("2025-03")], "全市", lambda _: "/")
    city, country = drawn["data"]
    assert city["x"] == ["2024-12", "2025-02", "2025-03"]
    assert country["y"] == [10.0, None, 10.0]
    assert city["connectgaps"] is country["connectgaps"] is False


def test_an_unverified_rate_is_a_hollow_mark_and_a_withheld_one_is_none() -> None:
    drawn = industry_charts.growth_line([own("2025-02"), own("2025-03", None)], [published("2025-02", is_unverified=True)], "全市", lambda _: "/")
    assert drawn["data"][0]["y"] == [10.0, None]
    assert "不予公布" in drawn["data"][0]["text"][1]
    assert drawn["data"][1]["marker"]["symbol"][0] == "circle-open"


def test_a_change_of_the_surveys_scope_is_marked_in_the_line() -> None:
    drawn = industry_charts.growth_line([own("2025-02"), own("2025-03")], [published("2025-03", is_break=True)], "全市", lambda _: "/")
    assert [shape["x0"] for shape in drawn["layout"]["shapes"] if shape.get("yref") == "paper"] == ["2025-03"]
    assert drawn["layout"]["annotations"][0]["text"] == "口径变更"


def test_contributions_stand_from_the_greatest_to_the_least_each_kind_apart() -> None:
    rows = [part("segment", "甲", 0.01), part("segment", "乙", 0.05), part("segment", "丙", None, is_withheld=True), part("size", "丁", -0.02)]
    drawn = industry_charts.contributions(rows, lambda _: None)["data"][0]
    assert drawn["x"] == [5.0, 1.0, 0.0, 0.0, -2.0]
    assert drawn["text"] == ["+5.0", "+1.0", "不予公布", "", "-2.0"]


def test_years_are_not_joined_over_a_change_of_scope() -> None:
    rows = [{"stat_year": year, "value": value, "series_note": note, "unit": "亿元", "threshold": 1000} for year, value, note in ((2020, 1.0, None), (2021, 2.0, "变更"), (2022, 3.0, None))]
    assert industry_charts.history(rows)["data"][0]["y"] == [1.0, None, 2.0, 3.0]


def test_the_industry_is_shown_for_the_newest_months_and_for_those_asked_for(signed_in) -> None:
    client = signed_in("ana")
    assert "2025年1—12月，软件业务收入" in page(client, "/industry")
    assert "2025年1—6月，软件业务收入" in page(client, "/industry", "?period=2025-06")


def test_a_filter_renews_the_page_and_of_two_parts_one_is_shown(signed_in) -> None:
    client = signed_in("ana")
    from conftest import fire, html_of

    shown = html_of(fire(client, "industry-body.children", [("filters.data", "/industry?district=320211&segment=product")]).get_json())
    assert "滨湖区软件业务收入" in shown
    assert "各口径不作交叉统计：现按地区，未用领域。" in shown


def test_each_bar_of_a_contribution_leads_to_its_part(signed_in) -> None:
    drawn = figures(ask(signed_in("ana"), "/industry").get_json())
    assert "/industry?district=320211" in drawn["industry_places"]["data"][0]["customdata"]
    assert "/industry?segment=it_service" in drawn["industry_fields"]["data"][0]["customdata"]


def test_the_build_out_says_which_lines_are_met_and_what_the_target_asks_for(signed_in) -> None:
    shown = page(signed_in("ana"), "/industry/build-out")
    assert "达到 <Strong>1 项</Strong>，未达到 <Strong>1 项</Strong>（软件业务收入）" in shown
    assert "2027 年软件业务收入 1,200.0 亿元，今后每年须 <Strong>+13.9%</Strong>" in shown
    assert "未核实" in shown


def test_cities_are_compared_by_one_measure_alone(signed_in) -> None:
    assert [row["地区"] for row in rows_of(signed_in("ana"), "benchmark_cities")] == ["示例乙市", "示例甲市"]


def test_an_indicator_shows_its_years_its_places_and_what_it_rests_on(signed_in) -> None:
    told = page(signed_in("ana"), "/indicators/a")
    assert {"indicator_history", "indicator_districts"} <= set(figures(ask(signed_in("ana"), "/indicators/a").get_json()))
    assert "示例办法（2017年）" in told
    assert "state-not_found" in page(signed_in("ana"), "/indicators/none_such")


@pytest.mark.parametrize("path", ["/", "/industry/build-out"])
def test_each_indicator_of_a_table_leads_to_its_own_page(signed_in, path: str) -> None:
    assert "/indicators/a" in page(signed_in("ana"), path)


def test_the_overview_begins_with_the_industry_and_goes_on_with_the_policy(signed_in) -> None:
    shown = page(signed_in("ana"), "/")
    assert shown.index("industry-sentence") < shown.index("kpi-head_revenue") < shown.index("kpi-head_lines") < shown.index("kpi-eligible")
    assert '/industry"' in shown


def test_an_operator_sees_the_industry_of_their_park_and_no_row_of_the_city(signed_in) -> None:
    shown = page(signed_in("opa"), "/industry")
    assert "湖畔软件园软件业务收入" in shown
    assert "滨湖区" not in shown
    assert "figure-industry_places" not in shown
    assert [row["地区"] for row in rows_of(signed_in("opa"), "industry_gap")] == []


def test_who_may_not_see_a_single_firm_gets_no_concentration_and_no_firm(signed_in) -> None:
    for name in ("opa", "ste", "adm"):
        shown, files = page(signed_in(name), "/industry"), signed_in(name)
        assert "kpi-industry_concentration" not in shown
        assert "figure-industry_firms" not in shown
        assert files.get("/export/industry_firms.csv").status_code == 404
        assert all(row["前十家占比"] == row["最大一家占比"] == "" for row in rows_of(files, "industry_cut", "park=P001"))
    assert "kpi-industry_concentration" in page(signed_in("aud"), "/industry")


@pytest.mark.parametrize(("name", "sees"), [("ana", True), ("aud", True), ("ste", False), ("adm", False)])
def test_withheld_figures_are_shown_to_analyst_and_auditor_alone_on_pages_and_in_files(signed_in, name: str, sees: bool) -> None:
    client = signed_in(name)
    shown = page(client, "/industry", f"?park={KEPT_BACK}")
    assert ("增速不予公布（企业不足三家）" in shown) is not sees
    rows = rows_of(client, "industry_line", f"park={KEPT_BACK}")
    assert len(rows) == len(PERIODS)
    assert all((row["同比"] == "不予公布") is not sees for row in rows)
    [cell] = [row for row in rows_of(client, "industry_contribution", "period=2025-12") if row["部分"] == "新桥云谷"]
    assert (cell["拉动"] == "不予公布") is not sees


@pytest.mark.parametrize(("name", "sees"), [("ana", True), ("aud", True), ("opa", False), ("ste", False)])
def test_a_firms_own_figures_are_for_analyst_and_auditor(signed_in, name: str, sees: bool) -> None:
    shown = page(signed_in(name), "/firms/91320200MA1X00003Q")
    assert ("figure-firm_months" in shown) is sees
    if "firm-claims" in shown:
        assert ("只供市级分析、审计人员查看" in shown) is not sees


def test_a_park_says_how_its_industry_runs(signed_in) -> None:
    assert "figure-park_industry" in page(signed_in("opa"), "/parks/P001")


def test_a_part_is_compared_with_the_country_at_the_last_months_both_are_told_of() -> None:
    row, line = {**ROW, "cut_kind": "park", "period": "2025-09"}, [own("2025-08", 0.11), own("2025-09", 0.12), own("2025-10", 0.5)]
    [same] = summaries.beside(row, line, [published("2025-08"), published("2025-09", yoy_percent=9.0), published("2025-10")])
    assert (same["gap_points"], same["is_same_period"]) == (pytest.approx(3.0), True)
    [earlier] = summaries.beside(row, line, [published("2025-08"), published("2025-10")])
    assert (earlier["gap_points"], earlier["compared_period"], earlier["is_same_period"]) == (pytest.approx(1.0), "2025-08", False)
    [none] = summaries.beside(row, [own("2025-09", None)], [published("2025-09")])
    assert none["gap_points"] is None
