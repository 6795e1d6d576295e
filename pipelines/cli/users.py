"""Users: who may sign in, as what."""

from pathlib import Path
from typing import Any

import click

from pipelines.base.roles import ROLES
from pipelines.base.visible import visible
from pipelines.cli.group import command, main, show
from pipelines.settings import Settings


@main.group()
def users() -> None:
    """Who may sign in."""


@command(users, "add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--park", "parks", multiple=True, help="Park id an operator may see; repeat for several.")
@click.option("--policy", "policies", multiple=True, help="Policy id the account is held to; repeat for several [all of the city].")
@click.option("--password", help="Asked for when not given.")
def users_add(settings: Settings, name: str, role: str, parks: tuple[str, ...], policies: tuple[str, ...], password: str | None) -> None:
    """Add a user, who chooses a password of their own at the first sign-in."""
    from dashboard.access import accounts
    from pipelines.users import change

    policies = _of_city(settings, policies)
    told = f"role={role} parks={','.join(parks)} policies={','.join(policies)}"
    user = change(settings, "user-add", accounts.add, name, password or _new_password(), role, list(parks), list(policies), must_change=True, detail=told)
    click.echo(f"{user.name} may sign in as {role}")


@command(users, "change")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="[as before]")
@click.option("--park", "parks", multiple=True, help="Park id an operator may see, in place of those before; repeat for several [as before].")
@click.option("--policy", "policies", multiple=True, help="Policy id the account is held to, in place of those before; repeat for several [as before].")
@click.option("--all-policies", is_flag=True, help="The account sees every policy of the city.")
def users_change(settings: Settings, name: str, role: str | None, parks: tuple[str, ...], policies: tuple[str, ...], all_policies: bool) -> None:
    """Give a user another role, other parks or other policies; open sessions end."""
    from dashboard.access import accounts
    from pipelines.users import change

    if all_policies and policies:
        raise click.UsageError("Give either --policy or --all-policies.")
    if not (role or parks or policies or all_policies):
        raise click.UsageError("Say what changes: --role, --park, --policy or --all-policies.")
    had = accounts.get(settings.accounts, name)
    role = role or (had.role if had else ROLES[0])
    parks = parks or (had.parks if had and role == "operator" else ())
    policies = _of_city(settings, policies) or (had.policies if had and role != "admin" and not all_policies else ())
    told = f"role={role} parks={','.join(parks)} policies={','.join(policies)}"
    change(settings, "user-change", accounts.change, name, role, parks, policies, detail=told)
    click.echo(f"{visible(name)} is {role}, sees {', '.join(policies) or 'all policies'}{f' of {chr(44).join(parks)}' if parks else ''}")


@command(users, "list", has_json=True)
def users_list(settings: Settings, as_json: bool) -> None:
    """List users; never their passwords."""
    from dashboard.access import accounts

    rows: list[dict[str, Any]] = [
        {"name": u.name, "role": u.role, "parks": list(u.parks), "policies": list(u.policies), "is_disabled": u.is_disabled, "has_factor": u.has_factor}
        for u in accounts.list_users(settings.accounts)
    ]
    lines = [
        f"{r['name']:<16}{r['role']:<10}{'disabled ' if r['is_disabled'] else ''}{','.join([*r['parks'], *r['policies']])}" for r in rows
    ]
    show(rows, as_json, lines)


@command(users, "disable")
@click.argument("name")
def users_disable(settings: Settings, name: str) -> None:
    """Lock a user out at once, sessions included."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-disable", accounts.disable, name)
    click.echo(f"{visible(name)} may not sign in any more")


@command(users, "enable")
@click.argument("name")
def users_enable(settings: Settings, name: str) -> None:
    """Let a disabled user sign in again, and forget wrong tries."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-enable", accounts.enable, name)
    click.echo(f"{visible(name)} may sign in")


@command(users, "passwd")
@click.argument("name")
@click.option("--password", help="Asked for when not given.")
def users_passwd(settings: Settings, name: str, password: str | None) -> None:
    """Set a password that its owner changes at the next sign-in; open sessions end."""
    from dashboard.access import accounts
    from pipelines.users import change

    change(settings, "user-password", accounts.passwd, name, password or _new_password(), must_change=True)
    click.echo(f"{visible(name)} has a new password")


@command(users, "reset-factor")
@click.argument("name")
def users_reset_factor(settings: Settings, name: str) -> None:
    """Forget a user's authenticator, lost or replaced; open sessions end."""
    from dashboard.access import second_factor
    from pipelines.users import change

    change(settings, "user-factor", second_factor.remove, name)
    click.echo(f"{visible(name)} has no second factor")


@command(users, "bind")
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


@command(users, "mail")
@click.argument("name")
@click.option("--address", help="Where mail goes; the same as before when not given.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(("alert", "weekly", "monthly")), help="What is sent; repeat for several [as before].")
@click.option("--remove", is_flag=True, help="Take the address away: nothing is sent any more.")
def users_mail(settings: Settings, name: str, address: str | None, kinds: tuple[str, ...], remove: bool) -> None:
    """Set where a user is written to, and of what. Their owners do the same on the page 我的账户."""
    from dashboard.access import mail
    from pipelines.users import change

    had = mail.person(settings.accounts, name)
    chosen = list(kinds or (had.kinds if had else ("alert",)))
    to = "" if remove else had.address if address is None and had else address or ""
    change(settings, "mail", mail.choose, name, to, chosen, detail=f"address={to} kinds={','.join(chosen)}")
    click.echo(f"{visible(name)} is written to at {to} of {', '.join(chosen)}" if to else f"{visible(name)} gets no mail")


@command(users, "log")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
def users_log(settings: Settings, out: Path) -> None:
    """Write the whole access log: who signed in, saw, exported, tried and changed what."""
    from pipelines.users import export_log

    click.echo(f"{out}: {export_log(settings, out):,} lines")


def _of_city(settings: Settings, policies: tuple[str, ...]) -> tuple[str, ...]:
    """Policies by their ids. Raises PolicyError for one the city has not."""
    from pipelines.base.policies import chosen
    from pipelines.policy.load import load_policies

    there = [policy.policy_id for policy in load_policies(settings.policies)] if policies else []
    return tuple(chosen(there, policy) for policy in policies)


def _new_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
