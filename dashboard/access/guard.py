"""The guard in front of every route: deny by default, sign-in, sessions, headers, limits and plain errors.

Dash answers its callback address to anyone, so hiding a page protects nothing: everything but the sign-in page,
its style sheet and the answers to those who watch the server (monitoring.py) needs a session, whatever the route.
"""

import hmac
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import dash
from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from dashboard import monitoring, theme
from dashboard.access import accounts, sessions, throttle
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import User
from dashboard.limits import BODY_BYTES, OPEN_BODY_BYTES
from dashboard.text import html_language, t
from pipelines.base.roles import ROLES
from pipelines.base.visible import visible

OPEN = frozenset({"/login", "/assets/softcity.css"}) | monitoring.PATHS
SIGN_IN_PAGES = frozenset({"/confirm", "/factor"})
IDLE_SECONDS = 3600
PROOF_SECONDS = 600
"""How long a password counts for acts that ask for it anew."""
SIGN_INS_A_MINUTE, EXPORTS_A_MINUTE, SELF_CHECKS_A_MINUTE = 120, 60, 30
"""Of one address, of one person, and of one address again, in one worker."""
CALLBACK = "/_dash-update-component"
TOKEN_COOKIE = "_csrf_token"  # noqa: S105 (its name)
"""Dash's own: its renderer sends what it holds as the header X-CSRFToken."""
OF_ALL_PAGES = frozenset({"dashboard.shell", "dashboard.saved", "dashboard.components.grid", "dashboard.components.notices", "dash.dash"})
"""Modules whose callbacks belong to no page; they look at roles themselves. Dash's own shows the pages."""
CODE_PREFIXES = ("/_dash-component-suites/", "/assets/", "/vendor/", "/_dash-dependencies")
"""The program itself, the same for everybody (the layout is not: it has a name, a role and a language); an address that names its version is kept for good."""
_VERSIONED = re.compile(r"^/vendor/|\.v[0-9_]+m[0-9]+\.")

HEADERS = {
    "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}


NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The content policy of what is no page."""


def content_policy(script_hashes: tuple[str, ...] = ()) -> str:
    """As tight as Dash allows: its one inline script by hash; Plotly and Dash write style elements."""
    scripts = " ".join(["'self'", *(f"{value}" for value in script_hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def local_path(target: str | None) -> str:
    """`target` when it is a path of this site, else the overview: no sign-in leads elsewhere."""
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith(("//", "/login", "/logout")):
        return "/"
    if "\\" in target or any(ord(sign) < 32 for sign in target) or urlsplit(target).netloc:
        return "/"
    return target


def _reads_html() -> bool:
    return not request.path.startswith(("/_", "/assets/", "/export/", "/vendor/")) and request.accept_mimetypes.accept_html


def wants_page() -> bool:
    return request.method in {"GET", "HEAD"} and _reads_html()


def is_same_origin() -> bool:
    """Whether a changing request comes from our own pages, by what browsers cannot be made to forge."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def address() -> str:
    return request.remote_addr or ""


def note(action: str, user: User | None = None, *, name: str = "", detail: str = "", where: str | None = None) -> None:
    """A line of the access log about this request; `where` is the address it was about, else its own."""
    who, log = user or User(name, ""), current_app.extensions["access_log"]
    about = request.full_path.rstrip("?") if where is None else where
    log.write(action, visible(who.name), who.role, address(), visible(about), visible(detail))


def is_proved() -> bool:
    """Whether the person of this session gave the password a short while ago."""
    return 0 <= accounts.now() - float(session.get("proved", 0)) <= PROOF_SECONDS


def is_own_form() -> bool:
    """Whether a form carries the token of this session: it was made by a page of ours, for this person."""
    sent, expected = request.form.get("form", ""), str(session.get("form", ""))
    return bool(expected) and hmac.compare_digest(sent.encode(), expected.encode())


def has_token() -> bool:
    """Whether a request carries the token of this session as a header: Dash's renderer sends it, and our own script."""
    return hmac.compare_digest(request.headers.get("X-CSRFToken", "").encode(), str(session.get("form", "-")).encode())


def refuse(status: int, key: str, back: str = "/", **words: object) -> AnyResponse:
    """A plain refusal: a small page for people with a way back, JSON for everything else."""
    return refused_in_words(status, t(f"refusal.{key}", **words), back)


def refused_in_words(status: int, message: str, back: str = "/") -> AnyResponse:
    """The same in words that are ready."""
    if _reads_html():
        words_of_page = {"message": message, "back": back, "language": html_language()}
        return Response(render_template("message.html", t=t, **words_of_page), status)
    return Response(json.dumps({"error": message}, ensure_ascii=False), status, mimetype="application/json")


def _session_user(path: Path, factor_roles: frozenset[str]) -> User | None:
    """The user of a live session, its idle clock renewed; anything doubtful is nobody."""
    moment = accounts.now()
    try:
        name, version, session_id = session["name"], session["version"], session["id"]
        started, seen = float(session["started"]), float(session["seen"])
    except (KeyError, TypeError, ValueError):
        return None
    if moment - started > sessions.SESSION_SECONDS or moment - seen > IDLE_SECONDS:
        sessions.end(path, session_id)
        session.clear()
        return None
    user = sessions.user_of(path, name, version, session_id)
    if user and user.role in factor_roles and not session.get("factor"):
        return None
    if user and moment - seen > 60:
        session["seen"] = moment
        sessions.touch(path, session_id)
    return user


def _parts(sent: Any, declared: Mapping[str, str]) -> Iterator[tuple[dict[str, Any], bool]]:
    """What was sent for one declared input, state or output, each with whether it is what was declared. A wildcard takes a list."""
    name = declared["id"]
    wanted = json.loads(name) if name.startswith("{") else name
    is_list = isinstance(wanted, dict) and ["ALL"] in wanted.values()
    if isinstance(sent, list) is not is_list:
        yield {}, False
        return
    for part in sent if is_list else [sent]:
        has = part["id"]
        if isinstance(wanted, dict):
            fits = (
                isinstance(has, dict) and has.keys() == wanted.keys() and all(isinstance(value, (str, int, float)) for value in has.values())
                and all(w in (["ALL"], ["MATCH"]) or w == has[key] for key, w in wanted.items())
            )
        else:
            fits = has == wanted
        yield part, fits and part["property"].partition("@")[0] == declared["property"]  # Dash marks one of several callbacks that give the same


def _declared(output: str) -> list[dict[str, str]]:
    """The outputs in the name of a callback, as Dash writes it: `a.b`, or `..a.b...c.d..` for several."""
    names = output[2:-2].split("...") if output.startswith("..") and output.endswith("..") else [output]
    split = [name.split("@")[0].rpartition(".") for name in names]
    return [{"id": name.replace("\\.", "."), "property": prop} for name, _, prop in split]


def admits(body: Any, callbacks: Mapping[str, Any]) -> bool:
    """Whether a body asks for a registered callback with exactly the ids and properties it declares: Dash itself counts them only.

    One that the browser answers by itself is not asked for.
    """
    try:
        callback, outputs = callbacks[body["output"]], body.get("outputs")
        declared, state = [*callback["inputs"], *callback["state"]], body.get("state", [])
        sent = [*body["inputs"], *state]
        if not callback["no_output"]:
            told = _declared(body["output"])
            declared, sent = declared + told, sent + (outputs if len(told) > 1 else [outputs])
        changed = body.get("changedPropIds", [])
        return (
            "callback" in callback and all(fits for one, what in zip(sent, declared, strict=True) for _, fits in _parts(one, what))
            and isinstance(state, list) and isinstance(changed, list) and all(isinstance(name, str) for name in changed)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def page_of(callback: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The page in whose file a callback stands, or whose part (PART_OF, its path) that file says it is."""
    module = inspect.unwrap(callback["callback"]).__module__
    path = getattr(sys.modules.get(module), "PART_OF", None)
    return dash.page_registry.get(module) or next((page for page in dash.page_registry.values() if path and page["path"] == path), None)


def roles_of(callback: Mapping[str, Any]) -> tuple[str, ...]:
    """Who may call a callback: those who may see its page; one of all pages, everybody; another, nobody."""
    module, page = inspect.unwrap(callback["callback"]).__module__, page_of(callback)
    return tuple(page.get("roles", ())) if page else ROLES if module in OF_ALL_PAGES else ()


def _sent() -> Any:
    """The JSON of a body; None when it is none, brackets without end, or holds half a sign, which no file takes."""
    try:
        sent = request.get_json(silent=True)
        json.dumps(sent, ensure_ascii=False).encode()
    except (RecursionError, UnicodeEncodeError):
        return None
    return sent


def install(
    server: Flask, path: Path, *, secure_cookies: bool, script_hashes: Any, callbacks: Callable[[], Mapping[str, Any]], provider: dict[str, str] | None = None,
    factor_roles: frozenset[str] = frozenset(), log: AccessLog | None = None, public: frozenset[str] = frozenset(),
) -> None:
    """Put the guard before every request of `server`. Call it before anything else registers there. `public`: paths that ask for no session."""
    from dashboard.access import sign_in  # late: it imports this module

    open_paths = OPEN | public
    if provider:
        from dashboard.access import oidc  # late: its libraries take 19 MB

        open_paths |= oidc.PATHS
    server.extensions["access_log"] = log or AccessLog.beside(path)
    server.jinja_env.globals["colours"] = theme.css
    server.config.update(
        SECRET_KEY=sessions.secret_key(path), SESSION_COOKIE_NAME="softcity_session", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure_cookies, MAX_CONTENT_LENGTH=BODY_BYTES,
        OPEN_PATHS=open_paths,
    )
    server.session_interface = _Sessions()
    _stand_before(server, path, open_paths, factor_roles, callbacks)
    _harden(server, secure_cookies, script_hashes)
    limited = _limits(server)
    enter = sign_in.install(server, path, factor_roles, has_provider=bool(provider), limited=limited)
    if provider:
        oidc.install(server, path, oidc.Provider(**provider), enter, limited)


class _Sessions(SecureCookieSessionInterface):
    """Flask says `Vary: Cookie` of whatever looked at the session: a browser would fetch every script again after each new cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        super().save_session(app, session, response)
        if request.path.startswith(CODE_PREFIXES) and "Set-Cookie" not in response.headers:
            response.vary.discard("cookie")  # werkzeug finds it in small letters alone


def _limits(server: Flask) -> Callable[[Any], Any]:
    """Rates for which a count in each worker is enough; what must be counted across them is in the accounts (throttle.py).

    Returns what holds a route to the sign-ins of an address; exports are held to those of a person.
    """
    limiter = Limiter(lambda: throttle.place(address()), app=server, storage_uri="memory://", key_prefix="softcity")
    server.extensions["limit_exports"] = limiter.shared_limit(
        lambda: f"{EXPORTS_A_MINUTE} per minute", scope="exports", key_func=lambda: g.user.name if g.get("user") else address()
    )
    server.extensions["limit_self_checks"] = limiter.shared_limit(lambda: f"{SELF_CHECKS_A_MINUTE} per minute", scope="self-check")
    return limiter.shared_limit(lambda: f"{SIGN_INS_A_MINUTE} per minute", scope="sign-in")


def _stand_before(
    server: Flask, path: Path, open_paths: frozenset[str], factor_roles: frozenset[str], callbacks: Callable[[], Mapping[str, Any]]
) -> None:
    @server.before_request
    def guard() -> AnyResponse | None:
        g.user = None
        if (request.content_length or 0) > (OPEN_BODY_BYTES if request.path in open_paths else BODY_BYTES):
            note("denied", detail="body too large")
            return refuse(413, "too_large")
        if request.path in open_paths:
            return None
        g.user = _session_user(path, factor_roles)
        if g.user is None:
            note("denied", name=str(session.get("name", "")), detail="no session")
            if wants_page():
                target = request.full_path.rstrip("?")
                return redirect("/login" if target == "/" else f"/login?next={quote(target)}")
            return refuse(401, "sign_in")
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not is_same_origin():
            note("denied", g.user, detail="other origin")
            return refuse(403, "other_origin")
        return _callback_refused(callbacks()) if request.path.startswith(CALLBACK) else None


def _callback_refused(callbacks: Mapping[str, Any]) -> AnyResponse | None:
    """Why a callback is not answered; None when it is."""
    body = _sent()
    if not admits(body, callbacks):
        note("denied", g.user, detail="callback body")
        return refuse(400, "not_understood")
    if not has_token():
        note("denied", g.user, detail="callback token")
        return refuse(400, "form_expired")
    if g.user.role not in roles_of(callbacks[body["output"]]):
        note("denied", g.user, detail=f"callback role {body['output'][:80]}")
        return refuse(403, "no_permission")
    return None


def _harden(server: Flask, secure_cookies: bool, script_hashes: Any) -> None:
    @server.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        # data shows nothing and starts nothing, however it is opened: it needs no list of what a page may
        response.headers["Content-Security-Policy"] = content_policy(tuple(script_hashes())) if response.mimetype == "text/html" else NOTHING
        if secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.status_code in {200, 304} and request.path.startswith(CODE_PREFIXES):
            response.headers["Cache-Control"] = (
                "private, max-age=31536000, immutable"
                if request.args.get("m") or _VERSIONED.search(request.path)
                else "private, max-age=300"
            )
        else:
            response.headers["Cache-Control"] = "no-store"
        response.headers.pop("Server-Timing", None)
        if g.get("user") and wants_page() and request.cookies.get(TOKEN_COOKIE) != session.get("form"):
            response.set_cookie(TOKEN_COOKIE, session["form"], samesite="Lax", secure=secure_cookies)  # Dash sends it back as a header
        return response

    @server.errorhandler(HTTPException)
    def plain(error: HTTPException) -> AnyResponse:
        known = {404: "not_found", 405: "not_understood", 413: "too_large", 429: "too_many"}
        if told := {413: "body too large", 429: "too many"}.get(error.code or 0):
            note("denied", g.get("user"), detail=told)
        return refuse(error.code or 500, known.get(error.code or 500, "not_understood"))

    @server.errorhandler(Exception)
    def broken(error: Exception) -> AnyResponse:
        return refuse(500, "broken", id=monitoring.report(error))
