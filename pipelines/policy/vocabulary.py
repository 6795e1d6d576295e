"""The words a clause may select events by or hold a fact against: those some row of data can bear.

A word that none can bear would ground no claim and tell nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.matters import Matter
from pipelines.policy.award import Award
from pipelines.policy.condition import Condition
from pipelines.policy.derived import fact_of
from pipelines.policy.facts import EVENT_KEYS
from pipelines.policy.operators import OPERATORS
from pipelines.policy.values import DatedWord
from pipelines.reference_files import load_reference
from pipelines.reference_model import GRADES, Title
from pipelines.sources.contract import load_contracts

Selection = dict[str, list[str]]
# Facts that a source tells in chosen words → source, column.
_CHOSEN = {"settlement": ("headquarters", "settlement"), "role": ("projects", "role"), "exchange": ("listings", "exchange")}
OUTSIDE = "市外"  # the district of a firm registered in no division of the city


@dataclass(frozen=True)
class Vocabulary:
    """`words`: of a key of selections or of a text fact, where they are a closed set. `levels`: of each list.
    `answers`: the yes/no columns of each kind of matter the policy declares.
    """

    words: dict[str, tuple[str, ...]]
    levels: dict[str, tuple[str, ...]]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def with_matters(self, matters: list[Matter]) -> "Vocabulary":
        """The same with the kinds of matters that one policy declares."""
        answers = {one.matter: tuple(one.answers) for one in matters}
        told = tuple(dict.fromkeys(answer for of_kind in answers.values() for answer in of_kind))
        return replace(self, words={**self.words, "matter": tuple(answers), "matter_answers": told}, answers=answers)

    def of_selection(self, selection: Selection, kinds: list[str]) -> Iterator[str]:
        """What is wrong with a trigger or `when` over these kinds of events: key, words, mend."""
        for key, asked in selection.items():
            known, of_events = EVENT_KEYS[key].words or self.words.get(key), EVENT_KEYS[key].of_events
            if known is not None and (gone := [word for word in asked if word not in known]):
                yield f"{key}: {', '.join(gone)} does not exist. {_known(key, known)}"
            elif not set(kinds) & set(of_events):
                yield f"{key}: only {' and '.join(of_events)} has one, not {', '.join(kinds)}. Take it out"
        for level in selection.get("level", []):
            lists = [name for name in selection.get("list", []) if name in self.levels]
            given = dict.fromkeys(given for name in lists for given in self.levels[name])
            if given and level not in given:
                yield f"level: {level} is not given by {', '.join(lists)}. Use one of {', '.join(given)}"

    def of_condition(self, condition: Condition, values: list[Any], kinds: list[str]) -> Iterator[str]:
        """What is wrong with a condition (its fact and values settled) asked of events of these kinds."""
        yield from (f"when, {wrong}" for wrong in self.of_selection(condition.when, kinds))
        asked = [kind for kind in kinds if kind in condition.when.get("event_kind", kinds)]
        if not asked:
            yield f"when, event_kind: the clause is about {', '.join(kinds)}, so this would never be asked. Use one of them"
        for key, fact in (("fact", condition.fact), ("of", condition.of)):
            yield from _untold(key, fact, asked)
        known = self.words.get(str(condition.fact))
        told = [value.word if isinstance(value, DatedWord) else value for value in values]
        gone = [str(word) for word in told if known is not None and word not in known]
        if known is not None and gone and OPERATORS[condition.operator].asks_words:
            yield f"value: {', '.join(gone)} is no {condition.fact}. {_known(str(condition.fact), known)}"

    def of_answers(self, condition: Condition, trigger: Selection) -> Iterator[str]:
        """What is wrong with a yes/no column asked of these kinds of matters: one of them has it not."""
        if condition.fact != "matter_answers":
            return
        for word in map(str, condition.values):
            kinds = [kind for kind in condition.when.get("matter", trigger.get("matter", [])) if word not in self.answers.get(kind, (word,))]
            if kinds and word in self.words["matter_answers"]:
                yield f"value: {word} is no yes/no column of {', '.join(kinds)}. Add it to their answers in matters.yaml, or ask of others"

    def of_award(self, award: Award, kinds: list[str]) -> Iterator[str]:
        """What is wrong with the facts an award asks of events of these kinds."""
        for key, fact in (("base", award.base), ("over, of", award.over.of if award.over else None), ("tops_up, fact", award.tops_up.fact if award.tops_up else None), ("quantity", award.quantity), ("may_float_up", award.may_float_up)):
            yield from (f"award, {wrong}" for wrong in _untold(key, fact, kinds))


def _known(key: str, words: tuple[str, ...]) -> str:
    if words:
        return f"Use one of {', '.join(words)}"
    return "The policy declares none: add it to matters.yaml beside policy.yaml" if key.startswith("matter") else "The city's reference data has none: add it there"


def _untold(key: str, fact: Any, kinds: list[str]) -> Iterator[str]:
    asked = fact_of(fact)
    if asked and (gone := asked.untold(kinds)):
        yield f"{key}: {fact} is never told of {', '.join(gone)}, only of {', '.join(asked.of_events)}. Ask about another fact or of other events"


def _ranks(title: Title) -> Iterator[str]:
    """How a condition names it: at any rank, or at one and those above."""
    yield title.list_name
    ranks = title.levels if title.rank == "level" else map(str, GRADES)
    yield from (f"{title.list_name}/{rank}" for rank in ranks)


def vocabulary(reference: Path) -> Vocabulary:
    """What a city's lists, its divisions and the source contracts know. Raises CityError and ContractError."""
    content = load_reference(reference)
    titles = content.titles.titles
    columns = {(name, c.name): c for name, contract in load_contracts().items() for c in contract.columns}
    chosen = {key: tuple(dict.fromkeys(columns[place].choices.values())) for key, place in _CHOSEN.items()}
    return Vocabulary(
        words={
            "list": tuple(title.list_name for title in titles),
            "category": tuple(one.category for one in content.categories.categories),
            "titles_held": tuple(word for title in titles for word in _ranks(title)),
            "district_code": (*(division.code for division in content.divisions.divisions), OUTSIDE),
            **{key: words for key, words in chosen.items() if words},
        },
        levels={title.list_name: tuple(title.levels) for title in titles},
    )
