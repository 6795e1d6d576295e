"""The measures and their clauses, as their readers get them."""

from conftest import ask, figures, fire, html_of, page

RENEWED = "..measures-above.children...measures-below.children.."


def renewed(client, search: str) -> dict:
    return fire(client, RENEWED, [("filters.data", f"/measures{search}")]).get_json()["response"]


def first_cells(client, table: str, search: str = "") -> list[str]:
    lines = client.get(f"/export/{table}.csv{search}").get_data(as_text=True).splitlines()
    return [line.split(",")[0] for line in lines[lines.index("") + 2 :]]


def test_a_measure_leads_to_its_clauses_on_the_same_page(signed_in):
    drawn = figures(ask(signed_in("ana"), "/measures", "?year=2024").get_json())
    assert drawn == {}, "measures are counted of all years"
    drawn = figures(ask(signed_in("ana"), "/measures", "?park=P001").get_json())
    for name in ("measures_uptake", "measures_money"):
        assert all(href.startswith("/measures?park=P001&measure=") for href in drawn[name]["data"][0]["customdata"])


def test_the_sentence_counts_the_clauses_of_the_cut(signed_in):
    client = signed_in("ana")
    every, of_one = first_cells(client, "clause_list"), first_cells(client, "clause_list", "?measure=6")
    assert f"{len(every)} 条奖补条款" in page(client, "/measures")
    assert {name[0] for name in of_one} == {"6"}
    assert f"{len(of_one)} 条奖补条款" in html_of(renewed(client, "?measure=6")["measures-above"])


def test_departments_are_of_the_whole_city_and_stand_beside_no_cut(signed_in):
    client = signed_in("ana")
    for search, stand in (("", True), ("?measure=6", False), ("?district=320211", False), ("?year=2024", False)):
        assert ("figure-department_uptake" in html_of(renewed(client, search)["measures-below"])) is stand
    assert "figure-department_uptake" not in page(signed_in("opa"), "/measures")
