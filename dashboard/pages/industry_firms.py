"""主体: who makes up the industry?"""

from datetime import date, timedelta
from typing import Any

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component
from flask import g

from dashboard import request
from dashboard.components import card, demography, grid, parts
from dashboard.components.empty import empty, missing
from dashboard.components.graph import graph
from dashboard.components.short_table import short_table
from dashboard.query import ask
from dashboard.reader import Row
from dashboard.summaries import industry_firms as summaries
from dashboard.tables.industry_firms import (
    FIRM_COHORTS,
    FIRM_MOVES,
    FIRM_PARTS,
    FIRM_PERIODS,
    FIRMS_GONE,
    FIRMS_NEW,
    LADDER,
    LADDER_FLOW,
    LIST_REACH,
    TITLE_EVENTS,
    TITLE_YEARS,
    graded,
    part_name,
)
from dashboard.text import t, words_of
from dashboard.view import View
from pipelines.base.roles import ROLES

dash.register_page(
    __name__, path="/industry/firms", name="Firms of the industry", order=1.4, icon="subjects", roles=ROLES, filters=("district", "park", "year"), default_park=True,
    has_figures=True, has_grid=True,
)  # fmt: skip

NEWEST = 8
"""Firms shown of those that came or went last; the rows behind hold all."""
STREETS = 14
ADDED_BY = ("recognitions", "listings", "tenancies", "statistics")
"""Sources that add to this page, and firms_add.<source> says what."""
AGES = {"1": (0, 1), "2": (1, 3), "3": (3, 5), "4": (5, 10), "5": (10, 20), "6": (20, None)}
CAPITALS = {"1": (0, 1), "2": (1, 5), "3": (5, 10), "4": (10, 50), "5": (50, 100), "6": (100, None)}
"""Bounds of the classes of mart_firm_demography, in years and in million yuan."""


def layout() -> Any:
    view = request.view()
    return [
        parts.heading(t("page.industry_firms.title"), t("page.industry_firms.asks")), html.Div(_body(view), id="industry-firms-body"),
        _titles(view), html.Div(_reach(view), id="industry-firms-reach"),
    ]  # fmt: skip


@callback(Output("industry-firms-body", "children"), Input("filters", "data"), prevent_initial_call=True)
def filtered(address: str) -> Any:
    return _body(request.opened(address))


def _body(view: View) -> Any:
    of = summaries.standing(view)
    if of is None:
        return empty("no_firms", "registrations", is_filtered=bool(view.values()))
    return [
        parts.sentence(*summaries.sentence(of)), html.Div([parts.kpi(one) for one in summaries.cards(of, view)], className="kpis"), _lacking(of),
        parts.cards(_years(view, of), _cohorts(view, of), *_parts(view, of)),
        parts.cards(*_ladder(view, of)), parts.cards(*_came_and_went(view, of)),
    ]  # fmt: skip


def _lacking(of: summaries.Standing) -> Component | None:
    """What each file that never came would add, and each column of the register."""
    found = [] if of.are_closings_known else [t("firms_add.status")]
    found += [t(f"firms_add.{source}") for source in ADDED_BY if missing(source)]
    return html.Section([html.H2(t("firms_add.title")), html.Ul([html.Li(words) for words in found])], className="card lacking") if found else None


def _between(view: View, column: str, first: object, last: object) -> str:
    """The firms whose day lies between two, both counted in."""
    return view.to("/firms", **{f"firm_list.{column}__from": str(first), f"firm_list.{column}__to": str(last)})


def _begins(row: Row) -> date:
    """The first day of a year or quarter."""
    end: date = row["ends_on"]
    return end.replace(month=1, day=1) if row["period_kind"] == "year" else end.replace(month=(end.month - 1) // 3 * 3 + 1, day=1)


def _flow_card(view: View, name: str, rows: list[Row], span: int) -> Component:
    drawn = demography.stock_and_flow(
        rows, lambda row: _between(view, "registered_on", _begins(row), row["ends_on"]), lambda row: _between(view, "gone_on", _begins(row), row["ends_on"])
    )
    return card.card(name, graph(name, drawn, t(f"figure.{name}.title")), table=FIRM_PERIODS, view=view, source="registrations", rows_href=view.to("/firms"), span=span)


def _years(view: View, of: summaries.Standing) -> Component:
    return _flow_card(view, "register_years", of.years[-demography.SHOWN :], 7)


def _cohorts(view: View, of: summaries.Standing) -> Component:
    known = [row for row in of.cohorts if row["survival_rate"] is not None]
    if known:
        drawn = demography.survival(known, lambda row: _between(view, "registered_on", f"{row['cohort_year']}-01-01", f"{row['cohort_year']}-12-31"))
        body: Any = graph("firm_cohorts", drawn, t("figure.firm_cohorts.title"))
    else:
        body = parts.state("no_closings" if not of.are_closings_known else "no_cohorts")
    return card.card("firm_cohorts", body, table=FIRM_COHORTS, view=view, source="registrations", span=5)


def _parts(view: View, of: summaries.Standing) -> list[Component | None]:
    """Of which kind the firms are; by district and park where none is chosen."""
    streets = _part(view, of, "street")
    quarters = _flow_card(view, "register_quarters", of.quarters, 6 if streets else 12) if of.quarters else None
    return [quarters, streets, *(_part(view, of, cut) for cut in ("age", "capital", "district", "park") if not view.get(cut))]


def _part(view: View, of: summaries.Standing, cut: str) -> Component | None:
    rows = [row for row in of.of(cut) if row["registered_count"]]
    known = [row for row in rows if row["part"] not in ("none", "unknown")]
    name = f"firm_{cut}"
    if cut == "street" and not known:
        return None   # the register names no streets
    if not known:
        source = {"park": "tenancies"}.get(cut, "registrations")
        return card.card(name, empty(f"no_{cut}", source), table=FIRM_PARTS, view=view, source=source, span=6)
    if cut in ("age", "capital"):
        rows.sort(key=lambda row: row["part"])
    else:
        rows = [*sorted(known, key=lambda row: -row["registered_count"])[: STREETS if cut == "street" else None], *(row for row in rows if row not in known)]
    drawn = demography.parts(rows, part_name, lambda row: _to_part(view, of, row))
    return card.card(name, graph(name, drawn, t(f"figure.{name}.title")), table=FIRM_PARTS, view=view, source="tenancies" if cut == "park" else "registrations", span=6)


def _to_part(view: View, of: summaries.Standing, row: Row) -> str | None:
    """The firms of a part; None where no filter tells them."""
    cut, part = row["cut"], row["part"]
    kept = {"firm_list.gone_on__blank": "1"} if of.are_closings_known else {}
    column = {"age": "registered_on", "capital": "registered_capital_yuan", "street": "street"}.get(cut)
    if column is None:
        return None if part == "none" else view.to("/firms", **{cut: part}, **kept)
    if part == "unknown":
        return view.to("/firms", **{f"firm_list.{column}__blank": "1"}, **kept)
    if cut == "street":
        return view.to("/firms", **{"firm_list.street__is": part}, **kept)
    bounds = _born_between(*AGES[part]) if cut == "age" else _worth(*CAPITALS[part])
    return view.to("/firms", **{f"firm_list.{column}__{operator}": value for operator, value in bounds.items()}, **kept)


def _born_between(youngest: int, oldest: int | None) -> dict[str, str]:
    """Days of registration of firms at least and below so many years old."""
    last = {"to": str(_years_ago(youngest))}
    return last if oldest is None else {"from": str(_years_ago(oldest) + timedelta(days=1)), **last}


def _worth(least: int, below: int | None) -> dict[str, str]:
    """Capitals between two of million yuan."""
    first = {"from": str(least * 1_000_000)}
    return first if below is None else {**first, "to": f"{below * 1_000_000 - 0.01:.2f}"}


def _years_ago(years: int) -> date:
    """The data day some years before; of a 29 February the 28th."""
    day = date.fromisoformat(g.snapshot.as_of)
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _ladder(view: View, of: summaries.Standing) -> list[Component | None]:
    """The rungs at the end of the year, what moved on them by year and in it, and the titles granted."""
    rungs = of.rungs(of.year)
    if not any(row["firm_count"] for row in of.ladder):
        return [card.card("ladder", empty("no_ladder", "ladder"), table=LADDER, view=view, source="ladder")]
    by_rung = graph("ladder", demography.ladder(rungs, lambda row: _to_rung(view, of, row)), t("figure.ladder.title")) if rungs else parts.state("no_ladder_year")
    moves = graph("ladder_moves", demography.moves(of.flows, lambda row: view.here(year=row["year"])), t("figure.ladder_moves.title")) if of.flows else parts.state("no_moves")
    pairs = sorted((row for row in of.flows if row["year"] == of.year and row["direction"] != "stayed"), key=lambda row: -row["firm_count"])
    granted = ask("title_years", **{key: value for key, value in view.values().items() if key in ("district", "park")})
    return [
        card.card("ladder", by_rung, table=LADDER, view=view, source="ladder", span=5, unit=t("figure.ladder.unit_at", year=of.year)),
        card.card("ladder_moves", moves, table=LADDER_FLOW, view=view, source="ladder", span=7),
        card.card(
            "ladder_flow", short_table(LADDER_FLOW, view, rows=pairs, columns=("from_rung", "to_rung", "direction", "firm_count", "open_count"), empty="no_moves", is_filtered=True),
            table=LADDER_FLOW, view=view, source="ladder", span=5, unit=t("figure.ladder_flow.unit_in", year=of.year),
        ),
        card.card(
            "title_years", graph("title_years", demography.matrix(granted, graded, lambda row: _to_titles(view, row)), t("figure.title_years.title")),
            table=TITLE_YEARS, view=view, source="ladder", span=7,
        ) if granted else None,
    ]  # fmt: skip


def _to_rung(view: View, of: summaries.Standing, row: Row) -> str:
    """The firms of a rung today; of an earlier year's end none are listed, so its titles of the year."""
    return view.to("/firms", **{"firm_list.rung_title__is": row["rung_title"]}) if row["is_data_day"] else view.here(year=row["year"])


def _to_titles(view: View, row: Row) -> str:
    """The grants of a list, level and year in the grid below; a listing is none."""
    if row["list"] == "listing":
        return view.here(year=row["year"])
    at = {"title_events.event_title__contains": words_of("zh", "level")[row["level"]]} if row["grade_number"] is None else {}
    return view.to("/industry/firms", year=row["year"], **{"title_events.scheme__is": row["title"]}, **at)


def _came_and_went(view: View, of: summaries.Standing) -> list[Component]:
    gone: Any = short_table(FIRMS_GONE, view, limit=NEWEST, columns=("enterprise_name", "gone_on", "gone_how", "registered_on"), empty="no_gone", is_filtered=True) if of.are_closings_known or of.day["absent_count"] else parts.state("no_closings")
    return [
        card.card(
            "firms_new", short_table(FIRMS_NEW, view, limit=NEWEST, columns=("enterprise_name", "registered_on", "district_name", "registered_capital_yuan"), is_filtered=True), table=FIRMS_NEW, view=view, source="registrations",
            rows_href=view.to("/firms", **{"firm_list.sort": "-registered_on"}), span=6,
        ),
        card.card(
            "firms_gone", gone, table=FIRMS_GONE, view=view, source="registrations", rows_href=view.to("/firms", **{"firm_list.sort": "-gone_on", "firm_list.gone_on__filled": "1"}), span=6,
        ),
        card.card("firm_moves", short_table(FIRM_MOVES, view, limit=NEWEST, empty="no_firm_moves", is_filtered=True), table=FIRM_MOVES, view=view, source="registrations"),
    ]  # fmt: skip


def _titles(view: View) -> Component | None:
    """Every grant and renewal, to be narrowed by a mark above."""
    if not TITLE_EVENTS.fetch(view.with_filter(year=None, district=None), limit=1)[1]:
        return None
    return card.card("title_events", grid.grid(TITLE_EVENTS, view, height=420), table=TITLE_EVENTS, view=view, source="ladder", tools=[grid.chooser(TITLE_EVENTS)])


def _reach(view: View) -> Component | None:
    """How far back the lists reach that tell who was first: those first of which something is missing."""
    rows = sorted(ask("list_reach"), key=lambda row: (row["is_reached"], row["title"], row["kind"] or "", -row["level_rank"]))
    if not any(row["newest_on"] for row in rows):
        return None
    return card.card("list_reach", short_table(LIST_REACH, view, rows=rows, limit=NEWEST), table=LIST_REACH, view=view, source="ladder")
