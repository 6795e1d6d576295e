"""Tell someone: those that SOFTCITY_ALERT_URLS names (webhook json://…, mail mailto://…, and what Apprise knows), or one person by mail."""

import logging
from collections.abc import Sequence
from pathlib import Path

from pipelines.base.errors import SettingsError
from pipelines.base.visible import visible, visible_lines


def send(urls: tuple[str, ...], title: str, body: str) -> bool:
    """Send to every address; whether it arrived at all of them. False without any.

    Raises SettingsError when an address is none; it is named by its place, since it may hold a password.
    """
    if not urls:
        return False
    import apprise  # late: only who alerts pays for it

    ways = apprise.Apprise()
    log = logging.getLogger("apprise")
    for number, url in enumerate(urls, 1):
        log.disabled = True  # it prints an address it does not understand, the secret in its path included
        is_understood = ways.add(url)
        log.disabled = False
        if not is_understood:
            raise SettingsError(f"SOFTCITY_ALERT_URLS: address {number} is not understood. Give json://host/path or mailto://….")
    return bool(ways.notify(body=visible_lines(body), title=visible(title)))


def mail(url: str, to: str, title: str, body: str, files: Sequence[Path] = ()) -> bool:
    """Send one mail to one address through the server of SOFTCITY_MAIL_URL; whether the server took it.

    Raises SettingsError when the address of the server is none, or names recipients: everybody gets their own mail and nobody another's.
    """
    import apprise
    from apprise.plugins.email import NotifyEmail

    log = logging.getLogger("apprise")
    log.disabled = True  # it prints an address it does not understand, the password in it
    try:
        told = NotifyEmail.parse_url(url) or {}  # type: ignore[no-untyped-call]
        named = [*told.get("targets", ()), *told.get("cc", ()), *told.get("bcc", ())]
        way = apprise.Apprise.instantiate({**told, "schema": url.partition(":")[0], "targets": [to]}) if told else None
    finally:
        log.disabled = False
    if not isinstance(way, NotifyEmail):
        raise SettingsError("SOFTCITY_MAIL_URL is not understood. Give mailtos://USER:PASSWORD@HOST:PORT?from=ADDRESS.")
    if named:
        raise SettingsError("SOFTCITY_MAIL_URL names recipients. Leave out to, cc and bcc: each person has an address of their own.")
    ways = apprise.Apprise()
    ways.add(way)
    attached = [str(path) for path in files]
    return bool(ways.notify(body=visible_lines(body), title=visible(title), body_format=apprise.NotifyFormat.TEXT, attach=attached or None))
