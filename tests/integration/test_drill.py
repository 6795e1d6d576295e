"""Every number on a card leads to exactly its rows, for whoever may see the card.

Each card's link is followed as a browser would: the page it leads to is asked for, the file of its rows is taken from the address
that page gives, and the rows are counted or added again.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access import accounts, guard
from dashboard.app import create_app
from dashboard.components import number
from dashboard.filters import FILTERS
from tests.conftest import City
from tests.pages import page_body

PARK = "WXP01"
ROLES = {"ana": ("analyst", ()), "opa": ("operator", (PARK,)), "ste": ("steward", ())}
Rows = list[dict[str, Any]]
Told = Callable[[Rows], str]


@pytest.fixture(scope="module")
def clients(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, FlaskClient]]:
    file = tmp_path_factory.mktemp("accounts") / "accounts.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "EXPORTS_A_MINUTE", 100_000)
        server = create_app(city.settings.published, file, decisions=city.settings.decisions)
        found = {}
        for name, (role, parks) in ROLES.items():
            accounts.add(file, name, "correct horse", role, parks)
            found[name] = server.test_client()
            form = found[name].get("/login").get_data(as_text=True).split('name="form" value="')[1].split('"')[0]
            assert found[name].post("/login", data={"name": name, "password": "correct horse", "form": form}).status_code == 303
        yield found   # the rate is looked up at each request


def page(client: FlaskClient, address: str) -> Any:
    """The components of a page."""
    path, _, search = address.partition("?")
    client.get("/account", headers={"Accept": "text/html"})
    cookie = client.get_cookie("_csrf_token")
    assert cookie
    answer = client.post("/_dash-update-component", json=page_body(path, f"?{search}" if search else ""), headers={"X-CSRFToken": cookie.value})
    return answer.get_json()["response"]["_pages_content"]["children"]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every component, each before what it holds."""
    if isinstance(node, list):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, dict):
        if "props" in node:
            yield node["props"]
        yield from nodes(list(node["props"].values()) if "props" in node else list(node.values()))


def words(node: Any) -> str:
    if isinstance(node, list):
        return "".join(map(words, node))
    if isinstance(node, dict):
        return words(node["props"].get("children")) if "props" in node else "".join(map(words, node.values()))
    return "" if node is None else str(node)


def one(node: Any, name: str) -> Any:
    return next(props for props in nodes(node) if props.get("className") == name)


def cards(shown: Any) -> dict[str, tuple[str, str | None]]:
    """The figures of a page by key: what each says, and where it leads."""
    found = {}
    for props in nodes(shown):
        if str(props.get("id", "")).startswith("kpi-"):
            found[str(props["id"]).removeprefix("kpi-")] = (words(one(props["children"], "kpi-value")["children"]), props.get("href"))
    return found


def rows_at(client: FlaskClient, shown: Any, address: str, table: str) -> Rows:
    """The rows of a table on the page an address leads to: from the file that page itself offers."""
    landed = shown if address.startswith("#") else page(client, address)
    if address.startswith("#"):
        assert any(props.get("id") == address[1:] for props in nodes(landed)), address
    wanted = {"type": "export", "table": table, "form": "json"}
    [href] = {props["href"] for props in nodes(landed) if isinstance(props.get("id"), dict) and wanted.items() <= props["id"].items()}
    answer = client.get(href)
    assert answer.status_code == 200, href
    rows: Rows = answer.get_json()["rows"]
    return rows


def count(rows: Rows) -> str:
    return number.count(len(rows))


def total(key: str) -> Told:
    return lambda rows: number.yuan(sum((Decimal(str(row[key] or 0)) for row in rows), Decimal(0)))


def share_paid(rows: Rows) -> str:
    return number.rate(sum((row["paid_yuan"] or 0) > 0 for row in rows) / len(rows) if rows else None)


def met(rows: Rows) -> str:
    lines = [row for row in rows if row["threshold"] is not None]
    return number.parts(sum(row["status"] == "met" for row in lines), len(lines))


def of_measure(measure: str, told: Callable[[dict[str, Any]], str]) -> Told:
    return lambda rows: next(told(row) for row in rows if row["measure_id"] == measure)


def value(row: dict[str, Any]) -> str:
    return str(row["value"]) if isinstance(row["value"], str) else number.in_measure(row["value"], row["unit"])


def shown(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: row[key] if isinstance(row[key], str) else number.rate(row[key])


SOFTWARE = "software_revenue"
CARDS: dict[str, dict[str, tuple[str, Told]]] = {
    "/": {
        "eligible": ("claims", count), "paid": ("claims", share_paid), "money": ("claims", total("paid_yuan")), "outreach": ("outreach", count),
        "open": ("claims", count), "findings": ("audit", count), "head_payout": ("claims", share_paid),
        "head_firms": ("firm_list", count), "head_ladder": ("firm_list", count), "head_lines": ("indicators", met),
        "head_revenue": ("industry_cut", of_measure(SOFTWARE, value)), "head_people": ("industry_cut", of_measure("staff", value)),
    },
    "/industry": {
        "industry_revenue": ("industry_cut", of_measure(SOFTWARE, value)), "industry_staff": ("industry_cut", of_measure("staff", value)),
        "industry_profit": ("industry_cut", of_measure("profit", value)), "industry_breadth": ("industry_cut", of_measure(SOFTWARE, shown("growing_rate"))),
        "industry_concentration": ("industry_cut", of_measure(SOFTWARE, shown("top10_share"))),
        "industry_coverage": ("industry_cut", of_measure(SOFTWARE, lambda row: number.parts(row["reported_due_count"], row["due_count"]))),
    },
    "/industry/firms": {
        "firms_there": ("firm_list", count), "firms_new": ("firm_list", count), "firms_software": ("firm_list", count), "firms_ladder": ("firm_list", count),
        "firms_survival": ("firm_list", lambda rows: number.rate(sum(_survived(row) for row in rows) / len(rows))),
        "firms_moves": ("ladder_flow", lambda rows: number.count(sum(row["firm_count"] for row in rows if row["direction"] in ("entered", "up") and row["year"] == 2025))),
    },
    f"/parks/{PARK}": {
        "tenants": ("firm_list", count), "occupancy": ("leases", count), "certificates": ("certificates", count),
        "park_paid": ("claims", share_paid), "outreach": ("outreach", count), "rent": ("claims", count), "lead_d30": ("deadlines", count),
    },
    "/deadlines": {f"lead_{band}": ("deadlines", count) for band in FILTERS["lead"].codes},
}  # fmt: skip
"""Of each page's figures the table that holds its rows, and what is told of them."""


def _survived(row: dict[str, Any]) -> bool:
    """Still there three years after its own day; who is gone on no day nobody counts as gone."""
    gone, since = row["gone_on"], row["registered_on"]
    return gone is None or (int(gone[:4]) - 3, gone[5:]) > (int(since[:4]), since[5:])


CAME_ALONG = "?year=2024&measure=6"


@pytest.mark.parametrize(
    ("name", "path", "also"),
    [*((name, path, "") for name in ("ana", "opa") for path in CARDS), ("ana", "/", CAME_ALONG), ("ana", f"/parks/{PARK}", CAME_ALONG)],
)  # fmt: skip
def test_every_figure_of_a_page_is_told_again_by_the_rows_it_leads_to(city: City, clients: dict[str, FlaskClient], name: str, path: str, also: str) -> None:
    """Filters that came along from another page and do not cut the figure do not cut its rows either."""
    client = clients[name]
    drawn = page(client, path + also)
    found, known = cards(drawn), CARDS[path]
    assert found.keys() <= known.keys(), "a new card says where its rows are"
    built = Decimal(str(city.rows("select built_area_m2 from dim_park where park_id = ?", PARK)[0]["built_area_m2"]))
    followed = 0
    for key, (says, href) in found.items():
        table, told = known[key]
        if says in ("—", "不予公布", "尚不可知") or (key == "findings" and name == "opa"):
            continue
        assert href, f"{key} leads nowhere"
        rows = rows_at(client, drawn, href, table)
        if key == "occupancy":
            leased = sum(Decimal(str(row["area_m2"] or 0)) for row in rows)
            assert number.rate(float(leased / built)) == says
        else:
            assert told(rows) == says, (key, href, told(rows), says)
        followed += 1
    assert followed > len(found) / 2


@pytest.mark.parametrize("name", ["ana", "opa", "ste"])
def test_every_change_of_the_month_is_counted_again_by_its_rows(clients: dict[str, FlaskClient], name: str) -> None:
    client = clients[name]
    drawn = page(client, "/")
    tables = {
        "新增符合条件（项）": ("claims", count), "新增申报（项）": ("applications", count), "新增拨付（笔）": ("payments", count), "拨付金额": ("payments", total("amount_yuan")),
        "新增审计发现": ("audit", count), "数据源逾期未到": ("source_list", count), "隔离待查的行": ("quarantine", count), "待确认的名称": ("match_review", count),
        "30天内到期": ("deadlines", count),
    }  # fmt: skip
    links = [props for props in nodes(drawn) if props.get("className") == "change" and props.get("href")]
    assert len(links) >= 5
    for link in links:
        label, says = (words(part) for part in link["children"])
        table, told = tables[label]
        assert told(rows_at(client, drawn, link["href"], table)) == says, label


def test_every_kind_of_finding_is_counted_again_by_its_rows(clients: dict[str, FlaskClient]) -> None:
    client = clients["ana"]
    drawn = page(client, "/audit")
    for kind in FILTERS["finding"].codes:
        card = next(props for props in nodes(drawn) if props.get("id") == f"finding-{kind}")
        says = words(one(card["children"], "finding-count")["children"])
        assert count(rows_at(client, drawn, f"/audit?finding={kind}", "audit")) == says, (kind, says)


def test_every_part_of_the_data_page_is_counted_again_by_its_rows(clients: dict[str, FlaskClient]) -> None:
    client = clients["ste"]
    drawn = page(client, "/data")
    pieces = next(props["data"] for props in nodes(drawn) if isinstance(props.get("id"), dict) and props["id"].get("key") == "part")
    tables = {"sources": "source_list", "files": "source_files", "checks": "quality_results", "quarantine": "quarantine", "names": "match_review"}
    assert {piece["value"] for piece in pieces} == tables.keys()
    for piece in pieces:
        assert piece["label"].split()[-1] == count(rows_at(client, drawn, f"/data?part={piece['value']}", tables[piece["value"]])), piece


@pytest.mark.parametrize("name", ["ana", "opa"])
def test_every_mark_of_a_clause_s_figures_leads_to_as_many_claims(clients: dict[str, FlaskClient], name: str) -> None:
    client = clients[name]
    drawn = page(client, "/measures/6b.2")
    seen = 0
    for props in nodes(drawn):
        figure = props.get("figure")
        if not figure or props["id"]["name"] not in ("clause_funnel", "clause_reasons"):
            continue
        for said, href in ((said, href) for trace in figure["data"] for said, href in zip(trace["x"], trace["customdata"], strict=True)):
            if said and href and said < 10_000:  # the funnel of money has no rows of its own
                assert len(rows_at(client, drawn, href, "clause_claims")) == said, (props["id"]["name"], href)
                seen += 1
    assert seen > 5


def test_every_bar_of_a_measure_leads_to_as_many_claims(clients: dict[str, FlaskClient]) -> None:
    client, seen = clients["ana"], 0
    drawn = page(client, "/?measure=6")
    strip = next(props["figure"] for props in nodes(drawn) if props.get("figure") and props["id"]["name"] == "measure_uptake")
    for trace in strip["data"]:
        for said, href in zip(trace["x"], trace.get("customdata") or (), strict=False):
            if said and str(href).startswith("/records"):
                assert len(rows_at(client, drawn, href, "claims")) == said, href
                seen += 1
    assert seen > 3


def test_every_district_s_rate_is_told_again_by_its_claims(clients: dict[str, FlaskClient]) -> None:
    client = clients["ana"]
    drawn = page(client, "/?year=2024")
    tiles = next(props["figure"] for props in nodes(drawn) if props.get("figure") and props["id"]["name"] == "district_uptake")["data"][0]
    rated = [(words, href) for words, href in zip(tiles["text"], tiles["customdata"], strict=True) if "%" in words]
    assert len(rated) > 3
    for told, href in rated:
        assert share_paid(rows_at(client, drawn, href, "claims")) in told, href


def test_the_tables_this_file_follows_are_all_of_the_pages_with_figures(clients: dict[str, FlaskClient]) -> None:
    """No page but these has figures on cards."""
    for path in ("/measures", "/industry/build-out", "/parks", "/firms", "/outreach", "/audit", "/data", "/about", "/records"):
        assert not cards(page(clients["ana"], path)), path


ASKED_BEFORE_A_MEETING = {
    "how much": (None, r"软件业务收入 [\d.]+ 亿元"),
    "how fast": (None, r"同比增长 [\d.]+%（\d+ 家可比"),
    "against whom": (None, r"[低高]于全国（[\d.]+%）[\d.]+ 个百分点"),
    "who carried it": (None, r"拉动最多的是 \S+（\+[\d.]+ 个百分点）"),
    "firms born and lost": (None, r"近一年新设 \d+ 家 · 退出 \d+ 家"),
    "jobs": (None, r"从业人员同比 [+-][\d.]+%[\d.]+ 万人"),
    "the ladder": (None, r"梯度企业比 \d{4}-12-31 [+-]\d+\d+上市 \d+"),
    "which district lags": ("head_revenue", r"figure-industry_places"),
    "which field": ("head_revenue", r"figure-industry_fields"),
    "targets": ("head_lines", r"figure-targets"),
}
"""What a bureau chief asks five minutes before: the card of 总览 to click, if any, and what then stands there."""


@pytest.mark.parametrize("question", ASKED_BEFORE_A_MEETING)
def test_what_is_asked_before_a_meeting_is_answered_within_a_click_of_the_overview(clients: dict[str, FlaskClient], question: str) -> None:
    card, answer = ASKED_BEFORE_A_MEETING[question]
    shown = page(clients["ana"], "/")
    if card:
        href = cards(shown)[card][1]
        assert href
        assert answer in {str(props.get("id")) for props in nodes(page(clients["ana"], href))}
    else:
        assert re.search(answer, words(shown))
