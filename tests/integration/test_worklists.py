"""Findings and calls worked on from the command line, over the sample city: what is said is kept, noted and packed."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipelines.base.decisions import CONTACTS, FINDINGS, append, entries
from pipelines.base.snapshots import read_manifest
from pipelines.sightings import note_sightings
from pipelines.users import log_of
from tests.conftest import City
from tests.integration.test_command_line import softcity


@pytest.fixture(scope="module")
def home(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """The built sample city in a home of its own."""
    return City(city.copied(tmp_path_factory.mktemp("worklists") / "home"), city.result, city.truth)


def said(home: City, *words: str):
    return softcity(*words, home=home.settings.home)


def test_a_finding_is_closed_with_a_reason_and_packed_with_the_rows_behind_it(home: City, tmp_path: Path) -> None:
    rows = json.loads(said(home, "findings", "list", "--kind", "above_ceiling", "--json").stdout)
    assert {row["status"] for row in rows} == {"open"}
    first = rows[0]["finding_id"]
    assert "needs a reason" in said(home, "findings", "set", first[:10], "--state", "closed").stderr
    done = said(home, "findings", "set", first[:10], "--state", "closed", "--owner", "王", "--why", "批准文件齐全", "--who", "aud")
    assert (done.returncode, done.stdout.strip()) == (0, "1 finding is closed")
    assert [row["finding_id"] for row in json.loads(said(home, "findings", "list", "--status", "closed", "--json").stdout)] == [first]
    late = said(home, "findings", "set", first, "--state", "open", "--seen", "0")
    assert (late.returncode, "aud decided this" in late.stderr) == (1, True)
    assert "批准文件齐全" in said(home, "findings", "show", first).stdout
    assert "nothing on the list" in said(home, "findings", "set", "000000", "--state", "open").stderr
    file = tmp_path / "evidence.zip"
    assert said(home, "findings", "pack", str(file), first, rows[1]["finding_id"]).stdout.strip() == f"{file}: 2 findings"
    with ZipFile(file) as archive:
        told = json.loads(archive.read("manifest.json"))
    hashes = {row["source_file"]: row["file_sha256"] for row in home.rows("select source_file, file_sha256 from mart_source_file where status = 'loaded'")}
    assert {one["source_file"].partition("/")[0] for one in told["source_files"]} >= {"payments", "applications"}
    assert all(hashes[one["source_file"]] == one["sha256"] for one in told["source_files"]), "each is a file that was read"
    assert {line["action"] for line in log_of(home.settings).read(2)} == {"act finding", "export"}


def test_what_a_published_snapshot_holds_no_more_or_again_is_noted_of_findings_people_spoke_of(home: City) -> None:
    settings = home.settings
    snapshot_id = str(read_manifest(settings.published)["snapshot_id"])
    row = home.rows("select * from mart_audit_finding order by finding_id limit 1")[0]
    same = {key: str(row[key]) for key in ("finding_id", "amount_yuan", "limit_yuan", "at_stake_yuan")}
    append(settings.decisions, FINDINGS, {**same, "state": "closed", "why": "核"}, "aud")
    append(settings.decisions, FINDINGS, {**same, "finding_id": "f" * 32, "state": "closed", "why": "核"}, "aud")
    assert note_sightings(settings.decisions, settings.published, snapshot_id) == 1, "the one is as it was"
    gone = entries(settings.decisions, FINDINGS)[-1]
    assert (gone["finding_id"], gone["seen"], gone["snapshot_id"], gone["who"]) == ("f" * 32, "gone", snapshot_id, "build")
    assert [row["finding_id"] for row in json.loads(said(home, "findings", "list", "--status", "gone", "--json").stdout)] == ["f" * 32]


def test_calls_are_given_out_marked_and_counted(home: City) -> None:
    rows = json.loads(said(home, "outreach", "list", "--json").stdout)
    first, second = rows[0]["claim_id"], rows[1]["claim_id"]
    assert {row["net_ceiling_yuan"] for row in rows} - {row["net_ceiling_yuan"] for row in json.loads(said(home, "outreach", "list", "--hide-zero", "--json").stdout)} == {"0.00"}
    assert {bool(row["doubts"]) for row in rows} == {True, False}
    assert not any(row["doubts"] for row in json.loads(said(home, "outreach", "list", "--hide-doubtful", "--json").stdout))
    assert said(home, "outreach", "set", first[:8], second[:8], "--assignee", "王", "--next", "2026-01-05").stdout.strip() == "2 noted"
    assert {row["claim_id"] for row in json.loads(said(home, "outreach", "list", "--assignee", "王", "--due", "--json").stdout)} == {first, second}
    assert "--reason" in said(home, "outreach", "set", first, "--state", "declined").stderr
    assert said(home, "outreach", "set", first, "--state", "declined", "--reason", "not_wanted", "--why", "无意").returncode == 0
    last = entries(home.settings.decisions, CONTACTS)[-1]
    assert (last["state"], last["assignee"], last["next_on"], last["reason"]) == ("declined", "王", None, "not_wanted")
    whole = json.loads(said(home, "outreach", "progress", "--json").stdout)[-1]
    assert (whole["outreach_count"], whole["contacted_count"], whole["declined_count"]) == (len(rows), 1, 1)


def test_nobody_has_left_a_park_of_the_sample(home: City) -> None:
    """Its leases end after its day: the model has cases of its own (tests/policy/test_over_time.py)."""
    assert said(home, "outreach", "leavers").stdout.strip() == "nobody left"
    assert home.rows("select count(*) as n from fct_tenancy where moved_out_on <= cast(? as date)", home.result.as_of) == [{"n": 0}]
