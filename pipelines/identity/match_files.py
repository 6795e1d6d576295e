"""`softcity match`: a file of printed names against a file of registered ones, settled by the engine of the build."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipelines.base.duck import connect
from pipelines.base.errors import FileRefused
from pipelines.identity.match import list_registry, settle
from pipelines.identity.names import normalise_name
from pipelines.sources.cells import BadCell, day
from pipelines.sources.contract import load_contracts
from pipelines.sources.readers import open_sheets

_NAME = ("list_name", "名单名称", "企业名称", "单位名称", "公司名称", "公司全称", "名称", "申报主体", "name")
_CODE = ("统一社会信用代码", "社会信用代码", "uscc", "code")
_DAY = ("公布日期", "认定日期", "日期", "day", "date")
_OUT = ("decision", "code", "reason", "candidates", "candidate_names", "scores")
_TABLES = """
create table alias (name_key varchar, enterprise_id varchar);
create table name_decision (name_key varchar, code_given varchar, decision varchar, enterprise_id varchar,
    decided_by varchar, decided_at varchar, decided_why varchar);
create table named as
select name_key, min(printed_name) as printed_name, code_given, min(day) as first_day, max(day) as last_day
from named_rows where name_key <> '' or code_given <> '' group by name_key, code_given;
"""


def match_files(names: Path, registry: Path, out: Path) -> dict[str, int]:
    """Write `out`: a row for each of `names`, in their order, with decision, code, reason, candidates and scores.

    The registry needs a name and a code column; former names, English names and days are used where it has them.
    Returns how many rows came to each decision. Raises FileRefused naming the file, what is wrong and how to mend it.
    """
    header, rows = _names(names)
    with connect() as con:
        con.register("named_rows", pa.table({
            "name_key": pa.array([key for _, key, _, _ in rows], pa.string()),
            "printed_name": pa.array([printed for printed, _, _, _ in rows], pa.string()),
            "code_given": pa.array([code for _, _, code, _ in rows], pa.string()),
            "day": pa.array([on for _, _, _, on in rows], pa.date32()),
        }))  # fmt: skip
        con.register("registered_rows", _registered(registry))
        con.execute("create table enterprise as select * from registered_rows")
        con.execute(_TABLES)
        list_registry(con)
        settle(con)
        settled = {
            row[:2]: [str(value or "") for value in row[2:]]
            for row in con.execute(
                "select n.name_key, n.code_given, n.decision, n.enterprise_id, n.reason, "
                "coalesce(n.enterprise_id, n.candidates), coalesce(e.enterprise_name, n.candidate_names), "
                "case when n.decision = 'auto' then '100' else n.scores end "
                "from name_match as n left join enterprise as e on n.enterprise_id = e.enterprise_id"
            ).fetchall()
        }
    nothing = ["none", "", "没有名称", "", "", ""]
    counts = {"auto": 0, "review": 0, "none": 0}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([header, *_OUT])
        for printed, key, code, _ in rows:
            decision, enterprise_id, reason, candidates, *more = settled.get((key, code), nothing)
            counts[decision] += 1
            writer.writerow([
                printed, decision, enterprise_id.removeprefix("旧号:"), reason, candidates.replace("旧号:", ""), *more
            ])  # fmt: skip
    return counts


def _names(path: Path) -> tuple[str, list[tuple[str, str, str, date | None]]]:
    """The header over the names, and per row: printed name, key, code given, day."""
    header, rows = "", []
    for found in _rows(path, {"name": _NAME, "code": _CODE, "day": _DAY}, ("name",)):
        header = header or found["_name"]
        printed = found["name"].strip()
        rows.append((printed, normalise_name(printed), _code(found.get("code", "")), _day(found.get("day", ""))))
    return header, rows


def _registered(path: Path) -> pa.Table:
    """One row per code. A second row of one code is a further name of it."""
    wanted = {column.name: tuple(column.headers) for column in load_contracts()["registrations"].columns}
    wanted["enterprise_name"], wanted["enterprise_code"] = (*wanted["enterprise_name"], *_NAME), (*wanted["enterprise_code"], *_CODE)
    firms: dict[str, list[str | date | None]] = {}
    for row_no, row in enumerate(_rows(path, wanted, ("enterprise_name", "enterprise_code"))):
        name, code = row["enterprise_name"].strip(), _code(row["enterprise_code"])
        if not name:
            continue
        firm = code if len(code) == 18 else f"旧号:{code}" if code else f"无号:{row_no}"
        former = row.get("former_names", "").strip()
        if firm in firms:
            if name != firms[firm][0]:
                firms[firm][2] = "；".join(filter(None, (str(firms[firm][2] or ""), name, former)))
            continue
        firms[firm] = [
            name, normalise_name(name), former or None, row.get("english_name", "").strip() or None,
            _day(row.get("registered_on", "")), _day(row.get("deregistered_on", "")),
        ]  # fmt: skip
    columns = list(zip(*firms.values(), strict=True)) or [()] * 6
    kinds = (pa.string(), pa.string(), pa.string(), pa.string(), pa.date32(), pa.date32())
    labels = ("enterprise_name", "enterprise_name_key", "former_names", "english_name", "registered_on", "deregistered_on")
    arrays = {label: pa.array(values, kind) for label, kind, values in zip(labels, kinds, columns, strict=True)}
    return pa.table({"enterprise_id": pa.array(list(firms), pa.string()), **arrays})


def _rows(path: Path, wanted: dict[str, tuple[str, ...]], required: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows under the first line that holds the required headers, cells by our names for them.

    `_name` is the header over the name itself.
    """
    places: dict[str, int] = {}
    header: list[str] = []
    try:
        for sheet in open_sheets(path):
            places = {}
            for _, cells in sheet.rows:
                if not places:
                    header = ["".join(cell.split()) for cell in cells]
                    at = {
                        column: header.index(next(called for called in names if called in header))
                        for column, names in wanted.items() if not set(names).isdisjoint(header)
                    }  # fmt: skip
                    places = at if set(required) <= set(at) else {}
                    continue
                row = {column: cells[place] for column, place in places.items() if place < len(cells)}
                if any(row.values()):
                    name = next(iter(required))
                    yield {**dict.fromkeys(required, ""), **row, "_name": header[places[name]]}
    except FileRefused as error:
        raise FileRefused(f"{path}: {error}") from None
    if not places:
        words = " 与 ".join("/".join(dict.fromkeys(wanted[column])) for column in required)
        raise FileRefused(f"{path}: 没有找到列 {words}。请把其中一个列名写在表头后再试。")


def _code(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _day(text: str) -> date | None:
    """A day, or none where the cell holds none that can be read: it then bounds nothing."""
    try:
        return day(text.strip(), None) if text.strip() else None
    except BadCell:
        return None
