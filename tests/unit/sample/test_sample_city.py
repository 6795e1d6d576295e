"""The invented city: the same every time, well-formed where it says so, and true to its own account."""

import csv
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.base.errors import SettingsError
from pipelines.reference_files import load_reference, title_words
from pipelines.sample import write_city
from pipelines.sample.names import brand, credit_code, is_valid_code, spoiled
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts

COMMITTED = PROJECT / "data" / "sample"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("sample")
    write_city(folder)
    return folder


@pytest.fixture(scope="module")
def truth(city: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((city / "truth.json").read_text("utf-8"))
    return told


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] in ("landing", "truth.json")
    }


def _registered_codes(folder: Path) -> list[str]:
    packed = folder / "landing" / "registrations" / "registrations_full_2025-12-31.csv.gz"
    with gzip.open(packed, "rt", encoding="utf-8", newline="") as stream:
        return [row["统一社会信用代码"] for row in csv.DictReader(stream)]


def test_the_same_seed_gives_the_same_bytes(city: Path, tmp_path: Path) -> None:
    write_city(tmp_path)
    assert _hashes(tmp_path) == _hashes(city)


def test_another_seed_gives_another_city(city: Path, tmp_path: Path) -> None:
    write_city(tmp_path, seed=7)
    assert _hashes(tmp_path) != _hashes(city)


def test_the_committed_sample_is_what_the_generator_writes(city: Path) -> None:
    assert _hashes(COMMITTED) == _hashes(city), "run: softcity sample data/sample"


def test_the_committed_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 1_700_000


def test_a_folder_with_real_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "real.csv").write_text("a", "utf-8")
    with pytest.raises(SettingsError, match="not a sample city"):
        write_city(tmp_path)


def test_every_source_has_a_file(city: Path) -> None:
    filled = {path.parent.name for path in (city / "landing").rglob("*") if path.is_file()} - {"landing"}
    assert filled == {source for source, contract in load_contracts().items() if contract.is_asked}, "no clause of the city asks for matters"


def test_the_landing_folder_says_that_it_is_invented(city: Path) -> None:
    assert "示例数据" in (city / "landing" / "SAMPLE").read_text("utf-8")


def test_every_list_and_every_format_occurs(city: Path) -> None:
    sidecars = [yaml.safe_load(path.read_text("utf-8")) for path in city.rglob("*.meta.yaml")]
    known = set(title_words(load_reference(PROJECT / "data" / "reference" / "wuxi")).values())
    assert {sidecar["list"] for sidecar in sidecars} == known - {"iso", "security_grade"}, "no clause of the city asks for these"
    assert {sidecar["stage"] for sidecar in sidecars} == {"公示", "公布"}
    endings = {path.name.partition(".")[2] for path in (city / "landing").rglob("*.*")}
    assert {ending for ending in endings if "meta" not in ending} == {"csv", "csv.gz", "json", "xls", "xlsx"}


def test_codes_have_right_check_digits_but_for_the_few_meant_to_be_wrong(city: Path, truth: dict[str, Any]) -> None:
    codes = _registered_codes(city)
    assert len(codes) == len(set(codes)) == truth["firms"]
    assert sum(map(is_valid_code, codes)) == truth["codes"]["valid"]
    assert truth["codes"]["bad_check"] > 0
    assert truth["codes"]["legacy"] > 0


def test_a_code_is_judged_by_both_its_check_digits() -> None:
    code = credit_code("320214", 12_345)
    assert is_valid_code(code)
    assert not is_valid_code(spoiled(code))
    assert not is_valid_code(code[:16] + ("0" if code[16] != "0" else "1") + code[17])


def test_no_two_brands_are_alike() -> None:
    assert len({brand(number)[0] for number in range(0, 200_000)}) == 200_000


def test_every_planted_case_has_a_name_of_its_own_and_a_registered_firm(city: Path, truth: dict[str, Any]) -> None:
    cases = truth["planted"]
    assert len({case["id"] for case in cases}) == len(cases)
    register = set(_registered_codes(city))
    assert all(case["firm_code"] in register for case in cases)


@pytest.mark.slow
def test_a_large_city_is_written_as_plain_files_and_keeps_its_size(tmp_path: Path) -> None:
    write_city(tmp_path, firms=21_000)
    files = json.loads((tmp_path / "truth.json").read_text("utf-8"))["files"]
    assert files["registrations/registrations_full_2025-12-31.csv.gz"]["loaded"] == 21_000
    assert not any("2025-11-30.csv.gz" in file for file in files)
