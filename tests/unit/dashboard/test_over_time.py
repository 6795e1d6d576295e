"""Tenants by month, and what stood on the last month-end: counted by hand on rows made for it."""

from datetime import date

import duckdb

from dashboard.query import narrowed, parameters, statement

GIVEN = {"policy": "p", "document": "draft", "as_of": "2025-12-15"}


def rows(query: str, tables: dict[str, str], **asked: str) -> list[tuple]:
    given = {**GIVEN, **asked}
    sql = narrowed(statement(query)[0], frozenset(given))
    with duckdb.connect() as db:
        for name, body in tables.items():
            db.execute(f"create table {name} as {body}")
        return db.execute(sql, {name: given.get(name) for name in parameters(sql)}).fetchall()


def test_a_tenant_counts_once_a_month_from_its_lease_to_the_day_before_its_end():
    leases = """from (values
        ('P', 'a', date '2025-10-31', null), ('P', 'a', date '2025-11-05', null),          -- two leases, one tenant
        ('P', 'b', date '2025-11-01', date '2025-12-15'),                                  -- gone on the as-of day
        ('P', 'c', date '2025-12-16', null), ('Q', 'd', date '2025-01-01', null)           -- to come; elsewhere
    ) as lease(park_id, enterprise_id, moved_in_on, moved_out_on)"""
    found = rows("park_tenants", {"fct_tenancy": leases}, park="P")
    assert len(found) == 36
    assert found[-4:] == [
        (date(2025, 9, 1), 0), (date(2025, 10, 1), 1), (date(2025, 11, 1), 2), (date(2025, 12, 1), 1),
    ]  # fmt: skip


def test_the_last_month_end_knows_nothing_of_this_month_and_leaves_rent_out_of_the_rate():
    claims = """from (values
        ('1', 'award', 'eligible', date '2025-06-01', false, date '2025-07-01', true, date '2025-11-30'),
        ('2', 'award', 'eligible', date '2025-06-01', false, date '2025-07-01', true, date '2025-12-05'),   -- paid since
        ('3', 'award', 'eligible', date '2025-12-02', true, null, false, null),                             -- qualified since
        ('4', 'rent', 'eligible', date '2025-01-01', false, null, true, date '2025-02-01'),
        ('5', 'award', 'needs_review', date '2025-11-30', false, null, false, null),
        ('6', 'award', 'eligible', date '2025-06-01', false, date '2025-12-03', false, null)                -- applied since
    ) as claim(claim_id, event_id, outcome, qualified_on, is_outreach, first_applied_on, is_paid, first_paid_on)"""
    tables = {
        "fct_claim": f"select *, 'p' as policy_id, 'draft' as document, 'P' as park_id {claims}",
        "dim_event": "from (values ('award', 'recognition'), ('rent', 'rent_year')) as event(event_id, event_kind)",
        "fct_payment": "from (values ('1', date '2025-11-30', 50), ('2', date '2025-12-05', 100), ('1', date '2025-12-10', -30),"
        " ('5', date '2025-12-11', 7)) as paid(claim_id, paid_on, amount_yuan)",
    }
    ((eligible, still_open, outreach, rate, paid_since),) = rows("last_month", tables)
    assert (eligible, still_open, outreach, paid_since) == (4, 1, 1, 70)
    assert rate == 1 / 3
    assert rows("last_month", tables, park="P") == rows("last_month", tables)
    assert rows("last_month", tables, park="Q") == [(0, 0, 0, None, 0)]
