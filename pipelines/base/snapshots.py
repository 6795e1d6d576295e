"""What a published snapshot is to whoever reads one: a folder with its manifest and marts, and the pointer to the one in force."""

import json
import re
from pathlib import Path
from typing import Any

from pipelines.base.errors import SnapshotMissing, SnapshotOfOtherFormat

FORMAT = 13   # raised whenever the columns of a mart change, so that no reader meets a raw error of the database
POINTER = "CURRENT"


def current_id(published: Path) -> str | None:
    """Id of the snapshot in force, or None before the first."""
    pointer = published / POINTER
    return pointer.read_text().strip() if pointer.exists() else None


def read_manifest(published: Path, snapshot_id: str | None = None) -> dict[str, Any]:
    """Manifest of a snapshot, by default the current one. Raises SnapshotMissing."""
    snapshot_id = snapshot_id or current_id(published)
    if snapshot_id is None:
        raise SnapshotMissing(f"{published}: nothing was published yet. Run `softcity build`.")
    path = published / snapshot_id / "manifest.json"
    if "/" in snapshot_id or not path.is_file():
        raise SnapshotMissing(f"{published}: no snapshot {snapshot_id}. `softcity status` lists those kept.")
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def of_day_or_id(published: Path, named: str) -> str:
    """The id of the newest snapshot that stands on a day (2025-12-31); what is no day is an id already. Raises SnapshotMissing."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", named):
        return named
    found = next((path.name for path in reversed(snapshots(published)) if read_manifest(published, path.name)["as_of"] == named), None)
    if found is None:
        raise SnapshotMissing(f"{published}: no snapshot stands on {named}. `softcity status` lists those kept.")
    return found


def marts_of(published: Path, snapshot_id: str | None = None) -> Path:
    """The marts of a snapshot, by default the current one. Raises SnapshotMissing, also for one of another format."""
    manifest = read_manifest(published, snapshot_id)
    if manifest["format"] != FORMAT:
        raise SnapshotOfOtherFormat(
            f"{published / manifest['snapshot_id']}: its marts are of format {manifest['format']}, this Softcity reads "
            f"{FORMAT}. Run `softcity build`, or read it with the version that made it."
        )
    return published / str(manifest["snapshot_id"]) / "marts.duckdb"


def find_snapshot(published: Path, fingerprint: str) -> dict[str, Any] | None:
    """Manifest of the newest kept snapshot that was made of exactly this."""
    manifests = (read_manifest(published, path.name) for path in reversed(snapshots(published)))
    return next((manifest for manifest in manifests if manifest["fingerprint"] == fingerprint), None)


def snapshots(published: Path) -> list[Path]:
    """Finished snapshots, oldest first."""
    found = [p.parent for p in published.glob("*/manifest.json") if re.fullmatch(r"\d{8}-\d{4,}", p.parent.name)]
    return sorted(found, key=lambda path: int(path.name.rpartition("-")[2]))
