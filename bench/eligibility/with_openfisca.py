"""The clauses as OpenFisca variables and parameters. Args: documented | tuned | by_kind, folder.

documented: one simulation over all events, words given as words, as its documentation has it. tuned: words given as the
codes OpenFisca would make of them, and what was written freed. by_kind: that, a simulation for each kind of event.
"""

import json
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2024"
HALF_A_FEN = 0.005  # a band of OpenFisca starts a rounding error above its threshold
Event = build_entity("event", "events", "An event that may ground claims", is_person=True)
Answer = Enum("Answer", "met needs_review unknown not_met")
Outcome = Enum("Outcome", "eligible needs_review undetermined not_eligible no_claim")
NO_CLAIM = np.uint8(Outcome.no_claim.index)
CLAIMS = pa.schema({
    "clause": pa.dictionary(pa.int32(), pa.string()), "event_id": pa.string(),
    "outcome": pa.uint8(), "ceiling_yuan": pa.float64(),
})  # fmt: skip


class Exact(Variable):
    """OpenFisca's floats have 32 bits, for which 19,999,999.99 is 20 million; money needs 64."""

    def __init__(self, baseline_variable: Any = None) -> None:
        super().__init__(baseline_variable)
        self.dtype = np.float64 if self.value_type is float else self.dtype


def variable(name: str, value_type: Any = float, **rest: Any) -> type[Variable]:
    common = {"entity": Event, "definition_period": DateUnit.YEAR, "value_type": value_type}
    return type(name, (Exact,), common | rest)


def fact(name: str, column: pa.ChunkedArray, as_words: bool) -> tuple[type[Variable], Any]:
    """A column as a variable of the type OpenFisca has for it, and what makes its values; a gap is NaN, NaT or `unknown`."""
    if pa.types.is_date(column.type):
        return variable(name, date), column.to_numpy
    if not (pa.types.is_dictionary(column.type) or pa.types.is_boolean(column.type)):
        return variable(name), column.cast(pa.float64()).to_numpy
    coded = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    words = [str(word) for word in coded.chunk(0).dictionary.to_pylist()]
    kind = Enum(name, {word: word for word in [*words, "unknown"]})

    def values() -> Any:
        codes = np.concatenate([chunk.indices.fill_null(len(words)).to_numpy() for chunk in coded.chunks])
        return np.array([*words, "unknown"])[codes] if as_words else EnumArray(codes.astype(np.uint8), kind)

    return variable(name, Enum, possible_values=kind, default_value=kind.unknown), values


def among(seen: EnumArray, wanted: Any) -> Any:
    return np.isin(seen.view(np.ndarray), [item.index for item in seen.possible_values if wanted(item.name)])


def selected(event: Any, period: Any, keys: dict[str, list[str]]) -> Any:
    return np.logical_and.reduce([among(event(key, period), names.__contains__) for key, names in keys.items()])


def gaps(seen: Any) -> Any:
    if isinstance(seen, EnumArray):
        return seen == seen.possible_values.unknown
    return np.isnat(seen) if seen.dtype.kind == "M" else np.isnan(seen)


def years_later(days: Any, years: int) -> Any:
    months = days.astype("M8[M]")
    later = months + 12 * years
    return np.minimum(later.astype("M8[D]") + (days - months.astype("M8[D]")), (later + 1).astype("M8[D]") - 1)


def answer_variable(name: str, c: dict[str, Any]) -> type[Variable]:
    """One condition: a variable of its own, so that the clauses which share it share its calculation."""
    v = [np.datetime64(x) if c["operator"] == "between" and isinstance(x, str) else x for x in c["values"]]
    def is_yes(seen: Any) -> Any:
        return seen == seen.possible_values["True"]

    passes = {
        "at_least": lambda seen: seen >= v[0], "at_most": lambda seen: seen <= v[0],
        "between": lambda seen: (seen >= v[0]) & (seen <= v[1]),
        "is_one_of": lambda seen: among(seen, v.__contains__), "mentions": lambda seen: among(seen, lambda name: v[0] in name),
        "is_none_of": lambda seen: among(seen, lambda name: name not in v),
        "human_judgement": is_yes, "is_true": is_yes, "is_known": lambda seen: True,
    }  # fmt: skip

    def formula(event: Any, period: Any, _: Any) -> EnumArray:
        if c["operator"] == "always_review":
            answer = np.full(event.count, 1, dtype=np.uint8)
        else:
            seen = event(c["fact"], period)
            unknown = gaps(seen) | gaps(event(c["of"], period)) if c["of"] else gaps(seen)
            if c["operator"] == "assessed":
                answer = np.where(unknown, 2, seen).astype(np.uint8)
            else:
                if c["operator"] == "within_years_of":
                    passed = seen <= years_later(event(c["of"], period), v[0])
                else:
                    passed = passes[c["operator"]](seen)
                at_gap = np.uint8(1 if c["operator"] in ("human_judgement", "mentions") else 2)
                answer = np.where(unknown, at_gap, np.where(passed, np.uint8(0), np.uint8(c["otherwise"])))
        return EnumArray(
            np.where(selected(event, period, c["when"]), answer, np.uint8(0)) if c["when"] else answer, Answer
        )

    return variable(name, Enum, possible_values=Answer, default_value=Answer.unknown, formula=formula)


def outcome_variable(clause: dict[str, Any], answers: list[str]) -> type[Variable]:
    def formula(event: Any, period: Any, _: Any) -> EnumArray:
        worst = event(answers[0], period).view(np.ndarray)
        for name in answers[1:]:
            worst = np.maximum(worst, event(name, period).view(np.ndarray))
        return EnumArray(np.where(selected(event, period, clause["trigger"]), worst, NO_CLAIM), Outcome)

    values = {"possible_values": Outcome, "default_value": Outcome.no_claim}
    return variable(f"outcome_{clause['name']}", Enum, formula=formula, **values)


def ceiling_variable(clause: dict[str, Any]) -> type[Variable]:
    def formula(event: Any, period: Any, parameters: Any) -> Any:
        terms = parameters(period)[clause["name"]]
        if not clause["base"]:
            return np.full(event.count, terms.cap)
        base = event(clause["base"], period)
        if clause["rate"]:
            amount = base * terms.rate
        else:
            known = np.nan_to_num(base)
            amount = (
                terms.bands.calc(known)
                if clause["is_marginal"]
                else known * terms.bands.marginal_rates(known + HALF_A_FEN)
            )
            amount = np.where(base >= terms.bands.thresholds[1], amount, np.nan)
        amount = np.floor(amount * 100 + 0.501) / 100  # half up, past the noise of 64 bits
        return np.where(amount > terms.cap, terms.cap, amount)

    return variable(f"ceiling_{clause['name']}", formula=formula)


def terms(clause: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a clause: cap, rate, scale of rates."""

    def since(value: Any) -> dict[str, Any]:
        return {"2024-01-01": {"value": value}}

    brackets = [{"threshold": since(0), "rate": since(0)}]
    brackets += [{"threshold": since(band["at_least"]), "rate": since(band["rate"])} for band in clause["bands"]]
    return {
        "cap": {"values": since(clause["cap"] or np.nan)}, "rate": {"values": since(clause["rate"] or 0.0)},
        "bands": {"metadata": {"type": "marginal_rate"}, "brackets": brackets},
    }  # fmt: skip


def asked(clauses: list[dict[str, Any]]) -> list[str]:
    return sorted({name for clause in clauses for name in (*clause["trigger"], *clause["facts"])})


def simulate(
    system: Any, clauses: list[dict[str, Any]], values: dict[str, Any], events: Any, writer: Any, is_freed: bool = True
) -> list[Any]:
    """Answer `clauses` for a population, write its claims, free what is no longer needed; returns their totals."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(events))
    for name in list(values):
        simulation.set_input(name, PERIOD, values.pop(name)())
    totals = []
    for clause in clauses:
        outcome = simulation.calculate(f"outcome_{clause['name']}", PERIOD).view(np.ndarray)
        rows = np.flatnonzero(outcome != NO_CLAIM)
        outcome, ceiling = outcome[rows], simulation.calculate(f"ceiling_{clause['name']}", PERIOD)[rows]
        if is_freed:
            simulation.delete_arrays(f"outcome_{clause['name']}")
            simulation.delete_arrays(f"ceiling_{clause['name']}")
        name = pa.DictionaryArray.from_arrays(np.zeros(len(rows), dtype=np.int32), [clause["name"]])
        writer.write_table(
            pa.table([name, events.take(rows), outcome, pa.array(ceiling, from_pandas=True)], schema=CLAIMS)
        )
        fen = np.bincount(outcome, weights=np.nan_to_num(np.rint(ceiling * 100)), minlength=4)
        counts = np.bincount(outcome, minlength=4)
        totals += [[clause["name"], code, int(counts[code]), int(fen[code])] for code in range(4) if counts[code]]
    return totals


def main(population: str, folder: Path) -> None:
    clauses = json.loads((folder / "clauses.json").read_text())
    names = asked(clauses)
    schema = pq.read_schema(folder / "facts.parquet")
    words = [name for name in names if pa.types.is_string(schema.field(name).type)]
    table = pq.read_table(folder / "facts.parquet", columns=["event_id", *names], read_dictionary=words)
    system = TaxBenefitSystem([Event])
    system.parameters = ParameterNode("", data={clause["name"]: terms(clause) for clause in clauses})
    values = {}
    for name in names:
        kind, values[name] = fact(name, table[name], as_words=population == "documented")
        system.add_variable(kind)
    events = table["event_id"]
    del table
    questions: dict[str, str] = {}
    for clause in clauses:
        for c in clause["conditions"]:
            if json.dumps(c) not in questions:
                questions[json.dumps(c)] = f"answer_{len(questions)}"
                system.add_variable(answer_variable(questions[json.dumps(c)], c))
        system.add_variable(outcome_variable(clause, [questions[json.dumps(c)] for c in clause["conditions"]]))
        system.add_variable(ceiling_variable(clause))
    with pq.ParquetWriter(folder / "claims.parquet", CLAIMS) as writer:
        if population != "by_kind":
            totals = simulate(system, clauses, values, events, writer, is_freed=population == "tuned")
        else:
            totals, values = [], {name: make() for name, make in values.items()}
            for kind in values["event_kind"].possible_values:
                some = [clause for clause in clauses if kind.name in clause["trigger"]["event_kind"]]
                rows = np.flatnonzero(values["event_kind"] == kind)
                if some:
                    theirs = {name: partial(values[name].__getitem__, rows) for name in asked(some)}
                    totals += simulate(system, some, theirs, events.take(rows), writer)
    (folder / "totals.json").write_text(json.dumps(totals))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
