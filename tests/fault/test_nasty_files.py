"""The nasty corpus, taken in by one process: every file meets its end with a reason, in bounded time and memory."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from pipelines.settings import PROJECT
from tests.fault.nasty import CORPUS, SECRET, Nasty, lay

SECONDS = 20   # of processor time, for any one file
MEGABYTES = 1024
TAKE_IN = """
import json, os, re, resource, sys
from pathlib import Path
from pipelines.settings import Settings
from pipelines.sources import readers
from pipelines.sources.ingest import ingest

def spent():   # by this process, by those it waited for, by the readers that wait for a file
    ticks = [Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:15] for process in readers._idle]
    return sum(os.times()[:4]) + sum(int(each) for one in ticks for each in one) / os.sysconf("SC_CLK_TCK")

home, begun = Path(sys.argv[1]), []
report = ingest(Settings(home=home, landing=home / "landing"), lambda said: begun.append((said, spent())))
begun.append(("", spent()))
for process in readers._idle:
    process.stdin.close()
    process.wait()
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # ru_maxrss would count who started us
peak = max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
took = {said: after - before for (said, before), (_, after) in zip(begun, begun[1:])}
print(json.dumps({"peak_mb": peak >> 10, "took": took, "warnings": report.warnings,
                  "records": [vars(record) for record in report.records]}))
"""


@dataclass
class Taken:
    """What became of the corpus."""

    records: dict[str, dict[str, Any]]
    quarantine: dict[str, list[str]]
    warnings: list[str]
    peak_mb: int
    took: dict[str, float]
    stored: str


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    home = tmp_path_factory.mktemp("nasty")
    lay(home / "landing")
    command = [sys.executable, "-c", TAKE_IN, str(home)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    quarantine: dict[str, list[str]] = {}
    for file, reason in duckdb.sql(f"select source_file, reason from '{home}/var/raw/_quarantine/*.parquet'").fetchall():
        quarantine.setdefault(file, []).append(reason)
    stored = "".join(
        str(duckdb.sql(f"select * from read_parquet('{home}/var/raw/{part}/*.parquet', union_by_name = true)").fetchall())
        for part in ("registrations", "recognitions", "applications", "_quarantine")
    )
    assert not [*home.rglob("EXECUTED*"), *PROJECT.glob("EXECUTED*")], "nothing is executed, nothing unpacked"
    records = {record["source_file"]: record for record in said["records"]}
    return Taken(records, quarantine, said["warnings"], said["peak_mb"], said["took"], stored)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.says)
def test_a_nasty_file_meets_its_end_with_a_reason(taken: Taken, case: Nasty) -> None:
    if case.end == "told":
        assert any(case.source_file in warning and case.told in warning for warning in taken.warnings)
        assert case.source_file not in taken.records
        return
    record = taken.records[case.source_file]
    counts = [record[f"rows_{part}"] for part in ("read", "loaded", "skipped", "quarantined")]
    assert counts[0] == sum(counts[1:])
    if case.end == "refused":
        assert record["status"] == "refused"
        assert case.told in record["message"]
        assert "：请" in record["message"], "the message says what to do"
        return
    assert (record["status"], record["rows_loaded"]) == ("loaded", case.loaded), record
    if case.end == "quarantined":
        assert record["rows_quarantined"] > 0
        assert any(case.told in reason and "：请" in reason for reason in taken.quarantine[case.source_file])
    else:
        assert record["rows_quarantined"] == 0
        assert case.told in record["message"]


def test_the_corpus_is_large_and_every_file_of_it_differs() -> None:
    assert len({case.source_file for case in CORPUS}) == len(CORPUS) >= 60


def test_the_good_file_among_them_goes_on(taken: Taken) -> None:
    assert taken.records["registrations/good-2024-07-01.csv"]["rows_loaded"] == 1


def test_no_nasty_file_takes_long_or_much(taken: Taken) -> None:
    slow = {name: seconds for name, seconds in taken.took.items() if seconds > SECONDS}
    assert not slow
    assert taken.peak_mb < MEGABYTES


def test_nothing_outside_the_landing_folder_is_read_and_no_invisible_sign_stored(taken: Taken) -> None:
    assert SECRET not in taken.stored
    assert "张三" not in taken.stored
    assert not {"\u202e", "\u200b", "\u200d", "\ufeff"} & set(taken.stored)
