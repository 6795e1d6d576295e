"""A changed law on the same city: exposure, who gains and loses, and what moved between texts."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.base.errors import PolicyError
from pipelines.base.snapshots import current_id
from pipelines.policy.diff import diff_documents
from pipelines.policy.load import load_policies
from pipelines.policy.whatif import read_edits, whatif
from tests.conftest import City


def ask(city: City, edits: dict[str, Any]) -> dict[str, Any]:
    snapshot = city.settings.published / (current_id(city.settings.published) or "") / "marts.duckdb"
    return whatif(snapshot, load_policies(city.settings.policies)[0], edits)


def by_clause(result: dict[str, Any], column: str) -> dict[str, Decimal]:
    return {row["clause_id"]: row["change"][column] for row in result["by_clause"] if row["change"][column]}


def test_no_edit_changes_nothing_and_gives_the_exposure_of_the_snapshot(city: City) -> None:
    result = ask(city, {})
    assert not any(result["total"]["change"].values())
    assert result["firms"]["gaining_count"] == result["firms"]["losing_count"] == 0
    for row in city.rows(
        "select clause_id, eligible_count, ceiling_yuan from mart_clause_uptake where document = 'draft'"
    ):
        for found in result["by_clause"]:
            if found["clause_id"] == row["clause_id"]:
                assert found["before"]["eligible_count"] == row["eligible_count"]
                assert found["before"]["ceiling_yuan"] == row["ceiling_yuan"]


def test_a_higher_ceiling_moves_only_its_clause_before_overlap_and_names_who_changed_sides(city: City) -> None:
    result = ask(city, {"clauses": {"6b.1": {"award": {"cap_yuan": 800_000}}}})
    eligible = city.rows(
        "select eligible_count as n from mart_clause_uptake where document = 'draft' and clause_id = '6b.1'"
    )[0]["n"]
    assert by_clause(result, "ceiling_before_overlap_yuan") == {"6b.1": eligible * 300_000}
    moved = {
        (claim["clause_id"], claim["before_is_counted"], claim["after_is_counted"]) for claim in result["moved_claims"]
    }
    assert ("6b.1", False, True) in moved
    after_overlap = by_clause(result, "ceiling_yuan")
    assert sum(after_overlap.values()) == result["total"]["change"]["ceiling_yuan"]


@pytest.mark.parametrize(
    ("edits", "clause", "sign"),
    [
        ({"decisions": {"D2": "marginal"}}, "4a", -1),
        ({"decisions": {"D8": "with_reference"}}, "6b.1", 1),
        ({"decisions": {"D14": "off"}}, "6b.1", 1),
        ({"decisions": {"D14": False}}, "6b.1", 1),
        ({"decisions": {"D14": "lifetime"}}, "6b.1", -1),
        ({"decisions": {"D15": "replace"}}, "6b.1", 1),
        ({"decisions": {"D7": date(2023, 1, 1)}}, "6b.1", 1),
        ({"decisions": {"D9": "list_only"}}, "6b.1", -1),
        ({"decisions": {"D9": "industry_only"}}, "6b.1", -1),
        ({"decisions": {"D10.titles": ["国家鼓励的重点软件企业"]}}, "5a.2", -1),
        ({"decisions": {"D12": 1}}, "2b", -1),
        ({"clauses": {"8b": {"award": {"rate": 0.3}}}}, "8b", -1),
        ({"clauses": {"2b": {"conditions": {"investment": {"value": 10_000_000}}}}}, "2b", 1),
        ({"clauses": {"6b.1": {"conditions": {"first_time": None}}}}, "6b.1", 1),
        ({"conditions": {"window": {"value": [date(2024, 1, 1), date(2024, 12, 31)]}}}, "6b.1", -1),
        ({"clauses": {"5a.1": None}}, "5a.1", -1),
    ],
    ids=str,
)
def test_each_switch_and_term_moves_exposure(edits: dict[str, Any], clause: str, sign: int, city: City) -> None:
    change = by_clause(ask(city, edits), "ceiling_yuan").get(clause, Decimal(0))
    assert change * sign > 0


def test_switching_a_clause_off_lets_what_it_covered_count_again(city: City) -> None:
    result = ask(city, {"clauses": {"5a.1": None}})
    assert ("6b.1", True) in {(claim["clause_id"], claim["after_is_counted"]) for claim in result["moved_claims"]}


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"clauses": {"99z": {}}}, "99z"),
        ({"clauses": {"6b.1": {"award": {"capyuan": 1}}}}, "capyuan"),
        ({"clauses": {"6b.1": {"award": {"cap_yuan": -1}}}}, "cap_yuan"),
        ({"clauses": {"6b.1": {"conditions": {"nothing": {}}}}}, "nothing"),
        ({"decisions": {"D99": 1}}, "D99"),
        ({"decisions": {"D14": "weekly"}}, "per_year"),
        ({"decisions": {"D7": "soon"}}, "D7|date|day"),
    ],
    ids=str,
)
def test_an_edit_that_does_not_fit_is_refused_by_name(edits: dict[str, Any], told: str, city: City) -> None:
    with pytest.raises(PolicyError, match=told):
        ask(city, edits)


def test_an_edits_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    for text in ("clauses: [", "- 1", "budget: 3"):
        path = tmp_path / "edits.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(PolicyError, match=r"edits\.yaml"):
            read_edits(path)


def test_the_issued_text_differs_where_it_was_seen_and_is_unseen_elsewhere(city: City) -> None:
    rows = diff_documents(load_policies(city.settings.policies)[0], "draft", "issued")
    departments = next(row for row in rows if (row.clause_id, row.key) == ("1a", "departments"))
    assert "无锡经开区管委会" in departments.new
    assert len({row.clause_id for row in rows if row.new == "unseen"}) == 32
    coverage = city.rows(
        "select status, count(*) as n from mart_policy_coverage where document = 'issued' group by 1 order by 1"
    )
    assert {row["status"]: row["n"] for row in coverage} == {"partly": 1, "unseen": 32}
    assert city.rows("select distinct clause_id from fct_claim where document = 'issued'") == [{"clause_id": "1a"}]
