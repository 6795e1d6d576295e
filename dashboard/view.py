"""The view an address asks for: page, filters, order and conditions of tables, each checked for its form."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

from dashboard.errors import BadAddress
from dashboard.filters import FILTERS

SHARED = tuple(key for key, one in FILTERS.items() if one.is_shared)
CHOSEN = tuple(key for key, one in FILTERS.items() if one.is_chosen_elsewhere)
FIELDS = 60
_EDIT = re.compile(r"set\.([0-9A-Za-z._-]{1,60})")
_EDIT_VALUE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff.,_+-]{1,40}|[0-9A-Za-z-]{1,16}(?:,[0-9A-Za-z-]{1,16}){1,15}")
_SORT = re.compile(r"([a-z_]{1,40})\.sort")
_CONDITION = re.compile(r"([a-z_]{1,40})\.([a-z_0-9]{1,60})__([a-z]{1,12})")
_SORT_VALUE, _CONDITION_VALUE = re.compile(r"-?[a-z_0-9]{1,60}"), re.compile(r"[^\x00-\x1f]{0,60}")


def checked(kind: str, raw: object) -> str:
    """An id out of a path, of the same form as the filter of its kind. Raises BadAddress."""
    if not isinstance(raw, str) or not FILTERS[kind].fits(raw):
        raise BadAddress(f"{kind} {str(raw)[:40]!r} cannot be read.")
    return raw


@dataclass(frozen=True)
class View:
    """A path and its checked query.

    `filters` are bound to questions by name, and so are `ids`, the variables of the page's path. `tables` holds the order and
    the conditions of tables as the address has them (operators.py reads them). `edits` are the changes of a what-if by term.
    """

    path: str = "/"
    filters: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | None, search: str | None) -> "View":
        """Read an address. Unknown keys are left out; a known one of the wrong form raises BadAddress."""
        parts: dict[str, dict[str, str]] = {"filters": {}, "tables": {}, "edits": {}}
        try:
            fields = parse_qsl((search or "").lstrip("?"), max_num_fields=FIELDS)
        except ValueError as error:
            raise BadAddress(f"More than {FIELDS} fields.") from error
        for key, value in ((key, value.strip()) for key, value in fields):
            if edit := _EDIT.fullmatch(key):
                part, name, fits = "edits", edit[1], bool(_EDIT_VALUE.fullmatch(value))
            elif _SORT.fullmatch(key):
                part, name, fits = "tables", key, bool(_SORT_VALUE.fullmatch(value))
            elif _CONDITION.fullmatch(key):
                part, name, fits = "tables", key, bool(_CONDITION_VALUE.fullmatch(value))
            elif key in FILTERS and value:
                part, name, fits = "filters", key, FILTERS[key].fits(value)
            else:
                continue
            if not fits:
                raise BadAddress(f"{key}={value[:40]!r} cannot be read.")
            parts[part][name] = value
        return cls(unquote(path or "/"), **parts)

    @classmethod
    def of(cls, address: str) -> "View":
        """The view of a path with its query in one text."""
        path, _, search = address.partition("?")
        return cls.read(path, search)

    def get(self, key: str) -> str | None:
        return self.ids.get(key) or self.filters.get(key)

    def values(self) -> dict[str, str | int]:
        """Filters and the path's ids as values to bind; what decides what is read is chosen elsewhere."""
        return {
            key: int(value) if FILTERS[key].is_number else search_key(value) if key == "q" else value
            for key, value in {**self.filters, **self.ids}.items()
            if key not in CHOSEN
        }

    def with_filter(self, **changes: str | None) -> "View":
        return replace(self, filters={key: value for key, value in {**self.filters, **changes}.items() if value is not None})

    def only(self, *keys: str) -> "View":
        """The view without the filters that what it shows is not cut by, so that its links lead to no other rows."""
        return replace(self, filters={key: value for key, value in self.filters.items() if key in (*CHOSEN, *keys)})

    def edit_query(self) -> dict[str, str]:
        return {f"set.{key}": value for key, value in self.edits.items()}

    def here(self, **changes: str | int | None) -> str:
        """Give the same page with some keys changed; None takes one away. Two underscores stand for a point (`set__x`)."""
        kept: dict[str, object] = {**self.filters, **self.tables, **self.edit_query()}
        kept.update({key.replace("__", ".", 1): value for key, value in changes.items()})
        return address(self.path, kept)

    def to(self, path: str, **changes: str | int | None) -> str:
        """Another page's address; shared filters go along."""
        if not changes:
            return _path(path) + self._shared
        return address(path, {**{key: self.filters[key] for key in SHARED if key in self.filters}, **changes})

    @cached_property
    def _shared(self) -> str:
        return address("", {key: self.filters[key] for key in SHARED if key in self.filters})  # some thirty links of a page


def search_key(words: str) -> str:
    """What dim_enterprise.search_text holds of these words: letters and digits, of one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", words).lower())


@lru_cache(maxsize=4096)
def _path(path: str) -> str:
    return quote(path, safe="/:.-_~()")


@lru_cache(maxsize=4096)
def _pair(key: str, value: str) -> str:
    return urlencode([(key, value)])


def address(path: str, query: Mapping[str, object]) -> str:
    pairs = [_pair(key, str(value)) for key, value in query.items() if value not in (None, "")]
    return f"{_path(path)}?{'&'.join(pairs)}" if pairs else _path(path)
