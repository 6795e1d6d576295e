"""What the page needs to know of the contracts, and headers taught."""

import re
from typing import Any

from pipelines.base.decisions import HEADERS, append
from pipelines.base.errors import DeliveryRefused
from pipelines.deliver.reading import LONGEST_WORD, PERSON, contract_of, teachable
from pipelines.settings import Settings
from pipelines.sources.cells import mask
from pipelines.sources.ingest import contracts_of
from pipelines.sources.layout import MEASURED, header_key
from pipelines.sources.taught import taught, words_of

_UNIT = re.compile(r"(.+?)[(（](?:单位[:：])?[^()（）]*[)）]")


def sources(settings: Settings) -> list[dict[str, Any]]:
    """Every source the city has a use for: what it is called, who sends it and how often, its columns, its sidecar's keys."""
    return [
        {
            "source": contract.source, "title": contract.title, "sender": contract.sender, "rhythm": contract.rhythm.words,
            "rhythm_days": contract.rhythm.days, "kinds": list(contract.deliveries), "has_sidecar": bool(contract.sidecar),
            "columns": [{"column": column.name, "title": column.headers[0], "is_required": column.required} for column in contract.columns],
        }
        for contract in contracts_of(settings).values() if contract.is_asked
    ]  # fmt: skip


def teach(settings: Settings, source: str, word: str, column: str, why: str, who: str) -> dict[str, Any]:
    """Say once which column a header word is; `column` by its name or by any header it has.

    Raises DeliveryRefused when it is the word of another column, of a person, or nothing new.
    """
    contract, printed = contract_of(settings, source), mask(word)
    columns = {column.name: column for column in contract.columns}
    meant = columns.get(column) or columns.get(words_of(contract).get(header_key(column), ""))
    if meant is None:
        raise DeliveryRefused(f"{source} has no column {column}. It has {', '.join(columns)}.", "teach_column", column=column)
    if meant.type in MEASURED and (found := _UNIT.fullmatch(printed)):
        printed = found[1]   # the unit is read off each header anew
    key = header_key(printed)
    if PERSON.search(printed):
        raise DeliveryRefused(f"{printed} names personal data, which is never read.", "teach_person", word=printed)
    if not teachable(printed) or not why.strip():
        raise DeliveryRefused(f"A header word of at most {LONGEST_WORD} characters, not a number, and why it is that column.", "teach_word", most=LONGEST_WORD)
    known = words_of(contract)
    earlier = {entry["word_key"]: entry for entry in taught(settings.decisions) if entry["source"] == source}
    if key in earlier:
        other = columns[earlier[key]["column"]].headers[0] if earlier[key]["column"] in columns else earlier[key]["column"]
        raise DeliveryRefused(f"{printed} was taught as {other} by {earlier[key]['who']}. Take that back first.", "teach_taught", word=printed, column=other, who=earlier[key]["who"])
    if key in known:
        if known[key] == meant.name:
            raise DeliveryRefused(f"{printed} is known as {meant.headers[0]} already.", "teach_known", word=printed, column=meant.headers[0])
        of = columns[known[key]].headers[0] if known[key] else printed
        raise DeliveryRefused(f"{printed} is the column {of} by the contract and cannot be {meant.headers[0]} too.", "teach_other", word=printed, column=of)
    entry = {"source": source, "word": printed, "word_key": key, "column": meant.name, "state": "taught", "why": why.strip()}
    append(settings.decisions, HEADERS, entry, who)
    return {**entry, "title": meant.headers[0]}


def forget(settings: Settings, source: str, word: str, why: str, who: str) -> dict[str, Any]:
    """Take a taught word back; it stays on record. Raises DeliveryRefused when it is not taught."""
    key = header_key(mask(word))
    found = [entry for entry in taught(settings.decisions) if entry["source"] == source and key in (entry["word_key"], header_key(entry["word"]))]
    if not found:
        raise DeliveryRefused(f"{word} is not taught for {source}. See `softcity deliver taught`.", "teach_unknown", word=word)
    entry = {**{name: found[0][name] for name in ("source", "word", "word_key", "column")}, "state": "withdrawn", "why": why.strip()}
    append(settings.decisions, HEADERS, entry, who)
    return entry


def taught_now(settings: Settings) -> list[dict[str, Any]]:
    """What is taught, each with the title of its column, and whether the contract lets it count."""
    contracts = contracts_of(settings)
    told = []
    for entry in taught(settings.decisions):
        contract = contracts.get(entry["source"])
        column = next((column for column in contract.columns if column.name == entry["column"]), None) if contract else None
        told.append({**entry, "source_title": contract.title if contract else entry["source"], "title": column.headers[0] if column else entry["column"], "is_used": bool(column and entry["word"] in column.headers)})
    return told
