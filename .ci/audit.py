"""Ask the public advisories about every pinned package: a known vulnerability ends in 1, silence is told as silence.

pip-audit by itself calls a run good in which no package could be looked up.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"


def main() -> None:
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
