"""Make the web application: one Flask server, one Dash app, one callback that turns an address into a page."""

import re
from collections.abc import Callable
from os import SEEK_END
from pathlib import Path
from typing import IO, Any, cast

from dash import Dash, dcc, html
from dash.dependencies import Input, Output
from dash.exceptions import DependencyException
from flask import Flask, Response, g, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from dashboard import acts, delivery, desk, export, monitoring, pages, plotly_bundle, text
from dashboard.access import guard
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import User
from dashboard.access.scope import scope_of
from dashboard.components import parts
from dashboard.components.elements import element
from dashboard.components.frame import frame
from dashboard.errors import AnswerLate, BadAddress, Busy, EditRefused, NothingThere, SnapshotMissing, TooLong
from dashboard.heavy import Queue
from dashboard.query import ask
from dashboard.reader import Reader
from dashboard.snapshot import Snapshots
from dashboard.text import t
from dashboard.view import View
from dashboard.whatif import WhatIf

RETRY_SECONDS = 30
"""When to ask again for a file that others were before."""
_UNUSED = re.compile(r'<script src="[^"]*/dash_table/[^"]*"></script>')
"""Dash's own table: none here is made of it."""

_NO_FILE: dict[type[Exception], tuple[int, str]] = {
    BadAddress: (400, "not_understood"), EditRefused: (400, "edit_refused"), TooLong: (400, "too_long"),
    AnswerLate: (503, "late"), Busy: (503, "busy"), NothingThere: (404, "not_found"), SnapshotMissing: (404, "not_found"),
}  # fmt: skip
"""Why there is no file: the status and the words of the answer."""


class _Application(Dash):
    """Dash with an index page in the reader's language and theme that loads the lighter plotly.js."""

    def interpolate_index(self, **pieces: str) -> str:  # type: ignore[override]
        text.choose(request.args.get("lang"))
        chosen = f' data-theme="{guard.theme()}"' if guard.theme() else ""
        scripts, found = _UNUSED.sub("", pieces["scripts"]), pages.match(request.path)
        early = f'<link id="plotly" rel="preload" as="script" href="{plotly_bundle.ADDRESS}">'  # for the page a reader goes on to
        if found and found[0].has_figures:
            early = f'<script id="plotly" async src="{plotly_bundle.ADDRESS}"></script>'
        return f"""<!DOCTYPE html>
<html lang="{text.html_language()}"{chosen}>
<head>{pieces["metas"]}<title>{t("frame.title")}</title><link rel="icon" href="/assets/icon.svg" type="image/svg+xml">{pieces["css"]}{early}</head>
<body>{pieces["app_entry"]}<footer id="dash-scripts">{pieces["config"]}{scripts}{pieces["renderer"]}</footer></body>
</html>"""


def _route() -> str:
    """What a request asked for, in as many words as there are routes: a page's pattern, not the ids in it."""
    found = pages.match(g.get("asked", request.path))
    return found[0].path if found else request.url_rule.rule if request.url_rule else "unknown"


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
    g.snapshot = (snapshots.get(asked) if asked else snapshots.current()).in_document(view.get("document"))


def show(reader: Reader, path: str | None, search: str | None) -> Any:
    """The content of one address for the signed-in user. Every failure is a designed state, none a trace."""
    view, page, g.denied = View(path or "/"), None, ""
    try:
        view = View.read(path, search)
        g.view = view
        text.choose(view.get("lang"))
        _choose_snapshot(reader.snapshots, view)
        found = pages.match(view.path)
        if found is None:
            raise NothingThere(view.path)
        page, arguments = found
        g.page = page
        if g.user.role not in page.roles:
            g.denied = "role"
            return frame(view, parts.state("no_permission", href="/"), pages.PAGES)
        if page.default_park and g.user.is_scoped and not view.get("park"):
            view = view.with_filter(park=g.user.parks[0])
        shown = frame(view, page.layout(view, **arguments), pages.PAGES, page)
        g.may_keep = page.kept and not g.get("carries_token")
        return shown
    except NothingThere:
        g.denied = "not there or not visible"
        return frame(View(view.path), parts.state("not_found", href="/"), pages.PAGES)
    except BadAddress:
        g.denied = "address"
        return frame(View(view.path), parts.state("bad_address", href=view.path), pages.PAGES)
    except SnapshotMissing:
        g.snapshot = None
        return frame(View(view.path), parts.state("no_snapshot", href="/"), pages.PAGES)
    except Exception as error:
        return parts.state("broken", id=monitoring.report(error), href="/")


def _answer(reader: Reader, kept: delivery.Kept, settled: tuple[Path, ...]) -> Callable[[], AnyResponse | None]:
    """The page callback's answer without Dash's own walk over it, kept where the page allows."""

    def answer() -> AnyResponse | None:
        if request.path != guard.CALLBACK or request.method != "POST":
            return None
        body: Any = request.get_json(silent=True)  # of its one shape: the guard has looked
        if body.get("output") != "page.children":
            return None
        path, search = (part.get("value") for part in body["inputs"])
        g.asked, g.denied = path or "/", ""
        how, user = delivery.coding(), g.user
        try:
            newest = reader.snapshots.current().snapshot_id
        except SnapshotMissing:
            newest = ""
        key = (how, newest, user.name, user.role, scope_of(user), text.language(), path, search, *delivery.stamp(*settled))
        packed = kept.get(key)
        if packed is None:
            packed = delivery.pack(delivery.page_answer(show(reader, path, search)), how)
            if g.get("may_keep"):
                kept.put(key, packed)
        guard.note("denied" if g.denied else "view", user, detail=g.denied, where=f"{path or '/'}{search or ''}")
        return delivery.packed(packed, how, "application/json")

    return answer


def create_app(published: Path, accounts: Path, **options: Any) -> Flask:
    """The WSGI application over a published folder and an accounts file.

    Options: secure_cookies (behind TLS), behind_proxy (believe one proxy about who asks and how), metrics_token and
    last_build (monitoring.py), check_seconds (how often CURRENT is looked at), decisions (the folder of
    what people settle; by default beside the published one), terms and whatif (what of the law may be changed, and
    what a change would cost; without them the what-if page says it is not set up), shared (a folder of all workers,
    where heavy work is in turn and its answers lie; by default beside the accounts), oidc (issuer, client_id,
    client_secret: access/oidc.py), factor_roles (who signs in with a second factor or not at all), log_bounds (days and
    lines of the access log).
    """
    snapshots = Snapshots(Path(published), options.pop("check_seconds", 2.0))
    secure_cookies = bool(options.pop("secure_cookies", False))
    decisions = Path(options.pop("decisions", None) or Path(published).parent / "decisions")
    shared = Path(options.pop("shared", None) or Path(accounts).parent / "shared")
    whatif, queue = WhatIf(options.pop("terms", None), options.pop("whatif", None), shared), Queue(shared)
    watch = {"last_build": options.pop("last_build", None), "token": options.pop("metrics_token", "")}
    is_behind_proxy = bool(options.pop("behind_proxy", False))
    provider, factor_roles = options.pop("oidc", None), frozenset(options.pop("factor_roles", ()))
    log = AccessLog.beside(Path(accounts), **options.pop("log_bounds", {}))
    if options:
        raise TypeError(f"create_app does not know {', '.join(options)}.")
    reader = Reader(snapshots, queue)
    server = Flask("dashboard", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    server.debug = False  # whatever FLASK_DEBUG says
    if is_behind_proxy:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    hashes: list[str] = []
    monitoring.install(server, snapshots, _route, **watch)
    guard.install(
        server, Path(accounts), secure_cookies=secure_cookies, script_hashes=lambda: hashes, provider=provider,
        factor_roles=factor_roles, log=log,
    )  # fmt: skip

    @server.before_request
    def at_hand() -> None:
        g.reader, g.decisions, g.accounts, g.whatif, g.queue = reader, decisions, Path(accounts), whatif, queue
        g.access_log = log

    def warm() -> None:
        with server.test_request_context("/"):
            at_hand()
            g.user, g.request_id = User("", "analyst"), "warm"
            for page in pages.PAGES:
                show(reader, page.path, "")
            if g.snapshot and not g.get("is_broken"):
                for clause in ask("law"):
                    show(reader, f"/measures/{clause['clause_id']}", "")

    server.extensions["warm"] = warm
    server.teardown_request(text.forget)
    acts.install(server)

    app = _Application(
        "dashboard", server=cast(Any, server), title=t("frame.title"), update_title="",
        serve_locally=True, assets_folder=str(Path(__file__).parent / "assets"), use_pages=False, pages_folder="",
        compress=False, enable_mcp=False, add_log_handler=False, show_undo_redo=False,
    )
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(_skeleton(), id="page")])

    @app.callback(Output("page", "children"), Input("address", "pathname"), Input("address", "search"))
    def page_of(pathname: str | None, search: str | None) -> Any:
        return element(show(reader, pathname, search))  # `_answer` is quicker; this one tells the browser what to ask

    # The published folder too: the list of snapshots is on every page, and a withdrawn one is shown no more.
    settled = (snapshots.published, decisions / desk.NAMES, decisions / desk.CONTACTS)

    server.before_request(_answer(reader, delivery.Kept(), settled))

    def download(file_of: Callable[[str, str, View], tuple[IO[bytes], str]], name: str, form: str, mimetype: str) -> AnyResponse:
        """A file of what an address shows, or why not; noted in the access log."""
        try:
            view = View.read(request.path, request.query_string.decode("utf-8", "replace"))
            text.choose(view.get("lang"))
            _choose_snapshot(snapshots, view)
            file, detail = file_of(name, form, view)
        except (BadAddress, EditRefused, TooLong, AnswerLate, Busy, NothingThere, SnapshotMissing) as error:
            status, key = _NO_FILE[type(error)]
            guard.note("denied", g.user, detail=f"export {key}")
            answer = guard.refuse(status, key)
            if status == 503:
                answer.headers["Retry-After"] = str(RETRY_SECONDS)
            return answer
        guard.note("export", g.user, detail=detail)
        file.seek(0, SEEK_END)
        disposition, length = f"attachment; filename={name}-{g.snapshot.as_of}.{form}", file.tell()
        file.seek(0)
        headers = {"Content-Disposition": disposition, "Content-Length": str(length)}
        return Response(wrap_file(request.environ, file), mimetype=mimetype, headers=headers, direct_passthrough=True)

    limited: Callable[[Any], Any] = server.extensions["limit_exports"]

    @server.route("/export/<name>.<form>")
    @limited
    def export_table(name: str, form: str) -> AnyResponse:
        return download(export.file_of, name, form, export.FORMS.get(form, ""))

    @server.route("/export/report/<name>.<form>")
    @limited
    def export_report(name: str, form: str) -> AnyResponse:
        from dashboard import reports  # late: few ask, and typst and Word take their time to load

        return download(reports.download, name, form, "application/octet-stream")

    @server.before_request
    def known_paths_only() -> AnyResponse | None:
        ours = server.config["OPEN_PATHS"] | guard.SIGN_IN_PAGES | {"/logout"}
        if guard.wants_page() and request.path not in ours and pages.match(request.path) is None:
            guard.note("denied", g.user, detail="no such page")
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

    # Dash raises on a script it does not have and names all it has
    server.register_error_handler(DependencyException, lambda _: guard.refuse(404, "not_found"))
    cast(Any, app)._setup_server()  # now, not on the first request: the inline scripts' hashes go into every header
    hashes.extend(f"'{value}'" if not value.startswith("'") else value for value in app.csp_hashes())
    delivery.install(server)
    return server
