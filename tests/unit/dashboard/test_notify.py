"""Told in time: each person, what they asked for, once, and only what they may see."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import PASSWORD, html_of, log_of, page, press, reading_as, sign_in, told
from small_base import PARKS
from small_city import build

from dashboard.access import accounts, mail
from dashboard.access.accounts import User
from dashboard.app import create_app
from dashboard.notify import figures
from dashboard.notify import record as records
from dashboard.notify.record import Notice, Record
from pipelines import alerts as ways
from pipelines import doctor, notify
from pipelines.alert_rules import load_alerts
from pipelines.base.alert_rules import Alert
from pipelines.base.errors import AlertError, SettingsError
from pipelines.cli import main
from pipelines.settings import PROJECT, Settings
from tests.mailbox import Mailbox, mailbox

TUESDAY = datetime(2026, 1, 6, 9, tzinfo=notify.CHINA)
ALERTS = """\
# yaml-language-server: $schema=schema/alerts.json
alerts:
  - {id: many-open, figure: open_count, above: 0, roles: [analyst], text: 待定事项未清}
  - {id: park-open, figure: open_count, park: each, above: 0, roles: [operator], text: 园区有待定事项}
  - {id: city-for-park, figure: open_count, above: 0, accounts: [opa], text: 全市待定}
"""


@pytest.fixture(scope="module")
def server_of_mail() -> Iterator[Mailbox]:
    with mailbox() as received:
        yield received


@pytest.fixture
def box(server_of_mail: Mailbox) -> Mailbox:
    server_of_mail.clear()
    return server_of_mail


@pytest.fixture
def home(tmp_path: Path, published: Path, box: Mailbox) -> Settings:
    """A home over the small city: an analyst and an operator who are written to, a steward without an address."""
    settings = Settings(tmp_path, tmp_path / "landing", mail_url=box.address)
    (tmp_path / "published").symlink_to(published)
    settings.decisions.mkdir()
    (settings.decisions / "alerts.yaml").write_text(ALERTS, encoding="utf-8")
    for name, role, parks in (("ana", "analyst", ()), ("opa", "operator", ("P001",)), ("ste", "steward", ())):
        accounts.add(settings.accounts, name, PASSWORD, role, parks)
    for name in ("ana", "opa"):
        mail.choose(settings.accounts, name, f"{name}@example.cn", ["alert", "weekly"])
    return settings


@pytest.fixture
def with_reports(home: Settings) -> Settings:
    """The same, and both asked for the month's report too."""
    for name in ("ana", "opa"):
        mail.choose(home.accounts, name, f"{name}@example.cn", list(mail.KINDS))
    return home


def _to(box: Mailbox, name: str) -> dict[str, str]:
    """The mails of a person by their subjects."""
    return {str(one["subject"]): str(one.get_body(("plain",)).get_content()) for one in box if one["to"] == f"{name}@example.cn"}


def test_one_mail_of_each_kind_is_received_and_none_twice(with_reports: Settings, box: Mailbox):
    home = with_reports
    done = notify.notify(home, TUESDAY)
    assert (done.problems, done.failed) == ([], 0)
    subjects = ["软城观测：指标预警：待定事项未清［示例数据］", "软城观测：每周提醒（2026 年第 2 周）［示例数据］", "软城观测：2025年12月月报［示例数据］"]
    assert list(_to(box, "ana")) == subjects
    assert "高于 0（数据截至 2025-12-31）" in _to(box, "ana")[subjects[0]]
    assert all(words in _to(box, "ana")[subjects[1]] for words in ("超过报送周期或从未报送的来源", "30天内到期", "应享未享"))
    [report] = next(one for one in box if one["subject"] == subjects[2] and one["to"] == "ana@example.cn").iter_attachments()
    assert (report.get_filename(), report.get_content()[:4]) == ("softcity-2025-12.pdf", b"%PDF")
    assert notify.due(home, TUESDAY) is None
    sent = len(box)
    for moment in (TUESDAY, TUESDAY + timedelta(hours=3)):
        assert notify.notify(home, moment).sent == 0
    notify.record_of(home).keep(notify.LOOKED, "")  # as though something had changed: all is looked at again
    assert (notify.notify(home, TUESDAY).sent, len(box)) == (0, sent)


def test_an_operator_is_told_of_their_own_park_alone(with_reports: Settings, box: Mailbox):
    home = with_reports
    notify.notify(home, TUESDAY)
    told = _to(box, "opa")
    assert len(told) == 3
    assert PARKS["P001"][0] in "".join(told.values())
    assert not [name for park, (name, _) in PARKS.items() if park != "P001" and name in "".join([*told, *told.values()])]
    files = [file.get_filename() for one in box if one["to"] == "opa@example.cn" for file in one.iter_attachments()]
    assert files == ["park-P001-2025-12.pdf"]
    looks = {(row["alert"], row["name"]): row["why"] for row in notify.record_of(home).looks()}
    assert looks["city-for-park", "opa"] == "not_visible", "a figure of the whole city is none an operator may see"
    assert "来源" not in "".join(told.values())


def test_a_line_is_told_when_it_is_crossed_and_again_only_after_the_figure_came_back(home: Settings, tmp_path: Path, published: Path):
    folder = tmp_path / "several"
    for name in ("20251201-0001", "20251203-0003"):
        shutil.copytree(published / "20260101-test", folder / name)
    build(folder, "20251202-0002", claims=60)
    (tmp_path / "published").unlink()
    folder.rename(tmp_path / "published")
    rule = "alerts: [{id: many, figure: eligible_count, above: 60, roles: [analyst], text: 多}]"
    (home.decisions / "alerts.yaml").write_text(rule, encoding="utf-8")

    def crossed_at(snapshot: str) -> int:
        (home.published / "CURRENT").write_text(snapshot)
        before = len(_alerts(home))
        notify.notify(home, TUESDAY)
        return len(_alerts(home)) - before

    assert [crossed_at(one) for one in ("20251201-0001", "20251201-0001", "20251203-0003", "20251202-0002", "20251203-0003")] == [1, 0, 0, 0, 1]


def _alerts(home: Settings) -> list[dict[str, object]]:
    return [row for row in notify.record_of(home).log() if row["kind"] == "alert"]


def test_a_figure_that_is_not_known_or_withheld_alerts_nobody_and_the_log_says_so(home: Settings, published: Path):
    rule = "alerts: [{id: fell, figure: payout_rate, falls_by: 0.01, roles: [analyst], text: 降}]"
    (home.decisions / "alerts.yaml").write_text(rule, encoding="utf-8")
    notify.notify(home, TUESDAY)
    [look] = notify.record_of(home).looks()
    assert (look["why"], look["is_crossed"], _alerts(home)) == ("no_month_before", None, [])
    withheld = Alert(id="w", figure="b", park="each", above=0.0, roles=["steward"], text="w")
    with reading_as(published, "steward"):
        assert {seen.place: (seen.value, seen.why) for seen in figures.look(withheld)} == {"P001": (14, None), "P002": (8, None), "P003": (None, "withheld")}


def test_a_mail_begun_by_a_process_that_died_is_not_sent_again_and_is_told_of(home: Settings, box: Mailbox, monkeypatch: pytest.MonkeyPatch):
    class Killed(BaseException):
        pass

    def dies(*given: object) -> bool:
        ways_mail(*given)  # type: ignore[arg-type]
        raise Killed

    ways_mail = ways.mail
    monkeypatch.setattr(ways, "mail", dies)
    with pytest.raises(Killed):
        notify.notify(home, TUESDAY)
    monkeypatch.undo()
    first = str(box[0]["subject"]), str(box[0]["to"])
    notify.notify(home, TUESDAY)
    assert [(str(one["subject"]), str(one["to"])) for one in box].count(first) == 1
    assert [row["state"] for row in notify.record_of(home).log()].count("unclear") == 1
    assert notify.record_of(home).unsent() == 1
    assert any(found.level == "warn" and "nobody knows" in found.says for found in doctor._alerts(home))


def test_a_mail_the_server_did_not_take_is_tried_again_later(home: Settings, box: Mailbox, monkeypatch: pytest.MonkeyPatch):
    box.refuses = 1
    done = notify.notify(home, TUESDAY)
    assert done.failed == 1
    assert notify.notify(home, TUESDAY).sent == 0, "not at once"
    monkeypatch.setattr(records, "WAIT_SECONDS", -1)
    assert notify.due(home, TUESDAY)
    assert notify.notify(home, TUESDAY).sent == 1
    assert len({(one["to"], one["subject"]) for one in box}) == len(box)


def test_what_waits_for_somebody_who_sees_another_park_now_is_not_sent(home: Settings, box: Mailbox):
    without = replace(home, mail_url="")
    assert any("SOFTCITY_MAIL_URL" in problem for problem in notify.notify(without, TUESDAY).problems)
    accounts.change(home.accounts, "opa", "operator", ["P002"])
    notify.notify(home, TUESDAY)
    assert PARKS["P001"][0] not in "".join(_to(box, "opa").values())
    assert "dropped" in [row["state"] for row in notify.record_of(home).log()]


def test_a_report_is_sent_from_the_fifth_and_a_week_from_monday_at_eight(home: Settings):
    snapshots = notify.Snapshots(home.published)
    assert notify.report_of(snapshots, datetime(2026, 1, 5, 7, 59, tzinfo=notify.CHINA)) is None
    assert notify.report_of(snapshots, datetime(2026, 1, 5, 8, tzinfo=notify.CHINA)).as_of == "2025-12-31"
    assert notify.week_of(datetime(2026, 1, 5, 7, 59, tzinfo=notify.CHINA)) == "2026-W01"
    assert notify.week_of(datetime(2026, 1, 5, 8, tzinfo=notify.CHINA)) == "2026-W02"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{id: a, figure: open_count, above: 1, roles: [analyst], text: x, tone: loud}", "alert a, tone: this key is not known. Remove it"),
        ("{id: a, figure: open_count, roles: [analyst], text: x}", "give one line: above, below, rises_by, falls_by"),
        ("{id: a, figure: open_count, above: 1, text: x}", "nobody would be told. Give roles or accounts"),
        ("{id: a, figure: opened, above: 1, roles: [analyst], text: x}", "'opened' does not exist. Use eligible_count"),
        ("{id: a, figure: stale_source_count, park: each, above: 1, roles: [analyst], text: x}", "stale_source_count is not counted by park"),
        ("{id: a, figure: open_count, above: 1, roles: [boss], text: x}", "'boss' does not exist. Use 'analyst'"),
        ("{id: a, figure: open_count, above: .nan, roles: [analyst], text: x}", "finite number"),
    ],
)  # fmt: skip
def test_an_alert_that_does_not_fit_is_named_with_file_key_and_mend(home: Settings, line: str, told: str):
    (home.decisions / "alerts.yaml").write_text(f"alerts: [{line}]", encoding="utf-8")
    with pytest.raises(AlertError) as caught:
        load_alerts(home)
    assert str(home.decisions / "alerts.yaml") in str(caught.value)
    assert told in str(caught.value)


def test_the_example_that_is_shipped_is_sound_and_can_be_looked_at(home: Settings):
    shutil.copy(PROJECT / "docs" / "deploy" / "alerts.yaml", home.decisions / "alerts.yaml")
    rules = load_alerts(home)
    looked = {row["alert"] for row in notify.preview(home)}
    assert looked == {rule.id for rule in rules if {"analyst", "operator", "steward"} & {*rule.roles}}
    assert notify.record_of(home).looks() == [], "a preview keeps nothing"


def test_alerts_that_cannot_be_read_stop_nothing_else(home: Settings, box: Mailbox):
    (home.decisions / "alerts.yaml").write_text("alerts: 3", encoding="utf-8")
    done = notify.notify(home, TUESDAY)
    assert "not a list" in done.problems[0]
    assert "软城观测：每周提醒（2026 年第 2 周）［示例数据］" in _to(box, "ana")


@pytest.mark.parametrize(("more", "told"), [("&to=x@example.cn", "names recipients"), ("&bcc=x@example.cn", "names recipients")])
def test_a_server_that_would_copy_others_in_is_refused(box: Mailbox, more: str, told: str):
    with pytest.raises(SettingsError, match=told):
        ways.mail(box.address + more, "ana@example.cn", "t", "b")


def test_a_server_that_is_not_understood_is_never_printed(caplog: pytest.LogCaptureFixture):
    for url in ("json://bot:s3cret@host", "mailto://bot:s3cret@", "nosuch://bot:s3cret@host"):
        with pytest.raises(SettingsError, match="SOFTCITY_MAIL_URL") as caught:
            ways.mail(url, "ana@example.cn", "t", "b")
        assert "s3cret" not in str(caught.value) + caplog.text


def test_accounts_of_an_earlier_version_go_on_and_are_told_of_alerts_once_they_have_an_address(tmp_path: Path):
    path = tmp_path / "accounts.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(accounts._SCHEMA[0].replace("create table if not exists", "create table"))
        db.execute("insert into account values ('wu', 'x', 'analyst', '[]', 0, 1, '2024-01-01T00:00:00Z')")
    [one] = mail.people(path)
    assert (one.address, one.wants("alert")) == ("", False)
    mail.choose(path, "wu", "wu@example.cn", one.kinds)
    assert [(one.address, one.kinds) for one in mail.people(path)] == [("wu@example.cn", ("alert",))]
    assert accounts.oidc_user(path, "https://id.example", "1", "wu@example.cn") is None, "an address of mail lets nobody in"


@pytest.fixture
def app(tmp_path: Path, published: Path):
    """A server of its own, whose accounts may be changed."""
    file = tmp_path / "served" / "accounts.sqlite"
    for name, role, parks in (("ana", "analyst", ()), ("opa", "operator", ("P001",)), ("adm", "admin", ())):
        accounts.add(file, name, PASSWORD, role, parks)
    return create_app(published, file, decisions=tmp_path / "decisions", shared=tmp_path / "shared"), file


def _shell(client) -> str:
    return html_of(client.get("/_dash-layout").get_json())


def test_a_notice_stands_above_the_pages_of_its_person_until_it_is_read(app):
    server, file = app
    record = Record.beside(file)
    notice = Notice("alert:a:city:s", "alert", "指标预警：甲", "全市甲 3，高于 2", "20260101-test", href="/")
    assert record.tell(User("ana", "analyst"), notice)
    assert not record.tell(User("ana", "analyst"), notice), "once"
    ana, opa = server.test_client(), server.test_client()
    assert [sign_in(client, name).status_code for client, name in ((ana, "ana"), (opa, "opa"))] == [303, 303]
    assert "指标预警：甲" in _shell(ana)
    assert "指标预警" not in _shell(opa)
    number = record.of(User("ana", "analyst"))[0]["id"]
    assert "没有" in told(press(opa, "read-notice", {}, {"number": number})), "nobody reads another's"
    press(ana, "read-notice", {}, {"number": number})
    assert "指标预警" not in _shell(ana)
    assert [row["action"] for row in log_of(file).read(20)].count("act notice") == 1


def test_what_was_told_of_another_park_is_not_shown_once_the_park_is_taken_away(app):
    _, file = app
    record = Record.beside(file)
    record.tell(User("opa", "operator", ("P001",)), Notice("k", "alert", "t", "b", "s"))
    assert record.of(User("opa", "operator", ("P001",)))
    assert record.of(User("opa", "operator", ("P002",))) == []


def test_everybody_chooses_their_own_address_and_the_administrator_sees_it(app):
    server, file = app
    opa, adm = server.test_client(), server.test_client()
    assert [sign_in(client, name).status_code for client, name in ((opa, "opa"), (adm, "adm"))] == [303, 303]
    chosen = {"account-mail-address.value": "opa@example.cn", "account-mail-kinds.value": ["monthly", "alert"]}
    assert "已保存" in told(press(opa, "account-mail-save", chosen))
    assert mail.person(file, "opa").kinds == ("alert", "monthly")
    for bad in ("opa", "a@b@c.cn", "a@example.cn,b@example.cn", "opa@example.cn\nBcc: x@example.cn", "x" * 300 + "@example.cn"):
        assert "不是邮箱地址" in told(press(opa, "account-mail-save", {**chosen, "account-mail-address.value": bad})), bad
    assert mail.person(file, "opa").address == "opa@example.cn"
    assert "尚未设置发送邮件的服务器" in page(opa, "/account")
    assert "opa@example.cn,指标预警、月报" in adm.get("/export/users.csv").get_data(as_text=True).replace('"', "")


def test_the_same_is_done_by_command(home: Settings, box: Mailbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOFTCITY_MAIL_URL", box.address)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--home", str(home.home), *words])
        assert done.exit_code == 0, done.output
        return done.output

    assert "may" not in run("users", "mail", "ste", "--address", "ste@example.cn", "--kind", "weekly")
    assert "ste@example.cn" in run("alerts", "list")
    assert "many-open" in run("alerts", "test")
    assert len(box) == 0
    assert "ste@example.cn" in run("alerts", "test", "--to", "ste")
    assert [one["to"] for one in box] == ["ste@example.cn"]
    assert "0 not taken" in run("alerts", "send")
    told = run("alerts", "log")
    assert "mail sent" in told
    assert "not_visible" in told
    assert "gets no mail" in run("users", "mail", "ste", "--remove")
    assert [row["action"] for row in log_of(home.accounts).read(50)].count("act mail") == 2


def test_the_record_is_its_owners_alone(home: Settings):
    notify.notify(home, TUESDAY)
    assert notify.record_of(home).path.stat().st_mode & 0o077 == 0
