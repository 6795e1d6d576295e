"""Tell how a clause is worded in each version, what differs and what each would have paid, from the published marts alone."""

from pathlib import Path
from typing import Any

from dashboard.questions import QUESTIONS
from dashboard.tables.policy import CLAUSE_VERSIONS
from dashboard.versions import lines, name_of
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import SoftcityError
from pipelines.base.snapshots import marts_of


def law(published: Path, clause_id: str, policy_id: str | None = None) -> list[dict[str, Any]]:
    """The versions of a clause by their days, each with its figures and, under `lines`, what it says of each thing.

    Raises SoftcityError when there is no such clause, or several policies have it and none is named.
    """
    with connect(marts_of(published), read_only=True) as con:
        owners = [row["policy_id"] for row in rows_of(con, _OWNERS, [clause_id])]
        if policy_id is None and len(owners) > 1:
            raise SoftcityError(f"{clause_id}: {' and '.join(owners)} have a clause of that id. Name one by --policy.")
        if not owners or policy_id not in (None, *owners):
            raise SoftcityError(f"{clause_id}: no such clause{f' in {policy_id}' if policy_id else ''}. `softcity check` counts them, data/policies holds them.")
        given = {"policy": policy_id or owners[0], "clause": clause_id}
        versions, conditions = (rows_of(con, QUESTIONS[name].sql, given) for name in ("clause_versions", "clause_version_conditions"))
    found = lines(versions, conditions)
    return [
        row | {"lines": [{"line": line.title, "words": line.cells[place], "is_changed": line.is_changed(place)} for line in found]}
        for place, row in enumerate(versions)
    ]


_OWNERS = "select distinct policy_id from dim_clause where clause_id = ? order by policy_id"


def sentences(versions: list[dict[str, Any]]) -> list[str]:
    """The versions as lines a person reads; what differs from the version before is starred."""
    told: list[str] = []
    for row in versions:
        told += [f"{row['title_zh']} · {name_of(row)}"]
        told += [f"{'*' if line['is_changed'] else ' '} {line['line']}：{(line['words'] or '未写').replace(chr(10), ' / ')}" for line in row["lines"]]
        told += [f"  {column.label}：{column.text(row)}" for column in CLAUSE_VERSIONS.columns if column.is_number]
        told += [""]
    return told
