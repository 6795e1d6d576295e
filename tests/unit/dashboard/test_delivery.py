"""How bytes leave: compressed, held by the browser, and no script before there is something for it to draw."""

import gzip
import re
import shutil
from importlib import metadata
from pathlib import Path

import brotli
import dash
import pytest
from conftest import ask, figures, log_of, paths, sign_in
from dash import _callback
from plotly.offline import get_plotlyjs_version

from dashboard import app, delivery, plotly_bundle, request
from dashboard.app import create_app


def test_the_lighter_bundle_is_the_plotly_js_that_plotly_carries():
    assert get_plotlyjs_version() == plotly_bundle.VERSION


def test_every_figure_is_of_a_kind_the_lighter_bundle_draws_and_stands_on_a_page_that_says_it_has_some(signed_in):
    client, kinds, seen = signed_in("adm"), set(), set()
    for page in dash.page_registry.values():
        for path in paths(page):
            drawn = figures(ask(client, path).get_json())
            kinds |= {trace["type"] for figure in drawn.values() for trace in figure["data"]}
            assert page.get("has_figures") or not drawn, path
            seen |= drawn.keys()
    assert len(seen) > 8
    assert kinds == plotly_bundle.KINDS


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


@pytest.mark.parametrize("is_there", [True, False])
def test_plotly_js_is_the_lighter_one_where_it_was_fetched_else_the_one_plotly_carries(
    published: Path, accounts_file: Path, tmp_path: Path, monkeypatch, is_there: bool
):
    monkeypatch.setattr(plotly_bundle, "FOLDER", tmp_path)
    if is_there:
        body = b"/* lighter */" * 200
        plotly_bundle.files()["br"].write_bytes(brotli.compress(body))
        plotly_bundle.files()["gzip"].write_bytes(gzip.compress(body))
    monkeypatch.setattr(plotly_bundle, "shipped", lambda: b"/* all of it */" * 200)  # some seconds to compress
    client = create_app(published, accounts_file).test_client()
    sign_in(client, "ana")
    for coding, undo in (("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)):
        for _ in range(2):
            answer = client.get(plotly_bundle.ADDRESS, headers={"Accept-Encoding": coding})
            assert undo(answer.get_data()).startswith(b"/* lighter */" if is_there else b"/* all of it */")
            assert "immutable" in answer.headers["Cache-Control"]


def scripts_of(index: str) -> list[str]:
    return re.findall(r'<script [^>]*src="([^"]+)"', index)


@pytest.mark.parametrize("path", ["/", "/firms", "/parks", "/about"])
def test_the_index_asks_for_neither_plotly_nor_the_grid_nor_dashs_own_table(signed_in, path: str):
    """Three and a half megabytes that a page of words would wait for; the browser fetches each with the first thing it draws."""
    index = signed_in("ana").get(path).get_data(as_text=True)
    assert len(scripts_of(index)) > 5
    assert not [address for address in scripts_of(index) if "plotly" in address or "ag_grid" in address or "/dash_table/" in address]


@pytest.mark.parametrize(("path", "has_figures", "has_grid"), [("/", True, False), ("/firms", False, True), ("/data", True, True), ("/about", False, False)])
def test_a_page_that_draws_figures_or_a_grid_says_so_ahead(signed_in, path: str, has_figures: bool, has_grid: bool):
    index = signed_in("ana").get(path).get_data(as_text=True)
    assert (f'rel="preload" as="script" href="{plotly_bundle.ADDRESS}"' in index) is has_figures
    assert (re.search(r'rel="preload" as="script" href="[^"]*ag_grid', index) is not None) is has_grid
    assert f'<meta id="plotly-address" content="{plotly_bundle.ADDRESS}">' in index, "whence a figure that comes later has it"
    grid = re.search(r'id="grid-script"[^>]*href="([^"]+)"', index)
    assert grid
    assert signed_in("ana").get(grid[1]).status_code == 200


def test_scripts_leave_compressed_and_are_held_by_the_browser_whoever_signs_in(signed_in):
    client = signed_in("ana")
    for address in scripts_of(client.get("/").get_data(as_text=True)):
        whole = client.get(address, headers={"Accept-Encoding": "identity"}).get_data()
        for _ in range(2):  # compressed at the first request, from memory at the second
            answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
            undo = brotli.decompress if len(whole) >= delivery.WORTH_BYTES else bytes
            assert undo(answer.get_data()) == whole
            assert "immutable" in answer.headers["Cache-Control"]
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_code_whose_address_names_no_version_is_asked_for_again_soon(signed_in):
    client = signed_in("ana")
    for address in ("/_dash-dependencies", "/_dash-component-suites/dash/dcc/async-graph.js"):
        assert client.get(address).headers["Cache-Control"] == "private, max-age=300"


def test_the_layout_is_never_from_before_another_sign_in_or_language(signed_in):
    assert signed_in("ana").get("/_dash-layout").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("offered", "undo"), [("gzip, br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)])
def test_an_answer_leaves_compressed_as_its_browser_reads_it(signed_in, offered: str, undo):
    client = signed_in("ana")
    client.environ_base["HTTP_ACCEPT_ENCODING"] = offered
    answer = ask(client, "/parks")
    assert b'"multi"' in undo(answer.get_data())
    assert answer.headers["Cache-Control"] == "no-store"


def test_dash_writes_its_answers_by_what_we_put_in_its_place(signed_in, monkeypatch):
    """There is no documented way: a new Dash is looked at again (app._json)."""
    assert metadata.version("dash") == "4.4.1"
    assert _callback.to_json is app._json
    written = []
    monkeypatch.setattr(_callback, "to_json", lambda answer: written.append(1) or app._json(answer))
    ask(signed_in("ana"), "/parks")
    assert written


def test_a_worker_that_is_warm_has_met_every_page_but_those_of_one_thing(published: Path, accounts_file: Path, monkeypatch):
    shown, real = [], request.render
    monkeypatch.setattr(request, "render", lambda page, address: (shown.append(address), real(page, address))[1])
    before = len(log_of(accounts_file).read(100_000))
    create_app(published, accounts_file).extensions["warm"]()
    assert len(log_of(accounts_file).read(100_000)) == before, "nobody has seen them"
    assert {page["path"] for page in dash.page_registry.values() if "<" not in (page["path_template"] or "")} <= set(shown)


def test_a_worker_begins_where_nothing_was_built_yet_or_the_rows_cannot_be_read(tmp_path: Path, published: Path, accounts_file: Path):
    create_app(tmp_path, accounts_file).extensions["warm"]()
    shutil.copytree(published, tmp_path / "published")
    (tmp_path / "published" / "20260101-test" / "marts.duckdb").write_bytes(b"no database")
    create_app(tmp_path / "published", accounts_file).extensions["warm"]()


def test_a_page_is_of_the_newest_snapshot_from_the_moment_there_is_one(tmp_path: Path, published: Path, accounts_file: Path):
    folder = tmp_path / "published"
    shutil.copytree(published, folder)
    client = create_app(folder, accounts_file, check_seconds=0).test_client()
    sign_in(client, "ana")
    assert b"20260101-test" in ask(client, "/parks").get_data()
    shutil.copytree(folder / "20260101-test", folder / "20260201-test")
    (folder / "CURRENT").write_text("20260201-test")
    assert b"20260201-test" in ask(client, "/parks").get_data()
