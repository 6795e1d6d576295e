"""How pages and files leave: markup that escapes, answers that are kept for one reader, files in three forms."""

import gzip
import json
import shutil
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from conftest import PASSWORD, ask, log_of, paths, sign_in
from dash import html as dash_html
from dashboard.components.elements import element, html
from plotly.offline import get_plotlyjs_version

from dashboard import app, delivery, desk, pages, plotly_bundle
from dashboard.access import accounts
from dashboard.app import create_app
from dashboard.components import figure


def test_markup_escapes_every_text_and_attribute():
    made = html.Div([html.Span("<script>&", title='"><b>'), html.Td("a", colSpan=2), html.Img(src="x", alt="")])
    assert element(made)["props"]["data-html"] == (
        '<span title="&quot;&gt;&lt;b&gt;">&lt;script&gt;&amp;</span><td colspan="2">a</td><img src="x" alt="">'
    )
    with pytest.raises(TypeError, match="onClick"):
        html.B("x", onClick="y")


def test_a_figure_goes_along_as_markup_and_is_whole_in_it():
    drawn = {"data": [{"y": [Decimal("1.5"), None], "text": ["<b>\"&'"]}], "layout": {"height": 90}}
    markup = figure.graph("g", drawn, "it")
    assert 'style="height:90px"' in markup
    written = unescape(markup.split("data-figure='")[1].split("'")[0])
    assert json.loads(written) == {"data": [{"y": [1.5, None], "text": ["<b>\"&'"]}], "layout": {"height": 90}}


class _Nesting(HTMLParser):
    """Every element is closed where it was opened, or is one that has no end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in {"br", "hr", "img", "input", "col", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_page_is_one_element_dash_has_with_well_formed_markup_inside(
    server, published: Path, accounts_file: Path, decisions: Path
):
    from flask import g

    from dashboard.access.accounts import User
    from dashboard.app import show
    from dashboard.reader import Reader
    from dashboard.snapshot import Snapshots
    from dashboard.whatif import WhatIf

    nesting, kinds = _Nesting(), set()
    reader = Reader(Snapshots(published))
    for page, path in [(one, path) for one in pages.PAGES for path in paths(one)]:
        with server.test_request_context(path):
            g.user, g.reader, g.decisions, g.accounts, g.whatif = User("adm", "admin"), reader, decisions, accounts_file, WhatIf(None, None, accounts_file.parent)
            g.access_log = log_of(accounts_file)
            shown = element(show(reader, path, ""))
            getattr(dash_html, shown["type"])(**shown["props"])  # raises on a property Dash does not know
            nesting.feed(shown["props"]["data-html"])
            for written in shown["props"]["data-html"].split("data-figure='")[1:]:
                kinds |= {trace["type"] for trace in json.loads(unescape(written.split("'")[0]))["data"]}
            assert not nesting.open
            assert page.has_figures or "data-figure" not in shown["props"]["data-html"], page.key
            assert "state-broken" not in shown["props"]["data-html"]
    assert nesting.seen > {"nav", "main", "section", "table"}
    assert kinds == plotly_bundle.KINDS, "the lighter plotly.js draws these"


def test_the_lighter_bundle_is_the_plotly_js_that_plotly_carries():
    assert get_plotlyjs_version() == plotly_bundle.VERSION


def test_a_package_of_another_hash_is_refused_and_a_missing_npm_is_no_failure(tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "p.tgz").write_bytes(b"something else")
    with pytest.raises(ValueError, match="is expected"):
        plotly_bundle.unpack(tmp_path / "p.tgz")
    monkeypatch.setattr(plotly_bundle, "FOLDER", tmp_path / "vendor")
    monkeypatch.setattr(plotly_bundle, "shipped", lambda: b"/* all of it */" * 200)  # some seconds to compress
    monkeypatch.setenv("PATH", str(tmp_path))
    plotly_bundle.fetch()
    assert not plotly_bundle.is_there()
    assert brotli.decompress(plotly_bundle.read("br") or b"") == gzip.decompress(plotly_bundle.read("gzip") or b"") == plotly_bundle.shipped()
    assert "the shipped one serves" in capsys.readouterr().err


def with_bundle(monkeypatch, folder: Path, is_there: bool) -> None:
    monkeypatch.setattr(plotly_bundle, "FOLDER", folder)
    if is_there:
        body = b"/* lighter */" * 200
        plotly_bundle.files()["br"].write_bytes(brotli.compress(body))
        plotly_bundle.files()["gzip"].write_bytes(gzip.compress(body))


@pytest.mark.parametrize("is_there", [True, False])
def test_plotly_js_is_the_lighter_one_where_it_was_fetched_else_the_one_plotly_carries(
    published: Path, accounts_file: Path, tmp_path: Path, monkeypatch, is_there: bool
):
    with_bundle(monkeypatch, tmp_path, is_there)
    monkeypatch.setattr(plotly_bundle, "shipped", lambda: b"/* all of it */" * 200)  # some seconds to compress
    client = create_app(published, accounts_file).test_client()
    sign_in(client, "ana")
    assert f'<script id="plotly" async src="{plotly_bundle.ADDRESS}">' in client.get("/").get_data(as_text=True)
    assert f'rel="preload" as="script" href="{plotly_bundle.ADDRESS}"' in client.get("/firms").get_data(as_text=True)
    for coding, undo in (("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)):
        for _ in range(2):
            answer = client.get(plotly_bundle.ADDRESS, headers={"Accept-Encoding": coding})
            assert undo(answer.get_data()).startswith(b"/* lighter */" if is_there else b"/* all of it */")
            assert "immutable" in answer.headers["Cache-Control"]


def test_scripts_leave_compressed_and_are_kept_by_the_browser(signed_in):
    client = signed_in("ana")
    page = client.get("/").get_data(as_text=True)
    scripts = [part.split('"')[0] for part in page.split('src="')[1:]]
    assert len(scripts) > 5
    for address in scripts:
        whole = client.get(address, headers={"Accept-Encoding": "identity"}).get_data()
        for _ in range(2):  # compressed at the first request, kept at the second
            answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
            undo = brotli.decompress if len(whole) >= delivery.WORTH_BYTES else bytes
            assert undo(answer.get_data()) == whole
            assert "immutable" in answer.headers["Cache-Control"]


def test_code_whose_address_names_no_version_is_asked_for_again_soon(signed_in):
    client = signed_in("ana")
    for address in ("/_dash-layout", "/_dash-dependencies", "/_dash-component-suites/dash/dcc/async-graph.js"):
        assert client.get(address).headers["Cache-Control"] == "private, max-age=300"


def test_the_index_asks_for_no_script_that_nothing_here_needs(signed_in):
    assert "/dash_table/" not in signed_in("ana").get("/").get_data(as_text=True)


def test_a_worker_that_is_warm_has_met_every_page_and_every_clause(published: Path, accounts_file: Path, monkeypatch):
    shown, real = [], app.show
    monkeypatch.setattr(app, "show", lambda reader, path, search: (shown.append(path), real(reader, path, search))[1])
    create_app(published, accounts_file).extensions["warm"]()
    assert {page.path for page in pages.PAGES} | {"/measures/6b.1", "/measures/1a"} <= set(shown)


def test_a_worker_begins_where_nothing_was_built_yet_or_the_rows_cannot_be_read(tmp_path: Path, published: Path, accounts_file: Path):
    create_app(tmp_path, accounts_file).extensions["warm"]()
    shutil.copytree(published, tmp_path / "published")
    (tmp_path / "published" / "20260101-test" / "marts.duckdb").write_bytes(b"no database")
    create_app(tmp_path / "published", accounts_file).extensions["warm"]()


def test_a_kept_answer_is_for_one_reader_and_goes_when_the_snapshot_or_the_desk_changes(
    tmp_path: Path, published: Path, accounts_file: Path, monkeypatch
):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    server = create_app(folder, accounts_file, check_seconds=0)
    made: list[str] = []
    real = delivery.page_answer
    monkeypatch.setattr(delivery, "page_answer", lambda tree: (made.append("x"), real(tree))[1])
    ana, opa = server.test_client(), server.test_client()
    sign_in(ana, "ana")
    sign_in(opa, "opa")
    first = ask(ana, "/parks").get_data()
    assert ask(ana, "/parks").get_data() == first
    assert len(made) == 1
    assert ask(opa, "/parks").get_data() != first
    assert len(made) == 2
    desk.append(tmp_path / "decisions", desk.CONTACTS, {"claim_id": "x", "state": "contacted"}, "ana")
    ask(ana, "/parks")
    assert len(made) == 3
    shutil.copytree(folder / "20260101-test", folder / "20260201-test")
    (folder / "CURRENT").write_text("20260201-test")
    assert b"20260201-test" in ask(ana, "/parks").get_data()


def test_kept_answers_stay_within_their_bytes(monkeypatch):
    monkeypatch.setattr(delivery, "KEPT_BYTES", 100)
    kept = delivery.Kept()
    for name in "abc":
        kept.put((name,), b"x" * 40)
    assert [kept.get((name,)) is None for name in "abc"] == [True, False, False]


def test_the_document_in_the_address_is_the_one_read_and_named(signed_in, published: Path):
    client = signed_in("ana")
    manifest = json.loads((published / "20260101-test" / "manifest.json").read_text())
    other = manifest["policies"][0]["documents"][-1]
    page = ask(client, "/measures", f"?document={other['document']}").get_data(as_text=True)
    assert f"document={other['document']}" in page
    text = client.get(f"/export/clause_list.csv?document={other['document']}").get_data().decode("utf-8-sig")
    assert other["title"] in text
    assert "征求意见稿" in client.get("/export/clause_list.csv?document=nothing").get_data().decode("utf-8-sig")


def test_a_disabled_reader_gets_no_kept_answer(server, accounts_file: Path):
    accounts.add(accounts_file, "leaver", PASSWORD, "analyst")
    client = server.test_client()
    sign_in(client, "leaver")
    assert ask(client, "/parks").status_code == 200
    accounts.disable(accounts_file, "leaver")
    assert ask(client, "/parks").status_code == 401
