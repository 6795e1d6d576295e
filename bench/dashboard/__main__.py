"""Measure the dashboard: `python -m bench.dashboard HOME [--firms N --claims M] [--json FILE]`.

HOME is a built home. With --firms its newest snapshot is enlarged first (snapshot.py). Everything on loopback;
the machine's other work is in the figures, so each is printed beside what an empty Dash page costs at that moment.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.dashboard.browser import ARGUMENTS, EXECUTABLE, visits
from bench.dashboard.clients import Address, ask
from bench.dashboard.snapshot import enlarge
from dashboard import pages
from dashboard.access import accounts, scope
from dashboard.app import create_app
from dashboard.questions import QUESTIONS
from dashboard.snapshot import Snapshots
from pipelines.settings import Settings

ROOT = Path(__file__).parents[2]
NAME, PASSWORD = "bench", "bench-password"
CLIENTS = (1, 8, 32)
FRESH, KEPT = 400, 40
"""Filter changes asked once for each number of clients, and those asked again and again."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def started(arguments: list[str], port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
            return server
        except urllib.error.HTTPError:
            return server
        except OSError:
            if server.poll() is not None:
                raise SystemExit("the server ended") from None
            time.sleep(0.1)
    os.killpg(server.pid, signal.SIGKILL)
    raise SystemExit("the server did not answer")


def memory(server: subprocess.Popen[bytes]) -> dict[str, float]:
    """Of the workers, in MB: what is theirs alone plus their part of what is shared."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    found = {"workers": float(len(children)), "pss": 0.0, "rss": 0.0}
    for pid in children:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            key = line.split(":")[0].lower()
            if key in found:
                found[key] += int(line.split()[1]) / 1024
    return {key: round(value) for key, value in found.items()}


def cookie_of(published: Path, file: Path) -> str:
    """A signed-in session: the key lies beside the accounts, so it holds for every process."""
    client = create_app(published, file).test_client()
    form = client.get("/login").get_data(as_text=True).split('name="form" value="')[1].split('"')[0]
    client.post("/login", data={"name": NAME, "password": PASSWORD, "form": form})
    found = client.get_cookie("softcity_session")
    assert found is not None
    return f"softcity_session={found.value}"


def addresses(published: Path) -> tuple[dict[str, str], list[Address], list[tuple[str, dict[str, Any]]]]:
    """Every page once, filter changes over districts, years and parks, and the bare queries behind them."""
    snapshot = Snapshots(published).current()
    db = scope.connect(snapshot.database, None)
    firm = db.execute("select enterprise_id from fct_claim order by qualified_on desc nulls last, 1").fetchone()[0]
    park = db.execute("select park_id from dim_park order by 1").fetchone()[0]
    districts = [row[0] for row in db.execute("select distinct district_code from dim_enterprise where district_code is not null order by 1").fetchall()]
    known = {"clause_id": "6b.1", "park_id": park, "enterprise_id": firm}
    each = {}
    for page in pages.PAGES:
        if "analyst" in page.roles:
            path = page.path
            for name, value in known.items():
                path = path.replace(f"<{name}>", value)
            each[page.key] = path
    parks = [row[0] for row in db.execute("select park_id from dim_park order by 1").fetchall()]
    clauses = [row[0] for row in db.execute("select distinct clause_id from fct_claim order by 1").fetchall()]
    years = [row[0] for row in db.execute("select distinct qualified_year from fct_claim where qualified_year is not null order by 1").fetchall()]
    cuts = [f"?{key}={value}&year={year}" for year in years for key, values in (("district", districts), ("park", parks)) for value in values]
    changes = [("/measures", cut) for cut in cuts] + [(f"/measures/{clause}", cut) for clause in clauses for cut in cuts]
    changes += [(path, f"?{key}={value}") for path in ("/firms", "/parks", "/outreach", "/audit") for key, values in (("district", districts), ("park", parks)) for value in values]
    random.Random(1).shuffle(changes)
    base = {"policy": snapshot.policy_id, "document": snapshot.document, "as_of": snapshot.as_of}
    queries = [("clause_uptake", {**base, "district_cut": d, "park_cut": "all", "year_cut": str(y)}) for d in districts for y in (2024, 2025)]
    return each, changes, queries


def bare(published: Path, queries: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The main query of a filter change alone, in this process."""
    cursor = scope.connect(Snapshots(published).current().database, None)
    times = []
    for _ in range(5):
        for name, given in queries:
            question = QUESTIONS[name]
            began = time.perf_counter()
            cursor.execute(question.sql, {key: given[key] for key in question.takes}).fetchall()
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


class Printed(dict[str, Any]):
    """Figures that are printed as they come: a run that is cut short has not been for nothing."""

    def __setitem__(self, name: str, seen: Any) -> None:
        super().__setitem__(name, seen)
        print(f"{name:28} {seen}", flush=True)


def measure(published: Path, folder: Path, requests: int, times: int) -> dict[str, Any]:
    file = Settings.load(folder).accounts
    accounts.add(file, NAME, PASSWORD, "analyst")
    port, empty_port = free_port(), free_port()
    served = ["-c", "from pipelines.cli import main; main()", "--home", str(folder), "serve", "--port", str(port)]
    servers = [started(served, port), started([str(ROOT / "bench/dashboard/empty.py"), str(empty_port)], empty_port)]
    found = Printed()
    try:
        cookie = cookie_of(published, file)
        each, changes, queries = addresses(published)
        found["bare query"] = bare(published, queries)
        found["empty callback"] = {str(n): ask(empty_port, "", [("/", "")], n, requests) for n in CLIENTS}
        # Filter changes nobody asked for before: other addresses for each number of clients, each asked one time.
        parts = [changes[i * FRESH : (i + 1) * FRESH] for i in range(len(CLIENTS))]
        found["fresh filter change"] = {
            str(n): ask(port, cookie, part, n, len(part), once=True) for n, part in zip(CLIENTS, parts, strict=True)
        }
        again = changes[:KEPT]
        for _ in range(4):  # two workers: each must have met every address
            ask(port, cookie, again, 2, 4 * KEPT)
        found["kept filter change"] = {str(n): ask(port, cookie, again, n, requests) for n in CLIENTS}
        for name, path in each.items():
            found[f"page {name}"] = {"1": ask(port, cookie, [(path, "")], 1, requests // 20)}
        found["memory of two workers, MB"] = memory(servers[0])
        if not times:
            return found
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
            found["visit empty"] = visits(browser, f"http://127.0.0.1:{empty_port}/", "", times)
            for name, path in each.items():
                found[f"visit {name}"] = visits(browser, f"http://127.0.0.1:{port}{path}", cookie, times)
            browser.close()
    finally:
        for server in servers:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)
    return found


def verdicts(found: dict[str, Any]) -> list[str]:
    """The targets of issue 5, each with what was seen."""
    pages_seen = {name[6:]: seen for name, seen in found.items() if name.startswith("visit ") and name != "visit empty"}
    empty, fresh, kept = found["empty callback"], found["fresh filter change"], found["kept filter change"]
    errors = sum(seen["32"]["errors"] for seen in (fresh, kept)) + sum(seen["1"]["errors"] for name, seen in found.items() if name.startswith("page "))
    lines: list[tuple[str, float, float]] = []
    if pages_seen:
        worst = {key: max(seen[key] for seen in pages_seen.values()) for key in next(iter(pages_seen.values()))}
        lines += [
            ("first load, bytes", worst["first_bytes"], 1_500_000), ("first load, requests", worst["first_requests"], 20),
            ("repeat visit, bytes", worst["again_bytes"], 20_000),
            ("content ready, times the empty page", round(worst["first_ready_ms"] / found["visit empty"]["first_ready_ms"], 1), 3),
        ]
    lines += [
        *(
            (f"{name} filter change p95 at {n}, times the empty callback", round(change[n]["p95"] / empty[n]["p95"], 1), 4)
            for name, change in (("fresh", fresh), ("kept", kept)) for n in ("1", "8")
        ),
        ("errors at 32 clients and on any page", errors, 0), ("memory of two workers, MB", found["memory of two workers, MB"]["pss"], 250),
    ]
    return [f"{'ok  ' if seen <= asked else 'MISS'} {name}: {seen:,} (at most {asked:,})" for name, seen, asked in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--firms", type=int, default=0, help="enlarge to so many firms, e.g. 450000")
    parser.add_argument("--claims", type=int, default=600_000)
    parser.add_argument("--requests", type=int, default=800, help="per number of clients")
    parser.add_argument("--visits", type=int, default=3, help="first and repeat visits of each page; the median counts; 0 leaves Chromium out")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="softcity-bench-") as folder:
        published = Path(folder) / "published"  # in a home of its own: its account is nobody else's
        if asked.firms:
            enlarge(Snapshots(asked.home / "published").current().folder, published, asked.firms, asked.claims)
        else:
            published.symlink_to((asked.home / "published").resolve())
        found = measure(published, Path(folder), asked.requests, asked.visits)
    print("\n".join(verdicts(found)))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
