"""The evidence pack: every part is there with its hash, every row with the file and line it was read from, only for those who may."""

import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import pytest
from conftest import log_of, reading_as
from flask import g
from flask.testing import FlaskClient
from python_calamine import load_workbook

from dashboard.errors import NothingThere, TooLong
from dashboard.reports import evidence
from dashboard.view import View
from pipelines.base.decisions import FINDINGS, append
from pipelines.base.findings import said_entry


def pack(client: FlaskClient, search: str = "") -> dict[str, bytes]:
    answer = client.get(f"/export/evidence/findings.zip?{search}")
    assert answer.status_code == 200
    with ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def found(published: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(published / "20260101-test" / "marts.duckdb"), read_only=True) as db:
        cursor = db.execute(
            "select f.finding_id, f.evidence, f.kind, f.enterprise_name, p.payment_no, p.row_no, p.amount_yuan, l.file_sha256"
            " from mart_audit_finding as f inner join fct_payment as p on f.payment_nos = p.payment_no"
            " left join mart_source_file as l on p.source_file = l.source_file order by 1 limit 2"
        )
        return [dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor.fetchall()]


def test_a_pack_holds_paper_rows_and_a_manifest_that_proves_them(signed_in, found, accounts_file):
    parts = pack(signed_in("aud"), f"findings={found[0]['finding_id']}")
    told = json.loads(parts.pop("manifest.json"))
    assert {one["name"]: one["sha256"] for one in told["parts"]} == {name: sha256(content).hexdigest() for name, content in parts.items()}
    assert (told["snapshot"]["snapshot_id"], told["made_by"]) == ("20260101-test", "aud")
    assert [one["finding_id"] for one in told["findings"]] == [found[0]["finding_id"]]
    assert {one["source_file"]: one["sha256"] for one in told["source_files"]}["payments/file0.csv"] == found[0]["file_sha256"]
    assert parts["findings.pdf"].startswith(b"%PDF")
    rows = load_workbook(io.BytesIO(parts["rows.xlsx"])).get_sheet_by_name("拨付单").to_python()
    head = next(at for at, row in enumerate(rows) if "拨付编号" in row)
    [line] = [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]
    assert (line["拨付编号"], line["来源文件"], line["行号"], line["内容指纹"]) == (found[0]["payment_no"], "payments/file0.csv", found[0]["row_no"], found[0]["file_sha256"])
    assert float(line["金额"]) == float(found[0]["amount_yuan"])
    assert any(line["action"] == "export" and "findings=" in line["path"] and line["detail"].startswith("1 findings") for line in log_of(accounts_file).read(3))


def test_the_paper_says_the_finding_the_law_the_conditions_and_what_was_said_of_it(published, decisions, found):
    entry = said_entry(found[0]["finding_id"], "explained", "王", "见批准文件", found[0], "20260101-test")
    append(decisions, FINDINGS, entry, "aud")
    with reading_as(published, "auditor"):
        g.decisions = decisions
        rows = evidence.findings.found([found[0]["finding_id"]])
        behind = {name: evidence._behind(name, rows) for name in evidence.BEHIND}
        [chapter] = evidence._document(rows, behind).chapters
    (decisions / FINDINGS).unlink()
    words = "".join(f"{head}{words}" for head, words in chapter.paragraphs)
    assert found[0]["evidence"] in words
    assert "对符合条件的企业给予" in words, "the law's own words"
    assert "已说明" in words
    sections = {section.title: section for section in chapter.sections}
    assert {"拨付单", "申报", "事项与界限", "条件核对", "经过"} <= sections.keys()
    assert "见批准文件" in str(sections["经过"].cells)
    assert found[0]["payment_no"] in str(sections["拨付单"].cells)


def test_a_pack_of_many_is_of_those_the_filters_leave(signed_in, found):
    told = json.loads(pack(signed_in("ana"), "finding=paid_not_eligible&park=P001")["manifest.json"])
    assert {one["kind"] for one in told["findings"]} == {"paid_not_eligible"}
    both = json.loads(pack(signed_in("ana"), f"findings={found[1]['finding_id']},{found[0]['finding_id']}")["manifest.json"])
    assert [one["finding_id"] for one in both["findings"]] == [found[1]["finding_id"], found[0]["finding_id"]]


@pytest.mark.parametrize(
    ("name", "search", "status"),
    [("opa", "", 404), ("ste", "", 404), ("aud", "findings=nosuch", 404), ("aud", "finding=above_ceiling", 404), ("aud", "findings='; drop", 400), ("aud", "park=P001&year=1999", 404)],
)  # fmt: skip
def test_there_is_no_pack_of_what_one_may_not_see_or_what_is_not(signed_in, name: str, search: str, status: int):
    assert signed_in(name).get(f"/export/evidence/findings.zip?{search}").status_code == status


def test_a_pack_has_a_bound_and_is_never_empty():
    with pytest.raises(TooLong, match="201 findings"):
        evidence.pack([{"finding_id": "x"}] * 201)
    with pytest.raises(NothingThere):
        evidence.pack([])
    assert View.of("/export/evidence/findings.zip?findings=a,b").get("findings") == "a,b"
