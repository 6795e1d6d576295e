"""What a signed-in person may do besides reading. Callbacks of pages call these; each is a line in the access log, done or refused.

To add one: its roles in ROLES, a function here (those of files handed in stand in handed_in.py), a callback in the page's file. It reads the user's own scope through `ask`, so
that nobody acts on what they may not see; it writes through pipelines.base.decisions or accounts, never into a snapshot.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import g, session

from dashboard.access import accounts, guard, mail, saved_views, second_factor, sessions
from dashboard.components.number import moment
from dashboard.errors import ActRefused, BadAddress, DashboardError, NothingThere
from dashboard.home import deliveries, home
from dashboard.notify.record import Record
from dashboard.query import ask, ask_one
from dashboard.text import word
from dashboard.view import checked
from dashboard.whatif import find_scenario
from pipelines.base import scenarios
from pipelines.base.decisions import NAMES, append
from pipelines.base.errors import BuildError, BuildRunning
from pipelines.base.roles import ROLES as EVERYBODY
from pipelines.base.visible import typed

NOTE_LENGTH = 200
ROLES: dict[str, tuple[str, ...]] = {
    "contact": ("analyst", "operator", "admin"), "finding": ("auditor", "admin"), "name": ("steward", "admin"), "scenario": ("analyst", "admin"), "scenario-delete": ("analyst", "admin"),
    **dict.fromkeys(("hand-in", "confirm", "say-of-list", "drop"), ("operator", "steward", "admin")), **dict.fromkeys(("teach", "forget"), ("steward", "admin")),
    "withdraw": ("operator", "steward", "admin"), "accept": ("steward", "admin"), "update": ("steward", "admin"),
    "preview": ("operator", "steward", "admin"), "password": EVERYBODY, "sessions": EVERYBODY, "mail": EVERYBODY, "notice": EVERYBODY,
    "view-save": EVERYBODY, "view-delete": EVERYBODY,
    **{f"user-{what}": ("admin",) for what in ("add", "change", "disable", "enable", "password", "factor", "bind")},
}  # fmt: skip
"""Who may do what."""
ASK_AGAIN = frozenset(name for name in ROLES if name.startswith("user-"))
"""What asks for the password a short while ago."""


def may(name: str) -> bool:
    """Whether the signed-in user may do it."""
    return g.user.role in ROLES[name]


@contextmanager
def noted(name: str, /, **fields: object) -> Iterator[list[str]]:
    """Stand around an act: who may, and its line in the access log. `fields` are logged: never a password.

    What is added to the list it gives is logged too. Raises ActRefused, or what the act raises, after noting it.
    """
    told = [f"{key}={value}"[:120] for key, value in fields.items()]
    try:
        if not may(name):
            raise ActRefused("no_permission")
        if name in ASK_AGAIN and not guard.is_proved():
            raise ActRefused("confirm_first")
        yield told
    except DashboardError as error:
        g.is_noted = True
        why = "not visible" if isinstance(error, NothingThere) else str(getattr(error, "key", "") or type(error).__name__)
        guard.note("denied", g.user, detail=" ".join([*told, str(error) if isinstance(error, ActRefused) else why]))
        raise
    guard.note(f"act {name}", g.user, detail=" ".join(told))


def note(words: str | None) -> str:
    """A person's own words on one line. Raises ActRefused when they are too many."""
    said = typed(str(words or ""))
    if len(said) > NOTE_LENGTH:
        raise ActRefused("note_too_long")
    return said


def decide_name(name_key: str, code_given: str, decision: str, enterprise_code: str | None, why: str | None, based_on: int) -> None:
    """Say whose a printed name is (accept), or that it is nobody's (reject); the next build reads it (pipelines/identity)."""
    with noted("name", name_key=name_key, decision=decision, enterprise_code=enterprise_code or ""):
        row = ask_one("match_review", name_key=name_key[:300], code_given=code_given[:60])
        if not row or decision not in ("accept", "reject"):
            raise NothingThere(name_key[:60])
        code = None
        if decision == "accept":
            firm = ask_one("firm", firm=checked("firm", str(enterprise_code or "").strip()))
            if not firm:
                raise ActRefused("no_such_firm")
            code = firm["enterprise_id"]
        entry = {
            "name_key": row["name_key"], "printed_name": row["printed_name"], "code_given": row["code_given"],
            "decision": decision, "enterprise_code": code, "why": note(why),
        }  # fmt: skip
        append(g.decisions, NAMES, entry, g.user.name, based_on)


def withdraw(source_file: str, file_sha256: str | None, why: str | None, *, undo: bool) -> None:
    """Take a delivery out of force from the next build on, or bring it back; an operator one of their own."""
    with noted("withdraw", file=source_file, undo=undo):
        _may_be_done("undo" if undo else "withdraw", source_file, file_sha256)
        home().withdraw(source_file, _why(why), g.user.name, undo=undo)


def accept(source_file: str, file_sha256: str | None, why: str | None) -> None:
    """Let a full file stand though it is far below the usual size."""
    with noted("accept", file=source_file):
        _may_be_done("accept", source_file, file_sha256)
        home().accept(source_file, _why(why), g.user.name)


def _may_be_done(act: str, source_file: str, file_sha256: str | None) -> None:
    """Raises NothingThere for a delivery the user does not see, ActRefused for one of which this cannot be done, or not by them."""
    row = next((row for row in deliveries() if (row["source_file"], row["file_sha256"]) == (source_file, file_sha256)), None)
    if row is None:
        raise NothingThere(source_file[:60])
    if g.user.is_scoped and row["who"] != g.user.name:
        raise ActRefused("not_your_delivery")
    if act not in row["may"]:
        raise ActRefused("delivery_moved")


def _why(words: str | None) -> str:
    """A reason, which is asked for."""
    said = note(words)
    if not said:
        raise ActRefused("why_needed")
    return said


def update() -> None:
    """Begin a build; who began the one that runs is told to whoever comes second."""
    with noted("update"):
        now = home().build()
        if not now["may_write"]:
            raise ActRefused("update_elsewhere")
        try:
            if not now["is_held"]:
                home().update(g.user.name)
                return
        except BuildRunning:
            now = home().build()
        except BuildError as error:
            raise ActRefused("update_failed", why=str(error)) from error
        raise ActRefused("update_runs", who=word("builder", now["who"] or "unknown"), when=moment(now["started_at"])) if now["is_running"] else ActRefused("update_held")


def preview(file_id: str = "", kind: str | None = None) -> None:
    """Begin to find out what the next build would change, with a file of one's own that waits to be confirmed; an operator for their parks alone."""
    with noted("preview", file=file_id):
        if home().build()["is_held"]:
            raise ActRefused("preview_later")
        try:
            home().begin_preview(g.user.name, g.user.parks if g.user.is_scoped else (), file_id, kind)
        except BuildRunning as error:
            raise ActRefused("preview_runs") from error
        except BuildError as error:
            raise ActRefused("preview_failed", why=str(error)) from error


def save_scenario(name: str, why: str | None, edits: dict[str, str], scenario_id: str | None = None, based_on: int | None = None) -> str:
    """Keep the changes of a what-if under a name; in place of what one's own `scenario_id` held. Returns its id."""
    with noted("scenario", name=name, scenario=scenario_id or ""):
        if scenario_id:
            _own_scenario(scenario_id)
        kept = typed(name)[: scenarios.NAME_LENGTH + 1]
        return scenarios.save(g.decisions, kept, g.snapshot.document, edits, g.user.name, note=note(why), scenario_id=scenario_id, based_on=based_on, policy=g.snapshot.policy_id)


def delete_scenario(scenario_id: str, based_on: int) -> None:
    with noted("scenario-delete", scenario=scenario_id):
        _own_scenario(scenario_id)
        scenarios.delete(g.decisions, scenario_id, g.user.name, based_on)


def _own_scenario(scenario_id: str) -> None:
    """Everybody who may keep one opens all of them; they are changed by whoever saved them first, and by administrators."""
    if find_scenario(checked("scenario", scenario_id)).owner != g.user.name and g.user.role != "admin":
        raise ActRefused("scenario_not_yours")


def _parks(role: str, parks: Sequence[str]) -> list[str]:
    """The parks chosen for an operator, each of them one there is; the others have none."""
    chosen = [park for park in parks if park] if role == "operator" else []
    if set(chosen) - {row["park_id"] for row in ask("park_options")}:
        raise ActRefused("role_parks")
    return chosen


def _policies(policies: Sequence[str]) -> list[str]:
    """The policies an account is held to, each of them one there is; none are all."""
    chosen = [policy for policy in policies if policy]
    if set(chosen) - {one.policy_id for one in g.snapshot.policies}:
        raise ActRefused("role_policies")
    return chosen


def _held(policies: Sequence[str]) -> dict[str, str]:
    """What the log says of the policies an account is held to; of one that sees all nothing."""
    return {"policies": ",".join(policies)} if policies else {}


def _other(name: str) -> str:
    """An account that is not one's own: nobody locks themselves out, or makes themselves more."""
    if name == g.user.name:
        raise ActRefused("not_yourself")
    return name


def add_user(name: str, password: str, role: str, parks: Sequence[str], policies: Sequence[str] = ()) -> None:
    with noted("user-add", name=name, role=role, parks=",".join(parks), **_held(policies)):
        accounts.add(g.accounts, name.strip(), password, role, _parks(role, parks), _policies(policies), must_change=True)


def change_user(name: str, role: str, parks: Sequence[str], policies: Sequence[str] = ()) -> None:
    """Another role, or parks and policies given and taken; what was before goes on record too."""
    with noted("user-change", name=name, role=role, parks=",".join(parks), **_held(policies)) as told:
        before = accounts.get(g.accounts, name)
        accounts.change(g.accounts, _other(name), role, _parks(role, parks), _policies(policies))
        told += [" ".join([f"was role={before.role} parks={','.join(before.parks)}", *(f"policies={held}" for held in _held(before.policies).values())])] if before else []


def switch_user(name: str, *, is_on: bool) -> None:
    with noted("user-enable" if is_on else "user-disable", name=name):
        (accounts.enable if is_on else accounts.disable)(g.accounts, _other(name))


def reset_password(name: str, password: str) -> None:
    with noted("user-password", name=name):
        accounts.passwd(g.accounts, _other(name), password, must_change=True)


def reset_factor(name: str) -> None:
    with noted("user-factor", name=name):
        second_factor.remove(g.accounts, _other(name))


def bind_user(name: str, email: str) -> None:
    """Allow an account for the organisation's sign-in by an e-mail address; an empty one takes it back."""
    with noted("user-bind", name=name, email=email):
        if email.strip():
            accounts.allow_oidc(g.accounts, name, email=email)
        else:
            accounts.forbid_oidc(g.accounts, _other(name))


def own_password(old: str, new: str, again: str) -> None:
    """A new password for oneself; the old one is tried as at sign-in, so that five wrong ones lock here too."""
    with noted("password"):
        tried = accounts.verify(g.accounts, g.user.name, old, guard.address())
        if tried.user is None:
            raise ActRefused("password_wrong" if tried.status == "failed" else "password_locked")
        if new != again:
            raise ActRefused("password_differs")
        accounts.passwd(g.accounts, g.user.name, new)


def end_sessions(number: int | None = None) -> bool:
    """End one of one's own sessions by its number, or all of them; whether it was this very one."""
    with noted("sessions", number="" if number is None else number):
        if number is not None and not isinstance(number, int):
            raise BadAddress("no such session")
        if not sessions.end_listed(g.accounts, g.user.name, number):
            raise NothingThere(str(number))
    return sessions.user_of(g.accounts, g.user.name, session["version"], session["id"]) is None


def own_mail(address: str, kinds: Sequence[str]) -> None:
    """Where one is written to oneself, and of what; an empty address ends it."""
    with noted("mail", address=address, kinds=",".join(kinds)):
        mail.choose(g.accounts, g.user.name, address, [kind for kind in kinds if g.user.role in mail.KINDS.get(kind, (g.user.role,))])


def read_notice(number: int | None = None) -> None:
    """Mark one of one's own notices as read, or all of them."""
    with noted("notice", number="" if number is None else number):
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            raise BadAddress("no such notice")
        if not Record.beside(g.accounts).read(g.user, number) and number is not None:
            raise NothingThere(str(number))


def save_view(label: str, address: str) -> None:
    """Keep an address of the application under a name, for oneself; `address` has been read and is one of a page."""
    with noted("view-save", label=label, address=address):
        saved_views.save(g.accounts, g.user.name, typed(label), address)


def delete_view(number: int) -> None:
    with noted("view-delete", number=number):
        if not saved_views.delete(g.accounts, g.user.name, number):
            raise NothingThere(str(number))
