"""One machine, larger and larger cities: `python -m bench.scale 10000 100000 [--memory 2GiB] [--json FILE]`.

For each number of firms an invented city is written, built from nothing and asked for a page. Told: wall time and memory of
the build with all below it, what it spilled to disk, the size of the snapshot, the page; then the fit of time = a · n^k over
all sizes. With --json a size is kept and not measured again, so that large ones may be run one by one, and the fit be over
all of them. `--memory` is what DuckDB may take (SOFTCITY_MEMORY); Python, Arrow and the readers come on top.
"""

import argparse
import json
import math
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.dashboard.clients import BROKEN, encoded
from bench.home import build, load, measured, size, softcity
from dashboard.access import accounts
from dashboard.app import create_app
from pipelines.base.snapshots import current_id
from tests.pages import body_of

PAGES = [("/", "?year=2024"), ("/", "?year=2025"), ("/measures", "?year=2024"), ("/measures", "?year=2025"), ("/firms", "")]


def spilled(home: Path) -> float:
    """MB of rows that DuckDB moved out of memory, this moment."""
    folders = [path for path in (home / "var").rglob("*") if path.is_dir() and (path.suffix == ".tmp" or path.name == "spilled")]
    return sum(size(folder)[0] for folder in folders)


def page_ms(home: Path) -> float:
    """The median of pages nobody asked for before, as an analyst gets them."""
    accounts.add(home / "var" / "accounts.sqlite", "bench", "bench password", "analyst")
    client, times = create_app(home / "published", home / "var" / "accounts.sqlite").test_client(), []
    form = client.get("/login").get_data(as_text=True).split('name="form" value="')[1].split('"')[0]
    client.post("/login", data={"name": "bench", "password": "bench password", "form": form})
    client.get("/", headers={"Accept": "text/html"})
    token = client.get_cookie("_csrf_token")
    headers = {"X-CSRFToken": token.value if token else ""}
    for address in PAGES:
        begun = time.perf_counter()
        answer = client.post("/_dash-update-component", data=encoded(body_of(*address)), content_type="application/json", headers=headers)
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200 or any(sign in answer.get_data() for sign in BROKEN):
            raise SystemExit(f"{address}: {answer.status_code}")
    return round(median(times), 1)


def one(firms: int, memory: str, folder: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="softcity-scale-", dir=folder) as place:
        home, most, ended = Path(place), [0.0], threading.Event()
        writing, writers_peak, code, said = measured(softcity(home, "sample", str(home), "--firms", str(firms)))
        if code:
            raise SystemExit(f"{firms:,} firms could not be written: {said[-2000:]}")

        def look() -> None:
            while not ended.wait(1):
                most[0] = max(most[0], spilled(home))

        watcher = threading.Thread(target=look)
        watcher.start()
        seconds, peak, code, said = build(home, environment={"SOFTCITY_MEMORY": memory})
        ended.set()
        watcher.join()
        if code not in (0, 3):
            log = home / "var" / "logs" / "dbt.log"  # names the model, where dbt itself fell
            errors = [line for line in log.read_text("utf-8", "replace").splitlines() if "rror" in line] if log.exists() else []
            raise SystemExit(f"the build of {firms:,} firms ended in {code}: {said[-2000:]}\n" + "\n".join(errors[:40]))
        return {
            "firms": firms, "memory_limit": memory, "seconds": seconds, "peak_mb": peak, "spilled_mb": round(most[0], 1),
            "landing_mb": size(home / "landing")[0], "snapshot_mb": size(home / "published" / (current_id(home / "published") or ""))[0],
            "page_ms": page_ms(home), "written_in": writing, "writer_mb": writers_peak, "load": load(),
        }  # fmt: skip


def fit(rows: list[dict[str, Any]]) -> float:
    """The k of time = a · n^k, by least squares of the logarithms."""
    points = [(math.log(row["firms"]), math.log(row["seconds"])) for row in rows]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firms", nargs="+", type=int)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--folder", type=Path, help="Where the homes are made; 5 million firms take some tens of GB.")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(asked.json.read_text()) if asked.json and asked.json.exists() else []
    print("| firms | limit | build, s | peak, MB | spilled, MB | landing, MB | snapshot, MB | page, ms | load |\n|" + "---|" * 9)
    for firms in asked.firms:
        row = next((r for r in rows if (r["firms"], r["memory_limit"]) == (firms, asked.memory)), None)
        if row is None:
            row = one(firms, asked.memory, asked.folder)
            rows.append(row)
            if asked.json:
                asked.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        names = ("firms", "memory_limit", "seconds", "peak_mb", "spilled_mb", "landing_mb", "snapshot_mb", "page_ms", "load")
        print("| " + " | ".join(f"{row[name]:,}" if isinstance(row[name], (int, float)) else row[name] for name in names) + " |", flush=True)
    if len({row["firms"] for row in rows}) > 1:
        k = fit(rows)
        print(f"\ntime ∝ n^{k:.2f} over {len(rows)} runs (at most 1.1 is asked)")
        sys.exit(k > 1.1)


if __name__ == "__main__":
    main()
