"""The manifest of a snapshot: what a reader must know of it without opening it."""

import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from pipelines.arrivals import file_row
from pipelines.base.duck import connect
from pipelines.inputs import Inputs, newest_day
from pipelines.policy.load import load_policies
from pipelines.quality.result import CheckResult, failed_errors
from pipelines.reference_files import load_reference, title_names
from pipelines.settings import PROJECT, Settings
from pipelines.sources.archive import FileRecord
from pipelines.sources.landing import CHINA


def manifest_of(settings: Settings, records: list[FileRecord], inputs: Inputs, checks: list[CheckResult]) -> dict[str, Any]:
    """The manifest of the snapshot that is to be made of `var/work`."""
    policies, built_at = load_policies(settings.policies), datetime.now(UTC)
    with connect(settings.warehouse, read_only=True) as con:
        outcomes = con.execute("""
            select outcome, count(*) from fct_claim
            where claim_id in (select claim_id from int_claims where is_primary) group by 1 order by 1
        """).fetchall()
    reference = load_reference(settings.reference)
    city = reference.divisions.city
    return {
        "city": {"zh": city.name, "en": city.name_en or city.name},
        "lists": title_names(reference),
        "as_of": inputs.as_of.isoformat(),
        "data_day": newest_day(settings).isoformat(),   # later than as_of when a past day is built again
        "knowing": inputs.knowing,
        "built_at": built_at.isoformat(timespec="seconds"),
        "built_on": built_at.astimezone(CHINA).date().isoformat(),
        "softcity_version": version("softcity"),
        "git_revision": _git_revision(),
        "engine": {"name": settings.engine, "version": version("pyspark" if settings.engine == "spark" else "duckdb")},
        "fingerprint": inputs.fingerprint,
        "is_sample": any(record.is_sample for record in records),
        "policies": [
            {
                "policy_id": policy.policy_id, "title": policy.title,
                "documents": [
                    {"document": name, "title": f"{policy.title}（{document.title}）", "is_draft": document.is_draft,
                     "last_checked_on": document.last_checked_on.isoformat()}
                    for name, document in policy.documents.items()
                ],
                "decisions": {decision.id: decision.setting for decision in policy.decisions},
            }
            for policy in policies
        ],
        "files": [file_row(record) for record in records],
        "claims_by_outcome": dict(outcomes),
        "checks": check_counts(checks),
    }  # fmt: skip


def check_counts(checks: list[CheckResult]) -> dict[str, Any]:
    return {
        "total": len(checks),
        "error_failed": len(failed_errors(checks)),
        "warn_failed": sum(c.severity == "warn" and not c.is_success for c in checks),
        "failed": [f"{c.table_name or c.layer}：{c.description}" for c in checks if not c.is_success],
    }


def _git_revision() -> str | None:
    if not shutil.which("git"):
        return None  # a container has none
    # the tree is root's where the service runs as a user of its own, and git asks whether that is meant
    command = ["git", "-c", f"safe.directory={PROJECT}", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None
