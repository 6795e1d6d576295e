"""What every page and every callback starts with: the checked address, the snapshot it reads, and words for what cannot be shown.

`render` stands around the layout of each registered page (app.py puts it there), so no page can forget who may see it. A
callback of a page calls `opened` with the address the filters made. Roles of callbacks are the guard's business (access/guard.py).
"""

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

import dash
from dash import html
from flask import g

from dashboard import monitoring
from dashboard.access import guard
from dashboard.components import controls, parts
from dashboard.errors import (
    ActRefused,
    AnswerLate,
    BadAddress,
    Busy,
    DashboardError,
    DecidedMeanwhile,
    DeliveryRefused,
    EditRefused,
    LawBroken,
    NothingThere,
    SnapshotMissing,
    SnapshotOfOtherFormat,
    TooLong,
)
from dashboard.filters import FILTERS
from dashboard.summaries.outreach import unreceived
from dashboard.text import t, word
from dashboard.view import View, checked
from pipelines.base.roles import ROLES

_VARIABLE = re.compile("<([a-z]+)>")
OF_ONE_POLICY = ("measure", "clause", "condition", "document")
"""Filters that have a meaning within one policy alone."""
_log = logging.getLogger("softcity.dashboard")


def view() -> View:
    """The checked address of the running request."""
    found: View = g.view
    return found


def opened(address: str) -> View:
    """Begin a callback: check the address the filters made (path and query), choose its snapshot. Raises BadAddress, SnapshotMissing."""
    if not isinstance(address or "", str):
        raise BadAddress("no address")
    g.asked = address or "/"
    asked = View.of(g.asked)
    page = match(asked.path)
    ids = {name: checked(name, value) for name, value in (page[1] if page else {}).items()}
    asked = choose_snapshot(View(asked.path, asked.filters, asked.tables, asked.edits, ids))
    if page and page[0].get("default_park") and g.user.is_scoped and not asked.get("park"):
        asked = asked.with_filter(park=g.user.parks[0])
    g.view = asked
    return asked


def choose_snapshot(asked: View) -> View:
    """Set the snapshot of the running request: the one named, the newest of a day, or the current one; by the policy and the text asked for.

    Where the city has several policies the view names its own, so that every link of a page does. Raises SnapshotMissing, and
    NothingThere for a policy that is not there or not this reader's.
    """
    snapshots, named = g.reader.snapshots, asked.get("build") or asked.get("snapshot")
    found = snapshots.of_day_or_id(named) if named else snapshots.current()
    g.snapshot = found.seen_by(g.user.policies).in_policy(asked.get("policy")).in_document(asked.get("document"))
    of_one = dict.fromkeys(OF_ONE_POLICY) if g.snapshot.is_of_all else {}   # a number of a measure is another's in another policy
    return asked.with_filter(policy=g.snapshot.policy_id if g.snapshot.has_several and g.snapshot.policy_id else None, **of_one)


def match(path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """The registered page an address leads to, and the variables of its path."""
    asked = path.strip("/").split("/")
    for page in dash.page_registry.values():
        wanted = (page["path_template"] or page["path"]).strip("/").split("/")
        if len(wanted) == len(asked) and all((_VARIABLE.fullmatch(w) and got) or w == got for w, got in zip(wanted, asked, strict=True)):
            names = {found[1]: got for w, got in zip(wanted, asked, strict=True) if (found := _VARIABLE.fullmatch(w))}
            return page, names
    return None


def key_of(page: dict[str, Any]) -> str:
    """A page's own name: that of its module, and of its words in text/ (`page.<key>`)."""
    return str(page["module"]).rpartition(".")[2]


def may_open(path: str) -> bool:
    """Whether there is such a page and its reader may see it."""
    found = match(path)
    return found is not None and g.user.role in found[0].get("roles", ())


def wrapped(page: dict[str, Any]) -> Callable[..., Any]:
    """A page's layout as Dash calls it: with its address checked, for those who may see it. Raises ValueError for a page that cannot be shown."""
    _check(page)
    page["unwrapped"] = page["layout"]

    def shown(**_: Any) -> Any:  # a query's keys are arguments of Dash's, and win over the path's: the address is read here
        sent = dash.callback_context.inputs
        return render(page, f"{sent.get('_pages_location.pathname') or '/'}{sent.get('_pages_location.search') or ''}")

    return shown


def _check(page: dict[str, Any]) -> None:
    """Hold what a page is registered with to what there is."""
    where, roles, variables = f"dashboard/pages/{key_of(page)}.py", page.get("roles", ()), re.findall("<(.*?)>", page["path_template"] or "")
    if not roles:
        _log.warning("%s is registered without roles: nobody may open it. Say who may: dash.register_page(__name__, roles=(…))", where)
    for what, named, known in (("role", roles, ROLES), ("filter", page.get("filters", ()), FILTERS), ("filter for its path", variables, FILTERS)):
        if unknown := [one for one in named if one not in known]:
            raise ValueError(f"{where}: there is no {what} {', '.join(unknown)}. There are {', '.join(known)}.")


def titled(page: dict[str, Any]) -> Callable[..., str]:
    """What the browser's tab says: what the page shows, which page it is, and of what. A layout may name what it shows in `g.shows`."""

    def title(**_: str) -> str:
        try:
            name = t(f"page.{key_of(page)}.title")
        except KeyError:
            name = str(page["name"])
        return " · ".join(filter(None, [g.get("shows"), name, t("frame.title")]))

    return title


def render(page: dict[str, Any], address: str) -> Any:
    """One page for the signed-in user. Every failure is a designed state, none a trace."""
    layout = page["unwrapped"]
    g.denied = ""
    try:
        if g.user.role not in page.get("roles", ()):
            g.denied = "role"
            return _noted(address, parts.state("no_permission", href="/"))
        found = match(address.partition("?")[0])
        if found is None or found[0] is not page:  # Dash reads /parks/a/b as the park a/b
            raise NothingThere(address)
        asked = opened(address)
        if g.snapshot.is_of_all and page.get("policy") == "one":
            return _noted(address, _framed(page, asked, _of_one_policy(page, asked)))
        body = layout(**asked.ids) if callable(layout) else layout
        return _noted(address, _framed(page, asked, body))
    except DashboardError as error:
        state, g.denied = _STATES.get(type(error), ("broken", ""))
        if isinstance(error, SnapshotMissing):
            g.snapshot = None
            if page.get("without_snapshot"):   # a page that brings one about shows what it can
                return _noted(address, page["without_snapshot"]())
        return _noted(address, parts.state(state, href="/") if state != "broken" else _broken(error))
    except Exception as error:
        return _broken(error)


_STATES: dict[type[DashboardError], tuple[str, str]] = {
    NothingThere: ("not_found", "not there or not visible"), BadAddress: ("bad_address", "address"), SnapshotMissing: ("no_snapshot", ""),
    SnapshotOfOtherFormat: ("no_snapshot", ""),
}  # fmt: skip


def _broken(error: BaseException) -> Any:
    return parts.state("broken", id=monitoring.report(error), href="/")


def _noted(address: str, shown: Any) -> Any:
    if g.user.name:  # nobody looks when a worker warms up
        guard.note("denied" if g.denied else "view", g.user, detail=g.denied, where=address)
    return shown


def _of_one_policy(page: dict[str, Any], asked: View) -> Any:
    """What stands in place of a page that tells of one policy, where all were asked for: which there are."""
    there = [html.Li(parts.link(one.title, asked.here(policy=one.policy_id))) for one in g.snapshot.policies]
    return [parts.heading(t(f"page.{key_of(page)}.title"), ""), parts.state("one_policy"), html.Section(html.Ul(there), className="card", id="one-policy")]


def _framed(page: dict[str, Any], asked: View, body: Any) -> Any:
    """A page's content with its filters, the strips that must not be overlooked, and what paper must say."""
    park = g.user.parks[0] if page.get("default_park") and g.user.is_scoped else ""
    return html.Div(
        [
            html.Div(controls.bar(page.get("filters", ()), asked.filters, park, is_of_policy="policy" in page), className="page-filters", id="page-filters"),
            *_strips(asked), _print_head(asked), html.Div(body, className="page-body", id=f"page-{key_of(page)}"),
            html.Footer(_stands_on("frame.foot"), className="foot"),
        ]
    )  # fmt: skip


def _stands_on(key: str, **more: str) -> str:
    shown = g.snapshot
    words = t(key, document=shown.version, day=shown.as_of, built=shown.built_on, snapshot=shown.snapshot_id, **more)
    return words + (t("frame.arrived", day=shown.as_of) if shown.is_as_arrived else "")


def _strips(asked: View) -> list[Any]:
    shown, newest = g.snapshot, g.reader.snapshots.current()
    strips = [html.Div(t("frame.all_policies"), className="strip", id="strip-policies")] if shown.is_of_all else []
    if shown.is_sample:
        strips.append(html.Div([html.Strong(t("frame.sample")), t("frame.sample_words")], className="strip sample", id="strip-sample"))
    if words := unreceived(asked):
        strips.append(html.Div(words, className="strip", id="strip-unreceived"))
    if newest.snapshot_id != shown.snapshot_id:
        link = parts.link(t("frame.newest", day=newest.as_of), asked.here(snapshot=None, build=None))
        strips.append(html.Div([t("frame.old", day=shown.as_of), link], className="strip old", id="strip-old"))
    return strips


def _print_head(asked: View) -> Any:
    """What paper must say: whose city, by which document and day, under which filters, for whom."""
    chosen = t("semicolon").join(f"{t(f'filter.{key}')}={FILTERS[key].told(value)}" for key, value in asked.values().items())
    return html.P(_stands_on("frame.printed", filters=chosen or t("filter.all"), user=g.user.name), className="print-head")


def refusal(error: DashboardError) -> str:
    """Words for what a callback did not do."""
    if isinstance(error, ActRefused):
        return t(f"refusal.{error}", **error.words)
    if isinstance(error, DeliveryRefused):
        return t(f"refusal.{error.key}", **error.words)
    if isinstance(error, DecidedMeanwhile):
        said = error.entry
        what = word("decision", said["decision"]) if "decision" in said else word("contact", said.get("state"))
        if "finding_id" in said:
            what = word("finding_status", said.get("state") or said.get("seen"))
        from dashboard.components import number  # late: it imports tables

        return t("refusal.decided_meanwhile", who=said.get("who"), when=number.moment(said.get("when")), what=f"{what} {said.get('enterprise_code') or ''}".strip())
    known = {NothingThere: "not_found", BadAddress: "not_understood", SnapshotMissing: "no_snapshot", SnapshotOfOtherFormat: "no_snapshot", Busy: "busy", AnswerLate: "late", TooLong: "too_long", EditRefused: "edit_refused", LawBroken: "law_broken"}
    key = getattr(error, "key", "") or known.get(type(error), "not_understood")
    return t(f"refusal.{key}")


def on_error(error: Exception) -> None:
    """What Dash calls when a callback raises: its reader is told in a notification, what they typed stays where it is."""
    if isinstance(error, DashboardError):
        if not g.get("is_noted"):  # an act has said more (acts.py)
            guard.note("denied", g.user, detail=type(error).__name__, where=g.get("asked", ""))
        say(refusal(error), "refused")
        return
    say(t("refusal.broken", id=monitoring.report(error)), "broken")


def say(words: str, kind: str = "done") -> None:
    """Show a notification beside whatever the running callback answers. Kinds: done, refused, broken."""
    colour = {"done": "teal", "refused": "orange", "broken": "red"}[kind]
    notice = {
        "action": "show", "message": words, "color": colour, "autoClose": 8000 if kind == "done" else False,
        "closeButtonProps": {"aria-label": t("frame.close")},
    }  # fmt: skip
    dash.set_props("notices", {"sendNotifications": [notice]})


def on_record(put: Callable[[], int], count: int, as_it_stands: Callable[[], Sequence[Any]], form: Sequence[Any], address: str) -> tuple[Any, ...]:
    """Put what a form says of `count` rows on record and close it: what becomes of its outputs `form`, the drawer, its body and what it rests on first.

    What another said meanwhile is shown (`as_it_stands`: body and what that rests on), and what was typed stays: whoever wrote
    it decides anew. `put` gives how many rows were left as they were.
    """
    try:
        left = put()
    except DecidedMeanwhile as error:
        say(refusal(error), "refused")
        body, based_on, *_ = as_it_stands()
        shown = True, body, based_on, *[dash.no_update] * (len(form) - 3)
    else:
        say(t("audit.saved", n=count - left) + (t("audit.left", n=left) if left else ""), "refused" if left else "done")
        shown = False, *[dash.no_update] * (len(form) - 1)
    dash.set_props("filters", {"data": address})
    return shown


