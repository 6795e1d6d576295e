"""数据 and 关于: what arrived and why it may be trusted, names settled by a person, and how each number is counted."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import PASSWORD, USERS, callbacks, fire, html_of, log_of, page, press, rows_of, sign_in, told
from flask.testing import FlaskClient
from small_base import POLICY

from dashboard.app import create_app
from dashboard.tables import TABLES
from dashboard.tables import data as tables
from dashboard.text import t
from pipelines.base.decisions import NAMES, entries

PARTS = ("sources", "files", "checks", "quarantine", "names")
OF_DATA = [table.name for table in vars(tables).values() if getattr(table, "roles", None) == tables.ROLES]
NAME, OTHER = "示例零零四软件", "示例零零五软件"
FIRM, ELSE = "91320200MA1X00004Q", "91320200MA1X00005Q"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", ["ste", "ana", "adm"])
def test_each_part_shows_to_those_who_answer_for_the_data(signed_in, name: str, part: str):
    text = page(signed_in(name), "/data", f"?part={part}")
    assert "state-" not in text
    assert "每一行都有去处" in text


@pytest.mark.parametrize("name", ["opa", "aud"])
def test_other_roles_get_neither_page_nor_file(signed_in, name: str):
    client = signed_in(name)
    for part in PARTS:
        text = page(client, "/data", f"?part={part}")
        assert "state-no_permission" in text
        assert "payments/file0.csv" not in text
        assert NAME not in text
    assert len(OF_DATA) > 6
    for table in OF_DATA:
        assert client.get(f"/export/{table}.csv").status_code == 404


def test_a_part_chosen_brings_its_body_and_other_filters_renew_the_grids_alone(signed_in):
    client = signed_in("ste")

    def filtered(search: str, shown: list[str]):
        return fire(client, "..data-body.children...data-shown.data..", [("filters.data", f"/data{search}")], [("data-shown.data", shown)])

    answer = filtered("?part=files", ["sources", "", ""]).get_json()["response"]
    assert '"table": "source_files"' in str(answer).replace("'", '"')
    assert answer["data-shown"]["data"] == ["files", "", ""]
    assert "data-body" not in filtered("?part=files&source=payments", ["files", "", ""]).get_data(as_text=True)


def test_a_source_says_whether_it_is_late_and_a_file_what_became_of_it(signed_in):
    client = signed_in("ste")
    assert {row["来源"]: row["新旧"] for row in rows_of(client, "source_list")} == {
        "企业登记": "按期", "拨付": "逾期", "软件园区": "未到",
    }  # fmt: skip
    files = rows_of(client, "source_files", "source=payments")
    assert len(files) == 2
    assert all(len(row["内容指纹"]) == 64 and row["不载入的是"] == "合计 2" for row in files)
    for row in rows_of(client, "source_files"):
        assert int(row["读入"]) == int(row["载入"]) + int(row["不载入"]) + int(row["隔离"])


def test_the_flow_from_files_to_claims_is_what_the_reconciliation_adds_up_to(signed_in):
    client = signed_in("ana")
    rows = rows_of(client, "reconciliation")
    text = page(client, "/data")
    for column in ("读入", "载入", "有效", "事件", "事项"):
        assert f">{sum(int(row[column]) for row in rows):,}<" in text, column
    assert {row["对账"] for row in rows} == {"是"}


def test_a_failed_check_leads_to_the_rows_that_failed_it(signed_in):
    client = signed_in("ste")
    asked = {"getRowsRequest": {"startRow": 0, "endRow": 50}, "here.pathname": "/data", "here.search": "?part=checks&verdict=failed"}
    assert "check=applications_approved" in str(press(client, "grid.getRowsRequest", asked, {"table": "quality_results"}).get_json())
    assert 'quality_failures' in page(client, "/data", "?part=checks&check=applications_approved")
    [row] = rows_of(client, "quality_failures", "check=applications_approved")
    assert row["行号"] == "6"
    assert "applications/a.xlsx" in row.values()


def test_a_refused_row_is_shown_with_where_it_stands_and_why(signed_in):
    assert rows_of(signed_in("ste"), "quarantine", "source=payments")[0]["说明"] == "日期在将来"
    assert rows_of(signed_in("ste"), "quarantine", "source=parks") == []


def names(decisions: Path, key: str) -> list[dict]:
    return [entry for entry in entries(decisions, NAMES) if entry["name_key"] == key]


def settle(client: FlaskClient, decision: str = "accept", *, name: str = NAME, code: str = "", said: Any = 0, candidate: str = "", other: str = "", why: str = ""):
    """A click on one of the buttons beside a name."""
    values = {
        "names-page.value": 1, "name-other.value": other, "name-why.value": why, "here.pathname": "/data", "here.search": "?part=names",
    }  # fmt: skip
    return press(client, f"name-{decision}", values, {"name": name, "code": code, "said": said, "candidate": candidate})


def test_a_steward_says_whose_a_name_is_and_it_waits_for_the_next_build(signed_in, decisions, accounts_file):
    client = signed_in("ste")
    text = page(client, "/data", "?part=names")
    assert FIRM in text
    assert "就是这家" in text
    answer = settle(client, candidate=FIRM, why="工商档案")
    assert told(answer) == t("names.noted")
    assert "已决定，待下次更新" in html_of(answer.get_json()["response"]["names-queue"])
    kept = names(decisions, NAME)[-1]
    assert (kept["decision"], kept["enterprise_code"], kept["who"], kept["why"]) == ("accept", FIRM, "ste", "工商档案")
    assert "已决定，待下次更新" in page(client, "/data", "?part=names")
    assert log_of(accounts_file).read(20, action="act name")[0]["name"] == "ste"
    late = settle(signed_in("adm"), candidate=ELSE)
    assert all(words in told(late) for words in ("ste", FIRM, "已确认")), "whoever is second is told"
    assert late.get_json()["response"] == {}
    assert names(decisions, NAME)[-1] == kept
    settle(signed_in("adm"), "reject", name=OTHER)
    assert names(decisions, OTHER)[-1]["enterprise_code"] is None


def test_a_firm_that_is_not_among_the_candidates_is_typed(signed_in, decisions):
    settle(signed_in("ste"), said=1, other=f" {ELSE} ", why="另有更名")
    assert names(decisions, NAME)[-1]["enterprise_code"] == ELSE


@pytest.mark.parametrize("name", ["opa", "aud", "ana"])
def test_nobody_else_settles_a_name(signed_in, decisions, name: str):
    before = entries(decisions, NAMES)
    answer = settle(signed_in(name), candidate=FIRM)
    assert answer.status_code == 403 or told(answer) == t("refusal.no_permission")
    assert entries(decisions, NAMES) == before


def test_an_analyst_reads_the_queue_without_buttons(signed_in):
    text = page(signed_in("ana"), "/data", "?part=names")
    assert OTHER in text
    assert "name-accept" not in text


@pytest.mark.parametrize(
    ("decision", "fields", "refusal"),
    [
        ("accept", {"name": "无此名称", "candidate": FIRM}, "not_found"), ("accept", {"other": "91320200MA1X99999Q"}, "no_such_firm"),
        ("accept", {"other": "<script>"}, "not_understood"), ("accept", {}, "not_understood"), ("reject", {"code": "another"}, "not_found"),
        ("reject", {"why": "字" * 201}, "note_too_long"), ("accept", {"candidate": FIRM, "said": "many"}, "not_understood"),
    ],
)  # fmt: skip
def test_a_decision_that_makes_no_sense_is_refused_and_not_written(signed_in, decisions, decision: str, fields: dict, refusal: str):
    before = entries(decisions, NAMES)
    answer = settle(signed_in("ste"), decision, **{"said": 9, **fields})
    assert told(answer) == t(f"refusal.{refusal}")
    assert answer.get_json()["response"] == {}, "what was typed stays"
    assert entries(decisions, NAMES) == before


@pytest.mark.parametrize("query", ["?part=all", "?source=a-b", "?severity=fatal", "?check=a b", "?decision=x", "?verdict=1"])
def test_a_filter_of_the_wrong_form_is_a_clear_state(signed_in, query: str):
    assert "state-bad_address" in page(signed_in("ste"), "/data", query)


@pytest.mark.parametrize("name", ["ana", "opa", "aud", "ste", "adm"])
def test_everybody_may_read_how_it_is_counted_for_the_tables_they_may_see(signed_in, name: str):
    text = page(signed_in(name), "/about")
    definitions = text[text.index('id="about-definitions"') :]
    titles = {t(f"figure.{table.name}.title") for table in TABLES.values() if USERS[name][0] in table.roles}
    for table in TABLES.values():
        title = t(f"figure.{table.name}.title")
        assert (f">{title}<" in definitions) is (title in titles), table.name
    assert "D10" in text
    assert "首次按名单与行业代码判断。" in text


def test_about_shows_how_a_table_that_is_opened_is_counted_to_those_who_may_see_it(signed_in):
    name = next(one for one in callbacks(signed_in("ana").application) if '"type":"query"' in one)

    def opened(user: str, table: str):
        clicked, shown = {"type": "definition", "table": table}, {"type": "query", "table": table}
        return fire(signed_in(user), name, [((clicked, "n_clicks"), 1)], outputs={"id": shown, "property": "children"})

    assert "from mart_clause_cut" in opened("ana", "clause_funnel").get_data(as_text=True)
    assert t("how.whatif_clauses") in opened("ana", "whatif_clauses").get_json()["response"]['{"table":"whatif_clauses","type":"query"}']["children"][0]["props"]["children"]
    for user, table in (("ana", "x"), ("opa", "audit"), ("ana", "whatif_clauses")):
        assert "select" not in opened(user, table).get_data(as_text=True)


def test_about_shows_a_decision_that_was_changed(signed_in):
    text = page(signed_in("ana"), "/about")
    assert "已改动" in text, "the small city has settings without their default"
    assert f">{POLICY['document']}<" not in text
    assert ">征求意见稿<" in text, "and no document by its code"


def test_about_survives_a_manifest_that_goes_away(published: Path, accounts_file: Path, tmp_path: Path):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    client = create_app(folder, accounts_file, check_seconds=1000).test_client()
    sign_in(client, "ana", PASSWORD)
    assert "state-no_snapshot" not in page(client, "/parks")
    (folder / "20260101-test" / "manifest.json").unlink()
    assert "state-no_snapshot" in page(client, "/about")
