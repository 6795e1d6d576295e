"""Every table of the dashboard by name: what pages show, files hold and reports print.

To add one: a Table in the module of its topic, its words (figure.<name>, how.<name>, columns.<key>) in text/.
"""

from dashboard.tables import (
    accounts,
    audit,
    budget,
    compare,
    data,
    deadlines,
    deliver,
    evidence,
    firms,
    indicator_published,
    industry,
    industry_firms,
    outreach,
    parks,
    policy,
    records,
    whatif,
)
from dashboard.tables.table import Column, Table

__all__ = ["TABLES", "Column", "Table"]

TABLES: dict[str, Table] = {
    table.name: table
    for topic in (
        policy, budget, industry, parks, firms, industry_firms, outreach, deadlines, records, audit, evidence, whatif, compare, indicator_published, data, deliver, accounts,
    )
    for table in vars(topic).values()
    if isinstance(table, Table)
}
