"""Make the web application: one Flask server, one Dash app, one callback that turns an address into a page."""

from pathlib import Path
from typing import Any, cast

from dash import Dash, dcc, html
from dash.dependencies import Input, Output
from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard import acts, export, pages
from dashboard.access import guard
from dashboard.components import parts
from dashboard.components.frame import frame
from dashboard.errors import AnswerLate, BadAddress, EditRefused, NothingThere, SnapshotMissing
from dashboard.query import Reader
from dashboard.snapshot import Snapshots
from dashboard.text import t
from dashboard.view import View
from dashboard.whatif import WhatIf

_INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>{%metas%}<title>{%title%}</title><link rel="icon" href="/assets/icon.svg" type="image/svg+xml">{%css%}</head>
<body>{%app_entry%}<footer id="dash-scripts">{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def _skeleton() -> Any:
    """What stands on the page until the first answer: the frame in grey, so that nothing jumps."""
    block = html.Div(className="card skeleton")
    return html.Div(
        [
            html.Div(className="side"),
            html.Div(
                [html.Div(className="top"), html.Main([html.Div([block] * 6, className="kpis"), block, block])],
                className="stage",
            ),
        ],
        className="app", **parts.aria(busy="true"),
    )


def _choose_snapshot(snapshots: Snapshots, view: View) -> None:
    asked = view.get("snapshot")
    g.snapshot = snapshots.get(asked) if asked else snapshots.current()


def show(reader: Reader, path: str | None, search: str | None) -> Any:
    """The content of one address for the signed-in user. Every failure is a designed state, none a trace."""
    view, page = View(path or "/"), None
    try:
        view = View.read(path, search)
        g.view = view
        _choose_snapshot(reader.snapshots, view)
        found = pages.match(view.path)
        if found is None:
            raise NothingThere(view.path)
        page, arguments = found
        g.page = page
        if g.user.role not in page.roles:
            return frame(view, parts.state("no_permission", href="/"), pages.PAGES)
        if page.default_park and g.user.is_scoped and not view.get("park"):
            view = view.with_filter(park=g.user.parks[0])
        return frame(view, page.layout(view, **arguments), pages.PAGES, page)
    except NothingThere:
        return frame(View(view.path), parts.state("not_found", href="/"), pages.PAGES)
    except BadAddress:
        return frame(View(view.path), parts.state("bad_address", href=view.path), pages.PAGES)
    except SnapshotMissing:
        g.snapshot = None
        return frame(View(view.path), parts.state("no_snapshot", href="/"), pages.PAGES)
    except Exception as error:
        return parts.state("broken", id=guard.report(error), href="/")


def create_app(published: Path, accounts: Path, **options: Any) -> Flask:
    """The WSGI application over a published folder and an accounts file.

    Options: secure_cookies (behind TLS), check_seconds (how often CURRENT is looked at), decisions (the folder of
    what people settle; by default beside the published one), terms and whatif (what of the law may be changed, and
    what a change would cost; without them the what-if page says it is not set up).
    """
    snapshots = Snapshots(Path(published), options.pop("check_seconds", 2.0))
    secure_cookies = bool(options.pop("secure_cookies", False))
    decisions = Path(options.pop("decisions", None) or Path(published).parent / "decisions")
    whatif = WhatIf(options.pop("terms", None), options.pop("whatif", None))
    if options:
        raise TypeError(f"create_app does not know {', '.join(options)}.")
    reader = Reader(snapshots)
    server = Flask("dashboard", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    hashes: list[str] = []
    guard.install(server, Path(accounts), secure_cookies=secure_cookies, script_hashes=lambda: hashes)

    @server.before_request
    def at_hand() -> None:
        g.reader, g.decisions, g.accounts, g.whatif = reader, decisions, Path(accounts), whatif

    acts.install(server, Path(accounts))

    app = Dash(
        "dashboard", server=cast(Any, server), title=t("frame.title"), update_title="", index_string=_INDEX,
        serve_locally=True, assets_folder=str(Path(__file__).parent / "assets"), use_pages=False, pages_folder="",
        compress=False, enable_mcp=False, add_log_handler=False, show_undo_redo=False,
    )
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(_skeleton(), id="page")])

    @app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))
    def page_of(pathname: str | None, search: str | None) -> Any:
        return show(reader, pathname, search)

    @server.route("/export/<name>.csv")
    def export_csv(name: str) -> AnyResponse:
        try:
            view = View.read(request.path, request.query_string.decode("utf-8", "replace"))
            _choose_snapshot(snapshots, view)
            text, rows = export.csv_of(name, view)
        except BadAddress:
            return guard.refuse(400, "not_understood")
        except EditRefused:
            return guard.refuse(400, "edit_refused")
        except AnswerLate:
            return guard.refuse(503, "late")
        except (NothingThere, SnapshotMissing):
            return guard.refuse(404, "not_found")
        guard.note(Path(accounts), "export", g.user, detail=f"{rows} rows")
        disposition = f"attachment; filename={name}-{g.snapshot.as_of}.csv"
        return Response(text.encode("utf-8-sig"), mimetype="text/csv", headers={"Content-Disposition": disposition})

    @server.route("/export/report/<name>.<ending>")
    def export_report(name: str, ending: str) -> AnyResponse:
        from dashboard import reports  # late: few ask, and typst and Word take their time to load

        try:
            view = View.read(request.path, request.query_string.decode("utf-8", "replace"))
            g.reader = reader
            _choose_snapshot(snapshots, view)
            document = reports.download(name, ending)
        except BadAddress:
            return guard.refuse(400, "not_understood")
        except (NothingThere, SnapshotMissing):
            return guard.refuse(404, "not_found")
        guard.note(Path(accounts), "export", g.user, detail=f"{len(document)} bytes")
        disposition = f"attachment; filename={name}-{g.snapshot.as_of}.{ending}"
        return Response(document, mimetype="application/octet-stream", headers={"Content-Disposition": disposition})

    @server.before_request
    def known_paths_only() -> AnyResponse | None:
        if guard.wants_page() and request.path not in guard.OPEN | {"/logout"} and pages.match(request.path) is None:
            return guard.refuse(404, "not_found")
        return None

    @server.before_request
    def shortest_whatif() -> AnyResponse | None:
        """A form sends every term; the address keeps those that differ from the text."""
        if request.path != "/whatif" or not guard.wants_page():
            return None
        sent = request.query_string.decode("utf-8", "replace")
        kept = whatif.shortest(sent, snapshots)
        return redirect(f"/whatif?{kept}" if kept else "/whatif") if kept != sent else None

    cast(Any, app)._setup_server()  # now, not on the first request: the inline script's hash goes into every header
    hashes.extend(f"'{value}'" if not value.startswith("'") else value for value in app.csp_hashes())
    return server
