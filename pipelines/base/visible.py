"""Signs that are not seen, made seen: what a sender or a user wrote may move a cursor, turn the reading direction or forge a line."""

import re

UNSEEN = "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
"""For a class of a pattern: control signs, zero-width and direction signs, halves of signs. Tabs and line ends are not among them."""
_IN_LINES = re.compile(f"[{UNSEEN}]")
_IN_A_LINE = re.compile(f"[{UNSEEN}\t\n]")


def visible(text: str) -> str:
    r"""`text` on one line, each sign that is not seen as its number: a file name may hold `\u001b` or `\u202e`, and is still told apart."""
    return text if text.isprintable() else _IN_A_LINE.sub(written, text)


def visible_lines(text: str) -> str:
    """The same for text of ours that has several lines."""
    return text if text.isprintable() else _IN_LINES.sub(written, text)


def written(sign: re.Match[str]) -> str:
    """The number of a sign as Python and JSON write it."""
    return f"\\u{ord(sign[0]):04x}"


def typed(text: str) -> str:
    """What a person typed, on one line and without such signs."""
    return " ".join(_IN_LINES.sub("", " ".join(text.split())).split())
