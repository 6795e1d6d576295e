"""Header words a person taught: which column of a source a word of some sender is. Used by every reading from then on.

Kept in `HOME/decisions/headers.jsonl`. They become words of the contract, so that files read without them are read anew and a
build stands on them. A contract that later gives such a word to another column wins.
"""

from pathlib import Path
from typing import Any

from pipelines.base.decisions import HEADERS, entries
from pipelines.sources.contract import Column, Contract
from pipelines.sources.layout import header_key


def taught(decisions: Path) -> list[dict[str, Any]]:
    """What is taught now, oldest first: source, word, word_key, column, why, who, when."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries(decisions, HEADERS):
        if isinstance(entry, dict) and {"source", "word", "word_key", "column", "state"} <= entry.keys():
            latest.pop(key := (entry["source"], entry["word_key"]), None)
            latest[key] = entry
    return [entry for entry in latest.values() if entry["state"] == "taught"]


def with_taught(contracts: dict[str, Contract], decisions: Path) -> dict[str, Contract]:
    """The contracts with what was taught among the headers of their columns, last."""
    words: dict[str, dict[str, list[str]]] = {}
    for entry in taught(decisions):
        if entry["source"] in contracts and entry["word_key"] not in words_of(contracts[entry["source"]]):
            words.setdefault(entry["source"], {}).setdefault(entry["column"], []).append(entry["word"])
    return {source: _with(contract, words[source]) if source in words else contract for source, contract in contracts.items()}


def _with(contract: Contract, words: dict[str, list[str]]) -> Contract:
    def more(column: Column) -> Column:
        return column.model_copy(update={"headers": (*column.headers, *words[column.name])}) if column.name in words else column

    return contract.model_copy(update={"columns": tuple(map(more, contract.columns))})


def words_of(contract: Contract) -> dict[str, str]:
    """Every word a contract itself knows → the column it is; of a form also what names no column: codes, units, its two figures."""
    known = {header_key(header): column.name for column in contract.columns for header in column.headers}
    if form := contract.form:
        known |= {header_key(word): "" for word in (*form.codes, *form.units, *form.current, *form.base)}
    return known
