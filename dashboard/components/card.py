"""The card around every figure and table: subject, unit, 明细 · 导出 · 口径, and where its numbers come from."""

from collections.abc import Collection, Sequence

from dash import ALL, Output, ctx, html
from dash.development.base_component import Component
from flask import g

from dashboard.components import parts
from dashboard.components.grid import export_addresses
from dashboard.tables import Table
from dashboard.text import t
from dashboard.view import View


def exports(tables: Collection[Table]) -> dict[str, Output]:
    """Where the files of the cards of a page are: outputs of the callback that renews its figures.

    By table, not all there are: a callback with an output on the page that is shown is asked by Dash, whichever page it is of.
    """
    return {table.name: Output({"type": "export", "table": table.name, "card": ALL, "form": ALL}, "href", allow_duplicate=True) for table in tables}


def export_hrefs(view: View, tables: Collection[Table]) -> dict[str, list[str]]:
    """What such a callback answers: the addresses of the files of `tables`, in the cut of the view. A grid renews its own."""
    addresses = {table.name: export_addresses(table, view) for table in tables}
    return {name: [addresses[name].get(one["id"]["form"], "") for one in outputs] for name, outputs in ctx.outputs_grouping["exports"].items()}


def card(
    name: str, body: parts.Content, *, table: Table | None = None, view: View | None = None, source: str = "claims", span: int = 12,
    title: str | None = None, unit: str | None = None, rows_href: str | None = None, tools: Sequence[Component] = (),
) -> Component:
    """A figure or table by its name in text/ (figure.<name>, how.<name>), on so many of twelve columns.

    With a `table` and the `view` it shows, its rows can be taken as files; `rows_href` is where they are on a page.
    """
    head = html.H2([title or t(f"figure.{name}.title"), html.Small(unit or t(f"figure.{name}.unit"))])
    shown = [parts.link(t("figure.rows"), rows_href, "tool")] if rows_href else []
    if table is not None and view is not None:
        shown += [*_exports(name, table, view), parts.details(t("figure.how"), [html.P(t(f"how.{name}")), html.Code(table.counted_in)])]
    return html.Section(
        [
            html.Div([head, html.Div([*tools, *shown], className="tools")], className="card-head"),
            *(body if isinstance(body, list) else [body]),
            provenance(source, table.version(view) if table is not None and table.version and view is not None else None),
        ],
        className=f"card span-{span}", id=f"figure-{name}",
    )  # fmt: skip


def files(table: Table, view: View) -> list[Component]:
    """The rows of another table a figure is drawn from, as one file."""
    href = export_addresses(table, view)["xlsx"]
    return [html.A(f"{t(f'figure.{table.name}.title')} {t('figure.form.xlsx')}", href=href, className="tool")]


def _exports(name: str, table: Table, view: View) -> list[Component]:
    """The rows as files. A grid renews the addresses by these ids when its order or conditions change."""
    return [
        html.A(
            t(f"figure.form.{form}"), href=href, id={"type": "export", "table": table.name, "card": name, "form": form}, className="tool",
            title=t("figure.export_title"), target="_blank" if form == "html" else None,
        )
        for form, href in export_addresses(table, view).items()
    ]  # fmt: skip


def provenance(source: str, version: str | None = None) -> Component:
    """As of which day, from where, by which version of the law; that of the page, where no other is named."""
    snapshot = g.snapshot
    version = version or (t("frame.draft") if snapshot.is_draft and not snapshot.has_several else snapshot.version)
    return html.Div(
        [
            html.Span(t("figure.as_of", day=snapshot.as_of, built=snapshot.built_on)),
            html.Span(t("figure.source", source=t(f"source.{source}"))),
            html.Span(t("figure.version", version=version), className="version"),
            html.Span(t("frame.sample"), className="version") if snapshot.is_sample else None,
        ],
        className="provenance",
    )
