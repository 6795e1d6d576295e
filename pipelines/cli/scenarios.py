"""Named what-ifs: which are kept, and how they are kept, renamed and taken away. `whatif --scenario NAME` runs one."""

import getpass
from dataclasses import asdict

import click

from pipelines.cli.group import command, main, of_policy, show
from pipelines.settings import Settings


@main.group()
def scenario() -> None:
    """Changes of the law kept under a name, shared with the page 模拟."""


@command(scenario, "list", has_json=True)
def listed(settings: Settings, as_json: bool) -> None:
    """The scenarios kept, the last saved first, each with what of it the law has no more."""
    from pipelines.base.errors import PolicyError
    from pipelines.base.scenarios import Scenario, scenarios
    from pipelines.policy.load import policy_of
    from pipelines.policy.terms import edits_of_scenario

    def wrong(one: Scenario) -> str | None:
        try:
            edits_of_scenario(policy_of(settings.policies, one.policy), one)
        except PolicyError as error:
            return str(error)
        return None

    found = [{**asdict(one), "does_not_fit": wrong(one)} for one in scenarios(settings.decisions)]
    lines = [
        f"{one['scenario_id']}  {one['name']}  {one['policy'] or ''} {one['document']}  {len(one['edits'])} terms  {one['saved_by']} {one['saved_at']}  {one['note']}"
        + (f"\n  {one['does_not_fit']}" if one["does_not_fit"] else "")
        for one in found
    ]
    show(found, as_json, [line for told in lines for line in told.splitlines()] or ["none is kept"])


@command(scenario)
@click.argument("name")
@click.option("--set", "changes", multiple=True, required=True, metavar="TERM=VALUE", help="A term and its value, as in the address of 模拟: 6b.1.cap_wan=80.")
@of_policy
@click.option("--document", default="draft", show_default=True)
@click.option("--why", default="", help="A note kept with it.")
@click.option("--who", default=getpass.getuser, help="Who keeps it [the user of this machine].")
def save(settings: Settings, name: str, changes: tuple[str, ...], policy: str | None, document: str, why: str, who: str) -> None:
    """Keep changes of the law under NAME."""
    from pipelines.base.scenarios import save as keep
    from pipelines.policy.load import policy_of
    from pipelines.policy.terms import edits_of

    edits = dict(change.partition("=")[::2] for change in changes)
    law = policy_of(settings.policies, policy)
    edits_of(law, document, edits)
    click.echo(f"scenario {keep(settings.decisions, name, document, edits, who, note=why, policy=law.policy_id)} is kept")


@command(scenario)
@click.argument("name")
@click.argument("new_name")
@click.option("--who", default=getpass.getuser, help="Who renames it [the user of this machine].")
def rename(settings: Settings, name: str, new_name: str, who: str) -> None:
    """Give the scenario NAME another name."""
    from pipelines.base.scenarios import find
    from pipelines.base.scenarios import save as keep

    one = find(settings.decisions, name)
    keep(settings.decisions, new_name, one.document, one.edits, who, note=one.note, scenario_id=one.scenario_id, policy=one.policy)
    click.echo(f"scenario {one.scenario_id} is {new_name}")


@command(scenario)
@click.argument("name")
@click.option("--who", default=getpass.getuser, help="Who deletes it [the user of this machine].")
def delete(settings: Settings, name: str, who: str) -> None:
    """Take the scenario NAME from the list."""
    from pipelines.base.scenarios import delete as drop
    from pipelines.base.scenarios import find

    one = find(settings.decisions, name)
    drop(settings.decisions, one.scenario_id, who)
    click.echo(f"scenario {one.name} is deleted")
