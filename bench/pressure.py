"""How long `/healthz` and pages take under pressure: `python -m bench.pressure [--home HOME] [--json FILE]`.

Phases one after another: calm; 30 slow request bodies; ten what-ifs, ten city reports and ten long files asked for at once;
1,040 anonymous requests. Meanwhile one asks for `/healthz` and one signed-in reader for pages, ten times a second each.
Ends in 1 when an answer took longer than a second or was none.
"""

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.dashboard.clients import BROKEN, encoded
from bench.home import build, city, load, softcity, started
from bench.serve import PASSWORD, Person
from dashboard.access import accounts
from tests.pages import body_of

BOUND_MS = 1000
SLOW, AT_ONCE, ANONYMOUS = 30, 10, 1040
Told = Counter[str]


class Probe(threading.Thread):
    """One who asks again and again, over a new connection each time, and notes how long each answer took."""

    def __init__(self, person: Person, steps: list[tuple[str, str, bytes | None]]) -> None:
        super().__init__()
        self.person, self.steps, self.ended = person, steps, threading.Event()
        self.times: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.ended.wait(0.1):
            method, path, body = self.steps[number % len(self.steps)]
            number += 1
            begun = time.perf_counter()
            try:
                self.person.connection.close()
                status, text = self.person.ask(method, path, body)
            except OSError as error:
                status, text = 0, repr(error)
            self.times.append((time.perf_counter() - begun) * 1000)
            if status != 200 or any(sign.decode() in text for sign in BROKEN):
                self.wrong.append(f"{status} {path} {text[:80]}")

    def told(self) -> dict[str, Any]:
        times = sorted(self.times)
        return {"answers": len(times), "wrong": self.wrong, "p50_ms": round(times[len(times) // 2], 1), "max_ms": round(times[-1], 1)}


def signed_in(port: int, number: int) -> Person:
    person = Person(port, number, "WXP01", {"no such name"}, 0)
    person.sign_in()
    return person


def slow_bodies(port: int, _: list[Person]) -> Told:
    """A body of which a byte comes each second: as many senders as would hold every thread, each for minutes."""
    told: Told = Counter()

    def send(number: int) -> None:
        path = "/login" if number % 2 else "/_dash-update-component"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: city\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n".encode())
            try:
                for _ in range(15):
                    connection.sendall(b"x")
                    connection.settimeout(1)
                    try:
                        told[connection.recv(15).decode()[9:12] or "ended"] += 1
                        return
                    except TimeoutError:
                        continue
            except OSError:
                told["ended"] += 1
                return
        told["still open"] += 1

    _at_once([lambda number=number: send(number) for number in range(SLOW)])
    return told


def what_ifs(_: int, people: list[Person]) -> Told:
    """Ten different ones, as pages."""
    def ask(number: int) -> str:
        _, text = people[number].ask("POST", "/_dash-update-component", encoded(body_of("/whatif", f"?set.6b.1.cap_wan={60 + number}")))
        return "told to come again" if "whatif_busy" in text or "whatif_late" in text else "computed"

    return _asked(ask)


def reports(_: int, people: list[Person]) -> Told:
    return _asked(lambda number: str(people[number].ask("GET", f"/export/report/city.{('pdf', 'docx', 'xlsx')[number % 3]}")[0]))


def long_files(_: int, people: list[Person]) -> Told:
    return _asked(lambda number: str(people[number].ask("GET", f"/export/firm_list.{('csv', 'xlsx', 'json')[number % 3]}")[0]))


def anonymous(port: int, _: list[Person]) -> Told:
    """Nobody asks for pages, files and the callback, twenty at a time."""
    told, numbers, lock = Counter(), iter(range(ANONYMOUS)), threading.Lock()
    paths = ("/", "/firms", "/export/firm_list.csv", "/_dash-layout", "/login")

    def ask() -> None:
        for number in numbers:
            nobody = Person(port, 0, "WXP01", {"no such name"}, 0)
            status, _ = nobody.ask("GET", paths[number % len(paths)])
            nobody.connection.close()
            with lock:
                told[str(status)] += 1

    _at_once([ask] * 20)
    return told


def _asked(ask: Callable[[int], str]) -> Told:
    told: Told = Counter()
    _at_once([lambda number=number: told.update([ask(number)]) for number in range(AT_ONCE)])
    return told


def _at_once(calls: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def calm(_: int, __: list[Person]) -> Told:
    time.sleep(10)
    return Counter()


PHASES: dict[str, Callable[[int, list[Person]], Told]] = {
    "calm": calm, "30 slow bodies": slow_bodies, "ten what-ifs": what_ifs, "ten city reports": reports, "ten long files": long_files,
    "1,040 anonymous requests": anonymous,
}  # fmt: skip


def run(home: Path, port: int) -> list[dict[str, Any]]:
    """Serve, and go through the phases."""
    for number in range(AT_ONCE + 2):
        if accounts.get(home / "var" / "accounts.sqlite", f"user{number}") is None:
            accounts.add(home / "var" / "accounts.sqlite", f"user{number}", PASSWORD, "analyst")
    server = started(softcity(home, "serve", "--port", str(port)), stdout=subprocess.PIPE)
    assert server.stdout is not None
    if not server.stdout.readline().startswith("ready: "):
        sys.exit("the server did not start")
    found = []
    try:
        people = [signed_in(port, number) for number in range(AT_ONCE)]
        for name, phase in PHASES.items():
            reader = signed_in(port, 0)
            pages = [step for step in reader.walk() if step[0] == "POST" and b"whatif" not in (step[2] or b"")]
            probes = [Probe(signed_in(port, 0), [("GET", "/healthz", None)]), Probe(reader, pages)]
            for probe in probes:
                probe.start()
            begun = time.monotonic()
            told = phase(port, people)
            took = time.monotonic() - begun
            for probe in probes:
                probe.ended.set()
            for probe in probes:
                probe.join()
            found.append({"phase": name, "seconds": round(took, 1), "told": dict(told), "healthz": probes[0].told(), "page": probes[1].told(), "load": load()})
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(40)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="A home with a snapshot; accounts are added to it. [an invented city, built first]")
    parser.add_argument("--firms", type=int, default=400)
    parser.add_argument("--port", type=int, default=8193)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="softcity-pressure-") as folder:
        home = asked.home or Path(folder)
        if not asked.home:
            city(home, asked.firms)
            code, said = build(home)[2:]
            if code not in (0, 3):
                sys.exit(said)
        found = run(home, asked.port)
    if asked.json:
        asked.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    print("| phase | s | what became of it | /healthz p50, max ms | a page p50, max ms | wrong | |\n|---|---|---|---|---|---|---|")
    is_good = True
    for row in found:
        wrong = [*row["healthz"]["wrong"], *row["page"]["wrong"]]
        holds = not wrong and max(row[kind]["max_ms"] for kind in ("healthz", "page")) <= BOUND_MS
        is_good &= holds
        times = " | ".join(f"{row[kind]['p50_ms']}, {row[kind]['max_ms']}" for kind in ("healthz", "page"))
        told = ", ".join(f"{count} {what}" for what, count in sorted(row["told"].items()))
        print(f"| {row['phase']} | {row['seconds']} | {told} | {times} | {len(wrong)} | {'ok' if holds else '**not met**'} |")
        print("\n".join(wrong[:3]), end="\n" if wrong else "")
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
