"""Make the web application: one Flask server, one Dash app of registered pages, a shell around them, and the files one can take."""

import re
import sys
from collections.abc import Callable
from os import SEEK_END
from pathlib import Path
from typing import IO, Any, cast

import dash
from dash import Dash, _callback, html
from dash.development.base_component import Component
from dash.exceptions import DependencyException
from flask import Flask, Response, g
from flask import request as asked
from orjson import dumps, loads
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from dashboard import (
    components,
    delivery,
    exports,
    hand_in,
    monitoring,
    plotly_bundle,
    request,
    self_check,
    shell,
    text,
    theme,
)
from dashboard.access import guard
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import User
from dashboard.comparison import Comparisons
from dashboard.components import grid, notices
from dashboard.errors import (
    AnswerLate,
    BadAddress,
    Busy,
    EditRefused,
    LawBroken,
    NothingThere,
    SnapshotMissing,
    SnapshotOfOtherFormat,
    TooLong,
)
from dashboard.heavy import Queue
from dashboard.reader import Reader
from dashboard.snapshot import Snapshots
from dashboard.text import t
from dashboard.view import CHOSEN, SHARED, View
from dashboard.whatif import WhatIf
from pipelines.base.visible import visible_lines

_ESCAPED = re.compile(r"\\[bfu]")
"""A sign that is not seen as JSON writes it; one that stands as it is, is not printable."""
RETRY_SECONDS = 30
"""When to ask again for a file that others were before."""
_UNUSED = re.compile(r'<script src="[^"]*/dash_table/[^"]*"></script>')
"""Dash's own table: none here is made of it."""
_GRID = re.compile(r'<script src="([^"]*/dash_ag_grid/dash_ag_grid[^"]*)"></script>')
"""Half a megabyte that pages without a grid do not need: assets/softcity.js fetches it with the first one."""

_NO_FILE: dict[type[Exception], tuple[int, str]] = {
    BadAddress: (400, "not_understood"), EditRefused: (400, "edit_refused"), TooLong: (400, "too_long"),
    AnswerLate: (503, "late"), Busy: (503, "busy"), LawBroken: (503, "law_broken"), NothingThere: (404, "not_found"), SnapshotMissing: (404, "not_found"), SnapshotOfOtherFormat: (404, "no_snapshot"),
}  # fmt: skip
"""Why there is no file: the status and the words of the answer."""


class _Application(Dash):  # type: ignore[misc]
    """Dash with an index page in the reader's language, with our colours, that leaves large scripts for later."""

    def _config(self) -> dict[str, Any]:
        """Without the components that have no other children than `children`: eight of the twelve kB each page would send again."""
        config: dict[str, Any] = super()._config()
        having = {library: {name: props for name, props in found.items() if props} for library, found in config["children_props"].items()}
        return {**config, "children_props": having}

    def interpolate_index(self, **pieces: str) -> str:
        found = request.match(asked.path)
        page = found[0] if found else {}
        scripts = _UNUSED.sub("", pieces["scripts"])
        address = (_GRID.search(scripts) or ["", ""])[1]
        plotly = f'<link rel="preload" as="script" href="{plotly_bundle.ADDRESS}">' if page.get("has_figures") else ""
        later = f'<link id="grid-script" rel="{"preload" if page.get("has_grid") else "x-later"}" as="script" href="{address}">'
        return f"""<!DOCTYPE html>
<html lang="{text.html_language()}" data-shared="{" ".join(SHARED)}" data-anew="{" ".join(CHOSEN)}">
<head>{pieces["metas"]}<meta id="plotly-address" content="{plotly_bundle.ADDRESS}"><title>{t("frame.title")}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="{theme.address()}">{pieces["css"]}{plotly}{later}</head>
<body><noscript>{t("frame.no_script")}</noscript>{pieces["app_entry"]}
<footer id="dash-scripts">{pieces["config"]}{_GRID.sub("", scripts)}{pieces["renderer"]}</footer></body>
</html>"""


def _json(answer: Any) -> str:
    """An answer as Dash writes it, without plotly's walk over every value of it: figures and rows here hold plain values.

    Signs that are not seen are shown by their numbers, but in ids, which come back to be looked up.
    """
    written = dumps(answer, default=_plain).decode()
    return written if written.isprintable() and not _ESCAPED.search(written) else dumps(_seen(loads(written))).decode()


def _seen(part: Any) -> Any:
    if isinstance(part, str):
        return visible_lines(part)
    if isinstance(part, dict):
        return {key: value if key == "id" else _seen(value) for key, value in part.items()}
    return [_seen(one) for one in part] if isinstance(part, list) else part


_OWN = frozenset(vars(html.Div())) - {"children"}
"""What a component notes of itself beside what it was given."""


def _plain(made: Any) -> Any:
    """A component as `to_plotly_json` gives it, without asking for each property it might have; a decimal as a number."""
    if not isinstance(made, Component):
        return float(made)
    return {"props": {key: value for key, value in vars(made).items() if key not in _OWN}, "type": made._type, "namespace": made._namespace}


def _route() -> str:
    """What a request asked for, in as many words as there are routes: a page's pattern, not the ids in it."""
    found = request.match(g.view.path if g.get("view") else asked.path)
    return str(found[0]["path_template"] or found[0]["path"]) if found else asked.url_rule.rule if asked.url_rule else "unknown"


def create_app(published: Path, accounts: Path, **options: Any) -> Flask:
    """The WSGI application over a published folder and an accounts file.

    Options: secure_cookies (behind TLS), behind_proxy (believe one proxy about who asks and how), metrics_token and
    last_build (monitoring.py), check_seconds (how often CURRENT is looked at), decisions (the folder of
    what people settle; by default beside the published one), terms and whatif (what of the law may be changed, and
    what a change would cost; without them the what-if page says it is not set up), home (what came and what builds:
    home.py; without it the page 报送 says so), shared (a folder of all workers,
    where heavy work is in turn and its answers lie; by default beside the accounts), oidc (issuer, client_id,
    client_secret: access/oidc.py), factor_roles (who signs in with a second factor or not at all), has_mail (whether
    mail can be sent), log_bounds (days and lines of the access log), self_check (what the public page of that name asks;
    without it there is none).
    """
    snapshots = Snapshots(Path(published), options.pop("check_seconds", 2.0))
    shared = Path(options.pop("shared", None) or Path(accounts).parent / "shared")
    at_hand = {
        "decisions": Path(options.pop("decisions", None) or Path(published).parent / "decisions"), "accounts": Path(accounts),
        "whatif": WhatIf(options.pop("terms", None), options.pop("whatif", None), shared), "queue": (queue := Queue(shared)),
        "comparisons": Comparisons(shared), "reader": Reader(snapshots, queue), "home": options.pop("home", None),
        "has_mail": bool(options.pop("has_mail", False)),
        "access_log": (log := AccessLog.beside(Path(accounts), **options.pop("log_bounds", {}))),
    }  # fmt: skip
    watch = {"last_build": options.pop("last_build", None), "token": options.pop("metrics_token", "")}
    access = {
        "secure_cookies": bool(options.pop("secure_cookies", False)), "provider": options.pop("oidc", None),
        "factor_roles": frozenset(options.pop("factor_roles", ())), "log": log,
        "public": frozenset({self_check.PATH} if (public := options.pop("self_check", None)) else ()),
    }  # fmt: skip
    server = Flask("dashboard", template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    server.debug = False  # whatever FLASK_DEBUG says
    if options.pop("behind_proxy", False):
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    if options:
        raise TypeError(f"create_app does not know {', '.join(options)}.")
    hashes: list[str] = []
    monitoring.install(server, snapshots, _route, **watch)
    guard.install(server, Path(accounts), script_hashes=lambda: hashes, callbacks=lambda: app.callback_map, **access)
    _begin_requests(server, snapshots, at_hand)
    _install_files(server)
    hand_in.install(server)
    if public:
        self_check.install(server, public)
    server.register_error_handler(DependencyException, lambda _: guard.refuse(404, "not_found"))  # Dash would name all scripts it has
    app = _dash_app(server)
    delivery.install(server)
    _install_warming(server, at_hand)
    server.test_client().get("/healthz")  # Dash's own page callback is registered by the first request
    hashes.extend(f"'{value}'" if not value.startswith("'") else value for value in app.csp_hashes())
    return server


def _dash_app(server: Flask) -> Dash:
    """Dash over the guarded server. Pages register as they are read; each layout is held to roles and addresses (request.py)."""
    for name in [name for name, module in sys.modules.items() if hasattr(module, "PART_OF") and name.startswith(f"{components.__name__}.")]:
        # Dash reads the files of pages anew for each app: so must a part of one be, or its callbacks were the first app's alone
        del sys.modules[name]
        delattr(components, name.rpartition(".")[2])
    _callback.to_json = _json  # no documented way; a test holds it to Dash's version
    app = _Application(
        "dashboard", server=cast(Any, server), title=t("frame.title"), update_title="", use_pages=True, serve_locally=True,
        include_pages_meta=False, pages_folder=str(Path(__file__).parent / "pages"), assets_folder=str(Path(__file__).parent / "assets"), suppress_callback_exceptions=True,
        compress=False, enable_mcp=False, add_log_handler=False, show_undo_redo=False, on_error=request.on_error,
    )  # fmt: skip
    for page in dash.page_registry.values():
        page["layout"], page["title"] = request.wrapped(page), request.titled(page)
    app.layout = shell.layout
    shell.register(app)
    grid.register(app)
    notices.register(app)
    cast(Any, app)._setup_server()
    server.extensions["dash_app"] = app
    return app


def _begin_requests(server: Flask, snapshots: Snapshots, at_hand: dict[str, Any]) -> None:
    server.teardown_request(text.forget)

    @server.before_request
    def begin() -> AnyResponse | None:
        for name, value in at_hand.items():
            setattr(g, name, value)
        try:
            g.snapshot = snapshots.current().seen_by(g.user.policies if g.user else ())  # until an address names another
        except SnapshotMissing:
            g.snapshot = None
        ours = server.config["OPEN_PATHS"] | guard.SIGN_IN_PAGES | {"/logout"}
        if guard.wants_page() and asked.path not in ours and request.match(asked.path) is None:
            guard.note("denied", g.user, detail="no such page")
            return guard.refuse(404, "not_found")
        return None


def _install_files(server: Flask) -> None:
    """Tables and reports as files: the same questions and permissions as on the pages."""

    def download(file_of: Callable[[str, str, View], tuple[IO[bytes], str]], name: str, form: str, mimetype: str) -> AnyResponse:
        try:
            view = request.opened(f"{asked.path}?{asked.query_string.decode('utf-8', 'replace')}")
            file, detail = file_of(name, form, view)
        except tuple(_NO_FILE) as error:
            status, key = _NO_FILE[type(error)]
            guard.note("denied", g.user, detail=f"export {key}")
            answer = guard.refuse(status, key)
            if status == 503:
                answer.headers["Retry-After"] = str(RETRY_SECONDS)
            return answer
        guard.note("export", g.user, detail=detail)
        file.seek(0, SEEK_END)
        kind = "inline" if form == "html" else "attachment"
        disposition, length = f"{kind}; filename={name}-{g.snapshot.as_of}.{form}", file.tell()
        file.seek(0)
        headers = {"Content-Disposition": disposition, "Content-Length": str(length)}
        return Response(wrap_file(asked.environ, file), mimetype=mimetype, headers=headers, direct_passthrough=True)

    limited: Callable[[Any], Any] = server.extensions["limit_exports"]

    @server.route("/export/<name>.<form>")
    @limited
    def export_table(name: str, form: str) -> AnyResponse:
        return download(exports.file_of, name, form, exports.FORMS.get(form, ""))

    @server.route("/export/report/<name>.<form>")
    @limited
    def export_report(name: str, form: str) -> AnyResponse:
        from dashboard import reports  # late: few ask, and typst and Word take their time to load

        return download(reports.download, name, form, "application/octet-stream")

    @server.route("/export/evidence/<name>.<form>")
    @limited
    def export_evidence(name: str, form: str) -> AnyResponse:
        from dashboard.reports import evidence  # late, as above

        return download(evidence.download, name, form, "application/zip")


def _install_warming(server: Flask, at_hand: dict[str, Any]) -> None:
    def warm() -> None:
        """Every page once, before a worker takes traffic: its first readers wait for no import and no file to be opened."""
        with server.test_request_context("/"):
            for name, value in at_hand.items():
                setattr(g, name, value)
            g.user, g.request_id = User("", "analyst"), "warm"
            for page in dash.page_registry.values():
                if "<" not in (page["path_template"] or ""):
                    request.render(page, page["path"])

    server.extensions["warm"] = warm
