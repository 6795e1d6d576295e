"""The list of firms, and one firm: what it may claim, what it got, and why."""

import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import dash
import pytest
from conftest import ask, fire, html_of, page, sign_in
from test_parks import figures, renew, rows

from dashboard.app import create_app

FIRM = "91320200MA1X00010Q"
"""A tenant of P001 with claims of every outcome and year."""


@pytest.fixture
def asks(published: Path, accounts_file: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A reader of a server whose page of a firm gets other rows than the snapshot's, by question."""

    def make(name: str, **other: Callable[[list[dict]], list[dict]]):
        client = create_app(published, accounts_file).test_client()
        module = sys.modules[next(one["module"] for one in dash.page_registry.values() if one["path_template"] == "/firms/<firm>")]
        asked = module.ask
        monkeypatch.setattr(module, "ask", lambda key, /, **given: other.get(key, list)(asked(key, **given)))
        monkeypatch.setattr(module, "ask_one", lambda key, /, **given: next(iter(module.ask(key, **given)), {}))
        sign_in(client, name)
        return client

    return make


def opened(client, firm: str, claim: str, clicks: int = 1):
    """What a click on a claim brings."""
    name = {"claim": claim, "type": "firm-claim"}
    return fire(
        client, '{"claim":["MATCH"],"type":"firm-answers"}.children', [((name, "n_clicks"), clicks)],
        [((name, "id"), name), ("here.pathname", f"/firms/{firm}"), ("here.search", "")],
        outputs={"id": {"claim": claim, "type": "firm-answers"}, "property": "children"},
    )


def claims_of(published: Path, firm: str) -> list[str]:
    """By outcome, then the largest bound first: the order of the cards."""
    return [
        claim for (claim,) in rows(
            published,
            f"""select claim_id from fct_claim where enterprise_id = '{firm}' order by
            list_position(['eligible', 'needs_review', 'undetermined', 'not_eligible'], outcome),
            coalesce(case when outcome != 'not_eligible' then net_ceiling_yuan end, 0) desc, claim_id""",
        )
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["示例旧名007", "示例旧名 007", "91320200ma1x00007"])
def test_a_firm_is_found_by_former_name_and_by_part_of_its_code(signed_in, words):
    told = html_of(renew(signed_in("ana"), "firms-sentence", f"/firms?q={words}"))
    assert "1 家" in told


def test_an_operators_list_counts_their_tenants_alone(signed_in, published):
    mine = rows(published, "select count(*) from dim_enterprise where park_id = 'P001'")[0][0]
    assert f"{mine} 家" in page(signed_in("opa"), "/firms")


def test_a_firm_tells_who_it_is_and_what_it_got_by_the_sum_of_its_payments(signed_in, published):
    answer = ask(signed_in("ana"), f"/firms/{FIRM}").get_json()
    told = html_of(answer)
    paid = rows(published, f"select sum(amount_yuan) from fct_payment where enterprise_id = '{FIRM}'")[0][0]
    for words in ("无锡示例010软件有限公司", FIRM, "在软件统计名录", "/parks/P001", f"{paid:,.2f}"):
        assert words in told
    assert "无锡示例010软件有限公司 · 企业" in str(answer)


def test_every_claim_has_a_card_in_the_order_of_its_outcome_and_the_first_is_open(signed_in, published):
    told = page(signed_in("ana"), f"/firms/{FIRM}")
    claims = claims_of(published, FIRM)
    places = [told.index(f'id="claim-{claim}"') for claim in claims]
    assert places == sorted(places)
    first, *others = told.split(' id="claim-')[1:]
    assert "对首次获评的软件企业" in first
    assert not any("对首次获评的软件企业" in card for card in others)


def test_opening_a_claim_brings_each_condition_with_values_words_and_decision(signed_in, published):
    claim = claims_of(published, FIRM)[-1]
    told = html_of(opened(signed_in("ana"), FIRM, claim).get_json())
    for (says,) in rows(published, f"select says from fct_claim_condition where claim_id = '{claim}'"):
        assert says in told
    for words in ("现为", "需要 是", "对首次获评的软件企业", "D9 按默认解读", "不满足", "recognitions/list.xlsx"):
        assert words in told


def test_closing_a_claim_asks_for_nothing(signed_in, published):
    assert opened(signed_in("ana"), FIRM, claims_of(published, FIRM)[-1], clicks=2).status_code == 204


def test_an_operator_opens_no_claim_of_another_park_whatever_they_send(signed_in, published):
    claim, firm = rows(published, "select claim_id, enterprise_id from fct_claim where park_id = 'P002' limit 1")[0]
    told = opened(signed_in("opa"), firm, claim).get_data(as_text=True)
    assert "属无锡市区" not in told
    assert "sendNotifications" in told


def test_a_rent_claim_names_its_park(signed_in, published):
    claim, firm = rows(published, "select claim_id, enterprise_id from fct_claim where park_id = 'P003' and clause_id = '10b.2' limit 1")[0]
    card = page(signed_in("ana"), f"/firms/{firm}").split(f'id="claim-{claim}"')[1].split("</Details>")[0]
    assert "新桥云谷" in card


def test_a_year_leaves_the_claims_of_that_year_and_one_without_any_says_so(signed_in, published):
    client = signed_in("ana")
    told = html_of(renew(client, "firm-claims", f"/firms/{FIRM}?year=2024"))
    found = rows(published, f"select claim_id, qualified_year from fct_claim where enterprise_id = '{FIRM}'")
    assert {year for _, year in found} == {2024, 2025}
    assert all((f'id="claim-{claim}"' in told) == (year == 2024) for claim, year in found)
    assert f"/export/firm_claims.csv?firm={FIRM}&year=2024" in unescape(told)
    assert "没有符合条件的记录" in html_of(renew(client, "firm-claims", f"/firms/{FIRM}?year=2019"))
    assert "无锡示例010软件有限公司" in page(client, f"/firms/{FIRM}", "?year=2019")


def test_of_two_hundred_claims_the_first_come_with_the_page_and_the_others_when_asked_for(asks):
    client = asks("ana", firm_claims=lambda found: [{**found[i % len(found)], "claim_id": f"many{i}"} for i in range(200)])
    answer = ask(client, f"/firms/{FIRM}").get_json()
    assert html_of(answer).count('id="claim-many') == 20
    assert "其余 180 项" in html_of(answer)
    assert str(answer).count("'namespace'") < 640  # a component costs the server 55 µs
    state = [("here.pathname", f"/firms/{FIRM}"), ("here.search", "")]
    rest = html_of(fire(client, "firm-rest.children", [("firm-more.n_clicks", 1)], state).get_json())
    assert rest.count('id="claim-many') == 180


def test_a_claim_that_lacks_one_condition_is_named_with_what_is_seen_and_needed(asks):
    near = {
        "claim_id": "c", "clause_id": "6b.1", "title_zh": "首次获评", "event_title": "第3批", "says": "属软件企业", "outcome": "unknown",
        "value_seen": None, "value_needed": "是", "ceiling_yuan": 500_000,
    }  # fmt: skip
    card = page(asks("ana", firm_near=lambda _: [near]), f"/firms/{FIRM}").split('id="firm-near"')[1].split("</Section>")[0]
    for words in ("6b.1 首次获评", "第3批", "属软件企业", "现为 未知，需要 是", "50.0 万元"):
        assert words in card


def test_of_a_firm_that_left_its_park_an_operator_sees_their_claims_and_no_registration(asks):
    told = page(asks("opa", firm=lambda _: []), f"/firms/{FIRM}")
    assert "企业现不在您的园区登记" in told
    assert 'id="claim-' in told


def test_a_firm_without_claims_is_told_what_may_still_be_found_for_it(asks):
    doubt = {"kind": "name", "named": "无锡示例", "place": "recognitions/a.xlsx", "row_count": 1}
    told = page(asks("ana", firm_claims=lambda _: [], firm_doubts=lambda _: [doubt]), f"/firms/{FIRM}")
    assert "该企业没有事项" in told
    assert "名称“无锡示例”（recognitions/a.xlsx）待人工认定" in told


def test_titles_applications_and_payments_stand_on_one_line_of_time(signed_in, published):
    drawn = figures(ask(signed_in("ana"), f"/firms/{FIRM}").get_json())["firm_events"]
    of_firm = f"where enterprise_id = '{FIRM}'"
    counts = [rows(published, f"select count(*) from {table} {of_firm}")[0][0] for table in ("dim_event", "fct_application", "fct_payment")]
    assert [len(lane["x"]) for lane in drawn["data"]] == counts
