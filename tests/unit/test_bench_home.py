"""Measuring a process and all below it while they come and go."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.home import memory, tree


def test_a_process_that_ends_while_it_is_looked_at_ends_no_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: Path, pattern: str) -> Iterator[Path]:
        raise FileNotFoundError(path)   # pathlib of Python 3.11.2; later ones find nothing

    monkeypatch.setattr(Path, "glob", gone)
    assert tree(os.getpid()) == [os.getpid()]
    assert memory([2**22 + 1]) == 0
