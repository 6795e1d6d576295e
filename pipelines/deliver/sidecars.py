"""What a published list says of itself: read off its title and the rows above its table, for a person to fill in.

A title proposes, a person decides: what a title says twice and differently is left open.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from pipelines.base.deliveries import SaidOfList
from pipelines.sources.contract import Column, Contract
from pipelines.sources.sidecar import LONGEST, SIDECAR

_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{2,14}[〔\[(](?:20\d\d)[〕\])]\s*第?\s*\d{1,4}\s*号")
_ROUND = re.compile(r"第[一二三四五六七八九十百\d]{1,4}[批届]")
_YEAR = re.compile(r"20\d\d年(?=度|[^\d\s]{0,20}(?:名单|企业|认定|评估|公布|公示))")
_DAY = re.compile(r"20\d\d[年/.-]\d{1,2}[月/.-]\d{1,2}日?")
_OFFICE = r"(?:工业和信息化|科学技术|发展和改革|商务|财政|市场监督管理)(?:部|厅|局|委员会)(?:办公厅)?"
_ISSUER = re.compile(rf"(?:[\u4e00-\u9fff]{{2,7}}?[省市])?{_OFFICE}|[省市]?工信[部厅局]|中国[\u4e00-\u9fff]{{2,14}}(?:联合会|协会)|[\u4e00-\u9fff]{{2,4}}省[\u4e00-\u9fff]{{2,8}}协会")
_LEVELS = {
    "national": re.compile(r"国家级|工业和信息化部|工信部|科学技术部|^国家"),
    "provincial": re.compile(r"省级|[\u4e00-\u9fff]省[^级]{0,4}(?:工业和信息化厅|工信厅)|省工信厅|[\u4e00-\u9fff]{2}省(?!.{0,6}市)"),
    "city": re.compile(r"市级|市工业和信息化局|市工信局"),
}
_STAGES = {"公示": re.compile(r"公示|拟认定|拟入选"), "公布": re.compile(r"公布|公告|印发|认定名单|通过名单")}
_ACTIONS = {"复核通过": re.compile(r"复核|复审|续期"), "更名": re.compile(r"更名|名称变更"), "撤销": re.compile(r"撤销|取消")}


def title_says(contract: Contract, given_name: str, above: Iterable[str]) -> dict[str, str]:
    """What the rows above a table, else the name of its file, say of a list, by the keys of its sidecar."""
    if not contract.sidecar:
        return {}
    found: dict[str, str] = {}
    name = re.sub(r"(?<!\d)20\d{6}(?!\d)|20\d\d-\d\d-\d\d", "", given_name.rpartition(".")[0])   # the day in a name is that of arrival
    for text in (" ".join(above), name):
        for key, value in _read(contract, text).items():
            found.setdefault(key, value)
    return found


def _read(contract: Contract, text: str) -> dict[str, str]:
    lists = next((column.choices for column in contract.sidecar if column.name == "list"), {})
    told = {
        "list": _list_of(lists, text), "level": _one(key for key, pattern in _LEVELS.items() if pattern.search(text)),
        "issuer": _one(_ISSUER.findall(text)), "document": _one(_DOCUMENT.findall(text)), "published_on": _one(_DAY.findall(text)),
        "round": _one(_ROUND.findall(text)) or ("" if _ROUND.search(text) else _one(_YEAR.findall(text))),
        "stage": _one(word for word, pattern in _STAGES.items() if pattern.search(text)),
    }  # fmt: skip
    if len(set(_ROUND.findall(text))) < 2:   # 第五批…和第二批…复核通过: two lists in one file
        told["action"] = _one(word for word, pattern in _ACTIONS.items() if pattern.search(text))
    return {key: value for key, value in told.items() if value}


def _one(found: Iterable[str]) -> str:
    """The one thing that was found; nothing where it is several."""
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else ""


def _list_of(choices: Mapping[str, str], text: str) -> str:
    """The list the longest word of which stands in a text."""
    named = [word for word in choices if (re.search("[\u4e00-\u9fff]", word) and word in text) or re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text)]
    longest = max(map(len, named), default=0)
    lists = {choices[word] for word in named if len(word) == longest}
    return next((word for word in choices if choices[word] in lists), "") if len(lists) == 1 else ""


def said_of_list(contract: Contract, file: Path, title: Mapping[str, str]) -> tuple[SaidOfList, ...]:
    """Each key of the sidecar: what it may be, what the sidecar beside the file says, what the title says."""
    try:
        said = yaml.safe_load(file.with_name(f"{file.name}{SIDECAR}").read_bytes()[: LONGEST + 1])
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        said = None   # the reader has told
    said = said if isinstance(said, dict) else {}

    def one(column: Column) -> SaidOfList:
        key, value = column.key or column.name, said.get(column.key or column.name)
        kind = {"day": "day", "yes_no": "yes_no", "choice": "choice"}.get(column.type, "text")
        told = title.get(key, "")
        known = _words(column)
        proposed = known.get(column.choices.get(told, ""), told)
        return SaidOfList(key, column.required, kind, tuple(known.values()), "" if value is None or isinstance(value, dict | list) else str(value), proposed)

    return tuple(map(one, contract.sidecar))


def _words(column: Column) -> dict[str, str]:
    """The first printed word of each choice, by what is stored."""
    first: dict[str, str] = {}
    for word, stored in column.choices.items():
        first.setdefault(stored, word)
    return first
