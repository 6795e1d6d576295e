"""The list of parks, and one park, as their readers get them."""

import re
from pathlib import Path

import duckdb
from conftest import ask, figures, fire, html_of, page, rows_of


def rows(published: Path, sql: str) -> list[tuple]:
    snapshot = (published / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(published / snapshot / "marts.duckdb"), read_only=True) as marts:
        return marts.sql(sql).fetchall()


def renew(client, output: str, address: str) -> object:
    return fire(client, f"{output}.children", [("filters.data", address)]).get_json()


def test_parks_stand_by_their_rate_with_the_median_and_each_mark_leads_to_its_park(signed_in, published):
    drawn = figures(ask(signed_in("ana"), "/parks").get_json())["park_ranking"]
    best = rows(published, "select park_id from mart_kind_uptake where cut = 'park' and kind = 'award' order by payout_rate desc")
    assert drawn["data"][0]["customdata"] == [f"/parks/{park}" for (park,) in best]
    assert "50.0%" in drawn["layout"]["annotations"][0]["text"]


def test_the_sentence_counts_the_parks_of_the_district_chosen(signed_in):
    client = signed_in("ana")
    assert "3 个园区" in page(client, "/parks")
    told = html_of(renew(client, "parks-ranking", "/parks?district=320211"))
    assert "1 个园区" in told
    assert "湖畔软件园" in told
    assert "东岭数字谷" not in told


def test_a_district_without_parks_says_so_and_asks_for_no_file(signed_in):
    told = html_of(renew(signed_in("ana"), "parks-ranking", "/parks?district=320281"))
    assert "没有园区" in told
    assert "landing" not in told


def test_an_operator_finds_one_park_in_the_list_and_the_city_only_as_a_median(signed_in):
    told = page(signed_in("opa"), "/parks")
    assert "湖畔软件园" in told
    assert "东岭数字谷" not in told
    assert "50.0%" in told


def test_a_park_tells_its_cards_and_what_its_tab_is_called(signed_in):
    answer = ask(signed_in("ana"), "/parks/P001").get_json()
    told = html_of(answer)
    for words in ("湖畔软件园运营有限公司", "66.7%", "8.0 / 12.0", "应享未享", "/export/report/P001.pdf"):
        assert words in told
    assert "湖畔软件园 · 园区" in str(answer)


def test_every_tenants_rent_year_stands_against_its_floor_and_a_year_narrows_them(signed_in, published):
    client = signed_in("ana")
    drawn = figures(ask(client, "/parks/P002").get_json())["park_rent"]
    of_park = "from fct_claim where park_id = 'P002' and floor_yuan is not null and outcome != 'not_eligible'"
    assert len(drawn["data"][0]["y"]) == rows(published, f"select count(*) {of_park}")[0][0]
    assert all(address.startswith("/firms/") for address in drawn["data"][0]["customdata"])
    of_year = figures(renew(client, "park-rent", "/parks/P002?year=2024"))["park_rent"]
    assert len(of_year["data"][0]["y"]) == rows(published, f"select count(*) {of_park} and qualified_year = 2024")[0][0]
    assert renew(client, "park-rent", "/parks/P002?year=2019")["response"]["park-rent"]["children"] is None


def test_a_mark_of_a_measure_leads_to_it_in_this_park(signed_in):
    drawn = figures(ask(signed_in("ana"), "/parks/P001").get_json())["park_measures"]
    assert drawn["data"][0]["customdata"]
    assert all(re.fullmatch(r"/measures\?measure=\d+&park=P001", address) for address in drawn["data"][0]["customdata"])


def test_titles_of_tenants_are_counted_by_kind(signed_in, published):
    told = page(signed_in("ana"), "/parks/P001")
    titles = rows(published, "select list, event_count from mart_park_title where park_id = 'P001'")
    assert titles
    table = told.split('id="table-park_certificates"')[1].split("</Table>")[0]
    assert table.count("<TableTr") == len(titles) + 1


def test_firms_that_left_are_told_on_the_park_they_left_to_its_own_operator(signed_in):
    """Of two leases that ended one each; one that ends after the day has not."""
    told = {row["企业"]: (row["迁出情形"], row["退租日"]) for row in rows_of(signed_in("opa"), "park_leavers", "park=P001")}
    assert told.pop("无锡旧租软件有限公司") == ("租约已终止", "2025-06-30")
    assert set(told.values()) <= {("登记已迁往外区", "")}
    assert rows_of(signed_in("opa"), "park_leavers", "park=P002") == []
    told = rows_of(signed_in("ana"), "park_leavers", "park=P002")
    assert [row["企业"] for row in told if row["迁出情形"] == "租约已终止"] == ["无锡他园软件有限公司"]
    assert "无锡旧租软件有限公司" in page(signed_in("opa"), "/parks/P001")
