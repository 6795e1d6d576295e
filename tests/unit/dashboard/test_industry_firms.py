"""Who makes up the industry, as its readers get it: the sentence, the figures, what each mark leads to, whose firms are seen."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
from conftest import ask, figures, fire, html_of, page, reading_as

from dashboard import query
from dashboard.components import demography
from dashboard.tables.industry_firms import part_name
from dashboard.view import View

FIRMS = "/industry/firms"


def counted(published: Path, sql: str) -> int:
    snapshot = (published / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(published / snapshot / "marts.duckdb"), read_only=True) as marts:
        return int(marts.execute(sql).fetchall()[0][0])


def found(address: str) -> int:
    """How many firms the list has that an address leads to."""
    from dashboard.tables import TABLES

    return TABLES["firm_list"].fetch(View.of(address), limit=1)[1]


def test_the_sentence_counts_the_register_and_who_is_still_there(signed_in, published):
    told = page(signed_in("ana"), FIRMS)
    for sql, words in (
        ("select count(*) from dim_enterprise", "登记企业 {} 家"), ("select count(*) from dim_enterprise where gone_how is null", "存续 {} 家"),
        ("select count(*) from dim_enterprise where gone_how is null and software_outcome = 'met'", "软件企业 {} 家"),
    ):
        assert words.format(counted(published, sql)) in re.sub(r"<[^>]+>", "", told)


def test_an_operator_sees_the_firms_of_the_park_alone(signed_in, published):
    mine = counted(published, "select count(*) from dim_enterprise where park_id = 'P001'")
    told = re.sub(r"<[^>]+>", "", page(signed_in("opa"), FIRMS))
    assert f"登记企业 {mine} 家" in told
    assert "东岭数字谷" not in told
    with reading_as(published, "operator", "P001"):
        for question in ("firm_periods", "firm_parts", "firm_cohorts", "ladder", "ladder_flow", "title_years"):
            assert query.ask(question, park="P001"), question
            rows = [*query.ask(question), *query.ask(question, park="P002")]   # neither the city's nor another park's
            assert [row for row in rows if row.get("part") != "P001"] == [], question


@pytest.mark.parametrize("figure", ["firm_age", "firm_capital", "firm_district", "firm_street"])
def test_each_bar_leads_to_as_many_firms_as_it_stands_for(signed_in, published, figure):
    drawn = figures(ask(signed_in("ana"), FIRMS).get_json())[figure]["data"][0]
    with reading_as(published, "analyst"):
        led = [(n, found(href)) for n, href in zip(drawn["x"], drawn["customdata"], strict=True) if href]
    assert led
    assert all(n == rows for n, rows in led)


def test_a_year_leads_to_the_firms_registered_in_it_and_to_those_gone_in_it(signed_in, published):
    new, closed = (next(d for d in figures(ask(signed_in("ana"), FIRMS).get_json())["register_years"]["data"] if d["name"] == name) for name in ("新设", "注销"))
    with reading_as(published, "analyst"):
        for bars in (new, closed):
            assert [abs(n) for n in bars["y"]] == [found(href) for href in bars["customdata"]]
    assert sum(closed["y"]) == -counted(published, "select count(*) from dim_enterprise where gone_how = 'closed'")


def test_a_year_chosen_tells_of_that_year(signed_in):
    told = re.sub(r"<[^>]+>", "", html_of(fire(signed_in("ana"), "industry-firms-body.children", [("filters.data", f"{FIRMS}?year=2019")]).get_json()))
    assert "2019 年新设" in told
    assert "该年没有名单" in told, "the oldest list is of 2024"


ROW = {"period_kind": "year", "ends_on": date(2024, 12, 31), "absent_count": 0}


def test_where_no_closing_is_told_of_nobody_went_and_the_line_is_of_all_registered():
    rows = [{**ROW, "period": "2024", "new_count": 5, "closed_count": None, "stock_count": None, "registered_count": 9}]
    drawn = demography.stock_and_flow(rows, lambda row: "came", lambda row: "went")["data"]
    assert [(trace["name"], trace["y"]) for trace in drawn] == [("登记企业", [9]), ("新设", [5])]


def test_who_left_stands_below_the_line():
    rows = [{**ROW, "period": "2024", "new_count": 5, "closed_count": 2, "absent_count": 1, "stock_count": 6, "registered_count": 9}]
    drawn = demography.stock_and_flow(rows, lambda row: "came", lambda row: "went")["data"]
    assert [(trace["name"], trace["y"]) for trace in drawn] == [("存续企业", [6]), ("新设", [5]), ("注销", [-2]), ("未再出现", [-1])]


def test_moves_up_and_down_are_told_apart():
    rows = [{"year": 2024, "direction": direction, "firm_count": n} for direction, n in (("up", 2), ("entered", 3), ("lost", 1), ("stayed", 9))]
    drawn = demography.moves(rows, lambda row: "there")["data"]
    assert {trace["name"]: trace["y"] for trace in drawn} == {"新上榜": [3], "升级": [2], "降级": [0], "退出": [-1]}


def test_a_rung_shows_what_is_in_doubt_apart_and_the_whole_as_its_figure():
    drawn = demography.ladder([{"rung_title": "省专精特新", "firm_count": 7, "open_count": 2}], lambda row: "there")["data"]
    assert [trace["x"] for trace in drawn] == [[5], [2]]
    assert drawn[-1]["text"] == ["7"]


def test_a_name_of_a_street_is_text_in_a_figure_and_a_class_has_its_word():
    row = {"cut": "street", "part": "<b>街", "part_name": None, "registered_count": 1, "stock_count": None}
    assert demography.parts([row], part_name, lambda row: None)["data"][0]["y"] == ["&lt;b&gt;街"]
    assert part_name({"cut": "capital", "part": "6", "part_name": None}) == "1亿元以上"
