"""审计: the cards add up to the list, findings are worked on to their end, and only those who may see and act do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import fire, html_of, log_of, named, page, rows_of
from flask.testing import FlaskClient

from dashboard.filters import FILTERS
from pipelines.base.decisions import FINDINGS, entries
from pipelines.base.findings import note_seen


def filtered(client: FlaskClient, search: str) -> dict:
    return ask(client, search).get_json()["response"]


def ask(client: FlaskClient, search: str = ""):
    parts = [
        ("audit-sentence", "children"), ("audit-kinds", "children"), ("audit-empty", "children"), ("audit-rows", "hidden"), ("audit-gone", "hidden"),
    ]  # fmt: skip
    told = [{"id": id_, "property": prop} for id_, prop in parts]
    exports = [{"id": {"card": "audit_kinds", "table": "audit_kinds", "type": "export", "form": form}, "property": "href"} for form in ("csv", "xlsx", "json")]
    return fire(client, named(client, "audit-sentence.children"), [("filters.data", f"/audit?{search}")], outputs=[*told, exports])


@pytest.mark.parametrize("name", ["opa", "ste"])
def test_the_audit_is_for_auditors_analysts_and_administrators(signed_in, name: str):
    client = signed_in(name)
    assert "state-no_permission" in page(client, "/audit")
    assert ask(client).status_code == 403
    assert client.get("/export/audit.csv").status_code == 404
    assert client.get("/export/audit_kinds.csv").status_code == 404


def test_the_kinds_of_findings_add_up_to_the_list(signed_in):
    client = signed_in("aud")
    findings, kinds = rows_of(client, "audit"), rows_of(client, "audit_kinds")
    assert findings
    for kind in kinds:
        of_kind = [row for row in findings if row["类型"] == kind["类型"]]
        assert int(kind["发现"]) == len(of_kind)
        assert float(kind["涉及金额"]) == sum(float(row["涉及金额"]) for row in of_kind)
    assert sum(int(kind["发现"]) for kind in kinds) == len(findings)


def test_every_kind_has_a_card_with_its_count_those_without_a_finding_too(signed_in):
    client = signed_in("aud")
    told, counted = page(client, "/audit"), {row["类型"]: row["发现"] for row in rows_of(client, "audit_kinds")}
    assert len(counted) < len(FILTERS["finding"].codes)
    for kind in FILTERS["finding"].codes:
        card = told.split(f'id="finding-{kind}"')[0].rpartition("<RadioCard")[2] + told.split(f'id="finding-{kind}"')[1].split("</RadioCard>")[0]
        name = next((name for name in counted if f">{name}<" in card), None)
        assert f">{counted[name] if name else 0}</Strong>" in card, kind


def test_a_kind_chosen_narrows_the_list_and_one_without_findings_says_so(signed_in):
    client = signed_in("aud")
    [kind] = [kind for kind in ("paid_not_eligible",) if rows_of(client, "audit", f"finding={kind}")]
    assert {row["类型"] for row in rows_of(client, "audit", f"finding={kind}")} == {"不符合而已付"}
    assert filtered(client, f"finding={kind}")["audit-rows"]["hidden"] is False
    assert rows_of(client, "audit", "finding=above_ceiling") == []
    none = filtered(client, "finding=above_ceiling")
    assert none["audit-rows"]["hidden"] is True
    assert "state-no_findings" in html_of(none["audit-empty"])


ADDRESS = [("here.pathname", "/audit"), ("here.search", "")]
GRID, GONE = ({"table": "audit", "type": "grid"}, "cellRendererData"), ({"table": "audit_gone", "type": "grid"}, "cellRendererData")
CHOSEN = ({"type": "chosen", "table": "audit", "key": "finding_id"}, "data")


@pytest.fixture
def marts(published: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        cursor = db.execute("select * from mart_audit_finding order by finding_id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def said(decisions: Path) -> Iterator[Path]:
    """The folder of what people said, nothing of findings in it."""
    (decisions / FINDINGS).unlink(missing_ok=True)
    yield decisions
    (decisions / FINDINGS).unlink(missing_ok=True)


def look(client: FlaskClient, finding: object, *, is_gone: bool = False, chosen: Any = None) -> dict[str, Any]:
    """What a click on a row's button brings, or on that of the ticked rows."""
    value = {"value": {"finding_id": finding}}
    by = "audit-bulk.n_clicks" if chosen is not None else '{"table":"audit_gone","type":"grid"}.cellRendererData' if is_gone else '{"table":"audit","type":"grid"}.cellRendererData'
    return fire(client, named(client, "audit-form.opened.."), [(GRID, value), (GONE, value), ("audit-bulk.n_clicks", 1)], [(CHOSEN, chosen), *ADDRESS], by=by).get_json()


def settle(client: FlaskClient, asked: Any, state: Any = "closed", *, owner: Any = "", why: Any = "已核对批准文件"):
    given = [("audit-asked.data", asked), ("audit-state.value", state), ("audit-owner.value", owner), ("audit-note.value", why), *ADDRESS]
    return fire(client, named(client, "audit-form.opened@"), [("audit-save.n_clicks", 1)], given, by="audit-save.n_clicks")


def of(client: FlaskClient, finding: str, table: str = "audit") -> dict[str, str]:
    return next(row for row in rows_of(client, table) if row["发现编号"] == finding)


def test_an_auditor_closes_a_finding_with_owner_and_reason_and_every_reader_sees_it(signed_in, said, accounts_file):
    client = signed_in("aud")
    assert (of(client, "F0")["办理状态"], of(client, "F0")["经办人"]) == ("待核实", "")
    form = look(client, "F0")["response"]
    assert form["audit-asked"]["data"] == {"F0": 0}
    done = settle(client, {"F0": 0}, owner=" 王  科 ", why="=已核").get_json()
    assert done["response"]["audit-form"]["opened"] is False
    assert done["sideUpdate"]["filters"]["data"] == "/audit"
    row = of(signed_in("ana"), "F0")
    assert (row["办理状态"], row["经办人"], row["说明"], row["记录人"]) == ("已结案", "王 科", "'=已核", "aud")
    assert "已结案 1 项" in html_of(filtered(client, "")["audit-sentence"])
    assert [r["发现编号"] for r in rows_of(client, "audit", "finding_status=closed")] == ["F0"] == [r["发现编号"] for r in rows_of(client, "audit", "owner=王 科")]
    assert any(line["action"] == "act finding" and "F0" in line["detail"] for line in log_of(accounts_file).read(9))
    assert "=已核" in html_of(look(client, "F0")["response"]["audit-finding"])


@pytest.mark.parametrize("state", ["explained", "recovered", "closed"])
def test_an_end_needs_a_reason_and_an_open_one_none(signed_in, said, state: str):
    told = settle(signed_in("aud"), {"F0": 0}, state, why="  ").get_json()
    assert "须写明理由" in html_of(told["sideUpdate"])
    assert entries(said, FINDINGS) == []
    settle(signed_in("aud"), {"F0": 0}, "open", owner="李", why="")
    assert [entry["owner"] for entry in entries(said, FINDINGS)] == ["李"]


def test_a_settled_finding_that_is_gone_stays_with_its_history_and_says_so_when_it_is_back(signed_in, said, marts):
    client = signed_in("aud")
    settle(client, {"F0": 0})
    rest = [row for row in marts if row["finding_id"] != "F0"]
    # the shown snapshot holds it again: what a build in between saw is on record alone
    note_seen(said, rest, "s2", "2026-01-31")
    assert [row["发现编号"] for row in rows_of(client, "audit_gone")] == []
    note_seen(said, marts, "s3", "2026-02-28")
    assert of(client, "F0")["办理状态"] == "再次出现"
    told = html_of(look(client, "F0")["response"]["audit-finding"])
    assert told.index("已结案") < told.index("已不再出现（数据截至 2026-01-31）") < told.index("再次出现（数据截至 2026-02-28）")
    assert "办结后再次出现 1 项" in html_of(filtered(client, "")["audit-sentence"])
    note_seen(said, [{**row, "at_stake_yuan": 1} for row in marts], "s4", "2026-03-31")
    assert of(client, "F0")["办理状态"] == "金额有变"
    settle(client, {"F0": 4}, "closed", why="金额更正后仍无问题")
    assert of(client, "F0")["办理状态"] == "已结案"


def test_a_finding_the_snapshot_does_not_hold_is_listed_apart_and_can_still_be_closed(signed_in, said, marts):
    client, lost = signed_in("aud"), {**marts[0], "finding_id": "G1", "enterprise_name": "无锡已去软件有限公司"}
    settle(client, {"F0": 0}, "open", why="")
    (said / FINDINGS).write_text((said / FINDINGS).read_text().replace('"F0"', '"G1"').replace(str(marts[0]["enterprise_name"]), str(lost["enterprise_name"])))
    assert rows_of(client, "audit_gone") == [], "no build has said that it is gone"
    note_seen(said, marts, "s2", "2026-01-31")
    assert filtered(client, "")["audit-gone"]["hidden"] is False
    row = of(client, "G1", "audit_gone")
    assert (row["企业"], row["不再出现"], float(row["涉及金额"])) == ("无锡已去软件有限公司", "2026-01-31", float(marts[0]["at_stake_yuan"]))
    assert "已不再出现" in html_of(look(client, "G1", is_gone=True)["response"]["audit-finding"])
    settle(client, {"G1": 2}, "recovered", why="款项已退回")
    assert of(client, "G1", "audit_gone")["办理状态"] == "已追回"


def test_ticked_rows_are_marked_with_one_reason_and_those_another_spoke_of_are_left(signed_in, said, marts):
    client, ids = signed_in("adm"), [row["finding_id"] for row in marts[:3]]
    asked = look(client, None, chosen=ids)["response"]["audit-asked"]["data"]
    assert asked == dict.fromkeys(ids, 0)
    settle(signed_in("aud"), {ids[0]: 0}, "explained", why="另案")
    told = settle(client, asked, "closed", why="专项核查无误").get_json()
    assert "已记录 2 项。1 项已有他人" in html_of(told["sideUpdate"])
    assert [of(client, one)["办理状态"] for one in ids] == ["已说明", "已结案", "已结案"]
    late = settle(client, {ids[0]: 0}).get_json()
    assert "已说明" in html_of(late["sideUpdate"]["notices"])
    assert late["response"]["audit-asked"]["data"] == {ids[0]: 1}
    assert "audit-note" not in late["response"], "what was typed is left"


@pytest.mark.parametrize(("name", "status"), [("ana", 200), ("opa", 403), ("ste", 403)])
def test_analysts_read_what_auditors_say_and_nobody_else_writes(signed_in, said, accounts_file, name: str, status: int):
    answer = settle(signed_in(name), {"F0": 0})
    assert answer.status_code == status
    assert entries(said, FINDINGS) == []
    assert any(line["action"] == "denied" and line["name"] == name for line in log_of(accounts_file).read(3))
    if status == 200:
        assert "您的角色不能做这项操作" in html_of(answer.get_json()["sideUpdate"])
        assert "不符合而已付" in html_of(look(signed_in(name), "F0")["response"]["audit-finding"])


@pytest.mark.parametrize(
    ("asked", "state", "owner", "why"),
    [
        ({"nosuch": 0}, "closed", "", "无"), ("F0", "closed", "", "无"), ({}, "closed", "", "无"), ({"F0": 0}, "gone", "", "无"), ({"F0": 0}, None, "", "无"),
        ({"F0": 0}, "closed", "长" * 41, "无"), ({"F0": 0}, "closed", "", "长" * 201), ({"'; drop": 0}, "closed", "", "无"), ({f"F{n}": 0 for n in range(51)}, "closed", "", "无"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(signed_in, said, asked, state, owner, why):
    told = settle(signed_in("aud"), asked, state, owner=owner, why=why)
    assert told.status_code == 200
    assert "notices" in told.get_json()["sideUpdate"]
    assert entries(said, FINDINGS) == []


def test_auditors_see_who_exported_what_cut_how_and_others_do_not(signed_in):
    signed_in("ana").get("/export/outreach.csv?district=320205&outreach.net_ceiling_yuan__above=1")
    client = signed_in("aud")
    line = next(row for row in rows_of(client, "export_log", "who=ana") if row["导出内容"] == "应享未享名单")
    assert (line["账号"], line["格式"], line["筛选"]) == ("ana", "csv", "地区=锡山区；outreach.net_ceiling_yuan__above=1")
    assert line["说明"].endswith("rows")
    assert {row["账号"] for row in rows_of(client, "export_log", "who=ana")} == {"ana"}
    assert "figure-export_log" in page(client, "/audit")
    for name, status in (("ana", 404), ("opa", 404), ("ste", 404), ("adm", 200)):
        assert signed_in(name).get("/export/export_log.csv").status_code == status
    assert "figure-export_log" not in page(signed_in("ana"), "/audit")
