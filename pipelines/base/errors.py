"""Every error Softcity raises on purpose, under one parent.

SoftcityError
├── SettingsError     the home folder or the environment is not usable
├── ContractError     a source contract under pipelines/sources/contracts is wrong
├── FileRefused       a landing file cannot be read as a whole; the other files go on
├── PolicyError       the law as data is not sound; nothing is built
├── CityError         the reference data of a city is not sound; nothing is built
├── BuildError        a step of a build failed; the old snapshot stays
│   └── BuildRunning  another process builds in this home
├── SnapshotRefused   an outgoing expectation of severity error failed
├── SnapshotMissing   there is no snapshot to read, or none of that id
│   └── SnapshotOfOtherFormat   it was made by a version that this one cannot read
├── BackupError       a backup could not be written, or is damaged and not restored
├── AccountError      a user could not be added or changed
├── DemoRefused       the home is somebody's: no accounts with a published password are added to it
├── AlertError        alerts.yaml is not sound, or mail is not set up
├── ReviewError       a decision on a name that does not wait, or for a firm that is not on the register
├── DeliveryRefused   a file handed in, or a header word taught, that cannot be taken; `key` and `words` name what a page says
├── ScenarioError     a kept what-if that is not there, or cannot be kept so
└── DecidedMeanwhile  somebody settled the same matter since its reader looked; `entry` is what they said

Each message says where, what, and how to mend it.
"""

from typing import Any


class SoftcityError(Exception):
    """Parent of all of them; the command line prints its message and ends in 1."""


class SettingsError(SoftcityError):
    pass


class ContractError(SoftcityError):
    pass


class FileRefused(SoftcityError):
    pass


class PolicyError(SoftcityError):
    pass


class CityError(SoftcityError):
    pass


class BuildError(SoftcityError):
    pass


class BuildRunning(BuildError):
    pass


class SnapshotRefused(SoftcityError):
    pass


class SnapshotMissing(SoftcityError):
    pass


class SnapshotOfOtherFormat(SnapshotMissing):
    pass


class BackupError(SoftcityError):
    pass


class AccountError(SoftcityError):
    pass


class DemoRefused(SoftcityError):
    def __init__(self, home: object, why: str) -> None:
        super().__init__(
            f"{home} is not a home of the demonstration: {why}. Its accounts have a published password."
            " Give a new folder: `softcity demo --home DIR`."
        )


class AlertError(SoftcityError):
    pass


class ReviewError(SoftcityError):
    pass


class WorklistError(SoftcityError):
    pass


class DeliveryRefused(SoftcityError):
    def __init__(self, message: str, key: str, **words: Any) -> None:
        super().__init__(message)
        self.key, self.words = key, words


class ScenarioError(SoftcityError):
    """`key` is the refusal in the dashboard's text/ that a page shows for it."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


class DecidedMeanwhile(SoftcityError):
    def __init__(self, entry: dict[str, Any]) -> None:
        super().__init__(
            f"{entry.get('who')} decided this on {entry.get('when')}: {entry.get('decision') or entry.get('state') or entry.get('seen')}"
            f" {entry.get('enterprise_code') or ''}".rstrip() + ". Look at it, then decide anew."
        )
        self.entry = entry
