"""Which policy of a city is meant where only one can be: the only one there is, or the one that is named."""

from collections.abc import Sequence

from pipelines.base.errors import PolicyError


def chosen(policy_ids: Sequence[str], asked: str | None = None) -> str:
    """The id of the policy meant. Raises PolicyError where it is not there, or not named and there are several."""
    there = ", ".join(policy_ids)
    if asked is None:
        if len(policy_ids) == 1:
            return policy_ids[0]
        raise PolicyError(f"The city has several policies and this is of one: give --policy with one of {there}.")
    if asked not in policy_ids:
        raise PolicyError(f"--policy {asked}: the city has no such policy; there are {there}.")
    return asked
