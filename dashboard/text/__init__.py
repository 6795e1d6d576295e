"""Every word of the interface, one file per language. No other file of the dashboard holds Chinese.

The language is what the cookie of the switch says, else Chinese. The law's own words stay Chinese.
A key that another language lacks is shown in Chinese; a test compares the files, so that none is lacking for long.
"""

from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import g, has_request_context, request

LANGUAGES = ("zh", "en")
COOKIE = "softcity_language"
_CHOSEN: ContextVar[str | None] = ContextVar("language", default=None)   # flask.g is slower, and asked some hundred times a page


@cache
def _words(language: str) -> dict[str, Any]:
    words = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(words)


def language() -> str:
    """The language of the running request."""
    chosen = _CHOSEN.get()
    if chosen is None:
        if not has_request_context():
            return LANGUAGES[0]
        asked = request.cookies.get(COOKIE)
        chosen = asked if asked in LANGUAGES else LANGUAGES[0]
        _CHOSEN.set(chosen)
    return chosen


def forget(_: object = None) -> None:
    """At the end of a request: the next one of this thread may be somebody else's."""
    _CHOSEN.set(None)


def html_language() -> str:
    return {"zh": "zh-CN"}.get(language(), language())


@cache
def _text(language: str, key: str) -> str:
    node: Any = _words(language)
    for part in key.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    if node is None:
        if language == LANGUAGES[0]:
            raise KeyError(key)
        return _text(LANGUAGES[0], key)
    return str(node)


def t(key: str, /, **values: object) -> str:
    """The text at a dotted key, its {places} filled. Raises KeyError for a key that is in no file."""
    words = _text(language(), key)
    return words.format(**values) if values else words


def words_of(language: str, key: str) -> dict[str, Any]:
    """A group of words by their keys, in a language; what lists are called is the city's, and its snapshot says it."""
    if key == "list":
        return dict(g.snapshot.lists[language])
    return dict(_words(language)[key])


def word(group: str, value: object) -> str:
    """The word for a coded value, or for each of several joined ones; a value without one is shown as it is."""
    if value is None:
        return t("none")
    joined = _text(LANGUAGES[0], "comma")  # as the marts join them
    if group == "list":
        known = words_of(language(), group)
    else:
        known = {**_words(LANGUAGES[0]).get(group, {}), **_words(language()).get(group, {})}
    return t("comma").join(str(known.get(part, part)) for part in str(value).split(joined))
