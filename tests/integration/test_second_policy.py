"""A second city and policy are files only; so is a new clause. No Python and no SQL knows of either."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.assets.build import build
from pipelines.publish import current_id
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


def test_the_wenzhou_shapes_come_out_of_files_alone(tmp_path: Path) -> None:
    settings = replace(Settings.load(tmp_path, _landing(tmp_path / "landing")), city="wenzhou")
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


def test_a_new_clause_is_one_piece_of_yaml(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("policies", "reference"):
        shutil.copytree(PROJECT / "data" / name, data / name)
    clause = """
  - id: w1.9
    title: {zh: 新条款, en: A new clause}
    versions:
      - document: seen
        coverage: {status: encoded}
        quotes: [等保 20万 flat]
        trigger: {event_kind: [recognition], list: [iso]}
        award: {words: 定额1万元, amount_yuan: 10_000}
"""
    path = data / "policies" / "wenzhou" / "software" / "measures" / "m01-certificates.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + clause, encoding="utf-8")
    settings = replace(Settings.load(tmp_path, _landing(tmp_path / "landing")), city="wenzhou", data=data)
    build(settings)
    assert ("w1.9", "甲", 2024, "eligible", Decimal(10_000), Decimal(10_000)) in _claims(settings)
