"""Tell why a firm may or may not claim a clause, from the published marts alone."""

from pathlib import Path
from typing import Any

from pipelines.base.duck import connect, rows_of
from pipelines.base.errors import SoftcityError
from pipelines.base.policies import chosen
from pipelines.base.snapshots import marts_of, read_manifest
from pipelines.identity.names import normalise_name

OUTCOMES = {
    "eligible": "符合书面条件",
    "needs_review": "待人工判断",
    "undetermined": "数据不足，无法判断",
    "not_eligible": "不符合",
}
STATES = {
    "paid": "已付清", "not_due": "未到期", "late": "逾期未付清", "unstated": "未付清，到期日未载明", "undetermined": "到期待核", "forfeited": "不再兑付",
    "unclaimed": "未申报", "open": "事项待定", "unknown": "未知",
}  # fmt: skip
WINDOWS = {"open": "尚可申报", "within": "申报在申报期内", "outside": "申报不在申报期内，不予受理", "missed": "未申报，已过期", "unknown": "是否在申报期内不能确认"}
MARKS = {"met": "✓", "not_met": "✗", "unknown": "?", "needs_review": "△"}


def explain(published: Path, firm: str, clause_id: str | None = None, policy: str | None = None) -> list[dict[str, Any]]:
    """Every claim of a firm, each with its conditions, words, decisions and upper bound; of every policy, or of one.

    `firm` is a credit code or an exact name. Raises SoftcityError when there is no such firm, policy, clause or claim.
    """
    manifest = read_manifest(published)
    if policy is not None:
        chosen([one["policy_id"] for one in manifest["policies"]], policy)
    with connect(marts_of(published, manifest["snapshot_id"]), read_only=True) as con:
        known = con.execute(
            "select enterprise_id, enterprise_name from dim_enterprise where enterprise_id = upper(?) or enterprise_name = ?",
            [firm, firm],
        ).fetchall()
        if not known:
            con.create_function("normalise_name", normalise_name, ["VARCHAR"], "VARCHAR")
            known = con.execute(
                "select enterprise_id, enterprise_name from dim_enterprise where normalise_name(enterprise_name) = ?",
                [normalise_name(firm)],
            ).fetchall()
        if len(known) != 1:
            why = (
                "several firms have this name: give the credit code"
                if known
                else "no such firm: give its code or exact name"
            )
            raise SoftcityError(f"{firm}: {why}." + ("" if known else _printed(rows_of(con, _PRINTED, [firm]))))
        enterprise_id = known[0][0]
        if clause_id and not con.execute("select 1 from dim_clause where clause_id = ? and policy_id = coalesce(?, policy_id)", [clause_id, policy]).fetchone():
            raise SoftcityError(f"{clause_id}: no such clause. `softcity check` counts them, data/policies holds them.")
        claims = rows_of(con, _CLAIMS, [enterprise_id, clause_id, clause_id, policy, policy])
        if not claims:
            what = f"clause {clause_id}" if clause_id else "any clause"
            raise SoftcityError(
                f"{known[0][1]}: no record on file grounds a claim of {what} as of {manifest['as_of']}."
                + _doubts(rows_of(con, _WAITING, [enterprise_id]), rows_of(con, _QUARANTINED, []))
            )
        for claim in claims:
            claim["as_of"] = manifest["as_of"]
            claim["conditions"] = rows_of(con, _CONDITIONS, [claim["policy_id"], claim["claim_id"]])
            claim["instalments"] = rows_of(con, "select * from fct_instalment where claim_id = ? order by instalment_no", [claim["claim_id"]])
    return claims


def _printed(names: list[dict[str, Any]]) -> str:
    """Where files print a name that no rule settled, and why it is no firm yet."""
    return "".join(f" It is printed in {row['files'].replace('|', '、')} ({row['reason']}): softcity review list." for row in names)


def _doubts(waiting: list[dict[str, Any]], quarantined: list[dict[str, Any]]) -> str:
    """What might ground one all the same, once a person has looked."""
    told = [f" “{row['printed_name']}” ({row['files'].replace('|', '、')}) waits for a person and may be this firm: softcity review list." for row in waiting]
    told += [
        f" {row['row_count']} rows of {row['source']} are in quarantine without their names and may be any firm's: softcity status."
        for row in quarantined
    ]
    return "".join(told)


_PRINTED = "select files, reason from mart_match_review where printed_name = ? and enterprise_id is null"

_WAITING = """
select printed_name, sources, files from mart_match_review
where decision = 'review' and list_contains(string_split(candidates, '|'), ?) order by printed_name
"""

_QUARANTINED = """
select source, count(distinct (source_file, sheet, row_no)) as row_count from mart_quarantine
where source in ('recognitions', 'listings', 'projects', 'headquarters', 'tenancies', 'spinoffs', 'statistics', 'matters', 'declarations')
group by source order by source
"""

_CLAIMS = """
select c.*, l.title_zh, l.policy_title, l.document_title, l.quotes, l.is_selective, l.award_words, l.window_says, v.event_title,
    v.source_file, v.row_no, p.park_name as event_park_name
from fct_claim as c
join dim_clause as l using (clause_key)
join dim_event as v on c.event_id = v.event_id
left join dim_park as p on v.park_id = p.park_id
where c.enterprise_id = ? and (? is null or c.clause_id = ?) and (? is null or c.policy_id = ?)
order by l.policy_id, l.clause_order, c.qualified_on
"""

_CONDITIONS = """
select k.condition_id, k.says, k.outcome, k.value_seen, k.value_needed, k.reason, k.quote, k.decision_id,
    d.says as decision_says
from fct_claim_condition as k
left join dim_decision as d on d.policy_id = ? and k.decision_id = d.decision_id
where k.claim_id = ? order by k.condition_order
"""


def sentences(claims: list[dict[str, Any]]) -> list[str]:
    """The claims as lines a person reads."""
    lines: list[str] = []
    for claim in claims:
        park = [claim["event_park_name"]] if claim["event_park_name"] else []   # of a park honour or a rent year
        grounds = [claim["event_title"], *park, str(claim["qualified_on"] or "日期未载明")]
        lines += [
            f"{claim['enterprise_name']}（{claim['enterprise_id']}）",
            f"{claim['clause_id']} {claim['title_zh']} · {claim['policy_title']}（{claim['document_title']}） · 截至 {claim['as_of']}",
            f"依据：{'，'.join(grounds)}（{claim['source_file']} 第 {claim['row_no']} 行）",
            f"结论：{OUTCOMES[claim['outcome']]}" + ("；分档择优，非当然享受" if claim["is_selective"] else ""),
        ]
        for condition in claim["conditions"]:
            seen = condition["value_seen"] or "无数据"
            needed = f"（需：{condition['value_needed']}）" if condition["value_needed"] else ""
            lines.append(f"  {MARKS[condition['outcome']]} {condition['says']}：{seen}{needed}")
            if condition["reason"]:
                lines.append(f"      {condition['reason']}")
            if condition["quote"]:
                lines.append(f"      原文「{condition['quote']}」")
            if condition["decision_id"]:
                lines.append(f"      按默认解读 {condition['decision_id']}：{condition['decision_says'] or '未载明'}")
        if claim["window_status"]:
            lines.append(f"申报期：{claim['window_says']}，{WINDOWS[claim['window_status']]}")
        lines += [*_money(claim), *map(_instalment, claim["instalments"])]
        lines += [f"原文：「{quote}」" for quote in claim["quotes"].split("\n")]
        lines.append("")
    return lines


def _instalment(part: dict[str, Any]) -> str:
    told = [f"第{part['instalment_no']}期（{part['share']:.4g}）{part['says']}", f"兑付期限 {part['due_on'] or '未载明'}"]
    told += ["上限未知" if part["amount_yuan"] is None else f"上限 {part['amount_yuan']:,.2f} 元"]
    told += [] if part["paid_yuan"] is None else [f"已付 {part['paid_yuan']:,.2f} 元"]
    late = f" {part['late_days']} 天" if part["state"] == "late" else f"，迟付 {part['late_days']} 天" if part["late_days"] and part["state"] == "paid" else ""
    return "，".join(told) + f"：{STATES[part['state']]}{late}" + (f"（{part['reason']}）" if part["reason"] else "")


def _money(claim: dict[str, Any]) -> list[str]:
    return [*_bound(claim), *([f"收款方：{claim['payees']}；不是申报企业所得的部分不计为其所得"] if claim["payees"] else [])]


def _bound(claim: dict[str, Any]) -> list[str]:
    if claim["floor_yuan"] is not None:
        return [f"下限：{claim['floor_yuan']:,.2f} 元。{claim['ceiling_reason']}"]
    if claim["ceiling_yuan"] is None:
        return [f"上限：未知。{claim['ceiling_reason']}"]
    lines = [f"上限：{claim['ceiling_yuan']:,.2f} 元，不是应付金额（{claim['ceiling_reason']}）"]
    if claim["superseded_reason"]:
        lines.append(f"不计入合计：{claim['superseded_reason']}")
    elif claim["net_ceiling_yuan"] != claim["ceiling_yuan"]:
        lines.append(f"扣减后上限：{claim['net_ceiling_yuan']:,.2f} 元")
    return lines
