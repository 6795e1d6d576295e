"""What the long benches share: a home with an invented city, small new files for it, our commands, memory and disk."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

from pipelines.base.disk import everything_below
from pipelines.base.processes import tree
from pipelines.sample import write_city
from pipelines.settings import PROJECT

HEADER = "拨付编号,申报编号,拨付日期,金额(元),资金层级\n"


def city(home: Path, firms: int) -> None:
    """Files of an invented city under HOME/landing. The planted cases are always there, so about 150 firms are the least."""
    write_city(home, firms)


def deliver(home: Path, number: int) -> None:
    """One small file more: a yuan paid. Written aside and renamed, as a careful sender does."""
    folder = home / "landing" / "payments"
    part = folder / f".{number}.part"
    part.write_text(f"{HEADER}ZZ{number:07d},SB2025-000014,2025-12-30,1,市\n", encoding="utf-8")
    part.rename(folder / f"small-{number:05d}_2025-12-31.csv")


def softcity(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-c", "from pipelines.cli import main; main()", "--home", str(home), *arguments]


def started(command: list[str], **more: object) -> "subprocess.Popen[str]":
    """A process at the head of a group of its own, so that all of it can be measured and ended."""
    return subprocess.Popen(command, cwd=PROJECT, start_new_session=True, text=True, **more)  # type: ignore[call-overload, no-any-return]


def kill(pids: list[int]) -> None:
    """Kill some processes at once and wait until none of them holds anything any more."""
    _send(pids, signal.SIGKILL)
    until = time.monotonic() + 30
    while any(map(_lives, pids)) and time.monotonic() < until:
        time.sleep(0.05)


def kill_tree(pid: int) -> None:
    """Kill a process and all below it. They are stopped first: one that still runs may have a child nobody saw."""
    found: set[int] = set()
    while (now := set(tree(pid))) - found:   # by name, not by number: one may end while another begins
        found |= now
        _send(sorted(found), signal.SIGSTOP)
        time.sleep(0.02)  # a stop, too, takes a moment to arrive
    kill(sorted(found))


def struck(command: list[str], step: str, delay: float, **more: object) -> tuple[int, str]:
    """A build killed with all below it, so long after it said that a step begins: how it ended (-9 when it was hit), its last words."""
    process = started(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    assert process.stderr is not None
    said = next((line for line in process.stderr if step in line), "")
    time.sleep(delay)
    kill_tree(process.pid)
    return process.wait(), (process.communicate()[1] or said).strip().rpartition("\n")[2]


def _send(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue


def _lives(pid: int) -> bool:
    """Whether any of its threads still runs: the first may have ended while another yet holds what all had open, a lock too."""
    try:
        return any((task / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX" for task in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return Path(f"/proc/{pid}/task").exists() and _lives(pid)


def memory(pids: list[int]) -> float:
    """MB of some processes together: what is theirs alone and their part of what is shared (PSS)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total / 1024, 1)


def build(home: Path, *arguments: str, environment: dict[str, str] | None = None) -> tuple[float, float, int, str]:
    """One build: see `measured`."""
    return measured(softcity(home, "build", *arguments), environment)


def measured(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float, int, str]:
    """One command: seconds, the highest memory of it and all below it (four looks a second), its end, its words on stderr."""
    peak, ended = [0.0], threading.Event()
    begun = time.monotonic()
    process = started(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | (environment or {}))

    def look() -> None:
        while not ended.wait(0.25):
            peak[0] = max(peak[0], memory(tree(process.pid)))

    watcher = threading.Thread(target=look)
    watcher.start()
    said = process.communicate()[1]
    took = time.monotonic() - begun
    ended.set()
    watcher.join()
    return round(took, 2), peak[0], process.returncode, said


def size(folder: Path) -> tuple[float, int]:
    """MB and number of files under a folder. What goes while it is counted is not there."""
    total = count = 0
    for path in everything_below(folder):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file():
            total, count = total + state.st_size, count + 1
    return round(total / 1e6, 4), count


def quarters(values: list[float]) -> list[float]:
    """The median of each quarter of a run."""
    quarter = max(1, len(values) // 4)
    return [round(median(values[i * quarter : (i + 1) * quarter] or values[-1:]), 2) for i in range(4)]


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
