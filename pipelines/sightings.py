"""What a new snapshot says of the findings people spoke of: gone, there again, with other figures (base/findings.py)."""

from pathlib import Path

from pipelines.base.decisions import FINDINGS
from pipelines.base.duck import connect, rows_of
from pipelines.base.findings import note_seen
from pipelines.base.snapshots import marts_of, read_manifest


def note_sightings(decisions: Path, published: Path, snapshot_id: str) -> int:
    """Write it down; how many findings it is said of."""
    if not (decisions / FINDINGS).exists():
        return 0
    with connect(marts_of(published, snapshot_id), read_only=True) as con:
        rows = rows_of(con, "select * from mart_audit_finding")
    return note_seen(decisions, rows, snapshot_id, str(read_manifest(published, snapshot_id)["as_of"]))
