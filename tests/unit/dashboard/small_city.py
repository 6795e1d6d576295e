"""A small invented snapshot with every mart of the contract, for the dashboard's tests. Nothing in it is real."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
from small_base import AS_OF, CLAUSES, DISTRICTS, LISTS, MADE, OUTCOMES, PARKS, POLICY, Rows, contract, model
from small_industry import industry
from small_marts import budgets, marts

from dashboard.snapshot import FORMAT


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
                "is_selective": clause_id == "8b", "beneficiary": "enterprise", "trigger_words": "租金年度" if clause_id.startswith("10b") else "名单认定", "is_of_rent": clause_id.startswith("10b"),
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
    marts(rows)
    budgets(rows)
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
