"""Short answers are put in order here, long ones by the database: a reader must not see which."""

from pathlib import Path

import pytest
from flask import g

from dashboard import query
from dashboard.access.accounts import User
from dashboard.snapshot import Snapshots


@pytest.mark.parametrize("user", [User("ana", "analyst"), User("opa", "operator", ("P001",))], ids=str)
@pytest.mark.parametrize("table", ["firm_list", "clause_list", "clause_claims"])
def test_a_short_table_has_the_rows_order_and_count_the_statement_gives(
    server, published: Path, monkeypatch: pytest.MonkeyPatch, table: str, user: User
):
    snapshots = Snapshots(published)
    given = {"clause": "6b.1"} if table == "clause_claims" else {}
    readers = {kept: query.Reader(snapshots) for kept in (500, 0)}

    def page(column: str, descending: bool, kept: int):
        monkeypatch.setattr(query, "ANSWER_ROWS_KEPT", kept)
        g.reader = readers[kept]
        return query.ask_page(table, sort=column, descending=descending, limit=3, offset=1, **given)

    with server.test_request_context("/"):
        g.user, g.snapshot, g.reader = user, snapshots.current(), readers[500]
        for column in query.ask_one(table, **given):
            for descending in (False, True):
                assert page(column, descending, 500) == page(column, descending, 0), (column, descending)
