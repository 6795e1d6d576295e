"""Heavy work (what-ifs, reports, long files): one piece at a time in all workers of a server, one more that waits, the rest are told.

Two locks of the system, in files all workers share: the system frees them when a worker dies.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path

from dashboard.errors import AnswerLate, Busy

WAIT_SECONDS = 30
"""For the one that waits; whoever runs is ended by its own limit."""
_PASSING_SECONDS = 0.2
"""How long the place of the one that waits is held by whoever finds the work free."""
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


class Queue:
    """The turns of one server. `folder` is the same for all its workers."""

    def __init__(self, folder: Path) -> None:
        self._running, self._waiting = folder / "heavy.running", folder / "heavy.waiting"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold this while heavy work is done; what is done inside may ask for a turn again.

        Raises Busy at once when one runs and one waits, AnswerLate when the one before took longer than WAIT_SECONDS.
        """
        if _has_turn.get():
            yield
            return
        with ExitStack() as running:
            with _held(self._waiting, _PASSING_SECONDS) as is_next:
                if not is_next:
                    raise Busy("One is being computed and one waits. Ask again in a minute.")
                if not running.enter_context(_held(self._running, WAIT_SECONDS)):
                    raise AnswerLate("What is being computed takes long. Ask again in a minute.")
            token = _has_turn.set(True)
            try:
                yield
            finally:
                _has_turn.reset(token)


@contextmanager
def _held(path: Path, seconds: float) -> Iterator[bool]:
    """Hold a lock, waited for so long; whether it is held. Each call opens the file anew: the lock is the opening's own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        until = time.monotonic() + seconds
        while not (is_held := _took(descriptor)) and time.monotonic() < until:
            time.sleep(0.02)
        yield is_held
    finally:
        os.close(descriptor)


def _took(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
