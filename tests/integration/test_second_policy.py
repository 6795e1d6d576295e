"""A second city and policy are files only; so is a new clause. No Python and no SQL knows of either."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from docx import Document
from flask.testing import FlaskClient
from python_calamine import load_workbook

from dashboard.reports import make
from pipelines import worklists
from pipelines.base.errors import PolicyError, SoftcityError
from pipelines.base.snapshots import current_id
from pipelines.explain import explain
from pipelines.policy.load import load_policies, policy_of, shared_clauses
from pipelines.settings import Settings
from tests.integration.several import REGISTER, file_of
from tests.pages import page, shown


def _rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    path = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def _claims(settings: Settings, policy_id: str) -> list[tuple[Any, ...]]:
    return _rows(settings, f"""
        select clause_id, substr(enterprise_name, 5, 1), year(qualified_on), outcome, ceiling_yuan, net_ceiling_yuan
        from fct_claim where policy_id = '{policy_id}' order by all
    """)


def test_the_wenzhou_shapes_come_out_of_files_alone(several: Settings) -> None:
    found = _claims(several, "wenzhou-later")   # the committed policy, word for word
    expected = [
        ("w1.1", "甲", 2024, "eligible", 500_000, 500_000),  # half the fee, capped at grade 5
        ("w1.1", "乙", 2024, "eligible", 75_000, 75_000),
        ("w1.1", "丙", 2024, "not_eligible", 75_000, 75_000),  # registered elsewhere
        ("w1.2", "甲", 2024, "eligible", 300_000, 300_000),
        ("w1.2", "乙", 2024, "not_eligible", None, None),  # grade 4 has no cap and no award
        ("w1.3", "乙", 2024, "undetermined", None, None),  # the fee is not on file: not the cap
        ("w1.4", "甲", 2024, "eligible", 150_000, 150_000),
        ("w1.5", "乙", 2024, "eligible", 200_000, 200_000),  # flat
        ("w2.1", "甲", 2022, "not_eligible", 2_250_000, 2_250_000),  # sales below the line
        ("w2.1", "甲", 2023, "eligible", 3_000_000, 3_000_000),  # first crossing, at the figure itself
        ("w2.1", "甲", 2024, "not_eligible", 13_500_000, 13_500_000),  # crossed before, and over two years
        ("w2.1", "乙", 2023, "not_eligible", 4_500_000, 4_500_000),
    ]
    for row in expected:
        assert tuple(None if v is None else Decimal(v) if i > 3 else v for i, v in enumerate(row)) in found, row
    products = [row for row in found if row[0] == "w1.6"]
    assert len(products) == 6
    assert sorted(row[5] for row in products) == [0, *[100_000] * 5]  # each 100,000, the firm 500,000 in all


def test_no_page_of_another_city_names_ours(clients: dict[str, FlaskClient]) -> None:
    client = clients["aud"]
    for path in ("/", "/industry", "/industry/firms", "/industry/build-out", "/measures", "/parks", "/outreach", "/audit", "/about"):
        told = json.dumps(page(client, path), ensure_ascii=False)
        assert "2025-03-01" in told, f"{path} shows its day"
        assert re.findall(r".{0,20}(?:无锡|江苏|江阴|宜兴|滨湖|新吴).{0,20}", told) == [], path
    assert "温州市" in json.dumps(client.get("/_dash-layout").get_json(), ensure_ascii=False)


def test_a_new_clause_is_one_piece_of_yaml(several: Settings) -> None:
    assert ("w1.9", "甲", 2024, "eligible", Decimal(10_000), Decimal(10_000)) in _claims(several, "wenzhou-software")


def test_an_application_and_its_money_stand_under_one_policy(several: Settings) -> None:
    assert _rows(several, """
        select a.application_no, a.policy_id, c.policy_id, a.without_ground_reason from fct_application as a
        left join fct_claim as c using (claim_id) order by all
    """) == [
        ("S1", "wenzhou-software", "wenzhou-software", None),
        ("S2", "wenzhou-later", "wenzhou-later", None),
        ("S3", None, None, "政策编号 wenzhou-hardware 不在本市政策之列"),
        ("S4", "wenzhou-software", "wenzhou-software", None),
    ]  # fmt: skip
    assert _rows(several, "select application_no, policy_id from fct_payment order by all") == [
        ("S1", "wenzhou-software"), ("S2", "wenzhou-later"), ("S3", None), ("S4", "wenzhou-software"),
    ]  # fmt: skip
    # 190,000 more than the clause allows is a finding of that policy; what is of none is told of none
    kinds = "'above_ceiling', 'without_ground'"
    assert _rows(several, f"select kind, policy_id, at_stake_yuan from mart_audit_finding where kind in ({kinds}) order by all") == [
        ("above_ceiling", "wenzhou-software", 190_000), ("without_ground", None, 200_000),
    ]  # fmt: skip


def test_awards_of_a_year_exclude_each_other_in_the_policy_that_says_so(several: Settings) -> None:
    assert _rows(several, """
        select policy_id, clause_id, net_ceiling_yuan from fct_claim
        where clause_id in ('w1.1', 'w1.2') and enterprise_name like '%甲%' order by all
    """) == [
        ("wenzhou-later", "w1.1", 500_000), ("wenzhou-later", "w1.2", 300_000),
        ("wenzhou-software", "w1.1", 500_000), ("wenzhou-software", "w1.2", 0),
    ]  # fmt: skip
    assert _rows(several, "select count(*) from fct_claim where ceiling_reason like '%D15%'") == [(0,)]


def test_a_clause_id_of_two_policies_is_noted_by_check(several: Settings) -> None:
    notes = shared_clauses(load_policies(several.policies, several.reference))
    assert "clause w1.5 stands in wenzhou-later and wenzhou-software: an application for it should name its policy (政策编号)." in notes
    assert not [note for note in notes if "w1.9" in note]


def test_each_page_of_figures_has_a_chooser_and_its_links_name_the_policy(clients: dict[str, FlaskClient]) -> None:
    for path in ("/", "/measures", "/records", "/outreach", "/audit", "/deadlines", "/parks", "/whatif", "/about"):
        told = json.dumps(page(clients["adm" if path == "/whatif" else "ana"], path, "?policy=wenzhou-later"), ensure_ascii=False)
        assert '"key": "policy"' in told, path
        hrefs = re.findall(r'"(?:href|customdata)": "(/(?:measures|records|firms|outreach)[^"]*)"', told)
        assert [href for href in hrefs if "policy=wenzhou-later" not in href] == [], path
    assert '"key": "policy"' not in json.dumps(page(clients["ana"], "/industry"))


def test_a_clause_id_of_two_policies_is_two_pages(clients: dict[str, FlaskClient]) -> None:
    software, later = (page(clients["ana"], "/measures/w1.2", f"?policy=wenzhou-{name}") for name in ("software", "later"))
    assert "D14" in json.dumps(file_of(clients["ana"], "about_decisions", "policy=wenzhou-software"))
    assert "D14" not in json.dumps(file_of(clients["ana"], "about_decisions", "policy=wenzhou-later"))
    assert json.dumps(software) != json.dumps(later)
    assert "not_found" in json.dumps(page(clients["ana"], "/measures/w1.2", "?policy=wenzhou-compute"))
    found = clients["ana"].get("/export/claims.json?policy=gone")
    assert found.status_code == 404


def test_figures_of_all_policies_add_and_firms_are_counted_once(clients: dict[str, FlaskClient], several: Settings) -> None:
    parts = [file_of(clients["ana"], "claims", f"policy=wenzhou-{name}")["rows"] for name in ("compute", "later", "software")]
    every = file_of(clients["ana"], "claims", "policy=all")
    assert len(every["rows"]) == sum(map(len, parts))
    assert {row["policy_id"] for row in every["rows"]} == {"wenzhou-compute", "wenzhou-later", "wenzhou-software"}
    assert every["provenance"]["政策版本"] == "全部政策"
    ((claims, firms),) = _rows(several, "select count(*), count(distinct enterprise_id) from fct_claim where outcome = 'eligible'")
    words = shown(clients["ana"], "/", "?policy=all")
    assert f"符合书面条件的企业 {firms} 家" in words or f"{firms} 家" in words
    assert f"{claims} 项" in words
    assert "兑现率、占比、预算和模拟只对一项政策" in words
    assert "本页只对一项政策" in shown(clients["ana"], "/measures", "?policy=all")
    findings = file_of(clients["ana"], "audit", "policy=all")["rows"]
    assert len(findings) == len(_rows(several, "select finding_id from mart_audit_finding")), "one of no policy is told once"
    (kinds,) = _rows(several, "select sum(finding_count)::int from mart_audit_cut where policy_id = 'all' and kind <> 'all' and district = 'all' and park = 'all' and year = 'all' and measure = 'all' and clause = 'all'")
    assert kinds == (len(findings),)
    for who, policy in (("ana", "wenzhou-software"), ("ana", "wenzhou-later"), ("aud", "wenzhou-later"), ("ana", "all")):
        listed, by_kind = (file_of(clients[who], table, f"policy={policy}")["rows"] for table in ("audit", "audit_kinds"))
        assert len(listed) == sum(row["finding_count"] for row in by_kind), (who, policy)


def test_the_audit_page_of_one_policy_says_where_findings_of_none_stand(clients: dict[str, FlaskClient]) -> None:
    words = "未归入任何政策的审计发现不在本页"
    assert words in shown(clients["ana"], "/audit", "?policy=wenzhou-later")
    assert words not in shown(clients["ana"], "/audit", "?policy=all")
    assert words not in shown(clients["aud"], "/audit"), "who is held to a policy sees none of them anywhere"


def test_a_policy_without_a_clause_on_rent_says_so_where_a_figure_on_rent_would_stand(clients: dict[str, FlaskClient]) -> None:
    for path in ("/", "/parks", "/parks/WZ1"):
        told = shown(clients["ana"], path, "?policy=wenzhou-later")
        assert "— （本政策没有租金补贴条款）" in told, path
    assert "租金补贴低于下限 — 本政策没有租金补贴条款" in told
    assert "涉及金额 0" in shown(clients["ana"], "/", "?policy=wenzhou-later"), "no finding, no money"
    [row] = file_of(clients["ana"], "park_list", "policy=wenzhou-later")["rows"]
    assert (row["rent_payout_rate"], row["below_floor_count"]) == (None, None)


def test_a_report_is_of_one_policy_or_of_what_adds(several: Settings, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="give --policy with one of wenzhou-compute, wenzhou-later, wenzhou-software, all"):
        make(several.published, "2025-03", tmp_path)
    names = [path.name for path in make(several.published, "2025-03", tmp_path, "wenzhou-later")]
    assert names == [*(f"softcity-wenzhou-later-2025-03.{ending}" for ending in ("pdf", "docx", "xlsx")), "park-WZ1-wenzhou-later-2025-03.pdf"]
    assert len(make(several.published, "2025-03", tmp_path, "all")) == 3


def test_a_report_tells_how_each_part_stands_where_the_policy_pays_in_parts(several: Settings, tmp_path: Path) -> None:
    def told(policy: str) -> tuple[str, list[list[Any]] | None]:
        make(several.published, "2025-03", tmp_path, policy)
        paper = Document(str(tmp_path / f"softcity-{policy}-2025-03.docx"))
        book = load_workbook(tmp_path / f"softcity-{policy}-2025-03.xlsx")
        words = " ".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
        return words, book.get_sheet_by_name("分期兑付").to_python() if "分期兑付" in book.sheet_names else None

    words, sheet = told("wenzhou-compute")
    assert "当年兑付60%" in words
    assert "1.8 万元" in words
    assert sheet
    _, _, heads, *rows = sheet
    (first, second, total) = [dict(zip(heads, row, strict=True)) for row in rows]
    assert (first["条款"].split()[0], first["期次"], first["事项"], first["未申报"], first["各期上限合计"]) == ("c1", 1, 1, 1, 18_000)
    assert (second["本期"], second["各期上限合计"], second["拨付"], second["逾期未付金额"]) == ("次年兑付40%", 12_000, 0, 0)
    assert (total["条款"], total["事项"], total["各期上限合计"], total["逾期未付金额"]) == ("合计", "", 30_000, 0), "its one claim is in both parts"
    assert told("wenzhou-later")[1] is None, "it pays nothing in parts"


def test_commands_ask_for_the_policy_where_it_is_needed(several: Settings) -> None:
    firm = REGISTER[0][1]
    assert {claim["policy_id"] for claim in explain(several.published, firm, "w1.2")} == {"wenzhou-later", "wenzhou-software"}
    assert {claim["policy_id"] for claim in explain(several.published, firm, "w1.2", "wenzhou-later")} == {"wenzhou-later"}
    with pytest.raises(SoftcityError, match="no such clause"):
        explain(several.published, firm, "w1.2", "wenzhou-compute")
    with pytest.raises(PolicyError, match="give --policy"):
        policy_of(several.policies)
    with pytest.raises(PolicyError, match="wenzhou-gone: the city has no such policy"):
        policy_of(several.policies, "wenzhou-gone")
    every = {row["policy_id"] for row in worklists.outreach(several)}
    assert every == {"wenzhou-compute", "wenzhou-later", "wenzhou-software"}
    assert {row["policy_id"] for row in worklists.outreach(several, policy_id="wenzhou-later")} == {"wenzhou-later"}
