"""Lists people work on: audit findings, and firms to call about what they have not claimed."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipelines.base.contacts import REASONS
from pipelines.base.contacts import STATES as CALLS
from pipelines.base.findings import STATES, STATUSES
from pipelines.cli.group import command, main, one_policy, show
from pipelines.settings import Settings

_WHO = click.option("--who", default=getpass.getuser, help="Who says it [the user of this machine].")


@main.group()
def findings() -> None:
    """Audit findings: list them, say what became of them, hand them over with their evidence."""


@command(findings, "list", has_json=True)
@click.option("--status", type=click.Choice([*STATUSES, "gone"]), help="How they stand; returned and changed were settled before.")
@click.option("--owner", help="Whose they are.")
@click.option("--kind", help="Of one kind, as above_ceiling.")
@one_policy
def findings_list(settings: Settings, status: str | None, owner: str | None, kind: str | None, policy: str | None, as_json: bool) -> None:
    """List findings, dearest first, and those worked on that are found no more (gone)."""
    from pipelines import worklists

    rows = worklists.findings(settings, status=status, owner=owner, kind=kind, policy_id=policy)
    lines = [
        f"{row['finding_id'][:10]}  {_of_policy(rows, row)}{row['status']:<9} {float(row['at_stake_yuan'] or 0):>15,.2f}  {row['kind'] or '':<23} {row['clause_id'] or '':<6} {row['enterprise_name'] or ''}"
        + "".join(f"  {told}" for told in (row["owner"], row["note"]) if told)
        for row in rows
    ]
    show(rows, as_json, lines or ["no findings"])


@command(findings, "show", has_json=True)
@click.argument("finding")
def findings_show(settings: Settings, finding: str, as_json: bool) -> None:
    """Tell all that people and builds said of FINDING."""
    from pipelines import worklists

    lines = worklists.history(settings, finding)
    told = [f"{one['when']}  {one['who']:<12} {one.get('state') or one.get('seen'):<9} {one.get('owner') or ''}  {one.get('why') or ''}".rstrip() for one in lines]
    show(lines, as_json, told or ["nothing was said of it yet"])


@command(findings, "set")
@click.argument("finding", nargs=-1, required=True)
@click.option("--state", type=click.Choice(STATES), required=True)
@click.option("--owner", help="Whose it is from now on.")
@click.option("--why", default="", help="On what ground; explained, recovered and closed need one.")
@click.option("--seen", type=click.IntRange(0), help="How much had been said of it (said_count of list --json): refuse when there is more by now.")
@_WHO
def findings_set(settings: Settings, finding: tuple[str, ...], state: str, owner: str | None, why: str, seen: int | None, who: str) -> None:
    """Say how each FINDING stands: its id or the beginning of it."""
    from pipelines import worklists

    done = worklists.settle(settings, finding, state, owner, why, who, seen)
    click.echo(f"{len(done)} {'finding is' if len(done) == 1 else 'findings are'} {state}")


@command(findings, "pack")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("finding", nargs=-1)
@click.option("--status", type=click.Choice(STATUSES), help="Where no FINDING is named: those that stand so.")
@click.option("--kind", help="Where no FINDING is named: those of one kind.")
@_WHO
def findings_pack(settings: Settings, file: Path, finding: tuple[str, ...], status: str | None, kind: str | None, who: str) -> None:
    """Write the evidence of each FINDING into FILE (zip): PDF, source rows, manifest with hashes."""
    from dashboard.reports.evidence import make
    from pipelines import worklists
    from pipelines.users import note

    rows = worklists.named_findings(settings, finding, status=status, kind=kind)
    count = make(settings.published, [row["finding_id"] for row in rows], file, who)
    note(settings, "export", f"{count} findings who={who}", f"softcity findings pack {file.name}")
    click.echo(f"{file}: {count} {'finding' if count == 1 else 'findings'}")


def _of_policy(rows: list[dict[str, Any]], row: dict[str, Any]) -> str:
    """The policy of a row, where there are rows of several."""
    return f"{row.get('policy_id') or '—'}  " if len({one.get("policy_id") for one in rows} - {None}) > 1 else ""


@main.group()
def outreach() -> None:
    """Firms to call about claims nobody has made (应享未享)."""


@command(outreach, "list", has_json=True)
@click.option("--district", help="District code.")
@click.option("--park", help="Park id.")
@click.option("--state", type=click.Choice(CALLS))
@click.option("--assignee", help="Whose calls they are.")
@click.option("--due", is_flag=True, help="Those whose next day has come.")
@click.option("--hide-zero", is_flag=True, help="Without those that would bring nothing.")
@click.option("--hide-doubtful", is_flag=True, help="Without firms that are gone, of a doubtful code, or flagged.")
@one_policy
def outreach_list(
    settings: Settings, district: str | None, park: str | None, state: str | None, assignee: str | None, due: bool, hide_zero: bool,
    hide_doubtful: bool, policy: str | None, as_json: bool,
) -> None:  # fmt: skip
    """List claims to call about, the highest bound first."""
    from pipelines import worklists

    rows = worklists.outreach(
        settings, hide_zero=hide_zero, hide_doubtful=hide_doubtful, is_due=due, district_code=district, park_id=park, contact_state=state, assignee=assignee,
        policy_id=policy,
    )  # fmt: skip
    show(rows, as_json, [_of_policy(rows, row) + _call_line(row) for row in rows] or ["nobody to call"])


def _call_line(row: dict[str, Any]) -> str:
    bound = "—" if row["net_ceiling_yuan"] is None else f"{row['net_ceiling_yuan']:,.2f}"
    told = (row["assignee"], row["next_on"], row["contact_reason"], row["contact_note"], row["doubts"] and f"({row['doubts']})")
    return f"{row['claim_id'][:10]}  {row['contact_state']:<9} {bound:>15}  {row['clause_id']:<6} {row['enterprise_name']}" + "".join(f"  {one}" for one in told if one)


@command(outreach, "set")
@click.argument("claim", nargs=-1, required=True)
@click.option("--state", type=click.Choice(CALLS))
@click.option("--assignee", help="Who calls next; an empty one takes it back.")
@click.option("--next", "next_on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the next call.")
@click.option("--reason", type=click.Choice(REASONS), help="Why the firm does not apply (declined).")
@click.option("--why", default="", help="With whom, with what result.")
@_WHO
def outreach_set(
    settings: Settings, claim: tuple[str, ...], state: str | None, assignee: str | None, next_on: datetime | None, reason: str | None, why: str, who: str,
) -> None:  # fmt: skip
    """Say of each CLAIM (its id or the beginning of it) who was called, who calls next, or how it ended."""
    from pipelines import worklists

    said = {"state": state, "assignee": assignee, "next_on": next_on.date().isoformat() if next_on else None, "reason": reason}
    done = worklists.call(settings, claim, said, why, who)
    click.echo(f"{len(done)} noted")


@command(outreach, "progress", has_json=True)
def outreach_progress(settings: Settings, as_json: bool) -> None:
    """Tell how far the calling is, by district."""
    from pipelines import worklists

    rows = worklists.progress(settings)
    show(rows, as_json, [f"{row['district_name']}  {row['contacted_count']}/{row['outreach_count']}  done {row['done_count']}  declined {row['declined_count']}  due {row['due_count']}" for row in rows])


@command(outreach, "leavers", has_json=True)
@click.option("--park", help="Of one park.")
def outreach_leavers(settings: Settings, park: str | None, as_json: bool) -> None:
    """List firms that left a park, by their leases or by the register, the latest first."""
    from pipelines import worklists

    rows = worklists.leavers(settings, park)
    lines = [f"{row['moved_out_on'] or row['moved_told_on']}  {row['park_id']:<8} {row['leaving']:<20} {row['enterprise_name']}  {row['gone_how'] or row['park_name_now'] or row['district_name_now'] or ''}" for row in rows]
    show(rows, as_json, lines or ["nobody left"])
