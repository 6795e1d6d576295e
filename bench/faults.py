"""Kill the build at random moments and look at what is left: `python -m bench.faults --moments 20`.

Each time the served snapshot must be whole and unchanged (or the whole new one, killed after the pointer moved),
landing untouched; at the end one undisturbed build, needing no repair, must give the marts of the first, row for row,
and leave no litter. Prints a Markdown table: moment, what was going on, outcome. Ends in 1 when anything failed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import duckdb

from pipelines.assets.build import build
from pipelines.assets.record import is_building, last_build
from pipelines.publish import current_id, read_manifest
from pipelines.settings import PROJECT, Settings

LANDING = PROJECT / "data" / "sample" / "landing"


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def rows(settings: Settings) -> str:
    """A hash over every row of every mart in force, in its order. The file itself holds DuckDB's own page layout."""
    digest = sha256()
    marts = settings.published / (current_id(settings.published) or "") / "marts.duckdb"
    with duckdb.connect(str(marts), read_only=True) as con:
        for name in sorted(read_manifest(settings.published)["row_counts"]):
            for row in con.execute(f'from "{name}"').fetchall():
                digest.update(repr((name, row)).encode())
    return digest.hexdigest()


def kill_at(settings: Settings, moment: float) -> tuple[str, str]:
    """Begin a build, kill it and its children at a moment; the step it was at, and what became of it."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--home", str(settings.home), "build", "--force"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        process = subprocess.Popen(
            [*command, "--landing", str(LANDING)], start_new_session=True, stdout=subprocess.DEVNULL, stderr=told, cwd=PROJECT,
        )  # fmt: skip
        time.sleep(moment)
        was_alive = process.poll() is None
        if was_alive:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        told.seek(0)
        steps = told.read().strip().splitlines()
    return (steps[-1].partition("] ")[2] if steps else "starting"), "killed" if was_alive else "ended before"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    chance, failed = random.Random(asked.seed), 0
    with tempfile.TemporaryDirectory(prefix="softcity-faults-") as folder:
        settings = Settings.load(folder, LANDING)
        landing, start = content(LANDING), time.monotonic()
        build(settings)
        length, truth = time.monotonic() - start, rows(settings)
        print(f"undisturbed build {length:.1f} s\n\n| moment, s | at | victim | outcome |\n|---|---|---|---|", flush=True)
        for moment in sorted(chance.uniform(0.2, length * 1.2) for _ in range(asked.moments)):
            before = current_id(settings.published) or ""
            served = content(settings.published / before)
            step, fate = kill_at(settings, moment)
            after = current_id(settings.published) or ""
            problems = [
                *(["the served snapshot changed"] if content(settings.published / before) != served else []),
                *(["other rows"] if after != before and rows(settings) != truth else []),
                *(["landing changed"] if content(LANDING) != landing else []),
                *(["the lock is still held"] if is_building(settings) else []),
                *(["told as running"] if (last_build(settings) or {}).get("state") == "running" else []),
            ]
            failed += bool(problems)
            fine = "the snapshot in force stays, whole" if after == before else "the new snapshot is in force, whole"
            print(f"| {moment:.1f} | {step} | build, {fate} | {'; '.join(problems) or fine} |", flush=True)
        build(settings, force=True)
        litter = [path.name for path in settings.published.glob(".*")] + [p.name for p in (settings.var / "work",) if p.exists()]
        failed += rows(settings) != truth or bool(litter)
        print(f"\nthe next build: {'the same rows' if rows(settings) == truth else 'OTHER ROWS'}, litter: {', '.join(litter) or 'none'}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
