"""What a check said. It imports next to nothing: a server reads how the last build ended and checks nothing."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Layer = Literal["raw", "model", "mart"]   # what was checked


@dataclass(frozen=True)
class CheckResult:
    """One check of a build; all but the failures are the columns of mart_quality_result."""

    check_id: str
    layer: Layer
    table_name: str
    severity: Literal["error", "warn"]
    description: str
    is_success: bool
    row_count: int
    unexpected_count: int
    sample: str | None
    failures: tuple[dict[str, Any], ...] = ()

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "failures"}

    def failure_rows(self) -> list[dict[str, Any]]:
        """The failing rows as mart_quality_failure has them."""
        return [{"check_id": self.check_id, "table_name": self.table_name, **row} for row in self.failures]


def failed_errors(results: list[CheckResult]) -> list[CheckResult]:
    return [result for result in results if result.severity == "error" and not result.is_success]


def write_checks(path: Path, results: list[CheckResult], made_of: str = "") -> None:
    """Keep what some checks said, for later steps of the build; `made_of` names the rows they looked at."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    told = {"made_of": made_of, "checks": [vars(result) for result in results]}
    part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def read_checks(path: Path, made_of: str = "") -> list[CheckResult] | None:
    """What was kept at a path; None when there is nothing, or it is of other rows."""
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["made_of"] != made_of:
        return None
    return [CheckResult(**check | {"failures": tuple(check["failures"])}) for check in told["checks"]]
