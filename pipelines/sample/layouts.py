"""How each source's files look: their columns as printed, their formats and their dress."""

from pipelines.sample.files import Look


def columns(words: str) -> dict[str, str]:
    """Row keys to printed headers: `金额(元)` is its own header without the unit, `企业名称:单位名称` renames."""
    pairs = (word.partition(":") for word in words.split())
    return {key.partition("(")[0]: header or key for key, _, header in pairs}


RENTS = columns(
    "园区编码 企业名称 统一社会信用代码 入驻日期 退租日期 租赁面积(平方米) 年度 年租金(元) 已获租金补贴(元)"
)
PARKS = columns(
    "园区编码 园区名称 所在区 上级园区编码 运营主体名称 运营主体统一社会信用代码 建成面积(万平方米) 开园日期"
)
REGISTER = columns(
    "企业名称 统一社会信用代码 注册日期 企业类型 注册资金 经营范围 所在省份 地区 注册地址 实缴资本 行业代码 "
    "行业代码版本 登记状态 区划代码 所属街道 曾用名 英文名称 注销日期 法定代表人"
)
REGISTER_JSON = columns(
    "企业名称:name 统一社会信用代码:code 注册日期:registrationDay 企业类型:character 注册资金:capital "
    "经营范围:businessScope 所在省份:province 地区:city 注册地址:address"
)
REGISTER_XLS = columns(
    "统一社会信用代码:社会信用代码 企业名称:名称 注册日期:成立日期 注册地址:住所 注册资金:注册资本 经营范围 行业代码 "
    "行业代码版本 区划代码"
)
STATISTICS = columns(
    "统一社会信用代码 企业名称 年度 软件业务收入(万元) 营业收入(万元) 研发费用(万元) 从业人员 软件从业人员 特色领域 "
    "软件统计名录 规上服务业 统计口径 软件产品收入(万元) 信息技术服务收入(万元) 信息安全收入(万元) 嵌入式系统软件收入(万元) "
    "利润总额(万元) 软件业务出口(万美元) 工资总额(万元) 主要领域"
)
# the monthly form: code → its words and unit on the form; of each figure two columns
FORM = {
    "2010": ("主营业务收入", "万元"), "2020": ("软件业务收入合计", "万元"), "2021": ("软件产品", "万元"), "20211": ("基础软件", "万元"),
    "20212": ("工业软件", "万元"), "2022": ("信息技术服务", "万元"), "20221": ("云服务", "万元"), "20222": ("大数据服务", "万元"),
    "20223": ("工业互联网平台服务", "万元"), "20224": ("电子商务平台技术服务", "万元"), "20225": ("集成电路设计", "万元"),
    "2023": ("信息安全", "万元"), "20231": ("工控安全", "万元"), "2024": ("嵌入式系统软件", "万元"), "2041": ("软件外包服务出口", "万美元"),
    "20421": ("应用嵌入式系统软件的产品出口额", "万美元"), "2042": ("嵌入式系统软件出口", "万美元"), "2043": ("其他软件业务出口", "万美元"),
    "2050": ("主营业务成本", "万元"), "2051": ("硬件成本", "万元"), "2080": ("费用总额", "万元"), "2090": ("利润总额", "万元"),
    "2110": ("研发经费", "万元"), "2111": ("从业人员工资总额", "万元"), "2112": ("平均用工人数", "人"), "2113": ("订单同比增长", "%"),
}  # fmt: skip
_REPORTER = columns("统一社会信用代码 单位详细名称 报告期")
MONTHLY = _REPORTER | {f"{code} {role}": f"{code} {role}" for code in FORM for role in ("本年累计", "上年同期累计")}
MONTHLY_LINES = _REPORTER | columns("代码 指标名称 计量单位 本年累计 上年同期累计 上期累计")
APPLICATIONS = columns(
    "申报编号 条款编号 申报主体 统一社会信用代码 园区编码 项目编号 证书编号 提交日期 受理日期 状态 申请金额(元) "
    "核定金额(元) 核定日期"
)
PLAIN = {
    "headquarters": columns(
        "企业名称 统一社会信用代码 认定日期 核算年度 实收注册资本(万元) 币种 落户方式 经营贡献奖励(万元)"
    ),
    "spinoffs": columns("企业名称 统一社会信用代码 剥离主体 评选年度 评选日期 结论"),
    "listings": columns("证券代码 证券简称 公司全称 上市日期 交易所 上市地"),
    "projects": columns(
        "项目编号 项目名称 承担企业 统一社会信用代码 项目类别 技术领域 立项日期 投资完成日期 直接相关投资额(万元) "
        "实际投资额(万元) 自主知识产权 市场前景好 成效明显 非垄断企业 特别重大 评审结论"
    ),
    "other_awards": columns("企业名称 统一社会信用代码 政策名称 事项 对应名单或项目 金额(元) 拨付日期 资金层级"),
    "credit_flags": columns("企业名称 统一社会信用代码 名单 列入日期 移出日期"),
    "aliases": columns("名单名称 统一社会信用代码 依据 生效日期"),
    "benchmarks": columns("指标 地区 期别 数值 单位 同比(%) 版次 发布日期 发布单位 题名"),
    "budgets": columns("政策编号 年度 措施编号 预算金额(万元) 调整金额(万元) 日期"),
    "payments": columns("拨付编号 申报编号 拨付日期 金额(元) 资金层级"),
}
# 万元 by measure; of the seventh of 2025 nobody says what it has
BUDGETS = {
    2024: {1: 2_000, 2: 300, 3: 1_500, 4: 1_200, 5: 800, 6: 400, 7: 300, 8: 400, 9: 900, 10: 600, 11: 200},
    2025: {1: 1_500, 2: 900, 3: 1_500, 4: 1_200, 5: 1_000, 6: 600, 8: 800, 9: 500, 10: 500, 11: 200},
}  # fmt: skip
# how each list names its columns, the form it is sent in, and how it is dressed
LISTS = {
    "cmmi": ("企业名称:单位名称 等级 证书编号 有效期至", "csv", Look(encoding="utf-8-sig")),
    "itss": (
        "证书编号 企业名称:单位名称 类别 等级:级别 有效期至:有效期",
        "xlsx",
        Look("ITSS 证书名单", "excel", has_notes=True),
    ),
    "dcmm": ("企业名称:单位名称 等级 类别 证书编号 有效期至", "xls", Look("DCMM 贯标评估名单", "chinese")),
    "specialised_sme": ("企业名称", "xlsx", Look()),
    "single_champion_firm": ("企业名称 产品名称:主营产品", "xlsx", Look("制造业单项冠军企业名单")),
    "single_champion_product": ("产品名称 企业名称", "csv", Look(encoding="gb18030", has_notes=True)),
    "software_title": ("企业名称 类别", "xlsx", Look(blank="/")),
    "software_top100": ("企业名称", "csv", Look(encoding="utf-8-sig")),
    "internet_top100": ("企业名称 产品名称", "csv", Look()),
    "feifeng": ("产品名称:软件产品名称 企业名称 类别", "xls", Look("无锡市软件产品“飞凤奖”获奖名单")),
    "xinchuang_benchmark": ("项目名称 企业名称:申报单位 联合单位", "xlsx", Look("信创标杆工程", blank="-")),
    "xinchuang_case": ("项目名称:案例名称 企业名称:申报单位 联合单位", "xlsx", Look(blank="/")),
    "innovation_centre": ("项目名称:创新中心名称 企业名称:依托单位 领域", "xlsx", Look("创新中心名单", has_notes=True)),
    "innovation_platform": ("项目名称:平台名称 企业名称:申报单位 领域", "csv", Look(encoding="gb18030")),
    "park_title": ("园区名称", "xlsx", Look("软件名园名单")),
    "park_field_honour": ("园区名称 领域", "csv", Look(encoding="utf-8-sig", has_notes=True)),
}
# the plain sources' files: each takes what happened up to its day and is not yet in an earlier one
FILES = (
    ("headquarters", "认定日期", "2024-07-15", "xlsx", Look("总部企业核算表", "excel", has_personal=True)),
    ("headquarters", "认定日期", "2025-07-15", "csv", Look(dates="chinese", has_notes=True)),
    ("spinoffs", "评选日期", "2024-11-20", "xlsx", Look("软件业务剥离评选结果", "serial")),
    ("other_awards", "拨付日期", "2024-12-31", "xlsx", Look(dates="excel", has_notes=True)),
    ("other_awards", "拨付日期", "2025-12-31", "csv", Look(dates="compact", encoding="gb18030")),
    ("aliases", "生效日期", "2025-06-30", "csv", Look(encoding="utf-8-sig")),
    ("credit_flags", "列入日期", "2025-12-24", "csv", Look(blank="#N/A", is_messy=True)),
    ("listings", "上市日期", "2025-12-31", "csv", Look(dates="slash", encoding="gb18030")),
    ("payments", "拨付日期", "2024-06-30", "csv", Look(dates="compact", has_notes=True)),
    ("payments", "拨付日期", "2024-12-31", "xlsx", Look("资金拨付明细", "excel")),
    ("payments", "拨付日期", "2025-06-30", "csv", Look(encoding="gb18030")),
    ("payments", "拨付日期", "2025-11-30", "csv", Look(dates="slash", encoding="utf-8-sig")),
    ("payments", "拨付日期", "2025-12-31", "xlsx", Look("资金拨付明细", "serial", has_notes=True)),
)
RENT_LOOKS = (
    ("xlsx", Look("租金台账", "excel", has_personal=True, merged=("企业名称", "统一社会信用代码", "入驻日期"))),
    ("csv", Look(dates="slash", blank="-", encoding="gb18030", is_messy=True, has_notes=True)),
    ("xlsx", Look(dates="serial")),
    ("csv", Look(dates="compact", encoding="utf-8-sig", has_personal=True)),
)
STATISTICS_FILES = {
    2022: ("2023-04-28.csv", Look(encoding="gb18030", blank="-", has_notes=True)),
    2023: ("2024-04-26.xlsx", Look("软件业年报", blank="/", has_personal=True)),
    2024: ("2025-04-25.xlsx", Look(has_notes=True, is_messy=True)),
    2025: ("2025-12-31.csv", Look(encoding="utf-8-sig")),
}
APPLICATION_LOOKS = (
    ("csv", Look(is_messy=True, has_personal=True)),
    ("xlsx", Look("惠企政策平台申报导出", "excel", has_notes=True)),
    ("json", Look()),
    ("csv", Look(dates="slash", encoding="gb18030", blank="-")),
)
