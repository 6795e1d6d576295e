"""Kill builds, the scheduler and the server at random moments: `python -m bench.faults [--moments 100] [--out docs/faults.md]`.

`--kills 40` kills builds at distinct moments drawn beforehand over the whole of a build, each of which must hit, and, every
fourth, the scheduler in its run.

Before each moment the home stands on a snapshot of a former month, so that a build has work. After it: the pointer leads to
that snapshot, byte for byte as it was, or to the whole new one; nothing in landing changed; the next build (for the server:
the next server) needs no repair, gives marts whose export is byte-equal to an undisturbed home's, and leaves no file that
an undisturbed build does not leave. Kills reach a process and all below it at once, as losing power would.
Ends in 1 when one moment failed.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import duckdb

from bench.dashboard.clients import encoded
from bench.home import build, city, kill, kill_tree, load, softcity, started, struck
from bench.serve import PASSWORD, Person, register_pages
from dashboard.access import accounts
from pipelines.base.processes import tree
from pipelines.base.snapshots import current_id, read_manifest, snapshots
from pipelines.build_record import is_building, last_build
from pipelines.publish import rollback
from pipelines.settings import Settings
from tests.pages import body_of

PAST = "2025-11-30"  # the last of its month: it is kept however many come after it
PORT = 8186
LAUNCH = """mutation { launchRun(executionParams: {mode: "default", runConfigData: {}, selector: {
    repositoryLocationName: "pipelines.definitions", repositoryName: "__repository__", jobName: "daily_build"}}) {
    __typename ... on LaunchRunSuccess { run { runId } } } }"""


def content(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


@dataclass
class Trial:
    """A home under faults, what it must come back to, and the dice."""

    settings: Settings
    chance: random.Random
    past: str = ""
    truth: str = ""
    landing: str = ""
    files: frozenset[str] = frozenset()  # in the home after an undisturbed build, snapshots and Dagster's records apart
    length: float = 0.0
    served: int = 0
    strikes: Iterator["Strike"] = field(default_factory=lambda: iter(()))

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def now(self) -> str:
        return current_id(self.settings.published) or ""

    def marts(self) -> str:
        """One hash over every mart in force as Parquet; its rows must be as many as its manifest says."""
        digest, counts = sha256(), read_manifest(self.settings.published)["row_counts"]
        path = self.settings.published / self.now / "marts.duckdb"
        with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(path), read_only=True) as con:
            for name in sorted(counts):
                file = Path(folder) / "mart.parquet"
                found = con.execute(f"copy {name} to '{file}' (format parquet)").fetchall()[0][0]
                digest.update(f"{name} {found - counts[name]}".encode() + file.read_bytes())
        return digest.hexdigest()

    def sent(self) -> str:
        return sha256(repr(content(self.settings.landing)).encode()).hexdigest()

    def litter(self) -> set[str]:
        """Files in the home, what is hidden beside snapshots or left in TMPDIR. Snapshots, accounts, notices and Dagster's records are
        apart, and what dbt keeps: a file a model it ran and a log that turns over, which bench.soak holds flat; of killed
        schedulers one folder may be left, which the next one removes.
        """
        var, published = self.settings.var, self.settings.published
        apart = [var / name for name in ("dagster", "accounts", "access_log", "notices", "notify.lock", "dbt", "logs")]
        found = [path for path in var.rglob("*") if path.is_file() and not str(path).startswith(tuple(map(str, apart)))]
        left = sorted((self.home.parent / "tmp").iterdir())
        last = [path for path in left if path.name.startswith("softcity-schedule-")][-1:]  # until the next scheduler begins
        found += [*published.glob(".*"), *(path for path in left if path not in last)]
        return {str(path.relative_to(self.home.parent)) for path in found}

    def undisturbed(self) -> float:
        took, _, code, said = build(self.home)
        if code not in (0, 3):
            raise AssertionError(f"the next build ended in {code}: {said[-300:]}")
        return took


def at_build(trial: Trial) -> str:
    """A build, now and then a forced one."""
    process = started(
        softcity(trial.home, "build", *trial.chance.choice(([], [], ["--force"]))), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    time.sleep(trial.chance.uniform(0.1, trial.length * 1.1))
    was_alive = process.poll() is None
    kill_tree(process.pid)
    steps = process.communicate()[1].strip().splitlines()
    return (steps[-1].partition("] ")[2] if steps else "starting") if was_alive else "it had ended"


@dataclass(frozen=True)
class Strike:
    """So long after a step of a build begins."""

    options: tuple[str, ...]
    step: str
    delay: float


def strikes(trial: Trial, count: int) -> list[Strike]:
    """As many moments, one at random in each of so many equal parts of a build from its first step on; every other one of a
    forced build.
    """
    lengths = {}
    for options in ((), ("--force",)):
        rollback(trial.settings.published, trial.past)
        begun = re.findall(r"\[ *([\d.]+)s\] (.+)", build(trial.home, *options)[3])
        steps = [(words, float(at)) for at, words in begun if "：" not in words or "截至" in words]
        lengths[options] = steps, float(begun[-1][0]) + 0.1  # publishing takes a moment
    found = []
    for number in range(count):
        options = () if number % 2 else ("--force",)
        steps, length = lengths[options]
        first = steps[0][1]   # before it a process starts and does nothing yet
        at = first + (number + trial.chance.random()) / count * (length - first)
        step, begins = max(((words, begins) for words, begins in steps if begins <= at), key=lambda one: one[1])
        found.append(Strike(options, step, at - begins))
    assert len(set(found)) == count
    return found


def at_moment(trial: Trial) -> str:
    """A build at the next of the moments drawn beforehand. One that had ended was too quick: it is struck in half the time."""
    strike = next(trial.strikes)
    delay = strike.delay
    for _ in range(5):
        ended, words = struck(softcity(trial.home, "build", *strike.options), strike.step, delay)
        record = json.loads((trial.settings.var / "last_build.json").read_text(encoding="utf-8"))
        if ended == -signal.SIGKILL and record["state"] == "running":
            forced = " of a forced one" if strike.options else ""
            return f"{delay:.2f} s into {strike.step}{forced}, {words.partition('] ')[2]}"
        rollback(trial.settings.published, trial.past)
        delay /= 2
    raise AssertionError(f"{strike}: never hit")


def at_scheduler(trial: Trial) -> str:
    """The scheduler: its run of the daily build is asked for as soon as it answers, and all of it is killed some time later."""
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    process = started(softcity(trial.home, "schedule", "--port", str(PORT)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    began = time.monotonic()
    until = began + (trial.chance.uniform(1, 30) if trial.chance.random() < 0.3 else 240)
    asked_at = 0.0
    while time.monotonic() < until and process.poll() is None:
        if not asked_at and _is_launched():
            asked_at = time.monotonic()
            until = asked_at + trial.chance.uniform(0.1, trial.length * 2)
        time.sleep(0.3)
    state = "building" if is_building(trial.settings) else "before or after the build" if asked_at else "starting"
    kill_tree(process.pid)
    process.wait()
    return f"{state}, {time.monotonic() - began:.0f} s after its start"


def _is_launched() -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/graphql", json.dumps({"query": LAUNCH}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return "LaunchRunSuccess" in answer.read().decode()
    except OSError:
        return False


def at_server(trial: Trial) -> str:
    """The server under readers: all of it, or one worker, which the others must make good."""
    server = _served(trial)
    register_pages(trial.home)
    people = [Person(PORT, n, "WXP01", {"no such name"}, time.monotonic() + 60) for n in (0, 10)]
    for person in people:
        person.sign_in()
        threading.Thread(target=_walk, args=(person,), daemon=True).start()
    time.sleep(trial.chance.uniform(0.1, 4))
    workers = [pid for pid in tree(server.pid) if pid != server.pid]
    if is_one := trial.chance.random() < 0.4:
        kill(workers[:1])
        time.sleep(2)
        _asks(people[0])
    kill_tree(server.pid)
    server.wait()
    again = _served(trial)
    _asks(people[0])  # the session is still good
    again.terminate()
    again.wait(40)
    return "one worker, then all" if is_one else "all of it"


def _served(trial: Trial) -> "subprocess.Popen[str]":
    server = started(softcity(trial.home, "serve", "--port", str(PORT)), stdout=subprocess.PIPE)
    assert server.stdout is not None
    if not server.stdout.readline().startswith("ready: "):
        raise AssertionError("the server did not start")
    return server


def _walk(person: Person) -> None:
    try:
        for method, path, body in person.walk():
            person.look(method, path, body)
    except Exception:
        return  # the server dies under it: that is the point


def _asks(person: Person) -> None:
    """A reader who was signed in before asks anew, over a connection of their own."""
    again = Person(person.port, 0, person.park, {"no such name"}, 0)
    again.cookie, again.token = person.cookie, person.token
    again.look("POST", "/_dash-update-component", encoded(body_of("/")))
    if again.seen.wrong:
        raise AssertionError(f"the session ended: {again.seen.wrong[0]}")


VICTIMS: dict[str, Callable[[Trial], str]] = {"build": at_build, "moment": at_moment, "scheduler": at_scheduler, "server": at_server}


def moment(trial: Trial, victim: str) -> tuple[str, list[str]]:
    """One kill, and all that must hold after it: what was going on, and what did not hold."""
    published = trial.settings.published
    rollback(published, trial.past)
    served = content(published / trial.past)
    try:
        doing = VICTIMS[victim](trial)
    except AssertionError as error:
        return "see the outcome", [str(error)]
    problems, after = [], trial.now
    if content(published / trial.past) != served:
        problems.append("the served snapshot changed")
    if after != trial.past and trial.marts() != trial.truth:
        problems.append("other marts in force")
    if is_building(trial.settings):
        problems.append("the lock outlived its holder")
    if (last_build(trial.settings) or {}).get("state") == "running":
        problems.append("told as running")
    try:
        trial.undisturbed()
    except AssertionError as error:
        return doing, [*problems, str(error)]
    if trial.marts() != trial.truth:
        problems.append("other marts after the next build")
    if trial.sent() != trial.landing:
        problems.append("landing changed")
    if more := sorted(trial.litter() - trial.files):
        problems.append(f"{len(more)} files more than an undisturbed build leaves: {', '.join(more[:3])}")
    return f"{doing}; {'the old' if after == trial.past else 'the new'} snapshot in force", problems


def prepared(folder: Path, firms: int, seed: int) -> Trial:
    """The home, built without a fault in a twin first: what the twin says is the truth."""
    (folder / "tmp").mkdir()
    os.environ["TMPDIR"] = str(folder / "tmp")  # of every process begun here: what they leave there is litter too
    twin = Trial(Settings.load(folder / "twin"), random.Random(seed))
    city(twin.home, firms)
    trial = Trial(Settings.load(folder / "home"), random.Random(seed))
    shutil.copytree(twin.home / "landing", trial.home / "landing")
    twin.undisturbed()
    trial.undisturbed()
    code, said = build(trial.home, "--as-of", PAST, "--current")[2:]
    assert code in (0, 3), said
    trial.past, trial.landing, trial.truth = trial.now, trial.sent(), twin.marts()
    trial.length = trial.undisturbed()
    assert trial.marts() == trial.truth
    trial.files = frozenset(trial.litter())
    accounts.add(trial.settings.accounts, "user0", PASSWORD, "analyst")
    accounts.add(trial.settings.accounts, "user10", PASSWORD, "operator", ["WXP01"])
    return trial


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--kills", type=int, help="So many kills: three builds at moments drawn beforehand, then the scheduler, in turn.")
    parser.add_argument("--firms", type=int, default=100)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=["build", "build", "build", "scheduler", "server"], help="in turn")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, help="Where the table is written as it grows, besides being printed.")
    asked = parser.parse_args()
    failed = 0

    def tell(line: str) -> None:
        print(line, flush=True)
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    with tempfile.TemporaryDirectory(prefix="softcity-faults-") as folder:
        trial = prepared(Path(folder), asked.firms, asked.seed)
        if asked.kills:
            trial.strikes = iter(strikes(trial, asked.kills))
            asked.moments, asked.victims = asked.kills, ["moment", "moment", "moment", "scheduler"]
        tell(f"{asked.moments} moments, {asked.firms} firms, seed {asked.seed}; an undisturbed build takes {trial.length:.0f} s at {load()}\n")
        tell("| moment | victim | going on | outcome |\n|---|---|---|---|")
        for number in range(asked.moments):
            victim = asked.victims[number % len(asked.victims)]
            doing, problems = moment(trial, victim)
            failed += bool(problems)
            tell(f"| {number + 1} | {victim} | {doing} | {'; '.join(problems) or 'whole; the next one byte-equal, no litter'} |")
        tell(f"\n{asked.moments - failed} of {asked.moments} as it must be; {len(snapshots(trial.settings.published))} snapshots kept")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
