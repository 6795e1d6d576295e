"""A big snapshot out of a small one: the same rows again and again under new ids.

Firms and what hangs on them are copied; summary marts keep their rows and rates, their counts and sums are multiplied.
So sizes, joins and scans are those of a big city, while the spread of values is that of the sample.
"""

import json
from pathlib import Path

from pipelines.base.duck import connect
from pipelines.publish import BLOCK_BYTES, order_of

FIRM_TABLES = ("dim_enterprise",)
CLAIM_TABLES = (
    "fct_claim", "fct_claim_condition", "fct_application", "fct_payment", "fct_event_fact", "dim_event",
    "mart_outreach", "mart_audit_finding",
)
DIGESTS = ("claim_id", "superseded_by")
IDS = ("enterprise_id", "claim_id", "event_id", "superseded_by", "application_no", "payment_no", "finding_id")


def _copied(table: str, columns: list[str], copies: int) -> str:
    """Copy 0 keeps its ids, so that addresses of the small city work in the big one.

    Ids of claims are digests in a real city too: a clause's claims stand in no order, the copies of one far apart.
    """
    new = [f"case when i = 0 then {c} else {'md5' if c in DIGESTS else ''}({c} || '.' || i) end as {c}" for c in columns if c in IDS]
    new += [f"case when i = 0 then {c} else {c} || i end as {c}" for c in columns if c == "enterprise_name"]
    replaced = f"replace ({', '.join(new)})" if new else ""
    return f"select * exclude (i) {replaced} from small.{table}, range({copies}) as r(i)"


def _summed(table: str, columns: list[tuple[str, str]], copies: int) -> str:
    new = [f"({c} * {copies})::{kind} as {c}" for c, kind in columns if c.endswith(("_count", "_yuan"))]
    return f"select * replace ({', '.join(new)}) from small.{table}" if new else f"select * from small.{table}"


def enlarge(snapshot: Path, published: Path, firms: int, claims: int) -> Path:
    """Write `published` with one snapshot of about so many firms and claims, and point CURRENT at it."""
    folder = published / f"{snapshot.name}-big"
    folder.mkdir(parents=True)
    with connect(folder / "marts.duckdb", block_bytes=BLOCK_BYTES) as db:
        db.execute(f"attach '{snapshot / 'marts.duckdb'}' as small (read_only)")
        rows = db.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_catalog = 'small' order by table_name, ordinal_position"
        ).fetchall()
        tables: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in rows:
            tables.setdefault(table, []).append((column, kind))
        count = {t: db.execute(f"select count(*) from small.{t}").fetchone()[0] for t in ("dim_enterprise", "fct_claim")}
        of_firms, of_claims = max(1, firms // count["dim_enterprise"]), max(1, claims // count["fct_claim"])
        for table, columns in tables.items():
            names = [name for name, _ in columns]
            if table in FIRM_TABLES:
                body = _copied(table, names, of_firms)
            elif table in CLAIM_TABLES:
                body = _copied(table, names, of_claims)
            else:
                body = _summed(table, columns, of_claims)
            db.execute(f"create table {table} as {body} order by {order_of(db, f'from ({body})')}")
    manifest = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "snapshot_id": folder.name}), encoding="utf-8")
    (published / "CURRENT").write_text(folder.name, encoding="utf-8")
    return folder
