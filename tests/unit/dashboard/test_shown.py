"""How figures are told: what is no number has its word, a count is whole, a name is a name."""

import json
from datetime import date

import pytest

from dashboard.components import chart_layout, charts, compared, empty, number
from pipelines.policy.facts import EVENTS
from pipelines.sources.contract import load_contracts

TAGGED = '<b>甲</b><a href="http://x">软件</a>&lt;有限公司'


def _href(_: dict) -> str:
    return "/"


def _written(figure: dict) -> str:
    return json.dumps(figure, ensure_ascii=False, default=float)


def test_a_name_that_holds_tags_is_no_markup_in_any_figure_that_shows_names() -> None:
    rent = {"enterprise_name": TAGGED, "year": 2024, "floor_yuan": 100, "paid_yuan": 50, "is_below_floor": True}
    change = {"before_ceiling_yuan": 1, "after_ceiling_yuan": 2, "change_ceiling_yuan": 1}
    event = {"event_title": TAGGED, "series_kind": "granted", "qualified_on": date(2024, 1, 1)}
    uptake = {"payout_rate": 0.5, "payout_rate_low": 0.4, "payout_rate_high": 0.6, "paid_count": 1, "eligible_count": 2}
    reason = {"says": TAGGED, "not_met_count": 1, "unknown_count": 0, "review_count": 0, "met_count": 0}
    applied = {"clause_id": TAGGED, "status": "paid", "submitted_on": date(2024, 1, 2)}
    for figure in (
        charts.dumbbell([rent], _href), compared.dumbbell([change], lambda _: TAGGED, _href), charts.timeline([event], [applied], [], "2025-12-31"),
        charts.uptake_dots([uptake], lambda _: TAGGED, _href), charts.reasons([reason], _href),
    ):  # fmt: skip
        assert "<b>" not in _written(figure)
        assert "<a " not in _written(figure)
        assert "&lt;b&gt;甲" in _written(figure)


def test_whether_a_tenant_is_below_the_floor_is_what_the_mart_says() -> None:
    row = {"enterprise_name": "甲", "year": 2024, "floor_yuan": 100_000, "paid_yuan": 0}
    [still_in_process] = charts.dumbbell([{**row, "is_below_floor": False}], _href)["layout"]["shapes"]
    [below] = charts.dumbbell([{**row, "is_below_floor": True}], _href)["layout"]["shapes"]
    assert (still_in_process["line"]["color"] == chart_layout.AMBER, below["line"]["color"] == chart_layout.AMBER) == (False, True)


@pytest.mark.parametrize(("row", "key", "words"), [
    ({"count_status": "not_encoded", "eligible_count": 0}, "eligible_count", "未编入"),
    ({"count_status": "unknown", "eligible_count": 0}, "eligible_count", "尚不可知"),
    ({"count_status": "known", "eligible_count": 0}, "eligible_count", None),
    ({"count_status": "known", "amount_status": "not_stated", "ceiling_yuan": 0, "eligible_count": 2}, "ceiling_yuan", "未载明"),
    ({"count_status": "known", "amount_status": "stated", "ceiling_yuan": 0, "eligible_count": 0}, "ceiling_yuan", None),
    ({"outcome": "undetermined", "amount_status": "unknown", "ceiling_yuan": None}, "ceiling_yuan", "尚不可知"),
    ({"outcome": "needs_review", "amount_status": "not_stated", "ceiling_yuan": None}, "ceiling_yuan", "未载明"),
    ({"outcome": "not_eligible", "amount_status": "ceiling", "net_ceiling_yuan": None}, "net_ceiling_yuan", None),
    ({"amount_status": "stated", "eligible_count": 3, "paid_count": None}, "paid_count", "尚不可知"),
    ({"count_status": "unknown", "after_eligible_count": 0}, "after_eligible_count", "尚不可知"),
    ({"count_status": "known", "amount_status": "floor", "before_ceiling_yuan": 0}, "before_ceiling_yuan", "未载明"),
    ({"count_status": "known", "amount_status": "ceiling", "change_ceiling_yuan": 0}, "change_ceiling_yuan", None),
    ({"amount_status": "stated", "eligible_count": 0, "payout_rate": None}, "payout_rate", None),
    ({"amount_status": "stated", "eligible_count": 3, "rent_payout_rate": None, "rent_eligible_count": 0, "rent_status": "no_clause"}, "rent_payout_rate", None),
    ({"amount_status": "stated", "eligible_count": 3, "rent_payout_rate": None, "rent_eligible_count": 0, "rent_status": "known"}, "rent_payout_rate", None),
    ({"amount_status": "stated", "eligible_count": 3, "rent_payout_rate": None, "rent_eligible_count": 0, "rent_status": "unknown"}, "rent_payout_rate", "尚不可知"),
    ({"amount_status": "stated", "eligible_count": 3, "rent_payout_rate": None, "rent_eligible_count": 2, "rent_status": "known"}, "rent_payout_rate", "尚不可知"),
])  # fmt: skip
def test_not_encoded_not_known_and_not_stated_are_told_from_none(row: dict, key: str, words: str | None) -> None:
    assert number.lacking(row, key) == words


@pytest.mark.parametrize(("value", "unit", "words"), [
    (3.0, "家", "3"), (2.5, "家", "2.5"), (254.96, "亿元", "255.0"), (1000, "亿元", "1,000.0"), (41.8, "%", "41.8"), (None, "家", "—"),
])  # fmt: skip
def test_what_is_counted_is_whole_and_what_is_measured_has_one_decimal(value: float | None, unit: str, words: str) -> None:
    assert number.measured(value, unit) == words


def test_each_kind_of_event_has_its_source() -> None:
    assert {kind.source for kind in EVENTS.values()} <= set(load_contracts())


def test_an_empty_list_names_the_file_that_would_fill_it_unless_a_filter_emptied_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty, "ask", lambda _: [{"source": "parks", "title": "软件园区"}])
    shown, filtered = empty.empty("no_rows", "parks"), empty.empty("no_rows", "parks", is_filtered=True)
    assert "软件园区（landing/parks/）" in str(shown)
    assert "landing" not in str(filtered)
    assert "landing" not in str(empty.empty("no_rows", "payments"))


@pytest.mark.parametrize(("value", "short", "whole"), [
    (123_456_789, "1.2 亿元", "123,456,789.00 元"), (-35_000, "-3.5 万元", "-35,000.00 元"), (999, "999 元", "999.00 元"),
    (0, "0", "0.00 元"), (None, "尚不可知", "尚不可知"),
])  # fmt: skip
def test_a_sum_is_short_in_a_cell_and_whole_on_hovering(value: int | None, short: str, whole: str) -> None:
    assert (number.FORMATS["yuan"].short(value), number.FORMATS["yuan"].full(value)) == (short, whole)


def test_a_change_says_its_direction_and_none_is_none() -> None:
    assert [number.signed_yuan(value) for value in (35_000, -35_000, 0, None)] == ["+3.5 万元", "-3.5 万元", "0", "—"]
    assert [number.signed_count(value) for value in (3, -1200, 0, None)] == ["+3", "-1,200", "0", "—"]
    assert (number.growth(0.0831), number.points(-0.25), number.rate(0.4151)) == ("+8.3%", "-0.2 个百分点", "41.5%")


def test_moments_are_told_in_beijing_whatever_they_were_written_in() -> None:
    assert number.moment("2026-11-24T18:30:59Z") == number.moment("2026-11-25T02:30:59+08:00") == "2026-11-25 02:30"
    assert number.moment("2026-11-24T18:30:59") == "2026-11-25 02:30"
    assert number.moment(None) == number.moment("") == "—"
