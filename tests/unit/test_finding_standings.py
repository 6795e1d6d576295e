"""What became of findings: people's last word counts, and a build that sees a settled one again or otherwise opens it."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.base.decisions import FINDINGS, append, entries
from pipelines.base.findings import note_seen, said_entry, standings

ROW = {"finding_id": "f1", "kind": "above_ceiling", "clause_id": "6b.1", "enterprise_name": "甲", "amount_yuan": "700000.00", "limit_yuan": "500000.00", "at_stake_yuan": "200000.00"}  # fmt: skip
OTHER = {**ROW, "finding_id": "f2"}


def say(folder: Path, state: str, why: str = "已核", row: dict[str, Any] = ROW) -> None:
    append(folder, FINDINGS, said_entry(str(row["finding_id"]), state, "王", why, row, "s1"), "aud")


def test_a_closed_finding_that_is_gone_and_found_again_has_come_back(tmp_path: Path) -> None:
    say(tmp_path, "closed")
    assert note_seen(tmp_path, [ROW, OTHER], "s2", "2025-12-31") == 0, "it is as it was"
    assert note_seen(tmp_path, [OTHER], "s3", "2026-01-31") == 1
    gone = standings(tmp_path)["f1"]
    assert (gone.status, gone.seen, gone.gone_on, gone.told["enterprise_name"]) == ("closed", "gone", "2026-01-31", "甲")
    assert note_seen(tmp_path, [OTHER], "s4", "2026-02-28") == 0, "it is told once"
    assert note_seen(tmp_path, [ROW], "s5", "2026-03-31") == 1
    back = standings(tmp_path)["f1"]
    assert (back.status, back.state, back.owner, back.said) == ("returned", "closed", "王", 3)
    say(tmp_path, "closed", "复核无误")
    assert standings(tmp_path)["f1"].status == "closed", "whoever spoke had seen it"


@pytest.mark.parametrize(("state", "status"), [("explained", "changed"), ("recovered", "changed"), ("closed", "changed"), ("open", "open")])
def test_other_figures_open_what_was_settled(tmp_path: Path, state: str, status: str) -> None:
    say(tmp_path, state)
    assert note_seen(tmp_path, [{**ROW, "amount_yuan": "800000.00", "at_stake_yuan": "300000.00"}], "s2", "2026-01-31") == 1
    now = standings(tmp_path)["f1"]
    assert (now.status, now.told["at_stake_yuan"]) == (status, "300000.00")
    assert note_seen(tmp_path, [{**ROW, "amount_yuan": "800000", "at_stake_yuan": "300000.0"}], "s3", "2026-01-31") == 0


def test_nothing_is_noted_of_findings_nobody_spoke_of(tmp_path: Path) -> None:
    assert note_seen(tmp_path, [ROW], "s1", "2025-12-31") == 0
    say(tmp_path, "open", "")
    note_seen(tmp_path, [], "s2", "2026-01-31")
    assert {entry["finding_id"] for entry in entries(tmp_path, FINDINGS)} == {"f1"}
    say(tmp_path, "closed")
    assert standings(tmp_path)["f1"].seen == "gone", "closing what is gone does not bring it back"
