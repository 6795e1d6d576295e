"""What a check said. It imports next to nothing: a server reads how the last build ended and checks nothing."""

from dataclasses import dataclass
from typing import Any, Literal

Door = Literal["in", "room", "out"]


@dataclass(frozen=True)
class CheckResult:
    """One check of a build; all but the failures are the columns of mart_quality_result."""

    check_id: str
    door: Door
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

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> "CheckResult":
        """What `vars` of one gave, read back from JSON."""
        return cls(**content | {"failures": tuple(content["failures"])})

    def failure_rows(self) -> list[dict[str, Any]]:
        """The failing rows as mart_quality_failure has them."""
        return [{"check_id": self.check_id, "table_name": self.table_name, **row} for row in self.failures]


def failed_errors(results: list[CheckResult]) -> list[CheckResult]:
    return [result for result in results if result.severity == "error" and not result.is_success]
