"""总览: how does the software city stand, and what needs me today?"""

from collections.abc import Callable
from typing import Any

from flask import g

from dashboard.components import charts, compared, figure, number, parts
from dashboard.components.elements import html
from dashboard.components.empty import empty
from dashboard.components.table import Column, Table
from dashboard.pages.page import Page
from dashboard.query import ask, ask_one, at_snapshot
from dashboard.reader import Row
from dashboard.text import t
from dashboard.view import View

MEASURES = Table(
    "measure_uptake", "measure_uptake",
    (
        Column("measure_no", "count"), Column("measure_title"), Column("kind", group="kind"), Column("claim_count", "count"),
        Column("eligible_count", "count"), Column("needs_review_count", "count"),
        Column("undetermined_count", "count"), Column("not_eligible_count", "count"),
        Column("applied_count", "count"), Column("approved_count", "count"), Column("paid_count", "count"),
        Column("application_rate", "rate"), Column("payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"), Column("ceiling_yuan", "yuan"), Column("approved_yuan", "yuan"),
        Column("paid_yuan", "yuan"), Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="-outreach_yuan", takes=("park", "measure"),
)

DISTRICTS = Table(
    "district_uptake", "district_uptake",
    (
        Column("district_code"), Column("district_name"), Column("registered_count", "count"),
        Column("software_count", "count"), Column("claim_count", "count"), Column("eligible_count", "count"),
        Column("applied_count", "count"), Column("paid_count", "count"), Column("award_eligible_count", "count"),
        Column("award_paid_count", "count"), Column("award_payout_rate", "rate"), Column("payout_rate_low", "rate"),
        Column("payout_rate_high", "rate"), Column("ceiling_yuan", "yuan"), Column("paid_yuan", "yuan"),
        Column("outreach_count", "count"), Column("outreach_yuan", "yuan"),
    ),
    sort="district_order",
)

INDICATORS = Table(
    "indicators", "indicators",
    (
        Column("title", title="indicator", cell=lambda row: _named(row)),
        Column("value", "decimal", cell=lambda row: _value(row["value"], row["unit"]), title="value"),
        Column("threshold", "decimal", cell=lambda row: _threshold(row)),
        Column("bullet", "picture", cell=lambda row: parts.bullet(row["value"], row["threshold"], row["status"])),
        Column(
            "status", cell=lambda row: parts.badge(t(f"indicator_status.{row['status']}"), row["status"]),
            group="indicator_status",
        ),
        Column("change_rate", "rate", cell=lambda row: _change(row)), Column("stat_year"),
        Column(
            "source",
            cell=lambda row: html.Span(
                [parts.badge(t("unverified"), "doubt") if row["is_unverified"] else None, row["source"]],
                className="source",
            ),
        ),
    ),
    sort="indicator_order", takes=("park",), also=(Column("change_points", "decimal"),),
)

CITY_REPORT = ("analyst", "auditor", "admin")  # as dashboard.reports.CITY_ROLES, which is slow to import

# Where the eight lines lie on the map: column and row of a small grid, north on top.
TILES = {
    "320281": (2, 1), "320206": (2, 2), "320205": (3, 2), "320211": (1, 3), "320213": (2, 3), "320214": (3, 3),
    "320282": (1, 4), "320211-JK": (2, 4),
}


def _value(value: Any, unit: str | None) -> Any:
    if value is None:
        return html.Span(t("lacking.unknown"), className="quiet")
    return html.Span([number.measured(value, unit), html.Small(f" {unit}" if unit else "")])


def _named(row: Row) -> Any:
    """An indicator's name, with what breaks its series."""
    return html.Span([row["title"], html.Small(row["series_note"], className="former") if row["series_note"] else None])


def _threshold(row: Row) -> Any:
    if row["threshold"] is None:
        return html.Span(t("not_stated"), className="quiet")
    return html.Span(["≥ ", number.measured(row["threshold"], row["unit"]), html.Small(f" {row['unit'] or ''}")])


def _change(row: Row) -> Any:
    if row["change_points"] is not None:
        return t("change.by_points", n=f"{row['change_points']:+.1f}")
    if row["change_rate"] is None:
        return html.Span(
            t("withheld") if row["series_note"] else t("none"), className="quiet", title=row["series_note"]
        )
    return f"{row['change_rate'] * 100:+.1f}%"


def layout(view: View) -> Any:
    row, flow, attention = (
        ask_one("uptake", **view.values()), ask("flow", **view.values()), ask_one("attention", **view.values()),
    )
    if not row:
        return [parts.heading(t("page.overview.title")), empty("no_claims", "claims")]
    is_known, row = row["count_status"] == "known", number.told(row)
    kinds = {kind["kind"]: kind for kind in ask("kind_uptake", **view.values())} if is_known else {"award": UNTOLD, "rent": UNTOLD}
    measures = sorted(
        ask("measure_uptake", **view.values()), key=lambda r: (r["outreach_yuan"] or 0, r["outreach_count"] or 0),
        reverse=True,
    )
    cut = view.get("park") is not None
    return [
        parts.heading(
            t("page.overview.title"), t("page.overview.asks"),
            right=parts.reports("city", view) if g.user.role in CITY_REPORT else None,
        ),
        _sentence(row, kinds),
        *_cards(row, kinds, flow, attention, view),
        html.Div(
            [
                figure.framed(
                    "measure_uptake",
                    figure.graph(
                        "measure_uptake",
                        charts.measure_strip(measures, lambda r: view.to("/measures", measure=str(r["measure_no"]))),
                        t("figure.measure_uptake.title"),
                    ),
                    table=MEASURES, view=view, rows_href=view.to("/measures"), legend=parts.legend(),
                    width="wide" if cut else "span-8",
                ),
                _tiles(view, is_known) if not cut else None, _changes(flow[-1], attention, view, row),
            ],
            className="grid",
        ),
        figure.table_card("indicators", INDICATORS, view, source="statistics", empty="no_indicators")
        if not cut or ask("indicators", **view.values())
        else None,
    ]


def rates(kinds: dict[str, Row]) -> list[Any]:
    """The payout rate without rent, with both its parts and its band, and the rent's beside it. Of no claim there are no parts."""
    award, rent = kinds.get("award", NOTHING), kinds.get("rent", NOTHING)
    return [
        t("sentence.rate_award"), parts.strong(_rate(award)),
        t(
            "sentence.rate_parts", parts=number.parts(award["paid_count"], award["eligible_count"]),
            band=number.band(award) or t("none"),
        )
        if award["eligible_count"]
        else t("comma_long"),
        t("sentence.rate_rent"), parts.strong(_rate(rent)),
        t("sentence.rate_rent_parts", parts=number.parts(rent["paid_count"], rent["eligible_count"]))
        if rent["eligible_count"]
        else t("semicolon"),
    ]


def _rate(kind: Row) -> str:
    """A payout rate, or the word for what no file told of; of no eligible claim there is none."""
    return t("lacking.unknown") if kind["payout_rate"] is None and kind["eligible_count"] != 0 else number.rate(kind["payout_rate"])


NOTHING: Row = {"payout_rate": None, "paid_count": 0, "eligible_count": 0}
UNTOLD: Row = {"payout_rate": None, "paid_count": None, "eligible_count": None}


def _sentence(row: Row, kinds: dict[str, Row]) -> Any:
    if row["eligible_count"] is None:
        return parts.sentence(
            t("sentence.as_of", day=g.snapshot.as_of), t("sentence.overview_lacking"), parts.strong(number.of(row, "eligible_count")),
            t("stop"),
        )  # fmt: skip
    return parts.sentence(
        t("sentence.overview_head", day=g.snapshot.as_of, firms=number.of(row, "eligible_enterprise_count")),
        parts.strong(t("unit.n_claims", n=number.of(row, "eligible_count"))), t("sentence.overview_paid"),
        parts.strong(t("unit.n_claims", n=number.of(row, "paid_count"))), *rates(kinds),
        t("sentence.outreach", n=number.of(row, "outreach_count")), parts.amount(row, "outreach_yuan"), t("stop"),
    )


def _then(row: Row, attention: Row, view: View) -> tuple[Row, str]:
    """What stood at the last month-end, and on what knowledge: the snapshot published of it, or counted by what is known now."""
    if published := g.reader.snapshots.month_before(g.snapshot):
        with at_snapshot(published):
            then, found = ask_one("uptake", **view.values()), ask_one("attention", **view.values())
            award = next((kind for kind in ask("kind_uptake", **view.values()) if kind["kind"] == "award"), NOTHING)
        if then:
            return (
                {**then, "payout_rate": award["payout_rate"], "finding_count": found.get("finding_count")},
                t("change.published", day=published.as_of, built=published.built_on),
            )
    last = ask_one("last_month", **view.values())
    paid = number.less(row["paid_yuan"], last["paid_since_yuan"])
    findings = number.less(attention.get("finding_count"), attention.get("new_finding_count"))
    return {**last, "paid_yuan": paid, "finding_count": findings}, t("change.recomputed")


def _cards(row: Row, kinds: dict[str, Row], flow: list[Row], attention: Row, view: View) -> Any:
    claims, outreach = view.to("/measures"), view.to("/outreach")
    last, basis = _then(row, attention, view)
    award, rent = kinds.get("award", NOTHING), kinds.get("rent", NOTHING)

    def trend(key: str) -> list[float]:
        return [float(r[key]) for r in flow if r[key] is not None]

    cards = html.Div(
        [
            parts.kpi(
                "eligible", number.of(row, "eligible_count"), href=claims, trend=trend("eligible_count"),
                change=_since(row["eligible_count"], last["eligible_count"]),
                foot=t("kpi.eligible.foot", firms=number.of(row, "eligible_enterprise_count")) if row["eligible_count"] is not None else None,
            ),
            parts.kpi(
                "paid",
                [
                    _rate(award),
                    html.Small(t("kpi.paid.rent", rate=_rate(rent))) if rent["eligible_count"] else None,
                ],
                href=claims, trend=trend("paid_count"),
                change=_points(award["payout_rate"], last["payout_rate"]),
                foot=t(
                    "kpi.paid.foot", parts=number.parts(award["paid_count"], award["eligible_count"]),
                    band=number.band(award) or t("none"),
                )
                if award["eligible_count"]
                else None,
            ),
            parts.kpi(
                "money", parts.amount(row, "paid_yuan"), href=claims, trend=trend("paid_yuan"),
                change=_said(number.less(row["paid_yuan"], last["paid_yuan"]), compared.signed_words),
                foot=[t("kpi.money.foot"), parts.amount(row, "ceiling_yuan")],
            ),
            parts.kpi(
                "outreach", number.of(row, "outreach_count"), href=outreach, tone="call",
                foot=[t("kpi.outreach.foot"), parts.amount(row, "outreach_yuan")] if row["outreach_count"] is not None else None,
                trend=trend("submitted_count"),
                change=_since(row["outreach_count"], last["outreach_count"]),
            ),
            parts.kpi(
                "open", number.of(row, "open_count"), href=claims, trend=trend("open_count"),
                change=_since(row["open_count"], last["open_count"]),
                foot=t(
                    "kpi.open.foot", review=number.of(row, "needs_review_count"),
                    unknown=number.of(row, "undetermined_count"),
                )
                if row["open_count"] is not None
                else None,
            ),
            parts.kpi(
                "findings", number.count(attention.get("finding_count")), href=_open("/audit", view),
                trend=trend("finding_count"),
                change=_since(attention.get("finding_count"), last["finding_count"]),
                foot=[t("kpi.findings.foot"), parts.money(attention.get("finding_yuan"))]
                if attention.get("finding_count") is not None
                else None,
            ),
        ],
        className="kpis",
    )
    return [cards, html.P(basis, className="note", id="change-basis") if row["eligible_count"] is not None else None]


def _since(now: int | None, then: int | None) -> str | None:
    return None if now is None or then is None else _said(now - then, lambda change: f"{change:+,}" if change else "0")


def _said(change: Any, words: Callable[[Any], str]) -> str | None:
    """What changed since the last month-end; nothing is said of what never came."""
    return None if change is None else t("change.since", n=words(change))


def _points(now: float | None, then: float | None) -> str | None:
    """A rate's change in percentage points."""
    return None if now is None or then is None else t("change.points", n=f"{(now - then) * 100:+.1f}")


def _open(path: str, view: View, **changes: str) -> str | None:
    """The address of a page, if there is one and this reader may open it."""
    from dashboard import pages  # they import this page

    found = pages.match(path)
    return view.to(path, **changes) if found and g.user.role in found[0].roles else None


def _shade(rate: float | None) -> str:
    """Five steps of one colour; none for nothing to show."""
    return "none" if rate is None else f"s{min(int(rate * 5), 4)}"


def _tiles(view: View, is_known: bool) -> Any:
    rows = {row["district_code"]: row for row in ask("district_uptake")}
    if not rows:
        return None
    tiles = []
    for code, (column, line) in TILES.items():
        row = rows.get(code)
        if row is None:
            continue
        words = [
            html.Strong(str(row["district_name"]).split("（")[0]),
            html.Span(
                t("reference") if row["is_reference"] else number.rate(row["award_payout_rate"]) if is_known else t("lacking.unknown"),
                className="tile-rate",
            ),
            html.Small(
                None
                if not is_known
                else t("unit.n_claims_all", n=number.count(row["claim_count"]))
                if row["is_reference"]
                else number.parts(row["award_paid_count"], row["award_eligible_count"])
            ),
        ]
        tiles.append(
            html.Link(
                words, href=view.to("/measures", district=code), id=f"tile-{code}",
                className=f"tile {'hatched' if row['is_reference'] else _shade(row['award_payout_rate'])}",
                style=f"grid-column:{column};grid-row:{line}",
                title=t(
                    "tile.title", name=row["district_name"],
                    parts=number.parts(row["award_paid_count"], row["award_eligible_count"]),
                    band=number.band(row) or t("none"), all=number.parts(row["paid_count"], row["eligible_count"]),
                    outreach=number.count(row["outreach_count"]),
                )
                if is_known
                else None,
            )
        )
    with_zone, unknown = (
        rows.get("320211+JK"), [row for code, row in rows.items() if code not in TILES and not row["is_total_line"]],
    )
    notes = []
    if with_zone and is_known:
        notes.append(
            t(
                "tile.with_zone", name=with_zone["district_name"], rate=number.rate(with_zone["award_payout_rate"]),
                parts=number.parts(with_zone["award_paid_count"], with_zone["award_eligible_count"]),
            )
        )
    notes += [
        t("tile.other", name=row["district_name"], n=number.count(row["claim_count"]))
        for row in unknown
        if row["claim_count"]
    ]
    scale = html.Div(
        [
            html.Span("0%"), *(html.I(className=f"tile-key s{step}") for step in range(5)), html.Span("100%"),
            html.I(className="tile-key hatched"), html.Span(t("reference")),
        ],
        className="scale",
    )
    body = html.Div([html.Div(tiles, className="tiles"), scale, html.P(t("semicolon").join(notes), className="note")])
    return figure.framed(
        "district_uptake", body, table=DISTRICTS, view=view, rows_href=view.to("/parks"), width="span-4"
    )


def _changes(month: Row, attention: Row, view: View, row: Row) -> Any:
    stale = (
        None
        if view.get("park")
        else (attention.get("stale_source_count") or 0) + (attention.get("missing_source_count") or 0)
    )
    items: list[tuple[str, Any, str | None]] = [
        (
            "eligible", number.of(row, "eligible_count") if row["eligible_count"] is None else number.count(month["eligible_count"]),
            view.to("/outreach", **{"outreach.sort": "days_since_qualified"}),
        ),
        ("submitted", number.count(month["submitted_count"]), view.to("/measures")),
        ("paid", number.count(month["paid_count"]), view.to("/measures")),
        ("money", parts.money(month["paid_yuan"]), view.to("/measures")),
        (
            "findings", number.count(attention.get("new_finding_count")),
            _open("/audit", view, **{"audit.sort": "-found_on"}),
        ),
    ]
    if attention.get("source_count"):
        items += [
            ("sources", number.count(stale), _open("/data", view)),
            ("quarantine", number.count(attention.get("quarantined_count")), _open("/data", view)),
            ("names", number.count(attention.get("review_count")), _open("/data", view)),
        ]
    cells = []
    for key, value, href in items:
        body = [html.Span(t(f"changes.{key}")), html.Strong(value)]
        cells.append(html.Link(body, href=href, className="change") if href else html.Div(body, className="change"))
    return html.Section(
        [
            html.Div(
                html.H2([t("changes.title"), html.Small(t("changes.month", month=number.day(month["month"])[:7]))]),
                className="card-head",
            ),
            html.Div(cells, className="changes"), figure.provenance("claims"),
        ],
        className="card wide", id="figure-changes",
    )


PAGE = Page(
    "overview", "/", layout, tables=(MEASURES, DISTRICTS, INDICATORS), filters=("park",), icon="overview",
    default_park=True, kept=True, has_figures=True,
)
