"""What is counted by month, and findings by cut: by hand on rows made for it, as of 31 December 2025."""

from datetime import date
from typing import Any

from tests.policy.models import ask_model

CLAIM = (
    "claim_id varchar, policy_id varchar default 'p', document varchar default 'draft', clause_id varchar default '6b.1', measure_no bigint default 6, "
    "event_id varchar default 'award', park_id varchar, outcome varchar default 'eligible', qualified_on date, ceiling_yuan decimal(18, 2), "
    "is_outreach boolean default false, is_applied boolean default false, is_paid boolean default false, first_applied_on date, first_paid_on date, "
    "paid_yuan decimal(18, 2) default 0, ordered_before_month_yuan decimal(18, 2), reported_subsidy_yuan decimal(18, 2)"
)
LAW = ("policy_id varchar, document varchar, clause_id varchar, measure_no bigint",
    [{"policy_id": "p", "document": "draft", "clause_id": "6b.1", "measure_no": 6},
     {"policy_id": "p", "document": "draft", "clause_id": "9a", "measure_no": 9}])  # fmt: skip
EVENTS = ("event_id varchar, event_kind varchar",
    [{"event_id": "award", "event_kind": "recognition"}, {"event_id": "rent", "event_kind": "rent_year"}])  # fmt: skip
PARKS = ("park_id varchar", [{"park_id": "A"}, {"park_id": "B"}])
ARRIVED = ("have_applications boolean, have_payments boolean", [{"have_applications": True, "have_payments": True}])
NOTHING_ARRIVED = (ARRIVED[0], [{"have_applications": False, "have_payments": False}])
PAYMENT = "claim_id varchar, paid_on date, amount_yuan decimal(18, 2)"
PARTS = ("finding_id varchar, parts struct(unit varchar, yuan decimal(18, 2))[]", [])
FINDING = (
    "finding_id varchar, kind varchar, severity varchar default 'error', policy_id varchar default 'p', enterprise_id varchar default 'e', park_id varchar, district_code varchar, clause_id varchar, "
    "found_on date, at_stake_yuan decimal(18, 2) default 1"
)


def by(rows: list[dict[str, Any]], *keys: str) -> dict[Any, dict[str, Any]]:
    """Rows by what tells them apart."""
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in rows}


def test_a_tenant_counts_from_the_day_it_moves_in_to_the_day_before_it_leaves_and_once() -> None:
    leases = [
        {"park_id": park, "enterprise_id": firm, "moved_in_on": moved_in, "moved_out_on": moved_out}
        for park, firm, moved_in, moved_out in (
            ("A", "stays", date(2025, 1, 15), None), ("A", "stays", date(2025, 6, 1), None),  # two leases, one tenant
            ("A", "leaves", date(2025, 2, 1), date(2025, 3, 31)), ("A", "gone on the day", date(2025, 2, 1), date(2025, 12, 31)),
            ("A", "comes on the day", date(2025, 12, 31), None), ("A", "later", date(2026, 1, 1), None), ("B", "elsewhere", date(2025, 1, 1), None),
        )
    ]  # fmt: skip
    lease = "park_id varchar, enterprise_id varchar, moved_in_on date, moved_out_on date"
    rows = ask_model("mart_park_month", {"dim_park": PARKS, "fct_tenancy": (lease, leases)})
    months = {str(row["month"])[:7]: row["tenant_count"] for row in rows if row["park_id"] == "A"}
    assert len(months) == 36
    seen = {month: months[month] for month in ("2024-12", "2025-01", "2025-02", "2025-03", "2025-11", "2025-12")}
    assert seen == {"2024-12": 0, "2025-01": 1, "2025-02": 3, "2025-03": 2, "2025-11": 2, "2025-12": 2}


def test_the_last_month_end_knows_nothing_of_this_month_and_leaves_rent_out_of_the_rate() -> None:
    paid_before = {"is_paid": True, "first_applied_on": date(2025, 6, 1), "first_paid_on": date(2025, 11, 30), "paid_yuan": 70, "ordered_before_month_yuan": 70}
    paid_since = {"is_paid": True, "first_applied_on": date(2025, 6, 1), "first_paid_on": date(2025, 12, 1), "paid_yuan": 20}
    claims = [
        {"claim_id": claim, "park_id": park, "qualified_on": day, **more}
        for claim, park, day, more in (
            ("before", "A", date(2025, 11, 30), paid_before), ("on the first", "A", date(2025, 12, 1), {"is_outreach": True}),
            ("doubt", "A", date(2025, 5, 1), {"outcome": "undetermined"}), ("refused", "A", date(2025, 5, 1), {"outcome": "not_eligible", "paid_yuan": 99}),
            ("waiting", "A", date(2025, 5, 1), {"is_outreach": True}), ("late", "A", date(2025, 5, 1), paid_since),
            ("applied since", "A", date(2025, 5, 1), {"first_applied_on": date(2025, 12, 3)}),
            ("rent", "A", date(2025, 1, 1), {**paid_before, "event_id": "rent"}), ("in no park", None, date(2025, 5, 1), {}),
        )
    ]  # fmt: skip
    rows = by(ask_model("mart_month_end", {
        "fct_claim": (CLAIM, claims), "dim_clause": LAW, "dim_event": EVENTS, "dim_park": PARKS,
        "int_arrived": ARRIVED,
    }), "park")  # fmt: skip
    told = ("eligible_count", "open_count", "outreach_count", "payout_rate", "paid_since_yuan")
    assert {park: tuple(row[name] for name in told) for park, row in rows.items()} == {
        "A": (5, 1, 2, 1 / 4, 20), "all": (6, 1, 2, 1 / 5, 20), "B": (0, 0, 0, None, 0),
    }  # fmt: skip


def test_of_a_month_end_nothing_is_told_of_applications_and_payments_that_never_came() -> None:
    claims = [{"claim_id": "c", "park_id": "A", "qualified_on": date(2025, 5, 1), "is_applied": None, "is_paid": None, "is_outreach": None}]
    rows = ask_model("mart_month_end", {
        "fct_claim": (CLAIM, claims), "dim_clause": LAW, "dim_event": EVENTS, "dim_park": PARKS,
        "int_arrived": NOTHING_ARRIVED,
    })  # fmt: skip
    row = by(rows, "park")["all"]
    assert (row["eligible_count"], row["payout_rate"], row["outreach_count"], row["paid_since_yuan"]) == (1, None, None, None)


def test_a_month_holds_what_qualified_was_sent_in_paid_and_found_in_it_by_park_and_measure() -> None:
    day = date(2025, 6, 5)
    rows = by(ask_model("mart_monthly_flow", {
        "fct_claim": (CLAIM, [
            {"claim_id": "a", "park_id": "A", "qualified_on": day, "ceiling_yuan": 500}, {"claim_id": "b", "qualified_on": day, "outcome": "needs_review"},
        ]),
        "dim_clause": LAW,
        "fct_application": ("claim_id varchar, submitted_on date, status varchar",
            [{"claim_id": "a", "submitted_on": day, "status": "draft"}, {"claim_id": "a", "submitted_on": day, "status": "submitted"}]),
        "fct_payment": (PAYMENT, [{"claim_id": "a", "paid_on": day, "amount_yuan": 30}]), "int_arrived": ARRIVED,
        "mart_audit_finding": (FINDING, [
            {"kind": "paid_twice", "park_id": "A", "clause_id": "9a", "found_on": day}, {"kind": "paid_late", "severity": "note", "found_on": day},
        ]),
    }), "park", "measure")  # fmt: skip
    told = ("qualified_count", "eligible_count", "eligible_ceiling_yuan", "submitted_count", "paid_count", "paid_yuan", "open_count", "finding_count")
    seen = {cut: tuple(row[name] for name in told) for cut, row in rows.items()}
    assert seen["all", "all"] == (2, 1, 500, 1, 1, 30, 1, 1)
    assert seen["A", "all"] == (1, 1, 500, 1, 1, 30, 0, 1)
    assert seen["A", "6"] == (1, 1, 500, 1, 1, 30, 0, 0)
    assert seen["all", "9"] == (0, 0, 0, 0, 0, 0, 0, 1)
    assert seen["none", "all"] == (1, 0, 0, 0, 0, 0, 1, 0)


def test_a_month_is_not_said_to_be_without_applications_and_payments_where_they_never_came() -> None:
    rows = ask_model("mart_monthly_flow", {
        "fct_claim": (CLAIM, [{"claim_id": "a", "qualified_on": date(2025, 6, 5)}]), "dim_clause": LAW, "mart_audit_finding": (FINDING, []),
        "fct_application": ("claim_id varchar, submitted_on date, status varchar", []), "fct_payment": (PAYMENT, []), "int_arrived": NOTHING_ARRIVED,
    })  # fmt: skip
    row = by(rows, "park", "measure")["all", "all"]
    assert (row["eligible_count"], row["submitted_count"], row["paid_count"], row["paid_yuan"]) == (1, None, None, None)


def test_a_finding_counts_under_the_policy_it_is_of_and_one_of_no_policy_under_no_measure() -> None:
    columns, law = LAW
    other = [{"policy_id": "q", "document": "draft", "clause_id": "6b.1", "measure_no": 2}]   # the same id of another policy
    rows = by(ask_model("mart_audit_cut", {
        "dim_clause": (columns, [*law, *other]),
        "mart_audit_finding": (FINDING, [
            {"kind": "paid_late", "policy_id": "q", "clause_id": "6b.1", "found_on": date(2025, 12, 1)},
            {"kind": "without_ground", "policy_id": None, "clause_id": "6b.1", "found_on": date(2025, 12, 1)},
        ]),
        "int_findings": PARTS,
    }), "kind", "policy_id", "district", "park", "year", "measure", "clause")  # fmt: skip
    whole = ("all", "all", "all", "all", "all")
    assert ("paid_late", "p", *whole) not in rows
    assert rows["paid_late", "q", *whole]["finding_count"] == rows["paid_late", "q", "all", "all", "all", "2", "all"]["finding_count"] == 1
    measures = {key[5] for key in rows if key[0] == "without_ground"}
    assert measures == {"all", "none"}


def test_findings_are_counted_once_in_each_cut_and_a_firm_once_in_all() -> None:
    rows = by(ask_model("mart_audit_cut", {
        "dim_clause": LAW,
        "mart_audit_finding": (FINDING, [
            {"kind": "paid_twice", "park_id": "A", "district_code": "1", "clause_id": "6b.1", "found_on": date(2025, 12, 1), "at_stake_yuan": 5},
            {"kind": "paid_twice", "park_id": "B", "district_code": "1", "clause_id": "9a", "found_on": date(2024, 12, 1), "at_stake_yuan": 7},
            {"kind": "without_ground", "severity": "error", "enterprise_id": "f", "found_on": date(2025, 12, 31)},
        ]),
        "int_findings": PARTS,
    }), "kind", "district", "park", "year", "measure", "clause")  # fmt: skip

    def cut(kind: str, **asked: str) -> tuple[int, int, int, int] | None:
        row = rows.get((kind, *(asked.get(name, "all") for name in ("district", "park", "year", "measure", "clause"))))
        return row and (row["finding_count"], row["enterprise_count"], row["at_stake_yuan"], row["new_finding_count"])

    assert cut("paid_twice") == cut("paid_twice", district="1") == (2, 1, 12, 1)
    assert cut("paid_twice", park="B") == cut("paid_twice", measure="9") == cut("paid_twice", clause="9a", year="2024") == (1, 1, 7, 0)
    assert cut("paid_twice", park="B", measure="6") is None
    assert cut("without_ground", clause="none", measure="none", park="none") == (1, 1, 1, 1)


def test_a_total_counts_each_yuan_that_was_paid_once_and_leaves_out_what_was_not_paid() -> None:
    def finding(name: str, kind: str, at_stake: int, park: str = "A", severity: str = "error") -> dict[str, Any]:
        return {"finding_id": name, "kind": kind, "severity": severity, "park_id": park, "found_on": date(2025, 6, 1), "at_stake_yuan": at_stake}

    rows = by(ask_model("mart_audit_cut", {
        "dim_clause": LAW,
        "mart_audit_finding": (FINDING, [
            finding("f1", "paid_not_eligible", 500), finding("f2", "above_ceiling", 100), finding("f3", "overlap_exceeded", 300, "B"),
            finding("f4", "below_floor", 70), finding("f5", "paid_late", 500, severity="note"),
        ]),
        "int_findings": (PARTS[0], [
            {"finding_id": "f1", "parts": [{"unit": "c1", "yuan": 500}]}, {"finding_id": "f2", "parts": [{"unit": "c1", "yuan": 100}]},
            {"finding_id": "f3", "parts": [{"unit": "c1", "yuan": 200}, {"unit": "c2", "yuan": 100}]}, {"finding_id": "f4", "parts": None},
            {"finding_id": "f5", "parts": [{"unit": "c1", "yuan": 500}]},
        ]),
    }), "kind", "severity", "district", "park", "year", "measure", "clause")  # fmt: skip

    def total(severity: str, park: str = "all") -> tuple[int, int]:
        row = rows["all", severity, "all", park, "all", "all", "all"]
        return row["finding_count"], row["at_stake_yuan"]

    assert total("error") == (4, 600)
    assert total("error", "B") == (1, 300)
    assert total("note") == (1, 500)


def test_a_firm_has_left_a_park_when_all_its_leases_there_ended_or_the_register_has_moved_it_away() -> None:
    lease = "park_id varchar, enterprise_id varchar, enterprise_name varchar, moved_in_on date, moved_out_on date"
    leases = [
        {"park_id": park, "enterprise_id": firm, "enterprise_name": firm, "moved_in_on": date(2024, month, 1), "moved_out_on": moved_out}
        for park, firm, month, moved_out in (
            ("A", "left", 1, date(2025, 6, 30)), ("A", "left on the day", 1, date(2025, 12, 31)), ("A", "is to leave", 1, date(2026, 1, 1)),
            ("A", "took other rooms", 1, date(2025, 6, 30)), ("A", "took other rooms", 2, None), ("A", "registered away", 1, None),
            ("A", "registered near", 1, None), ("B", "left", 7, None),
        )
    ]  # fmt: skip
    moves = [{"enterprise_id": firm, "to_district_code": code, "told_on": day} for firm, code, day in (
        ("registered away", "d1", date(2025, 3, 1)), ("registered away", "d2", date(2025, 9, 1)), ("registered near", "d2", date(2025, 3, 1)), ("registered near", "d1", date(2025, 9, 1)))]  # fmt: skip
    rows = by(ask_model("mart_park_leaver", {
        "fct_tenancy": (lease, leases), "mart_firm_move": ("enterprise_id varchar, to_district_code varchar, told_on date", moves),
        "dim_park": ("park_id varchar, district_code varchar", [{"park_id": "A", "district_code": "d1"}, {"park_id": "B", "district_code": "d1"}]),
        "dim_enterprise": ("enterprise_id varchar, enterprise_name varchar, park_id varchar, park_name varchar, district_name varchar, gone_how varchar",
            [{"enterprise_id": "left", "enterprise_name": "now called so", "park_id": "B", "park_name": "B park"}]),
    }), "park_id", "enterprise_id")  # fmt: skip
    assert {key: row["leaving"] for key, row in rows.items()} == {
        ("A", "left"): "lease_ended", ("A", "left on the day"): "lease_ended", ("A", "registered away"): "registered_elsewhere",
    }  # fmt: skip
    left = rows["A", "left"]
    assert (left["enterprise_name"], left["moved_out_on"], left["park_name_now"]) == ("now called so", date(2025, 6, 30), "B park")
    assert rows["A", "registered away"]["moved_told_on"] == date(2025, 9, 1)


def test_a_lease_without_a_rent_year_bears_the_firms_name_too() -> None:
    columns = "park_id varchar, enterprise_id varchar, enterprise_name varchar, rent_year bigint, moved_in_on date, moved_out_on date, area_m2 double, received_on date, source_file varchar, row_no bigint"
    rooms = [
        {"park_id": "A", "enterprise_id": firm, "enterprise_name": name, "rent_year": year, "moved_in_on": date(2024, 1, 1), "received_on": date(2025, 1, 1), "source_file": "f", "row_no": row_no}
        for row_no, (firm, name, year) in enumerate([("X", "x", None), ("Y", "y", None), ("Y", "y of 2024", 2024), ("Y", "y of 2025", 2025)])
    ]  # fmt: skip
    assert {key: row["enterprise_name"] for key, row in by(ask_model("fct_tenancy", {"stg_tenancies": (columns, rooms)}), "enterprise_id").items()} == {
        "X": "x", "Y": "y of 2025",
    }  # fmt: skip
