"""The budget, as the bureau gets it: on 总览 and 政策; an operator gets none of it."""

from datetime import date

import pytest
from conftest import ask, figures, html_of, page, rows_of

from dashboard.components.budget import months
from dashboard.tables.budget import pace
from dashboard.text import t


@pytest.mark.parametrize(("name", "sees"), [("ana", True), ("aud", True), ("ste", True), ("adm", True), ("opa", False)])
def test_the_budget_is_for_the_bureau(signed_in, name: str, sees: bool):
    client = signed_in(name)
    for path in ("/", "/measures"):
        told = html_of(ask(client, path).get_json())
        assert ("figure-budget_months" in told) is sees, path
        assert ("执行率" in told) is sees, path
    assert client.get("/export/budget.csv").status_code == (200 if sees else 404)


def test_a_park_has_no_budget(signed_in):
    assert "figure-budget_months" not in page(signed_in("ana"), "/", "?park=P001")


def test_a_budget_that_nobody_told_is_not_given_and_not_nothing(signed_in):
    rows = {row["措施名称"]: row for row in rows_of(signed_in("ana"), "budget")}
    assert rows["支持工业软件应用推广"]["预算"] == "未提供"
    assert (rows["支持工业软件应用推广"]["执行率"], rows["支持专精特新企业培育"]["执行率"]) == ("", "0.75")
    assert "未提供" in page(signed_in("ana"), "/measures", "?measure=8")


def test_the_sentence_tells_what_was_paid_of_it_and_what_still_falls_on_it(signed_in):
    told = page(signed_in("ana"), "/")
    sentence = told[told.index('id="budget-sentence"') :].partition("</P>")[0]
    for words in ("2025 年预算", "600.0 万元", "各项措施合计", "75.0%", "在审申请 2 件", "尚可申报 3 项、上限", "另有 1 项条文未载明上限", "年度已结束"):
        assert words in sentence, words


def test_the_months_of_a_measure_are_drawn_against_its_budget_and_of_one_without_alone(signed_in):
    client = signed_in("ana")
    drawn = figures(ask(client, "/measures", "?measure=6").get_json())["budget_months"]["data"]
    assert [trace["y"] for trace in drawn] == [[50, 400], [50, 450], [600, 600]]
    assert len(figures(ask(client, "/measures", "?measure=8").get_json())["budget_months"]["data"]) == 2


def test_how_long_it_lasts_is_told_with_what_that_rests_on():
    row = {"pace_status": "runs_out", "pace_day_count": 181, "pace_a_day_yuan": 40_000, "runs_out_on": "2025-09-07"}
    assert pace(row) == "按本年 181 天日均拨付 4.0 万元推算，预计 2025-09-07 用完"
    assert pace({**row, "pace_status": "too_early", "pace_a_day_yuan": None, "runs_out_on": None}) == t("pace_status.too_early")


def test_no_month_is_drawn_as_nothing_where_no_payment_came():
    row = {"budget_yuan": 1_000_000, "paid_yuan": None, "paid_so_far_yuan": None, "execution_rate": None}
    drawn = months([{**row, "month": date(2025, 1, 1)}])["data"]
    assert [trace["y"] for trace in drawn] == [[None], [None], [100]]
