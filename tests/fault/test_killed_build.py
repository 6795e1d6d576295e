"""A build killed at any moment leaves the served snapshot untouched, and the next build gives what an undisturbed one gives."""

import json
import os
import random
import signal
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from bench.home import struck
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.build import build
from pipelines.build_record import last_build
from pipelines.settings import Settings
from tests.conftest import City

pytestmark = pytest.mark.slow
STRIKES = {"识别企业名称": 0.2, "核对来源数据": 0.02, "套用政策条款": 1.5, "核对结果数据": 0.01, "发布快照": 0.03}
"""Steps as a build says them, and within how many seconds of the beginning of each it is struck."""


def test_a_build_killed_in_any_step_leaves_the_snapshot_and_needs_no_repair(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    settings = city.copied(tmp_path / "home")
    served = made_of_something_else(settings)
    chance = random.Random(7)
    for step, longest in STRIKES.items():
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", "build", "--landing", str(settings.landing)]
        ended, last_words = struck(command, step, chance.uniform(0, longest), env=os.environ | {"SOFTCITY_HOME": str(settings.home)})
        assert ended == -signal.SIGKILL, f"{step}: it had ended"
        assert step in last_words, "it was struck in this step and in no other"
        assert json.loads((settings.var / "last_build.json").read_text())["state"] == "running"
        assert (last_build(settings) or {})["state"] == "killed"
        assert content(settings) == served
    last = build(settings)
    assert last.published
    assert not different_marts(settings, city)
    assert not list(settings.published.glob(".*"))
    assert not list(scratch.glob("softcity-*"))


def made_of_something_else(settings: Settings) -> dict[str, str]:
    """Say of the snapshot in force that other code made it: so a build has work, and the parts it may keep. Its content."""
    path = settings.published / (current_id(settings.published) or "") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "fingerprint": "another"}))
    return content(settings)


def content(settings: Settings) -> dict[str, str]:
    folder = settings.published / (current_id(settings.published) or "")
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def different_marts(settings: Settings, city: City) -> list[str]:
    """Marts of the snapshot in force that hold other rows than the undisturbed city's."""
    counts = read_manifest(city.settings.published)["row_counts"]
    assert counts == read_manifest(settings.published)["row_counts"]
    with duckdb.connect() as con:
        for name, home in (("undisturbed", city.settings), ("killed", settings)):
            folder = home.published / (current_id(home.published) or "")
            con.execute(f"attach '{folder / 'marts.duckdb'}' as {name} (read_only)")
        return [mart for mart in counts if con.execute(f"from undisturbed.{mart} except all from killed.{mart} limit 1").fetchall()]
