"""Whatever is sent to the callbacks, to sign-in and to the exports, the answer is a plain one: no 5xx, no page that broke."""

import json
from typing import Any
from urllib.parse import urlencode

import dash
import pytest
from conftest import PAGE_CALLBACK, body_of, callbacks, paths, sign_in, token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import exports
from dashboard.filters import FILTERS
from dashboard.operators import OPERATORS
from dashboard.tables import TABLES

CALLBACK = "/_dash-update-component"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8,
)  # fmt: skip
WORDS = st.text(max_size=40) | st.sampled_from(
    ["\0", "\ud800", "9" * 400, "-1", "1e999", "2025-02-30", "P001", "6b.1", "..", "%00", "nan", "\u202e", "", "0x1", "²"]
)
CONDITIONS = [f"firm_list.{column.key}__{name}" for column in TABLES["firm_list"].columns for name in OPERATORS]
KEYS = [*sorted(FILTERS), "firm_list.sort", *CONDITIONS, "set.6b_1", "nonsense"]
SEARCH = st.dictionaries(st.sampled_from(KEYS), WORDS, max_size=4).map(lambda asked: "?" + urlencode(asked, errors="surrogatepass"))
ENDS_SESSION = ("account-save", "end-session")
"""What would end the session that the tests here go on with."""
fuzz = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def admin(server):
    client = server.test_client()
    assert sign_in(client, "adm").status_code == 303
    return client


@pytest.fixture(scope="module")
def addresses(server) -> list[str]:
    return [path for page in dash.page_registry.values() for path in paths(page)]


@pytest.fixture(scope="module")
def answered(server) -> list[str]:
    """Every callback of the server but those that end one's own session."""
    declared = server.extensions["dash_app"].callback_map
    return [name for name in callbacks(server) if not any(part in str(declared[name]["inputs"]) for part in ENDS_SESSION)]


def holds(answer: Any) -> None:
    text = answer.get_data().decode("utf-8", "replace")
    assert answer.status_code < 500, text[:500]
    assert "state-broken" not in text
    assert '"color":"red"' not in text.replace(" ", ""), f"a callback broke: {text[:500]}"
    assert "Traceback" not in text


def put(client: Any, body: object) -> Any:
    return client.post(CALLBACK, data=json.dumps(body), content_type="application/json", headers=token(client))


@fuzz
@given(st.data())
def test_any_address_is_answered(admin, addresses, data) -> None:
    path = data.draw(st.sampled_from(addresses) | WORDS.map(lambda word: f"/{word}"))
    search = data.draw(SEARCH | WORDS)
    holds(put(admin, {
        "output": PAGE_CALLBACK, "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}], "changedPropIds": [],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": path}, {"id": "_pages_location", "property": "search", "value": search}], "state": [],
    }))  # fmt: skip


@settings(fuzz, max_examples=250)
@given(st.data())
def test_every_callback_takes_anything_for_its_values(admin, server, answered, data) -> None:
    """Ids as declared, the rest anything: nothing that is sent is believed to be of its kind."""
    name = data.draw(st.sampled_from(answered))
    body = body_of(server, name, {}, {key: data.draw(WORDS | st.integers(), label=key) for key in ("table", "card", "form", "key", "name", "code", "said", "candidate", "claim", "number")})
    parts = [part for one in [*body["inputs"], *body["state"]] for part in (one if isinstance(one, list) else [one])]
    for part in parts:
        if part["property"] != "id":
            part["value"] = data.draw(ANY | SEARCH | st.sampled_from(["/firms", "/data?part=names", {"startRow": 0, "endRow": 9}, {"value": {"claim_id": "x"}}, 1]))
    body["changedPropIds"] = data.draw(st.just([]) | st.sampled_from(parts).map(lambda part: [f"{json.dumps(part['id']) if isinstance(part['id'], dict) else part['id']}.{part['property']}"]) | st.lists(WORDS, max_size=2))
    holds(put(admin, body))


@fuzz
@given(st.data())
def test_a_body_with_anything_in_any_place_is_answered(admin, server, answered, data) -> None:
    sent = body_of(server, data.draw(st.sampled_from(answered)), {"data": "/firms", "pathname": "/firms", "search": ""}, {"table": "firm_list"})
    at: Any = sent
    while isinstance(at, (dict, list)) and at:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], (dict, list)) or data.draw(st.booleans()):
            at[key] = data.draw(ANY)
            break
        at = at[key]
    holds(put(admin, sent))


@pytest.mark.parametrize("raw", [b"[" * 200_000, b'{"inputs":' * 50_000, b"\xff\xfe", b'"\\ud800"', b"9" * 10_000, b"NaN"])
@pytest.mark.parametrize("address", [CALLBACK, "/login", "/confirm", "/factor", "/logout"])
def test_bytes_that_are_no_body_are_answered(server, raw: bytes, address: str) -> None:
    client = server.test_client()
    sign_in(client, "adm")
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"):
        holds(client.post(address, data=raw, content_type=kind))


@fuzz
@given(name=st.sampled_from(sorted(TABLES)) | WORDS, form=st.sampled_from(sorted(exports.FORMS)) | WORDS, search=SEARCH)
def test_any_export_is_answered(admin, name, form, search) -> None:
    holds(admin.get(f"/export/{urlencode({'': name}, errors='surrogatepass')[1:]}.{urlencode({'': form}, errors='surrogatepass')[1:]}{search}"))


def test_the_walk_over_callbacks_leaves_few_out(server, answered) -> None:
    assert len(callbacks(server)) - len(answered) == len(ENDS_SESSION)
