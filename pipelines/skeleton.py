"""A new city's reference data and a new policy as files that check clean at once and whose comments teach."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Template

from pipelines.base.errors import CityError, PolicyError, SoftcityError
from pipelines.policy.case_table import lacks, write_lacks
from pipelines.policy.load import load_policy

SKELETONS = Path(__file__).parent / "skeletons"
TO_FILL = "待填"
UNKNOWN_PREFIX = "9999"
"""Of no city: until the true digits are written, no registration lies in it."""
_TAKEN = ("national", "schema", "sample")


def new_city(data: Path, city: str, name: str = TO_FILL, province: str = TO_FILL, prefix: str = UNKNOWN_PREFIX) -> list[Path]:
    """The files of `data/reference/<city>`; gives their paths. Raises CityError for a name that cannot be one or is there already."""
    folder = data / "reference" / _named(city, "a city", CityError)
    if folder.exists():
        raise CityError(f"{folder}: this city is there. Edit its files, or choose another name.")
    if not re.fullmatch(r"\d{4}", prefix):
        raise CityError(f"{prefix!r} is no beginning of division codes. Give the four digits of the city.")
    return _write("city", folder, {"city": city, "name": name.removesuffix("市"), "name_en": city.capitalize(), "province": province.removesuffix("省"), "prefix": prefix})


def new_policy(data: Path, city: str, policy: str) -> list[Path]:
    """The files of `data/policies/<city>/<policy>`, its cases to fill among them; gives their paths.

    Raises CityError where the city has no reference data yet, PolicyError for a name that cannot be one or is there already.
    """
    if not (data / "reference" / city).is_dir() or city in _TAKEN:
        raise CityError(f"{data / 'reference' / city}: no such city. `softcity new-city {city}` makes it.")
    folder = data / "policies" / city / _named(policy, "a policy", PolicyError)
    if folder.exists():
        raise PolicyError(f"{folder}: this policy is there. Edit its files, or choose another name.")
    written = _write("policy", folder, {"city": city, "policy": policy, "today": date.today().isoformat()})
    made = load_policy(folder)
    return written + write_lacks(folder, lacks(made, folder, []), made)


def to_fill(*folders: Path) -> Iterator[str]:
    """A sentence for each file under some folders in which something is marked as still to be written, with its lines."""
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".txt")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            marked = [str(number) for number, line in enumerate(lines, start=1) if TO_FILL in line.partition("#")[0]]
            if marked:
                yield f"{path.relative_to(folder.parent).as_posix()}: {TO_FILL} in line {', '.join(marked)}."


def _named(name: str, what: str, error: type[SoftcityError]) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name) or name in _TAKEN:
        raise error(f"{name!r} is no name of {what}. Write small letters, digits, - and _, such as suzhou; not {', '.join(_TAKEN)}.")
    return name


def _write(kind: str, folder: Path, words: dict[str, str]) -> list[Path]:
    written = []
    for path in sorted(path for path in (SKELETONS / kind).rglob("*") if path.is_file()):
        target = folder / path.relative_to(SKELETONS / kind)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(path.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
        written.append(target)
    return written
