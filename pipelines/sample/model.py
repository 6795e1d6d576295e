"""What an invented city is made of: firms, lines in lists, applications, payments, and the book they are kept in."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from pipelines.sample import names

AS_OF = date(2025, 12, 31)
URBAN = ("320205", "320206", "320211", "320213", "320214")
Row = dict[str, Any]
Money = int | Decimal

# list → issuer, and per level the day of the year it is published on
CALENDAR: dict[str, tuple[str, dict[str, str]]] = {
    "cmmi": ("CMMI Institute 查询页摘录（示例）", {"national": "05-20"}),
    "itss": ("ITSS 分会（示例）", {"national": "06-18"}),
    "dcmm": ("电子信息行业联合会（示例）", {"national": "10-15"}),
    "specialised_sme": ("工业和信息化部（示例）", {"national": "09-02", "provincial": "12-10"}),
    "single_champion_firm": ("工业和信息化部（示例）", {"national": "03-28"}),
    "single_champion_product": ("工业和信息化部（示例）", {"national": "03-28"}),
    "software_title": ("发展改革委、工业和信息化厅（示例）", {"national": "01-01", "provincial": "12-31"}),
    "software_top100": ("电子信息行业联合会（示例）", {"national": "07-15"}),
    "internet_top100": ("互联网协会（示例）", {"national": "11-08"}),
    "feifeng": ("无锡市工业和信息化局（示例）", {"city": "06-25"}),
    "xinchuang_benchmark": ("江苏省工业和信息化厅（示例）", {"provincial": "04-16"}),
    "xinchuang_case": ("江苏省工业和信息化厅（示例）", {"provincial": "04-16"}),
    "innovation_centre": ("科技、发改、工信部门（示例）", {"national": "08-20", "provincial": "10-20"}),
    "innovation_platform": ("科技、发改、工信部门（示例）", {"national": "08-21", "provincial": "10-21"}),
    "park_title": ("工业和信息化部、省工业和信息化厅（示例）", {"national": "11-28", "provincial": "02-06"}),
    "park_field_honour": ("工业和信息化部、省工业和信息化厅（示例）", {"national": "09-26", "provincial": "09-12"}),
}
TRACKS = {"itss": "运行维护", "dcmm": "乙方"}
CENTRES = ("技术创新中心", "产业创新中心", "制造业创新中心")
# The year of the first list on file of each; of the rest 2019, five years before the policy. National parks come later in
# the year than provincial ones, and must be as old; the champions begin with their first batch. What befell before 2023 in
# the lists of cases was not kept: a first among them cannot be known (D10).
BEGAN = {
    ("single_champion_firm", "national"): 2017, ("park_title", "national"): 2018, ("park_field_honour", "national"): 2018,
    ("xinchuang_case", "provincial"): 2023,
}  # fmt: skip
# what a recognition grounds: clause and ceiling
AWARDS: dict[tuple[str, str], tuple[str, int]] = {
    ("cmmi", "national"): ("11b", 500_000),
    ("itss", "national"): ("11b", 500_000),
    ("dcmm", "national"): ("11b", 500_000),
    ("specialised_sme", "national"): ("6b.1", 500_000),
    ("specialised_sme", "provincial"): ("6b.2", 300_000),
    ("single_champion_firm", "national"): ("6a.1", 800_000),
    ("single_champion_product", "national"): ("6a.2", 500_000),
    ("software_title", "national"): ("5a.1", 1_000_000),
    ("software_title", "provincial"): ("5a.2", 500_000),
    ("feifeng", "city"): ("8a", 200_000),
    ("xinchuang_benchmark", "provincial"): ("9a", 500_000),
    ("xinchuang_case", "provincial"): ("9b", 200_000),
    ("innovation_centre", "national"): ("3b.1", 50_000_000),
    ("innovation_centre", "provincial"): ("3b.2", 10_000_000),
    ("innovation_platform", "national"): ("3c.1", 3_000_000),
    ("innovation_platform", "provincial"): ("3c.2", 1_000_000),
    ("park_title", "national"): ("10a.1", 3_000_000),
    ("park_title", "provincial"): ("10a.2", 1_000_000),
    ("park_field_honour", "national"): ("10a.1", 3_000_000),
    ("park_field_honour", "provincial"): ("10a.2", 1_000_000),
}
# project category → clause, base column, rate in percent (None: a fixed amount), cap
PROJECTS: dict[str, tuple[str, str, int | None, int]] = {
    "核心技术攻关": ("1a", "直接相关投资额", None, 5_000_000),
    "开源": ("2a", "直接相关投资额", 10, 1_000_000),
    "开源落地": ("2b", "实际投资额", 10, 5_000_000),
    "重大平台": ("3a", "直接相关投资额", None, 0),
    "创新应用": ("7a", "直接相关投资额", 10, 1_000_000),
    "工业软件应用": ("8b", "直接相关投资额", 50, 6_000_000),
    "信创应用示范": ("9c", "直接相关投资额", None, 3_000_000),
    "CPU生态落地": ("9d", "实际投资额", 10, 5_000_000),
}
_STEPS = {"已提交": 0, "已受理": 8, "审核中": 20, "公示": 45, "已核定": 60, "已拨付": 90}
_SIDE_EXITS = {"草稿": 0, "退回补正": 15, "已撤回": 18, "不予支持": 50}


@dataclass(slots=True)
class Firm:
    """One enterprise as the register knows it. `district` is where it truly is; the file may not say so."""

    name: str
    code: str
    registered_on: date
    district: str | None
    industry: str | None = "6513"
    edition: str | None = "2017"
    scope: str = names.SOFTWARE_SCOPES[0]
    address: str = ""
    shows_district: bool = True
    street: str | None = None
    capital: str = "1000万元人民币"
    kind: str = "有限责任公司(自然人投资或控股)"
    former: str | None = None
    english: str | None = None
    deregistered_on: date | None = None
    status: str | None = None
    """As the register prints it, where the day of closing does not tell it."""
    district_before: str | None = None
    """Where the register of a month before puts it."""

    @property
    def is_clear(self) -> bool:
        """Urban and software by its industry code: a case without doubt."""
        return self.district in URBAN and self.edition == "2017" and (self.industry or "").startswith("65")


@dataclass(slots=True)
class Application:
    """One application and the days it changed state."""

    number: str
    clause: str
    firm: Firm
    steps: list[tuple[date, str]]
    requested: Money | None
    approved: Money | None = None
    refs: Row = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Ground:
    """Something a firm could claim on: clause, day, amount, and what names it on the form."""

    clause: str
    firm: Firm
    day: date
    ceiling: Money
    refs: Row = field(default_factory=dict)
    is_clear: bool = True


def dice(seed: int) -> Random:
    """A stream of chances that is the same for the same seed."""
    return Random(seed)  # noqa: S311  nothing here is secret


def published_on(listed: str, level: str, year: int) -> date:
    """The day a list of that year is formally published."""
    return date.fromisoformat(f"{year}-{CALENDAR[listed][1][level]}")


class City:
    """Everything that happened, as rows by source. Money is in yuan; the files choose their units."""

    def __init__(self, firms: int, seed: int) -> None:
        self.size, self.seed, self.rng = firms, seed, dice(seed)
        self.firms: list[Firm] = []   # planted and active; the quiet ones are made when the register is written
        self.planted_count = 0
        self.parks: list[Row] = []
        self.notices: dict[tuple[str, str, int], list[Row]] = {}   # lines by list, level and year
        self.tables: dict[str, list[Row]] = {}   # rows of the other sources
        self.applications: list[Application] = []
        self.grounds: list[Ground] = []
        self.names: dict[str, Row] = {}   # printed recognition name → whose it is, and by what it can be known
        self.cases: list[Row] = []

    def add(self, source: str, **row: Any) -> None:
        """One row of a source."""
        self.tables.setdefault(source, []).append(row)

    def number(self, source: str) -> int:
        """What the next row of a source is numbered."""
        return len(self.tables.get(source, ())) + 1

    def recognise(
        self, firm: Firm | None, listed: str, level: str, year: int, printed: str | None = None, how: str = "",
        **more: Any
    ) -> date:
        """Print one line in a list of that year, and return the day of the list.

        `how` says by what the name can be known: exact, normalised, former, english, alias, code; review and
        outside are for a person. 复核=True is a renewal, 仅公示=True never gets beyond the notice.
        """
        name = printed or (firm.name if firm else "")
        if name:
            how = how or ("exact" if firm else "outside")
            self.names[name.strip()] = {"code": firm.code if firm else None, "how": how}
        self.notices.setdefault((listed, level, year), []).append({"企业名称": name or None} | more)
        return published_on(listed, level, year)

    def statistic(self, firm: Firm, year: int, on_list: bool, revenue: int, rng: Random | None = None) -> None:
        """One firm's year in the software statistics; the survey's scope changed with the report of 2023."""
        rng = rng or self.rng
        staff = max(5, revenue // 600_000)
        self.add(
            "statistics", 统一社会信用代码=firm.code, 企业名称=firm.name, 年度=year, 营业收入=revenue,
            软件业务收入=revenue * 6 // 10 if on_list else 0, 研发费用=revenue // rng.randrange(8, 15),
            从业人员=staff, 软件从业人员=staff * 6 // 10 if on_list else 0, 软件统计名录="是" if on_list else "否",
            特色领域=rng.choice(("工业软件", "物联网", "集成电路设计", None)),
            规上服务业="是" if revenue > 20_000_000 else "否", 统计口径="年报（2021年起口径）" if year > 2022 else "年报（2022年口径）",
        )

    def headquarters(self, firm: Firm, year: int, capital: Money, award: Money | None = None) -> date:
        """One accounting year of a headquarters, recognised in June of the next."""
        day = date(year + 1, 6, 30)
        self.add(
            "headquarters", 企业名称=firm.name, 统一社会信用代码=firm.code, 认定日期=day, 核算年度=year,
            实收注册资本=capital,
            币种="人民币", 落户方式=self.rng.choice(("新注册", "新引进")), 经营贡献奖励=award,
        )
        return day

    def list_shares(self, firm: Firm, code: str, market: str, exchange: str, day: date) -> None:
        """A firm goes public."""
        self.add("listings", 证券代码=code, 证券简称=firm.name[2:6], 公司全称=firm.name, 上市日期=day, 交易所=exchange,
                 上市地=market)

    def rent(
        self, park: Row, firm: Firm, moved_in: date, year: int, rent: int, subsidy: int,
        moved_out: date | None = None, area: int = 500,
    ) -> None:
        """One rent year of a tenant."""
        self.add(
            "tenancies", 园区编码=park["园区编码"], 企业名称=firm.name, 统一社会信用代码=firm.code, 入驻日期=moved_in,
            退租日期=moved_out, 租赁面积=area, 年度=year, 年租金=rent, 已获租金补贴=subsidy,
        )

    def apply(
        self, firm: Firm, clause: str, submitted: date, status: str, requested: Money | None,
        approved: Money | None = None, paid: tuple[tuple[date, Money, str], ...] = (), **refs: Any,
    ) -> None:
        """One application taken as far as `status`, and its payments as (day, amount, 市 or 区)."""
        if status in _SIDE_EXITS:
            ends = _SIDE_EXITS[status]
            steps = [(name, after) for name, after in _STEPS.items() if after < ends] + [(status, ends)]
        else:
            reached = _STEPS.get(status, _STEPS["已拨付"])
            steps = [(name, after) for name, after in _STEPS.items() if after <= reached]
        days = [(submitted + timedelta(days=after), name) for name, after in steps]
        if paid:
            days = [step for step in days if step[1] != "已拨付" and step[0] <= paid[0][0]] + [(paid[0][0], "已拨付")]
        if status == "追回":
            days.append((paid[-1][0], "追回"))
        number = f"SB{submitted.year}-{len(self.applications) + 1:06d}"
        self.applications.append(Application(number, clause, firm, days, requested, approved, refs))
        for day, amount, payer in paid:
            self.add("payments", 拨付编号=f"BF{self.number('payments'):07d}", 申报编号=number, 拨付日期=day,
                     金额=amount, 资金层级=payer)
