"""Deadlines as a calendar file (RFC 5545): all-day events under lasting names, with alarms ahead of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from flask import g
from icalendar import Alarm, Calendar, Event
from icalendar.enums import TRANSP

from dashboard.query import today
from dashboard.reader import Row
from dashboard.text import html_language, t, word
from pipelines.base.visible import visible_lines

LEADS = (180, 90, 30)
"""Days ahead of a deadline on which a calendar reminds of it."""


def of_deadlines(rows: Iterable[Row], head: Sequence[tuple[str, str]]) -> bytes:
    """Rows of the question `deadlines` as one calendar; `head` says where they come from.

    A deadline whose day moves stays the same event: its name (UID) is that of its row in the mart.
    """
    told = t("semicolon").join(f"{name} {visible_lines(words)}" for name, words in head)
    calendar = Calendar.new(prodid="-//softcity//deadlines//ZH", name=t("figure.deadlines.title"), description=told, language=html_language())
    calendar.pop("UID", None)  # another one at each making: the events have names that last
    built = datetime.combine(date.fromisoformat(g.snapshot.built_on), datetime.min.time(), UTC)
    for row in rows:
        calendar.add_component(_event(row, built))
    return bytes(calendar.to_ical())


def _event(row: Row, built: datetime) -> Event:
    clause = f"{row['clause_id']} {row['title_zh']}" if row["clause_id"] else None
    kind = word("deadline", row["kind"])
    summary = visible_lines(" · ".join(filter(None, (f"［{kind}］{row['what']}", row["enterprise_name"]))))
    told = [
        row["note"], clause, row["park_name"], f"{t('columns.actor')}：{word('actor', row['actor'])}",
        f"{t('columns.departments')}：{row['departments']}" if row["departments"] else None,
        f"{t('columns.quote')}：{row['quote']}" if row["quote"] else None,
        f"{t('columns.source_file')}：{row['source_file']} {row['row_no']}" if row["source_file"] else None,
        t("frame.sample") if g.snapshot.is_sample else None, t("export.note_words"),
    ]  # fmt: skip
    event = Event.new(
        uid=f"{row['deadline_id']}@softcity", stamp=built, start=row["due_on"], end=row["due_on"] + timedelta(days=1), summary=summary,
        description=_lines(*filter(None, told)), categories=[kind], transparency=TRANSP.TRANSPARENT,
    )  # fmt: skip
    for lead in LEADS:
        if row["due_on"] - timedelta(days=lead) >= date.fromisoformat(today()):  # a reminder of the past would ring at once
            event.add_component(_alarm(lead, summary))
    return event


def _alarm(lead: int, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-lead))
    alarm.add("description", t("deadline_alarm", days=lead, what=summary))
    return alarm


def _lines(*words: object) -> str:
    return "\n".join(visible_lines(str(one)) for one in words)
