"""Hold the locks to what is installed and each package to its licence, then ask the public advisories about every pinned one.

`python .ci/audit.py licences` writes docs/licences.md, which every run holds to what is installed.

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

LOCKS = [Path(__file__).parents[1] / name for name in ("requirements.lock", "requirements-spark.lock")]   # the second: installed or not
LISTED = Path(__file__).parents[1] / "docs" / "licences.md"
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


KINDS = {  # the first that a licence's words hold decides
    "weak": re.compile(r"LGPL|Lesser|MPL|Mozilla|EPL|CDDL"),
    "strong": re.compile(r"GPL|General Public|Affero|SSPL|BUSL|Commons Clause|Proprietary"),
    "free": re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Artistic|Zlib|CC0|CNRI|Unlicense|public domain", re.IGNORECASE),
}
WORST = ("unknown", "strong", "weak", "free")
HEAD = """# Licences of what we depend on

Softcity is under the Apache License 2.0 ([LICENSE](../LICENSE)). What it depends on is installed beside it, unchanged, from the
lock; none of it forbids that. Written by `python .ci/audit.py licences`; `make check` refuses a package that is under the GPL
alone or whose licence is not understood, and holds the names of this list to what is installed.

"""


def licence(package: Distribution) -> str:
    """A package's licence in its own words: the expression, else what it is classified as (any of these), else its text's first line."""
    said, named = package.metadata, [line.rpartition(" :: ")[2] for line in package.metadata.get_all("Classifier") or () if line.startswith("License ::")]
    named = [line for line in named if line != "OSI Approved"]
    words = said.get("License-Expression") or " OR ".join(named) or (said.get("License") or "").partition("\n")[0]
    if not words:
        texts = [path for path in package.files or () if path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))]
        words = next((line for path in texts for line in path.read_text(encoding="utf-8").splitlines() if line.strip()), "")
    return " ".join(words.split())


def kind_of(words: str) -> str:
    """`free`, `weak` (changes to the package itself stay under its licence), `strong` (ours would have to be) or `unknown`."""

    def kind(name: str) -> str:
        return next((kind for kind, pattern in KINDS.items() if pattern.search(name)), "unknown")

    parts = [max((kind(name) for name in part.split(" OR ")), key=WORST.index) for part in words.split(" AND ")]
    return min(parts, key=WORST.index)


def licences(installed: Iterable[Distribution]) -> tuple[str, list[str]]:
    """The list of licences as docs/licences.md has it, and what is wrong with them."""
    lines, wrong = ["| package | licence | |", "|---|---|---|"], []
    for name, words in sorted((_plain(p.name), licence(p)) for p in installed if _plain(p.name) not in BY_PYTHON):
        kind = kind_of(words)
        if kind in ("strong", "unknown"):
            wrong.append(f"{name}: {words or 'no licence'} " + ("would bind all of ours: take another" if kind == "strong" else "is not understood: read it, then name it in .ci/audit.py"))
        lines.append(f"| {name} | {words} | {'changes to it stay under its licence' if kind == 'weak' else ''} |")
    return HEAD + "\n".join(lines) + "\n", wrong


def against_the_list(listed: str, lock: str, installed: Iterable[Distribution]) -> list[str]:
    """What docs/licences.md lacks or has too much. By name: versions, and with them words, differ by Python and system."""
    named = set(re.findall(r"^\| ([a-z0-9-]+) \|", listed, re.MULTILINE)) - {"package"}
    pinned = {_plain(name) for name in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE)}
    lacking = {_plain(package.name) for package in installed} - BY_PYTHON - named
    return [
        f"docs/licences.md {what} {name}: python .ci/audit.py licences"
        for what, names in (("lacks", lacking), ("still names", named - pinned)) for name in sorted(names)
    ]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    listed, forbidden = licences(distributions())
    if "licences" in sys.argv[1:]:
        LISTED.write_text(listed, encoding="utf-8")
        return
    pinned = "".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    wrong = against_the_lock(pinned, distributions()) + forbidden
    wrong += against_the_list(LISTED.read_text(encoding="utf-8"), pinned, distributions())
    if wrong:
        sys.exit("\n".join(f"audit: {line}" for line in wrong))
    asked = [*(word for lock in LOCKS for word in ("--requirement", str(lock))), "--disable-pip", "--require-hashes", "--timeout", "5"]
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
