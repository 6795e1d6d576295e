"""The view an address asks for: page, filters, sorting and paging, each checked for its form.

Filters live in the address alone, so a view can be reloaded, shared and printed. None of them decides what a user
may see: that comes from the session (access/scope.py).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

from dashboard.errors import BadAddress

SHARED = ("snapshot", "document", "district", "park", "measure", "year", "lang")
"""Filters that stay when a reader goes on to another page."""

CHOSEN = ("snapshot", "document", "lang")
"""What decides what is read and how it is worded, not which rows."""

_FORMS = {
    "snapshot": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"), "document": re.compile(r"[a-z_0-9]{1,20}"),
    "lang": re.compile(r"zh|en"), "district": re.compile(r"[\w+-]{1,20}"),
    "park": re.compile(r"[\w.+-]{1,40}"), "measure": re.compile(r"[0-9]{1,3}"),
    "year": re.compile(r"(19|20)[0-9]{2}"), "clause": re.compile(r"[0-9A-Za-z.]{1,12}"),
    "firm": re.compile(r"[\w:：.()（）-]{1,60}"),
    "outcome": re.compile(r"eligible|needs_review|undetermined|not_eligible"),
    "stage": re.compile(r"outreach|applied|approved|paid"),
    "software": re.compile(r"met|needs_review|unknown|not_met"), "condition": re.compile(r"[a-z_0-9]{1,60}"),
    "amount": re.compile(r"[0-9]{1,5}"), "finding": re.compile(r"[a-z_]{1,40}"),
    "claim": re.compile(r"[0-9A-Za-z]{1,40}"), "contact": re.compile(r"contacted|open"),
    "source": re.compile(r"[a-z_]{1,40}"), "file_status": re.compile(r"loaded|refused|duplicate|superseded"),
    "severity": re.compile(r"error|warn"), "verdict": re.compile(r"passed|failed"),
    "check": re.compile(r"[\w.:-]{1,200}"), "part": re.compile(r"sources|files|checks|quarantine|names"),
    "decision": re.compile(r"review|none|accept|reject"),
    "who": re.compile(r"[\w.@-]{1,64}"), "action": re.compile(r"[a-z][a-z -]{0,39}"),
    "day": re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"),
    "q": re.compile(r"[^\x00-\x1f]{1,60}"),
}
FIELDS = 40
_EDIT = re.compile(r"set\.([0-9A-Za-z._-]{1,60})")
_EDIT_VALUE = re.compile(r"[0-9A-Za-z._+-]{1,40}")
_SORT = re.compile(r"-?[a-z_0-9]{1,40}")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_TABLE_KEY = re.compile(r"([a-z_]{1,40})\.(sort|page|find)")
_TABLE_FORMS = {"sort": _SORT, "page": _PAGE, "find": _FORMS["q"]}
_NUMBERS = ("measure", "year", "amount")


def checked(kind: str, raw: str) -> str:
    """An id out of a path, of the same form as the filter of its kind. Raises BadAddress."""
    if not _FORMS[kind].fullmatch(raw):
        raise BadAddress(f"{kind} {raw[:40]!r} cannot be read.")
    return raw


@dataclass(frozen=True)
class View:
    """A path and its checked query. `filters` are bound to queries by name; `tables` holds sorts and pages.

    `edits` are the changes of a what-if by term, as typed (pages/whatif.py holds them to their bounds).
    """

    path: str = "/"
    filters: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | None, search: str | None) -> "View":
        """Read an address. Unknown keys are left out; a known one of the wrong form raises BadAddress."""
        filters, tables, edits = {}, {}, {}
        try:
            fields = parse_qsl((search or "").lstrip("?"), max_num_fields=FIELDS)
        except ValueError as error:
            raise BadAddress(f"More than {FIELDS} fields.") from error
        for key, value in fields:
            table_key, edit = _TABLE_KEY.fullmatch(key), _EDIT.fullmatch(key)
            if edit:
                if not _EDIT_VALUE.fullmatch(value.strip()):
                    raise BadAddress(f"{key}={value[:40]!r} cannot be read.")
                edits[edit[1]] = value.strip()
                continue
            if table_key:
                if not _TABLE_FORMS[table_key[2]].fullmatch(value):
                    raise BadAddress(f"{key}={value[:40]!r} cannot be read.")
                tables[key] = value
            elif key in _FORMS and value.strip():
                if not _FORMS[key].fullmatch(value.strip()):
                    raise BadAddress(f"{key}={value[:40]!r} cannot be read.")
                filters[key] = value.strip()
        return cls(unquote(path or "/"), filters, tables, edits)

    def get(self, key: str) -> str | None:
        return self.filters.get(key)

    def values(self) -> dict[str, str | int]:
        """Filters as values to bind; snapshot, document and language are chosen elsewhere."""
        return {
            key: int(value) if key in _NUMBERS else search_key(value) if key == "q" else value
            for key, value in self.filters.items()
            if key not in CHOSEN
        }

    def with_filter(self, **changes: str | None) -> "View":
        filters = {key: value for key, value in {**self.filters, **changes}.items() if value is not None}
        return View(self.path, filters, self.tables, self.edits)

    def edit_query(self) -> dict[str, str]:
        return {f"set.{key}": value for key, value in self.edits.items()}

    def here(self, **changes: str | int | None) -> str:
        """Give the same page with some keys changed (None takes one away); a changed filter goes back to page one."""
        kept: dict[str, object] = {**self.filters, **self.tables, **self.edit_query()}
        named = {key.replace("__", "."): value for key, value in changes.items()}
        if self.tables and any(key in _FORMS or _EDIT.fullmatch(key) or key.endswith(".find") for key in named):
            kept = {key: value for key, value in kept.items() if not key.endswith(".page")}
        kept.update(named)
        return address(self.path, kept)

    def to(self, path: str, **changes: str | int | None) -> str:
        """Another page's address; shared filters go along."""
        if not changes:
            return _path(path) + self._shared
        kept = {key: self.filters[key] for key in SHARED if key in self.filters}
        return address(path, {**kept, **changes})

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
