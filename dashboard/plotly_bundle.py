"""A lighter plotly.js: bars and points instead of everything, a quarter of the bytes.

`python -m dashboard.plotly_bundle` fetches the bundle by npm at set-up; nothing is committed, and without npm the bundle
inside plotly serves at the same address.
"""

import base64
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from importlib import resources
from pathlib import Path

import brotli  # type: ignore[import-untyped]

PACKAGE, VERSION, MEMBER = "plotly.js-basic-dist-min", "4.1.1", "package/plotly-basic.min.js"
KINDS = frozenset({"bar", "scatter"})  # a figure of another kind needs another bundle
INTEGRITY = "sha512-1oNF8PeQx2hv/y7tqEVWKD3JGwn/MGEMQ8mL9HUwsaqG9FGy/OU5FHUHvzqbqxN4mnwZGI9abTiE775C4kkjMQ=="
"""Of the package as npm has it; a new plotly in pyproject.toml needs a new version and hash here (a test says so)."""
FOLDER = Path(__file__).parent / "vendor"
ADDRESS = f"/vendor/plotly-basic-{VERSION}.min.js"


def files() -> dict[str, Path]:
    """The bundle by content encoding."""
    return {coding: FOLDER / f"plotly-basic-{VERSION}.min.js.{coding}" for coding in ("br", "gzip")}


def is_there() -> bool:
    return all(file.is_file() for file in files().values())


def read(coding: str) -> bytes | None:
    """The lighter bundle in a content encoding; None where it was not fetched."""
    if not is_there():
        return None
    return files()[coding].read_bytes() if coding in files() else gzip.decompress(files()["gzip"].read_bytes())


def shipped() -> bytes:
    """The plotly.js that plotly carries."""
    return resources.files("plotly").joinpath("package_data/plotly.min.js").read_bytes()


def unpack(package: Path) -> None:
    """Take the script out of a package whose hash is right, and compress it once. Raises ValueError for another."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise ValueError(f"{package.name} has hash {found}, {INTEGRITY} is expected")
    with tarfile.open(package) as archive:
        script = archive.extractfile(MEMBER)
        content = script.read() if script else b""
    FOLDER.mkdir(exist_ok=True)
    packed = {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9)}
    for coding, file in files().items():
        fresh = file.with_suffix(".new")
        fresh.write_bytes(packed[coding])
        fresh.replace(file)


def fetch() -> None:
    """Fetch the bundle unless it is there; where that fails say so in a line and leave it: the shipped one serves."""
    if is_there():
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["npm", "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"],
                cwd=folder, check=True, capture_output=True, timeout=120,
            )
            unpack(next(Path(folder).glob("*.tgz")))
    except (OSError, subprocess.SubprocessError, StopIteration, ValueError, tarfile.TarError, KeyError) as error:
        print(f"no lighter plotly.js ({str(error)[:120]}); the shipped one serves", file=sys.stderr)


if __name__ == "__main__":
    fetch()
