"""Build again and again with one small new file each time: `python -m bench.soak [--builds 200] [--firms 400] [--json FILE]`.

Flat means: the median of the last quarter is at most 1.15 times that of the first, after a warm-up of as many builds
as snapshots are kept. `landing/` and `var/raw` keep every file by design: of them the growth of each build is told, and
that of the last quarter must be that of the first. dbt's log turns over at 10 MB, five files back: it is held to that.
Prints a line a build to --json as it goes. Ends in 1 when not flat.
"""

import argparse
import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from bench.home import build, city, deliver, load, quarters, size
from pipelines.settings import Settings

BOUND = 1.15
BY_DESIGN = ("landing", "var/raw")
LOGS = 6 * 10.6
PLACES = (*BY_DESIGN, "var/logs", "published", "var/dbt", "var/work")
APART = (*BY_DESIGN, "var/logs")


def one(home: Path, number: int) -> dict[str, Any]:
    """One small file and one build; what it took, and what lies in the home after it."""
    deliver(home, number)
    before = getrusage(RUSAGE_CHILDREN)
    seconds, peak, code, said = build(home)
    after = getrusage(RUSAGE_CHILDREN)
    processor = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2)
    if code not in (0, 3):  # 3: the sample holds a file that is refused
        sys.exit(f"build {number} ended in {code}:\n{said[-2000:]}")
    found: dict[str, Any] = {"build": number, "seconds": seconds, "processor seconds": processor, "memory": peak, "load": load()}
    for place in PLACES:
        found[place], found[f"{place} files"] = size(home / place)
    whole, files = size(home)
    found["all else"] = round(whole - sum(found[place] for place in APART), 2)
    found["all else files"] = files - sum(found[f"{place} files"] for place in APART)
    return found


def verdicts(seen: list[dict[str, Any]]) -> list[tuple[bool, str]]:
    """Each thing that must be flat, with its quarters."""
    lines = []
    for name in ("seconds", "processor seconds", "memory", "all else", "all else files", "published", "var/dbt"):
        parts = quarters([row[name] for row in seen])
        lines.append((parts[3] <= BOUND * max(parts[0], 0.01), f"| {name} | {' | '.join(map(str, parts))} |"))
    for place in BY_DESIGN:
        steps = [(after[place] - before[place]) * 1000 for before, after in pairwise(seen)]
        mean = [sum(part) / len(part) for part in (steps[: len(steps) // 4], steps[-(len(steps) // 4) :]) if part]
        lines.append((mean[-1] <= BOUND * max(mean[0], 1), f"| {place}, kB more a build | {mean[0]:.1f} | | | {mean[-1]:.1f} |"))
    highest = max(row["var/logs"] for row in seen)
    return [*lines, (highest <= LOGS, f"| var/logs, MB at the most {LOGS:.0f} | | | | {highest} |")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--builds", type=int, default=200)
    parser.add_argument("--firms", type=int, default=400)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    seen: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="softcity-soak-") as folder:
        home = Path(folder)
        city(home, asked.firms)
        warm_up = Settings.load(home).keep_snapshots + 1
        for number in range(warm_up + asked.builds):
            row = one(home, number)
            if asked.json:
                with asked.json.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
            seen += [row] if number >= warm_up else []
    lines = verdicts(seen)
    print(f"{len(seen)} builds of {asked.firms} firms after {warm_up} of warm-up, {load()}\n")
    print("| median of | 1st quarter | 2nd | 3rd | last | |\n|---|---|---|---|---|---|")
    print("\n".join(f"{line} {'flat' if is_flat else '**grows**'} |" for is_flat, line in lines))
    sys.exit(not all(is_flat for is_flat, _ in lines))


if __name__ == "__main__":
    main()
