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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dash
from playwright.sync_api import sync_playwright

from bench.chromium import ARGUMENTS, chromium
from bench.dashboard import clients
from bench.dashboard.browser import chosen, signed_in, visits
from bench.dashboard.snapshot import enlarge
from dashboard.access import accounts, scope
from dashboard.app import create_app
from dashboard.questions import QUESTIONS
from dashboard.snapshot import Snapshots
from dashboard.text import t
from pipelines.settings import Settings
from tests.pages import body_of

ROOT = Path(__file__).parents[2]
NAME, PASSWORD = "bench", "bench-password"
CLIENTS = (1, 8, 32)
FRESH, TURNS = 400, 5
"""Filter changes for each number of clients that nobody asked for before, and in how many parts, empty callbacks between them."""
CLAUSE, YEARS = "6b.1", ("2023", "2024", "2025", "2022", "2025", "2024", "2023", "2025")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def started(command: list[str], port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
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


def headers_of(published: Path, file: Path) -> dict[str, str]:
    """A signed-in session and its token: the key lies beside the accounts, so they hold for every process."""
    client = create_app(published, file).test_client()
    form = client.get("/login").get_data(as_text=True).split('name="form" value="')[1].split('"')[0]
    client.post("/login", data={"name": NAME, "password": PASSWORD, "form": form})
    client.get("/", headers={"Accept": "text/html"})
    session, token = client.get_cookie("softcity_session"), client.get_cookie("_csrf_token")
    assert session is not None
    assert token is not None
    return {"Cookie": f"softcity_session={session.value}", "X-CSRFToken": token.value}


def addresses(published: Path) -> tuple[dict[str, str], list[str], list[tuple[str, dict[str, Any]]]]:
    """Every page once, cuts of clauses' pages by district, park and year, and the bare queries behind them."""
    snapshot = Snapshots(published).current()
    db = scope.connect(snapshot.database, None)
    firm = db.execute("select enterprise_id from fct_claim order by qualified_on desc nulls last, 1").fetchone()[0]
    park = db.execute("select park_id from dim_park order by 1").fetchone()[0]
    indicator = db.execute("select indicator_id from mart_indicator order by 1").fetchone()[0]
    each = {}
    for page in dash.page_registry.values():
        if "analyst" in page["roles"] and page["path"] != "/404":
            path = page["path_template"] or page["path"]
            for name, value in {"clause": CLAUSE, "park": park, "firm": firm, "indicator": indicator}.items():
                path = path.replace(f"<{name}>", value)
            each[page["module"].rpartition(".")[2]] = path

    def all_of(sql: str) -> list[Any]:
        return [row[0] for row in db.execute(sql).fetchall()]

    districts = all_of("select distinct district_code from dim_enterprise where district_code is not null order by 1")
    parks = all_of("select park_id from dim_park order by 1")
    years = all_of("select distinct qualified_year from fct_claim where qualified_year is not null order by 1")
    clauses = all_of("select distinct clause_id from fct_claim order by 1")
    cuts = [f"?{key}={value}&year={year}" for year in years for key, values in (("district", districts), ("park", parks)) for value in values]
    changes = [f"/measures/{clause}{cut}" for clause in clauses for cut in cuts]
    random.Random(1).shuffle(changes)
    base = {"policy": snapshot.policy_id, "document": snapshot.document}
    queries = [("clause_claims", {**base, "clause": clause}) for clause in clauses]
    return each, changes, queries


def bare(published: Path, queries: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """The query of the grid alone, of each clause's first rows, in this process."""
    cursor = scope.connect(Snapshots(published).current().database, None)
    times = []
    for _ in range(5):
        for name, given in queries:
            began = time.perf_counter()
            cursor.execute(f"select * from ({QUESTIONS[name].sql}) where clause_cut = $clause limit 50", given).fetchall()
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


class Printed(dict[str, Any]):
    """Figures that are printed as they come: a run that is cut short has not been for nothing."""

    def __setitem__(self, name: str, seen: Any) -> None:
        super().__setitem__(name, seen)
        print(f"{name:28} {seen}", flush=True)


def change_of(bodies: Sequence[clients.Body], address: str) -> list[clients.Body]:
    """The callbacks one filter change of a clause's page fires, for another address."""
    path, _, search = address.partition("?")
    return [clients.at(body, path, f"?{search}") for body in bodies]


def measure(published: Path, folder: Path, requests: int, times: int, vizro: str) -> dict[str, Any]:
    file = Settings.load(folder).accounts
    accounts.add(file, NAME, PASSWORD, "analyst")
    ours, empty, theirs = (free_port() for _ in range(3))
    served = ["-c", "from pipelines.cli import main; main()", "--home", str(folder), "serve", "--port", str(ours)]
    servers = [started([sys.executable, *served], ours), started([sys.executable, str(ROOT / "bench/dashboard/empty.py"), str(empty)], empty)]
    if vizro:
        servers.append(started([vizro, str(ROOT / "bench/dashboard/vizro_page.py"), str(theirs), str(Snapshots(published).current().database)], theirs))
    found = Printed()
    try:
        headers = headers_of(published, file)
        each, changes, queries = addresses(published)
        found["bare query"] = bare(published, queries)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            site, cookie = f"http://127.0.0.1:{ours}", headers["Cookie"]
            bodies, waited = chosen(signed_in(browser, site, cookie), f"{site}/measures/{CLAUSE}", t("filter.year"), YEARS)
            found["callbacks of a filter change"] = sorted(body["output"][:60] for body in bodies)
            found["choosing a year until rows show, ms"] = sorted(round(one) for one in waited)
            for at, n in enumerate(CLIENTS):
                part, seen, beside = [change_of(bodies, address) for address in changes[at * FRESH :][:FRESH]], clients.Seen(), clients.Seen()
                for turn in range(TURNS):  # in turn, so that the machine's other work falls on both
                    beside += clients.ask(empty, {}, [[clients.EMPTY]], n, requests // TURNS)
                    seen += clients.ask(ours, headers, part[turn::TURNS], n)
                found[f"empty callback, {n}"], found[f"filter change, {n}"] = beside.told(), seen.told()
            if vizro:
                found["vizro, 1"] = clients.ask(theirs, {}, vizro_changes(browser, theirs), 1, FRESH).told()
            for name, path in each.items():
                found[f"page {name}"] = clients.ask(ours, headers, [[body_of(path)]], 1, requests // 20).told()
            found["memory of two workers, MB"] = memory(servers[0])
            if times:
                found["visit empty"] = visits(browser, f"http://127.0.0.1:{empty}/", "", times)
                for name, path in each.items():
                    found[f"visit {name}"] = visits(browser, f"{site}{path}", cookie, times)
            browser.close()
    finally:
        for server in servers:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)
    return found


def vizro_changes(browser: Any, port: int) -> list[list[clients.Body]]:
    """What a Vizro page sends when a year is chosen, for each year."""
    fired: list[clients.Body] = []
    page = browser.new_page()
    page.on("request", lambda request: fired.append(request.post_data_json) if "/_dash-update-component" in request.url else None)
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector("input[value='2024']", state="attached")
    page.wait_for_timeout(3000)
    fired.clear()
    page.locator("input[value='2024']").dispatch_event("click")  # Vizro's panel may be folded
    page.wait_for_timeout(3000)
    page.close()
    change = [body for body in fired if "2024" in str(body["inputs"]) + str(body.get("state"))]

    def chose(year: str) -> list[clients.Body]:
        return [clients.edited(body, lambda part: year if part.get("value") == "2024" else part.get("value")) for body in change]

    return [chose(str(year)) for year in range(2021, 2026)]


def verdicts(found: dict[str, Any], *, at_size: bool) -> list[str]:
    """What the dashboard is held to, each with what was seen."""
    seen_of = {name[6:]: seen for name, seen in found.items() if name.startswith("visit ") and name != "visit empty"}
    with_grid = {page["module"].rpartition(".")[2] for page in dash.page_registry.values() if page.get("has_grid")}
    lines: list[tuple[str, float, float]] = [
        (f"first load of {name}, bytes", seen["first_bytes"], 1_400_000 if name in with_grid else 900_000) for name, seen in seen_of.items()
    ]
    if seen_of:
        lines += [
            ("first load, requests", max(seen["first_requests"] for seen in seen_of.values()), 22),
            ("repeat visit, bytes", max(seen["again_bytes"] for seen in seen_of.values()), 20_000),
        ]  # fmt: skip
    for n in ("1", "8"):
        empty, seen = found[f"empty callback, {n}"]["callback"]["p95"], found[f"filter change, {n}"]
        for what, key, bound in (("one callback", "callback", 8 if at_size else 4), ("a filter change, all its callbacks", "change", 12 if at_size else 6)):
            lines.append((f"{what}, p95 at {n}, times an empty one", round(seen[key]["p95"] / empty, 1), bound))
    if "vizro, 1" in found:
        lines.append(("a filter change, p95, times a Vizro page's", round(found["filter change, 1"]["change"]["p95"] / found["vizro, 1"]["change"]["p95"], 2), 0.5))
    waited = found["choosing a year until rows show, ms"]
    lines += [
        ("callbacks of a filter change", len(found["callbacks of a filter change"]), 2),
        ("choosing a year until rows show, ms, median", waited[len(waited) // 2], 400),
        ("errors, at 32 clients too", sum(seen["errors"] for seen in found.values() if isinstance(seen, dict) and "errors" in seen), 0),
        ("memory of two workers, MB", found["memory of two workers, MB"]["pss"], 250),
    ]  # fmt: skip
    return [f"{'ok  ' if seen <= asked else 'MISS'} {name}: {seen:,} (at most {asked:,})" for name, seen, asked in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--firms", type=int, default=0, help="enlarge to so many firms, e.g. 450000")
    parser.add_argument("--claims", type=int, default=600_000)
    parser.add_argument("--requests", type=int, default=800, help="per number of clients")
    parser.add_argument("--visits", type=int, default=3, help="first and repeat visits of each page; the median counts; 0 leaves Chromium out")
    parser.add_argument("--vizro", default="", help="the python of an environment with Vizro: its page is measured beside ours")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="softcity-bench-") as folder:
        published = Path(folder) / "published"  # in a home of its own: its account is nobody else's
        if asked.firms:
            enlarge(Snapshots(asked.home / "published").current().folder, published, asked.firms, asked.claims)
        else:
            published.symlink_to((asked.home / "published").resolve())
        found = measure(published, Path(folder), asked.requests, asked.visits, asked.vizro)
    print("\n".join(verdicts(found, at_size=bool(asked.firms))))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
