"""Heavy work is done in turn: one piece runs, one waits, the rest are told at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ask, full

from dashboard import heavy
from dashboard.errors import AnswerLate, Busy
from dashboard.heavy import Queue
from pipelines.settings import PROJECT


def test_the_third_is_told_at_once_and_the_second_has_its_turn(tmp_path: Path):
    with full(tmp_path), pytest.raises(Busy), Queue(tmp_path).turn():
        raise AssertionError("two are before it")
    with Queue(tmp_path).turn(), Queue(tmp_path).turn():
        pass  # inside a turn no second one is waited for


def test_whoever_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(heavy, "WAIT_SECONDS", 0)
    with holder(tmp_path) as other:
        with pytest.raises(AnswerLate), Queue(tmp_path).turn():
            raise AssertionError("another process has its turn")
        other.kill()
        other.wait()
        with Queue(tmp_path).turn():
            pass  # what a killed worker held is free


def holder(folder: Path) -> "subprocess.Popen[str]":
    """A process that has its turn until it is ended."""
    code = f"from pathlib import Path; from dashboard.heavy import Queue\nwith Queue(Path({str(folder)!r})).turn(): print('has it', flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert process.stdout is not None
    assert process.stdout.readline() == "has it\n"
    return process


def test_a_report_is_heavy_work_and_pages_go_on(signed_in, shared: Path):
    client = signed_in("ana")
    with full(shared):
        told = client.get("/export/report/city.pdf")
        assert (told.status_code, told.headers["Retry-After"]) == (503, "30")
        assert "一项正在计算" in told.get_json()["error"]
        assert ask(client, "/").status_code == 200
        assert client.get("/export/park_list.csv").status_code == 200
    assert client.get("/export/report/city.pdf").status_code == 200
