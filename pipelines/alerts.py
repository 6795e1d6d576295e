"""Tell someone, by the ways SOFTCITY_ALERT_URLS names (webhook json://…, mail mailto://…, and what Apprise knows)."""

from pipelines.errors import SettingsError


def send(urls: tuple[str, ...], title: str, body: str) -> bool:
    """Send to every address; whether it arrived at all of them. False without any.

    Raises SettingsError when an address is none; it is named by its place, since it may hold a password.
    """
    if not urls:
        return False
    import apprise  # late: only who alerts pays for it

    ways = apprise.Apprise()
    for number, url in enumerate(urls, 1):
        if not ways.add(url):
            raise SettingsError(f"SOFTCITY_ALERT_URLS: address {number} is not understood. Give json://host/path or mailto://….")
    return bool(ways.notify(body=body, title=title))
