"""数据: can I trust today's numbers? What arrived, what was refused and why, and which names wait for a person."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, callback, ctx, html, no_update
from flask import g

from dashboard import acts, request
from dashboard.components import card, compared, controls, empty, graph, grid, number, parts, short_table
from dashboard.errors import BadAddress
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.summaries import data as summaries
from dashboard.tables.data import (
    MATCH_REVIEW,
    QUALITY_FAILURES,
    QUALITY_RESULTS,
    QUARANTINE,
    RECONCILIATION,
    ROLES,
    SOURCE_FILES,
    SOURCE_LIST,
    SOURCE_TREND,
)
from dashboard.text import t, word
from dashboard.view import View
from pipelines.base.decisions import NAMES, counted, entries

dash.register_page(__name__, path="/data", name="Data", order=8, icon="data", roles=ROLES, has_figures=True, has_grid=True)

PARTS = ("sources", "files", "checks", "quarantine", "names")
NAMES_SHOWN = 8
FRESHNESS = {"fresh": "met", "stale": "doubt", "missing": "risk"}
ADDRESS = (State("here", "pathname"), State("here", "search"))


def layout() -> Any:
    view, state = request.view(), ask_one("data_state")
    counts = dict(zip(PARTS, (state["source_count"], state["file_count"], state["check_count"], state["quarantined_count"], state["review_count"]), strict=True))
    pieces = [{"value": key, "label": f"{t(f'data.part.{key}')} {number.count(counts[key])}"} for key in PARTS]
    return [
        parts.heading(t("page.data.title"), t("page.data.asks")), parts.sentence(*summaries.data(state)),
        dmc.SegmentedControl(id=controls.control_id("part", PARTS[0]), data=pieces, value=_part(view), mb="md", **parts.aria(label=t("filter.part"))),
        html.Div(_body(view), id="data-body"), dash.dcc.Store(id="data-shown", data=_shown(view)),
    ]  # fmt: skip


def _part(view: View) -> str:
    return view.get("part") or PARTS[0]


def _shown(view: View) -> list[str]:
    """What the body depends on besides its grids, which renew themselves."""
    return [_part(view), view.get("check") or "", (view.get("decision") or "") if _part(view) == "names" else ""]


@callback(Output("data-body", "children"), Output("data-shown", "data"), Input("filters", "data"), State("data-shown", "data"), prevent_initial_call=True)
def filtered(address: str, shown: list[str]) -> Any:
    view = request.opened(address)
    return (no_update, no_update) if _shown(view) == shown else (_body(view), _shown(view))


def _body(view: View) -> Any:
    body: Mapping[str, Callable[[View], Any]] = {"sources": _sources, "files": _files, "checks": _checks, "quarantine": _quarantine, "names": _names}
    return body[_part(view)](view)


def _local(view: View, *keys: str) -> Any:
    return dmc.Group([controls.select(key, view.get(key), width=190) for key in keys], className="local-filters")


def _sources(view: View) -> Any:
    months, flow = ask("source_months"), ask("reconciliation")
    cells = {
        "status": lambda row: parts.badge(word("freshness", row["status"]), FRESHNESS[row["status"]]),
        "is_balanced": lambda row: parts.badge(t(f"balanced.{'yes' if row['is_balanced'] else 'no'}"), "met" if row["is_balanced"] else "risk"),
    }  # fmt: skip
    weeks = html.Ul([html.Li([html.Span(row["title"]), parts.strip(row["arrivals"])]) for row in ask("source_list")], className="weeks")
    drawn = graph.graph("source_months", compared.arrivals(months), t("figure.source_months.title")) if months else empty.empty("no_rows", "arrivals")
    return parts.cards(
        card.card("source_list", short_table.short_table(SOURCE_LIST, view, cells=cells), table=SOURCE_LIST, view=view, source="arrivals"),
        card.card("source_weeks", [parts.scale(parts.STEPS, t("data.strip_legend")), weeks], source="arrivals", span=5),
        card.card("source_months", drawn, table=SOURCE_TREND, view=view, source="arrivals", span=7),
        card.card("reconciliation_flow", parts.flow(_steps(flow)), table=RECONCILIATION, view=view, source="arrivals"),
        card.card("reconciliation", short_table.short_table(RECONCILIATION, view, cells=cells), table=RECONCILIATION, view=view, source="arrivals"),
        card.card("source_trend", grid.grid(SOURCE_TREND, view, height=340, pin=False), table=SOURCE_TREND, view=view, source="arrivals"),
    )  # fmt: skip


def _steps(rows: Sequence[Row]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Files, rows, rows in force, events, claims: at each step what went on, and what stayed behind and why."""

    def total(key: str) -> int:
        return sum(row[key] or 0 for row in rows)

    left = {
        "file_count": ("refused_file_count",), "rows_read": ("rows_skipped", "rows_quarantined"),
        "rows_loaded": (
            "rows_superseded", "rows_same_key", "rows_added", "rows_replaced", "rows_withdrawn", "rows_not_formal", "rows_after_as_of",
        ),
        "rows_in_force": ("rows_in_review", "rows_without_event"), "event_count": (), "claim_count": (),
    }  # fmt: skip
    return [(key, total(key), [(reason, total(reason)) for reason in reasons]) for key, reasons in left.items()]


def _files(view: View) -> Any:
    body = [_local(view, "source", "file_status"), grid.grid(SOURCE_FILES, view, height=640)]
    return card.card("source_files", body, table=SOURCE_FILES, view=view, source="arrivals", tools=[grid.chooser(SOURCE_FILES)])


def _checks(view: View) -> Any:
    body = [_local(view, "severity", "verdict"), grid.grid(QUALITY_RESULTS, view, height=560)]
    results = card.card("quality_results", body, table=QUALITY_RESULTS, view=view, source="arrivals")
    check = ask_one("quality_results", check=view.get("check")) if view.get("check") else None
    if not check:
        return parts.cards(results)
    chip = html.Div([check["description"], " ", parts.link(t("filter.clear"), view.here(check=None), "tool")], className="chip")
    failures = card.card("quality_failures", [chip, grid.grid(QUALITY_FAILURES, view, height=320)], table=QUALITY_FAILURES, view=view, source="arrivals")
    return parts.cards(failures, results)


def _quarantine(view: View) -> Any:
    if not QUARANTINE.fetch(view, limit=1)[1] and not view.get("source"):
        return card.card("quarantine", parts.state("no_quarantine"), table=QUARANTINE, view=view, source="arrivals")
    body = [_local(view, "source"), grid.grid(QUARANTINE, view, height=640)]
    return card.card("quarantine", body, table=QUARANTINE, view=view, source="arrivals", tools=[grid.chooser(QUARANTINE)])


def _names(view: View) -> Any:
    """The queue, most rows first: each printed name beside the firms it may be."""
    chosen = dmc.Group(controls.select("decision", view.get("decision"), default="review", width=190), className="local-filters")
    queue, pages = _queue(view, 1)
    body = [chosen, html.Div(queue, id="names-queue"), dmc.Pagination(id="names-page", total=pages, value=1, mt="md", display="none" if pages < 2 else None)]
    return card.card("match_review", body, table=MATCH_REVIEW, view=_of_queue(view), source="arrivals")


def _of_queue(view: View) -> View:
    return view if view.get("decision") else view.with_filter(decision="review")


def _queue(view: View, page: int) -> tuple[list[Any], int]:
    """One page of names, and how many pages there are."""
    rows, total = MATCH_REVIEW.fetch(_of_queue(view), limit=NAMES_SHOWN, offset=(page - 1) * NAMES_SHOWN)
    settled = {(e.get("name_key"), e.get("code_given") or ""): e for e in entries(g.decisions, NAMES)}
    said = counted(g.decisions, NAMES)
    shown = []
    for row in rows:
        key = (row["name_key"], row["code_given"] or "")
        shown.append(_name(row, settled.get(key), said[key], view))
    return shown or [parts.state("no_names")], -(-total // NAMES_SHOWN)


def _name(row: Row, settled: dict[str, Any] | None, said: int, view: View) -> Any:
    """A printed name, the firms it may be, and what a person may say of it: until the next build has read it, nothing more."""
    is_pending = settled is not None and settled.get("when") != row["decided_at"]
    may = acts.may("name") and not is_pending
    files = [html.Div(_file(file)) for file in str(row["files"] or "").split("|") if file]
    printed = [
        html.H3(t("names.printed")), html.Strong(row["printed_name"]),
        parts.facts(
            [
                (t("columns.code_given"), html.Code(row["code_given"] or t("none"))), (t("columns.reason"), row["reason"] or t("none")),
                (t("columns.sources"), files or t("none")), (t("columns.row_count"), number.count(row["row_count"])),
                (t("columns.first_seen_on"), number.day(row["first_seen_on"])),
            ]
        ),
    ]  # fmt: skip
    found = zip(*(str(row[key] or "").split("|") for key in ("candidates", "candidate_names", "scores")), strict=False)
    candidates = [_candidate(row, one, said, view, may) for one in found if one[0]]
    beside = [
        html.H3(t("names.candidates")), html.Div(candidates or html.P(t("names.nobody"), className="note"), className="candidates"),
        _pending(settled) if is_pending and settled else _settled(row), _neither(row, said) if may else None,
    ]  # fmt: skip
    return html.Article([html.Div(printed, className="name-printed"), html.Div(beside, className="name-candidates")], className="name")


def _file(path: str) -> list[Any]:
    """A file by the name of its source and its own."""
    source, _, name = path.partition("/")
    return [word("dataset", source), " ", html.Span(name, className="quiet")]


def _id(kind: str, row: Row, said: int, candidate: str = "") -> dict[str, Any]:
    """Which name a control is about, and how much had been said of it when it was made."""
    return {"type": kind, "name": row["name_key"], "code": row["code_given"] or "", "said": said, "candidate": candidate}


def _candidate(row: Row, one: Sequence[str], said: int, view: View, may: bool) -> Any:
    code, name, score = one
    is_chosen = row["enterprise_id"] == code
    button = dmc.Button(t("names.accept"), id=_id("name-accept", row, said, code), size="compact-xs", variant="light")
    return html.Div(
        [
            html.Div([parts.link(name or code, view.to(f"/firms/{code}")), html.Code(code)]), html.Small(t("names.score", score=score), className="score"),
            parts.badge(t("decision.accept"), "met") if is_chosen else button if may else None,
        ],
        className="candidate",
    )  # fmt: skip


def _neither(row: Row, said: int) -> Any:
    """For a firm that is not among the candidates, or none at all."""
    return dmc.Group(
        [
            dmc.TextInput(id=_id("name-other", row, said), label=t("names.other"), size="xs", w=200, inputProps={"maxLength": 60, "autoComplete": "off"}),
            dmc.TextInput(id=_id("name-why", row, said), label=t("names.why"), size="xs", w=240, inputProps={"maxLength": acts.NOTE_LENGTH, "autoComplete": "off"}),
            dmc.Button(t("names.accept_other"), id=_id("name-accept", row, said), size="xs", variant="light"),
            dmc.Button(t("names.reject"), id=_id("name-reject", row, said), size="xs", variant="light", color="gray"),
        ],
        align="end", gap="xs", mt="xs",
    )  # fmt: skip


def _pending(settled: Mapping[str, Any]) -> Any:
    words = t(
        "names.pending", decision=word("decision", settled.get("decision")), who=settled.get("who"),
        day=number.moment(settled.get("when"))[:10], code=settled.get("enterprise_code") or "",
    )  # fmt: skip
    return html.P([parts.badge(t("names.pending_badge"), "doubt"), words, settled.get("why") or ""], className="note")


def _settled(row: Row) -> Any:
    if row["decision"] not in ("accept", "reject"):
        return None
    words = t("names.settled", decision=word("decision", row["decision"]), who=row["decided_by"], day=number.moment(row["decided_at"])[:10])
    return html.P([words, row["decided_why"] or ""], className="note")


def _any(kind: str) -> dict[str, Any]:
    return {"type": kind, "name": ALL, "code": ALL, "said": ALL, "candidate": ALL}


@callback(
    Output("names-queue", "children"), Output("names-page", "total"),
    Input("names-page", "value"), Input(_any("name-accept"), "n_clicks"), Input(_any("name-reject"), "n_clicks"),
    State(_any("name-other"), "id"), State(_any("name-other"), "value"), State(_any("name-why"), "value"), *ADDRESS, prevent_initial_call=True,
)  # fmt: skip
def settle(page: int, accepts: list[Any], rejects: list[Any], ids: list[dict[str, Any]], others: list[Any], whys: list[Any], path: str, search: str | None) -> Any:
    """Turn the page of the queue, or put on record what its reader says of a name."""
    view, asked = request.opened(f"{path}{search or ''}"), ctx.triggered_id
    if isinstance(asked, dict):
        if not any([*accepts, *rejects]):  # the buttons came, nobody clicked
            return no_update, no_update
        name, code, candidate, said = (asked.get(key) for key in ("name", "code", "candidate", "said"))
        if not (isinstance(name, str) and isinstance(code, str) and isinstance(said, int)):
            raise BadAddress("which name")
        typed = {(one["name"], one["code"]): (other, why) for one, other, why in zip(ids, others, whys, strict=True)}
        other, why = typed.get((name, code), ("", ""))
        decision = "accept" if asked.get("type") == "name-accept" else "reject"
        acts.decide_name(name, code, decision, candidate or other, why, said)
        request.say(t("names.noted"))
    return _queue(view, page if isinstance(page, int) and page > 0 else 1)
