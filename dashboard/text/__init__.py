"""Every word of the interface, one file per language. No other file of the dashboard holds Chinese."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGE = "zh"


@cache
def _words(language: str) -> dict[str, Any]:
    words = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(words)


def t(key: str, /, **values: object) -> str:
    """The text at a dotted key, its {places} filled. Raises KeyError for a key that is not there."""
    node: Any = _words(LANGUAGE)
    for part in key.split("."):
        node = node[part]
    return str(node).format(**values) if values else str(node)


def word(group: str, value: object) -> str:
    """The word for a coded value, or for each of several joined ones; a value without one is shown as it is."""
    if value is None:
        return t("none")
    known, comma = _words(LANGUAGE).get(group, {}), t("comma")
    return comma.join(str(known.get(part, part)) for part in str(value).split(comma))
