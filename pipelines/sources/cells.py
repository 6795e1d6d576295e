"""One pure function per column type: from the text of a cell to its values, or BadCell saying what to do.

Every function gives a tuple as long as the column's stored fields (contract.Column.fields).
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import mul
from typing import Any

import cn2an

from pipelines.identity.names import normalise_name
from pipelines.sources.contract import Column
from pipelines.sources.whole import NESTED

CAPITAL_UNREAD = "写法未能识别"   # the text is not kept: in a shifted row it may be a person's name
BLANKS = {"", "-", "--", "—", "——", "/", "\\", "N/A", "#N/A", "NA", "NULL", "无"}
_FORMULA_ERRORS = {
    "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!",
    "#GETTING_DATA", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "ERR:502", "ERR:504",
}  # fmt: skip
_YES = {"是", "有", "通过", "入选", "TRUE", "Y", "YES", "1"}
_NO = {"否", "无", "不通过", "未通过", "未入选", "不入选", "FALSE", "N", "NO", "0"}
_OPEN_END = {"长期", "长期有效", "永久", "永久有效"}
_FEN = Decimal("0.01")
_LARGEST = Decimal(10) ** 13   # ten million million yuan: beyond it a unit is wrong, and shares of it would overflow

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"   # no I O S V Z (GB 32100-2015)
_USCC_VALUE = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ID_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]

# zero-width signs, and those that turn the reading direction: what is stored must be what is seen
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LONGEST_MARK = 60   # of a blank, an error or a code: longer text is prose
_LONGEST_CODE = 40   # old numbers carry words: 企合苏锡总字第0001
_BETWEEN_FIRMS = re.compile(r"[、；;，,/\n\r]+")
_ORGANISATION = re.compile(
    r"[^<>=+@]{2,}(?:公司|集团|企业|厂|院|所|中心|大学|学校|银行|联盟|基地|局|委|会|社|部|店|站|馆|园|\(有限合伙\))(?:\([^()]*\))?"
)
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_BIRTHDAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_IDENTITY = re.compile(rf"(?<![0-9A-Za-z])[1-8]\d{{5}}{_BIRTHDAY}\d{{3}}[\dXx](?![0-9A-Za-z])")
_TIME = r"(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
_DAY = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}|(\d{{4}})(\d\d)(\d\d)")
_TOO_COARSE = re.compile(r"\d{4}(?:年|[-/.年]?\d{1,2}月?)?")
_PERIOD = re.compile(   # 2025-09, 202509, 2025年9月, 2025年1-9月, 2025年前三季度; a spreadsheet makes 2025-09-01 of it
    r"(?P<year>\d{4})(?:年(?:1|01)[-—–~至]+(?P<last>\d{1,2})月?|年(?P<spoken>一季度|第一季度|上半年|前三季度|全年)|[年./-]?(?P<month>\d{1,2})月?)(?:份|累计)?"
    r"(?:-01 00:00:00)?"
)
_SPOKEN = {"一季度": 3, "第一季度": 3, "上半年": 6, "前三季度": 9, "全年": 12}
_MONTHS = {"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}
_MONTH = r"(?:JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)"
_ENGLISH_DAY = re.compile(   # Jul 15, 2027; 15 July 2027; 15-Jul-2027
    rf"(?P<month>{_MONTH})\.?[ -]?(?P<day>\d{{1,2}})(?:ST|ND|RD|TH)?[, -]+(?P<year>\d{{4}}){_TIME}"
    rf"|(?P<day_>\d{{1,2}})(?:ST|ND|RD|TH)?[ -]?(?:OF )?(?P<month_>{_MONTH})\.?[, -]*(?P<year_>\d{{4}}){_TIME}"
)
_AS_TEXT = re.compile(r"""="([^"]*)"|'([^']*)""")   # how a spreadsheet is told that digits are text
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+|\d\.\d+E\d+")
_DAY_ONE, _DAY_ONE_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?|60000")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")   # most figures of most files
_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)([千百]?万|千|亿)?(.*)")
_DASHES = str.maketrans("−‐‑‒–—", "------")
_MINUS_IN_WORDS = re.compile(r"\(?(?:红字|负数?)\)?")
_NEGATIVE = re.compile(r"-([^-]+)|([^-]+)-|\(([^()-]+)\)([^()-]*)")
_UNIT_IN_BRACKETS = re.compile(r"(?<=.)\(([^()\d]+)\)")
_YUAN_SAID = re.compile(r"人民币|RMB|CNY|¥")
_YUAN = re.compile(r"[元圆]{1,2}[整正]?|[整正]")
_FOREIGN = re.compile(r"元?(?:[\u4e00-\u9fff]*(?:元|币|金|镑|法郎|卢布|克朗|铢)|USD|HKD|EUR|JPY|GBP)")
_SCALE = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_CHINESE = re.compile(r"[零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖拾佰仟十百千万亿]+")


class BadCell(ValueError):
    """A value that cannot be taken. The message, in Chinese, says why and what to do."""


def clean(text: str) -> str:
    """The cell in half width, without invisible signs and outer spaces."""
    return _visible(text if text.isascii() else unicodedata.normalize("NFKC", text))


def _visible(text: str) -> str:
    return (text if text.isprintable() else _INVISIBLE.sub("", text)).strip()


def mask(text: str) -> str:
    """A value as it may be shown to a steward: telephone and identity numbers hidden, at most 80 characters."""
    return _PHONE.sub("[手机号]", _IDENTITY.sub("[证件号]", clean(text)))[:80]


def parse(
    column: Column, text: str, received_on: date, unit: str | None = None, is_1904: bool = False
) -> tuple[Any, ...]:
    """The values of one cell; `unit` is what the header said in brackets, `is_1904` how the workbook counts its days.

    Raises BadCell when the value cannot be taken.
    """
    if column.type == "yuan" and _PLAIN.fullmatch(text):   # nothing to clean
        return (yuan(text, unit, column.negative),)
    if text.lstrip()[:1] in ("=", "'"):
        text = said_as_text(text)
    if column.type == "text" and len(text) > _LONGEST_MARK:
        return (text if text.isascii() and text.isprintable() else _visible(text),)
    value = clean(text)
    if value == NESTED:
        raise BadCell("这里是嵌套的结构，不是一个值：请展开成单独的列后再报")
    if column.type == "credit_code":
        if value.upper() in _FORMULA_ERRORS:
            raise BadCell("单元格是公式错误：请改为文本后重报")
        return credit_code(value)
    if column.type == "capital":
        return capital(value, unit)
    if value.upper() in BLANKS and not (column.type == "yes_no" and value == "无"):
        if column.required and not column.may_be_blank:
            raise BadCell("必填项空缺：请补填")
        return (None,) * len(column.fields())
    if value.upper() in _FORMULA_ERRORS:
        raise BadCell("单元格是公式错误：请改为数值后重报")
    latest = None if column.future else received_on
    match column.type:
        case "name":
            return name(text)
        case "code":
            return (code(value),)
        case "day":
            return (None if column.future and value in _OPEN_END else day(value, latest, _DAY_ONE_1904 if is_1904 else _DAY_ONE),)
        case "month":
            is_year = column.years and re.fullmatch(r"\d{4}(?:年度?|年?全年)?", value)
            return (str(year(value[:4], latest)) if is_year else month(value, latest, column.since),)
        case "year":
            return (year(value, latest),)
        case "yuan":
            return (yuan(value, unit, column.negative),)
        case "number":
            return (number(value, unit, column.units, column.negative),)
        case "integer":
            return (integer(value, column.negative),)
        case "yes_no":
            return (yes_no(value),)
        case "choice":
            return (choice(value, column.choices) if column.words_from != "matters" else kind_of_matter(value, column.choices),)
    return (value if value.isascii() else _visible(text),)   # prose as printed


def said_as_text(text: str) -> str:
    """The text inside ="S0002" or behind the apostrophe of 'S0002; any other as it is."""
    found = _AS_TEXT.fullmatch(text.strip())
    return found[found.lastindex or 0] if found else text


def name(text: str) -> tuple[str, str]:
    """The printed name and its key."""
    if "<" in text or ">" in text:
        raise BadCell("名称含有 < 或 >，疑似网页代码：请改为证照上的全称")
    printed = _visible(text)
    if printed[:1] in set("=+@"):   # a spreadsheet that opens our export would compute it
        raise BadCell("名称以 =、+ 或 @ 开头，疑似公式：请改为证照上的全称")
    return printed, normalise_name(printed)


def code(value: str) -> str:
    """A number that names something, all its digits whole."""
    if _SCIENTIFIC.fullmatch(value.upper()):
        raise BadCell("编号成了科学计数法，末位数字已丢失：请将该列设为文本格式后重报")
    if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", value):
        raise BadCell("编号被表格软件改成了日期：请将该列设为文本格式后重报")
    return value


def firms(text: str) -> list[str]:
    """The firms one cell names, 甲公司、乙公司; nothing unless every part is a whole name (Foo Co., Ltd. is one firm)."""
    parts = [_visible(part) for part in _BETWEEN_FIRMS.split(text) if part.strip()]
    return parts if all(_ORGANISATION.fullmatch(clean(part)) for part in parts) else []


def credit_code(value: str) -> tuple[str | None, str]:
    """A credit code and how far it can be trusted: valid, bad_check, legacy or missing.

    A wrong check digit occurs in life: it is a warning, never a refusal.
    """
    code = "".join(value.split()).upper()
    if is_uscc(code):
        return code, "valid"
    if code in BLANKS:
        return None, "missing"
    if _SCIENTIFIC.fullmatch(code):
        raise BadCell("代码成了科学计数法，末位数字已丢失：请将该列设为文本格式后重报")
    if len(code) == 18:
        if ("O" in code or "I" in code) and is_uscc(mended := code.replace("O", "0").replace("I", "1")):
            return mended, "valid"
        if is_identity_number(code):
            raise BadCell("疑似居民身份证号，不得作为企业代码：请改填统一社会信用代码")
        if re.fullmatch("[0-9A-Z]{18}", code):
            return code, "bad_check"
    if len(code) > _LONGEST_CODE:
        raise BadCell("不是代码，太长：请改填统一社会信用代码")
    if _PHONE.fullmatch(code):
        raise BadCell("疑似手机号，不得作为企业代码：请改填统一社会信用代码")
    return code, "legacy"


def is_uscc(code: str) -> bool:
    """Whether a code is a unified social credit code with the right check digit (GB 32100-2015)."""
    if len(code) != 18 or not _USCC_VALUE.keys() >= set(code):
        return False
    *values, check = map(_USCC_VALUE.__getitem__, code)
    return bool(-sum(map(mul, values, _USCC_WEIGHTS)) % 31 == check)


def is_identity_number(code: str) -> bool:
    """Whether a code is a resident identity number: personal data that must not be stored."""
    if not _IDENTITY.fullmatch(code):
        return False
    return "10X98765432"[sum(map(mul, map(int, code[:17]), _ID_WEIGHTS)) % 11] == code[17].upper()


def day(value: str, latest: date | None, day_one: date = _DAY_ONE) -> date:
    """A day in any of the written forms or as an Excel serial number, which counts from `day_one`."""
    try:
        if found := _DAY.fullmatch(value):
            result = date(*(int(part) for part in found.groups() if part))
        elif found := _ENGLISH_DAY.fullmatch(value.upper()):
            said = {part.strip("_"): text for part, text in found.groupdict().items() if text}
            result = date(int(said["year"]), _MONTHS[said["month"][:3]], int(said["day"]))
        elif _SERIAL.fullmatch(value):
            result = day_one + timedelta(days=int(float(value)))
        elif _TOO_COARSE.fullmatch(value):
            raise BadCell(f"只写到{'年' if len(value) < 6 else '月'}：请写到日，如 2024-06-25")
        else:
            raise BadCell("不是日期：请写成 2024-06-25")
    except BadCell:
        raise
    except ValueError:
        raise BadCell("日历上没有这一天：请核对后写成 2024-06-25") from None
    if result.year < 1900:
        raise BadCell("日期早于1900年：请核对年份")
    if latest and result > latest:
        raise BadCell(f"日期晚于文件收到日 {latest}：请核对年份，或待发生后再报")
    return result


def year(value: str, latest: date | None) -> int:
    """A year from 1900 on."""
    found = re.fullmatch(r"(\d{4})(?:\.0|年度?)?", value)
    if not found or int(found[1]) < 1900:
        raise BadCell("不是年度：请写成 2024")
    if latest and int(found[1]) > latest.year:
        raise BadCell(f"年度晚于文件收到日 {latest}：请核对年度")
    return int(found[1])


def month(value: str, latest: date | None, since: str | None = None) -> str:
    """The last month of a period counted from January, as 2025-09. There is none of January: 1—2月 come together."""
    found = _PERIOD.fullmatch(re.sub(r"\s", "", value) if "年" in value else value)
    last = found and (_SPOKEN.get(found["spoken"] or "") or int(found["last"] or found["month"]))
    if not found or not last or not 1 <= last <= 12 or int(found["year"]) < 1900:
        raise BadCell("不是报告期：请写成 2025-09 或 2025年1-9月")
    if last == 1:
        raise BadCell("没有1月单独的报表，1—2月合并报送：请写成 2025-02 或 2025年1-2月")
    told = f"{found['year']}-{last:02d}"
    if since and told < since:
        raise BadCell(f"报告期早于 {since}：当时用旧表，同一代码含义不同，不能按本表读入")
    if latest and told > f"{(latest + timedelta(days=1)).replace(day=1) - timedelta(days=1):%Y-%m}":
        raise BadCell(f"报告期到文件收到日 {latest} 还没有结束：请核对")
    return told


def yuan(value: str, unit: str | None, negative: bool = False) -> Decimal:
    """Money in yuan with two places, half up (D6). The unit is the cell's own, else the header's."""
    amount, scale, rest = _amount(value, unit)
    if not scale and not rest:
        raise BadCell("金额没有单位：请在表头注明，如 金额(万元)")
    if rest and not _YUAN.fullmatch(rest):
        if _FOREIGN.fullmatch(rest):
            raise BadCell("金额是外币：请按当日汇率折成人民币")
        raise BadCell("金额或其单位不认识：请只写数字，表头注明 元 或 万元")
    if amount < 0 and not negative:
        raise BadCell("金额为负：请核对；如为追回，请报在拨付表")
    if abs(result := amount * _SCALE[scale]) >= _LARGEST:
        raise BadCell("金额过大：请核对单位")
    return result.quantize(_FEN, ROUND_HALF_UP)


def capital(value: str, unit: str | None) -> tuple[Decimal | None, str | None]:
    """Registered capital in yuan, or why there is none. It never refuses a row: a firm exists without its capital.

    Foreign money is not converted (that needs a rate and a day), and an amount that names no currency is not
    taken for yuan. Zero is what the registry writes for branches and for firms whose capital it does not know.
    """
    if value.upper() in BLANKS:
        return None, "未填写"
    try:
        amount, scale, rest = _amount(value, unit)
    except BadCell:
        return None, CAPITAL_UNREAD
    said = re.sub(r"[(),\s]", "", value)
    if amount < 0 or (rest and not _YUAN.fullmatch(rest) and not _FOREIGN.fullmatch(rest)):
        return None, CAPITAL_UNREAD
    if amount == 0:
        return None, "登记为0，视为未载明"
    if not rest:
        return None, f"{'币种' if scale else '单位'}未载明：{said}"
    if not _YUAN.fullmatch(rest):
        return None, f"外币未折算：{said}"
    if (result := amount * _SCALE[scale]) >= _LARGEST:
        return None, f"数额过大：{said}"
    return result.quantize(_FEN, ROUND_HALF_UP), None


def number(value: str, unit: str | None, units: dict[str, int], negative: bool = False) -> float:
    """A plain or measured number; the unit is the cell's own, else the header's, else the only one declared."""
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(.*)", _figure(value))
    if not found:
        raise BadCell("不是数字：请只写数字，单位写在表头")
    said = found[2] or unit or (next(iter(units)) if len(units) == 1 else None)
    if units and said is None:
        raise BadCell(f"数字没有单位：请在表头注明，可用 {'、'.join(units)}")
    if said and (found[2] or units) and said not in units:
        raise BadCell(f"单位“{said}”不认识：可用 {'、'.join(units) or '无单位'}")
    if found[1].startswith("-") and not negative:
        raise BadCell("数字为负：请核对")
    return float(Decimal(found[1]) * (units[said] if units and said else 1))


def integer(value: str, negative: bool = False) -> int:
    """A whole number, as of people, or of a place in order: 第二期."""
    place = re.fullmatch(r"第(.+)期", value.strip())
    text = _chinese_amount(place[1]).removesuffix("元") if place else value
    found = re.fullmatch(r"(-?\d{1,18})(?:\.0+)?[人名个家期]?", _figure(text))
    if not found:
        raise BadCell("不是整数：请只写整数")
    if found[1].startswith("-") and not negative:
        raise BadCell("数字为负：请核对")
    return int(found[1])


def yes_no(value: str) -> bool:
    """是 or 否, in the ways it is written."""
    if value.upper() in _YES:
        return True
    if value.upper() in _NO:
        return False
    raise BadCell("不是“是”或“否”：请改填 是 或 否")


def choice(value: str, choices: dict[str, str]) -> str:
    """One of the declared words, compared in half width."""
    for printed, stored in choices.items():
        if clean(printed) == value:
            return stored
    shown = {stored: printed for printed, stored in reversed(choices.items())}   # one word for each, the first
    raise BadCell(f"不在可选项内：请改为 {'、'.join(reversed(shown.values()))} 之一")


def kind_of_matter(value: str, choices: dict[str, str]) -> str:
    """A kind that some policy of the city declares."""
    try:
        return choice(value, choices)
    except BadCell:
        known = f"现有 {'、'.join(dict.fromkeys(choices.values()))}" if choices else "本市政策没有声明任何类别"
        raise BadCell(f"不是政策声明的事项类别：{known}；请改正，新的类别先在政策的 matters.yaml 里登记") from None


def _amount(value: str, unit: str | None = None) -> tuple[Decimal, str, str]:
    """An amount taken apart: 30(万美元) → 30, 万, 美元. The header's unit fills what the cell leaves open."""
    if _PLAIN.fullmatch(value):
        return Decimal(value), *(_unit(unit) if unit else ("", ""))
    text, said = _YUAN_SAID.subn("", value.upper())
    figure = _figure(text)
    sign = figure[:1] if figure.startswith("-") else ""
    found = _AMOUNT.fullmatch(sign + _chinese_amount(figure.removeprefix("-")))
    if not found:
        raise BadCell("不是金额：请只写数字，单位写在表头")
    scale, rest = found[2] or "", found[3] or ("元" if said else "")
    if unit and not rest:
        unit_scale, rest = _unit(unit)
        scale = scale or unit_scale
    return Decimal(found[1]), scale, rest


@lru_cache(100)
def _unit(unit: str) -> tuple[str, str]:
    """What a unit scales by, and what remains of it: 万美元 → 万, 美元."""
    return _amount(f"1{unit}")[1:]


def _figure(value: str) -> str:
    """A figure without commas and blanks, its minus in front, its unit out of brackets: 30(万美元) → 30万美元.

    Accounts write a negative (500.00), 500-, 负500 or 红字500. Two signs on one figure stay, and are no number.
    """
    text = re.sub(r"[,\s]|\(\)", "", value).translate(_DASHES)
    if found := _NEGATIVE.fullmatch(_MINUS_IN_WORDS.sub("-", text)):
        text = "-" + "".join(filter(None, found.groups()))
    return _UNIT_IN_BRACKETS.sub(r"\1", text)


def _chinese_amount(text: str) -> str:
    """伍佰万元整 → 5000000元整; other texts unchanged, also 百万, which is a unit, and what is no number."""
    found = _CHINESE.match(text)
    try:
        return f"{cn2an.cn2an(found[0], 'smart')}{text[found.end() :] or '元'}" if found else text
    except ValueError:
        return text
