"""The clauses through Softcity's own evaluator, every answer kept. Args: folder."""

import json
import pickle
import sys
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[2]))
from pipelines.policy.evaluator import statement

FACTS = "'facts.parquet'"
TOTALS = """
select split_part(clause_key, '/', 3), outcome, claims, cast(coalesce(ceilings, 0) * 100 as bigint) from (
    select clause_key, list_max(answers) as outcome, count(*) as claims, sum(ceiling_yuan) as ceilings
    from 'claims.parquet' group by all
)
"""


def main(folder: Path) -> None:
    con = duckdb.connect(config={"preserve_insertion_order": False, "file_search_path": str(folder)})
    programs = pickle.loads((folder / "programs.pickle").read_bytes())
    con.execute(f"copy ({statement(programs, FACTS)}) to '{folder}/claims.parquet' (row_group_size 30720)")
    (folder / "totals.json").write_text(json.dumps(con.execute(TOTALS).fetchall()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
