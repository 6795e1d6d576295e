"""Account names: the one form in which they are saved, and which of them people take for one another."""

import re
import unicodedata

from dashboard.errors import AccountError

# Latin letters and digits, Chinese characters: letters of other scripts look like Latin ones.
_FORM = re.compile("[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff._@-]{1,64}")
_LOOK_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l"})


def normal_form(name: str) -> str:
    """The name as it is saved: letters of one width. Raises AccountError for signs a name may not hold."""
    normal = unicodedata.normalize("NFKC", name.strip())
    if not _FORM.fullmatch(normal):
        shown = normal.encode("unicode_escape").decode("ascii") if not normal.isprintable() else normal
        raise AccountError(
            f"The name {shown!r} cannot be used. Give Latin letters, Chinese characters, digits, . _ @ or -, at most 64.", "bad_name"
        )
    return normal


def tried_as(name: str) -> str:
    """One key for all spellings of a name somebody tries, known or not."""
    return unicodedata.normalize("NFKC", name.strip()[:64]).casefold()


def _looks(name: str) -> str:
    """What a name looks like in any case and type: without marks and invisible signs, digits and i as the letters they resemble."""
    marks = unicodedata.normalize("NFKD", name)
    bare = "".join(sign for sign in marks if unicodedata.category(sign) not in ("Mn", "Cf"))
    return bare.casefold().translate(_LOOK_ALIKE)


def is_like(one: str, other: str) -> bool:
    """Whether people would take one name for the other."""
    return _looks(one) == _looks(other)
