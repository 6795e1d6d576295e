"""到期: what runs out when, for those who may see it; the list, the cards, the figure and the calendar tell the same."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import html_of, page, reading_as, renewed, rows_of
from icalendar import Calendar
from small_base import AS_OF
from small_marts import LEADS

from dashboard import query
from dashboard.summaries import deadlines as summaries
from dashboard.view import View
from pipelines.cli import main

BANDS = [band for band, _ in LEADS]


def calendar_of(client, search: str = "") -> tuple[list, bytes]:
    """The events of the calendar file, and the file."""
    answer = client.get(f"/export/deadlines.ics?{search}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.get_data()).walk("VEVENT"), answer.get_data()


@pytest.mark.parametrize("name", ["ana", "opa"])
def test_each_card_tells_how_many_rows_it_leads_to(signed_in, published: Path, name: str):
    client = signed_in(name)
    with reading_as(published, *(("analyst",) if name == "ana" else ("operator", "P001"))):
        cards = summaries.cards(summaries.bands(View("/deadlines")), View("/deadlines"))
    assert [card.key for card in cards] == [f"lead_{band}" for band in BANDS]
    counts = [len(rows_of(client, "deadlines", str(card.href).partition("?")[2])) for card in cards]
    assert counts == [int(card.value) for card in cards]
    assert sum(counts) == len(rows_of(client, "deadlines"))
    assert all(counts) or name == "opa"


def test_an_operator_sees_their_tenants_and_the_policy_and_nothing_else(signed_in, published: Path):
    rows = rows_of(signed_in("opa"), "deadlines")
    assert {row["园区"] for row in rows} == {"", "湖畔软件园"}
    assert [row["种类"] for row in rows if not row["园区"]] == ["政策有效期"]
    with reading_as(published, "operator", "P001"):
        assert query.ask("deadlines", park="P002") == []
        assert query.ask("deadline_counts", park="P002")[0]["deadline_count"] == 0


def test_days_are_told_from_the_as_of_day_and_from_today(published: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(query, "today", lambda: "2026-03-01")
    with reading_as(published, "analyst"):
        for row in query.ask("deadlines"):
            assert row["days_left"] == (row["due_on"] - AS_OF).days
            assert row["days_from_today"] == (row["due_on"] - date(2026, 3, 1)).days


def test_the_figure_counts_the_months_of_the_list_and_leads_to_them(signed_in):
    client = signed_in("ana")
    told = renewed(client, "deadlines-head.children", "/deadlines?deadline=certificate").get_json()["response"]
    bars = next(part["figure"] for part in told.values() if "figure" in part)["data"][0]
    assert sum(bars["y"]) == len(rows_of(client, "deadlines", "deadline=certificate"))
    for count, href in zip(bars["y"], bars["customdata"], strict=True):
        assert len(rows_of(client, "deadlines", href.partition("?")[2])) == count


def test_the_page_says_when_nothing_fits_its_filters(signed_in):
    told = renewed(signed_in("opa"), "deadlines-head.children", "/deadlines?park=P002").get_json()["response"]
    assert "state-no_rows" in html_of(told["deadlines-empty"])
    assert told["deadlines-rows"]["hidden"] is told["deadlines-months"]["hidden"] is True
    assert renewed(signed_in("opa"), "deadlines-head.children", "/deadlines").get_json()["response"]["deadlines-months"]["hidden"] is False


def test_a_firm_s_page_lists_what_of_it_runs_out_and_can_be_taken_as_a_calendar(signed_in, published: Path):
    with reading_as(published, "analyst"):
        row = query.ask("deadlines", deadline="certificate", lead="overdue")[1]
    text = page(signed_in("ana"), f"/firms/{row['enterprise_id']}")
    assert "figure-firm_deadlines" in text
    assert "lead-overdue" not in text, "words, never a key"
    assert f"/export/firm_deadlines.ics?firm={row['enterprise_id']}" in text


def test_a_park_s_page_counts_what_its_tenants_have_within_thirty_days(signed_in):
    client = signed_in("opa")
    count = len(rows_of(client, "deadlines", "park=P001&lead=d30"))
    text = page(client, "/parks/P001")
    assert count
    assert 'id="kpi-lead_d30"' in text
    assert "/deadlines?park=P001&amp;lead=d30" in text
    assert re.search(rf'className="kpi-value"[^>]*>{count}<', text.split('id="kpi-lead_d30"')[1])


def test_the_calendar_holds_the_rows_of_the_list_as_whole_days(signed_in):
    client = signed_in("ana")
    for search in ("", "lead=overdue", "deadline=certificate&park=P001", "deadlines.due_on__from=2026-01-01"):
        rows, (events, _) = rows_of(client, "deadlines", search), calendar_of(client, search)
        assert sorted(event["DTSTART"].dt.isoformat() for event in events) == sorted(row["到期日"] for row in rows)
        for event in events:
            assert event["DTSTART"].params["VALUE"] == "DATE"
            assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1), "the end of an all-day event is the day after"
            assert event["TRANSP"] == "TRANSPARENT", "a deadline takes nobody's day"


def test_an_event_keeps_its_name_when_its_day_moves_and_no_two_share_one(signed_in, published: Path):
    events, _ = calendar_of(signed_in("ana"))
    names = {str(event["UID"]) for event in events}
    assert len(names) == len(events)
    assert calendar_of(signed_in("ana"))[1] == calendar_of(signed_in("ana"))[1], "the same rows are the same file"
    with reading_as(published, "analyst"):
        assert names == {f"{row['deadline_id']}@softcity" for row in query.ask("deadlines")}


def test_alarms_ring_ahead_by_lead_time_and_never_in_the_past(signed_in, monkeypatch: pytest.MonkeyPatch):
    client = signed_in("ana")
    for today, wanted in (("2025-12-31", {"overdue": [], "d30": [], "d90": [30], "d180": [90, 30], "d365": [180, 90, 30], "later": [180, 90, 30]}), ("2030-01-01", {band: [] for band in BANDS})):
        monkeypatch.setattr(query, "today", lambda today=today: today)
        monkeypatch.setattr("dashboard.reports.calendar.today", lambda today=today: today)
        for band, leads in wanted.items():
            events, _ = calendar_of(client, f"deadline=certificate&lead={band}")
            assert events
            for event in events:
                assert [-alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")] == leads
                assert {alarm["ACTION"] for alarm in event.walk("VALARM")} <= {"DISPLAY"}


def test_the_file_keeps_to_the_rules_of_lines_and_signs(signed_in):
    _, content = calendar_of(signed_in("ana"))
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75, "longer lines are folded"
    for line in lines:
        line.decode()  # no sign is cut in two
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "示例数据" in unfolded
    assert "上限不是应付金额" in unfolded
    assert "\\n" in unfolded, "line breaks are escaped"


def test_an_operator_s_calendar_is_of_their_own_tenants(signed_in, published: Path):
    own, other = signed_in("opa"), signed_in("opb")
    [events, _], [others, _] = calendar_of(own, "park=P002"), calendar_of(other, "park=P002")
    assert not events
    assert others
    shared = {str(event["UID"]) for event in calendar_of(own)[0]} & {str(event["UID"]) for event in calendar_of(other)[0]}
    assert shared == {"policy@softcity"}


def test_nobody_takes_a_calendar_without_signing_in_and_other_tables_have_none(server, signed_in):
    assert server.test_client().get("/export/deadlines.ics").status_code == 401
    assert signed_in("ana").get("/export/firm_list.ics").status_code == 404


def test_the_command_tells_the_page_s_rows_and_holds_a_park_to_itself(published: Path, signed_in, tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "published").symlink_to(published)

    def asked(*arguments: str):
        return CliRunner().invoke(main, ["--home", str(home), "deadlines", *arguments], catch_exceptions=False)

    rows = json.loads(asked("--json", "--lead", "d90").stdout)
    assert len(rows) == len(rows_of(signed_in("ana"), "deadlines", "lead=d90")) > 0
    own = json.loads(asked("--json", "--park", "P001").stdout)
    assert {row["deadline_id"] for row in own} == {row["deadline_id"] for row in json.loads(asked("--json").stdout) if row["park_id"] == "P001" or row["deadline_id"] == "policy"}
    assert "示例能力成熟度" in asked("--lead", "d90").stdout
    file = tmp_path / "due.ics"
    assert asked("--park", "P001", "--ics", str(file)).stdout.strip() == str(file)
    assert len(Calendar.from_ical(file.read_bytes()).walk("VEVENT")) == len(own)
    refused = asked("--park", "P404")
    assert refused.exit_code == 1
    assert "P404: no such park" in refused.stderr
