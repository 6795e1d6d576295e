"""For who writes a city and its policy down: files to begin with, and cases asked of the law."""

import sys
from pathlib import Path

import click

from pipelines.base.errors import PolicyError
from pipelines.cli.group import command, main, show
from pipelines.settings import Settings

TO_FILL = 3


@command(main, "new-city", has_json=True)
@click.argument("city")
@click.option("--name", help="What the city is called, 苏州 [to be filled in its files].")
@click.option("--province", help="Its province, 江苏 [to be filled].")
@click.option("--code-prefix", help="The four digits with which its division codes begin [to be filled].")
def new_city(settings: Settings, city: str, name: str | None, province: str | None, code_prefix: str | None, as_json: bool) -> None:
    """Write the reference data of a new CITY (small letters: suzhou), to be filled; its comments say how."""
    from pipelines.skeleton import TO_FILL, UNKNOWN_PREFIX
    from pipelines.skeleton import new_city as make

    written = make(settings.data, city, name or TO_FILL, province or TO_FILL, code_prefix or UNKNOWN_PREFIX)
    _made(written, f"softcity new-policy {city} NAME", as_json)


@command(main, "new-policy", has_json=True)
@click.argument("city")
@click.argument("policy")
def new_policy(settings: Settings, city: str, policy: str, as_json: bool) -> None:
    """Write a POLICY (small letters: software) of CITY with one clause as an example, its text, decisions and cases, to be filled."""
    from pipelines.skeleton import new_policy as make

    _made(make(settings.data, city, policy), f"softcity check {city}", as_json)


def _made(written: list[Path], next_step: str, as_json: bool) -> None:
    show({"written": written, "next": next_step}, as_json, [*(f"written: {path}" for path in written), f"next: fill them, then `{next_step}`"])


@command(main, "test-policy", has_json=True)
@click.argument("names", nargs=-1, metavar="[CITY[/POLICY]]...")
@click.option("--write", is_flag=True, help="Write the cases that are lacking into the files, their answer blank: to be filled from the text.")
def test_policy(settings: Settings, names: tuple[str, ...], write: bool, as_json: bool) -> None:
    """Ask the cases beside a policy (cases/*.yaml) of the law: of CITY/POLICY, of all of a CITY, or of every policy in the tree.

    Ends in 0 when each holds and none is lacking, in 1 when one fails, in 3 when cases are to be filled: below, at, above
    and missing of every figure at which an answer or a bound changes.
    """
    from pipelines.policy.case_run import run_cases
    from pipelines.policy.case_table import lacks, write_lacks
    from pipelines.policy.cases import load_cases
    from pipelines.policy.load import load_policy

    told, lines, is_failed, is_to_fill = [], list[str](), False, False
    for folder in _folders(settings, names):
        policy = load_policy(folder)
        asked = load_cases(folder, policy)
        ran, lacking = run_cases(policy, asked), lacks(policy, folder, asked)
        failed = [f"{one.asked.where}: {one.wrong}" for one in ran if one.wrong]
        blank = [f"{one.asked.where}: to fill" for one in ran if one.is_to_fill]
        points = [f"{folder.name}/cases/{lack.file}, clause {lack.clause.id}: {', '.join(point.says for point in lack.points) or 'no case'}" for lack in lacking]
        written = [str(path) for path in write_lacks(folder, lacking, policy)] if write else []
        told.append({
            "policy": policy.policy_id, "cases": len(ran), "held": len(ran) - len(failed) - len(blank), "failed": failed, "to_fill": blank,
            "lacking": points, "written": written,
        })  # fmt: skip
        lines += [f"{folder.parent.name}/{folder.name}: {len(ran)} cases, {len(ran) - len(failed) - len(blank)} hold, {len(failed)} fail, {len(blank)} to fill"]
        lines += [*failed, *blank, *(f"written, to fill: {path}" for path in written)]
        lines += [] if written else [f"{point}: lacking. `softcity test-policy {folder.parent.name}/{folder.name} --write` adds it." for point in points]
        is_failed, is_to_fill = is_failed or bool(failed), is_to_fill or bool(blank or points)
    show(told, as_json, lines)
    sys.exit(1 if is_failed else TO_FILL if is_to_fill else 0)


def _folders(settings: Settings, names: tuple[str, ...]) -> list[Path]:
    """The folders of the policies named. Raises PolicyError for a name that is none."""
    every = sorted(path.parent for path in (settings.data / "policies").glob("*/*/policy.yaml"))
    found = list[Path]()
    for name in names:
        meant = [path for path in every if name in (path.parent.name, f"{path.parent.name}/{path.name}")]
        if not meant:
            known = ", ".join(f"{path.parent.name}/{path.name}" for path in every)
            raise PolicyError(f"{name}: no policy of that name under {settings.data / 'policies'}. Use one of {known}.")
        found += meant
    return list(dict.fromkeys(found)) if names else every
