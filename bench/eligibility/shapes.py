"""What a claim costs by the shapes a law uses: `python -m bench.eligibility.shapes [--claims 1000000] [--runs 3]`.

The policies in the tree, each over as many claims, its facts at and beside the edges it names, some missing: Wuxi's is of
plain conditions and amounts; Dalian's and Xiamen's use growth, earlier years, any-of, quantities, instalments, caps and
shares of other clauses. Told: processor time a claim in microseconds, and how many times Wuxi's it is. Ends in 1 above 1.5.
"""

import argparse
import os
import random
import resource
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from pipelines.policy.evaluator import instalments, programs_of, statement
from pipelines.policy.load import load_policies
from pipelines.policy.model import Policy
from pipelines.settings import PROJECT
from tests.policy.law import facts_table
from tests.policy.random_events import edges_of, versions_of

DRAWN = 400   # events of each clause, drawn one by one; the others are these again


def facts(con: duckdb.DuckDBPyConnection, policy: Policy, claims: int) -> None:
    """A table `facts` that grounds about so many claims of the policy."""
    chance, edges, rows = random.Random(2026), {key: sorted(found, key=str) for key, found in edges_of(policy).items()}, []
    facts_table(con)
    columns = [name for name, *_ in con.execute("describe facts").fetchall()]
    for number, version in enumerate(versions_of(policy)):
        for n in range(DRAWN):
            row: dict[str, Any] = {name: chance.choice([*edges[name], None]) for name in columns if name in edges}
            rows.append(row | {"event_id": f"{number}:{n}"} | {key: chance.choice(words) for key, words in version.trigger.items()})
    marks = ", ".join("?" * len(columns))
    con.executemany(f"insert into facts values ({marks})", [[row.get(name) for name in columns] for row in rows])
    made = con.execute(f"select count(*) from ({statement(programs_of(policy, next(iter(policy.documents))), 'facts')})").fetchall()[0][0]
    con.execute(f"create table many as select f.* replace (f.event_id || ':' || n.i as event_id) from range({-(-claims // made)}) as n (i), facts as f")


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def microseconds(policy: Policy, claims: int, runs: int) -> tuple[float, int]:
    """Processor time a claim, the median of some runs; and how many claims there were."""
    programs, times, made = programs_of(policy, next(iter(policy.documents))), [], 0
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": os.cpu_count() or 1, "preserve_insertion_order": False}) as con:
        facts(con, policy, claims)
        for _ in range(runs):
            begun = cpu()
            con.execute(f"copy ({statement(programs, 'many')}) to '{folder}/claims.parquet' (row_group_size 30720)")
            if any(program.parts for program in programs):
                con.execute(f"copy ({instalments(programs, 'many')}) to '{folder}/parts.parquet'")
            times.append(cpu() - begun)
        made = con.execute(f"select count(*) from '{Path(folder) / 'claims.parquet'}'").fetchall()[0][0]
    return median(times) / made * 1_000_000, made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    told = {}
    for city in ("wuxi", "wenzhou", "dalian", "xiamen"):
        for policy in load_policies(PROJECT / "data" / "policies" / city):
            told[policy.policy_id], made = microseconds(policy, asked.claims, asked.runs)
            times = told[policy.policy_id] / told["wuxi-software"]
            print(f"{policy.policy_id:<18}{made:>11,} claims {told[policy.policy_id]:>7.3f} µs a claim {times:>6.2f} × wuxi", flush=True)
    raise SystemExit(max(told.values()) > 1.5 * told["wuxi-software"])


if __name__ == "__main__":
    main()
