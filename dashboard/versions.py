"""The versions of a clause side by side: what each says of the same thing, and what differs. The page, its file and `softcity law` read it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dashboard.components import number
from dashboard.reader import Row
from dashboard.text import t, word

_PIECE = re.compile(r"[0-9][0-9.,]*[%‰]?|[A-Za-z]+|.", re.DOTALL)
"""What is compared as one: a figure, a word of letters, a character."""
ALIKE = 0.4
"""Below this share of common pieces words are other words, and nothing in them is marked."""


@dataclass(frozen=True)
class Line:
    """What each version says of one thing, in the order of the versions; None where it does not speak of it."""

    title: str
    cells: tuple[str | None, ...]

    def is_changed(self, place: int) -> bool:
        """Whether the version at that place says it otherwise than the one before."""
        return place > 0 and self.cells[place] != self.cells[place - 1]


def lines(versions: Sequence[Row], conditions: Sequence[Row]) -> list[Line]:
    """Of the rows of the questions clause_versions and clause_version_conditions. What no version speaks of is left out."""
    asked: dict[str, dict[str, str]] = {}   # condition → version → its words
    for row in conditions:
        asked.setdefault(row["condition_id"], {})[row["clause_key"]] = _condition(row)
    found = [
        _line("words", versions, lambda row: row["quotes"]), _line("grounds", versions, lambda row: row["trigger_words"]),
        *(
            Line(t("versions.condition", n=place), tuple(told.get(row["clause_key"]) for row in versions))
            for place, told in enumerate(asked.values(), start=1)
        ),
        _line("award", versions, lambda row: row["award_words"]), _line("cap", versions, _cap),
        _line("payees", versions, lambda row: row["payees"]), _line("instalments", versions, lambda row: row["instalments"]),
        _line("selective", versions, lambda row: t("selective") if row["is_selective"] else None),
        _line("payer", versions, lambda row: word("payer", row["payer"])), _line("procedure", versions, lambda row: word("procedure", row["procedure_class"])),
        _line("departments", versions, lambda row: row["departments"]),
        _line("window", versions, lambda row: row["window_says"]), _line("materials", versions, lambda row: row["materials"]),
        _line("coverage", versions, lambda row: t("semicolon").join(filter(None, [word("coverage", row["coverage_status"]), row["coverage_note"]]))),
    ]  # fmt: skip
    return [line for line in found if any(line.cells)]


def name_of(version: Row) -> str:
    """The document of a version and its days."""
    return f"{version['document_title']} {days_of(version)}"


def days_of(version: Row) -> str:
    return f"{number.day(version['first_day'])} – {number.day(version['last_day'])}"


def marked(before: str | None, after: str) -> list[tuple[str, bool]]:
    """The words of a version in pieces, each with whether the version before has it not."""
    old, new = _PIECE.findall(before or ""), _PIECE.findall(after)
    compared = SequenceMatcher(None, old, new, autojunk=False)
    if not old or compared.ratio() < ALIKE:
        return [(after, False)]
    return [("".join(new[start:end]), kind != "equal") for kind, _, _, start, end in compared.get_opcodes() if start < end]


def _line(key: str, versions: Sequence[Row], says: Callable[[Row], str | None]) -> Line:
    return Line(t(f"versions.line.{key}"), tuple(says(row) or None for row in versions))


def _condition(row: Row) -> str:
    """A condition: what it says, and the figures that satisfy it where the words are others."""
    needed = row["value_needed"]
    return str(row["says"]) if not needed or needed == row["says"] else t("versions.needs", says=row["says"], needed=needed)


def _cap(row: Row) -> str | None:
    return number.full_yuan(row["cap_yuan"]) if row["cap_yuan"] is not None else None
