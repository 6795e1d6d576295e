"""The steward's part: what waits for a person, and what a person said of it."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.base.decisions import NAMES, append, entries, of_matter
from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import DecidedMeanwhile, ReviewError
from pipelines.base.snapshots import marts_of
from pipelines.base.visible import typed
from pipelines.identity.names import normalise_name
from pipelines.settings import Settings

_DECIDED = ("name_key", "code_given", "decision", "enterprise_id", "decided_by", "decided_at", "decided_why")


def decided_table(con: duckdb.DuckDBPyConnection, decisions: Path | None) -> None:
    """Table `name_decision` for the engine: the latest decision on each printed name and code given; older ones stay on file."""
    latest = {
        _decided_key(entry): entry
        for entry in (entries(decisions, NAMES) if decisions else [])
        if isinstance(entry, dict) and entry.get("name_key") and entry.get("decision") in ("accept", "reject")
    }
    rows = [
        (*key, entry["decision"], entry.get("enterprise_code"), entry.get("who"), entry.get("when"), entry.get("why"))
        for key, entry in sorted(latest.items())
    ]
    arrays = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(_DECIDED))]
    con.register("decided_rows", pa.Table.from_arrays(arrays, names=list(_DECIDED)))
    con.execute("create table name_decision as select * from decided_rows")
    con.unregister("decided_rows")


def _decided_key(entry: dict[str, Any]) -> tuple[str, str]:
    """What a decision is about: the printed name, keyed as names are keyed today, and the code given with it."""
    return normalise_name(entry.get("printed_name") or entry["name_key"]), entry.get("code_given") or ""


def waiting(settings: Settings) -> list[dict[str, Any]]:
    """The names of the current snapshot that wait for a person and have not been decided since, most rows first."""
    decided = {_decided_key(entry) for entry in entries(settings.decisions, NAMES)}
    rows = _ask(settings, "select * from mart_match_review where decision = 'review' order by row_count desc, name_key, code_given")
    return [row for row in rows if (row["name_key"], row["code_given"]) not in decided]


def accept(
    settings: Settings, name: str, code: str, why: str, who: str, code_given: str = "", *, anew: bool = False
) -> dict[str, Any]:
    """Write down that `name` (printed with `code_given`) means the enterprise `code`.

    Raises ReviewError when the snapshot knows no such name or enterprise, or somebody has decided since it was built;
    `anew` decides all the same.
    """
    row = _named(settings, name, code_given)
    found = _ask(settings, "select enterprise_id, enterprise_name from dim_enterprise where enterprise_id in (?, ?)",
                 code, f"旧号:{code}")  # fmt: skip
    if not found:
        raise ReviewError(f"{code}: no enterprise of this code is on the register. Take one of: {row['candidates'] or '—'}.")
    return _write(settings, row, {"decision": "accept", "enterprise_code": found[0]["enterprise_id"]}, why, who, anew)


def reject(settings: Settings, name: str, why: str, who: str, code_given: str = "", *, anew: bool = False) -> dict[str, Any]:
    """Write down that `name` is no enterprise of the register; it is not asked again. Raises ReviewError as `accept` does."""
    return _write(settings, _named(settings, name, code_given), {"decision": "reject", "enterprise_code": None}, why, who, anew)


def sentences(rows: list[dict[str, Any]]) -> list[str]:
    """The queue for people: name, why it waits, where it stands, and each candidate on a line."""
    lines = []
    for row in rows:
        code = f" [{row['code_given']}]" if row["code_given"] else ""
        lines.append(f"{row['printed_name']}{code}  {row['reason']}；{row['sources']}，{row['row_count']} 行")
        shown = zip(*(str(row[column] or "").split("|") for column in ("scores", "candidates", "candidate_names")), strict=False)
        lines += [f"    {score:>4}  {firm}  {name}" for score, firm, name in shown if firm]
    return lines or ["没有等待复核的名称"]


def _named(settings: Settings, name: str, code_given: str) -> dict[str, Any]:
    found = _ask(settings, "select * from mart_match_review where name_key = ? order by code_given", normalise_name(name))
    exact = [row for row in found if row["code_given"] == code_given] if code_given or len(found) > 1 else found
    if not exact:
        codes = "、".join(row["code_given"] or "（无代码）" for row in found)
        raise ReviewError(
            f"{name}: printed with the codes {codes}. Say which with --code-given." if found
            else f"{name}: no printed name of the current snapshot waits under this name. See `softcity review list`."
        )  # fmt: skip
    return exact[0]


def _write(settings: Settings, row: dict[str, Any], said: dict[str, Any], why: str, who: str, anew: bool) -> dict[str, Any]:
    entry = {**{column: row[column] for column in ("name_key", "printed_name", "code_given")}, **said, "why": typed(why)}
    seen = [past for past in of_matter(settings.decisions, NAMES, entry) if str(past.get("when")) <= str(row["decided_at"] or "")]
    try:
        append(settings.decisions, NAMES, entry, who, None if anew else len(seen))
    except DecidedMeanwhile as error:
        raise ReviewError(f"{row['printed_name']}: {error} To decide all the same, add --anew.") from None
    return entry


def _ask(settings: Settings, query: str, *values: str) -> list[dict[str, Any]]:
    snapshot = marts_of(settings.published)
    with connect(snapshot, read_only=True) as con:
        return rows_of(con, query, values)
