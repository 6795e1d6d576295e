"""The contracts under `contracts/`: what each source must bring, and the typed columns that come of it."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipelines.base.errors import ContractError
from pipelines.matters import Declared, declared
from pipelines.reference_files import category_words, load_reference, title_words
from pipelines.sources.markets import Market, load_markets

CONTRACTS = Path(__file__).parent / "contracts"
ROLES = Path(__file__).parent / "roles.yaml"

ColumnType = Literal[
    "name", "text", "code", "credit_code", "day", "month", "year", "yuan", "capital", "number", "integer", "yes_no", "choice", "exchange"
]

_YUAN = pa.decimal128(18, 2)
_ARROW: dict[str, pa.DataType] = {
    "day": pa.date32(),
    "year": pa.int64(),
    "yuan": _YUAN,
    "number": pa.float64(),
    "integer": pa.int64(),
    "yes_no": pa.bool_(),
}
PROVENANCE = [
    pa.field("source_file", pa.string()),   # relative to the landing folder
    pa.field("sheet", pa.string()),   # empty for csv and json
    pa.field("row_no", pa.int64()),   # as the person sees it; for json the number of the record
    pa.field("file_sha256", pa.string()),
    pa.field("received_on", pa.date32()),
    pa.field("file_order", pa.string()),   # among the files of one day: by natural order of names, then time of change
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rhythm(Strict):
    """How often a source comes: words for people, days after which it counts as stale."""

    words: str
    days: int


class Period(Strict):
    """What a row without a day of its own tells of: the month or year in `column`, known up to the last month's, year's or quarter's end."""

    column: str
    ends: Literal["year", "quarter", "month"]


class Column(Strict):
    """One declared column. What a file holds beyond the declared columns is never read into anything."""

    name: str
    type: ColumnType
    required: bool = False   # a file without this column is refused, and a row without its value quarantined
    may_be_blank: bool = False   # of a required column: a blank value is an unknown that the law knows, the row stands
    headers: tuple[str, ...] = ()   # printed variants, the best first
    units: dict[str, int] = {}   # of a number: unit in the header → factor
    prescribed_unit: str | None = None   # that of a form which prescribes it, where neither cell nor header says one
    since: str | None = None   # of a month: the first that the form tells of; earlier ones are of another form
    years: bool = False   # of a month: whole years stand beside the months
    may_stand_above: bool = False   # may be said once for the whole sheet, above the table: 报告期：2025-09
    choices: dict[str, str] = {}   # printed word → stored word
    words_from: Literal["titles", "categories", "matters", "roles"] | None = None   # where the choices stand: reference data, policies, roles.yaml
    is_answer: bool = False   # a yes/no column that a policy declares; of them all the stored column `answers` holds what they say
    markets: tuple[Market, ...] = ()   # of an exchange: those of the national reference data
    negative: bool = False
    future: bool = False   # a day may lie after the day of arrival
    else_by: tuple[str, ...] = ()   # of a column of the key: the columns that tell a row apart which is without it
    adds: bool = False   # money or area: lines of one key in one file add, those of a later file replace them
    key: str | None = None   # of a sidecar column: its key, when it differs from the name

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> Self:
        if (self.type == "choice") != bool(self.choices or self.words_from):
            raise ValueError(f"{self.name}: choices or words_from belong to type choice, and every choice needs one")
        if self.may_be_blank and not self.required:
            raise ValueError(f"{self.name}: may_be_blank belongs to a required column, others may be blank anyway")
        if self.adds and self.type not in ("yuan", "number", "integer"):
            raise ValueError(f"{self.name}: only money, numbers and counts add")
        if self.units and self.type != "number":
            raise ValueError(f"{self.name}: units belong to type number (money knows its own)")
        if self.prescribed_unit and self.type not in ("yuan", "number"):
            raise ValueError(f"{self.name}: prescribed_unit belongs to money and numbers")
        if (self.since or self.years) and self.type != "month":
            raise ValueError(f"{self.name}: since and years belong to type month")
        return self

    def fields(self) -> list[pa.Field]:
        """The stored columns of this one: itself and its companions."""
        match self.type:
            case "name":
                return [pa.field(self.name, pa.string()), pa.field(f"{self.name}_key", pa.string())]
            case "credit_code":
                return [pa.field(self.name, pa.string()), pa.field(f"{self.name}_status", pa.string())]
            case "capital":
                return [pa.field(f"{self.name}_yuan", _YUAN), pa.field(f"{self.name}_note", pa.string())]
        return [pa.field(self.name, _ARROW.get(self.type, pa.string()))]


class Figure(Strict):
    """One line of a statistical form. Its unit stands in its name: _yuan (万元 on the form), _usd (万美元), _count, _percent."""

    code: str
    name: str
    words: tuple[str, ...]
    required: bool = False
    negative: bool = False

    def columns(self, form: "Form") -> Iterator[dict[str, Any]]:
        """Its two columns as a wide table prints them: `2020 本年累计`, `软件业务收入 上年同期累计(万元)`."""
        typed = _FORM_TYPES[self.name.rpartition("_")[2]]
        for name, shown in ((self.name, form.current), (base_of(self.name), form.base)):
            names = (self.code, *(f"{self.code}{words}" for words in self.words), *self.words)
            headers = [f"{words} {role}" for role in shown for words in names]
            is_needed = self.required and shown is form.current
            yield {"name": name, "headers": headers, "required": is_needed, "negative": self.negative, **typed}


_FORM_TYPES: dict[str, dict[str, Any]] = {
    "yuan": {"type": "yuan", "prescribed_unit": "万元"},
    "usd": {"type": "number", "units": {"万美元": 10_000, "美元": 1}, "prescribed_unit": "万美元"},
    "count": {"type": "integer"},
    "percent": {"type": "number", "units": {"%": 1}},
}


class Form(Strict):
    """A statistical form of figures, each with a code and two columns, however it is sent.

    As a wide table it has a column for each figure and role; else a line for each figure, of one firm on a sheet or of
    many below each other (lines.py).
    """

    current: tuple[str, ...]   # what the column of the reported period is called
    base: tuple[str, ...]   # that of the same period a year before
    codes: tuple[str, ...]   # headers of the column of codes
    units: tuple[str, ...]   # headers of the column of units
    former: tuple[str, ...] = ()   # codes of an earlier form, under which the same words mean other things
    former_says: str = ""
    figures: tuple[Figure, ...]


class Sum(Strict):
    """A figure and parts of it: none may exceed it, and with `within` all of them add up to it."""

    whole: str
    parts: tuple[str, ...]
    within: Decimal | None = None   # the rounding that a sum may be off by


class Contract(Strict):
    """What one source must bring."""

    source: str
    title: str
    sender: str
    rhythm: Rhythm
    grain: str
    # What a row is about, never what may be corrected (amount, day, name, grade). Rows of one key say the same thing: those
    # of the later file count, the earlier stay on record. `enterprise` is the firm it was resolved to, not the name printed.
    key: tuple[str, ...]
    key_optional: tuple[str, ...] = ()   # of the key: a row without it is about all of them (a tenancy without room)
    key_without_code: tuple[str, ...] = ()   # what tells rows apart that carry no enterprise_code
    lines: tuple[str, ...] = ()   # what else tells lines of one key apart within a file
    # rows: as above. part: a later file replaces all rows of the same `part`. register: as rows, and what a later full
    # file leaves out is told as 未再出现, a fact and no deletion.
    replaces: Literal["rows", "part", "register"] = "rows"
    part: tuple[str, ...] = ()
    deliveries: dict[Literal["full", "delta"], tuple[str, ...]] = {}   # kind of delivery → words in the file name
    columns: tuple[Column, ...]
    asked_by: Literal["declared_figures"] | None = None   # what of its policies asks a city for it; none: each is asked
    data_day: Period | Literal["never"] | None = None   # how far its rows tell, besides its day columns; reference series: never
    required_any: tuple[str, ...] = ()   # at least one of these has a value in every row
    firms: tuple[str, ...] = ()   # cells of these may name several firms: a row each, under the first, told by firm_no
    sidecar: tuple[Column, ...] = ()   # from <file>.meta.yaml, the same for every row of the file or section
    form: Form | None = None   # its figures are columns behind `columns`
    sums: tuple[Sum, ...] = ()   # a row whose figures contradict each other is quarantined with them; of a form in both roles

    @model_validator(mode="before")
    @classmethod
    def _figures_are_columns(cls, said: dict[str, Any]) -> dict[str, Any]:
        if not said.get("form"):
            return said
        form = Form.model_validate(said["form"])
        figures = [column for figure in form.figures for column in figure.columns(form)]
        return {**said, "form": form, "columns": [*said["columns"], *figures]}

    @model_validator(mode="after")
    def _names_are_known_and_unique(self) -> Self:
        stored = raw_schema(self).names
        printed = [header for column in self.columns for header in column.headers]
        for what, names in (("column", stored), ("header", printed)):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"{what} {sorted(twice)} stands twice")
        named = {*self.key, *self.key_without_code, *self.lines, *self.part, *self.required_any, *self.firms}
        if unknown := named - set(stored) - set(_meanings(self)):
            raise ValueError(f"key, lines, part, required_any or firms names {sorted(unknown)}, which is no column")
        if unknown := {*self.key_optional, *self.part} - set(self.key):
            raise ValueError(f"key_optional or part names {sorted(unknown)}, which is not of the key")
        if (self.replaces == "part") != bool(self.part) or (self.replaces == "register") != bool(self.deliveries):
            raise ValueError("a part belongs to `replaces: part`, deliveries to `replaces: register`, and each needs it")
        if isinstance(self.data_day, Period) and self.data_day.column not in {c.name for c in self.columns if c.type == ("month" if self.data_day.ends == "month" else "year")}:
            raise ValueError(f"data_day names {self.data_day.column}, which is no column of such a period")
        if unknown := {name for column in self.columns for name in column.else_by} - set(stored) or {column.name for column in self.columns if column.else_by} - set(self.key):
            raise ValueError(f"else_by names {sorted(unknown)}, which is no column, or stands at one that is not of the key")
        if unknown := {name for one in self.sums for name in (one.whole, *one.parts)} - {c.name for c in self.columns}:
            raise ValueError(f"sums names {sorted(unknown)}, which is no column")
        if bare := [column.name for column in self.columns if not column.headers]:
            raise ValueError(f"{bare} has no headers to be found by")
        return self

    def all_sums(self) -> Iterator[Sum]:
        """The sums that hold within a row; those of a form also a year before."""
        for one in self.sums:
            yield one
            if self.form:
                yield Sum(whole=base_of(one.whole), parts=tuple(map(base_of, one.parts)), within=one.within)

    @property
    def has_answers(self) -> bool:
        """Whether policies declare the kinds of its rows, with yes/no columns of their own."""
        return any(column.words_from == "matters" for column in self.columns)

    @property
    def is_asked(self) -> bool:
        """Whether the city has a use for it; of one whose kinds policies declare, or that policies ask for, whether any does."""
        return self.asked_by is None and not any(column.words_from == "matters" and not column.choices for column in self.columns)

    def adding(self) -> list[str]:
        """The columns whose lines add."""
        return [column.name for column in self.columns if column.adds]

    def printed(self) -> tuple[str, ...]:
        """The columns that hold what a row says, not where it stands."""
        provenance = {field.name for field in PROVENANCE}
        return tuple(name for name in raw_schema(self).names if name not in provenance)

    def delivery_of(self, source_file: str) -> str | None:
        """Full or delta, told by the words of the file name; None when it says neither or both."""
        name = Path(source_file).name.casefold()
        told = [kind for kind, words in self.deliveries.items() if any(word.casefold() in name for word in words)]
        return told[0] if len(told) == 1 else None


def base_of(name: str) -> str:
    """The column of the same figure a year before."""
    stem, _, suffix = name.rpartition("_")
    return f"{stem}_base_{suffix}"


def firm_columns(contract: Contract) -> tuple[str | None, str | None]:
    """The columns that print the firm of a key and its code."""
    name = next((column.name for column in contract.columns if column.type == "name"), None)
    return name, next((column.name for column in contract.columns if column.type == "credit_code"), None)


def _meanings(contract: Contract) -> dict[str, str]:
    """Words of a key that are not a column as it stands, as SQL over the rows and `enterprise_id`, the firm a row was resolved to.

    A valid code on the row is a firm of its own even where its name belongs to another.
    """
    name, code = firm_columns(contract)
    by_code = [f"case when {code}_status = 'valid' then {code} end"] if code else []
    firm = ["enterprise_id", *by_code, *([f"{name}_key"] if name else []), *([code] if code else [])]
    known = {"enterprise": f"coalesce({', '.join(firm)})"}
    for column in (one for one in contract.columns if one.else_by):
        others = ", ".join(f"cast({name} as string)" for name in column.else_by)
        known[column.name] = f"coalesce({column.name}, concat_ws('|', {others}))"
    if {"action", "is_renewal"} <= {column.name for column in contract.sidecar}:
        known["step"] = "coalesce(action, case when is_renewal then 'renewal' else 'grant' end)"
    return known


def key_sql(contract: Contract, words: tuple[str, ...] | None = None, as_printed: bool = False) -> str:
    """The key of a row (or some words of it) as one SQL text; as_printed: for people, the firm by its name."""
    meanings = _meanings(contract)
    if as_printed and (name := firm_columns(contract)[0]):
        meanings["enterprise"] = f"{name}_key"

    def joined(words: tuple[str, ...]) -> str:
        texts = [f"coalesce(cast({meanings.get(word, word)} as string), '')" for word in words]
        return texts[0] if len(texts) == 1 else f"concat_ws('|', {', '.join(texts)})"

    key = joined(contract.key if words is None else words)
    if words is None and contract.key_without_code:
        return f"case when enterprise_code is null then {joined(contract.key_without_code)} else {key} end"
    return key


def raw_schema(contract: Contract) -> pa.Schema:
    """The typed table of a source: declared columns with companions, sidecar columns, then where each row came from.

    A printed line that names several firms stands once for each, firm_no 1, 2, …: lines are the rows of firm_no 1.
    """
    printed, said = ([field for column in part if not column.is_answer for field in column.fields()] for part in (contract.columns, contract.sidecar))
    answers = [pa.field("answers", pa.string())] if contract.has_answers else []
    return pa.schema([*printed, *answers, *[pa.field("firm_no", pa.int64())][: len(contract.firms)], *said, *PROVENANCE])


def load_contracts(folder: Path = CONTRACTS, reference: Path | None = None, policies: Path | None = None) -> dict[str, Contract]:
    """Every contract by its source, strictly read; with a city's reference and policy folders, its words among the choices.

    Raises ContractError, and CityError or PolicyError for the city's data, naming the file and the key.
    """
    city = load_reference(reference) if reference else None
    matters = declared(policies) if policies else Declared({}, ())
    words = {"titles": title_words(city) if city else {}, "categories": category_words(city) if city else {}, "matters": matters.words}
    words["roles"] = {word: role for role, said in yaml.safe_load(ROLES.read_text("utf-8")).items() for word in (role, *said)}
    markets = load_markets(reference.parent / "national") if reference else ()
    contracts = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            contract = _contract(path.read_text("utf-8"))
        except yaml.YAMLError as error:
            raise ContractError(f"{path.name} is not YAML: {error}. Mend the line it names.") from error
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
            raise ContractError(f"{path.name}: {found}. Mend these keys.") from error
        if contract.source != path.stem:
            raise ContractError(f"{path.name}, source: says {contract.source}. File and source must have one name.")
        columns, sidecar = (
            tuple(c.model_copy(update={"choices": words[c.words_from]}) if c.words_from else c for c in part)
            for part in (contract.columns, contract.sidecar)
        )
        columns = tuple(c.model_copy(update={"markets": markets}) if c.type == "exchange" else c for c in columns)
        if contract.has_answers:
            columns += tuple(_answers(contract, matters))
        asked_by = None if matters.has_figures else contract.asked_by
        contracts[contract.source] = contract.model_copy(update={"columns": columns, "sidecar": sidecar, "asked_by": asked_by})
    return contracts


def _answers(contract: Contract, matters: Declared) -> Iterator[Column]:
    """The yes/no columns that policies declare. Raises ContractError for one that the source has itself."""
    own = {header for column in contract.columns for header in column.headers}
    if clash := [answer for answer in matters.answers if answer in own]:
        raise ContractError(f"matters.yaml, answers: {', '.join(clash)} is a column of every row of {contract.source}. Choose another word.")
    for answer in matters.answers:
        yield Column(name=answer, type="yes_no", headers=(answer, f"是否{answer}"), is_answer=True)


@cache
def _contract(text: str) -> Contract:
    """A contract from its text: read once, since a build asks a dozen times."""
    return Contract.model_validate(yaml.safe_load(text))
