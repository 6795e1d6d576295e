"""`softcity check` of a city with a fault in each of twenty files: one message each, all of one run."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.settings import PROJECT, Settings

POLICY, MEASURES, CITY, NATIONAL = (
    "policies/wuxi/software", "policies/wuxi/software/measures", "reference/wuxi", "reference/national",
)  # fmt: skip
BROKEN = [
    # file, words and what they become, what is told
    (f"{CITY}/divisions.yaml", "order: 2,", "order: 1,", "reference/wuxi/divisions.yaml, the file, divisions: order 1 stands in several divisions. Leave it in one."),
    (f"{CITY}/titles.yaml", "title: 飞凤奖, ", "", "reference/wuxi/titles.yaml, title feifeng, title: this key is missing. Add it."),
    (f"{CITY}/categories.yaml", "grounds: investment}", "grounds: payment}", "reference/wuxi/categories.yaml, category open_source_settlement, grounds: 'payment' does not exist."),
    (f"{CITY}/targets.yaml", "indicator: null, title: 软件与信息", "indicator: city_scale, title: 软件与信息", "reference/wuxi/targets.yaml, target software_cluster_scale, indicator: 'city_scale' does not exist."),
    (f"{CITY}/more.yml", "", "a: 1\n", "reference/wuxi/more.yml: is no file of reference data. Use one of divisions.yaml, titles.yaml"),
    (f"{NATIONAL}/titles.yaml", "rank: grade_down\n", "rank: grade_dwn\n", "reference/national/titles.yaml, title itss, rank: 'grade_dwn' does not exist."),
    (f"{NATIONAL}/indicators.yaml", "threshold: 1000", "threshold: 千亿", "reference/national/indicators.yaml, indicator city_revenue, threshold"),
    (f"{NATIONAL}/markets.yaml", "market: overseas", "market: abroad", "reference/national/markets.yaml, market 4, market: 'abroad' does not exist."),
    (f"{NATIONAL}/benchmarks.yaml", "measure: profit,", "measure: profits,", "reference/national/benchmarks.yaml, series sw.profit, measure"),
    (f"{POLICY}/policy.yaml", "value: {setting: D8}", "value: {setting: D88}", "software/policy.yaml, condition scope, value: D88 is not in decisions.yaml. Add it there or correct the id."),
    (f"{POLICY}/decisions.yaml", "quote: 自主可控核心能力", "quote: 自主可控核心本领", "software/decisions.yaml, decision D13: quote 「自主可控核心本领」 is not in draft.txt. Copy it verbatim."),
    (f"{POLICY}/issued-seen.txt", None, None, "software/policy.yaml, documents, issued, text: issued-seen.txt is not in software/. Put the text there or correct the name."),
    (f"{MEASURES}/m01-core-technology.yaml", "status: partly", "status: half", "software/measures/m01-core-technology.yaml, clause 1a, version draft, coverage, status: 'half' does not exist."),
    (f"{MEASURES}/m02-open-source.yaml", "group: [2b], decision: D3", "group: [2b], decision: D33", "software/measures/m02-open-source.yaml, clause 2b, version draft, once, decision: D33 is not in decisions.yaml."),
    (f"{MEASURES}/m03-platforms.yaml", "operator: always_review,", "operator: always_review, fact: mood,", "software/measures/m03-platforms.yaml, clause 3a, version draft, condition case_by_case, fact: 'mood' does not exist."),
    (f"{MEASURES}/m04-headquarters.yaml", "operator: at_least", "operator: atleast", "software/measures/m04-headquarters.yaml, clause 4a, version draft, condition capital, operator: 'atleast' does not exist."),
    (f"{MEASURES}/m06-specialised-sme.yaml", "cap_yuan: 300_000", "cap_yuan: 30万", "software/measures/m06-specialised-sme.yaml, clause 6b.2, version draft, award, cap_yuan: '30万' is not a figure."),
    (f"{MEASURES}/m10-parks.yaml", "base: rent_yuan", "base: rent_year_number", "software/measures/m10-parks.yaml, clause 10b.2, version draft, award, base: 'rent_year_number' is not a fact in yuan."),
    (f"{MEASURES}/m11-standards.yaml", "when: {list: [cmmi]}", "when: {lists: [cmmi]}", "software/measures/m11-standards.yaml, clause 11b, version draft, condition cmmi_grade, when, lists: is nothing to select events by."),
    (f"{POLICY}/cases/m07-innovative-firms.yaml", "then: [eligible", "then: [payable", "software/cases/m07-innovative-firms.yaml, "),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What one run says of a city with all these faults."""
    data = tmp_path_factory.mktemp("data")
    for part in ("policies/wuxi", CITY, NATIONAL):
        shutil.copytree(PROJECT / "data" / part, data / part)
    for file, words, become, _ in BROKEN:
        _break(data / file, words, become)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Settings, "load", classmethod(lambda cls, *_: Settings(home=data, landing=data / "landing", data=data)))
        result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    return result.output.removeprefix("error: ").splitlines()


def _break(path: Path, words: str | None, become: str | None) -> None:
    if words is None:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8") if words else ""
    assert words in text
    path.write_text(text.replace(words, str(become), 1), encoding="utf-8")


@pytest.mark.parametrize("message", [pytest.param(message, id=file) for file, _, _, message in BROKEN])
def test_a_fault_is_one_message_with_file_key_and_mend(message: str, told: list[str]) -> None:
    [line] = [line for line in told if line.startswith(message)]
    assert line.endswith("."), line


def test_twenty_faults_are_twenty_messages_of_one_run(told: list[str]) -> None:
    assert len(BROKEN) == 20
    assert [line for line in told if not any(line.startswith(message) for *_, message in BROKEN)] == []
    assert len(told) == 20
