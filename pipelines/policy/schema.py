"""JSON Schema of the policy and reference files, made from the models that load them, so that an editor completes and checks.

Each such file names its schema in the first line. What no single file can see (quotes, decisions, days) only
`softcity check` proves.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipelines.base.alert_rules import FIGURES, AlertFile
from pipelines.benchmarks import BenchmarkFile
from pipelines.matters import MatterFile
from pipelines.policy.cases import CaseFile
from pipelines.policy.decision import Decisions
from pipelines.policy.facts import FACTS
from pipelines.policy.model import Head, Measure
from pipelines.policy.operators import OPERATORS, Operator
from pipelines.reference_model import FILES as OF_A_CITY
from pipelines.reference_model import INDICATORS
from pipelines.sources.markets import MarketFile

POLICY: dict[str, type[BaseModel]] = {"policy": Head, "decisions": Decisions, "measure": Measure, "cases": CaseFile, "matters": MatterFile}
REFERENCE: dict[str, type[BaseModel]] = {**OF_A_CITY, "markets": MarketFile, "benchmarks": BenchmarkFile, "alerts": AlertFile}
FILES = {"policies": POLICY, "reference": REFERENCE}   # under data/; each has its schemas in a folder `schema`


def json_schema(file: str = "measure") -> dict[str, Any]:
    """The schema of `policy`.yaml, `decisions`.yaml, a `measure` or `cases` file, `matters`.yaml, a file of reference data or a home's `alerts`.yaml."""
    schema: dict[str, Any] = _without_titles({**POLICY, **REFERENCE}[file].model_json_schema())
    conditions = schema.get("$defs", {}).get("Condition")
    if conditions:
        conditions["allOf"] = [_rule(operator) for operator in OPERATORS.values()]
    if file == "alerts":
        schema["$defs"]["Alert"]["properties"]["figure"]["enum"] = [*FIGURES, *INDICATORS]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def write_schemas(data: Path) -> None:
    """Write `<part>/schema/<file>.json` for each kind of file into `data`."""
    for part, files in FILES.items():
        folder = data / part / "schema"
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / f"{file}.json").write_text(text_of(file), encoding="utf-8")


def text_of(file: str) -> str:
    """The schema of a file as it is committed."""
    return json.dumps(json_schema(file), ensure_ascii=False, indent=2) + "\n"


def _without_titles(schema: Any) -> Any:
    """Pydantic titles each key by its own name; a key may also be *called* title."""
    if isinstance(schema, list):
        return [_without_titles(part) for part in schema]
    if isinstance(schema, dict):
        return {k: _without_titles(v) for k, v in schema.items() if k != "title" or not isinstance(v, str)}
    return schema


def _rule(operator: Operator) -> dict[str, Any]:
    """If this operator, then these facts, and values only where it wants some."""
    then: dict[str, Any] = {"required": []}
    if operator.takes:
        facts = [fact.name for fact in FACTS.values() if fact.type in operator.takes and (fact.has_years or not operator.of_years)]
        then["properties"] = {"fact": {"anyOf": [{"enum": facts}, {"$ref": "#/$defs/Setting"}, {"$ref": "#/$defs/Derived"}]}}
        then["required"].append("fact")
    if operator.value_count != 0:
        then["required"].append("value")
    if operator.of:
        then["required"].append("of")
    if operator.joins:
        then["required"].append("any_of")
    return {"if": {"properties": {"operator": {"const": operator.name}}}, "then": then}
