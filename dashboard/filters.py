"""Every filter there is, one record each: how it is written in an address, what there is to choose, how it is bound.

Filters live in the address alone, so a view can be reloaded, shared and printed. None of them decides what a user may see:
that comes from the session (access/scope.py). To add one: a record here, its words in text/ (filter.<key>), what a question
does with it in questions/ (cut_by), its key in a page's `filters`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g

from dashboard.query import ask
from dashboard.snapshot import ALL
from dashboard.text import t, word
from pipelines.base.contacts import STATES as CALLS
from pipelines.base.findings import STATUSES

Options = Sequence[tuple[str, str]]
"""Values and the words for them."""

FORM_ID, FORM_WORDS = r"[\w.+-]{1,40}", r"[^\x00-\x1f]{1,60}"


@dataclass(frozen=True)
class Filter:
    """A filter. `form` is what its value must match; `options` gives what there is to choose in the scope of the
    running request, `codes` the values where they are few and fixed.

    `is_shared`: it goes along to another page. `is_chosen_elsewhere`: it decides what is read, not which rows.
    `is_number`: bound as a number. `is_newest`: where none is chosen it is the first option.
    """

    key: str
    form: str
    options: Callable[[], Options] | None = None
    codes: tuple[str, ...] = ()
    is_shared: bool = False
    is_chosen_elsewhere: bool = False
    is_number: bool = False
    is_newest: bool = False

    def fits(self, value: str) -> bool:
        return re.fullmatch(self.form, value) is not None

    def told(self, value: object) -> str:
        """A value as a reader calls it; one that is not among the options as it is."""
        return dict(self.options() if self.options else ()).get(str(value), str(value))


def _asked(question: str, value: str, words: str) -> Callable[[], Options]:
    """What a question has to choose from; `words` is filled from its row."""
    return lambda: [(str(row[value]), words.format(**row)) for row in ask(question)]


def _coded(key: str, *codes: str, form: str = "", is_number: bool = False, is_of_city: bool = False) -> Filter:
    """A filter of codes, their words under its key in text/. `is_of_city`: nothing to choose for those who see a park alone."""

    def options() -> Options:
        return [] if is_of_city and g.user.is_scoped else [(code, t(f"{key}.{code}")) for code in codes]

    return Filter(key, form or "|".join(codes), options, codes, is_number=is_number)


def _days() -> Options:
    return [(snapshot.as_of, snapshot.as_of) for snapshot in g.reader.snapshots.all()]


def _years() -> Options:
    """Years in which claims qualified; on the page of firms, those of the register and of titles."""
    is_of_register = "view" in g and g.view.path == "/industry/firms"
    return _asked("register_years" if is_of_register else "year_options", "year", "{year}")()


def _conditions() -> Options:
    """Those of the clause a page shows, each by itself (what is not met, not known or for a person) and by its answers."""
    rows = ask("clause_reasons", clause=g.view.get("clause"))
    counts = {"not_met": "not_met_count", "unknown": "unknown_count", "needs_review": "review_count", "met": "met_count"}
    by_answer = [(f"{row['condition_id']}__{answer}", f"{row['says']}：{word('answer', answer)}") for row in rows for answer, key in counts.items() if row[key]]
    return [*((row["condition_id"], row["says"]) for row in rows), *by_answer]


def _others() -> Options:
    """Every snapshot there is to compare with, first the one that is where none is chosen. An address may name one by its day."""
    snapshots, named = g.reader.snapshots, g.view.get("then")
    first = snapshots.before(g.snapshot)
    rest = [one for one in snapshots.all() if one.snapshot_id != first.snapshot_id]
    of_day = next((one.snapshot_id for one in snapshots.all() if one.as_of == named), None)
    return [
        (named if named and one.snapshot_id == of_day else one.snapshot_id, t("compare.option", day=one.as_of, snapshot=one.snapshot_id)) for one in (first, *rest)
    ]


def _policies() -> Options:
    """The policies of the city its reader may see, where there are several."""
    if not g.snapshot.has_several:
        return []
    return [*((one.policy_id, one.title) for one in g.snapshot.policies), *([(ALL, t("filter.all_policies"))] if g.snapshot.can_add else [])]


def _builds() -> Options:
    """The snapshots of the day that is shown, where there are several."""
    found = [snapshot for snapshot in g.reader.snapshots.all() if snapshot.as_of == g.snapshot.as_of]
    return [(s.snapshot_id, s.snapshot_id + (f" {t('frame.arrived_short')}" if s.is_as_arrived else "")) for s in found]


FILTERS: dict[str, Filter] = {
    one.key: one
    for one in (
        Filter("snapshot", r"20[0-9]{2}-[01][0-9]-[0-3][0-9]|[A-Za-z0-9][A-Za-z0-9._-]{0,79}", _days, is_shared=True, is_chosen_elsewhere=True),
        Filter("build", r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", _builds, is_shared=True, is_chosen_elsewhere=True),
        Filter("then", r"20[0-9]{2}-[01][0-9]-[0-3][0-9]|[A-Za-z0-9][A-Za-z0-9._-]{0,79}", _others, is_chosen_elsewhere=True, is_newest=True),
        Filter("policy", r"[\w.-]{1,60}", _policies, is_shared=True, is_chosen_elsewhere=True),
        Filter("document", r"[a-z_0-9]{1,20}", lambda: [(name, g.snapshot.called(name)) for name, _, _ in g.snapshot.documents], is_shared=True, is_chosen_elsewhere=True),
        Filter("district", r"[\w+-]{1,20}", _asked("district_options", "district_code", "{district_name}"), is_shared=True),
        Filter("park", FORM_ID, _asked("park_options", "park_id", "{park_name}"), is_shared=True),
        Filter("measure", r"[0-9]{1,3}", _asked("measure_options", "measure_no", "{measure_no} {measure_title}"), is_shared=True, is_number=True),
        Filter("year", r"(19|20)[0-9]{2}", _years, is_shared=True, is_number=True),
        Filter("period", r"20[0-9]{2}-[01][0-9]", _asked("period_options", "period", "{period}"), is_newest=True),
        _coded("segment", "product", "it_service", "security", "embedded", "undivided", is_of_city=True),
        _coded("size", "lt_500w", "500w_2000w", "2000w_1yi", "1yi_10yi", "ge_10yi", "no_base", is_of_city=True),
        Filter("indicator", r"[a-z_0-9]{1,40}"),
        Filter("clause", r"[0-9A-Za-z.]{1,12}", _asked("outreach_clauses", "clause_id", "{clause_id} {title_zh}")),
        Filter("firm", r"[\w:：.()（）-]{1,60}"),
        _coded("outcome", "eligible", "needs_review", "undetermined", "not_eligible"),
        _coded("decided", "settled", "open"),
        _coded("kind", "award", "rent"),
        Filter("month", r"20[0-9]{2}-[01][0-9]", lambda: [(month, month) for month in (str(row["month"])[:7] for row in reversed(ask("flow")))]),
        _coded("grounded", "yes", "no"),
        Filter("records", "claims|applications|payments|certificates|leases"),
        _coded("stage", "outreach", "applied", "approved", "paid"),
        _coded("there", "yes", "no"),
        _coded("software", "met", "needs_review", "unknown", "not_met"),
        Filter("condition", r"[a-z_0-9]{1,60}", _conditions),
        _coded("amount", "10", "50", "100", "500", form=r"[0-9]{1,5}", is_number=True),
        _coded(
            "finding", "paid_not_eligible", "above_ceiling", "float_needs_approval", "paid_twice", "once_exceeded", "overlap_exceeded",
            "above_total", "outside_window", "paid_late", "unknown_part", "paid_on_cancelled_title", "without_ground", "refund_above_paid", "below_floor",
        ),
        _coded("lead", "overdue", "d30", "d90", "d180", "d365", "later"),
        _coded("deadline", "policy_window", "application_window", "claim_window", "unclaimed", "rent_years", "time_limit", "instalment", "certificate"),
        _coded("weight", "error", "note"),
        _coded("finding_status", *STATUSES), Filter("owner", FORM_WORDS, _asked("audit_owners", "owner", "{owner}")),
        Filter("findings", r"[0-9A-Za-z]{1,40}(,[0-9A-Za-z]{1,40}){0,49}"),
        Filter("claim", r"[0-9A-Za-z]{1,40}"), Filter("scenario", r"[0-9a-f]{8}"),
        Filter("claims", r"[0-9A-Za-z]{1,40}(,[0-9A-Za-z]{1,40}){0,49}"),
        _coded("contact", *CALLS, "due"), Filter("assignee", FORM_WORDS, _asked("outreach_assignees", "assignee", "{assignee}")),
        _coded("hide", "zero", "doubtful", "both"),
        Filter("source", r"[a-z_]{1,40}", _asked("source_options", "source", "{title}")),
        _coded("file_status", "loaded", "refused", "duplicate", "superseded"),
        _coded("severity", "error", "warn"), _coded("verdict", "failed", "passed"),
        Filter("check", r"[\w.:-]{1,200}"), Filter("part", "sources|files|checks|quarantine|names"),
        _coded("decision", "review", "none", "accept", "reject"),
        Filter("who", r"[\w.@-]{1,64}", lambda: [(name, name) for name in _names()]),
        Filter("action", r"[a-z][a-z -]{0,39}", lambda: [(action, word("action", action)) for action in g.access_log.actions()]),
        Filter("day", r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"),
        Filter("q", FORM_WORDS),
    )
}  # fmt: skip
"""In the order they stand in on a page."""


def _names() -> list[str]:
    from dashboard.access import accounts  # late: it is slow to import, and one page asks

    return [str(row["name"]) for row in accounts.roll(g.accounts)]
