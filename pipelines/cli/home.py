"""A home as a whole: its health, its backup, an invented one."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.cli.group import command, main, show
from pipelines.settings import Settings


@command(main, has_json=True)
def doctor(settings: Settings, as_json: bool) -> None:
    """Look at everything a build and a server need. Ends in 1 when something is broken."""
    from pipelines.doctor import examine

    findings = examine(settings)
    show([asdict(f) for f in findings], as_json, [f"{f.level:<6}{f.name:<11}{f.says}" for f in findings])
    if any(f.level == "error" for f in findings):
        sys.exit(1)


@command(main)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(settings: Settings, file: Path) -> None:
    """Write landing, raw rows, snapshots, accounts and decisions into FILE; readers go on meanwhile."""
    from pipelines.backup import backup as write
    from pipelines.build_record import build_lock

    with build_lock(settings):
        count = write(settings, file.resolve())
    click.echo(f"{file}: {count:,} files, {file.stat().st_size / 1_000_000:,.1f} MB")


@command(main)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(settings: Settings, file: Path) -> None:
    """Bring the backup FILE back into an empty home."""
    from pipelines.backup import restore as bring_back

    count = bring_back(file.resolve(), settings.home)
    click.echo(f"{settings.home}: {count:,} files, each as it was")


@main.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--firms", default=400, show_default=True, type=click.IntRange(100))
@click.option("--seed", default=2026, show_default=True)
def sample(directory: Path, firms: int, seed: int) -> None:
    """Write an invented city: every source, with the quirks files have in life."""
    from pipelines.sample import write_city

    write_city(directory, firms, seed)
    click.echo(
        f"{directory}/landing holds an invented city of {firms:,} firms; {directory}/truth.json tells what is true of it"
    )
