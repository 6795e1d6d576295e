"""The acts of the two lists people work on: audit findings, and firms to call. Of one row or of those that are ticked.

Forms are based on how much had been said of each row (pipelines/base/decisions.py): what another said meanwhile is left as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import g

from dashboard import findings
from dashboard.acts import note, noted
from dashboard.errors import ActRefused, BadAddress, DecidedMeanwhile, NothingThere
from dashboard.query import ask
from dashboard.view import checked
from pipelines.base import contacts
from pipelines.base.decisions import CONTACTS, FINDINGS, append
from pipelines.base.findings import SETTLED, STATES, said_entry
from pipelines.base.visible import typed

NAME_LENGTH, MOST = 40, findings.MOST


def ids(sent: object) -> list[str]:
    """Ids of rows out of what a browser sent, whatever that is. Raises BadAddress."""
    found = list(dict.fromkeys(one for one in sent if isinstance(one, str))) if isinstance(sent, list) else []
    if not found:
        raise BadAddress("which rows")
    return found


def based_on(sent: object) -> dict[str, int]:
    """What a form is based on: ids of rows, and how much had been said of each."""
    return {str(key): said if isinstance(said, int) and said > 0 else 0 for key, said in sent.items()} if isinstance(sent, dict) else {}


def _count(said: Mapping[str, int]) -> list[str]:
    return [f"count={len(said)}"] if len(said) > 1 else []


@dataclass(frozen=True)
class Call:
    """What is said of claims nobody has made; None leaves what was said before."""

    state: str | None = None
    assignee: str | None = None
    next_on: str | None = None
    reason: str | None = None
    why: str | None = None

    def checked(self) -> dict[str, str | None]:
        """As it is written. Raises BadAddress for what no form of ours sends, ActRefused for what its writer can mend."""
        if any(not isinstance(one, str | None) for one in (self.state, self.assignee, self.next_on, self.reason)):
            raise BadAddress("what is said of a claim")
        if self.state not in (None, *contacts.STATES) or self.reason not in (None, "", *contacts.REASONS):
            raise BadAddress("state or reason of a claim")
        if self.state == "declined" and not self.reason:
            raise ActRefused("why_not_missing")
        assignee = self.assignee and typed(self.assignee)
        if len(assignee or "") > NAME_LENGTH:
            raise BadAddress("who calls next")
        try:
            next_on = self.next_on and date.fromisoformat(self.next_on).isoformat()
        except ValueError as error:
            raise BadAddress("day of the next call") from error
        return {"state": self.state, "assignee": assignee, "next_on": next_on, "reason": self.reason, "why": note(self.why)}


def contact(said: Mapping[str, int], call: Call) -> int:
    """Note that firms of unclaimed claims were called, who calls them when, or how it ended: each claim by its id.

    `said`: how much had been said of each when its page was made. Returns of how many another said more meanwhile: they are
    left as they are. Raises DecidedMeanwhile when that is all of them.
    """
    with noted("contact", claim=",".join(said), state=call.state) as told:
        told += _count(said)
        if not 0 < len(said) <= MOST:
            raise ActRefused("too_many_rows", n=MOST)
        given = call.checked()
        rows = {row["claim_id"]: row for row in ask("outreach", claims=checked("claims", ",".join(said)))}
        if lacking := said.keys() - rows:
            raise NothingThere(min(lacking))
        refused = []
        for claim_id, seen in said.items():
            try:
                append(g.decisions, CONTACTS, contacts.entry_of(rows[claim_id], given), g.user.name, seen)
            except DecidedMeanwhile as error:
                refused.append(error)
        if len(refused) == len(said):
            raise refused[0]
    return len(refused)


def settle_findings(said: Mapping[str, int], state: str, owner: str | None, why: str | None) -> int:
    """Say how findings stand and whose they are: each by its id, with how much had been said of it when its page was made.

    Returns of how many another said more meanwhile: they are left as they are. Raises DecidedMeanwhile when that is all of
    them, ActRefused for too many and for an end without a reason.
    """
    with noted("finding", finding=",".join(said), state=state) as told:
        told += _count(said)
        if not 0 < len(said) <= MOST:
            raise ActRefused("too_many_rows", n=MOST)
        words, whose = note(why), typed(str(owner or ""))
        if state not in STATES or len(whose) > NAME_LENGTH:
            raise BadAddress("state or owner of a finding")
        if state in SETTLED and not words:
            raise ActRefused("reason_missing")
        refused = []
        for row in findings.found(list(said)):
            key = row["finding_id"]
            try:
                append(g.decisions, FINDINGS, said_entry(key, state, whose, words, row, g.snapshot.snapshot_id), g.user.name, said[key])
            except DecidedMeanwhile as error:
                refused.append(error)
        if len(refused) == len(said):
            raise refused[0]
    return len(refused)
