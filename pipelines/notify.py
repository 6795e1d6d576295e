"""Tell each person in time, once, and only what they may see: alerts, the month's report, the week's attention.

What is told is made by the dashboard, through the questions and the scope of its pages; this decides when, sends it, and leaves
each mail as a line of the access log, as every export is one. The scheduler asks `due` every ten minutes and runs `notify`.
"""

import fcntl
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.access import mail
from dashboard.access.access_log import AccessLog
from dashboard.access.mail import Person
from dashboard.notify import alerts, mails
from dashboard.notify.record import Record, seen_as
from dashboard.reports import reading
from dashboard.snapshot import Snapshot, Snapshots
from pipelines import alerts as ways
from pipelines.alert_rules import load_alerts
from pipelines.base.alert_rules import FILE, Alert
from pipelines.base.errors import AlertError, BuildRunning, SettingsError, SnapshotMissing
from pipelines.settings import Settings

CHINA = ZoneInfo("Asia/Shanghai")
REPORT_DAY = 5
"""Of the month after, when its files have come and its end is built (pipelines/defs/automation.py)."""
HOUR = 8
LOOKED = "looked"


@dataclass
class Told:
    """What a round did."""

    notices: int = 0
    sent: int = 0
    failed: int = 0
    dropped: int = 0
    problems: list[str] = field(default_factory=list)


def now() -> datetime:
    return datetime.now(CHINA)


def record_of(settings: Settings) -> Record:
    return Record.beside(settings.accounts)


def week_of(moment: datetime) -> str:
    """The week whose attention is told by now: from Monday at eight on its own, before that the one before."""
    year, week, weekday = moment.isocalendar()
    if weekday == 1 and moment.hour < HOUR:
        year, week, _ = date.fromordinal(moment.toordinal() - 7).isocalendar()
    return f"{year}-W{week:02}"


def report_of(snapshots: Snapshots, moment: datetime) -> Snapshot | None:
    """The month's end whose report is to be sent by now."""
    found = mails.month_end(snapshots)
    if found is None:
        return None
    year, month = map(int, found.as_of[:7].split("-"))
    sent_from = datetime(year + month // 12, month % 12 + 1, REPORT_DAY, HOUR, tzinfo=CHINA)
    return found if moment >= sent_from else None


def due(settings: Settings, moment: datetime | None = None) -> str | None:
    """Why there is something to look at or to send, as one word that is another for each reason; None where there is nothing."""
    if not settings.accounts.exists():
        return None
    record, stands = record_of(settings), _stands(settings, moment or now())
    if stands is None or (record.kept(LOOKED) == stands and not record.is_any_due()):
        return None
    return f"{stands} {record.tries()}"


def _stands(settings: Settings, moment: datetime) -> str | None:
    """A hash of all that a round looks at: where it is the same nothing new can be told."""
    snapshots = Snapshots(settings.published)
    try:
        current = snapshots.current()
    except SnapshotMissing:
        return None
    report, rules = report_of(snapshots, moment), settings.decisions / FILE
    people = [(seen_as(one.user), one.user.name, one.address, one.kinds) for one in mail.people(settings.accounts)]
    content = rules.read_bytes() if rules.exists() else b""
    seen = f"{current.snapshot_id} {report.snapshot_id if report else ''} {week_of(moment)} {people}"
    return hashlib.sha256(seen.encode() + content).hexdigest()[:20]


def notify(settings: Settings, moment: datetime | None = None, progress: Callable[[str], object] = lambda _: None) -> Told:
    """One round: look, tell, send. What is wrong with alerts.yaml or the mail server is among its problems, the rest goes on."""
    moment, told = moment or now(), Told()
    if not settings.accounts.exists():
        return told
    with _one_at_a_time(settings):
        record, snapshots = record_of(settings), Snapshots(settings.published)
        stands = _stands(settings, moment)
        if stands is None:
            return told
        try:
            rules = load_alerts(settings)
        except AlertError as error:
            told.problems += str(error).splitlines()
            rules = []
        else:
            record.forget_looks([rule.id for rule in rules])
        if record.kept(LOOKED) != stands:
            for person in mail.people(settings.accounts):
                _tell(settings, person, rules, snapshots, moment, told)
            record.keep(LOOKED, stands)
        _send(settings, snapshots, told, progress)
    return told


def _tell(settings: Settings, person: Person, rules: list[Alert], snapshots: Snapshots, moment: datetime, told: Told) -> None:
    """Write down what one person is to be told now."""
    record, user = record_of(settings), person.user
    with reading(snapshots, snapshots.current(), user):
        for looks, notice in alerts.looked(rules, person, record):
            record.look(user, looks, notice, person.address if person.wants("alert") else "")
            told.notices += notice is not None
        if person.wants("weekly") and not record.has_told(user.name, f"weekly:{week_of(moment)}"):
            notice = mails.weekly(week_of(moment))
            told.notices += notice is not None and record.tell(user, notice, person.address)
    report = report_of(snapshots, moment)
    if report and person.wants("monthly"):
        with reading(snapshots, report, user):
            told.notices += record.tell(user, mails.monthly(), person.address)


def _send(settings: Settings, snapshots: Snapshots, told: Told, progress: Callable[[str], object]) -> None:
    """Send what waits; each mail is noted as begun before the server hears of it (dashboard/notify/record.py)."""
    record = record_of(settings)
    made: mails.Made = {}
    waiting = record.begin()
    if waiting and not settings.mail_url:
        told.problems.append(f"{len(waiting)} mails wait: SOFTCITY_MAIL_URL is not set. docs/configuration.md tells how.")
        return
    people = {one.user.name: one for one in mail.people(settings.accounts)}
    for one in waiting:
        person = people.get(one["name"])
        if person is None or seen_as(person.user) != one["seen_as"] or not person.wants(one["kind"]):
            record.settle(one["id"], "dropped", "no longer wanted, or seen by another role")
            told.dropped += 1
            continue
        progress(f"{one['key']} → {one['name']}")
        record.claim(one["id"])
        try:
            is_sent = _deliver(settings, snapshots, person, one, made)
        except (SettingsError, SnapshotMissing) as error:
            record.settle(one["id"], "failed", str(error))
            told.problems.append(str(error))
            told.failed += 1
            continue
        record.settle(one["id"], "sent" if is_sent else "failed", "" if is_sent else "the server did not take it")
        told.sent, told.failed = told.sent + is_sent, told.failed + (not is_sent)
        _note(settings, person, f"mail {one['key']}" if is_sent else f"mail not taken {one['key']}")


def _deliver(settings: Settings, snapshots: Snapshots, person: Person, one: dict[str, Any], made: mails.Made) -> bool:
    with reading(snapshots, snapshots.get(one["snapshot_id"]), person.user), tempfile.TemporaryDirectory(prefix="softcity-mail-") as folder:
        files = mails.reports(Path(folder), made) if one["kind"] == "monthly" else []
        title, body = mails.letter(one["title"], one["body"], person.user)
        return ways.mail(settings.mail_url, person.address, title, body, files)


def _note(settings: Settings, person: Person, detail: str) -> None:
    log = AccessLog.beside(settings.accounts, days=settings.log_days, lines=settings.log_lines)
    log.write("mail", person.user.name, person.user.role, where="softcity alerts", detail=detail)


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Two rounds at once would each claim what the other had begun. Raises BuildRunning."""
    settings.var.mkdir(parents=True, exist_ok=True)
    with (settings.var / "notify.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning("Another round of notices runs just now. Ask again in a minute.") from None
        yield


def preview(settings: Settings) -> list[dict[str, Any]]:
    """What each alert would say to whom now: nothing is kept and nothing sent. Raises AlertError, SnapshotMissing."""
    rules, snapshots, record = load_alerts(settings), Snapshots(settings.published), record_of(settings)
    people = mail.people(settings.accounts) if settings.accounts.exists() else []
    current, found = snapshots.current(), []
    for person in people:
        with reading(snapshots, current, person.user):
            found += [{"name": person.user.name, **look} for looks, _ in alerts.looked(rules, person, record) for look in looks]
    return found


def try_mail(settings: Settings, name: str) -> str:
    """Send one mail to an account's address, to see that it arrives; the address. Raises AlertError, SettingsError."""
    person = mail.person(settings.accounts, name) if settings.accounts.exists() else None
    if person is None or not person.address:
        raise AlertError(f"{name} has no address, or may not sign in. `softcity users mail {name} --address …` gives one.")
    if not settings.mail_url:
        raise AlertError("SOFTCITY_MAIL_URL is not set: there is no server to send by. docs/configuration.md tells how.")
    if not ways.mail(settings.mail_url, person.address, "软城观测：试发", f"{name}：收到本邮件，说明软城观测可以按账户地址发送提醒和月报。"):
        raise AlertError("The server did not take the mail. Look at SOFTCITY_MAIL_URL, and at the server's own log.")
    _note(settings, person, "mail test")
    return person.address


def people_of(settings: Settings) -> list[Person]:
    """Every account that may sign in, with its address and what it asked for."""
    return mail.people(settings.accounts) if settings.accounts.exists() else []
