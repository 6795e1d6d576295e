"""A bound over the awards of several clauses (同一企业每年合计最高500万元, 同一项目累计最高1000万元)."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from pipelines.base.strict import Text, Texts
from pipelines.policy.values import Strict, Yuan

OF_PROJECTS = {"project", "investment", "matter"}
"""The kinds of events that are, or may be, of a project."""


def _single(clauses: list[str]) -> list[str]:
    if again := sorted({one for one in clauses if clauses.count(one) > 1}):
        raise ValueError(f"{', '.join(again)} stands twice. Name each once")
    return clauses


class CapGroup(Strict):
    """Up to what all awards of some clauses come together, the earlier ones first.

    One whose amount is not known uses up nothing: of it, it is told what the known ones leave.
    """

    id: Text
    """Permanent and single within the policy."""
    says: Text
    """The bound in words, as an explanation gives it."""
    document: Text
    """The text that says so."""
    clauses: Annotated[Texts, AfterValidator(_single)]
    """Ids of the clauses under it."""
    per: Literal["enterprise", "enterprise_year", "project"]
    """Whose awards it holds together: those of a firm, of a firm and year, or of a project over its whole life."""
    cap_yuan: Yuan
    """The bound, itself included."""
    quote: Text
    """Verbatim in the text of the document."""
    decision: Text | None = None
    """Id of the decision that settled how this is read."""
