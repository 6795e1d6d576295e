"""The marts of the small invented city that are counted from its claims and firms, and what of its files the dashboard shows."""

from datetime import date, timedelta

from small_base import AS_OF, CLAUSES, DISTRICTS, PARKS, POLICY, Rows, uptake


def marts(rows: Rows) -> None:
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


def budgets(rows: Rows) -> None:
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
