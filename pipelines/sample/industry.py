"""How the invented city's software industry reports: the monthly form, and what the yearly list tells beside revenue.

All follows from the yearly figures and a firm's own dice: a month is its share of the year, its base the same months of the
year before as the firm restates them, so that December is the year and every part adds up.
"""

from functools import cache
from typing import Any

from pipelines.sample.files import BAD, Landing, Look
from pipelines.sample.forms import write_forms, write_lines
from pipelines.sample.layouts import MONTHLY, MONTHLY_LINES
from pipelines.sample.model import City, Firm, Row, dice

FIRST_YEAR, LAST_YEAR = 2023, 2025   # of the monthly form; its bases need the year before
LISTED = 62   # planted firms that join the yearly list, so that about 160 firms stand on it
REPORTERS = 5_000   # of a large city the largest
CODES = (
    "2010", "2020", "2021", "20211", "20212", "2022", "20221", "20222", "20223", "20224", "20225", "2023", "20231", "2024",
    "2041", "20421", "2042", "2043", "2050", "2051", "2080", "2090", "2110", "2111", "2112", "2113",
)  # fmt: skip
_OPTIONAL = {"20211", "20212", "20221", "20222", "20223", "20224", "20225", "20231", "2041", "20421", "2042", "2043", "2051", "2113"}
_FIELDS = ("基础软件", "工业软件", "云服务", "大数据服务", "集成电路设计", "工控安全", "电子商务平台技术服务")
_MONTHS = range(2, 13)
Figures = dict[str, int | None]


def enlist(city: City) -> None:
    """Put planted software firms without figures of their own on the yearly list; the first of them moves the total."""
    told = {row["统一社会信用代码"] for row in city.tables["statistics"]}
    free = [firm for firm in city.firms[: city.planted_count] if firm.is_clear and firm.code not in told and len(firm.code) == 18]
    for number, firm in enumerate(sorted(free, key=lambda firm: firm.code[::-1])[:LISTED]):
        rng = dice(int(firm.code[9:16], 36))
        revenue = 4_800_000_000 if number == 0 else rng.randrange(300, 40_000) * 10_000
        for year in range(max(2022, firm.registered_on.year + 1), LAST_YEAR + 1):
            revenue = revenue * ((58 if year == LAST_YEAR else 112) if number == 0 else rng.randrange(90, 128)) // 100
            city.statistic(firm, year, True, revenue, rng)


def detail(row: Row) -> Row:
    """What a row of the yearly list tells beside revenue, of a firm on it."""
    if row["软件统计名录"] != "是" or not row["软件业务收入"]:
        return {}
    told = _figures(_Year.of(row), 12, 100)
    firm = _profile(row["统一社会信用代码"])
    export = sum(told[code] or 0 for code in ("2041", "2042", "2043"))
    money = {"软件产品收入": "2021", "信息技术服务收入": "2022", "信息安全收入": "2023", "嵌入式系统软件收入": "2024", "利润总额": "2090", "工资总额": "2111"}
    # a sum in yuan keeps what the form rounds off
    rest = row["软件业务收入"] - (told["2020"] or 0) * 10_000
    said = {name: (told[code] or 0) * 10_000 + (rest if code == "2022" else 0) for name, code in money.items()}
    return {**said, "软件业务出口": export * 10_000 if firm["exports"] else None, "主要领域": firm["field"]}


def monthly(city: City, landing: Landing) -> None:
    """A file a month, mostly a wide table, and what came late or was corrected as forms of single firms."""
    listed = [row for row in city.tables["statistics"] if row["软件统计名录"] == "是" and row["软件业务收入"]]
    years = {(row["统一社会信用代码"], row["年度"]): _Year.of(row) for row in listed}
    reporters = _largest(years, {firm.code: firm for firm in city.firms})
    late: list[Row] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for month in _MONTHS:
            rows: list[Row] = []
            for firm in reporters:
                if (now := years.get((firm.code, year))) and (how := _how(now, month)):
                    row = _report(firm, now, years.get((firm.code, year - 1)), month)
                    (late if how == "late" else rows).append(row)
            _slips(rows, year, month)
            _write(landing, year, month, rows)
    last = [row for row in late if row["报告期"].startswith(f"{LAST_YEAR}年1-9月")][:4]
    early = [row for row in late if not row["报告期"].startswith(f"{LAST_YEAR}")]
    landing.write("software_monthly/software_monthly_late_2025-01-20.csv.gz", MONTHLY, early, Look(encoding="gb18030"))
    write_forms(landing, "software_monthly/software_monthly_forms_2025-11-05.xlsx", last or early[:1])


def _largest(years: "dict[tuple[str, int], _Year]", names: dict[str, Firm]) -> list[Firm]:
    best: dict[str, int] = {}
    for (code, _), year in years.items():
        best[code] = max(best.get(code, 0), year.software)
    return [names[code] for code in sorted(best, key=lambda code: (-best[code], code))[:REPORTERS]]


def _write(landing: Landing, year: int, month: int, rows: list[Row]) -> None:
    """The file of a month: mostly a wide table, in two months of the last year a long one; it comes the month after."""
    after = f"{year + month // 12}-{month % 12 + 1:02d}-15" if (year, month) != (LAST_YEAR, 12) else f"{LAST_YEAR}-12-31"
    file = f"software_monthly/software_monthly_{year}-{month:02d}_{after}"
    if month in (5, 10) and year == LAST_YEAR:
        write_lines(landing, f"{file}.csv.gz", MONTHLY_LINES, rows)
    elif (year, month) == (LAST_YEAR, 8):
        landing.write(f"{file}.xlsx", MONTHLY, rows, Look(f"软件和信息技术服务业企业月报表（{year}年{month}月）", has_notes=True, has_personal=True))
    else:
        landing.write(f"{file}.csv.gz", MONTHLY, rows, Look(encoding="gb18030" if month % 2 else "utf-8-sig", blank="-" if month == 7 else ""))
    if (year, month) == (LAST_YEAR, 6):   # four firms send their June anew
        again = [row | {"2010 本年累计": row["2010 本年累计"] + 1_200} for row in rows[10:14]]
        landing.write(f"software_monthly/software_monthly_{year}-06_更正_{year}-08-20.csv.gz", MONTHLY, again, Look())


def _slips(rows: list[Row], year: int, month: int) -> None:
    """What goes wrong in forms: what contradicts itself is quarantined, what contradicts other months is doubted."""
    if (year, month) == (2025, 6):
        rows[3] = rows[3] | {"2021 本年累计": rows[3]["2021 本年累计"] + 900, BAD: "各项合计不等于软件业务收入"}
        rows.append(rows[5] | {"报告期": "2025年1月", BAD: "没有1月单独的报表"})
    if (year, month) == (2025, 8):
        rows.append(rows[6] | {"报告期": "2026年1-3月", BAD: "报告期还没有结束"})
    if (year, month) == (2024, 6):   # 元 under a header of 万元
        rows[20] = {key: value * 10_000 if key[0] == "2" and key[:4] not in ("2112", "2113") and value else value for key, value in rows[20].items()}
    if (year, month) == (2025, 11):   # less than in October
        less = rows[30]["2022 本年累计"] // 4
        rows[30] = rows[30] | {f"{code} 本年累计": rows[30][f"{code} 本年累计"] - less for code in ("2020", "2022")}
    if (year, month) == (2025, 4):   # 环比 for 同比: what stood there is March, a month the row itself does not tell
        rows[25] = rows[25] | {f"{code} 上年同期累计": rows[25][f"{code} 上期累计"] for code in CODES}


@cache
def _profile(code: str) -> dict[str, Any]:
    """What a firm is like, always the same."""
    rng = dice(int(code[8:17], 36))
    weights = [rng.random() * share * (rng.random() < chance) for share, chance in ((1, 0.8), (2, 0.95), (0.3, 0.25), (0.6, 0.2))]
    weights[1] = weights[1] or 0.1
    return {
        "weights": [weight / sum(weights) for weight in weights], "cost": rng.uniform(0.58, 0.76), "expense": rng.uniform(0.1, 0.22),
        "pay": rng.uniform(14, 32), "exports": rng.random() < 0.15, "export": rng.uniform(0.01, 0.08), "tells_all": rng.random() < 0.45,
        "fields": [rng.random() * 0.4 for _ in range(8)], "field": rng.choice(_FIELDS), "life": rng.random(), "restates": rng.random() < 0.1,
        "begins": rng.randrange(2023, 2026), "orders": rng.randrange(-20, 40), "has_base": rng.random() < 0.7,
    }  # fmt: skip


class _Year:
    """A firm's year on the list, in 万元."""

    def __init__(self, code: str, year: int, software: int, revenue: int, research: int, staff: int) -> None:
        self.code, self.year, self.software, self.revenue, self.research, self.staff = code, year, software, revenue, research, staff
        rng = dice(int(code[8:17], 36) + year)
        steps = [rng.uniform(0.7, 1.3) for _ in range(12)]
        self.shares = [sum(steps[:month]) / sum(steps) for month in range(13)]

    @classmethod
    def of(cls, row: Row) -> "_Year":
        software, revenue, research = (row[name] // 10_000 for name in ("软件业务收入", "营业收入", "研发费用"))
        return cls(row["统一社会信用代码"], row["年度"], software, revenue, research, row["从业人员"])


def _figures(year: _Year, month: int, percent: int) -> Figures:
    """The form of a firm from January to a month, in 万元 and 万美元; `percent` restates all of it."""
    firm, share = _profile(year.code), year.shares[month] * percent / 100
    software, revenue = int(year.software * share), int(year.revenue * share)
    drift = 0.015 * (year.year - 2022)
    product = int(software * max(firm["weights"][0] - drift, 0))
    security, embedded = int(software * firm["weights"][2]), int(software * firm["weights"][3])
    service = software - product - security - embedded
    cost, expense, fields = int(revenue * firm["cost"]), int(revenue * firm["expense"]), firm["fields"]
    export = int(software * firm["export"] / 7) if firm["exports"] else 0
    parts = zip(("20221", "20222", "20223", "20224", "20225"), fields[2:7], strict=True)
    told: Figures = {
        "2010": revenue, "2020": software, "2021": product, "20211": int(product * fields[0]), "20212": int(product * fields[1]),
        "2022": service, **{code: int(service * field / 2) for code, field in parts}, "2023": security,
        "20231": int(security * fields[7]), "2024": embedded, "2041": export, "20421": export // 3, "2042": export // 4, "2043": export // 5,
        "2050": cost, "2051": cost // 9, "2080": expense, "2090": revenue - cost - expense, "2110": int(year.research * share),
        "2111": int(year.staff * firm["pay"] * share), "2112": year.staff, "2113": firm["orders"],
    }  # fmt: skip
    return told if firm["tells_all"] else {code: None if code in _OPTIONAL else value for code, value in told.items()}


def _report(firm: Firm, now: _Year, before: _Year | None, month: int) -> Row:
    """A firm's row; a firm new to the list tells a base of nothing, or none."""
    profile = _profile(firm.code)
    current = _figures(now, month, 100)
    last = _figures(now, month - 1, 100)
    if before:
        base = _figures(before, month, 103 if profile["restates"] else 100)
    else:
        base = {code: 0 if profile["has_base"] and current[code] is not None else None for code in CODES}
    period = f"{now.year}年1-{month}月" if month % 3 else f"{now.year}-{month:02d}" if month % 2 else f"{now.year}{month:02d}"
    if now.year == LAST_YEAR and month == 9:
        period = f"{now.year}年1-9月"
    row: Row = {"统一社会信用代码": firm.code, "单位详细名称": firm.name, "报告期": period}
    for code in CODES:
        row |= {f"{code} 本年累计": current[code], f"{code} 上年同期累计": base[code], f"{code} 上期累计": last[code]}
    return row


def _how(now: _Year, month: int) -> str:
    """Whether a firm reports a month: in time, late, or (empty) not at all. Some begin later, some stop; the largest always do."""
    profile, rng = _profile(now.code), dice(int(now.code[8:17], 36) * 100 + now.year * 12 + month)
    if now.software > 100_000:   # a billion yuan
        return "in time"
    if (profile["life"] < 0.12 and now.year < profile["begins"]) or (profile["life"] > 0.93 and (now.year, month) > (2025, 3)):
        return ""
    return "late" if (luck := rng.random()) < 0.02 else "" if luck < 0.05 else "in time"

