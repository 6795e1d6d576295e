"""What a page is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.access.accounts import ROLES
from dashboard.components.table import Table


@dataclass(frozen=True)
class Page:
    """One page: where it is, who may see it, which filters it answers to, what it shows and may export.

    `icon` puts it in the navigation; `under` is the navigation entry that is lit for a page without one.
    `kept`: what it shows depends on snapshot, address, reader and desk files alone, so its answer may be kept.
    `has_figures`: plotly.js is wanted at once, not when its reader goes on to a page with figures.
    `default_park`: an operator sees their first park here when none is chosen.
    """

    key: str
    path: str
    layout: Callable[..., Any]
    tables: tuple[Table, ...] = ()
    filters: tuple[str, ...] = ()
    icon: str = ""
    under: str = ""
    default_park: bool = False
    kept: bool = False
    has_figures: bool = False
    roles: tuple[str, ...] = ROLES
