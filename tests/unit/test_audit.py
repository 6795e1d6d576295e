"""The audit of pinned packages, with an auditor of our own in place of pip-audit."""

import json
import os
import subprocess
import sys
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
