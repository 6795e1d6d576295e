"""For which districts a clause holds: those of the whole policy (D8), or in a what-if its own."""

from typing import Any

from pipelines.base.errors import PolicyError
from pipelines.policy.condition import Condition
from pipelines.policy.model import Policy
from pipelines.policy.values import Setting


def scope_of(policy: Policy) -> Condition | None:
    """The condition of the whole policy that asks for the district; None where a policy asks for none."""
    return next((c for c in policy.conditions if c.fact == "district_code" and c.operator == "is_one_of"), None)


def districts_of(policy: Policy) -> list[str]:
    """Every district that a reading of the scope names, in the order of the text."""
    found: dict[str, None] = {}
    for value in (condition.values if (condition := scope_of(policy)) else ()):
        readings = policy.decision(value.setting).options.values() if isinstance(value, Setting) else [value]
        for reading in readings:
            found |= dict.fromkeys(map(str, reading if isinstance(reading, list) else [reading]))
    return list(found)


def with_districts(policy: Policy, version: dict[str, Any], districts: Any, where: str) -> dict[str, Any]:
    """A clause version (as a map) that asks for districts of its own in place of the policy's.

    `policy` is as it is edited otherwise. Raises PolicyError for what is no list of districts the policy knows.
    """
    shared, known = scope_of(policy), districts_of(policy)
    if shared is None:
        raise PolicyError(f"edits, {where}, districts: {policy.policy_id} asks for no district. Take it out.")
    wanted = [str(one) for one in districts] if isinstance(districts, list) else []
    if not wanted or set(wanted) - set(known):
        raise PolicyError(f"edits, {where}, districts: {districts!r} is no list of districts. Use some of {', '.join(known)}.")
    if set(wanted) == {str(value) for value in policy.values_of(shared)}:
        return version
    own = {**shared.model_dump(mode="python"), "value": wanted, "needed": None, "decision": None}
    return {**version, "without": [*version["without"], shared.id], "conditions": [own, *version["conditions"]]}
