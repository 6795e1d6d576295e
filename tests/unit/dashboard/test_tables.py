"""Tables: how a cell reads on a page and in a file, what an address may ask of one, where its rows come from."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from conftest import reading_as
from flask import g

import dashboard
from dashboard.access.access_log import AccessLog
from dashboard.errors import BadAddress
from dashboard.made import HOLDS, narrowed, ordered
from dashboard.operators import OPERATORS, Condition
from dashboard.questions import QUESTIONS
from dashboard.tables import TABLES, Column, Table, accounts
from dashboard.text import t
from dashboard.view import View
from pipelines.base.roles import ROLES

PEOPLE = Table(
    "people", "nowhere",
    (Column("name"), Column("yuan", "yuan"), Column("day", "day"), Column("flag", "flag")), sort="-yuan",
    made=lambda _: [
        {"name": "Ann", "yuan": 5.5, "day": date(2025, 1, 2), "flag": True},
        {"name": "bob", "yuan": None, "day": None, "flag": False},
        {"name": "Cy", "yuan": 7, "day": date(2025, 3, 4), "flag": False},
    ],
)  # fmt: skip


def shown(search: str) -> list[str]:
    return [row["name"] for row in PEOPLE.fetch(View.read("/", search), limit=9)[0]]


@pytest.mark.parametrize(("column", "row", "page", "file"), [
    (Column("x", "yuan"), {"x": Decimal(12_340_000)}, "1,234.0 万元", Decimal(12_340_000)),
    (Column("x", "yuan"), {"x": 0}, "0", 0),
    (Column("x", "yuan"), {"x": None}, "—", ""),
    (Column("x", "rate"), {"x": 0.4151}, "41.5%", 0.4151),
    (Column("x", "day"), {"x": date(2025, 1, 2)}, "2025-01-02", "2025-01-02"),
    (Column("x", "moment"), {"x": "2026-11-24T18:30:59Z"}, "2026-11-25 02:30", "2026-11-25 02:30"),
    (Column("x", "flag"), {"x": False}, "否", "否"),
    (Column("x", "outcome"), {"x": "needs_review"}, "须人工判断", "须人工判断"),
    (Column("x", group="coverage"), {"x": "partly"}, "部分编入", "部分编入"),
    (Column("paid_count", "count"), {"paid_count": 0, "count_status": "not_encoded"}, "未编入", "未编入"),
    (Column("ceiling_yuan", "yuan"), {"ceiling_yuan": None, "amount_status": "not_stated", "eligible_count": 2}, "未载明", "未载明"),
    (Column("x", words=lambda row: f"{row['x']} and more"), {"x": "this"}, "this and more", "this"),
])  # fmt: skip
def test_a_cell_reads_short_on_a_page_and_whole_in_a_file(column: Column, row: dict, page: str, file: object) -> None:
    assert (column.text(row), column.plain(row)) == (page, file)


def test_words_beside_a_figure_do_not_hide_that_it_is_lacking() -> None:
    parks = TABLES["park_list"]
    cell = next(column for column in parks.columns if column.key == "payout_rate")
    assert cell.text({"payout_rate": 0.5, "paid_count": 1, "eligible_count": 2}) == "50.0% 1/2"
    assert cell.text({"payout_rate": None, "paid_count": None, "eligible_count": 2, "amount_status": "stated"}) == "尚不可知"


def test_a_rate_changes_by_percentage_points_and_a_sum_by_its_growth() -> None:
    cell = next(column for column in TABLES["indicators"].columns if column.key == "change_rate")
    assert cell.text({"change_points": -0.25, "change_rate": None, "series_note": None}) == "-0.2 个百分点"
    assert cell.text({"change_points": None, "change_rate": 0.083, "series_note": None}) == "+8.3%"
    assert cell.text({"change_points": None, "change_rate": None, "series_note": "口径变了"}) == "不计同比"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_has_its_words_its_readers_and_what_it_is_counted_by(table: Table) -> None:
    assert t(f"figure.{table.name}.title")
    assert t(f"how.{table.name}")
    assert all(column.label for column in (*table.columns, *table.also))
    assert set(table.roles) <= set(ROLES)
    if table.made is None:
        question = QUESTIONS[table.query]
        assert {column.key for column in (*table.columns, *table.also)} | {table.sort.lstrip("-")} <= question.returns.keys()
        assert set(table.takes or ()) <= question.filters


def test_an_address_orders_by_a_tables_own_columns_alone() -> None:
    assert shown("?people.sort=name") == ["Ann", "Cy", "bob"]
    assert shown("?people.sort=-day") == ["Cy", "Ann", "bob"], "what is not known comes last"
    assert shown("?people.sort=secret") == shown("") == ["Cy", "Ann", "bob"]


def test_conditions_of_an_address_narrow_made_rows() -> None:
    assert shown("?people.name__contains=B") == ["bob"]
    assert shown("?people.yuan__above=5.5&people.flag__is=false") == ["Cy"]
    assert shown("?people.day__to=2025-02-01") == ["Ann"]
    assert shown("?other.name__contains=B") == shown("")
    for wrong in ("nothing__is=1", "yuan__above=much", "name__above=3", "name__like=x"):
        with pytest.raises(BadAddress):
            shown(f"?people.{wrong}")


def test_conditions_of_an_address_narrow_what_a_query_gives(published: Path) -> None:
    firms = TABLES["firm_list"]
    with reading_as(published, "analyst"):
        everyone, _ = firms.fetch(View(), limit=1000)
        name = everyone[0]["enterprise_name"]
        asked = View.read("/firms", f"?firm_list.enterprise_name__contains={name}&firm_list.claim_count__from=1")
        rows, total = firms.fetch(asked, limit=1000)
        assert len(rows) == total == len(list(firms.each(asked))) < len(everyone)
        assert {row["enterprise_id"] for row in rows} == {
            row["enterprise_id"] for row in everyone if name.lower() in row["enterprise_name"].lower() and row["claim_count"] >= 1
        }
        assert firms.fetch(View.read("/", "?firm_list.enterprise_name__contains=' or true --"), limit=9) == ([], 0)


VALUES = {
    "text": ("varchar", (None, "", "Softcity", "软件（城）", "soft", "10"), "soft"),
    "number": ("decimal(18,2)", (None, Decimal("-1.50"), Decimal(0), Decimal("10.00"), Decimal("10.01")), Decimal(10)),
    "day": ("date", (None, date(2025, 1, 1), date(2025, 1, 2), date(2025, 1, 3)), date(2025, 1, 2)),
    "flag": ("boolean", (None, True, False), True),
}


@pytest.mark.parametrize(("kind", "operator"), [(kind, one.name) for one in OPERATORS.values() for kind in one.kinds])
def test_made_rows_are_narrowed_as_duckdb_would(kind: str, operator: str) -> None:
    type_, values, asked = VALUES[kind]
    condition = Condition("x", operator, asked if OPERATORS[operator].takes_value else None)
    bound = {"asked": asked} if OPERATORS[operator].takes_value else {}
    sql = f"select coalesce({condition.sql('$asked')}, false) from (select $x::{type_} as x)"
    for value in values:
        [held] = duckdb.execute(sql, {"x": value, **bound}).fetchall()[0]
        assert held == bool(list(narrowed([{"x": value}], [condition]))), value
    assert HOLDS.keys() == OPERATORS.keys()


def test_what_is_not_known_comes_last_whichever_way_rows_are_ordered() -> None:
    rows = [{"x": None}, {"x": 1}, {"x": 3}]
    assert [row["x"] for row in ordered(rows, "x", True)] == [3, 1, None]
    assert [row["x"] for row in ordered(rows, "x", False)] == [1, 3, None]


def test_a_what_if_shows_both_sides_of_a_group_and_moves_most_first(published: Path) -> None:
    def group(before: int | None, after: int | None, change: int) -> dict:
        return {side: {"ceiling_yuan": Decimal(value or 0)} for side, value in (("before", before), ("after", after), ("change", change))}

    moved = {"clause_id": "6b.1", "enterprise_id": "x", "enterprise_name": "x", "before_outcome": "eligible", "before_is_counted": False}
    answer = {
        "by_clause": [{"clause_id": "6b.2", **group(1, 1, 0)}, {"clause_id": "6b.1", **group(3, 1, -2)}],
        "moved_claims": [{**moved, "after_outcome": None}],
    }
    with reading_as(published, "analyst"):
        g.whatif = SimpleNamespace(ask=lambda _, edits: answer if edits == {"6b.1.cap_wan": "1"} else None)
        view = View("/whatif", edits={"6b.1.cap_wan": "1"})
        rows, total = TABLES["whatif_clauses"].fetch(view, limit=1)
        [claim] = TABLES["whatif_moved"].each(view)
    assert (total, rows[0]["clause_id"], rows[0]["title_zh"]) == (2, "6b.1", "首次获评国家级专精特新")
    assert [column.text(rows[0]) for column in TABLES["whatif_clauses"].columns[-3:]] == ["3 元", "1 元", "-2 元"]
    assert (claim["before_side"], claim["after_side"]) == ("符合，不重复计算", "无此事项")


def test_the_file_of_the_access_log_holds_lines_the_page_does_not(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "LOG_LINES", 2)
    log = AccessLog(tmp_path / "log.sqlite")
    for path in ("/a", "/b", "/c"):
        log.write("view", "ann", "analyst", where=path)
    with reading_as(published, "admin"):
        g.access_log = log
        table, asked = TABLES["access_log"], View.read("/admin", "?access_log.path__not=/b")
        assert [row["path"] for row in table.fetch(View(), limit=9)[0]] == ["/c", "/b"]
        assert {row["path"] for row in table.each(View())} == {"/a", "/b", "/c"}
        assert {row["path"] for row in table.each(asked)} == {"/a", "/c"}


def test_tables_summaries_files_and_reports_load_no_page_and_no_dash() -> None:
    code = (
        "import sys, dashboard.tables, dashboard.summaries.overview, dashboard.summaries.whatif, dashboard.exports, dashboard.reports;"
        "print([m for m in sys.modules if m == 'dash' or m.startswith(('dash.', 'dash_', 'dashboard.pages'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(dashboard.__file__).parents[1])
    assert done.stdout.strip() == "[]"
