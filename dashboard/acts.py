"""What a signed-in person may do besides reading: acts, each posted by a plain form of ours to /act/<name>.

To add one: a function of the form and a line in ACTS. It reads the user's own scope through `ask`, so that nobody acts
on what they may not see; it writes through desk or accounts, never into a snapshot. `g.decisions` and `g.accounts` say where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from dashboard import desk
from dashboard.access import accounts, guard, second_factor
from dashboard.components import number
from dashboard.errors import AccountError, ActRefused, BadAddress, DecidedMeanwhile, NothingThere, SnapshotMissing
from dashboard.query import ask, ask_one
from dashboard.text import word
from dashboard.view import checked
from dashboard.visible import typed

Form = MultiDict[str, str]


@dataclass(frozen=True)
class Act:
    """Who may do it, and what it does. `logged` are the form's fields that the access log keeps: never a password.
    What `do` returns is added to them.

    `asks_again`: the password must have been given a short while ago.
    """

    roles: tuple[str, ...]
    do: Callable[[Form], str | None]
    logged: tuple[str, ...] = ()
    asks_again: bool = False


def _contact(form: Form) -> None:
    """Note that the firm of an unclaimed claim was called, or that it is open again."""
    claim_id = checked("claim", form.get("claim", ""))
    if not ask_one("outreach", claim=claim_id):
        raise NothingThere(claim_id)
    entry = {"claim_id": claim_id, "state": checked("contact", form.get("state", "")), "why": _note(form)}
    desk.append(g.decisions, desk.CONTACTS, entry, g.user.name, _based_on(form))


def _note(form: Form) -> str:
    """A person's own words on one line."""
    words = typed(form.get("why", ""))
    if len(words) > 200:
        raise ActRefused("note_too_long")
    return words


def _based_on(form: Form) -> int:
    """How much had been said on the matter when the form was made; one that does not say so saw nothing."""
    said = form.get("based_on", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _name(form: Form) -> None:
    """Say whose a printed name is, or that it is nobody's; the next build reads it (pipelines/identity)."""
    key, given, decision = form.get("name_key", ""), form.get("code_given", ""), checked("decision", form.get("decision", ""))
    row = ask_one("match_review", name_key=key[:300], code_given=given[:60])
    if not row or decision not in ("accept", "reject"):
        raise NothingThere(key[:60])
    code = None
    if decision == "accept":
        firm = ask_one("firm", firm=checked("firm", form.get("enterprise_code", "").strip()))
        if not firm:
            raise ActRefused("no_such_firm")
        code = firm["enterprise_id"]
    entry = {
        "name_key": row["name_key"], "printed_name": row["printed_name"], "code_given": row["code_given"],
        "decision": decision, "enterprise_code": code, "why": _note(form),
    }  # fmt: skip
    desk.append(g.decisions, desk.NAMES, entry, g.user.name, _based_on(form))


def _parks(form: Form) -> list[str]:
    """The parks chosen for an operator, each of them one there is; the others have none."""
    chosen = [park for park in form.getlist("parks") if park] if form.get("role") == "operator" else []
    if set(chosen) - {row["park_id"] for row in ask("park_options")}:
        raise ActRefused("role_parks")
    return chosen


def _account(form: Form) -> str:
    """An account that is not one's own: nobody locks themselves out, or makes themselves more."""
    if form.get("name") == g.user.name:
        raise ActRefused("not_yourself")
    return form.get("name", "")


def _add_user(form: Form) -> None:
    name, password = form.get("name", "").strip(), form.get("password", "")
    accounts.add(g.accounts, name, password, form.get("role", ""), _parks(form), must_change=True)


def _change_user(form: Form) -> str:
    """Another role, or parks given and taken; what was before goes on record too."""
    before = accounts.get(g.accounts, form.get("name", ""))
    accounts.change(g.accounts, _account(form), form.get("role", ""), _parks(form))
    return f" was role={before.role} parks={','.join(before.parks)}" if before else ""


def _disable_user(form: Form) -> None:
    accounts.disable(g.accounts, _account(form))


def _enable_user(form: Form) -> None:
    accounts.enable(g.accounts, _account(form))


def _reset_password(form: Form) -> None:
    accounts.passwd(g.accounts, _account(form), form.get("password", ""), must_change=True)


def _reset_factor(form: Form) -> None:
    second_factor.remove(g.accounts, _account(form))


def _bind(form: Form) -> None:
    """Allow an account for the organisation's sign-in by an e-mail address; an empty one takes it back."""
    if form.get("email", "").strip():
        accounts.allow_oidc(g.accounts, form.get("name", ""), email=form.get("email", ""))
    else:
        accounts.forbid_oidc(g.accounts, _account(form))


def _end_sessions(form: Form) -> None:
    """End one of one's own sessions by its number, or all of them."""
    number = form.get("number", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 16):
        raise BadAddress("no such session")
    if not accounts.end_sessions(g.accounts, g.user.name, int(number) if number else None):
        raise NothingThere(number)


def _own_password(form: Form) -> None:
    """A new password for oneself; the old one is tried as at sign-in, so that five wrong ones lock here too."""
    tried = accounts.verify(g.accounts, g.user.name, form.get("old", ""), guard.address())
    if tried.user is None:
        raise ActRefused("password_wrong" if tried.status == "failed" else "password_locked")
    if form.get("new") != form.get("again"):
        raise ActRefused("password_differs")
    accounts.passwd(g.accounts, g.user.name, form.get("new", ""))


ACTS: dict[str, Act] = {
    "contact": Act(("analyst", "operator", "admin"), _contact, ("claim", "state")),
    "name": Act(("steward", "admin"), _name, ("name_key", "decision", "enterprise_code")),
    "user-add": Act(("admin",), _add_user, ("name", "role", "parks"), asks_again=True),
    "user-change": Act(("admin",), _change_user, ("name", "role", "parks"), asks_again=True),
    "user-disable": Act(("admin",), _disable_user, ("name",), asks_again=True),
    "user-enable": Act(("admin",), _enable_user, ("name",), asks_again=True),
    "user-password": Act(("admin",), _reset_password, ("name",), asks_again=True),
    "user-factor": Act(("admin",), _reset_factor, ("name",), asks_again=True),
    "user-bind": Act(("admin",), _bind, ("name", "email"), asks_again=True),
    "password": Act(accounts.ROLES, _own_password),
    "sessions": Act(accounts.ROLES, _end_sessions, ("number",)),
}


def _refused(error: Exception) -> tuple[int, str, dict[str, object]]:
    """The status and the words for an act that was not done."""
    if isinstance(error, ActRefused):
        return 400, str(error), error.words
    if isinstance(error, AccountError):
        return 400, error.key, {}
    if isinstance(error, DecidedMeanwhile):
        said = error.entry
        what = word("decision", said["decision"]) if "decision" in said else word("contact", said.get("state"))
        return 409, "decided_meanwhile", {
            "who": said.get("who"), "when": number.moment(said.get("when")), "what": f"{what} {said.get('enterprise_code') or ''}".strip(),
        }
    return (400, "not_understood", {}) if isinstance(error, BadAddress) else (404, "not_found", {})


def install(server: Flask) -> None:
    """Put /act/<name> into the server; the guard has asked for a session and our own origin before it is reached."""

    @server.route("/act/<name>", methods=["POST"])
    def act(name: str) -> Response:
        wanted, back = ACTS.get(name), guard.local_path(request.form.get("back"))
        if wanted is None:
            guard.note("denied", g.user, detail="no such act")
            return guard.refuse(404, "not_found", back)
        kept = " ".join(f"{key}={','.join(request.form.getlist(key))[:80]}" for key in wanted.logged)
        if g.user.role not in wanted.roles:
            guard.note("denied", g.user, detail=f"{kept} role")
            return guard.refuse(403, "no_permission", back)
        if not guard.is_own_form():
            guard.note("denied", g.user, detail=f"{kept} form")
            return guard.refuse(400, "form_expired", back)
        if wanted.asks_again and not guard.is_proved():
            guard.note("denied", g.user, detail=f"{kept} password not given lately")
            return guard.refuse(403, "confirm_first", f"/confirm?next={quote(back)}")
        try:
            g.snapshot = g.reader.snapshots.current()
            kept += wanted.do(request.form) or ""
        except (ActRefused, AccountError, DecidedMeanwhile, BadAddress, NothingThere, SnapshotMissing) as error:
            status, key, words = _refused(error)
            guard.note("denied", g.user, detail=f"{kept} {'not visible' if status == 404 else key}")
            return guard.refuse(status, key, back, **words)
        guard.note(f"act {name}", g.user, detail=kept)
        return redirect(back, 303)
