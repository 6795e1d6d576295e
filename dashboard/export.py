"""CSV of exactly what a table shows: the same query, filters and permissions, with where it comes from on top."""

import csv
import io
from typing import Any

from flask import g

from dashboard import pages
from dashboard.errors import NothingThere
from dashboard.text import t
from dashboard.view import View

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    cleaned = value.replace("\x00", "")
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned


def csv_of(name: str, view: View) -> tuple[str, int]:
    """The file of a table for the signed-in user, and its number of rows. Raises NothingThere for an unknown one."""
    entry = pages.TABLES.get(name)
    if entry is None or g.user.role not in entry[1]:
        raise NothingThere(name)
    table, snapshot = entry[0], g.snapshot
    rows, total = table.fetch(view, limit=None)
    named = {t(f"filter.{key}"): view.get(key) or value for key, value in table.values(view).items()}
    filters = t("semicolon").join(f"{key}={value}" for key, value in {**named, **view.edits}.items())
    head = [
        (t("export.what"), t(f"figure.{name}.title")), (t("export.as_of"), snapshot.as_of),
        (t("export.source"), t("export.source_words")),
        (t("export.version"), f"{snapshot.policy_title} {snapshot.document_title}"),
        (t("export.snapshot"), snapshot.snapshot_id), (t("export.filters"), filters or t("filter.all")),
        (t("export.user"), g.user.name), (t("export.note"), t("export.note_words")),
    ]
    if snapshot.is_sample:
        head.insert(0, (t("frame.sample"), t("frame.sample_words")))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in [*head, ()]:
        writer.writerow([harmless(cell) for cell in line])
    columns = [column for column in (*table.columns, *table.also) if column.kind != "picture"]
    writer.writerow([column.label for column in columns])
    for row in rows:
        writer.writerow([harmless(column.plain(row)) for column in columns])
    return out.getvalue(), total
