"""The alerts of a home, strictly read: what each file and key does not fit, and how to mend it."""

from pipelines.base.alert_rules import FIGURES, FILE, Alert, AlertFile
from pipelines.base.errors import AlertError
from pipelines.base.snapshots import current_id, read_manifest
from pipelines.base.strict import load, twice
from pipelines.reference_model import INDICATORS
from pipelines.settings import Settings


def load_alerts(settings: Settings) -> list[Alert]:
    """The alerts of `decisions/alerts.yaml`; none where there is no such file. Raises AlertError naming file, key and mend."""
    path = settings.decisions / FILE
    if not path.exists():
        return []
    problems: list[str] = []
    file = load(AlertFile, path, str(path), problems)
    found = file.alerts if file else []
    problems += twice(((alert.id, str(path)) for alert in found), "alert")
    for alert in found:
        if alert.figure not in FIGURES and alert.figure not in INDICATORS:
            problems.append(
                f"{path}, alert {alert.id}, figure: {alert.figure!r} does not exist. Use {', '.join(FIGURES)}, or the indicator {', '.join(INDICATORS)}."
            )
    problems += [f"{path}, alert {alert.id}, {wrong}" for alert in found if (wrong := _wrong_policy(settings, alert))]
    if problems:
        raise AlertError("\n".join(problems))
    return found


def _wrong_policy(settings: Settings, alert: Alert) -> str | None:
    """What is wrong with the policy of an alert, by what is published; before anything is, nothing can be told."""
    if current_id(settings.published) is None:
        return None
    there = [policy["policy_id"] for policy in read_manifest(settings.published)["policies"]]
    if alert.policy is None:
        return None if alert.adds or len(there) == 1 else f"policy: {alert.figure} is of one policy here. Give one of {', '.join(there)}."
    return None if alert.policy in there else f"policy: {alert.policy!r} does not exist. Use {', '.join(there)}."


def unknown_accounts(settings: Settings, rules: list[Alert]) -> list[str]:
    """Accounts that alerts name and nobody has."""
    from dashboard.access import accounts  # late: `softcity check` of a home without accounts needs none

    known = {user.name for user in accounts.list_users(settings.accounts)} if settings.accounts.exists() else set()
    return sorted({name for rule in rules for name in rule.accounts} - known)
