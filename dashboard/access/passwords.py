"""Passwords: how they are hashed, and which are refused. Nothing here is written anywhere."""

from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from dashboard.errors import AccountError

LENGTHS = (12, 256)
SCORE = 3
"""Of zxcvbn's 0 to 4: 3 takes more than 10^8 guesses."""
PUBLISHED = frozenset({"softcity-demo"})
"""Of the accounts of `softcity demo`; printed in this repository."""
_OURS = ("softcity", "ruancheng")
_WORDS = {
    "repeat": "repeats signs", "sequence": "is a sequence", "spatial": "is a row of keys", "date": "is a date",
    "regex": "is a year", "common": "is a common password or word", "name": "holds the account's own name or park",
}  # fmt: skip
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether this is the password of a stored hash; a hash that is none matches nothing."""
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """What the password of an unknown name is held against, at the same cost."""
    return hashed("nobody's, and therefore of no use")


def check(password: str, about: Sequence[str] = ()) -> None:
    """Refuse a password that is too short or easily guessed. `about`: the account's name and parks.

    Raises AccountError; its key tells the kind of weakness, never the password.
    """
    low, high = LENGTHS
    if not low <= len(password) <= high:
        raise AccountError(f"The password has {len(password)} characters. Give {low} to {high}.", "password_length")
    if password.casefold() in PUBLISHED:
        raise AccountError("This password is published with the demonstration. Give another.", "password_weak_common")
    rest = password.casefold()
    for word in (*about, *_OURS):
        rest = rest.replace(word.casefold(), "") if len(word) > 2 else rest
    if len(rest) < low // 2:  # what is left of it beside the names everybody knows
        raise AccountError(f"The password {_WORDS['name']}. Give several words that do not belong together.", "password_weak_name")
    from zxcvbn import zxcvbn  # late: its word lists are large

    found = zxcvbn(password[:72], user_inputs=[*about, *_OURS], max_length=72)
    if found["score"] < SCORE:
        kind = _kind(found["sequence"])
        says = _WORDS.get(kind, "is easily guessed")
        raise AccountError(f"The password {says}. Give several words that do not belong together.", f"password_weak_{kind}")


def _kind(parts: Sequence[dict[str, object]]) -> str:
    """What the longest part of a weak password is."""
    known = [part for part in parts if part["pattern"] != "bruteforce"]
    if not known:
        return "guessed"
    longest = max(known, key=lambda part: len(str(part["token"])))
    if longest["pattern"] == "dictionary":
        return "name" if longest.get("dictionary_name") == "user_inputs" else "common"
    return str(longest["pattern"])


def is_weak(password: str, about: Sequence[str] = ()) -> bool:
    """Whether `check` would refuse it."""
    try:
        check(password, about)
    except AccountError:
        return True
    return False
