"""Who is told what: alerts, reports by mail, what was sent."""

import sys

import click

from pipelines.cli.group import command, main, show
from pipelines.settings import Settings


@main.group()
def alerts() -> None:
    """Who is told what in time: alerts.yaml, reports and reminders by mail."""


@command(alerts, "list", has_json=True)
def alerts_list(settings: Settings, as_json: bool) -> None:
    """The alerts of decisions/alerts.yaml, and who has an address for what."""
    from pipelines.alert_rules import load_alerts
    from pipelines.notify import people_of

    rules, people = load_alerts(settings), people_of(settings)
    lines = [f"{rule.id:<24}{rule.definition}  → {', '.join([*rule.roles, *rule.accounts])}  {rule.text}" for rule in rules] or ["no alerts"]
    lines += [f"{one.user.name:<16}{one.user.role:<10}{one.address or 'no address':<32}{', '.join(one.kinds)}" for one in people]
    told = [{"name": one.user.name, "role": one.user.role, "address": one.address, "kinds": list(one.kinds)} for one in people]
    show({"alerts": [rule.model_dump(exclude_none=True) for rule in rules], "people": told}, as_json, lines)


@command(alerts, "test", has_json=True)
@click.option("--to", help="Send one mail to this account's address instead.")
def alerts_test(settings: Settings, to: str | None, as_json: bool) -> None:
    """What each alert would say to whom now; nothing is kept, nothing sent."""
    from pipelines.notify import preview, try_mail

    if to:
        click.echo(f"a mail went to {try_mail(settings, to)}")
        return
    found = preview(settings)
    lines = [
        f"{row['alert']:<24}{row['name']:<16}{row['place']:<14}{row['words'] if row['why'] is None or row['value'] is not None else row['why']:<20}"
        + (row["told"] or ("crossed, told before" if row["is_crossed"] else row["why"] or "within its line")).replace("\n", " ")
        for row in found
    ]
    show(found, as_json, lines or ["no alerts"])


@command(alerts, "log", has_json=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
def alerts_log(settings: Settings, limit: int, as_json: bool) -> None:
    """What was told to whom, newest first, and what became of each mail; then how each alert's figure stood when it was looked at."""
    from pipelines.notify import record_of

    record = record_of(settings)
    told, looks = record.log(limit), record.looks()
    lines = [
        f"{row['made_at']}  {row['name']:<16}{row['key']:<44}{row['snapshot_id']}  "
        + (f"mail {row['state']}{' ' + row['told_at'] if row['told_at'] else ''}{' (' + row['why'] + ')' if row['why'] else ''}" if row["state"] else "page only")
        + (", read" if row["read_at"] else "")
        for row in told
    ]
    lines += [
        f"{row['looked_at']}  {row['name']:<16}{row['alert']}:{row['place']:<24} "
        + (row["why"] or ("beyond its line " if row["is_crossed"] else "within its line ") + row["words"])
        for row in looks
    ]
    show({"told": told, "looks": looks}, as_json, lines or ["nothing was told yet"])


@command(alerts, "send", has_json=True)
def alerts_send(settings: Settings, as_json: bool) -> None:
    """Look, tell and send now what the scheduler would. Ends in 1 when something could not be sent or read."""
    from dataclasses import asdict

    from pipelines.notify import notify

    told = notify(settings, progress=lambda line: click.echo(line, err=True))
    lines = [f"{told.notices} notices, {told.sent} mails sent, {told.failed} not taken, {told.dropped} no longer wanted", *told.problems]
    show(asdict(told), as_json, lines)
    if told.problems or told.failed:
        sys.exit(1)
