"""数据 and 关于: what arrived and why it may be trusted, names settled by a person, and how each number is counted."""

import csv
import io
import shutil
from pathlib import Path

import pytest
from conftest import PASSWORD, act, ask, html_of, log_of, sign_in
from small_city import POLICY

from dashboard import desk, pages
from dashboard.app import create_app

PARTS = ("sources", "files", "checks", "quarantine", "names")
TABLES = [table.name for page in pages.PAGES if page.key == "data" for table in page.tables]
NAME, OTHER = "示例零零四软件", "示例零零五软件"
FIRM, ELSE = "91320200MA1X00004Q", "91320200MA1X00005Q"


def page(client, path: str = "/data", query: str = "") -> str:
    return html_of(ask(client, path, query).get_json())


def rows_of(client, table: str, query: str = "") -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(client.get(f"/export/{table}.csv?{query}").get_data().decode("utf-8-sig"))))
    start = lines.index([]) + 1
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", ["ste", "ana", "adm"])
def test_each_part_shows_to_those_who_answer_for_the_data(signed_in, name: str, part: str):
    text = page(signed_in(name), query=f"?part={part}")
    assert "state-broken" not in text
    assert "每一行都有去处" in text
    assert '"nav-data"' in text


@pytest.mark.parametrize("name", ["opa", "aud"])
def test_other_roles_get_neither_page_nor_file(signed_in, name: str):
    client = signed_in(name)
    for part in PARTS:
        text = page(client, query=f"?part={part}")
        assert "state-no_permission" in text
        assert "payments/file0.csv" not in text
        assert NAME not in text
    for table in TABLES:
        assert client.get(f"/export/{table}.csv").status_code == 404


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
    text = page(client)
    for column in ("读入", "载入", "有效", "事件", "事项"):
        assert f">{sum(int(row[column]) for row in rows):,}<" in text, column
    assert {row["对账"] for row in rows} == {"是"}


def test_a_failed_check_leads_to_the_rows_that_failed_it(signed_in):
    client = signed_in("ste")
    assert "check=applications_approved" in page(client, query="?part=checks&verdict=failed")
    text = page(client, query="?part=checks&check=applications_approved")
    assert "applications/a.xlsx" in text
    assert [row["行号"] for row in rows_of(client, "quality_failures", "check=applications_approved")] == ["6"]


def test_a_refused_row_is_shown_with_where_it_stands_and_why(signed_in):
    assert rows_of(signed_in("ste"), "quarantine", "source=payments")[0]["说明"] == "日期在将来"
    assert rows_of(signed_in("ste"), "quarantine", "source=parks") == []


def names(decisions: Path, key: str) -> list[dict]:
    return [entry for entry in desk.entries(decisions, desk.NAMES) if entry["name_key"] == key]


def test_a_steward_says_whose_a_name_is_and_it_waits_for_the_next_build(signed_in, decisions, accounts_file):
    client = signed_in("ste")
    text = page(client, query="?part=names")
    assert FIRM in text
    assert "就是这家" in text
    back = "/data?part=names"
    answer = act(client, "name", name_key=NAME, code_given="", decision="accept", enterprise_code=FIRM, why="工商档案", back=back)
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    kept = names(decisions, NAME)[-1]
    assert (kept["decision"], kept["enterprise_code"], kept["who"], kept["why"]) == ("accept", FIRM, "ste", "工商档案")
    assert "已决定，待下次更新" in page(client, query="?part=names")
    assert log_of(accounts_file).read(20, action="act name")[0]["name"] == "ste"
    late = act(signed_in("adm"), "name", name_key=NAME, code_given="", decision="accept", enterprise_code=ELSE, based_on=0, back=back)
    assert late.status_code == 409, "whoever is second is told"
    assert all(words in late.get_data(as_text=True) for words in ("ste", FIRM, "已确认"))
    assert names(decisions, NAME)[-1] == kept
    assert act(signed_in("adm"), "name", name_key=OTHER, code_given="", decision="reject").status_code == 303
    assert names(decisions, OTHER)[-1]["enterprise_code"] is None


@pytest.mark.parametrize("name", ["opa", "aud", "ana"])
def test_nobody_else_settles_a_name(signed_in, decisions, name: str):
    before = desk.entries(decisions, desk.NAMES)
    form = {"name_key": NAME, "code_given": "", "decision": "accept", "enterprise_code": FIRM}
    assert act(signed_in(name), "name", **form).status_code == 403
    assert desk.entries(decisions, desk.NAMES) == before


def test_an_analyst_reads_the_queue_without_buttons(signed_in):
    text = page(signed_in("ana"), query="?part=names")
    assert OTHER in text
    assert "/act/name" not in text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name_key": "无此名称", "decision": "accept", "enterprise_code": FIRM}, 404),
        ({"name_key": NAME, "decision": "accept", "enterprise_code": "91320200MA1X99999Q"}, 400),
        ({"name_key": NAME, "decision": "accept", "enterprise_code": "<script>"}, 400),
        ({"name_key": NAME, "decision": "accept"}, 400), ({"name_key": NAME, "decision": "review"}, 404),
        ({"name_key": NAME, "decision": "maybe"}, 400), ({}, 400),
        ({"name_key": NAME, "code_given": "another", "decision": "reject"}, 404),
        ({"name_key": NAME, "decision": "reject", "why": "字" * 201}, 400),
    ],
)  # fmt: skip
def test_a_decision_that_makes_no_sense_is_refused_and_not_written(signed_in, decisions, form: dict, status: int):
    before = desk.entries(decisions, desk.NAMES)
    assert act(signed_in("ste"), "name", **form).status_code == status
    assert desk.entries(decisions, desk.NAMES) == before


@pytest.mark.parametrize("query", ["?part=all", "?source=a-b", "?severity=fatal", "?check=a b", "?decision=x", "?verdict=1"])
def test_a_filter_of_the_wrong_form_is_a_clear_state(signed_in, query: str):
    assert "state-bad_address" in page(signed_in("ste"), query=query)


@pytest.mark.parametrize("name", ["ana", "opa", "aud", "ste", "adm"])
def test_everybody_may_read_how_it_is_counted_for_the_pages_they_may_see(signed_in, name: str):
    text = page(signed_in(name), "/about")
    assert "state-broken" not in text
    role = {"ana": "analyst", "opa": "operator", "aud": "auditor", "ste": "steward", "adm": "admin"}[name]
    for page_of in pages.PAGES:
        for table in page_of.tables:
            told = f">{pages_title(table.name)}<" in text
            assert told == (role in {r for p in pages.PAGES for t in p.tables if same(t, table) for r in p.roles}), table.name
    assert "D10" in text
    assert "首次按名单与行业代码判断。" in text


def pages_title(name: str) -> str:
    from dashboard.text import t

    return t(f"figure.{name}.title")


def same(one, other) -> bool:
    return pages_title(one.name) == pages_title(other.name)


def test_about_shows_the_query_itself_and_a_decision_that_was_changed(signed_in):
    text = page(signed_in("ana"), "/about")
    assert "from mart_clause_cut" in text
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
