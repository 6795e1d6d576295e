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
    groups = {"card": "outreach_groups", "table": "outreach_groups", "type": "export"}
    parts = [("outreach-sentence", "children"), ("outreach-empty", "children"), ("outreach-rows", "hidden"), (GRAPH, "figure"), ("outreach-groups", "hidden")]
    told = [{"id": id_, "property": prop} for id_, prop in parts]
    exports = [{"id": {**groups, "form": form}, "property": "href"} for form in ("csv", "xlsx", "json")]
    name = named(client, "outreach-sentence.children")
    return fire(client, name, [("filters.data", f"/outreach?{search}")], outputs=[*told, exports]).get_json()["response"]


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


def choose(client: FlaskClient, claim: object) -> dict[str, Any]:
    """What a click on the button of a row brings."""
    clicked = (({"table": "outreach", "type": "grid"}, "cellRendererData"), {"value": {"claim_id": claim}})
    return fire(client, named(client, "outreach-form.opened.."), [clicked], ADDRESS).get_json()


def save(client: FlaskClient, claim: object, state: str = "contacted", *, why: Any = "", based_on: Any = 0):
    asked = [("outreach-asked.data", {"claim": claim, "based_on": based_on}), ("outreach-note.value", why), *ADDRESS]
    button = "outreach-reopen" if state == "open" else "outreach-mark"
    return fire(
        client, named(client, "outreach-form.opened@"), [("outreach-mark.n_clicks", 1), ("outreach-reopen.n_clicks", 1)], asked, by=f"{button}.n_clicks"
    )


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
    assert (form["outreach-mark"]["display"], form["outreach-reopen"]["display"]) == ("none", "block")
    save(client, claim, "open", based_on=form["outreach-asked"]["data"]["based_on"])
    assert rows_of(client, "outreach", "contact=contacted") == before


def test_an_operator_marks_claims_of_their_own_park_only(signed_in, decisions, unclaimed):
    client = signed_in("opa")
    assert save(client, unclaimed["P001"]).get_json()["response"]["outreach-form"]["opened"] is False
    before = contacts(decisions, unclaimed["P002"])
    assert save(client, unclaimed["P002"], "open", based_on=9).get_json()["response"] == {}
    assert "东岭" not in html_of(choose(client, unclaimed["P002"]))
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
    save(signed_in("ana"), claim, "open", based_on=form["outreach-asked"]["data"]["based_on"])
    assert contacts(decisions, claim)[-1]["who"] == "ana", "having seen it, one may"


@pytest.mark.parametrize(
    ("claim", "why", "based_on"),
    [("'; drop table x--", "", 0), ("nosuchclaim", "", 0), (None, "", 0), ({"a": 1}, "", 0), ("", "长" * 201, 0), ("", "", "many")],
)
def test_what_cannot_be_is_refused_in_words_and_writes_nothing(signed_in, decisions, unclaimed, claim, why, based_on):
    before = entries(decisions, CONTACTS)
    wanted = unclaimed["P001"] if claim == "" else claim
    told = save(signed_in("ana"), wanted, why=why, based_on=based_on)
    assert told.status_code == 200
    assert "notices" in told.get_json()["sideUpdate"]
    assert entries(decisions, CONTACTS) == before
