"""Write the invented city's files, source by source, and the truth beside them."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pipelines.base.errors import SettingsError
from pipelines.sample import industry, layouts, names
from pipelines.sample.city import everyone, settle
from pipelines.sample.files import BAD, Landing, Look
from pipelines.sample.model import AS_OF, CALENDAR, Application, City, Firm, Row, published_on
from pipelines.sample.planted import plant

LABEL = (
    "示例数据：本文件夹中的企业、园区、名单、项目和金额均为虚构，"
    "由 softcity sample 生成（{} 家企业，种子 {}）。\n"
)


def write_city(directory: Path, firms: int = 400, seed: int = 2026) -> None:
    """Invent a city and write its files to `directory/landing`, its truth to `directory/truth.json`.

    The planted cases are always there, so a city has at least as many firms as they need (about 150).
    The same firms and seed give the same bytes. An older sample in the folder is replaced.
    Raises SettingsError when the landing folder holds anything else.
    """
    landing = Landing(directory / "landing")
    if (landing.folder / "SAMPLE").is_file():
        shutil.rmtree(landing.folder)
    elif landing.folder.is_dir() and any(landing.folder.iterdir()):
        raise SettingsError(f"{landing.folder} holds files that are not a sample city. Name another folder.")
    landing.folder.mkdir(parents=True, exist_ok=True)
    (landing.folder / "SAMPLE").write_text(LABEL.format(firms, seed), "utf-8")
    city = City(firms, seed)
    plant(city)
    settle(city)
    industry.enlist(city)
    for write in (_registrations, _parks, _recognitions, _projects, _dated, _statistics, industry.monthly, _benchmarks, _applications, _budgets):
        write(city, landing)
    codes = {"valid": 0, "bad_check": 0, "legacy": 0}
    for firm in everyone(city):
        kind = "bad_check" if len(firm.code) == 18 else "legacy"
        codes["valid" if names.is_valid_code(firm.code) else kind] += 1
    files = {
        file: asdict(count) | ({"reasons": landing.reasons[file]} if file in landing.reasons else {})
        for file, count in sorted(landing.counts.items())
    }
    truth = {
        "firms": firms, "seed": seed, "as_of": AS_OF, "codes": codes, "planted": city.cases,
        "names": dict(sorted(city.names.items())), "files": files,
    }
    text = json.dumps(truth, ensure_ascii=False, indent=1, default=_plain)
    (directory / "truth.json").write_text(text + "\n", "utf-8")


def _plain(value: object) -> str:
    """Days as ISO text; money as text with two places, so that no fen is lost."""
    return value.isoformat() if isinstance(value, date) else f"{value:.2f}"


def _registrations(city: City, landing: Landing) -> None:
    """A full file a month, and what changed in between; a large city sends one full file."""
    if city.size <= 20_000:
        before = (firm for firm in everyone(city) if firm.registered_on <= date(2025, 11, 30))
        landing.write("registrations/registrations_full_2025-11-30.csv.gz", layouts.REGISTER,
                      (_registered(firm, was=True) for firm in before), Look(encoding="gb18030"))
        renamed = [_registered(firm) for number, firm in enumerate(city.firms) if firm.former and number % 2 == 0]
        if renamed:  # a city of a hundred firms may have none
            landing.write("registrations/registrations_delta_2025-12-10.json", layouts.REGISTER_JSON, renamed[:20])
        changed = [_registered(firm) for firm in city.firms[30:40]]
        changed.append(_registered(city.firms[20]) | {"注册日期": date(2099, 6, 1), BAD: "日期晚于收到日"})
        landing.write("registrations/registrations_delta_2025-12-20.xls", layouts.REGISTER_XLS, changed,
                      Look("企业登记增量", "chinese", has_notes=True))
    landing.write("registrations/registrations_full_2025-12-31.csv.gz", layouts.REGISTER,
                  map(_registered, everyone(city)))


def _registered(firm: Firm, was: bool = False) -> Row:
    """A firm as the register prints it; `was` gives the state before its renaming."""
    old, moved = was and firm.former, firm.district_before if was else None
    return {
        "企业名称": firm.former if old else firm.name, "统一社会信用代码": firm.code, "注册日期": firm.registered_on,
        "企业类型": firm.kind, "注册资金": firm.capital, "经营范围": firm.scope, "所在省份": "江苏", "地区": "无锡",
        "注册地址": f"无锡市{names.DISTRICTS[moved]}{names.ROADS[0]}1号" if moved else firm.address, "行业代码": firm.industry, "行业代码版本": firm.edition,
        "登记状态": firm.status or ("注销" if firm.deregistered_on else "在业"),
        "区划代码": (moved or firm.district) if firm.shows_district else None, "所属街道": firm.street,
        "曾用名": None if old else firm.former, "英文名称": firm.english, "注销日期": firm.deregistered_on,
        "法定代表人": "示例甲",
    }


def _parks(city: City, landing: Landing) -> None:
    """The register of parks, and each operator's rents in the operator's own fashion."""
    for number, row in enumerate(city.parks):
        row["建成面积"] = _built(city, row["园区编码"], 62 + 13 * number % 34)
    landing.write("parks/parks_2025-01-06.xlsx", layouts.PARKS, city.parks, Look("园区名录", "excel", has_notes=True))
    by_park: dict[str, list[Row]] = {park["园区编码"]: [] for park in city.parks}
    for row in city.tables["tenancies"]:
        by_park[row["园区编码"]].append(row)
    for number, (park, rows) in enumerate(by_park.items()):
        suffix, look = layouts.RENT_LOOKS[number % 4]
        headers = dict(reversed(layouts.RENTS.items())) if number % 4 == 2 else layouts.RENTS
        landing.write(f"tenancies/tenancies_{park}_2025-12-31.{suffix}", headers, rows, look)


def _built(city: City, park_id: str, percent: int) -> int:
    """The area of a park of which so much is let: square metres in hundreds."""
    leases = {
        (row["企业名称"], row["入驻日期"]): row["租赁面积"] for row in city.tables["tenancies"]
        if row["园区编码"] == park_id and (row["退租日期"] is None or row["退租日期"] > AS_OF)
    }  # fmt: skip
    return -(-sum(leases.values()) * 100 // percent // 100) * 100 or 6_000


def _recognitions(city: City, landing: Landing) -> None:
    """One file a list, level and year; 专精特新 also as a notice before, as a copy, and with its renewals."""
    for (listed, level, year), lines in sorted(city.notices.items()):
        printed, suffix, look = layouts.LISTS[listed]
        day, round_ = published_on(listed, level, year), _round(listed, level, year)
        headers = layouts.columns(f"序号 {printed}")
        if any("统一社会信用代码" in line for line in lines):
            headers["统一社会信用代码"] = "统一社会信用代码"
        meta = {"list": listed, "level": level, "issuer": CALENDAR[listed][0],
                "document": f"示例文号〔{year}〕{len(landing.counts)}号", "published_on": day, "stage": "公布",
                "round": round_, "renewal": False}
        fresh = [line for line in lines if not line.get("复核") and not line.get("仅公示")]
        old = [line for line in lines if line.get("复核")]
        if listed == "specialised_sme":
            if year >= 2024:
                before = day - timedelta(days=21)
                _publish(landing, f"{listed}_{level}_notice_{before}.csv", headers,
                         [line for line in lines if not line.get("复核")], Look(encoding="utf-8-sig"),
                         meta | {"stage": "公示", "published_on": before, "document": f"{round_}公示（示例）"})
            if copies := [line for line in lines if line.get("转发")]:
                _publish(landing, f"{listed}_{level}_copy_{_arrival(day)}.csv", headers, copies,
                         Look(encoding="gb18030"), meta | {"issuer": "无锡市工业和信息化局（示例）",
                                                           "document": "转发通知（示例）"})
            if (level, year) == ("national", 2024):
                fresh.insert(3, {"企业名称": "<b>无锡示例软件有限公司</b>", BAD: "名称含网页代码"})
            title = "专精特新“小巨人”企业名单" if level == "national" else "省级专精特新中小企业名单"
            look = Look(title, has_notes=level == "national", sheets=level == "provincial", has_personal=year == 2024)
        _publish(landing, f"{listed}_{level}_{_arrival(day)}.{suffix}", headers, fresh, look, meta, old,
                 _round(listed, level, year - 3))


def _publish(landing: Landing, file: str, headers: dict[str, str], lines: list[Row], look: Look, meta: Row,
             old: list[Row] | None = None, old_round: str = "") -> None:
    """A list with its sidecar; with renewals, two sections that the sidecar names by their titles."""
    lines, old = ([line | {"序号": at} for at, line in enumerate(part, 1)] for part in (lines, old or []))
    renewals = None
    if old:
        first, second = "新认定", "复核通过"
        if not look.sheets:
            first, second = f"一、{meta['round']}{first}企业名单", f"二、{old_round}{second}企业名单"
        renewals = (first, second, old)
        meta = {key: value for key, value in meta.items() if key != "renewal"}
        meta["sections"] = [{"title": first, "renewal": False}, {"title": second, "renewal": True, "round": old_round}]
    written = landing.write(f"recognitions/{file}", headers, lines, look, renewals)
    sidecar = landing.folder / f"{written}.meta.yaml"
    sidecar.write_text(yaml.safe_dump(meta, allow_unicode=True, sort_keys=False), "utf-8")


def _round(listed: str, level: str, year: int) -> str:
    if listed == "feifeng":
        return f"第{year - 2009}届"
    if listed == "single_champion_firm":
        return f"第{year - 2016}批"
    return f"第{year - 2018}批" if (listed, level) == ("specialised_sme", "national") and year > 2018 else f"{year}年"


def _arrival(day: date) -> date:
    return min(day + timedelta(days=3), AS_OF)


def _projects(city: City, landing: Landing) -> None:
    """Two bureaus, two files."""
    headers, rows = layouts.PLAIN["projects"], city.tables["projects"]
    science = [row for row in rows if row["项目类别"] == "核心技术攻关"]
    landing.write("projects/projects_kjj_2025-12-31.xlsx", headers, science, Look("科技计划项目", "excel", blank="/"))
    landing.write("projects/projects_gxj_2025-12-31.csv", dict(reversed(headers.items())),
                  [row for row in rows if row["项目类别"] != "核心技术攻关"],
                  Look(dates="slash", encoding="gb18030", is_messy=True, has_notes=True))


def _dated(city: City, landing: Landing) -> None:
    """The sources that come in plain files from time to time, each with what is new."""
    city.add("other_awards", 企业名称="无锡示例软件有限公司", 政策名称="示例政策", 事项="更正", 金额=-1_000,
             拨付日期=date(2025, 6, 30), **{BAD: "金额为负"})
    for source, key, last, suffix, look in layouts.FILES:
        rows = city.tables[source]
        new = [row for row in rows if str(row[key]) <= last]
        city.tables[source] = [row for row in rows if str(row[key]) > last]
        landing.write(f"{source}/{source}_{last}.{suffix}", layouts.PLAIN[source], new, look)


def _statistics(city: City, landing: Landing) -> None:
    """A file a year; the last one turns its columns round and counts in yuan."""
    headers = layouts.STATISTICS
    for year, (file, look) in layouts.STATISTICS_FILES.items():
        rows = [row | industry.detail(row) for row in city.tables["statistics"] if row["年度"] == year]
        if year == 2024:
            rows.insert(5, rows[0] | {"统一社会信用代码": "9.13202E+17", BAD: "代码成了科学计数法"})
            rows.insert(9, rows[1] | {"营业收入": -5_000_000, BAD: "金额为负"})
        if year == 2025:
            headers = {key: header.replace("(万元)", "(元)") for key, header in reversed(headers.items())}
        landing.write(f"statistics/statistics_{file}", headers, rows, look)


def _benchmarks(city: City, landing: Landing) -> None:
    """A month newer than the project knows, of an invented release."""
    said = {"地区": "全国", "期别": "2025年1-11月", "发布日期": date(2025, 12, 27), "发布单位": "示例统计发布", "题名": "2025年1-11月软件业运行情况（示例）"}
    rows = [
        said | {"指标": name, "数值": value, "单位": "亿元", "同比": rate}
        for name, value, rate in (("软件业务收入", 140_000, 13), ("软件产品收入", 30_100, 11), ("信息技术服务收入", 96_500, 14), ("信息安全收入", 2_200, 7), ("嵌入式系统软件收入", 11_200, 9))
    ]
    landing.write("benchmarks/benchmarks_2025-12-29.csv", layouts.PLAIN["benchmarks"], rows, Look(dates="chinese", has_notes=True))


def _applications(city: City, landing: Landing) -> None:
    """An export a month, weekly at the end: every application whose state changed since the one before."""
    exports = [date(2024 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(3, 24)]
    exports += [date(2025, 12, day) for day in (5, 12, 19, 26, 31)]
    for number, last in enumerate(exports):
        rows = list(_seen(city.applications, exports[number - 1] if number else date.min, last))
        if last == AS_OF and rows:
            rows.append(rows[0] | {"申报编号": "SB2025-999998", "状态": "补件中", BAD: "状态不在可选项内"})
            rows.append(rows[0] | {"申报编号": "SB2025-999999", "提交日期": date(2099, 1, 1), BAD: "日期晚于收到日"})
        if rows:
            suffix, look = layouts.APPLICATION_LOOKS[number % 4]
            landing.write(f"applications/applications_{last}.{suffix}", layouts.APPLICATIONS, rows, look)


def _seen(applications: list[Application], first: date, last: date) -> Iterator[Row]:
    """The applications that changed after `first`, as they stood on `last`."""
    for application in applications:
        if not any(first < day <= last for day, _ in application.steps):
            continue
        done = [step for step in application.steps if step[0] <= last]
        days: dict[str, Any] = {status: day for day, status in done}
        approved_on = days.get("已核定") if application.approved is not None else None
        yield {
            "申报编号": application.number, "条款编号": application.clause, "申报主体": application.firm.name,
            "统一社会信用代码": application.firm.code, "提交日期": application.steps[0][0],
            "受理日期": days.get("已受理"), "状态": done[-1][1], "申请金额": application.requested,
            "核定金额": Decimal(application.approved or 0) if approved_on else None, "核定日期": approved_on,
        } | application.refs


def _budgets(city: City, landing: Landing) -> None:
    """What the council sets aside: of 2024 the whole policy and its measures, of 2025 measures alone, two of them changed in the year.

    Nothing is drawn by chance here, and the files come last: all others keep their bytes.
    """
    size = max(1, city.size // 400)

    def row(year: int, day: date, measure: int | None, budget: int | None, adjusted: int | None = None) -> Row:
        sums = {"预算金额": budget, "调整金额": adjusted}
        return {"政策编号": "wuxi-software", "年度": year, "措施编号": measure, "日期": day} | {
            key: value * 10_000 * size if value is not None else None for key, value in sums.items()
        }

    headers, first, later, changed = layouts.PLAIN["budgets"], date(2024, 1, 26), date(2025, 1, 20), date(2025, 9, 12)
    whole = [row(2024, first, None, 8_000), *(row(2024, first, measure, budget) for measure, budget in layouts.BUDGETS[2024].items())]
    landing.write("budgets/budgets_2024-02-02.xlsx", headers, whole, Look("软件产业政策预算安排", "excel", has_notes=True))
    of_year = [row(2025, later, measure, budget) for measure, budget in layouts.BUDGETS[2025].items()]
    of_year.append(row(2025, later, 7, -100) | {BAD: "金额为负"})
    landing.write("budgets/budgets_2025-02-10.csv", dict(reversed(headers.items())), of_year, Look(dates="slash", encoding="gb18030", blank="-"))
    changes = [
        line for measure, change in ((2, 200), (9, -150))
        for line in (row(2025, later, measure, layouts.BUDGETS[2025][measure]), row(2025, changed, measure, None, change))
    ]
    landing.write("budgets/budgets_2025-09-15.csv", headers, changes, Look(encoding="utf-8-sig"))
