"""What the dashboard is made of: imports, texts, queries, numbers, tables, files, snapshots."""

import ast
import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import ask
from small_city import build

import dashboard
from dashboard import export, pages
from dashboard.access import scope
from dashboard.components import charts, number
from dashboard.errors import SnapshotMissing
from dashboard.query import narrowed, parameters, statement
from dashboard.snapshot import Snapshots
from dashboard.text import t
from dashboard.view import View

HERE = Path(dashboard.__file__).parent
QUERIES = sorted((HERE / "queries").glob("*.sql"))


def test_every_word_of_the_interface_stands_in_the_text_file():
    for file in [*HERE.rglob("*.py"), *HERE.glob("templates/*.html"), *HERE.glob("assets/*.js")]:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
                    text = text.replace(ast.get_docstring(node, clean=False), "")
        assert not re.findall(r"[\u4e00-\u9fff]+", text), file


def test_every_key_of_the_text_file_is_a_word_not_a_yaml_surprise():
    def walk(node: object) -> None:
        for key, value in node.items() if isinstance(node, dict) else ():
            assert isinstance(key, str), key
            assert isinstance(value, (str, dict)), (key, value)
            walk(value)

    walk(yaml.safe_load((HERE / "text" / "zh.yaml").read_text(encoding="utf-8")))


def test_every_page_table_and_column_has_its_words():
    for page in pages.PAGES:
        for table in page.tables:
            assert t(f"figure.{table.name}.title")
            assert t(f"how.{table.name}")
            assert all(t(f"filter.{key}") for key in table.takes)
            assert all(column.label for column in table.columns)
        if page.icon:
            assert t(f"page.{page.key}.nav")


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
@pytest.mark.parametrize("parks", [None, ("P001",)], ids=["city", "operator"])
def test_every_query_runs_against_the_contract(published, file: Path, parks):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", parks)
    sql, names = statement(file.stem)
    given = {
        "policy": "wuxi-software", "document": "draft", "as_of": "2025-12-31", "park": "P001", "clause": "6b.1",
        "firm": "旧号:3202001000001", "measure": 6, "year": 2025, "district": "320211", "outcome": "eligible",
        "stage": "paid", "condition": "scope", "q": "无锡", "software": "met", "claim": "claim00001", "amount": 10,
        "contact": "open", "contacts": "[]", "finding": "below_floor", "source": "payments", "file_status": "loaded",
        "severity": "warn", "verdict": "failed", "check": "applications_approved", "decision": "review",
        "name_key": "示例零零四软件", "code_given": "", "park_cut": "P001", "district_cut": "all",
        "year_cut": "2025", "measure_cut": "6", "clause_cut": "6b.1",
    }
    assert names <= set(given)
    always = {"policy", "document", "as_of", "contacts", "park_cut", "district_cut", "year_cut", "measure_cut", "clause_cut"}
    for asked in (names, names & always):  # by everything, and by nothing
        short = narrowed(sql, frozenset(asked))
        connection.execute(short, {name: given[name] if name in asked else None for name in parameters(short)})
    assert "{" not in sql, "values are bound, never formatted"


@pytest.mark.parametrize("name", sorted(name for name, (table, _) in pages.TABLES.items() if table.made is None))
def test_every_tables_columns_are_in_its_query(published, name: str):
    table = pages.TABLES[name][0]
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", None)
    sql, names = statement(table.query)
    short = narrowed(sql, frozenset())
    found = {column[0] for column in connection.execute(short, dict.fromkeys(parameters(short))).description}
    assert {column.key for column in table.columns if column.kind != "picture"} | {table.sort.lstrip("-")} <= found
    assert set(table.takes) <= names


def test_the_cuts_of_a_clause_add_up_to_the_whole(published):
    connection = scope.connect(published / "20260101-test" / "marts.duckdb", None)
    sql = narrowed(statement("clause_uptake")[0], frozenset())
    base = {"policy": "wuxi-software", "document": "draft", "district_cut": "all", "park_cut": "all", "year_cut": "all"}
    columns = "clause_id, eligible_count, applied_count, paid_count, ceiling_yuan, paid_yuan, outreach_count"
    whole = connection.execute(f"select {columns} from ({sql}) where claim_count > 0 order by 1", base).fetchall()
    years = [
        connection.execute(
            f"select {columns} from ({sql}) where claim_count > 0 order by 1", {**base, "year_cut": y}
        ).fetchall()
        for y in ("2024", "2025")
    ]
    for row in whole:
        parts = [found for year in years for found in year if found[0] == row[0]]
        assert [sum((part[i] or 0) for part in parts) for i in range(1, 7)] == [value or 0 for value in row[1:]]


def test_numbers_read_as_chinese_readers_expect():
    assert number.short_yuan(123_456_789) == "1.2 亿元"
    assert number.short_yuan(-35_000) == "-3.5 万元"
    assert number.short_yuan(999) == "999 元"
    assert number.short_yuan(None) == "尚不可知", "what no file told of is not 0"
    assert number.full_yuan(1_234.5) == "1,234.50 元"
    assert number.rate(0.4151) == "41.5%"


def test_an_address_keeps_its_filters_and_goes_back_to_page_one_when_one_changes():
    view = View.read("/firms", "?district=320211&firm_list.page=3&firm_list.sort=-claim_count&unknown=1")
    assert view.here(firm_list__page=4) == "/firms?district=320211&firm_list.page=4&firm_list.sort=-claim_count"
    assert view.here(district="320205") == "/firms?district=320205&firm_list.sort=-claim_count"
    assert view.to("/parks") == "/parks?district=320211"


def test_a_percent_encoded_path_is_read_once():
    view = View.read("/firms/%E6%97%A7%E5%8F%B7:1", "")
    assert view.path == "/firms/旧号:1"
    assert view.here() == "/firms/%E6%97%A7%E5%8F%B7:1"


def rows_of(answer) -> list[list[str]]:
    text = answer.get_data()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def test_a_file_says_where_it_comes_from_and_holds_what_the_page_shows(signed_in):
    client = signed_in("ana")
    rows = rows_of(client.get("/export/firm_list.csv?district=320211&firm_list.sort=enterprise_name"))
    head = {row[0]: row[1] for row in rows[:9]}
    assert (head["数据截至日"], head["生成日"]) == ("2025-12-31", "2026-01-05")
    assert "征求意见稿" in head["政策版本"]
    assert "示例数据" in rows[0][0]
    assert head["筛选"] == "地区=320211"
    blank = rows.index([])
    names = [row[0] for row in rows[blank + 2 :]]
    page = json.dumps(ask(client, "/firms", "?district=320211").get_json(), ensure_ascii=False)
    assert names
    assert all(name in page for name in names)
    assert f"共 {len(names)} 行" in page


def test_cells_a_spreadsheet_would_run_are_made_harmless(signed_in):
    cells = [cell for row in rows_of(signed_in("ana").get("/export/firm_list.csv")) for cell in row]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)
    assert [export.harmless(value) for value in ("=1", "+1", "-x", "@a", "\tb", "\rc", "ok", -5, None)] == [
        "'=1", "'+1", "'-x", "'@a", "'\tb", "\\u000dc", "ok", -5, None,
    ]


def test_every_page_names_day_source_version_and_sample(signed_in):
    client = signed_in("ana")
    for path in (
        "/", "/measures", "/measures/6b.1", "/measures/1a", "/parks", "/parks/P001", "/firms",
        "/firms/91320200MA1X00003Q",
    ):
        text = json.dumps(ask(client, path).get_json(), ensure_ascii=False)
        for words in ("截至 2025-12-31", "来源：", "征求意见稿", "示例数据", "dashboard/queries/"):
            assert words in text, (path, words)
        assert "state-broken" not in text
        assert "应付" not in text.replace("不是应付金额", "")


def test_a_new_pointer_is_noticed_and_an_old_snapshot_can_be_asked_for(tmp_path: Path, published: Path):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    snapshots = Snapshots(folder, check_seconds=0)
    assert snapshots.current().snapshot_id == "20260101-test"
    shutil.copytree(folder / "20260101-test", folder / "20260201-test")
    (folder / "CURRENT").write_text("20260201-test")
    assert snapshots.current().snapshot_id == "20260201-test"
    assert snapshots.get("20260101-test").as_of == "2025-12-31"
    assert len(snapshots.all()) == 2


def test_a_broken_pointer_keeps_the_last_good_snapshot_and_an_older_format_is_refused(tmp_path: Path):
    folder = tmp_path / "published"
    with pytest.raises(SnapshotMissing, match="softcity build"):
        Snapshots(folder).current()
    build(folder, claims=5)
    snapshots = Snapshots(folder, check_seconds=0)
    good = snapshots.current()
    (folder / "CURRENT").write_text("half-")
    assert snapshots.current() == good
    (folder / "old").mkdir()
    (folder / "old" / "manifest.json").write_text('{"format": 0}')
    with pytest.raises(SnapshotMissing, match="format"):
        snapshots.get("old")
    for wrong in ("..", "../published", "", "a/b", ".hidden", "x\n"):
        with pytest.raises(SnapshotMissing):
            snapshots.get(wrong)


def test_two_snapshots_are_two_connections(tmp_path: Path):
    build(tmp_path, "a", seed=1, claims=30)
    build(tmp_path, "b", seed=2, claims=60)
    counts = [
        scope.connect(tmp_path / name / "marts.duckdb", None).execute("select count(*) from fct_claim").fetchone()[0]
        for name in "ab"
    ]
    assert counts == [30, 60]


def test_moments_are_told_in_beijing_whatever_they_were_kept_in():
    assert number.moment("2026-11-24T18:30:59Z") == number.moment("2026-11-25T02:30:59+08:00") == "2026-11-25 02:30"
    assert number.moment("2026-11-24T18:30:59") == "2026-11-25 02:30"
    assert number.moment(None) == number.moment("") == "—"


def test_rent_years_have_a_scale_of_their_own_in_the_strip_of_measures():
    row = {"measure_no": 6, "measure_title": "甲", "payout_rate": 0.5, "payout_rate_low": 0.4, "payout_rate_high": 0.6, "paid_count": 1,
           **dict.fromkeys(("eligible_count", "needs_review_count", "undetermined_count", "not_eligible_count"), 2)}  # fmt: skip
    drawn = charts.measure_strip([{**row, "kind": "award"}, {**row, "kind": "rent"}], lambda _: "/")
    axes = {bar["y"][0]: (bar["xaxis"], bar["yaxis"]) for bar in drawn["data"] if bar["type"] == "bar"}
    assert len(set(axes.values())) == 2
    assert len({tuple(drawn["layout"][f"yaxis{y[1:]}"]["domain"]) for _, y in axes.values()}) == 2
    alone = charts.measure_strip([{**row, "kind": "award"}], lambda _: "/")
    assert alone["layout"]["yaxis"]["domain"] == [0.0, 1.0]


def test_a_statement_is_asked_without_the_conditions_nobody_named():
    sql = "select 1 where ($a::varchar is null or f(x, (1)) = $a)\n and ($b::bigint is null\n or y = $b)  -- $c"
    assert narrowed(sql, frozenset("a")).split() == ["select", "1", "where", "(f(x,", "(1))", "=", "$a)", "and", "true"]
    assert parameters(narrowed(sql, frozenset("a"))) == ("a",)
