"""`softcity explain` for a firm of every clause, and what is said of an older snapshot."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pipelines.base.errors import SnapshotMissing, SoftcityError
from pipelines.base.snapshots import FORMAT, current_id, marts_of
from pipelines.explain import MARKS, OUTCOMES, explain, sentences
from pipelines.policy.diff import diff_snapshots
from pipelines.policy.load import load_policies
from pipelines.policy.versions import conditions_of
from pipelines.settings import PROJECT
from tests.conftest import City

POLICY = load_policies(PROJECT / "data" / "policies" / "wuxi")[0]
COMPUTING = [
    (clause.id, version) for measure in POLICY.measures for clause in measure.clauses
    for version in clause.versions if version.document == "draft" and version.trigger
]  # fmt: skip


@pytest.mark.parametrize(("clause_id", "version"), COMPUTING, ids=[clause_id for clause_id, _ in COMPUTING])
def test_a_claim_of_each_clause_is_explained_to_the_word(clause_id: str, version: object, city: City) -> None:
    firms = city.rows(
        "select enterprise_id from fct_claim where document = 'draft' and clause_id = ? order by outcome, enterprise_id limit 1",
        clause_id,
    )
    if not firms:
        firm = city.rows("select enterprise_id from dim_enterprise order by 1 limit 1")[0]["enterprise_id"]
        with pytest.raises(SoftcityError, match=f"no record on file grounds a claim of clause {clause_id} as of 2025-12-31"):
            explain(city.settings.published, firm, clause_id)
        return
    claims = explain(city.settings.published, firms[0]["enterprise_id"], clause_id)
    claim = next(claim for claim in claims if claim["document"] == "draft")
    text = "\n".join(sentences([claim]))
    assert f"结论：{OUTCOMES[claim['outcome']]}" in text
    if clause_id.startswith("10"):
        assert f"{claim['event_title']}，{claim['park_name']}，{claim['qualified_on']}（" in text
    asked = conditions_of(POLICY, version)  # type: ignore[arg-type]
    assert [condition["condition_id"] for condition in claim["conditions"]] == [condition.id for condition in asked]
    for told, condition in zip(claim["conditions"], asked, strict=True):
        assert f"{MARKS[told['outcome']]} {condition.says}：{told['value_seen'] or '无数据'}（需：{told['value_needed']}）" in text
        if condition.quote:
            assert f"原文「{condition.quote}」" in text
        if condition.decision:
            says = next(decision.says for decision in POLICY.decisions if decision.id == condition.decision)
            assert f"按默认解读 {condition.decision}：{says}" in text
    for quote in version.quotes:  # type: ignore[attr-defined]
        assert f"原文：「{quote}」" in text
    assert "征求意见稿" in text
    if claim["floor_yuan"] is not None:
        assert "下限：" in text
    elif claim["ceiling_yuan"] is None:
        assert "上限：未知。" in text
        assert "未载明" in text or "计算基数未知" in text
    else:
        assert f"上限：{claim['ceiling_yuan']:,.2f} 元，不是应付金额（上限：{version.award.words}" in text  # type: ignore[attr-defined]
    if version.is_selective:  # type: ignore[attr-defined]
        assert "分档择优，非当然享受" in text


def test_two_days_are_told_with_what_they_are(city: City) -> None:
    asked = "select distinct condition_id, value_seen from fct_claim_condition where condition_id in ('within_three_years', 'recognised')"
    day, told = r"\d{4}-\d\d-\d\d", {row["value_seen"]: row["condition_id"] for row in city.rows(asked)}
    counted_from = re.compile(rf"{day}（(自 {day} (注册|迁入)起|代码由外地核发，未载迁入日期)）")
    compared_with = re.compile(rf"{day}（对照 \d{{4}}-12-31）")
    assert set(told.values()) == {"within_three_years", "recognised"}
    for words, condition_id in told.items():
        assert (counted_from if condition_id == "within_three_years" else compared_with).fullmatch(words), words


def test_a_snapshot_of_another_format_is_refused_in_words(city: City, tmp_path: Path) -> None:
    now = current_id(city.settings.published) or ""
    published = tmp_path / "published"
    shutil.copytree(city.settings.published / now, published / now)
    shutil.copytree(city.settings.published / now, published / "20240101-0001")
    old = published / "20240101-0001" / "manifest.json"
    old.write_text(json.dumps(json.loads(old.read_text(encoding="utf-8")) | {"format": FORMAT - 1, "snapshot_id": "20240101-0001"}))
    said = f"20240101-0001: its marts are of format {FORMAT - 1}, this Softcity reads {FORMAT}"
    with pytest.raises(SnapshotMissing, match=said):
        diff_snapshots(published, "20240101-0001", now)
    with pytest.raises(SnapshotMissing, match=said):
        marts_of(published, "20240101-0001")   # what `whatif --snapshot` reads
    (published / "CURRENT").write_text("20240101-0001\n")
    with pytest.raises(SnapshotMissing, match=r"softcity build"):
        explain(published, "91320214X00000086P", "6b.1")
