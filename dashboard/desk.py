"""Of both sides: pipelines/base/decisions.py."""

from pipelines.base.decisions import CONTACTS, MATTER, NAMES, WITHDRAWN, append, counted, entries, of_matter

__all__ = ["CONTACTS", "MATTER", "NAMES", "WITHDRAWN", "append", "counted", "entries", "of_matter"]
