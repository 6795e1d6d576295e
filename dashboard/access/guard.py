"""The guard in front of every route: deny by default, sign-in, sessions, headers, limits and plain errors.

Dash answers its callback address to anyone, so hiding a page protects nothing: everything but the sign-in page,
its style sheet and the answers to those who watch the server (monitoring.py) needs a session, whatever the route.
"""

import hmac
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from dashboard import monitoring
from dashboard.access import accounts, throttle
from dashboard.access.access_log import AccessLog
from dashboard.access.accounts import SESSION_SECONDS, User
from dashboard.limits import BODY_BYTES, OPEN_BODY_BYTES
from dashboard.text import html_language, t
from dashboard.visible import visible

OPEN = frozenset({"/login", "/assets/softcity.css"}) | monitoring.PATHS
SIGN_IN_PAGES = frozenset({"/confirm", "/factor"})
IDLE_SECONDS = 3600
PROOF_SECONDS = 600
"""How long a password counts for acts that ask for it anew."""
SIGN_INS_A_MINUTE, EXPORTS_A_MINUTE = 120, 60
"""Of one address, and of one person, in one worker."""
TYPED = ("name", "email", "enterprise_code", "why")
"""Fields of our forms that people fill in and may see again: never a password."""
CALLBACK = "/_dash-update-component"
CODE_PREFIXES = ("/_dash-component-suites/", "/assets/", "/vendor/", "/_dash-layout", "/_dash-dependencies")
"""The program itself, the same for everybody; an address that names its version is kept for good."""
_VERSIONED = re.compile(r"^/vendor/|\.v[0-9_]+m[0-9]+\.")

HEADERS = {
    "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}


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


def refuse(status: int, key: str, back: str = "/", **words: object) -> AnyResponse:
    """A plain refusal: a small page for people with a way back, JSON for everything else."""
    message = t(f"refusal.{key}", **words)
    if _reads_html():
        words_of_page = {"message": message, "back": back, "language": html_language(), "theme": theme()}
        return Response(render_template("message.html", t=t, **words_of_page), status)
    return Response(json.dumps({"error": message}, ensure_ascii=False), status, mimetype="application/json")


def _not_done() -> AnyResponse:
    """A form of ours that came when its session had ended: nothing was done, and what was typed is given back."""
    may_read = is_same_origin() and (request.content_length or 0) <= OPEN_BODY_BYTES
    form = request.form.to_dict() if may_read else {}
    words = {
        "message": t("refusal.not_done"), "back": f"/login?next={quote(local_path(form.get('back')))}", "label": t("refusal.sign_in_again"),
        "typed": "\n".join(form[key] for key in TYPED if form.get(key, "").strip()), "language": html_language(), "theme": theme(),
    }  # fmt: skip
    return Response(render_template("message.html", t=t, **words), 401)


def _session_user(path: Path, factor_roles: frozenset[str]) -> User | None:
    """The user of a live session, its idle clock renewed; anything doubtful is nobody."""
    moment = accounts.now()
    try:
        name, version, session_id = session["name"], session["version"], session["id"]
        started, seen = float(session["started"]), float(session["seen"])
    except (KeyError, TypeError, ValueError):
        return None
    if moment - started > SESSION_SECONDS or moment - seen > IDLE_SECONDS:
        accounts.end_session(path, session_id)
        session.clear()
        return None
    user = accounts.session_user(path, name, version, session_id)
    if user and user.role in factor_roles and not session.get("factor"):
        return None
    if user and moment - seen > 60:
        session["seen"] = moment
        accounts.touch_session(path, session_id)
    return user


def _is_callback_body(body: Any) -> bool:
    """Whether a body is what our one callback sends: two short strings, the address and its query."""
    try:
        sent = [(part["id"], part["property"], part.get("value")) for part in body["inputs"]]
        outputs = body["outputs"]
        return (
            body["output"] == "page.children"
            and outputs["id"] == "page"
            and outputs["property"] == "children"
            and not body.get("state")
            and [part[:2] for part in sent] == [("address", "pathname"), ("address", "search")]
            and all(value is None or (isinstance(value, str) and len(value) <= 4000) for _, _, value in sent)
            and isinstance(body.get("changedPropIds", []), list)
            and all(isinstance(changed, str) for changed in body.get("changedPropIds", []))
        )
    except (KeyError, TypeError, AttributeError):
        return False


def _sent() -> Any:
    """The JSON of a body; None when it is none, or brackets without end."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def install(
    server: Flask, path: Path, *, secure_cookies: bool, script_hashes: Any, provider: dict[str, str] | None = None,
    factor_roles: frozenset[str] = frozenset(), log: AccessLog | None = None,
) -> None:
    """Put the guard before every request of `server`. Call it before anything else registers there."""
    from dashboard.access import sign_in  # late: it imports this module

    open_paths = OPEN
    if provider:
        from dashboard.access import oidc  # late: its libraries take 19 MB

        open_paths |= oidc.PATHS
    server.extensions["access_log"] = log or AccessLog.beside(path)
    server.config.update(
        SECRET_KEY=accounts.secret_key(path), SESSION_COOKIE_NAME="softcity_session", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure_cookies, MAX_CONTENT_LENGTH=BODY_BYTES,
        OPEN_PATHS=open_paths,
    )
    _stand_before(server, path, open_paths, factor_roles)
    _harden(server, secure_cookies, script_hashes)
    limited = _limits(server)
    enter = sign_in.install(server, path, factor_roles, has_provider=bool(provider), limited=limited)
    if provider:
        oidc.install(server, path, oidc.Provider(**provider), enter, limited)


def _limits(server: Flask) -> Callable[[Any], Any]:
    """Rates for which a count in each worker is enough; what must be counted across them is in the accounts (throttle.py).

    Returns what holds a route to the sign-ins of an address; exports are held to those of a person.
    """
    limiter = Limiter(lambda: throttle.place(address()), app=server, storage_uri="memory://", key_prefix="softcity")
    server.extensions["limit_exports"] = limiter.shared_limit(
        lambda: f"{EXPORTS_A_MINUTE} per minute", scope="exports", key_func=lambda: g.user.name if g.get("user") else address()
    )
    return limiter.shared_limit(lambda: f"{SIGN_INS_A_MINUTE} per minute", scope="sign-in")


def _stand_before(server: Flask, path: Path, open_paths: frozenset[str], factor_roles: frozenset[str]) -> None:
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
            return _not_done() if request.path.startswith("/act/") and _reads_html() else refuse(401, "sign_in")
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not is_same_origin():
            note("denied", g.user, detail="other origin")
            return refuse(403, "other_origin")
        if request.path.startswith(CALLBACK) and not _is_callback_body(_sent()):
            note("denied", g.user, detail="callback body")
            return refuse(400, "not_understood")
        return None


def _harden(server: Flask, secure_cookies: bool, script_hashes: Any) -> None:
    @server.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = content_policy(tuple(script_hashes()))
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


def theme() -> str:
    """The theme the reader chose; empty leaves it to the system."""
    chosen = request.cookies.get("softcity_theme", "")
    return chosen if chosen in {"light", "dark"} else ""

