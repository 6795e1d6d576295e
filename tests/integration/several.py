"""Wenzhou, a city of files alone; the same with a new clause, two more policies, one of them with the same ids, one that pays in parts, and a park."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from pipelines.settings import PROJECT, Settings

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


def write_landing(folder: Path) -> None:
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


def _write(path: Path, header: str, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")


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
    "text.txt": "通过体系认证的企业，奖励3万元，当年兑付60%，次年兑付40%。本办法自2022年1月1日起施行。\n",
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
        instalments:
          - {share: 0.6, says: 当年兑付60%, after_years: 0, day_of_year: "12-31"}
          - {share: 0.4, says: 次年兑付40%, after_years: 1, day_of_year: "12-31"}
""",
}
APPLICATIONS = [
    # number, policy named, clause, firm, submitted on
    ("S1", "wenzhou-software", "w1.5", "乙", "2024-07-01"),
    ("S2", "", "w1.5", "乙", "2024-07-02"),  # only the later policy holds that day
    ("S3", "wenzhou-hardware", "w1.5", "乙", "2024-07-03"),
    ("S4", "", "w1.9", "甲", "2024-07-04"),
]


def with_policies(home: Path) -> Settings:
    """The city with the other policies."""
    return replace(Settings.load(home, home / "landing"), city="wenzhou", data=home / "data")


def write_policies(settings: Settings) -> None:
    """Their files and the committed reference data."""
    write_landing(settings.landing)
    data = settings.data
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


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def file_of(client: FlaskClient, table: str, search: str = "") -> dict[str, Any]:
    """A table as a file of JSON."""
    answer = client.get(f"/export/{table}.json?{search}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = json.loads(answer.get_data())
    return told
