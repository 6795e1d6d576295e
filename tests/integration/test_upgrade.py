"""A home made by an older version goes on: what people settled, accounts and snapshots are kept though keys changed.

`homes/7ad8d29.tar.xz` was made by the version at that commit: an invented park of two firms, one name accepted in review,
four claims called about, an account, two snapshots.
"""

import tarfile
from pathlib import Path

import pytest

from dashboard.access import accounts
from pipelines.base.decisions import CONTACTS, entries
from pipelines.base.errors import SnapshotMissing
from pipelines.base.snapshots import current_id, marts_of, snapshots
from pipelines.build import build
from pipelines.identity import review
from pipelines.settings import Settings
from pipelines.sources.archive import records_known
from tests.conftest import City

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> City:
    home = tmp_path_factory.mktemp("upgrade")
    with tarfile.open(Path(__file__).parent / "homes" / "7ad8d29.tar.xz") as file:
        file.extractall(home)   # our own; `filter` is not in Python 3.11.2
    settings = Settings.load(home)
    before = {record.read_by for record in records_known(settings.raw)}
    result = build(settings)
    assert not before & {record.read_by for record in records_known(settings.raw)}, "rows are read anew"
    return City(settings, result, {})


def test_an_older_home_is_built_on_and_every_row_adds_up(upgraded: City) -> None:
    assert upgraded.result.published
    assert {record.status for record in records_known(upgraded.settings.raw)} == {"loaded"}
    assert upgraded.rows("select bool_and(is_balanced) as fine from mart_reconciliation") == [{"fine": True}]


def test_a_name_accepted_before_stays_accepted(upgraded: City) -> None:
    assert review.waiting(upgraded.settings) == []
    [row] = upgraded.rows("select enterprise_id, decided_by from mart_match_review where printed_name = '无锡市示范乙软件有限公司'")
    assert row == {"enterprise_id": "91320214MA25CNWP98", "decided_by": "steward"}


def test_who_was_called_is_known_under_the_ids_claims_have_now(upgraded: City) -> None:
    claims = {row["claim_id"]: row["clause_id"] for row in upgraded.rows("select claim_id, clause_id from fct_claim")}
    said = entries(upgraded.settings.decisions, CONTACTS)
    assert len({entry["claim_id"] for entry in said}) == len(said) == 8, "what was said stays, and is said again"
    carried = [(claims[entry["claim_id"]], entry["why"], entry["who"], entry["when"][:10]) for entry in said[4:]]
    assert sorted(carried) == [
        ("10b.1", "10b.1 已电话告知", "steward", "2026-12-01"), ("10b.2", "10b.2 已电话告知", "steward", "2026-12-01"),
        ("6b.2", "6b.2 已电话告知", "steward", "2026-12-01"), ("6b.2", "6b.2 已电话告知", "steward", "2026-12-01"),
    ]  # fmt: skip


def test_accounts_work_and_older_snapshots_stay_and_are_refused_in_words(upgraded: City) -> None:
    assert [(user.name, user.role) for user in accounts.list_users(upgraded.settings.accounts)] == [("steward", "steward")]
    older = [path.name for path in snapshots(upgraded.settings.published) if path.name != current_id(upgraded.settings.published)]
    assert older == ["20241201-0001", "20241201-0002"]
    with pytest.raises(SnapshotMissing, match=r"format 6[\s\S]*Run `softcity build`"):
        marts_of(upgraded.settings.published, older[0])
