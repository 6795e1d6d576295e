"""One clause, as its readers get it: its words, its figures in a cut, the claims behind each mark."""

import json
from pathlib import Path

import duckdb
import pytest
from conftest import ask, figures, html_of, page, renewed

CLAUSE = "/measures/6b.1"
NO_CUT = {"district": None, "park": None, "year": None}


def marts(published: Path, sql: str) -> list[tuple]:
    snapshot = (published / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(published / snapshot / "marts.duckdb"), read_only=True) as con:
        return con.sql(sql).fetchall()


def cut(client, search: str, before: dict = NO_CUT):
    return renewed(client, "clause-cut.data", CLAUSE + search, ("clause-cut.data", before))


def shown(answer) -> dict:
    """The parts of an answer by their ids, figures by their names."""
    parts = answer.get_json()["response"]
    return {json.loads(key)["name"] if key.startswith('{"name"') else key: next(iter(value.values())) for key, value in parts.items()}


def test_the_words_of_the_policy_stand_with_the_readings_that_rest_on_them(signed_in):
    told = page(signed_in("ana"), CLAUSE)
    assert "<Blockquote>" in told
    assert 'className="margin-note"' in told


def test_a_clause_that_is_not_encoded_has_its_words_and_no_figure(signed_in):
    answer = ask(signed_in("ana"), "/measures/1a").get_json()
    assert "本条尚未编入计算" in html_of(answer)
    assert figures(answer) == {}


def test_a_clause_there_is_not_is_not_found(signed_in):
    assert "state-not_found" in page(signed_in("ana"), "/measures/99z")


def test_every_mark_leads_to_its_claims_on_the_same_page(signed_in):
    drawn = figures(ask(signed_in("ana"), CLAUSE, "?district=320211&condition=window&outcome=eligible").get_json())
    here = f"{CLAUSE}?district=320211"
    assert drawn["funnel_heads"]["data"][0]["customdata"] == [
        f"{here}&outcome=eligible", f"{here}&outcome=eligible&stage=applied", None, f"{here}&outcome=eligible&stage=approved",
        f"{here}&outcome=eligible&stage=paid",
    ]  # fmt: skip
    assert all(href.startswith(f"{here}&condition=") for href in drawn["clause_reasons"]["data"][0]["customdata"])


@pytest.mark.parametrize(("search", "condition"), [
    ("", "true"), ("?district=320211", "district_code = '320211'"), ("?park=P002", "park_id = 'P002'"), ("?year=2024", "year(qualified_on) = 2024"),
])  # fmt: skip
def test_a_cut_counts_the_eligible_claims_of_the_mart(signed_in, published, search: str, condition: str):
    [(eligible,)] = marts(published, f"select count(*) from fct_claim where clause_id = '6b.1' and outcome = 'eligible' and {condition}")
    parts = shown(cut(signed_in("ana"), search, {"district": "other"}))
    assert parts["funnel_heads"]["data"][0]["x"][0] == eligible
    months = next(bars for bars in parts["clause_months"]["data"] if bars["name"] == "符合")
    assert sum(months["y"]) == eligible
    assert f"{eligible:,} 项" in html_of(parts["clause-sentence"])


def test_files_of_the_figures_follow_the_cut(signed_in):
    hrefs = [value for key, value in shown(cut(signed_in("ana"), "?district=320211")).items() if '"export"' in key]
    assert len(hrefs) == 5
    assert all("district=320211" in href and "clause=6b.1" in href for href in hrefs)


def test_other_claims_of_the_same_cut_draw_no_figure_anew(signed_in):
    assert cut(signed_in("ana"), "?outcome=eligible&stage=paid").status_code == 204


def test_a_cut_without_claims_says_so_and_hides_the_figures(signed_in):
    parts = shown(cut(signed_in("ana"), "?year=1990"))
    assert parts["clause-figures"] is True
    assert "换一个筛选条件" not in html_of(parts["clause-empty"])
    assert "这里还没有事项" in html_of(parts["clause-empty"])
    assert "funnel_heads" not in parts
    assert "这里还没有事项" in page(signed_in("ana"), CLAUSE, "?year=1990")


def test_an_operator_sees_no_districts_and_one_park(signed_in):
    told = page(signed_in("opa"), CLAUSE)
    assert "figure-clause_districts" not in told
    assert "湖畔软件园" in told
    assert "东岭数字谷" not in told
    parts = shown(cut(signed_in("opa"), "?park=P002"))
    assert "东岭数字谷" not in html_of(list(parts.values()))
