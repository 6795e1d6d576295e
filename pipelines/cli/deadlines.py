"""What runs out when, as lines or as a calendar file."""

from pathlib import Path

import click

from pipelines.base.errors import SoftcityError
from pipelines.cli.group import command, main, one_policy, show
from pipelines.settings import Settings

BANDS = ("overdue", "d30", "d90", "d180", "d365", "later")


@command(main, has_json=True)
@click.option("--park", help="Of the tenants of one park, as its operator sees them.")
@click.option("--firm", help="Of one firm, by its credit code.")
@click.option("--clause", help="Of one clause, such as 6b.1.")
@click.option("--lead", type=click.Choice(BANDS), help="Of one lead time.")
@one_policy
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="Write them as a calendar file.")
def deadlines(
    settings: Settings, park: str | None, firm: str | None, clause: str | None, lead: str | None, policy: str | None, ics: Path | None, as_json: bool
) -> None:
    """List what runs out when: the policy, application windows, rent years, time limits, certificates."""
    from dashboard.errors import NothingThere
    from dashboard.reports.deadlines import rows_of, sentences, write_calendar

    filters = {"firm": firm, "clause": clause, "lead": lead, "policy": policy}
    try:
        if ics:
            click.echo(write_calendar(settings.published, ics, park, **filters))
            return
        rows = rows_of(settings.published, park, **filters)
    except NothingThere as error:
        raise SoftcityError(f"{error}: no such park. The page 园区 and `softcity report` name them.") from None
    show(rows, as_json, sentences(rows) or ["nothing runs out"])
