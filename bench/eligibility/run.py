"""The same claims through Softcity's evaluator, OpenFisca and zen-engine: wall time, peak memory, equal totals.

python bench/eligibility/run.py [--claims 100000 1000000 10000000] [--zen-most 1000000] [--runs 1]
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
OWN = HERE / ".venv"
OURS, ZEN = "softcity", "zen-engine"
OPENFISCA = ("documented", "tuned", "by_kind")


class Figures(NamedTuple):
    wall: float  # seconds, of the whole process
    cpu: float  # seconds, of all its threads
    peak: float  # MB, the most it held
    totals: list[list[object]] | None  # clause, outcome, claims, sum of ceilings in fen; None: extrapolated


def set_up() -> Path:
    """The two engines in an environment of their own: their numpy is not the project's."""
    python, wanted, mark = OWN / "bin" / "python", (HERE / "requirements.txt").read_text(), OWN / "installed.txt"
    if not mark.is_file() or mark.read_text() != wanted:
        venv.create(OWN, with_pip=True, clear=True)
        pip = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            HERE / "requirements.txt",
        ]
        if subprocess.run(pip, check=False).returncode:
            raise SystemExit("OpenFisca and zen-engine cannot be installed here, so there is nothing to compare with.")
        mark.write_text(wanted)
    return python


def measured(command: list[str | Path], folder: Path) -> Figures:
    """One whole process: this one stays small, since a child's peak starts at its parent's."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed ({process.returncode}).")
    totals = sorted(json.loads((folder / "totals.json").read_text()))
    return Figures(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, totals)


def compared(claims: int, commands: dict[str, list[str | Path]], folder: Path, runs: int) -> dict[str, Figures]:
    """Every engine in turn, `runs` times; the middle one by wall time. Refuses totals that differ."""
    subprocess.run([sys.executable, HERE / "prepare.py", folder, str(claims)], check=True)
    found: dict[str, list[Figures]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measured([*command, folder], folder))
    for name, figures in found.items():
        if any(f.totals != found[OURS][0].totals for f in figures):
            raise SystemExit(f"{name} and {OURS} do not agree on {claims:,} claims: {folder}/totals.json")
    return {name: sorted(figures)[(runs - 1) // 2] for name, figures in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--zen-most", type=int, default=1_000_000, help="beyond it zen-engine is extrapolated, not run")
    parser.add_argument("--runs", type=int, default=1, help="of each engine at each size; the median is shown")
    asked = parser.parse_args()
    engines = set_up()
    print(f"{'claims':>12}  {'engine':<23}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}  × wall  × peak  growth")
    earlier: dict[str, Figures] = {}
    size = zen_claims = 0
    for claims in sorted(asked.claims):
        commands: dict[str, list[str | Path]] = {
            OURS: [sys.executable, HERE / "with_softcity.py"],
            **{f"openfisca, {way}": [engines, HERE / "with_openfisca.py", way] for way in OPENFISCA},
        }
        if claims <= asked.zen_most:
            commands[ZEN] = [engines, HERE / "with_zen.py"]
        with tempfile.TemporaryDirectory(prefix="eligibility-") as folder:
            found = compared(claims, commands, Path(folder), asked.runs)
        totals = found[OURS].totals or []
        if ZEN in found:
            zen, zen_claims = found[ZEN], claims
        elif zen_claims:
            found[ZEN] = Figures(zen.wall * claims / zen_claims, zen.cpu * claims / zen_claims, zen.peak, None)
        for name, f in found.items():
            ours = found[OURS]
            note = f"extrapolated from the first {zen_claims:,}, not run" if f.totals is None else ""
            if name in earlier and not note:
                note = f"{math.log(f.wall / earlier[name].wall) / math.log(claims / size):6.2f}"
            print(
                f"{claims:>12,}  {name:<23}{f.wall:>9.2f}{f.cpu:>9.2f}{f.peak:>9.0f}{f.wall / ours.wall:>8.1f}{f.peak / ours.peak:>8.1f}  {note}"
            )
        counted, fen = sum(int(str(row[2])) for row in totals), sum(int(str(row[3])) for row in totals)
        print(f"{'':>12}  equal totals: {len({row[0] for row in totals})} clauses, {len(totals)} counts by clause and outcome, "
              f"{counted:,} claims, ceilings of {fen // 100:,}.{fen % 100:02} yuan, to the fen")  # fmt: skip
        earlier, size = {name: f for name, f in found.items() if f.totals is not None}, claims
    print("growth: the power of the number of claims that wall time rises with since the size above; 1 is linear.")


if __name__ == "__main__":
    main()
