"""报送: what must be handed in, did it arrive whole, what became of it; and the build that makes it count."""

from typing import Any
from urllib.parse import urlencode

import dash
import dash_mantine_components as dmc
from dash import Input, Output, State, callback, dcc, html, no_update
from flask import g

from dashboard import acts, home, request
from dashboard.components import card, controls, deliver_upload, grid, number, parts, preview, short_table
from dashboard.errors import NothingThere, SnapshotMissing
from dashboard.reader import Row
from dashboard.summaries.deliver import deliver
from dashboard.tables.deliver import DELIVERIES, DUE, ROLES
from dashboard.text import t, word
from dashboard.view import View

TICK_MS = 1500
"""Between two looks at a build that runs; none is taken while none does."""
STATES = {"fresh": "met", "stale": "doubt", "missing": "risk"}
ENDED = {"published": "met", "unchanged": "plain", "failed": "risk", "killed": "risk"}
ADDRESS = (State("here", "pathname"), State("here", "search"))


def _again(*outputs: Output) -> list[Output]:
    """Outputs that another callback gives too."""
    return [Output(one.component_id, one.component_property, allow_duplicate=True) for one in outputs]


def layout() -> Any:
    view = request.view()
    head = parts.heading(t("page.deliver.title"), t("page.deliver.asks"))
    if not home.is_there():
        return [head, parts.state("no_home")]
    return [
        head, html.Div(_sentence(), id="deliver-sentence"),
        deliver_upload.section(view.get("source")), parts.cards(_update() if acts.may("update") else None, _preview(view), _due(view), _delivered(view)),
        _form(), dcc.Interval(id="deliver-tick", interval=TICK_MS, disabled=not _runs()),
    ]  # fmt: skip


def without_snapshot() -> Any:
    """Where no snapshot can be read, none there was or one of another format, an update can be begun all the same."""
    head = [parts.heading(t("page.deliver.title"), t("page.deliver.asks")), parts.state("no_snapshot_yet")]
    if not home.is_there() or not acts.may("update"):
        return html.Div(head)
    now = home.build()
    others = [html.Div(id="deliver-preview"), html.Button(id="deliver-preview-run"), html.Div(id="deliver-sentence")]   # what callbacks fill elsewhere
    return html.Div([
        *head, html.Section([html.H2(t("figure.update.title")), html.Div(_build(now), id="deliver-build"), _update_button(now)], className="card"),
        html.Div(others, hidden=True), dcc.Interval(id="deliver-tick", interval=TICK_MS, disabled=not _runs()),
    ])  # fmt: skip


dash.register_page(
    __name__, path="/deliver", name="Deliver", order=7.5, icon="deliver", roles=ROLES, has_grid=True, without_snapshot=without_snapshot,
)  # fmt: skip


def _view(path: str, search: str | None) -> View | None:
    """The address of a callback; none where there is no snapshot to read."""
    try:
        return request.opened(f"{path}{search or ''}")
    except SnapshotMissing:
        return None


def _sentence() -> Any:
    return parts.sentence(*deliver(home.sources(), home.deliveries()))


# ── the build, and what the next one would change


def _update() -> Any:
    now = home.build()
    return card.card("update", [html.Div(_build(now), id="deliver-build"), _update_button(now)], source="arrivals")


def _update_button(now: Row) -> Any:
    return dmc.Group(dmc.Button(t("deliver.update"), id="deliver-update", size="sm", disabled=now["is_running"], display=None if now["may_write"] else "none"), mt="sm")


def _build(now: Row) -> list[Any]:
    """The build that runs, or how the last one ended and what to mend."""
    elsewhere = [] if now["may_write"] else [html.P(t("refusal.update_elsewhere"), className="note")]
    if now["is_running"]:
        return [preview.progress(now, "deliver"), *elsewhere]
    if now["is_held"]:
        return [html.P(t("refusal.update_held"), role="status"), *elsewhere]
    if not now["state"]:
        return [html.P(t("deliver.never"), role="status"), *elsewhere]
    words = t(f"deliver.ended.{now['state']}", snapshot=now["snapshot_id"])
    when = t("deliver.ended_by", who=preview.who(now), day=number.moment(now["ended_at"] or now["started_at"]))
    return [html.P([parts.badge(word("build_state", now["state"]), ENDED[now["state"]]), " ", words, " ", parts.quiet(when)], role="status"), _reason(now), *elsewhere]


def _reason(now: Row) -> Any:
    """Why nothing was published, as the build says it."""
    return html.Pre(now["message"], className="reason") if now["state"] == "failed" else None


def _preview(view: View) -> Any:
    told = home.preview()
    button = dmc.Button(t("deliver.preview.run"), id="deliver-preview-run", size="sm", variant="light", disabled=_previews())
    return card.card("preview", [html.Div(preview.found(told, view), id="deliver-preview"), dmc.Group([button], mt="sm")], source="arrivals")


def _previews() -> bool:
    """Whether a preview runs, anybody's."""
    return bool((home.home().preview() or {}).get("is_running"))


def _runs() -> bool:
    return _previews() or bool(home.home().build()["is_running"])


BUILD = (Output("deliver-build", "children"), Output("deliver-update", "disabled"))
PREVIEW = (Output("deliver-preview", "children"), Output("deliver-preview-run", "disabled"))
TICK = Output("deliver-tick", "disabled")


@callback(*BUILD, TICK, Input("deliver-update", "n_clicks"), *ADDRESS, prevent_initial_call=True, running=[(Output("deliver-update", "loading"), True, False)])
def updated(clicks: int | None, path: str, search: str | None) -> Any:
    """Begin a build; the page may be closed meanwhile."""
    _view(path, search)
    if not clicks:
        return [no_update] * 3
    acts.update()
    return *_built(), not _runs()


@callback(
    *PREVIEW, *_again(TICK), Input("deliver-preview-run", "n_clicks"), *ADDRESS, prevent_initial_call=True,
    running=[(Output("deliver-preview-run", "loading"), True, False)],
)  # fmt: skip
def previewed(clicks: int | None, path: str, search: str | None) -> Any:
    """Begin to find out what the next build would change."""
    view = request.opened(f"{path}{search or ''}")
    if not clicks:
        return [no_update] * 3
    acts.preview()
    return *_previewed(view), not _runs()


@callback(*_again(*BUILD), Input("deliver-tick", "n_intervals"), *ADDRESS, prevent_initial_call=True)
def build_looked_at(_: int | None, path: str, search: str | None) -> Any:
    """The build as it is now. The page has no place for it where its reader may begin none, and Dash does not ask."""
    _view(path, search)
    return _built() if acts.may("update") else [no_update] * 2


@callback(
    *_again(*PREVIEW, TICK), Output("deliver-sentence", "children"), Output("filters", "data", allow_duplicate=True), Input("deliver-tick", "n_intervals"),
    *ADDRESS, prevent_initial_call=True,
)  # fmt: skip
def preview_looked_at(_: int | None, path: str, search: str | None) -> Any:
    """The preview as it is now; where nothing runs any more, what was read meanwhile."""
    view, runs = _view(path, search), _runs()
    if view is None:
        return no_update, no_update, not runs, no_update, no_update
    return *_previewed(view), not runs, *((no_update, no_update) if runs else (_sentence(), f"{path}{search or ''}"))


def _built() -> tuple[Any, bool]:
    now = home.build()
    return _build(now), now["is_running"]


def _previewed(view: View) -> tuple[Any, bool]:
    return preview.found(home.preview(), view), _previews()


# ── what is due, and what came


def _due(view: View) -> Any:
    cells = {
        "state": lambda row: parts.badge(word("freshness", row["state"]), STATES[row["state"]]),
        "title": lambda row: parts.link(row["title"], view.to("/deliver", source=row["source"])),
    }  # fmt: skip
    return card.card("due", short_table.short_table(DUE, view, cells=cells), table=DUE, view=view, source="arrivals")


def _delivered(view: View) -> Any:
    chosen = dmc.Group([controls.select("source", view.get("source"), width=190)], className="local-filters") if not g.user.is_scoped else None
    body = [chosen, grid.grid(DELIVERIES, view, height=520, act=t("deliver.act"))]
    return card.card("deliveries", body, table=DELIVERIES, view=view, source="arrivals", tools=[grid.chooser(DELIVERIES)])


BUTTONS = {"withdraw": "orange", "undo": "gray", "accept": "teal"}


def _form() -> Any:
    """What can be done with one delivery, with a reason."""
    why = dmc.Textarea(id="deliver-why", label=t("deliver.why"), inputProps={"maxLength": acts.NOTE_LENGTH}, autosize=True, minRows=2, maxRows=6, mt="sm")
    buttons = [dmc.Button(t(f"deliver.{act}"), id=f"deliver-{act}", size="sm", color=colour, display="none") for act, colour in BUTTONS.items()]
    body = [html.Div(id="deliver-file"), why, dmc.Group(buttons, mt="md")]
    return html.Div([
        dcc.Store(id="deliver-asked"),
        dmc.Modal(body, id="deliver-form", title=t("deliver.form"), size="lg", centered=True, closeButtonProps={"aria-label": t("deliver.close")}),
    ])  # fmt: skip


FORM = (
    Output("deliver-form", "opened"), Output("deliver-file", "children"), Output("deliver-asked", "data"), Output("deliver-why", "value"),
    *(Output(f"deliver-{act}", "display") for act in BUTTONS),
)  # fmt: skip


def _field(sent: Any, key: str) -> str | None:
    """Out of what a browser sent, whatever that is."""
    value = sent.get(key) if isinstance(sent, dict) else None
    return value if isinstance(value, str) else None


@callback(*FORM, Input(grid.grid_id(DELIVERIES.name), "cellRendererData"), *ADDRESS, prevent_initial_call=True)
def chosen(clicked: Any, path: str, search: str | None) -> Any:
    """One delivery: what is known of it, and what its reader may do with it."""
    request.opened(f"{path}{search or ''}")
    named = clicked.get("value") if isinstance(clicked, dict) else None
    wanted = _field(named, "delivery_id")
    row = next((row for row in home.deliveries() if row["delivery_id"] == wanted), None)
    if row is None:
        raise NothingThere(str(wanted)[:60])
    is_own = not g.user.is_scoped or row["who"] == g.user.name
    may = [act for act in row["may"] if is_own and acts.may("withdraw" if act == "undo" else act)]
    facts = [
        (t("columns.source_title"), row["title"]), (t("columns.source_file"), row["source_file"]), (t("columns.file_sha256"), html.Code(row["file_sha256"] or t("none"))),
        (t("columns.delivered_by"), t("deliver.sent", who=row["who"], at=number.moment(row["delivered_at"])) if row["who"] else t("deliver.by_folder")),
        (t("columns.delivery_status"), word("delivery_status", row["status"])),
        (t("deliver.rows"), t("deliver.rows_of", **{key: number.count(row[key]) for key in ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")}) if row["rows_read"] is not None else t("none")),
        (t("columns.message"), row["message"] or t("none")),
    ]  # fmt: skip
    said = html.P(t("deliver.nothing_to_do"), className="note") if not may else None
    has_bad = row["status"] == "loaded" and row["rows_quarantined"]
    back = html.A(t("hand_in.sent_back"), href=f"/export/sent-back.xlsx?{urlencode({'file': row['source_file']})}", className="tool") if has_bad else None
    return True, [parts.facts(facts), back, said], {"source_file": row["source_file"], "file_sha256": row["file_sha256"]}, "", *("block" if act in may else "none" for act in BUTTONS)


@callback(
    Output("deliver-form", "opened", allow_duplicate=True), Output("filters", "data", allow_duplicate=True), Output("deliver-sentence", "children", allow_duplicate=True),
    *(Input(f"deliver-{act}", "n_clicks") for act in BUTTONS), State("deliver-asked", "data"), State("deliver-why", "value"), *ADDRESS, prevent_initial_call=True,
)  # fmt: skip
def done(_: int | None, __: int | None, ___: int | None, asked: Any, why: Any, path: str, search: str | None) -> Any:
    """Put it on record, with its reason; the next build does it."""
    address = f"{path}{search or ''}"
    request.opened(address)
    pressed = dash.ctx.triggered
    if not pressed or not pressed[0]["value"]:   # the buttons came, nobody clicked
        return [no_update] * 3
    name, sha, reason = _field(asked, "source_file") or "", _field(asked, "file_sha256"), why if isinstance(why, str) else ""
    act = str(dash.ctx.triggered_id).removeprefix("deliver-")
    if act == "accept":
        acts.accept(name, sha, reason)
    else:
        acts.withdraw(name, sha, reason, undo=act == "undo")
    request.say(t(f"deliver.done.{act}"))
    return False, address, _sentence()
