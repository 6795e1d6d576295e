"""What goes while it is looked at: a process that ends, a folder that is moved away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.home import memory
from pipelines.base.processes import tree
from pipelines.defs.automation import _state_of
from pipelines.settings import Settings
from pipelines.sources.landing import landing_files


def goes_when_read(monkeypatch: pytest.MonkeyPatch, gone: Path) -> None:
    """Let a folder go in the moment in which its names are read."""
    read = os.scandir

    def scandir(place: str | Path = ".") -> "os._ScandirIterator[str]":
        if Path(place) == gone:
            raise FileNotFoundError(gone)
        return read(place)

    monkeypatch.setattr(os, "scandir", scandir)


def test_all_processes_below_one_are_found_and_one_that_ends_meanwhile_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = "import subprocess, sys, threading; threading.Thread(target=lambda: subprocess.run(['sleep', '60'])).start(); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", sleeper], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        while len(found := tree(child.pid)) < 2:   # begun by a thread of it
            pass
        goes_when_read(monkeypatch, Path(f"/proc/{child.pid}/task"))
        assert tree(child.pid) == [child.pid]
        for pid in found:
            os.kill(pid, 9)
    assert memory([child.pid]) == 0   # waited for, which the other is not


def test_a_folder_moved_away_while_it_is_read_takes_no_other_file_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(tmp_path)
    folder = settings.landing / "payments"
    for name in ("2024/a.csv", "2025/b.csv", "c.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    whole = _state_of(settings, "payments")
    assert [path.name for path in landing_files(folder)] == ["a.csv", "b.csv", "c.csv", "loop.csv"]
    goes_when_read(monkeypatch, folder / "2024")
    assert [path.name for path in landing_files(folder)] == ["b.csv", "c.csv", "loop.csv"]
    assert _state_of(settings, "payments") not in ("", whole)
    assert list(landing_files(tmp_path / "none")) == []
