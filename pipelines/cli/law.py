"""The law: whether it is sound, what it says of a firm, what a change would cost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import click

from pipelines.base.errors import SoftcityError
from pipelines.cli.group import command, main, of_policy, one_policy, show
from pipelines.settings import Settings


@command(main, has_json=True)
@click.argument("cities", nargs=-1, metavar="[CITY]...")
def check(settings: Settings, cities: tuple[str, ...], as_json: bool) -> None:
    """Prove the law as data and its cases, the reference data, the source contracts and the home's alerts sound, every quote verbatim.

    Of each CITY, or of every city with a policy in the tree; all problems of their files are told at once.
    """
    from pipelines.alert_rules import load_alerts
    from pipelines.benchmarks import load_benchmarks
    from pipelines.sources.contract import load_contracts
    from pipelines.sources.markets import load_markets

    every = sorted({path.parent.parent.name for path in (settings.data / "policies").glob("*/*/policy.yaml")})
    asked = [replace(settings, city=city) for city in dict.fromkeys(cities or every or (settings.city,))]
    alerts, _, _, *found = _sound(
        lambda: load_alerts(settings), lambda: load_markets(settings.national), lambda: load_benchmarks(settings.national),
        *(partial(_checked, one) for one in asked),
    )  # fmt: skip
    of_city: dict[str, dict[str, Any]] = dict(zip((one.city for one in asked), found, strict=True))
    value = {"cities": of_city, "sources": len(load_contracts()), "alerts": len(alerts), "errors": []}
    between = {"notes": " ", "warnings": " "}   # sentences
    lines = []
    for city, told in of_city.items():
        lines += [city, *(f"  {key}: {val if not isinstance(val, list) else between.get(key, ', ').join(val) or 'none'}" for key, val in told.items())]
    show(value, as_json, [*lines, f"sources: {value['sources']}", f"alerts: {value['alerts']}", "errors: none"])


def _checked(settings: Settings) -> dict[str, Any]:
    """What a city's files hold, once they are proved sound; raises all their problems at once."""
    from pipelines.policy.cases import load_all_cases
    from pipelines.policy.load import load_policies, shared_clauses
    from pipelines.policy.versions import conditions_of
    from pipelines.skeleton import to_fill
    from pipelines.sources.contract import load_contracts

    _, policies, cases = _sound(
        lambda: load_contracts(reference=settings.reference, policies=settings.policies), lambda: load_policies(settings.policies, settings.reference),
        lambda: load_all_cases(settings.policies),
    )  # fmt: skip
    clauses = [(p, c) for p in policies for m in p.measures for c in m.clauses]
    quotes = sum(
        len(v.quotes) + sum(bool(part.quote) for c in conditions_of(p, v) for part in (c, *c.any_of))
        for p, clause in clauses
        for v in clause.versions
    )
    return {
        "policies": [p.policy_id for p in policies],
        "clauses_total": len(clauses),
        "non_monetary": sum(len(m.non_monetary) for p in policies for m in p.measures),
        "decisions": sum(len(p.decisions) for p in policies),
        "quotes_verified": quotes,
        "cases": len(cases),
        "notes": [*shared_clauses(policies), *to_fill(settings.reference, settings.policies)],
        "warnings": [
            f"{p.policy_id}, {name}: last checked on {d.last_checked_on}, over 180 days ago. Compare the text again."
            for p in policies for name, d in p.documents.items() if (date.today() - d.last_checked_on).days > 180
        ],
    }  # fmt: skip


def _sound(*parts: Callable[[], Any]) -> list[Any]:
    """What each part gives; raises all their problems at once, each told once."""
    found, problems = [], dict[str, type[SoftcityError]]()
    for part in parts:
        try:
            found.append(part())
        except SoftcityError as error:
            problems |= dict.fromkeys(str(error).splitlines(), type(error))
    if problems:
        raise next(iter(problems.values()))("\n".join(problems))
    return found


@command(main, has_json=True)
@click.argument("firm")
@click.argument("clause", required=False)
@one_policy
def explain(settings: Settings, firm: str, clause: str | None, policy: str | None, as_json: bool) -> None:
    """Why FIRM (code or exact name) may or may not claim CLAUSE (or each clause)."""
    from pipelines.explain import explain as tell
    from pipelines.explain import sentences

    claims = tell(settings.published, firm, clause, policy)
    show(claims, as_json, sentences(claims))


@command(main, has_json=True)
@click.argument("clause")
@click.option("--policy", "policy_id", help="Where several policies of the city have a clause of that id.")
def law(settings: Settings, clause: str, policy_id: str | None, as_json: bool) -> None:
    """The versions of CLAUSE side by side, in every document: what each says, what differs, what each would have paid."""
    from pipelines.law import law as tell
    from pipelines.law import sentences

    versions = tell(settings.published, clause, policy_id)
    show(versions, as_json, sentences(versions))


@command(main, has_json=True)
@click.argument("edits", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scenario", help="A kept scenario by its name or id, in place of EDITS (`softcity scenario list`).")
@click.option("--snapshot", "snapshot_id", help="On this snapshot [the current one].")
@of_policy
def whatif(settings: Settings, edits: Path | None, scenario: str | None, snapshot_id: str | None, policy: str | None, as_json: bool) -> None:
    """What the changes in EDITS (YAML), or of a kept scenario, would cost, and for whom, on a snapshot."""
    from pipelines.base.scenarios import find
    from pipelines.base.snapshots import marts_of
    from pipelines.policy.load import policy_of
    from pipelines.policy.terms import edits_of_scenario
    from pipelines.policy.whatif import read_edits, sentences
    from pipelines.policy.whatif import whatif as run

    if (edits is None) is (scenario is None):
        raise click.UsageError("Give either EDITS or --scenario NAME.")
    kept = find(settings.decisions, scenario) if scenario else None
    law = policy_of(settings.policies, policy or (kept.policy if kept else None))
    changes = edits_of_scenario(law, kept) if kept else read_edits(cast(Path, edits))
    result = run(marts_of(settings.published, snapshot_id), law, changes)
    show(result, as_json, sentences(result))
