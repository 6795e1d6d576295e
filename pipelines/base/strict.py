"""YAML files that people write, read strictly: an unknown key, a key twice or a wrong type is a sentence, not a guess."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

try:
    from yaml import CSafeLoader as SafeLoader  # seven times as fast
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, Field(pattern=r"\S")]
Texts = Annotated[list[Text], Field(min_length=1)]
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)   # of every such model


class _UniqueKeys(SafeLoader):
    """SafeLoader lets a second key of the same name silently win; the law must not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = str(self.construct_object(key, deep=True))
            if name in seen:
                raise yaml.MarkedYAMLError(problem=f"key {name!r} stands twice", problem_mark=key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a day such as 2024-02-30
            raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from None


def load(model: type[Model], path: Path, name: str, problems: list[str]) -> Model | None:
    """The YAML file as `model`, or None and why not: a sentence for each problem, naming it `name`, added to `problems`."""
    content = _read(path, name, problems)
    if content is None:
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for one in error.errors():
            where, mend = _where(content, one["loc"]), mend_of(one)
            names_its_key = re.match(r"[a-z_]+: ", mend) is not None
            problems.append(f"{name}, {where}{', ' if names_its_key else ': '}{mend}.")
        return None


def _read(path: Path, name: str, problems: list[str]) -> dict[Any, Any] | None:
    problem = None
    try:
        if path.suffix != ".yaml":
            problem = "is no .yaml file. Rename or remove it"
        elif isinstance(content := yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys), dict):  # noqa: S506 (a SafeLoader)
            return content
        else:
            problem = "is empty. Fill or remove it" if content is None else "holds no keys. Write it as `key: value`"
    except FileNotFoundError:
        problem = "is missing. Create it"
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 text (byte {error.start}). Save it as UTF-8"
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        problem = f"{line}{' '.join(filter(None, (error.context, error.problem)))}. Mend the YAML there"
    except yaml.YAMLError as error:
        problem = f"is not readable YAML: {' '.join(str(error).split())}. Mend it"
    problems.append(f"{name}{',' if problem.startswith('line') else ':'} {problem}.")
    return None


_ONE = {"categories": "category", "series": "series"}   # of a list by its key; the others lose their s


def _where(content: Any, location: tuple[Any, ...]) -> str:
    """`clauses.0.versions.1.award` -> `clause 6b.1, version draft, award`."""
    words: list[str] = []
    for step in location:
        inside = isinstance(content, list) or (isinstance(content, dict) and step in content)
        if isinstance(step, str) and step.startswith("<"):  # which branch of a choice, no key
            continue
        content = content[step] if inside else None
        if isinstance(step, int):
            keys = ("id", "document", "list", "category", "code", "name", "matter", "says") if isinstance(content, dict) else ()
            name = next((content[key] for key in keys if content.get(key)), None)
            if name and (first_day := content.get("first_day")):
                name = f"{name} from {first_day}"
            words[-1] = f"{_ONE.get(words[-1], words[-1].removesuffix('s'))} {name or step + 1}"
        else:
            words.append(str(step))
    return ", ".join(words) or "the file"


_MENDS = {
    "extra_forbidden": "this key is not known. Remove it or correct its spelling",
    "missing": "this key is missing. Add it",
    "too_short": "is empty. Add at least one",
    "string_pattern_mismatch": "is blank. Write it",
    "string_type": "{input!r} is not text. Put it in quotes",
    "bool_type": "{input!r} is not true or false. Write one of them without quotes",
    "int_type": "{input!r} is not a whole number. Write digits without quotes",
    "date_type": "{input!r} is not a day. Write it without quotes, such as 2025-12-31",
    "list_type": "{input!r} is not a list. Write it as [one, two]",
    "dict_type": "{input!r} has no keys. Write it as {{key: value}}",
    "model_type": "{input!r} has no keys. Write it as {{key: value}}",
    "literal_error": "{input!r} does not exist. Use {expected}",
    "greater_than": "{input} is too low. It must be above {gt}",
    "greater_than_equal": "{input} is too low. It must be {ge} or more",
    "less_than_equal": "{input} is too high. It must be {le} or less",
    "decimal_max_places": "{input} has parts of a fen. Write at most {decimal_places} decimal places",
}


def mend_of(error: Any) -> str:
    """What a pydantic error says is to be done."""
    words = _MENDS.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return words.format(input=error["input"], **error.get("ctx", {}))


def twice(names: Iterable[tuple[str, str]], what: str) -> Iterator[str]:
    """`names`: each name and where it stands."""
    places: dict[str, list[str]] = {}
    for name, where in names:
        places.setdefault(name, []).append(where)
    for name, found in places.items():
        if len(found) > 1:
            where = " and ".join(Counter(found))
            yield f"{where}: {what} {name} stands {len(found)} times. Ids are permanent and single: rename or remove one."
