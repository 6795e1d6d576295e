"""Tell someone, by the ways SOFTCITY_ALERT_URLS names (webhook json://…, mail mailto://…, and what Apprise knows)."""

import logging

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
