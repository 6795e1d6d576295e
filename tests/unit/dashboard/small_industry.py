"""The industry of the small invented city: a few rows of each mart of statistics. One park's figures are withheld."""

from datetime import date
from typing import Any

Rows = dict[str, list[dict[str, Any]]]
PERIODS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(2, 13)]
CUTS = (
    ("city", "all", "全市", 1.0, 0.12), ("district", "320211", "滨湖区", 0.5, 0.2), ("district", "320205", "锡山区", 0.4, 0.05),
    ("district", "320214", "新吴区", 0.1, 0.0), ("park", "P001", "湖畔软件园", 0.5, 0.2), ("park", "P002", "东岭数字谷", 0.3, 0.1),
    ("park", "P003", "新桥云谷", 0.1, -0.1), ("park", "none", "不在园区", 0.1, -0.02), ("segment", "product", "软件产品", 0.3, -0.05),
    ("segment", "it_service", "信息技术服务", 0.5, 0.25), ("segment", "security", "信息安全", 0.1, 0.1), ("segment", "embedded", "嵌入式系统软件", 0.1, 0.0),
    ("size", "lt_500w", "500万元以下", 0.1, 0.3), ("size", "ge_10yi", "10亿元以上", 0.9, 0.1),
)  # fmt: skip
UNITS = {"software_revenue": "yuan", "revenue": "yuan", "profit": "yuan", "rd_expense": "yuan", "wages": "yuan", "staff": "person", "export": "usd"}
WEIGHT = {"software_revenue": 1.0, "revenue": 1.25, "profit": 0.1, "rd_expense": 0.12, "wages": 0.2, "staff": 0.000_002, "export": 0.01}
KEPT_BACK, WHY = "P003", "企业不足三家"


def month_row(period: str, cut: tuple[str, str, str, float, float], measure: str) -> dict[str, Any]:
    kind, cut_id, name, weight, growth = cut
    value = round(60e8 * int(period[5:]) / 12 * weight * WEIGHT[measure], 2)
    is_withheld, firms = cut_id == KEPT_BACK, 2 if cut_id == KEPT_BACK else round(40 * weight) + 4
    return {
        "period": period, "stat_year": int(period[:4]), "month_no": int(period[5:]), "period_end_on": date(int(period[:4]), int(period[5:]), 28),
        "cut_kind": kind, "cut_id": cut_id, "cut_name": name, "cut_order": 1, "measure_id": measure, "unit": UNITS[measure], "value": value,
        "matched_value": value, "base_value": round(value / (1 + growth), 2), "growth_rate": growth, "matched_value_share": 1.0,
        "reported_count": firms, "due_count": None if kind in ("segment", "size") else firms + 2, "reported_due_count": firms, "matched_count": firms,
        "entrant_count": 0, "entrant_value": 0, "doubtful_count": 0, "entered_count": 1, "left_count": 0, "growing_count": firms // 2,
        "fallen_count": 1, "growing_rate": 0.5, "median_growth_rate": growth / 2, "top10_value": value / 2, "top10_share": 0.5, "top100_value": value,
        "top100_share": 1.0, "largest_value": value / 4, "largest_share": 0.25, "growth_without_largest_rate": growth / 2,
        "is_withheld": is_withheld, "is_withheld_secondary": False, "withheld_reason": WHY if is_withheld else None, "is_value_withheld": is_withheld, "is_growth_withheld": False,
    }  # fmt: skip


def _months(rows: Rows) -> None:
    for period in PERIODS:
        for cut in CUTS:
            for measure in UNITS if cut[0] in ("city", "district", "park") else ("software_revenue",):
                rows["mart_industry_month"].append(month_row(period, cut, measure))
        own = {row["cut_id"]: row for row in rows["mart_industry_month"] if row["period"] == period and row["measure_id"] == "software_revenue"}
        whole = own["all"]
        for kind, cut_id, name, _, growth in CUTS[1:]:
            row = own[cut_id]
            delta = row["value"] - row["base_value"]
            rows["mart_industry_contribution"].append(
                {
                    "period": period, "stat_year": row["stat_year"], "month_no": row["month_no"], "cut_kind": kind, "cut_id": cut_id, "cut_name": name,
                    "cut_order": 1, "delta_yuan": delta, "base_yuan": row["base_value"], "total_delta_yuan": whole["value"] - whole["base_value"],
                    "total_base_yuan": whole["base_value"], "contribution_rate": delta / whole["base_value"], "total_growth_rate": whole["growth_rate"],
                    "growth_rate": growth, "matched_count": row["matched_count"], "contribution_rank": 1, "is_withheld": row["is_withheld"], "is_withheld_secondary": False,
                }
            )  # fmt: skip
        for kind, cut_id, name, *_ in CUTS[:8]:
            row = own[cut_id]
            if cut_id == "none":
                continue
            for order, (_, part, title, share, _) in enumerate(CUTS[8:12]):
                rows["mart_industry_structure"].append(
                    {
                        "period": period, "stat_year": row["stat_year"], "month_no": row["month_no"], "place_kind": kind, "place_id": cut_id, "place_name": name,
                        "part_kind": "segment", "part_id": part, "part_name": title, "part_order": order, "value_yuan": row["value"] * share, "whole_yuan": row["value"],
                        "share": share, "base_share": share, "national_share": 0.25, "gap_points": (share - 0.25) * 100, "firm_count": 9, "largest_share": 0.4,
                        "is_withheld": row["is_withheld"], "is_withheld_secondary": False,
                    }
                )  # fmt: skip
            for ratio, unit, ratio_value in (("margin_on_revenue", "share", 0.08), ("pay_per_head", "yuan", 180_000)):
                rows["mart_industry_quality"].append(
                    {
                        "period": period, "stat_year": row["stat_year"], "month_no": row["month_no"], "cut_kind": kind, "cut_id": cut_id, "cut_name": name, "ratio_id": ratio,
                        "unit": unit, "numerator_value": 8, "denominator_value": 100, "firm_count": row["matched_count"], "ratio_value": ratio_value,
                        "base_ratio_value": ratio_value * 0.9, "change_points": 0.8 if unit == "share" else None, "change_rate": None if unit == "share" else 0.1,
                        "is_withheld": row["is_withheld"],
                    }
                )  # fmt: skip


def _published(rows: Rows) -> None:
    """The country is printed each month but one, the province only in June; two cities by one measure, one by another."""
    common = {"series_id": "sw.revenue", "series_title": "软件业务收入", "measure_id": "software_revenue", "unit": "亿元", "issuer": "示例部门", "title": "示例运行情况", "is_preferred": True, "has_other_value": False, "is_break": False}
    for area, level, yoy, told in (("全国", "national", 10.8, [p for p in PERIODS if p != "2025-08"]), ("江苏", "province", 9.5, ["2024-06", "2025-06"])):
        for period in told:
            rows["mart_benchmark"].append(
                {
                    **common, "area": area, "area_level": level, "period_kind": "month", "period": period, "stat_year": int(period[:4]), "month_no": int(period[5:]),
                    "value": 1000.0, "yoy_percent": yoy, "published_on": date(2025, 1, 20), "is_unverified": level == "province", "is_own_area": True,
                }
            )  # fmt: skip
    for series, area, value in (("sw.revenue", "示例甲市", 5000.0), ("sw.revenue", "示例乙市", 4000.0), ("sw.main", "示例丙市", 9000.0)):
        rows["mart_benchmark"].append(
            {**common, "series_id": series, "series_title": series, "measure_id": "software_revenue" if series == "sw.revenue" else None, "area": area, "area_level": "city", "period_kind": "year", "period": "2024", "stat_year": 2024, "value": value, "is_unverified": True, "is_own_area": False}
        )
    for period in PERIODS:
        for area, compared, yoy in (("全国", period, 10.8), ("江苏", "2025-06" if period > "2025-06" else "2024-06", 9.5)):
            rows["mart_industry_gap"].append(
                {
                    "period": period, "stat_year": int(period[:4]), "month_no": int(period[5:]), "measure_id": "software_revenue", "area": area, "city_growth_rate": 0.12,
                    "compared_period": compared, "yoy_percent": yoy, "city_yoy_percent": 12.0, "gap_points": 12 - yoy, "is_same_period": period == compared,
                    "is_unverified": area != "全国", "issuer": "示例部门", "title": "示例运行情况", "published_on": date(2025, 1, 20),
                }
            )  # fmt: skip


def _firms(rows: Rows) -> None:
    for i, firm in enumerate(rows["dim_enterprise"][3:33]):
        for period in PERIODS[-11:]:
            value = 1e6 * (i + 1) * int(period[5:])
            rows["fct_software_month"].append(
                {
                    "enterprise_id": firm["enterprise_id"], "period": period, "stat_year": int(period[:4]), "month_no": int(period[5:]), "district_code": firm["district_code"],
                    "park_id": firm["park_id"], "size_class": "500w_2000w", "is_due": True, "is_counted": True, "is_matched": True, "is_entrant": False,
                    "revenue_yuan": value * 1.2, "software_revenue_yuan": value, "software_revenue_base_yuan": value / 1.1, "profit_yuan": value / 10, "staff_count": 20 + i,
                    "source_file": "software_monthly/m.xlsx", "row_no": i,
                }
            )  # fmt: skip
        rows["fct_software_year"].append(
            {"enterprise_id": firm["enterprise_id"], "stat_year": 2024, "main_field": "工业软件", "software_revenue_yuan": 1e7 * (i + 1), "revenue_yuan": 1.2e7 * (i + 1), "staff_count": 20 + i, "is_on_software_list": True}
        )


def _years(rows: Rows) -> None:
    for year in (2023, 2024):
        for cut in CUTS[:8]:
            row = {**month_row(f"{year}-12", cut, "software_revenue"), "stat_year": year}
            rows["mart_industry_year"].append(
                {key: value for key, value in row.items() if key not in ("period", "month_no", "period_end_on")}
                | {"sample_value": row["value"] * 0.8, "sample_share": 0.8, "above_500w_count": 30, "above_2000w_count": 20, **{f"crossed_{line}_{way}_count": 2 for line in ("500w", "2000w") for way in ("up", "down")}}
            )
    rows["mart_target"] += [
        {"target_id": "t1", "indicator_id": "a", "title": "软件业务收入", "target_year": 2027, "target_value": 1200, "unit": "亿元", "document": "示例规划", "page": "第3页", "is_unverified": True, "actual_year": 2024, "actual_value": 812.4, "gap_value": 387.6, "pace_needed_rate": 0.139, "status": "open"},
        {"target_id": "t2", "title": "示例目标", "target_year": 2025, "target_value": 5, "unit": "家", "document": "示例规划", "is_unverified": False, "status": "not_measured"},
    ]  # fmt: skip


def _indicators(rows: Rows) -> None:
    """The history of each indicator, and the first of them by district and park."""
    newest = [{**row, "is_newest": True, "is_withheld": False, "is_open_to_parks": row["unit"] == "%", "firm_count": 120} for row in rows["mart_indicator"]]
    history = [{**newest[0], "is_newest": False, "stat_year": year, "value": value, "series_note": note} for year, value, note in ((2023, 750.0, None), (2022, 700.0, "统计口径变更，不计同比"), (2021, 900.0, None))]
    parks = [
        {**newest[1], "scope": "park", "park_id": park, "place_name": name, "value": value, "is_withheld": park == KEPT_BACK, "firm_count": 2 if park == KEPT_BACK else 12, "series_note": None}
        for park, name, value in (("P001", "湖畔软件园", 14.0), ("P002", "东岭数字谷", 8.0), (KEPT_BACK, "新桥云谷", 23.0))
    ]
    districts = [{**newest[0], "scope": "district", "district_code": code, "place_name": name, "value": value, "threshold": None} for code, name, value in (("320211", "滨湖区", 400.0), ("320205", "锡山区", 300.0))]
    rows["mart_indicator"][:] = [*newest, *history, *parks, *districts]


def industry(rows: Rows) -> None:
    """Add the rows of every mart of statistics; the firms and the newest indicators are there already."""
    _months(rows)
    _published(rows)
    _firms(rows)
    _years(rows)
    _indicators(rows)
