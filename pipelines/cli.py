"""The `softcity` command. Heavy imports stay inside the commands, so that help answers at once."""

import getpass
import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from dashboard.visible import visible, visible_lines
from pipelines.errors import SnapshotMissing, SoftcityError
from pipelines.settings import ROLES, Settings


class Commands(click.Group):
    """Prints our own errors as a sentence and ends in 1: never a traceback for bad input."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SoftcityError as error:
            click.echo(visible_lines(f"error: {error}"), err=True)
            sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(file_okay=False), help="Where landing/, published/ and var/ live [SOFTCITY_HOME]."
)
@click.version_option(package_name="softcity")
@click.pass_context
def main(ctx: click.Context, home: str | None) -> None:
    """Softcity (软城观测): what became of a city's software-industry policy, from files to reasons."""
    ctx.obj = Settings.load(home)
    if ctx.obj.is_log_json:
        from dashboard import logs

        logs.to_stderr(ctx.obj.secrets())


def _command(group: click.Group, name: str | None = None, *, has_json: bool = False) -> Callable[[Any], click.Command]:
    """A command that gets the settings first; --home may stand after it as well, --json where a machine may read it."""

    def set_home(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            ctx.obj = Settings.load(value)

    home = click.option(
        "--home", type=click.Path(file_okay=False), expose_value=False, is_eager=True, hidden=True, callback=set_home
    )
    for_machines = click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")

    def make(function: Any) -> click.Command:
        function = home(click.pass_obj(function))
        return group.command(name)(for_machines(function) if has_json else function)

    return make


def _decision(command: Any) -> Any:
    """What every decision on a name says besides."""
    for option in (
        click.option("--anew", is_flag=True, help="Though somebody has decided since the last build."),
        click.option("--code-given", default="", help="The code printed beside the name, where it stands with several."),
        click.option("--who", default=getpass.getuser, help="Who decides [the user of this machine]."),
        click.option("--why", required=True, help="On what ground; kept with the decision."),
    ):
        command = option(command)
    return command


def _print(value: Any, as_json: bool, lines: list[str]) -> None:
    """What a command found. What senders wrote is among it: it can neither move the cursor nor begin a line of its own."""
    told = visible_lines(json.dumps(value, ensure_ascii=False, indent=1, default=str))
    click.echo(told if as_json else "\n".join(map(visible, lines)))


@_command(main, has_json=True)
@click.option(
    "--landing", type=click.Path(exists=True, file_okay=False), help="Folder of received files [HOME/landing]."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Nothing later is seen [newest day in the data].")
@click.option(
    "--knowing", type=click.Choice(["effective", "arrived"]), default="effective", show_default=True,
    help="What is true of that day, whenever it came; or only what had arrived by then.",
)
@click.option("--force", is_flag=True, help="Build even if nothing is new.")
@click.option("--current", is_flag=True, help="Make it current even if its day is older than the one in force.")
def build(
    settings: Settings, landing: str | None, as_of: datetime | None, knowing: str, force: bool, current: bool, as_json: bool
) -> None:
    """Read the files, apply the law, publish one snapshot.

    One of an older day than the current one is kept beside it and does not become current unless asked.
    Ends in 0; in 3 when a snapshot stands but a file in landing is refused; in 1 when nothing could be published.
    """
    from pipelines.assets.build import build as run
    from pipelines.status import standing

    if landing:
        settings = Settings.load(settings.home, landing)
    start = time.monotonic()
    result = run(settings, as_of.date() if as_of else None, force, _progress(start), knowing, current)
    refused = [row for row in result.files if row["status"] == "refused"]
    lines = [
        f"{row['source']:<15}{row['files']:>4} files {row['rows_read']:>9,} rows = {row['rows_loaded']:,} loaded "
        f"+ {row['rows_skipped']:,} skipped + {row['rows_quarantined']:,} quarantined"
        for row in result.sources
    ]
    lines += [f"warning: {warning}" for warning in result.warnings]
    lines += ["claims  " + ("  ".join(f"{outcome} {count:,}" for outcome, count in result.claims_by_outcome.items()) or "none")]
    lines += [
        f"checks  {result.checks['total']}, errors {result.checks['error_failed']}, warnings {result.checks['warn_failed']}"
    ]
    lines += [
        f"snapshot {result.snapshot_id} as of {standing(result.as_of, result.knowing)}"
        + (f"  {result.message}" if result.message else "  published")
    ]
    _print(asdict(result), as_json, lines)
    if refused:
        sys.exit(3)


def _progress(start: float) -> Any:
    """Steps as they begin: for people, or into the log where one is kept."""
    log = logging.getLogger("softcity.build")
    if log.isEnabledFor(logging.INFO):
        return log.info
    return lambda text: click.echo(f"[{time.monotonic() - start:6.1f}s] {visible(text)}", err=True)


@_command(main, has_json=True)
def status(settings: Settings, as_json: bool) -> None:
    """What is published, what was refused or quarantined, how the last build ended, what is kept."""
    from pipelines.status import sentences
    from pipelines.status import status as run

    value = run(settings)
    _print(value, as_json, sentences(value))


@_command(main, has_json=True)
@click.option("--source", help="Its files one by one.")
def reconcile(settings: Settings, source: str | None, as_json: bool) -> None:
    """Follow every row of the current snapshot from its file to the claims; ends in 1 when a line does not add up."""
    from pipelines.status import reconcile as run
    from pipelines.status import reconciliation_lines

    lines = run(settings, source)
    _print(lines, as_json, reconciliation_lines(lines))
    if not all(line["is_balanced"] for line in lines):
        sys.exit(1)


@_command(main)
@click.argument("file")
@click.option("--why", required=True, help="Whom you asked, and what they said.")
def accept(settings: Settings, file: str, why: str) -> None:
    """Let a full FILE (as landing/ names it) stand though it holds far fewer rows than usual."""
    from pipelines.quality.history import accept as run

    run(settings, file, why)
    click.echo(f"{visible(file)} stands as it is; the next build measures later files against it")


@_command(main)
@click.argument("file")
@click.option("--why", required=True, help="What is wrong with it, and who says so.")
@click.option("--who", default=getpass.getuser, help="Who decides [the user of this machine].")
@click.option("--undo", is_flag=True, help="Bring a withdrawn file back.")
def withdraw(settings: Settings, file: str, why: str, who: str, undo: bool) -> None:
    """Take FILE (as landing/ names it) out of force; it stays on record with who, when and why."""
    from pipelines.sources.ingest import withdraw as run

    name = run(settings, file, why, who, undo)
    click.echo(f"{name} counts {'again' if undo else 'no more'} from the next build on")


@_command(main)
@click.option("--host", default="127.0.0.1", show_default=True, help="The page has no sign-in: keep it to this machine.")
@click.option("--port", default=3000, show_default=True)
def schedule(settings: Settings, host: str, port: int) -> None:
    """Run unattended: build at six and when files arrive, month ends on the fifth, alerts (SOFTCITY_ALERT_URLS)."""
    from pipelines.schedule import schedule as run

    run(settings, host, port)


def _sound(*parts: Callable[[], Any]) -> list[Any]:
    """What each part gives; raises all their problems at once, each told once."""
    found, problems = [], dict[str, type[SoftcityError]]()
    for part in parts:
        try:
            found.append(part())
        except SoftcityError as error:
            problems |= dict.fromkeys(str(error).splitlines(), type(error))
    if problems:
        raise next(iter(problems.values()))("\n".join(problems))
    return found


@_command(main, has_json=True)
def check(settings: Settings, as_json: bool) -> None:
    """Prove the law as data, the city's reference data and the source contracts sound, every quote verbatim."""
    from pipelines.policy.load import conditions_of, load_policies, shared_clauses
    from pipelines.sources.contract import load_contracts

    contracts, policies = _sound(
        lambda: load_contracts(reference=settings.reference), lambda: load_policies(settings.policies, settings.reference)
    )
    clauses = [(p, c) for p in policies for m in p.measures for c in m.clauses]
    quotes = sum(
        len(v.quotes) + sum(bool(c.quote) for c in conditions_of(p, v))
        for p, clause in clauses
        for v in clause.versions
    )
    value = {
        "policies": [p.policy_id for p in policies],
        "clauses_total": len(clauses),
        "non_monetary": sum(len(m.non_monetary) for p in policies for m in p.measures),
        "decisions": sum(len(p.decisions) for p in policies),
        "quotes_verified": quotes,
        "sources": len(contracts),
        "errors": [],
        "notes": shared_clauses(policies),
        "warnings": [
            f"{p.policy_id}, {name}: last checked on {d.last_checked_on}, over 180 days ago. Compare the text again."
            for p in policies for name, d in p.documents.items() if (date.today() - d.last_checked_on).days > 180
        ],
    }  # fmt: skip
    lines = [f"{key}: {val if not isinstance(val, list) else ', '.join(val) or 'none'}" for key, val in value.items()]
    _print(value, as_json, lines)


@_command(main, has_json=True)
@click.argument("firm")
@click.argument("clause", required=False)
def explain(settings: Settings, firm: str, clause: str | None, as_json: bool) -> None:
    """Why FIRM (code or exact name) may or may not claim CLAUSE (or each clause)."""
    from pipelines.explain import explain as tell
    from pipelines.explain import sentences

    claims = tell(settings.published, firm, clause)
    _print(claims, as_json, sentences(claims))


@_command(main, has_json=True)
@click.argument("old")
@click.argument("new")
@click.option("--policy", "of_policy", is_flag=True, help="Compare two documents of the policy, not two snapshots.")
def diff(settings: Settings, old: str, new: str, of_policy: bool, as_json: bool) -> None:
    """Which clauses, claims and yuan differ between OLD and NEW, and whether data or rules moved them."""
    from pipelines.policy import diff as differences
    from pipelines.policy.load import load_policies

    if of_policy:
        rows = differences.diff_documents(load_policies(settings.policies)[0], old, new)
        _print(rows, as_json, differences.document_sentences(rows))
    else:
        result = differences.diff_snapshots(settings.published, old, new)
        _print(result, as_json, differences.snapshot_sentences(result))


@_command(main, has_json=True)
@click.argument("edits", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--snapshot", "snapshot_id", help="On this snapshot [the current one].")
def whatif(settings: Settings, edits: Path, snapshot_id: str | None, as_json: bool) -> None:
    """What the changes in EDITS (YAML) would cost, and for whom, on a snapshot."""
    from pipelines.policy.load import load_policies
    from pipelines.policy.whatif import read_edits, sentences
    from pipelines.policy.whatif import whatif as run
    from pipelines.publish import marts_of

    result = run(marts_of(settings.published, snapshot_id), load_policies(settings.policies)[0], read_edits(edits))
    _print(result, as_json, sentences(result))


@_command(main)
@click.argument("month")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the files [HOME/reports].")
def report(settings: Settings, month: str, out: Path | None) -> None:
    """Write the report of MONTH (2025-12): PDF, Word and Excel for the city, a page for each park."""
    from dashboard.errors import SnapshotMissing as Missing
    from dashboard.reports import make

    try:
        datetime.strptime(month, "%Y-%m")
        files = make(settings.published, month, out or settings.home / "reports" / month)
    except ValueError:
        raise click.BadParameter(f"{month!r} is no month. Write it as 2025-12.") from None
    except Missing as error:
        raise SnapshotMissing(str(error)) from None
    click.echo("\n".join(map(str, files)))


@_command(main)
@click.argument("snapshot_id")
def rollback(settings: Settings, snapshot_id: str) -> None:
    """Point readers at an older snapshot."""
    from pipelines.publish import rollback as go_back

    go_back(settings.published, snapshot_id)
    click.echo(f"snapshot {snapshot_id} is current")


@_command(main)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(settings: Settings, file: Path) -> None:
    """Write landing, raw rows, snapshots, accounts and decisions into FILE; readers go on meanwhile."""
    from pipelines.assets.record import build_lock
    from pipelines.backup import backup as write

    with build_lock(settings):
        count = write(settings, file.resolve())
    click.echo(f"{file}: {count:,} files, {file.stat().st_size / 1_000_000:,.1f} MB")


@_command(main)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(settings: Settings, file: Path) -> None:
    """Bring the backup FILE back into an empty home."""
    from pipelines.backup import restore as bring_back

    count = bring_back(file.resolve(), settings.home)
    click.echo(f"{settings.home}: {count:,} files, each as it was")


@_command(main, has_json=True)
def doctor(settings: Settings, as_json: bool) -> None:
    """Look at everything a build and a server need. Ends in 1 when something is broken."""
    from pipelines.doctor import examine

    findings = examine(settings)
    _print([asdict(f) for f in findings], as_json, [f"{f.level:<6}{f.name:<11}{f.says}" for f in findings])
    if any(f.level == "error" for f in findings):
        sys.exit(1)


@main.command()
@click.argument("names", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--registry", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="File with the columns name and uscc (or 企业名称 and 统一社会信用代码); 曾用名 and days are used if there.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
@click.option("--json", "as_json", is_flag=True)
def match(names: Path, registry: Path, out: Path, as_json: bool) -> None:
    """Settle each printed name in NAMES: auto, review or none, with code, reason, candidates and scores."""
    from pipelines.identity.match_files import match_files

    counts = match_files(names, registry, out)
    _print(counts, as_json, ["  ".join(f"{decision} {count:,}" for decision, count in counts.items()), f"written {out}"])


@main.group()
def review() -> None:
    """Names no rule could settle: look at them, and say once whose they are. The next build takes it up."""


@_command(review, "list", has_json=True)
def review_list(settings: Settings, as_json: bool) -> None:
    """List what waits, with candidates, best first."""
    from pipelines.identity.review import sentences, waiting

    rows = waiting(settings)
    _print(rows, as_json, sentences(rows))


@_command(review, "accept")
@click.argument("name")
@click.argument("code")
@_decision
def review_accept(settings: Settings, name: str, code: str, why: str, who: str, code_given: str, anew: bool) -> None:
    """Say that NAME is the enterprise CODE."""
    from pipelines.identity.review import accept

    entry = accept(settings, name, code, why, who, code_given, anew=anew)
    click.echo(f"{visible(entry['printed_name'])} is {entry['enterprise_code']} from the next build on")


@_command(review, "reject")
@click.argument("name")
@_decision
def review_reject(settings: Settings, name: str, why: str, who: str, code_given: str, anew: bool) -> None:
    """Say that NAME is no enterprise of the register."""
    from pipelines.identity.review import reject

    entry = reject(settings, name, why, who, code_given, anew=anew)
    click.echo(f"{visible(entry['printed_name'])} is not asked again")


@main.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--firms", default=400, show_default=True, type=click.IntRange(100))
@click.option("--seed", default=2026, show_default=True)
def sample(directory: Path, firms: int, seed: int) -> None:
    """Write an invented city: every source, with the quirks files have in life."""
    from pipelines.sample import write_city

    write_city(directory, firms, seed)
    click.echo(
        f"{directory}/landing holds an invented city of {firms:,} firms; {directory}/truth.json tells what is true of it"
    )


@_command(main)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8050, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1))
def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve the dashboard over the published snapshots."""
    from dashboard.serve import serve as run
    from pipelines.serving import options

    run(settings.published, settings.accounts, host, port, workers, **options(settings), oidc=settings.oidc)


@main.group()
def users() -> None:
    """Who may sign in."""


@_command(users, "add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--park", "parks", multiple=True, help="Park id an operator may see; repeat for several.")
@click.option("--password", help="Asked for when not given.")
def users_add(settings: Settings, name: str, role: str, parks: tuple[str, ...], password: str | None) -> None:
    """Add a user, who chooses a password of their own at the first sign-in."""
    from dashboard.access import accounts
    from pipelines.users import change

    told = f"role={role} parks={','.join(parks)}"
    user = change(settings, "user-add", accounts.add, name, password or _new_password(), role, list(parks), must_change=True, detail=told)
    click.echo(f"{user.name} may sign in as {role}")


@_command(users, "list", has_json=True)
def users_list(settings: Settings, as_json: bool) -> None:
    """List users; never their passwords."""
    from dashboard.access import accounts

    rows: list[dict[str, Any]] = [
        {"name": u.name, "role": u.role, "parks": list(u.parks), "is_disabled": u.is_disabled, "has_factor": u.has_factor}
        for u in accounts.list_users(settings.accounts)
    ]
    lines = [
        f"{r['name']:<16}{r['role']:<10}{'disabled ' if r['is_disabled'] else ''}{','.join(r['parks'])}" for r in rows
    ]
    _print(rows, as_json, lines)


@_command(users, "disable")
@click.argument("name")
def users_disable(settings: Settings, name: str) -> None:
    """Lock a user out at once, sessions included."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-disable", accounts.disable, name)
    click.echo(f"{visible(name)} may not sign in any more")


@_command(users, "enable")
@click.argument("name")
def users_enable(settings: Settings, name: str) -> None:
    """Let a disabled user sign in again, and forget wrong tries."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-enable", accounts.enable, name)
    click.echo(f"{visible(name)} may sign in")


@_command(users, "passwd")
@click.argument("name")
@click.option("--password", help="Asked for when not given.")
def users_passwd(settings: Settings, name: str, password: str | None) -> None:
    """Set a password that its owner changes at the next sign-in; open sessions end."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-password", accounts.passwd, name, password or _new_password(), must_change=True)
    click.echo(f"{visible(name)} has a new password")


@_command(users, "reset-factor")
@click.argument("name")
def users_reset_factor(settings: Settings, name: str) -> None:
    """Forget a user's authenticator, lost or replaced; open sessions end."""
    from dashboard.access import second_factor
    from pipelines.users import change

    change(settings, "user-factor", second_factor.remove, name)
    click.echo(f"{visible(name)} has no second factor")


@_command(users, "bind")
@click.argument("name")
@click.option("--email", default="", help="As the provider knows and has verified it; the first sign-in binds the person.")
@click.option("--subject", default="", help="The person's `sub` at the provider (SOFTCITY_OIDC_ISSUER).")
@click.option("--remove", is_flag=True, help="Take it back; open sessions end.")
def users_bind(settings: Settings, name: str, email: str, subject: str, remove: bool) -> None:
    """Let a user sign in at the organisation's provider."""
    from dashboard.access import accounts
    from pipelines.users import change

    if remove:
        change(settings, "user-bind", accounts.forbid_oidc, name, detail="removed")
    else:
        issuer = (settings.oidc or {}).get("issuer", "")
        told = f"email={email} subject={subject}"
        change(settings, "user-bind", accounts.allow_oidc, name, email=email, issuer=issuer, subject=subject, detail=told)
    click.echo(f"{visible(name)} {'no longer signs in' if remove else 'may sign in'} at the organisation's provider")


@_command(users, "log")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
def users_log(settings: Settings, out: Path) -> None:
    """Write the whole access log: who signed in, saw, exported, tried and changed what."""
    from pipelines.users import export_log

    click.echo(f"{out}: {export_log(settings, out):,} lines")


def _new_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@_command(main)
@click.option("--port", default=8050, show_default=True)
def demo(settings: Settings, port: int) -> None:
    """Build the committed sample city in a home of its own, add a demo account per role, and serve."""
    from dashboard.serve import serve as run
    from pipelines.assets.build import build as run_build
    from pipelines.serving import options
    from pipelines.settings import PROJECT
    from pipelines.users import DEMO_PARK, DEMO_PASSWORD, prepare_demo

    prepare_demo(settings)
    settings = Settings.load(settings.home, PROJECT / "data" / "sample" / "landing")
    run_build(settings, progress=_progress(time.monotonic()))
    click.echo(f"demo accounts: {', '.join(ROLES)} (operator: park {DEMO_PARK}); password of each: {DEMO_PASSWORD}")
    run(settings.published, settings.accounts, "127.0.0.1", port, 2, **options(settings))
