"""数据: can I trust today's numbers? What arrived, what was refused and why, and which names wait for a person."""

from typing import Any

from flask import g

from dashboard import desk
from dashboard.components import compared, figure, filters, form, number, parts
from dashboard.components.elements import html
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table, pager
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View

ROLES = ("steward", "analyst", "admin")
DECIDERS = ("steward", "admin")
PARTS = ("sources", "files", "checks", "quarantine", "names")
STATUS = {"fresh": "met", "stale": "doubt", "missing": "risk"}
FILE_STATUS = {"loaded": "met", "refused": "risk", "duplicate": "plain", "superseded": "plain"}


def _short(value: Any) -> Any:
    return html.Code(str(value)[:12], title=str(value)) if value else t("none")


def _verdict(row: Row) -> Any:
    kind = "met" if row["is_success"] else "risk" if row["severity"] == "error" else "doubt"
    return parts.badge(t(f"verdict.{'passed' if row['is_success'] else 'failed'}"), kind)


def _to_files(view: View, row: Row) -> str:
    return view.to("/data", part="files", source=row["source"])


def _to_failures(view: View, row: Row) -> str | None:
    return None if row["is_success"] else view.to("/data", part="checks", check=row["check_id"])


SOURCES = Table(
    "source_list", "source_list",
    (
        Column("title", title="source_title", href=_to_files), Column("sender"), Column("rhythm"),
        Column(
            "status", group="freshness", title="freshness",
            cell=lambda row: parts.badge(word("freshness", row["status"]), STATUS[row["status"]]),
        ),
        Column("last_received_on", "day"), Column("days_since_received", "count"),
        Column("arrivals", "picture", cell=lambda row: compared.strip(row["arrivals"])), Column("file_count", "count"),
        Column("rows_read", "count"), Column("rows_loaded", "count"), Column("rows_skipped", "count"),
        Column("rows_quarantined", "count"),
    ),
    sort="title", rows=30,
)  # fmt: skip
TREND = Table(
    "source_trend", "source_trend",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("delivery", group="delivery"),
        Column("file_count", "count"), Column("rows_read", "count"), Column("rows_loaded", "count"),
        Column("rows_skipped", "count"), Column("rows_quarantined", "count"), Column("quarantine_rate", "rate"),
        Column("usual_rows", "count"), Column("share_of_usual", "rate"),
    ),
    sort="-received_on", takes=("source",), rows=8,
)
FLOW = Table(
    "reconciliation", "reconciliation",
    (
        Column("title", title="source_title", href=_to_files), Column("file_count", "count"),
        Column("rows_read", "count"), Column("rows_quarantined", "count"), Column("rows_skipped", "count"),
        Column("rows_loaded", "count"), Column("rows_superseded", "count"), Column("rows_same_key", "count"),
        Column("rows_added", "count"), Column("rows_replaced", "count"), Column("rows_withdrawn", "count"),
        Column("rows_not_formal", "count"), Column("rows_after_as_of", "count"), Column("rows_in_force", "count"),
        Column("rows_not_seen_again", "count"), Column("rows_in_review", "count"), Column("event_count", "count", title="events_made"),
        Column("claim_count", "count"),
        Column(
            "is_balanced", "flag",
            cell=lambda row: parts.badge(t(f"balanced.{'yes' if row['is_balanced'] else 'no'}"), "met" if row["is_balanced"] else "risk"),
        ),
    ),
    sort="title", takes=("source",), rows=30,
)  # fmt: skip
FILES = Table(
    "source_files", "source_files",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("source_file"),
        Column(
            "file_status", group="file_status",
            cell=lambda row: parts.badge(word("file_status", row["file_status"]), FILE_STATUS.get(row["file_status"], "plain")),
        ),
        Column("rows_read", "count"), Column("rows_loaded", "count"), Column("rows_skipped", "count"), Column("skipped_as", "words"),
        Column("rows_quarantined", "count"), Column("file_sha256", "code", cell=lambda row: _short(row["file_sha256"])),
        Column("message", "words"),
    ),
    sort="-received_on", takes=("source", "file_status"),
)  # fmt: skip
CHECKS = Table(
    "quality_results", "quality_results",
    (
        Column("is_success", "flag", title="verdict", cell=_verdict), Column("severity", group="severity"),
        Column("door", group="door"), Column("table_name", group="dataset"), Column("description", "words", href=_to_failures),
        Column("row_count", "count"), Column("unexpected_count", "count"),
    ),
    sort="is_success", takes=("severity", "verdict"),
)
FAILURES = Table(
    "quality_failures", "quality_failures",
    (
        Column("source_file"), Column("sheet"), Column("row_no", "count"), Column("row_key", "code"),
        Column("column_name", group="columns"), Column("value_seen", "words"), Column("table_name", group="dataset"),
        Column("check_id", "code"),
    ),
    sort="source_file", takes=("check",),
)
QUARANTINE = Table(
    "quarantine", "quarantine",
    (
        Column("received_on", "day"), Column("title", title="source_title"), Column("source_file"), Column("sheet"),
        Column("row_no", "count"), Column("column_name", group="columns"), Column("value_seen"), Column("reason", "words"),
    ),
    sort="-received_on", takes=("source",),
)
NAMES = Table(
    "match_review", "match_review",
    (
        Column("printed_name"), Column("code_given", "code"), Column("decision", group="decision"),
        Column("reason", "words"), Column("candidate_names", "words"), Column("candidates", "code"),
        Column("scores", "code"), Column("sources", group="dataset"), Column("row_count", "count"), Column("first_seen_on", "day"),
        Column("decided_by"), Column("decided_at", "moment"), Column("decided_why"),
    ),
    sort="-row_count", takes=("decision",), rows=8,
)


def layout(view: View) -> Any:
    state = ask_one("data_state")
    part = view.get("part") or "sources"
    shown = {"sources": _sources, "files": _files, "checks": _checks, "quarantine": _quarantine, "names": _names}[part]
    return [
        parts.heading(t("page.data.title"), t("page.data.asks")), _sentence(state), _tabs(view, state, part),
        *shown(view),
    ]


def _sentence(state: Row) -> Any:
    late = state["stale_count"] + state["missing_count"]
    return parts.sentence(
        t("data.sentence", day=g.snapshot.as_of, n=state["source_count"], files=number.count(state["file_count"])),
        parts.strong(t("unit.n_sources", n=late)), t("data.sentence_read", n=number.count(state["rows_read"])),
        parts.strong(t("unit.n_rows", n=number.count(state["quarantined_count"]))), t("data.sentence_checks"),
        parts.strong(t("unit.n_checks", n=state["error_count"])), t("data.sentence_warn", n=state["warn_count"]),
        parts.strong(t("unit.n_names", n=number.count(state["review_count"]))),
        t("data.balanced") if not state["unbalanced_count"] else t("data.unbalanced", n=state["unbalanced_count"]),
    )  # fmt: skip


def _tabs(view: View, state: Row, part: str) -> Any:
    counts = {
        "sources": state["source_count"], "files": state["file_count"], "checks": state["check_count"],
        "quarantine": state["quarantined_count"], "names": state["review_count"],
    }  # fmt: skip
    links = [
        html.Link(
            [t(f"data.part.{key}"), html.Small(number.count(counts[key]))], href=view.to("/data", part=key),
            className="room here" if key == part else "room", id=f"tab-{key}",
        )
        for key in PARTS
    ]  # fmt: skip
    return html.Nav(links, className="rooms", **parts.aria(label=t("page.data.title")))


def _sources(view: View) -> list[Any]:
    months = ask("source_months")
    return [
        figure.table_card("source_list", SOURCES, view, source="arrivals", before=compared.strip_legend()),
        html.Div(
            [
                figure.framed(
                    "source_months",
                    figure.graph("source-months", compared.arrivals(months), t("figure.source_months.title"))
                    if months
                    else empty("no_rows", "arrivals", is_filtered=bool(view.get("source"))), table=TREND, view=view, source="arrivals", width="span-5",
                ),
                figure.framed(
                    "reconciliation_flow", compared.flow(_steps(ask("reconciliation"))), table=FLOW, view=view,
                    source="arrivals", width="span-7",
                ),
            ],
            className="grid",
        ),
        figure.table_card("reconciliation", FLOW, view, source="arrivals"),
        figure.table_card("source_trend", TREND, view, source="arrivals"),
    ]


def _steps(rows: list[Row]) -> list[tuple[str, int, list[tuple[str, int]]]]:
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


def _files(view: View) -> list[Any]:
    before = filters.local(("source", "file_status"), view)
    return [figure.table_card("source_files", FILES, view, source="arrivals", before=before)]


def _checks(view: View) -> list[Any]:
    before = filters.local(("severity", "verdict"), view)
    cards = [figure.table_card("quality_results", CHECKS, view, source="arrivals", before=before)]
    check = ask_one("quality_results", check=view.get("check")) if view.get("check") else None
    if check:
        chip = html.Div(
            [check["description"], parts.link(t("filter.clear"), view.here(check=None), "tool")], className="chip"
        )
        cards.insert(0, figure.table_card("quality_failures", FAILURES, view, source="arrivals", before=chip))
    return cards


def _quarantine(view: View) -> list[Any]:
    return [
        figure.table_card(
            "quarantine", QUARANTINE, view, source="arrivals", before=filters.local(("source",), view), empty="no_quarantine"
        )
    ]  # fmt: skip


def _names(view: View) -> list[Any]:
    """The queue, most rows first: each printed name beside the firms it may be."""
    asked = view if view.get("decision") else view.with_filter(decision="review")
    page = int(view.tables.get(f"{NAMES.name}.page", "1"))
    rows, total = NAMES.fetch(asked, limit=NAMES.rows, offset=(page - 1) * NAMES.rows)
    settled = {(e.get("name_key"), e.get("code_given") or ""): e for e in desk.entries(g.decisions, desk.NAMES)}
    g.said = desk.counted(g.decisions, desk.NAMES)
    cards = [_name(row, settled.get((row["name_key"], row["code_given"] or "")), view) for row in rows]
    body = [filters.local(("decision",), asked), *(cards or [parts.state("no_names")]), pager(NAMES, view, total)]
    return [figure.framed("match_review", html.Div(body, className="names"), table=NAMES, view=asked, source="arrivals")]


def _name(row: Row, settled: dict[str, Any] | None, view: View) -> Any:
    pending = settled is not None and settled.get("when") != row["decided_at"]
    printed = html.Div(
        [
            html.H3(t("names.printed")), html.Strong(row["printed_name"]),
            parts.facts(
                [
                    (t("columns.code_given"), html.Code(row["code_given"] or t("none"))),
                    (t("columns.reason"), row["reason"] or t("none")),
                    (t("columns.sources"), [html.Div(_file(file)) for file in str(row["files"] or "").split("|") if file] or t("none")),
                    (t("columns.row_count"), number.count(row["row_count"])),
                    (t("columns.first_seen_on"), number.day(row["first_seen_on"])),
                ]
            ),
        ],
        className="name-printed",
    )
    found = zip(*(str(row[key] or "").split("|") for key in ("candidates", "candidate_names", "scores")), strict=False)
    candidates = [_candidate(row, one, view, pending) for one in found if one[0]]
    return html.Article(
        [
            printed,
            html.Div(
                [
                    html.H3(t("names.candidates")),
                    html.Div(candidates or html.P(t("names.nobody"), className="note"), className="candidates"),
                    _pending(settled) if pending and settled else _settled(row),
                    _neither(row, view) if g.user.role in DECIDERS and not pending else None,
                ],
                className="name-candidates",
            ),
        ],
        className="name",
    )  # fmt: skip


def _file(path: str) -> list[Any]:
    """A file by the name of its source and its own."""
    source, _, name = path.partition("/")
    return [word("dataset", source), " ", html.Span(name, className="quiet")]


def _candidate(row: Row, one: tuple[str, ...], view: View, pending: bool) -> Any:
    code, name, score = one
    chosen = row["enterprise_id"] == code
    may = g.user.role in DECIDERS and not pending and not chosen
    return html.Div(
        [
            html.Div([parts.link(name or code, view.to(f"/firms/{code}")), html.Code(code)]),
            html.Small(t("names.score", score=score), className="score"),
            form.act(
                "name", view, html.Button(t("names.accept"), type="submit", className="button plain"),
                **_keys(row), decision="accept", enterprise_code=code,
            )
            if may
            else parts.badge(t("decision.accept"), "met") if chosen else None,
        ],
        className="candidate",
    )  # fmt: skip


def _keys(row: Row) -> dict[str, str]:
    """Which matter a form settles, and on how much that was said of it."""
    key = (row["name_key"], row["code_given"] or "")
    return {"name_key": key[0], "code_given": key[1], "based_on": str(g.said[key])}


def _neither(row: Row, view: View) -> Any:
    """For a firm that is not among the candidates, or none at all."""
    code = [
        html.Label([html.Span(t("names.other")), html.Input(name="enterprise_code", maxLength=60, autoComplete="off")]),
        html.Label([html.Span(t("names.why")), html.Input(name="why", maxLength=200, autoComplete="off")]),
        html.Button(t("names.accept_other"), type="submit", name="decision", value="accept", className="button plain"),
        html.Button(t("names.reject"), type="submit", name="decision", value="reject", className="button plain"),
    ]
    return form.act("name", view, html.Div(code, className="name-do"), **_keys(row))


def _pending(settled: dict[str, Any]) -> Any:
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


PAGE = Page(
    "data", "/data", layout, tables=(SOURCES, TREND, FLOW, FILES, CHECKS, FAILURES, QUARANTINE, NAMES), icon="data",
    roles=ROLES, has_figures=True,
)  # fmt: skip
