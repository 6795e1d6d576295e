"""The operators a condition may ask with: one record each, read by the schema, the loader, the evaluator and `explain`.

To add one, add its record here and its cases to tests/policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipelines.matters import APART, NO, YES
from pipelines.policy.engine import DUCKDB, worded
from pipelines.policy.facts import FactType

Sql = Callable[["Question"], str]
NEEDS_REVIEW, UNKNOWN = 1, 2  # 0 is met, 3 is not_met: the worst answer decides


@dataclass(frozen=True)
class DatedLiteral:
    """A word that counts only on some days; SQL literals, None for a day not given."""

    word: str
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True)
class Selection:
    """Events of which a column holds one of some SQL literals."""

    column: str
    values: list[str]

    @property
    def sql(self) -> str:
        """As a predicate."""
        return f"f.{self.column} in ({', '.join(self.values)})"


@dataclass(frozen=True)
class Question:
    """A condition as it is asked: decisions settled, values as SQL literals, facts as columns; `f` is the event's row.

    `told`: SQL of what a derived fact was made of. `missing`: SQL of where a figure comes from and why it is not known.
    `before`: the column of the figures of the years before. `engine`: which the SQL is worded for.
    """

    operator: str
    fact: str | None
    type: FactType | None
    of: str | None
    missing: str | None
    of_seen_as: str | None
    seen_as: str | None
    noted_by: str | None
    values: list[str]
    dated: list[DatedLiteral]
    when: list[Selection]
    otherwise: int
    otherwise_says: str | None
    reasons: dict[str, str]
    says: str = "''"
    any_of: "list[Question]" = field(default_factory=list)
    told: str | None = None
    number_ends: str = ""
    before: str | None = None
    engine: str = DUCKDB

    def worded(self, macro: str, *parts: Any) -> str:
        """SQL as its engine words it: a macro of engine.sql."""
        return worded(self.engine, macro, *parts)

    @property
    def parts(self) -> "list[Question]":
        """Those that ask about a fact: of any_of, else itself."""
        return self.any_of or [self]

    @property
    def seen(self) -> str:
        """The fact as a column."""
        return f"f.{self.fact}"

    def held(self, comparison: str, value: str) -> str:
        """The fact against one of the values; a share without dividing, so that the edge is exact."""
        whole = f" * f.{self.fact}_whole" if self.type == "share" else ""
        return f"{self.seen} {comparison} {value}{whole}"

    @property
    def words(self) -> str:
        """The values as a SQL list, without its brackets."""
        return ", ".join(self.values)

    @property
    def answer_sql(self) -> str:
        """The answer, 0 met … 3 not_met.

        Order matters: a condition not asked passes; what is not known is never a yes; then the question itself.
        """
        operator = OPERATORS[self.operator]
        if operator.ranks:   # held against the others by the macro `ranked`
            return "cast(null as tinyint)"
        cases = [f"when not {self._asked_sql} then 0"] if self.when else []
        if operator.refused:
            cases.append(f"when {operator.refused(self)} then {self.otherwise}")
        cases.append(f"when {operator.unknown(self)} then {operator.if_unknown}")
        if operator.met:
            cases.append(f"when {operator.met(self)} then 0 else {self.otherwise}")
        elif operator.graded:
            cases.append(f"else {operator.graded(self)}")
        return f"case {' '.join(cases)} end"

    @property
    def ranks_by(self) -> str | None:
        """The figure by which claims of a year are ranked, the highest first; None where none are."""
        if not OPERATORS[self.operator].ranks:
            return None
        return f"(cast({self.seen} as double) / cast({self.seen}_whole as double))" if self.type == "share" else self.seen

    @property
    def ranks_first(self) -> int | None:
        """How many of them are within."""
        return int(self.values[0]) if OPERATORS[self.operator].ranks else None

    @property
    def due_sql(self) -> str | None:
        """The last day on which it can still be met; None where no day runs out."""
        due = OPERATORS[self.operator].due
        return due(self) if due else None

    @property
    def seen_sql(self) -> str | None:
        """What was looked at, as text; of a sum why it is not known."""
        if self.any_of:
            told = ", ".join(f"{part.says} || '：' || {part.told_sql}" for part in self.any_of)
            return f"concat_ws('；', {told})"
        if not self.fact:
            return None
        if self.told:
            return self.told
        if self.seen_as:
            return f"f.{self.seen_as}"
        if shown := OPERATORS[self.operator].shown:
            return shown(self)
        if self.type == "yuan":
            return f"f.{self.noted_by}" if self.noted_by else None
        if self.type == "boolean":
            return f"case {self.seen} when true then '是' when false then '否' end"
        return f"cast({self.seen} as string)"

    @property
    def seen_yuan(self) -> str | None:
        """The column of the sum that was looked at, to be written as a sum."""
        is_sum = self.type == "yuan" and not self.told and not self.seen_as and not OPERATORS[self.operator].shown
        return self.fact if is_sum else None

    @property
    def reason_sql(self) -> str | None:
        """More than the answer can say: not asked of this event, or the words of the clause for a value that fails."""
        cases = [f"when not {self._asked_sql} then '不适用于本事项'"] if self.when else []
        cases += [f"when {self.seen} = {value} then {words}" for value, words in self.reasons.items()]
        if self.otherwise_says:
            cases.append(f"when {self.answer_sql} = {self.otherwise} then {self.otherwise_says}")
        if self.any_of:
            met = ", ".join(f"case when {part.answer_sql} = 0 then {part.says} end" for part in self.any_of)
            cases.append(f"when {self.answer_sql} = 0 then '满足：' || concat_ws('；', {met})")
        if reason := OPERATORS[self.operator].reason:
            cases.append(f"when true then {reason(self)}")
        elif self.missing:
            cases.append(f"when true then {self.missing}")
        return f"case {' '.join(cases)} end" if cases else None

    @property
    def told_sql(self) -> str:
        """What was looked at, beside that of others: a sum too."""
        figure = f"cast(f.{self.seen_yuan} as string) || ' 元'" if self.seen_yuan else None
        told = [sql for sql in (figure, self.seen_sql, "'未载明'") if sql]
        return f"coalesce({', '.join(told)})"

    @property
    def answers(self) -> str:
        """Those of its parts, as a SQL list without its brackets."""
        return ", ".join(part.answer_sql for part in self.any_of)

    @property
    def _asked_sql(self) -> str:
        return f"coalesce({' and '.join(selection.sql for selection in self.when)}, false)"


def _blank(question: Question) -> str:
    return f"{question.seen} is null"


@dataclass(frozen=True)
class Operator:
    """One way to ask about a fact.

    `takes`: the types of facts it asks about; none: it asks about no fact.
    `value_count`: how many values it wants; None: one or more. `value_type`: theirs, where it is not that of the fact.
    `needed`: what satisfies it, in words: {0}, {1} its values, {all} all of them, {unit} of the fact.
    `unknown`: SQL of when it cannot be told, and `if_unknown` the answer then; `met`: SQL of when a known fact satisfies
    it; `graded`: SQL of the answer itself, where it is more than yes or no; `refused`: SQL of a no whatever else is unknown.
    `of`: a second fact of the same type that it needs. `of_years`: it asks about a figure that has years before.
    `shown`: SQL of what was looked at, where it is more than the fact; `reason`: SQL of what decides, where that is more.
    `due`: SQL of the last day on which it can still be met, where days run out; null while nothing does.
    `is_threshold`: its value is a figure of the clause that a what-if may change. `asks_words`: its values are words of
    the fact, of which there may be a closed set; `takes_dated`: they may hold on some days only. `joins`: it asks other
    conditions, of which the best answer counts, instead of a fact. `ranks`: its answer is not of the event alone but of all
    that ground claims of the clause in one year.
    """

    name: str
    takes: tuple[FactType, ...]
    value_count: int | None
    needed: str
    met: Sql | None = None
    graded: Sql | None = None
    unknown: Sql = _blank
    if_unknown: int = UNKNOWN
    refused: Sql | None = None
    of: bool = False
    of_years: bool = False
    shown: Sql | None = None
    reason: Sql | None = None
    due: Callable[["Question"], str | None] | None = None
    value_type: FactType | None = None
    is_threshold: bool = False
    asks_words: bool = False
    takes_dated: bool = False
    joins: bool = False
    ranks: bool = False

    def words(self, values: list[str], unit: str) -> str:
        """What satisfies it with these values."""
        return self.needed.format(*values, all="、".join(values), unit=unit)


def _one_of(question: Question) -> str:
    """Some words count only on some days: judged on the day of the event."""
    parts = [f"{question.seen} in ({question.words})"] if question.values else []
    for dated in question.dated:
        days = f" and f.qualified_on >= {dated.first_day}" if dated.first_day else ""
        days += f" and f.qualified_on <= {dated.last_day}" if dated.last_day else ""
        parts.append(f"({question.seen} = {dated.word}{days})")
    return " or ".join(parts)


def _years_and_days(question: Question) -> str:
    if question.of_seen_as:
        start = f"f.{question.of_seen_as}"
    else:
        start = f"'对照 ' || f.{question.of}" if question.values[0] == "0" else f"'自 ' || f.{question.of} || ' 起'"
    return f"coalesce(cast({question.seen} as string), '日期未载明') || '（' || coalesce({start}, '日期未载明') || '）'"


def _years_end(question: Question) -> str:
    """D12: the same day of the year, inclusive; adding years takes 29 February to the 28th."""
    return f"f.{question.of} + interval '{question.values[0]}' year"


def _says(question: Question, answer: str, value: str | None = None) -> str:
    """Whether this answer is told of what the value names; null where nothing is told at all."""
    return f"contains('{APART}' || {question.seen} || '{APART}', '{APART}' || {value or question.values[0]} || '={answer}{APART}')"


def _says_nothing(question: Question, value: str | None = None) -> str:
    return f"not coalesce({_says(question, YES, value)} or {_says(question, NO, value)}, false)"


def _answer_shown(question: Question) -> str:
    return f"case when {_says(question, YES)} then '{YES}' when {_says(question, NO)} then '{NO}' end"


def _holds_one(question: Question) -> str:
    return " or ".join(f"coalesce({_says(question, YES, value)}, false)" for value in question.values)


def _may_hold_one(question: Question) -> str:
    """None is held for certain, and of one it is not known."""
    return f"not ({_holds_one(question)}) and ({' or '.join(_says_nothing(question, value) for value in question.values)})"


def _title_words(question: Question) -> str:
    """The reason of each title it asks about."""
    told = (f"nullif(regexp_extract('|' || f.{question.noted_by}, '[|]' || {value} || '=([^|]*)', 1), '')" for value in question.values)
    return f"nullif(concat_ws('；', {', '.join(told)}), '')"


def _before(question: Question) -> str:
    return f"f.{question.before}"


def _last_break(question: Question) -> str:
    return question.worded("greatest_of", "f.break_years")


def _highest_before(question: Question) -> str:
    """Of the years before that are of the scope of this one: those since the last change of it."""
    before = _before(question)
    comparable = f"coalesce(f.figure_year - {_last_break(question)}, {question.worded('length_of', before)})"
    return question.worded("greatest_of", question.worded("first_of", before, comparable))


def _told_count(question: Question) -> str:
    """How many of the years from that of registration on are on file."""
    return f"coalesce({question.worded('count_of', question.worded('first_of', _before(question), 'f.years_before'))}, 0)"


def _is_history_open(question: Question) -> str:
    """A year since registration is missing or of another scope, or it is not known which years those are."""
    return (
        f"coalesce(f.years_before < 0 or {_told_count(question)} < f.years_before"
        f" or coalesce({_last_break(question)} > f.figure_year - f.years_before, false), true)"
    )


def _history_words(question: Question) -> str:
    since, highest = "(f.figure_year - f.years_before)", question.worded("greatest_of", _before(question))
    if question.type == "yuan":
        highest = question.worded("to_two_places", f"cast({highest} as double)", " 元")
    return (
        "case when f.years_before is null then '登记年度未知，此前年度是否齐全不能确认'"
        f" when f.years_before < 0 then '统计年度早于登记年度 ' || {since} || '，不能确认'"
        " when f.years_before = 0 then '当年登记，没有此前年度'"
        f" when {_told_count(question)} < f.years_before then '自登记年度 ' || {since} || ' 起至上一年，有 '"
        f" || (f.years_before - {_told_count(question)}) || ' 年没有数据'"
        f" when {_last_break(question)} > {since} then '自 ' || {_last_break(question)} || ' 年起统计口径有变化，此前年度不可比'"
        f" else '自登记年度 ' || {since} || ' 起各年齐全' end"
        f" || coalesce('；此前最高 ' || {highest}, '')"
    )


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator("at_least", ("yuan", "number", "share", "day"), 1, "≥ {0}{unit}",
            met=lambda q: q.held(">=", q.values[0]), is_threshold=True),
        Operator("above", ("yuan", "number", "share"), 1, "> {0}{unit}",
            met=lambda q: q.held(">", q.values[0]), is_threshold=True),
        Operator("at_most", ("yuan", "number", "share", "day"), 1, "≤ {0}{unit}",
            met=lambda q: q.held("<=", q.values[0]), is_threshold=True,
            due=lambda q: q.number_ends.format(number=q.values[0]) or None),
        Operator("between", ("day", "yuan", "number", "share"), 2, "{0} 至 {1}{unit}",
            met=lambda q: f"{q.held('>=', q.values[0])} and {q.held('<=', q.values[1])}"),
        Operator("is_one_of", ("text", "number"), None, "{all}", asks_words=True, takes_dated=True, met=_one_of,
            unknown=lambda q: _blank(q) + (" or f.qualified_on is null" if q.dated else "")),
        Operator("is_none_of", ("text", "number"), None, "不是 {all}", asks_words=True,
            met=lambda q: f"{q.seen} not in ({q.words})"),
        # a column that may answer: blank waits for a person (D13)
        Operator("mentions", ("text",), 1, "含“{0}”", if_unknown=NEEDS_REVIEW,
            met=lambda q: f"contains({q.seen}, {q.values[0]})"),
        Operator("is_true", ("boolean",), 0, "是", met=lambda q: q.seen),
        Operator("is_known", ("yuan", "number", "day", "text"), 0, "有数据", graded=lambda _: "0"),
        # value: years (D12); what has happened on its day runs out no more
        Operator("within_years_of", ("day",), 1, "{0} 年内", of=True, value_type="number", shown=_years_and_days,
            unknown=lambda q: f"{q.seen} is null or f.{q.of} is null",
            met=lambda q: f"{q.seen} <= {_years_end(q)}",
            due=lambda q: None if q.values[0] == "0" else f"case when {q.seen} is null then {_years_end(q)} end"),
        # below the line this year, or reached in a year before, is a no, whatever other years were; a year that is not on
        # file, or of another scope of the statistics, may have reached it; who was registered this year has none before
        Operator("first_reaches", ("yuan", "number"), 1, "首次 ≥ {0}{unit}", of_years=True, is_threshold=True,
            refused=lambda q: f"{q.seen} < {q.values[0]} or {_highest_before(q)} >= {q.values[0]}",
            unknown=lambda q: f"{q.seen} is null or {_is_history_open(q)}",
            met=lambda q: f"{q.seen} >= {q.values[0]}", reason=_history_words),
        Operator("assessed", ("answer",), 0, "符合", graded=lambda q: q.seen),
        Operator("human_judgement", ("boolean",), 0, "是", if_unknown=NEEDS_REVIEW, met=lambda q: q.seen),
        # a yes/no column of a matter that the policy declares: a blank is unknown, or waits for a person (D13)
        Operator("answered_yes", ("answers",), 1, "“{0}”为是", asks_words=True, value_type="text", shown=_answer_shown,
            unknown=_says_nothing, met=lambda q: _says(q, YES)),
        Operator("judged_yes", ("answers",), 1, "“{0}”为是", asks_words=True, value_type="text", shown=_answer_shown,
            unknown=_says_nothing, if_unknown=NEEDS_REVIEW, met=lambda q: _says(q, YES)),
        # a title of this rank or a higher one, on the day of the event; several values: one of them is enough
        Operator("holds_title", ("titles",), None, "当日持有该称号（同级或更高级）", asks_words=True, value_type="text",
            shown=_title_words, unknown=_may_hold_one, met=_holds_one),
        # of the claims of a year that fail nothing else; what is not known leaves the rank unknown for all it could move, and
        # equals at the edge wait for a person
        Operator("ranks_within", ("yuan", "number", "share"), 1, "同年前 {0} 名", value_type="number", is_threshold=True, ranks=True),
        # one that holds is enough whatever the others are; one not known may hold, and so may one that a person must judge
        Operator("any_of", (), 0, "满足其一", joins=True,
            unknown=lambda q: f"0 not in ({q.answers}) and {UNKNOWN} in ({q.answers})",
            graded=lambda q: f"case when 0 in ({q.answers}) then 0 when {NEEDS_REVIEW} in ({q.answers}) then {NEEDS_REVIEW} else {q.otherwise} end"),
        Operator("always_review", (), 0, "人工判断", unknown=lambda _: "true", if_unknown=NEEDS_REVIEW),
    )
}  # fmt: skip
