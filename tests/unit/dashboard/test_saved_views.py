"""A person keeps a page's address under a name: their own, inside the application, so many and so long, and it outlives the server."""

import json
from pathlib import Path

import pytest
from conftest import callbacks, fire, html_of, log_of, page, send, sign_in
from flask.testing import FlaskClient

from dashboard.access import saved_views
from dashboard.app import create_app

SAVE = "..saved-views.children...saved-name.value.."
DELETE = '{"number":["ALL"],"type":"saved-delete"}'


def save(client: FlaskClient, name: object, address: object):
    return fire(client, SAVE, [("saved-asked.data", {"address": address, "at": 1} if isinstance(address, str) else address)], [("saved-name.value", name)])


def delete(client: FlaskClient, number: object):
    name = next(name for name in callbacks(client.application) if name.startswith("saved-views.children@"))
    id_ = {"type": "saved-delete", "number": number}
    body = {
        "output": name, "outputs": {"id": "saved-views", "property": "children"}, "inputs": [[{"id": id_, "property": "n_clicks", "value": 1}]], "state": [],
        "changedPropIds": [f"{json.dumps(id_, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }  # fmt: skip
    return send(client, body)


@pytest.fixture
def nothing_kept(accounts_file: Path):
    yield
    for account in ("ana", "opa", "opb"):
        for one in saved_views.of(accounts_file, account):
            saved_views.delete(accounts_file, account, one.number)


def menu(client: FlaskClient) -> str:
    return html_of(client.get("/_dash-layout").get_json())


@pytest.mark.usefixtures("nothing_kept")
def test_a_page_is_kept_with_its_filters_opened_and_deleted(signed_in, accounts_file: Path):
    client = signed_in("ana")
    answer = html_of(save(client, "  湖畔 待办 ", "/outreach?park=P001&amount=50&outreach.sort=qualified_on").get_json()["response"])
    assert "湖畔 待办" in answer
    [kept] = saved_views.of(accounts_file, "ana")
    assert kept.address == "/outreach?park=P001&amount=50&outreach.sort=qualified_on"
    assert kept.address.replace("&", "&amp;") in menu(client), "it is there after a reload"
    assert "湖畔软件园" in page(client, *kept.address.replace("?", " ?", 1).split(" "))
    assert "湖畔 待办" not in html_of(delete(client, kept.number).get_json()["response"])
    assert saved_views.of(accounts_file, "ana") == []


@pytest.mark.usefixtures("nothing_kept")
def test_nobody_sees_or_deletes_another_s(signed_in, accounts_file: Path):
    save(signed_in("ana"), "只给我看", "/measures?park=P002")
    [kept] = saved_views.of(accounts_file, "ana")
    other = signed_in("opa")
    assert "只给我看" not in menu(other)
    delete(other, kept.number)
    assert saved_views.of(accounts_file, "ana") == [kept]
    assert any(line["name"] == "opa" and line["action"] == "denied" and f"number={kept.number}" in line["detail"] for line in log_of(accounts_file).read(20))


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "address", ["//evil.example/a", "https://evil.example", "javascript:alert(1)", "/nope", "/login", "/admin", "/audit", "/parks/a/b", "", None, 7, {"address": 7}, "/firms?district=%00"],
)  # fmt: skip
def test_only_an_address_of_a_page_one_may_open_is_kept(signed_in, accounts_file: Path, address: object):
    save(signed_in("opa"), "x", address)
    assert saved_views.of(accounts_file, "opa") == []


@pytest.mark.usefixtures("nothing_kept")
def test_keys_the_application_does_not_know_are_not_kept(signed_in, accounts_file: Path):
    save(signed_in("ana"), "x", "/firms?district=320205&next=https://evil.example#a")
    assert [one.address for one in saved_views.of(accounts_file, "ana")] == ["/firms?district=320205"]


@pytest.mark.usefixtures("nothing_kept")
def test_a_view_is_no_permission(signed_in, accounts_file: Path):
    client = signed_in("opa")
    save(client, "别的园区", "/outreach?park=P002")
    [kept] = saved_views.of(accounts_file, "opa")
    assert "东岭数字谷" not in page(client, *kept.address.replace("?", " ?", 1).split(" "))


@pytest.mark.usefixtures("nothing_kept")
def test_there_are_so_many_and_names_are_so_long(signed_in, accounts_file: Path):
    client = signed_in("ana")
    save(client, "", "/firms")
    save(client, "长" * (saved_views.NAME_LENGTH + 1), "/firms")
    save(client, "x", "/firms?q=" + "x" * 60 + "".join(f"&firm_list.street__{operator}={'y' * 60}" for operator in ("is", "not", "contains", "lacks", "starts", "ends")) + "&firm_list.enterprise_name__contains=" + "示" * 60)
    assert saved_views.of(accounts_file, "ana") == []
    for number in range(saved_views.AT_MOST + 2):
        save(client, f"第{number}个", "/firms")
    assert len(saved_views.of(accounts_file, "ana")) == saved_views.AT_MOST
    save(client, "第0个", "/parks")
    assert {one.label: one.address for one in saved_views.of(accounts_file, "ana")}["第0个"] == "/parks", "one of the same name is replaced"


@pytest.mark.usefixtures("nothing_kept")
def test_they_lie_with_the_accounts_which_every_backup_holds(signed_in, published: Path, accounts_file: Path, decisions: Path):
    save(signed_in("ana"), "留着", "/firms")
    again = create_app(published, accounts_file, decisions=decisions).test_client()
    sign_in(again, "ana")
    assert "留着" in menu(again)
