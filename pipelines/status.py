"""How a home stands, for people and machines: what is published, refused, quarantined, kept; how the last build ended."""

from typing import Any

from pipelines.base.duck import connect
from pipelines.base.snapshots import current_id, marts_of, read_manifest, snapshots
from pipelines.build_record import FAILURES, is_building, last_build
from pipelines.settings import Settings

SHOWN, TOLD = 5, 1_000  # quarantined rows a person sees at once of a source, and a machine in all
_FLOW = (
    "rows_read", "rows_loaded", "rows_skipped", "rows_quarantined", "rows_replaced", "rows_withdrawn", "rows_after_as_of",
    "rows_not_formal", "rows_superseded", "rows_same_key", "rows_added", "rows_in_force", "rows_not_seen_again", "rows_matched", "rows_in_review",
    "rows_without_firm", "event_count", "rows_without_event", "claim_count", "rows_on_claim", "rows_unexplained",
)  # fmt: skip


def status(settings: Settings) -> dict[str, Any]:
    """All of it. Before the first snapshot only the last build is told.

    Raises SnapshotMissing when there is neither a snapshot nor a build.
    """
    build = last_build(settings)
    told: dict[str, Any] = {"is_building": is_building(settings), "last_build": build}
    if current_id(settings.published) is None and build:
        return {"snapshot_id": None, "kept": [], **told}
    manifest = read_manifest(settings.published)
    order = "source, source_file, sheet, row_no, column_name"
    quarantined = _rows(settings, f"select * from mart_quarantine order by {order} limit {TOLD}")
    by_source: dict[str, int] = {}
    for file in manifest["files"]:
        if file["rows_quarantined"] and file["status"] == "loaded":
            by_source[file["source"]] = by_source.get(file["source"], 0) + file["rows_quarantined"]
    return {
        "snapshot_id": manifest["snapshot_id"], "as_of": manifest["as_of"],
        "knowing": manifest.get("knowing", "effective"), "built_at": manifest["built_at"], "built_on": manifest.get("built_on"), "data_day": manifest.get("data_day"),
        "claims_by_outcome": manifest["claims_by_outcome"], "checks": manifest["checks"],
        "withdrawn_files": [f for f in manifest["files"] if f["status"] == "withdrawn" and f["rows_read"]],
        "refused_files": [file for file in manifest["files"] if file["status"] == "refused"],
        "rows_quarantined": sum(by_source.values()), "quarantined_by_source": by_source, "quarantine": quarantined,
        "missing_lists": _rows(settings, _MISSING),
        "kept": [path.name for path in snapshots(settings.published)], **told,
    }  # fmt: skip


# Lists without which a first cannot be known (D10), each once, with the clauses that ask.
_MISSING = """
    select missing_words, list, level, needed_back_to, reaches_back_to,
        array_to_string(list_sort(list(distinct clause_id)), '、') as clause_ids
    from mart_list_reach where not is_reached group by all order by list, level, missing_words
"""


def standing(as_of: str, knowing: str) -> str:
    """The day a snapshot stands on, and what it may know of it."""
    return f"{as_of}, from what had arrived by then" if knowing == "arrived" else as_of


def sentences(value: dict[str, Any]) -> list[str]:
    """The same for people."""
    lines = _build_lines(value)
    if value["snapshot_id"] is None:
        return ["snapshot none yet", *lines]
    checks = value["checks"]
    head = [
        f"snapshot {value['snapshot_id']} as of {standing(value['as_of'], value['knowing'])}, built {value['built_at']}",
        f"kept     {', '.join(value['kept'])}",
        f"checks   {checks['total']}, errors {checks['error_failed']}, warnings {checks['warn_failed']}; "
        f"{value['rows_quarantined']:,} rows in quarantine",
    ]
    for source, count in value["quarantined_by_source"].items():
        rows = [row for row in value["quarantine"] if row["source"] == source]
        head += [f"quarantined  {source}: {count:,} rows"]
        head += [f"    {' '.join(_place(row))}: {row['reason']}" for row in rows[:SHOWN]]
        head += [f"    … {len(rows) - SHOWN:,} more reasons with --json"] if len(rows) > SHOWN else []
    head += [f"withdrawn  {file['source_file']}: {file['message']}" for file in value["withdrawn_files"]]
    for row in value["missing_lists"]:
        head.append(f"next file to bring  recognitions: {row['missing_words']} ({row['clause_ids']}: 首次)")
    return [*head, *(f"refused  {file['source_file']}: {file['message']}" for file in value["refused_files"]), *lines]


def _place(row: dict[str, Any]) -> list[str]:
    return [str(row[name]) for name in ("source_file", "sheet", "row_no", "column_name") if row[name] not in (None, "")]


def _build_lines(value: dict[str, Any]) -> list[str]:
    build = value["last_build"]
    if value["is_building"] and build:
        return [f"building now: process {build['pid']}, begun by {build.get('who') or 'nobody known'} at {build['started_at']}: {build.get('doing') or 'beginning'}"]
    if not build or build["state"] not in ("failed", "killed"):
        return [f"last build {build['state']} at {build['ended_at']}"] if build else []
    lines = [f"last build {build['state']} (begun {build['started_at']}): {build['message']}"]
    if build["checks"]:
        lines += [f"its failing rows: {FAILURES} under var/"]
    return lines


def reconcile(settings: Settings, source: str | None = None) -> list[dict[str, Any]]:
    """mart_reconciliation of the current snapshot: a line per source, or per file of one source."""
    what = "source, source_file, status, without_event_reasons" if source else "source, count(*) as file_count"
    sums = ", ".join(f"sum({name})::bigint as {name}" for name in _FLOW)
    return _rows(
        settings,
        f"select {what}, {sums}, bool_and(is_balanced) as is_balanced from mart_reconciliation "
        f"where {'source = ?' if source else 'true'} group by all order by all",
        *([source] if source else []),
    )


def reconciliation_lines(lines: list[dict[str, Any]]) -> list[str]:
    """The flow as sums that can be checked by eye."""
    told = []
    for line in lines:
        n = {name: f"{line[name] or 0:,}" for name in _FLOW}
        told += [
            f"{line.get('source_file') or line['source']}"
            + ("" if line["is_balanced"] else f"  DOES NOT ADD UP: {n['rows_unexplained']} rows unexplained"),
            f"    read {n['rows_read']} = loaded {n['rows_loaded']} + skipped {n['rows_skipped']} "
            f"+ quarantined {n['rows_quarantined']}",
            f"    loaded {n['rows_loaded']} = in force {n['rows_in_force']} + superseded {n['rows_superseded']} "
            f"+ same key {n['rows_same_key']} + added {n['rows_added']} + replaced {n['rows_replaced']} "
            f"+ withdrawn {n['rows_withdrawn']} + 公示 {n['rows_not_formal']} + after as-of {n['rows_after_as_of']}",
            f"    in force {n['rows_in_force']} = matched {n['rows_matched']} + in review {n['rows_in_review']} "
            f"+ of no firm {n['rows_without_firm']}"
            + (f" (未再出现 {n['rows_not_seen_again']})" if line["rows_not_seen_again"] else "")
            + f"; events {n['event_count']} → claims {n['claim_count']}"
            + (f"; on a claim {n['rows_on_claim']}" if line["rows_on_claim"] is not None else ""),
            f"    of no event {n['rows_without_event']}"
            + (f": {line['without_event_reasons']}" if line.get("without_event_reasons") else ""),
        ]
    return told


def _rows(settings: Settings, query: str, *values: Any) -> list[dict[str, Any]]:
    with connect(marts_of(settings.published), read_only=True) as con:
        return con.sql(query, params=list(values)).to_arrow_table().to_pylist()  # type: ignore[no-any-return]
