"""Snapshots: what stands, what differs, the report of a month, the way back."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from pipelines.base.errors import SoftcityError
from pipelines.cli.group import command, main, of_policy, one_policy, show
from pipelines.settings import Settings


@command(main, has_json=True)
def status(settings: Settings, as_json: bool) -> None:
    """What is published, what was refused or quarantined, how the last build ended, what is kept."""
    from pipelines.status import sentences
    from pipelines.status import status as run

    value = run(settings)
    show(value, as_json, sentences(value))


@command(main, has_json=True)
@click.argument("old")
@click.argument("new")
@click.option("--texts", is_flag=True, help="Compare two documents of a policy, not two snapshots.")
@one_policy
def diff(settings: Settings, old: str, new: str, texts: bool, policy: str | None, as_json: bool) -> None:
    """What differs between OLD and NEW (ids of snapshots, or days), and whether data or rules moved it."""
    from pipelines.policy import diff as differences
    from pipelines.policy.load import policy_of

    if texts:
        rows = differences.diff_documents(policy_of(settings.policies, policy), old, new)
        show([asdict(row) for row in rows], as_json, differences.document_sentences(rows))
    else:
        result = differences.diff_snapshots(settings.published, old, new, policy)
        show(result, as_json, differences.snapshot_sentences(result))


@command(main)
@click.argument("month", required=False)
@click.option("--firm", help="Instead the sheet of one firm, by its credit code: what it may claim, what it lacks, until when.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files [HOME/reports].")
@of_policy
def report(settings: Settings, month: str | None, firm: str | None, out: Path | None, policy: str | None) -> None:
    """Write the report of MONTH (2025-12): PDF, Word and Excel for the city, a page for each park; or the sheet of a firm."""
    from dashboard.errors import NothingThere
    from dashboard.reports import make, make_sheet

    if firm is not None and month is None:
        try:
            click.echo(make_sheet(settings.published, firm.strip().upper(), out or settings.home / "reports", policy))
        except NothingThere:
            raise SoftcityError(f"{firm}: no such firm on file. Give its credit code; `softcity explain` takes names too.") from None
        return
    if month is None or firm is not None:
        raise click.UsageError("Give a month, or --firm with a credit code.")
    try:
        datetime.strptime(month, "%Y-%m")
        files = make(settings.published, month, out or settings.home / "reports" / month, policy)
    except ValueError:
        raise click.BadParameter(f"{month!r} is no month. Write it as 2025-12.") from None
    click.echo("\n".join(map(str, files)))


@command(main)
@click.argument("snapshot_id")
def rollback(settings: Settings, snapshot_id: str) -> None:
    """Point readers at an older snapshot."""
    from pipelines.publish import rollback as go_back

    go_back(settings.published, snapshot_id)
    click.echo(f"snapshot {snapshot_id} is current")
