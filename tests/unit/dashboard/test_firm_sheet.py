"""一页纸: what one firm may claim, what it lacks, until when and with what, on paper, for whoever may see the firm."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import page, reading_as

from dashboard import query
from dashboard.errors import NothingThere
from dashboard.reports import sheet
from pipelines.cli import main


def one_of(published: Path, park: str) -> str:
    """A tenant with several claims, some of them unclaimed."""
    with reading_as(published, "analyst"):
        rows = query.ask("outreach", park=park)
        found = max({row["enterprise_id"] for row in rows}, key=lambda firm: (len(query.ask("firm_claims", firm=firm)), firm))
    return str(found)


def told(published: Path, firm: str, *user: str) -> dict[str, list[list[str]]]:
    """The tables of the sheet by title."""
    with reading_as(published, *(user or ("analyst",))):
        return {one.title: one.cells for one in sheet.of_firm(firm).sections}


def test_it_tells_claims_what_is_lacking_the_deadline_and_how_to_apply(published: Path):
    firm = one_of(published, "P001")
    found = told(published, firm)
    with reading_as(published, "analyst"):
        claims, lacking = query.ask("firm_claims", firm=firm), [row for row in query.ask("firm_conditions", firm=firm) if row["outcome"] != "met"]
        due = query.ask("deadlines", firm=firm)
    assert list(found) == [title for title in ("可申报事项", "尚缺条件", "到期事项", "如何申报") if title in found] or "到期事项" in found
    assert len(next(iter(found.values()))) == min(len(claims), sheet.CLAIMS)
    assert len(found.get("尚缺条件", [])) == min(len(lacking), sheet.LACKING)
    assert len(found["到期事项"]) == min(len(due), sheet.DUE)
    assert {cell for row in found["如何申报"] for cell in row[2:4]} == {"未载明"}, "the text names no days and no documents"


def test_what_may_be_claimed_comes_first(published: Path):
    firm = one_of(published, "P001")
    with reading_as(published, "analyst"):
        outreach = sum(bool(row["is_outreach"]) for row in query.ask("firm_claims", firm=firm))
        rows = sheet.of_firm(firm).sections[0].rows
    assert outreach
    assert [bool(row["is_outreach"]) for row in rows[:outreach]] == [True] * min(outreach, len(rows))


def test_an_operator_takes_the_sheet_of_a_tenant_and_of_nobody_else(signed_in, published: Path):
    own, other = one_of(published, "P001"), one_of(published, "P002")
    client = signed_in("opa")
    answer = client.get(f"/export/report/firm.pdf?firm={own}")
    assert answer.status_code == 200
    assert answer.get_data().startswith(b"%PDF")
    assert client.get(f"/export/report/firm.pdf?firm={other}").status_code == 404
    assert client.get("/export/report/firm.pdf").status_code == 404
    assert client.get(f"/export/report/firm.docx?firm={own}").status_code == 404
    with reading_as(published, "operator", "P001"), pytest.raises(NothingThere):
        sheet.of_firm(other)


def test_the_firm_s_page_leads_to_its_sheet(signed_in, published: Path):
    firm = one_of(published, "P001")
    assert f"/export/report/firm.pdf?firm={firm}" in page(signed_in("ana"), f"/firms/{firm}")


def test_the_command_writes_the_same_sheet(published: Path, tmp_path: Path):
    firm = one_of(published, "P001")
    (tmp_path / "published").symlink_to(published)

    def softcity(*arguments: str):
        return CliRunner().invoke(main, ["--home", str(tmp_path), "report", *arguments], catch_exceptions=False)

    done = softcity("--firm", firm.lower())
    assert done.exit_code == 0, done.output
    assert Path(done.stdout.strip()).read_bytes().startswith(b"%PDF")
    refused = softcity("--firm", "91320200NOSUCHFIRM")
    assert refused.exit_code == 1
    assert "no such firm on file" in refused.stderr
    assert softcity().exit_code == softcity("2025-12", "--firm", firm).exit_code == 2
