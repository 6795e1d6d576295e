"""The report's paragraphs on the industry, from hand-made rows: what they say, what they leave out, and the word of what is withheld."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import reading_as

from dashboard.components import number
from dashboard.summaries import industry, industry_brief


@pytest.fixture(autouse=True)
def analyst(published: Path) -> Iterator[None]:
    with reading_as(published, "analyst"):
        yield


def part(kind: str, cut_id: str, name: str, value: float, growth: float | None, added: float | None, **more: Any) -> dict[str, Any]:
    return {
        "cut_kind": kind, "cut_id": cut_id, "cut_name": name, "cut_order": 1, "value": value, "growth_rate": growth,
        "contribution_rate": added, "total_growth_rate": 0.1, **more,
    }  # fmt: skip


PARTS = [
    part("segment", "product", "软件产品", 3e8, -0.05, -0.018), part("segment", "it_service", "信息技术服务", 6e8, 0.25, 0.134),
    part("district", "a", "甲区", 4e8, 0.3, 0.1), part("district", "b", "乙区", 3e8, 0.2, 0.05), part("district", "c", "丙区", 2e8, 0.1, 0.02),
    part("district", "d", "丁区", 1e8, 0.05, 0.01), part("district", "e", "戊区", 1e8, -0.1, -0.01), part("district", "unknown", "未知", 9e8, 0.9, 0.5),
]  # fmt: skip
REVENUE = {
    "measure_id": "software_revenue", "unit": "yuan", "value": 9e8, "growth_rate": 0.1, "growing_count": 5, "fallen_count": 2, "matched_count": 9, "growing_rate": 5 / 9,
    "median_growth_rate": 0.08, "due_count": 12, "reported_due_count": 10, "doubtful_count": 1, "top10_share": 0.8, "top100_share": 1.0,
    "growth_without_largest_rate": 0.04,
}  # fmt: skip
BEHIND = {"area": "全国", "gap_points": -2.34, "yoy_percent": 12.3, "is_same_period": True, "compared_period": "2025-10"}
AHEAD = {"area": "江苏", "gap_points": 1.5, "yoy_percent": 8.5, "is_same_period": False, "compared_period": "2025-06"}


def standing(**changes: Any) -> industry.Standing:
    return industry.Standing({"software_revenue": {**REVENUE, **changes}}, [BEHIND, AHEAD], PARTS)


def said(sentence: list[str]) -> str:
    return "".join(sentence)


def test_a_segment_is_told_with_its_growth_its_share_beside_the_country_and_what_it_added() -> None:
    structure = [
        {"part_kind": "segment", "part_id": "product", "share": 0.333, "national_share": 0.25, "part_name": "软件产品", "value_yuan": 3e8},
        {"part_kind": "field", "part_id": "industrial_software", "share": 0.1, "national_share": None, "part_name": "工业软件", "value_yuan": 9e7},
    ]
    words = said(industry_brief.segments(PARTS, structure))
    assert "软件产品 3.0 亿元，同比下降 5.0%，占 33.3%（全国 25.0%），下拉增长 1.8 个百分点" in words
    assert "信息技术服务 6.0 亿元，同比增长 25.0%，拉动增长 13.4 个百分点。" in words
    assert "重点细分领域中，工业软件 9,000.0 万元，占 10.0%。" in words


def test_places_name_the_first_three_and_those_that_fell_and_nobody_that_is_left_over() -> None:
    words = said(industry_brief.places(PARTS))
    assert words.startswith("按地区，拉动增长居前的是甲区（+30.0%，拉动 10.0 个百分点）、乙区（+20.0%，拉动 5.0 个百分点）、丙区")
    assert "丁区" not in words
    assert "未知" not in words
    assert words.endswith("；收入下降的有戊区（-10.0%）。")


def test_what_no_place_did_is_said_too() -> None:
    words = said(industry_brief.places([part("park", "p", "甲园", 1e8, 0.1, 0.02)]))
    assert words == "按园区，拉动增长居前的是甲园（+10.0%，拉动 2.0 个百分点）；没有收入下降的。"
    words = said(industry_brief.places([part("park", "p", "甲园", 1e8, -0.1, -0.02)]))
    assert words == "按园区，没有拉动增长的部分；收入下降的有甲园（-10.0%）。"


def test_problems_are_those_the_figures_show_numbered_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(industry_brief, "ask", lambda _: [{"source": "statistics", "title": "软件业统计"}, {"source": "payments", "title": "拨付"}])
    lines = [{"title": "软件业务收入", "status": "not_met"}, {"title": "研发占比", "status": "met"}]
    assert said(industry_brief.problems(standing(), lines)) == (
        "一是增速低于全国（12.3%）2.3 个百分点。二是戊区（-10.0%）、软件产品（-5.0%）收入下降。"
        "三是降幅超过20%的企业 2 家（可比 9 家）。四是应报 12 家中 2 家未报。五是数据存疑、未计入合计的企业 1 家。"
        "六是名城指标 1 项未达到：软件业务收入。七是未收到软件业统计：年度收入和报送覆盖暂不能计算。"
    )


def test_where_nothing_is_behind_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(industry_brief, "ask", lambda _: [])
    good = industry.Standing({"software_revenue": {**REVENUE, "fallen_count": 0, "reported_due_count": 12, "doubtful_count": 0}}, [AHEAD], [])
    assert said(industry_brief.problems(good, [])) == "本期数据没有显示上述各项问题。"


def test_firms_are_named_by_what_they_added_or_lost_and_none_where_none_did() -> None:
    firms = [{"enterprise_name": name, "delta_yuan": delta, "growth_rate": growth} for name, delta, growth in (("甲公司", 2e8, 0.5), ("乙公司", 1e7, 0.1), ("丙公司", None, None))]
    words = said(industry_brief.key_firms(REVENUE, firms, firms))
    assert words == (
        "软件业务收入前十家企业占 80.0%，前百家占 100.0%；去掉最大一家，增速为 +4.0%。"
        "增加额居前的是甲公司（+2.0 亿元，+50.0%）、乙公司（+1,000.0 万元，+10.0%）。没有收入减少的企业。"
    )


def test_a_withheld_figure_has_its_word_and_a_change_its_sign() -> None:
    hidden = {"growing_count": None, "fallen_count": None, "growing_rate": None, "median_growth_rate": None, "is_withheld": True}
    assert "不予公布 家增长，占 不予公布" in said(industry_brief.results(standing(**hidden), []))
    assert industry_brief.grown({"growth_rate": None, "is_withheld": True}) == "，同比不予公布"
    of = industry.Standing({"software_revenue": REVENUE, "profit": {**REVENUE, "measure_id": "profit", "value": 1e8, "growth_rate": None}}, [], [])
    ratio = {"ratio_id": "margin_on_revenue", "ratio_value": 0.08, "unit": "share", "change_points": -0.5}
    assert said(industry_brief.results(of, [ratio])).startswith(
        "利润总额 1.0 亿元，不计同比；利润率（利润总额 ÷ 主营业务收入） 8.0%，比上年同期下降 0.5 个百分点。9 家可比企业中，5 家增长"
    )


def test_a_share_of_a_withheld_sum_is_withheld_too() -> None:
    row = {"value": None, "matched_value_share": None, "growth_rate": 0.1, "is_withheld": False, "is_withheld_secondary": False, "is_value_withheld": True}
    assert [number.lacking(row, key) for key in ("value", "matched_value_share", "growth_rate")] == ["不予公布", "不予公布", None]


def test_of_each_area_the_newest_printed_growth_is_told_and_marked_where_unverified() -> None:
    row = {"area": "全国", "area_level": "national", "period": "2025-08", "yoy_percent": 12.6, "is_unverified": False, "issuer": "工信部"}
    rows = [row, {**row, "period": "2025-10", "yoy_percent": 13.2}, {**row, "period": "2025-11", "yoy_percent": None}, {**row, "area": "江苏", "area_level": "province", "yoy_percent": -1.0, "is_unverified": True, "issuer": "某报"}]
    assert said(industry_brief.published(rows)) == (
        "2025年1—10月，全国软件业务收入同比增长 13.2%（工信部）；2025年1—8月，江苏软件业务收入同比下降 1.0%（未核实）（某报）。"
    )
