"""The what-if page shows what `softcity whatif` says: same run, same numbers, and it ends when it takes too long."""

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from dashboard.access import accounts
from dashboard.app import create_app
from dashboard.errors import AnswerLate, EditRefused, LawBroken
from pipelines.base.snapshots import current_id
from pipelines.serving import law, options, run_whatif
from pipelines.settings import PROJECT, Settings
from tests.conftest import City
from tests.pages import shown, signed_in

EDIT = "set.6b.1.cap_wan=80"


@pytest.fixture(scope="module")
def client(city: City, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    accounts.add(file, "ana", "correct horse", "analyst")
    return signed_in(create_app(city.settings.published, file, **options(city.settings)), "ana", "correct horse")


@pytest.fixture(scope="module")
def said(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the command says to the same change."""
    file = tmp_path_factory.mktemp("edits") / "edits.yaml"
    file.write_text(yaml.safe_dump({"clauses": {"6b.1": {"award": {"cap_yuan": 800_000}}}}), encoding="utf-8")
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--home", str(city.settings.home)]
    done = subprocess.run([*command, "whatif", str(file), "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_law_is_read_once_and_again_when_a_file_of_it_changes(tmp_path: Path) -> None:
    policies = shutil.copytree(PROJECT / "data" / "policies" / "wuxi", tmp_path / "policies")
    first = law(policies)
    assert law(policies) is first
    file = next(policies.rglob("policy.yaml"))
    file.write_text(file.read_text(encoding="utf-8").replace(first.title, "另一个名称"), encoding="utf-8")
    assert law(policies).title == "另一个名称"


def test_a_law_that_does_not_hold_says_where_and_how_to_mend_it_until_it_is_mended(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "data" / "policies" / "wuxi", tmp_path / "data" / "policies" / "wuxi")
    terms = options(replace(Settings.load(tmp_path), data=tmp_path / "data"))["terms"]
    file = next((tmp_path / "data").rglob("measures/m06*.yaml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}  - [\n", encoding="utf-8")
    with pytest.raises(LawBroken, match=rf"software/measures/{file.name}, line [0-9]+: .*Mend the YAML there"):
        terms("wuxi-software", "draft")
    file.write_text(text, encoding="utf-8")
    assert terms("wuxi-software", "draft")


def rows_of(client: FlaskClient, table: str, query: str = EDIT) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(client.get(f"/export/{table}.csv?{query}").get_data().decode("utf-8-sig"))))
    start = lines.index([]) + 1
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def bound(shown: str) -> Decimal:
    """An upper bound as shown; where the text names no amount nothing adds to the sums the command tells."""
    return Decimal(0) if shown == "未载明" else Decimal(shown)


def test_the_page_says_what_the_command_says(client: FlaskClient, said: dict) -> None:
    clauses = {row["条款"]: row for row in rows_of(client, "whatif_clauses")}
    assert len(clauses) == len(said["by_clause"])
    for row in said["by_clause"]:
        shown = clauses[row["clause_id"]]
        for side, word in (("before", "改前"), ("after", "改后")):
            assert bound(shown[f"{word}上限（就高前）"]) == Decimal(row[side]["ceiling_before_overlap_yuan"])
            assert bound(shown[f"{word}上限"]) == Decimal(row[side]["ceiling_yuan"])
            assert int(shown[f"{word}符合"]) == row[side]["eligible_count"]
    firms = {row["企业"]: Decimal(row["变化"]) for row in rows_of(client, "whatif_firms")}
    assert firms == {row["enterprise_name"]: Decimal(row["change_yuan"]) for row in said["firms"]["gaining"] + said["firms"]["losing"]}
    assert len(rows_of(client, "whatif_moved")) == len(said["moved_claims"]) > 0
    districts = rows_of(client, "whatif_districts")
    assert sum(Decimal(row["变化"]) for row in districts) == Decimal(said["total"]["change"]["ceiling_yuan"])


def test_the_page_names_firms_and_claims_that_changed_sides(client: FlaskClient, said: dict) -> None:
    text = shown(client, "/whatif", f"?{EDIT}")
    assert f"{said['firms']['gaining_count']} 家" in text
    assert sum(claim["enterprise_name"] in text for claim in said["moved_claims"]) >= min(len(said["moved_claims"]), 12)
    assert "条文在本快照生成之后改过" not in text


def test_without_a_change_both_sides_are_the_snapshot(client: FlaskClient, city: City) -> None:
    shown = {row["条款"]: row["改后上限"] for row in rows_of(client, "whatif_clauses", "")}
    clauses = city.rows("select clause_id, ceiling_yuan, amount_status from mart_clause_uptake where document = 'draft' and claim_count > 0")
    for row in clauses:
        assert bound(shown[row["clause_id"]]) == row["ceiling_yuan"]
    unstated = {row["clause_id"] for row in clauses if row["amount_status"] in ("not_stated", "floor")}
    assert unstated == {clause for clause, words in shown.items() if words == "未载明"} != set()


def test_a_change_the_law_does_not_hold_with_is_refused_in_words(city: City, client: FlaskClient) -> None:
    snapshot = city.settings.published / (current_id(city.settings.published) or "")
    with pytest.raises(EditRefused, match="cap_yuan"):
        run_whatif(city.settings, snapshot, {"document": "draft", "6b.1.cap_wan": "-1"})
    assert client.get("/export/whatif_clauses.csv?set.6b.1.cap_wan=-1").status_code == 400


def test_a_run_that_takes_too_long_is_ended(city: City) -> None:
    snapshot = city.settings.published / (current_id(city.settings.published) or "")
    with pytest.raises(AnswerLate):
        run_whatif(city.settings, Path(snapshot), {"document": "draft", "6b.1.cap_wan": "80"}, seconds=0.05)
