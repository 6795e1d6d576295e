"""应享未享 and 审计: filters, exports and contacts; an operator sees their park alone, and of the audit nothing."""

import csv
import io
import json

import pytest
from conftest import act, ask, html_of

from dashboard.components.treemap import squarify


def rows_of(client, name: str, search: str = "") -> list[dict[str, str]]:
    text = client.get(f"/export/{name}.csv?{search}").get_data(as_text=True)
    lines = list(csv.reader(io.StringIO(text)))
    head = lines.index([]) + 1
    return [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]


def test_every_filter_of_the_outreach_list_narrows_page_and_file_alike(signed_in):
    client = signed_in("ana")
    whole = rows_of(client, "outreach")
    assert whole
    for search, keep in (
        ("clause=6b.1", lambda row: row["条款"] == "6b.1"), ("park=P001", lambda row: row["园区"] == "湖畔软件园"),
        ("district=320205", lambda row: row["地区"] == "锡山区"),
        ("amount=50", lambda row: float(row["计入上限"] or 0) >= 500_000),
        ("measure=6&amount=50&district=320205", lambda row: row["条款"] == "6b.1" and row["地区"] == "锡山区"),
    ):
        found = rows_of(client, "outreach", search)
        assert found == [row for row in whole if keep(row)], search
        assert 0 < len(found) < len(whole), search
        page = json.dumps(ask(client, "/outreach", "?" + search).get_json(), ensure_ascii=False)
        assert f"共 {len(found)} 行" in page


def test_a_contact_shows_on_page_and_file_until_it_is_opened_again(signed_in, published):
    client = signed_in("ana")
    before = rows_of(client, "outreach", "contact=contacted")
    row = next(r for r in rows_of(client, "outreach", "contact=open&park=P003"))
    claim = html_of(ask(client, "/outreach", "?contact=open&park=P003").get_json()).split("contact-claim")[1].split('"')[0]
    act(client, "contact", claim=f"claim{claim}", state="contacted", why="=cmd|联系了财务")
    [added] = [r for r in rows_of(client, "outreach", "contact=contacted") if r not in before]
    assert (added["园区"], added["联系人"], added["联系备注"]) == (row["园区"], "ana", "'=cmd|联系了财务")
    shown = json.dumps(ask(client, "/outreach", "?contact=contacted").get_json(), ensure_ascii=False)
    assert "联系了财务" in shown
    act(client, "contact", claim=f"claim{claim}", state="open", based_on=1)
    assert rows_of(client, "outreach", "contact=contacted") == before


def test_an_operator_sees_and_exports_claims_of_their_own_park_only(signed_in):
    whole, client = rows_of(signed_in("ana"), "outreach"), signed_in("opa")
    mine = rows_of(client, "outreach")
    assert mine == [row for row in whole if row["园区"] == "湖畔软件园"]
    assert rows_of(client, "outreach", "park=P002") == []
    assert all("湖畔" not in str(r) for r in rows_of(signed_in("opb"), "outreach_groups"))
    page = json.dumps(ask(client, "/outreach", "?park=P002").get_json(), ensure_ascii=False)
    assert "东岭数字谷" not in page


@pytest.mark.parametrize("name", ["opa", "ste"])
def test_the_audit_is_for_auditors_analysts_and_administrators(signed_in, name: str):
    client = signed_in(name)
    assert "state-no_permission" in ask(client, "/audit").get_data(as_text=True)
    assert client.get("/export/audit.csv").status_code == 404
    assert client.get("/export/audit_kinds.csv").status_code == 404
    assert "nav-audit" not in ask(client, "/").get_data(as_text=True)


def test_the_kinds_of_findings_add_up_to_the_list(signed_in):
    client = signed_in("aud")
    findings, kinds = rows_of(client, "audit"), rows_of(client, "audit_kinds")
    assert findings
    for kind in kinds:
        of_kind = [row for row in findings if row["类型"] == kind["类型"]]
        assert int(kind["发现"]) == len(of_kind)
        assert float(kind["涉及金额"]) == sum(float(row["涉及金额"]) for row in of_kind)
    assert sum(int(kind["发现"]) for kind in kinds) == len(findings)
    assert rows_of(client, "audit", "finding=above_ceiling") == []
    assert "state-no_findings" in ask(client, "/audit", "?finding=above_ceiling").get_data(as_text=True)


def test_a_treemap_fills_its_box_in_proportion():
    values, box = [40.0, 25, 20, 10, 4, 1], (0.0, 0.0, 600.0, 200.0)
    found = squarify(values, box)
    for value, (left, top, width, height) in zip(values, found, strict=True):
        assert width * height == pytest.approx(value / sum(values) * 600 * 200)
        assert left >= -1e-6
        assert top >= -1e-6
        assert left + width <= 600 + 1e-6
        assert top + height <= 200 + 1e-6
