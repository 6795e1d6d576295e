"""How figures are told: what is no number has its word, a rate moves by points, a count is whole, a name is a name."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from conftest import page, sign_in
from small_city import build

from dashboard.app import create_app
from dashboard.components import charts, compared, number
from dashboard.pages.overview import INDICATORS
from dashboard.reports.content import text_of
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
    assert (still_in_process["line"]["color"] == charts.AMBER, below["line"]["color"] == charts.AMBER) == (False, True)


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
])  # fmt: skip
def test_not_encoded_not_known_and_not_stated_are_told_from_none(row: dict, key: str, words: str | None) -> None:
    assert number.lacking(row, key) == words


@pytest.mark.parametrize(("value", "unit", "words"), [
    (3.0, "家", "3"), (2.5, "家", "2.5"), (254.96, "亿元", "255.0"), (1000, "亿元", "1,000.0"), (41.8, "%", "41.8"), (None, "家", "—"),
])  # fmt: skip
def test_what_is_counted_is_whole_and_what_is_measured_has_one_decimal(value: float | None, unit: str, words: str) -> None:
    assert number.measured(value, unit) == words


def test_a_rate_changes_by_percentage_points_and_a_sum_by_its_growth() -> None:
    cell = next(column for column in INDICATORS.columns if column.key == "change_rate")
    assert text_of(cell.shown({"change_points": -0.25, "change_rate": None, "series_note": None})) == "-0.2 个百分点"
    assert text_of(cell.shown({"change_points": None, "change_rate": 0.083, "series_note": None})) == "+8.3%"


def test_each_kind_of_event_has_its_source() -> None:
    assert {kind.source for kind in EVENTS.values()} <= set(load_contracts())


def test_an_empty_list_names_the_file_that_would_fill_it_unless_a_filter_emptied_it(signed_in) -> None:
    steward = signed_in("ste")
    assert "换一个筛选条件" in page(steward, "/data", "?part=files&source=parks")
    analyst = signed_in("ana")
    assert "软件园区（landing/parks/）" not in page(analyst, "/parks")
    assert "软件园区（landing/parks/）" not in page(analyst, "/parks", "?district=320281"), "a filter emptied it"


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory, accounts_file: Path):
    """A city whose November was published before its December, of fewer claims."""
    published = tmp_path_factory.mktemp("two")
    november = build(published, "20251130-0001", claims=300) / "manifest.json"
    told = json.loads(november.read_text(encoding="utf-8")) | {"as_of": "2025-11-30", "built_on": "2025-12-02"}
    november.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    build(published, "20251231-0002", seed=8)
    client = create_app(published, accounts_file).test_client()
    sign_in(client, "ana")
    return client


def test_month_on_month_is_the_difference_of_what_both_months_published(two_months) -> None:
    def totals(search: str) -> dict[str, float]:
        text = two_months.get(f"/export/measure_uptake.csv{search}").get_data(as_text=True)
        lines = list(csv.reader(io.StringIO(text)))
        head = lines.index([]) + 1
        rows = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
        return {key: sum(float(row[key]) for row in rows if row[key][:1].isdigit()) for key in ("符合", "拨付")}

    now, then = totals(""), totals("?snapshot=20251130-0001")
    words = page(two_months, "/")
    assert "数据截至 2025-11-30，生成于 2025-12-02" in words
    assert f"较上月末 {now['符合'] - then['符合']:+,.0f}<" in words
    assert f"较上月末 {compared.signed_words(now['拨付'] - then['拨付'])}<" in words
    assert "按现有数据回算" in page(two_months, "/", "?snapshot=20251130-0001"), "nothing was published of October"
