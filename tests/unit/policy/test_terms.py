"""What a what-if may change is read off the law, and what is typed becomes the edits the evaluator takes."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.base.errors import PolicyError
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy, Version
from pipelines.policy.terms import edits_of, rows, terms
from pipelines.policy.whatif import apply_edits
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def law() -> Policy:
    return load_policies(Settings.load().policies)[0]


def test_every_ceiling_rate_and_switch_of_the_text_is_a_term_with_its_value_and_words(law: Policy) -> None:
    found = {term.key: term for term in terms(law, "draft")}
    for measure in law.measures:
        for clause in measure.clauses:
            for version in clause.versions:
                if version.document != "draft" or not version.trigger:
                    continue
                assert found[f"{clause.id}.is_on"].quote
                if version.award.cap_yuan is not None:
                    assert Decimal(found[f"{clause.id}.cap_wan"].value) * 10_000 == version.award.cap_yuan
                if version.award.rate is not None and version.award.rate != 1:
                    assert Decimal(found[f"{clause.id}.rate_percent"].value) / 100 == version.award.rate
    open_choices = {d.id for d in law.decisions if len(d.options) > 1}
    assert open_choices <= {term.key for term in found.values() if term.unit == "choice"}
    assert len({term.key for term in terms(law, "draft")}) == len(terms(law, "draft"))


def test_no_value_of_the_text_lies_outside_its_bounds_and_none_changes_the_law(law: Policy) -> None:
    for term in terms(law, "draft"):
        if term.bounds:
            assert term.bounds[0] <= Decimal(term.value) <= term.bounds[1], term.key
        same = apply_edits(law, edits_of(law, "draft", {term.key: term.value}))
        assert same.model_dump() == law.model_dump(), term.key


def test_what_is_typed_becomes_an_edit_of_the_law(law: Policy) -> None:
    typed = {"6b.1.cap_wan": "80", "4a.band_2_percent": "2.5", "D14": "off", "D7": "2023-01-01", "2b.investment_wan": "1000"}
    edits = edits_of(law, "draft", typed)
    assert edits["clauses"]["6b.1"] == {"award": {"cap_yuan": 800_000}}
    assert [band["rate"] for band in edits["clauses"]["4a"]["award"]["bands"]] == [0.01, 0.025, 0.03]
    assert edits["decisions"] == {"D14": {"setting": "off"}, "D7": {"setting": date(2023, 1, 1)}}
    edited = apply_edits(law, edits)
    assert edited.decision("D14").setting == "off"


def test_a_clause_that_is_off_is_off_whatever_else_was_typed_for_it(law: Policy) -> None:
    for typed in ({"8a.is_on": "off", "8a.cap_wan": "30"}, {"8a.cap_wan": "30", "8a.is_on": "off"}):
        assert edits_of(law, "draft", typed)["clauses"] == {"8a": None}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("99z.cap_wan", "1"), ("6b.1.cap_yuan", "1"), ("6b.1.cap_wan", "many"), ("6b.1.cap_wan", "NaN"),
        ("D14", "weekly"), ("D7", "soon"), ("6b.1.is_on", "maybe"),
    ],
)  # fmt: skip
def test_what_is_no_term_or_not_of_its_unit_is_refused_by_name(law: Policy, key: str, text: str) -> None:
    with pytest.raises(PolicyError, match=key.replace(".", r"\.")):
        edits_of(law, "draft", {key: text})


def test_a_text_of_which_nothing_was_encoded_has_no_clause_to_change(law: Policy) -> None:
    clauses = {row["clause_id"] for row in rows(law, "issued") if row["clause_id"]}
    seen = {c.id for m in law.measures for c in m.clauses for v in c.versions if v.document == "issued" and v.trigger}
    assert clauses == seen


def xiamen() -> Policy:
    return load_policies(Settings.load().data / "policies" / "xiamen")[0]


def version_of(law: Policy, clause_id: str, document: str) -> Version:
    clause = next(clause for measure in law.measures for clause in measure.clauses if clause.id == clause_id)
    (version,) = (version for version in clause.versions if version.document == document)
    return version


def test_a_clause_of_several_versions_may_be_tried_by_one_of_them_on_the_days_of_another() -> None:
    law = xiamen()
    term = next(term for term in terms(law, "draft_2022") if term.key == "x1.1.version")
    assert (term.value, term.options) == ("by_day", ("by_day", "draft_2022.2022-03-08", "seen_2018.2018-12-31"))
    tried = version_of(apply_edits(law, edits_of(law, "draft_2022", {term.key: "seen_2018.2018-12-31"})), "x1.1", "draft_2022")
    was, other = version_of(law, "x1.1", "draft_2022"), version_of(law, "x1.1", "seen_2018")
    assert (tried.award, tried.quotes, tried.instalments) == (other.award, other.quotes, other.instalments)
    assert [c.says for c in tried.conditions] == [was.conditions[0].says, *(c.says for c in other.conditions[1:])], "the days are those of the text it is put into"
    with pytest.raises(PolicyError, match=r"x1\.1\.version"):
        edits_of(law, "draft_2022", {term.key: "seen_2018.2020-01-01"})
    with pytest.raises(PolicyError, match=r"version: there is no seen_1900"):
        apply_edits(law, {"document": "draft_2022", "clauses": {"x1.1": {"version": "seen_1900"}}})
    with pytest.raises(PolicyError, match=r"version: there is no \['seen_2018'\]"):
        apply_edits(law, {"document": "draft_2022", "clauses": {"x1.1": {"version": ["seen_2018"]}}})
    with pytest.raises(PolicyError, match=r"version: seen_2025 has nothing of this clause"):
        apply_edits(law, {"document": "seen_2025", "clauses": {"x1.1": {"version": "seen_2018.2018-12-31"}}})


def test_a_clause_of_one_version_has_none_to_choose(law: Policy) -> None:
    several = {c.id for m in law.measures for c in m.clauses if sum(bool(v.trigger) for v in c.versions) > 1}
    assert {term.clause_id for term in terms(law, "draft") if term.part == "version"} == several
