"""What stands where no page is."""

from typing import Any

import dash

from dashboard.access.accounts import ROLES
from dashboard.components import parts

dash.register_page(__name__, path="/404", name="404", roles=ROLES)


def layout() -> Any:
    return parts.state("not_found", href="/")
