"""The what-if page: who may ask, what an address may hold, one run at a time; the law itself is handed in."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import fire, full, html_of, named, page, sign_in
from flask.testing import FlaskClient

from dashboard import view
from dashboard.app import create_app
from dashboard.errors import EditRefused, LawBroken
from dashboard.snapshot import Snapshot
from dashboard.whatif import WhatIf, changed, plain, wrong

TERM = {"says": "最高50万元", "quote": "最高50万元", "options": [], "bounds": [0, 1000], "clause_id": "6b.1",
        "title": "首次获评", "measure_no": 6, "measure_title": "培育"}  # fmt: skip
TERMS = [
    {**TERM, "key": "D14", "unit": "choice", "value": "per_year", "part": "decision", "options": ["off", "per_year"],
     "bounds": None, "clause_id": None, "title": "就高", "measure_no": None},
    {**TERM, "key": "6b.1.cap_wan", "unit": "wan", "value": "50", "part": "cap_yuan"},
]  # fmt: skip
ZERO = {"eligible_count": 3, "ceiling_before_overlap_yuan": "0.00", "ceiling_yuan": "0.00", "open_ceiling_yuan": "0.00"}


def group(after: str) -> dict:
    return {"before": ZERO, "after": {**ZERO, "ceiling_yuan": after}, "change": {**ZERO, "ceiling_yuan": after}}


def answer(edits: dict[str, str]) -> dict:
    if edits.get("6b.1.cap_wan") == "999":
        raise EditRefused("6b.1: the words of the law")
    after = f"{int(edits.get('6b.1.cap_wan', '50'))}0000.00"
    firm = {"enterprise_id": "91320200MA1X00003Q", "enterprise_name": "甲软件", "before_yuan": "0.00", "after_yuan": after, "change_yuan": after}
    return {
        "total": group(after), "by_clause": [{"clause_id": "6b.1", **group(after)}],
        "by_district": [{"district_code": "320211", **group(after)}],
        "firms": {"gaining_count": 1, "losing_count": 0, "gaining": [firm], "losing": []}, "moved_claims": [],
    }  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> list[dict[str, str]]:
    return []


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("whatif")


@pytest.fixture(scope="module")
def signed_in(published, accounts_file, asked, shared):
    def run(_folder: Path, edits: dict[str, str]) -> dict:
        asked.append(edits)
        return answer(edits)

    server = create_app(published, accounts_file, terms=lambda policy, document: TERMS, whatif=run, shared=shared)

    def make(name: str):
        client = server.test_client()
        assert sign_in(client, name).status_code == 303
        return client

    return make


KEYS = [term["key"] for term in TERMS]


def terms(prop: str) -> list[tuple[dict[str, str], str]]:
    return [({"key": key, "type": "term"}, prop) for key in KEYS]


def outputs(prop: str) -> list[dict[str, Any]]:
    return [{"id": id_, "property": prop} for id_, _ in terms(prop)]


def run(client: FlaskClient, *typed: str, search: str = "") -> dict[str, Any]:
    """What a press of the button brings, with this typed into the fields."""
    told = [outputs("error"), {"id": "whatif-terms", "property": "value"}, {"id": "whatif-told", "property": "children"}]
    state = [
        (terms("value"), typed), (terms("id"), [id_ for id_, _ in terms("id")]), (terms("error"), [""] * 2), ("whatif-terms.value", ["m0"]),
        ("here.pathname", "/whatif"), ("here.search", search),
    ]  # fmt: skip
    pressed = [("whatif-run.n_clicks", 1), (terms("n_submit"), [0, 0])]
    return fire(client, named(client, "whatif-told.children"), pressed, state, outputs=told, by="whatif-run.n_clicks").get_json()


def answered(client: FlaskClient, search: str, *typed: str) -> dict[str, Any]:
    """What a change of the address brings, with this in the fields."""
    told = [*({"id": f"whatif-{part}", "property": "children"} for part in ("result", "below", "scenarios")), outputs("value")]
    state = [(terms("value"), typed), (terms("id"), [id_ for id_, _ in terms("id")])]
    return fire(client, named(client, "whatif-result.children"), [("filters.data", f"/whatif{search}")], state, outputs=told).get_json()["response"]


def test_a_change_is_answered_in_numbers_and_names_beside_the_form(signed_in, asked):
    text = page(signed_in("ana"), "/whatif", "?set.6b.1.cap_wan=80")
    assert "甲软件" in text
    assert "80.0 万元" in text
    assert "现行 50 万元" in text
    assert asked[-1] == {"policy": "wuxi-software", "document": "draft", "6b.1.cap_wan": "80"}
    before = len(asked)
    page(signed_in("adm"), "/whatif", "?set.6b.1.cap_wan=80")
    assert len(asked) == before, "an answer is kept"


@pytest.mark.parametrize("typed", ["80万", "80 万元", "８０", "800,000元", "80.0"])
def test_an_amount_is_taken_as_people_type_it_and_stands_in_the_address_as_the_law_writes_it(signed_in, typed: str):
    told = run(signed_in("ana"), "per_year", typed, search="?snapshot=2025-12-31")
    assert told["sideUpdate"]["show"]["data"] == "/whatif?snapshot=2025-12-31&set.6b.1.cap_wan=80"
    assert "已改 1 处" in html_of(told["response"])


@pytest.mark.parametrize(
    ("typed", "value"), [("1.5亿", "15000"), ("1,000", "1000"), ("0", "0"), ("50万", "50"), ("+80", "80"), ("1,5", "1,5"), ("80%", "80%"), ("8成", "8成")]
)
def test_a_figure_with_a_unit_is_read_and_what_is_none_is_left_as_it_is(typed: str, value: str):
    assert plain(TERMS[1], typed) == value
    assert (wrong(TERMS[1], value) == "amount") is not value.isdigit()


def test_only_what_differs_from_the_text_is_a_change():
    assert changed(TERMS, {"D14": "per_year", "6b.1.cap_wan": "50万"}) == {}
    assert changed(TERMS, {"D14": "off", "6b.1.cap_wan": "50.0"}) == {"D14": "off"}


def test_districts_are_a_set_of_those_there_are_in_the_order_of_the_text():
    term = {**TERM, "key": "6b.1.districts", "unit": "districts", "value": "320205,320211", "part": "districts", "options": ["320205", "320211", "320281"], "bounds": None}
    assert changed([term], {"6b.1.districts": "320211,320205"}) == {}
    assert changed([term], {"6b.1.districts": "320281,320205"}) == {"6b.1.districts": "320205,320281"}
    assert [wrong(term, plain(term, typed)) for typed in ("320281", "", "320205,999999")] == [None, "districts", "districts"]


@pytest.mark.parametrize(("typed", "told"), [("八十", "请填金额"), ("", "请填金额"), ("5000", "应在 0 与 1000 之间")])
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays_as_it_is(signed_in, asked, typed: str, told: str):
    before = len(asked)
    answer = run(signed_in("ana"), "per_year", typed)
    assert "sideUpdate" not in answer, "the address stays"
    assert told in answer["response"]['{"key":"6b.1.cap_wan","type":"term"}']["error"]
    assert answer["response"]["whatif-terms"]["value"] == ["m0", "m6"], "the part with the field is open"
    assert "1 处填写有误" in html_of(answer["response"]["whatif-told"])
    assert len(asked) == before


def test_the_result_follows_the_address_and_so_do_the_fields(signed_in):
    told = answered(signed_in("ana"), "?set.6b.1.cap_wan=80", "per_year", "80")
    assert "甲软件" in html_of(told["whatif-result"])
    assert '"value": "80"' not in str(told), "what stands there already is not sent"
    back = answered(signed_in("ana"), "", "per_year", "80")
    assert "state-whatif_none" in html_of(back["whatif-result"])
    assert back['{"key":"6b.1.cap_wan","type":"term"}'] == {"value": "50"}


def test_without_a_change_nothing_is_run(signed_in, asked):
    before = len(asked)
    assert "state-whatif_none" in page(signed_in("ana"), "/whatif")
    assert "state-whatif_none" in page(signed_in("ana"), "/whatif", "?set.6b.1.cap_wan=50.0")
    assert len(asked) == before


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("set.6b.1.cap_wan=5000", "应在 0 与 1000 之间"), ("set.6b.1.cap_wan=-1", "应在 0 与 1000 之间"),
        ("set.6b.1.cap_wan=abc", "请填金额"), ("set.6b.1.cap_wan=NaN", "请填金额"), ("set.6b.1.cap_wan=1e999", "请填金额"),
        ("set.D14=weekly", "不是可选的一种"), ("set.9z.cap_wan=1", "没有这一项可改"), ("set.6b.1.cap_wan=999", "the words of the law"),
    ],
)  # fmt: skip
def test_what_cannot_be_in_an_address_is_told_beside_the_form_and_refused_as_a_file(signed_in, query: str, told: str):
    text = page(signed_in("ana"), "/whatif", f"?{query}")
    assert "whatif-refused" in text
    assert told in text
    assert "whatif-form" in text
    assert "state-broken" not in text
    assert signed_in("ana").get(f"/export/whatif_clauses.csv?{query}").status_code == 400


@pytest.mark.parametrize("query", ["set.6b.1.cap_wan=%00", "set.6b.1.cap_wan=1;drop", "set.D14=<script>", "set.D14=" + "9" * 60])
def test_an_edit_of_the_wrong_form_is_a_bad_address(signed_in, query: str):
    assert "state-bad_address" in page(signed_in("ana"), "/whatif", f"?{query}")


def test_more_filters_than_a_page_knows_are_a_bad_address(signed_in):
    assert "state-bad_address" in page(signed_in("ana"), "/whatif", "?" + "&".join(f"a{i}=1" for i in range(view.FIELDS + 1)))


@pytest.mark.parametrize("name", ["opa", "aud", "ste"])
def test_other_roles_get_neither_page_nor_file_nor_entry(signed_in, asked, name: str):
    client, before = signed_in(name), len(asked)
    text = page(client, "/whatif", "?set.6b.1.cap_wan=70")
    assert "state-no_permission" in text
    assert "甲软件" not in text
    assert "error" in run(client, "per_year", "70")
    for table in ("whatif_clauses", "whatif_districts", "whatif_firms", "whatif_moved"):
        assert client.get(f"/export/{table}.csv?set.6b.1.cap_wan=70").status_code == 404
    assert len(asked) == before


def test_a_dashboard_without_the_law_says_so(published, accounts_file):
    client = create_app(published, accounts_file).test_client()
    sign_in(client, "ana")
    assert "state-no_whatif" in page(client, "/whatif", "?set.6b.1.cap_wan=80")


def snapshot_of(published: Path) -> Snapshot:
    return Snapshot.read(published / "20260101-test")


def test_the_same_question_is_run_once_whichever_worker_is_asked(published: Path, tmp_path: Path):
    runs = []

    def run(_folder: Path, edits: dict[str, str]) -> dict:
        runs.append(edits["6b.1.cap_wan"])
        return {"total_yuan": "1.50"}

    workers, snapshot = [WhatIf(lambda policy, document: TERMS, run, tmp_path) for _ in range(2)], snapshot_of(published)
    for value in ("60", "60", "70", "60"):
        assert [worker.ask(snapshot, {"6b.1.cap_wan": value}) for worker in workers] == [{"total_yuan": Decimal("1.50")}] * 2
    assert runs == ["60", "70"]


def test_a_question_that_others_are_before_is_told_so_on_the_page(signed_in, shared: Path):
    client = signed_in("ana")
    with full(shared):
        told = page(client, "/whatif", "?set.6b.1.cap_wan=77")
        assert "state-whatif_busy" in told
        assert 'value="77"' in told, "what was filled in stands where it was"
        assert client.get("/export/whatif_clauses.csv?set.6b.1.cap_wan=77").status_code == 503
    assert "state-whatif_busy" not in page(client, "/whatif", "?set.6b.1.cap_wan=77")


def test_the_fields_of_a_panel_come_when_it_is_opened_and_what_is_not_shown_keeps_its_change(signed_in):
    client = signed_in("ana")
    shown = page(client, "/whatif")
    assert "D14 " in shown
    assert "&#x27;6b.1.cap_wan&#x27;" not in shown
    panels = [({"key": key, "type": "terms"}, "id") for key in ("m0", "m6")]
    told = fire(
        client, named(client, "whatif-filled.data"), [("whatif-terms.value", ["m0", "m6"])],
        [(panels, [id_ for id_, _ in panels]), ("whatif-filled.data", ["m0"]), ("here.pathname", "/whatif"), ("here.search", "")],
        outputs=[[{"id": id_, "property": "children"} for id_, _ in panels], {"id": "whatif-filled", "property": "data"}],
    ).get_json()["response"]  # fmt: skip
    assert told["whatif-filled"]["data"] == ["m0", "m6"]
    assert "6b.1.cap_wan" in str(told['{"key":"m6","type":"terms"}'])
    assert '{"key":"m0","type":"terms"}' not in told


def test_where_the_law_on_file_does_not_hold_page_field_and_file_say_so_and_go_on_once_it_does(published, accounts_file, tmp_path: Path):
    problems = ["software/measures/m06.yaml, line 12: could not find expected ':'. Mend the YAML there."]

    def read(_policy: str, _document: str) -> list[dict[str, Any]]:
        if problems:
            raise LawBroken("\n".join(problems))
        return TERMS

    client = create_app(published, accounts_file, terms=read, whatif=lambda _, edits: answer(edits), shared=tmp_path).test_client()
    sign_in(client, "ana")
    text = page(client, "/whatif", "?set.6b.1.cap_wan=80")
    assert "state-broken" not in text
    assert "softcity check" in text
    assert html_of(problems) in text
    assert "政策文件现在不成立" in str(run(client, "per_year", "80"))
    assert client.get("/export/whatif_clauses.csv?set.6b.1.cap_wan=80").status_code == 503
    problems.clear()
    assert "甲软件" in page(client, "/whatif", "?set.6b.1.cap_wan=80")
