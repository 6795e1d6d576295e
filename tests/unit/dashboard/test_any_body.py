"""Whatever is sent to the callback, the acts and the exports, the answer is a plain one: no 5xx, no page that broke."""

import json
from urllib.parse import urlencode

import pytest
from conftest import act, paths, sign_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import acts, exports, pages, view

CALLBACK = "/_dash-update-component"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8,
)  # fmt: skip
WORDS = st.text(max_size=40) | st.sampled_from(
    ["\0", "\ud800", "9" * 400, "-1", "1e999", "2025-02-30", "P001", "6b.1", "..", "%00", "nan", "\u202e", "", "0x1", "²"]
)
FORMS = sorted(view._FORMS) + [f"firm_list.{what}" for what in ("sort", "page", "find")] + ["set.6b_1", "nonsense"]
PATHS = [path for page in pages.PAGES for path in paths(page)]
SEARCH = st.dictionaries(st.sampled_from(FORMS), WORDS, max_size=4).map(
    lambda asked: "?" + urlencode(asked, errors="surrogatepass")
)
fuzz = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def body(path: object, search: object) -> dict[str, object]:
    parts = [{"id": "address", "property": name, "value": value} for name, value in (("pathname", path), ("search", search))]
    return {"output": "page.children", "outputs": {"id": "page", "property": "children"}, "inputs": parts, "changedPropIds": []}


@pytest.fixture(scope="module")
def admin(server):
    client = server.test_client()
    assert sign_in(client, "adm").status_code == 303
    return client


def holds(answer) -> None:
    text = answer.get_data().decode("utf-8", "replace")
    assert answer.status_code < 500, text[:500]
    assert "state-broken" not in text
    assert "state broken" not in text
    assert "Traceback" not in text


@fuzz
@given(path=st.sampled_from(PATHS) | WORDS.map(lambda word: f"/{word}"), search=SEARCH | WORDS)
def test_any_address_is_answered(admin, path, search) -> None:
    holds(admin.post(CALLBACK, data=json.dumps(body(path, search)), content_type="application/json"))


@fuzz
@given(st.data())
def test_a_body_with_anything_in_any_place_is_answered(admin, data) -> None:
    sent = body("/firms", "")
    at = sent
    while isinstance(at, (dict, list)) and at:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], (dict, list)) or data.draw(st.booleans()):
            at[key] = data.draw(ANY)
            break
        at = at[key]
    holds(admin.post(CALLBACK, data=json.dumps(sent), content_type="application/json"))


@pytest.mark.parametrize("raw", [b"[" * 200_000, b'{"inputs":' * 50_000, b"\xff\xfe", b'"\\ud800"', b"9" * 10_000, b"NaN"])
@pytest.mark.parametrize("address", [CALLBACK, "/login", "/act/contact", "/logout"])
def test_bytes_that_are_no_body_are_answered(server, raw: bytes, address: str) -> None:
    client = server.test_client()
    sign_in(client, "adm")
    for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"):
        holds(client.post(address, data=raw, content_type=kind))


@fuzz
@given(name=st.sampled_from(sorted(pages.TABLES)) | WORDS, form=st.sampled_from(sorted(exports.FORMS)) | WORDS, search=SEARCH)
def test_any_export_is_answered(admin, name, form, search) -> None:
    holds(admin.get(f"/export/{urlencode({'': name}, errors='surrogatepass')[1:]}.{urlencode({'': form}, errors='surrogatepass')[1:]}{search}"))


@pytest.mark.parametrize("name", sorted(set(acts.ACTS) - {"password", "sessions"}))
@settings(fuzz, max_examples=25)
@given(fields=st.dictionaries(
    st.sampled_from(["state", "name_key", "code_given", "decision", "name", "role", "parks", "claim", "back", "why", "lang", "theme"]), WORDS,
))  # fmt: skip
def test_any_form_of_an_act_is_answered(admin, name, fields) -> None:
    holds(act(admin, name, **{key: value.encode("utf-8", "surrogatepass") for key, value in fields.items()}))
