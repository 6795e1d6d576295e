"""The clauses as zen-engine decisions, one call a claim (in batches, compiled once). Args: folder."""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zen

KEYS = ["event_kind", "list", "level", "market", "category"]
CLAIMS = pa.schema(
    {"clause": pa.string(), "event_id": pa.string(), "outcome": pa.uint8(), "ceiling_yuan": pa.float64()}
)


def literal(value: Any) -> str:
    """Days are numbers here, 2024-02-29 → 20240229: its own dates make 29 February plus a year invalid."""
    day = isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
    return value.replace("-", "") if day else json.dumps(value, ensure_ascii=False)


def answer(c: dict[str, Any]) -> str:
    v, seen = [literal(value) for value in c["values"]], c["fact"]
    if c["operator"] == "always_review":
        text = "1"
    elif c["operator"] == "assessed":
        text = f"({seen} ?? 2)"
    else:
        passes = {
            "at_least": "{s} >= {v[0]}", "at_most": "{s} <= {v[0]}", "between": "({s} >= {v[0]} and {s} <= {v[1]})",
            "is_one_of": "{s} in [{all}]", "is_none_of": "{s} not in [{all}]", "mentions": "contains({s}, {v[0]})",
            "human_judgement": "{s}", "is_true": "{s}", "is_known": "true", "within_years_of": "{s} <= {of} + {v[0]}0000",
        }[c["operator"]].format(s=seen, v=v, all=", ".join(v), of=c["of"])  # fmt: skip
        gap = f"{seen} == null or {c['of']} == null" if c["of"] else f"{seen} == null"
        at_gap = 1 if c["operator"] in ("human_judgement", "mentions") else 2
        text = f"({gap} ? {at_gap} : ({passes} ? 0 : {c['otherwise']}))"
    when = " and ".join(f"{key} in [{', '.join(map(literal, values))}]" for key, values in c["when"].items())
    return f"({when} ? {text} : 0)" if when else text


def ceiling(clause: dict[str, Any]) -> str:
    base, bands, cap = clause["base"], clause["bands"], clause["cap"] or 1e15
    if not base:
        return literal(clause["cap"])
    if clause["rate"]:
        return f"{base} == null ? null : min([round({base} * {clause['rate']}, 2), {cap}])"
    rates = " : ".join(f"{base} >= {band['at_least']} ? {band['rate']}" for band in bands[::-1])
    parts = [f"max([min([{base}, {b['below'] or 1e15}]) - {b['at_least']}, 0]) * {b['rate']}" for b in bands]
    amount = " + ".join(parts) if clause["is_marginal"] else f"{base} * ({rates} : 0)"
    return f"{base} == null or {base} < {bands[0]['at_least']} ? null : min([round({amount}, 2), {cap}])"


def decision(clause: dict[str, Any]) -> dict[str, Any]:
    worst = f"max([{', '.join(map(answer, clause['conditions']))}])"
    expressions = [
        {"id": "o", "key": "outcome", "value": worst},
        {"id": "c", "key": "ceiling", "value": ceiling(clause)},
    ]
    nodes = [
        ("in", "inputNode", {}),
        ("law", "expressionNode", {"expressions": expressions}),
        ("out", "outputNode", {}),
    ]
    return {
        "nodes": [{"id": i, "type": t, "name": i, "content": c, "position": {"x": 0, "y": 0}} for i, t, c in nodes],
        "edges": [
            {"id": a + b, "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "law"), ("law", "out"))
        ],
    }


def main(folder: Path) -> None:
    clauses = {clause["name"]: clause for clause in json.loads((folder / "clauses.json").read_text())}
    engine = zen.ZenEngine(
        {"loader": {"type": "static", "content": {name: decision(c) for name, c in clauses.items()}}}
    )
    columns = sorted({"event_id", *KEYS}.union(*(clause["facts"] for clause in clauses.values())))
    triggered: dict[tuple[Any, ...], list[str]] = {}
    totals: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    with pq.ParquetWriter(folder / "claims.parquet", CLAIMS) as writer:
        for batch in pq.ParquetFile(folder / "facts.parquet").iter_batches(5_000, columns=columns):
            values = {}
            for name, column in zip(columns, batch.columns, strict=True):
                if pa.types.is_date(column.type):
                    column = pa.compute.strftime(column, "%Y%m%d").cast(pa.int32())
                values[name] = (column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column).to_pylist()
            requests, events = [], []
            for row, keys in enumerate(zip(*(values[key] for key in KEYS), strict=True)):
                if keys not in triggered:
                    seen = dict(zip(KEYS, keys, strict=True))
                    triggered[keys] = [
                        n for n, k in clauses.items() if all(seen[x] in v for x, v in k["trigger"].items())
                    ]
                for name in triggered[keys]:
                    requests.append(
                        {"key": name, "context": {fact: values[fact][row] for fact in clauses[name]["facts"]}}
                    )
                    events.append(values["event_id"][row])
            results = [found["data"]["result"] for found in engine.evaluate_batch(requests)]
            outcomes, ceilings = [int(r["outcome"]) for r in results], [r.get("ceiling") for r in results]
            names = [request["key"] for request in requests]
            writer.write_table(pa.table([names, events, outcomes, ceilings], schema=CLAIMS))
            for name, outcome, amount in zip(names, outcomes, ceilings, strict=True):
                total = totals[name, outcome]
                total[0] += 1
                total[1] += round(amount * 100) if amount is not None else 0
    (folder / "totals.json").write_text(json.dumps([[*key, *total] for key, total in totals.items()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
