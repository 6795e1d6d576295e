"""关于: how is each number counted, on what reading of the text, from which files? Written by nobody: read off what runs."""

from importlib import metadata
from typing import Any

from flask import g

from dashboard import pages
from dashboard.components import figure, number, parts
from dashboard.components.elements import html
from dashboard.components.table import Column, Table, counted_in
from dashboard.pages.page import Page
from dashboard.query import ask, statement
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View

COVERAGE = ("encoded", "partly", "judgement", "not_encoded", "unseen")

DECISIONS = Table(
    "about_decisions", "about_decisions",
    (
        Column("decision_id"), Column("title", title="decision_title"), Column("setting", group="option"),
        Column("default_setting", group="option"), Column("options", group="option"), Column("says", "words", title="reading"), Column("quote", "words"), Column("since", "day"),
    ),
    sort="decision_order", rows=60,
)  # fmt: skip
DOCUMENTS = Table(
    "about_documents", "about_documents",
    (
        Column("document_title", "words"), Column("first_day", "day"), Column("last_day", "day"),
        Column("last_checked_on", "day"), *(Column(f"{status}_count", "count") for status in COVERAGE),
    ),
    sort="document_order",
)
ITEMS = Table(
    "about_items", "about_items",
    (
        Column("document", group="document"), Column("item_id"), Column("title_zh"), Column("kind", group="item_kind"),
        Column(
            "status", group="coverage", title="coverage_status",
            cell=lambda row: parts.badge(word("coverage", row["status"]), f"coverage-{row['status']}"),
        ),
        Column("note", "words"),
    ),
    sort="item_order", rows=12,
)  # fmt: skip
SOURCES = Table(
    "about_sources", "source_list",
    (
        Column("title", title="source_title"), Column("sender"), Column("rhythm"),
        Column("file_count", "count"), Column("rows_loaded", "count"), Column("last_received_on", "day"),
    ),
    sort="title", rows=30,
)


def layout(view: View) -> Any:
    manifest = g.snapshot.manifest()
    decisions = ask("about_decisions")
    changed = [row for row in decisions if row["setting"] != row["default_setting"]]
    tables = [(page, table) for page in pages.PAGES if g.user.role in page.roles for table in page.tables]
    return [
        parts.heading(t("page.about.title"), t("page.about.asks")),
        parts.sentence(
            t("about.sentence", day=g.snapshot.as_of, n=len({table.query for _, table in tables})),
            parts.strong(t("unit.n_readings", n=len(decisions))), t("about.sentence_changed"),
            parts.strong(t("unit.n_readings", n=len(changed))), t("about.sentence_files"),
            parts.strong(t("unit.n_files", n=number.count(len(manifest.get("files", []))))), t("stop"),
        ),
        html.Div([_snapshot(manifest), _programme(manifest)], className="grid"),
        figure.framed(
            "about_decisions", html.Div([_decision(row) for row in decisions], className="decisions"), table=DECISIONS,
            view=view, source="policy",
        ),
        figure.table_card("about_documents", DOCUMENTS, view, source="policy"),
        figure.table_card("about_items", ITEMS, view, source="policy"),
        figure.table_card("about_sources", SOURCES, view, source="arrivals") if not g.user.is_scoped else None,
        _definitions(tables),
    ]  # fmt: skip


def _card(key: str, pairs: list[tuple[str, Any]]) -> Any:
    return html.Section(
        [html.Div(html.H2(t(f"about.{key}")), className="card-head"), parts.facts(pairs), figure.provenance("policy")],
        className="card span-6", id=f"about-{key}",
    )


def _snapshot(manifest: dict[str, Any]) -> Any:
    """What this snapshot was made of, so that a number can be made again."""
    files = manifest.get("files", [])
    return _card(
        "snapshot",
        [
            (t("about.snapshot_id"), html.Code(g.snapshot.snapshot_id)), (t("export.as_of"), g.snapshot.as_of),
            (t("about.built_at"), number.moment(manifest.get("built_at"))),
            (t("about.git_revision"), html.Code(manifest.get("git_revision") or t("none"))),
            (t("about.fingerprint"), html.Code(manifest.get("fingerprint") or t("none"))),
            (t("about.files"), t("about.files_hashed", n=len(files), hashed=sum(1 for f in files if f.get("file_sha256")))),
            (t("about.tables"), t("about.table_rows", n=len(manifest.get("row_counts", {})), rows=number.count(sum(manifest.get("row_counts", {}).values())))),
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
    return html.Div(
        [
            html.Div(
                [
                    parts.badge(row["decision_id"], "decision"), html.Strong(row["title"]),
                    parts.badge(t("about.default" if is_default else "about.changed"), "plain" if is_default else "doubt"),
                ]
            ),
            html.P(parts.reading(row["says"])),
            parts.facts(
                [
                    (t("columns.setting"), word("option", row["setting"])),
                    *([] if is_default else [(t("columns.default_setting"), word("option", row["default_setting"]))]),
                    *([(t("columns.options"), word("option", row["options"]))] if row["options"] else []),
                    *([(t("columns.quote"), html.Q(row["quote"]))] if row["quote"] else []),
                ]
            ),
        ],
        className="margin-note", id=f"decision-{row['decision_id']}",
    )  # fmt: skip


def _definitions(tables: list[tuple[Page, Table]]) -> Any:
    """Every table of the pages this reader may see: in words, and the very query that counts it."""
    told: dict[str, Any] = {}
    for _, table in tables:
        body: list[Any] = [html.P(t(f"how.{table.name}"))]
        if table.made is None:
            body.append(html.Pre(html.Code(statement(table.query)[0]), tabIndex="0"))
        told[table.name] = html.Details(
            [
                html.Summary([html.Strong(t(f"figure.{table.name}.title")), html.Code(counted_in(table))]), *body,
            ],
            className="definition",
        )
    return html.Section(
        [
            html.Div(html.H2([t("about.definitions"), html.Small(t("about.definitions_unit"))]), className="card-head"),
            *told.values(), figure.provenance("claims"),
        ],
        className="card", id="about-definitions",
    )  # fmt: skip


PAGE = Page("about", "/about", layout, tables=(DECISIONS, DOCUMENTS, ITEMS, SOURCES), icon="about", kept=True)
