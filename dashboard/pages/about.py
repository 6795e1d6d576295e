"""关于: how is each number counted, on what reading of the text, from which files? Written by nobody: read off what runs."""

from importlib import metadata
from typing import Any

import dash
from dash import MATCH, Input, Output, callback, ctx, html
from flask import g

from dashboard import request
from dashboard.components import card, number, parts, short_table
from dashboard.errors import NothingThere
from dashboard.query import ask
from dashboard.questions import QUESTIONS
from dashboard.reader import Row
from dashboard.summaries import data as summaries
from dashboard.tables import TABLES, Table
from dashboard.tables.data import ABOUT_SOURCES
from dashboard.tables.policy import ABOUT_DECISIONS, ABOUT_DOCUMENTS, ABOUT_ITEMS
from dashboard.text import t, word
from pipelines.base.roles import ROLES

dash.register_page(__name__, policy="one", path="/about", name="About", order=9, icon="about", roles=ROLES)


def layout() -> Any:
    view, manifest, decisions = request.view(), g.snapshot.manifest(), ask("about_decisions")
    tables = [table for table in TABLES.values() if g.user.role in table.roles]
    coverage = {"status": lambda row: parts.badge(word("coverage", row["status"]), f"coverage-{row['status']}")}
    return [
        parts.heading(t("page.about.title"), t("page.about.asks")),
        parts.sentence(*summaries.about(len({table.query for table in tables}), decisions, len(manifest.get("files", [])))),
        parts.cards(
            _snapshot(manifest), _programme(manifest),
            card.card("about_decisions", html.Div([_decision(row) for row in decisions], className="decisions"), table=ABOUT_DECISIONS, view=view, source="policy"),
            card.card("about_documents", short_table.short_table(ABOUT_DOCUMENTS, view), table=ABOUT_DOCUMENTS, view=view, source="policy"),
            card.card("about_items", short_table.short_table(ABOUT_ITEMS, view, cells=coverage), table=ABOUT_ITEMS, view=view, source="policy"),
            card.card("about_sources", short_table.short_table(ABOUT_SOURCES, view), table=ABOUT_SOURCES, view=view, source="arrivals") if not g.user.is_scoped else None,
            _definitions(tables),
        ),
    ]  # fmt: skip


def _card(key: str, pairs: list[tuple[str, Any]]) -> Any:
    return html.Section([html.Div(html.H2(t(f"about.{key}")), className="card-head"), parts.facts(pairs), card.provenance("policy")], className="card span-6", id=f"about-{key}")


def _snapshot(manifest: dict[str, Any]) -> Any:
    """What this snapshot was made of, so that a number can be made again."""
    files, counts = manifest.get("files", []), manifest.get("row_counts", {})
    return _card(
        "snapshot",
        [
            (t("about.snapshot_id"), html.Code(g.snapshot.snapshot_id)), (t("export.as_of"), g.snapshot.as_of),
            (t("about.built_at"), number.moment(manifest.get("built_at"))),
            (t("about.git_revision"), html.Code(manifest.get("git_revision") or t("none"))),
            (t("about.fingerprint"), html.Code(manifest.get("fingerprint") or t("none"))),
            (t("about.files"), t("about.files_hashed", n=len(files), hashed=sum(1 for f in files if f.get("file_sha256")))),
            (t("about.tables"), t("about.table_rows", n=len(counts), rows=number.count(sum(counts.values())))),
            (t("frame.sample"), t("yes") if g.snapshot.is_sample else t("no")),
        ],
    )  # fmt: skip


def _programme(manifest: dict[str, Any]) -> Any:
    """Which programme, and under what licence; both from its own packaging."""
    try:
        packaged = metadata.metadata("softcity").json
        licence = packaged.get("license_expression") or packaged.get("license")
    except metadata.PackageNotFoundError:
        licence = None
    checks = manifest.get("checks", {})
    return _card(
        "programme",
        [
            (t("about.version"), f"softcity {manifest.get('softcity_version', '')}"),
            (t("about.licence"), licence or t("not_stated")), (t("about.policy"), g.snapshot.policy_title),
            (t("filter.document"), g.snapshot.document_title), (t("about.reading"), t("clause.by_default")),
            (t("about.checks"), t("about.checks_words", n=checks.get("total", 0), errors=checks.get("error_failed", 0), warnings=checks.get("warn_failed", 0))),
        ],
    )  # fmt: skip


def _decision(row: Row) -> Any:
    is_default = row["setting"] == row["default_setting"]
    pairs = [(t("columns.setting"), word("option", row["setting"]))]
    pairs += [] if is_default else [(t("columns.default_setting"), word("option", row["default_setting"]))]
    pairs += [(t("columns.options"), word("option", row["options"]))] if row["options"] else []
    pairs += [(t("columns.quote"), html.Q(row["quote"]))] if row["quote"] else []
    return html.Div(
        [
            html.Div([parts.badge(row["decision_id"], "decision"), html.Strong(row["title"]), parts.badge(t("about.default" if is_default else "about.changed"), "plain" if is_default else "doubt")]),
            html.P(parts.reading(row["says"])), parts.facts(pairs),
        ],
        className="margin-note", id=f"decision-{row['decision_id']}",
    )  # fmt: skip


def _definitions(tables: list[Table]) -> Any:
    """Every table this reader may see; once it is opened, in words, and the very query that counts it."""
    head = html.Div(html.H2([t("about.definitions"), html.Small(t("about.definitions_unit"))]), className="card-head")
    return html.Section([head, *map(_definition, tables), card.provenance("claims")], className="card span-12", id="about-definitions")


def _definition(table: Table) -> Any:
    named = [html.Strong(t(f"figure.{table.name}.title")), html.Code(table.counted_in)]
    summary = html.Summary(named, id={"type": "definition", "table": table.name})
    return html.Details([summary, html.Div(id={"type": "query", "table": table.name})], className="definition")


@callback(Output({"type": "query", "table": MATCH}, "children"), Input({"type": "definition", "table": MATCH}, "n_clicks"), prevent_initial_call=True)
def counted(_: int) -> Any:
    """How a table is counted: all of them would be half of the page."""
    table = TABLES.get(ctx.outputs_list["id"]["table"])
    if table is None or g.user.role not in table.roles:
        raise NothingThere("a definition")
    query = html.Pre(QUESTIONS[table.query].sql, tabIndex="0") if table.made is None else None
    return [html.P(t(f"how.{table.name}")), query]
