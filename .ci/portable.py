"""Hold the SQL of dbt_project/ to what DuckDB and Spark both read, and read alike.

`python .ci/portable.py [FOLDER …]` names each place that one of them refuses, or takes to mean something else, and how to mend
it; it ends in 1 when there is one. What cannot be worded alike stands in the files of ENGINE, once for each engine, and is
not looked at. A name this does not know is refused: try it on both (`make test-engines`), then write it down here.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "dbt_project"
ENGINE = ("engine.sql", "table.sql")

FUNCTIONS = frozenset(["abs", "array_contains", "bool_and", "bool_or", "cast", "ceil", "coalesce", "concat_ws", "contains", "count", "cube", "date_trunc", "dense_rank", "first_value", "floor", "greatest", "grouping", "instr", "lag", "lead", "least", "length", "lower", "make_date", "max", "md5", "median", "min", "month", "nullif", "power", "quarter", "rank", "regexp_extract", "replace", "round", "row_number", "split_part", "substr", "sum", "translate", "trim", "try_cast", "upper", "year"])
"""Seen to mean the same on both. Not among them: `ltrim` (its arguments the other way round), `any_value` (any of them), `max_by` (nulls passed over, or not), `regexp_replace` (the first or all), `starts_with`, `string_agg`, `unnest`, `list_…`, `range`."""

BEFORE_BRACKETS = frozenset(["and", "any", "as", "by", "cross", "distinct", "else", "end", "except", "exists", "filter", "from", "having", "in", "intersect", "join", "not", "on", "or", "over", "partition", "select", "sets", "then", "union", "using", "values", "when", "where", "with"])
TYPE = re.compile(r"string|boolean|date|tinyint|integer|int|bigint|double|decimal\(\d+, \d+\)")
IN_SQL = (   # what the text of a file must not have
    (r"\bby\s+name\b", "Spark has no `union by name`: name the columns"),
    (r"\*\s*(?:exclude|replace)\b", "Spark has no `* exclude` and no `* replace`: name the columns"),
    (r"\bqualify\b", "Spark has no `qualify`: number the rows in a CTE and choose there"),
    (r"\bgroup\s+by\s+all\b", "where a column is called `all` Spark groups by that: name what is grouped by"),
    (r"\blimit\b", "which rows stay is not said: number them in a total order"),
    (r"\[", "a list and its nth value are worded otherwise on Spark: a macro of engine.sql"),
    (r"::", "write cast(… as …)"),
    (r"\b(?:lambda|ilike|asof|pivot|glob)\b|\bdistinct\s+on\b|\bsimilar\s+to\b", "not alike on both: a macro of engine.sql"),
    (r"(?<!as double\))(?<=[\w)¤']) +/ ", "decimals divide to a double on DuckDB and to a decimal on Spark: rate(), or cast what is divided as double"),
)  # fmt: skip
OF_LAST = re.compile(r"\bof_(?:first|last)\((.*)\[(.*)\]\)")   # macros of engine.sql: what is picked, by which columns
PICK = re.compile(r"\b(?:row_number|first_value|lag|lead)\s*\(|\brows\s+between\b")
KEY = re.compile(r"(?:(?:\w+|¤ *)\.)?(?:\w*_(?:id|no|key|code|file|order|rank)|sheet|title|list|period|stat_year|month|rung|street|address|word|name|place|note)")
SAID_TOTAL = "one row a"   # a comment beside a window says of what its rows are one: the lint cannot know
EQUALS = f"equals stay in no order behind `{{}}`: end in a key, or say beside it `-- {SAID_TOTAL} …`"


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The SQL of a file, each piece with where it begins: the strings within Jinja, then the text itself.

    Comments and quoted words are blanked; of Jinja an expression leaves a `¤`, which stands for something.
    """
    def blank(match: re.Match[str]) -> str:
        kept = {"'": "''", "{": "¤" if match[0].startswith("{{") else ""}.get(match[0][0], "")
        return kept + re.sub(r"[^\n]", " ", match[0][len(kept) :])

    text = re.sub(r"\{#.*?#\}", blank, text, flags=re.DOTALL)
    for jinja in re.finditer(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL):
        for string in re.finditer(r"'([^']*)'|\"([^\"]*)\"", jinja[0]):
            said = string[1] if string[1] is not None else string[2]
            yield jinja.start() + string.start() + 1, re.sub(r"'[^']*'", blank, said)
    yield 0, re.sub(r"\{\{.*?\}\}|\{%.*?%\}|--[^\n]*|'[^']*'", blank, text, flags=re.DOTALL)


def to_bracket(text: str, place: int) -> str:
    """The text from a place to where the bracket around it is closed."""
    depth = 0
    for match in re.compile(r"[()]").finditer(text, place):
        depth += 1 if match[0] == "(" else -1
        if depth < 0:
            return text[place : match.start()]
    return text[place:]


def terms(ordered: str) -> list[str]:
    """The terms of an `order by`, from the text behind these words."""
    found, depth, begun = [], 0, 0
    for match in re.finditer(r"[(),]|\b(?:rows|range)\s+between\b|\b(?:limit|union)\b|$", to_bracket(ordered, 0)):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] not in ("(", ")"):
            found.append(" ".join(ordered[begun : match.start()].split()))
            begun = match.end()
            if match[0] != ",":
                break
    return [term for term in found if term]


def clause_of(text: str, place: int) -> str:
    """The clause that a place stands in; within a function, what that is."""
    depth = 0
    for match in reversed(list(re.finditer(r"[()]|\b(?:select|from|where|having|on|when|then|else|by)\b", text[:place]))):
        if match[0] == ")":
            depth += 1
        elif match[0] == "(" and depth:
            depth -= 1
        elif match[0] == "(" and not re.search(r"(?:\b(?:where|and|or|not)|\()\s*$", text[: match.start()]):
            return "a function"
        elif match[0] != "(" and not depth:
            return match[0]
    return "a part of a statement"


def wrong(text: str, is_whole: bool) -> Iterator[tuple[int, str]]:
    """What one of the engines refuses or takes otherwise, each with its place. `is_whole`: the text of a file, no string out of Jinja."""
    for call in re.finditer(r"(?<![\w.¤])([a-z_]\w*)\s*\(", text):
        is_columns = re.search(r"\)\s+as\s+$", text[: call.start()])   # values (…) as m (month_no)
        if call[1] not in FUNCTIONS | BEFORE_BRACKETS | {"decimal"} and not is_columns:
            yield call.start(), f"{call[1]}() is not known to mean the same on both: a macro of engine.sql, or FUNCTIONS of .ci/portable.py once it was tried"
        if call[1] in ("cast", "try_cast"):
            kind = re.split(r"\sas(?:\s|$)", to_bracket(text, call.end()))[1:]   # of a string out of Jinja the end may be lacking
            kind = kind[-1].strip() if kind else ""
            if kind and not kind.startswith("¤") and not TYPE.fullmatch(kind):
                yield call.start(), f"{kind} is no type by that name on both: string, bigint, decimal(18, 2) …; of a list a macro of engine.sql"
    for pattern, says in IN_SQL if is_whole else IN_SQL[-1:]:
        yield from ((match.start(), says) for match in re.finditer(pattern, text))
    for match in re.finditer(r"\bin\s*\(\s*select\b", text):
        if (clause := clause_of(text, match.start())) != "where":
            yield match.start(), f"`in (select …)` in {clause}: Spark loses rows there; join, or ask it in `where`"
    for match in re.finditer(r"\border\s+by\b", text):
        ordered = terms(text[match.end() :])
        for term in ordered:
            if term != "¤" and not re.search(r"\bnulls (?:first|last)$", term):
                yield match.start(), f"`{term}`: say nulls last (or first); left out, DuckDB and Spark take it otherwise"


def unordered(text: str, whole: str) -> Iterator[tuple[int, str]]:
    """Windows and macros that pick a row, or stop at one, in an order that may leave equals."""
    def said_total(begun: int, end: int) -> bool:
        return SAID_TOTAL in "\n".join(whole[:begun].split("\n")[-3:]) + whole[begun : whole.find("\n", end)]

    named = {match[1]: match.end() for match in re.finditer(r"\b(\w+)\s+as\s+\((?=\s*(?:partition|order)\s+by)", text)}
    for match in re.finditer(r"\bover\s*(?:\(|(\w+))", text):
        inside = to_bracket(text, named.get(match[1], match.end()))
        called = text[max(0, text.rfind("\n", 0, match.start())) : match.start()]
        if not (PICK.search(called) or PICK.search(inside)):
            continue
        order = re.search(r"\border\s+by\b", inside)
        last = terms(inside[order.end() :])[-1:] if order else []
        bare = re.sub(r"( asc| desc)?( nulls (first|last))?$", "", last[0]) if last else ""
        begun = named.get(match[1], match.start())
        if bare != "¤" and not KEY.fullmatch(bare) and not said_total(begun, begun + len(inside)):
            yield match.start(), EQUALS.format(bare or "nothing")
    for match in OF_LAST.finditer(whole):
        by = [single or double for single, double in re.findall(r"'([^']*)'|\"([^\"]*)\"", match[2])]
        if not KEY.fullmatch(by[-1]) and match[1].strip(" ,'\"") not in by and not said_total(*match.span()):
            yield match.start(), EQUALS.format(by[-1])


def main() -> None:
    folders = [Path(name) for name in sys.argv[1:]] or [PROJECT]
    said = []
    for path in sorted(path for folder in folders for path in folder.rglob("*.sql") if path.name not in ENGINE):
        whole = path.read_text(encoding="utf-8")
        found = [(offset + place, says) for offset, text in pieces(whole) for place, says in wrong(text, offset == 0)]
        found += unordered(list(pieces(whole))[-1][1], whole)
        said += [f"{path}:{whole.count(chr(10), 0, place) + 1}: {says}" for place, says in sorted(found)]
    if said:
        sys.exit("\n".join([*said, f"{len(said)} places are not the same SQL on both engines"]))


if __name__ == "__main__":
    main()
