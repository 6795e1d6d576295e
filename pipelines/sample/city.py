"""How an invented Wuxi lives: its citizens, what they earn, build, rent, and what they apply for.

Every citizen is a pure function of its number and the seed, so a city of a million firms is never held in memory:
only the planted firms and the active share are.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from pipelines.sample import names
from pipelines.sample.model import (
    AS_OF,
    AWARDS,
    CENTRES,
    PROJECTS,
    TRACKS,
    City,
    Firm,
    Ground,
    Money,
    dice,
    published_on,
)

FIRST_CITIZEN = 200   # lower numbers are kept for planted firms
SMALL = 5_000   # in a city up to this size every firm may be active, beyond it one in ten
_WINDOW = date(2024, 1, 1)
_CERTIFICATES = (
    ("cmmi", 0.4, ("CMMI3级", "CMMI3级", "CMMI4级", "CMMI5级")),
    ("itss", 0.2, ("3级", "2级", "4级")),
    ("dcmm", 0.12, ("2级", "3级")),
)
_HONOURS = (
    ("software_title", "provincial", 0.18), ("software_title", "national", 0.05), ("feifeng", "city", 0.16),
    ("single_champion_firm", "national", 0.02), ("single_champion_product", "national", 0.02),
    ("xinchuang_benchmark", "provincial", 0.05), ("xinchuang_case", "provincial", 0.08),
    ("innovation_centre", "provincial", 0.02), ("innovation_platform", "provincial", 0.05),
    ("innovation_platform", "national", 0.02), ("software_top100", "national", 0.02),
    ("internet_top100", "national", 0.01),
)
_CAPITALS = ("500万人民币元", "1000(万元)", "2,000.00万元人民币", "30(万美元)", "伍佰万元整", "-", "1.2亿元")


def citizen(number: int, seed: int) -> Firm:
    """Firm `number` of the city of `seed`: always the same one. Every fortieth has kin of like name."""
    kin = {1: "county", 3: "group", 5: "branch"}.get(number % 40)
    root = number - 1 if kin else number
    draw, rng = (root * 2_654_435_761 + seed * 97) % 1_000, dice(seed * 10_000_019 + number)
    is_software = draw < 620
    brand, pinyin = names.brand(root)
    trades = names.SOFTWARE_TRADES if is_software else names.OTHER_TRADES
    trade = trades[draw % len(trades)]
    district = "320281" if kin == "county" else rng.choices(list(names.DISTRICTS), (10, 10, 22, 15, 30, 8, 5))[0]
    if number % 40 == 0:   # its kin in the county-level city differs by two characters only
        district = "320214"
    place = names.PLACES.get(district, "无锡")
    firm = Firm(
        name=f"{place}{brand}{trade}有限公司",
        code=names.credit_code(district if rng.random() < 0.85 else rng.choice(("320202", "320200", "320213")), number),
        registered_on=date(2006, 1, 1) + timedelta(days=int(rng.random() ** 0.6 * 7_290)),
        district=district,
        scope=rng.choice(names.SOFTWARE_SCOPES if is_software else names.SILENT_SCOPES),
        capital=rng.choice(_CAPITALS),
        kind="有限责任公司分公司" if kin == "branch" else rng.choice(("有限责任公司", "股份有限公司(非上市)", "N/A")),
    )
    if kin == "branch":
        firm.name += "江阴分公司"
    elif kin == "group":
        firm.name = f"{place}{brand}{trade}集团有限公司"
    elif number % 23 == 7:
        firm.name = f"{brand}{trade}（{place}）有限公司"
    luck = rng.random()
    if is_software:
        firm.industry = names.pick(luck, (0.72, "6513"), (0.82, "6531"), (0.86, "6520"), (0.94, "3912"), (1, None))
    else:
        firm.industry = names.pick(luck, (0.1, None), (0.6, "3484"), (1, "5137"))
    firm.edition = None if firm.industry in (None, "6520") else "2017"
    _locate(firm, rng)
    if rng.random() < 0.08:
        firm.former = f"{place}{brand}网络工程有限公司"
    if rng.random() < 0.2 and not kin:
        firm.english = f"Wuxi {pinyin} {'Software' if is_software else 'Industry'} Co., Ltd."
    if number % 97 == 13:
        firm.code = names.spoiled(firm.code)
    elif number % 193 == 31:
        firm.code = f"3202002{number:08d}"   # an old registration number
    if is_quiet(firm, number):
        _end_or_move(firm, number)
    return firm


def is_quiet(firm: Firm, number: int) -> bool:
    """Whether a citizen does nothing but stand on the register: no branch claims, and of other trades one in seven."""
    return firm.kind == "有限责任公司分公司" or (firm.scope not in names.SOFTWARE_SCOPES and number % 7 != 0)


def _end_or_move(firm: Firm, number: int) -> None:
    """Of the quiet, two in five are closed by now, some of them on a day nobody wrote down; one in nine sat elsewhere a month ago."""
    closed_on = firm.registered_on + timedelta(days=150 + number * 331 % 3_600)
    if number % 5 < 2 and closed_on < date(2025, 11, 30):   # the older of the two registers knows of it too
        firm.status = "吊销" if number % 10 == 1 else "注销"
        firm.deregistered_on = None if firm.status == "吊销" else closed_on
    elif number % 9 == 2 and firm.shows_district:
        firm.district_before = "320206" if firm.district != "320206" else "320213"


def _locate(firm: Firm, rng: Random) -> None:
    """Give a firm its address and say whether the register's code column names the district."""
    where, spot = names.DISTRICTS[str(firm.district)], f"{rng.choice(names.ROADS)}{rng.randrange(1, 300)}号"
    if firm.district == "320211" and rng.random() < 0.4:
        firm.street = rng.choice(("太湖街道", "华庄街道"))
    firm.address = f"{'' if firm.district in names.PLACES else rng.choice(('无锡市', '江苏省无锡市', ''))}{where}{spot}"
    luck = rng.random()
    if firm.street or luck < 0.8:
        return
    firm.shows_district = False
    if luck > 0.97:
        firm.address, firm.district = rng.choice((f"锡山市{spot}", f"无锡市{spot}")), None
    elif firm.district == "320213":
        firm.address = f"无锡市{rng.choice(('崇安区', '南长区', '北塘区'))}{spot}"
    elif firm.district == "320214" and luck > 0.9:
        firm.address = f"无锡市新区{spot}"


def everyone(city: City) -> Iterator[Firm]:
    """All firms: planted, active, and the quiet ones made on the fly."""
    yield from city.firms
    first = FIRST_CITIZEN + len(city.firms) - city.planted_count
    for number in range(first, FIRST_CITIZEN + city.size - city.planted_count):
        yield citizen(number, city.seed)


def settle(city: City) -> None:
    """Let the citizens live and apply: all of a small city, a tenth of a large one."""
    count = max(0, city.size - city.planted_count)
    for number in range(FIRST_CITIZEN, FIRST_CITIZEN + (count if count <= SMALL else max(SMALL, count // 10))):
        firm = citizen(number, city.seed)
        city.firms.append(firm)
        if not is_quiet(firm, number):
            _Life(city, firm, dice(city.seed * 31 + number)).run()
    for ground in city.grounds:
        _perhaps_apply(city, ground)


class _Life:
    """What happens to one citizen between 2019 and 2025."""

    def __init__(self, city: City, firm: Firm, rng: Random) -> None:
        self.city, self.firm, self.rng = city, firm, rng

    def run(self) -> None:
        rng = self.rng
        if rng.random() < 0.5:
            self._grow()
        self._certify()
        for listed, level, chance in _HONOURS:
            if rng.random() < chance:
                self._honour(listed, level)
        for _ in range(2):
            if rng.random() < 0.35:
                self._build()
        if rng.random() < 0.03:
            capital = rng.choice((30_000_000, 80_000_000, 120_000_000, 300_000_000, 650_000_000))
            day = self.city.headquarters(self.firm, rng.choice((2023, 2024)), capital)
            self._ground("4a", day, capital * (1 if capital < 10**8 else 2 if capital < 5 * 10**8 else 3) // 100)
        if rng.random() < 0.03:
            self._go_public()
        if rng.random() < 0.8:
            self._rent()
        self._report()

    def _ground(self, clause: str, day: date, ceiling: int, refs: dict[str, str] | None = None,
                known: bool = True) -> None:
        self.city.grounds.append(Ground(clause, self.firm, day, ceiling, refs or {}, self.firm.is_clear and known))

    def _grow(self) -> None:
        """专精特新: provincial, perhaps national a year later, renewed after three years."""
        year = self.rng.choice((2019, 2020, 2021, 2022, 2023, 2023, 2024, 2024, 2024, 2025))
        self._earn("specialised_sme", "provincial", year)
        if year <= 2024 and self.rng.random() < 0.35:
            self._earn("specialised_sme", "national", year + 1)
        if year + 3 <= 2025:
            self._earn("specialised_sme", "provincial", year + 3, 复核=True)

    def _certify(self) -> None:
        for listed, chance, grades in _CERTIFICATES:
            if self.rng.random() < chance:
                year = self.rng.choice((2021, 2022, 2023, 2024, 2024, 2025, 2025))
                until = published_on(listed, "national", year) + timedelta(days=1095)
                number = f"{listed.upper()}-{year}-{self.rng.randrange(10**6):06d}"
                track = {"类别": TRACKS[listed]} if listed in TRACKS else {}
                self._earn(listed, "national", year, 等级=self.rng.choice(grades), 证书编号=number, 有效期至=until, **track)

    def _honour(self, listed: str, level: str) -> None:
        topic = self.firm.name[2:5] + self.rng.choice(("智能排产", "数据治理", "运维管理", "仿真设计"))
        more: dict[str, str | None] = {}
        if listed.startswith("xinchuang"):
            more = {"项目名称": f"{topic}信创项目", "联合单位": self.rng.choice((None, "南京虚构研究院、无锡样本医院"))}
        elif listed.startswith("innovation"):
            kind = "平台" if listed == "innovation_platform" else CENTRES[self.firm.registered_on.day % len(CENTRES)]
            more = {"项目名称": f"{topic}{kind}", "领域": self.rng.choice(("工业软件", "基础软件", None))}
        elif "title" not in listed and "top100" not in listed:
            more = {"产品名称": f"{topic}软件V{self.rng.randrange(1, 9)}.0"}
        self._earn(listed, level, self.rng.choice((2023, 2024, 2024, 2025)), **more)

    def _earn(self, listed: str, level: str, year: int, **more: Any) -> None:
        """A line in a list, printed as life prints it."""
        if published_on(listed, level, year) <= self.firm.registered_on:
            return
        firm, luck, printed, how = self.firm, self.rng.random(), self.firm.name, "exact"
        if listed == "cmmi" and firm.english:
            printed, how = firm.english, "english"
        elif luck < 0.05 and firm.former:
            printed, how = firm.former, "former"
        elif luck < 0.12 and "（" in firm.name:
            printed, how = names.half_width(firm.name), "normalised"
        elif luck < 0.16 and names.traditional(firm.name) != firm.name:
            printed, how = names.traditional(firm.name), "normalised"
        elif luck < 0.18:
            printed, how = f"{firm.name[:2]}　{firm.name[2:]}", "normalised"
        elif luck < 0.19:
            printed, how = firm.name.replace("有限公司", "公司"), "review"
        if self.rng.random() < 0.06 and how != "review":
            more["统一社会信用代码"] = firm.code
        day = self.city.recognise(firm, listed, level, year, printed, how, **more)
        if (listed, level) in AWARDS and not more.get("复核") and more.get("等级") != "CMMI3级":
            refs = {key: more[key] for key in ("证书编号",) if key in more}
            clause, ceiling = AWARDS[listed, level]
            self._ground(clause, day, ceiling, refs, how != "review")

    def _build(self) -> None:
        """A project of some category."""
        rng = self.rng
        category = rng.choices(list(PROJECTS), (20, 14, 6, 2, 25, 20, 10, 6))[0]
        clause, base, rate, cap = PROJECTS[category]
        day = date(rng.choice((2023, 2024, 2024, 2025)), rng.choice((3, 6, 9)), 15)
        if day <= self.firm.registered_on:
            return
        done = min(day + timedelta(days=rng.randrange(30, 300)), AS_OF)
        amount = rng.randrange(800, 6_000) * 10_000 + rng.randrange(100)
        number = f"XM{day.year}-{self.city.number('projects'):05d}"
        asked = ("自主知识产权", "市场前景好", "成效明显", "非垄断企业")
        marks = {mark: rng.choice(("是",) * 8 + ("否", None)) for mark in asked}
        amounts: dict[str, Any] = {"直接相关投资额": None, "实际投资额": None} | {base: amount}
        self.city.add(
            "projects", 项目编号=number, 项目名称=f"{self.firm.name[2:5]}{category}项目", 承担企业=self.firm.name,
            统一社会信用代码=self.firm.code, 项目类别=category, 技术领域=rng.choice(("工业软件", "人工智能", "云计算")),
            立项日期=day, 投资完成日期=done, 特别重大="否", 评审结论=rng.choice(("通过", "通过", "不通过", None)),
            **amounts, **marks,
        )
        settles = base == "实际投资额"
        if "否" not in marks.values() and not (settles and amount < 20_000_000):
            ceiling = min(amount * rate // 100, cap) if rate else cap
            self._ground(clause, done if settles else day, ceiling, {"项目编号": number})

    def _go_public(self) -> None:
        rng, number = self.rng, self.city.number("listings")
        day = max(self.firm.registered_on, date(2021, 1, 4)) + timedelta(days=rng.randrange(1_800))
        if day > AS_OF:
            return
        if rng.random() < 0.7:
            exchange = rng.choice(("上海证券交易所", "深圳证券交易所", "北京证券交易所"))
            self.city.list_shares(self.firm, f"8{number:05d}", "境内", exchange, day)
            self._ground("5c.1", day, 3_000_000)
        else:
            self.city.list_shares(self.firm, f"0{number:04d}", "境外", "香港联合交易所", day)
            self._ground("5c.2", day, 2_500_000)

    def _rent(self) -> None:
        """Rent years in a park of the firm's own district, if it has one."""
        rng, home = self.rng, names.DISTRICTS.get(self.firm.district or "")
        park = rng.choice([park for park in self.city.parks if park["所在区"] == home] or self.city.parks)
        moved_in = max(self.firm.registered_on, date(2021, 6, 1)) + timedelta(days=rng.randrange(1_500))
        if moved_in > AS_OF:
            return
        moved_out = date(2026, 6, 30) if rng.random() < 0.1 else None
        area, refs = rng.randrange(80, 2_000), {"园区编码": park["园区编码"]}
        for year in range(max(moved_in.year, 2023), 2026):
            rent = area * rng.randrange(300, 700)
            subsidy = rent * rng.choice((0, 30, 40, 50, 50, 50, 60, 80)) // 100
            self.city.rent(park, self.firm, moved_in, year, rent, subsidy, moved_out, area)
            day = max(date(year, 1, 1), moved_in)
            if year - moved_in.year <= 2:
                self._ground("10b.2", day, rent // 2, refs)
            if rng.random() < 0.2:
                self._ground("10b.1", day, rent // 5, refs)

    def _report(self) -> None:
        """Statistics, and now and then an entry in a credit list."""
        rng = self.rng
        on_list = rng.random() < (0.7 if self.firm.is_clear else 0.3)
        revenue = rng.randrange(500, 60_000) * 10_000
        for year in range(max(2022, self.firm.registered_on.year + 1), 2026):
            revenue = revenue * rng.randrange(95, 125) // 100
            self.city.statistic(self.firm, year, on_list, revenue)
        if rng.random() < 0.03:
            day = date(2023, 1, 1) + timedelta(days=rng.randrange(1_000))
            self.city.add(
                "credit_flags", 企业名称=self.firm.name, 统一社会信用代码=self.firm.code, 列入日期=day,
                名单=rng.choice(("严重违法失信", "经营异常", "失信被执行人")),
                移出日期=day + timedelta(days=60) if rng.random() < 0.5 else None,
            )


def _perhaps_apply(city: City, ground: Ground) -> None:
    """Apply for about half of what is clear and for some of what is not; carry it as far as time and luck allow."""
    rng, submitted = city.rng, ground.day + timedelta(days=city.rng.randrange(15, 130))
    in_window = _WINDOW <= ground.day <= AS_OF
    if submitted > AS_OF or rng.random() > (0.6 if ground.is_clear and in_window else 0.08):
        return
    age, requested = (AS_OF - submitted).days, int(ground.ceiling)
    ends = (("草稿", 0.04), ("已撤回", 0.03), ("退回补正", 0.06), ("不予支持", 0.07), ("已拨付", 0.58), ("已核定", 0.1),
            ("审核中", 0.08), ("已受理", 0.04))
    status = rng.choices([end for end, _ in ends], [share for _, share in ends])[0]
    if age < 200:
        status = "已提交" if age < 20 else "已受理" if age < 60 else rng.choice(("审核中", "退回补正", "草稿"))
    approved: Money | None = None
    paid: tuple[tuple[date, Money, str], ...] = ()
    if status in ("已核定", "已拨付"):
        approved = requested * rng.choice((100, 100, 80, 50)) // 100
    if status == "已拨付" and approved:
        day = submitted + timedelta(days=rng.randrange(75, 200))
        if ground.clause in ("4a", "4b", "5d"):
            paid = ((day, approved // 2, "市"), (day, approved - approved // 2, "区"))
        else:
            paid = ((day, approved, "区" if ground.clause.startswith("10b") else "市"),)
    city.apply(ground.firm, ground.clause, submitted, status, requested, approved, paid, **ground.refs)
