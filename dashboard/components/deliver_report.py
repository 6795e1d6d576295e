"""What a check of a file says, drawn: recognised, loaded, set aside, replaced, and what its reader may do about it."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import acts
from dashboard.components import number, parts
from dashboard.reader import Row
from dashboard.text import t, word
from pipelines.base.deliveries import Report, SaidOfList, SeenSheet
from pipelines.base.incoming import Incoming

STATES = {"ready": "met", "refused": "risk", "incomplete": "doubt", "foreign": "risk", "known": "plain"}
ROWS = 20


def report(told: Report, one: Incoming, columns: Sequence[Row], note_length: int) -> Component:
    """The whole answer to a file handed in; `columns` are those of its source."""
    return html.Article(
        [
            _head(told), _counts(told), *map(_sheet, told.sheets), _unknown(told, columns, note_length), _said(told), _bad(told, one), _replaces(told),
            _do(told, one),
        ],
        className="handed-in",
    )  # fmt: skip


def _head(told: Report) -> Component:
    day = t("hand_in.day_named" if told.is_day_named else "hand_in.day_today", day=told.received_on)
    known = t("hand_in.known", file=told.same_as, who=told.same_who or t("hand_in.by_hand"), day=number.moment(told.same_when) if told.same_when else t("none"))
    message = known if told.state == "known" else told.message
    return html.Div(
        [
            html.H3([parts.badge(t(f"hand_in.state.{told.state}"), STATES.get(told.state, "plain")), " ", told.given_name, " → ", told.source_title]),
            html.P([day, " ", html.Code(told.file_sha256[:12])], className="note"),
            html.P(message, role="alert" if told.state in ("refused", "foreign") else None) if message else None,
        ]
    )  # fmt: skip


def _counts(told: Report) -> Component | None:
    """How many rows went where; of a file refused as a whole none were read."""
    if told.state == "refused":
        return None
    counts = [
        (t(f"columns.{key}"), number.count(getattr(told, key))) for key in ("rows_read", "rows_loaded", "rows_skipped", "rows_quarantined")
    ]  # fmt: skip
    return parts.facts([*counts, *([(t("hand_in.skipped_as"), told.skipped_as)] if told.skipped_as else []), *([(t("hand_in.mends"), number.count(told.mends))] if told.mends else [])])


def table(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Component:
    """A small table with a name that is read out."""
    body = [
        dmc.TableCaption(name, className="unseen"), dmc.TableThead(dmc.TableTr([dmc.TableTh(head) for head in heads])),
        dmc.TableTbody([dmc.TableTr([dmc.TableTd(cell) for cell in row]) for row in rows]),
    ]  # fmt: skip
    return html.Div(dmc.Table(body), className="table-wrap", tabIndex=0, role="region", **parts.aria(label=name))


def _sheet(sheet: SeenSheet) -> Component:
    """Column by column: the word that was found, its unit, and what is lacking."""
    found = [
        [
            one.title, one.word, one.unit or parts.quiet(t("none")),
            parts.badge(t("hand_in.taught_word"), "decision") if one.is_taught else parts.quiet(t("hand_in.above")) if one.is_above else "",
        ]
        for one in sheet.columns if one.word
    ]  # fmt: skip
    lacking = [[title, parts.badge(t("hand_in.lacking"), "risk"), "", ""] for title in sheet.lacking]
    name = t("hand_in.recognised", sheet=sheet.name or t("hand_in.only_sheet"), row=sheet.header_row)
    return html.Details([html.Summary([name, " ", parts.quiet(t("hand_in.n_found", found=len(found), lacking=len(lacking)))]), table(name, [t(f"hand_in.head.{key}") for key in ("column", "word", "unit", "how")], [*lacking, *found])], open=bool(lacking))


def _unknown(told: Report, columns: Sequence[Row], note_length: int) -> Component | None:
    """Words of the header that are no column: what each is may be said once, by who may."""
    words = list(dict.fromkeys(word for sheet in told.sheets for word in sheet.unknown))
    if not words:
        return None
    if not acts.may("teach"):
        return html.P(t("hand_in.unknown_ask", words=t("comma").join(words)), className="note") if told.state == "refused" else None
    placed = {one.column for sheet in told.sheets for one in sheet.columns if one.word}
    choices = [{"value": one["column"], "label": f"{one['title']}{t('hand_in.needed') if one['is_required'] else ''}"} for one in columns if one["column"] not in placed]
    rows = [
        [one, dmc.Select(id={"type": "hand-in-column", "word": one}, data=choices, searchable=True, clearable=True, size="xs", w=220, placeholder=t("hand_in.no_column"), clearButtonProps=parts.aria(label=t("hand_in.no_column")), comboboxProps={"width": "max-content"}, **parts.aria(label=t("hand_in.which_column", word=one)))]
        for one in words
    ]  # fmt: skip
    body = [
        table(t("hand_in.unknown"), [t("hand_in.head.word"), t("hand_in.head.column")], rows),
        dmc.Group(
            [
                dmc.TextInput(id="hand-in-teach-why", label=t("hand_in.teach_why"), size="xs", w=280, inputProps={"maxLength": note_length, "autoComplete": "off"}),
                dmc.Button(t("hand_in.teach"), id="hand-in-teach", size="xs", variant="light"),
            ],
            align="end", gap="xs", mt="xs",
        ),
    ]  # fmt: skip
    return html.Details([html.Summary([t("hand_in.unknown"), " ", parts.quiet(t("hand_in.n_words", n=len(words)))]), *body], open=told.state == "refused")


def _said(told: Report) -> Component | None:
    """What a list says of itself: filled in from its title, for a person to look at."""
    if not told.sidecar:
        return None
    return html.Details(
        [
            html.Summary(t("hand_in.of_list")), html.P(t("hand_in.of_list_how"), className="note"),
            html.Div([_said_one(one) for one in told.sidecar], className="fields"), dmc.Button(t("hand_in.say"), id="hand-in-say", size="xs", variant="light"),
        ],
        open=told.state == "incomplete",
    )  # fmt: skip


def _said_one(one: SaidOfList) -> Component:
    id_ = {"type": "hand-in-said", "key": one.key}
    value = one.value or one.from_title
    label = t(f"hand_in.said.{one.key}") + (t("hand_in.needed") if one.is_required else "")
    told = {"id": id_, "label": label, "size": "xs", "w": 240, "description": t("hand_in.from_title") if one.from_title and value == one.from_title else None}
    if one.kind in ("choice", "yes_no"):
        choices = list(one.choices) if one.kind == "choice" else [t("hand_in.yes"), t("hand_in.no")]
        data = list(dict.fromkeys([*choices, *([value] if value else [])]))
        return dmc.Select(data=data, value=value or None, clearable=True, searchable=True, clearButtonProps=parts.aria(label=t("hand_in.blank")), **told)
    return dmc.TextInput(value=value, inputProps={"maxLength": 200, "autoComplete": "off"}, placeholder="2025-11-20" if one.kind == "day" else "", **told)


def _bad(told: Report, one: Incoming) -> Component | None:
    """The first rows set aside or of another park, and the workbook to mend them in."""
    if told.foreign:
        rows = [[str(row.row_no), row.park or t("none")] for row in told.foreign[:ROWS]]
        title = t("hand_in.foreign", n=number.count(told.foreign_count))
        return html.Div([html.H3(title), table(title, [t("columns.row_no"), t("columns.park_id")], rows)])
    if not told.quarantine:
        return None
    rows = [[f"{row.sheet} {row.row_no}".strip(), row.column, row.value or parts.quiet(t("none")), row.reason] for row in told.quarantine[:ROWS]]
    title = t("hand_in.set_aside", n=number.count(told.rows_quarantined))
    return html.Div(
        [
            html.H3([title, " ", html.A(t("hand_in.sent_back"), href=f"/export/sent-back/{one.id}.xlsx", className="tool", id="hand-in-sent-back")]),
            table(title, [t("columns.row_no"), t("columns.column_name"), t("columns.value_seen"), t("columns.reason")], rows),
        ]
    )  # fmt: skip


def _replaces(told: Report) -> Component | None:
    found = told.replaces
    if found is None:
        return None
    words = t("hand_in.replaces", same=number.count(found.same), replaced=number.count(found.replaced), outdone=number.count(found.outdone))
    rows = [[key, file, str(row_no)] for key, file, row_no in found.examples[:5]]
    return html.Div([html.P(words), table(t("hand_in.replaced"), [t("columns.row_key"), t("columns.source_file"), t("columns.row_no")], rows) if rows else None])


def _do(told: Report, one: Incoming) -> Component:
    """Confirm or drop; where the source knows kinds of deliveries, which it is: the name's own word goes first."""
    kinds = [{"value": kind, "label": word("delivery", kind)} for kind in told.kinds]
    return dmc.Group(
        [
            dmc.Select(id="hand-in-kind", data=kinds, value=told.delivery, label=t("hand_in.kind"), placeholder=t("hand_in.kind_open"), size="xs", w=160, display=None if kinds else "none"),
            dmc.Button(t("hand_in.preview"), id="hand-in-preview", size="sm", variant="light", display=None if told.is_ready else "none"),
            dmc.Button(t("hand_in.confirm"), id="hand-in-confirm", size="sm", display=None if told.is_ready else "none"),
            dmc.Button(t("hand_in.drop"), id="hand-in-drop-file", size="sm", variant="light", color="gray"),
            parts.quiet(t("hand_in.until", moment=number.moment(one.until.isoformat()))),
        ],
        align="end", gap="xs", mt="md",
    )  # fmt: skip
