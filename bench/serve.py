"""32 signed-in people over all pages while builds publish: `python -m bench.serve [--seconds 300] [--json FILE]`.

Each has a session of their own, walks the pages and tables of their role in an order of their own, a second between two
requests. Meanwhile small files arrive and builds publish one snapshot after another in the same home. Counted: answers
that are no success, a failure shown as a page, a name or code of a foreign park in an operator's answer, and the memory
of the server. Ends in 1 when one of these is not as it must be.
"""

import argparse
import http.client
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import dash
import duckdb

from bench.dashboard.clients import BROKEN, encoded
from bench.home import build, city, deliver, load, memory, softcity, started
from dashboard.access import accounts
from dashboard.app import create_app
from dashboard.tables import TABLES
from pipelines.base.snapshots import current_id
from tests.pages import body_of

PASSWORD = "bench password"
ROLES = ("analyst",) * 10 + ("operator",) * 12 + ("auditor",) * 4 + ("steward",) * 3 + ("admin",) * 3
BOUND = 1.15


@dataclass
class Seen:
    """What one or all people met."""

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    checked: int = 0  # answers of operators looked through
    later: int = 0  # files whose turn had not come: told at once to ask again
    met: int = 0  # answers of others in which what is foreign to some operator does stand


class Person(threading.Thread):
    """One signed-in reader over one kept connection."""

    def __init__(self, port: int, number: int, park: str, foreign: set[str], until: float) -> None:
        super().__init__()
        self.name, self.role, self.park, self.until = f"user{number}", ROLES[number], park, until
        self.seen, self.chance, self.cookie, self.token = Seen(), random.Random(number), "", ""
        self.port, self.connection = port, http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.foreign = re.compile("|".join(map(re.escape, sorted(foreign, key=len, reverse=True))))

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, str]:
        """One request; an idle connection that the server closed is opened once more."""
        headers = {"Content-Type": kind, "Cookie": self.cookie, "X-CSRFToken": self.token, "Accept": "text/html, */*"}
        for is_last in (False, True):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
                for sent in answer.headers.get_all("Set-Cookie") or []:
                    name, _, value = sent.split(";")[0].partition("=")
                    self.cookie = f"{name}={value}" if name == "softcity_session" else self.cookie
                    self.token = value if name == "_csrf_token" else self.token
                return answer.status, text
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                if is_last:
                    raise
        raise AssertionError

    def sign_in(self) -> None:
        form = re.findall(r'name="form" value="([^"]+)"', self.ask("GET", "/login")[1])[0]
        sent = urlencode({"name": self.name, "password": PASSWORD, "form": form, "next": "/"}).encode()
        status, _ = self.ask("POST", "/login", sent, "application/x-www-form-urlencoded")
        if status != 303:
            self.seen.wrong.append(f"{self.name}: sign-in {status}")
        self.ask("GET", "/")  # the first page brings the token of callbacks

    def walk(self) -> list[tuple[str, str, bytes | None]]:
        """Every page of this role as the browser asks for it, with and without a filter, and every table as a file."""
        mine = [one["path_template"] or one["path"] for one in dash.page_registry.values() if self.role in one["roles"]]
        ids = {"<clause>": self.chance.choice(("6b.1", "10b.2", "1a")), "<park>": self.park, "<firm>": "unknown"}
        paths = [re.sub(r"<\w+>", lambda found: ids[found[0]], path) for path in mine]
        steps: list[tuple[str, str, bytes | None]] = [
            ("POST", "/_dash-update-component", encoded(body_of(path, query)))
            for path in paths for query in ("", f"?year={self.chance.choice((2024, 2025))}")
        ]  # fmt: skip
        steps += [("GET", f"/export/{name}.csv", None) for name, table in TABLES.items() if self.role in table.roles]
        self.chance.shuffle(steps)
        return steps

    def run(self) -> None:
        try:
            self.sign_in()
            while True:
                for method, path, body in self.walk():
                    time.sleep(self.chance.uniform(0.5, 1.5))
                    if time.monotonic() > self.until:
                        return
                    self.look(method, path, body)
        except Exception as error:  # it would end in the thread unseen
            self.seen.wrong.append(f"{self.name}: {error!r}")

    def look(self, method: str, path: str, body: bytes | None) -> None:
        begun = time.perf_counter()
        status, text = self.ask(method, path, body)
        self.seen.times.append((time.perf_counter() - begun) * 1000)
        asked = f"{self.name} {self.role} {path} {(body or b'').decode()[-140:]}"
        if status == 503 and path.startswith("/export/"):
            self.seen.later += 1
        elif status != 200 or any(sign.decode() in text for sign in BROKEN):
            self.seen.wrong.append(f"{status} {asked}")
        found = self.foreign.search(text)
        if self.role == "operator":
            self.seen.checked += 1
            if found:
                self.seen.foreign.append(f"{found[0]} in {asked}")
        else:
            self.seen.met += bool(found)


def register_pages(home: Path) -> None:
    """Pages are known once an application was made."""
    create_app(home / "published", home / "var" / "accounts.sqlite")


def foreign_to(home: Path, park: str) -> set[str]:
    """Names and codes of firms and parks that have nothing to do with a park; none that a name of its own contains."""
    snapshot = home / "published" / (current_id(home / "published") or "")
    with duckdb.connect(str(snapshot / "marts.duckdb"), read_only=True) as db:
        own = "park_id = ? or enterprise_id in (select enterprise_id from fct_claim where park_id = ?)"
        mine = db.execute(f"select enterprise_name, enterprise_id from dim_enterprise where {own}", [park, park]).fetchall()
        others = db.execute(f"select enterprise_name, enterprise_id from dim_enterprise where ({own}) is not true", [park, park]).fetchall()
        parks = db.execute("select park_name from dim_park where park_id <> ?", [park]).fetchall()
        # who runs a park is a firm that may have its seat elsewhere: the park's page names it
        mine += db.execute("select park_name, operator_name, operator_id from dim_park where park_id = ?", [park]).fetchall()
    kept = " ".join(text for row in mine for text in row if text)
    return {text for row in (*others, *parks) for text in row if text and len(text) > 6 and text not in kept}


def parks_of(home: Path) -> list[str]:
    snapshot = home / "published" / (current_id(home / "published") or "")
    with duckdb.connect(str(snapshot / "marts.duckdb"), read_only=True) as db:
        return [row[0] for row in db.execute("select park_id from dim_park order by 1").fetchall()]


def run(home: Path, port: int, seconds: float) -> dict[str, Any]:
    """Serve, let all walk, publish meanwhile, and count."""
    parks = parks_of(home)
    for number, role in enumerate(ROLES):
        park = [parks[number % len(parks)]] if role == "operator" else []
        accounts.add(home / "var" / "accounts.sqlite", f"user{number}", PASSWORD, role, park)
    server = started(softcity(home, "serve", "--port", str(port)), stdout=subprocess.PIPE)
    assert server.stdout is not None
    if not server.stdout.readline().startswith("ready: "):
        sys.exit("the server did not start")
    until = time.monotonic() + seconds
    register_pages(home)
    people = [Person(port, n, parks[n % len(parks)], foreign_to(home, parks[n % len(parks)]), until) for n in range(len(ROLES))]
    held, ended, published = [], threading.Event(), []

    def watch() -> None:
        while not ended.wait(5):
            workers = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            held.append(memory([server.pid, *map(int, workers)]))  # not the what-ifs below them: each goes with its answer

    def publish() -> None:
        number = 0
        while time.monotonic() < until:
            before = current_id(home / "published")
            deliver(home, number)
            code = build(home)[2]
            published.append(code in (0, 3) and current_id(home / "published") != before)
            number += 1

    others = [threading.Thread(target=watch), threading.Thread(target=publish)]
    try:
        for thread in (*people, *others):
            thread.start()
        for thread in (*people, others[1]):
            thread.join()
    finally:
        ended.set()
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    third = max(1, len(held) // 3)
    times = sorted(t for person in people for t in person.seen.times)
    return {
        "seconds": seconds, "people": len(people), "requests": len(times), "errors": [line for p in people for line in p.seen.wrong],
        "operators_answers": sum(p.seen.checked for p in people), "foreign": [line for p in people for line in p.seen.foreign],
        "told_to_ask_again": sum(p.seen.later for p in people), "others_met": sum(p.seen.met for p in people), "snapshots": sum(published), "builds_failed": published.count(False),
        "p50_ms": round(times[len(times) // 2], 1), "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "memory_mb": {"second_third": median(held[third : 2 * third] or held), "last_third": median(held[-third:]), "highest": max(held)},
        "load": load(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--firms", type=int, default=400)
    parser.add_argument("--port", type=int, default=8191)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="softcity-serve-") as folder:
        home = Path(folder)
        city(home, asked.firms)
        code, said = build(home)[2:]
        if code not in (0, 3):
            sys.exit(said)
        found = run(home, asked.port, asked.seconds)
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    held = found["memory_mb"]
    lines = [
        (not found["errors"], "answers that were no success", f"{len(found['errors'])} of {found['requests']:,}"),
        (not found["foreign"] and found["operators_answers"] > 0, "operators' answers with a foreign name", f"{len(found['foreign'])} of {found['operators_answers']:,}"),
        (found["others_met"] > 0, "others' answers with such a name (the look sees)", f"{found['others_met']:,}"),
        (found["snapshots"] > 1 and not found["builds_failed"], "snapshots published meanwhile, builds failed", f"{found['snapshots']}, {found['builds_failed']}"),
        (held["last_third"] <= BOUND * held["second_third"], "memory in MB: second third, last third, highest", f"{held['second_third']}, {held['last_third']}, {held['highest']}"),
        (True, "files told to be asked for again", f"{found['told_to_ask_again']:,}"),
        (True, "latency p50, p95 in ms", f"{found['p50_ms']}, {found['p95_ms']}"),
    ]  # fmt: skip
    print(f"{found['people']} people, {asked.seconds:g} s, {found['load']}\n\n| what | seen | |\n|---|---|---|")
    print("\n".join(f"| {what} | {seen} | {'ok' if is_good else '**not met**'} |" for is_good, what, seen in lines))
    for line in (*found["errors"][:10], *found["foreign"][:10]):
        print(line)
    sys.exit(not all(is_good for is_good, _, _ in lines))


if __name__ == "__main__":
    main()
