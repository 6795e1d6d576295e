"""What is asked of matching, on the labelled real names."""

import csv
import gzip
from pathlib import Path

import pytest

from pipelines.identity.match_files import match_files
from tests.conftest import SHARED

LABELLED, REGISTRY = SHARED / "matching" / "name_matching_dev.csv", SHARED / "matching" / "matching_registry_wuxi.csv.gz"
pytestmark = pytest.mark.skipif(
    not LABELLED.is_file(), reason=f"the labelled real names may not be copied into the project and are not at {LABELLED}"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_no_automatic_match_is_wrong_and_the_right_firm_is_among_the_first_three(tmp_path: Path) -> None:
    match_files(LABELLED, REGISTRY, tmp_path / "out.csv")
    pairs = [(row["uscc_or_empty"], found) for row, found in zip(rows(LABELLED), rows(tmp_path / "out.csv"), strict=True)]
    positives = [(meant, found) for meant, found in pairs if meant]
    assert [found["list_name"] for meant, found in pairs if found["code"] not in ("", meant)] == []
    assert sum(found["decision"] == "auto" for _, found in positives) / len(positives) >= 0.65
    assert sum(meant in found["candidates"].split("|")[:3] for meant, found in positives) / len(positives) >= 0.93


def test_of_all_listed_companies_just_those_of_the_register_are_taken(tmp_path: Path) -> None:
    match_files(SHARED / "lists" / "a_share_2021-10.csv", REGISTRY, tmp_path / "out.csv")
    with gzip.open(REGISTRY, "rt", encoding="utf-8-sig") as file:
        registered = {row["name"] for row in csv.DictReader(file)}
    taken = [row for row in rows(tmp_path / "out.csv") if row["decision"] == "auto"]
    waiting = [row for row in rows(tmp_path / "out.csv") if row["decision"] == "review"]
    assert len(taken) == 29
    assert {row["list_name"] for row in taken} <= registered
    assert len(waiting) < 200   # of 4,654: a national list does not flood the review
