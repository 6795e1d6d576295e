"""The kinds of matters (事项) a city's policies ask for: contracts, purchases, loans, money received, taxes paid.

Each policy declares its own in `matters.yaml` beside its `policy.yaml`; the source 事项 and its template follow. A kind that
two policies declare is one kind, with the yes/no columns of both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from pipelines.base.errors import PolicyError
from pipelines.base.strict import STRICT, Text, load, twice

FILE = "matters.yaml"
YES, NO = "是", "否"
APART = "；"
_SIGNS = f"{APART}=|,，、*:：()（）"


def _word(word: str) -> str:
    if any(sign in _SIGNS or sign.isspace() for sign in word):
        raise ValueError(f"{word!r} has a blank or one of {_SIGNS}. Write a plain word, such as 首台套")
    return word


Word = Annotated[Text, AfterValidator(_word)]


class Strict(BaseModel):
    model_config = STRICT


class Matter(Strict):
    """One kind of matter that clauses may be grounded on."""

    matter: Word
    """The word triggers select it by and files print in 事项类别."""
    words: list[Text] = []
    """What else files call it."""
    answers: list[Word] = []
    """Yes/no columns of its rows, by their headers; conditions ask about them by `answered_yes` and `judged_yes`."""


class MatterFile(Strict):
    """matters.yaml: the kinds of matters one policy asks for."""

    matters: Annotated[list[Matter], Field(min_length=1)]


@dataclass(frozen=True)
class Declared:
    """What the policies of a city declare: printed word → kind, and the yes/no columns of all kinds.

    `has_figures`: some policy goes by the figures that firms declare (D20).
    """

    words: dict[str, str]
    answers: tuple[str, ...]
    has_figures: bool = False


def said(answers: str | None) -> dict[str, str]:
    """国产=是；首台套=否 as yes/no column → 是 or 否."""
    return dict(one.split("=", 1) for one in answers.split(APART)) if answers else {}


def written(answers: dict[str, str]) -> str | None:
    """The same as it is stored; nothing said is None."""
    return APART.join(f"{word}={answer}" for word, answer in answers.items()) or None


def load_matters(policy: Path, problems: list[str]) -> list[Matter]:
    """The kinds one policy declares; none without the file. What is wrong with it is added to `problems`."""
    path = policy / FILE
    if not path.exists():
        return []
    name = f"{policy.name}/{FILE}"
    read = load(MatterFile, path, name, problems)
    matters = read.matters if read else []
    problems += twice([(one.matter, name) for one in matters], "matter")
    problems += _ambiguous([(name, one) for one in matters])
    return matters


def declared(policies: Path) -> Declared:
    """What all policies of a city declare. Raises PolicyError with each problem."""
    problems: list[str] = []
    found = [
        (f"{folder.name}/{FILE}", one)
        for folder in sorted(path for path in policies.glob("*") if path.is_dir() and not path.name.startswith("."))
        for one in load_matters(folder, problems)
    ]
    if problems := problems or list(_ambiguous(found)):
        raise PolicyError("\n".join(problems))
    return Declared(
        {word: one.matter for _, one in found for word in (one.matter, *one.words)},
        tuple(dict.fromkeys(answer for _, one in found for answer in one.answers)),
        any(map(_goes_by_declared, policies.glob("*/policy.yaml"))),
    )


def _goes_by_declared(path: Path) -> bool:
    return bool(re.search(r"^figures: declared\b", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE))


def _ambiguous(found: list[tuple[str, Matter]]) -> Iterator[str]:
    """Words that name two kinds."""
    named: dict[str, str] = {}
    for name, one in found:
        for word in (one.matter, *one.words):
            if named.setdefault(word, one.matter) != one.matter:
                yield f"{name}, matter {one.matter}, words: {word} names {named[word]} as well. Leave it to one of them."
