"""审计: every kind has its card, the cards add up to the list, and only those who may see it do."""

import pytest
from conftest import fire, html_of, named, page, rows_of
from flask.testing import FlaskClient

from dashboard.filters import FILTERS


def filtered(client: FlaskClient, search: str) -> dict:
    return ask(client, search).get_json()["response"]


def ask(client: FlaskClient, search: str = ""):
    parts = [("audit-sentence", "children"), ("audit-kinds", "children"), ("audit-empty", "children"), ("audit-rows", "hidden")]
    told = [{"id": id_, "property": prop} for id_, prop in parts]
    exports = [{"id": {"card": "audit_kinds", "table": "audit_kinds", "type": "export", "form": form}, "property": "href"} for form in ("csv", "xlsx", "json")]
    return fire(client, named(client, "audit-sentence.children"), [("filters.data", f"/audit?{search}")], outputs=[*told, exports])


@pytest.mark.parametrize("name", ["opa", "ste"])
def test_the_audit_is_for_auditors_analysts_and_administrators(signed_in, name: str):
    client = signed_in(name)
    assert "state-no_permission" in page(client, "/audit")
    assert ask(client).status_code == 403
    assert client.get("/export/audit.csv").status_code == 404
    assert client.get("/export/audit_kinds.csv").status_code == 404


def test_the_kinds_of_findings_add_up_to_the_list(signed_in):
    client = signed_in("aud")
    findings, kinds = rows_of(client, "audit"), rows_of(client, "audit_kinds")
    assert findings
    for kind in kinds:
        of_kind = [row for row in findings if row["类型"] == kind["类型"]]
        assert int(kind["发现"]) == len(of_kind)
        assert float(kind["涉及金额"]) == sum(float(row["涉及金额"]) for row in of_kind)
    assert sum(int(kind["发现"]) for kind in kinds) == len(findings)


def test_every_kind_has_a_card_with_its_count_those_without_a_finding_too(signed_in):
    client = signed_in("aud")
    told, counted = page(client, "/audit"), {row["类型"]: row["发现"] for row in rows_of(client, "audit_kinds")}
    assert len(counted) < len(FILTERS["finding"].codes)
    for kind in FILTERS["finding"].codes:
        card = told.split(f'id="finding-{kind}"')[0].rpartition("<RadioCard")[2] + told.split(f'id="finding-{kind}"')[1].split("</RadioCard>")[0]
        name = next((name for name in counted if f">{name}<" in card), None)
        assert f">{counted[name] if name else 0}</Strong>" in card, kind


def test_a_kind_chosen_narrows_the_list_and_one_without_findings_says_so(signed_in):
    client = signed_in("aud")
    [kind] = [kind for kind in ("paid_not_eligible",) if rows_of(client, "audit", f"finding={kind}")]
    assert {row["类型"] for row in rows_of(client, "audit", f"finding={kind}")} == {"不符合而已付"}
    assert filtered(client, f"finding={kind}")["audit-rows"]["hidden"] is False
    assert rows_of(client, "audit", "finding=above_ceiling") == []
    none = filtered(client, "finding=above_ceiling")
    assert none["audit-rows"]["hidden"] is True
    assert "state-no_findings" in html_of(none["audit-empty"])
