"""模拟: what would this change of the law cost, and for whom?"""

from itertools import groupby
from typing import Any

from flask import g

from dashboard.components import compared, figure, number, parts
from dashboard.components.elements import html
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.errors import AnswerLate, Busy, EditRefused, NothingThere
from dashboard.pages.clause import to_firm
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one
from dashboard.reader import Row
from dashboard.text import t, word
from dashboard.view import View
from dashboard.whatif import Answer, Term, is_same, wrong

ROLES = ("analyst", "admin")
COMMAND = "softcity whatif EDITS"
SIDES = ("before", "after", "change")


def _sides(row: Row, **more: Any) -> Row:
    """One group of the answer on one line: before_ceiling_yuan, after_ceiling_yuan, change_ceiling_yuan and so on."""
    flat = {f"{side}_{key}": value for side in SIDES for key, value in row[side].items()}
    return {**flat, **more, "moved_yuan": abs(flat["change_ceiling_yuan"])}


def _answer(view: View) -> Answer:
    return g.whatif.ask(g.snapshot, view.edits)  # type: ignore[no-any-return]


def _clauses(view: View) -> list[Row]:
    known = {row["clause_id"]: row for row in ask("clause_list")}
    told = {"title_zh": "title_zh", "count_status": "count_status", "amount_status": "amount_kind"}
    return [
        _sides(row, clause_id=row["clause_id"], **{key: known.get(row["clause_id"], {}).get(of) for key, of in told.items()})
        for row in _answer(view)["by_clause"]
    ]


def _districts(view: View) -> list[Row]:
    names = {row["district_code"]: row["district_name"] for row in ask("district_options")}
    return [
        _sides(row, district_code=row["district_code"], district_name=names.get(row["district_code"], t("unknown")))
        for row in _answer(view)["by_district"]
    ]


def _firms(view: View) -> list[Row]:
    firms = _answer(view)["firms"]
    return [*firms["gaining"], *firms["losing"]]


def _moved(view: View) -> list[Row]:
    return [
        {**row, "before_side": _side(row, "before"), "after_side": _side(row, "after")}
        for row in _answer(view)["moved_claims"]
    ]


def _side(row: Row, side: str) -> str:
    """Where a claim stands under one law: its outcome, and whether it counts after overlap."""
    outcome = row[f"{side}_outcome"]
    if outcome is None:
        return t("whatif.no_claim")
    counts = outcome != "eligible" or row[f"{side}_is_counted"]
    return word("outcome", outcome) if counts else t("whatif.not_counted")


def _to_clause(view: View, row: Row) -> str:
    return view.to(f"/measures/{row['clause_id']}")


def _change(key: str) -> Column:
    return Column(key, "yuan", cell=lambda row: compared.signed(row[key]))


CLAUSES = Table(
    "whatif_clauses", COMMAND,
    (
        Column("clause_id", href=_to_clause), Column("title_zh"), Column("before_eligible_count", "count"),
        Column("after_eligible_count", "count"), Column("before_ceiling_before_overlap_yuan", "yuan"),
        Column("after_ceiling_before_overlap_yuan", "yuan"), _change("change_ceiling_before_overlap_yuan"),
        Column("before_ceiling_yuan", "yuan"), Column("after_ceiling_yuan", "yuan"), _change("change_ceiling_yuan"),
    ),
    sort="-moved_yuan", rows=40, made=_clauses,
)
DISTRICTS = Table(
    "whatif_districts", COMMAND,
    (
        Column("district_name"), Column("before_ceiling_yuan", "yuan"), Column("after_ceiling_yuan", "yuan"),
        _change("change_ceiling_yuan"),
    ),
    sort="-moved_yuan", made=_districts,
)
FIRMS = Table(
    "whatif_firms", COMMAND,
    (
        Column("enterprise_name", href=to_firm), Column("before_yuan", "yuan"), Column("after_yuan", "yuan"),
        _change("change_yuan"),
    ),
    sort="-change_yuan", rows=12, made=_firms,
)
MOVED = Table(
    "whatif_moved", COMMAND,
    (
        Column("clause_id", href=_to_clause), Column("enterprise_name", href=to_firm), Column("before_side"),
        Column("after_side"), Column("before_net_ceiling_yuan", "yuan"), Column("after_net_ceiling_yuan", "yuan"),
        Column("superseded_reason", "words"),
    ),
    sort="clause_id", rows=12, made=_moved,
)  # fmt: skip


def layout(view: View) -> Any:
    head = parts.heading(t("page.whatif.title"), t("page.whatif.asks"))
    try:
        terms: list[Term] = g.whatif.terms(g.snapshot.document)
    except NothingThere:
        return [head, parts.state("no_whatif")]
    except EditRefused as refused:
        return [head, _refused(str(refused))]
    known = {term["key"]: term for term in terms}
    unfit = {key: wrong(known[key], value) if key in known else "term" for key, value in view.edits.items()}
    unfit = {key: reason for key, reason in unfit.items() if reason}
    result, below = _result(view, known, unfit)
    both = html.Div([_form(view, terms, unfit), html.Div(result, className="whatif-result")], className="whatif")
    return [head, both, below]


def _result(view: View, known: dict[str, Term], unfit: dict[str, str | None]) -> tuple[Any, Any]:
    """What stands beside the form, and the long table below both."""
    if unfit:
        told = [f"{_name(known.get(key), key)}：{_told(known.get(key), reason)}" for key, reason in unfit.items()]
        return _refused("\n".join(told)), None
    edits = {key: value for key, value in view.edits.items() if not is_same(value, known[key]["value"])}
    if not edits:
        return parts.state("whatif_none"), None
    if ask_one("uptake").get("count_status") in ("unknown", "not_encoded"):  # no event came: nothing to count on either side
        return empty("no_claims", "claims"), None
    try:
        answer = _answer(view)
    except EditRefused as refused:
        return _refused(str(refused)), None
    except Busy:
        return parts.state("whatif_busy", href=view.here()), None
    except AnswerLate:
        return parts.state("whatif_late", href=view.here()), None
    shown = [_sentence(answer, edits), _stale(answer), _cards(answer), *_figures(view)]
    return shown, figure.table_card("whatif_clauses", CLAUSES, view)


def _refused(words: str) -> Any:
    return html.Section(
        [html.H2(t("whatif.refused")), *(html.P(line) for line in words.splitlines())], className="card refused",
        id="whatif-refused", role="alert",
    )  # fmt: skip


def _told(term: Term | None, reason: str | None) -> str:
    low, high = (term or {}).get("bounds") or ("", "")
    return t(f"whatif.wrong.{reason}", low=low, high=high)


def _name(term: Term | None, key: str) -> str:
    if term is None:
        return key
    return f"{term['clause_id'] or term['key']} {term['title']} {t('term.' + term['part'])}"


def _stale(answer: Answer) -> Any:
    """The law on file may have been edited since the snapshot was built: then `before` is not what other pages show."""
    shown = ask_one("uptake").get("ceiling_yuan")
    if shown is None or shown == answer["total"]["before"]["ceiling_yuan"]:
        return None
    return html.P(t("whatif.law_moved"), className="note doubt", id="whatif-law-moved")


def _sentence(answer: Answer, edits: dict[str, str]) -> Any:
    total, firms = answer["total"], answer["firms"]
    change = total["change"]["ceiling_yuan"]
    return parts.sentence(
        t("whatif.sentence", day=g.snapshot.as_of, n=len(edits)), parts.money(total["before"]["ceiling_yuan"]),
        t("whatif.sentence_to"), parts.money(total["after"]["ceiling_yuan"]), t("comma_long"),
        parts.strong(t("whatif.unchanged") if not change else compared.signed_words(change)), t("whatif.sentence_firms"),
        parts.strong(t("unit.n_firms", n=number.count(firms["gaining_count"]))), t("whatif.sentence_losing"),
        parts.strong(t("unit.n_firms", n=number.count(firms["losing_count"]))), t("whatif.sentence_moved"),
        parts.strong(t("unit.n_claims", n=number.count(len(answer["moved_claims"])))), t("stop"),
    )  # fmt: skip


def _cards(answer: Answer) -> Any:
    before, after, change = (answer["total"][side] for side in SIDES)

    def money(key: str) -> Any:
        return parts.kpi(
            f"whatif_{key}", parts.money(after[key]),
            foot=[t("whatif.from"), parts.money(before[key]), t("whatif.by"), compared.signed(change[key])],
        )  # fmt: skip

    return html.Div(
        [
            money("ceiling_yuan"), money("ceiling_before_overlap_yuan"), money("open_ceiling_yuan"),
            parts.kpi(
                "whatif_eligible_count", number.count(after["eligible_count"]),
                foot=[
                    t("whatif.from"), t("unit.n_claims", n=number.count(before["eligible_count"])), t("whatif.by"),
                    f"{change['eligible_count']:+,}" if change["eligible_count"] else "0",
                ],
            ),
        ],
        className="kpis four",
    )  # fmt: skip


def _figures(view: View) -> list[Any]:
    moved = [row for row in _clauses(view) if row["change_ceiling_yuan"] or row["change_ceiling_before_overlap_yuan"]]
    moved.sort(key=lambda row: -row["moved_yuan"])
    return [
        figure.framed(
            "whatif_clauses_change",
            figure.graph(
                "whatif-clauses",
                compared.dumbbell(
                    moved[:20], lambda row: f"{row['clause_id']} {row['title_zh']}", lambda row: _to_clause(view, row)
                ),
                t("figure.whatif_clauses_change.title"),
            )
            if moved
            else parts.state("whatif_same"), table=CLAUSES, view=view,
        ),
        html.Div(
            [
                figure.table_card("whatif_firms", FIRMS, view, width="span-6", empty="whatif_same"),
                figure.table_card("whatif_districts", DISTRICTS, view, width="span-6"),
            ],
            className="grid",
        ),
        figure.table_card("whatif_moved", MOVED, view, empty="whatif_none_moved"),
    ]  # fmt: skip


def _form(view: View, terms: list[Term], unfit: dict[str, str | None]) -> Any:
    """Every term with the text's value beside it. A plain form: what it sends is the address."""
    decisions = [term for term in terms if term["part"] == "decision"]
    clauses = [term for term in terms if term["part"] != "decision"]
    groups = [_group("decisions", t("whatif.decisions"), [_field(term, view, unfit) for term in decisions], True)]
    for (no, title), measure in groupby(clauses, key=lambda term: (term["measure_no"], term["measure_title"])):
        rows: list[Any] = []
        found = list(measure)
        for clause_id, of_clause in groupby(found, key=lambda term: term["clause_id"]):
            fields = list(of_clause)
            rows.append(html.H3(f"{clause_id} {fields[0]['title']}", title=fields[0]["quote"]))
            rows += [_field(term, view, unfit) for term in fields]
        groups.append(_group(f"m{no}", f"{no} {title}", rows, any(term["key"] in view.edits for term in found)))
    kept = view.get("snapshot")
    return html.Form(
        [
            html.Input(type="hidden", name="snapshot", value=kept) if kept else None,
            html.Div(
                [
                    html.Button(t("whatif.run"), type="submit", className="button"),
                    parts.link(t("whatif.reset"), view.to("/whatif"), "tool") if view.edits else None,
                    html.Span(t("whatif.n_edits", n=len(view.edits)), className="note") if view.edits else None,
                ],
                className="whatif-do",
            ),
            *groups,
        ],
        action="/whatif", method="get", className="card whatif-form", id="whatif-form",
    )  # fmt: skip


def _group(key: str, title: str, rows: list[Any], is_open: bool) -> Any:
    return html.Details([html.Summary(title), *rows], open=is_open, className="terms", id=f"terms-{key}")


def _field(term: Term, view: View, unfit: dict[str, str | None]) -> Any:
    """One term: its name, a box with the value in force, and what the text says."""
    key, text = term["key"], term["value"]
    value = str(view.edits.get(key, text))
    box: Any
    edited = key in view.edits and not is_same(value, text)
    says = term["says"] if term["part"] in ("threshold", "band", "cap_by_grade") else ""
    label = f"{term['key']} {term['title']}" if term["part"] == "decision" else says or t(f"term.{term['part']}")
    if term["unit"] == "choice":
        options = [html.Option(_option(name), value=name, selected=name == value) for name in term["options"]]
        box = html.Select(options, name=f"set.{key}", id=f"set-{_id(key)}")
    else:
        box = html.Span(
            [
                html.Input(
                    name=f"set.{key}", id=f"set-{_id(key)}", value=value, type="text", maxLength=14, autoComplete="off",
                    inputMode=None if term["unit"] == "day" else "numeric",
                ),
                html.Small(t(f"term_unit.{term['unit']}")),
            ],
            className="boxed",
        )  # fmt: skip
    reason = unfit.get(key)
    return html.Div(
        [
            html.Label([html.Span(label, title=term["says"]), box]),
            html.Span(className="slide", **_range(term, text, value)),
            html.Small(
                [
                    t("whatif.text", value=_worded(term, text)),
                    parts.link(t("whatif.undo"), view.here(**{f"set.{key}": None}), "link") if edited else None,
                ],
                className="of-text",
            ),
            html.Small(_told(term, reason), className="wrong", role="alert") if reason else None,
        ],
        className="term edited" if edited else "term",
    )  # fmt: skip


def _range(term: Term, text: str, value: str) -> dict[str, Any]:
    """What assets/whatif.js makes a slider of: from nothing to three times the text, within the term's bounds."""
    if term["bounds"] is None or wrong(term, value):
        return {}
    low, high = term["bounds"]
    top = min(high, max(float(text) * 3, float(value), 1))
    return {"data-min": f"{low:g}", "data-max": f"{top:g}", "data-step": "1" if top >= 10 else "0.1"}


def _worded(term: Term, value: str) -> str:
    return _option(value) if term["unit"] == "choice" else f"{value} {t('term_unit.' + term['unit'])}".strip()


def _option(name: str) -> str:
    return word("option", name)


def _id(key: str) -> str:
    return key.replace(".", "_")


PAGE = Page(
    "whatif", "/whatif", layout, tables=(CLAUSES, DISTRICTS, FIRMS, MOVED), icon="whatif", roles=ROLES,
)
