"""What a published list says of itself: `<file>.meta.yaml`, for the whole file and for each of its sections."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipelines.base.errors import FileRefused
from pipelines.sources.cells import BadCell, parse
from pipelines.sources.contract import Contract

SIDECAR = ".meta.yaml"
LONGEST = 64 << 10   # bytes


@dataclass(frozen=True)
class Section:
    """One list of a file: its title as printed (empty: the file itself) and its sidecar columns."""

    title: str
    values: tuple[Any, ...]


def sidecar_bytes(contract: Contract, path: Path) -> bytes:
    """The sidecar as it lies, nothing when there is none or none is wanted. A link may lead anywhere: it is none."""
    sidecar = path.with_name(path.name + SIDECAR)
    if not contract.sidecar or sidecar.is_symlink() or not sidecar.is_file():
        return b""
    with sidecar.open("rb") as stream:
        return stream.read(LONGEST + 1)


def read_sections(contract: Contract, path: Path, received_on: date) -> list[Section]:
    """What holds for the whole file, if it is complete, and for each section: the file's values with its own on top.

    Raises FileRefused when the sidecar is missing or wrong.
    """
    if not contract.sidecar:
        return [Section("", ())]
    where = f"说明文件 {path.name}{SIDECAR}"
    content = sidecar_bytes(contract, path)
    if len(content) > LONGEST:
        raise FileRefused(f"{where} 超过 {LONGEST >> 10} KB：请只写名单、级别、发布单位、文号、日期、阶段和批次")
    try:
        said = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FileRefused(f"{where} 不是 UTF-8 的 YAML（{error}）：请改正") from error
    if said is None:
        raise FileRefused(f"缺少{where}（须是文件，不能是链接）：请写明名单、级别、发布单位、文号、日期、阶段和批次")
    parts = said.pop("sections", None) or [] if isinstance(said, dict) else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) and part.get("title") for part in parts):
        raise FileRefused(f"{where} 须是“键: 值”，sections 的每一段须有 title：请改正")
    sections = []
    for part in [{}, *parts]:
        title = str(part.get("title", ""))
        try:
            sections.append(Section(title, _values(contract, {**said, **part}, received_on)))
        except BadCell as error:
            if title or not parts:   # what the file leaves open each of its sections may say
                raise FileRefused(f"{where}，{title} {error}") from error
    return sections


def _values(contract: Contract, said: dict[str, Any], received_on: date) -> tuple[Any, ...]:
    columns = {column.key or column.name: column for column in contract.sidecar}
    if unknown := [str(key)[:20] for key in said if key not in {*columns, "title"}]:
        raise BadCell(f"有不认识的键 {'、'.join(sorted(unknown)[:9])}：可用 {'、'.join(columns)}")
    values: list[Any] = []
    for key, column in columns.items():
        if isinstance(said.get(key), dict | list | set):   # not even printed: an alias of aliases has no end
            raise BadCell(f"{key}：须是一个值：请改正")
        try:
            values += parse(column, "" if said.get(key) is None else str(said[key]), received_on)
        except BadCell as error:
            known = "；新的名单先在参考数据 titles.yaml 里登记" if column.words_from else ""
            raise BadCell(f"{key}：{error}{known}") from error
    return tuple(values)
