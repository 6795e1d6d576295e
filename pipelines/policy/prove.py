"""Prove of a policy what no single file can show: quotes, decisions, ids, days, and words that some row of data can bear."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipelines.base.strict import mend_of, twice
from pipelines.policy.cap import OF_PROJECTS, CapGroup
from pipelines.policy.condition import Condition, wrong_values
from pipelines.policy.decision import Decision
from pipelines.policy.facts import CARRIED_OUT
from pipelines.policy.model import Clause, Policy, Version
from pipelines.policy.operators import OPERATORS
from pipelines.policy.prove_figures import of_age, of_figures
from pipelines.policy.values import Setting
from pipelines.policy.versions import stated
from pipelines.policy.vocabulary import Vocabulary


class Proof:
    """Of one policy, read whole or, where a file could not be read, in part; `problems` tells what is wrong, a sentence each."""

    def __init__(
        self, policy: Policy, folder: Path, files: list[str], has_decisions: bool, is_whole: bool, words: Vocabulary | None
    ) -> None:
        self.policy = policy
        self.folder = folder
        self.measures = list(zip(files, policy.measures, strict=True))
        self.has_decisions = has_decisions
        self.is_whole = is_whole
        self.words = words
        self.told: set[tuple[str, str]] = set()  # what is wrong with an option of a decision, told where it is first asked
        self.head_file = f"{folder.name}/policy.yaml"
        self.decisions_file = f"{folder.name}/decisions.yaml"
        self.decisions = {decision.id: decision for decision in policy.decisions}
        self.texts: dict[str, str] = {}  # document -> its words, for those that could be read
        self.days: dict[str, tuple[date, date]] = {}  # document -> first and last day, for those that have both

    def problems(self) -> Iterator[str]:
        """A sentence for each: file, clause, key and the mend."""
        yield from self._of_documents()
        yield from twice([(d.id, self.decisions_file) for d in self.policy.decisions], "decision")
        yield from twice([(str(m.measure), file) for file, m in self.measures], "measure")
        clauses = [(clause.id, file) for file, m in self.measures for clause in m.clauses]
        items = [(item.id, file) for file, m in self.measures for item in m.non_monetary]
        yield from twice(clauses + items, "clause or item")
        first_document = next(iter(self.policy.documents))
        for decision in self.policy.decisions:
            yield from self._of_decision(decision, first_document)
        yield from twice([(c.id, self.head_file) for c in self.policy.conditions], "condition")
        for charged in self.policy.departments_of_every_measure:
            where = f"{self.head_file}, departments_of_every_measure"
            yield from self._document_is_known(where, charged.document)
            yield from self._quoted(where, charged.document, [charged.quote])
        yield from twice([(group.id, self.head_file) for group in self.policy.cap_groups], "cap group")
        for group in self.policy.cap_groups:
            yield from self._of_cap(group)
        for condition in self.policy.conditions:
            yield from self._of_condition(self.head_file, condition, first_document)
        for file, measure in self.measures:
            for clause in measure.clauses:
                yield from self._of_days(clause, file)
                for version in clause.versions:
                    yield from self._of_version(clause, version, file)
        yield from self._of_words()
        for file, measure in self.measures:
            for item in measure.non_monetary:
                where = f"{file}, item {item.id}"
                yield from self._document_is_known(where, item.document)
                yield from self._quoted(where, item.document, item.quotes)

    def _of_documents(self) -> Iterator[str]:
        for name, document in self.policy.documents.items():
            where = f"{self.head_file}, documents, {name}"
            try:
                self.texts[name] = joined((self.folder / document.text).read_text(encoding="utf-8"))
            except OSError:
                yield f"{where}, text: {document.text} is not in {self.folder.name}/. Put the text there or correct the name."
            except UnicodeDecodeError as error:
                yield f"{where}, text: {document.text} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
            first_day: Any = document.first_day
            if isinstance(first_day, Setting):
                if dangling := self._dangling(f"{where}, first_day", first_day.setting):
                    yield from dangling
                    continue
                first_day = self.decisions[first_day.setting].value if self.has_decisions else document.last_day
            if not isinstance(first_day, date) or isinstance(first_day, datetime):
                yield f"{where}, first_day: {first_day!r} is not a day. Correct the setting it points to."
            elif first_day > document.last_day:
                yield f"{where}, first_day: {first_day} lies after last_day {document.last_day}. Correct one."
            else:
                self.days[name] = (first_day, document.last_day)

    def _of_decision(self, decision: Decision, document: str) -> Iterator[str]:
        where = f"{self.decisions_file}, decision {decision.id}"
        if decision.quote:
            yield from self._quoted(where, document, [decision.quote])
        if decision.id.endswith(".group"):  # such as D14.group
            clauses = {clause.id for _, measure in self.measures for clause in measure.clauses}
            if not isinstance(decision.value, list):
                yield f"{where}, setting: {decision.value!r} is not a list of clauses. Write it as [1a, 2a]."
            elif self.is_whole and (gone := [name for name in decision.value if name not in clauses]):
                yield f"{where}, setting: {', '.join(map(str, gone))} is not a clause. Correct the id."
        if decision.id == "D10.lookback" and (type(decision.value) is not int or decision.value < 0):
            yield f"{where}, setting: {decision.value!r} is not a whole number of years. Write digits without quotes, such as 5."
        if wrong := of_age(decision):
            yield f"{where}, {wrong}"
        known = CARRIED_OUT.get(decision.id)
        offered = [str(choice) for choice in (decision.options or [decision.setting])]
        if known and (gone := [choice for choice in offered if choice not in known]):
            key = "options" if decision.options else "setting"
            yield f"{where}, {key}: {', '.join(gone)} is nothing the models can do. Use one of {', '.join(known)}."
        partner = {"D14": "D14.group", "D14.group": "D14"}.get(decision.id)
        if partner and partner not in self.decisions:
            yield f"{where}: holds only with {partner}, which is missing. Add it, or take {decision.id} out."

    def _of_cap(self, group: CapGroup) -> Iterator[str]:
        where = f"{self.head_file}, cap_group {group.id}"
        yield from self._document_is_known(where, group.document)
        yield from self._quoted(where, group.document, [group.quote])
        yield from self._dangling(f"{where}, decision", group.decision)
        clauses = {clause.id: clause for _, measure in self.measures for clause in measure.clauses}
        for name in group.clauses:
            versions = [v for v in clauses[name].versions if v.document == group.document] if name in clauses else []
            if name not in clauses:
                if self.is_whole:
                    yield f"{where}, clauses: {name} is not a clause. Correct the id."
            elif not any(version.trigger for version in versions):
                yield f"{where}, clauses: {name} computes nothing in {group.document}. Take it out."
            elif group.per == "project" and not any(set(v.trigger.get("event_kind", [])) & OF_PROJECTS for v in versions):
                yield f"{where}, per: {name} is about no project. Use enterprise or enterprise_year, or take it out."

    def _of_condition(self, where: str, condition: Condition, document: str) -> Iterator[str]:
        here = f"{where}, condition {condition.id}"
        settings = [value.setting for value in condition.values if isinstance(value, Setting)]
        dangling = list(self._dangling(f"{here}, decision", condition.decision))
        for setting in settings:
            dangling += self._dangling(f"{here}, value", setting)
        yield from dangling
        yield from self._asked(here, condition)
        if settings and self.has_decisions and not dangling:
            for option, policy in self._readings(settings):
                if wrong := wrong_values(condition, policy.values_of(condition)):
                    yield from self._once(here, wrong, f"decision {', '.join(settings)}{option}")
        if condition.quote:
            yield from self._quoted(here, document, [condition.quote])
        for part in condition.any_of:
            yield from self._of_condition(here, part, document)

    def _asked(self, here: str, condition: Condition) -> Iterator[str]:
        """Whether the fact that a decision says is one that the operator can ask about."""
        if not isinstance(condition.fact, Setting):
            return
        decision_id = condition.fact.setting
        if dangling := self._dangling(f"{here}, fact", decision_id):
            yield from dangling
        elif self.has_decisions:
            for option, policy in self._readings([decision_id]):
                try:
                    policy.asked(condition)
                except ValidationError as error:
                    for one in error.errors():
                        yield from self._once(here, mend_of(one), f"decision {decision_id}{option}")

    def _once(self, here: str, wrong: str, of_decision: str) -> Iterator[str]:
        if (wrong, of_decision) not in self.told:
            self.told.add((wrong, of_decision))
            yield f"{here}, {wrong} ({of_decision})."

    def _readings(self, settings: list[str]) -> Iterator[tuple[str, Policy]]:
        """The policy as it stands, then with each other option of these decisions: a switch must work when it is thrown."""
        yield "", self.policy
        for decision in (self.decisions[name] for name in dict.fromkeys(settings)):
            for option in (name for name in decision.options if name != str(decision.setting)):
                others = [d for d in self.policy.decisions if d is not decision]
                changed = decision.model_copy(update={"setting": option})
                yield f", option {option}", self.policy.model_copy(update={"decisions": [*others, changed]})

    def _of_words(self) -> Iterator[str]:
        """What no row of data can be: in triggers, in what clauses ask, and in what all clauses share, told once."""
        if self.words is None:
            return
        asking: dict[str, list[str]] = {}  # shared condition -> kinds of events it is asked of
        for file, clause, version in ((f, c, v) for f, m in self.measures for c in m.clauses for v in c.versions):
            where = _place(file, clause, version)
            kinds = version.trigger.get("event_kind", [])
            yield from (f"{where}, trigger, {wrong}." for wrong in self.words.of_selection(version.trigger, kinds))
            yield from (f"{where}, {wrong}." for wrong in self.words.of_award(version.award, kinds))
            for condition in version.asked:
                for part in (condition, *condition.any_of):
                    yield from self._of_words_in(f"{where}, condition {part.id}", part, kinds)
                    yield from (f"{where}, condition {part.id}, {wrong}." for wrong in self.words.of_answers(part, version.trigger))
            for shared in stated(self.policy, version)[: -len(version.conditions) or None]:
                asking.setdefault(shared.id, []).extend(kinds)
        for condition in self.policy.conditions:
            for part in (condition, *condition.any_of):
                here = f"{self.head_file}, condition {part.id}"
                yield from self._of_words_in(here, part, list(dict.fromkeys(asking.get(condition.id, []))))

    def _of_words_in(self, here: str, condition: Condition, kinds: list[str]) -> Iterator[str]:
        settings = [value.setting for value in (condition.fact, *condition.values) if isinstance(value, Setting)]
        if self.words is None or not kinds or not (set(settings) <= set(self.decisions)):
            return
        for option, policy in self._readings(settings):
            try:
                asked = policy.asked(condition)
            except ValidationError:  # told where the condition is proved
                continue
            for wrong in self.words.of_condition(asked, policy.values_of(asked), kinds):
                if not settings:
                    yield f"{here}, {wrong}."
                elif (wrong, settings[0]) not in self.told:  # of one option or of each, the same
                    self.told.add((wrong, settings[0]))
                    yield f"{here}, {wrong} (decision {', '.join(settings)}{option})."

    def _of_version(self, clause: Clause, version: Version, file: str) -> Iterator[str]:
        where = _place(file, clause, version)
        yield from self._document_is_known(where, version.document)
        yield from self._quoted(where, version.document, version.quotes)
        for condition in version.asked:
            yield from self._of_condition(where, condition, version.document)
        conditions = stated(self.policy, version)
        yield from twice([(part.id, where) for c in (*conditions, *version.asked[len(version.conditions):]) for part in (c, *c.any_of)], "condition")
        if gone := set(version.without) - {condition.id for condition in self.policy.conditions}:
            yield f"{where}, without: {', '.join(sorted(gone))} is not a condition of policy.yaml. Correct the id."
        if version.trigger and not conditions:
            yield f"{where}, conditions: a clause that computes must ask something. Add a condition."
        ranked = [condition.id for condition in conditions if OPERATORS[condition.operator].ranks]
        if len(ranked) > 1:
            yield f"{where}, conditions: {' and '.join(ranked)} both rank its claims. Keep one of them."
        yield from of_figures(self.policy, version, where, self.head_file, self.decisions_file)
        yield from self._of_reckoned(where, clause, version)
        for key, known in (("bands_apply", ("whole", "marginal")), ("repeat", ("each_event", "increase"))):
            value = getattr(version.award, key)
            if isinstance(value, Setting):
                here = f"{where}, award, {key}"
                dangling = self._dangling(here, value.setting)
                yield from dangling
                how = self.policy.resolve(value) if self.has_decisions and not dangling else known[0]
                if how not in known:
                    yield f"{here}: {how!r}, in decision {value.setting}, is not {' or '.join(known)}. Correct it."
        if version.once:
            yield from self._dangling(f"{where}, once, decision", version.once.decision)
            yield from self._of_group(where, clause, version)
        for part in version.instalments:
            here = f"{where}, instalment {part.says}"
            yield from self._quoted(here, version.document, [part.quote] if part.quote else [])
            yield from self._dangling(f"{here}, decision", part.decision)
        if window := version.application_window:
            here = f"{where}, application_window"
            yield from self._quoted(here, version.document, [window.quote])
            yield from self._dangling(f"{here}, decision", window.decision)
        if version.materials:
            yield from self._quoted(f"{where}, materials", version.document, [version.materials.quote])

    def _of_group(self, where: str, clause: Clause, version: Version) -> Iterator[str]:
        """Clauses that exclude each other must say so of each other, or each would count."""
        group = version.once.group if version.once else []
        if clause.id not in group:
            yield f"{where}, once, group: does not name {clause.id} itself. Add it."
        others = {c.id: c for _, measure in self.measures for c in measure.clauses}
        for name in group:
            if name not in others:
                if self.is_whole:
                    yield f"{where}, once, group: {name} is not a clause. Correct the id."
                continue
            if any(v.once != version.once for v in others[name].versions if v.document == version.document):
                yield f"{where}, once: clause {name} of the group has another `once`. Write the same in both."

    def _of_reckoned(self, where: str, clause: Clause, version: Version) -> Iterator[str]:
        """An award reckoned from another clause or from other payers' money shares no bound; that clause is there, and is not reckoned itself."""
        award, document = version.award, version.document
        if not award.is_reckoned:
            return
        key = "share_of" if award.share_of else "tops_up"
        groups = [d.id for d in self.policy.decisions if d.id.endswith(".group") and isinstance(d.value, list) and clause.id in d.value]
        groups += [f"cap_group {group.id}" for group in self.policy.cap_groups if clause.id in group.clauses]
        groups += ["once"] if version.once else []
        if groups:
            yield f"{where}, award, {key}: {clause.id} stands in {' and '.join(groups)}, and an award reckoned from another clause or from what other payers gave shares no bound. Take it out of one."
        if not (name := award.reckoned_from):
            return
        here = f"{where}, award, {key}, clause"
        sources = {c.id: [v for v in c.versions if v.document == document and v.trigger] for _, m in self.measures for c in m.clauses}
        circle = [clause.id]
        while circle[-1] in sources and (following := next((v.award.reckoned_from for v in sources[circle[-1]] if v.award.reckoned_from), None)):
            circle.append(following)
            if following in circle[:-1]:
                break
        if circle[-1] in circle[:-1]:
            yield f"{here}: {' → '.join(circle)} runs in a circle. Reckon one of them from something else."
        elif name not in sources:
            if self.is_whole:
                yield f"{here}: {name} is not a clause. Correct the id."
        elif not sources[name]:
            yield f"{here}: {name} computes nothing in {document}. Name another."
        elif len(circle) > 2:
            yield f"{here}: {name} is itself reckoned from {circle[2]}. Name {circle[2]}."
        elif any(v.award.is_reckoned for v in sources[name]):
            yield f"{here}: {name} is itself reckoned from what other payers gave. Name another clause."
        else:
            yield from self._of_match(where, key, version, sources[name], name)

    def _of_match(self, where: str, key: str, version: Version, sources: list[Version], name: str) -> Iterator[str]:
        by = version.award.share_of.by if version.award.share_of else version.award.tops_up.by if version.award.tops_up else None
        mine, theirs = (set(kinds) for kinds in (version.trigger.get("event_kind", []), [k for v in sources for k in v.trigger.get("event_kind", [])]))
        if by == "event" and not mine & theirs:
            yield f"{where}, award, {key}, by: no event grounds both this clause and {name}. Use enterprise_year or enterprise."
        if by == "project" and not (mine & OF_PROJECTS and theirs & OF_PROJECTS):
            yield f"{where}, award, {key}, by: this clause or {name} is about no project. Use enterprise_year or enterprise."

    def _of_days(self, clause: Clause, file: str) -> Iterator[str]:
        """On no day of a document are two versions of a clause in force, and on none is none."""
        where = f"{file}, clause {clause.id}"
        for document, (doc_first, doc_last) in self.days.items():
            spans = []
            for version in (v for v in clause.versions if v.document == document):
                first, last = version.first_day or doc_first, version.last_day or doc_last
                if first > last:
                    yield f"{where}, version {document}, first_day: {first} lies after its last day {last}. Correct one."
                spans.append((first, last))
            if not spans or any(first > last for first, last in spans):
                continue
            spans.sort()
            day = timedelta(days=1)
            holes = [(doc_first, spans[0][0] - day)] if doc_first < spans[0][0] else []
            for (_, last), (first, _) in pairwise(spans):
                if first <= last:
                    yield f"{where}: two versions of {document} are in force on {first}. Part their days."
                elif first > last + day:
                    holes.append((last + day, first - day))
            if spans[-1][1] < doc_last:
                holes.append((spans[-1][1] + day, doc_last))
            for first, last in holes:
                yield (
                    f"{where}: no version of {document} is in force from {first} to {last}. "
                    "Close the gap, or declare it by a version that is not_encoded."
                )

    def _document_is_known(self, where: str, document: str) -> Iterator[str]:
        if document not in self.policy.documents:
            yield f"{where}: document {document} is not in policy.yaml. Declare it there or correct the name."

    def _dangling(self, where: str, decision_id: str | None) -> list[str]:
        if decision_id is None or not self.has_decisions or decision_id in self.decisions:
            return []
        return [f"{where}: {decision_id} is not in decisions.yaml. Add it there or correct the id."]

    def _quoted(self, where: str, document: str, quotes: list[str]) -> Iterator[str]:
        if document in self.texts:
            for quote in quotes:
                if joined(quote) not in self.texts[document]:
                    text = self.policy.documents[document].text
                    yield f"{where}: quote 「{quote}」 is not in {text}. Copy it verbatim."


def _place(file: str, clause: Clause, version: Version) -> str:
    from_day = f" from {version.first_day}" if version.first_day else ""
    return f"{file}, clause {clause.id}, version {version.document}{from_day}"


def joined(text: str) -> str:
    """The text with wrapped lines joined: a quote may run over a line break, not over a change of words."""
    return re.sub(r"\s+", "", text)
