"""Enterprise names as keys: the same firm printed twice must give the same key, two firms never."""

import re
import unicodedata
from typing import NamedTuple

import opencc


def _simplified() -> tuple[dict[int, str], dict[int, str]]:
    """Traditional signs and what they are in simplified writing: those that are but another form, those that are not.

    昇 is no form of 升: in traditional writing both stand side by side, and a registered name may hold either. Where the
    simplified sign is itself a traditional one, or both are standard signs today, folding would make two names one.
    """
    signs = [chr(code) for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2FA1F)) for code in range(first, last + 1)]
    simple = opencc.OpenCC("t2s").convert("\n".join(signs)).split("\n")
    back = opencc.OpenCC("s2t").convert("\n".join(simple)).split("\n")
    changed = [(sign, to, again) for sign, to, again in zip(signs, simple, back, strict=True) if sign != to]
    own = {ord(sign): to for sign, to, again in changed if again == to} | _STANDARD_TODAY
    return {ord(sign): to for sign, to, _ in changed if ord(sign) not in own}, own


_STANDARD_TODAY = {ord("乾"): "干", ord("甯"): "宁"}   # 通用规范汉字表 keeps them for names
_ONE_SIGN, _SIGN_OF_ITS_OWN = _simplified()
_TRADITIONAL = frozenset(map(chr, _ONE_SIGN))   # most names hold none
OWN_SIGNS = "".join(map(chr, _SIGN_OF_ITS_OWN)), "".join(_SIGN_OF_ITS_OWN.values())   # sign by sign, for SQL's translate
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_ONE_FORM = str.maketrans("〔〕【】[]—–―‐−•・‧∙", "()()()-----····")


def normalise_name(text: str) -> str:
    """A name as its key: NFKC, one kind of bracket and dash, no spaces or invisible signs, simplified characters, upper case.

    Nothing that tells two firms apart is removed: 有限公司, the city and 江阴/宜兴 stay (README of the name data).
    """
    name = unicodedata.normalize("NFKC", text)
    if not name.isalnum():
        name = name.translate(_ONE_FORM)
        name = "".join(sign for sign in name if unicodedata.category(sign) not in _INVISIBLE)
    if not _TRADITIONAL.isdisjoint(name):
        name = name.translate(_ONE_SIGN)   # characters only: region words (软体/软件) stay apart
    return name.upper()


def folded(name_key: str) -> str:
    """A key with the signs folded that tell names apart (昇 → 升): equal ones are for a person to compare."""
    return name_key.translate(_SIGN_OF_ITS_OWN)


# What a list prints around a name. Each rule names a thing that no registered name can hold, so that the rest is the
# name as registered; whether a firm of just that name exists is asked afterwards. Where a remark names another
# organisation, or may tell of a change of name, nothing is taken away: a person reads it.
_ORGANISATION = re.compile(
    r"公司|集团|厂|研究院|研究所|事务所|合作社|分[院所部社行]|支行|店|门市|[业售]部|总部|办事处|中心|更名|变更|改名|原名|曾用"
)
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
_EMPTY_LABEL = re.compile(r"\(?\s*(?:(?:统一社会)?信用代码|代码)\s*:?\s*\)?\s*$|\(\s*\)\s*$")
_FOOTNOTE = "[①-⑳⑴-⒇⒈-⒛❶-❿㈠-㈩⁰¹²³⁴-⁹]"
_COUNT = "一二三四五六七八九十"

_HEAD = re.compile(
    rf"\A\s*(?:{_FOOTNOTE}"                                       # ①无锡…
    r"|\(\d{1,4}\)|\d{1,4}\s*[、,)\]:]|\d{1,4}\s*\.(?!\d)"        # (3)无锡…  11、无锡…  3.无锡…
    r"|\d{1,4}\s+(?=[\u4e00-\u9fff])"                             # 3 无锡…, but never 3M or 360科技
    rf"|[{_COUNT}]{{1,3}}、|\([{_COUNT}]{{1,3}}\)"                 # 一、无锡…
    r"|(?:企业|公司|单位|机构|申报单位|申报企业|承担单位|依托单位)(?:全?名称)?\s*:"   # 企业名称：无锡…
    r"|[*※★☆●○■□◆◇▲△√✓·>#“\"'‘-]+)\s*"
)
_SIGNS = re.compile(   # 有限公司*  有限公司。  有限公司¹
    rf"(?:{_FOOTNOTE}|\(注?\d{{1,2}}\)|[*※★☆●▲△#†‡。.,;:、!~^”\"'’-])+\s*\Z"
)
_STATE = (   # how the list took the firm, never who it is
    r"(?:已?(?:通过)?(?:复核|复审|复评)(?:通过|合格|企业)?|重新认定|新认定|首次认定|首次|新增|新申报|续期|续展|有效期内"
    rf"|公示中?|公布|入选|入围|(?:\d{{4}}年度?)?第[{_COUNT}\d]{{1,3}}批|\d{{4}}年度?(?:新认定|认定|复核)?"
    r"|国家级|省级|市级|牵头(?:单位|企业)|申报单位|盖章|公章|签章|(?:股票|证券)代码:?\d{6}|\d{6}(?:\.(?:SH|SZ|BJ|HK))?)"
)
_NOISE = (
    re.compile(rf"(?:\(\s*{_STATE}\s*\)|(?<=公司)[\s-]*{_STATE})\s*\Z"),   # 有限公司（复核）
    re.compile(r"(?:\(\s*(?:备注|注|说明)\d*:[^()]*\)|(?<=公司)\s*(?:备注|注|说明)\d*:.*)\s*\Z"),   # 有限公司（注：…）
)
_WARE = r"(?:软件|系统|平台|产品|项目|解决方案|数据库|APP)(?:\s*V?\d[\d.]*)?"
_PRODUCT = re.compile(   # 有限公司（产品：…）  有限公司《…》  有限公司（…平台）  有限公司—智能仓储系统V2.0
    rf"(?<=公司)[\s-]*(?:\(产品(?:名称)?:[^()]+\)|《[^《》]+》|\([^()]{{2,}}{_WARE}\)|:?[^:()《》]{{2,}}{_WARE})\s*\Z",
    re.IGNORECASE,
)
_FORMERLY = re.compile(r"\(\s*(?:原名称?|原企业名称|曾用名|原)\s*:?(?P<name>[^()]+)\)\s*\Z")   # 有限公司（原无锡…厂）


class Reading(NamedTuple):
    """What a printed name says when it is read like a person reads a list."""

    name_key: str        # of the name alone
    also_key: str | None   # of the earlier name printed beside it
    code: str | None     # a credit code printed inside the cell


def read_name(printed: str) -> Reading:
    """Take off what the list printed around a name: numbering, labels, footnote signs, remarks, the product behind it.

    `11、无锡甲有限公司*（复核）` reads as 无锡甲有限公司; `无锡甲有限公司（滨江分公司）` stays as it is.
    """
    text = "".join(   # ① and ¹ stay: NFKC makes digits of them, and a digit may belong to a name
        sign if re.match(_FOOTNOTE, sign) else unicodedata.normalize("NFKC", sign)
        for sign in printed.strip() if unicodedata.category(sign) != "Cf"
    ).translate(_ONE_FORM)  # fmt: skip
    if not _TRADITIONAL.isdisjoint(text):
        text = text.translate(_ONE_SIGN)
    code, also, before = _CODE.search(text.upper()), None, ""
    if code:
        text = _EMPTY_LABEL.sub("", text[: code.start()] + text[code.end() :])
    while text != before:
        before = text
        text = _SIGNS.sub("", _HEAD.sub("", text)).strip()
        for rule in (*_NOISE, _PRODUCT):
            found = rule.search(text)
            if found and not _ORGANISATION.search(found[0]):
                text = text[: found.start()]
        if found := _FORMERLY.search(text):
            text, also = text[: found.start()], normalise_name(found["name"])
    return Reading(normalise_name(text), also, code[0] if code else None)


_ENDS = r"(?:公司|厂|院|所|社|中心|集团)"
_LABELLED = re.compile(r"^(?:第一名称:?)?(?P<first>.+?)[(;,]?第二名称:?(?P<second>[^()]+)\)?$")
_BEHIND = re.compile(rf"^(?P<first>.+{_ENDS})\((?P<mark>原名?:?|曾用名:?)?(?P<second>[^()]{{4,}}(?:公司|厂|社|院|所|店|部|站))\)$")
_BRANCH_TAIL = re.compile(r"(?:分公司|分厂|分店|分社|分[院所部]|门市部|经营部|营业部|办事处|店|站)$")


def registered_names(name_key: str) -> list[tuple[str, str]]:
    """The further names a register keeps in one name field, each with what it is.

    第一名称:甲管理所第二名称:甲物资公司 → both; 甲总公司(甲热电厂) → both; 甲锅炉有限公司(原甲锅炉厂) → its former
    name too. 甲有限公司(江阴分公司) is one name: a branch is not its parent.
    """
    if found := _LABELLED.match(name_key):
        return [(found["first"], "第一名称"), (found["second"], "第二名称")]
    found = _BEHIND.match(name_key)
    if not found or (not found["mark"] and _BRANCH_TAIL.search(found["second"])):
        return []
    first, second = (found["first"], "名称"), (found["second"], "曾用名" if found["mark"] else "第二名称")
    # (原市政安装工程公司) leaves its place out: such a name belongs to a firm in every city
    return [first, second] if found["second"][:2] == found["first"][:2] else [first]
