"""A lighter plotly.js: bars and points instead of everything, a quarter of the bytes.

`python -m dashboard.plotly_bundle` fetches the bundle by npm at set-up; nothing is committed, and without npm the bundle
inside plotly is compressed instead and serves at the same address.
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
LIGHTER, SHIPPED = f"plotly-basic-{VERSION}.min.js", f"plotly-{VERSION}.min.js"
ADDRESS = f"/vendor/{LIGHTER}"


def files(name: str = LIGHTER) -> dict[str, Path]:
    """A bundle by content encoding."""
    return {coding: FOLDER / f"{name}.{coding}" for coding in ("br", "gzip")}


def is_there(name: str = LIGHTER) -> bool:
    return all(file.is_file() for file in files(name).values())


def read(coding: str) -> bytes | None:
    """The bundle in a content encoding: the lighter one where it was fetched, else the shipped one; None before set-up."""
    for name in (LIGHTER, SHIPPED):
        if is_there(name):
            return files(name)[coding].read_bytes() if coding in files() else gzip.decompress(files(name)["gzip"].read_bytes())
    return None


def shipped() -> bytes:
    """The plotly.js that plotly carries."""
    return resources.files("plotly").joinpath("package_data/plotly.min.js").read_bytes()


def unpack(package: Path) -> bytes:
    """The script in a package whose hash is right. Raises ValueError for another."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise ValueError(f"{package.name} has hash {found}, {INTEGRITY} is expected")
    with tarfile.open(package) as archive:
        script = archive.extractfile(MEMBER)
        return script.read() if script else b""


def put(name: str, content: bytes) -> None:
    """Compress a bundle as far as it goes, once: the shipped one takes 14 s and is 123 kB smaller for it."""
    FOLDER.mkdir(exist_ok=True)
    packed = {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9)}
    for coding, file in files(name).items():
        fresh = file.with_suffix(".new")
        fresh.write_bytes(packed[coding])
        fresh.replace(file)


def fetch() -> None:
    """Fetch the bundle unless it is there; where that fails say so in a line and take the shipped one."""
    if is_there():
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["npm", "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"],
                cwd=folder, check=True, capture_output=True, timeout=120,
            )
            put(LIGHTER, unpack(next(Path(folder).glob("*.tgz"))))
    except (OSError, subprocess.SubprocessError, StopIteration, ValueError, tarfile.TarError, KeyError) as error:
        print(f"no lighter plotly.js ({str(error)[:120]}); the shipped one serves", file=sys.stderr)
        if not is_there(SHIPPED):
            put(SHIPPED, shipped())


if __name__ == "__main__":
    fetch()
