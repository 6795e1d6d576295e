"""Notes on claims whose id changed with a new version: written again under the id the claim has now, with who and when."""

from pathlib import Path

from pipelines.base.decisions import CONTACTS, append, entries
from pipelines.base.duck import connect

# The same claim: of one clause and firm, on the row it stood on; else on the day that qualified it.
_RENAMED = """
with
before as (
    select c.*, e.source_file, e.row_no from old.fct_claim as c inner join old.dim_event as e on c.event_id = e.event_id
    where c.claim_id in (select unnest($claims)) and c.claim_id not in (select claim_id from new.fct_claim)
),
now as (
    select c.*, e.source_file, e.row_no from new.fct_claim as c inner join new.dim_event as e on c.event_id = e.event_id
),
alike as (
    select b.claim_id as old_id, n.claim_id as new_id, (b.source_file, b.row_no) = (n.source_file, n.row_no) as is_same_row
    from before as b
    inner join now as n
        on b.policy_id = n.policy_id and b.document = n.document and b.clause_id = n.clause_id
        and b.enterprise_id = n.enterprise_id and b.park_id is not distinct from n.park_id
        and ((b.source_file, b.row_no) = (n.source_file, n.row_no) or b.qualified_on = n.qualified_on)
)
select old_id, coalesce(min(new_id) filter (is_same_row), min(new_id)) from alike group by old_id
having count(distinct new_id) filter (is_same_row) = 1 or count(distinct new_id) = 1
"""


def carry_contacts(decisions: Path, before: Path, now: Path) -> int:
    """Write the contacts of claims that have another id in the marts `now` than in those `before` again; how many.

    What was said stays as it is: lines are added. A claim that is not surely found again is left alone.
    """
    last = {entry["claim_id"]: entry for entry in entries(decisions, CONTACTS)}
    if not last or not before.exists():
        return 0
    with connect() as con:
        con.execute(f"attach '{before}' as old (read_only)")
        con.execute(f"attach '{now}' as new (read_only)")
        renamed = con.execute(_RENAMED, {"claims": list(last)}).fetchall()
    carried = [(last[old_id], new_id) for old_id, new_id in renamed if new_id not in last]
    for entry, new_id in carried:
        said = {name: value for name, value in entry.items() if name not in ("who", "when", "based_on")}
        append(decisions, CONTACTS, {**said, "claim_id": new_id}, entry["who"], when=entry["when"])
    return len(carried)
