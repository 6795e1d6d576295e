"""Received files: what became of their rows, and which stand."""

import getpass
import sys

import click

from pipelines.base.visible import visible
from pipelines.cli.group import command, main, show
from pipelines.settings import Settings


@command(main, has_json=True)
@click.option("--source", help="Its files one by one.")
def reconcile(settings: Settings, source: str | None, as_json: bool) -> None:
    """Follow every row of the current snapshot from its file to the claims; ends in 1 when a line does not add up."""
    from pipelines.status import reconcile as run
    from pipelines.status import reconciliation_lines

    lines = run(settings, source)
    show(lines, as_json, reconciliation_lines(lines))
    if not all(line["is_balanced"] for line in lines):
        sys.exit(1)


@command(main)
@click.argument("file")
@click.option("--why", required=True, help="Whom you asked, and what they said.")
@click.option("--who", default=getpass.getuser, help="Who decides [the user of this machine].")
def accept(settings: Settings, file: str, why: str, who: str) -> None:
    """Let a full FILE (as landing/ names it) stand though it holds far fewer rows than usual."""
    from pipelines.quality.history import accept as run

    run(settings, file, why, who)
    click.echo(f"{visible(file)} stands as it is; the next build measures later files against it")


@command(main)
@click.argument("file")
@click.option("--why", required=True, help="What is wrong with it, and who says so.")
@click.option("--who", default=getpass.getuser, help="Who decides [the user of this machine].")
@click.option("--undo", is_flag=True, help="Bring a withdrawn file back.")
def withdraw(settings: Settings, file: str, why: str, who: str, undo: bool) -> None:
    """Take FILE (as landing/ names it) out of force; it stays on record with who, when and why."""
    from pipelines.sources.ingest import withdraw as run

    name = run(settings, file, why, who, undo)
    click.echo(f"{name} counts {'again' if undo else 'no more'} from the next build on")
