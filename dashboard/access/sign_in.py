"""The way in, step by step: password or provider, code of the second factor, a password of one's own, a device to enrol.

No session exists before the last step that an account needs is done. `/confirm` asks a signed-in person for the password
again, `/factor` puts a device in use.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, g, redirect, render_template, request, session
from werkzeug.wrappers import Response

from dashboard.access import accounts, guard, passwords, second_factor, sessions
from dashboard.access.accounts import User
from dashboard.errors import AccountError
from dashboard.text import html_language, t

WAITING_SECONDS = 600
Enter = Callable[[User, str, str], Response]


class _Told(Exception):
    """What a step has to say before it can go on: a text and the status of the answer."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.message, self.status = t(key), status


def _refusal(status: str) -> _Told:
    return _Told(f"login.{status}", 401 if status in ("failed", "code_wrong") else 429)


def _renew(**kept: object) -> None:
    """A new session at each step that proves something: nothing planted before it survives."""
    session.clear()
    session.update(form=secrets.token_hex(16), **kept)


def _take_password(path: Path) -> None:
    """Try name and password; the way goes on with what the account needs besides."""
    name, password = request.form.get("name", "").strip()[:64], request.form.get("password", "")
    result = accounts.verify(path, name, password, guard.address())
    if result.user is None:
        known = accounts.get(path, name)  # a name nobody has may be a password in the wrong box: it is not written down
        guard.note(f"sign-in {result.status}", name=known.name if known else "")
        raise _refusal(result.status)
    if not result.user.is_demo and passwords.is_weak(password, (name, *result.user.parks)):
        accounts.require_change(path, name)  # an account of earlier days: it goes on with another password
    _wait_for(result.user, "password")


def _wait_for(user: User, via: str) -> None:
    until = accounts.now() + WAITING_SECONDS
    _renew(waiting={"name": user.name, "version": user.session_version, "until": until, "via": via, "code": False})


def _waiting(path: Path) -> User | None:
    """Whoever has done the first step and not the last; their account as it is now."""
    waiting = session.get("waiting")
    if not isinstance(waiting, dict):
        return None
    user = accounts.get(path, str(waiting["name"]))
    if user and not user.is_disabled and user.session_version == waiting["version"] and accounts.now() <= waiting["until"]:
        return user
    session.clear()
    return None


def _step(user: User | None, factor_roles: frozenset[str]) -> str:
    """What is asked for next; empty when nothing is."""
    if user is None:
        return "password"
    waiting = session["waiting"]
    if user.has_factor and not waiting["code"]:
        return "code"
    if user.must_change and waiting["via"] == "password":
        return "new"
    return "enrol" if user.role in factor_roles and not user.has_factor else ""


def _take_code(path: Path, user: User, step: str) -> None:
    ask = second_factor.verify if step == "code" else second_factor.begin
    result = ask(path, user.name, request.form.get("code", ""), guard.address())
    if result.user is None:
        guard.note(f"sign-in {result.status}", name=user.name, detail="code")
        raise _refusal("code_wrong" if result.status == "failed" else result.status)
    _renew(waiting={**session["waiting"], "code": True})


def _take_new(path: Path, user: User) -> None:
    new = request.form.get("new", "")
    if new != request.form.get("again"):
        raise _Told("refusal.password_differs", 400)
    if accounts.is_own_password(path, user.name, new):
        raise _Told("refusal.password_same", 400)
    try:
        accounts.passwd(path, user.name, new)
    except AccountError as error:
        raise _Told(f"refusal.{error.key}", 400) from None
    changed = accounts.get(path, user.name)
    guard.note("act password", user, detail="at sign-in")
    _renew(waiting={**session["waiting"], "version": changed.session_version if changed else 0})


def _take(path: Path, user: User | None, step: str) -> None:
    """Take what a step asks for. Raises _Told."""
    if not guard.is_same_origin() or not guard.is_own_form():
        guard.note("denied", name=user.name if user else "", detail="sign-in form")
        raise _Told("login.form_expired", 400)
    if user is None:
        _take_password(path)
    elif step == "new":
        _take_new(path, user)
    else:
        _take_code(path, user, step)


def _device(path: Path, user: User) -> dict[str, str]:
    """What a device needs to enrol."""
    secret = second_factor.pending(path, user.name)
    return {"picture": second_factor.picture(user.name, secret), "secret": secret}


def _begin_session(path: Path, user: User) -> None:
    waiting, moment = session["waiting"], accounts.now()
    session_id = sessions.begin(path, user, guard.address(), request.user_agent.string)
    _renew(
        name=user.name, version=user.session_version, id=session_id, started=moment, seen=moment, proved=moment,
        factor=waiting["code"],
    )
    guard.note("sign-in ok", user, detail=" ".join([waiting["via"], *(["code"] if waiting["code"] else [])]))


def _page(step: str, target: str, told: _Told | None = None, **words: Any) -> tuple[str, int]:
    session.setdefault("form", secrets.token_hex(16))
    shown = render_template(
        "login.html", t=t, step=step, form=session["form"], next=target, message=told.message if told else "",
        language=html_language(), **words,
    )
    return shown, told.status if told else 200


def install(
    server: Flask, path: Path, factor_roles: frozenset[str], *, has_provider: bool, limited: Callable[[Any], Any]
) -> Enter:
    """Add /login, /logout, /confirm and /factor. Returns what a provider calls with the person it vouches for."""

    def go_on(target: str) -> Response | None:
        """Into the session, when nothing more is asked for."""
        user = _waiting(path)
        if user is None or _step(user, factor_roles):
            return None
        _begin_session(path, user)
        return redirect(target, 303)

    @server.route("/login", methods=["GET", "POST"])
    @limited
    def login() -> Response | tuple[str, int]:
        target, told = guard.local_path(request.values.get("next")), None
        if "again" in request.args:
            session.pop("waiting", None)
        user = _waiting(path)
        if request.method == "POST":
            try:
                _take(path, user, _step(user, factor_roles))
            except _Told as found:
                told = found
            inside = go_on(target) if told is None else None
            if inside:
                return inside
        user = _waiting(path)
        step = _step(user, factor_roles)
        words = _device(path, user) if user and step == "enrol" else {}
        return _page(step, target, told, oidc=has_provider, action="/login", **words)

    @server.route("/logout", methods=["POST"])
    def logout() -> Response:
        guard.note("sign-out", g.user)
        sessions.end(path, session["id"])
        session.clear()
        return redirect("/login", 303)

    def enter(user: User, via: str, target: str) -> Response:
        _wait_for(user, via)
        return go_on(target) or redirect(f"/login?next={quote(target)}", 303)

    _install_proofs(server, path, limited)
    return enter


def _install_proofs(server: Flask, path: Path, limited: Callable[[Any], Any]) -> None:
    """Add /confirm and /factor, for whoever is signed in."""

    @server.route("/confirm", methods=["GET", "POST"])
    @limited
    def confirm() -> Response | tuple[str, int]:
        target, told = guard.local_path(request.values.get("next")), None
        if request.method == "POST":
            if not guard.is_own_form():
                return guard.refuse(400, "form_expired", "/confirm")
            result = accounts.verify(path, g.user.name, request.form.get("password", ""), guard.address())
            guard.note("confirm" if result.user else f"confirm {result.status}", g.user)
            if result.user:
                session["proved"] = accounts.now()
                return redirect(target, 303)
            told = _refusal(result.status)
        return _page("confirm", target, told, action="/confirm")

    @server.route("/factor", methods=["GET", "POST"])
    @limited
    def factor() -> Response | tuple[str, int]:
        if not guard.is_proved():
            return redirect(f"/confirm?next={quote('/factor')}", 303)
        told = None
        if request.method == "POST":
            if not guard.is_own_form():
                return guard.refuse(400, "form_expired", "/factor")
            result = second_factor.begin(path, g.user.name, request.form.get("code", ""), guard.address())
            guard.note("factor on" if result.user else f"factor {result.status}", g.user)
            if result.user:
                session["factor"] = True
                return redirect("/account", 303)
            told = _refusal("code_wrong" if result.status == "failed" else result.status)
        return _page("enrol", "/account", told, action="/factor", **_device(path, g.user))
