"""The guard before callbacks: what was declared, with the session's token, of a page one may see; nothing else."""

import inspect
import json

import dash
import pytest
from conftest import (
    FILTERED,
    ask,
    body_of,
    callbacks,
    fire,
    log_of,
    paths,
    session_token,
    token,
)

from dashboard.access import guard
from pipelines.base.decisions import CONTACTS, entries

GRID, EXPORT = {"type": "grid", "table": "firm_list"}, {"type": "export", "table": "firm_list", "card": "firm_list", "form": "csv"}
ROWS = {
    "output": '..{"table":["MATCH"],"type":"grid"}.getRowsResponse...{"card":["ALL"],"form":["ALL"],"table":["MATCH"],"type":"export"}.href..',
    "outputs": [{"id": GRID, "property": "getRowsResponse"}, [{"id": EXPORT, "property": "href"}]],
    "inputs": [{"id": GRID, "property": "getRowsRequest", "value": {"startRow": 0, "endRow": 50}}],
    "state": [
        {"id": GRID, "property": "id", "value": GRID},
        {"id": "here", "property": "pathname", "value": "/firms"}, {"id": "here", "property": "search", "value": ""},
    ],
    "changedPropIds": [],
}  # fmt: skip

OF_THE_BROWSER = {
    "output": '{"table":["MATCH"],"type":"grid"}.className', "outputs": {"id": GRID, "property": "className"},
    "inputs": FILTERED["inputs"], "state": [{"id": GRID, "property": "id", "value": GRID}], "changedPropIds": [],
}  # fmt: skip


def _put(client, body: object):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/_dash-update-component", data=sent, content_type="application/json", headers=token(client))


@pytest.mark.parametrize("body", [FILTERED, ROWS], ids=["a filter", "rows of a grid"])
def test_a_declared_callback_is_answered(signed_in, body: dict):
    assert _put(signed_in("ana"), body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'"x"', b"{}", b'{"output": 3}', {**FILTERED, "output": "x.y"}, {**FILTERED, "inputs": []},
        {**FILTERED, "inputs": {}}, {**FILTERED, "inputs": [1]}, {**FILTERED, "outputs": None}, {**FILTERED, "outputs": {"id": "main", "property": "children"}},
        {**FILTERED, "changedPropIds": [{}]}, {**FILTERED, "changedPropIds": 4}, {**FILTERED, "state": [{"id": "x", "property": "y"}]},
        {**FILTERED, "inputs": [{"id": "search", "property": "data", "value": "/firms"}]},
        {**FILTERED, "inputs": [{"id": "filters", "property": "value", "value": "/firms"}]},
        {**FILTERED, "inputs": [{"id": {"type": "filters"}, "property": "data", "value": "/firms"}]},
        {**FILTERED, "inputs": [FILTERED["inputs"], *FILTERED["inputs"]]}, {**FILTERED, "inputs": [FILTERED["inputs"]]},
        {**ROWS, "inputs": [{**ROWS["inputs"][0], "id": {**GRID, "type": "other"}}]}, {**ROWS, "inputs": [{**ROWS["inputs"][0], "id": {**GRID, "more": 1}}]},
        {**ROWS, "outputs": ROWS["outputs"][:1]}, {**ROWS, "outputs": [ROWS["outputs"][0], {"id": EXPORT, "property": "href"}]},
        {**ROWS, "outputs": [ROWS["outputs"][0], [{"id": EXPORT, "property": "children"}]]}, {**ROWS, "state": ROWS["state"][:2]},
        OF_THE_BROWSER,
    ],
)
def test_a_callback_body_that_is_not_what_was_declared_is_refused_plainly(signed_in, body: object):
    """Dash itself looks at the number of the inputs alone."""
    answer = _put(signed_in("ana"), body)
    assert answer.status_code == 400
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_callback_without_the_sessions_token_is_refused(signed_in):
    client, other = signed_in("ana"), signed_in("aud")
    for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "é"}, token(other)):
        assert client.post("/_dash-update-component", json=FILTERED, headers=headers).status_code == 400


def test_what_is_sent_after_the_session_ended_is_refused_and_neither_done_nor_written_down(signed_in, server, decisions, accounts_file):
    """The page that sent it stays as it is, with what was typed (assets/softcity.js shows how to go on)."""
    client = signed_in("ana")
    header, before = token(client), entries(decisions, CONTACTS)
    sent = body_of(
        server, next(name for name in callbacks(server) if "outreach-form.opened@" in name),
        {"outreach-note.value": "a word of the note", "outreach-asked.data": {"any": 0}, "outreach-state.value": "contacted", "n_clicks": 1, "pathname": "/outreach"}, {},
    )  # fmt: skip
    client.post("/logout")
    answer = client.post("/_dash-update-component", json=sent, headers=header)
    assert answer.status_code == 401
    assert "a word of the note" not in answer.get_data(as_text=True)
    assert entries(decisions, CONTACTS) == before
    assert not any("a word of the note" in str(line) for line in log_of(accounts_file).read(20))


@pytest.mark.parametrize("name", ["ana", "opa", "ste", "adm"])
def test_no_page_carries_the_token_of_a_session(server, signed_in, name: str):
    """It is in its reader's cookie alone: a page can be shared, printed and saved."""
    client = signed_in(name)
    secret = session_token(client)
    assert len(secret) > 20
    for page in dash.page_registry.values():
        for path in paths(page):
            assert secret not in ask(client, path).get_data(as_text=True)
            assert secret not in client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)


def test_a_callback_of_a_page_one_may_not_see_is_refused(signed_in):
    opa = signed_in("opa")
    answer = fire(opa, "..data-body.children...data-shown.data..", [("filters.data", "/data")], [("data-shown.data", [])])
    assert answer.status_code == 403
    rows = json.loads(json.dumps(ROWS).replace("firm_list", "access_log"))
    assert "rowData" not in _put(opa, rows).get_data(as_text=True)


def test_every_callback_of_a_page_has_the_roles_of_its_page(server):
    """By the file it stands in, or the page that is a part of; those of no page are the shell's, the notices' and the grids', which look at roles themselves."""
    app = server.extensions["dash_app"]
    found = {inspect.unwrap(one["callback"]).__module__: guard.page_of(one) for one in app.callback_map.values() if one.get("callback")}
    assert {name for name, page in found.items() if page is None} == guard.OF_ALL_PAGES
    part = found["dashboard.components.deliver_upload"]
    assert part is not None
    assert (part["path"], part["roles"]) == ("/deliver", ("steward", "admin", "operator"))
