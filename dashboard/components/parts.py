"""Small parts: links, badges, cards, quotations, states. Words come from text/, numbers ready made."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote as percent

from dashboard.components import number
from dashboard.components.elements import html, kept
from dashboard.text import t, word
from dashboard.view import CHOSEN, View, address

Element = Any
SIGNS = {"eligible": "●", "needs_review": "▲", "undetermined": "◇", "not_eligible": "■"}
ANSWER_SIGNS = {"met": "✓", "not_met": "✕", "unknown": "?", "needs_review": "▲"}
NOW, BEFORE = "#0f6b6b", "#a9cccb"


def aria(**named: str) -> dict[str, Any]:
    """Give aria attributes as keyword arguments: `label` becomes aria-label."""
    return {f"aria-{key}": value for key, value in named.items()}


def link(children: Element, href: str, name: str = "link", **more: Any) -> Element:
    return html.Link(children, href=href, className=name, **more)


@kept(16)
def outcome(value: str | None) -> Element:
    """An outcome by shape, colour and word: never by colour alone."""
    if value not in SIGNS:
        return html.Span(t("none"), className="quiet")
    return html.Span([html.I(SIGNS[value], className="sign"), word("outcome", value)], className=f"outcome {value}")


def reason(row: dict[str, Any]) -> str:
    """The words for an outcome: which condition decided, and how."""
    words = row.get("outcome_reason") or ""
    return words if row["outcome"] == "eligible" or not words else t(f"reason.{row['outcome']}", words=words)


def reading(says: str) -> str:
    """What a decision says, its settings by their words: the law's files name them by code in brackets."""
    return re.sub("（([a-z_]+)）", lambda found: f"（{word('option', found[1])}）", says)


@kept(16)
def legend(keys: tuple[str, ...] = tuple(SIGNS)) -> Element:
    return html.Div([outcome(key) for key in keys], className="legend")


@kept(256)
def badge(text: str, kind: str = "plain", title: str | None = None) -> Element:
    return html.Span(text, className=f"badge {kind}", title=title)


@kept(4096)
def money(value: Any) -> Element:
    if value == 0:
        return html.Span("0", title=number.full_yuan(0), className="quiet figure")
    return html.Span(number.short_yuan(value), title=number.full_yuan(value), className="figure")


def amount(row: dict[str, Any], key: str) -> Element:
    """A sum of a row of uptake, or the word for what is lacking."""
    words = number.lacking(row, key)
    return html.Span(words, className="quiet") if words else money(row[key])


def spark(values: Sequence[float], label: str) -> Element:
    """Bars of the last months as a small picture: no script, no weight; the last bar is the as-of month."""
    top = max([*values, 0]) or 1
    step, height = 5, 28
    bars = "".join(
        f'<rect x="{i * step}" y="{height - max(value, 0) / top * (height - 2) - 1:.1f}" width="3.6" rx="0.8"'
        f' height="{max(value, 0) / top * (height - 2) + 1:.1f}" fill="{NOW if i == len(values) - 1 else BEFORE}"/>'
        for i, value in enumerate(values)
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(values) * step} {height}"'
        f' preserveAspectRatio="none">{bars}</svg>'
    )
    return html.Img(src="data:image/svg+xml," + percent(picture), alt=label, title=label, className="spark")


def kpi(
    key: str, value: Element, *, foot: Element = None, change: str | None = None, trend: Sequence[float] = (),
    bar: Element = None, href: str | None = None, tone: str = "",
) -> Element:
    """One figure with its name, what stands beside it, and 24 months of it."""
    body = [
        html.Div(
            [
                html.Span(t(f"kpi.{key}.name"), className="kpi-name"),
                html.Span(change, className="kpi-change") if change else None,
            ],
            className="kpi-head",
        ),
        html.Div(value, className="kpi-value"), html.Div(foot, className="kpi-foot"),
        spark(trend, t(f"kpi.{key}.trend")) if trend and any(trend) else bar,
    ]
    name = f"card kpi {tone}".strip()
    if href:
        return html.Link(body, href=href, className=name, id=f"kpi-{key}", title=t(f"kpi.{key}.how"))
    return html.Div(body, className=name, id=f"kpi-{key}", title=t(f"kpi.{key}.how"))


def sentence(*pieces: Element) -> Element:
    return html.P(list(pieces), className="sentence", id="page-sentence")


def strong(text: str) -> Element:
    return html.Strong(text)


def reports(name: str, view: View, endings: Sequence[str] = ("pdf", "docx", "xlsx")) -> Element:
    """The month's report of the city, or of a park, as files."""
    chosen: dict[str, object] = {key: view.get(key) for key in CHOSEN}
    links = [
        html.A(t(f"report_form.{form}"), href=address(f"/export/report/{name}.{form}", chosen), className="tool", id=f"report-{form}")
        for form in endings
    ]
    return html.Div([html.Span(t("frame.report")), *links], className="reports")


def heading(
    title: str, under: Element = None, trail: Sequence[tuple[str, str]] = (), right: Element = None
) -> Element:
    """A page's head: where one is, what it is called, what it asks."""
    return html.Header(
        [
            html.Nav([link(text, href) for text, href in trail], className="trail", **aria(label=t("frame.trail")))
            if trail
            else None, html.H1(title), html.Div(under, className="under") if under else None, right,
        ],
        className="heading",
    )


def state(kind: str, *, href: str | None = None, more: str | None = None, **values: object) -> Element:
    """A designed empty, missing, refused or broken state: what is so, why, and what to do."""
    return html.Div(
        [
            html.Div(t(f"state.{kind}.sign"), className="state-sign", **aria(hidden="true")),
            html.Strong(t(f"state.{kind}.title")), html.P(t(f"state.{kind}.words", **values)),
            html.P(more) if more else None,
            link(t("state.back"), href) if href else None,
        ],
        className=f"state {kind}", id=f"state-{kind}",
    )


def quotation(text: str, source: str, marks: dict[str, str] | None = None) -> Element:
    """Words of the policy, set apart as a quotation; `marks` name what is said of some of them in the margin."""
    lines = [html.P(_marked(part, marks or {})) for part in text.split("\n") if part.strip()]
    return html.Figure([html.Blockquote(lines), html.Figcaption(source)], className="quotation")


def _marked(text: str, marks: dict[str, str]) -> list[Element]:
    """The text with the first place of each marked piece set off; a piece inside another goes with the longer one."""
    places = sorted((text.find(words), -len(words), words) for words in marks if words in text)
    pieces: list[Element] = []
    done = 0
    for start, _, words in places:
        if start < done:
            continue
        pieces += [text[done:start], html.Mark([words, html.Sup(marks[words])])]
        done = start + len(words)
    return [piece for piece in [*pieces, text[done:]] if piece]


def facts(pairs: Sequence[tuple[str, Element]]) -> Element:
    return html.Dl([piece for name, value in pairs for piece in (html.Dt(name), html.Dd(value))], className="facts")


def bullet(value: float | None, threshold: float | None, status: str) -> Element:
    """A bar against a threshold mark, both on one scale."""
    if value is None or threshold is None:
        return html.Div(className="bullet empty")
    top = max(value, threshold) * 1.15 or 1
    return html.Div(
        [
            html.Div(className="bullet-bar", style=f"width:{max(value, 0) / top * 100:.1f}%"),
            html.Div(className="bullet-mark", style=f"left:{threshold / top * 100:.1f}%"),
        ],
        className=f"bullet {status}", **aria(hidden="true"),
    )


def split_bar(row: dict[str, Any], keys: Sequence[str] = tuple(SIGNS)) -> Element:
    """A row's claims by outcome in one thin bar; the numbers are in the title and in the columns beside."""
    return _split_bar(tuple((key, int(row.get(f"{key}_count") or 0)) for key in keys))


@kept(1024)
def _split_bar(shares: tuple[tuple[str, int], ...]) -> Element:
    total = sum(n for _, n in shares)
    if not total:
        return html.Div(className="split empty")
    words = " · ".join(f"{word('outcome', key)} {n:,}" for key, n in shares)
    return html.Div(
        [html.Div(className=f"split-part {key}", style=f"width:{n / total * 100:.2f}%") for key, n in shares if n],
        className="split", title=words, role="img", **aria(label=words),
    )
