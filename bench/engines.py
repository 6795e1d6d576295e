"""The same marts on DuckDB and on Spark: `python -m bench.engines [--cities 20] [--firms 150] [--seed 2026] [--memory 2GiB 6GiB]`.

Each city is invented from a seed of its own and built twice from the same files, by SOFTCITY_ENGINE=duckdb and =spark. Every
published mart is compared by the types of its columns, its count and the sum of its rows' hashes, and row by row where these
differ; it ends in 1 where one does or a build fails. Told are seconds and memory of both builds with all below them; small
cities get bench/small-spark. `--memory` is what DuckDB and Spark may take (SOFTCITY_MEMORY).
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.home import build, load
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.sample import write_city

SMALL = {"SPARK_CONF_DIR": str(Path(__file__).parent / "small-spark")}
IS_SMALL = 5000   # firms, below which a city is built with it
DIGITS = 9   # of a double behind the point: sums of doubles come in any order


@dataclass(frozen=True)
class Compared:
    """A mart of two homes: its rows, those only one of them has, and the columns whose types differ."""

    table: str
    rows: int
    only_first: int
    only_second: int
    types: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        return not (self.only_first or self.only_second or self.types)


def marts(home: Path) -> Path:
    """The marts of a home's current snapshot."""
    return home / "published" / (current_id(home / "published") or "") / "marts.duckdb"


def compared(first: Path, second: Path, only: Collection[str] = ()) -> list[Compared]:
    """Two files of marts, table by table, those that just one of them has among them. `only`: of these tables alone."""
    with duckdb.connect() as con:
        for name, file in (("first", first), ("second", second)):
            con.execute(f"attach '{file}' as {name} (read_only)")
        told: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for base, table, column, kind in con.execute(
            "select database_name, table_name, column_name, data_type from duckdb_columns() where database_name in ('first', 'second') order by all"
        ).fetchall():
            if not only or table in only:
                told.setdefault(table, {"first": [], "second": []})[base].append((column, kind))
        return [_table(con, table, columns["first"], columns["second"]) for table, columns in sorted(told.items())]


def _table(con: duckdb.DuckDBPyConnection, table: str, first: list[tuple[str, str]], second: list[tuple[str, str]]) -> Compared:
    types = tuple(f"{column} {kind}" for column, kind in sorted({*first} ^ {*second}))
    shared = [(column, kind) for column, kind in first if column in dict(second)]
    if not shared:
        return Compared(table, 0, 0, 0, types)
    columns = ", ".join(f'round("{column}", {DIGITS})' if kind == "DOUBLE" else f'"{column}"' for column, kind in shared)
    (rows, told), (others, told_other) = (
        con.execute(f"select count(*), sum(hash({columns})) from {side}.{table}").fetchall()[0] for side in ("first", "second")
    )
    if (rows, told) == (others, told_other):
        return Compared(table, rows, 0, 0, types)
    only = [
        con.execute(f"select count(*) from (select {columns} from {one}.{table} except all select {columns} from {other}.{table})").fetchall()[0][0]
        for one, other in (("first", "second"), ("second", "first"))
    ]
    return Compared(table, rows, only[0], only[1], types)


def made(home: Path, engine: str, firms: int, seed: int, memory: str = "") -> tuple[float, float]:
    """A city invented and built on an engine: seconds, MB at its peak. Ends the process where it failed."""
    write_city(home, firms, seed)
    environment = {"SOFTCITY_ENGINE": engine, **(SMALL if firms < IS_SMALL else {}), **({"SOFTCITY_MEMORY": memory} if memory else {})}
    seconds, peak, code, said = build(home, environment=environment)
    if code not in (0, 3):
        raise SystemExit(f"seed {seed} on {engine}: the build ended in {code}: {said[-2000:]}")
    made_by = read_manifest(home / "published")["engine"]["name"]
    if made_by != engine:   # or both would be equal, and nothing shown
        raise SystemExit(f"seed {seed}: the snapshot that {engine} was to make is of {made_by}")
    return seconds, peak


def one(folder: Path, firms: int, seed: int, memory: Sequence[str] = ("", "")) -> tuple[list[Compared], list[tuple[float, float]]]:
    """A city built on both: its marts compared, and what each build took."""
    homes = {engine: folder / engine for engine in ("duckdb", "spark")}
    took = [made(home, engine, firms, seed, most) for (engine, home), most in zip(homes.items(), memory, strict=True)]
    return compared(marts(homes["duckdb"]), marts(homes["spark"])), took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=int, default=1)
    parser.add_argument("--firms", type=int, default=150)
    parser.add_argument("--seed", type=int, default=2026, help="Of the first city; each further one is of the next.")
    parser.add_argument("--memory", nargs=2, default=["", ""], metavar=("DUCKDB", "SPARK"))
    asked = parser.parse_args()
    print("| firms | seed | marts | rows | marts that differ | DuckDB, s | MB | Spark, s | MB | load |\n|" + "---|" * 10)
    wrong = 0
    for seed in range(asked.seed, asked.seed + asked.cities):
        with tempfile.TemporaryDirectory(prefix="softcity-engines-") as place:
            told, took = one(Path(place), asked.firms, seed, asked.memory)
            differing = [mart for mart in told if not mart.is_equal]
            wrong += len(differing)
            counts = f"{asked.firms:,} | {seed} | {len(told)} | {sum(mart.rows for mart in told):,} | {len(differing)}"
            print(f"| {counts} | " + " | ".join(f"{figure:,.0f}" for each in took for figure in each) + f" | {load()} |", flush=True)
            for mart in differing:
                print(f"  {mart}")
            shutil.rmtree(place, ignore_errors=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
