"""应享未享: filters, tiles and files agree; a contact is on record, by those who may, on what they may see."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import fire, html_of, log_of, named, page, rows_of
from flask.testing import FlaskClient

from dashboard.components.tiles import squarify
from pipelines.base.decisions import CONTACTS, entries


def filtered(client: FlaskClient, search: str) -> dict[str, Any]:
    """What a change of the filters brings, by the part of the page."""
    parts = [("outreach-sentence", "children"), ("outreach-empty", "children"), ("outreach-rows", "hidden"), (GRAPH, "figure"), ("outreach-groups", "hidden")]
    told = [{"id": id_, "property": prop} for id_, prop in parts]
    told.append({"id": "outreach-progress", "property": "children"})
    exports = [
        [{"id": {"card": table, "table": table, "type": "export", "form": form}, "property": "href"} for form in ("csv", "xlsx", "json")]
        for table in ("outreach_groups", "outreach_progress")
    ]  # fmt: skip
    name = named(client, "outreach-sentence.children")
    return fire(client, name, [("filters.data", f"/outreach?{search}")], outputs=[*told, *exports]).get_json()["response"]


GRAPH, DRAWN = {"name": "outreach_groups", "type": "graph"}, '{"name":"outreach_groups","type":"graph"}'


@pytest.mark.parametrize(
    ("search", "keep"),
    [
        ("clause=6b.1", lambda row: row["条款"] == "6b.1"), ("park=P001", lambda row: row["园区"] == "湖畔软件园"),
        ("district=320205", lambda row: row["地区"] == "锡山区"), ("amount=50", lambda row: float(row["计入上限"] or 0) >= 500_000),
        ("measure=6&amount=50&district=320205", lambda row: row["条款"] == "6b.1" and row["地区"] == "锡山区"),
    ],
)  # fmt: skip
def test_every_filter_narrows_sentence_and_file_alike(signed_in, search: str, keep: Callable[[dict], bool]):
    client = signed_in("ana")
    whole, found = rows_of(client, "outreach"), rows_of(client, "outreach", search)
    assert found == [row for row in whole if keep(row)]
    assert 0 < len(found) < len(whole)
    told = filtered(client, search)
    assert f"{len(found)} 项" in html_of(told["outreach-sentence"])
    file = next(part["href"] for part in told.values() if "outreach_groups.csv" in part.get("href", ""))
    assert set(search.split("&")) <= set(file.partition("?")[2].split("&")), "the file of the tiles follows"


def test_the_tiles_add_up_to_the_list_and_lead_to_their_filters(signed_in):
    client = signed_in("ana")
    bars = filtered(client, "")[DRAWN]["figure"]["data"][0]
    ofs = dict(zip(bars["customdata"], bars["hovertext"], strict=True))
    assert all(address.startswith("/outreach?district=") for address in ofs)
    whole = rows_of(client, "outreach")
    for district, code in (("锡山区", "320205"), ("新吴区", "320214")):
        count = sum(row["地区"] == district for row in whole)
        assert f"{count} 项" in ofs[f"/outreach?district={code}"]
    chosen = filtered(client, "district=320205&clause=6b.1")[DRAWN]["figure"]["data"][0]["customdata"]
    assert set(chosen) == {"/outreach", "/outreach?district=320205"}, "a chosen tile is given up by a second click"


def test_a_treemap_fills_its_box_in_proportion():
    values = [40.0, 25, 20, 10, 4, 1]
    found = squarify(values, (0.0, 0.0, 600.0, 200.0))
    for value, (left, top, width, height) in zip(values, found, strict=True):
        assert width * height == pytest.approx(value / sum(values) * 600 * 200)
        assert min(left, top) >= -1e-6
        assert (left + width, top + height) <= (600 + 1e-6, 200 + 1e-6)


def test_without_rows_it_is_said_why_in_place_of_the_grid(signed_in):
    told = filtered(signed_in("ana"), "amount=500&clause=6b.1")
    assert "state-no_rows" in html_of(told["outreach-empty"])
    assert told["outreach-rows"]["hidden"] is True
    assert "state-" not in html_of(filtered(signed_in("ana"), "")["outreach-empty"])


def test_an_operator_sees_and_exports_claims_of_their_own_park_only(signed_in):
    whole, client = rows_of(signed_in("ana"), "outreach"), signed_in("opa")
    assert rows_of(client, "outreach") == [row for row in whole if row["园区"] == "湖畔软件园"]
    assert rows_of(client, "outreach", "park=P002") == []
    assert all("湖畔" not in str(row) for row in rows_of(signed_in("opb"), "outreach_groups"))
    assert "东岭数字谷" not in page(client, "/outreach", "?park=P002")


@pytest.fixture(scope="module")
def unclaimed(published: Path) -> dict[str, str]:
    """One claim to call about in each park."""
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        return dict(db.execute("select park_id, min(claim_id) from mart_outreach where park_id is not null group by 1").fetchall())


ADDRESS = [("here.pathname", "/outreach"), ("here.search", "")]
CHOSEN = ({"type": "chosen", "table": "outreach", "key": "claim_id"}, "data")


def choose(client: FlaskClient, claim: object, ticked: Any = None) -> dict[str, Any]:
    """What a click on the button of a row brings, or on that of the ticked rows."""
    clicked = (({"table": "outreach", "type": "grid"}, "cellRendererData"), {"value": {"claim_id": claim}})
    by = "outreach-bulk.n_clicks" if ticked is not None else ""
    return fire(client, named(client, "outreach-form.opened.."), [clicked, ("outreach-bulk.n_clicks", 1)], [(CHOSEN, ticked), *ADDRESS], by=by).get_json()


def save(client: FlaskClient, claim: Any, state: Any = "contacted", *, why: Any = "", based_on: Any = 0, reason: Any = None, assignee: Any = "", next_on: Any = None):
    """A click on the button that saves; `claim` is an id, or ids with what each is based on."""
    asked = claim if isinstance(claim, dict) and "a" not in claim else {claim: based_on} if isinstance(claim, str) else claim
    fields = [("outreach-state.value", state), ("outreach-reason.value", reason), ("outreach-assignee.value", assignee), ("outreach-next.value", next_on)]
    given = [("outreach-asked.data", asked), *fields, ("outreach-note.value", why), *ADDRESS]
    return fire(client, named(client, "outreach-form.opened@"), [("outreach-save.n_clicks", 1)], given, by="outreach-save.n_clicks")


def contacts(decisions: Path, claim: str) -> list[dict[str, Any]]:
    return [entry for entry in entries(decisions, CONTACTS) if entry["claim_id"] == claim]


def test_a_contact_shows_on_page_and_file_until_it_is_opened_again(signed_in, decisions, unclaimed, accounts_file):
    client, claim, before = signed_in("ana"), unclaimed["P003"], rows_of(signed_in("ana"), "outreach", "contact=contacted")
    saved = save(client, claim, why=" =cmd|联系了  财务 ").get_json()
    assert saved["response"]["outreach-form"]["opened"] is False
    assert saved["sideUpdate"]["filters"]["data"] == "/outreach", "sentence, tiles and rows are asked for anew"
    entry = contacts(decisions, claim)[-1]
    assert (entry["state"], entry["who"], entry["why"]) == ("contacted", "ana", "=cmd|联系了 财务")
    logged = log_of(accounts_file).read(5)
    assert any(line["action"] == "act contact" and claim in line["detail"] for line in logged)
    [added] = [row for row in rows_of(client, "outreach", "contact=contacted") if row not in before]
    assert (added["园区"], added["联系人"], added["联系备注"]) == ("新桥云谷", "ana", "'=cmd|联系了 财务")
    form = choose(client, claim)["response"]
    assert "联系了 财务" in html_of(form["outreach-claim"])
    assert form["outreach-state"]["value"] == "contacted"
    save(client, claim, "open", based_on=form["outreach-asked"]["data"][claim])
    assert rows_of(client, "outreach", "contact=contacted") == before


def test_a_call_has_somebody_who_makes_it_a_next_day_and_an_end_with_a_reason(signed_in, decisions, unclaimed):
    client, claim = signed_in("ana"), unclaimed["P003"]
    seen = len(contacts(decisions, claim))
    save(client, claim, "open", assignee="锡山 王工", next_on="2026-01-10", based_on=seen)
    [row] = rows_of(client, "outreach", "assignee=锡山 王工")
    assert (row["联系状态"], row["下次联系"][:10], row["应联系"], row["联系人"]) == ("未联系", "2026-01-10", "是", ""), "the day has come"
    assert [r["事项编号"] for r in rows_of(client, "outreach", "contact=due")] == [claim]
    refused = save(client, claim, "declined", based_on=seen + 1).get_json()
    assert "须选择原因" in html_of(refused["sideUpdate"])
    save(client, claim, "declined", reason="not_met", assignee="锡山 王工", next_on="2026-02-10", why="人数不够", based_on=seen + 1)
    [row] = rows_of(client, "outreach", "contact=declined")
    assert (row["未申报原因"], row["联系备注"], row["下次联系"], row["应联系"]) == ("企业自认不符合", "人数不够", "", "否"), "nobody calls any more"
    told = max(rows_of(client, "outreach_progress"), key=lambda row: int(row["应享未享"]))
    assert (told["不申报"], told["今日应联系"]) == ("1", "0")
    assert int(told["应享未享"]) == len(rows_of(client, "outreach")) == sum(int(row["应享未享"]) for row in rows_of(client, "outreach_progress")) / 2
    form = choose(client, claim)["response"]
    assert html_of(form["outreach-claim"]).index("下次 2026-01-10") < html_of(form["outreach-claim"]).index("企业自认不符合")
    save(client, claim, "open", based_on=seen + 2)


def test_ticked_claims_are_marked_at_once_and_keep_what_is_not_given(signed_in, decisions, unclaimed):
    client, ids = signed_in("ana"), [unclaimed["P001"], unclaimed["P002"]]
    seen = {one: len(contacts(decisions, one)) for one in ids}
    save(client, ids[0], "contacted", assignee="王", why="先谈过", based_on=seen[ids[0]])
    form = choose(client, None, ids)["response"]
    assert form["outreach-asked"]["data"] == {**seen, ids[0]: seen[ids[0]] + 1}
    assert form["outreach-state"]["value"] is None
    save(signed_in("adm"), ids[1], "contacted", based_on=seen[ids[1]])
    told = save(client, form["outreach-asked"]["data"], None, next_on="2027-01-05").get_json()
    assert "1 项已有他人新的记录" in html_of(told["sideUpdate"])
    last = contacts(decisions, ids[0])[-1]
    assert (last["state"], last["assignee"], last["next_on"]) == ("contacted", "王", "2027-01-05")
    [row] = [row for row in rows_of(client, "outreach") if row["事项编号"] == ids[0]]
    assert row["联系备注"] == "先谈过", "a mark without words leaves those before"
    assert contacts(decisions, ids[1])[-1]["who"] == "adm"
    for one in ids:
        save(client, one, "open", based_on=len(contacts(decisions, one)))


@pytest.mark.parametrize(("hide", "gone"), [("zero", {"z"}), ("doubtful", {"d"}), ("both", {"z", "d"})])
def test_zero_yuan_and_doubtful_firms_are_hidden_when_asked(signed_in, hide: str, gone: set[str]):
    client = signed_in("ana")

    def kind(row: dict[str, str]) -> str:
        return "d" if row["存疑"] else "z" if row["计入上限"] and float(row["计入上限"]) == 0 else ""

    whole = rows_of(client, "outreach")
    assert {kind(row) for row in whole} == {"", "z", "d"}
    assert rows_of(client, "outreach", f"hide={hide}") == [row for row in whole if kind(row) not in gone]


def test_an_operator_marks_claims_of_their_own_park_only(signed_in, decisions, unclaimed):
    client = signed_in("opa")
    seen = len(contacts(decisions, unclaimed["P001"]))
    assert save(client, unclaimed["P001"], based_on=seen).get_json()["response"]["outreach-form"]["opened"] is False
    before = contacts(decisions, unclaimed["P002"])
    assert save(client, unclaimed["P002"], "open", based_on=9).get_json()["response"] == {}
    assert save(client, {unclaimed["P001"]: 99, unclaimed["P002"]: 99}).get_json()["response"] == {}, "nor among their own"
    assert "东岭" not in html_of(choose(client, unclaimed["P002"]))
    assert "东岭" not in html_of(choose(client, None, [unclaimed["P001"], unclaimed["P002"]]))
    assert contacts(decisions, unclaimed["P002"]) == before


@pytest.mark.parametrize("name", ["aud", "ste"])
def test_a_role_that_may_not_act_has_no_form_and_writes_nothing(signed_in, decisions, unclaimed, name: str):
    client, before = signed_in(name), entries(decisions, CONTACTS)
    assert "outreach-form" not in page(client, "/outreach")
    told = save(client, unclaimed["P001"]).get_json()
    assert told["response"] == {}
    assert "您的角色不能做这项操作" in html_of(told["sideUpdate"])
    assert entries(decisions, CONTACTS) == before


def test_two_who_settle_one_matter_at_once_are_told_of_each_other_and_what_was_typed_stays(signed_in, decisions, unclaimed):
    claim = unclaimed["P002"]
    seen = len(contacts(decisions, claim))
    save(signed_in("adm"), claim, why="已谈", based_on=seen)
    late = save(signed_in("ana"), claim, "contacted", why="也谈了", based_on=seen).get_json()
    assert "adm" in html_of(late["sideUpdate"]["notices"])
    form = late["response"]
    assert form["outreach-form"]["opened"] is True
    assert "已谈" in html_of(form["outreach-claim"])
    assert "outreach-note" not in form, "the note is left as it was typed"
    assert contacts(decisions, claim)[-1]["who"] == "adm"
    save(signed_in("ana"), claim, "open", based_on=form["outreach-asked"]["data"][claim])
    assert contacts(decisions, claim)[-1]["who"] == "ana", "having seen it, one may"


@pytest.mark.parametrize(
    "given",
    [
        {"claim": "'; drop table x--"}, {"claim": "nosuchclaim"}, {"claim": None}, {"claim": {"a": 1}}, {"why": "长" * 201},
        {"state": "gone"}, {"state": "due"}, {"reason": "bored"}, {"assignee": "长" * 41}, {"assignee": ["x"]}, {"next_on": "soon"}, {"next_on": 5}, {"next_on": "2026-13-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(signed_in, decisions, unclaimed, given):
    before = entries(decisions, CONTACTS)
    told = save(signed_in("ana"), given.pop("claim", unclaimed["P001"]), given.pop("state", "contacted"), **{"based_on": 99, **given})
    assert told.status_code == 200
    assert "notices" in told.get_json()["sideUpdate"]
    assert entries(decisions, CONTACTS) == before
