"""One city on two engines: from the same files, every published mart is equal row by row, with types."""

from pathlib import Path

import duckdb
import pytest

from bench.engines import compared, one
from pipelines.base.snapshots import current_id

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("engines")
    one(folder, firms=150, seed=2026)
    return folder / "duckdb", folder / "spark"


def test_every_mart_is_the_same_on_both_engines(homes: tuple[Path, Path]) -> None:
    assert [mart for mart in compared(*homes) if not mart.is_equal] == []


def test_the_city_has_rows_of_every_source_and_claims_of_every_clause(homes: tuple[Path, Path]) -> None:
    snapshot = homes[1] / "published" / (current_id(homes[1] / "published") or "")
    with duckdb.connect(str(snapshot / "marts.duckdb"), read_only=True) as con:
        assert con.execute("select source from mart_source_freshness where rows_loaded = 0").fetchall() == []
        unasked = """
            select distinct clause_id from dim_clause where coverage_status not in ('unseen', 'not_encoded')
            except select clause_id from fct_claim
        """
        assert con.execute(unasked).fetchall() == []
