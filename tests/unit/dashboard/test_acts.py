"""Acts: who may do what, only by a form of our own, only on what they may see, and every one on record."""

from pathlib import Path

import duckdb
import pytest
from conftest import act, log_of, session_token

from dashboard import desk


@pytest.fixture(scope="module")
def unclaimed(published: Path) -> dict[str, str]:
    """One claim to call about in each of two parks."""
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        return dict(db.execute("select park_id, min(claim_id) from mart_outreach where park_id is not null group by 1").fetchall())


def contacts(decisions: Path, claim: str) -> list[dict]:
    return [entry for entry in desk.entries(decisions, desk.CONTACTS) if entry["claim_id"] == claim]


def test_marking_a_claim_as_contacted_is_kept_with_who_and_why_and_leads_back(signed_in, decisions, unclaimed, accounts_file):
    claim = unclaimed["P002"]
    answer = act(signed_in("ana"), "contact", claim=claim, state="contacted", why=" 已电话  联系 ", back="/firms?q=a")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/firms?q=a")
    kept = contacts(decisions, claim)[-1]
    assert (kept["state"], kept["who"], kept["why"]) == ("contacted", "ana", "已电话 联系")
    logged = log_of(accounts_file).read(5)[0]
    assert (logged["action"], logged["name"]) == ("act contact", "ana")
    assert claim in logged["detail"]


def test_an_operator_marks_claims_of_their_own_park_only(signed_in, decisions, unclaimed):
    client = signed_in("opa")
    assert act(client, "contact", claim=unclaimed["P001"], state="contacted").status_code == 303
    before = contacts(decisions, unclaimed["P002"])
    answer = act(client, "contact", claim=unclaimed["P002"], state="open")
    assert answer.status_code == 404
    assert contacts(decisions, unclaimed["P002"]) == before


@pytest.mark.parametrize("name", ["aud", "ste"])
def test_a_role_that_may_not_act_is_refused_and_nothing_is_written(signed_in, decisions, unclaimed, name: str):
    before = desk.entries(decisions, desk.CONTACTS)
    assert act(signed_in(name), "contact", claim=unclaimed["P001"], state="contacted").status_code == 403
    assert desk.entries(decisions, desk.CONTACTS) == before


def test_a_form_from_elsewhere_or_without_our_token_is_refused(signed_in, server, decisions, unclaimed):
    client, before = signed_in("ana"), desk.entries(decisions, desk.CONTACTS)
    form = {"claim": unclaimed["P001"], "state": "contacted"}
    assert client.post("/act/contact", data=form).status_code == 400
    assert client.post("/act/contact", data={**form, "form": session_token(signed_in("ana"))}).status_code == 400
    whole = {**form, "form": session_token(client)}
    assert client.post("/act/contact", data=whole, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/act/contact", data=whole, headers={"Origin": "https://evil.example"}).status_code == 403
    assert server.test_client().post("/act/contact", data=whole).status_code == 401
    assert desk.entries(decisions, desk.CONTACTS) == before


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"state": "done"}, 400), ({"claim": "'; drop table x--"}, 400), ({"claim": "nosuchclaim"}, 404),
        ({"claim": ""}, 400), ({"why": "长" * 201}, 400), ({"why": "x" * 600_000}, 400), ({"why": "x" * 1_100_000}, 413),
    ],
)
def test_a_form_of_the_wrong_content_gets_a_plain_page_and_writes_nothing(signed_in, decisions, unclaimed, fields, status):
    before = desk.entries(decisions, desk.CONTACTS)
    answer = act(signed_in("ana"), "contact", **{"claim": unclaimed["P001"], "state": "contacted", **fields})
    assert answer.status_code == status
    assert "<html" in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)
    assert desk.entries(decisions, desk.CONTACTS) == before


def test_two_who_settle_one_matter_at_once_are_told_of_each_other_and_nothing_is_overwritten(signed_in, decisions, unclaimed, accounts_file):
    claim = unclaimed["P002"]
    seen = len(contacts(decisions, claim))
    assert act(signed_in("adm"), "contact", claim=claim, state="contacted", why="已谈", based_on=seen).status_code == 303
    late = act(signed_in("ana"), "contact", claim=claim, state="open", based_on=seen, back="/outreach")
    assert late.status_code == 409
    told = late.get_data(as_text=True)
    assert "adm" in told
    assert "已联系" in told
    assert contacts(decisions, claim)[-1]["who"] == "adm"
    assert "decided_meanwhile" in log_of(accounts_file).read(1)[0]["detail"]
    assert act(signed_in("ana"), "contact", claim=claim, state="open", based_on=seen + 1).status_code == 303, "having seen it, one may"


def test_an_act_leads_back_to_our_own_pages_only(signed_in, decisions, unclaimed):
    seen = len(contacts(decisions, unclaimed["P001"]))
    answer = act(signed_in("ana"), "contact", claim=unclaimed["P001"], state="open", based_on=seen, back="//evil.example/x")
    assert answer.headers["Location"] == "/"
    assert act(signed_in("ana"), "nosuch").status_code == 404


@pytest.mark.parametrize("name", ["contact", "name", "user-add"])
def test_a_form_whose_session_has_ended_says_so_and_gives_back_what_was_typed(server, decisions, accounts_file, name: str):
    before = desk.entries(decisions, desk.CONTACTS)
    form = {"why": "王经理<b>说下周来报", "back": "/outreach?year=2025", "password": "a secret word", "claim": "any"}
    answer = server.test_client().post(f"/act/{name}", data=form, headers={"Accept": "text/html"})
    told = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "没有保存" in told
    assert "王经理&lt;b&gt;说下周来报" in told
    assert 'href="/login?next=/outreach%3Fyear%3D2025"' in told
    assert "a secret word" not in told
    assert desk.entries(decisions, desk.CONTACTS) == before
    from_elsewhere = {"Accept": "text/html", "Origin": "https://evil.example"}
    assert "王经理" not in server.test_client().post(f"/act/{name}", data=form, headers=from_elsewhere).get_data(as_text=True)
    assert not any("王" in str(line) for line in log_of(accounts_file).read(20))
