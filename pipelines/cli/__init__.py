"""The `softcity` command, a file per noun. Heavy imports stay inside the commands, so that help answers at once."""

from pipelines.cli import (
    alerts,
    build,
    deadlines,
    deliver,
    files,
    home,
    law,
    names,
    policies,
    scenarios,
    server,
    snapshot,
    users,
    worklists,
)
from pipelines.cli.group import main

__all__ = ["alerts", "build", "deadlines", "deliver", "files", "home", "law", "main", "names", "policies", "scenarios", "server", "snapshot", "users", "worklists"]
