"""What a signed-in person may do besides reading: acts, each posted by a plain form of ours to /act/<name>.

To add one: a function of the form and a line in ACTS. It reads the user's own scope through `ask`, so that nobody acts
on what they may not see; it writes through desk or accounts, never into a snapshot. `g.decisions` and `g.accounts` say where.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from dashboard import desk
from dashboard.access import guard
from dashboard.errors import ActRefused, BadAddress, NothingThere, SnapshotMissing
from dashboard.query import ask_one
from dashboard.view import checked

Form = Mapping[str, str]


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


ACTS: dict[str, Act] = {"contact": Act(("analyst", "operator", "admin"), _contact, ("claim", "state"))}


def install(server: Flask, accounts: Path) -> None:
    """Put /act/<name> into the server; the guard has asked for a session and our own origin before it is reached."""

    @server.route("/act/<name>", methods=["POST"])
    def act(name: str) -> Response:
        wanted, back = ACTS.get(name), guard.local_path(request.form.get("back"))
        if wanted is None:
            return guard.refuse(404, "not_found", back)
        kept = " ".join(f"{key}={request.form.get(key, '')[:80]}" for key in wanted.logged)
        if g.user.role not in wanted.roles:
            guard.note(accounts, "denied", g.user, detail=f"{kept} role")
            return guard.refuse(403, "no_permission", back)
        if not guard.is_own_form():
            guard.note(accounts, "denied", g.user, detail=f"{kept} form")
            return guard.refuse(400, "form_expired", back)
        try:
            g.snapshot = g.reader.snapshots.current()
            wanted.do(request.form)
        except ActRefused as refused:
            return guard.refuse(400, str(refused), back)
        except BadAddress:
            return guard.refuse(400, "not_understood", back)
        except (NothingThere, SnapshotMissing):
            guard.note(accounts, "denied", g.user, detail=f"{kept} not visible")
            return guard.refuse(404, "not_found", back)
        guard.note(accounts, f"act {name}", g.user, detail=kept)
        return redirect(back, 303)
