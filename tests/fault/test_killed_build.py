"""A build killed at any moment leaves the served snapshot untouched, and the next build succeeds."""

import os
import random
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.assets.build import build
from pipelines.publish import current_id
from pipelines.settings import PROJECT, Settings
from tests.conftest import City


def test_a_killed_build_leaves_the_snapshot_and_needs_no_repair(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    settings = city.copied(tmp_path / "home")
    first = current_id(settings.published)
    served = _content(settings)
    length = 14.0
    for moment in sorted(random.Random(7).uniform(0.2, length) for _ in range(3)):
        command = [
            sys.executable,
            "-c",
            "from pipelines.cli import main; main()",
            "build",
            "--force",
            "--landing",
            str(settings.landing),
        ]
        environment = os.environ | {"SOFTCITY_HOME": str(settings.home)}
        process = subprocess.Popen(
            command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL, cwd=PROJECT
        )
        time.sleep(moment)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if current_id(settings.published) == first:
            assert _content(settings) == served
    last = build(settings, force=True)
    assert last.published
    assert last.claims_by_outcome == city.result.claims_by_outcome
    assert not list(settings.published.glob(".*"))
    assert not list(scratch.glob("softcity-*"))


def _content(settings: Settings) -> dict[str, str]:
    folder = settings.published / (current_id(settings.published) or "")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
