"""What is sent besides alerts: the month's report and the week's attention, each person's own through the scope of the pages."""

from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path

from flask import g

from dashboard.access.accounts import User
from dashboard.access.scope import Scope, scope_of
from dashboard.components import number
from dashboard.notify.record import Notice
from dashboard.query import ask, ask_one, by_policy
from dashboard.reader import Row
from dashboard.reports import content, render
from dashboard.snapshot import Snapshot, Snapshots
from dashboard.summaries import deadlines
from dashboard.summaries.overview import REPORT_ROLES
from dashboard.text import t
from dashboard.view import View

Made = dict[tuple[Scope, str, str, str], bytes]
"""Reports that were made already, by the scope, the snapshot and the policy they were made in: the same paper for all who see the same."""


def month_end(snapshots: Snapshots) -> Snapshot | None:
    """The newest snapshot that stands on the last day of a month."""
    for snapshot in snapshots.all():
        year, month, day = map(int, snapshot.as_of.split("-"))
        if day == monthrange(year, month)[1]:
            return snapshot
    return None


def monthly() -> Notice:
    """The notice that goes with the report of the snapshot at hand, a month's end."""
    month = g.snapshot.as_of[:7]
    year, no = month.split("-")
    title = t("notify.monthly", month=t("report.month", year=year, month=int(no)))
    return Notice(f"monthly:{month}", "monthly", title, t("notify.monthly_words", day=g.snapshot.as_of), g.snapshot.snapshot_id, period=month, href="/")


def reports(folder: Path, made: Made) -> list[Path]:
    """The reports of the snapshot at hand for whoever asks, as PDF in `folder`, one of each policy: the city's, or one for each park of an operator."""
    user, month = g.user, g.snapshot.as_of[:7]
    if not user.is_scoped and user.role not in REPORT_ROLES:
        return []
    files = []
    for policy in by_policy():
        of = f"{policy.policy_id}-{month}" if g.snapshot.has_several else month
        for name, file in [(park, f"park-{park}-{of}.pdf") for park in user.parks] if user.is_scoped else [("city", f"softcity-{of}.pdf")]:
            key = (scope_of(user), g.snapshot.snapshot_id, policy.policy_id, name)
            if key not in made:
                made[key] = render.pdf(content.month(month) if name == "city" else content.of_park(name, month))
            path = folder / file
            path.write_bytes(made[key])
            files.append(path)
    return files


def weekly(week: str) -> Notice | None:
    """What needs attention this week, of all the reader may see; None where nothing does."""
    user = g.user
    lines = [
        f"{policy.title}：{line}" if g.snapshot.has_several else line
        for policy in by_policy() for park in (user.parks if user.is_scoped else (None,)) for line in _of(park)
    ]  # fmt: skip
    late = [row for row in ask("source_list") if row["status"] in ("stale", "missing")]
    if late:
        lines.append(t("notify.late", n=number.count(len(late)), names=t("comma").join(row["title"] for row in late)))
    if not lines:
        return None
    year, no = week.split("-W")
    body = t("notify.weekly_words", day=g.snapshot.as_of, lines="\n".join(f"· {line}" for line in lines))
    return Notice(f"weekly:{week}", "weekly", t("notify.weekly", year=year, week=int(no)), body, g.snapshot.snapshot_id, period=week, href="/")


def _of(park: str | None) -> Iterator[str]:
    """The city's lines, or those of one park under its name."""
    cut = {"park": park} if park else {}
    before = f"{_name(park)}：" if park else ""
    found: Row = ask_one("attention", **cut)
    if found.get("new_finding_count"):
        yield before + t("notify.findings", n=number.count(found["new_finding_count"]))
    soon = deadlines.bands(View("/deadlines", cut))
    if due := soon.get("d30"):
        yield before + t("notify.deadlines", n=number.count(due["deadline_count"]), firms=number.count(due["enterprise_count"]), day=number.day(due["next_on"]))
    if late := soon.get("overdue"):
        yield before + t("notify.overdue", n=number.count(late["deadline_count"]))
    uptake = number.told(ask_one("uptake", **cut))
    if uptake.get("outreach_count"):
        yield before + t("notify.outreach", n=number.count(uptake["outreach_count"]), sum=number.lacking(uptake, "outreach_yuan") or number.yuan(uptake["outreach_yuan"]))


def _name(park: str) -> str:
    return next((str(row["park_name"]) for row in ask("park_options") if row["park_id"] == park), park)


def letter(title: str, body: str, user: User) -> tuple[str, str]:
    """A mail's subject and text: what it tells, on what that stands, whose it is, and how to stop it."""
    snapshot = g.snapshot
    marks = [t("frame.sample")] if snapshot.is_sample else []
    subject = t("notify.subject", title=title) + "".join(f"［{mark}］" for mark in marks)
    stands = t("notify.stands", day=snapshot.as_of, built=snapshot.built_on, document=snapshot.version, snapshot=snapshot.snapshot_id)
    sample = [t("frame.sample") + t("frame.sample_words")] if snapshot.is_sample else []
    return subject, "\n\n".join([*sample, body, stands, t("notify.foot", name=user.name)])
