"""条文沿革: what each version of a clause says and would have paid, side by side."""

from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.components import card, parts
from dashboard.errors import NothingThere
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import policy as told
from dashboard.tables import policy
from dashboard.text import t
from dashboard.versions import Line, days_of, lines, marked
from dashboard.view import View
from pipelines.base.roles import ROLES

# Before the page of the clause: Dash takes the first template that fits, and reads this address as a clause of that name too.
dash.register_page(__name__, policy="one", path_template="/measures/<clause>/versions", name="Versions", order=19.5, roles=ROLES)


def layout(clause: str) -> Any:
    view, versions = request.view(), ask("clause_versions", clause=clause)
    if not versions:
        raise NothingThere(clause)
    newest = versions[-1]
    g.shows = f"{clause} {newest['title_zh']}"
    side_by_side = lines(versions, ask("clause_version_conditions", clause=clause))
    measure = (f"{newest['measure_no']} {newest['measure_title']}", view.to("/measures", measure=str(newest["measure_no"])))
    trail = [(t("page.measures.title"), view.to("/measures")), measure, (g.shows, view.to(f"/measures/{clause}"))]
    return [
        parts.heading(t("versions.of", clause=g.shows), t("page.versions.asks"), trail=trail),
        parts.sentence(*told.versions(versions, side_by_side)),
        card.card(
            policy.CLAUSE_VERSION_WORDS.name, _side_by_side(view, versions, side_by_side), table=policy.CLAUSE_VERSION_WORDS, view=view, source="policy",
            tools=card.files(policy.CLAUSE_VERSIONS, view),
        ),
    ]  # fmt: skip


def _side_by_side(view: View, versions: Sequence[Row], found: Sequence[Line]) -> Component:
    """A column a version: what it says, then what its claims come to. On a phone one under the other, each cell with the name of its version."""
    names = [[html.Strong(row["document_title"]), html.Small(days_of(row)), _tried(view, versions, row)] for row in versions]
    head = dmc.TableTr([dmc.TableTh(t("columns.line_title")), *(dmc.TableTh(name) for name in names)])
    rows = [dmc.TableTr([dmc.TableTh(line.title), *(_cell(line, place, row) for place, row in enumerate(versions))]) for line in found]
    figures = [
        dmc.TableTr([dmc.TableTh(column.label), *(dmc.TableTd([_of(row), column.text(row)]) for row in versions)])
        for column in policy.CLAUSE_VERSIONS.columns if column.is_number
    ]  # fmt: skip
    under = dmc.TableTr(dmc.TableTh(t("versions.figures"), tableProps={"colSpan": len(versions) + 1}), className="under")
    title = t(f"figure.{policy.CLAUSE_VERSION_WORDS.name}.title")
    body = [dmc.TableCaption(title, className="unseen"), dmc.TableThead(head), dmc.TableTbody([*rows, under, *figures])]
    return html.Div(dmc.Table(body, className="versions"), className="table-wrap", tabIndex=0, role="region", **parts.aria(label=title))


def _tried(view: View, versions: Sequence[Row], version: Row) -> Component | None:
    """Where a version leads that is put in place of those of the text shown, on the same matters; for those who may try changes."""
    computed = [row for row in versions if row["coverage_status"] in told.COUNTED]
    if len(computed) < 2 or version not in computed or not request.may_open("/whatif"):
        return None
    shown = next((row["document"] for row in computed if row["document"] == g.snapshot.document), computed[-1]["document"])
    if version["document"] == shown and [row["document"] for row in computed].count(shown) == 1:
        return None
    edits = {"document": shown, f"set.{view.get('clause')}.version": f"{version['document']}.{version['first_day']}"}
    return parts.link(t("versions.try"), view.to("/whatif", **edits), "tool")


def _of(version: Row) -> Component:
    return html.Small(f"{version['document_title']} {days_of(version)}", className="of-version", **parts.aria(hidden="true"))


def _cell(line: Line, place: int, version: Row) -> Component:
    """What a version says; where it differs from the one before, the words that are new are marked, and it is said beside them."""
    words, is_changed, of = line.cells[place], line.is_changed(place), _of(version)
    sign = parts.badge(t("versions.changed"), "doubt") if is_changed else None
    if words is None:
        return dmc.TableTd([of, sign, parts.quiet(t("versions.silent"))])
    pieces = marked(line.cells[place - 1], words) if is_changed else [(words, False)]
    return dmc.TableTd([of, sign, html.Div([html.Mark(piece) if is_new else piece for piece, is_new in pieces], className="said")])
