from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.base.errors import SnapshotMissing
from pipelines.base.snapshots import current_id, find_snapshot, read_manifest, snapshots
from pipelines.publish import prune, publish, rollback


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table mart_x as select 2 as a union all select 1")
        con.execute("create table int_y as select 1 as a")
        con.execute("create table mart_quality_result as select 'raw' as layer, 1 as n")
    return path


def _publish(warehouse: Path, published: Path, day: str = "2025-12-31") -> str:
    extra = {"mart_quality_result": pa.Table.from_pylist([{"layer": "mart", "n": 2}])}
    return publish(warehouse, published, {"as_of": day}, extra)


def test_a_snapshot_holds_marts_only_in_order_with_later_rows_added(warehouse: Path, tmp_path: Path) -> None:
    snapshot_id = _publish(warehouse, tmp_path / "published")
    assert current_id(tmp_path / "published") == snapshot_id == "20251231-0001"
    assert read_manifest(tmp_path / "published")["row_counts"] == {"mart_quality_result": 2, "mart_x": 2}
    with duckdb.connect(str(tmp_path / "published" / snapshot_id / "marts.duckdb"), read_only=True) as con:
        assert con.execute("select a from mart_x").fetchall() == [(1,), (2,)]


def test_rollback_moves_the_pointer_and_the_next_snapshot_still_gets_a_new_id(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    first, second = _publish(warehouse, published), _publish(warehouse, published)
    rollback(published, first)
    assert current_id(published) == first
    assert _publish(warehouse, published) not in (first, second)


@pytest.mark.parametrize("wrong", ["20251231-0009", "../x", ".", "", "20251231-0001-bak"])
def test_rollback_to_nothing_is_refused(wrong: str, warehouse: Path, tmp_path: Path) -> None:
    _publish(warehouse, tmp_path / "published")
    with pytest.raises(SnapshotMissing):
        rollback(tmp_path / "published", wrong)


def test_pruning_spares_the_last_the_current_and_one_a_month(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    ids = [
        _publish(warehouse, published, day)
        for day in ("2025-10-30", "2025-10-31", "2025-11-30", "2025-12-30", "2025-12-31")
    ]
    rollback(published, ids[0])
    prune(published, keep=1)
    assert [path.name for path in snapshots(published)] == [ids[0], ids[1], ids[2], ids[4]]


def test_a_half_made_snapshot_is_never_seen_and_goes_with_the_next(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    (published / ".new-20251231-0001").mkdir(parents=True)
    assert snapshots(published) == []
    _publish(warehouse, published)
    assert not list(published.glob(".new-*"))


def test_a_snapshot_told_not_to_does_not_become_current_and_is_found_by_what_it_was_made_of(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    first = publish(warehouse, published, {"as_of": "2025-12-31", "fingerprint": "a"}, {})
    second = publish(warehouse, published, {"as_of": "2024-06-30", "fingerprint": "b"}, {}, make_current=False)
    assert current_id(published) == first
    assert (find_snapshot(published, "b") or {})["snapshot_id"] == second
    assert find_snapshot(published, "c") is None


def test_pruning_spares_the_latest_day_of_a_month_not_the_latest_made(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    end, middle, now = (_publish(warehouse, published, day) for day in ("2024-06-30", "2024-06-15", "2025-12-31"))
    assert prune(published, keep=1) == [middle]
    assert [path.name for path in snapshots(published)] == [end, now]
