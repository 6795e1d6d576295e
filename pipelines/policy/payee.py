"""To whom an award is paid, where the text names another than who claims it (奖励管理团队；引荐方20%、企业80%)."""

from typing import Literal

from pipelines.base.strict import Text
from pipelines.policy.values import Rate, Strict, percent

PAYEES = {"enterprise": "企业", "park": "园区运营方", "team": "管理团队", "person": "个人", "buyer": "采购方", "introducer": "引荐方", "other": "其他"}


class Payee(Strict):
    """One of them, and which share it takes; the whole where it is the only one."""

    who: Literal["enterprise", "park", "team", "person", "buyer", "introducer", "other"]
    """enterprise or park is the claimant itself."""
    share: Rate | None = None
    """Of what is paid; all of them add up to one."""
    name: Text | None = None
    """As the text calls it, where it has another word."""


def wrong_payees(payees: list[Payee]) -> str | None:
    """Why these cannot share an award, and the mend; None when they can."""
    whole = sum(payee.share or 0 for payee in payees)
    if len(payees) > 1 and (blank := next((payee.who for payee in payees if payee.share is None), None)):
        return f"payees: of several {blank} has no share. Add it"
    if (len(payees) > 1 and whole != 1) or (len(payees) == 1 and payees[0].share not in (None, 1)):
        return f"payees: the shares add up to {whole}, {'above' if whole > 1 else 'below'} one. Correct them"
    if again := sorted({payee.who for payee in payees if sum(payee.who == other.who and payee.name == other.name for other in payees) > 1}):
        return f"payees: {', '.join(again)} stands twice. Name each once"
    return None


def words_of(payees: list[Payee]) -> str | None:
    """As a page shows them; None: the claimant alone."""
    return "、".join(f"{payee.name or PAYEES[payee.who]}{percent(payee.share) if payee.share else ''}" for payee in payees) or None


def own_share(payees: list[Payee], beneficiary: str) -> float:
    """What of a payment the claimant keeps."""
    return float(sum(payee.share or 1 for payee in payees if payee.who == beneficiary)) if payees else 1.0
