"""The invented city from files to marts, held against what was planted in it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.view import search_key
from pipelines.base.errors import BuildError, SoftcityError
from pipelines.base.snapshots import current_id, read_manifest, snapshots
from pipelines.build import build
from pipelines.explain import explain, sentences
from pipelines.policy.facts import EVENTS, FACTS
from pipelines.settings import PROJECT
from pipelines.status import status
from tests.conftest import City

TRUTH = json.loads((PROJECT / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))
COMPARED = ("outcome", "ceiling_yuan", "floor_yuan", "net_ceiling_yuan", "is_counted", "paid_yuan", "district_code")


@pytest.mark.parametrize("planted", TRUTH["planted"], ids=lambda case: f"{case['id']} {case['shows']}")
def test_a_planted_case_comes_out_as_planted(planted: dict[str, Any], city: City) -> None:
    claims = city.rows(
        "select * from fct_claim where clause_id = ? and enterprise_id = ?", planted["clause"], planted["firm_code"]
    )
    if "park_id" in planted:
        claims = [claim for claim in claims if claim["park_id"] == planted["park_id"]]
    if "qualified_on" in planted:
        claims = [claim for claim in claims if str(claim["qualified_on"]) == planted["qualified_on"]]
    if planted["outcome"] is None:
        assert claims == []
        return
    compared = [
        k for k in COMPARED if k in planted and (planted[k] is not None or planted["outcome"] != "not_eligible")
    ]
    found = [{k: _plain(claim[k]) for k in compared} for claim in claims]
    assert {k: _plain(planted[k]) for k in compared} in found
    if "claims" in planted:
        assert len(claims) == planted["claims"]


def _plain(value: Any) -> Any:
    plain = value is None or isinstance(value, bool)
    return value if plain else _number(value)


def _number(value: Any) -> Any:
    try:
        return round(float(value), 2)
    except ValueError:
        return value


def test_every_row_of_every_file_is_loaded_skipped_or_quarantined(city: City) -> None:
    for file in city.rows("select * from mart_source_file"):
        assert file["rows_read"] == file["rows_loaded"] + file["rows_skipped"] + file["rows_quarantined"], file


def test_the_reader_finds_in_each_file_what_the_truth_says(city: City) -> None:
    keys = ("rows", "loaded", "skipped", "quarantined")
    found = {file["source_file"]: tuple(file[f"rows_{key}" if key != "rows" else "rows_read"] for key in keys) for file in city.result.files}
    assert found == {file: tuple(counts[key] for key in keys) for file, counts in city.truth["files"].items()}
    assert {file["status"] for file in city.result.files} == {"loaded"}


def test_just_the_names_no_rule_settles_wait_for_review(city: City) -> None:
    names = city.truth["names"].items()
    rows = city.rows("select printed_name, decision, split_part(candidates, '|', 1) as first from mart_match_review")
    assert {row["printed_name"] for row in rows} == {name for name, truth in names if truth["how"] in ("outside", "review")}
    first = {row["printed_name"]: row["first"] for row in rows if row["decision"] == "review"}
    assert {name: first.get(name) for name, truth in names if truth["how"] == "review"} == {
        name: truth["code"] for name, truth in names if truth["how"] == "review"
    }


def test_every_other_name_means_the_firm_it_should(city: City) -> None:
    for event in city.rows(
        "select printed_name, enterprise_id from dim_event where source = 'recognitions' and park_id is null"
    ):
        truth = city.truth["names"].get(event["printed_name"])
        if truth:
            assert event["enterprise_id"].removeprefix("旧号:") == truth["code"], event


def test_no_personal_data_reaches_any_table(city: City) -> None:
    snapshot = city.settings.published / (current_id(city.settings.published) or "") / "marts.duckdb"
    blobs = [snapshot.read_bytes()] + [path.read_bytes() for path in city.settings.raw.rglob("*.parquet")]
    for secret in ("13800000000", "示例甲"):
        assert not any(secret.encode() in blob for blob in blobs)


def test_building_twice_says_nothing_is_new(city: City) -> None:
    before = snapshots(city.settings.published)
    again = build(city.settings)
    assert (again.published, again.new_files) == (False, 0)
    assert snapshots(city.settings.published) == before


def test_explain_gives_conditions_values_quote_decision_and_an_upper_bound(city: City) -> None:
    case = next(p for p in city.truth["planted"] if p["id"] == "first")
    text = "\n".join(sentences(explain(city.settings.published, case["firm_code"], "6b.1")))
    for part in (
        "结论：符合书面条件",
        "✓ 属软件企业",
        "原文「首次获评国家级」",
        "按默认解读 D10",
        "上限：500,000.00 元，不是应付金额",
        "征求意见稿",
    ):
        assert part in text
    assert "应付金额（" not in text.replace("不是应付金额（", "")


def test_a_firm_without_a_claim_is_told_which_name_waits_and_may_be_its_own(city: City) -> None:
    case = next(p for p in city.truth["planted"] if p["id"] == "name-near-miss")
    with pytest.raises(SoftcityError, match=f"{case['printed']}.* waits for a person and may be this firm"):
        explain(city.settings.published, case["firm_code"], "6b.1")


def test_the_one_list_that_does_not_reach_back_far_enough_is_the_next_to_bring(city: City) -> None:
    missing = status(city.settings)["missing_lists"]
    assert [(row["list"], row["level"], str(row["needed_back_to"]), row["clause_ids"]) for row in missing] == [
        ("xinchuang_case", "provincial", "2019-04-16", "9b")
    ]


@pytest.fixture(scope="module")
def earlier(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city on an earlier day, made of the rows it has from a folder without files and without the mark."""
    settings = city.copied(tmp_path_factory.mktemp("earlier") / "home")
    nothing = replace(settings, landing=tmp_path_factory.mktemp("landing"))
    return City(settings, build(nothing, as_of=date(2024, 6, 30), make_current=True), city.truth)


@pytest.mark.slow
def test_an_earlier_day_sees_nothing_later(earlier: City) -> None:
    assert earlier.result.as_of == "2024-06-30"
    latest = earlier.rows("select max(qualified_on) as day from fct_claim")[0]["day"]
    paid = earlier.rows("select max(paid_on) as day from fct_payment")[0]["day"]
    assert str(latest) <= "2024-06-30"
    assert paid is None or str(paid) <= "2024-06-30"


@pytest.mark.slow
def test_invented_rows_keep_their_label_and_never_mix_with_real_ones(earlier: City, tmp_path: Path) -> None:
    published = earlier.settings.published
    assert [read_manifest(published, snapshot.name)["is_sample"] for snapshot in snapshots(published)] == [True, True]
    (tmp_path / "registrations").mkdir()
    row = "企业名称,统一社会信用代码,注册日期\n无锡真实登记有限公司,,2020-01-01\n"
    (tmp_path / "registrations" / "real_2025-12-31.csv").write_text(row, encoding="utf-8")
    before = current_id(published)
    with pytest.raises(BuildError, match="home of its own"):
        build(replace(earlier.settings, landing=tmp_path))
    assert current_id(published) == before


def test_a_rent_subsidy_is_paid_once(city: City) -> None:
    assert city.rows("select claim_id from fct_claim where is_paid and paid_yuan <= 0") == []


def test_every_firm_is_found_by_its_names_and_number_however_they_are_typed(city: City) -> None:
    for firm in city.rows("select * from dim_enterprise"):
        for words in (firm["enterprise_name"], firm["enterprise_id"], *(firm["former_names"] or "").split("、")):
            assert search_key(words) in firm["search_text"], (words, firm["search_text"])


def test_rent_and_all_other_awards_add_up_to_the_city_in_every_cut(city: City) -> None:
    whole = city.rows("select claim_count, eligible_count, paid_count, paid_yuan from mart_city_kpi where document = 'draft'")
    for cut in ("city", "measure", "district"):
        assert whole == city.rows(
            "select sum(claim_count) as claim_count, sum(eligible_count) as eligible_count, sum(paid_count) as paid_count,"
            " sum(paid_yuan) as paid_yuan from mart_kind_uptake where document = 'draft' and cut = ?", cut,
        ), cut
    kinds = {row["kind"]: row for row in city.rows("select * from mart_kind_uptake where cut = 'city' and document = 'draft'")}
    rent = city.rows("select count(*) as n from fct_claim where clause_id like '10b%' and outcome = 'eligible' and document = 'draft'")
    assert kinds["rent"]["eligible_count"] == rent[0]["n"]


def test_who_is_responsible_for_every_measure_has_every_claim(city: City) -> None:
    whole = city.rows("select claim_count, eligible_count, ceiling_yuan from mart_city_kpi where document = 'draft'")
    districts = "select claim_count, eligible_count, ceiling_yuan from mart_department_uptake where document = 'draft' and department = ?"
    assert city.rows(districts, "各市（县）、区人民政府") == whole


def test_an_event_has_only_facts_of_its_kind(city: City) -> None:
    for fact in FACTS.values():
        told = {row["event_kind"] for row in city.rows(f"select distinct event_kind from fct_event_fact where {fact.name} is not null")}
        assert told <= set(fact.of_events or EVENTS), fact


def test_a_park_counts_as_below_the_floor_what_the_audit_finds(city: City) -> None:
    found = city.rows("select park_id, count(*) as n from mart_audit_finding where kind = 'below_floor' group by park_id")
    counted = city.rows("select park_id, below_floor_count as n from mart_park_kpi where document = 'draft' and below_floor_count > 0")
    assert sorted((row["park_id"], row["n"]) for row in found) == sorted((row["park_id"], row["n"]) for row in counted)
    assert found


def test_a_firms_payments_and_what_its_park_reported_add_up_to_what_its_claims_were_paid(city: City) -> None:
    listed = (PROJECT / "dashboard" / "queries" / "firm_payments.sql").read_text(encoding="utf-8")
    paid = city.rows("""
        select enterprise_id, sum(paid_yuan) as paid_yuan from fct_claim where document = 'draft' group by 1
        having bool_or(reported_subsidy_yuan > coalesce(ordered_yuan, 0)) order by 1 limit 20
    """)
    assert len(paid) == 20
    for firm in paid:
        asked = listed.replace("$firm", f"'{firm['enterprise_id']}'").replace("$policies", "['wuxi-software']").replace("$documents", "['draft']")
        [row] = city.rows(f"select sum(amount_yuan) as y, count(*) filter (where payer_level = 'park') as n from ({asked}) where clause_id is not null")
        assert row["y"] == firm["paid_yuan"]
        assert row["n"] > 0


def test_the_median_of_the_parks_is_shown_from_five_parks_on(city: City) -> None:
    medians = city.rows("""
        select document, count(payout_rate) as n, count(median_payout_rate) > 0 as is_shown, bool_or(is_median_withheld) as is_withheld
        from mart_park_kpi group by document order by document
    """)
    assert [(row["n"] >= 5, row["is_shown"], row["is_withheld"]) for row in medians] == [(True, True, False), (False, False, True)]


def test_only_what_an_act_can_mend_may_still_change_once_it_failed(city: City) -> None:
    failed = city.rows("select condition_id, bool_or(can_change) as b from fct_claim_condition where outcome = 'not_met' group by all")
    assert {row["condition_id"] for row in failed if row["b"]} == {"scope", "software_enterprise"}
    assert {"window", "first_time"} <= {row["condition_id"] for row in failed}
    assert city.rows("select count(*) as n from fct_claim_condition where outcome in ('unknown', 'needs_review') and not can_change") == [{"n": 0}]


def test_parks_are_let_as_parks_are(city: City) -> None:
    assert all(0.55 < row["occupancy_rate"] <= 0.96 for row in city.rows("select occupancy_rate from mart_park_kpi"))


def test_a_rate_that_is_withheld_shows_no_parts_to_divide(city):
    years = city.rows("select stat_year, value, numerator, denominator from mart_indicator where indicator_id = 'city_growth' and scope = 'city'")
    withheld = [row for row in years if row["value"] is None]
    assert {row["stat_year"] for row in withheld} == {2022, 2023}  # no year before it on file; another survey scope
    assert all(row["numerator"] is None and row["denominator"] is None for row in withheld)
    assert all(row["numerator"] and row["denominator"] for row in years if row not in withheld)
