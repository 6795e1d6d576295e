"""Printed names: whose they are."""

from pathlib import Path

import click

from pipelines.base.visible import visible
from pipelines.cli.group import command, decision, main, show
from pipelines.settings import Settings


@main.command()
@click.argument("names", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--registry", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="File with the columns name and uscc (or 企业名称 and 统一社会信用代码); 曾用名 and days are used if there.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
@click.option("--json", "as_json", is_flag=True)
def match(names: Path, registry: Path, out: Path, as_json: bool) -> None:
    """Settle each printed name in NAMES: auto, review or none, with code, reason, candidates and scores."""
    from pipelines.identity.match_files import match_files

    counts = match_files(names, registry, out)
    show(counts, as_json, ["  ".join(f"{decision} {count:,}" for decision, count in counts.items()), f"written {out}"])


@main.group()
def review() -> None:
    """Names no rule could settle: look at them, and say once whose they are. The next build takes it up."""


@command(review, "list", has_json=True)
def review_list(settings: Settings, as_json: bool) -> None:
    """List what waits, with candidates, best first."""
    from pipelines.identity.review import sentences, waiting

    rows = waiting(settings)
    show(rows, as_json, sentences(rows))


@command(review, "accept")
@click.argument("name")
@click.argument("code")
@decision
def review_accept(settings: Settings, name: str, code: str, why: str, who: str, code_given: str, anew: bool) -> None:
    """Say that NAME is the enterprise CODE."""
    from pipelines.identity.review import accept

    entry = accept(settings, name, code, why, who, code_given, anew=anew)
    click.echo(f"{visible(entry['printed_name'])} is {entry['enterprise_code']} from the next build on")


@command(review, "reject")
@click.argument("name")
@decision
def review_reject(settings: Settings, name: str, why: str, who: str, code_given: str, anew: bool) -> None:
    """Say that NAME is no enterprise of the register."""
    from pipelines.identity.review import reject

    entry = reject(settings, name, why, who, code_given, anew=anew)
    click.echo(f"{visible(entry['printed_name'])} is not asked again")
