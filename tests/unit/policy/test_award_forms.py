"""An award put wrongly is refused with file, clause, key and mend, all of a run at once; what is put rightly can be changed by a what-if."""

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.base.errors import PolicyError
from pipelines.policy.load import load_policy
from pipelines.policy.model import Policy
from pipelines.policy.program import QuantityTerm
from pipelines.policy.rows import policy_rows
from pipelines.policy.self_check import answer
from pipelines.policy.terms import edits_of, terms
from pipelines.policy.whatif import apply_edits
from pipelines.settings import PROJECT
from tests.policy.models import ask_model

HEAD = "software/policy.yaml"
M02 = "software/measures/m02-growth.yaml"
W22 = f"{M02}, clause w2.2, version seen"
ORIGINAL = PROJECT / "data" / "policies" / "wenzhou" / "software"
ALL = {"id": "all", "says": "单个企业合计最高500万元", "document": "seen", "clauses": ["w2.1", "w2.2"], "per": "enterprise", "cap_yuan": 5_000_000, "quote": "enter 百强 200万"}


def parts(*shares: float, **of_each: Any) -> list[dict[str, Any]]:
    return [{"share": share, "says": "一期", **of_each} for share in shares]


def ranks(first: float) -> dict[str, Any]:
    return {"id": "rank", "says": "注册资本居前列", "operator": "ranks_within", "fact": "registered_capital_yuan", "value": first}


# What is written of clause w2.2, and the message.
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"award": {"over": {"yuan": 5}, "cap_yuan": 5}}, f"{W22}, award, over: speaks of the base that a rate takes a share of. Add rate and base, or take it out."),
    ({"award": {"rate": 0.1, "base": "revenue_yuan", "over": {}}}, f"{W22}, award, over, yuan: stands beside of, or neither is given. Give one of the two."),
    ({"award": {"rate": 0.1, "base": "revenue_yuan", "over": {"yuan": 5, "rate": 0.2}}}, f"{W22}, award, over, rate: is a share of a sum. Name the sum with of."),
    ({"award": {"rate": 0.1, "base": "revenue_yuan", "over": {"of": "staff_count"}}}, f"{W22}, award, over, of: 'staff_count' is not a fact in yuan. Use one of"),
    ({"award": {"quantity": "staff_count", "each": {"every": 0, "amount_yuan": 5}}}, f"{W22}, award, each, every: 0 is too low. It must be above 0."),
    ({"award": {"quantity": "staff_count", "steps": []}}, f"{W22}, award, quantity: each or steps need one, and it needs one of them. Add what is missing."),
    ({"award": {"quantity": "staff_count", "steps": [{"at_least": 5, "amount_yuan": 1}, {"at_least": 5, "amount_yuan": 2}]}}, f"{W22}, award, steps: step 2 starts at 5, not above 5."),
    ({"instalments": parts(0.4, 0.3, 0.2)}, f"{W22}, instalments: the shares add up to 0.9, not to 1. Correct them"),
    ({"instalments": parts(0.4, 0.3, 0.31)}, f"{W22}, instalments: the shares add up to 1.01, not to 1."),
    ({"instalments": parts(1)}, f"{W22}, instalments: one part is the whole award. Add the others, or take it out."),
    ({"instalments": parts(0.5, 0.5, after_years=1)}, f"{W22}, instalment 一期, after_years: goes with day_of_year. Add the one that is missing."),
    ({"instalments": parts(0.5, 0.5, after_months=6, after_years=1, day_of_year="06-30")}, f"{W22}, instalment 一期, after_months: stands beside after_years. Give one of the two."),
    ({"instalments": parts(0.5, 0.5, after_months=-1)}, f"{W22}, instalment 一期, after_months: -1 is too low. It must be 0 or more."),
    ({"instalments": parts(0.5, 0.5, forfeits="rest")}, f"{W22}, instalment 一期, forfeits: a part without conditions loses nothing. Add conditions, or take it out."),
    ({"instalments": parts(0.5, 0.5, conditions=[{"id": "first_time", "says": "再问", "operator": "is_known", "fact": "qualified_on"}])}, f"{W22}: condition first_time stands 3 times."),
    ({"instalments": parts(0.5, 0.5, quote="分两期")}, f"{W22}, instalment 一期: quote 「分两期」 is not in seen.txt. Copy it verbatim."),
    ({"instalments": parts(0.5, 0.5, decision="W9")}, f"{W22}, instalment 一期, decision: W9 is not in decisions.yaml."),
    ({"award": {"share_of": {"clause": "w2.9", "by": "enterprise", "rate": 0.1}}}, f"{W22}, award, share_of, clause: w2.9 is not a clause. Correct the id."),
    ({"award": {"share_of": {"clause": "w2.2", "by": "enterprise", "rate": 0.1}}}, f"{W22}, award, share_of, clause: w2.2 → w2.2 runs in a circle. Reckon one of them from something else."),
    ({"award": {"share_of": {"clause": "w2.1", "by": "event", "rate": 0.1}}}, f"{W22}, award, share_of, by: no event grounds both this clause and w2.1. Use enterprise_year or enterprise."),
    ({"award": {"share_of": {"clause": "w2.1", "by": "project", "rate": 0.1}}}, f"{W22}, award, share_of, by: this clause or w2.1 is about no project."),
    ({"award": {"share_of": {"clause": "w2.1", "by": "enterprise", "rate": 1.1}}}, f"{W22}, award, share_of, rate: 1.1 is too high. It must be 1 or less."),
    ({"award": {"share_of": {"clause": "w2.1", "by": "enterprise", "rate": 0.1}, "amount_yuan": 5}}, f"{W22}, award, share_of: stands alone with cap_yuan. Take out what else says an amount."),
    ({"award": {"share_of": {"clause": "w2.1", "by": "enterprise", "rate": 0.1}}, "once": {"per": "enterprise", "group": ["w2.2"]}}, f"{W22}, award, share_of: w2.2 stands in once, and an award reckoned"),
    ({"award": {"tops_up": {"clause": "w2.1", "by": "enterprise"}}}, f"{W22}, award, tops_up: needs the level it pays up to. Say it by rate, amount_yuan or cap_yuan"),
    ({"award": {"tops_up": {}, "cap_yuan": 5}}, f"{W22}, award, tops_up, fact: one of fact, clause and other_awards says what is had already, not none. Give one of them."),
    ({"award": {"tops_up": {"clause": "w2.1", "by": "enterprise", "other_awards": ["national"]}, "cap_yuan": 5}}, f"{W22}, award, tops_up, fact: one of fact, clause and other_awards says what is had already, not clause and other_awards."),
    ({"award": {"tops_up": {"other_awards": ["city"]}, "cap_yuan": 5}}, f"{W22}, award, tops_up, other_award 1: 'city' does not exist. Use 'national', 'provincial' or 'district'."),
    ({"award": {"tops_up": {"other_awards": ["national"]}, "cap_yuan": 5}, "once": {"per": "enterprise", "group": ["w2.2"]}}, f"{W22}, award, tops_up: w2.2 stands in once, and an award reckoned from another clause or from what other payers gave shares no bound."),
    ({"award": {"tops_up": {"clause": "w2.1"}, "cap_yuan": 5}}, f"{W22}, award, tops_up, by: goes with clause. Add the one that is missing."),
    ({"award": {"amount_yuan": 5, "payees": [{"who": "introducer", "share": 0.3}, {"who": "enterprise", "share": 0.8}]}}, f"{W22}, award, payees: the shares add up to 1.1, above one."),
    ({"award": {"amount_yuan": 5, "payees": [{"who": "introducer", "share": 0.2}]}}, f"{W22}, award, payees: the shares add up to 0.2, below one."),
    ({"award": {"amount_yuan": 5, "payees": [{"who": "introducer", "share": 0.2}, {"who": "enterprise"}]}}, f"{W22}, award, payees: of several enterprise has no share. Add it."),
    ({"award": {"amount_yuan": 5, "payees": [{"who": "team", "share": 0.5}, {"who": "team", "share": 0.5}]}}, f"{W22}, award, payees: team stands twice. Name each once."),
    ({"award": {"amount_yuan": 5, "payees": [{"who": "boss"}]}}, f"{W22}, award, payee 1, who: 'boss' does not exist. Use 'enterprise', 'park', 'team'"),
    ({"conditions": [ranks(0.5)]}, f"{W22}, condition rank, value: 0.5 is not a whole number. Write digits without quotes, such as 3."),
    ({"conditions": [ranks(0)]}, f"{W22}, condition rank, value: 0 is no place. Write 1 or more."),
    ({"conditions": [ranks(5), {**ranks(3), "id": "again"}]}, f"{W22}, conditions: rank and again both rank its claims. Keep one of them."),
    ({"conditions": [{**ranks(5), "when": {"list": ["software_top100"]}}]}, f"{W22}, condition rank, when: a rank is asked of every claim of the clause. Take it out."),
    ({"conditions": [{"id": "some", "says": "满足其一", "operator": "any_of", "any_of": [ranks(5), {**ranks(5), "id": "b", "operator": "is_known", "value": None}]}]},
     f"{W22}, condition some, any_of: condition rank ranks claims, which none of several can. Ask it beside them."),
    ({"instalments": parts(0.5, 0.5, conditions=[ranks(5)])}, f"{W22}, instalment 一期, conditions: rank ranks claims, which a part of one cannot. Ask it of the clause."),
    ({"cap_groups": {"clauses": ["w2.9"]}}, f"{HEAD}, cap_group all, clauses: w2.9 is not a clause. Correct the id."),
    ({"cap_groups": {"clauses": ["w2.2", "w2.2"]}}, f"{HEAD}, cap_group all, clauses: w2.2 stands twice. Name each once."),
    ({"cap_groups": {"clauses": []}}, f"{HEAD}, cap_group all, clauses: is empty. Add at least one."),
    ({"cap_groups": {"per": "project"}}, f"{HEAD}, cap_group all, per: w2.2 is about no project. Use enterprise or enterprise_year, or take it out."),
    ({"cap_groups": {"per": "firm"}}, f"{HEAD}, cap_group all, per: 'firm' does not exist. Use 'enterprise', 'enterprise_year' or 'project'."),
    ({"cap_groups": {"document": "draft"}}, f"{HEAD}, cap_group all: document draft is not in policy.yaml."),
    ({"cap_groups": {"quote": "五百万"}}, f"{HEAD}, cap_group all: quote 「五百万」 is not in seen.txt. Copy it verbatim."),
    ({"cap_groups": {"decision": "W9"}}, f"{HEAD}, cap_group all, decision: W9 is not in decisions.yaml."),
    ({"once": {"per": "enterprise", "group": ["w2.2"], "keep": "lowest"}}, f"{W22}, once, keep: 'lowest' does not exist. Use 'first', 'highest' or 'increase'."),
]  # fmt: skip


@pytest.fixture(scope="module")
def wenzhou(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ORIGINAL, tmp_path_factory.mktemp("law") / "software"))


def written(folder: Path, given: dict[str, Any]) -> Policy:
    """The policy of Wenzhou with something else of clause w2.2, or with a cap group."""
    original = ORIGINAL / "measures" / M02.split("/")[-1]
    content = yaml.safe_load(original.read_text(encoding="utf-8"))
    version = content["clauses"][1]["versions"][0]
    of_the_head = {key: given[key] for key in ("cap_groups",) if key in given}
    version |= {key: value for key, value in given.items() if key not in of_the_head}
    version["award"] = {"words": "奖", **given.get("award", {"amount_yuan": 2_000_000})}
    head = yaml.safe_load((ORIGINAL / "policy.yaml").read_text(encoding="utf-8"))
    head["cap_groups"] = [{**ALL, **of_the_head["cap_groups"]}] if of_the_head else []
    (folder / "policy.yaml").write_text(yaml.safe_dump(head, allow_unicode=True), encoding="utf-8")
    (folder / "measures" / original.name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return load_policy(folder)


@pytest.mark.parametrize(("given", "message"), [pytest.param(*one, id=one[1].removeprefix(W22).strip(", ")[:60]) for one in BROKEN])
def test_an_award_put_wrongly_is_told_where_what_and_how_to_mend(given: dict[str, Any], message: str, wenzhou: Path) -> None:
    with pytest.raises(PolicyError) as told:
        written(wenzhou, given)
    assert [line for line in str(told.value).splitlines() if line.startswith(message)], str(told.value)


def test_the_part_a_rate_leaves_out_can_be_changed_by_a_what_if(wenzhou: Path) -> None:
    over = {"trigger": {"event_kind": ["statistics_year"]}, "conditions": [{"id": "day", "says": "日期载明", "operator": "is_known", "fact": "qualified_on"}]}
    by_yuan = written(wenzhou, {**over, "award": {"rate": 0.1, "base": "revenue_yuan", "over": {"yuan": 20_000_000}}})
    assert {term.key: term.value for term in terms(by_yuan, "seen")}["w2.2.over_wan"] == "2000"
    edited = apply_edits(by_yuan, edits_of(by_yuan, "seen", {"w2.2.over_wan": "3000"}))
    assert edited.measures[1].clauses[1].versions[0].award.over.yuan == 30_000_000   # type: ignore[union-attr]
    by_share = written(wenzhou, {**over, "award": {"rate": 0.1, "base": "wages_yuan", "over": {"of": "revenue_yuan", "rate": 0.2}}})
    assert {term.key: term.value for term in terms(by_share, "seen")}["w2.2.over_percent"] == "20"


def test_a_cap_over_several_clauses_can_be_changed_by_a_what_if(wenzhou: Path) -> None:
    policy = written(wenzhou, {"cap_groups": {}})
    (term,) = [term for term in terms(policy, "seen") if term.part == "group_cap"]
    assert (term.key, term.value, term.clause_id) == ("all.group_cap_wan", "500", None)
    assert apply_edits(policy, edits_of(policy, "seen", {term.key: "300"})).cap_groups[0].cap_yuan == 3_000_000


def test_a_threshold_of_a_part_can_be_changed_by_a_what_if_and_its_share_cannot(wenzhou: Path) -> None:
    grows = {"id": "grows", "says": "注册资本不低于1000万元", "operator": "at_least", "fact": "registered_capital_yuan", "value": 10_000_000}
    given = [*parts(0.5), *parts(0.5, conditions=[grows])]
    policy = written(wenzhou, {"instalments": given})
    (term,) = [term for term in terms(policy, "seen") if term.key.startswith("w2.2.") and term.part == "threshold"]
    edited = apply_edits(policy, edits_of(policy, "seen", {term.key: "2000"})).measures[1].clauses[1].versions[0]
    assert [[condition.value for condition in part.conditions] for part in edited.instalments] == [[], [20_000_000]]
    assert not [term for term in terms(policy, "seen") if "share" in term.key]


def test_awards_reckoned_from_each_other_are_told_as_a_circle_and_one_from_the_next_to_name_the_first(wenzhou: Path) -> None:
    def reckoned(of_first: str, of_second: str) -> str:
        content = yaml.safe_load((ORIGINAL / "measures" / M02.split("/")[-1]).read_text(encoding="utf-8"))
        for clause, name in zip(content["clauses"], (of_first, of_second), strict=True):
            clause["versions"][0].pop("once", None)
            clause["versions"][0]["award"] = {"words": "奖", "share_of": {"clause": name, "by": "enterprise", "rate": 0.1}}
        (wenzhou / "measures" / M02.split("/")[-1]).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        shutil.copy(ORIGINAL / "policy.yaml", wenzhou / "policy.yaml")
        with pytest.raises(PolicyError) as told:
            load_policy(wenzhou)
        return str(told.value)

    circle = reckoned("w2.2", "w2.1")
    assert "clause w2.1, version seen, award, share_of, clause: w2.1 → w2.2 → w2.1 runs in a circle." in circle
    assert "clause w2.2, version seen, award, share_of, clause: w2.2 → w2.1 → w2.2 runs in a circle." in circle
    assert reckoned("w1.1", "w2.1").splitlines() == [f"{W22}, award, share_of, clause: w2.1 is itself reckoned from w1.1. Name w1.1."]


@pytest.mark.parametrize(
    ("payees", "words", "own"),
    [
        ([], None, 1.0),
        ([{"who": "enterprise"}], "企业", 1.0),
        ([{"who": "team", "name": "经营团队"}], "经营团队", 0.0),
        ([{"who": "introducer", "share": 0.2}, {"who": "enterprise", "share": 0.8}], "引荐方20%、企业80%", 0.8),
        ([{"who": "buyer", "share": 0.125}, {"who": "enterprise", "share": 0.875}], "采购方12.5%、企业87.5%", 0.875),
        ([{"who": "park"}], "园区运营方", 0.0),
        ([{"who": "person", "share": 1}], "个人100%", 0.0),
    ],
)
def test_to_whom_an_award_is_paid_is_told_and_what_the_claimant_keeps_of_it(payees: list[dict[str, Any]], words: str | None, own: float, wenzhou: Path) -> None:
    rows = policy_rows([written(wenzhou, {"award": {"amount_yuan": 5, "payees": payees}})]).clause
    (row,) = [row for row in rows if row.clause_id == "w2.2"]
    assert (row.payees, row.own_share) == (words, own)


@pytest.mark.parametrize(
    ("instalments", "words"),
    [
        ([], None),
        (parts(0.5, 0.5, says="拨付一半"), "第1期（50%）：拨付一半，兑付期限未载明\n第2期（50%）：拨付一半，兑付期限未载明"),
        (parts(0.3333, 0.6667, after_months=18), "第1期（33.33%）：一期，其后18个月内兑付\n第2期（66.67%）：一期，其后18个月内兑付"),
        (
            parts(0.4, after_years=0, day_of_year="12-31") + parts(0.3, after_years=1, day_of_year="06-30") + parts(0.3, after_years=2, day_of_year="06-30"),
            "第1期（40%）：一期，当年12月31日前兑付\n第2期（30%）：一期，次年6月30日前兑付\n第3期（30%）：一期，其后第2年6月30日前兑付",
        ),
        (
            parts(0.4) + parts(0.6, forfeits="rest", conditions=[{"id": "there", "says": "仍在本市", "operator": "is_known", "fact": "district_code"}]),
            "第1期（40%）：一期，兑付期限未载明\n第2期（60%）：一期，兑付期限未载明；须仍在本市，不满足的本期及以后各期不再兑付",
        ),
    ],
)
def test_what_an_award_is_paid_in_is_told_a_line_each(instalments: list[dict[str, Any]], words: str | None, wenzhou: Path) -> None:
    rows = policy_rows([written(wenzhou, {"award": {"amount_yuan": 5}, "instalments": instalments})]).clause
    assert [row.instalments for row in rows if row.clause_id == "w2.2"] == [words]


def test_of_a_payment_only_the_claimant_s_share_is_its_own() -> None:
    rows = ask_model("fct_payment", {
        "stg_payments": ("payment_no varchar, application_no varchar, instalment_no bigint, paid_on date, amount_yuan decimal(18, 2), payer_level varchar, source_file varchar, sheet varchar, row_no bigint",
            [{"payment_no": no, "application_no": no, "amount_yuan": 1_000.01} for no in ("a", "b", "c", "d")]),
        "fct_application": ("application_no varchar, policy_id varchar, claim_id varchar, clause_id varchar, enterprise_id varchar, park_id varchar",
            [{"application_no": no, "claim_id": no} for no in ("a", "b", "c")]),
        "int_claims": ("claim_id varchar, clause_key varchar", [{"claim_id": no, "clause_key": no} for no in ("a", "b", "c")]),
        "policy_clause": ("clause_key varchar, own_share double",
            [{"clause_key": key, "own_share": share} for key, share in (("a", 1), ("b", 0.8), ("c", 0))]),
    })  # fmt: skip
    # one that grounds on no claim is told as it was paid
    assert {row["payment_no"]: row["own_yuan"] for row in rows} == {"a": Decimal("1000.01"), "b": Decimal("800.01"), "c": 0, "d": Decimal("1000.01")}


def test_how_many_are_within_a_rank_can_be_changed_by_a_what_if(wenzhou: Path) -> None:
    policy = written(wenzhou, {"conditions": [ranks(50)]})
    (term,) = [term for term in terms(policy, "seen") if term.key == "w2.2.rank"]
    assert (term.unit, term.value) == ("count", "50")
    assert apply_edits(policy, edits_of(policy, "seen", {"w2.2.rank": "20"})).measures[1].clauses[1].versions[0].conditions[0].value == 20


def test_who_asks_alone_is_not_told_to_rank_first(wenzhou: Path) -> None:
    policy = written(wenzhou, {"conditions": [ranks(50)]})
    told = answer(policy, "seen", "w2.2", {"registered_capital_yuan": "1000", "qualified_on": "2025-01-01"}, {})
    assert [(one["answer"], one["reason"]) for one in told["conditions"] if one["says"] == "注册资本居前列"] == [("unknown", "须与同年其他申报者比较，名次未知")]


@pytest.mark.parametrize(("seen", "every", "amount", "comes_to"), [
    ("0.3::double", "0.1", "5", "15"),
    ("0.7::double", "0.1", "5", "35"),
    ("0.29::double", "0.1", "5", "10"),
    ("20000110.00::decimal(18, 2)", "0.07", "6000000.55", "1714295299143721.35"),   # a double would lose the last fen
    ("123456789012.34::decimal(18, 2)", "0.07", "6000000.55", None),
    ("1e300::double", "1", "5", None),
    ("-1e300::double", "1", "5", "0"),
    ("null::double", "1", "5", None),
])  # fmt: skip
def test_so_much_for_each_is_exact_and_of_more_than_money_is_kept_for_nothing_is_known(seen: str, every: str, amount: str, comes_to: str | None) -> None:
    [(found,)] = duckdb.sql(f"select {QuantityTerm('quantity', every, amount, []).amount_sql} from (select {seen} as quantity) as f").fetchall()
    assert found == (None if comes_to is None else Decimal(comes_to))
