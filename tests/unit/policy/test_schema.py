"""What an editor is told of a policy file is what the loader holds it to."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pipelines.policy.facts import FACTS
from pipelines.policy.operators import OPERATORS
from pipelines.policy.schema import FILES, json_schema, write_schemas
from pipelines.settings import PROJECT

DATA = PROJECT / "data"
POLICIES = DATA / "policies"
YAML_FILES = sorted(path for part in FILES for path in (DATA / part).rglob("*.yaml"))
KINDS = [(part, kind) for part, kinds in FILES.items() for kind in kinds]


def _kind(path: Path) -> str:
    return {"measures": "measure", "cases": "cases"}.get(path.parent.name, path.stem)


def _read(path: Path) -> Any:
    """As an editor sees it: days are text."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


def _errors(kind: str, content: Any) -> list[str]:
    validator = Draft202012Validator(json_schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(content)]


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_every_file_fits_its_schema_and_names_it_in_its_first_line(path: Path) -> None:
    assert _errors(_kind(path), _read(path)) == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == DATA / path.relative_to(DATA).parts[0] / "schema" / f"{_kind(path)}.json"


@pytest.mark.parametrize(("part", "kind"), KINDS)
def test_the_committed_schemas_are_those_of_the_models(part: str, kind: str, tmp_path: Path) -> None:
    Draft202012Validator.check_schema(json_schema(kind))
    write_schemas(tmp_path)
    committed = DATA / part / "schema" / f"{kind}.json"
    assert committed.read_bytes() == (tmp_path / part / "schema" / f"{kind}.json").read_bytes(), (
        'write them anew: python -c "from pathlib import Path; from pipelines.policy.schema import write_schemas; '
        "write_schemas(Path('data'))\""
    )


@pytest.mark.parametrize(
    ("name", "way", "key", "value"),
    [
        ("m06-specialised-sme", (), "titel", "x"),
        ("m06-specialised-sme", ("clauses", 0), "titel", "x"),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "award"), "cap_yuna", 1),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "conditions", 0), "operator", "asessed"),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "conditions", 0), "fact", "software"),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "trigger"), "kind", ["national"]),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "trigger"), "level", ["state"]),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "trigger"), "list", []),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "award"), "cap_yuan", -1),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0, "award"), "rate", 2),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0), "quotes", []),
        ("m06-specialised-sme", ("clauses", 0, "versions", 0), "first_day", "1 January"),
        ("m06-specialised-sme", (), "departments", []),
        ("m04-headquarters", ("clauses", 0, "versions", 0, "conditions", 2), "fact", "settlement"),   # at_least of a text
        ("policy", (), "measures", []),
        ("policy", ("documents", "draft"), "first_day", {"seting": "D7"}),
        ("decisions", ("decisions", 0), "sayz", "x"),
    ],
)  # fmt: skip
def test_what_the_loader_refuses_of_one_file_the_editor_underlines(
    name: str, way: tuple[Any, ...], key: str, value: Any
) -> None:
    path = next(path for path in (POLICIES / "wuxi").rglob(f"{name}.yaml") if path.parent.name != "cases")
    content = _read(path)
    part = content
    for step in way:
        part = part[step]
    part[key] = value
    assert _errors(_kind(path), content)


def test_a_figure_may_be_grouped_which_editors_take_for_text() -> None:
    content = _read(POLICIES / "wuxi" / "software" / "measures" / "m06-specialised-sme.yaml")
    award = content["clauses"][0]["versions"][0]["award"]
    award["cap_yuan"] = "5_000_000"
    assert _errors("measure", content) == []
    award["cap_yuan"] = "five million"
    assert _errors("measure", content)


def test_an_editor_completes_every_fact_and_operator_and_describes_each_key() -> None:
    definitions = json_schema("measure")["$defs"]
    condition = definitions["Condition"]["properties"]
    assert condition["operator"]["enum"] == list(OPERATORS)
    assert condition["fact"]["anyOf"][0]["oneOf"][-1]["enum"] == list(FACTS)
    assert all("description" in definitions["Condition"]["properties"][key] for key in condition)
    assert all("description" in definition for name, definition in definitions.items() if name != "Title")
