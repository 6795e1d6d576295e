"""What a build costs: `python bench/intake [FIRMS ...]`, by default cities of 13 thousand, 450 thousand and 1.1 million firms.

For each: a full build, then one after a new file of 100 applications, then one after 100 changed registrations; and DuckDB
alone reading the same files. Each is a process of its own; its processor time is that of
its whole tree, its peak memory that of the largest process in it.
"""

import csv
import gzip
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
SIZES = (13_000, 450_000, 1_100_000)
SOFTCITY = "from pipelines.cli import main; main()"
READ = """
import sys, duckdb
con = duckdb.connect(config={"memory_limit": "4GB"})
for path in sys.argv[1:]:
    con.execute("create or replace table t as from read_csv(?, all_varchar = true, null_padding = true, ignore_errors = true)", [path])
"""


class Cost(NamedTuple):
    wall: float
    cpu: float
    peak: float  # MB, of the largest process


def run(code: str, *arguments: str) -> Cost:
    """Run some Python with arguments to its end. Raises RuntimeError with what it said when it fails."""
    began = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            raise RuntimeError(said.read()[-3000:])
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def table(path: Path) -> list[list[str]]:
    """The lines of a csv file, header first, whichever of the two encodings it came in."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.reader(io.StringIO(text)))


def add_applications(landing: Path) -> None:
    """A hundred applications of the last weeks once more, under numbers of their own."""
    header, *rows = table(landing / "applications/applications_2025-12-19.csv")
    number = header.index("申报编号")
    added = [[*row[:number], f"新{n}", *row[number + 1 :]] for n, row in enumerate((rows * 100)[:100])]
    with (landing / "applications/applications_2025-12-30.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *added])


def add_registrations(landing: Path) -> None:
    """The first hundred firms of the newest full file once more, in a later delta in which each moved trial."""
    newest = max((landing / "registrations").glob("registrations_full_*.csv.gz"))
    header, *rows = table(newest)
    place = next(i for i, name in enumerate(header) if name in ("地址", "住所", "注册地址", "企业地址", "address"))
    moved = [[*row[:place], row[place] + "新楼", *row[place + 1 :]] for row in rows[:100]]
    with (landing / "registrations/registrations_delta_2026-01-05.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *moved])


def measure(firms: int, folder: Path) -> dict[str, Cost]:
    """The costs of one city, made in `folder`."""
    run(SOFTCITY, "sample", "--firms", str(firms), str(folder))
    landing = folder / "landing"
    tables = [str(path) for pattern in ("*.csv", "*.csv.gz") for path in sorted(landing.rglob(pattern))]
    build = ("--home", str(folder), "build")
    costs = {"DuckDB reads the csv files": run(READ, *tables), "full build": run(SOFTCITY, *build)}
    add_applications(landing)
    costs["after 100 applications"] = run(SOFTCITY, *build)
    add_registrations(landing)
    return costs | {"after 100 registrations": run(SOFTCITY, *build)}


def main() -> None:
    print(f"{'firms':>10}  {'':28}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}{'wall × full':>13}{'cpu × full':>12}{'cpu × DuckDB':>14}")
    for firms in [int(size) for size in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory(prefix="softcity-intake-") as folder:
            costs = measure(firms, Path(folder))
        alone, full = costs["DuckDB reads the csv files"], costs["full build"]
        for name, cost in costs.items():
            print(
                f"{firms:>10,}  {name:28}{cost.wall:8.1f}{cost.cpu:8.1f}{cost.peak:9.0f}"
                f"{cost.wall / full.wall:13.2f}{cost.cpu / full.cpu:12.2f}{cost.cpu / alone.cpu:14.1f}", flush=True
            )  # fmt: skip


if __name__ == "__main__":
    main()
