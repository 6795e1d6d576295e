"""Reference data of a city: what is broken is refused, told where, what and how to mend it; what is optional may be missing."""

import shutil
from pathlib import Path

import pytest

from pipelines.base.errors import CityError
from pipelines.policy.vocabulary import vocabulary
from pipelines.reference import reference_rows
from pipelines.reference_files import category_words, load_reference, title_words
from pipelines.settings import PROJECT
from pipelines.sources.contract import load_contracts

WUXI = PROJECT / "data" / "reference" / "wuxi"
DIVISIONS, TITLES, CATEGORIES, TARGETS = "divisions.yaml", "titles.yaml", "categories.yaml", "targets.yaml"
SHARED, INDICATORS = "national/titles.yaml", "national/indicators.yaml"
URBAN = "is_urban: true, heads: [锡山区], tile: [2, 1]}"

# What breaks, where, the words and what they become, and what is told.
BROKEN = [
    ("an unknown key", DIVISIONS, "retired_codes:", "retired_cods:",
     "retired_cods: this key is not known. Remove it or correct its spelling."),
    ("a code without quotes", DIVISIONS, 'code: "320205"', "code: 320205",
     "division 320205, code: 320205 is not text. Put it in quotes."),
    ("no division code", DIVISIONS, 'code: "320205"', 'code: "32020"',
     "division 32020, code: '32020' is no division code. Write six digits in quotes"),
    ("one code twice", DIVISIONS, 'code: "320206"', 'code: "320205"',
     "divisions: code 320205 stands in several divisions. Leave it in one."),
    ("one place twice", DIVISIONS, "order: 2,", "order: 1,", "divisions: order 1 stands in several divisions."),
    ("one head twice", DIVISIONS, "heads: [惠山区]", "heads: [锡山区]", "divisions: heads 锡山区 stands in several divisions."),
    ("a zone in no division", DIVISIONS, 'part_of: "320211"', 'part_of: "320299"',
     "divisions: 320211-JK is part_of 320299, which is no whole division. Correct the code."),
    ("a code retired into nothing", DIVISIONS, '"320202": "320213"', '"320202": "320299"',
     "retired_codes: 320202 → 320299 must lead from a code of the past to one of divisions."),
    ("a division without a tile", DIVISIONS, ", tile: [2, 1]", "", "each has a tile of its own on the map, or none has any."),
    ("two divisions on one tile", DIVISIONS, "tile: [2, 1]", "tile: [1, 1]", "each has a tile of its own on the map, or none has any."),
    ("no name of the city", DIVISIONS, "name: 无锡, ", "", "city, name: this key is missing. Add it."),
    ("a rank that is none", SHARED, "rank: grade_down", "rank: grade_dwn", "title itss, rank: 'grade_dwn' does not exist. Use 'level', 'grade_up' or 'grade_down'."),
    ("a list without a title", TITLES, "title: 飞凤奖, ", "", "title feifeng, title: this key is missing. Add it."),
    ("one list twice", SHARED, "list: internet_top100", "list: software_top100", "list software_top100 stands 2 times."),
    ("one word for two lists", TITLES, "title: 飞凤奖,", "title: 软件名园,", "title feifeng, words: 软件名园 names park_title as well. Leave it to one of them."),
    ("a pattern that is none", SHARED, "short_of: 培育|试点", "short_of: 培育|(试点", "'培育|(试点' is no pattern"),
    ("a rung of a title nobody gives", TITLES, "titles:\n", "ladder: [{rung: a, title: 甲, titles: [{list: feifeng, level: national}]}]\ntitles:\n",
     "ladder, rung a: feifeng national is no title of the lists. Correct it."),
    ("a rung that nothing stands on", SHARED, "title: 上市, is_listing: true", "title: 上市", "rung listed: it has titles or is_listing: true. Name one of the two"),
    ("one title on two rungs", SHARED, "titles: [{list: software_title, level: provincial}]", "titles: [{list: software_title, level: national}]",
     "ladder: software_title national stands on two rungs. Leave it on one"),
    ("a list that every city has", TITLES, "list: feifeng", "list: cmmi", "title cmmi: stands in reference/national/titles.yaml, for every city. Take it out here; words of it go there."),
    ("one category twice", CATEGORIES, "category: open_source,", "category: core_technology,", "category core_technology stands 2 times."),
    ("one word for two categories", CATEGORIES, "title: 开源}", "title: 核心技术攻关}", "category open_source, words: 核心技术攻关 names core_technology as well. Leave it to one of them."),
    ("a category that grounds nothing", CATEGORIES, "grounds: investment}", "grounds: payment}", "category open_source_settlement, grounds: 'payment' does not exist. Use 'project' or 'investment'"),
    ("an indicator nobody counts", INDICATORS, "id: city_revenue", "id: city_revenu", "indicator city_revenu, id: 'city_revenu' does not exist. Use 'city_revenue'"),
    ("a threshold in words", INDICATORS, "threshold: 1000", "threshold: 千亿", "threshold"),
    ("a year in words", INDICATORS, "series_breaks: [2021]", "series_breaks: [none]", "series_break 1: 'none' is not a whole number."),
    ("a target of nothing that is counted", TARGETS, "indicator: null, title: 软件与信息", "indicator: city_scale, title: 软件与信息",
     "indicator: 'city_scale' does not exist."),
    ("a target without its document", TARGETS, "document: 无锡“465”现代产业集群（国际在线 2023-02-15）, ", "", "document: this key is missing. Add it."),
    ("no YAML", INDICATORS, "indicators:\n", "indicators: [\n", "Mend the YAML there."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "words", "become", "told"), [pytest.param(*case[1:], id=case[0]) for case in BROKEN])
def test_broken_reference_data_is_refused(tmp_path: Path, file: str, words: str, become: str, told: str) -> None:
    folder = Path(shutil.copytree(WUXI, tmp_path / "wuxi"))
    shutil.copytree(WUXI.parent / "national", tmp_path / "national")
    path = tmp_path / file if "/" in file else folder / file
    text = path.read_text(encoding="utf-8")
    assert words in text
    path.write_text(text.replace(words, become, 1), encoding="utf-8")
    with pytest.raises(CityError) as caught:
        load_reference(folder)
    assert str(caught.value).startswith(f"reference/{path.relative_to(tmp_path).as_posix()}")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value), "one fault, one message"


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / DIVISIONS).write_text("city: {name: 丙, province: 丁}\n", encoding="utf-8")
    (tmp_path / TITLES).write_text("titles: [{list: a}]\n", encoding="utf-8")
    (tmp_path / "titels.yml").write_text("", encoding="utf-8")
    with pytest.raises(CityError) as caught:
        load_reference(tmp_path)
    told = str(caught.value).splitlines()
    assert [line.partition(": ")[0].partition("/")[2].partition("/")[2] for line in told] == [
        "divisions.yaml, city, code_prefix", "divisions.yaml, divisions", "titles.yaml, title a, title", "titles.yaml, title a, rank",
        "titels.yml",
    ]  # fmt: skip


def test_a_city_without_its_folder_or_its_divisions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CityError, match=r"no reference data of this city\. Add the folder with a divisions\.yaml"):
        load_reference(tmp_path / "nowhere")
    with pytest.raises(CityError, match=r"divisions\.yaml: is missing\. Create it\."):
        load_reference(tmp_path)


def test_what_is_optional_may_be_missing(tmp_path: Path) -> None:
    text = 'city: {name: 丙, province: 丁, code_prefix: "9901"}\ndivisions:\n  - {code: "990101", name: 甲区, order: 1, is_urban: true, heads: [甲区]}\n'
    (tmp_path / DIVISIONS).write_text(text, encoding="utf-8")
    assert {name for name, rows in vars(reference_rows(tmp_path)).items() if rows} == {"city", "division", "division_head"}
    [division] = reference_rows(tmp_path).division
    assert (division.tile_column, division.tile_line) == (0, 0), "the map lays out in their order what has no place"


def test_every_city_has_the_lists_of_the_country_and_of_its_province(tmp_path: Path) -> None:
    lists = {city: set(title_words(load_reference(WUXI.parent / city)).values()) for city in ("wuxi", "wenzhou")}
    assert lists["wuxi"] & lists["wenzhou"] >= {"cmmi", "specialised_sme", "software_top100"}
    assert lists["wuxi"] - lists["wenzhou"] == {"feifeng", "park_field_honour", "software_title", "xinchuang_benchmark", "xinchuang_case"}
    assert lists["wenzhou"] - lists["wuxi"] == {"hidden_champion", "product_certificate"}


def test_a_rung_that_no_list_of_the_city_stands_on_is_none_of_its_ladder() -> None:
    rungs = {city: [rung.rung for rung in load_reference(WUXI.parent / city).titles.ladder] for city in ("wuxi", "wenzhou")}
    assert rungs["wuxi"] == ["listed", "single_champion", "little_giant", "provincial_sme", "national_software", "provincial_software"]
    assert rungs["wenzhou"] == ["listed", "single_champion", "little_giant", "hidden_champion", "provincial_sme"]


def test_a_new_category_of_projects_is_an_entry_of_the_city(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(WUXI, tmp_path / "wuxi"))
    text = (folder / CATEGORIES).read_text(encoding="utf-8")
    (folder / CATEGORIES).write_text(text + "  - {category: computing_power, title: 算力券, words: [算力补贴]}\n", encoding="utf-8")
    assert category_words(load_reference(folder))["算力补贴"] == "computing_power"
    [column] = [one for one in load_contracts(reference=folder)["projects"].columns if one.name == "category"]
    assert column.choices["算力券"] == "computing_power"
    assert "computing_power" in vocabulary(folder).words["category"]
