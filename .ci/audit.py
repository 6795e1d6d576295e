"""Hold the lock to what is installed, then ask the public advisories about every pinned package.

The first needs no network. Of the second, a known vulnerability ends in 1 and silence is told as silence: pip-audit by
itself calls a run good in which no package could be looked up.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
BY_PYTHON = {"pip", "setuptools", "wheel", "softcity"}  # what a new environment brings, and we ourselves


def against_the_lock(lock: str, installed: Iterable[Distribution]) -> list[str]:
    """What is wrong with the lock or beside it: a pin without hash or with an address, a package of another version or licence unknown."""
    pins: dict[str, set[str]] = {}
    found = [f"the lock names an address: {line.strip()}" for line in lock.splitlines() if "://" in line or re.match(r"\s*-[^-]|\s*--(?!hash)", line)]
    for pin in re.split(r"\n(?=[\w.-]+(?:\[|==| @))", lock.strip()):
        if not (named := re.match(r"([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", pin)) or "--hash=sha256:" not in pin:
            found.append(f"no version by hash: {pin.splitlines()[0]}")
        else:
            pins.setdefault(_plain(named[1]), set()).add(named[2])
    for package in sorted(installed, key=lambda package: package.name):
        if (name := _plain(package.name)) in BY_PYTHON:
            continue
        if package.version not in pins.get(name, ()):
            found.append(f"{name} {package.version} is installed, the lock has {' or '.join(sorted(pins.get(name, {'none'})))}")
        said = package.metadata
        if not any(said.get_all(key) for key in ("License-Expression", "License", "License-File")) and "License ::" not in str(said.get_all("Classifier")):
            found.append(f"{name} states no licence")
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    if wrong := against_the_lock(LOCK.read_text(encoding="utf-8"), distributions()):
        sys.exit("\n".join(f"audit: {line}" for line in wrong))
    asked = ["--requirement", str(LOCK), "--disable-pip", "--require-hashes", "--timeout", "5"]
    command = [sys.executable, "-m", "pip_audit", *asked, "--progress-spinner", "off", "--format", "json"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if not said.stdout:
        print(f"audit: not done, the advisories cannot be reached ({(said.stderr.strip().splitlines() or ['no answer'])[-1]})")
        return
    packages = json.loads(said.stdout)["dependencies"]
    found = [f"{p['name']} {p['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version yet'}"
             for p in packages for v in p.get("vulns", ())]  # fmt: skip
    unknown = sum("skip_reason" in p for p in packages)
    print("\n".join([f"audit: {len(packages)} packages, {len(found)} known vulnerabilities, {unknown} not found in the advisories", *found]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
