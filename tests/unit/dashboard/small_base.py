"""Of what the small invented city is made: its policy, parks, districts and clauses, and the columns of every mart."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment

from pipelines.policy.engine import DUCKDB, adapter
from pipelines.reference_files import load_reference, title_names

CONTRACT = Path(__file__).parents[3] / "dbt_project" / "models" / "marts" / "_marts.yml"
POLICY = {"policy_id": "wuxi-software", "document": "draft"}
LISTS = title_names(load_reference(Path(__file__).parents[3] / "data" / "reference" / "wuxi"))
PARKS = {"P001": ("湖畔软件园", "320211"), "P002": ("东岭数字谷", "320205"), "P003": ("新桥云谷", "320214")}
DISTRICTS = (
    ("320205", "锡山区", True, False, False), ("320206", "惠山区", True, False, False),
    ("320211", "滨湖区", True, False, False), ("320211-JK", "经开区", True, False, False),
    ("320213", "梁溪区", True, False, False), ("320214", "新吴区", True, False, False),
    ("320281", "江阴市", False, True, False), ("320282", "宜兴市", False, True, False),
    ("320211+JK", "滨湖区（含经开区）", True, False, True), ("未知", "未知", False, False, False),
)
CLAUSES = (
    ("4a", 4, "总部企业落户奖励", "支持总部企业落地发展", 60_000_000),
    ("5c.1", 5, "境内上市奖励", "支持骨干企业发展壮大", 4_000_000),
    ("6b.1", 6, "首次获评国家级专精特新", "支持专精特新企业培育", 500_000),
    ("6b.2", 6, "首次获评省级专精特新", "支持专精特新企业培育", 300_000),
    ("8b", 8, "工业软件应用创新项目补助", "支持工业软件应用推广", 6_000_000),
    ("10b.2", 10, "新入驻软件企业租金补贴不低于50%", "支持软件名园建设发展", None),
    ("11b", 11, "能力成熟度首次认证奖励", "支持企业标准体系建设", 200_000),
)
OUTCOMES = ("eligible", "needs_review", "undetermined", "not_eligible")
AS_OF = date(2025, 12, 31)
Rows = dict[str, list[dict[str, Any]]]


def contract() -> dict[str, dict[str, str]]:
    """Column types of every mart."""
    models = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["models"]
    return {m["name"]: {c["name"]: c["data_type"].replace("string", "varchar") for c in m["columns"]} for m in models}


MADE = (
    "mart_clause_cut", "mart_clause_month", "mart_condition_cut", "mart_audit_cut", "mart_monthly_flow", "mart_month_end",
    "mart_park_month", "mart_park_title", "mart_park_leaver", "mart_firm_demography", "mart_firm_cohort",
)


def model(name: str) -> str:
    """The statement of one of these marts: they need other marts, and what ever came."""
    project = CONTRACT.parents[2]
    macros = "".join((project / "macros" / f"{file}.sql").read_text(encoding="utf-8") for file in ("engine", "helpers", "uptake", "industry"))
    text = (CONTRACT.parent / f"{name}.sql").read_text(encoding="utf-8")
    days = {"adapter": adapter(DUCKDB), "execute": True, "env_var": lambda *_: AS_OF.isoformat()}
    return Environment(extensions=["jinja2.ext.do"]).from_string(macros + text).render(ref=str, **days)


def uptake(claims: list[dict[str, Any]]) -> dict[str, Any]:
    """The uptake columns of a group of claims, by the definitions of decisions.md."""
    eligible = [c for c in claims if c["outcome"] == "eligible"]
    still_open = [c for c in claims if c["outcome"] in ("needs_review", "undetermined")]
    paid, open_paid = sum(c["is_paid"] for c in eligible), sum(c["is_paid"] for c in still_open)
    outreach = [c for c in claims if c["is_outreach"]]

    def total(rows: list[dict[str, Any]], key: str) -> float:
        return sum(row[key] or 0 for row in rows)

    def rate(over: float, under: float) -> float | None:
        return over / under if under else None

    return {
        "claim_count": len(claims), "enterprise_count": len({c["enterprise_id"] for c in claims}),
        **{f"{o}_count": sum(c["outcome"] == o for c in claims) for o in OUTCOMES}, "open_count": len(still_open),
        "eligible_enterprise_count": len({c["enterprise_id"] for c in eligible}),
        "applied_count": sum(c["is_applied"] for c in eligible),
        "approved_count": sum(c["is_approved"] for c in eligible), "paid_count": paid,
        "paid_enterprise_count": len({c["enterprise_id"] for c in eligible if c["is_paid"]}),
        "open_paid_count": open_paid, "application_rate": rate(sum(c["is_applied"] for c in eligible), len(eligible)),
        "payout_rate": rate(paid, len(eligible)),
        "payout_rate_low": rate(paid, len(eligible) + len(still_open) - open_paid),
        "payout_rate_high": rate(paid + open_paid, len(eligible) + open_paid),
        "ceiling_before_overlap_yuan": total(eligible, "ceiling_yuan"),
        "ceiling_yuan": total(eligible, "net_ceiling_yuan"), "open_ceiling_yuan": total(still_open, "ceiling_yuan"),
        "approved_yuan": total(eligible, "approved_yuan"), "paid_yuan": total(eligible, "paid_yuan"),
        "paid_rate_yuan": rate(total(eligible, "paid_yuan"), total(eligible, "net_ceiling_yuan")),
        "floor_yuan": total(eligible, "floor_yuan"), "count_status": "known",
        "amount_status": "stated" if any(c["amount_status"] == "ceiling" for c in claims) else "not_stated", "outreach_count": len(outreach),
        "outreach_yuan": total(outreach, "net_ceiling_yuan"),
    }
