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


def looked(rules: Sequence[Alert], person: Person, record: Record) -> Iterator[tuple[list[dict[str, Any]], Notice | None]]:
    """By rule how its figures stand for a person whose scope is at hand, and what they are to be told of it; nothing is kept.

    A figure that is withheld or not known crosses nothing, nor does it come back: it stays on the side it was on.
    """
    for rule in rules:
        if not is_for(rule, person):
            continue
        looks, crossing = [], []
        for seen in figures.look(rule):
            is_crossed = None if seen.value is None else rule.is_crossed(seen.value, seen.before)
            is_new = bool(is_crossed) and not record.stood(rule.id, seen.place, person.user.name, rule.definition)
            crossing += [seen] if is_new else []
            looks.append({
                "alert": rule.id, "place": seen.place, "definition": rule.definition, "is_crossed": is_crossed, "value": seen.value,
                "words": seen.words(seen.value), "why": seen.why, "snapshot_id": g.snapshot.snapshot_id, "told": _told(rule, seen) if is_new else None,
            })  # fmt: skip
        yield looks, _notice(rule, crossing) if crossing else None


def _told(rule: Alert, seen: Seen) -> str:
    name, line = rule.line
    return t(f"alert.{name}", place=seen.place_name, figure=seen.title, value=seen.words(seen.value), line=seen.words(line), before=seen.words(seen.before))


def _notice(rule: Alert, crossing: Sequence[Seen]) -> Notice:
    """One notice of a rule, whatever places cross its line at once."""
    name, line = rule.line
    places = [seen.place for seen in crossing]
    one = places[0] if len(places) == 1 else None
    href = f"/parks/{one}" if one and rule.park else f"/measures?district={one}" if one and rule.district else {"park": "/parks", "district": "/measures"}.get(rule.place, "/")
    href += f"{'&' if '?' in href else '?'}policy={rule.policy}" if rule.policy else ""
    key = f"alert:{rule.id}:{name} {line:g}:{g.snapshot.snapshot_id}:{'+'.join(places)}"
    body = t("alert.body", told=t("alert.and").join(_told(rule, seen) for seen in crossing), day=g.snapshot.as_of)
    return Notice(key, "alert", t("alert.title", text=rule.text), body, g.snapshot.snapshot_id, href=href)
