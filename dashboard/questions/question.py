"""A question to a snapshot: what it takes, the columns it answers with, and the filters it may be cut by.

Each is one file queries/<name>.sql, which binds what the question always takes and nothing else. A filter that may be
left out is a condition on the columns of the answer (`cut_by`), or chooses among the rows of a mart of cuts (`cuts`):
query.py puts those that are given around the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

QUERIES = Path(__file__).parents[1] / "queries"
MADE = frozenset({"policy", "document", "policies", "documents", "as_of", "today", "with_none", "contacts", "standings"})
"""What query.py binds of itself: of the snapshot, the day it is asked on, who was called, and how findings stand."""


@dataclass(frozen=True)
class Question:
    """A file of queries/ by name.

    `takes` are the names it binds; `<filter>_cut` is that filter, or 'all' where it is not given: a mart of cuts has a row
    for each. `returns` has the DuckDB type of each column, `cut_by` the column each filter must equal, or its condition, with
    `$<filter>` for its value. `cuts` are filters of a mart of cuts whose rows the file gives for every cut, told apart by its
    columns `<filter>_cut`. `at_hand` are filters by whose columns query.py itself finds the rows, where those of all values,
    or of one of the first filter, are few: they are asked for once. `key` is the column that tells rows apart and puts what
    is alike in order; without one all columns do. `unseen` columns serve `cut_by` alone. `of` names the question whose rows,
    cut alike, the file counts: it reads them under that name. `is_of_comparison`: it is asked of what changed between two snapshots
    (comparison.py).
    """

    name: str
    returns: Mapping[str, str]
    takes: tuple[str, ...] = ()
    cut_by: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    at_hand: tuple[str, ...] = ()
    key: str | None = None
    unseen: tuple[str, ...] = ()
    of: "Question | None" = None
    is_of_comparison: bool = False

    @cached_property
    def sql(self) -> str:
        return (QUERIES / f"{self.name}.sql").read_text(encoding="utf-8").strip()

    @property
    def filters(self) -> frozenset[str]:
        """Every filter that makes a difference to it."""
        own = {name.removesuffix("_cut") for name in self.takes if name not in MADE} | {*self.cut_by, *self.cuts}
        return frozenset(own) | (self.of.filters if self.of else frozenset())


def columns(**names: str) -> dict[str, str]:
    """Columns of each DuckDB type; sums of money are decimal(18,2)."""
    types = {"decimal": "decimal(18,2)"}
    return {name: types.get(kind, kind) for kind, found in names.items() for name in found.split()}


TEXT = ("policy", "document")
TEXTS = ("policies", "documents")
"""Of what adds over policies: the texts shown, one of each policy."""
PLACES = ("district_cut", "park_cut")
PLACE = {"district": "district_code", "park": "park_id"}
MEASURE = {"measure": "measure_no"}
CLAUSE = {"clause": "clause_id"}
