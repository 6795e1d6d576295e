"""A small invented snapshot with every mart of the contract, for the dashboard's tests. Nothing in it is real."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment
from small_industry import industry

from dashboard.snapshot import FORMAT
from pipelines.policy.evaluator import ADAPTER
from pipelines.reference_model import load_reference, title_names

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
    days = {"adapter": ADAPTER, "execute": True, "env_var": lambda *_: AS_OF.isoformat()}
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


def _law(rows: Rows) -> None:
    for order, (clause_id, no, title, measure, cap) in enumerate(
        (*CLAUSES, ("1a", 1, "核心技术攻关研发资助", "支持关键核心技术攻关", 5_000_000))
    ):
        rows["dim_clause"].append(
            {
                **POLICY, "clause_key": f"wuxi-software/draft/{clause_id}", "policy_title": "软件产业政策措施",
                "document_title": "征求意见稿", "clause_id": clause_id, "clause_order": order, "measure_no": no,
                "measure_title": measure, "chapter": "二、实施企业梯度培育", "title_zh": title, "kind": "award",
                "coverage_status": "encoded" if clause_id != "1a" else "not_encoded",
                "count_status": "known" if clause_id != "1a" else "not_encoded",
                "amount_kind": "not_encoded" if clause_id == "1a" else "ceiling" if cap else "floor",
                "is_selective": clause_id == "8b", "beneficiary": "enterprise", "trigger_words": "认定名单正式公布",
                "award_words": f"最高{cap}元" if cap else "不低于年租金的50%", "cap_yuan": cap,
                "departments": "市工业和信息化局、市财政局", "quotes": f"对符合条件的企业给予{title}，具体条文从略。", "is_draft": True,
                "decision_ids": "D9、D10", "is_current": True, "first_day": date(2024, 1, 1), "last_day": AS_OF, "last_checked_on": AS_OF,
            }
        )
        if clause_id == "6b.1":  # an earlier version of it
            rows["dim_clause"].append(
                {
                    **rows["dim_clause"][-1], "clause_key": "wuxi-software/draft/6b.1/2023", "is_current": False,
                    "first_day": date(2023, 1, 1), "last_day": date(2023, 12, 31), "award_words": "最高300000元", "cap_yuan": 300_000,
                }
            )
        rows["dim_clause_condition"] += [
            {"condition_key": f"{one['clause_key']}/{key}", "clause_key": one["clause_key"], "condition_id": key, "condition_order": place, "says": says, "value_needed": says}
            for one in rows["dim_clause"] if one["clause_id"] == clause_id
            for place, (key, says) in enumerate((("scope", "属无锡市区"), ("first_time", "首次获评")), start=1)
        ]  # fmt: skip
        rows["mart_policy_coverage"].append(
            {
                **POLICY, "item_id": clause_id, "item_order": order, "measure_no": no, "title_zh": title, "kind": "award",
                "status": "encoded" if clause_id != "1a" else "not_encoded", "note": "示例",
            }
        )
    for decision_id, title in (("D9", "软件企业"), ("D10", "首次")):
        rows["dim_decision"].append(
            {
                **POLICY, "decision_key": decision_id, "decision_id": decision_id, "title": title,
                "says": f"{title}按名单与行业代码判断。", "setting": "default", "quote": title,
            }
        )


def _firms(rows: Rows, chance: random.Random, n: int) -> None:
    for i in range(n):
        park = chance.choice([*PARKS, None, None])
        district = PARKS[park][1] if park else chance.choice(DISTRICTS[:8])[0]
        rows["dim_enterprise"].append(
            {
                "enterprise_id": f"91320200MA1X{i:05d}Q" if i else "旧号:3202001000001",
                "enterprise_name": f"无锡示例{i:03d}软件有限公司", "code_status": "valid" if i else "legacy",
                "registered_on": date(2012, 1, 1) + timedelta(days=i * 40 % 4000),
                "registered_capital_yuan": 10_000_000 + i, "industry_code": "6513", "industry_edition": "2017",
                "business_scope": "软件开发；" * 12, "registration_status": "存续", "district_code": district,
                "district_name": {d[0]: d[1] for d in DISTRICTS}[district], "district_basis": "区划代码",
                "street": "示例街道" if i % 3 else None, "rung": "provincial_sme" if i % 5 == 0 else None,
                "rung_title": "省专精特新" if i % 5 == 0 else None, "is_rung_open": False if i % 5 == 0 else None,
                **({"gone_how": "closed", "gone_on": date(2025, 3, 1), "deregistered_on": date(2025, 3, 1)} if i % 30 == 7 else {}),
                "is_urban": district not in ("320281", "320282"),
                "former_names": f"示例旧名{i:03d}" if i % 7 == 0 else None, "park_id": park,
                "park_name": PARKS[park][0] if park else None,
                "software_outcome": chance.choice(["met", "met", "needs_review", "unknown"]),
                "software_reason": "在软件统计名录", "credit_flags": "经营异常" if i % 31 == 5 else None,
                "claim_count": 0,
                "search_text": f"无锡示例{i:03d}软件有限公司|"
                + (f"示例旧名{i:03d}|" if i % 7 == 0 else "")
                + (f"91320200ma1x{i:05d}q" if i else "旧号3202001000001"),
            }
        )


def _titles_and_leases(rows: Rows) -> None:
    """Of every firm a certificate that grounds no claim and what became of it; of every tenant a lease since 2024."""
    for i, firm in enumerate(rows["dim_enterprise"]):
        for kind, series in (("recognition", None), ("title_step", "renewed")):
            rows["dim_event"].append(
                {
                    "event_id": f"{kind}{i:05d}", "event_kind": kind, "enterprise_id": firm["enterprise_id"],
                    "event_title": f"示例软件类资质证书第{i:03d}号", "list": "software_title", "scheme": "软件类资质", "level": "national", "series_kind": series,
                    "qualified_on": date(2023, 5, 1), "source": "recognitions", "source_file": "recognitions/old.xlsx", "row_no": i,
                }
            )
        if firm["park_id"]:
            rows["fct_tenancy"].append(
                {"park_id": firm["park_id"], "enterprise_id": firm["enterprise_id"], "moved_in_on": date(2024, 3, 1), "area_m2": 100.0}
            )


def _leavers(rows: Rows) -> None:
    """A firm that left each of two parks; one lease of the second is still to end."""
    for park, name, ends in (("P001", "无锡旧租软件有限公司", "2025-06-30"), ("P002", "无锡他园软件有限公司", "2025-09-30"), ("P002", "无锡将迁软件有限公司", "2026-03-31")):
        rows["fct_tenancy"].append(
            {
                "park_id": park, "enterprise_id": f"91320200MALEFT{ends[5:7]}XX", "enterprise_name": name, "moved_in_on": date(2022, 1, 1),
                "moved_out_on": date.fromisoformat(ends), "area_m2": 80.0,
            }
        )


def _moves(rows: Rows) -> None:
    for firm in rows["dim_enterprise"][3:9]:
        rows["mart_firm_move"].append(
            {
                **{key: firm[key] for key in ("enterprise_id", "enterprise_name", "park_id")}, "from_district_code": "320206", "from_district_name": "惠山区",
                "to_district_code": firm["district_code"], "to_district_name": firm["district_name"], "told_before_on": date(2025, 11, 30),
                "told_on": AS_OF, "place_basis": "区划代码",
            }
        )


def _ladder(rows: Rows) -> None:
    """Every fifth firm stands on the lower of two rungs, at both ends; one of each place rose to the upper this year."""
    firms = rows["dim_enterprise"]
    places = [("all", "all"), *(("all", park) for park in PARKS), *((district[0], "all") for district in DISTRICTS[:8])]
    for district, park in places:
        mine = [f for f in firms if f["rung"] and district in ("all", f["district_code"]) and park in ("all", f["park_id"])]
        place, n = {"district": district, "park": park}, len(mine)
        for end, is_data_day in ((date(2024, 12, 31), False), (AS_OF, True)):
            for rank, (rung, title) in enumerate((("little_giant", "专精特新“小巨人”"), ("provincial_sme", "省专精特新")), start=1):
                risen = min(n, 1) if is_data_day else 0
                rows["mart_title_ladder"].append(
                    {
                        **place, "stood_on": end, "is_data_day": is_data_day, "rung": rung, "rung_title": title, "rung_rank": rank,
                        "firm_count": risen if rank == 1 else n - risen, "open_count": 0,
                    }
                )
        flow = {**place, "from_on": date(2024, 12, 31), "to_on": AS_OF, "from_rung": "provincial_sme", "from_rung_title": "省专精特新", "from_rung_rank": 2, "open_count": 0}
        for to, direction, count in ((("little_giant", "专精特新“小巨人”", 1), "up", min(n, 1)), (("provincial_sme", "省专精特新", 2), "stayed", n - min(n, 1))):
            if count:
                rows["mart_title_flow"].append(
                    {**flow, **dict(zip(("to_rung", "to_rung_title", "to_rung_rank"), to, strict=True)), "direction": direction, "firm_count": count}
                )
        for year in (2023, 2025):
            rows["mart_title_stock"].append(
                {
                    **place, "year_no": year, "stood_on": min(date(year, 12, 31), AS_OF), "list": "software_title", "title": "软件类资质", "level": "national",
                    "granted_count": n, "renewed_count": 1, "cancelled_count": 0, "expired_count": 0, "standing_count": n, "open_count": 0,
                }
            )


def _claims(rows: Rows, chance: random.Random, n: int) -> None:
    for i in range(n):
        firm, (clause_id, no, title, _, cap) = chance.choice(rows["dim_enterprise"]), chance.choice(CLAUSES)
        outcome = chance.choices(OUTCOMES, (55, 12, 13, 20))[0]
        if not firm["is_urban"]:
            outcome = "not_eligible"
        applied = outcome != "not_eligible" and chance.random() < 0.6
        paid = applied and chance.random() < 0.7
        floor = 60_000 + i * 10 if clause_id == "10b.2" else None
        money = (floor or cap or 0) * chance.choice([0.7, 1, 1]) if paid else 0
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(730))
        claim = {
            **POLICY, "claim_id": f"claim{i:05d}", "clause_key": f"wuxi-software/draft/{clause_id}", "clause_id": clause_id, "measure_no": no,
            "event_id": f"event{i:05d}", "enterprise_id": firm["enterprise_id"],
            "enterprise_name": firm["enterprise_name"], "park_id": firm["park_id"], "park_name": firm["park_name"],
            "district_code": firm["district_code"], "qualified_on": day, "qualified_year": day.year,
            "outcome": outcome,
            "outcome_reason": {"eligible": "全部条件满足", "not_eligible": "不在适用地区"}.get(
                outcome, "是否软件企业未知"
            ),
            "ceiling_yuan": cap, "floor_yuan": floor, "net_ceiling_yuan": cap, "own_share": 1.0, "is_counted": outcome == "eligible",
            "first_applied_on": day + timedelta(days=30) if applied else None,
            "last_status": "paid" if paid else "accepted" if applied else None, "application_count": int(applied),
            "approved_yuan": money if paid else None, "paid_yuan": money, "is_applied": applied, "is_approved": paid,
            "is_paid": paid, "is_outreach": outcome == "eligible" and not applied,
            "is_below_floor": outcome == "eligible" and paid and floor is not None and money < floor - 1,
            "floor_gap_yuan": None if floor is None else max(floor - money, 0), "amount_status": "ceiling" if cap else "floor",
        }
        rows["fct_claim"].append(claim)
        firm["claim_count"] += 1
        rows["dim_event"].append(
            {
                "event_id": claim["event_id"], "event_kind": "recognition", "enterprise_id": firm["enterprise_id"],
                "event_title": f"{title}（第{i % 5 + 1}批）", "list": "specialised_sme", "qualified_on": day,
                "document": "示例公告", "issuer": "示例机关", "source": "recognitions",
                "source_file": "recognitions/list.xlsx", "row_no": i,
            }
        )
        if i % 9 == 0:  # a step in the life of a title, which grounds no claim
            rows["dim_event"].append({**rows["dim_event"][-1], "event_id": f"step{i:05d}", "event_kind": "title_step"})
        answers = ["met", "met", "met"]
        if outcome != "eligible":
            answers[i % 3] = {"not_eligible": "not_met", "undetermined": "unknown"}.get(outcome, "needs_review")
        for order, (condition, says, answer) in enumerate(
            zip(
                ("scope", "software_enterprise", "first_time"), ("属无锡市区", "属软件企业", "首次获评"), answers,
                strict=True,
            )
        ):
            rows["fct_claim_condition"].append(
                {
                    "claim_id": claim["claim_id"], "condition_id": condition, "condition_order": order, "says": says,
                    "outcome": answer, "value_seen": "江阴市" if answer == "not_met" else "是", "value_needed": "是",
                    "reason": None, "quote": "对首次获评的软件企业", "decision_id": "D9",
                }
            )
        if applied:
            number = f"SB{i:05d}"
            rows["fct_application"].append(
                {
                    "application_no": number, "policy_id": claim["policy_id"], "clause_id": clause_id,
                    "enterprise_id": firm["enterprise_id"],
                    "enterprise_name": firm["enterprise_name"], "park_id": firm["park_id"],
                    "submitted_on": day + timedelta(days=30), "accepted_on": day + timedelta(days=40),
                    "status": claim["last_status"], "requested_yuan": cap, "approved_yuan": claim["approved_yuan"],
                    "claim_id": claim["claim_id"], "match_basis": "latest", "is_without_ground": False,
                    "paid_yuan": money, "source_file": "applications/a.csv", "sheet": "申报表", "row_no": i + 2,
                }
            )
            if paid:
                rows["fct_payment"].append(
                    {
                        "payment_no": f"BF{i:05d}", "application_no": number, "policy_id": claim["policy_id"],
                        "claim_id": claim["claim_id"],
                        "clause_id": clause_id, "enterprise_id": firm["enterprise_id"], "park_id": firm["park_id"],
                        "paid_on": day + timedelta(days=90), "amount_yuan": money, "own_yuan": money, "payer_level": "city",
                        "source_file": "payments/file0.csv", "sheet": "", "row_no": i + 2,
                    }
                )


def _marts(rows: Rows) -> None:
    claims, firms = rows["fct_claim"], rows["dim_enterprise"]
    measures = sorted({(c[1], c[3]) for c in CLAUSES})
    rows["mart_city_kpi"].append({**POLICY, **uptake(claims)})
    for kind in ("award", "rent"):
        of_kind = [c for c in claims if (c["clause_id"] == "10b.2") == (kind == "rent")]
        cuts: list[tuple[str, tuple[str, ...]]] = [
            ("city", ()), ("measure", ("measure_no",)), ("district", ("district_code",)), ("park", ("park_id",)),
            ("park_measure", ("park_id", "measure_no")),
        ]
        for cut, keys in cuts:
            for values in sorted({tuple(c[k] for k in keys) for c in of_kind if "park_id" not in keys or c["park_id"]}):
                chosen = [c for c in of_kind if tuple(c[k] for k in keys) == values]
                rows["mart_kind_uptake"].append(
                    {
                        **POLICY, "cut": cut, "kind": kind, "median_payout_rate": 0.5, "applied_ceiling_yuan": 0,
                        **dict(zip(keys, values, strict=True)), **uptake(chosen),
                    }
                )
    for order, (clause_id, no, title, _, _cap) in enumerate(CLAUSES):
        rows["mart_clause_uptake"].append(
            {
                **POLICY, "clause_id": clause_id, "clause_order": order, "measure_no": no, "title_zh": title,
                **uptake([c for c in claims if c["clause_id"] == clause_id]),
            }
        )
    none_encoded = {**uptake([]), "measure_no": 1, "measure_title": "支持关键核心技术攻关", "count_status": "not_encoded", "amount_status": None}
    rows["mart_measure_uptake"].append({**POLICY, **none_encoded})
    for no, title in measures:
        rows["mart_measure_uptake"].append(
            {**POLICY, "measure_no": no, "measure_title": title, **uptake([c for c in claims if c["measure_no"] == no])}
        )
        for park_id in PARKS:
            rows["mart_park_measure_uptake"].append(
                {
                    **POLICY, "park_id": park_id, "measure_no": no, "measure_title": title,
                    **uptake([c for c in claims if c["measure_no"] == no and c["park_id"] == park_id]),
                }
            )
    for order, (code, name, urban, reference, is_total) in enumerate(DISTRICTS):
        codes = ("320211", "320211-JK") if is_total else (code,)
        rows["mart_district_kpi"].append(
            {
                **POLICY, "district_code": code, "district_name": name, "district_order": order, "is_urban": urban,
                "is_reference": reference, "is_total_line": is_total, "tile_column": order % 3 if order < 8 else None, "tile_line": order // 3 if order < 8 else None,
                "registered_count": sum(f["district_code"] in codes for f in firms), "software_count": 1,
                **uptake([c for c in claims if c["district_code"] in codes]),
            }
        )
    rates, park_of = [], {f["enterprise_id"]: f["park_id"] for f in firms}
    for park_id, (name, district) in PARKS.items():
        mine = [c for c in claims if c["park_id"] == park_id]
        rows["dim_park"].append(
            {
                "park_id": park_id, "park_name": name, "district_code": district,
                "district_name": {d[0]: d[1] for d in DISTRICTS}[district], "operator_name": f"{name}运营有限公司",
                "built_area_m2": 120_000.0, "opened_on": date(2015, 5, 1),
            }
        )
        rows["mart_park_kpi"].append(
            {
                **POLICY, "park_id": park_id, "park_name": name, "district_code": district,
                "tenant_count": sum(f["park_id"] == park_id for f in firms), "software_tenant_count": 9,
                "leased_area_m2": 80_000.0, "built_area_m2": 120_000.0, "occupancy_rate": 2 / 3,
                "certificate_count": sum(
                    e["event_kind"] == "recognition" and park_of[e["enterprise_id"]] == park_id for e in rows["dim_event"]
                ), "rent_yuan": 2_000_000, "rent_floor_yuan": 1_000_000,
                "rent_subsidy_yuan": 900_000, "below_floor_count": 2, **uptake(mine),
            }
        )
        rates.append(rows["mart_park_kpi"][-1]["payout_rate"])
    for row in rows["mart_park_kpi"]:
        row["median_payout_rate"] = sorted(rate or 0 for rate in rates)[1]
    titles, names = {c[0]: c[2] for c in CLAUSES}, {f["enterprise_id"]: f for f in firms}
    for c in claims:
        if c["is_outreach"]:
            firm = names[c["enterprise_id"]]
            rows["mart_outreach"].append(
                {
                    **c, "title_zh": titles[c["clause_id"]],
                    "district_name": firm["district_name"], "days_since_qualified": (AS_OF - c["qualified_on"]).days,
                    "event_title": "示例认定", "is_selective": False,
                    **({"net_ceiling_yuan": 0} if len(rows["mart_outreach"]) == 5 else {"doubts": "closed、credit"} if len(rows["mart_outreach"]) == 6 else {}),
                }
            )
    _deadlines(rows)
    orders = {order["claim_id"]: order for order in rows["fct_payment"]}
    for i, c in enumerate(c for c in claims if c["is_paid"] and c["outcome"] != "eligible"):
        rows["mart_audit_finding"].append(
            {
                "payment_nos": orders[c["claim_id"]]["payment_no"], "application_no": orders[c["claim_id"]]["application_no"],
                "finding_id": f"F{i}", "kind": "paid_not_eligible", "severity": "error",
                "found_on": AS_OF - timedelta(days=i), "amount_yuan": c["paid_yuan"],
                "limit_yuan": 0, "at_stake_yuan": c["paid_yuan"], "evidence": "不符合：" + c["outcome_reason"],
                **{
                    k: c[k]
                    for k in (
                        "policy_id", "claim_id", "enterprise_id", "enterprise_name", "park_id", "park_name", "district_code",
                        "clause_id", "qualified_on", "outcome", "outcome_reason", "ceiling_yuan", "floor_yuan", "last_status",
                    )
                },
            }
        )
    rows["mart_indicator"] += [
        {
            "indicator_id": "a", "scope": "city", "title": "软件业务收入", "is_newest": True, "is_withheld": False, "stat_year": 2024, "value": 812.4,
            "unit": "亿元", "comparison": "at_least", "threshold": 1000, "status": "not_met", "change_rate": 0.083,
            "source": "示例办法（2017年）", "is_unverified": True, "indicator_order": 1,
        },
        {
            "indicator_id": "b", "scope": "city", "title": "研发费用占比", "is_newest": True, "is_withheld": False, "stat_year": 2024, "value": 12.1,
            "unit": "%", "comparison": "at_least", "threshold": 10, "status": "met", "source": "示例办法（2017年）",
            "is_unverified": True, "series_note": "统计口径变更，不计同比", "indicator_order": 2,
        },
        {
            "indicator_id": "c", "scope": "city", "title": "软件百强企业", "is_newest": True, "is_withheld": False, "stat_year": 2024, "value": 3,
            "unit": "家", "comparison": "none", "status": "not_stated", "source": "示例", "is_unverified": False,
            "indicator_order": 3,
        },
    ]
    _arrivals(rows)


LEADS = (("overdue", -20), ("d30", 0), ("d90", 60), ("d180", 120), ("d365", 300), ("later", 800))


def _deadlines(rows: Rows) -> None:
    """Of the policy itself, of every unclaimed claim, and of a certificate of every third firm in one of the lead times."""
    policy_end = {
        **POLICY, "due_on": AS_OF, "days_left": 0, "lead_band": "d30", "quote": "有效期至2025年12月31日", "decision_id": "D7", "opens_on": date(2024, 1, 1),
    }  # fmt: skip
    rows["mart_deadline"].append({**policy_end, "deadline_id": "policy", "kind": "policy_window", "what": "软件产业政策措施有效期", "note": "适用 8 条条款", "actor": "department", "source": "policies"})
    for claim in rows["mart_outreach"]:
        kept = ("enterprise_id", "enterprise_name", "park_id", "park_name", "district_code", "district_name", "clause_id", "title_zh", "measure_no", "claim_id")
        rows["mart_deadline"].append(
            {
                **policy_end, **{key: claim[key] for key in kept}, "deadline_id": f"due-{claim['claim_id']}", "kind": "unclaimed", "what": claim["event_title"],
                "note": "申报截止日未载明；政策有效期至 2025-12-31", "actor": "enterprise", "departments": "市工业和信息化局", "source": "recognitions",
            }
        )
    for i, firm in enumerate(rows["dim_enterprise"][::3]):
        band, days = LEADS[i % len(LEADS)]
        rows["mart_deadline"].append(
            {
                **{key: firm[key] for key in ("enterprise_id", "enterprise_name", "park_id", "park_name", "district_code", "district_name")},
                "deadline_id": f"certificate{i}", "kind": "certificate", "what": "示例能力成熟度 3级（国家级） 第1批", "note": "名单载明有效期", "opens_on": date(2023, 1, 1),
                "due_on": AS_OF + timedelta(days=days), "days_left": days, "lead_band": band, "actor": "enterprise", "source": "recognitions", "source_file": "recognitions/old.xlsx", "row_no": i,
            }
        )


SOURCES = (("registrations", "企业登记", "fresh"), ("payments", "拨付", "stale"), ("parks", "软件园区", "missing"))


def _budgets(rows: Rows) -> None:
    """Of 2025 a measure with a budget, one of which none came, and the whole; its first and last month."""
    year = {"policy_id": POLICY["policy_id"], "budget_year": 2025}
    waiting = {"approved_unstated_count": 0, "applied_count": 2, "applied_unstated_count": 0, "claimable_count": 3, "claimable_unstated_count": 1}
    asked = {**waiting, "approved_unpaid_yuan": 150_000, "applied_yuan": 260_000, "claimable_yuan": 900_000, "is_over": True, "pace_status": "over"}
    given = {"budget_basis": "stated", "first_yuan": 5_000_000, "adjusted_yuan": 1_000_000, "budget_yuan": 6_000_000, "decided_on": date(2025, 1, 20)}
    spent = {"paid_yuan": 4_500_000, "paid_by_districts_yuan": 0, "paid_within_yuan": 4_500_000}
    for measure, title, budget in ((6, "支持专精特新企业培育", given), (8, "支持工业软件应用推广", {}), (None, None, {**given, "budget_basis": "summed"})):
        left = {"execution_rate": 0.75, "left_yuan": 1_500_000} if budget else {}
        rows["mart_budget"].append({**year, **asked, **spent, **budget, **left, "budget_key": f"2025|{measure}", "measure_no": measure, "measure_title": title})
        for month, paid, so_far in ((1, 500_000, 500_000), (12, 4_000_000, 4_500_000)):
            rows["mart_budget_month"].append(
                {
                    **year, "measure_no": measure, "measure_title": title, "month": date(2025, month, 1), "budget_yuan": budget.get("budget_yuan"),
                    "paid_yuan": paid, "paid_so_far_yuan": so_far, "execution_rate": so_far / 6_000_000 if budget else None,
                }
            )


def _arrivals(rows: Rows) -> None:
    """What came, what was refused, what was checked, and two printed names that wait for a person."""
    for source, title, status in SOURCES:
        files = 0 if status == "missing" else 2
        counted = {"rows_read": 50 * files, "rows_loaded": 47 * files, "rows_skipped": 2 * files, "rows_quarantined": files}
        rows["mart_source_freshness"].append(
            {
                "counted_on": AS_OF, "source": source, "title": title, "sender": "示例单位", "rhythm": "每月", "rhythm_days": 35,
                "file_count": files, "refused_file_count": 0, **counted, "status": status,
                "last_received_on": AS_OF if files else None, "days_since_received": 0 if files else None,
            }
        )
        for i in range(files):
            one = {key: value // files for key, value in counted.items()}
            file = {
                "source": source, "source_file": f"{source}/file{i}.csv", "file_sha256": f"{i}" * 64,
                "received_on": AS_OF - timedelta(days=30 * i), "status": "loaded", "skipped_as": "合计 2", **one,
            }
            rows["mart_source_file"].append(file)
            rows["mart_source_trend"].append({**file, "delivery": "full", "file_count": 1, "refused_file_count": 0, "quarantine_rate": 0.02})
            rows["mart_reconciliation"].append(
                {
                    **file, **dict.fromkeys(("rows_replaced", "rows_after_as_of", "rows_not_formal", "rows_unexplained"), 0),
                    "rows_superseded": 3, "rows_same_key": 4, "rows_added": 0, "rows_withdrawn": 0, "rows_not_seen_again": 0, "rows_in_force": 40, "rows_matched": 30, "rows_in_review": 2,
                    "rows_without_firm": 8, "event_count": 10, "rows_without_event": 30, "claim_count": 12, "is_balanced": True,
                }
            )
    rows["mart_quality_result"] += [
        {
            "check_id": check, "layer": "raw", "table_name": "applications", "severity": severity, "description": words,
            "is_success": good, "row_count": 647, "unexpected_count": 0 if good else 2,
        }
        for check, severity, words, good in (
            ("applications_number", "error", "申报编号不为空", True), ("applications_approved", "warn", "核定金额不高于申请金额", False),
        )
    ]
    rows["mart_quality_failure"].append(
        {
            "check_id": "applications_approved", "table_name": "applications", "source_file": "applications/a.xlsx",
            "sheet": "Sheet1", "row_no": 6, "column_name": "approved_yuan", "value_seen": "500000",
        }
    )
    rows["mart_quarantine"].append(
        {
            "source": "payments", "source_file": "payments/file0.csv", "sheet": "", "row_no": 3, "column_name": "paid_on",
            "value_seen": "2099-01-01", "reason": "日期在将来", "received_on": AS_OF,
        }
    )
    firms = rows["dim_enterprise"]
    for i, name in enumerate(("示例零零四软件", "示例零零五软件")):
        found = firms[4 + i : 6 + i]
        rows["mart_match_review"].append(
            {
                "name_key": name, "printed_name": name, "code_given": "", "decision": "review", "reason": "名称不在登记库",
                "candidates": "|".join(f["enterprise_id"] for f in found), "scores": "91|80",
                "candidate_names": "|".join(f["enterprise_name"] for f in found), "sources": "recognitions",
                "files": "recognitions/list.xlsx", "file_count": 1, "row_count": 2 - i, "first_seen_on": AS_OF,
            }
        )


def build(published: Path, snapshot_id: str = "20260101-test", seed: int = 7, claims: int = 420) -> Path:
    """Write a snapshot folder and point CURRENT at it."""
    chance, tables = random.Random(seed), contract()
    rows: Rows = {name: [] for name in tables}
    _law(rows)
    _firms(rows, chance, 90)
    _claims(rows, chance, claims)
    _titles_and_leases(rows)
    _moves(rows)
    _leavers(rows)
    _ladder(rows)
    # What a spreadsheet would run, and what a browser must not.
    rows["dim_enterprise"][1]["enterprise_name"] = '=HYPERLINK("http://x")'
    rows["dim_enterprise"][2]["enterprise_name"] = "<script>alert(1)</script>软件"
    _marts(rows)
    _budgets(rows)
    industry(rows)
    folder = published / snapshot_id
    folder.mkdir(parents=True)
    lines = folder / "rows.json"  # a row at a time takes DuckDB five times as long
    with duckdb.connect(str(folder / "marts.duckdb")) as db:
        for name, columns in tables.items():
            lines.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows[name]))
            db.execute(f"create table {name} as from read_json('{lines}', columns = {columns}, format = 'newline_delimited')")
        lines.unlink()
        db.execute("create temp view int_arrived as select true as have_others, true as have_applications, true as have_payments")
        db.execute("""
            create temp view int_findings as
            select finding_id, [struct_pack(unit := claim_id, yuan := at_stake_yuan)] as parts from mart_audit_finding
        """)
        for name in MADE:
            db.execute(f"insert into {name} by name {model(name)}")
    (folder / "manifest.json").write_text(
        json.dumps(
            {
                "format": FORMAT, "snapshot_id": snapshot_id, "as_of": AS_OF.isoformat(), "built_on": "2026-01-05", "is_sample": True, "city": {"zh": "无锡", "en": "Wuxi"}, "lists": LISTS,
                "policies": [
                    {
                        "policy_id": "wuxi-software", "title": "无锡市促进软件产业高质量发展的若干政策措施",
                        "documents": [
                            {"document": "draft", "title": "征求意见稿", "is_draft": True},
                            {"document": "issued", "title": "印发文本", "is_draft": False},
                        ],
                    }
                ],
            }
        ),
        encoding="utf-8",
    )
    (published / "CURRENT").write_text(snapshot_id + "\n")
    return folder
