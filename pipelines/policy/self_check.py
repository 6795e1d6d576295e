"""What a firm may ask of itself: what one clause asks about, and its conditions answered of one row as typed. It takes no name and no code.

The answers are the evaluator's, over a table of one row in memory; nothing of it is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb

from pipelines import matters
from pipelines.policy.condition import Condition
from pipelines.policy.derived import Derived
from pipelines.policy.evaluator import explanation, programs_of, statement
from pipelines.policy.facts import BY_WORD, COLUMNS, EVENTS, FACTS, SQL_TYPES, type_of
from pipelines.policy.model import Clause, Measure, Policy, Version
from pipelines.policy.operators import OPERATORS
from pipelines.policy.rows import needed
from pipelines.policy.settle import clause_key
from pipelines.policy.values import DatedWord
from pipelines.policy.versions import conditions_of, versions_of

WAN, LARGEST = 10_000, Decimal(10) ** 9
OLDEST = 41
"""Stands for all years before: longer ago than any that a clause names."""
OTHER = "other"
YES, NO = "yes", "no"
_ANSWERS = ("met", "needs_review", "unknown", "not_met")
_OUTCOMES = ("eligible", "needs_review", "undetermined", "not_eligible")


@dataclass
class Question:
    """A fact that a clause asks about. `kind` is day, wan (万元), number or choice; `says` are the conditions that ask, `options` code and words.

    `back`: of a figure, so many years before; OLDEST is the highest of all of them. `key` is what is typed under.
    """

    fact: str
    kind: str
    says: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    back: int = 0

    @property
    def key(self) -> str:
        """The fact and which year before it is."""
        return f"{self.fact}_{'highest' if self.back == OLDEST else self.back}" if self.back else self.fact


def clauses(policy: Policy, document: str) -> list[dict[str, Any]]:
    """The clauses of a document that compute something: id, title, measure and what it awards, in the order of the text."""
    found = []
    for measure, clause, versions in _computing(policy, document):
        found.append({
            "clause_id": clause.id, "title": clause.title.zh, "measure_no": measure.measure, "measure_title": measure.title,
            "award_words": versions[-1].award.words,
        })  # fmt: skip
    return found


def questions(policy: Policy, document: str, clause_id: str, districts: Mapping[str, str]) -> list[Question]:
    """What a clause asks about, in the order of its conditions; none for a clause there is not. `districts`: names of their codes."""
    asked: dict[str, Question] = {}
    for _, clause, versions in _computing(policy, document):
        if clause.id != clause_id:
            continue
        for version in versions:
            for key, words in version.trigger.items():
                if len(words) > 1:  # which of them it is decides what is asked
                    names = {word: EVENTS[word].words if word in EVENTS else word for word in words}
                    asked.setdefault(key, Question(key, "choice", options={})).options.update(names)
            for condition in conditions_of(policy, version):
                for part, question in _of_condition(policy, condition, districts):
                    found = asked.setdefault(question.key, question)
                    found.options |= question.options
                    if part.says not in found.says:
                        found.says.append(part.says)
            for fact in version.award.facts:
                for question in _of_fact(fact):
                    question.says.append(version.award.words)
                    asked.setdefault(question.key, question)
    return list(asked.values())


def answer(policy: Policy, document: str, clause_id: str, typed: Mapping[str, str], districts: Mapping[str, str]) -> dict[str, Any]:
    """How a clause answers a firm as typed: each condition with its answer, the outcome, the upper bound in yuan.

    `wrong` names the facts that could not be read; then nothing is answered. A blank is unknown.
    """
    row, wrong = _row(questions(policy, document, clause_id, districts), typed)
    programs = programs_of(policy, document, clause_id)
    if wrong or not programs:
        return {"wrong": wrong}
    place = [one for one in _computing(policy, document) if one[1].id == clause_id]
    _, clause, versions = place[0]
    row = {**{key: words[0] for key, words in versions[-1].trigger.items() if len(words) == 1}, **row}
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "256MB", "enable_external_access": "false"}) as con:
        con.execute(f"create table facts (event_id varchar, {', '.join(f'{name} {SQL_TYPES[kind]}' for name, kind in COLUMNS.items())})")
        con.execute(f"insert into facts (event_id, {', '.join(row)}) values ('e', {', '.join('?' * len(row))})", list(row.values()))
        found = con.execute(statement(programs)).fetchall()
        reasons = {(key, number): reason for key, _, number, _, reason in con.execute(explanation(programs)).fetchall()}
    if not found:
        return {"wrong": [], "outcome": None}
    key, _, answers, ceiling, floor, _ = found[0]
    version = next(one for one in versions if clause_key(policy, clause, one) == key)
    for at, condition in enumerate(conditions_of(policy, version)):
        if OPERATORS[condition.operator].ranks:   # of one that stands alone nobody can say how it ranks
            answers[at], reasons[key, at + 1] = _ANSWERS.index("unknown"), "须与同年其他申报者比较，名次未知"
    told = [
        {
            "says": condition.says, "answer": _ANSWERS[given], "needed": needed(policy, condition),
            "quote": condition.quote or "；".join(part.quote for part in condition.any_of if part.quote),
            "reason": reasons.get((key, number)),
        }
        for number, (condition, given) in enumerate(zip(conditions_of(policy, version), answers, strict=True), start=1)
    ]  # fmt: skip
    return {
        "wrong": [], "outcome": _OUTCOMES[max(answers, default=0)], "conditions": told, "ceiling_yuan": ceiling, "floor_yuan": floor,
        "award_words": version.award.words, "is_selective": version.is_selective, "quotes": version.quotes,
    }  # fmt: skip


def _computing(policy: Policy, document: str) -> Iterator[tuple[Measure, Clause, list[Version]]]:
    for measure in sorted(policy.measures, key=lambda one: one.measure):
        for clause in measure.clauses:
            versions = [version for version in versions_of(clause, document) if version.trigger]
            if versions:
                yield measure, clause, versions


def _kind(fact: str) -> str:
    return {"yuan": "wan", "day": "day", "number": "number"}.get(type_of(fact) or "", "choice")


def _of_condition(policy: Policy, condition: Condition, districts: Mapping[str, str]) -> Iterator[tuple[Condition, Question]]:
    """The questions of a condition and of its parts: its fact, and the day or the earlier figure it is held against."""
    for part in condition.parts:
        for question in (*_of_fact(part.fact), *_of_fact(part.of)):
            if type_of(question.fact) in BY_WORD:  # a question for each yes/no column or title
                yield from ((part, Question(f"{question.fact}={word}", "choice")) for word in policy.values_of(part))
                continue
            if question.fact == "district_code":
                question.options = dict(districts)
            elif type_of(question.fact) == "text" and OPERATORS[part.operator].takes:
                words = [value.word if isinstance(value, DatedWord) else str(value) for value in policy.values_of(part)]
                question.options = {word: word for word in words}
            yield part, question
        if OPERATORS[part.operator].of_years:
            yield part, Question(str(part.fact), _kind(str(part.fact)), back=OLDEST)


def _of_fact(asked: Any) -> Iterator[Question]:
    """The questions of a fact: of one that is made, those it is made of."""
    for name, back in asked.figures if isinstance(asked, Derived) else [(asked, 0)]:
        if name in FACTS:
            yield Question(name, _kind(name), back=back)


def _row(asked: list[Question], typed: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The facts as typed, and those that cannot be read. What is left blank is not among them."""
    row: dict[str, Any] = {}
    wrong = []
    for question in asked:
        text = typed.get(question.key, "").strip()
        if not text:
            continue
        name, _, column = question.fact.partition("=")
        try:
            if column and text not in (YES, NO):
                raise ValueError(text)
            if column:
                row[name] = matters.written(matters.said(row.get(name)) | {column: matters.YES if text == YES else matters.NO})
                continue
            value = _value(question, text)
        except (ValueError, InvalidOperation):
            wrong.append(question.key)
            continue
        if question.back == 0:
            row[question.fact] = value
            continue
        if base := FACTS[question.fact].base:
            row[base] = value
            continue
        years = row.setdefault(f"{question.fact}_before", [None] * OLDEST)
        years[question.back - 1] = value
        if question.back == OLDEST:  # whoever says the highest of the years before has said all of them
            row["years_before"] = 0
    return row, wrong


def _value(question: Question, text: str) -> Any:
    """Raises ValueError or InvalidOperation for what is not of its kind."""
    kind = type_of(question.fact) or "text"
    if question.kind == "day":
        return date.fromisoformat(text)
    if question.kind in ("wan", "number"):
        figure = Decimal(text.replace(",", ""))
        if not figure.is_finite() or abs(figure) >= LARGEST or (question.kind == "number" and figure != figure.to_integral_value()):
            raise ValueError(text)
        return figure * WAN if question.kind == "wan" else int(figure)
    if kind in ("boolean", "answer"):
        if text not in (YES, NO):
            raise ValueError(text)
        return text == YES if kind == "boolean" else (0 if text == YES else 3)
    if text == OTHER:
        return OTHER
    if text not in question.options:
        raise ValueError(text)
    return text
