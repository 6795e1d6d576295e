"""Policy cases: each a sentence, what is known of an event, and the answer the law gives (`cases/` beside each policy)."""

import json
import shutil
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipelines.base.errors import PolicyError
from pipelines.cli import main
from pipelines.policy.case_run import Ran, run_cases
from pipelines.policy.case_table import lacks, write_lacks
from pipelines.policy.cases import Asked, load_cases
from pipelines.policy.load import load_policy
from pipelines.policy.model import Policy
from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT, Settings
from pipelines.sources.contract import load_contracts
from tests.policy.law import committed

FOLDERS = {f"{path.parent.parent.name}/{path.parent.name}": path.parent for path in sorted((PROJECT / "data" / "policies").glob("*/*/policy.yaml"))}
WUXI, WENZHOU = "wuxi/software", "wenzhou/software"
VERSIONS = {c.id: v for m in committed().measures for c in m.clauses for v in c.versions if v.document == "draft"}


@cache
def of(name: str) -> tuple[Policy, list[Asked]]:
    policy = load_policy(FOLDERS[name])
    return policy, load_cases(FOLDERS[name], policy)


@cache
def ran(name: str) -> list[Ran]:
    return run_cases(*of(name))


def _cases() -> list[object]:
    return [
        pytest.param(name, number, id=f"{name} {one.clause_id} {one.case.says}")
        for name in FOLDERS for number, one in enumerate(of(name)[1])
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "number"), _cases())
def test_the_law_answers(name: str, number: int) -> None:
    assert ran(name)[number].wrong is None
    assert not ran(name)[number].is_to_fill


@pytest.mark.parametrize("name", FOLDERS)
def test_every_edge_of_every_policy_has_a_case_below_at_above_and_missing(name: str) -> None:
    policy, asked = of(name)
    assert [(lack.clause.id, [point.says for point in lack.points]) for lack in lacks(policy, FOLDERS[name], asked)] == []
    assert {one.clause_id for one in asked} >= {c.id for m in policy.measures for c in m.clauses if any(v.trigger for v in c.versions)}


def test_every_clause_of_wuxi_has_cases_in_the_file_of_its_measure() -> None:
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (FOLDERS[WUXI] / "cases").glob("m*.yaml")}
    paths = sorted((FOLDERS[WUXI] / "measures").glob("*.yaml"))
    for path, measure in zip(paths, committed().measures, strict=True):
        assert list(files[path.stem]) == [clause.id for clause in measure.clauses]
    assert len(of(WUXI)[1]) >= 250


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


@pytest.mark.parametrize("clause_id", [c for c, v in VERSIONS.items() if any(a.of == "registered_on" for a in v.conditions)])
def test_the_third_anniversary_of_a_leap_day_is_28_february(clause_id: str) -> None:
    """D12: a case the day before, on and after it, as of any other day of registration."""
    found = {}
    for one in of(WUXI)[1]:
        if one.clause_id == clause_id and one.known["settled_on"] and "D12" not in one.case.under and one.case.then and one.known["qualified_on"]:
            registered = one.known["settled_on"]
            is_leap_day = (registered.month, registered.day) == (2, 29)
            anniversary = registered.replace(year=registered.year + 3, day=28 if is_leap_day else registered.day)
            found.setdefault((is_leap_day, (one.known["qualified_on"] - anniversary).days), one.case.then.outcome)
    for is_leap_day in (False, True):
        assert [found[is_leap_day, days] for days in (-1, 0, 1)] == ["eligible", "eligible", "not_eligible"]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Wenzhou's policy in a tree of its own, as `softcity test-policy` finds it."""
    folder = Path(shutil.copytree(FOLDERS[WENZHOU], tmp_path / "policies" / "wenzhou" / "software"))
    shutil.copytree(PROJECT / "data" / "policies" / "schema", tmp_path / "policies" / "schema")
    return folder


def asked_of(monkeypatch: pytest.MonkeyPatch, city: Path, *args: str) -> tuple[int, str]:
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls, *_: Settings(home=city, landing=city, data=city.parents[2])))
    result = CliRunner().invoke(main, ["test-policy", *args])
    return result.exit_code, result.output


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_case_that_fails_is_told_in_words_and_ends_in_1(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(city / "measures" / "m01-certificates.yaml", "3: 100_000", "3: 90_000")
    code, told = asked_of(monkeypatch, city, "wenzhou/software")
    assert code == 1
    assert "clause w1.1, case as given" not in told, "50,000 of 100,000 lie below the cap"
    assert "software/cases/m01-certificates.yaml, clause w1.1, case fee_yuan at 200000 of grade 3: 100,000.00 yuan is expected, 90,000.00 yuan comes out" in told


def test_a_blank_answer_is_to_fill_and_ends_in_3(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(city / "cases" / "m02-growth.yaml", "then: [eligible, 2000000]", "then: ")
    code, told = asked_of(monkeypatch, city)
    assert (code, "clause w2.2, case as given: to fill" in told) == (3, True)


def test_lacking_cases_are_told_and_written_with_a_blank_answer(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (city / "cases" / "m02-growth.yaml").unlink()
    (city / "cases" / "shared.yaml").unlink()
    kept = "    - {says: grade_number at 3, with: {grade_number: 3}, then: [eligible, 50000.00]}   # 50%\n"
    change(city / "cases" / "m01-certificates.yaml", "    - {says: grade_number just below 3, with: {grade_number: 2}, then: [not_eligible, null], because: grade}\n", kept.replace("at 3", "at 3 itself"))
    code, told = asked_of(monkeypatch, city)
    assert code == 3
    assert "software/cases/m01-certificates.yaml, clause w1.1: grade_number just below 3: lacking" in told
    assert "clause w2.1: registered_capital_yuan just below 10000000, " in told
    code, told = asked_of(monkeypatch, city, "wenzhou", "--write", "--json")
    [policy] = json.loads(told)
    assert (code, len(policy["written"]), policy["to_fill"]) == (3, 2, [])
    written = (city / "cases" / "m01-certificates.yaml").read_text(encoding="utf-8")
    assert "# 50%" in written, "what stood in the file stands there still"
    assert "    - {says: grade_number just below 3, with: {grade_number: 2}, then: }\nw1.2:" in written
    code, told = asked_of(monkeypatch, city)
    assert (code, "lacking" in told, told.count(": to fill")) == (3, False, 26)


def test_cases_of_a_clause_that_only_another_text_has_are_written_with_its_document(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDERS["xiamen/software"], tmp_path / "xiamen" / "software"))
    shutil.rmtree(folder / "cases")
    policy = load_policy(folder)
    write_lacks(folder, lacks(policy, folder, []), policy)
    written = {one.clause_id: one.document for one in load_cases(folder, policy)}
    assert written["x3.1"] == "draft_2024"
    assert written["x4.1"] == next(iter(policy.documents))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("w1.6:", "w1.9:", "w1.9: is not a clause of wenzhou-software. Correct the id; cases of several clauses say `of`."),
        ("list: iso", "lists: iso", "w1.4, given, lists: is nothing that is known of an event. Use one of event_kind, list"),
        ("qualified_on: 2022-02-19", 'qualified_on: "2022-02-19"', "w1.1, given, qualified_on: '2022-02-19' is not a day. Write it without quotes"),
        ("grade_number: 3, fee_yuan: 100000", "grade_number: three, fee_yuan: 100000", "w1.1, given, grade_number: 'three' is not a figure. Write digits"),
        ("as given, then: [eligible, 200000]}", "as given, then: [payable, 200000]}", "w1.5, case as given, then: 'payable' is no outcome. Use one of eligible, needs_review"),
        ("as given, then: [eligible, 200000]}", "as given, then: [eligible, 20万]}", "w1.5, case as given, then: ['eligible', '20万'] is no answer. Write the outcome alone"),
        ("as given, then: [eligible, 200000]}", "as given, then: eligible, because: sales}", "w1.5, case as given, because: sales is no condition of it. Use one of window, scope"),
        ("as given, then: [eligible, 200000]}", "as given, then: eligible, under: {W9: 1}}", "w1.5, case as given, under: W9 is not in decisions.yaml. Add it there"),
        ("as given, then: [eligible, 200000]}", "as given, then: eligible, under: {W2: city}}", "w1.5, case as given, under, W2: city is no option. Use one of registered."),
        ("as given, then: [eligible, 200000]}", "as given, then: eligible, under: {W1: soon}}", "w1.5, case as given, under, W1: 'soon' is not a date like its default."),
        ("w1.6:", "w1.5:", "line 78: key 'w1.5' stands twice. Mend the YAML there."),
    ],
)  # fmt: skip
def test_broken_cases_are_told_where_what_and_how_to_mend(city: Path, old: str, new: str, message: str) -> None:
    change(city / "cases" / "m01-certificates.yaml", old, new)
    with pytest.raises(PolicyError) as refused:
        load_cases(city, load_policy(city))
    [line] = str(refused.value).splitlines()
    assert line.startswith(f"software/cases/m01-certificates.yaml, {message}"), line


@pytest.mark.parametrize("figure", ["99999999999999999999", "99999999999999999.99"])
def test_a_figure_that_no_column_holds_is_told_with_its_clause(city: Path, figure: str) -> None:
    change(city / "cases" / "m01-certificates.yaml", "fee_yuan: 199999.99", f"fee_yuan: {figure}")
    policy = load_policy(city)
    with pytest.raises(PolicyError, match=r"software/cases/m01-certificates.yaml, clause w1\.1: .*Correct the figure\."):
        run_cases(policy, load_cases(city, policy))


def test_a_policy_that_is_not_there_is_refused_with_those_that_are(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = asked_of(monkeypatch, city, "wenzhou/hardware")
    assert (code, "Use one of wenzhou/software." in told) == (1, True)
