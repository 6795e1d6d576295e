"""What a what-if may change is read off the law, and what is typed becomes the edits the evaluator takes."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.base.errors import PolicyError
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
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
