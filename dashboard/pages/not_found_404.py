"""What stands where no page is."""

from typing import Any

import dash

from dashboard.components import parts
from pipelines.base.roles import ROLES

dash.register_page(__name__, path="/404", name="404", roles=ROLES)


def layout() -> Any:
    return parts.state("not_found", href="/")
