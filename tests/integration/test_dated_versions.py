"""A clause whose words change within one document, through a whole build: marts, explanation, what-if, diff, pages."""

import shutil
from dataclasses import replace
from datetime import date

import pytest
import yaml

from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.explain import explain, sentences
from pipelines.policy.diff import diff_documents, diff_snapshots
from pipelines.policy.load import load_policies
from pipelines.policy.whatif import whatif
from pipelines.settings import PROJECT
from tests.conftest import City

pytestmark = pytest.mark.slow   # a second whole city; the rules themselves: tests/policy/test_version_cases.py

SECOND = "wuxi-software/draft/6b.1@2025-01-01"


@pytest.fixture(scope="module")
def dated(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The sample city once more: from 2025 on, 6b.1 gives 800,000."""
    home = tmp_path_factory.mktemp("dated")
    for name in ("var", "published"):
        shutil.copytree(city.settings.home / name, home / name)
    data = home / "data"
    for name in ("policies", "reference"):
        shutil.copytree(PROJECT / "data" / name, data / name)
    path = data / "policies" / "wuxi" / "software" / "measures" / "m06-specialised-sme.yaml"
    measure = yaml.safe_load(path.read_text(encoding="utf-8"))
    versions = next(clause for clause in measure["clauses"] if clause["id"] == "6b.1")["versions"]
    later = {"first_day": date(2025, 1, 1), "award": {"words": "最高80万元", "cap_yuan": 800_000}}
    versions.append(versions[0] | later)
    versions[0]["last_day"] = date(2024, 12, 31)
    path.write_text(yaml.safe_dump(measure, allow_unicode=True, sort_keys=False), encoding="utf-8")
    settings = replace(city.settings, home=home, data=data)
    return City(settings, build(settings), city.truth)


def test_each_claim_is_answered_by_the_version_of_its_day_and_keeps_its_id(city: City, dated: City) -> None:
    claims = dated.rows("select * from fct_claim where document = 'draft' and clause_id = '6b.1'")
    assert {
        (c["clause_key"] == SECOND, c["qualified_on"] >= date(2025, 1, 1), int(c["ceiling_yuan"])) for c in claims
    } == {(False, False, 500_000), (True, True, 800_000)}
    ids = [{row["claim_id"] for row in one.rows("select claim_id from fct_claim")} for one in (city, dated)]
    assert ids[0] == ids[1]


def test_what_is_counted_by_clause_stays_one_row_a_clause(dated: City) -> None:
    keys = "policy_id, document, clause_id"
    for table, of in (
        ("mart_clause_uptake", keys),
        ("mart_policy_coverage", "policy_id, document, item_id"),
        ("dim_clause where is_current", keys),
        ("mart_outreach", "claim_id"),
        ("mart_audit_finding", "finding_id"),
    ):
        assert dated.rows(f"select {of} from {table} group by all having count(*) > 1") == [], table
    versions = dated.rows("select * from dim_clause where document = 'draft' and clause_id = '6b.1'")
    assert sorted((v["first_day"], v["is_current"]) for v in versions) == [
        (date(2024, 1, 1), False), (date(2025, 1, 1), True),
    ]  # fmt: skip
    assert dated.rows("""
        select u.clause_id from mart_clause_uptake as u
        where u.claim_count <> (select count(*) from fct_claim as c where c.document = u.document and c.clause_id = u.clause_id)
    """) == []  # fmt: skip


def test_the_clause_and_firm_pages_show_each_claim_once_and_every_version(dated: City) -> None:
    def ask(query: str, **values: object) -> list[dict[str, object]]:
        sql = (PROJECT / "dashboard" / "queries" / f"{query}.sql").read_text(encoding="utf-8")
        names = {"policies": ["wuxi-software"], "documents": ["draft"], "policy": "wuxi-software", "document": "draft", "clause": "6b.1", "measure": None, "year": None}
        asked = {name: value for name, value in (names | values).items() if f"${name}" in sql}
        for name, value in sorted(asked.items(), reverse=True):  # year_cut before year
            sql = sql.replace(f"${name}", "null" if value is None else str(value) if isinstance(value, list) else f"'{value}'")
        return dated.rows(sql)

    law = [row for row in ask("law") if row["clause_id"] == "6b.1" and row["document"] == "draft"]
    assert [row["cap_yuan"] for row in law if row["is_current"]] == [800_000]
    shown = [row["award_words"] for row in ask("clause_versions") if row["document_title"] == "征求意见稿"]
    assert shown == ["最高50万元", "最高80万元"]
    assert {decision for row in law for decision in row["decision_ids"].split("、")} == {"D7", "D8", "D9", "D10", "D18"}
    assert len(ask("clause_list")) == 33
    firm = dated.rows("select enterprise_id from fct_claim where clause_key = ? limit 1", SECOND)[0]["enterprise_id"]
    claims = [row["claim_id"] for row in ask("firm_claims", firm=firm)]
    assert len(claims) == len(set(claims)) > 0


def test_explanation_what_if_and_diff_know_the_version(city: City, dated: City) -> None:
    published, policy = dated.settings.published, load_policies(dated.settings.policies)[0]
    new, old = current_id(published) or "", current_id(city.settings.published) or ""
    firm = dated.rows("select enterprise_id from fct_claim where clause_key = ? and outcome = 'eligible'", SECOND)[0]
    told = "\n".join(sentences(explain(published, firm["enterprise_id"], "6b.1")))
    assert "上限：最高80万元" in told

    unchanged = whatif(published / new / "marts.duckdb", policy, {})
    assert not any(unchanged["total"]["change"].values())
    second = "clause_key = ? and outcome = 'eligible'"
    count = dated.rows(f"select count(*) as n from fct_claim where {second}", SECOND)[0]["n"]
    cut = whatif(
        published / new / "marts.duckdb", policy, {"clauses": {"6b.1@2025-01-01": {"award": {"cap_yuan": 500_000}}}}
    )
    changes = {row["clause_id"]: row["change"]["ceiling_before_overlap_yuan"] for row in cut["by_clause"]}
    assert {clause: change for clause, change in changes.items() if change} == {"6b.1": -300_000 * count}

    found = diff_snapshots(published, old, new)
    assert [(row["clause_key"].partition("@")[2], row["change"]) for row in found["clauses"]] == [
        ("", "changed"), ("2025-01-01", "added"),
    ]  # fmt: skip
    assert {row["moved_by"] for row in found["claims"] if row["clause_id"] == "6b.1"} == {"rules"}
    assert "data" not in {row["moved_by"] for row in found["summary"]}, "no file came"
    texts = diff_documents(policy, "draft", "issued")
    assert [row.new for row in texts if row.clause_id == "6b.1"] == ["unseen"]
