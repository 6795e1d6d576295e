"""Enterprise names as keys: the same firm printed twice must give the same key, two firms never."""

import unicodedata

import zhconv

_TRADITIONAL = frozenset(   # the signs whose presence can make a difference; converting every name costs ten times more
    sign
    for written, simple in zhconv.zhconv.getdict("zh-hans").items()
    for sign in written
    if sign not in simple
)
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_BRACKETS = str.maketrans("〔〕【】[]", "()()()")


def normalise_name(text: str) -> str:
    """A name as its key: NFKC, one kind of bracket, no spaces or invisible signs, simplified characters, upper case.

    Nothing that tells two firms apart is removed: 有限公司, the city and 江阴/宜兴 stay (README of the name data).
    """
    name = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    if not name.isalnum():
        name = "".join(sign for sign in name if unicodedata.category(sign) not in _INVISIBLE)
    if not _TRADITIONAL.isdisjoint(name):
        name = zhconv.convert(name, "zh-hans")   # characters only: region words (软体/软件) stay apart
    return name.upper()
