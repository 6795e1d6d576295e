"""The filters of a page. Choosing one changes the address (assets/softcity.js); nothing else holds a filter."""

from collections.abc import Sequence
from typing import Any

from flask import g

from dashboard.access.scope import Scope, scope_of
from dashboard.components.elements import html, kept
from dashboard.query import ask
from dashboard.snapshot import Snapshot
from dashboard.text import t, word
from dashboard.view import View

Options = Sequence[tuple[str, str]]


def select(key: str, options: Options, chosen: str | None, none: str | None) -> Any:
    """A plain select. Choosing changes the address."""
    return _select(key, tuple(options), chosen, none)


@kept(512)
def _select(key: str, options: Options, chosen: str | None, none: str | None) -> Any:
    entries = [html.Option(none, value="", selected=not chosen)] if none else []
    entries += [html.Option(text, value=value, selected=value == chosen) for value, text in options]
    return html.Label(
        [html.Span(t(f"filter.{key}")), html.Select(entries, id=f"filter-{key}")],
        className="filter" + (" on" if chosen and none else ""),
    )


def _snapshots() -> Options:
    """Snapshots by their day; two of one day by the number in their id as well; those of what was known then say so."""
    found = g.reader.snapshots.all()
    days = [snapshot.as_of for snapshot in found]
    return [
        (
            s.snapshot_id,
            s.as_of + (f" · {s.snapshot_id.partition('-')[2]}" if days.count(s.as_of) > 1 else "")
            + (f" {t('frame.arrived_short')}" if s.is_as_arrived else ""),
        )
        for s in found
    ]


def _options(key: str) -> tuple[Options, str | None]:
    if key == "snapshot":
        return _snapshots(), None
    if key == "document":
        return [(name, word("document", name)) for name, _, _ in g.snapshot.documents], None
    if key in CODED:
        return [(value, t(f"{key}.{value}")) for value in CODED[key]], None if key == "decision" else t("filter.all")
    must_choose = key == "park" and g.user.is_scoped and g.page.default_park
    return _asked(key, g.snapshot, scope_of(g.user)), None if must_choose else t("filter.all")


@kept(128)
def _asked(key: str, _: Snapshot, __: Scope) -> Options:
    """What a snapshot has to choose from, for those of one scope."""
    if key == "district":
        return tuple((row["district_code"], row["district_name"]) for row in ask("district_options"))
    if key == "park":
        return tuple((row["park_id"], row["park_name"]) for row in ask("park_options"))
    if key == "measure":
        return tuple((str(row["measure_no"]), f"{row['measure_no']} {row['measure_title']}") for row in ask("measure_options"))
    if key == "year":
        return tuple((str(row["year"]), str(row["year"])) for row in ask("year_options"))
    if key == "clause":
        return tuple((row["clause_id"], f"{row['clause_id']} {row['title_zh']}") for row in ask("outreach_clauses"))
    return tuple((row["source"], row["title"]) for row in ask("source_options"))


CODED = {
    "outcome": ("eligible", "needs_review", "undetermined", "not_eligible"),
    "file_status": ("loaded", "refused", "duplicate", "superseded"), "severity": ("error", "warn"),
    "verdict": ("failed", "passed"), "decision": ("review", "none", "accept", "reject"),
    "stage": ("outreach", "applied", "approved", "paid"), "software": ("met", "needs_review", "unknown", "not_met"),
    "amount": ("10", "50", "100", "500"), "contact": ("open", "contacted"),
    "finding": (
        "paid_not_eligible", "above_ceiling", "float_needs_approval", "paid_twice", "once_exceeded", "overlap_exceeded",
        "above_total", "paid_late", "paid_on_cancelled_title", "without_ground", "refund_above_paid", "below_floor",
    ),
}


def bar(keys: Sequence[str], view: View) -> Any:
    """The filters a page answers to, in the top bar."""
    chosen = {**view.filters, "snapshot": g.snapshot.snapshot_id, "document": g.snapshot.document}
    shown = []
    for key in keys:
        options, none = _options(key)
        if key != "snapshot" and len(options) < 2 and not view.get(key):
            continue
        shown.append(select(key, options, chosen.get(key), none))
    return html.Div(shown, className="filters", id="filters")


def local(keys: Sequence[str], view: View, *, search: bool = False) -> Any:
    """Filters that belong to one table, above it."""
    found = [select(key, *_reordered(key, view)) for key in keys]
    if search:
        found.insert(
            0,
            html.Label(
                [
                    html.Span(t("filter.q")),
                    html.Input(
                        id="filter-q", value=view.get("q") or "", placeholder=t("filter.q_hint"),
                        maxLength=60, type="search",
                    ),
                ],
                className="filter search",
            ),
        )
    return html.Div(found, className="filters local")


def _reordered(key: str, view: View) -> tuple[Options, str | None, str | None]:
    options, none = _options(key)
    return options, view.get(key), none
