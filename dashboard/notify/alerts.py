"""Alerts: looked at for each person who is to be told, as they may see the figure; a notice where a line is crossed."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import g

from dashboard.access.mail import Person
from dashboard.notify import figures
from dashboard.notify.figures import Seen
from dashboard.notify.record import Notice, Record
from dashboard.text import t
from pipelines.base.alert_rules import Alert


def is_for(rule: Alert, person: Person) -> bool:
    return person.user.role in rule.roles or person.user.name in rule.accounts


def looked(rules: Sequence[Alert], person: Person, record: Record) -> Iterator[tuple[dict[str, Any], Notice | None]]:
    """How each figure stands for a person whose scope is at hand, and what they are to be told of it; nothing is kept.

    A figure that is withheld or not known crosses nothing, nor does it come back: it stays on the side it was on.
    """
    for rule in rules:
        if not is_for(rule, person):
            continue
        for seen in figures.look(rule):
            crossed = None if seen.value is None else rule.is_crossed(seen.value, seen.before)
            stood = record.stood(rule.id, seen.place, person.user.name, rule.definition)
            look = {
                "alert": rule.id, "place": seen.place, "definition": rule.definition, "is_crossed": crossed, "value": seen.value,
                "words": seen.words(seen.value), "why": seen.why, "snapshot_id": g.snapshot.snapshot_id,
            }  # fmt: skip
            yield look, _notice(rule, seen) if crossed and not stood else None


def _notice(rule: Alert, seen: Seen) -> Notice:
    name, line = rule.line
    told = t(
        f"alert.{name}", place=seen.place_name, figure=seen.title, value=seen.words(seen.value), line=seen.words(line), before=seen.words(seen.before)
    )
    href = {"park": f"/parks/{seen.place}", "district": f"/measures?district={seen.place}"}.get(rule.place, "/")
    key = f"alert:{rule.id}:{seen.place}:{name} {line:g}:{g.snapshot.snapshot_id}"
    return Notice(key, "alert", t("alert.title", text=rule.text), t("alert.body", told=told, day=g.snapshot.as_of), g.snapshot.snapshot_id, href=href)
