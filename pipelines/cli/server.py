"""The dashboard, over what is published or over the sample city."""

import time

import click

from pipelines.base.roles import ROLES
from pipelines.cli.group import command, main, progress
from pipelines.settings import Settings


@command(main)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1))
def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve the dashboard over the published snapshots."""
    from dashboard.serve import serve as run
    from pipelines.serving import options

    run(settings.published, settings.accounts, host, port, workers, **options(settings), oidc=settings.oidc)


@command(main)
@click.option("--port", default=8050, show_default=True)
def demo(settings: Settings, port: int) -> None:
    """Build the committed sample city in a home of its own, add a demo account per role, and serve."""
    from dashboard.serve import serve as run
    from pipelines.build import build as run_build
    from pipelines.serving import options
    from pipelines.settings import PROJECT
    from pipelines.users import DEMO_PARK, DEMO_PASSWORD, prepare_demo

    prepare_demo(settings)
    settings = Settings.load(settings.home, PROJECT / "data" / "sample" / "landing")
    run_build(settings, progress=progress(time.monotonic()))
    click.echo(f"demo accounts: {', '.join(ROLES)} (operator: park {DEMO_PARK}); password of each: {DEMO_PASSWORD}")
    run(settings.published, settings.accounts, "127.0.0.1", port, 2, **options(settings))
