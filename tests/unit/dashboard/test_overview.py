"""The overview, as its readers get it: the city, one park, what is not known, what each part leads to."""

from datetime import date

import pytest
from conftest import ask, figures, fire, html_of, page

from dashboard.summaries import head
from dashboard.view import View


def renewed(client, address: str) -> str:
    return html_of(fire(client, "overview-body.children", [("filters.data", address)]).get_json())


def test_the_measures_stand_by_the_money_nobody_claimed_and_each_leads_to_its_claims_and_clauses(signed_in):
    client = signed_in("ana")
    drawn = figures(ask(client, "/").get_json())["measure_uptake"]
    lines = client.get("/export/measure_uptake.csv").get_data(as_text=True).splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("措施,"))
    first = lines[head + 1].split(",")[0]
    assert drawn["data"][0]["customdata"][0].startswith(f"/records?measure={first}&kind=")
    assert {trace["customdata"][0].partition("?")[0] for trace in drawn["data"]} == {"/records", "/measures"}


def test_each_district_leads_to_the_claims_of_its_rate(signed_in):
    drawn = figures(ask(signed_in("ana"), "/").get_json())["district_uptake"]
    assert "/records?district=320211&kind=award&outcome=eligible" in drawn["data"][0]["customdata"]


def test_a_park_is_shown_without_the_city(signed_in):
    client = signed_in("ana")
    assert "figure-district_uptake" in renewed(client, "/")
    told = renewed(client, "/?park=P001")
    assert "figure-district_uptake" not in told
    assert "park=P001" in told
    assert all(f'id="kpi-{key}"' in told for key in ("eligible", "paid", "money", "outreach", "open", "findings"))


def test_a_trend_is_told_from_its_first_month_to_its_last(signed_in):
    assert "2024-01 至 2025-12，末月" in page(signed_in("ana"), "/")


@pytest.mark.parametrize(("name", "leads"), [("ana", ["/audit", "/data"]), ("opa", []), ("aud", ["/audit"]), ("ste", ["/data"])])
def test_what_is_new_leads_only_those_on_who_may_open_it(signed_in, name: str, leads: list[str]):
    told = page(signed_in(name), "/")
    changes = told[told.index('id="figure-changes"') :]
    assert [path for path in ("/audit", "/data") if f'href="{path}' in changes] == leads


@pytest.mark.parametrize(("name", "has"), [("ana", True), ("aud", True), ("adm", True), ("ste", False), ("opa", False)])
def test_the_citys_report_is_offered_to_those_who_may_take_it(signed_in, name: str, has: bool):
    assert ("/export/report/city.pdf" in page(signed_in(name), "/")) is has


def test_an_indicator_stands_against_its_threshold_with_what_is_unverified(signed_in):
    told = page(signed_in("ana"), "/")
    indicators = told[told.index('id="figure-indicators"') :]
    assert "bullet-mark" in indicators
    assert "未核实" in indicators


def test_what_stood_a_month_ago_says_on_what_it_is_counted(signed_in):
    assert "按现有数据回算" in page(signed_in("ana"), "/")


@pytest.mark.parametrize(("closed", "words"), [(1, "近一年新设 7 家 · 退出 3 家"), (None, "近一年新设 7 家 · 退出尚不可知")])
def test_firms_gone_in_a_year_are_told_as_not_known_where_nobody_tells_of_closing(monkeypatch: pytest.MonkeyPatch, closed: int | None, words: str):
    def row(kind: str, ends_on: date) -> dict[str, object]:
        return {"period_kind": kind, "ends_on": ends_on, "new_count": 7, "closed_count": closed, "absent_count": 2, "registered_count": 90, "stock_count": closed and 80}

    rows = [row("day", date(2025, 3, 1)), row("quarter", date(2023, 12, 31)), row("quarter", date(2024, 12, 31))]
    monkeypatch.setattr(head, "ask", lambda name, **_: rows if name == "firm_periods" else [])
    [firms] = [card for card in head.cards(View("/"), None, None) if card.key == "head_firms"]
    assert firms.foot == words
