"""Sentences and cards: their figures are those of the rows, what is lacking has its word, a change is between two days."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import reading_as
from small_city import build

from dashboard.access.accounts import User
from dashboard.components import number
from dashboard.query import ask, ask_one
from dashboard.reports import reading
from dashboard.snapshot import Snapshots
from dashboard.summaries import Strong, Sum, audit, firms, outreach, overview, parks, policy, whatif
from dashboard.tables import TABLES
from dashboard.tables.policy import clauses
from dashboard.view import View


@pytest.fixture
def analyst(published: Path) -> Iterator[None]:
    with reading_as(published, "analyst"):
        yield


def strong(sentence: list[str]) -> list[str]:
    return [piece for piece in sentence if isinstance(piece, Strong)]


def test_the_overview_says_what_the_table_of_measures_adds_up_to(analyst) -> None:
    rows = [row for row in TABLES["measure_uptake"].each(View()) if row["count_status"] == "known"]
    claims, paid = (sum(row[key] for row in rows) for key in ("eligible_count", "paid_count"))
    standing = overview.standing(View())
    assert standing is not None
    assert strong(overview.sentence(standing))[:2] == [f"{claims:,} 项", f"{paid:,} 项"]
    cards = {card.key: card for card in overview.cards(standing, View())}
    assert cards["eligible"].value == f"{claims:,}"
    assert cards["money"].full == number.full_yuan(sum(row["paid_yuan"] for row in rows))
    assert len(cards["paid"].trend) == 24
    assert cards["paid"].trend[-1][0] == "2025-12"


def test_a_sum_is_rounded_in_a_sentence_and_carries_all_its_digits(analyst) -> None:
    standing = overview.standing(View())
    assert standing is not None
    [unclaimed] = [piece for piece in overview.sentence(standing) if isinstance(piece, Sum)]
    assert (unclaimed, unclaimed.full) == (
        number.yuan(standing.uptake["outreach_yuan"]), number.full_yuan(standing.uptake["outreach_yuan"])
    )


def test_the_findings_lead_only_those_on_who_may_open_them(published: Path) -> None:
    for role, parks_of, opens in (("auditor", (), True), ("operator", ("P001",), False)):
        with reading_as(published, role, *parks_of):
            view = View("/", {"park": "P001"})
            standing = overview.standing(view)
            assert standing is not None
            findings = next(card for card in overview.cards(standing, view) if card.key == "findings")
            assert bool(findings.href) == opens


def test_where_nothing_can_be_counted_the_sentence_says_so_and_gives_no_rate(analyst) -> None:
    standing = overview.standing(View())
    assert standing is not None
    row = number.told({**standing.uptake, "count_status": "not_encoded"})
    kinds = {"award": overview.UNTOLD, "rent": overview.UNTOLD}
    lacking = overview.Standing(row, kinds, standing.months, standing.attention, standing.last, standing.basis)
    assert strong(overview.sentence(lacking)) == ["未编入"]
    eligible, paid = overview.cards(lacking, View())[:2]
    assert (eligible.value, eligible.foot, paid.value, paid.foot) == ("未编入", None, "尚不可知", None)


def test_measures_count_their_clauses_and_those_nobody_applied_for(analyst) -> None:
    listed = clauses(View())
    eligible = [row for row in listed if row["eligible_count"]]
    idle = [row for row in eligible if row["applied_count"] == 0]
    assert strong(policy.measures(listed, ask("measures_other")))[:2] == [f"{len(eligible)} 条", f"{len(idle)} 条"]
    assert strong(policy.measures([{**row, "applied_count": None} for row in listed], []))[1] == "尚不可知 条"


def test_a_clause_leads_to_those_who_did_not_apply(analyst) -> None:
    row = next(row for row in ask("clause_uptake") if row["outreach_count"])
    said = policy.clause(row, View())
    assert said[-1].href == f"/outreach?clause={row['clause_id']}"
    assert policy.clause({**row, "outreach_count": 0}, View()) == said[:-1]


def test_a_parks_figures_are_those_of_its_row(analyst) -> None:
    row = ask_one("park_list", park="P001")
    assert strong(parks.park(row))[0] == f"{row['eligible_count'] + row['rent_eligible_count']:,} 项"
    assert [card.value for card in parks.cards(row, View())][:2] == [f"{row['tenant_count']:,}", number.rate(row["occupancy_rate"])]
    withheld = parks.parks([{**row, "is_median_withheld": True}])
    assert strong(withheld)[:2] == ["尚不足五个园区，不显示", "— 个"]


def test_firms_found_are_counted_under_filters_alone(analyst) -> None:
    everyone = TABLES["firm_list"].fetch(View(), limit=1)[1]
    narrowed = View.read("/firms", "?firm_list.claim_count__above=1000")
    assert strong(firms.firms(narrowed)) == strong(firms.firms(View())) == [f"{everyone:,} 家"]
    assert "“无锡”查到企业" in "".join(firms.firms(View.read("/firms", "?q=无锡")))


def test_what_files_never_told_of_is_not_nothing(analyst) -> None:
    claim = {"outcome": "eligible", "is_applied": None, "is_outreach": None}
    assert "".join(firms.firm([claim], None)).count("尚不可知") == 3
    team = {"own_yuan": 0, "amount_yuan": 100_000}
    assert "已拨付合计 0，另拨付其他收款方 10.0 万元" in "".join(firms.firm([], [team]))
    none = {"finding_count": 0, "note_count": 0, "paid_yuan": None, "short_yuan": None}
    assert "".join(audit.audit(none, {"have_payments": False})).count("尚不可知") == 4
    assert "尚不可知" not in "".join(audit.audit(none, {"have_payments": True}))
    assert outreach.outreach({}, "没有申报文件") == ["没有申报文件"]


def test_a_what_if_says_before_after_and_the_difference(analyst) -> None:
    keys = ("ceiling_yuan", "ceiling_before_overlap_yuan", "open_ceiling_yuan", "eligible_count")
    total = {side: dict.fromkeys(keys, value) for side, value in (("before", 300_000), ("after", 200_000), ("change", -100_000))}
    answer = {"total": total, "firms": {"gaining_count": 0, "losing_count": 2}, "moved_claims": [{}]}
    said = "".join(whatif.whatif(answer, 1))
    assert "30.0 万元" in said
    assert "-10.0 万元" in said
    money, *_, claims = whatif.cards(answer)
    assert (money.value, money.full) == ("20.0 万元", "200,000.00 元")
    assert money.foot.endswith("-10.0 万元")
    assert claims.foot.endswith("-100,000")


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city whose November was published before its December, of fewer claims."""
    published = tmp_path_factory.mktemp("two")
    november = build(published, "20251130-0001", claims=300) / "manifest.json"
    told = json.loads(november.read_text(encoding="utf-8")) | {"as_of": "2025-11-30", "built_on": "2025-12-02"}
    november.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    build(published, "20251231-0002", seed=8)
    return published


def test_month_on_month_is_the_difference_of_what_both_months_published(two_months: Path) -> None:
    snapshots = Snapshots(two_months)

    def of(snapshot_id: str) -> overview.Standing:
        with reading(snapshots, snapshots.get(snapshot_id), User("x", "analyst")):
            standing = overview.standing(View())
            assert standing is not None
            changes.append([card.change for card in overview.cards(standing, View())])
            return standing

    changes: list[list[str | None]] = []
    now, then = of("20251231-0002"), of("20251130-0001")
    assert now.basis.startswith("“较上月末”与已发布的快照相比：数据截至 2025-11-30，生成于 2025-12-02")
    assert "按现有数据回算" in then.basis, "nothing was published of October"
    assert changes[0][0] == f"较上月末 {now.uptake['eligible_count'] - then.uptake['eligible_count']:+,}"
    assert changes[0][2] == f"较上月末 {number.signed_yuan(now.uptake['paid_yuan'] - then.uptake['paid_yuan'])}"
