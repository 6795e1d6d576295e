"""Policy cases: each a sentence, what is known of an event, and the answer the law gives (files beside this one).

A file `mNN.yaml` holds for each clause what is `given` and its `cases`: `with` changes what is given, `under` changes
a decision, `then` is the outcome, or outcome and bound in yuan; `because` is the condition that decides, `reason` the
words for it. `shared.yaml` holds cases asked of one clause of each kind of event, not of every clause.
"""

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts
from tests.policy.law import HERE, OUTCOMES, ask, committed, facts_table, law, read

FILES = {path.name: read(path.name) for path in sorted(HERE.glob("m[0-9]*.yaml"))}
CLAUSES = {clause_id: clause for content in FILES.values() for clause_id, clause in content.items()}
VERSIONS = {c.id: v for m in committed().measures for c in m.clauses for v in c.versions if v.document == "draft"}


def _cases() -> list[Any]:
    found = [(clause_id, case) for clause_id, clause in CLAUSES.items() for case in clause["cases"]]
    for group in read("shared.yaml").values():
        found += [(clause_id, case) for clause_id in group["of"] for case in group["cases"]]
    return [pytest.param(clause_id, case, id=f"{clause_id} {case['says']}") for clause_id, case in found]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    facts_table(con)
    return con


@pytest.mark.parametrize(("clause_id", "case"), _cases())
def test_the_law_answers(clause_id: str, case: dict[str, Any], con: duckdb.DuckDBPyConnection) -> None:
    assert case.keys() <= {"says", "with", "under", "then", "because", "reason"}
    settings = case.get("under", {})
    given = CLAUSES[clause_id]["given"] | case.get("with", {})
    answered = ask(con, clause_id, given, settings)
    outcome, *bounds = case["then"] if isinstance(case["then"], list) else [case["then"]]
    if outcome == "no claim":
        assert answered is None
        return
    assert answered is not None
    answers, ceiling, floor, reasons = answered
    assert OUTCOMES[max(answers)] == outcome
    deciding = answers.index(max(answers))
    if "because" in case:
        assert conditions_of(law(settings), VERSIONS[clause_id])[deciding].id == case["because"]
    if "reason" in case:
        assert reasons[deciding] == case["reason"]
    if bounds:
        found = floor if floor is not None else ceiling
        assert found == (None if bounds[0] is None else Decimal(str(bounds[0])))


def test_every_clause_has_cases_and_no_sentence_stands_twice() -> None:
    assert CLAUSES.keys() == VERSIONS.keys()
    names = [case.id for case in _cases()]
    assert len(names) == len(set(names)) >= 250


def test_each_file_holds_the_clauses_of_its_measure() -> None:
    for measure in committed().measures:
        assert list(FILES[f"m{measure.measure:02}.yaml"]) == [clause.id for clause in measure.clauses]


def test_each_clause_asks_what_its_words_say() -> None:
    def asking(fact: str) -> str:
        return " ".join(c for c, v in VERSIONS.items() if fact in {a.fact for a in conditions_of(committed(), v)})

    assert asking("software_answer") == "4a 4b 5c.1 5c.2 5d 6a.1 6a.2 6b.1 6b.2 10b.1 10b.2"  # D9
    assert asking("first_answer") == "3b.1 3b.2 3c.1 3c.2 5a.1 5a.2 6a.1 6a.2 6b.1 6b.2 9a 9b 10a.1 10a.2 11b"  # D10
    assert asking("settled_on") + asking("actual_investment_yuan") == "2b 9d"  # D12; D3
    assert [c.id for c in committed().conditions] == ["window", "scope", "named_alone"]
    assert not [clause_id for clause_id, version in VERSIONS.items() if version.without]


def test_every_list_and_category_a_clause_names_is_one_that_files_bring() -> None:
    contracts = load_contracts(reference=PROJECT / "data" / "reference" / "wuxi")
    known = {
        key: {
            word
            for c in (*contracts[source].columns, *contracts[source].sidecar)
            if c.name == key
            for word in c.choices.values()
        }
        for key, source in (("list", "recognitions"), ("category", "projects"))
    }
    for version in VERSIONS.values():
        for selection in (version.trigger, *(condition.when for condition in version.conditions)):
            for key, words in known.items():
                assert set(selection.get(key, [])) <= words


def _edges() -> list[Any]:
    """Every figure at which an answer or a bound changes: clause, fact, figure, smallest step."""
    found = []
    for clause_id, version in VERSIONS.items():
        fen = Decimal("0.01")
        for condition in version.conditions:
            if condition.operator in ("at_least", "at_most"):
                step = fen if str(condition.fact).endswith("_yuan") else 1
                found += [(clause_id, condition.fact, Decimal(value), step) for value in condition.values]
        award = version.award
        found += [(clause_id, award.base, band.at_least, fen) for band in award.bands]
        rate = award.bands[-1].rate if award.bands else award.rate
        if award.base and award.cap_yuan and rate:
            found.append((clause_id, award.base, award.cap_yuan / rate, fen))
    return found


@pytest.mark.parametrize(("clause_id", "fact", "edge", "step"), _edges())
def test_every_edge_has_a_case_below_at_above_and_missing(clause_id: str, fact: str, edge: Decimal, step: Any) -> None:
    clause = CLAUSES[clause_id]
    cases = [clause["given"] | case.get("with", {}) for case in clause["cases"] if "under" not in case]
    seen = {None if case[fact] is None else Decimal(str(case[fact])) for case in cases if fact in case}
    assert seen >= {None, edge - step, edge, edge + step}


@pytest.mark.parametrize("clause_id", [c for c, v in VERSIONS.items() if any(a.of == "registered_on" for a in v.conditions)])
def test_the_third_anniversary_of_a_leap_day_is_28_february(clause_id: str) -> None:
    """D12: a case the day before, on and after it, as of any other day of registration."""
    clause = CLAUSES[clause_id]
    found = {}
    for case in clause["cases"]:
        given = clause["given"] | case.get("with", {})
        if given["settled_on"] and "D12" not in case.get("under", {}):
            registered = given["settled_on"]
            is_leap_day = (registered.month, registered.day) == (2, 29)
            anniversary = registered.replace(year=registered.year + 3, day=28 if is_leap_day else registered.day)
            found[is_leap_day, (given["qualified_on"] - anniversary).days] = case["then"]
    for is_leap_day in (False, True):
        assert [found[is_leap_day, days] for days in (-1, 0, 1)] == ["eligible", "eligible", "not_eligible"]
