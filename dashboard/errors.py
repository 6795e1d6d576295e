"""Every error the dashboard raises on purpose; those of both sides are in pipelines/base/errors.py.

SoftcityError
├── AccountError      a user could not be added or changed
├── DecidedMeanwhile  somebody settled the same matter since its reader looked; `entry` is what they said
├── DeliveryRefused   a file handed in, or a header word taught, that cannot be taken; `key` and `words` name what a page says
├── SnapshotMissing   there is no snapshot to read, or none of that id
│   └── SnapshotOfOtherFormat   it was made by a version that this one cannot read
├── BadAddress        a filter in the address is not of its form
├── EditRefused       a what-if's changes that the law does not hold with; its words say why
├── LawBroken         the law on file cannot be read or does not hold; its words say where, what and how to mend it, a line each
├── AnswerLate        heavy work that took too long, or waited too long for its turn
├── Busy              heavy work that was not begun: one piece runs and one waits
├── TooLong           more rows than a sheet of Excel holds
├── ActRefused        an act that cannot be done as asked; its text is a key under refusal in text/, `words` fill its places
├── ScenarioError     a kept what-if that is not there, or cannot be kept so
└── NothingThere      no such page, firm, park or clause, or none this user may see

Each message says where, what, and how to mend it. What a reader of a page sees comes from text/, not from here.
"""

from pipelines.base.errors import (
    DecidedMeanwhile,
    DeliveryRefused,
    ScenarioError,
    SnapshotMissing,
    SnapshotOfOtherFormat,
    SoftcityError,
)

DashboardError = SoftcityError   # one parent on both sides

__all__ = [
    "AccountError", "ActRefused", "AnswerLate", "BadAddress", "Busy", "DashboardError", "DecidedMeanwhile", "DeliveryRefused", "EditRefused", "LawBroken", "NothingThere",
    "ScenarioError", "SnapshotMissing", "SnapshotOfOtherFormat", "TooLong",
]  # fmt: skip


class AccountError(DashboardError):
    """`key` is the refusal in text/ that a page shows for it."""

    def __init__(self, message: str, key: str = "account") -> None:
        super().__init__(message)
        self.key = key


class BadAddress(DashboardError):
    pass


class EditRefused(DashboardError):
    pass


class LawBroken(DashboardError):
    pass


class AnswerLate(DashboardError):
    pass


class Busy(DashboardError):
    pass


class TooLong(DashboardError):
    pass


class ActRefused(DashboardError):
    def __init__(self, key: str, **words: object) -> None:
        super().__init__(key)
        self.words = words


class NothingThere(DashboardError):
    pass
