"""对比: two snapshots side by side, the same answer as `softcity diff`, an operator held to their park in both."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ask, body_of, full, html_of, page, reading_as, send, sign_in
from flask import g
from small_base import PARKS
from small_city import build

from dashboard import query
from dashboard.access.scope import connect, scope_of
from dashboard.app import create_app
from dashboard.comparison import Comparisons, compared
from dashboard.exports import FORMS
from dashboard.questions import QUESTIONS
from dashboard.tables import TABLES
from dashboard.view import View
from pipelines.base.errors import SnapshotMissing
from pipelines.base.snapshots import FORMAT
from pipelines.deliver.preview import changes
from pipelines.policy.diff import diff_snapshots, snapshot_sentences

NEW, OLD, OTHER_FORMAT = "20251231-0002", "20251130-0001", "20240101-0009"
THEN, NOW = "87654.32", "1234567.89"
"""Upper bounds of the firm that moved, while it was in P001 and since it is in P002."""
TOLD = [name for name, table in TABLES.items() if name.startswith("compare_")]
ROWS = '..{"table":["MATCH"],"type":"grid"}.getRowsResponse...{"card":["ALL"],"form":["ALL"],"table":["MATCH"],"type":"export"}.href..'


def _named(folder: Path, **changes: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of one city: of the earlier one firm sat in another park, a fact, a clause, an order and a finding were others."""
    folder = tmp_path_factory.mktemp("two")
    new = build(folder, NEW)
    old = shutil.copytree(new, folder / OLD)
    _named(old, as_of="2025-11-30", snapshot_id=OLD)
    _named(shutil.copytree(old, folder / OTHER_FORMAT), as_of="2024-01-01", snapshot_id=OTHER_FORMAT, format=FORMAT - 1)
    with duckdb.connect(str(new / "marts.duckdb")) as db:
        db.execute("insert into fct_event_fact (event_id, district_code) select event_id, '320205' from fct_claim group by event_id")
        (mover,) = db.execute("select enterprise_id from dim_enterprise where park_id = 'P002' and claim_count > 2 order by 1").fetchone()
        db.execute("update fct_claim set net_ceiling_yuan = ? where enterprise_id = ?", [NOW, mover])
    with duckdb.connect(str(old / "marts.duckdb")) as db:
        db.execute("insert into fct_event_fact (event_id, district_code) select event_id, '320205' from fct_claim group by event_id")
        here = {"park_id": "P001", "park_name": PARKS["P001"][0]}
        for table in ("dim_enterprise", "fct_claim"):
            db.execute(f"update {table} set park_id = $park_id, park_name = $park_name where enterprise_id = $mover", {**here, "mover": mover})
        db.execute("update fct_claim set net_ceiling_yuan = ? where enterprise_id = ?", [THEN, mover])
        mine = "select claim_id from fct_claim where park_id = 'P001' and document = 'draft' and clause_id = '{}' and enterprise_id <> $mover order by 1 limit 1"
        for clause, facts in (("11b", "update fct_event_fact set district_code = null where event_id = (select event_id from fct_claim where claim_id = $claim)"), ("6b.2", "")):
            (claim,) = db.execute(mine.format(clause), {"mover": mover}).fetchone()
            db.execute("update fct_claim set outcome = case outcome when 'undetermined' then 'needs_review' else 'undetermined' end where claim_id = ?", [claim])
            if facts:
                db.execute(facts, {"claim": claim})
        db.execute("update dim_clause set program_hash = 'another' where clause_id = '6b.2' and document = 'draft'")
        db.execute("delete from fct_payment where payment_no = (select min(payment_no) from fct_payment where park_id = 'P001')")
        db.execute("delete from mart_audit_finding where finding_id = (select min(finding_id) from mart_audit_finding)")
        db.execute("update dim_enterprise set gone_how = null, gone_on = null where enterprise_id = (select min(enterprise_id) from dim_enterprise where gone_how is not null)")
        db.execute("delete from mart_industry_month where period = (select max(period) from mart_industry_month)")
        db.execute("update mart_indicator set stat_year = stat_year - 1 where indicator_id = (select min(indicator_id) from mart_indicator)")
    return folder


@pytest.fixture(scope="module")
def mover(published: Path) -> str:
    with duckdb.connect(str(published / NEW / "marts.duckdb"), read_only=True) as db:
        return str(db.execute("select enterprise_name from fct_claim where net_ceiling_yuan = ?", [NOW]).fetchone()[0])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def signed_in(published: Path, accounts_file: Path, shared: Path):
    server = create_app(published, accounts_file, shared=shared)
    clients: dict[str, Any] = {}

    def make(name: str):
        if name not in clients:
            clients[name] = server.test_client()
            assert sign_in(clients[name], name).status_code == 303
        return clients[name]

    return make


def rows_of(client, table: str, query: str = "") -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(client.get(f"/export/{table}.csv?{query}").get_data().decode("utf-8-sig"))))
    start = lines.index([]) + 1
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def told(answer: Any) -> str:
    return html_of(answer.get_json()) if answer.is_json else answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def said(published: Path) -> dict[str, Any]:
    """What `softcity diff` says."""
    return diff_snapshots(published, OLD, NEW)


def test_the_page_says_what_the_command_says(signed_in, said):
    claims = [row for row in said["claims"] if row["document"] == "draft"]
    shown = {row["事项编号"]: row for row in rows_of(signed_in("ana"), "compare_claims")}
    assert shown.keys() == {row["claim_id"] for row in claims}
    words = {"data": "数据", "rules": "条文", "both": "数据和条文", "others": "其他事项或拨付"}
    assert {key: row["原因"] for key, row in shown.items()} == {row["claim_id"]: words[row["moved_by"]] for row in claims}
    for table, part in (("compare_firms", "firms"), ("compare_payments", "payments"), ("compare_findings", "findings")):
        assert len(rows_of(signed_in("ana"), table)) == len(said[part]) == 1, table
    figures = [row for row in said["figures"] if row["park"] == "all" and row["document"] in ("draft", None)]
    assert len(rows_of(signed_in("ana"), "compare_figures")) == len(figures) > 10


def test_two_days_are_compared_by_their_newest_snapshots(published: Path, said):
    assert diff_snapshots(published, "2025-11-30", "2025-12-31") == said
    with pytest.raises(SnapshotMissing, match="no snapshot stands on 2020-01-01"):
        diff_snapshots(published, "2020-01-01", NEW)


def test_a_preview_for_a_park_tells_nothing_of_the_side_on_which_a_firm_lay_elsewhere(published: Path, mover: str):
    for park, side, other in (("P001", "old", "new"), ("P002", "new", "old")):
        moved = [row for text in changes(published, OLD, NEW, (park,))["texts"] for row in text["moved_claims"] if row["enterprise_name"] == mover]
        assert moved
        assert all(row[f"{side}_outcome"] and row[f"{other}_outcome"] is None for row in moved)


def test_data_rules_or_neither_moved_a_claim(said):
    of_clause = {row["clause_id"]: row["moved_by"] for row in said["claims"] if row["old_outcome"] != row["new_outcome"]}
    assert of_clause == {"11b": "data", "6b.2": "rules"}
    assert [row["clause_id"] for row in said["clauses"]] == ["6b.2"]
    assert "clause wuxi-software/draft/6b.2: changed" in snapshot_sentences(said)


def test_growth_of_two_periods_and_an_indicator_of_two_years_stand_side_by_side_and_are_not_subtracted(said):
    [growth] = [row for row in said["figures"] if (row["figure_id"], row["park"]) == ("growth_rate", "all")]
    assert growth["old_basis"] < growth["new_basis"]
    assert (growth["is_comparable"], growth["change"]) == (False, None)
    years = {row["old_year"] == row["new_year"]: row["change"] is None for row in said["indicators"] if row["new_value"] is not None}
    assert years == {True: False, False: True}


def test_the_sentence_tells_both_days_and_the_fixed_address_names_both_snapshots(signed_in):
    text = page(signed_in("ana"), "/compare")
    assert "2025-12-31 与 2025-11-30 相比" in text
    assert f"then={OLD}&amp;snapshot={NEW}" in text.replace("&amp;amp;", "&amp;") or f"snapshot={NEW}&amp;then={OLD}" in text
    assert "报告期不同，不相减" in text
    backwards = page(signed_in("ana"), "/compare", f"?then={NEW}&snapshot={OLD}")
    assert "2025-11-30 与 2025-12-31 相比" in backwards
    assert "晚于本页快照" in backwards


def test_an_operator_sees_of_each_snapshot_what_was_of_their_park_there(signed_in, mover: str):
    for name, seen, hidden, change in (("opa", THEN, NOW, "减少"), ("opb", NOW, THEN, "新增")):
        claims = [row for row in rows_of(signed_in(name), "compare_claims") if row["企业"] == mover]
        assert claims, name
        sides = {(row["原计入上限"], row["现计入上限"]) for row in claims}
        assert sides == ({(seen, "")} if name == "opa" else {("", seen)}), name
        assert {row["原因"] for row in claims} == {"数据"}
        [firm] = [row for row in rows_of(signed_in(name), "compare_firms") if row["企业"] == mover]
        assert firm["变化"] == change
        assert hidden not in "".join(json.dumps(row) for row in rows_of(signed_in(name), "compare_claims"))


@pytest.mark.parametrize("name", ["opa", "opb"])
def test_nothing_of_the_other_park_reaches_an_operator_by_any_request(signed_in, published: Path, mover: str, name: str):
    own, hidden = ("P001", NOW) if name == "opa" else ("P002", THEN)
    client = signed_in(name)
    secrets = {hidden, f"{float(hidden):,.2f}"}
    for snapshot in (OLD, NEW):
        with duckdb.connect(str(published / snapshot / "marts.duckdb"), read_only=True) as db:
            firms = db.execute(
                "select enterprise_name, enterprise_id from dim_enterprise where park_id is distinct from $own and enterprise_name <> $mover"
                " and enterprise_id not in (select enterprise_id from fct_claim where park_id = $own)", {"own": own, "mover": mover},
            ).fetchall()
            secrets |= {text for row in firms for text in row if len(text) > 12 and "<" not in text and '"' not in text}
    assert len(secrets) > 40
    for search in ("", f"then={OLD}", f"then={NEW}&snapshot={OLD}", f"then={OLD}&park=P003", f"then={OLD}&park={'P002' if own == 'P001' else 'P001'}"):
        answers = [ask(client, "/compare", f"?{search}")]
        answers += [client.get(f"/export/{table}.{form}?{search}") for table in TOLD for form in FORMS if form != "xlsx"]
        values = {"getRowsRequest": {"startRow": 0, "endRow": 200}, "pathname": "/compare", "search": f"?{search}"}
        answers += [send(client, body_of(client.application, ROWS, values, {"table": table, "card": table, "form": "csv"})) for table in TOLD]
        for answer in answers:
            text = told(answer)
            assert "state-broken" not in text
            assert not [secret for secret in secrets if secret in text], search


def test_findings_are_for_those_who_may_see_them(signed_in):
    assert signed_in("opa").get("/export/compare_findings.csv").status_code == 404
    assert "compare_findings" not in page(signed_in("opa"), "/compare")
    assert "新增问题 1 项" in page(signed_in("aud"), "/compare")
    assert "新增问题" not in page(signed_in("ste"), "/compare")


def test_a_snapshot_of_another_format_or_none_at_all_is_refused_in_words(signed_in):
    assert "格式与本版本不同" in page(signed_in("ana"), "/compare", f"?then={OTHER_FORMAT}")
    assert "state-compare_missing" in page(signed_in("ana"), "/compare", "?then=2020-01-01")
    assert signed_in("ana").get(f"/export/compare_claims.csv?then={OTHER_FORMAT}").status_code == 404


def test_a_comparison_that_others_are_before_is_told_so_and_one_made_is_kept(signed_in, shared: Path):
    client = signed_in("ana")
    page(client, "/compare")
    with full(shared):
        assert "state-compare" not in page(client, "/compare"), "it is kept"
        assert "state-compare_busy" in page(client, "/compare", f"?then={NEW}")
        assert client.get(f"/export/compare_claims.csv?then={NEW}").status_code == 503
    assert "两边是同一个快照" in page(client, "/compare", f"?then={NEW}")
    assert rows_of(client, "compare_claims", f"then={NEW}") == []


def test_an_indicator_is_told_as_each_kept_day_printed_it_apart_from_its_years(signed_in):
    moved, same = (rows_of(signed_in("ana"), "indicator_published", f"indicator={name}") for name in ("a", "b"))
    assert [row["公布时数据截至"] for row in moved] == ["2025-12-31", "2025-11-30"]
    assert [row["与前一快照相比"] for row in moved] == ["新的年度", "最早保留"]
    assert [row["与前一快照相比"] for row in same] == ["未变", "最早保留"]
    assert "历次公布" in page(signed_in("ana"), "/indicators/a")
    assert rows_of(signed_in("opa"), "indicator_published", "indicator=a&park=P002") == []


@pytest.mark.parametrize("user", [("analyst",), ("operator", "P001")], ids=str)
@pytest.mark.parametrize("name", [question.name for question in QUESTIONS.values() if question.is_of_comparison])
def test_a_record_of_a_comparison_tells_the_names_bound_and_the_columns_returned(published: Path, shared: Path, name: str, user: tuple[str, ...]):
    question = QUESTIONS[name]
    with reading_as(published, *user):
        g.comparisons = Comparisons(shared)
        with compared(View("/compare")):
            sql, values = query.statement(question, {})
            cursor = connect(g.snapshot.database, scope_of(g.user))
            assert cursor.extract_statements(question.sql)[0].named_parameters == set(question.takes)
            found = {column: kind.lower() for column, kind, *_ in cursor.execute(f"describe {sql}", values).fetchall()}
            assert found == dict(question.returns)
            everything = query.ask(name)
            assert all(row in everything for row in query.ask(name, park="P001")) or "park_cut" in question.takes
