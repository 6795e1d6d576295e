"""Days that run out: application windows as the text gives them, and the last day of conditions that count years."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.base.errors import PolicyError
from pipelines.policy.load import load_policies, load_policy
from pipelines.policy.row_types import ClauseRow
from pipelines.policy.rows import policy_rows
from pipelines.settings import PROJECT

TEXT = "对首次获评的企业给予奖励，每年3月1日至3月31日受理，逾期不予受理。有效期至2025年12月31日。"
VERSION = {
    "document": "draft", "coverage": {"status": "encoded"}, "quotes": ["对首次获评的企业给予奖励"],
    "trigger": {"event_kind": ["recognition"], "list": ["cmmi"]},
    "conditions": [{"id": "window", "says": "在有效期内", "operator": "at_most", "fact": "qualified_on", "value": date(2025, 12, 31), "quote": "有效期至2025年12月31日"}],
    "award": {"words": "最高10万元", "cap_yuan": 100_000},
}  # fmt: skip
YEARLY = {"says": "每年3月受理", "quote": "每年3月1日至3月31日受理", "yearly_first": "03-01", "yearly_last": "03-31"}


def law(folder: Path, window: dict[str, Any] | None) -> ClauseRow:
    """The one clause of an invented law with this window."""
    (folder / "measures").mkdir(parents=True, exist_ok=True)
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    head = {
        "policy_id": "p", "title": "示例政策",
        "documents": {"draft": {"title": "稿", "is_draft": True, "text": "text.txt", "first_day": date(2024, 1, 1), "last_day": date(2025, 12, 31), "last_checked_on": date(2025, 1, 1)}},
    }  # fmt: skip
    version = VERSION | ({"application_window": window} if window else {})
    clause = {"id": "1a", "title": {"zh": "示例", "en": "Example"}, "versions": [version]}
    measure = {"measure": 1, "title": "示例", "chapter": "一", "departments": ["工信局"], "clauses": [clause]}
    for name, content in (("policy", head), ("decisions", {"decisions": []}), ("measures/m01", measure)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return policy_rows([load_policy(folder)]).clause[0]


def test_a_window_the_text_gives_is_a_row_with_its_words(tmp_path: Path) -> None:
    row = law(tmp_path / "p", YEARLY)
    assert (row.window_says, row.window_quote, row.window_yearly_first, row.window_yearly_last) == ("每年3月受理", "每年3月1日至3月31日受理", "03-01", "03-31")
    assert law(tmp_path / "p", None).window_says is None


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (YEARLY | {"quote": "每年4月受理"}, "clause 1a, version draft, application_window: quote 「每年4月受理」 is not in text.txt"),
        ({**YEARLY, "yearly_last": "02-29"}, "yearly_last: '02-29' is not a day of each year. Write month and day in quotes"),
        ({**YEARLY, "yearly_last": "W05"}, "yearly_last: 'W05' is not a day of each year"),
        ({**YEARLY, "yearly_first": None}, "yearly_first: each year's window has both days. Add the one that is missing"),
        (YEARLY | {"within_months": 3}, "application_window: is told by one of last_day, yearly_last or within_months. Keep one of them"),
        ({"says": "随时", "quote": "每年3月1日至3月31日受理"}, "application_window: is told by one of last_day"),
        ({"says": "至", "quote": "每年3月1日至3月31日受理", "first_day": date(2025, 4, 1), "last_day": date(2025, 3, 1)}, "first_day: 2025-04-01 stands before no last_day"),
        (YEARLY | {"decision": "D99"}, "application_window, decision: D99 is not in decisions.yaml"),
        (YEARLY | {"opens": "03-01"}, "application_window, opens: this key is not known"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_refused_with_its_mend(tmp_path: Path, window: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError) as refused:
        law(tmp_path / "p", window)
    assert told in str(refused.value)


@pytest.mark.parametrize("city", ["wuxi", "wenzhou"])
def test_no_window_is_made_up_for_a_text_that_names_none(city: str) -> None:
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / city))
    assert {row.window_says for row in rows.clause} == {None}


def asked(clause: str, condition: str) -> str:
    """The last day of a condition of Wuxi's law, as SQL."""
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / "wuxi")).condition
    [found] = [row.due_sql for row in rows if row.clause_key == f"wuxi-software/draft/{clause}" and row.condition_id == condition]
    assert found
    return found


def due(sql: str, rows: Iterable[tuple[Any, ...]], columns: str) -> list[date | None]:
    with duckdb.connect() as con:
        values = ", ".join("(" + ", ".join("null" if one is None else str(one) if isinstance(one, int) else f"date '{one}'" for one in row) + ")" for row in rows)
        return [found and date.fromisoformat(str(found)[:10]) for (found,) in con.execute(f"select {sql} from (values {values}) as f ({columns})").fetchall()]


def test_three_years_end_on_the_same_day_of_the_year_and_only_while_it_has_not_happened() -> None:
    rows = [(None, "2023-05-01"), (None, "2024-02-29"), ("2024-01-01", "2023-05-01"), (None, None)]
    assert due(asked("2b", "within_three_years"), rows, "qualified_on, settled_on") == [date(2026, 5, 1), date(2027, 2, 28), None, None]


def test_rent_years_end_with_the_last_year_the_law_counts() -> None:
    rows = [(2024, 1), (2025, 2), (2025, 4)]
    assert due(asked("10b.2", "rent_year"), rows, "event_year, rent_year_number") == [date(2026, 12, 31), date(2026, 12, 31), date(2024, 12, 31)]


def test_only_conditions_that_count_years_or_ask_for_the_day_of_an_event_run_out() -> None:
    rows = policy_rows(load_policies(PROJECT / "data" / "policies" / "wuxi")).condition
    assert {(row.clause_key.rsplit("/", 1)[1], row.condition_id) for row in rows if row.due_sql} == {("2b", "within_three_years"), ("9d", "within_three_years"), ("10b.2", "rent_year")}
    assert {row.condition_id: row.last_day for row in rows if row.last_day} == {"window": date(2025, 12, 31)}
