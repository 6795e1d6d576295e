"""A home behind the small city: files in landing and on record, some of them delivered by operators. No build is begun from it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipelines.base.decisions import DELIVERIES, append
from pipelines.base.errors import BuildRunning
from pipelines.deliver.served import Served
from pipelines.settings import Settings
from pipelines.sources.archive import FileRecord

OF_A, OF_B, WAITING = "tenancies/P001_2025-09-30.csv", "tenancies/P002_2025-09-30.csv", "tenancies/P001_2025-12-31.csv"
BY_HAND, REFUSED, SMALL = "payments/payments_2025-11-30.csv", "payments/payments_2025-12-31.pdf", "registrations/registrations_full_2025-12-31.csv"


class SmallHome(Served):
    """Says that a build was begun, and begins none."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.begun: list[str] = []
        self.is_raced = False

    def update(self, who: str) -> None:
        self.begun.append(who)
        if self.is_raced:
            raise BuildRunning("another was quicker")

    def begin_preview(self, who: str, parks: Sequence[str], file_id: str = "", kind: str | None = None) -> None:
        self.begun.append(f"preview {who} {','.join(parks)} {file_id}".strip())
        if self.is_raced:
            raise BuildRunning("another was quicker")


def sha_of(source_file: str) -> str:
    return f"{sum(source_file.encode()):064x}"


def note_delivery(decisions: Path, number: int, source_file: str, sha: str, who: str, *parks: str) -> None:
    """A delivery on record, as confirming one leaves it."""
    said = {
        "number": number, "source": source_file.partition("/")[0], "source_file": source_file, "file_sha256": sha, "given_name": "九月.csv", "size": 9,
        "rows_loaded": 96, "rows_quarantined": 3, "role": "operator" if parks else "steward", "parks": list(parks),
    }  # fmt: skip
    append(decisions, DELIVERIES, said, who)


def small_home(folder: Path) -> SmallHome:
    """What operators of P001 (opa) and P002 (opb) delivered, a file put into landing by hand, a refused one, a full one that is too small."""
    settings = Settings.load(folder)
    for number, (source_file, status, delivery, message) in enumerate((
        (OF_A, "loaded", None, ""), (OF_B, "loaded", None, ""), (BY_HAND, "loaded", None, ""), (REFUSED, "refused", None, "不是表格：请报 xlsx 或 csv"),
        (SMALL, "loaded", "full", ""),
    )):  # fmt: skip
        rows = (0, 0, 0, 0) if status == "refused" else (100, 96, 1, 3)
        source, day = source_file.partition("/")[0], source_file[-14:-4]
        record = FileRecord(source, source_file, sha_of(source_file), day, status, message, *rows, delivery=delivery)
        path = settings.raw / "_files" / f"{source}-{number:016x}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(record)), encoding="utf-8")
    (settings.landing / WAITING).parent.mkdir(parents=True, exist_ok=True)
    (settings.landing / WAITING).write_text("园区编码,企业名称,入驻日期\nP001,无锡示范甲软件有限公司,2025-10-01\n", encoding="utf-8")
    for number, (source_file, park, who) in enumerate(((OF_A, "P001", "opa"), (OF_B, "P002", "opb"), (WAITING, "P001", "opa"))):
        note_delivery(settings.decisions, number, source_file, sha_of(source_file), who, park)
    (settings.var / "last_failures.csv").write_text(
        "check_id,table_name,row_key\nvolume_of_full_file,mart_source_trend,registrations 2025-12-31 00:00:00\n", encoding="utf-8"
    )
    return SmallHome(settings)
