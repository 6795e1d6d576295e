"""An account held to one policy of a city of three: nothing of another on any page, in any file, by any body made by hand, and each try is on record."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.access import guard
from dashboard.access.access_log import AccessLog
from dashboard.tables import TABLES
from pipelines.base.decisions import CONTACTS, FINDINGS, append, entries
from pipelines.base.scenarios import save
from pipelines.base.snapshots import current_id
from pipelines.settings import Settings
from tests.integration.conftest import ACCOUNTS, Home
from tests.integration.several import REGISTER, file_of
from tests.pages import body_of, callbacks, html_of, page, shown

LATER, SOFTWARE, COMPUTE = "wenzhou-later", "wenzhou-software", "wenzhou-compute"
HELD = {"aud": SOFTWARE, "ann": SOFTWARE, "ste": SOFTWARE, "opc": LATER}
"""Who is held to a policy, and another they try."""


def of_policy(settings: Settings, table: str, key: str, policy: str | None) -> list[str]:
    with duckdb.connect(str(settings.published / str(current_id(settings.published)) / "marts.duckdb"), read_only=True) as con:
        return [row[0] for row in con.execute(f"select {key} from {table} where policy_id is not distinct from ? order by 1", [policy]).fetchall()]


def sent(client: FlaskClient, body: dict[str, Any]) -> Any:
    client.get("/account", headers={"Accept": "text/html"})
    cookie = client.get_cookie("_csrf_token")
    return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": cookie.value if cookie else ""})


def changed(part: Any) -> str:
    """An input as Dash names it where it says which one changed."""
    one = part[0] if isinstance(part, list) else part
    return f"{one['id'] if isinstance(one['id'], str) else json.dumps(one['id'], sort_keys=True, separators=(',', ':'))}.{one['property']}"


def denied(accounts_file: Path, name: str) -> list[dict[str, Any]]:
    return AccessLog.beside(accounts_file).read(100_000, name=name, action="denied")


def test_an_account_of_some_policies_sees_no_other(clients: dict[str, FlaskClient], accounts_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "EXPORTS_A_MINUTE", 100_000)
    aud, opc, opa = clients["aud"], clients["opc"], clients["opa"]
    assert {row["clause_id"] for row in file_of(opc, "claims")["rows"]} == {"c1"}
    assert {row["clause_id"] for row in file_of(opa, "claims", "policy=all")["rows"]} >= {"c1", "w1.1", "w1.2"}
    assert {row["enterprise_name"] for row in file_of(opa, "claims", "policy=all")["rows"]} == {REGISTER[0][0]}, "parks hold over policies"
    assert "温州市体系认证" not in shown(aud, "/") + shown(aud, "/about")
    for who, policy in ((aud, SOFTWARE), (aud, "all"), (opc, LATER)):
        assert who.get(f"/export/claims.json?policy={policy}").status_code == 404
        assert who.get(f"/export/report/firm.pdf?firm={REGISTER[0][1]}&policy={policy}").status_code == 404
        assert "not_found" in json.dumps(page(who, "/records", f"?policy={policy}"))
    for name in TABLES:
        for who, policy in ((aud, SOFTWARE), (opc, LATER), (opc, "all")):
            assert who.get(f"/export/{name}.json?policy={policy}&clause=w1.2").status_code == 404, (name, policy)
    tried = [(name, policy) for name in ("aud", "opc") for line in denied(accounts_file, name) for policy in re.findall(r"policy=([\w-]+)", line["path"] or "")]
    assert set(tried) >= {("aud", SOFTWARE), ("aud", "all"), ("opc", LATER)}
    assert [row["claim_count"] for row in file_of(opc, "firm_list")["rows"]] == [1], "what is counted over policies is counted of theirs"


@pytest.mark.parametrize("who", HELD)
def test_a_body_made_by_hand_gets_nothing_of_another_policy_and_is_on_record(
    who: str, several: Settings, served: Flask, clients: dict[str, FlaskClient], accounts_file: Path, home: Home
) -> None:
    """Every callback there is, at the address of its page with another policy in it, with a claim, a finding, a clause and a firm of that one."""
    role, _, (own,) = ACCOUNTS[who]
    client, other, decisions = clients[who], HELD[who], accounts_file.with_name("decisions")
    claims, findings = of_policy(several, "fct_claim", "claim_id", SOFTWARE), of_policy(several, "mart_audit_finding", "finding_id", SOFTWARE)
    asked = {claims[0], findings[0]}   # what was asked for comes back in words of refusal
    secrets = {one for policy in {LATER, SOFTWARE, COMPUTE, None} - {own} for table, key in (("fct_claim", "claim_id"), ("mart_audit_finding", "finding_id")) for one in of_policy(several, table, key, policy)} - asked
    grid = {"startRow": 0, "endRow": 50}
    for policy in (other, "all"):
        search = f"?policy={policy}&clause=w1.2&firm={REGISTER[1][1]}"
        for name in callbacks(served):
            declared = served.extensions["dash_app"].callback_map[name]
            of = guard.page_of(declared)
            path = of["path"].replace("<clause>", "w1.2").replace("<firm>", REGISTER[1][1]).replace("<park>", "WZ1") if of else "/records"
            values = {
                "data": f"{path}{search}", "pathname": path, "search": search, "n_clicks": 1, "getRowsRequest": grid, "saved-asked.data": f"{path}{search}",
                "search-words.data": "w1.2", "cellRendererData": {"value": {"claim_id": claims[0], "finding_id": findings[0]}},
                "outreach-asked.data": {claims[0]: 0}, "outreach-state.value": "contacted", "audit-asked.data": {findings[0]: 0}, "audit-state.value": "open",
            }  # fmt: skip
            before = len(denied(accounts_file, who))
            body = body_of(served, name, values, {"table": "claims", "card": "claims", "form": "csv", "claim": claims[0], "number": 1, "key": "w1.2.cap_wan"})
            answer = sent(client, {**body, "changedPropIds": [changed(body["inputs"][0])]})
            may = role in guard.roles_of(declared)
            assert answer.status_code in ((200, 204) if may else (403,)), (name, policy)
            text = html_of(answer.get_json())
            assert not [one for one in secrets if one in text], (name, policy)
            if {("filters", "data"), ("here", "search")} & {(one["id"], one["property"]) for one in (*declared["inputs"], *declared["state"])}:
                lines = denied(accounts_file, who)
                assert len(lines) == before + 1, (name, policy)
                assert not may or f"policy={policy}" in lines[0]["path"], (name, policy)
    assert (home.begun, entries(decisions, CONTACTS), entries(decisions, FINDINGS)) == ([], [], [])


TEXT = {"claim_count": 1, "firm_count": 1, "net_ceiling_yuan": "0", "paid_yuan": "0", "outcomes": [{"outcome": "eligible", "gained": 1, "lost": 0}]}
FOUND = {
    "who": "adm", "pid": 1, "started_at": "2026-01-05T01:00:00+00:00", "ended_at": "2026-01-05T01:01:00+00:00", "files": [], "parks": [], "state": "changed", "is_running": False,
    "as_of": ["2025-03-01", "2025-03-01"], "rows": [], "moved_files": [], "events": {"gained": 0, "lost": 0}, "names": None,
    "findings": [{"policy_id": policy, "kind": kind, "gained": 1, "lost": 0} for policy, kind in ((SOFTWARE, "paid_twice"), (LATER, "paid_late"), (None, "without_ground"))],
    "texts": [
        {**TEXT, "policy_id": policy, "document": document, "moved_claims": [
            {"claim_id": policy, "clause_id": clause, "enterprise_id": "x", "enterprise_name": f"某企业 {policy}", "old_outcome": None, "new_outcome": "eligible", "moved_by": "data"},
        ]} for policy, document, clause in ((SOFTWARE, "seen", "w1.9"), (LATER, "seen", "w1.2"), (COMPUTE, "text", "c1"))
    ],
}  # fmt: skip


def test_a_preview_tells_who_is_held_to_a_policy_of_that_one_alone(clients: dict[str, FlaskClient], served: Flask, home: Home, accounts_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "told", FOUND)
    whole = shown(clients["adm"], "/deliver")
    assert all(f"某企业 {policy}" in whole for policy in (SOFTWARE, LATER, COMPUTE))
    assert all(words in whole for words in ("重复拨付", "逾期拨付", "无依据"))
    held = shown(clients["ste"], "/deliver")
    assert "将改变 1 项判断或金额，涉及 1 家企业" in held
    assert f"某企业 {LATER}" in held
    assert "逾期拨付" in held
    assert not [words for words in (SOFTWARE, COMPUTE, "w1.9", "重复拨付", "无依据") if words in held]
    assert "还没有预览过" in shown(clients["opc"], "/deliver"), "it is not of their park"
    monkeypatch.setattr(home, "told", {**FOUND, "parks": ["WZ1"]})
    held = shown(clients["opc"], "/deliver")
    assert f"某企业 {COMPUTE}" in held
    assert not [words for words in (SOFTWARE, LATER, "重复拨付", "逾期拨付", "无依据") if words in held]
    name = next(name for name in callbacks(served) if "deliver-preview.children@" in name and "deliver-sentence" in name)
    told = sent(clients["ste"], body_of(served, name, {"pathname": "/deliver", "search": f"?policy={SOFTWARE}", "n_intervals": 1}, {}))
    assert SOFTWARE not in html_of(told.get_json())
    assert denied(accounts_file, "ste")[0]["path"] == f"/deliver?policy={SOFTWARE}"


def test_why_a_build_was_refused_is_told_to_who_sees_all_policies(clients: dict[str, FlaskClient], home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    reason, check = "fct_claim：净上限不高于上限（1 行不符：w1.9 某企业）", "净上限不高于上限"
    monkeypatch.setattr(home, "told", {**FOUND, "state": "refused", "message": reason, "failed_checks": [check]})
    monkeypatch.setattr(home, "ended", {"state": "failed", "message": reason})
    assert shown(clients["adm"], "/deliver").count(reason) == 2
    held = shown(clients["ste"], "/deliver")
    assert "w1.9" not in held
    assert held.count("须由可看全部政策的数据管理员") == 2
    assert check in held


def test_failing_rows_of_computed_tables_are_told_to_who_sees_all_policies(clients: dict[str, FlaskClient]) -> None:
    """An application without a ground is of no policy, or of any; a row of a file is everybody's who sees the page."""
    whole, held = (file_of(clients[who], "quality_failures")["rows"] for who in ("adm", "ste"))
    assert "S3" in {row["row_key"] for row in whole}
    assert held == [row for row in whole if row["source_file"]] != []


def test_a_kept_scenario_of_another_policy_is_not_there(clients: dict[str, FlaskClient], served: Flask, accounts_file: Path) -> None:
    decisions = accounts_file.with_name("decisions")
    secret, own = (save(decisions, name, "seen", {"w1.2.cap_wan": "80"}, "ann", policy=policy) for name, policy in (("别的政策", SOFTWARE), ("本政策", LATER)))
    held = shown(clients["ann"], "/whatif", f"?scenario={secret}")
    assert "别的政策" not in held
    assert "本政策" in held
    assert "可能已被删除" in held
    assert "别的政策" in shown(clients["ana"], "/whatif", f"?policy={LATER}")
    name = next(name for name in callbacks(served) if name.startswith("whatif-scenarios.children@"))
    body = body_of(served, name, {"pathname": "/whatif", "search": "", "scenarios-said.data": {secret: 1, own: 1}, "n_clicks": 1}, {"key": secret})
    told = sent(clients["ann"], {**body, "changedPropIds": [f'{{"key":"{secret}","type":"scenario-drop"}}.n_clicks']})
    assert "没有" in html_of(told.get_json())
    assert "别的政策" in shown(clients["ana"], "/whatif", f"?policy={LATER}"), "whoever saved it may not delete it where they do not see it"


def test_findings_that_are_gone_stand_under_their_policy_alone(clients: dict[str, FlaskClient], accounts_file: Path) -> None:
    for finding, policy in (("G1", SOFTWARE), ("G2", LATER), ("G3", None)):
        for said in ({"state": "open"}, {"seen": "gone", "as_of": "2025-03-01", "snapshot_id": "x"}):
            append(accounts_file.with_name("decisions"), FINDINGS, {"finding_id": finding, "policy_id": policy, "kind": "paid_late", **said}, "ana")

    def gone(who: str, policy: str) -> set[str]:
        return {row["finding_id"] for row in file_of(clients[who], "audit_gone", f"policy={policy}")["rows"]}

    assert (gone("ana", SOFTWARE), gone("ana", LATER), gone("ana", "all"), gone("aud", LATER)) == ({"G1"}, {"G2"}, {"G1", "G2", "G3"}, {"G2"})
