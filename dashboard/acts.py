"""What a signed-in person may do besides reading: acts, each posted by a plain form of ours to /act/<name>.

To add one: a function of the form and a line in ACTS. It reads the user's own scope through `ask`, so that nobody acts
on what they may not see; it writes through desk or accounts, never into a snapshot. `g.decisions` and `g.accounts` say where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from dashboard import desk
from dashboard.access import accounts, guard
from dashboard.errors import AccountError, ActRefused, BadAddress, NothingThere, SnapshotMissing
from dashboard.query import ask, ask_one
from dashboard.view import checked

Form = MultiDict[str, str]


@dataclass(frozen=True)
class Act:
    """Who may do it, and what it does. `logged` are the form's fields that the access log keeps: never a password."""

    roles: tuple[str, ...]
    do: Callable[[Form], None]
    logged: tuple[str, ...] = ()


def _contact(form: Form) -> None:
    """Note that the firm of an unclaimed claim was called, or that it is open again."""
    claim_id = checked("claim", form.get("claim", ""))
    if not ask_one("outreach", claim=claim_id):
        raise NothingThere(claim_id)
    entry = {"claim_id": claim_id, "state": checked("contact", form.get("state", "")), "why": _note(form)}
    desk.append(g.decisions, desk.CONTACTS, entry, g.user.name)


def _note(form: Form) -> str:
    """A person's own words on one line."""
    words = " ".join(form.get("why", "").split())
    if len(words) > 200:
        raise ActRefused("note_too_long")
    return words


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
    desk.append(g.decisions, desk.NAMES, entry, g.user.name)


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
    accounts.add(g.accounts, name, password, form.get("role", ""), _parks(form))


def _change_user(form: Form) -> None:
    accounts.change(g.accounts, _account(form), form.get("role", ""), _parks(form))


def _disable_user(form: Form) -> None:
    accounts.disable(g.accounts, _account(form))


def _enable_user(form: Form) -> None:
    accounts.enable(g.accounts, _account(form))


def _reset_password(form: Form) -> None:
    accounts.passwd(g.accounts, _account(form), form.get("password", ""))


def _own_password(form: Form) -> None:
    """A new password for oneself; the old one is tried as at sign-in, so that five wrong ones lock here too."""
    tried = accounts.verify(g.accounts, g.user.name, form.get("old", ""))
    if tried.user is None:
        raise ActRefused("password_locked" if tried.status == "locked" else "password_wrong")
    if form.get("new") != form.get("again"):
        raise ActRefused("password_differs")
    accounts.passwd(g.accounts, g.user.name, form.get("new", ""))


ACTS: dict[str, Act] = {
    "contact": Act(("analyst", "operator", "admin"), _contact, ("claim", "state")),
    "name": Act(("steward", "admin"), _name, ("name_key", "decision", "enterprise_code")),
    "user-add": Act(("admin",), _add_user, ("name", "role")),
    "user-change": Act(("admin",), _change_user, ("name", "role")),
    "user-disable": Act(("admin",), _disable_user, ("name",)),
    "user-enable": Act(("admin",), _enable_user, ("name",)),
    "user-password": Act(("admin",), _reset_password, ("name",)),
    "password": Act(accounts.ROLES, _own_password),
}


def install(server: Flask, log: Path) -> None:
    """Put /act/<name> into the server; the guard has asked for a session and our own origin before it is reached."""

    @server.route("/act/<name>", methods=["POST"])
    def act(name: str) -> Response:
        wanted, back = ACTS.get(name), guard.local_path(request.form.get("back"))
        if wanted is None:
            return guard.refuse(404, "not_found", back)
        kept = " ".join(f"{key}={request.form.get(key, '')[:80]}" for key in wanted.logged)
        if g.user.role not in wanted.roles:
            guard.note(log, "denied", g.user, detail=f"{kept} role")
            return guard.refuse(403, "no_permission", back)
        if not guard.is_own_form():
            guard.note(log, "denied", g.user, detail=f"{kept} form")
            return guard.refuse(400, "form_expired", back)
        try:
            g.snapshot = g.reader.snapshots.current()
            wanted.do(request.form)
        except ActRefused as refused:
            return guard.refuse(400, str(refused), back)
        except AccountError as refused:
            return guard.refuse(400, refused.key, back)
        except BadAddress:
            return guard.refuse(400, "not_understood", back)
        except (NothingThere, SnapshotMissing):
            guard.note(log, "denied", g.user, detail=f"{kept} not visible")
            return guard.refuse(404, "not_found", back)
        guard.note(log, f"act {name}", g.user, detail=kept)
        return redirect(back, 303)
