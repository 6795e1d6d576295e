"""Builds: one now, or unattended."""

import gc
import getpass
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from pipelines.cli.group import command, main, progress, show
from pipelines.settings import Settings

Progress = Callable[[str], object]
Adds = Callable[[], Mapping[str, Path]]


@command(main, has_json=True)
@click.option(
    "--landing", type=click.Path(exists=True, file_okay=False), help="Folder of received files [HOME/landing]."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Nothing later is seen [newest day in the data].")
@click.option(
    "--knowing", type=click.Choice(["effective", "arrived"]), default="effective", show_default=True,
    help="What is true of that day, whenever it came; or only what had arrived by then.",
)
@click.option("--force", is_flag=True, help="Build even if nothing is new.")
@click.option("--current", is_flag=True, help="Make it current even if its day is older than the one in force.")
@click.option("--dry-run", is_flag=True, help="Say what this would change (rows, events, claims, yuan, findings, names); publish nothing.")
@click.option("--who", default=getpass.getuser, help="Who asks for it, told to whoever comes meanwhile [the user of this machine].")
def build(
    settings: Settings, landing: str | None, as_of: datetime | None, knowing: str, force: bool, current: bool, dry_run: bool, who: str, as_json: bool
) -> None:
    """Read the files, apply the law, publish one snapshot.

    One of an older day than the current one is kept beside it and does not become current unless asked.
    Ends in 0; in 3 when a snapshot stands but a file in landing is refused; in 1 when nothing could be published.
    """
    from pipelines.build import build as run
    from pipelines.status import standing

    if landing:
        settings = Settings.load(settings.home, landing)
    gc.set_threshold(50_000, 20, 50)   # what a build makes lives to its end: Python's 700 looks through it again and again
    start = time.monotonic()
    if dry_run:
        if as_of or current or knowing != "effective":
            raise click.UsageError("--dry-run is of the newest day in the data: leave out --as-of, --knowing and --current.")
        show_preview(settings, as_json, who, progress(start))
        return
    result = run(settings, as_of.date() if as_of else None, force, progress(start), knowing, current, who)
    refused = [row for row in result.files if row["status"] == "refused"]
    lines = [
        f"{row['source']:<15}{row['files']:>4} files {row['rows_read']:>9,} rows = {row['rows_loaded']:,} loaded "
        f"+ {row['rows_skipped']:,} skipped + {row['rows_quarantined']:,} quarantined"
        for row in result.sources
    ]
    lines += [f"warning: {warning}" for warning in result.warnings]
    lines += ["claims  " + ("  ".join(f"{outcome} {count:,}" for outcome, count in result.claims_by_outcome.items()) or "none")]
    lines += [
        f"checks  {result.checks['total']}, errors {result.checks['error_failed']}, warnings {result.checks['warn_failed']}"
    ]
    lines += [
        f"snapshot {result.snapshot_id} as of {standing(result.as_of, result.knowing)}"
        + (f"  {result.message}" if result.message else "  published")
    ]
    show(asdict(result), as_json, lines)
    if refused:
        sys.exit(3)


def show_preview(settings: Settings, as_json: bool, who: str, told: Progress, adds: Adds = dict, parks: tuple[str, ...] = ()) -> None:
    """What the next build would change, with the files that `adds` names; ends in 1 where it would be refused."""
    from pipelines.deliver.preview import preview, sentences

    found = preview(settings, who, adds, parks, told)
    show(found, as_json, sentences(found))
    if found["state"] == "refused":
        sys.exit(1)


@command(main)
@click.option("--host", default="127.0.0.1", show_default=True, help="The page has no sign-in: keep it to this machine.")
@click.option("--port", default=3000, show_default=True)
def schedule(settings: Settings, host: str, port: int) -> None:
    """Run unattended: build at six and when files arrive, month ends on the fifth, alerts (SOFTCITY_ALERT_URLS)."""
    from pipelines.schedule import schedule as run

    sys.exit(run(settings, host, port))
