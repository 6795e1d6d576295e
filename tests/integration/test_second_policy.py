"""A second city and policy are files only; so is a new clause. No Python and no SQL knows of either."""

import json
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.access import accounts, guard
from dashboard.access.access_log import AccessLog
from dashboard.app import create_app
from dashboard.reports import make
from dashboard.tables import TABLES
from pipelines import worklists
from pipelines.base.errors import PolicyError, SoftcityError
from pipelines.base.snapshots import current_id
from pipelines.build import build
from pipelines.explain import explain
from pipelines.policy.load import load_policies, policy_of, shared_clauses
from pipelines.serving import options
from pipelines.settings import PROJECT, Settings
from tests.pages import page, shown, signed_in

REGISTER = [
    ("温州示例甲软件有限公司", "91330302MA0000001X", "2022-03-01", "1000万人民币", "330302"),
    ("温州示例乙软件有限公司", "91330303MA0000002X", "2015-03-01", "500万人民币", "330303"),
    ("杭州示例丙软件有限公司", "91330106MA0000003X", "2015-03-01", "500万人民币", "330106"),
    ("温州示例丁软件有限公司", "91330302MA0000004X", "2025-03-01", "500万人民币", "330302"),  # the newest day in the data
]
CERTIFICATES = [
    # list, firm, grade, fee in yuan, product
    ("cmmi", "甲", "5级", "1200000", ""),
    ("cmmi", "乙", "3级", "150000", ""),
    ("cmmi", "丙", "3级", "150000", ""),
    ("itss", "甲", "1级", "600000", ""),
    ("itss", "乙", "4级", "600000", ""),
    ("dcmm", "乙", "2级", "", ""),
    ("iso", "甲", "", "400000", ""),
    ("security_grade", "乙", "3级", "", ""),
    *(("product_certificate", "乙", "", "", f"产品{number}") for number in range(6)),
]
SALES = [("甲", 2022, 1500, 60), ("甲", 2023, 2000, 60), ("甲", 2024, 9000, 60), ("乙", 2023, 3000, 60)]


def _landing(folder: Path) -> Path:
    names = {name[4]: (name, code) for name, code, *_ in REGISTER}
    _write(folder / "registrations" / "full_2025-12-31.csv", "企业名称,统一社会信用代码,注册日期,注册资金,区划代码", REGISTER)
    for list_name in dict.fromkeys(row[0] for row in CERTIFICATES):
        rows = [(names[firm][0], grade, fee, product) for name, firm, grade, fee, product in CERTIFICATES if name == list_name]
        path = folder / "recognitions" / f"{list_name}_2024-06-30.csv"
        _write(path, "企业名称,等级,认证费用(元),产品名称", rows)
        sidecar = f"list: {list_name}\nlevel: national\nissuer: 示例\ndocument: 示例\npublished_on: 2024-06-01\nstage: 公布\nround: 第1批\n"
        path.with_name(path.name + ".meta.yaml").write_text(sidecar, encoding="utf-8")
    sales = [(names[firm][1], names[firm][0], year, revenue, staff) for firm, year, revenue, staff in SALES]
    _write(folder / "statistics" / "years_2025-04-01.csv", "统一社会信用代码,企业名称,年度,营业收入(万元),从业人员", sales)
    return folder


def _write(path: Path, header: str, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")


def _claims(settings: Settings) -> list[tuple[Any, ...]]:
    path = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("""
            select clause_id, substr(enterprise_name, 5, 1), year(qualified_on), outcome, ceiling_yuan, net_ceiling_yuan
            from fct_claim order by all
        """).fetchall()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("wenzhou")
    return replace(Settings.load(home, _landing(home / "landing")), city="wenzhou")


def test_the_wenzhou_shapes_come_out_of_files_alone(settings: Settings) -> None:
    assert build(settings).published
    found = _claims(settings)
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


def test_no_page_of_another_city_names_ours(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "accounts.sqlite"
    accounts.add(file, "aud", "correct horse", "auditor")
    client = signed_in(create_app(settings.published, file), "aud", "correct horse")
    for path in ("/", "/industry", "/industry/firms", "/industry/build-out", "/measures", "/parks", "/outreach", "/audit", "/about"):
        told = json.dumps(page(client, path), ensure_ascii=False)
        assert "2025-03-01" in told, f"{path} shows its day"
        assert re.findall(r".{0,20}(?:无锡|江苏|江阴|宜兴|滨湖|新吴).{0,20}", told) == [], path
    assert "温州市" in json.dumps(client.get("/_dash-layout").get_json(), ensure_ascii=False)


CLAUSE = """
  - id: w1.9
    title: {zh: 新条款, en: A new clause}
    versions:
      - document: seen
        coverage: {status: encoded}
        quotes: [等保 20万 flat]
        trigger: {event_kind: [recognition], list: [iso]}
        award: {words: 定额1万元, amount_yuan: 10_000}
"""
OVERLAP = """
  - {id: D14, title: 就高, setting: per_year, default: per_year, options: {per_year: per_year}, says: 就高不重复。, since: 2026-11-23}
  - {id: D14.group, title: 范围, setting: [w1.1, w1.2], default: [w1.1, w1.2], says: 两项。, since: 2026-11-23}
"""
THIRD = {
    "policy.yaml": """
policy_id: wenzhou-compute
title: 温州市体系认证奖励办法（示例）
documents:
  text: {title: 示例文本, is_draft: false, text: text.txt, first_day: 2022-01-01, last_day: 9999-12-31, last_checked_on: 2026-11-23}
conditions: []
""",
    "decisions.yaml": "decisions: []\n",
    "text.txt": "通过体系认证的企业，奖励3万元。本办法自2022年1月1日起施行。\n",
    "measures/m01.yaml": """
measure: 1
title: 体系认证
chapter: 示例
departments: [示例部门]
clauses:
  - id: c1
    title: {zh: 体系认证奖励, en: A reward for a certified system}
    versions:
      - document: text
        coverage: {status: encoded}
        quotes: [通过体系认证的企业，奖励3万元]
        trigger: {event_kind: [recognition], list: [iso]}
        conditions:
          - {id: window, says: 认证之日在施行之后, operator: at_least, fact: qualified_on, value: 2022-01-01, quote: 自2022年1月1日起施行}
        award: {words: 奖励3万元, amount_yuan: 30_000}
""",
}
APPLICATIONS = [
    # number, policy named, clause, firm, submitted on
    ("S1", "wenzhou-software", "w1.5", "乙", "2024-07-01"),
    ("S2", "", "w1.5", "乙", "2024-07-02"),  # only the later policy holds that day
    ("S3", "wenzhou-hardware", "w1.5", "乙", "2024-07-03"),
    ("S4", "", "w1.9", "甲", "2024-07-04"),
]


@pytest.fixture(scope="module")
def several(settings: Settings) -> Settings:
    """The same home with a new clause, two more policies, one of them with the same ids, a park, and no reference data but what must be."""
    data = settings.home / "data"
    shutil.copytree(PROJECT / "data" / "policies" / "wenzhou", data / "policies" / "wenzhou")
    first, later = (data / "policies" / "wenzhou" / name for name in ("software", "later"))
    shutil.copytree(first, later)
    _change(first / "policy.yaml", "last_day: 9999-12-31", "last_day: 2023-12-31")
    _change(later / "policy.yaml", "policy_id: wenzhou-software", "policy_id: wenzhou-later")
    _change(first / "measures" / "m01-certificates.yaml", "\n  - id: w1.2", CLAUSE + "  - id: w1.2")
    _change(first / "decisions.yaml", "decisions:\n", "decisions:\n" + OVERLAP.lstrip("\n"))
    for name, content in THIRD.items():
        path = data / "policies" / "wenzhou" / "compute" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    for name in ("wenzhou", "national"):
        shutil.copytree(PROJECT / "data" / "reference" / name, data / "reference" / name)
    (data / "reference" / "national" / "indicators.yaml").unlink()
    _change(data / "reference" / "wenzhou" / "divisions.yaml", "retired_codes:", "# ")
    landing = settings.landing
    _write(landing / "parks" / "parks_2024-01-01.csv", "园区编码,园区名称,所在区,运营主体名称", [("WZ1", "示例园", "鹿城区", "示例园区运营公司")])
    _write(
        landing / "tenancies" / "WZ1_2024-12-31.csv", "园区编码,企业名称,统一社会信用代码,入驻日期,年度",
        [("WZ1", REGISTER[0][0], REGISTER[0][1], "2023-01-01", 2024)],
    )  # fmt: skip
    names = {name[4]: name for name, *_ in REGISTER}
    rows = [(no, policy, clause, names[firm], day, "已拨付") for no, policy, clause, firm, day in APPLICATIONS]
    _write(landing / "applications" / "all_2024-08-01.csv", "申报编号,政策编号,条款编号,申报主体,提交日期,状态", rows)
    paid = [(f"P{no}", no, "2024-08-01", 200_000, "市") for no, *_ in APPLICATIONS]
    _write(landing / "payments" / "all_2024-08-02.csv", "拨付编号,申报编号,拨付日期,金额(元),资金层级", paid)
    changed = replace(settings, data=data)
    assert build(changed).published
    return changed


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    path = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_a_new_clause_is_one_piece_of_yaml(several: Settings) -> None:
    assert ("w1.9", "甲", 2024, "eligible", Decimal(10_000), Decimal(10_000)) in _claims(several)


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


def test_what_is_not_in_the_reference_data_is_none(several: Settings) -> None:
    assert _rows(several, "select count(*) from mart_indicator") == [(0,)]


PASSWORD = "correct horse"
ACCOUNTS = {
    # name: role, parks, policies
    "ana": ("analyst", (), ()), "aud": ("auditor", (), ("wenzhou-later",)), "opa": ("operator", ("WZ1",), ()), "opc": ("operator", ("WZ1",), ("wenzhou-compute",)),
    "adm": ("admin", (), ()),
}  # fmt: skip


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    for name, (role, parks, policies) in ACCOUNTS.items():
        accounts.add(file, name, PASSWORD, role, parks, policies)
    return file


@pytest.fixture(scope="module")
def served(several: Settings, accounts_file: Path) -> Flask:
    return create_app(several.published, accounts_file, **{key: value for key, value in options(several).items() if key in ("terms", "whatif")})


@pytest.fixture(scope="module")
def clients(served: Flask) -> dict[str, FlaskClient]:
    return {name: signed_in(served, name, PASSWORD) for name in ACCOUNTS}


def _file(client: FlaskClient, table: str, search: str = "") -> dict[str, Any]:
    answer = client.get(f"/export/{table}.json?{search}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = json.loads(answer.get_data())
    return told


def test_each_page_of_figures_has_a_chooser_and_its_links_name_the_policy(clients: dict[str, FlaskClient]) -> None:
    for path in ("/", "/measures", "/records", "/outreach", "/audit", "/deadlines", "/parks", "/whatif", "/about"):
        told = json.dumps(page(clients["adm" if path == "/whatif" else "ana"], path, "?policy=wenzhou-later"), ensure_ascii=False)
        assert '"key": "policy"' in told, path
        hrefs = re.findall(r'"(?:href|customdata)": "(/(?:measures|records|firms|outreach)[^"]*)"', told)
        assert [href for href in hrefs if "policy=wenzhou-later" not in href] == [], path
    assert '"key": "policy"' not in json.dumps(page(clients["ana"], "/industry"))


def test_a_clause_id_of_two_policies_is_two_pages(clients: dict[str, FlaskClient]) -> None:
    software, later = (page(clients["ana"], "/measures/w1.2", f"?policy=wenzhou-{name}") for name in ("software", "later"))
    assert "D14" in json.dumps(_file(clients["ana"], "about_decisions", "policy=wenzhou-software"))
    assert "D14" not in json.dumps(_file(clients["ana"], "about_decisions", "policy=wenzhou-later"))
    assert json.dumps(software) != json.dumps(later)
    assert "not_found" in json.dumps(page(clients["ana"], "/measures/w1.2", "?policy=wenzhou-compute"))
    found = clients["ana"].get("/export/claims.json?policy=gone")
    assert found.status_code == 404


def test_figures_of_all_policies_add_and_firms_are_counted_once(clients: dict[str, FlaskClient], several: Settings) -> None:
    parts = [_file(clients["ana"], "claims", f"policy=wenzhou-{name}")["rows"] for name in ("compute", "later", "software")]
    every = _file(clients["ana"], "claims", "policy=all")
    assert len(every["rows"]) == sum(map(len, parts))
    assert {row["policy_id"] for row in every["rows"]} == {"wenzhou-compute", "wenzhou-later", "wenzhou-software"}
    assert every["provenance"]["政策版本"] == "全部政策"
    ((claims, firms),) = _rows(several, "select count(*), count(distinct enterprise_id) from fct_claim where outcome = 'eligible'")
    words = shown(clients["ana"], "/", "?policy=all")
    assert f"符合书面条件的企业 {firms} 家" in words or f"{firms} 家" in words
    assert f"{claims} 项" in words
    assert "兑现率、占比、预算和模拟只对一项政策" in words
    assert "本页只对一项政策" in shown(clients["ana"], "/measures", "?policy=all")
    findings = _file(clients["ana"], "audit", "policy=all")["rows"]
    assert len(findings) == len(_rows(several, "select finding_id from mart_audit_finding")), "one of no policy is told once"
    (kinds,) = _rows(several, "select sum(finding_count)::int from mart_audit_cut where policy_id = 'all' and kind <> 'all' and district = 'all' and park = 'all' and year = 'all' and measure = 'all' and clause = 'all'")
    assert kinds == (len(findings),)
    for who, policy in (("ana", "wenzhou-software"), ("ana", "wenzhou-later"), ("aud", "wenzhou-later"), ("ana", "all")):
        listed, by_kind = (_file(clients[who], table, f"policy={policy}")["rows"] for table in ("audit", "audit_kinds"))
        assert len(listed) == sum(row["finding_count"] for row in by_kind), (who, policy)


def test_an_account_of_some_policies_sees_no_other(clients: dict[str, FlaskClient], accounts_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "EXPORTS_A_MINUTE", 100_000)
    aud, opc, opa = clients["aud"], clients["opc"], clients["opa"]
    assert {row["clause_id"] for row in _file(opc, "claims")["rows"]} == {"c1"}
    assert {row["clause_id"] for row in _file(opa, "claims", "policy=all")["rows"]} >= {"c1", "w1.1", "w1.2"}
    assert {row["enterprise_name"] for row in _file(opa, "claims", "policy=all")["rows"]} == {REGISTER[0][0]}, "parks hold over policies"
    assert "温州市体系认证" not in shown(aud, "/") + shown(aud, "/about")
    for who, policy in ((aud, "wenzhou-software"), (aud, "all"), (opc, "wenzhou-later")):
        assert who.get(f"/export/claims.json?policy={policy}").status_code == 404
        assert who.get(f"/export/report/firm.pdf?firm={REGISTER[0][1]}&policy={policy}").status_code == 404
        assert "not_found" in json.dumps(page(who, "/records", f"?policy={policy}"))
    for name in TABLES:
        for who, policy in ((aud, "wenzhou-software"), (opc, "wenzhou-later"), (opc, "all")):
            assert who.get(f"/export/{name}.json?policy={policy}&clause=w1.2").status_code == 404, (name, policy)
    denied = [row for row in AccessLog.beside(accounts_file).each() if row["action"] == "denied"]
    assert {(row["name"], policy) for row in denied for policy in re.findall(r"policy=([\w-]+)", row["path"] or "")} >= {
        ("aud", "wenzhou-software"), ("aud", "all"), ("opc", "wenzhou-later"),
    }  # fmt: skip
    assert [row["claim_count"] for row in _file(opc, "firm_list")["rows"]] == [1], "what is counted over policies is counted of theirs"


def test_a_report_is_of_one_policy_or_of_what_adds(several: Settings, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="give --policy with one of wenzhou-compute, wenzhou-later, wenzhou-software, all"):
        make(several.published, "2025-03", tmp_path)
    names = [path.name for path in make(several.published, "2025-03", tmp_path, "wenzhou-later")]
    assert names == [*(f"softcity-wenzhou-later-2025-03.{ending}" for ending in ("pdf", "docx", "xlsx")), "park-WZ1-wenzhou-later-2025-03.pdf"]
    assert len(make(several.published, "2025-03", tmp_path, "all")) == 3


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
