"""The command itself, and what commands have in common."""

import getpass
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from pipelines.base.errors import SoftcityError
from pipelines.base.visible import visible, visible_lines
from pipelines.settings import Settings


class Commands(click.Group):
    """Prints our own errors as a sentence and ends in 1: never a traceback for bad input."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SoftcityError as error:
            click.echo(visible_lines(f"error: {error}"), err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(file_okay=False), help="Where landing/, published/ and var/ live [SOFTCITY_HOME]."
)
@click.version_option(package_name="softcity")
@click.pass_context
def main(ctx: click.Context, home: str | None) -> None:
    """Softcity (软城观测): what became of a city's software-industry policy, from files to reasons."""
    ctx.obj = Settings.load(home)
    if ctx.obj.is_log_json:
        from pipelines.base import logs

        logs.to_stderr(ctx.obj.secrets())


def command(group: click.Group, name: str | None = None, *, has_json: bool = False) -> Callable[[Any], click.Command]:
    """A command that gets the settings first; --home may stand after it as well, --json where a machine may read it."""

    def set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            ctx.obj = Settings.load(value)

    home = click.option(
        "--home", type=click.Path(file_okay=False), expose_value=False, is_eager=True, hidden=True, callback=set_home
    )
    for_machines = click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")

    def make(function: Any) -> click.Command:
        function = home(click.pass_obj(function))
        return group.command(name)(for_machines(function) if has_json else function)

    return make


of_policy = click.option("--policy", help="Id of the policy [the city's only one].")
"""Of what can only be of one policy: needed where the city has several (pipelines/base/policies.py)."""
one_policy = click.option("--policy", help="Of one policy, by its id [all of the city].")
"""Of what adds over policies: narrows it."""


def decision(command: Any) -> Any:
    """What every decision on a name says besides."""
    for option in (
        click.option("--anew", is_flag=True, help="Though somebody has decided since the last build."),
        click.option("--code-given", default="", help="The code printed beside the name, where it stands with several."),
        click.option("--who", default=getpass.getuser, help="Who decides [the user of this machine]."),
        click.option("--why", required=True, help="On what ground; kept with the decision."),
    ):
        command = option(command)
    return command


def show(value: Any, as_json: bool, lines: list[str]) -> None:
    """What a command found. What senders wrote is among it: it can neither move the cursor nor begin a line of its own."""
    told = visible_lines(json.dumps(value, ensure_ascii=False, indent=1, default=str))
    click.echo(told if as_json else "\n".join(map(visible, lines)))


def progress(start: float) -> Any:
    """Steps as they begin: for people, or into the log where one is kept."""
    log = logging.getLogger("softcity.build")
    if log.isEnabledFor(logging.INFO):
        return log.info
    return lambda text: click.echo(f"[{time.monotonic() - start:6.1f}s] {visible(text)}", err=True)
