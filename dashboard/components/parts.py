"""Small parts of pages: badges, figures with their names, quotations, states. Words come from text/, numbers ready made."""

import re
from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import number
from dashboard.reader import Row
from dashboard.summaries import Card, Link, Strong, Sum
from dashboard.text import t, word
from dashboard.theme import ANSWER_SIGNS, LIGHT, SCALE, SIGNS
from dashboard.view import CHOSEN, View, address

Content = Any
"""What Dash takes as children: a component, text, or a list of them."""


def aria(**named: str) -> dict[str, Any]:
    """Give aria attributes as keyword arguments: `label` becomes aria-label."""
    return {f"aria-{key}": value for key, value in named.items()}


def link(children: Content, href: str, name: str = "link", **more: Any) -> Component:
    return dcc.Link(children, href=href, className=name, **more)


def cards(*shown: Component | None) -> Component:
    """Cards side by side on twelve columns; each says how many it spans."""
    return html.Div([card for card in shown if card is not None], className="cards")


def outcome(value: str | None) -> Component:
    """An outcome by shape, colour and word: never by colour alone."""
    if value not in SIGNS:
        return quiet(t("none"))
    return html.Span([_sign(SIGNS[value]), word("outcome", value)], className=f"outcome {value}")


def answer_sign(value: str) -> Component:
    """What a condition came to, as a sign; its word stands beside it."""
    return html.Span(ANSWER_SIGNS.get(value, "?"), className=f"answer-sign {value}", **aria(hidden="true"))


def _sign(sign: str) -> Component:
    return html.Span(sign, className="sign", **aria(hidden="true"))


def quiet(words: Content, title: str | None = None) -> Component:
    """What is lacking, or stands behind the rest."""
    return html.Span(words, className="quiet", title=title)


def legend(keys: Sequence[str] = tuple(SIGNS)) -> Component:
    """The outcomes by sign, colour and word."""
    return html.Div([outcome(key) for key in keys], className="legend")


def badge(text: str, kind: str = "plain", title: str | None = None) -> Component:
    """A word on a coloured ground; the kinds are in assets/softcity.css."""
    return html.Span(text, className=f"badge {kind}", title=title)


def reading(says: str) -> str:
    """What a decision says, its settings by their words: the law's files name them by code in brackets."""
    return re.sub("（([a-z_]+)）", lambda found: f"（{word('option', found[1])}）", says)


def money(value: Any) -> Component:
    """A sum in the unit it is told in, all its digits on hovering."""
    return html.Span(number.yuan(value), title=number.full_yuan(value), className="figure" if value else "quiet figure")


def signed(value: Any) -> Component:
    """A change of money with its sign; nothing is nothing."""
    if not value:
        return quiet("0" if value is not None else t("none"))
    name = "figure up" if value > 0 else "figure down"
    return html.Span(number.signed_yuan(value), title=number.full_yuan(value), className=name)


_ESCAPED = str.maketrans({sign: f"%{ord(sign):02X}" for sign in '%#<>"'})
"""What an address of data cannot hold."""


def _picture(shapes: str, width: int, height: int, words: str, name: str, **more: Any) -> Component:
    """A small drawing in the light colours; the style sheet turns it for the dark."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">{shapes}</svg>'
    return html.Img(src="data:image/svg+xml," + drawn.translate(_ESCAPED), alt=words, title=words, className=f"picture {name}", **more)


def _bars(values: Sequence[float], step: int = 5) -> tuple[str, int, int]:
    """Small bars, the last one strong: their drawing, its width and its height."""
    height, top = 28, max(values) or 1
    bars = "".join(
        f'<rect x="{place * step}" y="{height - value / top * (height - 2) - 1:.1f}" width="{step - 1.4:.1f}" rx="0.8"'
        f' height="{value / top * (height - 2) + 1:.1f}" fill="{LIGHT["accent" if place == len(values) - 1 else "step_2"]}"/>'
        for place, value in enumerate(values)
    )
    return bars, len(values) * step, height


def sparks(values: Sequence[float], words: str) -> Component:
    """A few values as small bars; what they show is said on hovering."""
    bars, width, height = _bars([max(value, 0) for value in values], 12)
    return _picture(bars, width, height, words, "sparks", style={"width": f"{width}px"})


MONEY = ("money", "head_revenue")
"""Cards whose months are sums of money."""


def trend(key: str, months: Sequence[tuple[str, float]]) -> Component:
    """Bars of the last months, with what they show, the first month, the last and its value; `key` as in `kpi`."""
    (first, _), (last, value) = months[0], months[-1]
    shown, ends = t(f"kpi.{key}.trend"), t("trend.ends" if len(last) > len("2025") else "trend.ends_year", first=first, last=last, value=number.yuan(value) if key in MONEY else number.count(value))
    picture = _picture(*_bars([max(value, 0) for _, value in months]), t("trend.words", shown=shown, ends=ends), "spark")
    return html.Div([html.Small(shown), picture, html.Small(ends)], className="trend")


def kpi(card: Card, beside: Component | None = None) -> Component:
    """One figure with its name, what stands beside it, and its last months (or `beside`, where it has none)."""
    body = [
        html.Div([html.Span(t(f"kpi.{card.key}.name"), className="kpi-name"), html.Span(card.change, className="kpi-change")], className="kpi-head"),
        html.Div(card.value, className="kpi-value", title=card.full),
        html.Div(card.foot, className="kpi-foot"),
        trend(card.key, card.trend) if any(value for _, value in card.trend) else beside,
    ]
    told: dict[str, Any] = {"id": f"kpi-{card.key}", "className": "card kpi", "title": t(f"kpi.{card.key}.how")}
    if card.href and card.href.startswith("#"):  # further down on the same page: the browser's own way, Dash draws nothing
        return html.A(body, href=card.href, **told)
    return dcc.Link(body, href=card.href, **told) if card.href else html.Div(body, **told)


def sentence(*pieces: str, name: str = "page-sentence") -> Component:
    """The one sentence that answers a page's question (dashboard/summaries)."""
    return html.P([_piece(piece) for piece in pieces], className="sentence", id=name)


def _piece(piece: str) -> Content:
    if isinstance(piece, Sum):
        return html.Span(piece, title=piece.full, className="figure")
    if isinstance(piece, Link):
        return link(piece, piece.href)
    return html.Strong(piece) if isinstance(piece, Strong) else piece


def reports(name: str, view: View, forms: Sequence[str] = ("pdf", "docx", "xlsx")) -> Component:
    """The month's report of the city, or of a park by its id, as files."""
    chosen = {key: view.get(key) for key in CHOSEN}
    links = [
        html.A(t(f"report_form.{form}"), href=address(f"/export/report/{name}.{form}", chosen), className="tool", id=f"report-{form}") for form in forms
    ]
    return html.Div([html.Span(t("frame.report")), *links], className="reports")


def heading(
    title: Content, asks: Content = None, trail: Sequence[tuple[str, str]] = (), right: Content = None
) -> Component:
    """A page's head: the way to it (name, address), what it is called, what it asks, what can be done with it."""
    way = html.Nav(dmc.Breadcrumbs([link(text, href) for text, href in trail]), className="trail", **aria(label=t("frame.trail")))
    under = html.Div(asks, className="under") if asks else None
    return html.Header([*([way] if trail else []), html.H1(title), under, right], className="heading")


def state(kind: str, *, href: str | None = None, more: str | None = None, **values: object) -> Component:
    """A designed empty, missing, refused or broken state: what is so, why, and what to do. One with a way back is a page of its own."""
    return html.Div(
        [
            html.Div(t(f"state.{kind}.sign"), className="state-sign", **aria(hidden="true")),
            (html.H1 if href else html.Strong)(t(f"state.{kind}.title")),
            html.P(t(f"state.{kind}.words", **values)),
            html.P(more) if more else None,
            link(t("state.back"), href) if href else None,
        ],
        className=f"state state-{kind}",   # no id: two parts of a page may lack the same
    )


def quotation(text: str, source: str, marks: dict[str, str] | None = None) -> Component:
    """Words of the policy, set apart as a quotation; `marks` name what is said of some of them in the margin."""
    lines = [html.P(_marked(part, marks or {})) for part in text.split("\n") if part.strip()]
    return html.Figure([html.Blockquote(lines), html.Figcaption(source)], className="quotation")


def _marked(text: str, marks: dict[str, str]) -> list[Content]:
    """The text with the first place of each marked piece set off; a piece inside another goes with the longer one."""
    places = sorted((text.find(words), -len(words), words) for words in marks if words in text)
    pieces: list[Content] = []
    done = 0
    for start, _, words in places:
        if start < done:
            continue
        pieces += [text[done:start], html.Mark([words, html.Sup(marks[words])])]
        done = start + len(words)
    return [piece for piece in [*pieces, text[done:]] if piece]


def crosstab(title: str, corner: str, heads: Sequence[str], lines: Sequence[tuple[str, Sequence[Content]]]) -> Component:
    """A small table of two sides: what is told in each line, of whom in each column."""
    head = dmc.TableTr([dmc.TableTh(corner), *(dmc.TableTh(name, className="number") for name in heads)])
    rows = [dmc.TableTr([dmc.TableTh(name), *(dmc.TableTd(cell, className="number") for cell in cells)]) for name, cells in lines]
    body = [dmc.TableCaption(title, className="unseen"), dmc.TableThead(head), dmc.TableTbody(rows)]
    return html.Div(dmc.Table(body, highlightOnHover=True), className="table-wrap", tabIndex=0, role="region", **aria(label=title))


def facts(pairs: Sequence[tuple[str, Content]]) -> Component:
    """Names and what they are, one under the other."""
    return html.Dl([piece for name, value in pairs for piece in (html.Dt(name), html.Dd(value))], className="facts")


def details(label: str, body: Content, **more: Any) -> Component:
    """A panel that opens under its word. Not dmc.Popover: it says aria-expanded of a plain element around its button."""
    return html.Details([html.Summary(label, className="tool"), html.Div(body, className="popover")], className="how", **more)


def bullet(value: float | None, threshold: float | None, status: str) -> Component:
    """A bar against a threshold mark, both on one scale; their figures stand beside it."""
    if value is None or threshold is None:
        return html.Div(className="bullet empty")
    top = max(value, threshold) * 1.15 or 1
    return html.Div(
        [
            html.Div(className="bullet-bar", style={"width": f"{max(value, 0) / top:.1%}"}),
            html.Div(className="bullet-mark", style={"left": f"{threshold / top:.1%}"}),
        ],
        className=f"bullet {status}",
        **aria(hidden="true"),
    )


def split_bar(row: Row, keys: Sequence[str] = tuple(SIGNS)) -> Component:
    """A row's claims by outcome in one thin bar."""
    shares = [(key, int(row.get(f"{key}_count") or 0)) for key in keys]
    total = sum(n for _, n in shares)
    if not total:
        return html.Div(className="split empty")
    words = " · ".join(f"{word('outcome', key)} {number.count(n)}" for key, n in shares)
    bars = [html.Div(className=f"split-part {key}", style={"width": f"{n / total:.2%}"}) for key, n in shares if n]
    return html.Div(bars, className="split", title=words, role="img", **aria(label=words))


WEEKS = 52
STEPS = ("0", "1", "2–3", "4–9", "10+")


def strip(arrivals: str | None) -> Component:
    """The files of each of the last 52 weeks as a row of squares, the as-of week at the right; `arrivals` is ago:files,…"""
    pairs = (pair.partition(":") for pair in (arrivals or "").split(",") if pair)
    counts = {int(ago): int(files) for ago, _, files in pairs}
    cells = "".join(
        f'<rect x="{(WEEKS - 1 - ago) * 5}" width="4" height="14" rx="1" fill="{LIGHT[SCALE[_step(counts.get(ago, 0))]]}"/>'
        for ago in range(WEEKS)
    )
    words = t("data.strip", weeks=len(counts), files=sum(counts.values()))
    return _picture(cells, WEEKS * 5, 14, words, "strip-weeks")


def _step(files: int) -> int:
    return 0 if not files else 1 if files == 1 else 2 if files <= 3 else 3 if files <= 9 else 4


def scale(words: Sequence[str], before: str | None = None, *, reference: str | None = None) -> Component:
    """The steps of the sequential scale with what each stands for, and the grey of what is not on it."""
    keys = [(f"key step-{step}", text) for step, text in enumerate(words)] + ([("key reference", reference)] if reference else [])
    told = [html.Span([html.Span(className=name), text]) for name, text in keys]
    return html.Div([html.Span(before), *told] if before else told, className="scale")


def flow(steps: Sequence[tuple[str, int, Sequence[tuple[str, int]]]]) -> Component:
    """Steps from left to right: how many went on, and below what stayed behind and why."""
    boxes = []
    for key, count, left in steps:
        behind = [html.Li([html.Small(t(f"flow.{reason}")), html.Small(number.count(n))]) for reason, n in left if n]
        box = [html.Span(t(f"flow.{key}")), html.Strong(number.count(count)), html.Ul(behind) if behind else None]
        boxes.append(html.Li(box, className="flow-step"))
    return html.Ol(boxes, className="flow")
