"""The cases a test can lean on: each a firm of its own, what befell it, and what policy/decisions.md makes of it.

A case's outcome None means that no claim of that clause exists for the firm. Ceilings of refused claims are left open.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.sample import names
from pipelines.sample.model import AWARDS, BEGAN, CALENDAR, CENTRES, TRACKS, City, Firm, Ground, Money, Row

SOFT, SILENT = names.SOFTWARE_SCOPES[0], names.SILENT_SCOPES[0]
SME, TITLE = "specialised_sme", "software_title"
PARKS = (
    ("示例云谷软件园", "320214", None), ("虚构湖湾软件园", "320211", None), ("样本运河数字园", "320213", None),
    ("示例东亭智造软件园", "320205", None), ("虚构惠山数据园", "320206", None), ("示例太湖信创园", "320211", None),
    ("样本江阴软件园", "320281", None), ("示例云谷工业软件集聚区", "320214", "WXP01"),
)
# planted firms of these clauses may also apply, by chance, as citizens do
_MAY_APPLY = {"1a", "2a", "2b", "3a", "3b.1", "3b.2", "3c.1", "3c.2", "4a", "4b", "5c.1", "5c.2", "5d", "6a.1", "6a.2",
              "7a",
              "8a", "8b", "9a", "9b", "9c", "9d"}


def plant(city: City) -> None:
    """Put every deliberate case into the city, before its citizens."""
    planter = _Planter(city)
    for cases in (_parks, _firsts, _places, _software, _certificates, _other_lists, _names, _headquarters, _listings,
                  _projects, _selections, _rents, _park_honours, _overlap, _money, _payments, _lists_of_old,
                  _names_of_two):
        cases(planter)
    city.planted_count = len(city.firms)


class _Planter:
    """Makes firms and writes down what is expected of them."""

    def __init__(self, city: City) -> None:
        self.city = city

    def firm(self, **changes: Any) -> Firm:
        """A new software firm in 新吴区 unless told otherwise; {b} stands for its brand, {p} for that in pinyin."""
        number = len(self.city.firms)
        brand, pinyin = names.brand(number)
        for key in changes.keys() & {"name", "former", "english"}:
            changes[key] = changes[key].format(b=brand, p=pinyin)
        plain = Firm(f"无锡{brand}软件有限公司", names.credit_code("320214", number), date(2016, 3, 8), "320214")
        firm = replace(plain, **changes)
        where = names.DISTRICTS.get(firm.district or "", "")
        firm.address = firm.address or f"{'' if firm.district in names.PLACES else '无锡市'}{where}观测巷{number + 1}号"
        self.city.firms.append(firm)
        return firm

    def case(self, name: str, shows: str, clause: str, firm: Firm, outcome: str | None, ceiling: Money | None = None,
             **more: Any) -> None:
        """One expectation."""
        if outcome == "not_eligible":
            ceiling = None   # what a refused claim would be worth is nobody's promise
        self.city.cases.append({"id": name, "shows": shows, "clause": clause, "firm_code": firm.code,
                                "firm_name": firm.name, "outcome": outcome, "ceiling_yuan": ceiling} | more)
        if clause in _MAY_APPLY and outcome in ("eligible", "needs_review"):
            self.city.grounds.append(Ground(clause, firm, date(2025, 3, 10), ceiling or 0))

    def sme(self, name: str, shows: str, firm: Firm, outcome: str | None, **more: Any) -> None:
        """A firm whose only event is the national 专精特新 of 2024: 6b.1."""
        day = self.city.recognise(firm, SME, "national", 2024)
        self.case(name, shows, "6b.1", firm, outcome, 500_000, qualified_on=day, **more)


def _parks(p: _Planter) -> None:
    extra = ((f"示例{names.brand(100 + at)[0]}园", list(names.DISTRICTS)[at % 7], None)
             for at in range(min(50, p.city.size // 20_000)))
    for number, (name, district, parent) in enumerate((*PARKS, *extra)):
        firm = p.firm(name="无锡{b}园区运营有限公司", district=district, industry="7221",
                      scope="园区管理服务；物业管理。")
        p.city.parks.append({
            "园区编码": f"WXP{number + 1:02d}", "园区名称": name, "所在区": names.DISTRICTS[district],
            "运营主体名称": firm.name, "运营主体统一社会信用代码": firm.code, "上级园区编码": parent,
            "开园日期": date(2008 + number % 15, 9, 1),
        })


def _firsts(p: _Planter) -> None:
    p.sme("first", "首次获评国家级专精特新", p.firm(), "eligible")
    for name, shows, years, outcomes in (
        ("promotion", "先省级（窗口前）后国家级：国家级是首次", (2023, 2024), ("not_eligible", "eligible")),
        ("both", "窗口内先省级后国家级：两项都成立（D11）", (2024, 2025), ("eligible", "eligible")),
    ):
        firm = p.firm()
        for level, year, outcome in zip(("provincial", "national"), years, outcomes, strict=True):
            clause, ceiling = AWARDS[SME, level]
            day = p.city.recognise(firm, SME, level, year)
            p.case(f"{name}-{level}", shows, clause, firm, outcome, ceiling, qualified_on=day)
    lower = p.firm()
    p.city.recognise(lower, SME, "national", 2022)
    p.city.recognise(lower, SME, "provincial", 2024)
    p.case("lower-after-higher", "国家级在先，省级在后：不是首次", "6b.2", lower, "not_eligible")
    renewed, alone = p.firm(), p.firm()
    p.city.recognise(renewed, SME, "national", 2021)
    for name, shows, firm in (("renewal", "复核通过不是首次", renewed),
                              ("renewal-alone", "只见复核、未见首次名单：仍不是首次", alone)):
        day = p.city.recognise(firm, SME, "national", 2024, 复核=True)
        p.case(name, shows, "6b.1", firm, "not_eligible", qualified_on=day)
    notice = p.firm()
    p.city.recognise(notice, SME, "national", 2024, 仅公示=True)
    p.case("notice-only", "只有公示没有公布：不产生事项", "6b.1", notice, None)
    twice = p.firm()
    p.city.recognise(twice, SME, "provincial", 2024, 转发=True)
    p.case("same-day-copy", "同一称号同日见于两份文件：一项", "6b.2", twice, "eligible", 300_000, claims=1)
    for level, year, outcome in (("provincial", 2023, "not_eligible"), ("national", 2024, "eligible"),
                                 ("provincial", 2025, "eligible")):
        firm = p.firm()
        day = p.city.recognise(firm, TITLE, level, year)
        clause, ceiling = AWARDS[TITLE, level]
        p.case(f"window-{day}", f"窗口首尾日：{day}", clause, firm, outcome, ceiling, qualified_on=day)


def _places(p: _Planter) -> None:
    for name, shows, district, address, outcome in (
        ("old-nanchang", "无区划代码，地址为原南长区：梁溪", "320213", "无锡市南长区样本街8号", "eligible"),
        ("old-new-district", "地址为“无锡市新区”：新吴", "320214", "无锡市新区软城路9号", "eligible"),
        ("old-xishan-city", "地址为锡山市：所在区未知", None, "锡山市示例路10号", "undetermined"),
        ("no-district", "地址未写区：所在区未知", None, "无锡市虚构大道11号", "undetermined"),
    ):
        firm = p.firm(district=district, address=address, shows_district=False)
        p.sme(f"place-{name}", shows, firm, outcome, district_code=district)
    for name, shows, changes, outcome, code in (
        ("moved-in", "信用代码含江阴，现址新吴：按现址", {"code": names.credit_code("320281", 190)}, "eligible",
         "320214"),
        ("moved-out", "信用代码含滨湖，现址江阴：按现址", {"code": names.credit_code("320211", 191),
                                                           "district": "320281"},
         "not_eligible", "320281"),
        ("jiangyin", "江阴：参照执行地区", {"district": "320281", "name": "江阴{b}软件有限公司"}, "not_eligible",
         "320281"),
        ("yixing", "宜兴：参照执行地区", {"district": "320282", "name": "宜兴{b}软件有限公司"}, "not_eligible",
         "320282"),
        ("jingkai", "滨湖区太湖街道：经开区", {"district": "320211", "street": "太湖街道"}, "eligible", "320211-JK"),
    ):
        p.sme(f"place-{name}", shows, p.firm(**changes), outcome, district_code=code)
    twin = p.firm(name="无锡{b}智能软件有限公司")
    other = p.firm(name=twin.name.replace("无锡", "江阴"), district="320281")
    p.sme("twin-wuxi", "只差“无锡/江阴”二字的两家：各归各", twin, "eligible")
    p.sme("twin-jiangyin", "只差“无锡/江阴”二字的两家：各归各", other, "not_eligible")


def _software(p: _Planter) -> None:
    for name, shows, changes, listed_in, outcome in (
        ("listed-this-year", "C39，当年在软件统计名录", {"industry": "3912"}, 2024, "eligible"),
        ("listed-last-year", "C39，上一年在软件统计名录", {"industry": "3912"}, 2023, "eligible"),
        ("listed-too-early", "C39，只有前年在名录", {"industry": "3912"}, 2022, "not_eligible"),
        ("scope-only", "C39，不在名录，经营范围涉及软件", {"industry": "3912", "scope": SOFT}, None, "needs_review"),
        ("other-industry", "C34，不在名录，范围未涉及", {"industry": "3484"}, None, "not_eligible"),
        ("silent", "无行业代码，不在名录，范围未涉及", {"industry": None, "edition": None}, None, "undetermined"),
        ("edition-unknown", "6520 未注版本，范围未涉及", {"industry": "6520", "edition": None}, None, "undetermined"),
    ):
        firm = p.firm(**{"scope": SILENT} | changes)
        for year in (2022, 2023, 2024) if listed_in else ():
            p.city.statistic(firm, year, year == listed_in, 80_000_000)
        p.sme(f"software-{name}", shows, firm, outcome)


def _certificates(p: _Planter) -> None:
    for name, shows, lines, outcome in (
        ("cmmi3", "CMMI3 不够", (("cmmi", 2024, 3),), "not_eligible"),
        ("cmmi4", "首次 CMMI4", (("cmmi", 2024, 4),), "eligible"),
        ("cmmi3-then-5", "CMMI3 之后升 CMMI5：该级首次", (("cmmi", 2023, 3), ("cmmi", 2025, 5)), "eligible"),
        ("cmmi5-renewed", "CMMI5 三年后换证：不是首次", (("cmmi", 2022, 5), ("cmmi", 2025, 5)), "not_eligible"),
        ("cmmi5-then-4", "CMMI5 之后得 CMMI4：更高级在先", (("cmmi", 2022, 5), ("cmmi", 2025, 4)), "not_eligible"),
        ("itss", "首次 ITSS：等级未载明，须判断", (("itss", 2024, 3),), "needs_review"),
        ("itss-up", "ITSS 3级后升2级（1级最高）：该级首次", (("itss", 2023, 3), ("itss", 2025, 2)), "needs_review"),
        ("itss-down", "ITSS 2级后得3级：更高级在先", (("itss", 2022, 2), ("itss", 2025, 3)), "not_eligible"),
        ("dcmm", "首次 DCMM：等级未载明，须判断", (("dcmm", 2024, 3),), "needs_review"),
    ):
        firm, day = p.firm(), date.min
        for listed, year, grade in lines:
            words = f"CMMI{grade}级" if listed == "cmmi" else f"{grade}级"
            track = {"类别": TRACKS[listed]} if listed in TRACKS else {}
            number = f"{listed.upper()}-{year}-P{len(p.city.firms):05d}"
            until = date(year + 3, 6, 30)
            day = p.city.recognise(firm, listed, "national", year, 等级=words, 证书编号=number, 有效期至=until, **track)
        p.case(name, shows, "11b", firm, outcome, 500_000, qualified_on=day)


def _other_lists(p: _Planter) -> None:
    partners = "南京虚构信息有限公司、无锡样本医院"
    for name, shows, listed, level, lines, outcome in (
        ("champion-firm", "单项冠军企业", "single_champion_firm", "national", ({"产品名称": "排产软件"},), "eligible"),
        ("champion-products", "同日两个单项冠军产品：一项", "single_champion_product", "national",
         ({"产品名称": "数控软件"}, {"产品名称": "检测软件"}), "eligible"),
        ("feifeng-products", "同一届飞凤奖两个产品：一项", "feifeng", "city",
         ({"产品名称": "示例报表V3.0"}, {"产品名称": "示例排产V2.0"}), "eligible"),
        ("benchmark", "信创标杆工程，联合单位在同一格", "xinchuang_benchmark", "provincial",
         ({"项目名称": "示例银行信创工程", "联合单位": partners},), "eligible"),
        ("case", "信创优秀示范案例：名单只可查自2023年，首次未知", "xinchuang_case", "provincial",
         ({"项目名称": "示例水务案例"},), "undetermined"),
        ("centre-national", "国家级创新中心，软件领域", "innovation_centre", "national",
         ({"项目名称": "示例工业软件技术创新中心", "领域": "工业软件"},), "eligible"),
        ("centre-provincial", "省级创新中心，软件领域", "innovation_centre", "provincial",
         ({"项目名称": "示例基础软件制造业创新中心", "领域": "基础软件"},), "eligible"),
        ("centre-field-blank", "创新中心领域空白：须判断", "innovation_centre", "provincial",
         ({"项目名称": "示例数据产业创新中心", "领域": None},), "needs_review"),
        ("centre-field-other", "创新中心属新材料：不符合", "innovation_centre", "provincial",
         ({"项目名称": "示例纤维技术创新中心", "领域": "新材料"},), "not_eligible"),
        ("platform-national", "其他国家级平台", "innovation_platform", "national",
         ({"项目名称": "示例密码创新应用基地"},), "eligible"),
        ("platform-provincial", "其他省级平台", "innovation_platform", "provincial",
         ({"项目名称": "示例集成验证中心"},), "eligible"),
    ):
        firm, (clause, ceiling) = p.firm(), AWARDS[listed, level]
        for line in lines:
            p.city.recognise(firm, listed, level, 2024, **line)
        p.case(name, shows, clause, firm, outcome, ceiling, claims=1)
        if outcome == "undetermined":   # who does not know may apply all the same
            p.city.grounds.append(Ground(clause, firm, date(2025, 3, 10), ceiling))
    top = p.firm()
    for listed in ("software_top100", "internet_top100"):
        p.city.recognise(top, listed, "national", 2024)
    p.case("top100", "百强无奖励：不产生事项", "5a.1", top, None)


def _names(p: _Planter) -> None:
    group = p.firm(name="无锡{b}数据科技集团有限公司")
    child = p.firm(name=group.name.replace("集团", ""))
    gone = p.firm(name="无锡{b}重名软件有限公司", registered_on=date(2008, 5, 6), deregistered_on=date(2019, 5, 1))
    heir = p.firm(name=gone.name, registered_on=date(2020, 3, 2))
    alias = "Wuxi Sample Alias Information Ltd"
    for name, how, firm, printed in (
        ("bracket-width", "normalised", p.firm(name="{b}软件（无锡）有限公司"), names.half_width),
        ("former-name", "former", p.firm(former="无锡{b}网络工程有限公司"), lambda name: None),
        ("english-name", "english", p.firm(english="Wuxi {p} Software Co., Ltd."), lambda name: None),
        ("alias", "alias", p.firm(), lambda name: alias),
        ("traditional", "normalised", p.firm(name="无锡{b}云码软件有限公司"), names.traditional),
        ("spaces", "normalised", p.firm(), lambda name: f"{name[:2]}　{name[2:]} "),
        ("near-miss", "review", p.firm(), lambda name: name.replace("软件有限公司", "软件公司")),
        ("group-not-child", "exact", group, str),
        ("branch-not-parent", "exact", p.firm(name="南京{b}软件有限公司无锡分公司", kind="有限责任公司分公司"), str),
        ("code-decides", "code", p.firm(), lambda name: name.replace("软件有限公司", "软件技术公司")),
        ("bad-check-digit", "exact", p.firm(code=names.spoiled(names.credit_code("320214", 192))), str),
        ("reused-after-deregistration", "exact", heir, str),
    ):
        words = firm.former or firm.english or printed(firm.name)
        extra = {"统一社会信用代码": firm.code} if how == "code" else {}
        p.city.recognise(firm, SME, "national", 2024, words, how, **extra)
        p.case(f"name-{name}", f"名称：{name}", "6b.1", firm, None if how == "review" else "eligible",
               None if how == "review" else 500_000, printed=words)
        if how == "alias":
            p.city.add("aliases", 名单名称=alias, 统一社会信用代码=firm.code, 依据="企业来函（示例）",
                       生效日期=date(2023, 5, 1))
    p.case("name-child", "名单上是集团，子公司没有事项", "6b.1", child, None)
    p.case("name-gone", "同名企业早已注销：事项归新企业", "6b.1", gone, None)
    for number, place in enumerate(("苏州", "南京", "常州", "江苏")):
        p.city.recognise(None, SME, "national", 2024, f"{place}{names.brand(195 + number)[0]}软件有限公司")


def _headquarters(p: _Planter) -> None:
    for capital, ceiling in (
        ("9999999.99", None), ("10000000", 100_000), ("99999999.99", 1_000_000), ("100000000", 2_000_000),
        ("499999999.99", 10_000_000), ("500000000", 15_000_000), ("2000000000", 60_000_000),
        ("2500000000.50", 60_000_000),
    ):
        firm = p.firm()
        p.city.headquarters(firm, 2023, Decimal(capital))
        p.case(f"capital-{capital}", f"实收资本 {capital} 元（D2，全额）", "4a", firm,
               "eligible" if ceiling else "not_eligible", ceiling)
    years = p.firm()
    for year, capital, ceiling, net in ((2023, "100000000", 2_000_000, 2_000_000), (2024, "120000000", 2_400_000, 400_000)):
        day = p.city.headquarters(years, year, Decimal(capital))
        p.case(f"capital-year-{year}", "同一总部两个核算年度：后一年只计超出部分（D2a）", "4a", years, "eligible", ceiling,
               qualified_on=day, net_ceiling_yuan=net)
    award = p.firm()
    p.city.headquarters(award, 2023, 60_000_000, 25_000_000)
    p.city.add("headquarters", 企业名称=award.name, 统一社会信用代码=award.code, 认定日期=date(2025, 6, 30), 核算年度=2024,
               实收注册资本=60_000_000, 币种="人民币", 落户方式="新注册", 经营贡献奖励=25_000_000)
    for year, outcome, shows in ((2023, "not_eligible", "核算年度末日在有效期前、认定前"), (2024, "eligible", "每年最高2000万")):
        p.case(f"contribution-{year}", f"经营贡献奖励2500万：{shows}", "4b", award, outcome, 20_000_000,
               qualified_on=date(year, 12, 31))


def _listings(p: _Planter) -> None:
    for clause, market, exchange, ceiling in (("5c.1", "境内", "上海证券交易所", 3_000_000),
                                              ("5c.2", "境外", "香港联合交易所", 2_500_000)):
        for outcome, changes in (("eligible", {}), ("not_eligible", {"industry": "3484", "scope": SILENT})):
            firm = p.firm(**changes)
            code = f"9{len(p.city.firms):05d}" if market == "境内" else f"9{len(p.city.firms):04d}"
            p.city.list_shares(firm, code, market, exchange, date(2024, 7, 19))
            what = "非软件" if changes else "软件"
            p.case(f"listing-{clause}-{outcome}", f"{market}上市，{what}企业", clause, firm, outcome, ceiling)


def _projects(p: _Planter) -> None:
    for name, shows, category, clause, base, changes, outcome, ceiling in (
        ("core", "核心技术攻关评审通过", "核心技术攻关", "1a", "30000000", {}, "eligible", 5_000_000),
        ("core-blank", "评审结论空白：须判断", "核心技术攻关", "1a", "30000000", {"评审结论": None}, "needs_review",
         5_000_000),
        ("core-failed", "评审不通过", "核心技术攻关", "1a", "30000000", {"评审结论": "不通过"}, "not_eligible", None),
        ("open-cap", "12345678.90：封顶", "开源", "2a", "12345678.90", {}, "eligible", 1_000_000),
        ("open-at-cap", "1000万：恰到封顶", "开源", "2a", "10000000", {}, "eligible", 1_000_000),
        ("open-rate", "1234567.89：四舍五入到分", "开源", "2a", "1234567.89", {}, "eligible", Decimal("123456.79")),
        ("open-no-ip", "没有自主知识产权", "开源", "2a", "5000000", {"自主知识产权": "否"}, "not_eligible", None),
        ("open-blank", "市场前景空白：须判断", "开源", "2a", "5000000", {"市场前景好": None}, "needs_review", 500_000),
        ("open-no-base", "投资额缺失：上限未知", "开源", "2a", None, {}, "undetermined", None),
        ("settle-below", "19999999.99：不到门槛", "开源落地", "2b", "19999999.99", {}, "not_eligible", None),
        ("settle-at", "2000万（含）", "开源落地", "2b", "20000000", {}, "eligible", 2_000_000),
        ("settle-cap", "8000万：封顶500万", "开源落地", "2b", "80000000", {}, "eligible", 5_000_000),
        ("settle-missing", "实际投资额缺失", "开源落地", "2b", None, {}, "undetermined", None),
        ("settle-last-day", "恰满三年当日完成（含）", "开源落地", "2b", "20000000", {"投资完成日期": date(2025, 3, 8)},
         "eligible", 2_000_000),
        ("settle-late", "满三年次日完成", "开源落地", "2b", "20000000", {"投资完成日期": date(2025, 3, 9)},
         "not_eligible", None),
        ("emerging", "新兴技术项目", "创新应用", "7a", "6000000", {}, "eligible", 600_000),
        ("industrial-at-cap", "1200万：恰到封顶", "工业软件应用", "8b", "12000000", {}, "eligible", 6_000_000),
        ("industrial-rounds", "11999999.99：半分进位", "工业软件应用", "8b", "11999999.99", {}, "eligible", 6_000_000),
        ("demonstration", "信创应用示范", "信创应用示范", "9c", "8000000", {}, "eligible", 3_000_000),
        ("monopoly", "垄断类企业", "信创应用示范", "9c", "8000000", {"非垄断企业": "否"}, "not_eligible", None),
        ("cpu", "5000万：恰到封顶", "CPU生态落地", "9d", "50000000", {}, "eligible", 5_000_000),
        ("platform", "国家重大平台：一事一议", "重大平台", "3a", "90000000", {}, "needs_review", None),
    ):
        firm = p.firm(registered_on=date(2022, 3, 8))
        _project(p.city, firm, category, base, **changes)
        p.case(f"project-{name}", shows, clause, firm, outcome, ceiling)
    again = p.firm(registered_on=date(2023, 1, 10))
    for day in (date(2024, 6, 3), date(2025, 3, 3)):
        _project(p.city, again, "开源落地", "30000000", 投资完成日期=day)
        p.case(f"project-once-{day.year}", "2b 一次性：后一项成立但不计", "2b", again, "eligible", 3_000_000,
               qualified_on=day, is_counted=day.year == 2024)


def _project(city: City, firm: Firm, category: str, base: str | None, **more: Any) -> str:
    """One project approved in May 2024, in good order unless told otherwise; its amount is where the clause looks."""
    number = f"XM2024-P{city.number('projects'):04d}"
    amount = "实际投资额" if category.endswith("落地") else "直接相关投资额"
    row: Row = {
        "项目编号": number, "项目名称": f"{firm.name[2:5]}{category}项目", "承担企业": firm.name,
        "统一社会信用代码": firm.code,
        "项目类别": category, "技术领域": "工业软件", "立项日期": date(2024, 5, 20), "投资完成日期": date(2024, 11, 30),
        "直接相关投资额": None, "实际投资额": None, "自主知识产权": "是", "市场前景好": "是", "成效明显": "是",
        "非垄断企业": "是", "特别重大": "否", "评审结论": "通过", amount: Decimal(base) if base else None,
    }
    city.add("projects", **row | more)
    return number


def _selections(p: _Planter) -> None:
    for number in range(5):
        firm, chosen = p.firm(registered_on=date(2022, 6, 1)), number < 4
        p.city.add("spinoffs", 企业名称=firm.name, 统一社会信用代码=firm.code,
                   剥离主体=f"无锡示例第{number + 1}重工集团有限公司",
                   评选年度=2024, 评选日期=date(2024, 11, 4 + number), 结论="通过" if chosen else "不通过")
        if chosen:
            p.case(f"spinoff-{number + 1}", "一年评选4家：第4家须判断", "5d", firm,
                   "eligible" if number < 3 else "needs_review", 5_000_000)


def _rents(p: _Planter) -> None:
    park = p.city.parks[0]
    for name, shows, share in (("above", "补贴高于租金一半：不是问题", 80), ("at", "补贴恰为一半", 50),
                               ("below", "补贴低于租金一半：问题", 30)):
        firm = p.firm()
        p.city.rent(park, firm, date(2024, 4, 1), 2024, 240_000, 2_400 * share)
        p.case(f"rent-{name}", shows, "10b.2", firm, "eligible", floor_yuan=120_000, subsidy_yuan=2_400 * share)
    four = p.firm()
    for year in (2022, 2023, 2024, 2025):
        p.city.rent(park, four, date(2022, 2, 1), year, 100_000, 50_000)
    for year, outcome in ((2023, "not_eligible"), (2024, "eligible"), (2025, "not_eligible")):
        p.case(f"rent-year-{year}", "2022年入驻：2023在窗口前，2024是第三年，2025是第四年", "10b.2", four, outcome,
               floor_yuan=50_000, qualified_on=date(year, 1, 1))
    shop = p.firm(name="无锡{b}餐饮管理有限公司", industry="6210", scope=SILENT)
    p.city.rent(park, shop, date(2024, 9, 1), 2024, 60_000, 0)
    p.case("rent-not-software", "园区内的非软件企业", "10b.2", shop, "not_eligible")


def _park_honours(p: _Planter) -> None:
    title, honour = "park_title", "park_field_honour"
    for at, listed, level, year, field, name, shows, more in (
        (1, title, "provincial", 2024, None, "provincial", "省级软件名园：已拨付100万", {}),
        (1, title, "national", 2025, None, "national-after", "后获国家级：扣除已付省级（D16）",
         {"net_ceiling_yuan": 2_000_000}),
        (2, title, "provincial", 2024, None, "title-first", "先获省级名园", {"is_counted": True}),
        (2, honour, "provincial", 2025, "人工智能", "second-honour", "同一园区第二项同级荣誉：不计",
         {"is_counted": False}),
        (0, title, "national", 2024, None, "parent", "国家级名园", {"is_counted": True}),
        (7, honour, "provincial", 2025, "云计算", "inside", "园内集聚区视同该园区：不计", {"is_counted": False}),
        (3, honour, "provincial", 2024, "大数据", "honour", "省级大数据荣誉园区", {}),
    ):
        park, (clause, ceiling) = p.city.parks[at], AWARDS[listed, level]
        firm = p.city.firms[at]   # operators are the first firms, in the order of their parks
        day = p.city.recognise(None, listed, level, year, 园区名称=park["园区名称"], 领域=field)
        p.case(f"park-{name}", shows, clause, firm, "eligible", ceiling, park_id=park["园区编码"], qualified_on=day,
               **more)
    paid = ((date(2024, 7, 1), 1_000_000, "市"),)
    code = p.city.parks[1]["园区编码"]
    p.city.apply(p.city.firms[1], "10a.2", date(2024, 3, 4), "已拨付", 1_000_000, 1_000_000, paid, 园区编码=code)


def _overlap(p: _Planter) -> None:
    higher, tie = p.firm(), p.firm()
    p.city.recognise(higher, TITLE, "national", 2024)
    certificate: Row = {"等级": "CMMI5级", "证书编号": "CMMI-2024-TIE01", "有效期至": date(2027, 5, 19)}
    p.city.recognise(tie, "cmmi", "national", 2024, **certificate)
    for firm in (higher, tie):
        p.city.recognise(firm, SME, "national", 2024)
    for name, shows, clause, firm, ceiling, counts in (
        ("higher", "同年两项业绩奖励：高者计", "5a.1", higher, 1_000_000, True),
        ("lower", "同年两项业绩奖励：低者不计", "6b.1", higher, 500_000, False),
        ("tie-earlier", "同额：先发生的计", "11b", tie, 500_000, True),
        ("tie-later", "同额：后发生的不计", "6b.1", tie, 500_000, False),
    ):
        p.case(f"overlap-{name}", shows, clause, firm, "eligible", ceiling, is_counted=counts)
    for name, payer, net in (("city", "市", 200_000), ("district", "区", 500_000)):
        firm = p.firm()
        p.sme(f"other-award-{name}", f"同一认定另得{payer}级奖励30万（D15）", firm, "eligible", net_ceiling_yuan=net)
        p.city.add("other_awards", 企业名称=firm.name, 统一社会信用代码=firm.code,
                   政策名称="无锡市中小企业扶持办法（示例）",
                   事项="国家级专精特新“小巨人”奖励", 对应名单或项目="specialised_sme", 金额=300_000,
                   拨付日期=date(2024, 12, 20),
                   资金层级=payer)
    built = p.firm(registered_on=date(2022, 3, 8))
    number = _project(p.city, built, "创新应用", "8000000")
    p.city.add("other_awards", 企业名称=built.name, 统一社会信用代码=built.code, 政策名称="无锡市科技计划（示例）",
               事项="研发项目补助", 对应名单或项目=number, 金额=500_000, 拨付日期=date(2024, 10, 18), 资金层级="市")
    p.case("other-award-project", "同一项目另得市级补助50万（D15）", "7a", built, "eligible", 800_000,
           net_ceiling_yuan=300_000)
    flagged = p.firm()
    p.city.add("credit_flags", 企业名称=flagged.name, 统一社会信用代码=flagged.code, 名单="严重违法失信",
               列入日期=date(2024, 5, 6), 移出日期=None)
    p.sme("credit-flag", "信用名单只提示，不改变结论", flagged, "eligible")


def _money(p: _Planter) -> None:
    """Applications and payments on 6b.1, one firm a fate."""
    pay = date(2025, 1, 15)
    for name, shows, status, approved, paid, changes in (
        ("applied", "审核中", "审核中", None, (), {}),
        ("approved-unpaid", "已核定未拨付", "已核定", 500_000, (), {}),
        ("rejected", "不予支持", "不予支持", None, (), {}),
        ("withdrawn", "已撤回", "已撤回", None, (), {}),
        ("returned", "退回补正", "退回补正", None, (), {}),
        ("draft", "草稿不算申报", "草稿", None, (), {}),
        ("paid", "已拨付，低于上限", "已拨付", 400_000, ((pay, 400_000, "市"),), {}),
        ("split", "市区分担", "已拨付", 500_000, ((pay, 300_000, "市"), (date(2025, 2, 20), 200_000, "区")), {}),
        ("above-ceiling", "拨付高于上限", "已拨付", 600_000, ((pay, 600_000, "市"),), {}),
        ("clawback", "全部追回", "追回", 500_000, ((pay, 500_000, "市"), (date(2025, 9, 9), -500_000, "市")), {}),
        ("not-eligible", "江阴企业却已拨付", "已拨付", 500_000, ((pay, 500_000, "市"),), {"district": "320281"}),
    ):
        firm = p.firm(**changes)
        p.sme(f"money-{name}", shows, firm, "not_eligible" if changes else "eligible", last_status=status,
              paid_yuan=sum(amount for _, amount, _ in paid))
        p.city.apply(firm, "6b.1", date(2024, 10, 8), status, 500_000, approved, paid)


def _payments(p: _Planter) -> None:
    """What an auditor should find, beyond the plain fates."""
    twice, early, none = p.firm(), p.firm(), p.firm()
    p.sme("money-paid-twice", "同一事项两份申报各拨付一次", twice, "eligible", paid_yuan=1_000_000)
    for submitted, day in ((date(2024, 9, 20), date(2024, 12, 2)), (date(2025, 3, 3), date(2025, 7, 1))):
        p.city.apply(twice, "6b.1", submitted, "已拨付", 500_000, 500_000, ((day, 500_000, "市"),))
    qualified = p.city.recognise(early, SME, "national", 2023)
    p.case("money-outside-window", "窗口前的认定却已拨付", "6b.1", early, "not_eligible", qualified_on=qualified,
           paid_yuan=500_000)
    paid = ((date(2024, 6, 3), 500_000, "市"),)
    p.city.apply(early, "6b.1", date(2024, 2, 1), "已拨付", 500_000, 500_000, paid)
    p.case("money-without-ground", "无依据申报", "6b.1", none, None)
    p.city.apply(none, "6b.1", date(2024, 10, 8), "已提交", 500_000)
    special = p.firm(registered_on=date(2022, 3, 8))
    number = _project(p.city, special, "核心技术攻关", "90000000", 特别重大="是")
    p.case("money-float", "特别重大项目可上浮：高于500万不算错（D5）", "1a", special, "eligible", 5_000_000,
           paid_yuan=8_000_000)
    p.city.grounds.pop()   # this one's application is told here
    paid = ((date(2024, 12, 2), 8_000_000, "市"),)
    p.city.apply(special, "1a", date(2024, 7, 1), "已拨付", 8_000_000, 8_000_000, paid, 项目编号=number)


def _lists_of_old(p: _Planter) -> None:
    """Every list of every year with a firm of another city on it: how far back a first can be known."""
    other = f"南京{names.brand(196)[0]}软件有限公司"
    for listed, (_, days) in CALENDAR.items():
        for level in days:
            for year in range(BEGAN.get((listed, level), 2019), 2026):
                lines: tuple[dict[str, str], ...] = ({},)
                if listed.startswith("park"):
                    lines = ({"园区名称": "江苏虚构软件园", "领域": "云计算"},)
                elif listed == "innovation_centre":
                    lines = tuple({"项目名称": f"江苏虚构软件{kind}", "领域": "基础软件"} for kind in CENTRES)
                elif listed in ("cmmi", *TRACKS):
                    lines = ({"等级": "3级"} | ({"类别": TRACKS[listed]} if listed in TRACKS else {}),)
                for line in lines:
                    p.city.recognise(None, listed, level, year, None if "园区名称" in line else other, **line)


def _names_of_two(p: _Planter) -> None:
    """A former name that another firm bears now: whose the earlier title was is for a person, and so is the first."""
    code = {case["id"]: case["firm_code"] for case in p.city.cases}
    firms = {firm.code: firm for firm in p.city.firms}
    firm, heir = firms[code["top100"]], firms[code["capital-10000000"]]
    firm.former = heir.name
    p.city.recognise(min(heir, firm, key=lambda one: one.code), SME, "national", 2022, heir.name, "review")
    p.sme("name-of-two", "曾用名现为另一家所用，此前名单待认定：首次未知", firm, "undetermined")
