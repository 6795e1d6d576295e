"""Whatever is sent to a callback or an act: an answer or a plain refusal, never a fault of ours."""

import json
from typing import Any

import pytest
from conftest import IDS, session_token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import acts
from dashboard.pages import PAGES

FEW = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
BROKEN = "state-broken", "state broken"
SHAPE = {
    "output": "page.children", "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "pathname"}, {"id": "address", "property": "search"}], "changedPropIds": [],
}  # fmt: skip
ids = st.sampled_from([value for values in IDS.values() for value in values])
paths = st.builds(lambda page, value: page.path.partition("<")[0] + value, st.sampled_from(PAGES), ids | st.text(max_size=30)) | st.text(max_size=60)
keys = st.sampled_from(["park", "year", "q", "district", "measure", "snapshot", "document", "lang", "firm_list.page", "firm_list.sort"]) | st.text(max_size=8)
searches = st.lists(st.tuples(keys, st.text(max_size=30)), max_size=5).map(lambda pairs: "?" + "&".join("=".join(pair) for pair in pairs))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*SHAPE, "id", "property", "value"]) | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module", params=["ana", "opa"])
def client(request: pytest.FixtureRequest, server: Any) -> Any:
    from conftest import sign_in

    made = server.test_client()
    assert sign_in(made, request.param).status_code == 303
    return made


def _post(client: Any, body: bytes) -> Any:
    return client.post("/_dash-update-component", data=body, content_type="application/json")


@FEW
@given(path=paths | st.none(), search=searches | st.text(max_size=60) | st.none())
def test_any_address_sent_to_the_page_callback_gets_a_page_and_no_fault(client, path, search):
    inputs = [SHAPE["inputs"][0] | {"value": path}, SHAPE["inputs"][1] | {"value": search}]
    answer = _post(client, json.dumps(SHAPE | {"inputs": inputs}).encode())
    assert answer.status_code == 200
    assert not any(sign in answer.get_data(as_text=True) for sign in BROKEN), (path, search)


@FEW
@given(body=st.binary(max_size=80) | st.builds(lambda part: json.dumps(part).encode(), anything)
       | st.builds(lambda key, part: json.dumps(SHAPE | {key: part}).encode(), st.sampled_from(sorted(SHAPE)), anything))
def test_any_body_of_another_shape_is_refused_and_no_fault(client, body):
    answer = _post(client, body)
    assert answer.status_code < 500
    assert not any(sign in answer.get_data(as_text=True) for sign in BROKEN), body


@FEW
@given(name=st.sampled_from(sorted(acts.ACTS)), form=st.dictionaries(
    st.sampled_from(["name", "why", "role", "parks", "password", "enterprise_code", "decision", "claim_id", "claim", "back"]), st.text(max_size=30), max_size=6))
def test_any_form_sent_to_an_act_is_answered_and_no_fault(client, name, form):
    answer = client.post(f"/act/{name}", data={**form, "form": session_token(client)}, headers={"Accept": "text/html"})
    assert answer.status_code < 500, (name, form)
