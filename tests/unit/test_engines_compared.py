"""Two homes' marts held against each other: what must be told of a difference."""

from pathlib import Path

import duckdb

from bench.engines import Compared, compared, marts


def home(folder: Path, *statements: str) -> Path:
    snapshot = folder / "published" / "20251231-0001"
    snapshot.mkdir(parents=True)
    (snapshot / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "published" / "CURRENT").write_text(snapshot.name, encoding="utf-8")
    with duckdb.connect(str(snapshot / "marts.duckdb")) as con:
        for statement in statements:
            con.execute(statement)
    return folder


def test_a_row_too_many_another_value_and_another_type_are_each_told(tmp_path: Path) -> None:
    first = home(tmp_path / "a", "create table same as select 1 as n, 0.1::double + 0.2 as x", "create table twice as select 1 as n",
                 "create table other as select 'a' as word", "create table typed as select 1::bigint as n", "create table alone as select 1 as n")  # fmt: skip
    second = home(tmp_path / "b", "create table same as select 1 as n, 0.3::double as x", "create table twice as from (values (1), (1)) as t (n)",
                  "create table other as select 'b' as word", "create table typed as select 1::integer as n")  # fmt: skip
    told = {mart.table: mart for mart in compared(marts(first), marts(second))}
    assert told.pop("same").is_equal
    assert not any(mart.is_equal for mart in told.values())
    assert told["twice"] == Compared("twice", 1, 0, 1, ())
    assert told["other"] == Compared("other", 1, 1, 1, ())
    assert told["typed"].types == ("n BIGINT", "n INTEGER")
    assert told["alone"].types == ("n INTEGER",)
