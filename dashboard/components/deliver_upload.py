"""The part of 报送 where a file is handed in: dropped, checked, its headers taught, its list told, then confirmed or dropped.

Its callbacks belong to the page (PART_OF): who may open that may call them. What a browser sends back of a file is its id alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import acts, hand_in, handed_in, request
from dashboard.components import deliver_report, number, parts
from dashboard.errors import ActRefused
from dashboard.text import t
from pipelines.base.deliveries import Report
from pipelines.base.incoming import LARGEST, SUFFIXES, Incoming

PART_OF = "/deliver"
ADDRESS = (State("here", "pathname"), State("here", "search"))
INCOMING = State("hand-in-incoming", "data")
CHECKED = Output("hand-in-checked", "children", allow_duplicate=True)


def section(source: str | None = None) -> Component:
    """The card; `source` is chosen first where it is one of the reader's own."""
    own = handed_in.sources()
    first = source if source in {row["source"] for row in own} else own[0]["source"] if len(own) == 1 else None
    chooser = dmc.Select(
        id="hand-in-source", data=[{"value": row["source"], "label": row["title"]} for row in own], value=first, label=t("hand_in.source"), searchable=True, size="sm", w=260,
        placeholder=t("hand_in.source_first"), nothingFoundMessage=t("filter.nothing"),
    )  # fmt: skip
    zone = dcc.Upload(html.Div([html.Strong(t("hand_in.drop_here")), html.Span(t("hand_in.limits", most=LARGEST >> 20, kinds=" ".join(SUFFIXES)))]), id="hand-in-file", className="drop", className_active="drop over", accept=",".join([*SUFFIXES, ".gz"]))
    return html.Section(
        [
            html.Div(html.H2([t("hand_in.title"), html.Small(t("hand_in.how"))]), className="card-head"),
            dmc.Group([chooser, html.A(t("hand_in.template"), href=_template(first), id="hand-in-template", className="tool", hidden=first is None)], align="end"),
            html.Div(zone, id="hand-in-zone", **_told_to_script()),
            dmc.Progress(id="hand-in-progress", value=0, size="sm", **parts.aria(label=t("hand_in.sending"))), html.P(id="hand-in-told", role="status"),
            html.P(t("hand_in.checking"), id="hand-in-checking", role="status", hidden=True), dcc.Store(id="hand-in-incoming"),
            html.Div(_waiting(), id="hand-in-waiting"), html.Div(id="hand-in-checked"),
            html.Details([html.Summary(t("hand_in.taught")), html.Div(id="hand-in-taught")], id="hand-in-taught-all", n_clicks=0) if acts.may("teach") else None,
        ],
        className="card span-12", id="hand-in",
    )  # fmt: skip


def _told_to_script() -> dict[str, str]:
    """What assets/softcity.js needs to send a file in pieces, and to say why not."""
    words = {"label": t("hand_in.drop_here"), "first": t("hand_in.source_first"), "large": t("refusal.deliver_size", most=LARGEST >> 20), "lost": t("hand_in.lost")}
    return {"data-most": str(LARGEST), "data-piece": str(hand_in.PIECE_BYTES), **{f"data-{key}": value for key, value in words.items()}}


def _template(source: str | None) -> str:
    return f"/export/template/{source}.xlsx" if source else ""


def _waiting() -> Any:
    """One's own files that were neither confirmed nor dropped: a session may have ended midway."""
    found = handed_in.waiting()
    if not found:
        return None
    rows = [
        [one.given_name, number.moment(one.when), dmc.Button(t("hand_in.go_on"), id={"type": "hand-in-go-on", "file": one.id}, size="compact-xs", variant="light")]
        for one in found
    ]  # fmt: skip
    return deliver_report.table(t("hand_in.waiting"), [t("hand_in.waiting"), t("columns.delivered_at"), ""], rows)


clientside_callback(
    ClientsideFunction("softcity", "handIn"), Output("hand-in-incoming", "data"), Output("hand-in-told", "children"), Output("hand-in-file", "contents"),
    Input("hand-in-file", "contents"), State("hand-in-file", "filename"), State("hand-in-source", "value"), prevent_initial_call=True,
)  # fmt: skip


def _opened(path: Any, search: Any) -> None:
    request.opened(f"{path}{search or ''}")


def _id(data: Any) -> str:
    """The id of the file a page is about."""
    value = data.get("id") if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def _texts(ids: Any, values: Any, key: str) -> dict[str, str]:
    """What was typed or chosen, by what it is about."""
    pairs = zip(ids, values, strict=False) if isinstance(ids, list) and isinstance(values, list) else ()
    return {str(one.get(key)): value for one, value in pairs if isinstance(one, dict) and isinstance(value, str)}


def _checked(file_id: str, delivery: str | None = None) -> Component:
    """The file as a build would read it now."""
    one = handed_in.whole(file_id)
    told = handed_in.check_file(file_id, delivery)
    columns: Sequence[Any] = next((row["columns"] for row in handed_in.sources() if row["source"] == one.source), ())
    return deliver_report.report(_known(told, one), one, columns, acts.NOTE_LENGTH)


def _known(told: Report, one: Incoming) -> Report:
    before = handed_in.files().landed(one, told.file_sha256) if told.is_ready else None
    return replace(told, state="known", same_as=before.source_file, same_who=before.who, same_when=before.when) if before else told


@callback(Output("hand-in-template", "href"), Output("hand-in-template", "hidden"), Input("hand-in-source", "value"), prevent_initial_call=True)
def chosen(source: Any) -> Any:
    known = source in {row["source"] for row in handed_in.sources()}
    return _template(source if known else None), not known


@callback(
    Output("hand-in-checked", "children"), Output("hand-in-waiting", "children"), Input("hand-in-incoming", "data"), *ADDRESS, prevent_initial_call=True,
    running=[(Output("hand-in-checking", "hidden"), False, True)],
)  # fmt: skip
def came(data: Any, path: str, search: str | None) -> Any:
    """A file came whole: it is checked at once."""
    _opened(path, search)
    return (_checked(_id(data)), None) if _id(data) else (None, _waiting())


@callback(
    Output("hand-in-incoming", "data", allow_duplicate=True), Input({"type": "hand-in-go-on", "file": ALL}, "n_clicks"), *ADDRESS, prevent_initial_call=True
)
def went_on(clicks: list[int | None], path: str, search: str | None) -> Any:
    """A file of before is taken up again."""
    _opened(path, search)
    asked = ctx.triggered_id
    return {"id": handed_in.of_mine(asked.get("file")).id} if any(clicks) and isinstance(asked, dict) else no_update


@callback(
    CHECKED, Input("hand-in-teach", "n_clicks"), INCOMING, State({"type": "hand-in-column", "word": ALL}, "id"), State({"type": "hand-in-column", "word": ALL}, "value"),
    State("hand-in-teach-why", "value"), *ADDRESS, prevent_initial_call=True, running=[(Output("hand-in-checking", "hidden"), False, True)],
)  # fmt: skip
def taught(clicks: int | None, data: Any, ids: Any, values: Any, why: Any, path: str, search: str | None) -> Any:
    """Words are said once to be columns; the file is checked anew."""
    _opened(path, search)
    said = _texts(ids, values, "word")
    if not clicks:
        return no_update
    if not said:
        raise ActRefused("teach_none")
    one = handed_in.of_mine(_id(data))
    for word, column in said.items():
        handed_in.teach(one.source, word, column, why if isinstance(why, str) else "")
    request.say(t("hand_in.was_taught", words=t("comma").join(said)))
    return _checked(one.id)


@callback(
    CHECKED, Input("hand-in-say", "n_clicks"), INCOMING, State({"type": "hand-in-said", "key": ALL}, "id"), State({"type": "hand-in-said", "key": ALL}, "value"),
    *ADDRESS, prevent_initial_call=True, running=[(Output("hand-in-checking", "hidden"), False, True)],
)  # fmt: skip
def told_of_list(clicks: int | None, data: Any, ids: Any, values: Any, path: str, search: str | None) -> Any:
    """What a list says of itself is written beside it; the file is checked anew."""
    _opened(path, search)
    if not clicks:
        return no_update
    handed_in.say_of_list(_id(data), _texts(ids, values, "key"))
    return _checked(_id(data))


@callback(CHECKED, Input("hand-in-kind", "value"), INCOMING, *ADDRESS, prevent_initial_call=True, running=[(Output("hand-in-checking", "hidden"), False, True)])
def of_kind(kind: Any, data: Any, path: str, search: str | None) -> Any:
    """Full or delta, where the name does not tell."""
    _opened(path, search)
    return _checked(_id(data), kind) if isinstance(kind, str) and _id(data) else no_update


@callback(
    Output("deliver-tick", "disabled", allow_duplicate=True), Input("hand-in-preview", "n_clicks"), INCOMING, State("hand-in-kind", "value"), *ADDRESS, prevent_initial_call=True,
    running=[(Output("hand-in-preview", "loading"), True, False)],
)  # fmt: skip
def previewed(clicks: int | None, data: Any, kind: Any, path: str, search: str | None) -> Any:
    """What the next build would change with this file: begun here, told in the card of previews."""
    _opened(path, search)
    if not clicks:
        return no_update
    acts.preview(_id(data), kind if isinstance(kind, str) else None)
    request.say(t("hand_in.previewing"))
    return False


@callback(
    CHECKED, Output("hand-in-waiting", "children", allow_duplicate=True), Output("hand-in-incoming", "data", allow_duplicate=True), Output("filters", "data", allow_duplicate=True),
    Input("hand-in-confirm", "n_clicks"), Input("hand-in-drop-file", "n_clicks"), INCOMING, State("hand-in-kind", "value"), *ADDRESS, prevent_initial_call=True,
    running=[(Output("hand-in-checking", "hidden"), False, True)],
)  # fmt: skip
def settled(confirm: int | None, drop: int | None, data: Any, kind: Any, path: str, search: str | None) -> Any:
    """Let it land, or let it go."""
    _opened(path, search)
    asked = ctx.triggered_id
    if asked == "hand-in-confirm" and confirm:
        made = handed_in.confirm_file(_id(data), kind if isinstance(kind, str) else None)
        who = made.who or t("hand_in.by_hand")
        request.say(t("hand_in.landed", file=made.source_file, rows=number.count(made.rows_loaded)) if made.is_new else t("hand_in.known", file=made.source_file, who=who, day=number.moment(made.when)))
    elif asked == "hand-in-drop-file" and drop:
        handed_in.drop_file(_id(data))
        request.say(t("hand_in.dropped"))
    else:
        return [no_update] * 4
    return None, _waiting(), None, f"{path}{search or ''}"


@callback(
    Output("hand-in-taught", "children"), Input("hand-in-taught-all", "n_clicks"), Input({"type": "hand-in-forget", "source": ALL, "word": ALL}, "n_clicks"), *ADDRESS, prevent_initial_call=True
)
def shown(_: Any, clicks: list[int | None], path: str, search: str | None) -> Any:
    """The words that are taught; one is taken back."""
    _opened(path, search)
    asked = ctx.triggered_id
    if isinstance(asked, dict) and any(clicks):
        handed_in.forget(str(asked.get("source")), str(asked.get("word")), t("hand_in.taken_back"))
        request.say(t("hand_in.was_forgotten", word=asked.get("word")))
    if not acts.may("teach"):
        return None
    rows = [
        [
            one["source_title"], one["word"], one["title"], one["who"], number.moment(one["when"])[:10], one["why"],
            dmc.Button(t("hand_in.forget"), id={"type": "hand-in-forget", "source": one["source"], "word": one["word"]}, size="compact-xs", variant="light", color="gray"),
        ]
        for one in handed_in.files().taught()
    ]  # fmt: skip
    heads = [t("columns.source_title"), t("hand_in.head.word"), t("hand_in.head.column"), t("columns.delivered_by"), t("columns.delivered_at"), t("hand_in.teach_why"), ""]
    return deliver_report.table(t("hand_in.taught"), heads, rows) if rows else html.P(t("hand_in.none_taught"), className="note")
