"""The audit of pinned packages, with an auditor of our own in place of pip-audit."""

import importlib.util
import json
import os
import subprocess
import sys
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import PROJECT

SKIPPED = {"name": "b", "skip_reason": "not found"}
HOLE = {"name": "a", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


def audit(tmp_path: Path, auditor: str) -> tuple[int, str]:
    (tmp_path / "pip_audit.py").write_text(auditor)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, PROJECT / ".ci" / "audit.py"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def saying(*packages: dict[str, Any]) -> str:
    return f"print({json.dumps(json.dumps({'dependencies': packages}))})"


def test_a_known_vulnerability_ends_in_one_and_is_named(tmp_path: Path) -> None:
    code, said = audit(tmp_path, saying(HOLE, SKIPPED))
    assert code == 1
    assert "a 1.0: PYSEC-1, mended in 1.1" in said


@pytest.mark.parametrize(
    ("auditor", "told"),
    [(saying(SKIPPED), "1 not found in the advisories"), ("raise SystemExit('no route to host')", "not done")],
)
def test_what_could_not_be_looked_up_is_told_as_not_looked_up(tmp_path: Path, auditor: str, told: str) -> None:
    code, said = audit(tmp_path, auditor)
    assert code == 0
    assert told in said


HASH = "--hash=sha256:" + "0" * 64
LOCK = f"a==1.0 \\\n    {HASH}\n    # via b\nb[x]==2.0 ; sys_platform == 'linux' \\\n    {HASH}\nb==1.9 ; sys_platform == 'win32' \\\n    {HASH}\n"


def auditor() -> Any:
    named = importlib.util.spec_from_file_location("audit", PROJECT / ".ci" / "audit.py")
    assert named
    assert named.loader
    module = importlib.util.module_from_spec(named)
    named.loader.exec_module(module)
    return module


def installed(folder: Path, name: str, version: str, licence: str = "License: MIT\n") -> Distribution:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{licence}")
    return PathDistribution(info)


@pytest.mark.parametrize(
    ("lock", "package", "told"),
    [
        (LOCK, ("a", "1.0"), None),
        (LOCK, ("B", "2.0"), None),
        (LOCK, ("a", "1.1"), "a 1.1 is installed, the lock has 1.0"),
        (LOCK, ("c", "1.0"), "c 1.0 is installed, the lock has none"),
        (LOCK, ("a", "1.0", ""), "a states no licence"),
        (LOCK + "c==3.0\n", ("a", "1.0"), "no version by hash: c==3.0"),
        (LOCK + f"c @ https://elsewhere.example/c.whl {HASH}\n", ("a", "1.0"), "the lock names an address"),
        (f"--extra-index-url https://elsewhere.example\n{LOCK}", ("a", "1.0"), "the lock names an address"),
    ],
)
def test_the_lock_is_held_to_what_is_installed_without_a_network(tmp_path: Path, lock: str, package: tuple[str, ...], told: str | None) -> None:
    found = auditor().against_the_lock(lock, [installed(tmp_path, *package)])
    assert bool(found) == bool(told)
    assert not told or any(told in line for line in found)


@pytest.mark.parametrize(
    ("licence", "told", "wrong"),
    [
        ("License: MIT", "| a | MIT |  |", None),
        ("License-Expression: Apache-2.0 AND BSD-3-Clause", "| a | Apache-2.0 AND BSD-3-Clause |  |", None),
        ("License-Expression: MPL-2.0 AND (Apache-2.0 OR MIT)", "stay under its licence", None),
        ("Classifier: License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)", "stay under its licence", None),
        ("Classifier: License :: OSI Approved :: Artistic License\nClassifier: License :: OSI Approved :: GNU General Public License (GPL)", "Artistic License OR", None),
        ("License: GPLv2+", "GPLv2+", "a: GPLv2+ would bind all of ours"),
        ("License-Expression: MIT AND AGPL-3.0-only", "AGPL", "would bind all of ours"),
        ("License: see the web page", "web page", "is not understood"),
        ("License: ", "", "a: no licence is not understood"),
    ],
)
def test_a_licence_that_binds_ours_or_is_not_understood_is_refused(tmp_path: Path, licence: str, told: str, wrong: str | None) -> None:
    listed, found = auditor().licences([installed(tmp_path, "a", "1.0", f"{licence}\n")])
    assert told in listed
    assert [wrong in line for line in found] == ([True] if wrong else [])


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("| package | licence | |\n| a | MIT of another version |  |\n| b | MIT |  |", []),
        ("| a | MIT |  |\n| b | MIT |  |\n| gone | MIT |  |", ["still names gone"]),
        ("| b | MIT |  |", ["lacks a"]),
    ],
)
def test_the_list_of_licences_names_what_is_installed_and_nothing_that_is_gone(tmp_path: Path, listed: str, told: list[str]) -> None:
    found = auditor().against_the_list(listed, LOCK, [installed(tmp_path, "a", "1.0")])
    assert [words in line for words, line in zip(told, found, strict=True)] == [True] * len(told)
