"""Processes of this machine, as Linux tells them under /proc."""

from contextlib import suppress
from pathlib import Path


def tree(pid: int) -> list[int]:
    """A process and all below it, as a service manager's control group holds them, whatever sessions they open."""
    found, at = [pid], 0
    while at < len(found):
        with suppress(OSError):   # it may end at any moment
            for children in Path(f"/proc/{found[at]}/task").glob("*/children"):   # a list for each of its threads
                with suppress(OSError):
                    found += [int(child) for child in children.read_text().split()]
        at += 1
    return found
